/** Calls of code that aren't handed the transaction in which they stand: they run beside it, on another connection. */
import { blocks, lockModes, type LockMode } from "../../../effects/effects.ts";
import type { Key } from "../../../model/names.ts";
import { pieceOf } from "../../code-piece.ts";
import type { Place, Step } from "../../step.ts";

export interface CallBeside {
  /** What the transaction does that the call can't get past. Undefined: nothing that is known. */
  readonly by?: { readonly is: "made" | "locked"; readonly table: Key; readonly at: Place } | undefined;
}

/** See `LockQuestions.runsBeside`. */
export function runsBeside(step: Step): CallBeside | undefined {
  if (!isBeside(step) || step.transaction.kind === "none") return undefined;
  const before = step
    .earlier()
    .filter((one) => one.transaction.id === step.transaction.id && !one.skipped && !isBeside(one));
  const { table } = step;
  const own = table && step.before.resolve(table);
  const made = before.find(
    ({ operation, before: then }) =>
      operation.kind === "createTable" && own !== undefined && then.resolve(operation.table) === own,
  );
  if (made !== undefined && own !== undefined) return { by: { is: "made", table: own, at: placeOf(made) } };
  for (const { relation, mode } of step.effects.locks) {
    const holder = before.find(({ effects }) =>
      effects.locks.some((held) => held.relation === relation && excludes(held.mode, mode)),
    );
    if (holder !== undefined) return { by: { is: "locked", table: relation, at: placeOf(holder) } };
  }
  return {};
}

const isBeside = ({ script, statement }: Step): boolean => pieceOf(script, statement)?.isBeside === true;

const placeOf = ({ script, operation }: Step): Place => ({ path: script.path, span: operation.head });

/** Manual, table 13.2, as far as statements of migrations take them. */
function excludes(one: LockMode, other: LockMode): boolean {
  if (one === "ACCESS EXCLUSIVE" || other === "ACCESS EXCLUSIVE") return true;
  const isWeak = (mode: LockMode): boolean => lockModes.indexOf(mode) < lockModes.indexOf("ROW EXCLUSIVE");
  if (isWeak(one) || isWeak(other) || (one === "SHARE" && other === "SHARE")) return false;
  return blocks(one) !== "nothing" || blocks(other) !== "nothing";
}
