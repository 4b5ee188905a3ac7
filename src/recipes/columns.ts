import type { Expression } from "../model/expression.ts";
import type { QualifiedName } from "../model/names.ts";
import { involves, splitKey } from "../schema/dependents.ts";
import type { AddColumn, ColumnDefinition } from "../model/operation.ts";
import { typeText, type ColumnType } from "../model/types.ts";
import type { Step } from "../replay/step.ts";
import type { Dependent } from "../schema/model.ts";
import { makeObjectName } from "../schema/names.ts";
import { defaultDroppedLater, heading, instead, inWords, leftOut, type Advice } from "./advice.ts";
import { meanwhileDeclared } from "./declared.ts";
import { givenByUpdate, plainDefault } from "./defaults.ts";
import { inBatchesOf, type Change } from "./batches.ts";
import { firedTriggers } from "./changed-types.ts";
import { keyColumnReplaced } from "./key-column-replaced.ts";
import { movedAlong } from "./needed-behind.ts";
import { lockTablesHere } from "./lock-tables.ts";
import {
  addColumn,
  beforeStatement,
  literal,
  madeName,
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
      meanwhileDeclared(step, "the column is declared as one that may be NULL"),
      heading("deploy the version that sets it, and update the old rows; then, in a later migration:", {
        after: "deploy",
        deploy: `the version that sets ${operation.table.text}.${column}`,
      }),
      notNullBlock(table, operation.table.name, name.text),
    );
  return instead(
    heading(
      `${given === undefined ? "choose the default" : "with a default"}, the value of the old rows: it is stored in the system catalog, no row is rewritten`,
      given === undefined ? { guess: `DEFAULT ${value}` } : { replaces: [given.statement] },
    ),
    `${add} NOT NULL DEFAULT ${value};`,
    meanwhileDeclared(step, "the default is declared"),
    defaultDroppedLater(table, column, value, given === undefined ? { guess: `DEFAULT ${value}` } : {}),
  );
}

/** Nullable column, default for new rows, batches for old ones, NOT NULL by a CHECK. */
export function columnThenDefault(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn") return undefined;
  const { name, default: value, notNull } = operation.column;
  const replaced = keyColumnReplaced(step, operation.table, [name.text]);
  if (replaced !== undefined) return replaced;
  const table = operation.table.text;
  const column = quote(name.text);
  const text = value?.text ?? "<value>";
  return instead(
    `${addColumn(operation)} ${typeOf(operation.column)};`,
    `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${text};`,
    firedTriggers(step, operation.table, name.text, { synced: false }),
    inBatchesOf(step, fill(operation.table, column, text), oldRows),
    ...(notNull ? notNullBlock(table, operation.table.name, name.text) : []),
    movedAlong(step),
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
  const owner = identity === undefined ? [`OWNED BY ${table}.${column}`] : [];
  const create = `CREATE SEQUENCE ${[sequence, "AS", type.name, ...owner, ofSequence].join(" ").trim()};`;
  return instead(
    `${addColumn(operation)} ${type.name};`,
    create,
    `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval(${literal(sequence)});`,
    firedTriggers(step, operation.table, name.text, { synced: false }),
    inBatchesOf(step, fill(operation.table, column, `nextval(${literal(sequence)})`), oldRows),
    notNullBlock(table, operation.table.name, name.text),
    identity === undefined
      ? []
      : together(
          step,
          "then the identity takes the place of the sequence, in one transaction:",
          [
            `ALTER TABLE ${table} ALTER COLUMN ${column} DROP DEFAULT, ALTER COLUMN ${column} ADD GENERATED ${identity.toUpperCase()} AS IDENTITY${ofIdentity};`,
            `SELECT setval(${own}, nextval(${literal(sequence)}), false);`,
            `DROP SEQUENCE ${sequence};`,
          ],
          {
            undo: [
              create,
              `SELECT setval(${literal(sequence)}, nextval(${own}), false);`,
              `ALTER TABLE ${table} ALTER COLUMN ${column} DROP IDENTITY;`,
              `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval(${literal(sequence)});`,
            ],
          },
        ),
    movedAlong(step),
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
    heading("an ordinary column, which a trigger fills: the server adds no generated one without a rewrite"),
    `${addColumn(operation)} ${typeOf(operation.column)};`,
    ...trigger(step, operation.table, name.text, `NEW.${column} := ${ofNewRow(generated.expression)};`),
    firedTriggers(step, operation.table, name.text),
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
    movedAlong(step),
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

/** On a partitioned table the server would lock partitions before their parent, and the application the other way round. */
export function dropTrigger(step: Step, table: QualifiedName, column: string): readonly string[] {
  const name = madeName(table.name, column, "sync");
  const found = step.before.relation(table);
  const isPartitioned = found.is === "present" && found.value.partitionBy !== undefined;
  return [
    ...lockTablesHere(step, isPartitioned ? [table.text] : []),
    `DROP TRIGGER ${name} ON ${table.text};`,
    `DROP FUNCTION ${name}();`,
  ];
}

/** The expression with its columns read from the row that a trigger sees. */
export const ofNewRow = (expression: Expression): string =>
  renamedIn(expression, (column) => `NEW.${quote(column)}`);

/** The expression with its columns written in another way. */
export function renamedIn({ text, span, columns }: Expression, write: (column: string) => string): string {
  let out = text;
  for (const column of [...columns].sort((a, b) => b.span.start - a.span.start)) {
    const [start, end] = [column.span.start - span.start, column.span.end - span.start];
    out = `${out.slice(0, start)}${write(column.column)}${out.slice(end)}`;
  }
  return out;
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
    inWords(
      `deploy the version that uses only ${next}${leftOut(step, column)}, and drop ${column} in a later migration`,
      "backfill",
    ),
  );
}

export const isIndexed = ({ before }: Step, table: QualifiedName, column: string): boolean =>
  before.indexesOn(table).some(({ elements }) => elements.some((element) => element.column === column));

/** More than a value: a key, a generated one, or something that is made from the column and would stay with the old one. */
export function isBound(step: Step, table: QualifiedName, column: string): boolean {
  const { before } = step;
  if (isKeyedLater(step, table, column)) return true;
  const found = before.relation(table);
  if (found.is !== "present") return false;
  const { columns, constraints } = found.value;
  // The statement may drop the key, and add it again.
  const then = beforeStatement(step).relation(table);
  const all = [...constraints, ...(then.is === "present" ? then.value.constraints : [])];
  // Some tools drop a foreign key around a change of its column.
  const start = step.scope.before.relation(table);
  const keysAround =
    start.is === "present"
      ? start.value.constraints.filter(
          ({ kind, name }) => kind === "foreign key" && !constraints.some((one) => one.name === name),
        )
      : [];
  return (
    columns.some(
      ({ name, generated, identity, serial }) =>
        name === column && (serial || (generated ?? identity) !== undefined),
    ) ||
    [...all.filter(({ kind }) => kind === "primary key"), ...keysAround].some((one) =>
      involves(one, column),
    ) ||
    before
      .dependents({ table, column })
      .some(({ kind, onDrop }) => remaining.has(kind) || (kind === "foreign key" && onDrop === "refuses"))
  );
}

/** A later statement adds a foreign key from or to the column, perhaps again: both sides change their type together. */
export function isKeyedLater(
  { before, neighbours, statement }: Step,
  table: QualifiedName,
  column: string,
): boolean {
  const own = before.resolve(table);
  const isOurs = (of: QualifiedName, columns: readonly { readonly text: string }[]): boolean =>
    before.resolve(of) === own && columns.some(({ text }) => text === column);
  return neighbours("later", "addForeignKey").some(
    ({ statement: other, operation: { table: from, columns, references, referencedColumns } }) =>
      other !== statement && (isOurs(from, columns) || isOurs(references, referencedColumns)),
  );
}

/** What still uses a column after another one has taken its name. */
const remaining: ReadonlySet<Dependent["kind"]> = new Set([
  "generated column",
  "materialized view",
  "partition key",
  "policy",
  "trigger",
  "view",
]);
