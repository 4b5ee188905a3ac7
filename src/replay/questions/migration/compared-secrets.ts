/** Hashes by which a statement finds the account that it changes, and which it doesn't write. */
import type { Span } from "../../../text/span.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { hashOfPassword, type Secret } from "./secrets.ts";

/**
 * A test for the hash of a password in the WHERE of an UPDATE or DELETE, which takes it away: the rows go, the column with
 * the hash gets another value, or an earlier migration has written the same one, where it is reported.
 */
export function isTakenAway(
  {
    history,
    migration,
    steps,
    downSteps,
  }: Pick<MigrationScope, "history" | "migration" | "steps" | "downSteps">,
  path: string,
  text: string,
): (secret: Secret) => boolean {
  const conditions = [...steps, ...downSteps].flatMap((step) =>
    step.script.path === path ? conditionOf(step) : [],
  );
  const isBefore = (hash: string): boolean =>
    history.migrations
      .slice(0, migration.index)
      .some(({ up: { text: all, part } }) => all.slice(part.start, part.end).includes(hash));
  return ({ what, span }) =>
    what === hashOfPassword &&
    conditions.some(
      (condition) =>
        condition.span.start <= span.start &&
        span.end <= condition.span.end &&
        (condition.takesAway || isBefore(text.slice(span.start, span.end))),
    );
}

function conditionOf({ operation }: Step): readonly { readonly span: Span; readonly takesAway: boolean }[] {
  if (operation.kind === "deleteRows")
    return operation.where === undefined ? [] : [{ span: operation.where.span, takesAway: true }];
  if (operation.kind !== "updateRows" || operation.where === undefined) return [];
  const { span, equalities } = operation.where;
  const set = new Set(operation.columns.map(({ text }) => text.toLowerCase()));
  return [{ span, takesAway: equalities.some((column) => set.has(column.toLowerCase())) }];
}
