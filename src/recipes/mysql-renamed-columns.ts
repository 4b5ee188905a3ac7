/** A column of MySQL or MariaDB under a new name, beside a copy that has the old one until no release uses that. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { Column, Index, Relation } from "../schema/model.ts";
import { heading, instead, type Advice, type Part } from "./advice.ts";
import { oneForBoth } from "./changed-types.ts";
import { oldRows } from "./columns.ts";
import { convertedToo } from "./converted-values.ts";
import { batchesOf } from "./mysql-batches.ts";
import { senderOf } from "./sent.ts";
import { isNamedInTrigger } from "./synced-columns.ts";
import { textOf } from "./words.ts";

/**
 * Expand and contract: a copy of the column is filled under the new name; then the two swap their names in one statement,
 * so that keys and defaults stay with the column that they are made on, and the copy is what goes. Undefined where a copy
 * can't be kept equal.
 */
export function renameByNewColumn(step: Step): Advice | undefined {
  const { operation, before, script, statement, spell } = step;
  if (operation.kind !== "renameColumn") return undefined;
  if (isRetypedToo(step as Step<"renameColumn">))
    return [oneForBoth(step, operation.table, operation.column.text, operation.to.text)];
  const converted = convertedToo(step, operation.table, operation.column.text, operation.to.text);
  if (converted !== undefined) return converted;
  // CHANGE may be what a server knows that has no RENAME COLUMN.
  if (script.code !== undefined || statement.operations.length > 1) return undefined;
  const { table, column, to: name } = operation;
  if (isUsedBelow(step, name.text)) return undefined;
  const found = before.relation(table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const own = found.value.columns.find((one) => one.name === column.text);
  const type = own && typeOf(own);
  if (own === undefined || type === undefined || !canBeCopied(step, table, own, found.value))
    return undefined;

  const [from, to] = [spell(column), spell(name)];
  const alter = `ALTER TABLE ${table.text}`;
  const [onInsert, onUpdate] = ["insert", "update"].map((event) =>
    inSchema(step, table, `${`${table.name}_${column.text}`.slice(0, 52)}_${event}_sync`),
  ) as [string, string];
  const unsynced = [`DROP TRIGGER ${onInsert};`, `DROP TRIGGER ${onUpdate};`];
  const copies = copiedIndexes(step, table, column.text, to);
  const filled = batchesOf(
    step,
    {
      table,
      statement: `UPDATE ${table.text} SET ${to} = ${from}`,
      undone: `NOT (${to} <=> ${from})`,
      shrinks: true,
      sets: [name.text],
    },
    oldRows,
  );
  if (filled === undefined || copies === undefined) return undefined;
  const swap = `${alter} RENAME COLUMN ${from} TO ${to}, RENAME COLUMN ${to} TO ${from};`;
  return instead(
    { heading: [], undo: [...unsynced, `${alter} DROP COLUMN ${to};`] },
    `${alter} ADD COLUMN ${to} ${type} NULL;`,
    `CREATE TRIGGER ${onInsert} BEFORE INSERT ON ${table.text} FOR EACH ROW SET NEW.${to} = COALESCE(NEW.${from}, NEW.${to}), NEW.${from} = COALESCE(NEW.${from}, NEW.${to});`,
    `CREATE TRIGGER ${onUpdate} BEFORE UPDATE ON ${table.text} FOR EACH ROW SET NEW.${from} = IF(${differ(own, `NEW.${to}`, `OLD.${to}`)}, NEW.${to}, NEW.${from}), NEW.${to} = NEW.${from};`,
    filled,
    ...copies.built,
    heading("then swap the names, in one statement, so that keys and defaults stay with their column:", {
      transaction: "own",
      undo: [swap],
    }),
    swap,
    heading(`deploy the version that uses only ${to}; then:`, {
      transaction: "own",
      after: "deploy",
      deploy: `the version that uses only ${table.text}.${to}`,
    }),
    ...unsynced,
    // Beside each other they would rebuild the table.
    ...copies.dropped,
    `${alter} DROP COLUMN ${from};`,
  );
}

/** The same call changes its type under the new name. */
const isRetypedToo = (step: Step<"renameColumn">): boolean =>
  step
    .neighbours("later", "redefineColumn")
    .some((other) => senderOf(other) === senderOf(step) && isRetypedUnder(other, step));

/** The table is copied for the type of a column that has got its name just before. */
export const isRetypedUnder = (
  { operation, before, effects }: Step<"redefineColumn">,
  renamed: Step<"renameColumn">,
): boolean =>
  effects.online?.alone.algorithm === "COPY" &&
  operation.column.text === renamed.operation.to.text &&
  before.resolve(operation.table) === renamed.after.resolve(renamed.operation.table);

/** What the migration then makes of the column by its new name, the copy would get. */
function isUsedBelow(step: Step, name: string): boolean {
  const word = new RegExp(`(?<![\\w$])${name.replaceAll(/[^\w]/g, ".")}(?![\\w$])`, "i");
  return step.later().some((other) => word.test(textOf(other, other.statement.span)));
}

const inSchema = ({ spell }: Step, { schema }: QualifiedName, name: string): string =>
  schema === undefined ? spell(name) : `${spell(schema)}.${spell(name)}`;

const texts = /^(?:(?:var)?char|(?:tiny|medium|long)?text)$/;

/** Of two texts that a collation takes for the same, too. */
function differ({ type }: Column, a: string, b: string): string {
  const compared = (text: string): string =>
    texts.test(type?.name ?? "") ? `CAST(${text} AS BINARY)` : text;
  return `NOT (${compared(a)} <=> ${compared(b)})`;
}

/** As a definition says it. */
function typeOf({ type, charset, collation }: Column): string | undefined {
  if (type === undefined) return undefined;
  return [
    type.text,
    ...(charset === undefined || !texts.test(type.name) ? [] : [`CHARACTER SET ${charset}`]),
    ...(collation === undefined || !texts.test(type.name) ? [] : [`COLLATE ${collation}`]),
  ].join(" ");
}

/** A trigger can keep another column equal to it. */
function canBeCopied(step: Step, table: QualifiedName, own: Column, relation: Relation): boolean {
  // An INSERT that gives NULL looks like one that leaves the column out, which then gets the default.
  const isAmbiguous = own.notNull !== "yes" && own.hasDefault !== "no" && own.default?.isNull !== true;
  const key = relation.constraints.find(({ kind }) => kind === "primary key");
  return (
    relation.kind === "table" &&
    !isAmbiguous &&
    own.generated === undefined &&
    own.mysql?.autoIncrement !== true &&
    !(key?.kind === "primary key" && key.columns.includes(own.name)) &&
    !isNamedInTrigger(step, table, own.name, ["before"])
  );
}

/** The same indexes on the copy, for as long as it is used; not unique ones. Undefined: more than columns is in one. */
function copiedIndexes(
  { before, spell }: Step,
  table: QualifiedName,
  column: string,
  to: string,
): { readonly built: readonly Part[]; readonly dropped: readonly string[] } | undefined {
  const own = before
    .indexesOn(table)
    .filter(({ elements }) => elements.some((one) => one.column === column || one.expression !== undefined));
  const element = ({ column: name, length, descending }: Index["elements"][number]): string =>
    `${name === column ? to : spell(name ?? "")}${length === undefined ? "" : `(${length})`}${descending ? " DESC" : ""}`;
  const isPlain = ({ method, elements }: Index): boolean =>
    /^(?:btree|)$/.test(method) && elements.every((one) => one.column !== undefined);
  if (!own.every(isPlain)) return undefined;
  const names = own.map(({ name }) => spell(`${name.slice(0, 59)}_old`));
  return {
    built: own.flatMap(({ elements }, at) => [
      heading("then build its index on the copy:", {
        transaction: "own",
        undo: [`ALTER TABLE ${table.text} DROP INDEX ${names[at] ?? ""};`],
      }),
      `ALTER TABLE ${table.text} ADD INDEX ${names[at] ?? ""} (${elements.map(element).join(", ")}), ALGORITHM=INPLACE, LOCK=NONE;`,
    ]),
    dropped: names.map((name) => `ALTER TABLE ${table.text} DROP INDEX ${name};`),
  };
}
