/** Questions that several rules ask, about one step and what surrounds it. */
import { keyOf, type Key, type Name, type QualifiedName } from "../../model/names.ts";
import type { OperationKind, OperationOf } from "../../model/operation.ts";
import type { Column, Index, Tri } from "../../schema/model.ts";
import type { Schema } from "../../schema/schema.ts";
import type { Step } from "../step.ts";

const sameTransaction = (a: Step, b: Step): boolean =>
  a.transaction.id === b.transaction.id ||
  // RENAME TABLE a TO b, c TO a.
  a.statement === b.statement ||
  // How the file runs isn't known: it may well be one transaction.
  (a.transaction.kind === "unknown" && b.transaction.kind === "unknown");

/** See `Step.replaced`. */
export function isReplaced(step: Step): boolean {
  const { operation, before } = step;
  const near = (side: "earlier" | "later", ...kinds: readonly OperationKind[]): readonly Step[] =>
    step.neighbours(side, ...kinds).filter((other) => sameTransaction(step, other));
  switch (operation.kind) {
    case "dropColumn": {
      const table = before.resolve(operation.table);
      const column = operation.column.text;
      return (
        near("later", ...columnRenames).some(renamesColumn(table, undefined, column)) ||
        syncedUntilNow(step, near("earlier", "dropTrigger"))
      );
    }
    case "redefineColumn":
    case "renameColumn": {
      const table = before.resolve(operation.table);
      const [from, to] = [operation.column.text, newName(operation).text];
      return (
        near("later", ...columnRenames).some(renamesColumn(table, undefined, from)) ||
        near("earlier", ...columnRenames).some(renamesColumn(table, to, undefined)) ||
        near("earlier", "dropColumn").some(
          ({ operation: other, before: then }) =>
            other.kind === "dropColumn" && other.column.text === to && then.resolve(other.table) === table,
        )
      );
    }
    case "dropTable": {
      const table = before.resolve(operation.table);
      // DROP, then CREATE needs no common transaction to be the recreation of a table.
      return step.neighbours("later", ...takesNames).some(takesName(table));
    }
    case "renameTable":
      return (
        viewFollows(step, before.resolve(operation.table)) ||
        near("later", ...takesNames).some(takesName(before.resolve(operation.table))) ||
        near("earlier", "renameTable").some(
          ({ operation: other }) => other.kind === "renameTable" && other.table.name === operation.to.text,
        )
      );
    case "renameView":
    case "setTableSchema": {
      const name = operation.kind === "renameView" ? operation.view : operation.table;
      return near("later", ...takesNames).some(takesName(before.resolve(name)));
    }
    default:
      return false;
  }
}

/** MySQL, where no transaction holds both: a view takes the name at once. */
const viewFollows = (step: Step, table: Key): boolean =>
  !step.before.dialect.transactionalDdl && step.neighbours("later", "createView").some(takesName(table));

const renames: ReadonlySet<string> = new Set([
  "renameTable",
  "renameView",
  "setTableSchema",
  "renameColumn",
  "redefineColumn",
]);

/** See `Step.renamedHere`. */
export function renamedHere(step: Step, table: Key, column: string | undefined): boolean {
  const isThere = (schema: Schema): boolean =>
    (column === undefined ? schema.relation(table) : schema.column(table, column)).is === "present";
  return step
    .earlier()
    .some(
      ({ operation, before, after }) => renames.has(operation.kind) && !isThere(before) && isThere(after),
    );
}

/** RENAME COLUMN from and to these names; undefined: any. */
function renamesColumn(
  table: Key,
  from: string | undefined,
  to: string | undefined,
): (step: Step) => boolean {
  return ({ operation, before }) =>
    (operation.kind === "renameColumn" || operation.kind === "redefineColumn") &&
    (from === undefined || operation.column.text === from) &&
    (to === undefined || newName(operation).text === to) &&
    before.resolve(operation.table) === table;
}

const columnRenames = ["renameColumn", "redefineColumn"] as const;

const newName = (operation: OperationOf<"renameColumn" | "redefineColumn">): Name =>
  operation.kind === "renameColumn" ? operation.to : operation.definition.name;

const takesNames = ["createTable", "createView", "renameTable"] as const;

/** A table or view gets this name. */
function takesName(key: Key): (step: Step) => boolean {
  return ({ operation, after }) => {
    const name = key.slice(key.indexOf(".") + 1);
    if (operation.kind === "createTable")
      return operation.table.name === name && after.resolve(operation.table) === key;
    if (operation.kind === "createView")
      return operation.view.name === name && after.resolve(operation.view) === key;
    if (operation.kind !== "renameTable") return false;
    const schema = key.slice(0, key.indexOf("."));
    return `${schema}.${operation.to.text}` === key;
  };
}

/** The contract step of expand and contract: the trigger that kept the column in step goes in this transaction, too. */
function syncedUntilNow({ operation, before }: Step, earlier: readonly Step[]): boolean {
  if (operation.kind !== "dropColumn") return false;
  const table = before.resolve(operation.table);
  return earlier.some(({ operation: drop, before: then }) => {
    if (drop.kind !== "dropTrigger" || then.resolve(drop.table) !== table) return false;
    const found = then.relation(table);
    if (found.is !== "present") return false;
    const trigger = found.value.triggers.find(({ name }) => name === drop.name.text);
    const routines = trigger?.function === undefined ? undefined : then.routines(trigger.function);
    return (
      routines?.is === "present" &&
      routines.value.some(({ definition }) => mentions(definition.body?.text ?? "", operation.column.text))
    );
  });
}

function mentions(text: string, word: string): boolean {
  const isWord = (character: string | undefined): boolean =>
    character !== undefined && /[\w$]/.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWord(text[at - 1]) && !isWord(text[at + word.length])) return true;
  }
  return false;
}

/** The index that a CREATE INDEX made, if it is still there in `schema`. */
export function indexMade({ operation, before, after }: Step, schema: Schema): Index | undefined {
  if (operation.kind !== "createIndex") return undefined;
  const known = newIndexes.get(before);
  const made = known?.after === after ? known.made : newIndex(operation, before, after);
  newIndexes.set(before, { after, made });
  if (made === undefined) return undefined;
  const found = schema.index(keyOf(made.schema, made.name));
  if (found.is === "present") return found.value.table === made.table ? found.value : undefined;
  return schema
    .indexesOn(made.table)
    .find(({ name, schema: its }) => name === made.name && its === made.schema);
}

/** By the schema before: several rules ask for it. */
const newIndexes = new WeakMap<Schema, { readonly after: Schema; readonly made: Index | undefined }>();

function newIndex(operation: OperationOf<"createIndex">, before: Schema, after: Schema): Index | undefined {
  if (operation.name !== undefined) {
    const table = after.resolve(operation.table);
    // An index lies in the schema of its table.
    const key = keyOf(table.slice(0, table.indexOf(".")), operation.name.name);
    const found = after.index(key);
    if (found.is === "present" && found.value.table === table)
      return before.index(key).is === "present" ? undefined : found.value;
  }
  const old = before.indexesOn(operation.table);
  const now = after.indexesOn(operation.table);
  // All before the first that differs are the same: a table may have thousands.
  const from = now.findIndex((index, i) => index !== old[i]);
  if (from < 0) return undefined;
  const names = new Set(old.slice(from).map(({ name }) => name));
  return now.slice(from).find(({ name }) => !names.has(name));
}

/** Elements are shared between the schemas of all steps, so their texts are made once. */
const elementTexts = new WeakMap<Index["elements"][number], string>();

function elementText(element: Index["elements"][number]): string {
  const known = elementTexts.get(element);
  if (known !== undefined) return known;
  const { column, expression, ...rest } = element;
  const text = JSON.stringify([column ?? expression?.text.replaceAll(/\s+/g, ""), rest]);
  elementTexts.set(element, text);
  return text;
}

/** Another index that makes `index` superfluous: equal, or beginning with all its columns. */
export function coveringIndex(schema: Schema, index: Index): Index | undefined {
  const own = index.elements.map(elementText);
  const first = index.elements[0]?.column;
  const where = index.where?.text.replaceAll(/\s+/g, "");
  return schema.indexesOn(index.table).find((other) => {
    if (
      other.name === index.name ||
      !other.valid ||
      other.mysql?.visible === false ||
      other.method !== index.method
    )
      return false;
    if (other.elements[0]?.column !== first || other.elements.length < own.length) return false;
    if (other.where?.text.replaceAll(/\s+/g, "") !== where || index.constraint !== undefined) return false;
    const its = other.elements.map(elementText);
    const equal = own.length === its.length && own.every((element, i) => element === its[i]);
    // A unique index enforces something: only another unique one says the same.
    if (index.unique) return equal && other.unique;
    if (index.include.some((column) => !other.include.includes(column))) return false;
    // Two equal plain indexes: one of them is enough, say it of the later one.
    if (equal) return other.unique || isEarlier(other, index);
    return (
      index.method === "btree" && own.length < its.length && own.every((element, i) => element === its[i])
    );
  });
}

const isEarlier = ({ origin: a }: Index, { origin: b }: Index): boolean =>
  a.migration < b.migration || (a.migration === b.migration && a.span.start < b.span.start);

/** Does an index begin with these columns, in any order? Unknown where the table was made outside of the history. */
export function indexedBy(schema: Schema, table: QualifiedName, columns: readonly string[]): Tri {
  const found = schema.relation(table);
  if (found.is !== "present") return "unknown";
  const covered = schema.indexesOn(found.value.key).some(({ elements, where, method }) => {
    const first = elements.slice(0, columns.length).map(({ column }) => column);
    const partial = where !== undefined && !columns.some((column) => where.provesNotNull.includes(column));
    return !partial && method !== "brin" && columns.every((column) => first.includes(column));
  });
  if (covered) return "yes";
  if (found.value.complete) return "no";
  // A column that the history added has only indexes that the history made.
  const added = columns.some((name) => {
    const column = found.value.columns.find((candidate) => candidate.name === name);
    return column !== undefined && isAdded(column);
  });
  return added ? "no" : "unknown";
}

/** See `Step.addedBy`. */
export function constraintAddedBy(step: Step): Step | undefined {
  const { operation } = step;
  if (operation.kind !== "validateConstraint") return undefined;
  const name = operation.name.text;
  const table = step.before.resolve(operation.table);
  return step
    .earlier()
    .find(
      (other) =>
        (other.operation.kind === "addForeignKey" ||
          other.operation.kind === "addCheck" ||
          other.operation.kind === "addNotNull") &&
        other.transaction.id === step.transaction.id &&
        other.before.resolve(other.operation.table) === table &&
        other.before.constraint(table, name).is !== "present" &&
        other.after.constraint(table, name).is === "present",
    );
}

/** See `Step.leavesNull`. */
export function leavesNull({ operation, statement, before }: Step, release: readonly number[]): boolean {
  const inline = "inlineColumn" in operation ? operation.inlineColumn?.text : undefined;
  const added =
    operation.kind === "addColumn"
      ? operation
      : statement.operations.find((other) => other.kind === "addColumn" && other.column.name.text === inline);
  if (added?.kind !== "addColumn") return false;
  const { default: value, generated, identity, serial, mysql, type } = added.column;
  if (mysql?.autoIncrement === true || mysql?.row !== undefined) return false;
  // The first member is the default of an ENUM; a TIMESTAMP had one of its own (explicit_defaults_for_timestamp).
  if (
    mysql !== undefined &&
    (type.name === "enum" || (type.name === "timestamp" && hasOwnTime(before, release)))
  )
    return false;
  return (
    (value === undefined || value.isNull) && generated === undefined && identity === undefined && !serial
  );
}

/** Before MySQL 8 and MariaDB 10.10; a release that isn't said is a late one of MySQL, and any of MariaDB. */
function hasOwnTime({ dialect }: Schema, release: readonly number[]): boolean {
  const [major, minor = 0] = release;
  if (dialect.isMariaDb) return major === undefined || major < 10 || (major === 10 && minor < 10);
  return major !== undefined && major < 8;
}

/** ADD COLUMN or CREATE TABLE of the history made it, so that all is known of it; else it was only met. */
export const isAdded = ({ type, notNull, hasDefault }: Column): boolean =>
  type !== undefined && notNull !== "unknown" && hasDefault !== "unknown";
