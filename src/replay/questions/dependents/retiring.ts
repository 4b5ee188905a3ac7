/** What gives way to something else: columns on their way out, keys and defaults that are replaced. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import { sameOrigin } from "../../../schema/later.ts";
import type { Constraint } from "../../../schema/model.ts";
import { markOf } from "./deprecation.ts";
import type { Step } from "../../step.ts";

/** See `DependentQuestions.retires`. */
export function isRetiring(step: Step, table: QualifiedName, column: string): boolean {
  if (
    step.dependents.deprecation(table, column) !== undefined ||
    step.dependents.deprecation(table) !== undefined
  )
    return true;
  const key = step.before.resolve(table);
  const others = [...step.earlier(), ...step.later()];
  return others.some(({ operation, before, script, statement, scope }) => {
    switch (operation.kind) {
      case "dropTable":
      case "renameTable":
        return before.resolve(operation.table) === key;
      case "dropColumn":
        return before.resolve(operation.table) === key && operation.column.text === column;
      case "renameColumn":
        return (
          before.resolve(operation.table) === key &&
          (operation.column.text === column || operation.to.text === column)
        );
      case "comment": {
        const { path } = script;
        const [relation] = operation.relations;
        const origin = { migration: scope.migration.index, path, span: statement.span };
        const said = /deprecat/i.test(operation.text ?? "") || markOf(operation, before, origin).length > 0;
        return (
          said &&
          operation.member?.text === column &&
          relation !== undefined &&
          before.resolve(relation) === key
        );
      }
      default:
        return false;
    }
  });
}

/** See `ValueQuestions.requiredStill`. */
export function isRequiredStill(step: Step, table: QualifiedName, column: string): boolean {
  const end = step.scope.after;
  const found = end.column(table, column);
  if (found.is === "present" && found.value.notNull === "yes") return true;
  const relation = end.relation(table);
  return (
    relation.is === "present" &&
    relation.value.constraints.some(
      (constraint) => constraint.kind === "check" && constraint.expression.provesNotNull.includes(column),
    )
  );
}

/** MySQL: a unique key is dropped as an index, too. */
function droppedConstraint(
  operation: Operation,
): { readonly table: QualifiedName; readonly name: string } | undefined {
  if (operation.kind === "dropConstraint") return { table: operation.table, name: operation.name.text };
  return operation.kind === "dropIndex" && operation.onTable !== undefined
    ? { table: operation.onTable, name: operation.index.name }
    : undefined;
}

/** See `DependentQuestions.constraintGone`. */
export function constraintGone(step: Step): Constraint | undefined {
  const { operation, before, scope } = step;
  const dropped = droppedConstraint(operation);
  if (dropped === undefined) return undefined;
  const { table, name } = dropped;
  const found = before.constraint(table, name);
  const end = scope.after.relation(before.resolve(table));
  if (found.is !== "present" || end.is !== "present") return undefined;
  const gone = found.value;
  if (gone.kind === "check" || gone.kind === "not null") return undefined;
  if (gone.columns.some((column) => isRetiring(step, table, column))) return undefined;
  const alike = (columns: readonly string[]): boolean =>
    columns.length > 0 && columns.every((column) => gone.columns.includes(column));
  if (gone.kind === "foreign key") {
    // The referenced table goes, too.
    if (scope.after.relation(gone.references).is !== "present") return undefined;
    const kept = end.value.constraints.some((other) => other.kind === gone.kind && alike(other.columns));
    return kept ? undefined : gone;
  }
  const kept = scope.after
    .indexesOn(end.value.key)
    .some(
      ({ unique, where, elements, valid }) =>
        unique &&
        valid &&
        where === undefined &&
        elements.every(({ column }) => column !== undefined) &&
        alike(elements.flatMap(({ column }) => column ?? [])),
    );
  return kept ? undefined : gone;
}

/** See `ValueQuestions.defaultForOldRows`. */
export function isDefaultForOldRows(step: Step, table: QualifiedName, column: string): boolean {
  const relation = step.before.relation(table);
  const found = step.before.column(table, column);
  if (relation.is !== "present" || found.is !== "present" || relation.value.origin === undefined)
    return false;
  const [made, added] = [relation.value.origin, found.value.origin];
  return !sameOrigin(made, added);
}
