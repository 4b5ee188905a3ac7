/** Statements that can go, or be one, with nothing else happening. */
import { keepOrder } from "../../passes.ts";
import type { Edit, Span } from "../../../text/span.ts";
import type { OperationKind } from "../../../model/operation.ts";
import type { Step } from "../../step.ts";
import type { DialectFamily } from "../../../model/dialect.ts";
import { areApart } from "../mysql/merging.ts";
import { tokensIn } from "../tokens.ts";
import { isWritten } from "./clauses.ts";

const controls: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "begin",
  "commit",
  "rollback",
  "savepoint",
]);

/** With no mode, chain or release that says more. */
const plain = /^(?:begin|start|commit|end|rollback)(?: (?:work|transaction))?$/;

/** See `EditQuestions.withoutStatement`. */
export function withoutStatement(step: Step): Edit | undefined {
  const { script, statement } = step;
  // A call of code would send an empty text.
  if (!isWritten(step) || script.code !== undefined) return undefined;
  const { text, part } = script;
  if (hasMarks(text, statement.span, part)) return undefined;
  const [end] = tokensIn(step, { start: statement.span.end, end: part.end });
  if (end !== undefined && end.value !== ";") return undefined;
  const span = { start: statement.span.start, end: end?.end ?? statement.span.end };
  return { span: wholeLine(text, span, part), text: "" };
}

/** Comments of linters and tools that mean the statement, on its lines or on the line above. */
function hasMarks(text: string, { start, end }: Span, part: Span): boolean {
  const own = text.lastIndexOf("\n", start - 1);
  const above = text.lastIndexOf("\n", own - 1) + 1;
  const after = text.indexOf("\n", end);
  const lines = text.slice(Math.max(above, part.start), after < 0 ? part.end : Math.min(after, part.end));
  return /(?:ddlint|squawk)-|--[ \t]*\+/.test(lines);
}

/** With the line's indentation and end, where nothing else stands on it. */
function wholeLine(text: string, { start, end }: Span, part: Span): Span {
  let from = start;
  while (from > part.start && /[ \t]/.test(text[from - 1] ?? "")) from--;
  let to = end;
  while (to < part.end && /[ \t\r]/.test(text[to] ?? "")) to++;
  const isAlone = (from === 0 || text[from - 1] === "\n") && (to >= text.length || text[to] === "\n");
  return isAlone ? { start: from, end: Math.min(to + 1, part.end) } : { start, end };
}

/** BEGIN, COMMIT or ROLLBACK and nothing more; also no comment, which would be lost. */
function isPlain(step: Step): boolean {
  const { script, statement } = step;
  const text = script.text.slice(statement.span.start, statement.span.end).toLowerCase();
  return (
    !step.inBody &&
    plain.test(text.replace(/\s+/g, " ")) &&
    !("chain" in step.operation && step.operation.chain)
  );
}

const isControl = ({ operation }: Step): boolean => controls.has(operation.kind);

const both = (one: Edit | undefined, other: Edit | undefined): readonly Edit[] | undefined =>
  one === undefined || other === undefined ? undefined : [one, other];

/** See `EditQuestions.withoutNestedTransaction`. */
export function withoutNestedTransaction(step: Step): readonly Edit[] | undefined {
  const { operation, script } = step;
  // Around the whole batch, what comes in later files would be inside, too.
  if (script.transaction.wraps !== "each" || script.transaction.optedOut || !isPlain(step)) return undefined;
  const [earlier, later] = [step.earlier(), step.later()];
  if (operation.kind === "commit") {
    if (later.length > 0 || earlier.length === 0 || earlier.some(isControl)) return undefined;
    const edit = withoutStatement(step);
    return edit && [edit];
  }
  const last = later.at(-1);
  if (last?.operation.kind !== "commit" || !isPlain(last) || later.length < 2) return undefined;
  if (later.slice(0, -1).some(isControl) || earlier.some((one) => one.operation.kind !== "setOption"))
    return undefined;
  return both(withoutStatement(step), withoutStatement(last));
}

/** See `EditQuestions.withoutLostTransaction`. */
export function withoutLostTransaction(step: Step): readonly Edit[] | undefined {
  if (step.transaction.commits?.by !== "file") return undefined;
  const begin = step.earlier().at(-1);
  const later = step.later();
  const at = later.findIndex(isControl);
  const commit = later[at];
  if (begin?.operation.kind !== "begin" || !isPlain(begin)) return undefined;
  if (commit?.operation.kind !== "commit" || !isPlain(commit)) return undefined;
  // In between each statement commits by itself.
  if ([step, ...later.slice(0, at + 1)].some(({ transaction: { kind } }) => kind !== "none"))
    return undefined;
  return commits(step) ? both(withoutStatement(begin), withoutStatement(commit)) : undefined;
}

/** Statements commit by themselves, as far as is known. */
const commits = ({ script, setting }: Step): boolean =>
  script.transaction.withoutAutocommit !== true && setting("autocommit") === undefined;

/** See `EditQuestions.withoutLoneEnd`. */
export function withoutLoneEnd(step: Step): readonly Edit[] | undefined {
  const { transaction, scope } = step;
  if (transaction.kind !== "none" || !isPlain(step) || !commits(step)) return undefined;
  // Nothing but comments would be left.
  if (scope.steps.length < 2 && step.direction === "up") return undefined;
  const edit = withoutStatement(step);
  return edit && [edit];
}

/** Of the sub-commands whose order in one statement of MySQL is certain. */
const orderless: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "addColumn",
  "redefineColumn",
  "dropColumn",
]);

/** See `EditQuestions.joined`. */
export function joined(step: Step, to: readonly Step[]): readonly Edit[] | undefined {
  const previous = to.at(-1);
  const table = step.table;
  if (previous === undefined || table === undefined || !isWritten(step) || step.script.code !== undefined)
    return undefined;
  if (!to.every((one) => joins[step.before.family](one, step))) return undefined;
  const { text } = step.script;
  const { start, end } = step.statement.span;
  if (hasMarks(text, { start: previous.statement.span.start, end }, step.script.part)) return undefined;
  const [semicolon, ...between] = tokensIn(step, { start: previous.statement.span.end, end: start });
  if (semicolon?.value !== ";" || between.length > 0) return undefined;
  const head = tokensIn(step, { start, end: table.span.start }).map(({ value }) => value);
  if (!/^alter table(?: if exists)?(?: only)?$/.test(head.join(" "))) return undefined;
  const rest = tokensIn(step, { start: table.span.end, end });
  const first = rest[0]?.value === "*" ? rest[1] : rest[0];
  // A comment there would be lost.
  if (first === undefined || /--|\/\*|#/.test(text.slice(start, first.start))) return undefined;
  const isFirstOnLine = /(?:^|\n)[ \t]*$/.test(text.slice(0, start));
  return [
    { span: { start: semicolon.start, end: semicolon.end }, text: "," },
    { span: { start, end: first.start }, text: isFirstOnLine ? "    " : "" },
  ];
}

/** Of two statements, not always next to each other: one could do the same as both. */
const joins: Readonly<Record<DialectFamily, (one: Step, other: Step) => boolean>> = {
  postgres: (one, other) => keepOrder(one.statement.operations, other.statement.operations),
  mysql: (one, other) => isOrderless(one) && isOrderless(other) && areApart(one, other),
  mongodb: () => false,
};

const isOrderless = ({ statement }: Step): boolean =>
  statement.operations.every(
    (one) =>
      orderless.has(one.kind) &&
      one.request === undefined &&
      (one.kind !== "addColumn" || one.column.mysql?.position === undefined) &&
      (one.kind !== "redefineColumn" || one.definition.mysql?.position === undefined),
  );
