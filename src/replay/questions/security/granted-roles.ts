import type { Operation } from "../../../model/operation.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";

type Grant = Extract<Operation, { readonly kind: "grant" }>;

/** See `SecurityQuestions.grantedHere`. */
export function grantedHere(
  { before, scope, createdHere }: Step,
  table: QualifiedName,
  command: string,
): readonly string[] {
  if (createdHere(table) !== "yes" || (scope.history.webRoles ?? []).length > 0) return [];
  const key = before.resolve(table);
  const schema = key.slice(0, key.indexOf("."));
  const isOfCommand = ({ privileges }: Grant): boolean =>
    command === "all" || privileges.some((one) => one === "ALL" || one === command.toUpperCase());
  const grantees = scope.steps.flatMap(({ operation, before: then, skipped }) => {
    if (operation.kind !== "grant" || operation.object !== "table" || operation.revoke || skipped) return [];
    const { relations, inSchemas, defaults } = operation;
    const isOfTable =
      relations.some((one) => then.resolve(one) === key) ||
      inSchemas.includes(schema) ||
      (defaults && inSchemas.length === 0);
    return isOfTable && isOfCommand(operation) ? operation.grantees : [];
  });
  return [...new Set(grantees)];
}
