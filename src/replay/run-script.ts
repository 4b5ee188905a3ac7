/** One script to steps: each statement's operations with the schema, transaction, settings and effects around them. */
import { commitsImplicitly } from "../effects/implicit-commit.ts";
import { withStrongestLocks } from "../effects/index.ts";
import { schemaInKey, type QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import { apply } from "../schema/apply.ts";
import { opens } from "../schema/apply/session.ts";
import { failure, isDifference, isNeverMade, type Failure } from "../schema/failure.ts";
import { altersElsewhere } from "../schema/skip.ts";
import type { Origin, Relation } from "../schema/model.ts";
import { Branches } from "../schema/branches.ts";
import type { Schema } from "../schema/schema.ts";
import type { ParsedText, Statement } from "../sql/front-end.ts";
import type { Span } from "../text/span.ts";
import { markOf, readMark, type DeprecationMark } from "./questions/dependents/deprecation.ts";
import { isOff } from "./questions/mysql/modes.ts";
import { statedRelease, type ReplayFacts } from "./replay-facts.ts";
import { answersAround, asAnswered, type AskedAnswers } from "./asked.ts";
import { leavesPathMoved } from "./left-path.ts";
import { isMadeBehind } from "./made-behind.ts";
import { runStatement, type SessionServer } from "./run-statement.ts";
import { changeOf, makesUnread, makeStep, newRelations, unreadRelations, unusedTables } from "./make-step.ts";
import { certainFailures } from "./mapped-names.ts";
import { messagesOf } from "./messages.ts";
import type { ReplayedMigration, ScriptResult } from "./replayed-migration.ts";
import { comesWith, releaseOf } from "./pending.ts";
import { ScriptSteps } from "./script-steps.ts";
import type { Batch, BatchLabel, ReplayState } from "./state.ts";
import type { Direction, Step } from "./step.ts";
import { isMissingIn, TransactionTracker } from "./transaction.ts";

/** @param isSkipped the precondition of the migration isn't met: its tool skips it */
export function runScript(
  scope: ReplayedMigration,
  script: Script,
  direction: Direction,
  state: ReplayState,
  parsed: ParsedText,
  facts: ReplayFacts,
  isSkipped = false,
): ScriptResult {
  const migration = scope.migration;
  // Every change of the schema commits there, and statements of one message are transactions of their own.
  const { dialect } = scope;
  const settingOf: Settings = (name) =>
    tracker.setting(name) ?? (name === "sql_mode" ? facts.sqlMode : undefined);
  const server = {
    dialect,
    version: facts.serverVersion,
    release: facts.release,
    stated: statedRelease(facts),
    setting: settingOf,
  };
  const runner = autoDetected(script, parsed, state.schema, server);
  const messages = dialect.messageIsTransaction
    ? messagesOf({ ...script, transaction: runner }, parsed.statements)
    : [];
  const batch = direction === "up" ? batchOf(scope, runner, state, facts) : undefined;
  const tracker = new TransactionTracker(runner, messages, 0, state.schema, batch?.open);
  const steps = new ScriptSteps();
  const currentSettings = settingsKeeper(settingOf);
  const isOfChange = changeOf(scope);
  // `startAfter` may be old: it doesn't say what is deployed together.
  const isDeployedWith = comesWith(scope, facts);
  const isUnseen = (relation: Relation): boolean => tracker.isUnseen(relation);
  // A DO block is one transaction up to a COMMIT in it.
  const unseenIn = ({ length }: readonly unknown[], start: Schema): typeof isUnseen =>
    length === 1 ? isUnseen : (relation) => isUnseen(relation) || isMissingIn(start, relation);
  // Up to here, a first migration that used no table of another's has found none.
  const hasOlderTables = (met: Schema): boolean => {
    const isNew = newRelations(met, isOfChange, isDeployedWith, isUnseen);
    const tables = [...met.relations()];
    const isAlone = met.closed || (scope.first && tables.length > 0 && !usesOlder(met));
    return !isAlone || tables.some(({ key }) => !isNew(key));
  };
  const usualPath = scope.history.searchPath;
  let schema = inSearchPath(state.schema, undefined, usualPath);
  let touchesTables = false as boolean;
  let opened = false as boolean;
  /** The script has made tables that aren't named where it makes them: one that no migration before has named may be it. */
  let hasUnread = false as boolean;
  const missing: { readonly table: string; readonly at: Span }[] = [];
  /** Tables of foreign keys: MySQL may take a key before its parent. */
  const parents: QualifiedName[] = [];
  const olderParents = (met: Schema): readonly QualifiedName[] =>
    parents.filter((name) => {
      const parent = met.relation(name);
      return parent.is !== "present" || !(parent.value.complete || parent.value.maybeOlder !== undefined);
    });
  const usesOlder = (met: Schema): boolean => missing.length > 0 || olderParents(met).length > 0;

  const file = { migration: migration.index, path: script.path };
  const answers: AskedAnswers = new Map();
  let branches = new Branches();
  const run = (written: Statement): void => {
    const asked = asAnswered(isSkipped ? underCondition(written) : written, schema, answers);
    const statement = isOff(settingOf("foreign_key_checks")) ? withoutChecks(asked) : asked;
    tracker.nextStatement(schema, !dialect.transactionalDdl && statement.operations.some(commitsImplicitly));
    const origin: Origin = { ...file, span: statement.span };
    branches = branches.within(answersAround(statement), schema);
    const ran = runStatement(statement, schema, origin, { ...server, hasOlderTables }, branches);
    const operations = ran.map(({ operation }) => operation);
    const own = ran.map(({ operation, before, effects }) =>
      isMadeBehind(operation, before, parsed, statement) ? { ...effects, locks: [] } : effects,
    );
    const effects = statement.kind === "AlterTableStmt" ? withStrongestLocks(own) : own;
    const setting = currentSettings();
    for (const [i, run] of ran.entries()) {
      const { operation, before, after, skipped } = run;
      const isNew = newRelations(before, isOfChange, isDeployedWith, unseenIn(operations, tracker.start));
      const isUnread = unreadRelations(before, state.schema);
      const failures = certainFailures(run.failures, script, parsed, scope.history, before);
      const step = makeStep({
        operation,
        statement,
        together: operations,
        scope,
        script,
        direction,
        before,
        after,
        skipped,
        // IF NOT EXISTS of a present table or index tells by itself what differs.
        failures: skipped ? failures.filter(isDifference) : failures,
        transaction: tracker.current(),
        effects: effects[i] ?? run.effects,
        isNew: hasUnread ? (key) => isNew(key) || isUnread(key) : isNew,
        // Nobody uses a database that is empty yet.
        isUnused: migration.beforeBaseline
          ? () => true
          : unusedTables(before, state.schema, steps.all, isOfChange),
        setting,
        facts,
        marks: state.marks,
        fills: state.fills,
        copies: state.copies,
        kept: state.kept,
        revoked: state.revoked,
        batch,
        rowVersions: state.rowVersions,
        collections: state.collections,
        steps,
        at: steps.all.length,
        known: {},
      });
      steps.all.push(step);
      hasUnread ||= makesUnread(step);
      for (const { relation, mode } of step.effects.locks) tracker.hold(relation, mode, operation, file);
      if (!step.effects.inTransaction) tracker.committedAlone();
      const next = tracker.after(operation, before, run.left, step.inBody);
      schema = inSearchPath(next, tracker.setting("search_path"), usualPath);
      if (!state.decided && operation.unnamed !== true) {
        touchesTables ||= touches(step);
        opened ||= opens(operation) || altersElsewhere(before, operation);
        for (const { name, span } of neverMade(before.withClosed(true), operation))
          missing.push({ table: name, at: operation.called ? operation.span : span });
        if (operation.kind === "addForeignKey") parents.push(operation.references);
      } else if (
        schema.knowsOwn &&
        (neverMade(before.withClosed(true), operation).length > 0 ||
          step.mysql.missingParent().some(isNeverMade))
      ) {
        schema = schema.withClosed(false);
      }
    }
  };
  const runSkipped = (): ScriptResult => runScript(scope, script, direction, state, parsed, facts, true);
  const errors = [...(parsed.errors ?? [])];
  for (const statement of parsed.statements) {
    // Its precondition asks whether the server would refuse it: then none of it runs.
    const isAsked = migration.skippable === true && !isSkipped;
    if (isAsked && isMissed(statement, schema)) return runSkipped();
    const from = steps.all.length;
    try {
      run(statement);
    } catch (error) {
      // A bug of ours: what the statement does isn't known.
      errors.push(error);
      schema = afterAnything(schema, { migration: migration.index, path: script.path, span: statement.span });
    }
    if (isAsked && steps.all.slice(from).some(isRefused)) return runSkipped();
  }
  const usual = usualPath ?? schema.dialect.searchPath ?? [];
  if (
    dialect.transactionalDdl &&
    leavesPathMoved(tracker.sessionSetting("search_path"), usual, runner.resets)
  )
    schema = schema.withPathMoved();
  // A text that is built when it runs may have made anything.
  if (!state.decided && touchesTables && missing.length === 0 && !opened) {
    const older = olderParents(schema);
    if (older.length === 0) schema = schema.withClosed(true);
    // `auth.users` of the platform.
    else if (older.every((name) => isElsewhere(name, schema))) schema = schema.withOwn();
  }
  return {
    schema,
    steps: steps.all,
    parsed,
    unclosed: tracker.unclosed,
    batch: nextBatch(scope, script, batch, steps.all, tracker),
    touchesTables,
    missing,
    errors,
    marks: [
      ...readMarks(script, parsed, migration),
      ...steps.all.flatMap(({ operation, after, statement: { span } }) =>
        markOf(operation, after, { migration: migration.index, path: script.path, span }),
      ),
    ],
  };
}

/** What it asks for isn't there, or what it makes is. */
const isMissed = ({ operations }: Statement, schema: Schema): boolean =>
  operations.some((operation) => failure(schema, operation).some((one) => !isDifference(one)));

/** For another reason; few conditions ask for the release of the server. */
const isRefused = ({ operation, effects }: Step): boolean =>
  effects.fails !== undefined && effects.needsVersion === undefined && operation.conditional !== true;

/** Its tool may skip the statement. */
const underCondition = (statement: Statement): Statement => ({
  ...statement,
  operations: statement.operations.map((operation) => ({ ...operation, conditional: true })),
});

/** MySQL and MariaDB take a foreign key before its parent then. */
const withoutChecks = (statement: Statement): Statement =>
  statement.operations.some(({ kind }) => kind === "addForeignKey")
    ? {
        ...statement,
        operations: statement.operations.map((operation) =>
          operation.kind === "addForeignKey" ? { ...operation, unchecked: true } : operation,
        ),
      }
    : statement;

/** In a schema that the history doesn't make, and which is named. */
const isElsewhere = ({ schema: named }: QualifiedName, schema: Schema): boolean =>
  named !== undefined && !schema.searchPath.includes(named) && schema.namespace(named) !== "yes";

/** Tables that nothing before makes; a use under a condition tells as much of the history as any other. */
const neverMade = (before: Schema, operation: Operation): readonly Failure[] =>
  failure(
    before,
    operation.conditional === true ? { ...operation, conditional: undefined } : operation,
  ).filter(isNeverMade);

/** The transaction that the tool has opened for an earlier migration of the same release and runs this one in, too. */
function batchOf(
  scope: ReplayedMigration,
  { wraps, optedOut }: Script["transaction"],
  { batch }: ReplayState,
  facts: ReplayFacts,
): Batch | undefined {
  if (batch === undefined || wraps !== "all" || optedOut) return undefined;
  if (batch.last !== scope.migration.index - 1 || !scope.pending) return undefined;
  if (!releaseOf(scope, facts)(batch.last) || optsOut(scope)) return undefined;
  return batch;
}

/** With one migration that opts out, Knex and others run each in a transaction of its own. */
function optsOut({ history, firstPending }: ReplayedMigration): boolean {
  let answer = optingOut.get(history);
  if (answer?.from !== firstPending) {
    const some = history.migrations.slice(firstPending).some(({ up }) => up.transaction.optedOut);
    answer = { from: firstPending, some };
    optingOut.set(history, answer);
  }
  return answer.some;
}

/** Every pending migration asks. */
const optingOut = new WeakMap<History, { readonly from: number; readonly some: boolean }>();

function nextBatch(
  { migration, pending }: ReplayedMigration,
  { path }: Script,
  batch: Batch | undefined,
  steps: readonly Step[],
  tracker: TransactionTracker,
): Batch | undefined {
  const open = pending ? tracker.leftOpen : undefined;
  if (open === undefined) return undefined;
  const added = steps.flatMap(({ operation, before, skipped }): BatchLabel[] => {
    if (operation.kind !== "addEnumValue" || skipped) return [];
    const { type, label, head } = operation;
    const made = open.start.type(type).is !== "present" && before.type(type).is === "present";
    return [{ type, label, madeHere: made, at: { path, span: head } }];
  });
  return { last: migration.index, open, labels: [...(batch?.labels ?? []), ...added] };
}

/** The schema where anything may have changed, in a way that isn't known. */
export function afterAnything(schema: Schema, origin: Origin): Schema {
  const place = { start: 0, end: 0 };
  return apply(schema, { kind: "executeDynamic", span: place, head: place }, origin).withClosed(false);
}

/** It makes a table or uses one. */
function touches(step: Step): boolean {
  const { operation, effects, before } = step;
  if (operation.kind === "createTable" || makesUnread(step) || effects.locks.length > 0) return true;
  if (before.dialect.locksTables) return false;
  return "table" in operation || ("query" in operation && (operation.query?.relations.length ?? 0) > 0);
}

/**
 * `setting`: of search_path; undefined: it isn't set, and the database that USE has chosen stays. `usual`: the path that
 * the session begins with.
 */
export function inSearchPath(
  schema: Schema,
  setting: string | undefined,
  usual = schema.dialect.searchPath,
): Schema {
  const path =
    setting === undefined || setting === ""
      ? usual
      : setting.split(",").map((one) => schemaInKey(unquoted(one)));
  if (path === undefined) return schema;
  return path.join() === schema.searchPath.join() ? schema : schema.withSearchPath(path);
}

const unquoted = (name: string): string =>
  name
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .replaceAll('""', '"');

/** The settings that rules ask for. They ask later, when the tracker has moved on. */
const keptSettings = [
  "lock_timeout",
  "lock_wait_timeout",
  "time_zone",
  "statement_timeout",
  "timezone",
  "foreign_key_checks",
  "session_replication_role",
  "datestyle",
  "sql_mode",
];

type Settings = (name: string) => string | undefined;

/** Returns the settings as they are now, for later; as long as none changes, it is the same function. */
function settingsKeeper(settingOf: Settings): () => Settings {
  let values: readonly (string | undefined)[] = [];
  let kept: Settings = () => undefined;
  return () => {
    const now = keptSettings.map(settingOf);
    if (now.some((value, i) => value !== values[i])) {
      values = now;
      const known = new Map(keptSettings.map((name, i) => [name, now[i]]));
      kept = (name) => known.get(name);
    }
    return kept;
  };
}

/** Flyway runs a file of only non-transactional statements without a transaction. */
function autoDetected(
  script: Script,
  parsed: ParsedText,
  schema: Schema,
  server: SessionServer,
): Script["transaction"] {
  const { transaction } = script;
  if (transaction.autoDetect !== true || parsed.statements.length === 0) return transaction;
  const { effects } = server.dialect;
  const before = { ...server, setting: () => undefined };
  const outside = (statement: Statement): boolean =>
    statement.operations.some((operation) => !effects.of(operation, schema, before).inTransaction);
  return parsed.statements.every(outside) ? { ...transaction, wraps: "none" } : transaction;
}

function readMarks(script: Script, parsed: ParsedText, migration: Migration): DeprecationMark[] {
  return parsed.comments.flatMap((span) => {
    const mark = readMark(script.text.slice(span.start, span.end), {
      migration: migration.index,
      path: script.path,
      span,
    });
    return mark === undefined ? [] : [mark];
  });
}
