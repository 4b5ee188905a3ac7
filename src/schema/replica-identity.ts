/** What names the rows of a published table to its subscribers: manual, "Logical Replication", Publication. */
import type { Publication, Relation } from "./model.ts";
import type { Schema } from "./schema.ts";

/** The publication that sends changes of rows which nothing identifies: the server refuses UPDATE and DELETE. */
export function publishedWithoutIdentity(schema: Schema, table: Relation): Publication | undefined {
  if (table.kind !== "table" || !table.complete || table.partitionBy !== undefined) return undefined;
  if (table.temporary || table.unlogged || hasIdentity(schema, table)) return undefined;
  for (const publication of schema.publications()) {
    const { name, everything, schemas, changes } = publication;
    const isIn = everything || schemas.includes(table.schema) || table.publications?.includes(name) === true;
    if (changes && isIn) return publication;
  }
  return undefined;
}

function hasIdentity(schema: Schema, { key, constraints, replicaIdentity }: Relation): boolean {
  if (replicaIdentity === "full") return true;
  if (replicaIdentity === "nothing") return false;
  if (replicaIdentity !== undefined)
    return schema.indexesOn(key).some(({ name }) => name === replicaIdentity.index);
  return constraints.some(({ kind }) => kind === "primary key");
}
