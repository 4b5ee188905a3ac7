/** INSERT … SELECT that can add one row at most. */
import type { ScriptToken } from "../tokens.ts";
import type { Step } from "../../step.ts";
import { copied, copyInto } from "./copied-columns.ts";

/** `INSERT INTO users (org_id, email) SELECT id, 'admin@local' FROM orgs …`: a unique key gets literals, so that a second row is refused. */
export function givesOneKey(step: Step): boolean {
  const { operation, before } = step;
  const into =
    operation.kind === "insertRows" && operation.repeated !== true ? copyInto(step, operation) : undefined;
  if (operation.kind !== "insertRows" || into === undefined) return false;
  const literals = new Set(
    copied(step, operation, into).flatMap(([name, value]) => (isLiteral(value) ? [name] : [])),
  );
  return before
    .indexesOn(into.key)
    .some(
      ({ unique, valid, where, elements }) =>
        unique &&
        valid &&
        where === undefined &&
        elements.every(({ column }) => column !== undefined && literals.has(column)),
    );
}

/** `'a'`, `1`, `'a'::text`. */
const isLiteral = ([first, cast, ...type]: readonly ScriptToken[]): boolean =>
  (first?.kind === "string" || first?.kind === "number") &&
  (cast === undefined || (cast.value === "::" && type.every(({ kind }) => kind !== "operator")));
