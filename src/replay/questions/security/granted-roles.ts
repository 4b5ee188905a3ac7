import type { Operation } from "../../../model/operation.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { MigrationScope, Step } from "../../step.ts";

type Grant = Extract<Operation, { readonly kind: "grant" }>;

const known = new WeakMap<MigrationScope, readonly Step<"grant">[]>();

/** Most migrations have none, and ask at each foreign key and policy. */
export function grantsIn(scope: MigrationScope): readonly Step<"grant">[] {
  const found =
    known.get(scope) ??
    scope.steps.filter(
      (step): step is Step<"grant"> =>
        step.operation.kind === "grant" && !step.operation.revoke && !step.skipped,
    );
  known.set(scope, found);
  return found;
}

/** See `SecurityQuestions.grantedHere`. */
export function grantedHere(
  { before, scope, createdHere }: Step,
  table: QualifiedName,
  command: string,
): readonly string[] {
  if (createdHere(table) !== "yes" || scope.history.web !== undefined) return [];
  const key = before.resolve(table);
  const schema = key.slice(0, key.indexOf("."));
  const isOfCommand = ({ privileges }: Grant): boolean =>
    command === "all" || privileges.some((one) => one === "ALL" || one === command.toUpperCase());
  const grantees = grantsIn(scope).flatMap(({ operation, before: then }) => {
    if (operation.object !== "table") return [];
    const { relations, inSchemas, defaults } = operation;
    const isOfTable =
      relations.some((one) => then.resolve(one) === key) ||
      inSchemas.includes(schema) ||
      (defaults && inSchemas.length === 0);
    return isOfTable && isOfCommand(operation) ? operation.grantees : [];
  });
  return [...new Set(grantees)];
}
