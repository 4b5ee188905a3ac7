/** From files with a read name to migrations: dialects, pairs, order, duplicates and what is left over. */
import type { Changeset } from "../../model/changelog.ts";
import type { Database } from "../../model/dialect.ts";
import { irreversibleReason, isBlank, linesOf } from "../scan.ts";
import type { FileProblem } from "../file-problem.ts";
import type { Migration, Script } from "../migration.ts";
import { baseName, compareText, join, parentOf } from "../files/paths.ts";
import type { Span } from "../../text/span.ts";
import { heldBy, usesIn, type ScriptUses } from "../script-uses.ts";
import { stripZeros } from "../version.ts";
import type { FolderView, ReadOptions } from "./layout.ts";
import { isSql } from "./names.ts";
import { addTo } from "../../text/group.ts";
import { tellingName } from "../../text/telling-name.ts";

/** One direction of one migration, as the layout understood a name or a section. */
export interface Piece {
  readonly file: string;
  readonly direction: "up" | "down";
  /** As written; undefined for repeatables. */
  readonly version?: string | undefined;
  /** Equal for equal versions: the pairs and the duplicates are found by it. */
  readonly key: string;
  readonly description: string;
  readonly name: string;
  readonly kind: Migration["kind"];
  readonly inWork?: true | undefined;
  /** From an infix of the name; undefined serves every dialect. */
  readonly dialect?: Database | undefined;
  /** The section; undefined for the whole file. */
  readonly part?: Span | undefined;
  /** The file as it is run, of the same length: without what isn't SQL, with what is commented out laid bare. */
  readonly text?: string | undefined;
  /** Why it can't or needn't be undone, where that isn't said in a comment of ours. */
  readonly irreversible?: string | undefined;
  readonly marker?: string | undefined;
  /** See `ScriptSource.loaded`. */
  readonly loaded?: true | undefined;
  /** A migration written in code. */
  readonly code?: boolean | undefined;
  /** One of a changelog. */
  readonly changeset?: Changeset | undefined;
  /** What it states about itself. */
  readonly stated?:
    | Pick<
        Migration,
        | "accepts"
        | "afterGap"
        | "author"
        | "ignoresFailure"
        | "shared"
        | "runsElsewhere"
        | "conditions"
        | "skippable"
        | "trial"
        | "deployment"
        | "beforeBaseline"
        | "isFollowed"
        | "follows"
        | "writtenAt"
      >
    | undefined;
}

export interface Assembled {
  readonly migrations: readonly Migration[];
  readonly problems: readonly FileProblem[];
}

/**
 * Pairs, sorts with `compare` and reports; the order of `pieces` doesn't matter. `inCode`: the steps in code between
 * them, where they aren't told by a number at the front of their names.
 */
export function assemble(
  view: FolderView,
  options: ReadOptions,
  pieces: readonly Piece[],
  compare: (a: Piece, b: Piece) => number,
  inCode?: readonly Piece[],
): Assembled {
  const inOrder = (a: Piece, b: Piece): number => compare(a, b) || compareText(a.file, b.file);
  const chosen = ofDialect(pieces, options.dialect);
  // A file without a statement that serves the databases that have none of their own is meant to do nothing.
  const ofOthers = new Set(pieces.flatMap((piece) => (piece.dialect === undefined ? [] : [piece.key])));
  const sqlUps = chosen.filter((piece) => piece.direction === "up");
  const ups = [...sqlUps, ...(inCode ?? codePieces(view, sqlUps))].sort(inOrder);
  const downs = chosen.filter((piece) => piece.direction === "down").sort(inOrder);
  const byKey = group(ups);
  const downOf = new Map<Piece, Piece>();
  const problems: FileProblem[] = [];
  for (const down of downs) {
    const same = byKey.get(down.key) ?? [];
    const free = same.filter((up) => !downOf.has(up));
    const up = free.find((candidate) => candidate.description === down.description) ?? free[0];
    if (up !== undefined) downOf.set(up, down);
    else problems.push(orphan(view, options, down, same[0]));
  }
  problems.push(...duplicates(view, options, byKey, ups));
  const parts = partsOf(ups);
  const migrations = ups.map((up, index): Migration => {
    if (up.code === true) return codeMigration(view, up, index);
    const down = downOf.get(up);
    const upScript = script(view, options, up);
    const downScript = down === undefined ? undefined : script(view, options, down);
    return {
      index,
      version: up.version,
      name: up.name,
      description: up.description,
      kind: up.kind,
      ...(up.inWork === true ? { inWork: true } : {}),
      partOf: parts.get(up),
      ...up.stated,
      ...(upScript.empty && ofOthers.has(up.key) ? { emptyHere: true } : {}),
      up: upScript,
      down: downScript,
      irreversible:
        irreversibleReason(upScript.text, upScript.part) ??
        up.irreversible ??
        (downScript && irreversibleReason(downScript.text, downScript.part)),
    };
  });
  return { migrations, problems };
}

/** Versions of 20 digits that share their first 14 are parts of one change. */
function partsOf(ups: readonly Piece[]): ReadonlyMap<Piece, string> {
  const groups = new Map<string, Piece[]>();
  for (const up of ups) {
    if (up.version === undefined || !/^\d{20}$/.test(up.version)) continue;
    const change = up.version.slice(0, 14);
    addTo(groups, change, up);
  }
  return new Map(
    [...groups].flatMap(([change, pieces]) =>
      pieces.length < 2 ? [] : pieces.map((piece): [Piece, string] => [piece, change]),
    ),
  );
}

const codeFile =
  /^V?(\d+(?:[._]\d+)*)(?:[_-]+|\.do\.?|\.(?=.*\.(?:py|php)$))(.*)\.(?:go|[cm]?[jt]s|py|rb|java|kt|groovy|scala|exs|php|cs|rs|fizz|up\.ya?ml)$/;
const noCode = /_test\.go$|\.d\.[cm]?ts$|\.(?:test|spec|down)\.\w+$/;
/** A folder of SQL files that code steps in the folder above load. */
const loaded = /^sqls?$/;

/** Migrations written in code between those in SQL; a file that only loads the SQL of its version is none. */
function codePieces(view: FolderView, ups: readonly Piece[]): Piece[] {
  const known = new Set(ups.map(({ file }) => file));
  const folders = new Set(ups.map(({ file }) => parentOf(file)));
  if (loaded.test(baseName(view.root))) folders.add("..");
  const versions = new Set(
    ups.flatMap(({ version }) => (version === undefined ? [] : [stripZeros(version)])),
  );
  if (versions.size === 0) return [];
  const names = new Set(ups.map(({ name }) => name));
  const withoutEnding = (file: string): string => file.replace(/\.\w+$/, "");
  const stems = new Set(ups.map(({ file }) => withoutEnding(file)));
  return view.files.flatMap((file): Piece[] => {
    const base = baseName(file);
    const [, version, description] = codeFile.exec(base) ?? [];
    if (version === undefined || description === undefined || noCode.test(base) || known.has(file)) return [];
    // What was compiled beside its source, or loads the SQL of its name: its number may go on: `20260422_016_x`.
    if (stems.has(withoutEnding(file))) return [];
    const isClass = file.startsWith("../") && /\.(?:java|kt|groovy|scala)$/.test(file);
    if (!folders.has(parentOf(file)) && !isClass) return [];
    const name = base.slice(0, base.lastIndexOf("."));
    // `20240105.posts.2.php`: files that share a day are steps of their own.
    const isOwnStep = name.startsWith(`${version}.`) && /^\d{8}$/.test(version) && !names.has(name);
    if (!isOwnStep && versions.has(stripZeros(version))) return [];
    return [
      {
        file,
        direction: "up",
        version,
        key: stripZeros(version),
        description,
        name,
        kind: "versioned",
        code: true,
      },
    ];
  });
}

function codeMigration(
  view: FolderView,
  { file, version, name, description, kind, changeset, stated }: Piece,
  index: number,
): Migration {
  const transaction = { wraps: "none", sends: "unknown", optedOut: false } as const;
  const up = { path: join(view.root, file), text: "", part: { start: 0, end: 0 }, transaction, empty: true };
  const own = changeset === undefined ? {} : { changeset };
  return { index, version, name, description, kind, up, unread: true, ...own, ...stated };
}

/** Files of other dialects are left out, and a file for this dialect replaces the one that serves all. */
function ofDialect(pieces: readonly Piece[], dialect: Database): Piece[] {
  const own = new Set<string>();
  const id = (piece: Piece): string => `${piece.direction}\0${piece.key}\0${piece.description}`;
  for (const piece of pieces) if (piece.dialect === dialect) own.add(id(piece));
  return pieces.filter(
    (piece) => piece.dialect === dialect || (piece.dialect === undefined && !own.has(id(piece))),
  );
}

function group(ups: readonly Piece[]): Map<string, Piece[]> {
  const byKey = new Map<string, Piece[]>();
  for (const up of ups) {
    const same = byKey.get(up.key);
    if (same === undefined) byKey.set(up.key, [up]);
    else same.push(up);
  }
  return byKey;
}

function script(view: FolderView, options: ReadOptions, piece: Piece): Script {
  const written = view.read(piece.file) ?? "";
  const text = piece.text ?? written;
  const part = piece.part ?? { start: 0, end: text.length };
  const folder = parentOf(piece.file) ?? ".";
  const beside = (name: string): string | undefined => view.read(join(folder, name));
  const { marker, loaded } = piece;
  const source = { file: piece.file, text, part, marker, loaded, beside };
  return {
    path: join(view.root, piece.file),
    text,
    part,
    transaction: options.transaction(source),
    empty: isBlank(text, part),
    ...(text === written ? {} : { written }),
  };
}

function orphan(view: FolderView, options: ReadOptions, down: Piece, taken: Piece | undefined): FileProblem {
  const known = down.version ?? down.name;
  return {
    rule: "orphan-rollback",
    path: join(view.root, down.file),
    ...wholeFile(view, down.file),
    message:
      taken === undefined
        ? clip(`no migration has version ${known}: this rollback undoes nothing`)
        : clip(`a second rollback of version ${known}: it undoes no migration`),
    instead: "add its migration, give it the version of the migration that it undoes, or delete it",
    related: taken && [{ path: join(view.root, taken.file), message: `version ${known} is this migration` }],
    script: script(view, options, down),
  };
}

/** `20260130`, `2026-01-30`: without a tool that refuses it, a day may see many migrations. */
const isDay = (version: string): boolean => /^(?:19|20)\d{2}([-_]?)\d{2}\1\d{2}$/.test(version);

function duplicates(
  view: FolderView,
  options: ReadOptions,
  byKey: Map<string, Piece[]>,
  ups: readonly Piece[],
): FileProblem[] {
  if (options.duplicates === "fine") return [];
  const problems: FileProblem[] = [];
  const uses = usesOf(view);
  for (const all of byKey.values()) {
    // Where no tool counts them, neither the place of a file without a statement nor that of another form matters.
    const counts = (one: Piece): boolean => one.stated?.skippable !== true && !isVoid(view, one);
    const same = options.tool.duplicates === undefined ? all.filter(counts) : all;
    const version = same[0]?.version;
    if (version === undefined || same.length === 1) continue;
    if (options.tool.duplicates === undefined && isDay(version)) continue;
    const places = placesOf(same, ups, uses);
    const blamed = places.findLast(({ isHeld }) => !isHeld) ?? places.at(-1);
    if (blamed === undefined) continue;
    const isAnyFree = !blamed.isHeld;
    problems.push({
      rule: "duplicate-version",
      path: join(view.root, blamed.piece.file),
      ...placeOf(view, blamed.piece),
      message: clip(
        `version ${version} is used ${same.length === 2 ? "twice" : `${same.length} times`}: ${options.duplicates}`,
      ),
      instead: blamed.instead,
      isShared: true,
      related: places
        .filter((one) => one !== blamed)
        .map(({ piece, instead, isHeld }) => ({
          path: join(view.root, piece.file),
          span: placeOf(view, piece).span,
          message: `also version ${version}`,
          instead,
          ...(isHeld && isAnyFree ? { isHeld } : {}),
        })),
    });
  }
  return problems;
}

interface Place {
  readonly piece: Piece;
  /** Later ones need it, or drop what it uses. */
  readonly isHeld: boolean;
  readonly instead: string;
}

/** Which of those that share a version can move behind all others, and where else they belong. */
function placesOf(
  same: readonly Piece[],
  ups: readonly Piece[],
  uses: (piece: Piece) => ScriptUses,
): readonly Place[] {
  const from = ups.findIndex((one) => same.includes(one));
  const all = ups.slice(from).map((piece) => [piece, uses(piece)] as const);
  return same.map((piece) => {
    const held = heldBy(uses(piece), all.slice(all.findIndex(([one]) => one === piece) + 1));
    if (held === undefined)
      return { piece, isHeld: false, instead: "give it its own version, after the newest" };
    const why = held.isNeeded ? "which needs it" : "which drops what it uses";
    const instead = `give it its own version, before ${tellingName(held.by.file)}, ${why}`;
    return { piece, isHeld: true, instead };
  });
}

/** Each is read once, however many versions are shared. */
function usesOf(view: FolderView): (piece: Piece) => ScriptUses {
  const known = new Map<Piece, ScriptUses>();
  return (piece) => {
    const before = known.get(piece);
    if (before !== undefined) return before;
    const { start, end } = piece.part ?? {};
    const text = piece.text ?? view.read(piece.file) ?? "";
    const found = usesIn(text.slice(start ?? 0, end));
    known.set(piece, found);
    return found;
  };
}

function isVoid(view: FolderView, { file }: Piece): boolean {
  const text = isSql(file) ? view.read(file) : undefined;
  return text !== undefined && isBlank(text, { start: 0, end: text.length });
}

/** `bad-file-name` on the first line of a file. */
export function badName(view: FolderView, file: string, message: string, instead?: string): FileProblem {
  const path = join(view.root, file);
  const text = isSql(file) ? view.read(file) : undefined;
  const isVoid =
    text !== undefined &&
    !/\b(?:fails|refuses|stops)\b/.test(message) &&
    isBlank(text, { start: 0, end: text.length });
  return {
    rule: "bad-file-name",
    path,
    ...wholeFile(view, file),
    // It has no statement that the tool could skip.
    ...(isVoid ? { severity: "note" } : {}),
    message: clip(message),
    instead,
  };
}

/** Where a problem of a whole file is shown: at its first line, without the break. */
export function wholeFile(
  view: Pick<FolderView, "read">,
  file: string,
): Pick<FileProblem, "span" | "wholeFile"> {
  const [line] = linesOf(view.read(file) ?? "");
  // A lone carriage return ends a line as well where it is shown.
  const length = line?.text.split("\r", 1)[0]?.length ?? 0;
  const start = line?.start ?? 0;
  return { span: { start, end: start + length }, wholeFile: true };
}

/** Code that isn't read has no text to show a place in. */
const placeOf = (view: FolderView, { file, code }: Piece): Pick<FileProblem, "span" | "wholeFile"> =>
  code === true ? { span: { start: 0, end: 0 }, wholeFile: true } : wholeFile(view, file);

/** Messages stay within 100 characters whatever the names are. */
export const clip = (message: string): string =>
  message.length <= 100 ? message : `${message.slice(0, 99)}…`;
