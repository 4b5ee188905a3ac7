/** A history held in memory for an editor: a change costs the file that changed, not the history. */
import { dialectNames, type DialectName } from "../model/dialect.ts";
import { fixedText } from "./fixed-point.ts";
import { rulesByDialect, type RulesFor } from "../lint/rules-for.ts";
import type { Finding } from "../lint/finding.ts";
import type { Opinions } from "../lint/opinions.ts";
import type { InternalError, LintResult } from "../lint/result.ts";
import { internalError } from "../lint/run.ts";
import type { Rule } from "../lint/rule.ts";
import { silence, type ReadScript } from "../findings/write-directive.ts";
import { loadConfigReader, type ConfigReader } from "../config/load.ts";
import type { CacheOptions } from "./lint.ts";
import { askOnce, loadAskCommits, withCommits, type AskCommits } from "./commit-times.ts";
import { openHistories, openWorlds, type World } from "./open.ts";
import { factsOf, type Facts, type Parser } from "../project/facts.ts";
import { nodeFileSystem, overlay } from "../project/files/file-system.ts";
import {
  historyKey,
  type AnyHistory,
  type FileSystem,
  type History,
  type Migration,
  type Script,
} from "../project/migration.ts";
import { remembered } from "../project/files/remembered.ts";
import { loadWholeFlow, type Flow } from "./flow.ts";
import { notReplayed, readBy } from "./past.ts";
import { replayedStates, type ReplayedStates, type States } from "./replayed-states.ts";
import { isNamed } from "../replay/pending.ts";
import { replayMigration, type Reading } from "../replay/replay.ts";
import { initialState, type ReplayState } from "../replay/state.ts";
import type { Schema } from "../schema/schema.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { ParsedText } from "../sql/front-end.ts";
import { versionFacts, type ReplayFacts } from "../replay/replay-facts.ts";
import { statementsIn, type StatementInfo } from "./statements.ts";
import { isSameData } from "../text/same-data.ts";
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
  /** What an earlier session has replayed is used, and what this one does is kept. Default: none. */
  readonly cache?: CacheOptions | undefined;
}

/** All answers throw a `UserError` as long as `facts` name a migration or a file that isn't there. */
export interface Session {
  /** The text of a file as an editor holds it; undefined: back to the one on disk. */
  update(file: string, text: string | undefined): void;
  /** Files on the disk may have changed: looks again before it answers next. */
  refresh(): void;
  /** Whether an answer may be another one after this file was changed, created or deleted; false before the first. */
  dependsOn(file: string, change: "changed" | "created or deleted"): boolean;
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
  /** At this time of the clock. */
  readonly world: () => World;
  readonly states: States;
  /** What an earlier session has kept wasn't asked for yet. */
  isNew: boolean;
  /** The schema that they begin with. */
  snapshot?: Schema | undefined;
}

/** A script as it was read last. */
interface Parsed {
  readonly script: Script;
  readonly reading: Reading;
  readonly result: ParsedText;
}

/** A session that keeps its engine to itself. */
export async function createSession(options: SessionOptions = {}): Promise<Session> {
  return (await loadEngine({ parser: options.facts?.parser })).createSession(options);
}

/** Loads the parsers of SQL and of code, and the reader of configurations. */
export async function loadEngine({ parser }: { readonly parser?: Parser | undefined } = {}): Promise<Engine> {
  const [flow, readConfig, askCommits] = await Promise.all([
    loadWholeFlow(dialectNames, parser),
    loadConfigReader(),
    loadAskCommits(),
  ]);
  return {
    createSession: (options = {}) => sessionWith(flow, options, askCommits(options.cache?.store)),
    readConfig,
    outline(text, dialect = "postgres") {
      const { comments, statements } = flow.dialects.of(dialect).frontEnd("").read(text);
      return { comments, statements: statements.map(({ span, kind }) => ({ span, kind })) };
    },
  };
}

function sessionWith(flow: Flow, options: SessionOptions, askCommits: AskCommits): Session {
  const { fs: given, cwd = process.cwd(), paths } = options;
  const asked = askOnce(askCommits);
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
  const parsed = new Map<string, Parsed>();
  let tracks: readonly Track[] = [];
  let leftOut: readonly AnyHistory[] = [];
  let errors: readonly InternalError[] = [];
  let changed = true;

  const shown = (): FileSystem => overlay(disk, Object.fromEntries(buffers));

  const read = (script: Script, reading: Reading): ParsedText => {
    const key = `${script.path}:${script.part.start}`;
    const known = parsed.get(key);
    if (known !== undefined && isSameText(known, script, reading)) return known.result;
    const { dialect, sqlMode } = reading;
    const result = flow.read(script, reading);
    parsed.set(key, { script, reading: { dialect, sqlMode }, result });
    return result;
  };

  /** What a world is made of beside facts: snapshots and sizes. */
  const worldTexts = (fs: FileSystem): readonly (string | undefined)[] =>
    [facts, ...Object.values(facts.folders ?? {})]
      .flatMap(({ schema, stats }) => [schema ?? [], stats ?? []].flat())
      .map((path) => fs.read(path));
  let worldText: readonly (string | undefined)[] | undefined;
  let worldOf: ReturnType<typeof openWorlds> | undefined;

  /**
   * Histories as they are now; states of migrations before the first change are kept.
   *
   * @throws UserError as long as `facts` name what isn't there
   */
  const current = (): readonly Track[] => {
    if (!changed) return tracks;
    const fs = shown();
    const opened = openHistories(fs, options.paths ?? [], facts);
    const dated = withCommits(fs, opened.histories, facts, asked);
    const bugs: InternalError[] = [];
    const histories = flow.complete(fs, dated, (error, path) =>
      bugs.push(internalError(error, undefined, path)),
    );
    const texts = worldTexts(fs);
    if (worldOf === undefined || !isSameData(texts, worldText)) {
      tracks = [];
      worldOf = openWorlds(fs, facts, { ...flow, read });
      worldText = texts;
    }
    const old = new Map(tracks.map((track) => [historyKey(track.history), track]));
    const open = worldOf;
    tracks = histories.map((history) => {
      const before = old.get(historyKey(history));
      const same = before === undefined ? 0 : keptStates(before.history, history, facts);
      const states = before?.states.slice(0, same) ?? [];
      const { snapshot, isNew = true } = before ?? {};
      return { history, world: () => open(history), states, isNew, snapshot };
    });
    ({ leftOut } = opened);
    errors = bugs;
    changed = false;
    return tracks;
  };

  const keptOf = ({ history }: Track, world: World): ReplayedStates | undefined => {
    if (options.cache === undefined) return undefined;
    const by = readBy(shown(), history, facts, flow.dialects.parser);
    return replayedStates(options.cache.store, history, flow.dialects.of(history.dialect), world, by);
  };

  const stateBefore = (track: Track, index: number, world: World): ReplayState => {
    const { history, states } = track;
    const { facts: own, snapshot } = world;
    if (track.snapshot !== snapshot) states.length = 0;
    track.snapshot = snapshot;
    const dialect = flow.dialects.of(history.dialect);
    const replayFrom = (start: number): ReplayState => {
      let state = states[start] ?? initialState(history, dialect, own, snapshot);
      states[start] = state;
      for (const migration of history.migrations.slice(start, index)) {
        ({ state } = replayMigration(history, dialect, migration, state, read, own));
        states[migration.index + 1] = state;
      }
      return state;
    };
    const startOf = (): number => {
      let start = index;
      while (start > 0 && states[start] === undefined) start--;
      return start;
    };
    const { least = 20 } = options.cache ?? {};
    if (!track.isNew || index < least) return replayFrom(startOf());
    // Once a session: later on, files that nobody has saved may be among those that were replayed.
    track.isNew = false;
    const kept = keptOf(track, world);
    for (const [i, state] of kept?.read().entries() ?? []) states[i] ??= state;
    const start = startOf();
    const state = replayFrom(start);
    if (index - start >= least) kept?.write(states);
    return state;
  };

  /** @throws UserError now, not once the first is taken, if a file that `facts` name can't be read */
  const replayed = (
    track: Track,
    file: string | undefined,
    serverVersion?: number | string,
  ): Iterable<ReplayedMigration> => {
    const world = track.world();
    const own =
      serverVersion === undefined ? world.facts : { ...world.facts, ...versionFacts(String(serverVersion)) };
    return replayedIn(track, file, world, own);
  };

  function* replayedIn(
    track: Track,
    file: string | undefined,
    world: World,
    own: ReplayFacts,
  ): Generator<ReplayedMigration> {
    const dialect = flow.dialects.of(track.history.dialect);
    for (const migration of track.history.migrations) {
      if (file !== undefined && !holds(migration, file)) continue;
      const state = stateBefore(track, migration.index, world);
      yield replayMigration(track.history, dialect, migration, state, read, own).scope;
    }
  }

  const update = (file: string, text: string | undefined): void => {
    const before = buffers.get(file) ?? disk.read(file);
    if (text === undefined) buffers.delete(file);
    else buffers.set(file, text);
    if (before !== (text ?? disk.read(file))) changed = true;
  };

  const lint = (file?: string, opinions = ownOpinions): LintResult => {
    const runs = current().map((track) => ({ history: track.history, migrations: replayed(track, file) }));
    const result = flow.lint({
      runs,
      rules: rulesFor(opinions),
      baseline: opinions.baseline,
      beside: { leftOut },
      report: file === undefined ? undefined : (path) => path === file,
    });
    return { ...result, errors: [...errors, ...result.errors], leftOut };
  };

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
      asked.forget();
      changed = true;
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
    dependsOn: (file, change) => disk.hasAsked(file, change !== "changed"),
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

/** The text is read to the same statements: pieces of code are kept as long as they are the same. */
const isSameText = ({ script, reading }: Parsed, now: Script, as: Reading): boolean =>
  script.text === now.text &&
  script.part.end === now.part.end &&
  script.code?.pieces === now.code?.pieces &&
  script.code?.isFirst === now.code?.isFirst &&
  reading.dialect === as.dialect &&
  reading.sqlMode === as.sqlMode;

/** How many states at the start are still those before the migrations of `now`. */
function keptStates(before: History, now: History, facts: Facts): number {
  if (!isSameData({ ...before, ...notReplayed }, { ...now, ...notReplayed })) return 0;
  // All states say whether the last applied migration is still to come.
  const { startAfter } = factsOf(now, facts);
  const isStarted = (history: History): boolean =>
    history.migrations.some((migration) => isNamed(history, migration, startAfter));
  if (isStarted(before) !== isStarted(now)) return 0;
  const differs = now.migrations.findIndex((migration, i) => !isSameData(migration, before.migrations[i]));
  return (differs < 0 ? now.migrations.length : differs) + 1;
}
