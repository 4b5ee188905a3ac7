/** Histories with migrations in code: their calls become SQL, before anything is replayed. */
import type { Changeset } from "../model/changelog.ts";
import { languageOf, languages } from "../sources/languages.ts";
import { readPieces } from "../sources/pieces.ts";
import type { CodeMigration, HistoryReader, SourceHistory, SourceLanguage } from "../sources/source.ts";
import { codeToolOf, isCode, isSource, statedWraps } from "../project/code-tools.ts";
import { keepsRollbacks } from "../project/migration.ts";
import type { FileSystem, History, Migration, RunnerTransaction, Script } from "../project/migration.ts";
import { join } from "../project/files/paths.ts";
import { transactionOf } from "../project/runners.ts";
import { toolNamed } from "../project/known-tools.ts";
import type { Tool } from "../project/tool.ts";
import type { Read, Reading } from "../replay/replay.ts";
import type { SourceMap } from "../text/source-map.ts";
import type { FrontEnd } from "../sql/front-end.ts";

type Open = Awaited<ReturnType<SourceLanguage["load"]>>;

/** Reads the migrations in code of histories; remembers what it read by the files' texts. */
export interface CodeReader {
  /** `onBug`: what was thrown while a file was read, which stays unread then. */
  readonly histories: (
    fs: FileSystem,
    histories: readonly History[],
    onBug?: (error: unknown, path: string) => void,
  ) => readonly History[];
  /** The dump that a history names, as a script; undefined: it can't be read. */
  readonly dump: (fs: FileSystem, history: History) => Script | undefined;
  /** The statements of any script. */
  readonly read: (frontEndOf: (reading: Reading) => FrontEnd) => Read;
}

const isReadable = ({ unread, up, changeset }: Migration): boolean =>
  unread === true && (isSource(up.path) || changeset !== undefined);

/** True if there is something for a `CodeReader` to read. */
export const hasCode = (histories: readonly History[]): boolean =>
  histories.some(({ migrations }) => migrations.some(isReadable));

/** For histories without code: the scripts as they are. */
export const withoutCode: CodeReader = {
  histories: (_, histories) => histories,
  dump: (fs, { dump }) => (dump === undefined || isSource(dump) ? undefined : dumpScript(fs, dump)),
  read: (frontEndOf) => (script, reading) => frontEndOf(reading).read(script.text, script.part),
};

/** Languages of the migrations that can be read. */
const languagesOf = (histories: readonly History[]): readonly SourceLanguage[] => {
  const paths = histories.flatMap(({ migrations }) => migrations.filter(isReadable).map(({ up }) => up.path));
  return languages.filter(({ files }) => paths.some((path) => files.test(path)));
};

/** Loads the parsers of these histories' languages; default: of all. What it gives is synchronous. */
export async function loadCodeReader(of?: readonly History[]): Promise<CodeReader> {
  const met = of === undefined ? languages : languagesOf(of);
  const loaded = await Promise.all(met.map(async (language) => [language, await language.load()] as const));
  const openers = new Map<SourceLanguage, Open>(loaded);
  const known = new Map<string, Known>();
  return {
    histories: (fs, histories, onBug = () => undefined) =>
      histories.map((history) => {
        if (!history.migrations.some(isReadable)) return history;
        const readers = new Map<SourceLanguage, Chain>();
        const migrations = history.migrations.map((one) => {
          const language = isReadable(one) ? languageOf(one.up.path) : undefined;
          const open = language && openers.get(language);
          if (language === undefined || open === undefined) return one;
          const chain = readers.get(language) ?? {
            reader: open(sourceHistory(fs, history)),
            after: undefined,
          };
          readers.set(language, chain);
          try {
            return withCode(chain, fs, history, one, known);
          } catch (error) {
            onBug(error, one.up.path);
            return one;
          }
        });
        return { ...history, migrations, keepsRollbacks: keepsRollbacks(migrations) };
      }),
    dump(fs, history) {
      const { dump } = history;
      if (dump === undefined || !isSource(dump)) return dump === undefined ? undefined : dumpScript(fs, dump);
      const language = languageOf(dump);
      const open = language && openers.get(language);
      const text = fs.read(dump);
      if (open === undefined || text === undefined) return undefined;
      const readFile = (path: string): string | undefined => fs.read(join(path));
      const input = { path: dump, text, tool: history.tool, wraps: false, readFile };
      const found = open(sourceHistory(fs, history)).readDump?.(input);
      return found && codeScript(found, found.up, { path: dump, source: text, transaction: byItself });
    },
    read: (frontEndOf) => (script, reading) => {
      const { text, part, code: own } = script;
      const frontEnd = frontEndOf(reading);
      if (own === undefined) return frontEnd.read(text, part);
      // Problems of the file are told once, with its up part.
      const problems = own.isFirst ? own.problems : [];
      return readPieces(frontEnd, { text, part, pieces: own.pieces, comments: own.comments, problems });
    },
  };
}

/** A reader of one history, and what the migrations that it has read left. */
interface Chain {
  readonly reader: HistoryReader;
  after: unknown;
}

const sourceHistory = (fs: FileSystem, history: History): SourceHistory => ({
  root: history.root,
  tool: history.tool,
  dialect: history.dialect,
  serverVersion: history.serverVersion,
  toolRelease: history.toolRelease,
  writtenSchema: history.writtenSchema,
  ownDatabase: history.ownDatabase,
  listFolder: (folder) => fs.list(join(folder)),
  paths: history.migrations.map(({ up }) => up.path),
  changesets: history.migrations.flatMap(({ up, changeset }) =>
    changeset === undefined ? [] : [{ path: up.path, changeset }],
  ),
});

interface Known {
  readonly text: string;
  readonly tool: Tool;
  readonly wraps: boolean;
  readonly changeset: Changeset | undefined;
  /** Files of SQL that it loads, with their texts. */
  readonly loaded: ReadonlyMap<string, string | undefined>;
  /** What the migrations before it left. */
  readonly before: unknown;
  readonly read: CodeMigration | undefined;
  readonly after: unknown;
}

function withCode(
  chain: Chain,
  fs: FileSystem,
  history: History,
  migration: Migration,
  known: Map<string, Known>,
): Migration {
  const { path } = migration.up;
  const text = isReadable(migration) ? fs.read(path) : undefined;
  if (text === undefined) return migration;
  const own = isCode(path) ? codeToolOf(text, () => [toolNamed(history.tool)]) : undefined;
  const tool = own ?? toolNamed(history.tool);
  const { dialect } = history;
  const { changeset } = migration;
  const key = `${dialect}\0${path}\0${changeset === undefined ? "" : migration.name}`;
  const last = known.get(key);
  const facts = asStated(fs, history, tool);
  const wraps = facts.wraps !== "none";
  const isSame =
    last?.text === text &&
    hasSame(last.changeset, changeset) &&
    last.tool === tool &&
    last.wraps === wraps &&
    last.before === chain.after &&
    [...last.loaded].every(([file, was]) => fs.read(file) === was);
  const now = isSame ? last : readOne(chain, fs, { path, text, tool, wraps, changeset });
  known.set(key, now);
  chain.after = now.after;
  const { read, loaded } = now;
  // A file that doesn't even name its tool, and does nothing that we see. What is said of it has a place in its text.
  if (read === undefined || (isCode(path) && own === undefined && read.up.empty))
    return { ...migration, up: { ...migration.up, text } };
  // Others only say what something is.
  const shown = pathsIn(read.map);
  const files = new Map(
    [...loaded].flatMap(([file, one]) => (one === undefined || !shown.has(file) ? [] : [[file, one]])),
  );
  const source = { file: path, text, part: { start: 0, end: text.length }, beside: () => undefined };
  const transaction = transactionOf(facts, undefined, source);
  const stated = read.optOut ?? facts.codeOptOutIn?.(path) ?? facts.codeOptOut ?? transaction.optOut;
  const optOut = isCode(path) ? inModule(stated, text) : stated;
  const script = (direction: CodeMigration["up"], isFirst: boolean): Script =>
    codeScript(read, direction, {
      path,
      source: text,
      files,
      isFirst,
      // Each call is a message of its own.
      transaction: {
        ...transaction,
        sends: "statement",
        optOut,
        optOutText: undefined,
        whole: undefined,
        optedOut: direction.optedOut && (isFirst || transaction.wrapsBack !== true),
      },
    });
  return {
    ...migration,
    unread: undefined,
    // It tags, checks or prints something, or is for other databases.
    ...((changeset !== undefined && read.up.empty) || read.elsewhere === true
      ? { emptyHere: true as const }
      : {}),
    up: script(read.up, true),
    down: read.down && script(read.down, false),
    irreversible: read.irreversible,
    oneWay: read.oneWay,
    missingDown: read.missingDown,
    skippable: read.skippable,
  };
}

interface CodeFacts {
  readonly path: string;
  readonly source: string;
  readonly transaction: RunnerTransaction;
  readonly files?: ReadonlyMap<string, string>;
  readonly isFirst?: boolean;
}

const codeScript = (
  read: CodeMigration,
  direction: CodeMigration["up"],
  { path, source, transaction, files = new Map(), isFirst = true }: CodeFacts,
): Script => ({
  path,
  text: read.text,
  part: direction.part,
  transaction,
  empty: direction.empty,
  code: {
    source,
    map: read.map,
    pieces: read.pieces,
    comments: direction.comments,
    problems: read.problems,
    unsent: direction.unsent,
    unawaited: direction.unawaited ?? [],
    refused: direction.refused ?? [],
    ignored: direction.ignored,
    runAgain: direction.runAgain,
    liveModels: direction.liveModels ?? [],
    silent: direction.silent ?? 0,
    notInProduction: direction.notInProduction,
    copiedBy: direction.copiedBy,
    isFirst,
    derived: direction.derived,
    isWritten: direction.isWritten,
    automatic: direction.automatic,
    parameter: direction.parameter,
    unit: read.unit,
    files,
  },
});

const byItself: RunnerTransaction = { wraps: "none", sends: "unknown", optedOut: false };

function dumpScript(fs: FileSystem, path: string): Script | undefined {
  const text = fs.read(path);
  return text === undefined
    ? undefined
    : { path, text, part: { start: 0, end: text.length }, transaction: byItself, empty: false };
}

const paths = new WeakMap<SourceMap, ReadonlySet<string>>();

/** The files that a text comes from; migrations of one file share it. */
function pathsIn(map: SourceMap): ReadonlySet<string> {
  const found = paths.get(map) ?? new Set(map.segments.map((segment) => segment.path));
  paths.set(map, found);
  return found;
}

/** `exports.config = …`, as the file itself would write it. */
const inModule = (optOut: string | undefined, text: string): string | undefined =>
  /^export\s/m.test(text) ? optOut?.replace(/^exports\./, "export const ") : optOut;

/** The tool in the project's version, with what the project's settings say of its transactions. */
function asStated(fs: FileSystem, { root, dialect }: History, tool: Tool): Tool {
  const wraps = statedWraps(fs, root, tool) ?? tool.wrapsOn?.[dialect];
  const own = { ...tool, ...tool.adaptedCode?.(fs, root) };
  return wraps === undefined ? own : { ...own, wraps };
}

function readOne(
  { reader, after: before }: Chain,
  fs: FileSystem,
  one: Pick<Known, "text" | "tool" | "wraps" | "changeset"> & { readonly path: string },
): Known {
  const loaded = new Map<string, string | undefined>();
  const readFile = (given: string): string | undefined => {
    const file = join(given);
    const found = fs.read(file);
    loaded.set(file, found);
    return found;
  };
  const { path, text, tool, wraps, changeset } = one;
  const { migration, after } = reader.read(
    { path, text, tool: tool.name, wraps, readFile, changeset },
    before,
  );
  return { text, tool, wraps, changeset, loaded, before, read: migration, after };
}

/** The file's text is the same; what stands in other files may not be. */
function hasSame(a: Changeset | undefined, b: Changeset | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return a === b;
  if (a.node.at.start !== b.node.at.start || a.doubtful !== b.doubtful) return false;
  return (
    a.properties === b.properties ||
    (a.properties.size === b.properties.size &&
      [...a.properties].every(([name, value]) => b.properties.get(name) === value))
  );
}
