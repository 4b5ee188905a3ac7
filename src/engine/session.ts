/** A history held in memory for an editor: a change costs the file that changed, not the history. */
import type { DialectName } from "../model/dialect.ts";
import { fixedText } from "./fixed-point.ts";
import { rulesByDialect, type RulesFor } from "../lint/rules-for.ts";
import type { Finding } from "../lint/finding.ts";
import type { Opinions } from "../lint/opinions.ts";
import type { LintResult } from "../lint/result.ts";
import type { Rule } from "../lint/rule.ts";
import { silence, type ReadScript } from "../findings/write-directive.ts";
import { loadConfigReader, type ConfigReader } from "../config/load.ts";
import { openHistories, openWorlds } from "./open.ts";
import type { Facts, Parser } from "../project/facts.ts";
import { nodeFileSystem, overlay } from "../project/file-system.ts";
import type { FileSystem, History, Migration, Script } from "../project/migration.ts";
import { remembered } from "../project/remembered.ts";
import { loadWholeFlow, type Flow } from "./flow.ts";
import { replayMigration, type Reading } from "../replay/replay.ts";
import { initialState, type ReplayState } from "../replay/state.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { ParsedText } from "../sql/front-end.ts";
import { versionFacts } from "../replay/replay-facts.ts";
import { statementsIn, type StatementInfo } from "./statements.ts";
import type { Edit, Span } from "../text/span.ts";
import { rules as builtInRules } from "../../rules/index.ts";

export interface SessionOptions {
  readonly cwd?: string | undefined;
  readonly facts?: Facts | undefined;
  readonly opinions?: Opinions | undefined;
  readonly rules?: readonly Rule[] | undefined;
  /** Folders that hold histories; default: all of `cwd`. */
  readonly paths?: readonly string[] | undefined;
  /** Default: the disk, read once. */
  readonly fs?: FileSystem | undefined;
}

export interface Session {
  /** The text of a file as an editor holds it; undefined: back to the one on disk. */
  update(file: string, text: string | undefined): void;
  /** Files on the disk may have changed: looks again before it answers next. */
  refresh(): void;
  /** Findings of one file, or of all; `opinions`: other ones than the session's. */
  lint(file?: string, opinions?: Opinions): LintResult;
  /** As they are found now; nothing is replayed for it. */
  histories(): readonly History[];
  /** The history that a file is a migration of, or a rollback. */
  historyOf(file: string): History | undefined;
  /** The file's text with all safe fixes made; undefined: there are none. */
  fixed(file: string): string | undefined;
  /**
   * The comment that silences a finding, as an edit of its file; undefined where none would: the configuration forbids
   * it, or the finding stands in no statement.
   */
  suppression(finding: Finding, where: "statement" | "file"): Edit | undefined;
  /**
   * What each statement of a file does; `serverVersion`: to another server than the one that is configured, `16`, or of
   * MySQL and MariaDB a release, `8.0.28`.
   */
  statements(file: string, serverVersion?: number | string): readonly StatementInfo[];
}

/** What sessions need, loaded once: everything after that is synchronous. */
export interface Engine {
  /** @throws UserError if `facts` name a migration or a snapshot that isn't there */
  createSession(options?: SessionOptions): Session;
  /** Configurations that are data; code is never run. */
  readonly readConfig: ConfigReader;
  /** Comments and statements of a text, as they stand in it. Never throws. */
  readonly outline: (text: string, dialect?: DialectName) => Outline;
}

/** Where things stand in a text; spans are offsets in UTF-16 code units. */
export interface Outline {
  /** Delimiters included. */
  readonly comments: readonly Span[];
  /** `kind` is the parser's name for it: `AlterTableStmt`, of MySQL `ALTER TABLE`; `unparsable` if it has none. */
  readonly statements: readonly { readonly span: Span; readonly kind: string }[];
}

/** States before each migration, as far as they have been replayed. */
interface Track {
  readonly history: History;
  readonly states: ReplayState[];
}

/** A session that keeps its engine to itself. */
export async function createSession(options: SessionOptions = {}): Promise<Session> {
  return (await loadEngine({ parser: options.facts?.parser })).createSession(options);
}

/** Loads the parsers of SQL and of code, and the reader of configurations. */
export async function loadEngine({ parser }: { readonly parser?: Parser | undefined } = {}): Promise<Engine> {
  const [flow, readConfig] = await Promise.all([
    loadWholeFlow(["postgres", "mysql", "mariadb"], parser),
    loadConfigReader(),
  ]);
  return {
    createSession: (options = {}) => sessionWith(flow, options),
    readConfig,
    outline(text, dialect = "postgres") {
      const { comments, statements } = flow.dialects.of(dialect).frontEnd("").read(text);
      return { comments, statements: statements.map(({ span, kind }) => ({ span, kind })) };
    },
  };
}

function sessionWith(flow: Flow, options: SessionOptions): Session {
  const { fs: given, cwd = process.cwd(), paths } = options;
  const disk = remembered(given ?? nodeFileSystem(cwd, { paths }));
  const resolved = new WeakMap<Opinions, RulesFor>();
  const rulesFor = (opinions: Opinions): RulesFor => {
    const known = resolved.get(opinions);
    if (known !== undefined) return known;
    const rules = rulesByDialect(options.rules ?? builtInRules, opinions);
    resolved.set(opinions, rules);
    return rules;
  };
  const ownOpinions = options.opinions ?? {};
  const facts = options.facts ?? {};
  const buffers = new Map<string, string>();
  const parsed = new Map<string, { readonly script: Script; readonly result: ParsedText }>();
  let tracks: readonly Track[] = [];
  let changed = true;

  const read = (script: Script, reading: Reading): ParsedText => {
    const key = `${script.path}:${script.part.start}`;
    const known = parsed.get(key);
    if (known?.script.text === script.text && known.script.part.end === script.part.end) return known.result;
    const result = flow.read(script, reading);
    parsed.set(key, { script, result });
    return result;
  };

  /** What a world is made of beside facts: snapshots and sizes. */
  const worldTexts = (): readonly (string | undefined)[] =>
    [facts, ...Object.values(facts.folders ?? {})]
      .flatMap(({ schema, stats }) => [schema ?? [], stats ?? []].flat())
      .map((path) => disk.read(path));
  let worldText = worldTexts();
  let worldOf = openWorlds(disk, facts, { read, dialects: flow.dialects });

  /** Histories as they are now; states of migrations before the first change are kept. */
  const current = (): readonly Track[] => {
    if (!changed) return tracks;
    const old = new Map(tracks.map((track) => [track.history.root, track]));
    const fs = overlay(disk, Object.fromEntries(buffers));
    const opened = openHistories(fs, options.paths ?? [], facts);
    tracks = flow.complete(fs, opened.histories).map((history) => {
      const before = old.get(history.root);
      const same = before === undefined ? 0 : commonStart(before.history, history);
      return { history, states: before?.states.slice(0, same + 1) ?? [] };
    });
    changed = false;
    return tracks;
  };

  const stateBefore = ({ history, states }: Track, index: number): ReplayState => {
    const { facts: own, snapshot } = worldOf(history);
    const dialect = flow.dialects.of(history.dialect);
    for (let i = states.length; i <= index; i++) {
      const previous = states[i - 1];
      const migration = history.migrations[i - 1];
      states.push(
        previous === undefined || migration === undefined
          ? initialState(history, dialect, own, snapshot)
          : replayMigration(history, dialect, migration, previous, read, own).state,
      );
    }
    return states[index] ?? initialState(history, dialect, own, snapshot);
  };

  function* replayed(
    track: Track,
    file: string | undefined,
    serverVersion?: number | string,
  ): Generator<ReplayedMigration> {
    const world = worldOf(track.history).facts;
    const own = serverVersion === undefined ? world : { ...world, ...versionFacts(String(serverVersion)) };
    const dialect = flow.dialects.of(track.history.dialect);
    for (const migration of track.history.migrations) {
      if (file !== undefined && !holds(migration, file)) continue;
      const state = stateBefore(track, migration.index);
      yield replayMigration(track.history, dialect, migration, state, read, own).scope;
    }
  }

  const update = (file: string, text: string | undefined): void => {
    const before = buffers.get(file) ?? disk.read(file);
    if (text === undefined) buffers.delete(file);
    else buffers.set(file, text);
    if (before !== (text ?? disk.read(file))) changed = true;
  };

  const lint = (file?: string, opinions = ownOpinions): LintResult =>
    flow.lint({
      runs: current().map((track) => ({ history: track.history, migrations: replayed(track, file) })),
      rules: rulesFor(opinions),
      baseline: opinions.baseline,
      report: file === undefined ? undefined : (path) => path === file,
    });

  const readScriptsOf = (file: string): readonly ReadScript[] =>
    current().flatMap(({ history }) =>
      history.migrations
        .filter((migration) => holds(migration, file))
        .flatMap(({ up, down }) => (down === undefined ? [up] : [up, down]))
        .map((script) => ({ script, parsed: read(script, history) })),
    );

  return {
    update,
    lint,
    refresh() {
      disk.forget();
      changed = true;
      const texts = worldTexts();
      if (texts.every((text, i) => text === worldText[i])) return;
      worldText = texts;
      worldOf = openWorlds(disk, facts, { read, dialects: flow.dialects });
      tracks = [];
    },
    fixed(file) {
      const buffer = buffers.get(file);
      const text = buffer ?? disk.read(file);
      if (text === undefined) return undefined;
      try {
        return fixedText(text, (now) => {
          update(file, now);
          return lint(file);
        });
      } finally {
        update(file, buffer);
      }
    },
    suppression(finding, where) {
      if (ownOpinions.noInlineConfig === true) return undefined;
      return silence(readScriptsOf(finding.file), finding, where);
    },
    histories: () => current().map(({ history }) => history),
    historyOf: (file) =>
      current().find(({ history }) => history.migrations.some((migration) => holds(migration, file)))
        ?.history,
    statements: (file, serverVersion) =>
      current().flatMap((track) =>
        [...replayed(track, file, serverVersion)].flatMap((scope) => statementsIn(scope, file)),
      ),
  };
}

/** One of the migration's scripts, or a file that they load. */
const holds = ({ up, down }: Migration, file: string): boolean =>
  [up, down].some((script) => script?.path === file || script?.code?.files.has(file) === true);

/** How many migrations at the start are the same in both, under the same facts. */
function commonStart(before: History, now: History): number {
  if (before.serverVersion !== now.serverVersion || before.tool !== now.tool) return 0;
  const same = (a: Script | undefined, b: Script | undefined): boolean =>
    a?.path === b?.path &&
    a?.text === b?.text &&
    a?.part.start === b?.part.start &&
    a?.part.end === b?.part.end;
  const differs = now.migrations.findIndex((migration, i) => {
    const other = before.migrations[i];
    return other === undefined || !same(migration.up, other.up) || !same(migration.down, other.down);
  });
  return differs < 0 ? now.migrations.length : differs;
}
