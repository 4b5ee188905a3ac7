/** A history held in memory for an editor: a change costs the file that changed, not the history. */
import { resolveRules } from "./lint/active.ts";
import { lintHistories } from "./lint/histories.ts";
import type { Opinions } from "./lint/opinions.ts";
import type { LintResult } from "./lint/result.ts";
import type { Rule } from "./lint/rule.ts";
import { hasCode, loadCodeReader, withoutCode } from "./code-migrations.ts";
import { openHistories, openWorlds } from "./open.ts";
import type { Facts } from "./project/facts.ts";
import { nodeFileSystem, overlay } from "./project/file-system.ts";
import type { FileSystem, History, Migration, Script } from "./project/migration.ts";
import { remembered } from "./project/remembered.ts";
import { chooseParser } from "./parser.ts";
import { initialState, replayMigration, type ReplayState } from "./replay/replay.ts";
import type { MigrationScope } from "./replay/step.ts";
import type { ParsedText } from "./sql/front-end.ts";
import { rules as builtInRules } from "../rules/index.ts";

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
  /** Findings of one file, or of all. */
  lint(file?: string): LintResult;
}

/** States before each migration, as far as they have been replayed. */
interface Track {
  readonly history: History;
  readonly states: ReplayState[];
}

/** Loads the parser once; everything after that is synchronous. */
export async function createSession(options: SessionOptions = {}): Promise<Session> {
  const { frontEnd } = await chooseParser(options.facts?.parser);
  const disk = remembered(options.fs ?? nodeFileSystem(options.cwd ?? process.cwd()));
  const rules = resolveRules(options.rules ?? builtInRules, options.opinions ?? {}, "postgres");
  const first = openHistories(disk, options.paths ?? [], options.facts ?? {});
  const code = hasCode(first.histories) ? await loadCodeReader() : withoutCode;
  const readScript = code.read(frontEnd);
  const buffers = new Map<string, string>();
  const parsed = new Map<string, { readonly script: Script; readonly result: ParsedText }>();
  let tracks: readonly Track[] | undefined;

  const read = (script: Script): ParsedText => {
    const key = `${script.path}:${script.part.start}`;
    const known = parsed.get(key);
    if (known?.script.text === script.text && known.script.part.end === script.part.end) return known.result;
    const result = readScript(script);
    parsed.set(key, { script, result });
    return result;
  };

  const worldOf = openWorlds(disk, options.facts ?? {}, read);

  /** Histories as they are now; states of migrations before the first change are kept. */
  const current = (): readonly Track[] => {
    if (tracks !== undefined && !changed) return tracks;
    changed = false;
    const old = new Map(tracks?.map((track) => [track.history.root, track]));
    const fs = overlay(disk, Object.fromEntries(buffers));
    const opened = openHistories(fs, options.paths ?? [], options.facts ?? {});
    tracks = code.histories(fs, opened.histories).map((history) => {
      const before = old.get(history.root);
      const same = before === undefined ? 0 : commonStart(before.history.migrations, history.migrations);
      return { history, states: before?.states.slice(0, same + 1) ?? [] };
    });
    return tracks;
  };
  let changed = true;

  const stateBefore = ({ history, states }: Track, index: number): ReplayState => {
    const { facts, snapshot } = worldOf(history);
    for (let i = states.length; i <= index; i++) {
      const previous = states[i - 1];
      const migration = history.migrations[i - 1];
      states.push(
        previous === undefined || migration === undefined
          ? initialState(history, facts, snapshot)
          : replayMigration(history, migration, previous, read, facts).state,
      );
    }
    return states[index] ?? initialState(history, facts, snapshot);
  };

  function* scopes(track: Track, file: string | undefined): Generator<MigrationScope> {
    const { facts } = worldOf(track.history);
    for (const migration of track.history.migrations) {
      if (file !== undefined && migration.up.path !== file && migration.down?.path !== file) continue;
      const state = stateBefore(track, migration.index);
      yield replayMigration(track.history, migration, state, read, facts).scope;
    }
  }

  return {
    update(file, text) {
      if (text === undefined) buffers.delete(file);
      else buffers.set(file, text);
      changed = true;
    },
    lint(file) {
      return lintHistories({
        runs: current().map((track) => ({ history: track.history, scopes: scopes(track, file) })),
        read,
        rules,
        baseline: options.opinions?.baseline,
        report: file === undefined ? undefined : (path) => path === file,
      });
    },
  };
}

/** How many migrations at the start are the same in both. */
function commonStart(before: readonly Migration[], now: readonly Migration[]): number {
  const same = (a: Script | undefined, b: Script | undefined): boolean =>
    a?.path === b?.path &&
    a?.text === b?.text &&
    a?.part.start === b?.part.start &&
    a?.part.end === b?.part.end;
  const differs = now.findIndex((migration, i) => {
    const other = before[i];
    return other === undefined || !same(migration.up, other.up) || !same(migration.down, other.down);
  });
  return differs < 0 ? now.length : differs;
}
