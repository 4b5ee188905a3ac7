/** What a root changelog runs, in turn: it follows what is included, and what `${name}` stands for until there. */
import type { ChangelogNode, ChangelogTree, Properties } from "../../model/changelog.ts";
import type { Database } from "../../model/dialect.ts";
import type { FolderView } from "../layouts/layout.ts";
import { isSql } from "../layouts/names.ts";
import { ancestors, compareText, join, parentOf } from "../files/paths.ts";
import { compareDigits } from "../version.ts";
import { inContext, isFor } from "./selected.ts";
import { readChangelogTree } from "./tree.ts";

/** What runs: a file of SQL, or a changeset of a changelog. */
export type Item = SqlItem | ChangesetItem;

interface AnyItem {
  /** The first behind what is included, and isn't there or can't be read: what that makes isn't known. */
  readonly afterGap?: true | undefined;
}

export interface SqlItem extends AnyItem {
  readonly kind: "sql";
  readonly file: string;
  readonly contexts: readonly string[];
  /** See `ChangesetItem`. */
  readonly logicalPath?: string | undefined;
}

export interface ChangesetItem extends AnyItem {
  readonly kind: "changeSet";
  readonly file: string;
  readonly tree: ChangelogTree;
  readonly node: ChangelogNode;
  readonly properties: Properties;
  readonly contexts: readonly string[];
  /** By which other changelogs name the file. */
  readonly logicalPath: string | undefined;
}

export interface Walk {
  readonly items: Item[];
  readonly seen: Set<string>;
  /** Sentences: what changelogs include, and isn't there, or not under that name. */
  readonly missing: string[];
  /** What `includeAll` found, where its order isn't that of the numbers in the names. */
  readonly unsorted: Unsorted[];
  /** Changelogs that couldn't be read, and files of SQL that one names and that aren't there. */
  readonly unread: string[];
}

export interface Unsorted {
  /** The changelog, and the element in it. */
  readonly from: string;
  /** Runs before `second`, which has the lower number. */
  readonly first: string;
  readonly second: string;
}

const includable = /\.(?:sql|xml|ya?ml|json)$/i;
const deepest = 60;

export const valueOf = (node: ChangelogNode, name: string): string | undefined =>
  node.attributes.get(name)?.value;

export const isTrue = (value: string | undefined): boolean => value?.trim().toLowerCase() === "true";

/** The trees of a folder's changelogs, read once. */
export function treesOf(view: FolderView): (file: string) => ChangelogTree | undefined {
  const known = trees.get(view) ?? new Map<string, ChangelogTree | undefined>();
  trees.set(view, known);
  return (file) => {
    if (!known.has(file)) known.set(file, readChangelogTree(file, view.read(file) ?? ""));
    return known.get(file);
  };
}

const trees = new WeakMap<FolderView, Map<string, ChangelogTree | undefined>>();

interface Inside {
  readonly contexts: readonly string[];
  readonly local: ReadonlyMap<string, string>;
  readonly depth: number;
  /** What the include calls the file. */
  readonly logicalPath?: string | undefined;
}

export function walkFrom(view: FolderView, root: string, dialect: Database): Walk {
  const walk: Walk = { items: [], seen: new Set(), missing: [], unsorted: [], unread: [] };
  // They come before the changelogs' own: Liquibase keeps the first value.
  const global = new Map(view.statedParameters?.());
  let shared: { readonly local: ReadonlyMap<string, string>; readonly all: Properties } | undefined;
  const readTree = treesOf(view);
  const open = new Set<string>();
  let gap = false as boolean;
  const add = (item: Item): void => {
    walk.items.push(gap ? { ...item, afterGap: true } : item);
    gap = false;
  };
  const says = (from: string, path: string, what: string): void => {
    walk.missing.push(`${join(view.root, from)} includes ${path}, ${what}`);
  };
  const missing = (from: string, path: string): void => {
    says(from, path, "which doesn't exist: it was not checked");
    gap = true;
  };
  const visit = (file: string, inside: Inside): void => {
    if (walk.seen.has(file) || inside.depth > deepest) return;
    walk.seen.add(file);
    open.add(file);
    read(file, inside);
    open.delete(file);
  };
  const read = (file: string, inside: Inside): void => {
    if (isSql(file)) {
      const { contexts, logicalPath } = inside;
      add({ kind: "sql", file, contexts, logicalPath });
      return;
    }
    const tree = readTree(file);
    if (tree === undefined) {
      walk.unread.push(file);
      gap = true;
      return;
    }
    let local = inside.local;
    const removed = new Set<string>();
    const contexts = [...inside.contexts, ...contextsOf(tree.root)];
    const properties = (): Properties => {
      if (shared?.local !== local) shared = { local, all: new Map([...global, ...local]) };
      return shared.all;
    };
    const expanded = (text: string | undefined): string => substituted(text ?? "", properties());
    // Liquibase takes backslashes of paths for slashes.
    const pathIn = (node: ChangelogNode, name: string): string =>
      expanded(valueOf(node, name)).replaceAll("\\", "/");
    const define = (name: string, value: string, isGlobal: boolean): void => {
      if (isGlobal && !global.has(name)) {
        global.set(name, value);
        shared = undefined;
      } else if (!isGlobal && !local.has(name)) local = new Map([...local, [name, value]]);
    };
    const property = (node: ChangelogNode): void => {
      if (!isFor(valueOf(node, "dbms"), dialect)) return;
      if (contextsOf(node).some((one) => inContext(one, dialect) === "no")) return;
      const isGlobal = valueOf(node, "global")?.toLowerCase() !== "false";
      const name = valueOf(node, "name");
      const value = node.attributes.get("value")?.value ?? node.text?.value;
      if (name !== undefined && value !== undefined) define(name, expanded(value), isGlobal);
      const path = valueOf(node, "file");
      const found = path === undefined ? undefined : resolve(view, file, named(node, path));
      if (found === undefined) return;
      for (const [key, one] of propertiesOf(view.read(found) ?? "")) define(key, one, isGlobal);
    };
    const entry = (node: ChangelogNode): void => {
      if (isTrue(valueOf(node, "ignore"))) return;
      const own = [...contexts, ...contextsOf(node)];
      const logicalPath = valueOf(node, "logicalFilePath");
      const within = { contexts: own, local, depth: inside.depth + 1, logicalPath };
      if (node.name === "property") property(node);
      else if (node.name === "removeChangeSetProperty") {
        // Liquibase 5.0: of `addColumn` alone, and of the changesets below it in the same file.
        const isMeant = valueOf(node, "change") === "addColumn" && isFor(valueOf(node, "dbms"), dialect);
        if (isMeant) removed.add(valueOf(node, "remove") ?? "");
      } else if (node.name === "modifyChangeSets") node.children.forEach(entry);
      else if (node.name === "changeSet")
        add({
          kind: "changeSet",
          file,
          tree,
          node: removed.size === 0 ? node : withoutProperties(node, removed),
          properties: properties(),
          contexts: own,
          logicalPath: logicalPath ?? valueOf(tree.root, "logicalFilePath") ?? inside.logicalPath,
        });
      else if (node.name === "includeAll") {
        const path = pathIn(node, "path");
        const found = allIn(view, file, node, path);
        if (found.length === 0 && valueOf(node, "errorIfMissingOrEmpty") !== "false") missing(file, path);
        walk.unsorted.push(...unsorted(found).map((pair) => ({ from: file, ...pair })));
        for (const inner of found) visit(inner, within);
      } else if (node.name === "include") {
        const path = pathIn(node, "file");
        const found = resolve(view, file, named(node, path));
        const inner = found ?? inOtherCase(view, file, named(node, path));
        if (inner !== undefined) {
          if (found === undefined)
            says(
              file,
              path,
              `which exists only as ${join(view.root, inner)}: liquibase fails where letter case counts`,
            );
          // Liquibase 4.27: a StackOverflowError.
          if (open.has(inner))
            says(file, path, `which ${inner === file ? "it is itself" : "includes it"}: liquibase fails`);
          visit(inner, within);
        } else if (valueOf(node, "errorIfMissing") !== "false") {
          missing(file, path);
          if (/\.sql$/i.test(path)) walk.unread.push(path);
        }
      }
    };
    tree.root.children.forEach(entry);
  };
  visit(root, { contexts: [], local: new Map(), depth: 0 });
  return { ...walk, items: inRunOrder(walk.items) };
}

/** A changeset whose added columns haven't the attributes. */
function withoutProperties(node: ChangelogNode, names: ReadonlySet<string>, inside = false): ChangelogNode {
  const isInside = inside || node.name === "addColumn";
  const attributes = isInside
    ? new Map([...node.attributes].filter(([name]) => !names.has(name)))
    : node.attributes;
  return {
    ...node,
    attributes,
    children: node.children.map((one) => withoutProperties(one, names, isInside)),
  };
}

/** Of files in the order of their names as text: the first in each folder that runs before one with a lower number. */
function unsorted(files: readonly string[]): readonly Pick<Unsorted, "first" | "second">[] {
  const found = new Map<string, Pick<Unsorted, "first" | "second">>();
  for (const [i, second] of files.entries()) {
    const first = files[i - 1];
    if (first !== undefined && hasHigherNumber(first, second)) {
      const at = differsAt(first, second);
      const folder = first.slice(0, at);
      if (!found.has(folder)) found.set(folder, { first, second });
    }
  }
  return [...found.values()];
}

/** `10-a`, `2-b`: where the names differ, each has a number, and that of the first is higher. Days are no such numbers. */
function hasHigherNumber(first: string, second: string): boolean {
  const at = differsAt(first, second);
  const [a = "", b = ""] = [first, second].map((name) => /^\d*/.exec(name.slice(at))?.[0] ?? "");
  return a !== "" && b !== "" && a.length < 8 && b.length < 8 && compareDigits(a, b) > 0;
}

/** Where they begin to differ; the beginning of the number there. */
function differsAt(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  while (at > 0 && /\d/.test(a.charAt(at - 1))) at--;
  return at;
}

/** `runOrder`: the first ones before all others, the last ones behind them. */
function inRunOrder(items: readonly Item[]): Item[] {
  const order = (item: Item): string | undefined =>
    item.kind === "sql" ? undefined : valueOf(item.node, "runOrder")?.toLowerCase();
  const of = (wanted: string | undefined): readonly Item[] => items.filter((item) => order(item) === wanted);
  if (items.every((item) => order(item) === undefined)) return [...items];
  const others = items.filter((item) => !["first", "last"].includes(order(item) ?? ""));
  return [...of("first"), ...others, ...of("last")];
}

/** Of a changelog, an include or a changeset. */
const contextsOf = (node: ChangelogNode): readonly string[] =>
  ["context", "contextFilter", "labels"].flatMap((name) => valueOf(node, name)?.trim() || []);

/** `${name}` replaced, where the name is known; what stands in a value was replaced when that was defined. */
export const substituted = (text: string, properties: Properties): string =>
  text.includes("${")
    ? text.replaceAll(/\$\{([^{}$]{1,200})\}/g, (all, name: string) => properties.get(name.trim()) ?? all)
    : text;

/** Lines `name=value` of Java's properties. */
function propertiesOf(text: string): readonly (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ""] = /^[ \t]{0,20}([^#!\s=:][^\s=:]{0,200})[ \t]{0,20}[=:](.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value.trim()] as const];
  });
}

export interface Named {
  readonly path: string;
  /** To the changelog; else to a root of the class path, which isn't known. */
  readonly relative: boolean;
}

export const named = (node: ChangelogNode, path: string): Named => ({
  path,
  relative: isTrue(valueOf(node, "relativeToChangelogFile")),
});

const clean = (path: string): string => path.replace(/^classpath\*?:/, "").replace(/^\.?\/+/, "");

/** Beside the changelog, below the folder, or below a root of the class path that ends where the folder begins. */
export function resolve(view: FolderView, from: string, { path, relative }: Named): string | undefined {
  const wanted = clean(path);
  if (wanted === "") return undefined;
  const exists = (file: string): boolean => filesOf(view).has(file) || view.read(file) !== undefined;
  const beside = join(parentOf(from) ?? ".", relative ? path : wanted);
  if (relative) return exists(beside) ? beside : undefined;
  const above = ancestors(join("/", view.root)).map((_, i) => join("../".repeat(i), wanted));
  return [
    ...(filesOf(view).has(wanted) ? [wanted] : []),
    ...(wanted.includes("/") ? endingIn(view, wanted) : []),
    ...[beside].filter(exists),
    ...(wanted.startsWith("..") ? [] : above.filter(exists).slice(0, 1)),
    ...(view.classPath?.() ?? []).map((folder) => join(folder, wanted)).filter(exists),
  ][0];
}

/** What only a system finds that doesn't tell `Orders.xml` from `orders.xml`. */
function inOtherCase(view: FolderView, from: string, { path, relative }: Named): string | undefined {
  const wanted = clean(path).toLowerCase();
  if (wanted === "") return undefined;
  const beside = join(parentOf(from) ?? ".", relative ? path : wanted).toLowerCase();
  const root = join("/", view.root);
  return view.files.find(
    (file) =>
      file.toLowerCase() === beside || (!relative && join(root, file).toLowerCase().endsWith(`/${wanted}`)),
  );
}

/** Where `resolve` looks for it, as words. */
export function lookedFor(view: FolderView, from: string, { path, relative }: Named): string {
  if (relative) return `at ${join(view.root, parentOf(from) ?? ".", path)}`;
  const roots = (view.classPath?.() ?? []).map((folder) => join(view.root, folder));
  const below =
    view.root === "." ? "below the project's folder" : `below ${view.root}, in the folders above it`;
  return [below, ...new Set(roots)].join(" and in ");
}

const known = new WeakMap<FolderView, ReadonlySet<string>>();

function filesOf(view: FolderView): ReadonlySet<string> {
  const files = known.get(view) ?? new Set(view.files);
  known.set(view, files);
  return files;
}

/** The first of the folder's files whose whole path ends so. */
function endingIn(view: FolderView, wanted: string): readonly string[] {
  const root = join("/", view.root);
  // A part of the wanted path may be that of the folder itself.
  for (let at = 0; at >= 0; at = wanted.indexOf("/", at) + 1 || -1) {
    const inner = wanted.slice(at);
    const isWhole = at === 0 || join(root, inner).endsWith(`/${wanted}`);
    if (at > 0 && isWhole && filesOf(view).has(inner)) return [inner];
  }
  return view.files.filter((file) => endsWith(view, file, wanted)).slice(0, 1);
}

const endsWith = (view: FolderView, path: string, wanted: string): boolean =>
  join("/", view.root, path).endsWith(`/${wanted}`);

function allIn(view: FolderView, from: string, node: ChangelogNode, path: string): readonly string[] {
  // Spring takes patterns, and all below a folder is what is meant without one, too.
  const folder = path.replace(/(?:\/\*{0,2})+$/, "");
  const wanted = clean(folder);
  const isRelative = named(node, path).relative;
  const beside = join(parentOf(from) ?? ".", isRelative ? folder : wanted);
  const ending = valueOf(node, "endsWithFilter")?.toLowerCase();
  const most = Number(valueOf(node, "maxDepth") ?? Infinity);
  const least = Number(valueOf(node, "minDepth") ?? 0);
  const inside = (
    test: (folder: string) => boolean,
    files: readonly string[] = view.files.filter((file) => !file.startsWith("../")),
  ): readonly string[] =>
    files
      .filter((file) => {
        if (!includable.test(file) || file === from) return false;
        if (ending !== undefined && !file.toLowerCase().endsWith(ending)) return false;
        const folders = foldersOf(file);
        const at = folders.findIndex(test);
        const depth = folders.length - at;
        return at >= 0 && depth <= most && depth >= least;
      })
      .sort(compareText);
  const isBeside = (folder: string): boolean => folder === beside;
  // Above the folder, or beside it.
  const leaves = beside.startsWith("../") && beside !== "..";
  if (leaves && (isRelative || wanted.startsWith("../"))) {
    const files = view.outside?.(beside) ?? [];
    return inside(isBeside, files);
  }
  if (isRelative) return inside(isBeside);
  for (const test of [
    (folder: string) => folder === wanted,
    (folder: string) => wanted !== "" && wanted !== "." && endsWith(view, folder, wanted),
    isBeside,
  ]) {
    const found = inside(test);
    if (found.length > 0) return found;
  }
  for (const folder of onClassPath(view, wanted)) {
    const found = inside((one) => one === folder, view.outside?.(folder) ?? []);
    if (found.length > 0) return found;
  }
  return [];
}

/** The folder below each root of the class path, and below each folder above the changelogs. */
function onClassPath(view: FolderView, wanted: string): readonly string[] {
  if (wanted === "" || wanted === "." || wanted.startsWith("..")) return [];
  const above = ancestors(join("/", view.root)).map((_, i) => "../".repeat(i));
  const roots = [...(view.classPath?.() ?? []), ...(wanted.includes("/") ? above : [])];
  return [...new Set(roots.map((root) => join(root, wanted)))].filter((folder) => folder.startsWith("../"));
}

function foldersOf(file: string): readonly string[] {
  const parts = file.split("/").slice(0, -1);
  return [".", ...parts.map((_, i) => parts.slice(0, i + 1).join("/"))];
}
