/** Whether a migration has made sure that a unique index finds no duplicates. */
import type { OperationKind } from "../../../model/operation.ts";
import type { Step } from "../../step.ts";
import { isOfDocuments, keyOfCollection, type KnownCollection } from "./collections.ts";

/** See `DocumentQuestions.withoutDuplicates`. */
export function isWithoutDuplicates(step: Step, known: KnownCollection | undefined): boolean {
  const { operation } = step;
  if (operation.kind !== "createDocumentIndex") return false;
  const fields = (operation.index.keys ?? []).map(({ field }) => field);
  if (includesUnique(step, known, fields)) return true;
  const isWhole = (groupedBy: readonly string[] = []): boolean =>
    groupedBy.length > 0 && groupedBy.every((field) => fields.includes(field));
  const own = <K extends OperationKind>(...kinds: readonly K[]): readonly Step<K>[] =>
    step
      .neighbours("earlier", ...kinds)
      .filter(
        ({ operation: other }) =>
          isOfDocuments(other) && other.collection?.name === operation.collection?.name,
      );
  // It goes through what the `$group` finds, or has collected the keys of it.
  const isFound = own("readDocuments").some(({ operation: { groupedBy } }) => isWhole(groupedBy));
  return own("updateDocuments", "deleteDocuments").some(({ operation: other }) => {
    const { each, filter } = other;
    const isById = filter.fields.join() === "_id";
    const isComputed =
      other.kind === "updateDocuments" &&
      other.change.constants === undefined &&
      other.change.set.some((field) => fields.includes(field));
    const isEmptied = other.kind === "deleteDocuments" && other.many && filter.is === "none";
    return isEmptied || isWhole(each?.groupedBy) || (isById && (isFound || isComputed));
  });
}

/** Another unique index, which is there or which this migration drops, has some of these fields alone. */
function includesUnique(
  { operation, neighbours }: Step,
  known: KnownCollection | undefined,
  fields: readonly string[],
): boolean {
  const own = isOfDocuments(operation) ? keyOfCollection(operation) : undefined;
  // A renamed field keeps its values.
  const renamed = neighbours("earlier", "updateDocuments")
    .filter((other) => keyOfCollection(other.operation) === own)
    .flatMap((other) => other.operation.change.rename)
    .flatMap(({ from, to }) => (to !== undefined && fields.includes(to) ? [from] : []));
  const covered = new Set([...fields, ...renamed]);
  const present = [...(known?.indexes.values() ?? [])].map(({ index }) => index);
  const dropped = neighbours("earlier", "dropDocumentIndex")
    .filter((other) => keyOfCollection(other.operation) === own)
    .flatMap(({ documents }) => documents.dropsUnique() ?? []);
  return [...present, ...dropped].some(
    ({ keys = [], unique, partial }) =>
      unique && !partial && keys.length > 0 && keys.every(({ field }) => covered.has(field)),
  );
}
