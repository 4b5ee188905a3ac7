/** What an UPDATE that fills a column may leave NULL: rows that it doesn't find, and values that are NULL themselves. */
import type { ColumnReference } from "../../../model/expression.ts";
import type { Column, Relation } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";
import { statementTokens, tokenizers, type ScriptToken } from "../tokens.ts";
import { assigned } from "./written-rows.ts";

/** Why a column that an UPDATE has written may still be NULL in old rows. */
export interface Gap {
  /**
   * `rows`: those with NULL in another column aren't found; `partners`: those to which the other table has no row;
   * `value`: it comes from a column that may be NULL.
   */
  readonly how: "rows" | "partners" | "value";
  /** That column, or the other table. */
  readonly table: string;
  readonly column?: string | undefined;
}

/** Words of a condition that finds rows with NULL, or of a value that is never NULL. */
const guards: ReadonlySet<string> = new Set(
  "or is not coalesce case concat concat_ws ifnull nullif greatest least isnull notnull exists count array_agg".split(
    " ",
  ),
);
/** Functions that give NULL for NULL. */
const strict: ReadonlySet<string> = new Set(
  "lower upper trim btrim ltrim rtrim md5 abs round length".split(" "),
);

/** The columns that it may leave NULL, each with the first cause. `isFilled`: the history gives old rows a value there. */
export function gapsOf(
  step: Step,
  isFilled: (table: string, column: string) => boolean,
): ReadonlyMap<string, Gap> {
  const { operation, before } = step;
  const none = new Map<string, Gap>();
  if (operation.kind !== "updateRows" || operation.called === true || operation.unnamed === true) return none;
  if (operation.repeated === true || operation.limited === true || operation.conditional === true)
    return none;
  const { query, where } = operation;
  if (query.relations.length > 1 || (where?.limited.length ?? 0) > 0) return none;
  const target = before.relation(operation.table);
  if (target.is !== "present" || target.value.kind !== "table") return none;
  const source = query.relations[0] && before.relation(query.relations[0]);
  const other = source?.is === "present" && source.value.key !== target.value.key ? source.value : undefined;
  if (query.relations.length > 0 && other === undefined) return none;
  const { start, end } = operation.span;
  const tokens = statementTokens(step);
  if (step.inBody && step.script.text.slice(start, end).includes("''")) return none;
  const mayBeNull = (
    { key, columns }: Relation,
    name: string,
  ): (Gap & { readonly column: string }) | undefined => {
    const found = columns.find((one) => one.name === name);
    if (found === undefined || !isNullable(found) || isFilled(key, name)) return undefined;
    // NULL is allowed only since this migration.
    const was = step.scope.before.column(key, name);
    if (was.is === "present" && was.value.notNull === "yes") return undefined;
    return { how: "value", table: key, column: name };
  };
  const set = new Set(operation.columns.map(({ text }) => text));
  const condition = where === undefined ? [] : wordsIn(step, where.span.start, where.span.end);
  const isGuarded = condition.some((word) => guards.has(word));
  const missed = (columns: readonly ColumnReference[]): Gap | undefined => {
    if (other === undefined) return undefined;
    for (const { table, column } of columns) {
      const isOwn = table !== undefined && before.resolve(table) === target.value.key;
      const gap = isOwn && !set.has(column) ? mayBeNull(target.value, column) : undefined;
      if (gap !== undefined) return { ...gap, how: "rows" };
    }
    return undefined;
  };
  const alone = (columns: readonly ColumnReference[]): Gap | undefined => {
    if (other === undefined) return undefined;
    const own = columns.flatMap(({ table, column }) =>
      table !== undefined && before.resolve(table) === target.value.key && !set.has(column) ? [column] : [],
    );
    const isSure = own.length === 0 || hasPartners(step, target.value, other, own);
    return isSure ? undefined : { how: "partners", table: other.key };
  };
  const gaps = new Map<string, Gap>();
  for (const [column, value] of assigned(tokens)) {
    const words = value.flatMap((token) => (token.kind === "word" ? token.value : []));
    if (words.some((word) => guards.has(word) && word !== "is" && word !== "not")) continue;
    const isSelect = value[0]?.value === "(" && value[1]?.value === "select";
    const gap = isSelect
      ? words.some((word) => guards.has(word))
        ? undefined
        : (missed(query.columns) ?? alone(query.columns))
      : ((isGuarded ? undefined : missed(where?.columns ?? [])) ??
        valueGap(
          value,
          where === undefined || other !== undefined ? [target.value, other] : [],
          operation.among,
          set,
          mayBeNull,
        ) ??
        (isGuarded ? undefined : alone(where?.columns ?? query.columns)));
    if (gap !== undefined) gaps.set(column, gap);
  }
  return gaps;
}

/** Each row of the one table is sure to find one of the other: by a key, known or by its name, or because the other is made of it. */
function hasPartners(step: Step, own: Relation, other: Relation, columns: readonly string[]): boolean {
  const { before, scope, neighbours } = step;
  if (!own.complete || !other.complete || step.madeHere(other.key)) return true;
  const then = scope.before.relation(own.key);
  const keys = [own, ...(then.is === "present" ? [then.value] : [])].flatMap(
    ({ constraints }) => constraints,
  );
  const refersTo = (name: string): readonly string[] =>
    keys.flatMap((key) => (key.kind === "foreign key" && key.columns.includes(name) ? [key.references] : []));
  const refers = columns.some((name) => {
    const parents = refersTo(name);
    return parents.length === 0 ? /[a-z]_id$/i.test(name) : parents.includes(other.key);
  });
  if (refers) return true;
  // Rows without a partner have got one, or are gone.
  return neighbours("earlier", "insertRows", "deleteRows").some(({ operation }) => {
    const key = before.resolve(operation.table);
    const read = operation.query.relations.map((name) => before.resolve(name));
    return operation.kind === "insertRows" ? key === other.key : key === own.key && read.includes(other.key);
  });
}

const isNullable = ({ type, notNull, generated }: Column): boolean =>
  type !== undefined && notNull === "no" && generated === undefined;

const wordsIn = ({ script, before }: Step, start: number, end: number): readonly string[] =>
  tokenizers[before.dialect.name](script.text, start, end).flatMap(({ kind, value }) =>
    kind === "word" ? value : [],
  );

/** `old`, `u.old`, `lower(old)`: a column that may be NULL, and nothing else. */
function valueGap(
  value: readonly ScriptToken[],
  [own, other]: readonly (Relation | undefined)[],
  among: string | undefined,
  set: ReadonlySet<string>,
  mayBeNull: (relation: Relation, name: string) => Gap | undefined,
): Gap | undefined {
  let rest = value;
  const [first, open] = rest;
  if (first?.kind === "word" && strict.has(first.value) && open?.value === "(" && rest.at(-1)?.value === ")")
    rest = rest.slice(2, -1);
  const names = rest.filter(({ value: text }) => text !== ".");
  const name = names.at(-1);
  if (name === undefined || names.length > 2 || rest.length > 3) return undefined;
  if (rest.length === 2 || (name.kind !== "word" && name.kind !== "quoted")) return undefined;
  if (own === undefined) return undefined;
  const isOwn = names.length < 2 || names[0]?.value === own.name || names[0]?.value === among;
  if (isOwn && own.columns.some((one) => one.name === name.value))
    return set.has(name.value) ? undefined : mayBeNull(own, name.value);
  return other === undefined || (isOwn && names.length > 1) ? undefined : mayBeNull(other, name.value);
}
