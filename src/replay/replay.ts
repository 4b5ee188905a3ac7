/**
 * Folds a history into steps: each statement's operations with the schema, transaction, settings and effects around
 * them. A down is replayed from the schema after its up, as a branch that never feeds the next migration.
 */
import type { EffectsDialect } from "../effects/index.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import type { Schema } from "../schema/schema.ts";
import type { ParsedText } from "../sql/front-end.ts";
import type { ReplayFacts } from "./replay-facts.ts";
import { collectionsAfter } from "./questions/documents/collections.ts";
import { copiesAfter } from "./questions/dependents/copied.ts";
import { revokedAfter } from "./questions/security/revoked.ts";
import { keptAfter } from "./questions/dependents/kept.ts";
import { leftEmptyAtEnd } from "./questions/rows/needs-no-row.ts";
import { fillsAfter } from "./questions/values/fills.ts";
import { rowVersionsAfter } from "./questions/mysql/row-versions.ts";
import { isNamed } from "./pending.ts";
import { afterAnything, runScript } from "./run-script.ts";
import { ReplayedMigration, type ScriptResult } from "./replayed-migration.ts";
import { resetOf } from "./reset.ts";
import { initialState, type ReplayState } from "./state.ts";

/** How the texts of a history are read. */
export type Reading = Pick<History, "dialect" | "sqlMode">;

export type Read = (script: Script, reading: Reading) => ParsedText;

export interface Replayed {
  readonly scope: ReplayedMigration;
  readonly state: ReplayState;
}

/** Replays one migration; `state` is what the one before it left. After a bug of ours, anything may have changed. */
export function replayMigration(
  history: History,
  dialect: EffectsDialect,
  migration: Migration,
  given: ReplayState,
  read: Read,
  facts: ReplayFacts,
): Replayed {
  const state = migration.afterGap === true ? afterUnknown(given, migration) : given;
  const scope = new ReplayedMigration(history, dialect, migration, state, facts);
  try {
    return { scope, state: stateAfter(scope, state, read, facts) };
  } catch (error) {
    const left = new ReplayedMigration(history, dialect, migration, state, facts);
    left.parsed = scope.parsed;
    left.errors.push(error);
    return { scope: left, state: afterUnread(history, state, migration, facts) };
  }
}

function stateAfter(
  scope: ReplayedMigration,
  state: ReplayState,
  read: Read,
  facts: ReplayFacts,
): ReplayState {
  const { history, migration } = scope;
  if (migration.unread === true) return afterUnread(history, state, migration, facts);
  const { down } = migration;
  const parsed = {
    up: read(migration.up, history),
    down: scope.pending && down?.empty === false ? read(down, history) : undefined,
  };
  scope.parsed = parsed;
  const run = (schema: Schema): ScriptResult =>
    runScript(scope, migration.up, "up", { ...state, schema }, parsed.up, facts);
  const first = run(state.schema);
  const up = state.decided ? first : (resetOf(state.schema, first, run) ?? first);
  scope.finishUp(up);
  // The next migration, and the way back, may run in another session.
  const isTemporary = up.steps.some(({ operation }) => "temporary" in operation && operation.temporary);
  const schema = isTemporary ? up.schema.withoutTemporary() : up.schema;
  const collections = collectionsAfter(state.collections, up.steps);
  if (down !== undefined && parsed.down !== undefined) {
    const afterUp = { ...state, schema, collections, decided: true };
    scope.finishDown(runScript(scope, down, "down", afterUp, parsed.down, facts));
  }
  return {
    schema: schema.withEmptied(leftEmptyAtEnd(scope)),
    decided: state.decided || up.touchesTables,
    marks: [...state.marks, ...up.marks],
    fills: fillsAfter(state.fills, up.steps),
    copies: copiesAfter(state.copies, up.steps),
    kept: keptAfter(state.kept, up.steps),
    revoked: revokedAfter(state.revoked, up.steps),
    rowVersions: rowVersionsAfter(state.rowVersions, up.steps),
    collections,
    tracking: scope.tracking,
    batch: up.batch,
    brokenAt: state.brokenAt ?? (stopsTool(scope) ? migration.index : undefined),
    builtConcurrently:
      state.builtConcurrently ||
      up.steps.some(({ operation }) => operation.kind === "createIndex" && operation.concurrently),
    firstPending: nextPending(history, state, migration, facts),
  };
}

/**
 * The server's grammar rejects a statement, whatever the data, and the tool runs nothing behind a migration that fails: no
 * server has what it makes, nor what later ones make. One that is known to be applied was another one then.
 */
function stopsTool({ history, migration, pending, problems }: ReplayedMigration): boolean {
  if (problems.length === 0 || !pending || history.trackingTables.length === 0) return false;
  const { kind, beforeBaseline, skippable, trial, runsElsewhere, conditions, shared, ignoresFailure } =
    migration;
  const isSure =
    kind === "versioned" && !(beforeBaseline ?? skippable ?? trial ?? runsElsewhere ?? migration.emptyHere);
  return isSure && conditions === undefined && shared === undefined && ignoresFailure === undefined;
}

/** A migration that isn't read may have changed anything: what follows is taken as an open history. */
function afterUnread(
  history: History,
  state: ReplayState,
  migration: Migration,
  facts: ReplayFacts,
): ReplayState {
  return {
    ...afterUnknown(state, migration),
    firstPending: nextPending(history, state, migration, facts),
  };
}

/** Anything may have changed, at `migration` or right before it. */
function afterUnknown(state: ReplayState, migration: Migration): ReplayState {
  const origin = { migration: migration.index, path: migration.up.path, span: { start: 0, end: 0 } };
  return {
    ...state,
    schema: afterAnything(state.schema, origin).withGap(migration.index),
    decided: true,
    fills: fillsAfter(state.fills, migration.index),
    batch: undefined,
  };
}

const nextPending = (
  history: History,
  state: ReplayState,
  migration: Migration,
  facts: ReplayFacts,
): number | undefined =>
  state.firstPending ?? (isNamed(history, migration, facts.startAfter) ? migration.index + 1 : undefined);

/** Where a replay begins, if not with the first migration. */
export interface ReplayStart {
  /** How many migrations have led to `state`. */
  readonly after: number;
  readonly state: ReplayState | undefined;
  /** Called with the state before each migration. */
  readonly onState: (index: number, state: ReplayState) => void;
}

/** All migrations in order; what was yielded may be forgotten. */
export function* replay(
  history: History,
  dialect: EffectsDialect,
  read: Read,
  facts: ReplayFacts,
  snapshot?: Schema,
  start?: ReplayStart,
): Generator<ReplayedMigration, ReplayState> {
  let state = start?.state ?? initialState(history, dialect, facts, snapshot);
  for (const migration of history.migrations.slice(start?.after ?? 0)) {
    start?.onState(migration.index, state);
    const result = replayMigration(history, dialect, migration, state, read, facts);
    yield result.scope;
    state = result.state;
  }
  start?.onState(history.migrations.length, state);
  return state;
}
