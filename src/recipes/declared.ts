/** What the project's own declaration of the schema needs beside a change of the migrations. */
import { tableOf } from "../model/kinds.ts";
import type { Key, Name, QualifiedName } from "../model/names.ts";
import type { CreateIndex } from "../model/operation.ts";
import type { Declared, DeclaredIndex, DeclaredTable } from "../model/tool.ts";
import type { Schema } from "../schema/schema.ts";
import { pieceOf } from "../replay/code-piece.ts";
import { isPulled } from "../replay/pulled.ts";
import type { Step } from "../replay/step.ts";
import { placeOf } from "../text/source-map.ts";
import { inWords, type Advice, type Part, type RecipeStep } from "./advice.ts";
import { givenName } from "./index-names.ts";
import { isDroppedBack } from "./named-back.ts";
import { callOf, senderOf, sentAt } from "./sent.ts";
import { textOf } from "./words.ts";

export const declaredBy = ({ scope }: Pick<Step, "scope">): Declared | undefined => scope.history.declared;

/** What has to follow a change of the declaration. */
export const follows: Readonly<Record<NonNullable<Declared["compares"]>, string>> = {
  migrations: "otherwise the next migration undoes it",
  snapshot: "generate the migration from it: its snapshot has to change, too",
  database: "otherwise the next push of it undoes it",
};

/** The same for a declaration that is compared with a snapshot. */
export const followsSnapshot = ({ byHand }: Declared): string => byHand ?? follows.snapshot;

/** A sentence for advice that changes what the migrations lead to. Undefined: the tool doesn't compare the two. */
export function alsoDeclared(declared: Declared | undefined, step?: Step): string | undefined {
  const operation = step?.operation;
  const call = operation?.call;
  if (declared?.compares === undefined || call?.isOnce === true || call?.elsewhere === "nowhere")
    return undefined;
  if (operation !== undefined && declared.ignores?.includes(operation.kind) === true) return undefined;
  const table = operation && tableOf(operation);
  if (table !== undefined && declared.ofRelation?.table.test(table.name) === true) return undefined;
  if (call?.elsewhere === "inherited")
    return `If a base class gives ${declared.where} the column, declare it in ${declared.where} itself: ${follows.migrations}.`;
  if (declared.compares === "snapshot" && step !== undefined && areBothRetyped(step))
    return `Change only the SQL of the migration: ${declared.where} and its snapshot have the new types already.`;
  return declared.compares === "snapshot"
    ? `Change ${declared.where}, and ${followsSnapshot(declared)}.`
    : `Change ${declared.where}, too: ${follows[declared.compares]}.`;
}

/** The migration also changes the type of the other column of each foreign key that the server can't compare in between. */
function areBothRetyped({ operation, before, dependents, neighbours }: Step): boolean {
  if (operation.kind !== "changeColumnType") return false;
  const { text } = operation.column;
  const others = [...neighbours("earlier", "changeColumnType"), ...neighbours("later", "changeColumnType")];
  const isRetyped = (table: Key, column: string): boolean =>
    (before.resolve(operation.table) === table && text === column) ||
    others.some(({ operation: of }) => before.resolve(of.table) === table && of.column.text === column);
  const pairs = dependents.incomparableKeys();
  return (
    pairs.length > 0 &&
    pairs.every((pair) => isRetyped(pair.table, pair.column) && isRetyped(pair.references, pair.referenced))
  );
}

/** `nothing`: the project declares no such table; undefined: that isn't known. */
function declaredTable(step: Step, { schema, name }: QualifiedName): DeclaredTable | "nothing" | undefined {
  const declared = declaredBy(step);
  const tables = declared?.tables?.();
  return (
    tables?.find(
      (one) =>
        one.table === name && (schema === undefined || one.schema === undefined || one.schema === schema),
    ) ?? (tables === undefined || declared?.isPartlyRead === true ? undefined : "nothing")
  );
}

/** What the project declares that begins with these columns. */
function declaredOn(table: DeclaredTable, columns: readonly string[]): readonly DeclaredIndex[] {
  return table.indexes.filter(({ fields, partial }) => {
    if (partial === true) return false;
    const first = fields.slice(0, columns.length).map((field) => table.columns.get(field));
    return columns.every((column) => first.includes(column));
  });
}

/** Names and columns of the index that the project declares for these columns, and the migrations don't make. */
export function indexOfModel(
  step: Step,
  table: QualifiedName,
  columns: readonly string[],
): { readonly name: string | undefined; readonly columns: readonly string[] } | undefined {
  const found = declaredTable(step, table);
  if (found === undefined || found === "nothing") return undefined;
  const [one] = declaredOn(found, columns)
    .filter(({ unique }) => !unique)
    .toSorted((a, b) => a.fields.length - b.fields.length);
  const all = one?.fields.map((field) => found.columns.get(field) ?? field) ?? [];
  // The other columns may come later.
  const areThere = all.every((column) => step.scope.after.column(table, column).is === "present");
  return one !== undefined && areThere ? { name: one.name, columns: all } : undefined;
}

/** The project declares this column alone as the primary key of its table. */
export function isKeyOfModel(step: Step, table: QualifiedName, column: string): boolean {
  const found = declaredTable(step, table);
  if (found === undefined || found === "nothing") return false;
  const key = found.indexes.find(({ primary }) => primary === true);
  return key?.fields.map((field) => found.columns.get(field)).join() === column;
}

/** An index that is only in a migration is dropped by the next one that the tool generates. */
export function declaredIndex(
  step: Step,
  table: QualifiedName,
  name: string,
  columns: readonly string[],
): readonly RecipeStep[] {
  const declared = declaredBy(step);
  if (declared?.compares === undefined) return [];
  const { where, compares } = declared;
  const found = declaredTable(step, table);
  if (found === "nothing") return [];
  const [before] = found === undefined ? [] : declaredOn(found, columns);
  if (before !== undefined) {
    const made =
      compares === "migrations"
        ? "; if no later migration makes it, the next one that the tool generates does"
        : "";
    return [inWords(`${where} declares one already, in ${found?.name ?? table.name}: ${before.text}${made}`)];
  }
  const fields =
    declared.keepsNames === true && found === undefined ? columns : fieldsOf(declared, found, columns);
  const plain = name.replaceAll('"', "");
  const isUsual = plain === givenName(step, table.name, columns);
  // Left out where it is the one that the tool gives.
  const isNamed = declared.index?.(plain, columns, isUsual).includes(plain) === true;
  const called = compares !== "snapshot" && isNamed ? `, called ${plain}` : "";
  const index =
    (fields && declared.index?.(plain, fields, isUsual)) ??
    `an index on ${declared.renamedRelation === undefined ? "" : ofColumns(columns)}${columns.join(", ")}${called}`;
  const place = found === undefined ? `where ${step.show(table)} is declared` : `in ${found.name}`;
  const rest = compares === "snapshot" ? `; ${followsSnapshot(declared)}` : "";
  return [inWords(`and in ${where}, ${place}: ${index}${rest}`)];
}

const ofColumns = ({ length }: readonly string[]): string =>
  length === 1 ? "the field whose column is " : "the fields whose columns are ";

/**
 * The fields of columns; undefined: they aren't known. The field of `user_id` may have any name, often `userId`; that of
 * `userId` is `user`, where a relation makes the column.
 */
function fieldsOf(
  { renamedRelation }: Declared,
  table: DeclaredTable | undefined,
  columns: readonly string[],
): readonly string[] | undefined {
  if (table === undefined) {
    const isOther = (column: string): boolean =>
      column.includes("_") || (renamedRelation !== undefined && /[a-z]Id$/.test(column));
    return columns.some(isOther) ? undefined : columns;
  }
  const fields = columns.flatMap((column) => {
    const found = [...table.columns].find(([, own]) => own === column);
    return found === undefined ? [] : [found[0]];
  });
  return fields.length === columns.length ? fields : undefined;
}

/** The comments of a column, and of a table, that wait for their drop. */
export const noLongerRead = "deprecated: no longer read";
export const noLongerUsed = "deprecated: no longer used";

/**
 * A column or table that isn't dropped yet is still declared: otherwise the next migration drops it. `comment` and
 * `nullable`: what the advice has given it meanwhile, which the next migration would undo.
 */
export function stillDeclared(
  step: Step,
  what: "column" | "table",
  {
    name = "it",
    comment,
    nullable,
  }: { name?: string; comment?: string | undefined; nullable?: boolean } = {},
): readonly RecipeStep[] {
  const declared = declaredBy(step);
  if (declared?.compares === undefined) return [];
  if (declared.isRead === true)
    return name === "it" ? [inWords(`that version has it no longer in ${declared.where}`)] : [];
  const mark = declared.unused === undefined ? "" : `, marked ${declared.unused[what]}`;
  const { stated } = declared;
  const given = [
    nullable === true && stated !== undefined ? [stated.nullable] : [],
    comment === undefined ? [] : (stated?.comment?.[what]?.(comment) ?? []),
  ].flat();
  const changed = given.length === 0 ? "" : `, with ${given.join(" and ")}`;
  return [inWords(`until then ${name} stays in ${declared.where}${mark}${changed}`)];
}

/** The version that leaves a column or table out needs a migration that does, where no statement comes before it. */
export const stateFirst = (step: Step): Part =>
  declaredBy(step)?.isRead === true && callOf(step)?.state !== undefined
    ? { heading: [], ofState: true, undo: [] }
    : [];

/** For a drop that the tool wrote because nothing declares the table: something else may have made it. */
export function leftOut(step: Step, table: QualifiedName): RecipeStep | undefined {
  if (step.direction !== "up" || step.before.relation(table).is === "present") return undefined;
  const sentence = declaredBy(step)?.leftOut?.(step.show(table), step.script.code?.source ?? "");
  return sentence === undefined ? undefined : inWords(sentence);
}

/** The same as advice where the table, view or sequence is unknown: nobody creates it to drop it. */
export function dropLeftOut(step: Step): Advice | undefined {
  const { operation } = step;
  const found = operation.kind === "dropTable" ? leftOut(step, operation.table) : undefined;
  if (found !== undefined) return [found];
  if (operation.kind === "dropConstraint" || operation.kind === "dropColumn") {
    const before = step
      .neighbours("earlier", "dropTable")
      .find(({ operation: { table } }) => table.text === operation.table.text);
    if (before !== undefined)
      return [
        inWords(
          `Leave it out, or put it before the DROP TABLE: that has dropped ${operation.table.text} with all its parts.`,
        ),
      ];
  }
  return /^drop(?:Table|View|Sequence)$/.test(operation.kind)
    ? [inWords("Correct the name, or leave the drop out.")]
    : undefined;
}

/** What stands in the migrations for a while, and so in the declaration. `what`: subject and verb. */
export function meanwhileDeclared(step: Step, what: string): readonly RecipeStep[] {
  const declared = declaredBy(step);
  return declared?.compares === "migrations" ? [inWords(`until then ${what} in ${declared.where}, too`)] : [];
}

/** What the advice gives to the table for good, and so to the declaration. `what`: follows "and". */
export function declaredForGood(step: Step, what: string): readonly RecipeStep[] {
  const declared = declaredBy(step);
  if (declared?.compares === undefined) return [];
  const { where, compares } = declared;
  return [
    inWords(
      compares === "snapshot"
        ? `and ${what} in ${where}; ${followsSnapshot(declared)}`
        : `and ${what} in ${where}, too: ${follows[compares]}`,
    ),
  ];
}

/**
 * How a field keeps the column of another name. By the column's foreign key it is a relation; without one, a column that
 * is called like a key may be one, too. `as`: the name that it keeps, if not the column's.
 */
export function fieldFor(step: Step, declared: Declared, column: string, as = column): string {
  const { operation, before } = step;
  const { renamed, renamedRelation } = declared;
  const table = tableOf(operation);
  const found = table && before.relation(table);
  const isKey =
    found?.is === "present" &&
    found.value.constraints.some((one) => one.kind === "foreign key" && one.columns.includes(column));
  if (renamedRelation === undefined || !(isKey || /_id$|Id$/.test(column))) return renamed(as);
  return isKey ? renamedRelation(as) : `${renamed(as)}, or of a relation ${renamedRelation(as)}`;
}

/** Only the application's name changes. */
export function renamedInCode(step: Step, column: Name): readonly RecipeStep[] {
  const declared = declaredBy(step);
  return declared === undefined
    ? []
    : [
        inWords(
          `rename only the field in ${declared.where}, with ${fieldFor(step, declared, column.text)}: the database stays as it is; or step by step:`,
        ),
      ];
}

/** The same as a sentence. Undefined: the project declares no fields, or more than the name changes. */
export function renamedInModel(step: Step): string | undefined {
  const { operation } = step;
  const declared = declaredBy(step);
  if (declared === undefined || operation.kind !== "renameColumn") return undefined;
  const joined = joinKept(step);
  if (joined !== undefined) return joined.how;
  const field = fieldFor(step, declared, operation.column.text);
  return `Keep the name of the column in ${declared.where}, with ${field}: the database needs no other. Otherwise expand and contract: both names side by side until no version uses the old one.`;
}

/** How the column of a table that joins two others keeps its name; undefined: it is none, or the table stays. */
export function joinKept(step: Step): { readonly column: string; readonly how: string } | undefined {
  const { operation, show } = step;
  const renamedJoin = declaredBy(step)?.renamedJoin;
  if (operation.kind !== "renameColumn" || renamedJoin === undefined) return undefined;
  if (!sentAlong(step).some((one) => one.operation.kind === "renameTable")) return undefined;
  const { table, column } = operation;
  return { column: show(table, column.text), how: renamedJoin(show(table), column.text) };
}

const sentWith = (step: Step) => sentAt(step.scope.steps, step.script, senderOf(step));

/** The steps of the call that sends the step's statement. */
export const sentAlong = (step: Step): readonly Step[] => [...sentWith(step).values()].flat();

/** The schema before the step's call sends anything: it may have dropped before what goes with the step. */
export function beforeCall(step: Step): Schema {
  // A call may send thousands of statements.
  const [first] = sentWith(step).values();
  return first?.[0]?.before ?? step.before;
}

/** What the file has where the operation stands: a whole call, or a part of one. */
function writtenAt(step: Step): string {
  const { code, path, text } = step.script;
  const { head } = step.operation;
  if (code === undefined) return text.slice(head.start, head.end);
  const place = placeOf(code.map, head);
  if (place?.path !== path) return "";
  const call = callOf(step);
  return call?.at.start === place.span.start
    ? call.text
    : code.source.slice(place.span.start, place.span.end);
}

/** How to leave a new index out. */
export function leaveOut(step: Step): string {
  const { operation } = step;
  const declared = declaredBy(step);
  const out = `Leave ${nameInRounds(step) ?? uniqueInTable(step) ?? "it"} out`;
  if (isPulled(step.scope.migration))
    return "Drop it in a new migration: this one writes down a database that has it, and doesn't run there";
  // The call makes more than the index.
  if (isOfReference(step)) return "Pass `index: false`";
  if (declared?.compares === undefined || operation.kind !== "createIndex")
    return isUndone(step) ? `${out}, here and in the rollback` : out;
  const { where, compares } = declared;
  if (compares === "snapshot" && declared.isByHand?.(step.script.path) === true)
    return `${out} here, and out of ${where}, if that declares it`;
  if (compares === "snapshot") return `${out} of ${where}, and ${followsSnapshot(declared)}`;
  const ofField = declared.withoutIndex?.(writtenAt(step), step.before.family);
  if (ofField !== undefined) {
    const again = indexedAgain(step);
    return again.length === 0
      ? `${ofField}, here and in ${where}`
      : `${ofField}, here, in ${listed(again)}, and in ${where}`;
  }
  const found = declaredTable(step, operation.table);
  const here = `${out}, here${isUndone(step) ? ", in the rollback" : ""} and in ${where}`;
  const undone = ": otherwise the next migration creates it again";
  // It may have been written by hand.
  if (found === undefined) return `${here}, if that declares it, too${undone}`;
  const one = found === "nothing" ? undefined : declaredAs(found, operation);
  return one === undefined || found === "nothing"
    ? `${out}${isUndone(step) ? ", here and in the rollback" : ""}`
    : `${here} (${one.text} in ${found.name})${undone}`;
}

/** What in the project's declaration makes the index. */
function declaredAs(
  table: DeclaredTable,
  { unique, elements, name }: CreateIndex,
): DeclaredIndex | undefined {
  const columns = elements.map(({ column }) => column).join();
  const alike = table.indexes.filter(
    (one) => one.unique === unique && one.fields.map((field) => table.columns.get(field)).join() === columns,
  );
  // A primary key has an index of its own: it isn't what declares another one.
  return (
    alike.find((one) => one.name !== undefined && one.name === name?.name) ??
    alike.find(({ primary }) => primary !== true)
  );
}

/** A base class of the project's models gives the index to other tables, too: it can't be left out for one of them. */
export function isOfBaseClass(step: Step): boolean {
  const { operation } = step;
  if (operation.kind !== "createIndex" && operation.kind !== "addUnique") return false;
  const { elements, call } = operation;
  if (elements?.some(({ column = "" }) => call?.inherited?.has(column)) === true) return true;
  if (operation.kind === "addUnique") return false;
  const table = declaredTable(step, operation.table);
  return table !== undefined && table !== "nothing" && declaredAs(table, operation)?.shared === true;
}

/** One call sends several indexes, as it stands in a loop: which of them is meant. */
function nameInRounds(step: Step): string | undefined {
  const { operation, script } = step;
  if (operation.kind !== "createIndex" || script.code === undefined) return undefined;
  const { map } = script.code;
  const placeOfHead = ({ operation: { head } }: Step) => placeOf(map, head)?.span.start;
  const own = placeOfHead(step);
  const isOther = (one: Step): boolean =>
    one.operation.kind === "createIndex" &&
    one.operation.name?.name !== operation.name?.name &&
    placeOfHead(one) === own;
  return sentAlong(step).some(isOther) ? operation.name?.name : undefined;
}

/** In code, what makes it is a word of a call that makes the table, or the column. */
function uniqueInTable({ operation, statement, script }: Step): string | undefined {
  if (operation.kind !== "addUnique" || script.code === undefined) return undefined;
  const sender = pieceOf(script, statement)?.sender;
  const own = sender && script.transaction.senderWords?.unique(sender, script.path);
  const isPart = statement.operations.some(({ kind }) => kind === "createTable");
  return own !== undefined || isPart
    ? `${own ?? "UNIQUE"} of ${operation.columns.map(({ text }) => text).join(", ")}`
    : undefined;
}

/** A rollback that somebody has written drops the index, or the constraint. */
const isUndone = (step: Step): boolean => {
  const { operation } = step;
  if (operation.kind === "createIndex") return isDroppedBack(step, operation.name?.name);
  return operation.kind === "addUnique" && isDroppedBack(step, operation.name?.text);
};

/** Names of later migrations that would make the index anew. */
function indexedAgain({ operation, scope }: Step): readonly string[] {
  const { history, migration } = scope;
  if (operation.kind !== "createIndex") return [];
  const { table, elements } = operation;
  const [column] = elements.map((element) => element.column);
  if (column === undefined || elements.length > 1) return [];
  return history.migrations
    .filter(
      ({ index, up: { text } }) =>
        index > migration.index && history.declared?.indexedAgain?.(text, table.name, column) === true,
    )
    .map(({ name }) => name);
}

const mostNames = 3;

function listed(names: readonly string[]): string {
  const left = names.length - mostNames;
  const shown = names.slice(0, left > 0 ? mostNames - 1 : mostNames);
  return left > 0
    ? `${shown.join(", ")} and ${String(names.length - shown.length)} more`
    : shown.join(" and ");
}

/** On the index of a new key that what stands there leaves out on purpose; undefined: nothing does. */
export const keyIndex = (step: Step, isOfNewTable: boolean): string | undefined =>
  declaredBy(step)?.keyIndex?.(writtenAt(step), isOfNewTable);

/** A call for a column, its index and perhaps a key. */
const isOfReference = (step: Step): boolean =>
  /^(?:\w+\.(?:references|belongs_to)|add_(?:reference|belongs_to))\b/.test(writtenAt(step));

/** A sentence; undefined where the rule's own is enough. */
export function withoutIndex(step: Step): string | undefined {
  // MySQL takes the type for BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE.
  if (/^serial$/i.test(textOf(step, step.operation.head)))
    return "Write `BIGINT UNSIGNED AUTO_INCREMENT` instead: `SERIAL` is UNIQUE.";
  const isNamed = isCommentedOn(step);
  const sentence = `${leaveOut(step)}${isNamed ? ", with the COMMENT ON INDEX that names it" : ""}.`;
  if (isNamed || isPulled(step.scope.migration)) return sentence;
  const isUsual = !isOfReference(step) && !isUndone(step) && uniqueInTable(step) === undefined;
  return declaredBy(step) === undefined && isUsual ? undefined : sentence;
}

/** Without the index, the comment on it would fail. */
const isCommentedOn = ({ operation: made, later }: Step): boolean =>
  made.kind === "createIndex" &&
  made.name !== undefined &&
  later().some(
    ({ operation }) =>
      operation.kind === "comment" &&
      operation.object === "index" &&
      operation.name?.name === made.name?.name,
  );
