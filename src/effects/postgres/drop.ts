import type { Key } from "../../model/names.ts";
import type { OperationKind } from "../../model/operation.ts";
import type { Dependent } from "../../schema/model.ts";
import { isSure } from "../../schema/dependents.ts";
import type { DependencySubject } from "../../schema/schema.ts";
import type { StatementContext } from "./statement-context.ts";

interface Drop {
  readonly kind: OperationKind;
  readonly cascade: boolean;
}

/** Drops that may name several relations: what is dropped together isn't in the way. */
const wholeRelations: ReadonlySet<OperationKind> = new Set(["dropTable", "dropView", "dropSequence"]);

/**
 * Without CASCADE a dependent object makes the drop fail; with it, the relations that the dependents are or belong
 * to are locked (manual, section 5.15). `subject` is in the server's words: `column id of table customers`.
 */
export function dropDependents(
  of: DependencySubject,
  subject: string,
  drop: Drop,
  context: StatementContext,
): void {
  for (const dependent of context.schema.dependents(of)) {
    if (!refuses(dependent, context)) continue;
    const { relation } = dependent;
    // What is named beside it may be gone with it when its turn comes: it is locked here.
    if (drop.cascade) {
      lockDependent(relation, context);
      continue;
    }
    if (wholeRelations.has(drop.kind) && relation !== undefined && dependent.kind !== "column")
      if (context.alsoIn(drop.kind, relation)) continue;
    if (isSure(dependent, context.schema))
      context.found.fail(`cannot drop ${subject} because other objects depend on it`);
  }
}

/** Until 14 a generated column went along with the column that it is computed from. */
const refuses = (dependent: Dependent, context: StatementContext): boolean =>
  dependent.onDrop === "refuses" && (dependent.kind !== "generated column" || context.server.version >= 15);

function lockDependent(relation: Key | undefined, context: StatementContext): void {
  if (relation !== undefined) context.lock(relation, "ACCESS EXCLUSIVE");
}
