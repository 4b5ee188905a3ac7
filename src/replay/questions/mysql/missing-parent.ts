/** Foreign keys to tables that aren't there, which the server refuses unless foreign_key_checks are off. */
import type { Operation } from "../../../model/operation.ts";
import { failure, type Failure } from "../../../schema/failure.ts";
import type { Step } from "../../step.ts";

const none: readonly Failure[] = [];

/** See `MysqlQuestions.missingParent`. */
export function missingParent(step: Step): readonly Failure[] {
  const { operation, before, effects, failures, skipped } = step;
  if (operation.kind !== "addForeignKey" || failures.length > 0) return none;
  if (skipped || step.mysql.ignoresInlineReferences() !== "no") return none;
  // The effects know the session's checks and other engines.
  if (effects.fails === undefined || before.relation(operation.references).is !== "absent") return none;
  const { span, head, references, conditional } = operation;
  const use: Operation = {
    kind: "setTableOptions",
    span,
    head,
    table: references,
    options: [],
    ifExists: false,
    conditional,
  };
  return failure(before, use);
}
