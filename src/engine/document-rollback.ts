/** The rollback of a migration of MongoDB: lines for its function `down`. */
import { UserError } from "../config/user-error.ts";
import { documentsBack } from "../plan/documents/way-back.ts";
import type { Facts } from "../project/facts.ts";
import type { History, Migration } from "../project/migration.ts";
import { isApplied, noted, stateBefore } from "./chosen-migration.ts";
import { replayer } from "./replayer.ts";
import type { Flow } from "./flow.ts";
import type { World } from "./open.ts";
import type { RollbackPlan } from "./rollback.ts";

interface Input {
  readonly history: History;
  readonly migration: Migration;
  readonly flow: Flow;
  readonly world: World;
  readonly facts: Facts;
  readonly backup: boolean;
}

/** @throws UserError if its data is to be kept: what keeps it isn't written for documents */
export function documentRollback({ history, migration, flow, world, facts, backup }: Input): RollbackPlan {
  if (backup)
    throw new UserError("--backup writes SQL: documents are not kept", {
      hint: "copy them first: aggregate with $out to a new collection",
    });
  const state = stateBefore(history, migration, flow, world);
  const { scope } = replayer(history, flow, world)(migration, state);
  const { statements, lost, since, stays, gaps } = documentsBack(scope.steps, state.collections);
  const note = noted(scope);
  const isEmpty = statements.length === 0;
  return {
    migration: migration.name,
    file: migration.up.path,
    isCode: true,
    statements,
    text: isEmpty ? "// nothing of it can be undone by a call" : statements.join("\n"),
    target: undefined,
    place: history.rollbacks === "none" ? undefined : history.rollbackName(migration),
    isApplied: isApplied(history, migration, facts),
    edited: history.edited,
    exists: migration.down?.empty === false,
    lost: [...lost, ...since.map(({ what, at }) => ({ what: `${what} since the migration`, at }))].map(note),
    stays,
    gaps: gaps.map((gap) => ({ ...note(gap), isRefused: false })),
    differences: [],
  };
}
