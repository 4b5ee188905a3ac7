/** What the catalogue of a MySQL or MariaDB server and ddlint's schema differ in. */
import type { Key } from "../../model/names.ts";
import type { Schema } from "../../schema/schema.ts";
import { columnTag, constraintTag, triggerTag } from "../../schema/state.ts";
import { onlyIn, type SchemaDifference } from "../differences.ts";
import { describe } from "./describe.ts";

/** @param catalogue the server's lines */
export function schemaDifferences(schema: Schema, catalogue: readonly string[]): readonly SchemaDifference[] {
  const servers = catalogue.map(comparable);
  const ours = describe(schema).map(comparable);
  // Types of a query's columns, which ddlint says that it doesn't know.
  const untyped = ours.flatMap((line) => /^(column .*) \?(?: not null)?$/.exec(line)?.[1] ?? []);
  const isTyped = (line: string): boolean => !untyped.some((start) => line.startsWith(`${start} `));
  return onlyIn(ours.filter(isTyped), servers.filter(isTyped), objectOf).filter(({ object }) =>
    isKnown(schema, object),
  );
}

/** Without what the server's own defaults decide (engines and collations), and expressions, which it writes anew. */
const comparable = (line: string): string =>
  line
    .replace(/^(table \S+) .*/, "$1")
    .replace(/^(column .*?) (?:\w+ \w+_(?:ci|bin|cs)|binary binary)\b/, "$1")
    // The server has the zero date for some columns that no default was written for.
    .replace(/ default 0000-00-00(?: 00:00:00(?:\.0+)?)?/, "")
    .replace(/ (stored|virtual) .*/, " $1")
    .replace(/^(check \S+ \S+) .*/, "$1")
    .replace(/ (?:restrict|no action)(?= |$)/g, " no action");

const words =
  /^((?:foreign key|index|check|partition|trigger) \S+ \S+|(?:table|view|sequence|function|procedure|column) \S+)(.*)$/;
const objectOf = (line: string): readonly [object: string, rest: string] => {
  const [, object = line, rest = ""] = words.exec(line) ?? [];
  return [object, rest.trim()];
};

/** False: a statement that may not have run, or that isn't understood, has made, changed or dropped it. */
function isKnown(schema: Schema, object: string): boolean {
  const [here] = schema.searchPath;
  const [, kind = "", table = "", member = ""] =
    /^(foreign key|index|check|partition|trigger) (\S+) (\S+)$/.exec(object) ??
    /^(column) (\S+)\.([^.]+)$/.exec(object) ??
    /^(\w+) (\S+)$/.exec(object) ??
    [];
  const key: Key = here === undefined || table.includes(".") ? table : `${here}.${table}`;
  const relation = schema.relation(key);
  if (kind === "function" || kind === "procedure") return schema.routines(key).is !== "unknown";
  if (relation.is === "unknown" || !schema.certain(key)) return false;
  switch (kind) {
    case "column":
      return schema.column(key, member).is !== "unknown" && schema.certain(key, columnTag(member));
    case "foreign key":
    case "check":
      return schema.constraint(key, member).is !== "unknown" && schema.certain(key, constraintTag(member));
    case "trigger":
      return schema.certain(key, triggerTag(member));
    default:
      return true;
  }
}
