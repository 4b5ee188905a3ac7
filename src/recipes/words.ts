import type { Step } from "../replay/step.ts";
import type { Span } from "../text/span.ts";
import { quoteIdentifier, type QualifiedName } from "../model/names.ts";

/** The text of a span of the step's own file. */
export const textOf = (step: Step, span: Span): string => step.script.text.slice(span.start, span.end);

/** True if the text may be part of a string literal (`EXECUTE '… ''a'' …'`), so that it can't be quoted as it is. */
export const mayBeEscaped = (step: Step): boolean =>
  step.inBody && textOf(step, step.operation.span).includes("''");

/** The statement with ` word` put in at an offset of the file: `CREATE INDEX` → `CREATE INDEX CONCURRENTLY`. */
export function withWord(step: Step, at: number, word: string): string {
  const { start, end } = step.operation.span;
  return `${step.script.text.slice(start, at)} ${word}${step.script.text.slice(at, end)};`;
}

export const quote = quoteIdentifier;

/** A name for an object that a recipe creates, within the server's 63 bytes. */
export const madeName = (...parts: readonly string[]): string =>
  quoteIdentifier(parts.join("_").slice(0, 63));

/** Where a step of a recipe goes, as a comment line. */
export const heading = (text: string): string => `-- ${text}`;

export const hasNoWayOut = ({ script: { transaction } }: Pick<Step, "script">): boolean =>
  transaction.always === true;

/**
 * How statements that can't run in a transaction are written for this runner. `byHand`: what to do if the tool always
 * opens one.
 */
export function outsideTransaction(
  step: Step,
  byHand = "by hand before the migration, which then needs IF [NOT] EXISTS: the tool opens a transaction",
): string {
  if (hasNoWayOut(step)) return heading(byHand);
  const { optOut } = step.transaction;
  const { optOutText } = step.script.transaction;
  const where = mustBeAlone(step) ? "alone in a separate migration" : "in a separate migration";
  if (optOutText !== undefined)
    return [
      optOutText,
      heading(
        `${where}, outside of a transaction: it begins with the line${optOutText.trim().includes("\n") ? "s" : ""} above`,
      ),
    ].join("\n");
  const outside = mustBeAlone(step) ? where : `${where}, outside of a transaction`;
  return heading(optOut === undefined ? outside : `${outside} (${optOut})`);
}

/** A statement with semicolons inside, marked so that the tool doesn't cut it at them. */
export const whole = ({ script }: Pick<Step, "script">, statement: string): string =>
  script.transaction.whole?.(statement) ?? statement;

/** True if the runner sends a statement that can't run in a transaction only when it is alone in its file. */
export const mustBeAlone = (step: Step): boolean =>
  !hasNoWayOut(step) &&
  (step.script.transaction.sends === "text" || step.script.transaction.sends === "pipeline");

/**
 * CONCURRENTLY with its surroundings: no lock_timeout, which would leave an INVALID index, and the remains of a
 * failed attempt removed first. The reasons follow on the same line: a comment line would begin another step.
 */
export function concurrentBlock(
  step: Step,
  statement: string,
  cleanUp?: string,
  remains = "an INVALID index",
): string {
  if (mustBeAlone(step)) return [outsideTransaction(step), statement].join("\n");
  return [
    outsideTransaction(step),
    `SET lock_timeout = 0; -- a timeout would leave ${remains}`,
    ...(cleanUp === undefined ? [] : [`${cleanUp} -- left by a failed attempt`]),
    statement,
    "RESET lock_timeout;",
  ].join("\n");
}

export const nextMigration = heading("then, in a separate transaction:");

/** A validated CHECK proves that there is no NULL, so that SET NOT NULL scans nothing. */
export function notNullBlock(table: string, tableName: string, column: string): string {
  const check = madeName(tableName, column, "nn");
  return [
    heading("after the backfill"),
    `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${quote(column)} IS NOT NULL) NOT VALID;`,
    nextMigration,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`,
    heading("then, in another transaction (the CHECK proves it: no scan):"),
    `ALTER TABLE ${table} ALTER COLUMN ${quote(column)} SET NOT NULL;`,
    `ALTER TABLE ${table} DROP CONSTRAINT ${check};`,
  ].join("\n");
}

/** A partition that the history knows, as an example for all. */
export function firstPartition(step: Step, table: QualifiedName): string {
  const found = step.before.relation(table);
  const first = found.is === "present" ? found.value.children[0] : undefined;
  return first === undefined ? "each_partition" : step.show(first);
}
