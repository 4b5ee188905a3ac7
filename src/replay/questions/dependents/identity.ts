/** Published tables whose rows nothing names to the subscribers. */
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Publication } from "../../../schema/model.ts";
import { publishedWithoutIdentity } from "../../../schema/replica-identity.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

export interface Unidentified {
  readonly table: Key;
  readonly publication: Publication;
  /** The history creates the publication, so that all of it is known. */
  readonly known: boolean;
}

/** See `DependentQuestions.losesIdentity`. */
export function losesIdentity({ operation, table, before, after, scope }: Step): readonly Unidentified[] {
  // Most histories publish nothing.
  if ([...scope.after.publications()].length === 0) return [];
  return changedTables(operation, table, before, after).flatMap((key) => {
    if (withoutIdentity(before, key) !== undefined) return [];
    if (withoutIdentity(after, key) === undefined) return [];
    const publication = withoutIdentity(scope.after, key);
    return publication === undefined
      ? []
      : [{ table: key, publication, known: after.object("publication", publication.name) === "yes" }];
  });
}

function changedTables(
  operation: Operation,
  table: QualifiedName | undefined,
  before: Schema,
  after: Schema,
): readonly Key[] {
  switch (operation.kind) {
    case "createObject":
    case "alterObject":
      return operation.object === "publication" ? [...after.relations()].map(({ key }) => key) : [];
    case "dropIndex": {
      const index = before.index(operation.index);
      return index.is === "present" ? [index.value.table] : [];
    }
    default:
      return table === undefined ? [] : [after.resolve(table)];
  }
}

function withoutIdentity(schema: Schema, key: Key): Publication | undefined {
  const found = schema.relation(key);
  return found.is === "present" ? publishedWithoutIdentity(schema, found.value) : undefined;
}
