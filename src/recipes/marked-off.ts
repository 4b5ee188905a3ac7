/** Statements between marks of the tool, which it sends in one message: `-- +goose StatementBegin`. */
import type { Step } from "../replay/step.ts";
import type { Advice, RecipeStep } from "./advice.ts";

/** Says where advice has to leave such marks out: statements outside of a transaction, and bodies with marks of their own. */
export function outsideOfMarks(step: Step, advice: Advice): Advice {
  if (!isMarkedOff(step)) return advice;
  const at = advice.findIndex(
    (one) => one.language === "sql" && one.header === undefined && needsNoMarks(one),
  );
  return advice.map((one, i) => (i === at ? { ...one, when: [...one.when, withoutMarks] } : one));
}

// Not as they are written: the tools look for their name in every comment.
const withoutMarks =
  "in place of the StatementBegin and StatementEnd around it, too: the tool sends all between them as one message";

const needsNoMarks = ({ statements, transaction }: RecipeStep): boolean =>
  (transaction === "none" && statements.length > 1) || statements.some((one) => /\$\w*\$/.test(one));

function isMarkedOff({ script: { text, part, code, transaction }, statement }: Step): boolean {
  if (transaction.sends !== "line" || transaction.together === undefined || code !== undefined) return false;
  const before = text.slice(part.start, statement.span.start);
  return [...before.matchAll(transaction.together)].at(-1)?.[1] === "Begin";
}
