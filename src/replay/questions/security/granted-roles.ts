import type { Operation } from "../../../model/operation.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
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

/** It names the table, or all of its schema. */
export const isOnTable = ({ operation, before }: Step<"grant">, table: Key, schema: string): boolean =>
  operation.object === "table" &&
  (operation.inSchemas.includes(schema) || operation.relations.some((one) => before.resolve(one) === table));

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
  const grantees = grantsIn(scope).flatMap((step) => {
    const { object, inSchemas, defaults, grantees: all } = step.operation;
    const isOfAll = object === "table" && defaults && inSchemas.length === 0;
    return (isOfAll || isOnTable(step, key, schema)) && isOfCommand(step.operation) ? all : [];
  });
  return [...new Set(grantees)];
}
