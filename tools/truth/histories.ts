/** What ddlint reads below a folder: histories, how their statements are replayed, and its findings. */
import type { DialectName } from "../../src/model/dialect.ts";
import { openFiles, type FileOptions } from "../../src/engine/files.ts";
import { loadFlow } from "../../src/engine/flow.ts";
import {
  lintProject,
  planSteps,
  rules,
  UserError,
  type Finding,
  type InternalError,
  type Plan,
} from "../../src/index.ts";
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import { rulesByDialect } from "../../src/lint/rules-for.ts";
import { Linter } from "../../src/lint/run.ts";
import { openHistories, openWorlds } from "../../src/engine/open.ts";
import { mostIn } from "./words.ts";
import type { Facts } from "../../src/project/facts.ts";
import { overlay } from "../../src/project/files/file-system.ts";
import { replayMigration, type Read } from "../../src/replay/replay.ts";
import { initialState, type ReplayState } from "../../src/replay/state.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { ParsedText, Statement } from "../../src/sql/front-end.ts";
import type { History, Migration, Script } from "../../src/project/migration.ts";

export interface Replay {
  readonly history: History;
  readonly start: ReplayState;
  /** What the tool would send of a script. */
  readonly parse: (script: Script) => ParsedText;
  /**
   * One migration from a state; `runs` leaves statements out, as if they didn't stand in their script. Without downs
   * where it leaves something out.
   */
  readonly step: (
    migration: Migration,
    state: ReplayState,
    runs?: (statement: Statement, script: Script) => boolean,
  ) => { readonly scope: ReplayedMigration; readonly state: ReplayState };
  /** What all rules say of one migration. */
  readonly lint: (scope: ReplayedMigration) => readonly RawFinding[];
  /** Text of a file of the project. */
  readonly file: (path: string) => string | undefined;
  /** The history with other texts of files, or files beside its own; undefined: there is none any more. */
  readonly with: (files: Readonly<Record<string, string>>) => Replay | undefined;
  /** `ddlint plan --write` for a migration; a text: why there is none. */
  readonly plan: (migration: Migration) => Promise<Plan | string>;
}

export interface Project {
  readonly replays: readonly Replay[];
  readonly findings: readonly Finding[];
  readonly errors: readonly InternalError[];
  /** Databases of histories that no server here runs, each with how many there are. */
  readonly others: readonly string[];
}

/**
 * The histories of some files as they are replayed for a server of this database and version, and those of other
 * databases; with `isOnly`, all are read as this database's. MySQL runs the histories of MariaDB as well, and the other way round.
 */
export async function openReplays(
  files: Pick<FileOptions, "cwd" | "fs">,
  database: DialectName,
  serverVersion: string,
  isOnly = false,
): Promise<Pick<Project, "replays" | "others"> & { readonly facts: Facts }> {
  const isOfServer = ({ dialect }: { readonly dialect: string }): boolean =>
    dialect !== "mongodb" && (dialect === "postgres") === (database === "postgres");
  // Database and version are those of the server that runs them, whatever the project states.
  const found = openHistories(openFiles({ ...files, facts: {} }), [], {});
  const own = found.histories.filter(isOfServer).map(({ root }) => [root, { dialect: database }] as const);
  const facts: Facts = {
    serverVersion,
    // The same whatever git knows of the folder.
    commitTimes: false,
    ...(isOnly && { dialect: database }),
    ...(database === "postgres" ? {} : { folders: Object.fromEntries(own) }),
  };
  const fs = openFiles({ ...files, facts });
  const opened = openHistories(fs, [], facts);
  const flow = await loadFlow(opened.histories, undefined);
  const histories = flow.complete(fs, opened.histories);
  const worldOf = openWorlds(fs, facts, flow);
  const replayOf = (found: History): Replay => {
    const history = { ...found, serverVersion };
    const dialect = flow.dialects.of(history.dialect);
    const world = worldOf(history);
    const linter = new Linter(rulesByDialect(rules, { presets: ["strict"] })(history.dialect));
    const parse = (script: Script): ParsedText => flow.read(script, history);
    return {
      history,
      start: initialState(history, dialect, world.facts, world.snapshot),
      parse,
      lint: (scope) => linter.migration(scope).findings,
      step: (migration, state, runs) => {
        const read: Read = (script, reading) => {
          const parsed = flow.read(script, reading);
          if (runs === undefined) return parsed;
          return { ...parsed, statements: parsed.statements.filter((one) => runs(one, script)) };
        };
        return replayMigration(history, dialect, migration, state, read, world.facts);
      },
      file: (path) => fs.read(path),
      with(texts) {
        const now = overlay(fs, texts);
        const same = openHistories(now, [], facts).histories.filter(
          (one) => one.root === found.root && one.dialect === found.dialect,
        );
        const [again] = flow.complete(now, same);
        return again && replayOf(again);
      },
      async plan({ up }) {
        try {
          return await planSteps({ fs, facts, migration: up.path, files: true, now: new Date("2100-01-01") });
        } catch (error) {
          if (error instanceof UserError) return error.message;
          throw error;
        }
      },
    };
  };
  const replays = histories.filter(isOfServer).map(replayOf);
  const others = [...histories.filter((history) => !isOfServer(history)), ...opened.leftOut];
  return {
    replays,
    others: mostIn(others.map(({ dialect }) => dialect)).map(([name, times]) => `${times} ${name}`),
    facts,
  };
}

/** Everything below a folder as a run of every rule sees it. */
export async function openProject(
  folder: string,
  database: DialectName,
  serverVersion: string,
): Promise<Project> {
  const { replays, others, facts } = await openReplays({ cwd: folder }, database, serverVersion);
  const { findings, errors } = await lintProject({
    cwd: folder,
    facts,
    opinions: { presets: ["strict"] },
    merge: false,
  });
  return { replays, findings, errors, others };
}
