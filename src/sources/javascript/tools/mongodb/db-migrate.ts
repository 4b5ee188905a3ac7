/** The methods of db-migrate's driver for MongoDB, read in its release 1.5.0. */
import type { Reader } from "../../evaluate.ts";
import { booleanOf, fieldOf, textOf, type Value } from "../../value.ts";
import { collectionMethods, type Found } from "./calls.ts";
import { databaseCall } from "./database.ts";
import { collectionOf, type Database } from "./receiver.ts";
import { indexOf, keysOf } from "./values.ts";

const database: Database = { is: "database", code: "db" };

/** `undefined`: it isn't followed. */
export function dbMigrateCall(file: Reader, name: string, values: readonly Value[]): Found | undefined {
  const [first, second, third, fourth] = values;
  const collection = first && collectionOf(file, first, database);
  switch (name) {
    case "createTable":
    case "createCollection":
      return databaseCall(file, "createCollection", values.slice(0, 1), database);
    case "dropTable":
    case "dropCollection":
      return databaseCall(file, "dropCollection", values.slice(0, 1), database);
    case "renameTable":
    case "renameCollection":
      return databaseCall(file, "renameCollection", values.slice(0, 2), database);
    case "addIndex": {
      const unique = booleanOf(fourth) === true;
      const index = { ...indexOf(file, third, undefined), unique, options: unique ? "unique: true" : "" };
      return {
        operations: [
          {
            kind: "createDocumentIndex",
            collection,
            index: { ...index, name: textOf(second), keys: keysOf(third) },
          },
        ],
      };
    }
    case "removeIndex":
      return { operations: [{ kind: "dropDocumentIndex", collection, name: textOf(second) }] };
    case "insert":
      return method(file, second?.is === "list" ? "insertMany" : "insertOne", first, [second]);
    case "_run":
      return run(file, textOf(first), values.slice(1));
    case "_find":
    case "_getCollectionNames":
    case "_getIndexes":
    case "getDbInstance":
    case "close":
      return { operations: [] };
    default:
      return undefined;
  }
}

/** `db._run("update", "users", { query, update, options })` */
function run(
  file: Reader,
  command: string | undefined,
  [target, given]: readonly Value[],
): Found | undefined {
  switch (command) {
    case "update":
    case "updateMany":
      return method(file, command, target, [
        fieldOf(given, "query"),
        fieldOf(given, "update"),
        fieldOf(given, "options"),
      ]);
    case "insert":
      return method(file, given?.is === "list" ? "insertMany" : "insertOne", target, [given]);
    case "remove":
      return method(file, "deleteOne", target, [given]);
    case "createCollection":
    case "dropCollection":
    case "dropDatabase":
      return databaseCall(file, command, target === undefined ? [] : [target], database);
    case "find":
    case "collections":
    case "indexInformation":
    case "getDbInstance":
      return { operations: [] };
    default:
      return undefined;
  }
}

/** A method of the collection that the first argument names. */
function method(
  file: Reader,
  name: string,
  target: Value | undefined,
  values: readonly (Value | undefined)[],
): Found {
  const collection = target && collectionOf(file, target, database);
  const found = collectionMethods.get(name)?.(values as readonly Value[], file);
  return { operations: (found?.operations ?? []).map((one) => ({ ...one, collection })) };
}
