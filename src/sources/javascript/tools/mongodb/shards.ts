/** Commands that distribute collections, and the shell's helpers for them. */
import type { CollectionName, ShardCollection } from "../../../../model/operation.ts";
import type { Reader } from "../../evaluate.ts";
import { booleanOf, fieldOf, isOn, textOf, type Value } from "../../value.ts";
import type { Bare, Found } from "./calls.ts";
import { collectionOf, type Database } from "./receiver.ts";
import { keysOf } from "./values.ts";

const commands: ReadonlySet<string> = new Set<ShardCollection["command"]>([
  "shardCollection",
  "reshardCollection",
  "refineCollectionShardKey",
  "unshardCollection",
]);

const isCommand = (name: string): name is ShardCollection["command"] => commands.has(name);

/** `shop.users`: the collection is named with its database. */
const withoutDatabase = (collection: CollectionName): CollectionName => {
  const name = collection.name?.replace(/^[^.]*\./, "");
  return name === undefined
    ? collection
    : { ...collection, name, text: name, database: undefined, withoutDriver: true };
};

/** Of `db.adminCommand({ … })`; undefined: it is about something else. */
export function shardingCommand(name: string, given: Value, collection: CollectionName): Bare | undefined {
  if (!isCommand(name)) return undefined;
  const keys = keysOf(fieldOf(given, "key"));
  const unique = isOn(given, "unique");
  return { kind: "shardCollection", command: name, collection: withoutDatabase(collection), keys, unique };
}

const reading = /^(?:status|get|is|wait|balancerCollectionStatus|help)/;
const admin: Database = { is: "database", code: "db", name: undefined };

/** `sh.shardCollection("shop.users", { country: 1 }, true)` */
export function shardingCall(file: Reader, name: string, values: readonly Value[]): Found {
  const [target, key, third] = values;
  if (reading.test(name)) return { operations: [] };
  const collection = target && textOf(target) !== undefined ? collectionOf(file, target, admin) : undefined;
  if (!isCommand(name) || collection === undefined)
    return { operations: [{ kind: "databaseCommand", command: name }] };
  const unique = booleanOf(third) === true || isOn(third, "unique");
  return {
    operations: [
      {
        kind: "shardCollection",
        command: name,
        collection: withoutDatabase(collection),
        keys: name === "unshardCollection" ? undefined : keysOf(key),
        unique,
      },
    ],
  };
}
