/** One migration of a history on a server, as its tool runs it, with what somebody else makes before it. */
import type { Migration } from "../../src/project/migration.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { ParsedText, Statement } from "../../src/sql/front-end.ts";
import { failureOf, type Run } from "../../src/verify/run.ts";
import { unsendable } from "../../src/verify/send.ts";
import type { Replay } from "./histories.ts";
import type { Lab } from "./lab.ts";

type State = Replay["start"];

/** A migration without what can't be sent. */
export interface Planned {
  readonly migration: Migration;
  readonly scope: ReplayedMigration;
  readonly state: State;
  readonly parsed: ParsedText;
  /** Starts of statements that aren't sent, and why. */
  readonly left: ReadonlyMap<number, string>;
}

export const startOf = (statement: Statement): number => statement.span.start;

export function planned(replay: Replay, migration: Migration, before: State): Planned {
  const { up } = migration;
  const parsed = replay.parse(up);
  const left = new Map<number, string>();
  for (const statement of parsed.statements) {
    const because = unsendable(statement, up, parsed);
    if (because !== undefined) left.set(startOf(statement), because);
  }
  const { scope, state } = replay.step(
    migration,
    before,
    (one, script) => script !== up || !left.has(startOf(one)),
  );
  return { migration, scope, state, parsed: scope.parsed.up ?? parsed, left };
}

/** Makes the schemas that a template names. */
export async function makeSurroundings(lab: Lab, { migration, parsed }: Planned): Promise<void> {
  for (const [name, written] of parsed.placeholders ?? [])
    if (migration.up.text.includes(`${written}.`) || migration.up.text.includes(`${written}".`))
      await lab.makeSchema(name);
}

/** Runs it; once more, where who deploys has made the roles that it names. */
export async function apply(lab: Lab, replay: Replay, plan: Planned): Promise<readonly Run[]> {
  const { migration, scope, parsed } = plan;
  const wrapped = scope.steps.some(
    ({ transaction }) => transaction.kind === "block" && transaction.by === "runner",
  );
  const part = migration.partOf;
  const last = replay.history.migrations[migration.index - 1];
  const continues = part !== undefined && last?.partOf === part;
  for (;;) {
    const runs = await lab.play(migration.up, parsed, wrapped, continues);
    const error = failureOf(runs)?.error;
    // What is applied in part can't run again.
    const isWhole = runs.every(({ is }) => is !== "ran");
    if (error === undefined || !isWhole || !(await lab.supply(error))) return runs;
  }
}
