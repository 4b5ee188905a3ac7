/** Liquibase: changesets of formatted SQL files, in the order in which the root changelog includes the files. */
import type { Changeset } from "../../model/changelog.ts";
import type { Database } from "../../model/dialect.ts";
import type { Span } from "../../text/span.ts";
import { acceptedSums } from "../changelog/checked.ts";
import { attributesOf, loadedBy } from "../changelog/loads.ts";
import { touchedByChangeset, touchedBySql } from "../changelog/touched-tables.ts";
import { aside, includedByNone, mayBeNamed } from "../changelog/included-by-none.ts";
import { inContext, isFor, suits } from "../changelog/selected.ts";
import {
  lookedFor,
  resolve,
  valueOf,
  walkFrom,
  type ChangesetItem,
  type Item,
  type SqlItem,
  type Unsorted,
  type Walk,
} from "../changelog/walk.ts";
import type { FileProblem } from "../migration.ts";
import { baseName, compareText, join, parentOf, relative } from "../paths.ts";
import { assemble, badName, clip, wholeFile, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { deploymentsInOrder, type Deployments } from "./liquibase-deployments.ts";
import {
  attribute,
  dbmsOf,
  isFormatted,
  readChangesets,
  withoutDelimiters,
  withRollbacksAsComments,
  type Changeset as FormattedChangeset,
  type Rollback,
} from "./liquibase-sql.ts";
import { isDirect, isNoStep, isSql, stemOf } from "./names.ts";

const changelogName =
  /^(?:[\w.-]*changelog[\w.-]*|master|root|main|index|migrations|liquibase[\w.-]*)\.(?:xml|ya?ml|json)$/i;
const changelogEnding = /\.(?:xml|ya?ml|json)$/i;
/** Whatever its name, a changelog that names others is one to begin with, unless another one names it. */
const includes = /<include(?:All)?\s|^[ \t-]{0,40}include(?:All)?:|"include(?:All)?"\s{0,9}:/m;
const mainName = /(?:^|[._-])(?:master|root|main|index)\.\w+$|^changelog\.\w+$/i;

interface Plan {
  readonly items: readonly Item[];
  /** The changelogs that start it; none where files of SQL stand alone. */
  readonly roots: readonly string[];
  /** Changelogs that start something else: a database of another kind, or the same one from another release on. */
  readonly others: readonly string[];
  /** A changelog, or a file that one names, couldn't be read: then the order is that of the paths. */
  readonly unread: string | undefined;
  /** Sentences: what changelogs include, and isn't there. */
  readonly missing: readonly string[];
  readonly unsorted: readonly Unsorted[];
  /** All that these roots and the others reach. */
  readonly seen: readonly string[];
}

const plans = new WeakMap<FolderView, Map<Database, Plan>>();

/** `dialect`: which properties count; the order of the files doesn't depend on it. */
function planOf(view: FolderView, dialect: Database = "other"): Plan {
  const known = plans.get(view) ?? new Map<Database, Plan>();
  plans.set(view, known);
  const plan = known.get(dialect) ?? findPlan(view, dialect);
  known.set(dialect, plan);
  return plan;
}

function findPlan(view: FolderView, dialect: Database): Plan {
  const candidates = view.files.filter(
    (file) =>
      isDirect(file) &&
      (isSql(file)
        ? isNamed(view, file)
        : changelogEnding.test(file) &&
          isChangelog(view, file) &&
          (changelogName.test(file) || isNamed(view, file) || includes.test(view.read(file) ?? ""))),
  );
  // The settings name one below this folder: what lies beside isn't what runs.
  const isOfBelow =
    !candidates.some((file) => isNamed(view, file)) &&
    view.files.some((file) => !isDirect(file) && !file.startsWith("../") && isNamed(view, file));
  const walks = (isOfBelow ? [] : candidates).map((file) => ({ file, walk: walkFrom(view, file, dialect) }));
  const starting = walks
    .filter(({ file }) => !walks.some((other) => other.file !== file && other.walk.seen.has(file)))
    .sort((a, b) => Number(mainName.test(b.file)) - Number(mainName.test(a.file)));
  const named = starting.filter(({ file }) => isNamed(view, file));
  const roots = named.length > 0 ? apart(named) : oneOf(starting);
  const others = starting.filter((one) => !roots.includes(one)).map(({ file }) => file);
  const unread = roots.flatMap(({ walk }) => walk.unread ?? [])[0];
  const missing = [...new Set(roots.flatMap(({ walk }) => walk.missing))];
  const seen = [...new Set(starting.flatMap(({ walk }) => [...walk.seen]))];
  const unsorted = roots.flatMap(({ walk }) => walk.unsorted);
  const files = view.files.filter((file) => isSql(file) && !file.startsWith("../") && !aside.test(file));
  const formatted = (file: string): boolean => isFormatted(view.read(file) ?? "");
  const items = roots.flatMap(({ walk }) => walk.items);
  // Changesets that were read have their order, whatever else is included.
  if (roots.length > 0 && (unread === undefined || items.some(({ kind }) => kind === "changeSet"))) {
    return { items, roots: roots.map(({ file }) => file), others, unread, missing, unsorted, seen };
  }
  // A header says nothing where the settings name a changelog below: that may run the file as it is.
  const stands = !isOfBelow && files.filter(isDirect).some(formatted);
  const own = roots.length > 0 || stands ? files : [];
  const standing = own.filter(formatted).map((file): Item => ({ kind: "sql", file, contexts: [] }));
  return { items: standing, roots: roots.map(({ file }) => file), others, unread, missing, unsorted, seen };
}

/** True if the settings of the project name the file. */
function isNamed(view: FolderView, file: string): boolean {
  if (!mayBeNamed.test(view.root)) return false;
  const path = join("/", view.root, file).toLowerCase();
  // Some systems don't tell `changeLog` from `changelog`.
  return (view.statedChangelogs?.() ?? []).some((stated) => path.endsWith(`/${stated.toLowerCase()}`));
}

interface Started {
  readonly file: string;
  readonly walk: Walk;
}

/** Settings of several profiles: of roots that have files in common, each is run instead of the others. */
function apart(named: readonly Started[]): readonly Started[] {
  const kept: Started[] = [];
  for (const one of named) {
    const shares = kept.some(({ walk }) => [...one.walk.seen].some((file) => walk.seen.has(file)));
    if (!shares) kept.push(one);
  }
  return kept;
}

/**
 * Of changelogs that include others, each begins a run of its own: that with the most files is the one that is meant. A
 * main one doesn't run what it doesn't include, also where it includes nothing at all.
 */
function oneOf(starting: readonly Started[]): readonly Started[] {
  const including = starting.filter(({ walk }) => walk.seen.size > 1);
  const ones = including.length > 0 ? including : starting.filter(({ walk }) => runsNothing(walk));
  const named = ones.filter(({ file }) => mainName.test(file));
  if (including.length < 2) return named.length > 0 ? named : starting;
  const [first, ...rest] = named.length > 0 ? named : including;
  if (first === undefined) return starting;
  return [rest.reduce((most, one) => (one.walk.seen.size > most.walk.seen.size ? one : most), first)];
}

const runsNothing = ({ items, missing, unread }: Pick<Plan, "items" | "missing" | "unread">): boolean =>
  items.length === 0 && missing.length === 0 && unread === undefined;

/** The root changelog, if it is one without a doubt and runs nothing. */
function emptyRoot(view: FolderView): string | undefined {
  const plan = planOf(view);
  if (!runsNothing(plan)) return undefined;
  const isStated = (view.statedChangelogs?.() ?? []).length > 0;
  return plan.roots.find((file) => isNamed(view, file) || (!isStated && mainName.test(file)));
}

/** True if changelogs say which files run. */
const ordersFiles = (view: FolderView): boolean => planOf(view).roots.length > 0;

const isChangelog = (view: FolderView, file: string): boolean =>
  (view.read(file) ?? "").slice(0, 4000).includes("databaseChangeLog");

const kindOf = (marker: string): Piece["kind"] =>
  ["runOnChange", "runAlways"].some((name) => attribute(marker, name)?.toLowerCase() === "true")
    ? "repeatable"
    : "versioned";

/** There `--` begins a comment only before a blank; Liquibase doesn't send its own lines. */
const dashesAlone: ReadonlySet<Database> = new Set<Database>(["mysql", "mariadb"]);

interface Pieces {
  readonly key: string;
  readonly pieces: readonly Piece[];
}

/** The changesets of one file of SQL; a file without a header that is included is one changeset. */
function ofSql(
  view: FolderView,
  { file, logicalPath, contexts }: SqlItem,
  dialect: Database,
  deployments: Deployments,
): readonly Pieces[] {
  const text = view.read(file) ?? "";
  if (!isFormatted(text)) {
    const stem = stemOf(file);
    const key = rawKey(file);
    const stated = trialOf(contexts, dialect);
    const common = { file, key, description: stem, name: stem, stated, text: withoutDelimiters(text, "") };
    return [{ key, pieces: [{ ...common, direction: "up", kind: "versioned" }] }];
  }
  return readChangesets(text).flatMap((changeset): Pieces[] => {
    const { author, id, marker, part, rollback } = changeset;
    const ownText = changeset.text ?? text;
    if (!isFor(dbmsOf(marker), dialect)) return [];
    const key = `${attribute(marker, "logicalFilePath") ?? logicalPath ?? file} ${author}:${id}`;
    const name = `${author}:${id}`;
    const own = attribute(marker, "contextFilter") ?? attribute(marker, "context") ?? "";
    const stated = {
      deployment: deployments.next(file, author, id, touchedBySql(ownText.slice(part.start, part.end))),
      ...statedInSql(view, file, changeset),
      ...trialOf([...contexts, own], dialect),
    };
    const common = { file, key, description: id, name, kind: kindOf(marker), marker, stated };
    const up: Piece = {
      ...common,
      direction: "up",
      part,
      text: dashesAlone.has(dialect) ? (withRollbacksAsComments(ownText) ?? changeset.text) : changeset.text,
      irreversible: rollback?.stated,
    };
    return [{ key, pieces: [up, ...downOf(common, rollback)] }];
  });
}

function downOf(common: Omit<Piece, "direction">, rollback: Rollback | undefined): Piece[] {
  if (rollback === undefined || rollback.stated !== undefined) return [];
  return [{ ...common, direction: "down", part: rollback.part, text: rollback.text }];
}

/** A changeset in XML, YAML or JSON. One that only loads a file of SQL is that file; others become SQL later. */
function ofChangelog(
  view: FolderView,
  item: ChangesetItem,
  dialect: Database,
  deployments: Deployments,
): readonly Pieces[] {
  const { file, node, tree, logicalPath, properties } = item;
  if (!runs(item, dialect)) return [];
  const id = valueOf(node, "id") ?? "";
  const author = valueOf(node, "author") ?? "";
  const name = `${author}:${id}`;
  // Without an id, none is another one once more.
  const key = `${logicalPath ?? file} ${id === "" ? node.at.start : name}`;
  const loaded = loadedBy(node, dialect);
  // For other databases alone.
  if (loaded === "nothing") return [];
  const files = loaded && {
    up: resolve(view, file, loaded.up),
    down: loaded.down && resolve(view, file, loaded.down),
  };
  const marker = [attributesOf(node), ...(loaded?.attributes ?? [])].join(" ").trim();
  const trial = trialOf(item.contexts, dialect);
  const stated = {
    deployment: deployments.next(
      file,
      author,
      id,
      touchedByChangeset(node, files === undefined ? undefined : view.read(files.up ?? "")),
    ),
    ...statedIn(view, item),
    ...trial,
  };
  const common = { key, description: id, name, kind: kindOf(marker), marker, stated };
  if (files?.up !== undefined) {
    const piece = (of: string, direction: Piece["direction"], said: string): Piece => {
      const text = withoutDelimiters(view.read(of) ?? "", said);
      return { ...common, file: of, direction, loaded: true, text };
    };
    const up = piece(files.up, "up", marker);
    return [
      {
        key,
        pieces:
          files.down === undefined ? [up] : [up, piece(files.down, "down", loaded?.attributesOfDown ?? "")],
      },
    ];
  }
  const facts = {
    node,
    tree,
    properties,
    id,
    author,
    logicalPath: logicalPath ?? file,
    doubtful: trial.trial === true,
    databases: view.statedDatabases?.() ?? [],
  };
  const questions: Pick<Changeset, "isFor" | "resolve" | "lookedFor"> = {
    isFor: (dbms) => isFor(dbms, dialect),
    resolve: (path, relative) => {
      const found = resolve(view, file, { path, relative });
      return found === undefined ? undefined : join(view.root, found);
    },
    lookedFor: (path, relative) => lookedFor(view, file, { path, relative }),
  };
  // Not enumerable: histories are compared as data.
  const changeset: Changeset = Object.defineProperties({ ...questions, ...facts }, hidden);
  return [{ key, pieces: [{ ...common, file, direction: "up", code: true, changeset }] }];
}

/** A context that nobody gives in production is asked for. */
const trialOf = (contexts: readonly string[], dialect: Database): Pick<Stated, "trial"> =>
  contexts.some((one) => inContext(one, dialect) === "maybe") ? { trial: true } : {};

type Stated = NonNullable<Piece["stated"]>;

/** Of files of SQL in which Liquibase reads no `--rollback`: a changelog loads them, or they aren't formatted SQL. */
const placesOfRollbacks = (view: FolderView, pieces: readonly Piece[]): ReadonlyMap<string, string> =>
  new Map(
    pieces.flatMap(({ file, key, loaded }): [string, string][] => {
      const path = join(view.root, file);
      if (loaded === true) return [[path, "the rollback of its changeset"]];
      return key === rawKey(file) ? [[path, "a changeset with a rollback"]] : [];
    }),
  );

/** The key of the one changeset that a file without a header is. */
const rawKey = (file: string): string => `${file} raw`;

const failing = "let the update fail, and state with preConditions when the changeset is skipped";

function statedIn(view: FolderView, { file, node }: ChangesetItem): Stated {
  const accepts = acceptedSums(node, undefined);
  const value = node.attributes.get("failOnError");
  const [part] = value?.parts ?? [];
  const isIgnored = value?.value.trim().toLowerCase() === "false" && part !== undefined;
  return {
    ...(accepts && { accepts }),
    ...(isIgnored ? { ignoresFailure: ignored(view, file, part.at, "failOnError") } : {}),
  };
}

/** A table, a view or the result of a query decides; without `onFail`, Liquibase stops where it isn't met. */
const skipsIfUnmet = (text: string): boolean =>
  /^[ \t]*--[ \t]*preconditions[ \t][^\n]*\bonFail:[ \t]*"?(?:MARK_RAN|CONTINUE)\b/im.test(text) &&
  /^[ \t]*--[ \t]*precondition-[a-z]/im.test(text);

function statedInSql(view: FolderView, file: string, { part, marker }: FormattedChangeset): Stated {
  const text = view.read(file) ?? "";
  const own = text.slice(part.start, part.end);
  const accepts = acceptedSums(undefined, own);
  const found = /\bfailOnError:\s?"?false\b/i.exec(marker);
  const line = found === null ? -1 : text.lastIndexOf(marker, part.start);
  const common = { ...(accepts && { accepts }), ...(skipsIfUnmet(own) ? { skippable: true as const } : {}) };
  if (found === null || line < 0) return { ...common };
  const start = line + found.index;
  const at = { start, end: start + found[0].length };
  return { ...common, ignoresFailure: ignored(view, file, at, found[0]) };
}

const ignored = (
  view: FolderView,
  file: string,
  at: Span,
  written: string,
): NonNullable<Stated["ignoresFailure"]> => ({ path: join(view.root, file), at, written, instead: failing });

const hidden = {
  isFor: { enumerable: false },
  resolve: { enumerable: false },
  lookedFor: { enumerable: false },
};

/** False for a changeset that is for other databases. */
function runs({ node, contexts }: ChangesetItem, dialect: Database): boolean {
  if (!isFor(valueOf(node, "dbms"), dialect)) return false;
  if (contexts.some((one) => inContext(one, dialect) === "no")) return false;
  const conditions = node.children.filter(({ name }) => name === "preConditions");
  return conditions.every((one) => suits(one, dialect) !== "no");
}

/** Folders below a changelog that are looked into. */
const deepest = 13;

export const liquibase: Layout = {
  name: "liquibase",
  ownsBelow: true,
  anyEnding: true,
  isRoot: () => true,
  // Its changelogs name what runs, wherever it lies.
  seen: (_fs, view) =>
    ordersFiles(view)
      ? (name, depth) => depth < deepest && !/^(?:node_modules|\.git)$/.test(name)
      : undefined,
  detect(view) {
    const { items, roots } = planOf(view);
    const files = new Set(items.map(({ file }) => file));
    const [first] = files;
    if (first === undefined) {
      const root = emptyRoot(view);
      if (root === undefined) return undefined;
      const { others, seen } = planOf(view);
      const isAlone = others.length + includedByNone(view, new Set(seen)).length === 0;
      return isAlone ? undefined : { files: 1, because: `${root} includes nothing` };
    }
    const what =
      roots.length > 0
        ? `${roots.join(", ")} orders ${countFiles(files.size)}`
        : `${countFiles(files.size)} with changesets like ${first}`;
    return { files: files.size, because: what };
  },
  read(view, options) {
    const { items, roots, others, unread, missing, unsorted, seen } = planOf(view, options.dialect);
    const problems = unsorted.map((pair) => sortedAsText(view, pair));
    const deployments = deploymentsInOrder(items.map(({ file }) => file));
    const all = items.flatMap((item) =>
      item.kind === "sql"
        ? ofSql(view, item, options.dialect, deployments)
        : ofChangelog(view, item, options.dialect, deployments),
    );
    const rank = new Map<string, number>();
    const pieces: Piece[] = [];
    for (const { key, pieces: own } of all) {
      if (rank.has(key)) problems.push(twice(view, own[0]));
      else pieces.push(...own.map((piece) => ofDeployment(piece, deployments)));
      if (!rank.has(key)) rank.set(key, rank.size);
    }
    const isWhole = roots.length > 0 && unread === undefined && missing.length === 0;
    if (isWhole) problems.push(...unreached(view, items));
    const reported = new Set(problems.map(({ path }) => path));
    const apart = isWhole ? includedByNone(view, new Set(seen)) : [];
    const elsewhere = placesOfRollbacks(view, pieces);
    const read = assemble(view, options, pieces, (a, b) => (rank.get(a.key) ?? 0) - (rank.get(b.key) ?? 0));
    return {
      rollbacks: "section",
      rollbackName: ({ up: { path } }) => elsewhere.get(path) ?? "--rollback",
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
      alsoRead: [...seen, ...apart.map(({ file }) => file)].map((file) => join(view.root, file)),
      notRead: [
        ...others.map((file) => `${join(view.root, file)} is another root changelog: it was not checked`),
        ...missing,
        ...(emptyRoot(view) === undefined
          ? []
          : roots.map((file) => `${join(view.root, file)} includes nothing`)),
        ...apart.flatMap(({ file, changesets }) => {
          const path = join(view.root, file);
          const sets = `${changesets} ${changesets === 1 ? "changeset" : "changesets"}`;
          return reported.has(path) ? [] : [`no changelog includes ${path} (${sets}): it was not checked`];
        }),
        ...(unread === undefined || missing.length > 0
          ? []
          : [`${join(view.root, unread)} can't be read: what it includes isn't known`]),
      ],
      notes:
        unread === undefined ? [] : [`${unread} couldn't be read: the files are in the order of their paths`],
    };
  },
};

function ofDeployment(piece: Piece, deployments: Deployments): Piece {
  const { stated } = piece;
  if (stated?.deployment === undefined) return piece;
  return { ...piece, stated: { ...stated, deployment: deployments.whole(stated.deployment) } };
}

function sortedAsText(view: FolderView, { from, first, second }: Unsorted): FileProblem {
  const shown = (file: string): string => relative(parentOf(from) ?? ".", file);
  return {
    rule: "numbers-sorted-as-text",
    path: join(view.root, first),
    ...wholeFile(view, first),
    message: clip(`runs before ${shown(second)}: includeAll sorts names as text`),
    instead: "pad the numbers in the names with zeros, or include each file by its name",
    isShared: true,
    related: [
      {
        path: join(view.root, second),
        span: wholeFile(view, second).span,
        message: `runs after ${shown(first)}`,
      },
    ],
  };
}

function twice(view: FolderView, piece: Piece | undefined): FileProblem {
  const file = piece?.file ?? "";
  const head = piece?.changeset?.node.head;
  const text = view.read(file) ?? "";
  const end = (piece?.part?.start ?? 0) - 1;
  const line = { start: text.lastIndexOf("\n", end - 1) + 1, end };
  return {
    rule: "duplicate-version",
    path: join(view.root, file),
    ...(head !== undefined ? { span: head } : end < 0 ? wholeFile(view, file) : { span: line }),
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
