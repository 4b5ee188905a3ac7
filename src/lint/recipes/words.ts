import type { Step } from "../../replay/step.ts";
import type { Span } from "../../text/span.ts";
import { quoteIdentifier } from "../../model/names.ts";

/** The text of a span of the step's own file. */
export const textOf = (step: Step, span: Span): string => step.script.text.slice(span.start, span.end);

/** The statement with ` word` put in at an offset of the file: `CREATE INDEX` → `CREATE INDEX CONCURRENTLY`. */
export function withWord(step: Step, at: number, word: string): string {
  const { start, end } = step.operation.span;
  return `${step.script.text.slice(start, at)} ${word}${step.script.text.slice(at, end)};`;
}

export const quote = quoteIdentifier;

/** A name for what a recipe makes, within the server's 63 bytes. */
export const madeName = (...parts: readonly string[]): string =>
  quoteIdentifier(parts.join("_").slice(0, 63));

/** Where a step of a recipe goes, as a comment line. */
export const heading = (text: string): string => `-- ${text}`;

/** How statements that can't run in a transaction are written for this runner. */
export function outsideTransaction(step: Step): string {
  const { optOut } = step.transaction;
  const alone = step.script.transaction.sends === "text" || step.script.transaction.sends === "pipeline";
  const where = alone
    ? "alone in a migration of its own"
    : "in a migration of its own, outside of a transaction";
  return heading(optOut === undefined ? where : `${where} (${optOut})`);
}

/** True where the runner lets nothing travel with a statement that can't run in a transaction. */
export const mustBeAlone = (step: Step): boolean =>
  step.script.transaction.sends === "text" || step.script.transaction.sends === "pipeline";

/**
 * CONCURRENTLY with its surroundings: no lock_timeout, which would leave an INVALID index, and the remains of a
 * failed try removed first.
 */
export function concurrentBlock(step: Step, statement: string, cleanUp?: string): string {
  if (mustBeAlone(step)) return [outsideTransaction(step), statement].join("\n");
  return [
    outsideTransaction(step),
    "SET lock_timeout = 0;",
    ...(cleanUp === undefined ? [] : [cleanUp]),
    statement,
    "RESET lock_timeout;",
  ].join("\n");
}
