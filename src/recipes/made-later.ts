/** A later migration of the history makes the table that a statement doesn't find. */
import type { Failure } from "../schema/failure.ts";
import type { Step } from "../replay/step.ts";
import { relationTag } from "../schema/state.ts";
import type { Span } from "../text/span.ts";
import { makes, type LaterAdvice } from "./taken-again.ts";

/** @param at where the missing table is named */
export function madeLater(step: Step, at: Span): LaterAdvice | undefined {
  const { failures, mysql, scope, script, direction } = step;
  if (direction === "down") return undefined;
  const isIt = ({ kind, span, dropped }: Failure): boolean =>
    kind === "unknown-table" && dropped === undefined && span.start === at.start && span.end === at.end;
  const missing = [...failures, ...mysql.missingParent()].find(isIt);
  const table = missing?.object?.tag;
  if (missing === undefined || table === undefined) return undefined;
  const { index } = scope.migration;
  return (made) => {
    const by = made.find(
      (one) =>
        makes(one) &&
        relationTag(one.table) === table &&
        one.column === undefined &&
        one.origin.migration > index,
    )?.origin.path;
    if (by === undefined) return undefined;
    if (by === script.path) return `${missing.name} is made further down in this file: put this behind it`;
    return `${missing.name} is made later, by ${by}: put that first, or this behind it`;
  };
}
