import type { Expression } from "../model/expression.ts";
import type { QualifiedName } from "../model/names.ts";
import { splitKey } from "../schema/dependents.ts";
import type { AddColumn, ColumnDefinition } from "../model/operation.ts";
import { typeText, type ColumnType } from "../model/types.ts";
import type { Step } from "../replay/step.ts";
import type { Dependent } from "../schema/model.ts";
import { makeObjectName } from "../schema/names.ts";
import { heading, instead, inWords, unused, type Advice } from "./advice.ts";
import { enumExchange, firedTriggers, inZone } from "./changed-types.ts";
import { meanwhileDeclared, stillDeclared } from "./declared.ts";
import { givenByUpdate, plainDefault } from "./defaults.ts";
import { inBatchesOf, type Change } from "./batches.ts";
import {
  addColumn,
  beforeStatement,
  literal,
  madeName,
  nextMigration,
  notNullBlock,
  quote,
  textOf,
  together,
  whole,
} from "./words.ts";

/**
 * NOT NULL with a constant default: stored in the system catalog, no row is rewritten. Where no value fits every row, as
 * in a key, nullable until every row has its own.
 */
export function requiredColumn(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn" || !operation.column.notNull) return undefined;
  const { name } = operation.column;
  const type = typeOf(operation.column);
  const table = operation.table.text;
  const column = quote(name.text);
  const add = `${addColumn(operation)} ${type}`;
  const given = givenByUpdate(step, operation);
  const value = given?.value ?? plainDefault(step, operation.column);
  if (value === undefined)
    return instead(
      `${add};`,
      heading("deploy the version that sets it, and update the old rows; then, in a later migration:", {
        after: "deploy",
        deploy: `the version that sets ${operation.table.text}.${column}`,
      }),
      notNullBlock(table, operation.table.name, name.text),
    );
  return instead(
    heading(
      "with a default, the value of the old rows: it is stored in the system catalog, no row is rewritten",
      given === undefined ? { guess: `DEFAULT ${value}` } : { replaces: [given.statement] },
    ),
    `${add} NOT NULL DEFAULT ${value};`,
    meanwhileDeclared(step, "the default is declared"),
    heading("once every writer sets it, a later migration may drop the default:", {
      after: "deploy",
      deploy: `the version that sets ${operation.table.text}.${column} in every INSERT`,
      ...(given === undefined ? { guess: `DEFAULT ${value}` } : {}),
      undo: [`ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${value};`],
    }),
    `ALTER TABLE ${table} ALTER COLUMN ${column} DROP DEFAULT;`,
  );
}

/** Nullable column, default for new rows, batches for old ones, NOT NULL by a CHECK. */
export function columnThenDefault(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn") return undefined;
  const { name, default: value, notNull } = operation.column;
  const table = operation.table.text;
  const column = quote(name.text);
  const text = value?.text ?? "<value>";
  return instead(
    `${addColumn(operation)} ${typeOf(operation.column)};`,
    `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${text};`,
    inBatchesOf(step, fill(operation.table, column, text), oldRows),
    ...(notNull ? notNullBlock(table, operation.table.name, name.text) : []),
  );
}

/** The type under its present name, which another statement may have changed since it was written. */
export const storedType = (type: ColumnType): string =>
  /^[a-z_][a-z0-9_ ]*$/.test(type.name) ? typeText(type) : type.text;

/** The type as written, with COLLATE. */
export const typeOf = ({ type, collation }: ColumnDefinition): string =>
  `${type.text}${collation === undefined ? "" : ` COLLATE ${collation.text}`}`;

export const oldRows = "then update the old rows in batches:";

/** Fills a new column in rows that have no value yet. */
const fill = (table: QualifiedName, column: string, value: string): Change => ({
  table,
  statement: `UPDATE ${table.text} SET ${column} = ${value}`,
  undone: `${column} IS NULL`,
  shrinks: true,
});

/** serial or IDENTITY on an existing table: a sequence as default, batches, NOT NULL; an identity then continues it. */
export function sequenceColumn(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn") return undefined;
  const { name, type, identity } = operation.column;
  const table = operation.table.text;
  const column = quote(name.text);
  const sequence = sequenceName(step, operation, identity !== undefined);
  const [, options = ""] = /\bas\s+identity\s*\(([^()]*)\)/i.exec(textOf(step, operation.span)) ?? [];
  const ofIdentity = options === "" ? "" : ` (${options})`;
  const ofSequence = options.replace(/\bsequence\s+name\s+\S+/i, "").trim();
  const own = `pg_get_serial_sequence(${literal(table)}, ${literal(name.text)})`;
  return instead(
    `${addColumn(operation)} ${type.name};`,
    `CREATE SEQUENCE ${[sequence, "AS", type.name, ...(identity === undefined ? [`OWNED BY ${table}.${column}`] : []), ofSequence].join(" ").trim()};`,
    `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval(${literal(sequence)});`,
    inBatchesOf(step, fill(operation.table, column, `nextval(${literal(sequence)})`), oldRows),
    notNullBlock(table, operation.table.name, name.text),
    identity === undefined
      ? []
      : together(step, "then the identity takes the place of the sequence, in one transaction:", [
          `ALTER TABLE ${table} ALTER COLUMN ${column} DROP DEFAULT, ALTER COLUMN ${column} ADD GENERATED ${identity.toUpperCase()} AS IDENTITY${ofIdentity};`,
          `SELECT setval(${own}, nextval(${literal(sequence)}), false);`,
          `DROP SEQUENCE ${sequence};`,
        ]),
  );
}

/**
 * The name that the server gives to the sequence of a serial column, in the schema of the table, as a sequence of another
 * one can't be owned by it. That of an identity is the server's own, so that this one has another.
 */
function sequenceName(step: Step, { table, column }: AddColumn, isIdentity: boolean): string {
  const { before, after } = step;
  const key = before.resolve(table);
  const owned = [...after.relations()].find(
    ({ ownedBy }) => ownedBy?.table === key && ownedBy.column === column.name.text,
  );
  const usual = makeObjectName(table.name, isIdentity ? `${column.name.text}_old` : column.name.text, "seq");
  const name = quote(isIdentity ? usual : (owned?.name ?? usual));
  const home = splitKey(key)[0];
  const isElsewhere = table.schema !== undefined || before.searchPath[0] !== home;
  return isElsewhere ? `${quote(home)}.${name}` : name;
}

/** An ordinary column that a trigger fills. */
export function columnByTrigger(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn" || operation.column.generated === undefined) return undefined;
  const { name, generated, notNull } = operation.column;
  const table = operation.table.text;
  const column = quote(name.text);
  const { text } = generated.expression;
  return instead(
    `${addColumn(operation)} ${typeOf(operation.column)};`,
    ...trigger(step, operation.table, name.text, `NEW.${column} := ${ofNewRow(generated.expression)};`),
    inBatchesOf(
      step,
      {
        table: operation.table,
        statement: `UPDATE ${table} SET ${column} = ${text}`,
        undone: `${column} IS DISTINCT FROM (${text})`,
        shrinks: true,
      },
      oldRows,
    ),
    ...(notNull ? notNullBlock(table, operation.table.name, name.text) : []),
  );
}

/** A BEFORE trigger that runs `body` for each row written. */
export function trigger(step: Step, table: QualifiedName, column: string, body: string): readonly string[] {
  const name = madeName(table.name, column, "sync");
  return [
    whole(
      step,
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NEW; END $$;`,
    ),
    `CREATE TRIGGER ${name} BEFORE INSERT OR UPDATE ON ${table.text} FOR EACH ROW EXECUTE FUNCTION ${name}();`,
  ];
}

export const dropTrigger = (table: QualifiedName, column: string): readonly string[] => {
  const name = madeName(table.name, column, "sync");
  return [`DROP TRIGGER ${name} ON ${table.text};`, `DROP FUNCTION ${name}();`];
};

/** The expression with its columns read from the row that a trigger sees. */
function ofNewRow({ text, span, columns }: Expression): string {
  let out = text;
  for (const column of [...columns].sort((a, b) => b.span.start - a.span.start)) {
    const [start, end] = [column.span.start - span.start, column.span.end - span.start];
    out = `${out.slice(0, start)}NEW.${quote(column.column)}${out.slice(end)}`;
  }
  return out;
}

/** A domain with constraints rewrites the table; the base type with the domain's rule as a CHECK doesn't. */
function ruleOfDomain({ operation }: Step): Advice | undefined {
  if (operation.kind !== "changeColumnType") return undefined;
  const table = operation.table.text;
  const check = madeName(operation.table.name, operation.column.text, "check");
  return instead(
    heading("keep the type, and add the constraint of the domain to the column:"),
    `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (<condition>) NOT VALID;`,
    nextMigration,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`,
  );
}

/**
 * Another column of the new type, kept up to date by a trigger; then the names are swapped. Undefined where the column is
 * more than a value: a key, a generated one, one that a view or a check reads.
 */
export function typeByNewColumn(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "changeColumnType") return undefined;
  const table = operation.table.text;
  const { text } = operation.column;
  const domain = step.before.type(operation.type);
  if (domain.is === "present" && domain.value.form === "domain") return ruleOfDomain(step);
  if (isBound(step, operation.table, text)) return undefined;
  const exchange = enumExchange(step, operation);
  if (exchange !== undefined) return exchange;
  const [column, next, last] = [quote(text), quote(`${text}_new`), quote(`${text}_old`)];
  const known = step.before.column(operation.table, text);
  if (known.is === "present" && step.isHere(known.value.origin))
    return [inWords(`no version knows the column yet: add ${column} as ${operation.type.text} at once`)];
  const zone = inZone(step, operation);
  const value = operation.using?.text ?? column + (zone ?? "");
  const ofRow = operation.using === undefined ? `NEW.${column}${zone ?? ""}` : ofNewRow(operation.using);
  const old = known.is === "present" ? known.value : undefined;
  const indexed = isIndexed(step, operation.table, text);
  // The old default may not fit the new type: the statement itself drops or sets it.
  const hasOtherDefault = step.statement.operations.some(
    (one) => (one.kind === "setDefault" || one.kind === "dropDefault") && one.column.text === text,
  );
  const moves =
    old?.default === undefined || hasOtherDefault
      ? []
      : [`ALTER TABLE ${table} ALTER COLUMN ${next} SET DEFAULT ${old.default.text};`];
  const collation = operation.collation === undefined ? "" : ` COLLATE ${operation.collation.text}`;
  const inUtc =
    zone === undefined && step.locks.free({ timezone: "UTC" })
      ? [
          heading("if the values are in UTC, this rewrites nothing:", { onlyIf: "the values are in UTC" }),
          "SET LOCAL TimeZone = 'UTC';",
          `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${operation.type.text};`,
          heading("otherwise:"),
        ]
      : [];
  const synced = trigger(step, operation.table, text, `NEW.${next} := ${ofRow};`);
  const required = `ALTER TABLE ${table} ALTER COLUMN ${column}`;
  // The models of code know one column only, which changes with the swap.
  const inCode = step.script.code !== undefined;
  const back =
    old?.type === undefined
      ? undefined
      : [
          `ALTER TABLE ${table} RENAME COLUMN ${column} TO ${next};`,
          `ALTER TABLE ${table} RENAME COLUMN ${last} TO ${column};`,
          `UPDATE ${table} SET ${column} = ${next}::${old.type.text} WHERE ${column} IS NULL AND ${next} IS NOT NULL;`,
          ...(old.notNull === "no" ? [] : [`${required} SET NOT NULL;`]),
          ...(old.default === undefined ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${next} DROP DEFAULT;`]),
          ...synced,
        ];
  return instead(
    ...inUtc,
    {
      heading: [],
      undo: [...dropTrigger(operation.table, text), `ALTER TABLE ${table} DROP COLUMN ${next};`],
    },
    `ALTER TABLE ${table} ADD COLUMN ${next} ${operation.type.text}${collation};`,
    ...synced,
    firedTriggers(step, operation.table, `${text}_new`),
    inBatchesOf(
      step,
      {
        table: operation.table,
        statement: `UPDATE ${table} SET ${next} = ${value}`,
        undone: `${next} IS NULL AND ${column} IS NOT NULL`,
        shrinks: true,
      },
      oldRows,
    ),
    ...(indexed ? [inWords("then build its indexes on the new column, CONCURRENTLY", "backfill")] : []),
    ...(old?.notNull === "no" ? [] : notNullBlock(table, operation.table.name, `${text}_new`)),
    together(
      step,
      "then swap the names, in one transaction:",
      [
        ...dropTrigger(operation.table, text),
        ...moves,
        ...(old?.notNull === "no" ? [] : [`${required} DROP NOT NULL;`]),
        `ALTER TABLE ${table} RENAME COLUMN ${column} TO ${last};`,
        `ALTER TABLE ${table} RENAME COLUMN ${next} TO ${column};`,
        ...(inCode ? [] : [`COMMENT ON COLUMN ${table}.${last} IS 'deprecated: no longer read';`]),
      ],
      { deploy: `the version that works with both types of ${table}.${column}`, undo: back },
    ),
    stillDeclared(step, "column", last),
    ...(inCode
      ? [inWords(`deprecate ${last}, and drop it in a later migration`)]
      : [
          {
            ...unused(`${table}.${last}`),
            undo: old?.type && [`ALTER TABLE ${table} ADD COLUMN ${last} ${old.type.text};`],
          },
          `ALTER TABLE ${table} DROP COLUMN ${last};`,
        ]),
  );
}

/** Another column of the new type, whose values the application computes: no value of the old one converts. */
export function columnComputedAnew(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "changeColumnType") return undefined;
  const table = operation.table.text;
  const { text } = operation.column;
  const found = step.before.column(operation.table, text);
  const isRequired = found.is === "present" && found.value.notNull === "yes";
  const [column, next] = [quote(text), quote(`${text}_new`)];
  return instead(
    `ALTER TABLE ${table} ADD COLUMN ${next} ${operation.type.text};`,
    inWords(`deploy the version that writes ${column} and ${next}, and let it compute the old rows' values`),
    ...(isIndexed(step, operation.table, text)
      ? [inWords("then build its indexes on the new column, CONCURRENTLY", "backfill")]
      : []),
    ...(isRequired ? notNullBlock(table, operation.table.name, `${text}_new`) : []),
    inWords(`deploy the version that uses only ${next}, and drop ${column} in a later migration`, "backfill"),
  );
}

export const isIndexed = ({ before }: Step, table: QualifiedName, column: string): boolean =>
  before.indexesOn(table).some(({ elements }) => elements.some((element) => element.column === column));

/** More than a value: a key, a generated one, or something that is made from the column and would stay with the old one. */
export function isBound(step: Step, table: QualifiedName, column: string): boolean {
  const { before } = step;
  const found = before.relation(table);
  if (found.is !== "present") return false;
  const { columns, constraints } = found.value;
  // The statement may drop the key, and add it again.
  const then = beforeStatement(step).relation(table);
  const keysBefore =
    then.is === "present" ? then.value.constraints.filter(({ kind }) => kind === "primary key") : [];
  // Some tools drop a foreign key around a change of its column.
  const start = step.scope.before.relation(table);
  const keysAround =
    start.is === "present" ? start.value.constraints.filter(({ kind }) => kind === "foreign key") : [];
  return (
    columns.some(
      ({ name, generated, identity, serial }) =>
        name === column && (serial || (generated ?? identity) !== undefined),
    ) ||
    [...constraints, ...keysBefore, ...keysAround].some(
      (one) => one.kind !== "check" && one.kind !== "not null" && one.columns.includes(column),
    ) ||
    before.dependents({ table, column }).some(({ kind }) => remaining.has(kind))
  );
}

/** What still uses a column after another one has taken its name. */
const remaining: ReadonlySet<Dependent["kind"]> = new Set([
  "check",
  "foreign key",
  "generated column",
  "materialized view",
  "partition key",
  "policy",
  "trigger",
  "view",
]);
