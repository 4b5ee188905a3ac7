/**
 * The way from files to findings, written once.
 *
 *   files ─discover─▶ History[] ─read─▶ statements ─replay─▶ steps ─rules─▶ findings ─suppress─▶ LintResult
 *
 * What it needs is loaded before; everything after that is synchronous. Nothing connects anywhere or runs a project's
 * code.
 */
import { withTemplates } from "../sql/template.ts";
import type { DialectName } from "../model/dialect.ts";
import type { LintResult } from "../lint/result.ts";
import type { Parser } from "../project/facts.ts";
import type { FileSystem, History } from "../project/migration.ts";
import { withUnreadable } from "../project/left-out/unreadable.ts";
import { replay, type Read, type ReplayStart } from "../replay/replay.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { hasCode, loadCodeReader, withoutCode, type CodeReader } from "./code-migrations.ts";
import { loadDialects, type Dialects } from "../dialects/load.ts";
import { lintHistories, type LintInput } from "./lint-histories.ts";
import type { World } from "./open.ts";
import type { Changes } from "../project/git/changes.ts";
import type { UpstreamHistories } from "../replay/questions/project/sides.ts";

/** An opened project to its findings; everything here is synchronous. */
export interface Flow {
  readonly dialects: Dialects;
  /** The statements of any script. */
  readonly read: Read;
  /**
   * Opened histories as they are replayed: migrations in code are the SQL that they send, files that can't be read are
   * findings. `onBug`: what was thrown while a file was read, which stays unread then.
   */
  readonly complete: (
    fs: FileSystem,
    histories: readonly History[],
    onBug?: (error: unknown, path: string) => void,
  ) => readonly History[];
  /** The dump that a history names, as a script; undefined: it can't be read. */
  readonly dump: CodeReader["dump"];
  /** The migrations with their steps, one at a time. */
  readonly replay: (history: History, world: World, start?: ReplayStart) => Iterable<ReplayedMigration>;
  readonly lint: (
    input: Omit<LintInput, keyof ReplayFlow | "compared"> & { readonly compared?: OpenedBase | undefined },
  ) => LintResult;
}

/** What a migration is replayed with. */
export type ReplayFlow = Pick<Flow, "dialects" | "read">;

/** What is compared with; its histories are as they are opened. */
export interface OpenedBase {
  readonly changes: Changes;
  readonly then: () => readonly History[];
  /** `read`: migrations in code as the SQL that they send. */
  readonly upstream: (
    now: readonly History[],
    read: (fs: FileSystem, opened: readonly History[]) => readonly History[],
  ) => UpstreamHistories | undefined;
  readonly worldOf: (history: History) => World;
}

/** Loads what reads these histories' migrations in code. */
export const loadCode = async (histories: readonly History[]): Promise<CodeReader> =>
  hasCode(histories) ? loadCodeReader(histories) : withoutCode;

/** Loads what these histories need. */
export async function loadFlow(
  histories: readonly History[],
  parser: Parser | undefined,
  code?: CodeReader,
): Promise<Flow> {
  const names = histories.map(({ dialect }) => dialect);
  // Even where there is nothing to read, a run says which parser it would use.
  const dialects = await loadDialects(names.length === 0 ? ["postgres"] : names, parser);
  return createFlow(dialects, code ?? (await loadCode(histories)));
}

/** Opened histories as they are replayed. */
export const completed: (code: CodeReader) => Flow["complete"] = (code) => (fs, histories, onBug) =>
  withUnreadable(fs, code.histories(fs, histories, onBug));

/** Loads what histories of these databases may need, written in whatever language. */
export async function loadWholeFlow(
  names: readonly DialectName[],
  parser: Parser | undefined,
): Promise<Flow> {
  return createFlow(...(await Promise.all([loadDialects(names, parser), loadCodeReader()])));
}

/** A flow with these databases. */
export function createFlow(dialects: Dialects, code: CodeReader): Flow {
  const read = code.read(({ dialect: name, sqlMode = "" }) => {
    const dialect = dialects.of(name);
    return withTemplates(dialect.frontEnd(sqlMode), dialect);
  });
  return {
    dialects,
    read,
    complete: completed(code),
    dump: (fs, history) => code.dump(fs, history),
    replay: (history, { facts, snapshot }, start) =>
      replay(history, dialects.of(history.dialect), read, facts, snapshot, start),
    lint({ compared, ...input }) {
      if (compared === undefined) return lintHistories({ ...input, dialects, read });
      const { changes, then, upstream, worldOf } = compared;
      return lintHistories({
        ...input,
        dialects,
        read,
        compared: {
          changes,
          then: () => code.histories(changes.base, then()),
          upstream: (now) => upstream(now, (fs, opened) => code.histories(fs, opened)),
          server: (history) => ({ ...worldOf(history), dialect: dialects.of(history.dialect), read }),
        },
      });
    },
  };
}
