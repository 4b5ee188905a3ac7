/** A constant in all rows of a column that the migration adds: as its default it is there at once, and no row is written. */
import { givesValue } from "../model/expression.ts";
import type { Name } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { Span } from "../text/span.ts";
import { defaultDroppedLater, heading, instead, inWords, type Advice, type Part } from "./advice.ts";
import { onOneLine, statedNull, textOf } from "./words.ts";

type Added = Step<"addColumn">;

/** A column of the UPDATE, with what it is set to. */
interface Fill {
  readonly added: Added;
  readonly value: string;
  /** The statement that sets NOT NULL later in the migration. */
  readonly required?: Span | undefined;
}

/** Undefined: the columns are older, rows get different values, or the server writes the table anew for such a column. */
export function constantByDefault(step: Step): Advice | undefined {
  const { operation, inBody, statement } = step;
  if (operation.kind !== "updateRows" || inBody || operation.among !== undefined) return undefined;
  if (operation.columns.length === 0 || !isOfAll(step, operation.columns)) return undefined;
  if (step.values.sharedKey() !== undefined) return undefined;
  const added = step
    .neighbours("earlier", "addColumn")
    .filter((one) => step.before.resolve(operation.table) === one.before.resolve(one.operation.table));
  const fills = operation.columns.map((column): Fill | undefined => {
    const [own, ...others] = added.filter((one) => one.operation.column.name.text === column.text);
    const value = own === undefined ? undefined : valueFor(step, own, column);
    return own === undefined || value === undefined || others.length > 0 || !isPlain(own)
      ? undefined
      : { added: own, value, required: requiredAfter(step, own) };
  });
  if (!fills.every((one) => one !== undefined)) return undefined;
  const changing = fills.filter(({ added: { operation: op }, value }) => !isSameValue(op.column, value));
  if (changing.length === 0)
    return [
      { ...inWords("leave it out: the default gives old rows the same value"), replaces: [statement.span] },
    ];
  // Behind a default, only rows that were given NULL since have none.
  const isAll = operation.where === undefined || operation.where.trivial;
  if (!isAll && changing.some(({ added: one }) => givesValue(one.operation.column.default))) return undefined;
  const first = Math.min(...fills.map((fill) => fill.added.statement.span.start));
  const between = step.earlier().filter((one) => one.statement.span.start >= first && isOn(one, step));
  const names = operation.columns.map(({ text }) => text);
  const areApart = between.every(
    (one) =>
      one.statement.operations.every(({ kind }) => kind === "addColumn") ||
      (ofOthers.test(one.operation.kind) && !mentions(textOf(one, one.statement.span), names)),
  );
  const resets = changing.filter(({ required }) => required === undefined).map((fill) => reset(fill));
  if (!areApart || resets.includes(undefined)) return [inWords(words)];
  const statements = [...new Set(changing.map(({ added: { statement: own } }) => own))].toSorted(
    (a, b) => a.span.start - b.span.start,
  );
  const required = changing.flatMap((fill) => fill.required ?? []);
  const needless = operation.columns.flatMap((column) => needlessFills(step, "later", column));
  return instead(
    heading(
      `in place of the ADD COLUMN${required.length === 0 ? " and the UPDATE" : ", the UPDATE and SET NOT NULL"}: the default gives old rows the value, and no row is written:`,
      { replaces: [...statements.map(({ span }) => span), statement.span, ...needless, ...required] },
    ),
    ...statements.map(({ span }) => `${withDefaults(step, span, changing)};`),
    ...resets.flatMap((text) => text ?? []),
    ...changing.filter((fill) => fill.required !== undefined).map((fill) => dropsLater(fill)),
  );
}

/** What another column that is added and filled beside it needs. */
const ofOthers = /^(?:updateRows|setNotNull)$/;

const mentions = (text: string, names: readonly string[]): boolean =>
  names.some((name) => new RegExp(String.raw`(?<!\w)${name.replaceAll(/\W/g, ".")}(?!\w)`, "i").test(text));

/** The same where NOT NULL is set behind the UPDATE. */
export function constantBeforeNotNull(step: Step): Advice | undefined {
  if (step.operation.kind !== "setNotNull") return undefined;
  const { start } = step.statement.span;
  return step
    .neighbours("earlier", "updateRows")
    .filter((one) => isOn(one, step))
    .map((one) => constantByDefault(one))
    .find((advice) => advice?.some(({ replaces }) => replaces?.some((span) => span.start === start)));
}

/** What fills the column of the step's table where it holds NULL, as no row does any more. */
export const needlessFills = (step: Step, side: "earlier" | "later", column: Name): readonly Span[] =>
  step.neighbours(side, "updateRows").flatMap((one) => {
    const { operation, statement, inBody, values } = one;
    const [only, ...others] = operation.columns;
    if (inBody || others.length > 0 || only?.text !== column.text || !isOn(one, step)) return [];
    const asksForNull = operation.where?.nulls?.includes(column.text) === true;
    return asksForNull && values.fewRows() ? [statement.span] : [];
  });

/** What sets NOT NULL later in the migration, where it does nothing else and the column has no default of its own. */
function requiredAfter(step: Step, { operation: { column } }: Added): Span | undefined {
  if (column.default !== undefined || column.notNull) return undefined;
  const [later, ...others] = step
    .neighbours("later", "setNotNull", "setDefault", "dropDefault")
    .filter((one) => one.operation.column.text === column.name.text && isOn(one, step));
  if (later?.operation.kind !== "setNotNull" || others.length > 0) return undefined;
  return later.statement.operations.length === 1 ? later.statement.span : undefined;
}

/** The running version doesn't know the column: the default gives its new rows the value. */
const dropsLater = ({ added: { operation, spell }, value }: Fill): readonly Part[] =>
  defaultDroppedLater(operation.table.text, spell(operation.column.name), value);

const words =
  "give the column the value as its default where it is added, which writes no row; then set the default that it is to have, or drop it";

const isOn = (one: Step, { operation, before }: Step): boolean =>
  one.table !== undefined &&
  "table" in operation &&
  operation.table !== undefined &&
  one.before.resolve(one.table) === before.resolve(operation.table);

/** Without a WHERE, or where the only new column has no value yet. */
function isOfAll(step: Step<"updateRows"> | Step, columns: readonly Name[]): boolean {
  const { operation } = step;
  if (operation.kind !== "updateRows" || operation.limited === true) return false;
  const { where } = operation;
  if (where === undefined || where.trivial) return true;
  const [only, ...more] = columns;
  const text = textOf(step, where.span).trim().replaceAll(/["`]/g, "");
  return (
    only !== undefined && more.length === 0 && isSame(text.replaceAll(/\s+/g, " "), `${only.text} is null`)
  );
}

/** The server stores the default for old rows; on MySQL, only where the statement is instant. */
function isPlain({ operation, inBody, effects }: Added): boolean {
  const { column, ifNotExists } = operation;
  const isInstant = effects.online === undefined || effects.online.algorithm === "INSTANT";
  return (
    !inBody &&
    !ifNotExists &&
    isInstant &&
    column.generated === undefined &&
    column.identity === undefined &&
    !column.serial
  );
}

const literal = String.raw`'(?:[^'\\]|'')*'(?:::[\w ."]{1,60})?|-?\d{1,30}(?:\.\d{1,30})?|true|false`;
const moment = String.raw`now\(\)|current_timestamp(?:\(\d?\))?`;

/** What the SET list gives it, as a default; undefined: no constant, or none that the server takes as one. */
function valueFor(step: Step, { operation: { column } }: Added, { text: name }: Name): string | undefined {
  const { operation } = step;
  if (operation.kind !== "updateRows" || !/^\w+$/.test(name)) return undefined;
  const text = step.script.text.slice(
    operation.span.start,
    operation.where?.span.start ?? operation.span.end,
  );
  const set = new RegExp(
    String.raw`(?:\sset\s|,)\s*["\x60]?${name}["\x60]?\s*=\s*(${literal}|${moment})\s*(?:,|;|$|where\s*$|--)`,
    "i",
  );
  const value = set.exec(text)?.[1];
  if (value === undefined || column.mysql === undefined) return value;
  const { name: type, modifiers } = column.type;
  if (!new RegExp(`^(?:${moment})$`, "i").test(value)) return noLiteral.test(type) ? undefined : value;
  if (!/^(?:timestamp|datetime)$/.test(type)) return undefined;
  const [digits] = modifiers;
  return digits === undefined ? "CURRENT_TIMESTAMP" : `CURRENT_TIMESTAMP(${digits})`;
}

const noLiteral = /text$|blob$|^json$|^geometry|point$|polygon$|string$/;

/** The default of the column as it is written, or none. */
function reset({ added }: Fill): string | undefined {
  const { operation, spell } = added;
  const { default: old, name, notNull } = operation.column;
  const column = `ALTER TABLE ${operation.table.text} ALTER COLUMN ${spell(name)}`;
  const isMysql = operation.column.mysql !== undefined;
  if (isMysql && old !== undefined && !old.constant) return undefined;
  if (old !== undefined) return `${column} SET DEFAULT ${old.text};`;
  return isMysql && !notNull ? `${column} SET DEFAULT NULL;` : `${column} DROP DEFAULT;`;
}

/** The statement with other defaults of its columns. */
function withDefaults(step: Step, { start, end }: Step["statement"]["span"], fills: readonly Fill[]): string {
  const edits = fills
    .flatMap(({ added: { operation }, value, required }) => {
      const { default: old, type, collation, mysql } = operation.column;
      if (old !== undefined) return [{ ...old.span, text: value }];
      const written = mysql && nullDefault(step, mysql.definition);
      if (written !== undefined) return [{ ...written, text: `DEFAULT ${value}` }];
      const at = mysql?.definition.end ?? collation?.span.end ?? type.span.end;
      const edit = {
        start: at,
        end: at,
        text: `${required === undefined ? "" : " NOT NULL"} DEFAULT ${value}`,
      };
      if (required === undefined) return [edit];
      return [...nullBehind(step, { start: type.span.end, end: operation.span.end }), edit];
    })
    .filter((edit) => edit.start >= start && edit.end <= end)
    .toSorted((a, b) => b.start - a.start);
  let text = step.script.text.slice(start, end);
  for (const edit of edits)
    text = text.slice(0, edit.start - start) + edit.text + text.slice(edit.end - start);
  return text.trim().replace(/;$/, "");
}

/** NULL, which NOT NULL would contradict. */
function nullBehind(step: Step, { start, end }: Span): readonly (Span & { readonly text: "" })[] {
  const found = statedNull.exec(step.script.text.slice(start, end));
  if (found === null) return [];
  const from = start + found.index;
  return [{ start: from, end: from + found[0].length, text: "" }];
}

/** DEFAULT NULL, which is none. */
function nullDefault(step: Step, definition: Span): Span | undefined {
  const found = /\bdefault\s+null\b/i.exec(textOf(step, definition));
  if (found === null) return undefined;
  const start = definition.start + found.index;
  return { start, end: start + found[0].length };
}

/** As a value of the column: `'false'` and FALSE, `'0'` and 0 are written in two ways. */
function isSameValue(
  { default: given, type: { name } }: Added["operation"]["column"],
  value: string,
): boolean {
  if (given === undefined) return false;
  const plain = /^(?:bool|tinyint|smallint|int|bigint|numeric|decimal)/.test(name) ? unquoted : onOneLine;
  const word = (text: string): string => (name.startsWith("bool") ? truth(plain(text)) : plain(text));
  return isSame(word(given.text), word(value));
}

const unquoted = (text: string): string => onOneLine(text).replace(/^'(.*)'(?:::\w+)?$/, "$1");

const truth = (text: string): string =>
  text.replace(/^(?:t|true|y|yes|on|1)$/i, "true").replace(/^(?:f|false|n|no|off|0)$/i, "false");

/** Letters count in texts alone. */
const isSame = (one: string, other: string): boolean => folded(one) === folded(other);

const folded = (text: string): string =>
  onOneLine(text).replaceAll(/'(?:[^']|'')*'|[^']+/g, (part) =>
    part.startsWith("'") ? part : part.toLowerCase(),
  );
