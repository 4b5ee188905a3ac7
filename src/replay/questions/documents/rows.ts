/** Whether a collection can have many documents when a migration runs. */
import type { Origin } from "../../../schema/model.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { Step } from "../../step.ts";
import { mostAge } from "../migration/written-at.ts";
import { statedRows, youngRows, type Rows } from "../rows/rows.ts";
import { isOfDocuments, keyOfCollection, type KnownCollection } from "./collections.ts";

const unknown: Rows = { are: "unknown" };

/** See `DocumentQuestions.rows`. Only `createCollection` tells when a collection was made. */
export function rowsOfCollection(
  step: Step,
  known: KnownCollection | undefined,
  facts: Pick<ReplayFacts, "tables" | "stats">,
): Rows {
  const { operation, scope } = step;
  const collection = isOfDocuments(operation) ? operation.collection : undefined;
  if (collection?.name === undefined) return unknown;
  const { name, database } = collection;
  const full = database === undefined ? name : `${database}.${name}`;
  const stated = statedRows(facts, [full, name], [`public.${name}`, name]);
  if (stated !== undefined) return stated;
  if (scope.history.trackingTables.includes(name)) return { are: "few" };
  return emptied(step, name) ?? fresh(step, name, known) ?? unknown;
}

/** The migration has deleted all documents, and inserts none but those that it has itself. */
function emptied({ neighbours, operation, script, scope }: Step, name: string): Rows | undefined {
  const own = isOfDocuments(operation) ? keyOfCollection(operation) : undefined;
  const by = neighbours("earlier", "deleteDocuments").find(
    ({ operation: deleted }) =>
      deleted.many &&
      deleted.filter.is === "none" &&
      deleted.caught !== true &&
      keyOfCollection(deleted) === own,
  );
  const isFilled =
    neighbours("earlier", "aggregateInto").length > 0 ||
    neighbours("earlier", "insertDocuments", "updateDocuments").some(({ operation: { each } }) => each);
  if (by === undefined || isFilled) return undefined;
  const at: Origin = { migration: scope.migration.index, path: script.path, span: by.operation.head };
  return { are: "few", because: `deletes every document of ${name} before`, at };
}

/** By the times that the versions are, it was made less than a day before. */
function fresh({ scope }: Step, name: string, known: KnownCollection | undefined): Rows | undefined {
  const { createdBy, createdAt, loaded } = known ?? {};
  const made = createdBy === undefined ? undefined : scope.history.migrations[createdBy];
  const isOwn = createdBy === scope.migration.index;
  if (made === undefined || createdAt === undefined || isOwn || loaded === true) return undefined;
  return youngRows(name, mostAge(scope.history, made, scope.migration), createdAt, "documents");
}
