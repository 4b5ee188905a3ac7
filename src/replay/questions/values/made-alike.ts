/** UPDATEs that may give two rows the same values in the columns of a unique key. */
import type { Key } from "../../../model/names.ts";
import type { OperationOf } from "../../../model/operation.ts";
import { has } from "../../../schema/persistent.ts";
import { normalise } from "../../../schema/expression-text.ts";
import type { Column, Index, Relation } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";
import { statementTokens, type ScriptToken } from "../tokens.ts";
import { changesFewRows, isBounded } from "./bounds.ts";
import { keyColumnsOf } from "./constant-key.ts";
import { fillsAfter, type Fills } from "./fills.ts";
import { isUniqueWithin } from "./new-unique.ts";
import { assigned } from "./written-rows.ts";

export interface MadeAlike {
  readonly index: Index;
  /**
   * `same`: all rows get one value; `alike`: different values give the same one; `moved`: the server checks the key after each
   * row, and a row takes the value of one that hasn't moved yet.
   */
  readonly how: "same" | "alike" | "moved";
  /** What its columns hold afterwards, as an expression over the columns as they were; undefined where that isn't one. */
  readonly values: readonly { readonly column: string; readonly text: string }[];
}

/** Functions that give the same for different values, and words that stand in their calls. */
const letters: ReadonlySet<string> = new Set(["lower", "upper", "lcase", "ucase", "initcap"]);
const ends: ReadonlySet<string> = new Set(["rtrim", "trailing"]);
const lossy: ReadonlySet<string> = new Set(
  (
    "btrim ltrim trim left right substr substring mid replace regexp_replace translate unaccent split_part " +
    "substring_index round floor ceil ceiling trunc truncate date_trunc coalesce ifnull"
  ).split(" "),
);
const small: ReadonlySet<string> = new Set(
  "from for both leading text varchar char date int integer bigint".split(" "),
);

type Written = ReadonlyMap<string, readonly ScriptToken[]>;

/** An UPDATE of many rows of an existing table, each by its own values: the table, and what it sets. */
function changeOf(step: Step): { readonly relation: Relation; readonly set: Written } | undefined {
  const { operation, before } = step;
  if (operation.kind !== "updateRows" || step.skipped || step.failures.length > 0) return undefined;
  if (operation.called === true || operation.unnamed === true || operation.composed === true)
    return undefined;
  if (operation.caught === true || operation.repeated === true || operation.limited === true)
    return undefined;
  // Another row is looked at, or the values come from another table.
  if (operation.query.relations.length > 0) return undefined;
  const { table } = operation;
  const found = before.relation(table);
  if (found.is !== "present" || found.value.kind !== "table" || found.value.temporary) return undefined;
  if (step.createdHere(table) === "yes" || step.madeHere(table) || step.rows(table).are === "none")
    return undefined;
  if (changesFewRows(operation, before)) return undefined;
  const tokens = statementTokens(step);
  if (tokens[1]?.value === "ignore") return undefined;
  return { relation: found.value, set: new Map(assigned(tokens)) };
}

/** A condition mostly finds the one row that is meant; one about NULL in these columns, all that have no value. */
const isOfMany = ({ where }: OperationOf<"updateRows">, columns: readonly string[]): boolean =>
  where === undefined || where.trivial || where.nulls?.some((one) => columns.includes(one)) === true;

/** See `ValueQuestions.sharedKey`. */
export function sharedKey(step: Step, fills: Fills): readonly string[] | undefined {
  const { operation, before } = step;
  const change = changeOf(step);
  if (operation.kind !== "updateRows" || change === undefined) return undefined;
  const found = madeAlike(step, fills);
  if (found !== undefined) {
    const columns = found.how === "same" ? found.values.map(({ column }) => column) : [];
    // With other columns in the key, rows may differ in those.
    return columns.length > 0 && columns.every((name) => change.set.has(name)) ? columns : undefined;
  }
  const table = before.resolve(operation.table);
  return step
    .neighbours("later", "addUnique", "addPrimaryKey", "createIndex")
    .filter((one) => one.before.resolve(one.operation.table) === table && !one.skipped)
    .map((one) => keyColumnsOf(one.operation) ?? [])
    .find(
      (columns) =>
        columns.length > 0 &&
        isOfMany(operation, columns) &&
        columns.every((name) => effect(change.set.get(name) ?? [], name, change.relation) === "same"),
    );
}

/** See `ValueQuestions.madeAlike`. */
export function madeAlike(step: Step, fills: Fills): MadeAlike | undefined {
  const { operation, before } = step;
  const change = changeOf(step);
  if (operation.kind !== "updateRows" || change === undefined) return undefined;
  const { table, where } = operation;
  const { relation, set } = change;
  const tokens = statementTokens(step);
  const keys = before.indexesOn(table);
  for (const index of keys) {
    const columns = index.elements.flatMap(({ column, length }) =>
      length === undefined ? (column ?? []) : [],
    );
    const changed = columns.filter((column) => set.has(column));
    if (!index.unique || !index.valid || columns.length < index.elements.length || changed.length === 0)
      continue;
    // Rows may leave the index.
    if (index.where?.columns.some(({ column }) => set.has(column)) === true) continue;
    const how = changed.map((column) => effect(set.get(column) ?? [], column, relation));
    const [first] = how;
    if (first === undefined || how.some((one) => one !== first)) continue;
    if (first === "same" && !isOfMany(operation, changed)) continue;
    const isOrdered = tokens.some(({ kind, value }) => kind === "word" && value === "order");
    if (first === "moved" && (isOrdered || isDeferrable(relation, index))) continue;
    if (first !== "moved" && where !== undefined && isBounded(operation, [], before)) continue;
    const rest = columns.filter((column) => !set.has(column));
    const written = changed.map((column) => textOf(set.get(column) ?? [], step));
    if (
      keys.some((one) => isUniqueWithin(one, [...rest, ...(first === "alike" ? written.map(normalise) : [])]))
    )
      continue;
    if (first !== "moved" && isSeenTo(step, fills, before.resolve(table), columns)) continue;
    return {
      index,
      how: first,
      values: columns.map((column) => {
        const at = changed.indexOf(column);
        return { column, text: written[at] ?? column };
      }),
    };
  }
  return undefined;
}

/** What the values of a column become. */
function effect(
  value: readonly ScriptToken[],
  column: string,
  { columns, constraints, tableOptions }: Relation,
): MadeAlike["how"] | undefined {
  const own = columns.find(({ name }) => name === column);
  if (own === undefined || value.length === 0) return undefined;
  const names = value
    .filter(({ kind }) => kind === "word" || kind === "quoted")
    .map(({ value: name }) => name);
  const [first, sign, number] = value;
  if (value.length === 1) {
    const isLiteral = first?.kind === "string" || first?.kind === "number";
    return isLiteral || first?.value === "true" || first?.value === "false" ? "same" : undefined;
  }
  if (value.length === 3 && first?.value === column && number?.value === "1")
    return sign?.value === "+" || sign?.value === "-" ? "moved" : undefined;
  const marks = value
    .filter(({ kind }) => kind === "operator" || kind === "punctuation")
    .map((one) => one.value);
  if (marks.some((mark) => !["(", ")", ",", ".", "::"].includes(mark))) return undefined;
  // One value alone goes in: its own column.
  if (names.filter((name) => name === column).length !== 1) return undefined;
  const isCall = (name: string): boolean => letters.has(name) || ends.has(name) || lossy.has(name);
  const others = names.filter((name) => name !== column && !isCall(name) && !small.has(name));
  if (others.some((name) => columns.some((one) => one.name === name))) return undefined;
  if (others.length > (value.some(({ value: mark }) => mark === ".") ? 1 : 0)) return undefined;
  const calls = names.filter(isCall).filter((name) => !isBlindTo(name, own, tableOptions));
  if (calls.length === 0) return undefined;
  // Such values alone get in.
  const isChecked = constraints.some(
    (one) =>
      one.kind === "check" &&
      one.expression.columns.some((read) => read.column === column) &&
      one.expression.functions.some(({ name }) => calls.includes(name)),
  );
  return isChecked ? undefined : "alike";
}

/** Values that differ in nothing else are the same for the key already. */
function isBlindTo(
  call: string,
  { type, collation, mysql }: Column,
  options: Readonly<Record<string, string>> | undefined,
): boolean {
  if (!letters.has(call) && !ends.has(call)) return false;
  if (mysql === undefined)
    return letters.has(call) && (type?.name.endsWith("citext") === true || collation !== undefined);
  const used = (collation ?? options?.["collate"] ?? "").toLowerCase();
  if (letters.has(call))
    return !/_(?:bin|cs)$|_cs_|^binary$/.test(used) && !/blob|binary/.test(type?.name ?? "");
  return !/0900/.test(used);
}

function isDeferrable({ constraints }: Relation, { constraint }: Index): boolean {
  const owner = constraints.find(({ name }) => name === constraint);
  return owner !== undefined && "deferrable" in owner && owner.deferrable === true;
}

/** The history has looked for rows that are alike, or what isn't read may have. */
function isSeenTo(step: Step, fills: Fills, own: Key, columns: readonly string[]): boolean {
  const { apart, unreadAt } = fillsAfter(fills, step.earlier());
  if (step.earlier().some(({ changes }) => changes === "unknown")) return true;
  if (unreadAt >= 0 && unreadAt >= step.scope.migration.index - 1) return true;
  return has(apart, `${own}.*`) || columns.some((column) => has(apart, `${own}.${column}`));
}

const textOf = (value: readonly ScriptToken[], { script }: Step): string =>
  script.text.slice(value[0]?.start ?? 0, value.at(-1)?.end ?? 0);
