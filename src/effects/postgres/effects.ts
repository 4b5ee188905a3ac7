/**
 * What an operation does on a PostgreSQL server, 13 to 18. The rows (`*-rows.ts`) say it per kind; what depends on
 * the schema stands in functions beside them, and `cast-table.ts` holds the measured type changes.
 */
import type { Operation, OperationKind } from "../../model/operation.ts";
import { knownKind } from "../../schema/model.ts";
import type { Schema } from "../../schema/schema.ts";
import type { EffectsParts } from "../dialect.ts";
import { noEffects, type Effects, type ServerContext } from "../effects.ts";
import { constraintRows } from "./constraint-rows.ts";
import { dataRows } from "./data-rows.ts";
import { documentRows } from "./document-rows.ts";
import { objectRows } from "./object-rows.ts";
import { refuseExpressions } from "./refused-expressions.ts";
import { refuseOptions } from "./refused-options.ts";
import { refuseObjects } from "./refused-objects.ts";
import { refuseTypes } from "./refused-types.ts";
import { refuseNames } from "./refused-names.ts";
import { refuse } from "./refusals.ts";
import type { Row, Rows } from "./row.ts";
import { StatementContext, targetOf } from "./statement-context.ts";
import { sessionRows } from "./session-rows.ts";
import { tableRows } from "./table-rows.ts";

/** One row for each kind; a kind without one doesn't compile. */
export const rows: Rows<OperationKind> = {
  ...tableRows,
  ...constraintRows,
  ...objectRows,
  ...dataRows,
  ...sessionRows,
  ...documentRows,
};

export const postgresEffects: EffectsParts = { of: effects, plansStatements: false };

/** `statement` holds all operations of the statement: objects dropped together don't stand in each other's way. */
function effects(
  operation: Operation,
  schema: Schema,
  server: ServerContext,
  statement: readonly Operation[] = [operation],
): Effects {
  const context = new StatementContext(schema, server, statement);
  // Each row belongs to its own kind; the union of their parameters can't be written.
  const row = rows[operation.kind] as Row<OperationKind>;
  if (row.since !== undefined) context.needs(...row.since);
  if (operation.since !== undefined) context.needs(operation.since.version, operation.since.word);
  if (row.alone === true) context.found.notInTransaction();

  const target = targetOf(operation);
  if (target !== undefined && operation.kind !== "createTable" && operation.kind !== "createView") {
    const key = context.key(target);
    const found = schema.relation(key);
    const isGuarded = "ifExists" in operation && operation.ifExists;
    if (found.is === "absent" && isGuarded) return context.found.failed ? context.found.done() : noEffects;
    // ALTER TABLE of an index: only the index is locked.
    if (found.is !== "present" && schema.index(key).is === "present") return noEffects;
    if (found.is === "present" && knownKind(found.value) === "view" && row.action !== undefined)
      context.found.fail(`ALTER action ${row.action} cannot be performed on relation "${target.name}"`);
    const isNewTable = "within" in operation && operation.within === "createTable";
    if (row.lock !== undefined && !isNewTable) {
      const isOnly = "only" in operation && operation.only === true;
      const recurses = row.below === "partitions" ? context.isPartitioned(key) : row.below !== undefined;
      context.lockTree(key, row.lock, !recurses || (isOnly && row.below !== "always"));
    }
  }
  refuse(operation, target, context);
  refuseNames(operation, context);
  refuseTypes(operation, context);
  refuseObjects(operation, context);
  refuseExpressions(operation, context);
  refuseOptions(operation, target === undefined ? undefined : context.relation(target), context);
  row.more?.(operation, context);
  return context.found.done();
}
