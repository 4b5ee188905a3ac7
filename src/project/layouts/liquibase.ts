/** Liquibase: changesets of formatted SQL files, in the order in which the root changelog includes the files. */
import type { Changeset } from "../../model/changelog.ts";
import type { Database } from "../../model/dialect.ts";
import type { Span } from "../../text/span.ts";
import { conditionLines } from "../changelog/formatted-conditions.ts";
import { wronglyNamed } from "../changelog/database-names.ts";
import { namedDatabases } from "../changelog/named-databases.ts";
import { acceptedSums } from "../changelog/checked.ts";
import { attributesOf, isLoaded, loadedBy } from "../changelog/loads.ts";
import { touchedByChangeset, touchedBySql } from "../changelog/touched-tables.ts";
import { aside, includedByNone, saysApart, type Apart } from "../changelog/included-by-none.ts";
import { statedIrreversible } from "../changelog/own-comments.ts";
import { sharedSection } from "../changelog/shared-sections.ts";
import { inContext, isFor, suits } from "../changelog/selected.ts";
import { faultOf } from "../changelog/tree.ts";
import { isTurnedOff } from "../changelog/turned-off.ts";
import {
  lookedFor,
  resolve,
  valueOf,
  type ChangesetItem,
  type SqlItem,
  type Unsorted,
} from "../changelog/walk.ts";
import type { FileProblem } from "../file-problem.ts";
import { baseName, compareText, join, parentOf, relative } from "../files/paths.ts";
import { assemble, badName, clip, wholeFile, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { emptyRoot, ordersFiles, planOf, runsNothing, type Plan } from "./liquibase-plan.ts";
import { twice } from "./liquibase-twice.ts";
import { deploymentsInOrder, type Deployments } from "./liquibase-deployments.ts";
import {
  attribute,
  dbmsOf,
  isFormatted,
  markersIn,
  refusedMarkers,
  readChangesets,
  withoutDelimiters,
  withDashesAsComments,
  type Changeset as FormattedChangeset,
  type Rollback,
} from "./liquibase-sql.ts";
import { isNoStep, isSql, stemOf } from "./names.ts";

const kindOf = (marker: string): Piece["kind"] =>
  ["runOnChange", "runAlways"].some((name) => attribute(marker, name)?.toLowerCase() === "true")
    ? "repeatable"
    : "versioned";

/** There `--` begins a comment only before a blank; Liquibase doesn't send its own lines. */
const dashesAlone: ReadonlySet<Database> = new Set<Database>(["mysql", "mariadb"]);

/** What all changesets of a root changelog have in common. */
interface Asked {
  readonly dialect: Database;
  readonly deployments: Deployments;
  /** Words for those that the settings and the changelogs name. */
  readonly databases: readonly string[];
}

interface Pieces {
  readonly key: string;
  readonly pieces: readonly Piece[];
}

/** The changesets of one file of SQL; a file without a header that is included is one changeset. */
function ofSql(
  view: FolderView,
  { file, logicalPath, contexts }: SqlItem,
  { dialect, deployments, databases }: Asked,
): readonly Pieces[] {
  const text = view.read(file) ?? "";
  if (!isFormatted(text)) {
    const stem = stemOf(file);
    const key = rawKey(file);
    const runsElsewhere =
      sharedSection(undefined, databases, dialect) === undefined ? {} : { runsElsewhere: true as const };
    const stated = { ...trialOf(contexts, dialect), ...runsElsewhere };
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
    const shared = sharedSection(dbmsOf(marker), databases, dialect);
    const stated = {
      ...(shared && { shared }),
      author,
      deployment: deployments.next(file, author, id, touchedBySql(ownText.slice(part.start, part.end))),
      ...statedInSql(view, file, changeset),
      ...trialOf([...contexts, own], dialect),
    };
    const common = { file, key, description: id, name, kind: kindOf(marker), marker, stated };
    const up: Piece = {
      ...common,
      direction: "up",
      part,
      text: dashesAlone.has(dialect)
        ? (withDashesAsComments(ownText, marker) ?? changeset.text)
        : changeset.text,
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
  { dialect, deployments, databases }: Asked,
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
  const irreversible = statedIrreversible(tree, node, view.read(file) ?? "");
  const stated = {
    author,
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
    const up = { ...piece(files.up, "up", marker), irreversible };
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
    irreversible,
    databases,
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
      return key === rawKey(file)
        ? [[path, "a header `--liquibase formatted sql` with `--changeset` and `--rollback`"]]
        : [];
    }),
  );

const afterGap = (found: readonly Pieces[]): readonly Pieces[] =>
  found.map((one, at) =>
    at > 0
      ? one
      : {
          ...one,
          pieces: one.pieces.map((piece) => ({ ...piece, stated: { ...piece.stated, afterGap: true } })),
        },
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
  const conditions = conditionLines(own);
  const common = {
    ...(accepts && { accepts }),
    ...(skipsIfUnmet(own) ? { skippable: true as const } : {}),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
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
    const { items, roots, leftOutBy } = planOf(view);
    if (leftOutBy !== undefined)
      return { files: 1, because: `${join(view.root, leftOutBy)} includes none of the files` };
    const files = new Set(items.map(({ file }) => file));
    const [first] = files;
    if (first === undefined) {
      const root = emptyRoot(view);
      if (root === undefined) return undefined;
      const plan = planOf(view);
      const others = [...plan.others, ...includedByNone(view, new Set(plan.seen))];
      return runsNothing(plan) && others.length === 0
        ? undefined
        : { files: 1, because: `${root} includes nothing that can be read` };
    }
    const what =
      roots.length > 0
        ? `${roots.join(", ")} orders ${countFiles(files.size)}`
        : `${countFiles(files.size)} with changesets like ${first}`;
    return { files: files.size, because: what };
  },
  read(view, options) {
    const { items, roots, unread, missing, unsorted, seen, leftOutBy, isUnordered } = planOf(
      view,
      options.dialect,
    );
    const problems = [...unsorted.map((pair) => sortedAsText(view, pair)), ...wronglyNamed(view, seen)];
    const { dialect } = options;
    const deployments = deploymentsInOrder(items.map(({ file }) => file));
    const databases = [...new Set([...(view.statedDatabases?.() ?? []), ...namedDatabases(view, seen)])];
    const asked = { dialect, deployments, databases };
    let gap = false as boolean;
    const all = items.flatMap((item) => {
      const found = item.kind === "sql" ? ofSql(view, item, asked) : ofChangelog(view, item, asked);
      gap ||= item.afterGap === true;
      // It may hold nothing for this database.
      if (!gap || found.length === 0) return found;
      gap = false;
      return afterGap(found);
    });
    const rank = new Map<string, number>();
    const pieces: Piece[] = [];
    const first = new Map(all.toReversed().map(({ key, pieces: [piece] }) => [key, piece]));
    for (const { key, pieces: own } of all) {
      if (rank.has(key)) problems.push(twice(view, own[0], first.get(key)));
      else pieces.push(...own.map((piece) => ofDeployment(piece, deployments)));
      if (!rank.has(key)) rank.set(key, rank.size);
    }
    const isWhole = roots.length > 0 && unread.length === 0 && missing.length === 0;
    problems.push(...unreadMarkers(view, pieces), ...refusedIn(view, pieces));
    if (isWhole) problems.push(...unreached(view, new Set(seen)));
    const reported = new Set(problems.map(({ path }) => path));
    const apart = isWhole || leftOutBy !== undefined ? includedByNone(view, new Set(seen)) : [];
    const elsewhere = placesOfRollbacks(view, pieces);
    const read = assemble(view, options, pieces, (a, b) => (rank.get(a.key) ?? 0) - (rank.get(b.key) ?? 0));
    return {
      rollbacks: "section",
      rollbackName: ({ up: { path } }) => elsewhere.get(path) ?? "--rollback",
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
      alsoRead: [...seen, ...apart.map(({ file }) => file)].map((file) => join(view.root, file)),
      notRead: notReadIn(view, planOf(view, options.dialect), apart, reported),
      ...(isUnordered === true ? { loose: [unordered(view, items.length)] } : {}),
      notes:
        unread.length === 0
          ? []
          : [`${unread.join(", ")} couldn't be read: the files are in the order of their paths`],
    };
  },
};

const unordered = (view: FolderView, files: number): string =>
  `no changelog includes the ${String(files)} files of ${view.root}: it isn't known in which order they run`;

/** Sentences: what isn't known, or what nothing runs. */
function notReadIn(
  view: FolderView,
  plan: Plan,
  apart: readonly Apart[],
  reported: ReadonlySet<string>,
): readonly string[] {
  const { roots, others, unread, missing, seen } = plan;
  const shown = (file: string): string => join(view.root, file);
  const left = apart.filter(({ file }) => !reported.has(shown(file)));
  return [
    ...others.map((file) => `${shown(file)} is another root changelog: it was not checked`),
    ...missing,
    ...(runsNothing(plan) && emptyRoot(view) !== undefined
      ? roots.map((file) => `${shown(file)} includes nothing`)
      : []),
    ...left.map((one) => saysApart(view, one)),
    ...unread
      .filter((file) => seen.includes(file))
      .map(
        (file) =>
          `${shown(file)} can't be read, and what it includes isn't known: ${faultOf(file, view.read(file) ?? "")}`,
      ),
  ];
}

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

/** Measured on 5.0: without the header, the whole file is one changeset with the id `raw`, and such lines are comments. */
function unreadMarkers(view: FolderView, pieces: readonly Piece[]): FileProblem[] {
  const found = pieces.flatMap(({ file, key }) => {
    const [at] = key === rawKey(file) ? markersIn(view.read(file) ?? "") : [];
    return at === undefined ? [] : [{ path: join(view.root, file), span: at, message: "nor is this" }];
  });
  const [first, ...related] = found;
  if (first === undefined) return [];
  return [
    {
      ...first,
      rule: "unreadable-migration",
      severity: "warning",
      message: `isn't read: without the line "--liquibase formatted sql", the file is one changeset`,
      instead:
        "Begin the file with `--liquibase formatted sql` before it runs anywhere. Where it has run, leave it as it is: its changesets have other ids then, and would run again.",
      related,
    },
  ];
}

/** Formatted files that Liquibase refuses, each once. */
function refusedIn(view: FolderView, pieces: readonly Piece[]): FileProblem[] {
  return [...new Set(pieces.map(({ file }) => file))].flatMap((file): FileProblem[] => {
    const text = isSql(file) ? (view.read(file) ?? "") : "";
    const [at, ...more] = isFormatted(text) ? refusedMarkers(text) : [];
    if (at === undefined) return [];
    const path = join(view.root, file);
    const message = "liquibase refuses the file: this line isn't `--changeset author:id`";
    const related = more.map((one) => ({ path, span: one, message: "nor is this" }));
    return [
      {
        rule: "syntax-error",
        path,
        span: at,
        message,
        instead: "Write `--changeset author:id`, without a blank behind the colon.",
        related,
      },
    ];
  });
}

/**
 * Formatted files that no changelog includes; where that is most of them, there is another root somewhere.
 * @param reached what the root changelogs reach, also those that aren't checked
 */
function unreached(view: FolderView, reached: ReadonlySet<string>): FileProblem[] {
  const loaded = isLoaded(view, [...reached]);
  const left = view.files.filter(
    (file) =>
      isSql(file) &&
      !file.startsWith("../") &&
      !reached.has(file) &&
      !aside.test(file) &&
      !isNoStep(file) &&
      isFormatted(view.read(file) ?? "") &&
      !loaded(file),
  );
  if (left.length === 0 || left.length * 2 > reached.size) return [];
  const isOff = isTurnedOff(view, reached);
  return left
    .filter((file) => !isOff(file))
    .sort((a, b) => compareText(baseName(a), baseName(b)))
    .map((file) =>
      badName(view, file, "liquibase skips it: no changelog includes it", "include it in a changelog"),
    );
}
