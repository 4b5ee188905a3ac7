/** Migrations as ddlint replays them, without what can't be sent. */
import type { Migration, Script } from "../project/migration.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { ReplayState } from "../replay/state.ts";
import type { ParsedText, Statement } from "../sql/front-end.ts";
import { unsendable } from "./send.ts";

/** A history as ddlint replays it. */
export interface Replay {
  readonly migrations: readonly Migration[];
  readonly start: ReplayState;
  readonly parse: (script: Script) => ParsedText;
  /** One migration from a state; `runs`: which statements, in both directions. */
  readonly step: (
    migration: Migration,
    state: ReplayState,
    runs: (statement: Statement, script: Script) => boolean,
  ) => { readonly scope: ReplayedMigration; readonly state: ReplayState };
}

/** A migration as it is replayed, and what of it can't be sent. */
export interface Prepared {
  readonly scope: ReplayedMigration;
  /** Why statements aren't sent, by their places. */
  readonly left: readonly {
    readonly script: Script;
    readonly statement: Statement;
    readonly because: string;
  }[];
}

export function prepare(replay: Replay, migrations: readonly Migration[]): readonly Prepared[] {
  let state = replay.start;
  return migrations.map((migration) => {
    const scripts = [migration.up, ...(migration.down === undefined ? [] : [migration.down])];
    const left = scripts.flatMap((script) => {
      const parsed = replay.parse(script);
      return parsed.statements.flatMap((statement) => {
        const because = unsendable(statement, script, parsed);
        return because === undefined ? [] : [{ script, statement, because }];
      });
    });
    const isLeft = (statement: Statement, script: Script): boolean =>
      left.some((one) => one.script === script && one.statement.span.start === statement.span.start);
    const { scope, state: next } = replay.step(migration, state, (one, script) => !isLeft(one, script));
    state = next;
    return { scope, left };
  });
}

export const parsedOf = (scope: ReplayedMigration, direction: "up" | "down"): ParsedText =>
  scope.parsed[direction] ?? { statements: [], problems: [], comments: [] };

/** The tool opens a transaction around it. */
export const isWrapped = (steps: ReplayedMigration["steps"]): boolean =>
  steps.some(({ transaction }) => transaction.kind === "block" && transaction.by === "runner");
