/** What the methods of a database and its commands do. */
import type { CollectionName } from "../../../../model/operation.ts";
import type { Reader } from "../../evaluate.ts";
import { fieldOf, isOn, itemsOf, textOf, type Value } from "../../value.ts";
import { collectionMethods, type Bare, type Found } from "./calls.ts";
import { collectionOf, type Database } from "./receiver.ts";
import { shardingCommand } from "./shards.ts";
import { indexOf, keysOf, seconds, validatorOf } from "./values.ts";

/** Commands that change nothing. */
const reading =
  /^(?:ping|hello|isMaster|ismaster|buildInfo|listCollections|listIndexes|listDatabases|collStats|dbStats|count|distinct|find|explain|serverStatus|getParameter|validate|connectionStatus|currentOp|getMore|aggregate|replSetGetStatus|hostInfo|top|usersInfo|rolesInfo|getLastError|endSessions|refreshSessions|profile|fsync)$/;

/** `undefined`: it isn't followed. */
export function databaseCall(
  file: Reader,
  name: string,
  values: readonly Value[],
  database: Database,
): Found | undefined {
  const [first, second, third] = values;
  const collection = first && collectionOf(file, first, database);
  switch (name) {
    case "createCollection":
      return {
        options: second,
        operations: [{ kind: "createCollection", collection, validator: validatorOf(file, second) }],
      };
    case "dropCollection":
      return { options: second, operations: [{ kind: "dropCollection", collection }] };
    case "renameCollection":
      return {
        options: third,
        operations: [
          { kind: "renameCollection", collection, to: textOf(second), dropTarget: isOn(third, "dropTarget") },
        ],
      };
    case "createIndex":
    case "ensureIndex":
      return {
        options: third,
        operations: [{ kind: "createDocumentIndex", collection, index: indexOf(file, second, third) }],
      };
    case "dropDatabase":
      return { options: first, operations: [{ kind: "dropCollection" }] };
    case "eval":
      return { operations: [{ kind: "databaseCommand", command: "eval" }] };
    case "command":
    case "runCommand":
    case "adminCommand":
    case "executeDbAdminCommand":
      return command(file, first, second, database);
    default:
      return undefined;
  }
}

function command(
  file: Reader,
  given: Value | undefined,
  options: Value | undefined,
  database: Database,
): Found | undefined {
  if (given?.is !== "record") return undefined;
  const [name, target] = [...given.fields][0] ?? [];
  if (name === undefined || target === undefined) return undefined;
  if (reading.test(name)) return { operations: [] };
  const collection = collectionOf(file, target, database);
  return { options, operations: commandOperations(file, name, given, collection) };
}

function commandOperations(
  file: Reader,
  name: string,
  given: Value,
  collection: CollectionName,
): readonly Bare[] {
  switch (name) {
    case "create":
      return [{ kind: "createCollection", collection, validator: validatorOf(file, given) }];
    case "drop":
      return [{ kind: "dropCollection", collection }];
    case "dropDatabase":
      return [{ kind: "dropCollection" }];
    case "collMod":
      return [alteration(file, given, collection)];
    case "createIndexes":
      return itemsOf(fieldOf(given, "indexes")).map((spec) => ({
        kind: "createDocumentIndex",
        collection,
        index: indexOf(file, fieldOf(spec, "key"), spec),
      }));
    case "dropIndexes":
    case "deleteIndexes": {
      const index = fieldOf(given, "index");
      return [{ kind: "dropDocumentIndex", collection, name: textOf(index), keys: keysOf(index) }];
    }
    case "renameCollection":
      return [renaming(given, collection)];
    case "update":
    case "delete": {
      const list = itemsOf(fieldOf(given, name === "update" ? "updates" : "deletes"));
      return list.flatMap((write): readonly Bare[] => {
        const many = name === "update" ? isOn(write, "multi") : fieldOf(write, "limit") !== undefined;
        const method = collectionMethods.get(
          name === "update" ? (many ? "updateMany" : "updateOne") : "deleteMany",
        );
        const values = [fieldOf(write, "q"), ...(name === "update" ? [fieldOf(write, "u")] : [])];
        const found = method?.(values as readonly Value[], file).operations ?? [];
        return found.map((one) => ({ ...one, collection }));
      });
    }
    case "insert":
      return [{ kind: "insertDocuments", collection, many: true, hasId: undefined, fields: [] }];
    default:
      return [
        shardingCommand(name, given, collection) ?? { kind: "databaseCommand", collection, command: name },
      ];
  }
}

function alteration(file: Reader, given: Value, collection: CollectionName): Bare {
  const index = fieldOf(given, "index");
  const flag = (name: string): boolean | undefined => {
    const value = fieldOf(index, name);
    return value === undefined ? undefined : isOn(index, name);
  };
  return {
    kind: "alterCollection",
    collection,
    validator: validatorOf(file, given),
    ...(index === undefined
      ? {}
      : {
          index: {
            hidden: flag("hidden"),
            prepareUnique: flag("prepareUnique"),
            unique: flag("unique"),
            expireAfterSeconds: seconds(fieldOf(index, "expireAfterSeconds")),
            keys: keysOf(fieldOf(index, "keyPattern")),
            name: textOf(fieldOf(index, "name")),
          },
        }),
  };
}

/** It names both with their databases: `shop.users`. */
function renaming(given: Value, collection: CollectionName): Bare {
  const bare = (name: string | undefined): string | undefined => name?.replace(/^[^.]*\./, "");
  const from = bare(collection.name);
  return {
    kind: "renameCollection",
    collection: { ...collection, name: from, text: from ?? collection.text, database: undefined },
    to: bare(textOf(fieldOf(given, "to"))),
    dropTarget: isOn(given, "dropTarget"),
  };
}
