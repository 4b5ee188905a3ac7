/** Liquibase: changesets of formatted SQL files, in the order in which the root changelog includes the files. */
import type { Database } from "../../model/dialect.ts";
import type { FileProblem } from "../migration.ts";
import { ancestors, baseName, compareText, join, parentOf } from "../paths.ts";
import { assemble, badName, clip, wholeFile, type Piece } from "./assemble.ts";
import { readChangelog, type ChangelogEntry, type SqlFile } from "./changelog.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { attribute, dbmsOf, isFormatted, readChangesets, type Rollback } from "./liquibase-sql.ts";
import { dialectWord } from "../../model/database-words.ts";
import { isDirect, isNoStep, isSql, stemOf } from "./names.ts";

const changelogName =
  /^(?:[\w.-]*changelog[\w.-]*|master|root|main|index|liquibase[\w.-]*)\.(?:xml|ya?ml|json)$/i;
const mainName = /(?:^|[._-])(?:master|root|main|index)\.\w+$|^changelog\.\w+$/i;
const includable = /\.(?:sql|xml|ya?ml|json)$/i;

/** What runs, in turn: a file of SQL, or a changeset of a changelog. */
type Item =
  | { readonly kind: "sql"; readonly file: string }
  | {
      readonly kind: "changeSet";
      readonly file: string;
      readonly entry: ChangelogEntry & { kind: "changeSet" };
    };

interface Plan {
  readonly items: readonly Item[];
  /** The changelogs that start it; none where files of SQL stand alone. */
  readonly roots: readonly string[];
  /** A changelog, or a file that one names, couldn't be read: then the order is that of the paths. */
  readonly unread: string | undefined;
  /** Sentences: what changelogs include, and isn't there. */
  readonly missing: readonly string[];
}

const plans = new WeakMap<FolderView, Plan>();

function planOf(view: FolderView): Plan {
  const known = plans.get(view) ?? findPlan(view);
  plans.set(view, known);
  return known;
}

function findPlan(view: FolderView): Plan {
  const candidates = view.files.filter(
    (file) => isDirect(file) && changelogName.test(file) && isChangelog(view, file),
  );
  const walks = candidates.map((file) => ({ file, walk: walkFrom(view, file) }));
  const roots = walks
    .filter(({ file }) => !walks.some((other) => other.file !== file && other.walk.seen.has(file)))
    .sort((a, b) => Number(mainName.test(b.file)) - Number(mainName.test(a.file)));
  const unread = roots.flatMap(({ walk }) => walk.unread ?? [])[0];
  const missing = [...new Set(roots.flatMap(({ walk }) => walk.missing))];
  const files = view.files.filter((file) => isSql(file) && !file.startsWith("../") && !aside.test(file));
  const formatted = (file: string): boolean => isFormatted(view.read(file) ?? "");
  if (roots.length > 0 && unread === undefined) {
    const items = roots.flatMap(({ walk }) => walk.items);
    return { items, roots: roots.map(({ file }) => file), unread, missing };
  }
  const own = roots.length > 0 ? files : files.filter(isDirect).some(formatted) ? files : [];
  const items = own.filter(formatted).map((file): Item => ({ kind: "sql", file }));
  return { items, roots: roots.map(({ file }) => file), unread, missing };
}

/** Folders whose files run only where a changelog names them. */
const aside =
  /(?:^|\/)(?:testdata|fixtures?|__tests__|__fixtures__|tests?|spec|seeds?|seeders|examples?|snapshots?|queries|vendor|dist|target)\//i;

/** True if changelogs say which files run. */
const ordersFiles = (view: FolderView): boolean => planOf(view).roots.length > 0;

const isChangelog = (view: FolderView, file: string): boolean =>
  (view.read(file) ?? "").slice(0, 4000).includes("databaseChangeLog");

interface Walk {
  readonly items: Item[];
  readonly seen: Set<string>;
  readonly missing: string[];
  unread: string | undefined;
}

function walkFrom(view: FolderView, root: string): Walk {
  const walk: Walk = { items: [], seen: new Set(), missing: [], unread: undefined };
  const visit = (file: string): void => {
    if (walk.seen.has(file)) return;
    walk.seen.add(file);
    if (isSql(file)) {
      walk.items.push({ kind: "sql", file });
      return;
    }
    const entries = readChangelog(file.toLowerCase(), view.read(file) ?? "");
    if (entries === undefined) walk.unread ??= file;
    for (const entry of entries ?? []) {
      if (entry.kind === "changeSet") walk.items.push({ kind: "changeSet", file, entry });
      else if (entry.kind === "includeAll") {
        const found = allIn(view, file, entry);
        if (found.length === 0) missing(file, entry.path);
        for (const inner of found) visit(inner);
      } else {
        const inner = resolve(view, file, entry);
        if (inner !== undefined) visit(inner);
        else missing(file, entry.path);
        if (inner === undefined && /\.sql$/i.test(entry.path)) walk.unread ??= entry.path;
      }
    }
  };
  const missing = (from: string, path: string): void => {
    walk.missing.push(`${join(view.root, from)} includes ${path}, which doesn't exist: it was not checked`);
  };
  visit(root);
  return walk;
}

const clean = (path: string): string => path.replace(/^classpath\*?:/, "").replace(/^\.?\/+/, "");

interface Named {
  readonly path: string;
  /** To the changelog; else to a root of the class path, which isn't known. */
  readonly relative: boolean;
}

/** Beside the changelog, below the folder, or below a root of the class path that ends where the folder begins. */
function resolve(view: FolderView, from: string, { path, relative }: Named): string | undefined {
  const wanted = clean(path);
  if (wanted === "") return undefined;
  const exists = (file: string): boolean => view.files.includes(file) || view.read(file) !== undefined;
  const beside = join(parentOf(from) ?? ".", relative ? path : wanted);
  if (relative) return exists(beside) ? beside : undefined;
  const above = ancestors(join("/", view.root)).map((_, i) => join("../".repeat(i), wanted));
  return [
    ...(view.files.includes(wanted) ? [wanted] : []),
    ...(wanted.includes("/") ? view.files.filter((file) => endsWith(view, file, wanted)).slice(0, 1) : []),
    ...[beside].filter(exists),
    ...(wanted.startsWith("..") ? [] : above.filter(exists).slice(0, 1)),
  ][0];
}

const endsWith = (view: FolderView, path: string, wanted: string): boolean =>
  join("/", view.root, path).endsWith(`/${wanted}`);

function allIn(view: FolderView, from: string, { path, relative }: Named): readonly string[] {
  const wanted = clean(path).replace(/\/+$/, "");
  const beside = join(parentOf(from) ?? ".", relative ? path : wanted);
  const inside = (test: (folder: string) => boolean): readonly string[] =>
    view.files.filter(
      (file) =>
        includable.test(file) && file !== from && !file.startsWith("../") && foldersOf(file).some(test),
    );
  if (relative) return inside((folder) => folder === beside);
  for (const test of [
    (folder: string) => folder === wanted,
    (folder: string) => wanted !== "" && wanted !== "." && endsWith(view, folder, wanted),
    (folder: string) => folder === beside,
  ]) {
    const found = inside(test);
    if (found.length > 0) return found;
  }
  return [];
}

function foldersOf(file: string): readonly string[] {
  const parts = file.split("/").slice(0, -1);
  return [".", ...parts.map((_, i) => parts.slice(0, i + 1).join("/"))];
}

/** `postgresql,h2` and `!h2`: those for other databases aren't run. A word that isn't known may mean this one. */
function isFor(dbms: string | undefined, dialect: Database): boolean {
  const names = (dbms ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.includes("all")) return true;
  if (names.some((name) => name.startsWith("!") && dialectWord(name.slice(1).trim()) === dialect))
    return false;
  const listed = names.filter((name) => !name.startsWith("!"));
  return listed.length === 0 || listed.some((name) => (dialectWord(name) ?? dialect) === dialect);
}

const kindOf = (marker: string): Piece["kind"] =>
  ["runOnChange", "runAlways"].some((name) => attribute(marker, name)?.toLowerCase() === "true")
    ? "repeatable"
    : "versioned";

interface Pieces {
  readonly key: string;
  readonly pieces: readonly Piece[];
}

/** The changesets of one file of SQL; a file without a header that is included is one changeset. */
function ofSql(view: FolderView, file: string, dialect: Database): readonly Pieces[] {
  const text = view.read(file) ?? "";
  if (!isFormatted(text)) {
    const stem = stemOf(file);
    const key = `${file} raw`;
    return [
      { key, pieces: [{ file, direction: "up", key, description: stem, name: stem, kind: "versioned" }] },
    ];
  }
  return readChangesets(text).flatMap((changeset): Pieces[] => {
    const { author, id, marker, part, rollback } = changeset;
    if (!isFor(dbmsOf(marker), dialect)) return [];
    const key = `${file} ${author}:${id}`;
    const common = { file, key, description: id, name: `${author}:${id}`, kind: kindOf(marker), marker };
    const up: Piece = {
      ...common,
      direction: "up",
      part,
      text: changeset.text,
      irreversible: rollback?.stated,
    };
    return [{ key, pieces: [up, ...downOf(common, rollback)] }];
  });
}

function downOf(common: Omit<Piece, "direction">, rollback: Rollback | undefined): Piece[] {
  if (rollback === undefined || rollback.stated !== undefined) return [];
  return [{ ...common, direction: "down", part: rollback.part, text: rollback.text }];
}

/** A changeset in XML, YAML or JSON: readable where all that it does is to load one file. */
function ofChangelog(
  view: FolderView,
  item: Item & { kind: "changeSet" },
  dialect: Database,
): readonly Pieces[] {
  const { file, entry } = item;
  if (!isFor(entry.dbms, dialect)) return [];
  const key = `${file} ${entry.author}:${entry.id}`;
  const name = `${entry.author}:${entry.id}`;
  const own = entry.up.filter(({ dbms }) => isFor(dbms, dialect));
  // For other databases alone.
  if (own.length === 0 && entry.up.length > 0 && !entry.other) return [];
  const marker = [entry.attributes, ...own.map(({ attributes }) => attributes)].join(" ").trim();
  const common = { key, description: entry.id, name, kind: kindOf(marker), marker };
  const loaded = ([first, ...others]: readonly SqlFile[]): string | undefined =>
    first === undefined || others.length > 0 ? undefined : resolve(view, file, first);
  const up = entry.other ? undefined : loaded(own);
  const down = loaded(entry.down.filter(({ dbms }) => isFor(dbms, dialect)));
  if (up === undefined) return [{ key, pieces: [{ ...common, file, direction: "up", code: true }] }];
  const pieces: Piece[] = [{ ...common, file: up, direction: "up" }];
  if (down !== undefined) pieces.push({ ...common, file: down, direction: "down" });
  return [{ key, pieces }];
}

/** Folders below a changelog that are looked into. */
const deepest = 13;

export const liquibase: Layout = {
  name: "liquibase",
  ownsBelow: true,
  isRoot: () => true,
  // Its changelogs name what runs, wherever it lies.
  seen: (_fs, view) =>
    ordersFiles(view)
      ? (name, depth) => depth < deepest && !/^(?:node_modules|\.git)$/.test(name)
      : undefined,
  detect(view) {
    const { items, roots } = planOf(view);
    const sql = items.filter(
      (item) => item.kind === "sql" || item.entry.up.some(({ path }) => /\.sql$/i.test(path)),
    );
    const first = sql[0];
    if (first === undefined) return undefined;
    const what =
      roots.length > 0
        ? `${roots.join(", ")} orders ${countFiles(sql.length)}`
        : `${countFiles(sql.length)} with changesets like ${first.file}`;
    return { files: sql.length, because: what };
  },
  read(view, options) {
    const { items, roots, unread, missing } = planOf(view);
    const problems: FileProblem[] = [];
    const all = items.flatMap((item) =>
      item.kind === "sql"
        ? ofSql(view, item.file, options.dialect)
        : ofChangelog(view, item, options.dialect),
    );
    const rank = new Map<string, number>();
    const pieces: Piece[] = [];
    for (const { key, pieces: own } of all) {
      if (rank.has(key)) problems.push(twice(view, own[0]));
      else pieces.push(...own);
      if (!rank.has(key)) rank.set(key, rank.size);
    }
    if (roots.length > 0 && unread === undefined && missing.length === 0)
      problems.push(...unreached(view, items));
    const read = assemble(view, options, pieces, (a, b) => (rank.get(a.key) ?? 0) - (rank.get(b.key) ?? 0));
    return {
      rollbacks: "section",
      rollbackName: () => "--rollback",
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
      notRead: [
        ...missing,
        ...(unread === undefined || missing.length > 0
          ? []
          : [`${join(view.root, unread)} can't be read: what it includes isn't known`]),
      ],
      notes:
        unread === undefined ? [] : [`${unread} couldn't be read: the files are in the order of their paths`],
    };
  },
};

function twice(view: FolderView, piece: Piece | undefined): FileProblem {
  const file = piece?.file ?? "";
  const text = view.read(file) ?? "";
  const end = (piece?.part?.start ?? 0) - 1;
  const line = { start: text.lastIndexOf("\n", end - 1) + 1, end };
  return {
    rule: "duplicate-version",
    path: join(view.root, file),
    ...(end < 0 ? wholeFile(view, file) : { span: line }),
    message: clip(`changeset ${piece?.name ?? ""} exists twice: liquibase fails on it`),
    instead: "give it its own id",
  };
}

/** Formatted files that no changelog includes; where that is most of them, there is another root somewhere. */
function unreached(view: FolderView, items: readonly Item[]): FileProblem[] {
  const reached = new Set(items.map(({ file }) => file));
  const left = view.files.filter(
    (file) =>
      isSql(file) &&
      !file.startsWith("../") &&
      !reached.has(file) &&
      !aside.test(file) &&
      !isNoStep(file) &&
      isFormatted(view.read(file) ?? ""),
  );
  if (left.length * 2 > reached.size) return [];
  return left
    .sort((a, b) => compareText(baseName(a), baseName(b)))
    .map((file) =>
      badName(view, file, "liquibase skips it: no changelog includes it", "include it in a changelog"),
    );
}
