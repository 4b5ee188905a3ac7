/** Clauses in other words: what the server takes them for, written out or left out. */
import type { DialectFamily } from "../../../model/dialect.ts";
import type { InsertRows, Operation } from "../../../model/operation.ts";
import type { ColumnType } from "../../../model/types.ts";
import type { Edit } from "../../../text/span.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { Step } from "../../step.ts";
import { serverIs } from "../mysql/server.ts";
import { statedRelease } from "../../replay-facts.ts";
import type { GivenName } from "../names/given-names.ts";
import { closing, tokensIn } from "../tokens.ts";

/** The text is the statement's own, and nothing puts it together when it runs. */
export const isWritten = ({ inBody, operation }: Step): boolean => !inBody && operation.called !== true;

/** MySQL manual, "Numeric Type Attributes": what `SHOW CREATE TABLE` gives where no width is written. */
const defaultWidths: Readonly<Record<string, readonly [signed: number, unsigned: number]>> = {
  tinyint: [4, 3],
  smallint: [6, 5],
  mediumint: [9, 8],
  int: [11, 10],
  bigint: [20, 20],
};

/** See `EditQuestions.withoutDisplayWidth`. */
export function withoutDisplayWidth(
  step: Step,
  type: ColumnType,
  facts: ReplayFacts,
): readonly Edit[] | undefined {
  const [signed, unsigned] = defaultWidths[type.name] ?? [];
  // 8.0.19 keeps no width but those of tinyint(1) and ZEROFILL.
  const forgets = statedRelease(facts) !== undefined && serverIs(step, facts, "mysql", "8.0.19");
  if (!forgets && type.displayWidth !== (type.unsigned === true ? unsigned : signed)) return undefined;
  if (!isWritten(step)) return undefined;
  const tokens = tokensIn(step, type.span);
  const open = tokens.findIndex(({ value }) => value === "(");
  const [before, close] = [tokens[open - 1], tokens[open + 2]];
  if (before === undefined || close?.value !== ")") return undefined;
  return [{ span: { start: before.end, end: close.end }, text: "" }];
}

/** See `EditQuestions.withDeleteAction`. */
export function withDeleteAction(
  step: Step,
  facts: ReplayFacts,
): { readonly words: string; readonly edit: Edit } | undefined {
  const { operation, before } = step;
  if (operation.kind !== "addForeignKey" || operation.onDelete !== undefined || !isWritten(step))
    return undefined;
  // Before MySQL 8.0, and in place in MariaDB, the catalogue tells the default from the same action written.
  if (serverIs(step, facts, "mysql", undefined, "8.0")) return undefined;
  if (before.dialect.isMariaDb && operation.within === "alterTable" && step.mysql.isOff("foreign_key_checks"))
    return undefined;
  const { span, references } = operation;
  const tokens = tokensIn(step, { start: references.span.end, end: span.end });
  let at = 0;
  let end = references.span.end;
  if (tokens[0]?.value === "(") {
    at = closing(tokens, 0) + 1;
    if (at > tokens.length) return undefined;
    end = tokens[at - 1]?.end ?? end;
  }
  if (tokens[at]?.kind === "word" && tokens[at]?.value === "match") end = tokens[at + 1]?.end ?? end;
  // The default has another name in MariaDB's catalogue.
  const words = before.dialect.isMariaDb ? "ON DELETE RESTRICT" : "ON DELETE NO ACTION";
  return { words, edit: { span: { start: end, end }, text: ` ${words}` } };
}

/** See `EditQuestions.keptName`. */
export function keptName(step: Step, { name, kept, at, tooLong }: GivenName): Edit | undefined {
  if (tooLong || name === kept || !isWritten(step)) return undefined;
  const written = step.script.text.slice(at.start, at.end);
  if (written.startsWith('"')) return { span: at, text: `"${kept.replaceAll('"', '""')}"` };
  // Unquoted, what is kept is the beginning of what is written.
  return written.toLowerCase().startsWith(kept) && !written.includes('"')
    ? { span: at, text: written.slice(0, kept.length) }
    : undefined;
}

/** PostgreSQL gives the values to the first columns, MySQL wants one for each. */
const takesFewer: Readonly<Record<DialectFamily, boolean>> = {
  postgres: true,
  mysql: false,
  mongodb: false,
};

/** See `EditQuestions.withColumnList`. */
export function withColumnList(step: Step): Edit | undefined {
  const { operation, before } = step;
  if (operation.kind !== "insertRows" || operation.columns.length > 0 || !isWritten(step)) return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present" || found.value.kind !== "table" || !found.value.complete) return undefined;
  const columns = found.value.columns.filter(({ mysql }) => mysql?.visible !== false);
  const count = valuesOf(step, operation);
  if (count === undefined || count > columns.length) return undefined;
  if (count < columns.length && !takesFewer[before.family]) return undefined;
  const names = columns.slice(0, count).map((column) => before.spell(column));
  const at = operation.table.span.end;
  return { span: { start: at, end: at }, text: ` (${names.join(", ")})` };
}

/** A template may put more than one value in its placeholder's place. */
const placeholder = /\$\{|\{\{|%\(|<%/;

/** How many values the first row of VALUES has, which all others have as well; undefined: the text doesn't say. */
function valuesOf(step: Step, { table, span }: InsertRows): number | undefined {
  if (placeholder.test(step.script.text.slice(span.start, span.end))) return undefined;
  const tokens = tokensIn(step, { start: table.span.end, end: span.end });
  const [first, open] = tokens;
  if (first?.kind !== "word" || !["values", "value"].includes(first.value) || open?.value !== "(")
    return undefined;
  const end = closing(tokens, 1);
  if (end <= 2 || end === tokens.length) return undefined;
  let depth = 0;
  let count = 1;
  for (const { kind, value } of tokens.slice(1, end)) {
    if (kind === "string" || kind === "quoted") continue;
    if (value === "(" || value === "[") depth++;
    else if (value === ")" || value === "]") depth--;
    else if (value === "," && depth === 1) count++;
  }
  return count;
}

/** See `EditQuestions.withoutPosition`. */
export function withoutPosition(step: Step): Edit | undefined {
  const { operation, before } = step;
  const placed = placedColumn(operation);
  if (placed?.position === undefined || !isWritten(step)) return undefined;
  const found = before.relation(placed.table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const { columns } = found.value;
  const { value, span } = placed.position;
  // MODIFY leaves the column where it is, ADD puts it at the end.
  const stands =
    placed.column === undefined ? columns.length : columns.findIndex(({ name }) => name === placed.column);
  if (stands < 0) return undefined;
  const neighbour = columns[stands - 1]?.name;
  if (value === "first" ? neighbour !== undefined : value.text !== neighbour) return undefined;
  const text = step.script.text;
  let { start } = span;
  while (/\s/.test(text[start - 1] ?? "")) start--;
  return { span: { start, end: span.end }, text: "" };
}

function placedColumn(operation: Operation) {
  if (operation.kind === "addColumn")
    return { table: operation.table, column: undefined, position: operation.column.mysql?.position };
  if (operation.kind === "redefineColumn")
    return {
      table: operation.table,
      column: operation.column.text,
      position: operation.definition.mysql?.position,
    };
  return undefined;
}
