/** Values that go from one file of the project to another: arguments of its functions, and what they give. */
import type { Span } from "../../text/span.ts";
import type { SourceFile } from "./literal.ts";
import type { Scope } from "./scope.ts";
import type { ChainValue, Link, Value } from "./value.ts";

const names =
  /^(?:collection|getCollection|driver|getConnection|getDb|db|getSiblingDB|getDB|useDb|connection|client|model|)$/;

/** `db.collection("users")`: a place to send something to; nothing is sent yet. */
export const isPlaceOfHandle = ({ root, links }: ChainValue): boolean =>
  (root.is === "handle" ||
    (root.is === "new" && root.name === "MongoClient") ||
    (root.is === "chain" && isPlaceOfHandle(root))) &&
  links.every(({ name, values }) => names.test(name) && (name !== "" || values === undefined));

/** What a chain begins with, in the migration's own words: `queryInterface`, `params.context`. */
export function handleIn({ root, rootName, links: [first] }: ChainValue): string | undefined {
  if (root.is !== "handle" || rootName === "" || rootName === "this") return undefined;
  return first?.name === "context" && first.values === undefined ? `${rootName}.context` : rootName;
}

/** What the tool hands over, at the beginning of the chain, has a name of another function. */
export function isRenamed({ root, rootName, written }: ChainValue, scope: Scope): boolean {
  if (written !== undefined) return false;
  if (root.is === "chain") return isRenamed(root, scope);
  if ((root.is !== "handle" && root.is !== "new") || rootName === "" || rootName === "this") return false;
  const found = scope.binding(rootName);
  return found?.is !== "later" && found?.is !== root.is;
}

/** A value as one that stands at `at`, in another file. A function stays where it is: it isn't known there. */
export function handed(value: Value, at: Span): Value {
  switch (value.is) {
    case "list":
      return { ...value, at, items: value.items.map((item) => handed(item, at)) };
    case "record": {
      const fields = [...value.fields].map(([name, one]): [string, Value] => [name, handed(one, at)]);
      return { ...value, at, fields: new Map(fields), places: new Map() };
    }
    case "new":
      return { ...value, at, values: value.values.map((one) => handed(one, at)) };
    case "chain":
      return {
        ...value,
        at,
        root: handed(value.root, at),
        rootTree: { type: "Identifier", name: value.rootName, ...at },
        links: value.links.map((link) => ({
          ...link,
          at,
          trees: [],
          values: link.values?.map((one) => handed(one, at)),
        })),
      };
    case "function":
      return { is: "unknown", at };
    default:
      return { ...value, at };
  }
}

/** A client or a collection that a function of another file gets from nowhere: only its call leads there. */
export function inOwnWords(
  file: SourceFile,
  { at, rootName, rootTree, links }: ChainValue,
  call: Link | undefined,
  made: Value | undefined,
): Value | undefined {
  if (made === undefined || call === undefined || !isDeclared(made)) return made;
  const [, bracket, written = ""] =
    /^(\(\s*await\s+)?([^]*)$/.exec(file.text.slice(at.start, call.at.end)) ?? [];
  const isAwaited =
    bracket !== undefined ||
    (call === links.at(-1) && /\bawait\s+$/.test(file.text.slice(Math.max(0, at.start - 20), at.start)));
  const code = isAwaited ? `(await ${written})` : written;
  return made.is === "chain"
    ? { ...made, written: { code, links: made.links.length } }
    : { is: "chain", root: made, rootName, rootTree, links: [], written: { code, links: 0 }, at };
}

export const isDeclared = (value: Value): boolean =>
  value.is === "chain"
    ? isDeclared(value.root)
    : (value.is === "handle" && value.isDeclared === true) ||
      (value.is === "new" && value.name === "MongoClient");
