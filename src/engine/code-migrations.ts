/** Histories with migrations in JavaScript and TypeScript: their calls become SQL, before anything is replayed. */
import type { DialectName } from "../model/dialect.ts";
import type { CodeMigration } from "../sources/javascript/index.ts";
import { codeToolOf, isCode, statedWraps } from "../project/code-tools.ts";
import { keepsRollbacks } from "../project/migration.ts";
import type { FileSystem, History, Migration, Script } from "../project/migration.ts";
import { join } from "../project/paths.ts";
import { transactionOf } from "../project/runners.ts";
import { toolNamed } from "../project/known-tools.ts";
import type { Tool } from "../project/tool.ts";
import type { Read, Reading } from "../replay/replay.ts";
import type { FrontEnd } from "../sql/front-end.ts";

type Code = typeof import("../sources/javascript/index.ts");

/** Reads the migrations in code of histories; remembers what it read by the files' texts. */
export interface CodeReader {
  /** `onBug`: what was thrown while a file was read, which stays unread then. */
  readonly histories: (
    fs: FileSystem,
    histories: readonly History[],
    onBug?: (error: unknown, path: string) => void,
  ) => readonly History[];
  /** The statements of any script. */
  readonly read: (frontEndOf: (reading: Reading) => FrontEnd) => Read;
}

const isReadable = ({ unread, up }: Migration): boolean => unread === true && isCode(up.path);

/** True if there is something for a `CodeReader` to read. */
export const hasCode = (histories: readonly History[]): boolean =>
  histories.some(({ migrations }) => migrations.some(isReadable));

/** For histories without code: the scripts as they are. */
export const withoutCode: CodeReader = {
  histories: (_, histories) => histories,
  read: (frontEndOf) => (script, reading) => frontEndOf(reading).read(script.text, script.part),
};

/** Loads the parser of the language; what it gives is synchronous. */
export async function loadCodeReader(): Promise<CodeReader> {
  const code = await import("../sources/javascript/index.ts");
  await code.loadCode();
  const known = new Map<string, Known>();
  return {
    histories: (fs, histories, onBug = () => undefined) =>
      histories.map((history) => {
        if (!history.migrations.some(isReadable)) return history;
        const migrations = history.migrations.map((one) => {
          try {
            return withCode(code, fs, history, one, known);
          } catch (error) {
            onBug(error, one.up.path);
            return one;
          }
        });
        return { ...history, migrations, keepsRollbacks: keepsRollbacks(migrations) };
      }),
    read: (frontEndOf) => (script, reading) => {
      const { text, part, code: own } = script;
      const frontEnd = frontEndOf(reading);
      if (own === undefined) return frontEnd.read(text, part);
      // Problems of the file are told once, with its up part.
      const problems = own.isFirst ? own.problems : [];
      return code.readPieces(frontEnd, {
        text,
        part,
        pieces: own.pieces,
        comments: own.comments,
        problems,
      });
    },
  };
}

interface Known {
  readonly text: string;
  readonly tool: Tool;
  readonly dialect: DialectName;
  readonly wraps: boolean;
  /** Files of SQL that it loads, with their texts. */
  readonly loaded: ReadonlyMap<string, string | undefined>;
  readonly read: CodeMigration | undefined;
}

function withCode(
  code: Code,
  fs: FileSystem,
  history: History,
  migration: Migration,
  known: Map<string, Known>,
): Migration {
  const { path } = migration.up;
  const text = isReadable(migration) ? fs.read(path) : undefined;
  if (text === undefined) return migration;
  const own = codeToolOf(text);
  const tool = own ?? toolNamed(history.tool);
  const before = known.get(path);
  const { dialect } = history;
  const facts = asStated(fs, history, tool);
  const wraps = facts.wraps !== "none";
  const isSame =
    before?.text === text &&
    before.tool === tool &&
    before.dialect === dialect &&
    before.wraps === wraps &&
    [...before.loaded].every(([file, was]) => fs.read(file) === was);
  const read = isSame ? before.read : readOne(code, fs, { path, text, tool, dialect, wraps }, known);
  // A file that doesn't even name its tool, and does nothing that we see.
  if (read === undefined || (own === undefined && read.up.empty)) return migration;
  const loaded = known.get(path)?.loaded ?? new Map<string, string | undefined>();
  const files = new Map([...loaded].flatMap(([file, one]) => (one === undefined ? [] : [[file, one]])));
  const source = { file: path, text, part: { start: 0, end: text.length }, beside: () => undefined };
  const transaction = transactionOf(facts, undefined, source);
  const optOut = inModule(facts.codeOptOut ?? transaction.optOut, text);
  const script = (direction: CodeMigration["up"], isFirst: boolean): Script => ({
    path,
    text: read.text,
    part: direction.part,
    // Each call is a message of its own.
    transaction: {
      ...transaction,
      sends: "statement",
      optOut,
      optOutText: undefined,
      optedOut: direction.optedOut,
    },
    empty: direction.empty,
    code: {
      source: text,
      map: read.map,
      pieces: read.pieces,
      comments: direction.comments,
      problems: read.problems,
      unsent: direction.unsent,
      isFirst,
      files,
    },
  });
  return {
    ...migration,
    unread: undefined,
    up: script(read.up, true),
    down: read.down && script(read.down, false),
    irreversible: read.irreversible,
  };
}

/** `exports.config = …`, as the file itself would write it. */
const inModule = (optOut: string | undefined, text: string): string | undefined =>
  /^export\s/m.test(text) ? optOut?.replace(/^exports\./, "export const ") : optOut;

/** The tool in the project's version, with what the project's settings say of its transactions. */
function asStated(fs: FileSystem, { root }: History, tool: Tool): Tool {
  const wraps = statedWraps(fs, root, tool);
  const own = { ...tool, ...tool.adaptedCode?.(fs, root) };
  return wraps === undefined ? own : { ...own, wraps };
}

/** Whose SQL the builders write. */
const isMysql: Readonly<Record<DialectName, boolean>> = { postgres: false, mysql: true, mariadb: true };

function readOne(
  code: Code,
  fs: FileSystem,
  one: Pick<Known, "text" | "tool" | "dialect" | "wraps"> & { readonly path: string },
  known: Map<string, Known>,
): CodeMigration | undefined {
  const loaded = new Map<string, string | undefined>();
  const readFile = (given: string): string | undefined => {
    const file = join(given);
    const found = fs.read(file);
    loaded.set(file, found);
    return found;
  };
  const { path, text, tool, dialect, wraps } = one;
  const read = code.readCode({ path, text, tool: tool.name, wraps, readFile, isMysql: isMysql[dialect] });
  known.set(path, { text, tool, dialect, wraps, loaded, read });
  return read;
}
