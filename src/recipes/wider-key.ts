/** A wider type for a primary key that counts, by another column that takes its place. */
import type { QualifiedName } from "../model/names.ts";
import type { OperationOf } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import { involves } from "../schema/dependents.ts";
import type { Column, ForeignKey, KeyConstraint, Relation } from "../schema/model.ts";
import { referencesClause } from "../schema/references.ts";
import { instead, inWords, type Advice } from "./advice.ts";
import { inBatchesOf } from "./batches.ts";
import { isMovedToo, isRenamedToo } from "./changed-types.ts";
import { dropTrigger, isKeyedLater, oldRows, trigger } from "./columns.ts";
import { noLongerRead } from "./declared.ts";
import { freeName } from "./free-names.ts";
import { movedIndexes } from "./indexes-of-columns.ts";
import { hasHeirs, isNamedInTrigger } from "./synced-columns.ts";
import { lockOrGiveUp, lockTables } from "./lock-tables.ts";
import { concurrentBlock, inSchemaOf, madeName, nextMigration, quote, together, whole } from "./words.ts";

const highest: Readonly<Partial<Record<string, string>>> = { smallint: "32767", integer: "2147483647" };

/** A foreign key that refers to the column. */
interface Referring {
  readonly table: string;
  readonly constraint: ForeignKey;
}

/**
 * Another column of the new type, kept up to date by a trigger, gets the primary key, the foreign keys and the sequence in
 * one transaction. Undefined where more depends on the column, or not all is known.
 */
export function keyByNewColumn(step: Step): Advice | undefined {
  const { operation, before, show, script } = step;
  if (operation.kind !== "changeColumnType" || script.code !== undefined) return undefined;
  const { table, column, using, type } = operation;
  const found = before.relation(table);
  if (found.is !== "present" || using !== undefined || !/^(?:integer|bigint)$/.test(type.name))
    return undefined;
  const { text } = column;
  const own = found.value.columns.find(({ name }) => name === text);
  const limit = highest[own?.type?.name ?? ""];
  const key = keyOf(found.value, text);
  if (own?.type === undefined || limit === undefined || key === undefined) return undefined;
  if (!movesAlone(step, operation, found.value)) return undefined;
  const referring = referringTo(step, table);
  const counter = counterOf(step, found.value, own, type.name);
  if (referring === undefined || counter === undefined) return undefined;

  const alter = `ALTER TABLE ${table.text}`;
  const [id, next, last] = [quote(text), quote(`${text}_new`), quote(`${text}_old`)];
  const index = freeName(step, table, [madeName(table.name.slice(0, 40), text.slice(0, 15), "new_key")]);
  const indexes = movedIndexes(step, table, text, `${text}_new`);
  const synced = trigger(step, table, text, `NEW.${next} := NEW.${id};`);
  const unsynced = dropTrigger(step, table, text);
  const reversed = `NEW.${last} := CASE WHEN NEW.${id} <= ${limit} THEN NEW.${id} END;`;
  const locked = [...new Set([table.text, ...referring.map((one) => one.table)])];
  const begun = referring.length === 0 ? lockTables(locked) : lockOrGiveUp(locked);
  const dropped = referring.map(
    ({ table: child, constraint }) => `ALTER TABLE ${child} DROP CONSTRAINT ${quote(constraint.name)};`,
  );
  const added = (more: string): readonly string[] =>
    referring.map(
      ({ table: child, constraint }) =>
        `ALTER TABLE ${child} ADD CONSTRAINT ${quote(constraint.name)} ${referencesClause(constraint, {
          list: (names) => `(${names.map(quote).join(", ")})`,
          show: (one) => show(one),
        })}${more};`,
    );
  const pkey = quote(key.name);
  return instead(
    { heading: [], undo: [...unsynced, `${alter} DROP COLUMN ${next};`] },
    `${alter} ADD COLUMN ${next} ${type.text} NOT NULL DEFAULT 0;`,
    ...synced,
    inBatchesOf(
      step,
      {
        table,
        statement: `UPDATE ${table.text} SET ${next} = ${id}`,
        undone: `${next} <> ${id}`,
        shrinks: true,
      },
      oldRows,
    ),
    ...concurrentBlock(
      step,
      `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${table.text} (${next});`,
      `DROP INDEX CONCURRENTLY IF EXISTS ${inSchemaOf(table, index)};`,
    ),
    ...indexes.built,
    together(
      step,
      "then the key, what refers to it and the names change, in one transaction:",
      [
        ...begun,
        ...unsynced,
        ...dropped,
        `${alter} DROP CONSTRAINT ${pkey};`,
        `${alter} ALTER COLUMN ${next} DROP DEFAULT;`,
        `${alter} ADD CONSTRAINT ${pkey} PRIMARY KEY USING INDEX ${index};`,
        ...counter.moved(id, next),
        ...counter.widened,
        `${alter} ALTER COLUMN ${id} DROP NOT NULL;`,
        `${alter} RENAME COLUMN ${id} TO ${last};`,
        `${alter} RENAME COLUMN ${next} TO ${id};`,
        ...indexes.kept,
        ...indexes.renamed,
        ...added(" NOT VALID"),
        ...trigger(step, table, text, reversed),
        `COMMENT ON COLUMN ${table.text}.${last} IS '${noLongerRead}';`,
      ],
      {
        deploy: `the version that works with both types of ${table.text}.${id}`,
        undo: [
          ...begun,
          ...unsynced,
          ...dropped,
          `${alter} DROP CONSTRAINT ${pkey};`,
          ...indexes.back,
          `${alter} RENAME COLUMN ${id} TO ${next};`,
          `${alter} RENAME COLUMN ${last} TO ${id};`,
          `COMMENT ON COLUMN ${table.text}.${id} IS NULL;`,
          `UPDATE ${table.text} SET ${id} = ${next} WHERE ${id} IS NULL;`,
          `${alter} ADD CONSTRAINT ${pkey} PRIMARY KEY (${id});`,
          `CREATE UNIQUE INDEX ${index} ON ${table.text} (${next});`,
          ...counter.moved(next, id),
          ...counter.narrowed,
          `${alter} ALTER COLUMN ${next} SET DEFAULT 0;`,
          ...added(""),
          ...synced,
        ],
      },
    ),
    ...referring.flatMap(({ table: child, constraint }) => [
      nextMigration,
      `ALTER TABLE ${child} VALIDATE CONSTRAINT ${quote(constraint.name)};`,
    ]),
    together(
      step,
      "deploy the version that no longer uses it; then, in one transaction:",
      [...unsynced, `${alter} DROP COLUMN ${last};`],
      { deploy: `the version that no longer uses ${table.text}.${last}` },
    ),
  );
}

/** The primary key, if it is of this column alone. */
function keyOf({ constraints }: Relation, column: string): KeyConstraint | undefined {
  const key = constraints.find((one) => one.kind === "primary key");
  return key?.kind === "primary key" &&
    key.columns.length === 1 &&
    key.columns[0] === column &&
    key.deferrable !== true
    ? key
    : undefined;
}

/** Nothing but its key, indexes, sequence and foreign keys of other tables depends on the column. */
function movesAlone(
  step: Step,
  { table, column: { text } }: OperationOf<"changeColumnType">,
  { kind, complete, partitionBy, replicaIdentity, clusteredOn, constraints, policies }: Relation,
): boolean {
  const isPlain =
    kind === "table" &&
    complete &&
    partitionBy === undefined &&
    typeof replicaIdentity !== "object" &&
    clusteredOn === undefined &&
    policies.length === 0;
  const others = constraints.filter(
    (one) => one.kind !== "primary key" && one.kind !== "not null" && involves(one, text),
  );
  return (
    isPlain &&
    others.length === 0 &&
    step.statement.operations.length === 1 &&
    !hasHeirs(step, table) &&
    !isKeyedLater(step, table, text) &&
    !isRenamedToo(step, table, text) &&
    !isMovedToo(step, table) &&
    !isNamedInTrigger(step, table, text, ["before", "after"]) &&
    !isRead(step, table, text)
  );
}

/** Something that is made from the column would stay with the old one. */
const isRead = ({ before }: Step, table: QualifiedName, column: string): boolean =>
  before
    .dependents({ table, column })
    .some(({ kind }) => kind !== "index" && kind !== "foreign key" && kind !== "function");

/** The foreign keys to the table. Undefined: one of them can't be made again while the application runs. */
function referringTo({ before, show }: Step, table: QualifiedName): readonly Referring[] | undefined {
  const all = before.foreignKeysTo(table);
  const isSimple = ({ table: child, constraint }: (typeof all)[number]): boolean => {
    const found = before.relation(child);
    return (
      found.is === "present" &&
      found.value.partitionBy === undefined &&
      found.value.parents.length === 0 &&
      constraint.columns.length === 1 &&
      constraint.validated &&
      constraint.enforced &&
      !constraint.inherited &&
      constraint.deferrable !== true
    );
  };
  return all.every(isSimple)
    ? all.map(({ table: child, constraint }) => ({ table: show(child), constraint }))
    : undefined;
}

/** What gives new rows their number, and goes from one column to another. */
interface Counter {
  readonly moved: (from: string, to: string) => readonly string[];
  /** It gets a type of its own, and has the old one again. */
  readonly widened: readonly string[];
  readonly narrowed: readonly string[];
}

/** The sequence that a column owns. */
const sequenceOf = ({ before }: Step, key: string, column: string): Relation | undefined =>
  [...before.relations()].find(({ ownedBy }) => ownedBy?.table === key && ownedBy.column === column);

/** The sequence of `serial` keeps its type, and ends where the old one does; that of an identity changes with the column. */
export function sequenceToo(step: Step): Advice | undefined {
  const { operation, before, show } = step;
  if (operation.kind !== "changeColumnType" || operation.type.name !== "bigint") return undefined;
  const found = before.relation(operation.table);
  const column = before.column(operation.table, operation.column.text);
  if (found.is !== "present" || column.is !== "present" || column.value.identity !== undefined)
    return undefined;
  const sequence = sequenceOf(step, found.value.key, operation.column.text);
  const later = [...step.scope.after.relations()].find(({ key }) => key === sequence?.key);
  if (sequence?.sequenceType === undefined || later?.sequenceType === "bigint") return undefined;
  return [
    inWords(
      `add a column of the new type, keep it up to date with a trigger, fill existing rows in batches, then swap the names and move the keys; with it, run \`ALTER SEQUENCE ${show(sequence.key)} AS bigint\`: the sequence keeps its own type, and nextval() fails at ${highest[sequence.sequenceType] ?? "its limit"}`,
    ),
  ];
}

/** Undefined: it isn't known. */
function counterOf(step: Step, { key }: Relation, column: Column, type: string): Counter | undefined {
  const { show } = step;
  const table = show(key);
  const alter = `ALTER TABLE ${table} ALTER COLUMN`;
  const sequence = sequenceOf(step, key, column.name);
  const alone = { widened: [], narrowed: [] };
  if (column.identity === undefined && !column.serial)
    return column.hasDefault === "no" ? { ...alone, moved: () => [] } : undefined;
  if (sequence === undefined) return undefined;
  const text = show(sequence.key);
  const own = sequence.sequenceType;
  const isNarrower = own !== undefined && own !== type && highest[own] !== undefined;
  if (column.identity === undefined)
    return {
      widened: isNarrower ? [`ALTER SEQUENCE ${text} AS ${type};`] : [],
      narrowed: isNarrower ? [`ALTER SEQUENCE ${text} AS ${own};`] : [],
      moved: (from, to) => [
        `ALTER SEQUENCE ${text} OWNED BY ${table}.${to};`,
        `${alter} ${to} SET DEFAULT nextval('${text}');`,
        `${alter} ${from} DROP DEFAULT;`,
      ],
    };
  // The server drops the sequence with the identity: the next one continues with its number.
  const generated = `GENERATED ${column.identity.toUpperCase()} AS IDENTITY (SEQUENCE NAME ${text})`;
  return {
    ...alone,
    moved: (from, to) => [
      whole(
        step,
        [
          "DO $$",
          "DECLARE next_number bigint;",
          "BEGIN",
          `  next_number := nextval('${text}');`,
          `  ${alter} ${from} DROP IDENTITY;`,
          `  ${alter} ${to} ADD ${generated};`,
          `  PERFORM setval('${text}', next_number, false);`,
          "END $$;",
        ].join("\n"),
      ),
    ],
  };
}
