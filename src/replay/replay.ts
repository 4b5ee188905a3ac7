/**
 * Folds a history into steps: each statement's operations with the schema, transaction, settings and effects around
 * them. A down is replayed from the schema after its up, as a branch that never feeds the next migration.
 */
import type { History, Migration, Script } from "../project/migration.ts";
import type { Schema } from "../schema/schema.ts";
import type { ParsedText } from "../sql/front-end.ts";
import type { ReplayFacts } from "./replay-facts.ts";
import { fillsAfter } from "./questions/values/fills.ts";
import { rowVersionsAfter } from "./questions/mysql/row-versions.ts";
import { isNamed } from "./pending.ts";
import { afterAnything, runScript } from "./run-script.ts";
import { Scope } from "./scope.ts";
import { initialState, type ReplayState } from "./state.ts";
import type { MigrationScope } from "./step.ts";

export type Read = (script: Script) => ParsedText;

interface Replayed {
  readonly scope: MigrationScope;
  readonly state: ReplayState;
}

/** Replays one migration; `state` is what the one before it left. After a bug of ours, anything may have changed. */
export function replayMigration(
  history: History,
  migration: Migration,
  state: ReplayState,
  read: Read,
  facts: ReplayFacts,
): Replayed {
  try {
    return replayed(history, migration, state, read, facts);
  } catch (error) {
    const scope = new Scope(history, migration, state, facts);
    scope.errors.push(error);
    return { scope, state: afterCode(state, migration, facts) };
  }
}

function replayed(
  history: History,
  migration: Migration,
  state: ReplayState,
  read: Read,
  facts: ReplayFacts,
): Replayed {
  const scope = new Scope(history, migration, state, facts);
  if (migration.unread === true) return { scope, state: afterCode(state, migration, facts) };
  const up = runScript(scope, migration.up, "up", state, read(migration.up), facts);
  scope.finishUp(up);
  // The downs of a change in parts lead back together: one alone says nothing.
  const { down } = migration;
  if (scope.pending && down !== undefined && !down.empty && migration.partOf === undefined) {
    const afterUp = { ...state, schema: up.schema, decided: true };
    scope.finishDown(runScript(scope, down, "down", afterUp, read(down), facts));
  }
  const next: ReplayState = {
    schema: up.schema,
    decided: state.decided || up.touchesTables,
    marks: [...state.marks, ...up.marks],
    fills: fillsAfter(state.fills, up.steps),
    rowVersions: rowVersionsAfter(state.rowVersions, up.steps),
    tracking: scope.tracking,
    builtConcurrently:
      state.builtConcurrently ||
      up.steps.some(({ operation }) => operation.kind === "createIndex" && operation.concurrently),
    firstPending: nextPending(state, migration, facts),
  };
  return { scope, state: next };
}

/** A migration that isn't read may have changed anything: what follows is taken as an open history. */
function afterCode(state: ReplayState, migration: Migration, facts: ReplayFacts): ReplayState {
  const origin = { migration: migration.index, path: migration.up.path, span: { start: 0, end: 0 } };
  return {
    ...state,
    schema: afterAnything(state.schema, origin),
    decided: true,
    fills: fillsAfter(state.fills, undefined),
    firstPending: nextPending(state, migration, facts),
  };
}

const nextPending = (state: ReplayState, migration: Migration, facts: ReplayFacts): number | undefined =>
  state.firstPending ?? (isNamed(migration, facts.startAfter) ? migration.index + 1 : undefined);

/** All migrations in order; what was yielded may be forgotten. */
export function* replay(
  history: History,
  read: Read,
  facts: ReplayFacts,
  snapshot?: Schema,
): Generator<MigrationScope, ReplayState> {
  let state = initialState(history, facts, snapshot);
  for (const migration of history.migrations) {
    const result = replayMigration(history, migration, state, read, facts);
    yield result.scope;
    state = result.state;
  }
  return state;
}
