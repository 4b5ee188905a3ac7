/** Changes of Liquibase's extension for MongoDB: what they give the driver is JSON. */
import type { DocumentOperation } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import type { Reader } from "../javascript/evaluate.ts";
import { collectionMethods, type Found } from "../javascript/tools/mongodb/calls.ts";
import { databaseCall } from "../javascript/tools/mongodb/database.ts";
import type { Database } from "../javascript/tools/mongodb/receiver.ts";
import type { Value } from "../javascript/value.ts";
import type { Change } from "./change.ts";

/** Where each change has its arguments, in the order of the driver's method. */
const given: Readonly<Record<string, readonly string[]>> = {
  createCollection: ["options"],
  dropCollection: [],
  createIndex: ["keys", "options"],
  dropIndex: ["keys"],
  insertOne: ["document", "options"],
  insertMany: ["documents", "options"],
  runCommand: ["command"],
  adminCommand: ["command"],
};

/** The names alone say it where a change has no table. */
export const isOfMongodb = ({ node, target }: Change): boolean =>
  Object.hasOwn(given, node.name) && (node.attributes.has("collectionName") || target.isMongodb);

const database: Database = { is: "database", code: "db" };

/** What it does; undefined: what it is given isn't known before it runs. */
export function documentChange(change: Change, path: string): readonly DocumentOperation[] | undefined {
  const { name, node } = change;
  const at = node.head;
  const file: Reader = {
    path,
    text: "",
    readFile: () => undefined,
    isMysql: false,
    // Values are written out: the changelog has no code to repeat.
    isElsewhere: true,
    changed: { reassigned: new Set(), mutated: new Set(), fields: new Map() },
    imported: () => ({ is: "unknown", at }),
  };
  const values = (given[name] ?? []).map((part): Value => {
    const own = change.text(part)?.text.trim();
    // The element's own text belongs to none of its parts.
    const isThere = node.attributes.has(part) || change.child(part) !== undefined;
    return !isThere || own === undefined || own === "" ? nothing(at) : valueOf(own, path, at);
  });
  const collection = change.get("collectionName")?.text.trim();
  const found = called(file, name, collection, values, path, at);
  if (found === undefined || values.some(({ is }) => is === "unknown")) return undefined;
  return found.operations.map((one): DocumentOperation => {
    const own = one.collection ?? (collection === undefined ? undefined : named(collection));
    return {
      ...one,
      span: node.at,
      head: at,
      method: name,
      // It awaits each call itself, and has no session.
      waits: "awaited",
      hasSession: false,
      collection: own && { ...own, withoutDriver: true },
    };
  });
}

function called(
  file: Reader,
  name: string,
  collection: string | undefined,
  values: readonly Value[],
  path: string,
  at: Span,
): Found | undefined {
  if (/^(?:run|admin)Command$/.test(name)) return databaseCall(file, name, values, database);
  if (collection === undefined || collection === "") return undefined;
  const own = textValue(collection, path, at);
  return /Collection$/.test(name)
    ? databaseCall(file, name, [own, ...values], database)
    : collectionMethods.get(name)?.(values, file);
}

const named = (name: string): NonNullable<DocumentOperation["collection"]> => ({
  name,
  text: name,
  code: `db.collection(${JSON.stringify(name)})`,
  databaseCode: "db",
});

const nothing = (at: Span): Value => ({ is: "plain", value: undefined, at });

const textValue = (text: string, path: string, at: Span): Value => ({
  is: "text",
  segments: [{ text, path, at, exact: false }],
  holes: false,
  at,
});

function valueOf(text: string, path: string, at: Span): Value {
  if (text.includes("${")) return { is: "unknown", at };
  try {
    return fromJson(JSON.parse(strict(text)), path, at);
  } catch {
    return { is: "unknown", at };
  }
}

/** The driver also reads names without quotes, single quotes, and calls like `ISODate()`, whose values don't matter here. */
const strict = (text: string): string =>
  text.replaceAll(loose, (all: string, single?: string, name?: string) => {
    if (single !== undefined) return JSON.stringify(single.replaceAll(/\\(.)/g, "$1"));
    if (name !== undefined) return JSON.stringify(name);
    return all.startsWith('"') ? all : "null";
  });

const loose =
  /"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'|([A-Za-z_$][\w$.]{0,199})(?=\s{0,20}:)|\b(?:new )?(?:ISODate|Date|ObjectId|Timestamp|NumberLong|NumberInt|NumberDecimal|UUID|BinData)\([^()]{0,200}\)/g;

function fromJson(json: unknown, path: string, at: Span): Value {
  if (typeof json === "string") return textValue(json, path, at);
  if (Array.isArray(json)) return { is: "list", items: json.map((one) => fromJson(one, path, at)), at };
  if (typeof json === "object" && json !== null) {
    const fields = Object.entries(json).map(([name, one]): [string, Value] => [
      name,
      fromJson(one, path, at),
    ]);
    return { is: "record", fields: new Map(fields), places: new Map(), open: false, at };
  }
  return { is: "plain", value: typeof json === "number" || typeof json === "boolean" ? json : null, at };
}
