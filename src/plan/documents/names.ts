/** Collections as mongosh gets at them. */
import type { CollectionName, DocumentOperation } from "../../model/operation.ts";

/** The name of a Mongoose model isn't that of its collection. */
export const isNamed = (collection: CollectionName | undefined): boolean =>
  collection?.name !== undefined && (collection.ownMethods !== true || collection.shell === true);

export const shellCode = ({ name, database }: Pick<CollectionName, "name" | "database">): string =>
  `${shellDatabase(database)}.getCollection(${JSON.stringify(name ?? "")})`;

export const shellDatabase = (database: string | undefined): string =>
  database === undefined || database === "" ? "db" : `db.getSiblingDB(${JSON.stringify(database)})`;

/** A key of the collections that a history keeps. */
export function placeOfKey(key: string): { readonly name: string; readonly database: string } {
  const at = key.indexOf(".");
  return { database: key.slice(0, at), name: key.slice(at + 1) };
}

/** The collection for messages, or the whole database. */
export const nameIn = ({ collection }: DocumentOperation): string => collection?.text ?? "the database";
