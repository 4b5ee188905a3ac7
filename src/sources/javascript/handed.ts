/** Values that go from one file of the project to another: arguments of its functions, and what they give. */
import type { Span } from "../../text/span.ts";
import type { ChainValue, Value } from "./value.ts";

const names =
  /^(?:collection|getCollection|driver|getConnection|getDb|db|getSiblingDB|getDB|useDb|connection|client|model|)$/;

/** `db.collection("users")`: a place to send something to; nothing is sent yet. */
export const isPlaceOfHandle = ({ root, links }: ChainValue): boolean =>
  (root.is === "handle" ||
    (root.is === "new" && root.name === "MongoClient") ||
    (root.is === "chain" && isPlaceOfHandle(root))) &&
  links.every(({ name, values }) => names.test(name) && (name !== "" || values === undefined));

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
