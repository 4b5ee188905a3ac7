/**
 * Changes of rows whose foreign keys are checked at COMMIT: until then the server refuses to alter their table.
 * PostgreSQL's source, CheckTableNotInUse.
 */
import type { OperationKind } from "../../../model/operation.ts";
import type { ForeignKey } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

export interface PendingEvents {
  /** The step that changed the rows. */
  readonly by: Step;
  readonly constraint: string;
  /** At least one row was surely changed so. */
  readonly certain: boolean;
}

/** What asks whether the table is in use; measured with 15. Renaming doesn't. */
const asking: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "addColumn",
  "dropColumn",
  "changeColumnType",
  "setDefault",
  "dropDefault",
  "setNotNull",
  "dropNotNull",
  "addForeignKey",
  "addCheck",
  "addUnique",
  "addPrimaryKey",
  "addExclusion",
  "dropConstraint",
  "validateConstraint",
  "createIndex",
  "dropTable",
  "truncateTable",
]);

/** What writes rows, for which such checks are queued. */
const queueing: readonly OperationKind[] = [
  "insertRows",
  "copyRows",
  "mergeRows",
  "updateRows",
  "deleteRows",
];

/** See `LockQuestions.pendingEvents`. */
export function pendingEvents(step: Step): PendingEvents | undefined {
  const { operation, table, before, transaction } = step;
  if (table === undefined || !asking.has(operation.kind)) return undefined;
  // CONCURRENTLY fails for the transaction.
  if ("concurrently" in operation && operation.concurrently) return undefined;
  const key = before.resolve(table);
  const earlier = (kinds: readonly OperationKind[], isAsked: (one: Step) => boolean): readonly Step[] =>
    step
      .neighbours("earlier", ...kinds)
      .filter((one) => isAsked(one) && one.transaction.id === transaction.id && !one.skipped);
  const isOwn = ({ table: other, before: then }: Step): boolean =>
    other?.name === table.name && then.resolve(other) === key;
  const found = earlier(queueing, isOwn).flatMap((by) => {
    const queued = queuedBy(by, key);
    return queued === undefined ? [] : [{ by, ...queued }];
  });
  const [first] = found.sort((one, other) => one.by.operation.span.start - other.by.operation.span.start);
  if (first === undefined) return undefined;
  // It may check them at once; which constraints it names isn't known.
  const mayCheck = earlier(
    ["utility"],
    ({ operation: one }) => one.kind === "utility" && one.command === "SET CONSTRAINTS",
  );
  return mayCheck.length > 0 ? undefined : first;
}

function queuedBy({ operation, before }: Step, key: string): Omit<PendingEvents, "by"> | undefined {
  const own = deferredOf(before, key);
  const incoming = before
    .foreignKeysTo(key)
    .flatMap(({ constraint }) => (constraint.deferred ? [constraint] : []));
  switch (operation.kind) {
    case "insertRows": {
      const isSure =
        operation.source !== "query" && operation.onConflict === undefined && operation.conditional !== true;
      return one(own[0], isSure);
    }
    case "copyRows":
      return operation.direction === "from" ? one(own[0]) : undefined;
    case "mergeRows":
      return one(own[0] ?? incoming[0]);
    case "deleteRows":
      return one(incoming[0]);
    case "updateRows": {
      const written = new Set(operation.columns.map(({ text }) => text));
      const touches = (columns: readonly string[]): boolean => columns.some((column) => written.has(column));
      return one(
        own.find(({ columns }) => touches(columns)) ??
          incoming.find(({ referencedColumns }) => touches(referencedColumns)),
      );
    }
    default:
      return undefined;
  }
}

const one = (constraint: ForeignKey | undefined, certain = false): Omit<PendingEvents, "by"> | undefined =>
  constraint && { constraint: constraint.name, certain };

function deferredOf(schema: Schema, key: string): readonly ForeignKey[] {
  const found = schema.relation(key);
  if (found.is !== "present") return [];
  return found.value.constraints.flatMap((constraint) =>
    constraint.kind === "foreign key" && constraint.deferred === true ? [constraint] : [],
  );
}
