/** Files of SQL that changesets load. */
import type { ChangelogNode } from "../../model/changelog.ts";
import type { Database } from "../../model/dialect.ts";
import type { FolderView } from "../layouts/layout.ts";
import { isSql } from "../layouts/names.ts";
import { baseName } from "../files/paths.ts";
import { isFor } from "./selected.ts";
import { named, resolve, treesOf, valueOf, type Named } from "./walk.ts";

export interface Loaded {
  readonly up: Named;
  readonly down: Named | undefined;
  /** Of the elements that load. */
  readonly attributes: readonly string[];
  /** Of the element that loads the way back. */
  readonly attributesOfDown: string;
}

/** By a changeset that does nothing else. Undefined: it does something else; `nothing`: nothing on this database. */
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

/** True for a file that some changeset loads, in the way forward or back, on whatever database. */
export function isLoaded(view: FolderView, changelogs: readonly string[]): (file: string) => boolean {
  let known: readonly (readonly [from: string, path: Named])[] | undefined;
  const all = (): NonNullable<typeof known> =>
    (known ??= changelogs.flatMap((from) => {
      const root = isSql(from) ? undefined : treesOf(view)(from)?.root;
      return root === undefined ? [] : pathsIn(root).map((path) => [from, path] as const);
    }));
  return (file) =>
    all().some(
      ([from, one]) =>
        baseName(one.path) === baseName(file) &&
        // What a property stands for may be any folder.
        (one.path.includes("${") || resolve(view, from, one) === file),
    );
}

/** `sqlFile`, and the bodies of views and procedures. */
export const pathsIn = (node: ChangelogNode): readonly Named[] => [
  ...(node.attributes.has("path") ? [named(node, valueOf(node, "path") ?? "")] : []),
  ...node.children.flatMap(pathsIn),
];
