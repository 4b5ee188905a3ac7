/** Changesets that do nothing but load a file of SQL. */
import type { ChangelogNode } from "../../model/changelog.ts";
import type { Database } from "../../model/dialect.ts";
import { isFor } from "./selected.ts";
import { named, valueOf, type Named } from "./walk.ts";

export interface Loaded {
  readonly up: Named;
  readonly down: Named | undefined;
  /** Of the elements that load. */
  readonly attributes: readonly string[];
  /** Of the element that loads the way back. */
  readonly attributesOfDown: string;
}

/** Undefined: it does something else; `nothing`: nothing on this database. */
export function loadedBy(node: ChangelogNode, dialect: Database): Loaded | "nothing" | undefined {
  const changes = node.children.flatMap((child) => (child.name === "changes" ? child.children : [child]));
  const up = changes.filter(({ name }) => !silent.has(name));
  if (up.length === 0 || !up.every(isFile)) return undefined;
  const back = changes.filter(({ name }) => name === "rollback");
  const down = back.flatMap(({ children }) => children);
  const own = up.filter((one) => isFor(valueOf(one, "dbms"), dialect));
  const [first, ...others] = own;
  if (first === undefined) return "nothing";
  const isPlain = back.every(({ text, attributes }) => text === undefined && attributes.size === 0);
  if (others.length > 0 || node.attributes.has("rollback") || !isPlain || !down.every(isFile))
    return undefined;
  if (changes.some(({ name }) => name === "modifySql" || name === "preConditions")) return undefined;
  const [undone, ...rest] = down.filter((one) => isFor(valueOf(one, "dbms"), dialect));
  if (rest.length > 0 || (back.length > 0 && undone === undefined)) return undefined;
  return {
    up: named(first, valueOf(first, "path") ?? ""),
    down: undone && named(undone, valueOf(undone, "path") ?? ""),
    attributes: [attributesOf(first)],
    attributesOfDown: undone === undefined ? "" : attributesOf(undone),
  };
}

const isFile = (node: ChangelogNode): boolean =>
  node.name === "sqlFile" && node.attributes.has("path") && !(valueOf(node, "path") ?? "").includes("${");

/** Parts of a changeset that change nothing. */
const silent = new Set(["comment", "preConditions", "rollback", "validCheckSum", "tagDatabase", "property"]);

/** As those of a line of formatted SQL: `runInTransaction:false endDelimiter:@@`. */
export const attributesOf = (node: ChangelogNode): string =>
  ["runInTransaction", "runOnChange", "runAlways", "splitStatements", "endDelimiter"]
    .flatMap((name) => {
      const value = valueOf(node, name);
      return value === undefined ? [] : [`${name}:${/\s/.test(value) ? `"${value}"` : value}`];
    })
    .join(" ");
