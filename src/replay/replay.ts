/**
 * Folds a history into steps: each statement's operations with the schema, transaction, settings and effects around
 * them. A down is replayed from the schema after its up, as a branch that never feeds the next migration.
 */
import { withStrongestLocks, effectsOn, noEffects, statementEffects } from "../effects/index.ts";
import type { Key, QualifiedName } from "../model/names.ts";
import type { Operation, OperationKind } from "../model/operation.ts";
import { isIgnored } from "./mysql/ignored.ts";
import { lintedDialect } from "../project/facts.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import { apply, applyStatement } from "../schema/apply.ts";
import { diff } from "../schema/diff.ts";
import { failure } from "../schema/failure.ts";
import type { Difference, Origin, Relation } from "../schema/model.ts";
import { emptySchema, type Schema } from "../schema/schema.ts";
import { createSkipper } from "../schema/skip.ts";
import type { ParsedText, Statement } from "../sql/front-end.ts";
import type { Span } from "../text/span.ts";
import { changeGroups, changesIn } from "./changes.ts";
import { problemsOf } from "./delimiter.ts";
import { markOf, readMark, type DeprecationMark } from "./deprecation.ts";
import { emptyOnPurpose } from "./empty.ts";
import type { ReplayFacts } from "./facts.ts";
import { nameFaults } from "./file-names.ts";
import { fillsAfter, noFills, type Fills } from "./fills.ts";
import { commitsImplicitly } from "../effects/implicit-commit.ts";
import { findField, headerFields, saysWhy, type HeaderField } from "./header.ts";
import { changeOf, makeStep, newRelations } from "./make-step.ts";
import { certainFailures } from "./mapped-names.ts";
import { inPasses, inServersOrder } from "./passes.ts";
import { messagesOf } from "./messages.ts";
import { noRowVersions, rowVersionsAfter, type RowVersions } from "./mysql/row-versions.ts";
import { isNamed, isPending } from "./pending.ts";
import { rollbackLosses } from "./rollback-losses.ts";
import { ScriptSteps } from "./script-steps.ts";
import { findSecrets } from "./secrets.ts";
import type { Direction, MigrationScope, Step } from "./step.ts";
import { trackingFaults, trackingTableOf } from "./tracking.ts";
import { TransactionTracker } from "./transaction.ts";

export type Read = (script: Script) => ParsedText;

/** Everything that one migration hands to the next; immutable, so keeping it makes a checkpoint. */
export interface ReplayState {
  readonly schema: Schema;
  /** Closed is decided by the first migration that creates or uses tables (see DESIGN, three-valued schema). */
  readonly decided: boolean;
  readonly marks: readonly DeprecationMark[];
  /** Columns whose rows the history has filled so far. */
  readonly fills: Fills;
  readonly rowVersions: RowVersions;
  /** The table that the history's own SQL writes its migrations into, once it does. */
  readonly tracking?: Key | undefined;
  /** A migration has built an index CONCURRENTLY. */
  readonly builtConcurrently: boolean;
  /** Number of the first pending migration, once it is reached. */
  readonly firstPending: number | undefined;
}

export function initialState(history: History, facts: ReplayFacts, snapshot?: Schema): ReplayState {
  const schema = (snapshot ?? emptySchema(lintedDialect(history))).withTrackingTables(history.trackingTables);
  return {
    schema: snapshot === undefined ? schema : schema.withClosed(true),
    decided: snapshot !== undefined || history.continues === true,
    marks: [],
    fills: noFills,
    rowVersions: noRowVersions,
    builtConcurrently: false,
    firstPending: history.migrations.some((m) => isNamed(m, facts.startAfter)) ? undefined : 0,
  };
}

/** Replays one migration; `state` is what the one before it left. */
export function replayMigration(
  history: History,
  migration: Migration,
  state: ReplayState,
  read: Read,
  facts: ReplayFacts,
): { readonly scope: MigrationScope; readonly state: ReplayState } {
  const scope = new Scope(history, migration, state, facts);
  if (migration.code === true) return { scope, state: afterCode(state, migration, facts) };
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
  const place = { start: 0, end: 0 };
  const anything = { kind: "executeDynamic", span: place, head: place } as const;
  const origin = { migration: migration.index, path: migration.up.path, span: place };
  return {
    ...state,
    schema: apply(state.schema, anything, origin).withClosed(false),
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

interface ScriptResult {
  readonly schema: Schema;
  readonly steps: readonly Step[];
  readonly parsed: ParsedText;
  readonly unclosed: Span | undefined;
  readonly touchesTables: boolean;
  /** Tables that it uses and nothing before created, while it isn't decided whether the history is closed. */
  readonly missing: MigrationScope["missingAtStart"];
  readonly marks: readonly DeprecationMark[];
}

function runScript(
  scope: Scope,
  script: Script,
  direction: Direction,
  state: ReplayState,
  parsed: ParsedText,
  facts: ReplayFacts,
): ScriptResult {
  const migration = scope.migration;
  // Every change of the schema commits there, and statements of one message are transactions of their own.
  const dialect = lintedDialect(scope.history);
  const isMysql = dialect !== "postgres";
  const server = {
    version: facts.serverVersion,
    release: facts.release,
    setting: (name: string) => tracker.setting(name),
  };
  const ignored = isIgnored(dialect, facts.versionStated === true ? facts.release : undefined);
  const runner = isMysql ? script.transaction : autoDetected(script, parsed, state.schema, server.version);
  const messages = isMysql ? [] : messagesOf({ ...script, transaction: runner }, parsed.statements);
  const tracker = new TransactionTracker(runner, messages, 0, state.schema);
  const steps = new ScriptSteps();
  const isOfChange = changeOf(scope);
  const isUnseen = (relation: Relation): boolean => tracker.isUnseen(relation);
  // The database of USE stays that of the session.
  let schema = isMysql ? state.schema : inSearchPath(state.schema, undefined);
  let touchesTables = false;
  const missing: { readonly table: string; readonly at: Span }[] = [];

  for (const statement of parsed.statements) {
    tracker.nextStatement(schema, isMysql && statement.operations.some(commitsImplicitly));
    const origin: Origin = { migration: migration.index, path: script.path, span: statement.span };
    const called = statement.operations.flatMap((operation) => calledOperations(operation, schema));
    const operations = isMysql ? inServersOrder(called) : inPasses(statement.kind, called);
    const before = schema;
    const applied = applyStatement(before, operations, origin, ignored);
    const befores = operations.map((_, i) => applied[i - 1]?.after ?? before);
    const own = statementEffects(dialect, operations, befores, server);
    const effects = statement.kind === "AlterTableStmt" ? withStrongestLocks(own) : own;
    const isSkipped = createSkipper();
    const setting = settingsNow(tracker);
    for (const [i, operation] of operations.entries()) {
      const stepBefore = befores[i] ?? before;
      const { after: stepAfter, failures: all } = applied[i] ?? { after: stepBefore, failures: noFailures };
      const failures = certainFailures(all, script, scope.history, stepBefore);
      // DROP a, b CASCADE: b may have gone with a, which the server doesn't mind.
      const gone = statement.kind === "DropStmt" && failures.some(({ dropped }) => dropped === origin);
      const skipped = gone || isSkipped(stepBefore, operation);
      const step = makeStep({
        operation,
        statement,
        together: operations,
        scope,
        script,
        direction,
        before: stepBefore,
        after: stepAfter,
        skipped,
        // CREATE TABLE IF NOT EXISTS of a present table tells by itself what differs.
        failures: skipped && operation.kind !== "createTable" ? noFailures : failures,
        transaction: tracker.current(),
        effects: effects[i] ?? noEffects,
        isNew: newRelations(stepBefore, isOfChange, isUnseen),
        setting,
        facts,
        marks: state.marks,
        fills: state.fills,
        rowVersions: state.rowVersions,
        steps,
        at: steps.all.length,
        known: {},
      });
      steps.all.push(step);
      for (const { relation, mode } of step.effects.locks) tracker.hold(relation, mode, operation);
      const next = tracker.after(operation, stepBefore, stepAfter);
      const path = tracker.setting("search_path");
      schema = isMysql && path === undefined ? next : inSearchPath(next, path);
      if (!state.decided) {
        touchesTables ||= touches(step, isMysql);
        for (const { kind, name, span } of failure(stepBefore.withClosed(true), operation))
          if (kind === "unknown-table")
            missing.push({ table: name, at: operation.called ? operation.span : span });
      } else if (
        step.failures.some(({ kind, dropped }) => kind === "unknown-table" && dropped === undefined)
      ) {
        schema = schema.withClosed(false);
      }
    }
  }
  if (!state.decided && touchesTables && missing.length === 0) schema = schema.withClosed(true);
  return {
    schema,
    steps: steps.all,
    parsed,
    unclosed: tracker.unclosed,
    touchesTables,
    missing,
    marks: [
      ...readMarks(script, parsed, migration),
      ...steps.all.flatMap(({ operation, after, statement: { span } }) =>
        markOf(operation, after, { migration: migration.index, path: script.path, span }),
      ),
    ],
  };
}

/** It makes a table or uses one; effects of MySQL list no locks. */
function touches({ operation, effects }: Step, isMysql: boolean): boolean {
  if (operation.kind === "createTable" || effects.locks.length > 0) return true;
  if (!isMysql) return false;
  return "table" in operation || ("query" in operation && (operation.query?.relations.length ?? 0) > 0);
}

const noFailures: Step["failures"] = [];
const defaultPath = ["public"];

export function inSearchPath(schema: Schema, setting: string | undefined): Schema {
  const path = setting === undefined || setting === "" ? defaultPath : setting.split(",").map(unquoted);
  return path.join() === schema.searchPath.join() ? schema : schema.withSearchPath(path);
}

const unquoted = (name: string): string =>
  name
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .replaceAll('""', '"');

function settingsNow(tracker: TransactionTracker): (name: string) => string | undefined {
  // Rules ask later, when the tracker has moved on: keep the few settings that they ask for.
  const kept = new Map(
    [
      "lock_timeout",
      "lock_wait_timeout",
      "time_zone",
      "statement_timeout",
      "timezone",
      "foreign_key_checks",
      "sql_mode",
    ].map((name) => [name, tracker.setting(name)] as const),
  );
  return (name) => kept.get(name);
}

/** What a call of a function of the history does, told at the call. */
export function calledOperations(operation: Operation, schema: Schema): readonly Operation[] {
  if (operation.kind !== "callFunction") return [operation];
  const routines = schema.routines(operation.function);
  if (routines.is !== "present" || routines.value.length !== 1) return [operation];
  const inner = routines.value[0]?.definition.operations ?? [];
  const at = { span: operation.span, head: operation.head, called: true as const };
  const flags = operation.conditional === true ? { conditional: true as const } : {};
  return [operation, ...inner.map((called) => ({ ...called, ...at, ...flags }))];
}

/** Flyway runs a file of only non-transactional statements without a transaction. */
function autoDetected(
  script: Script,
  parsed: ParsedText,
  schema: Schema,
  version: number,
): Script["transaction"] {
  const { transaction } = script;
  if (transaction.autoDetect !== true || parsed.statements.length === 0) return transaction;
  const server = { version, setting: () => undefined };
  const outside = (statement: Statement): boolean =>
    statement.operations.some((operation) => !effectsOn("postgres", operation, schema, server).inTransaction);
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

const changesNoSchema: ReadonlySet<string> = new Set<OperationKind>([
  "selectRows",
  "insertRows",
  "updateRows",
  "deleteRows",
  "callFunction",
  "setOption",
  "utility",
]);

class Scope implements MigrationScope {
  readonly history: History;
  readonly migration: Migration;
  readonly before: Schema;
  readonly pending: boolean;
  readonly firstPending: number;
  readonly builtConcurrently: boolean;
  after: Schema;
  steps: readonly Step[] = [];
  downSteps: readonly Step[] = [];
  problems: MigrationScope["problems"] = [];
  downProblems: MigrationScope["problems"] = [];
  unclosed: { up?: Span | undefined; down?: Span | undefined } = {};
  comments: { up: readonly Span[]; down: readonly Span[] } = { up: [], down: [] };
  first: boolean;
  missingAtStart: MigrationScope["missingAtStart"] = [];
  tracking: Key | undefined;
  #afterDown: Schema | undefined;
  readonly #now: string | undefined;
  #header: readonly HeaderField[] | undefined;

  constructor(history: History, migration: Migration, state: ReplayState, facts: ReplayFacts) {
    this.tracking = state.tracking;
    this.#now = facts.now;
    this.history = history;
    this.migration = migration;
    this.before = state.schema;
    this.after = state.schema;
    this.pending = isPending(history, migration, state.firstPending !== undefined, facts);
    this.firstPending = state.firstPending ?? migration.index;
    this.first = !state.decided;
    this.builtConcurrently = state.builtConcurrently;
  }

  finishUp({ schema, steps, parsed, unclosed, missing }: ScriptResult): void {
    this.first &&= missing.length === 0;
    this.missingAtStart = missing;
    this.tracking ??= trackingTableOf(this.history, steps);
    this.after = schema;
    this.steps = steps;
    this.problems = problemsOf(this.migration.up, parsed);
    this.unclosed.up = unclosed;
    this.comments.up = parsed.comments;
  }

  finishDown({ schema, steps, parsed, unclosed }: ScriptResult): void {
    this.#afterDown = schema;
    this.downSteps = steps;
    this.downProblems = problemsOf(this.migration.down ?? this.migration.up, parsed);
    this.unclosed.down = unclosed;
    this.comments.down = parsed.comments;
  }

  // Rules take the questions apart from the scope, so they are closures.
  differences = (): readonly Difference[] => diff(this.before, this.after);

  rollbackDifference = (): readonly Difference[] | undefined =>
    this.#afterDown === undefined ? undefined : diff(this.before, this.#afterDown, this.after);

  rollbackLosses = (): ReturnType<MigrationScope["rollbackLosses"]> => rollbackLosses(this);

  readable = (): boolean =>
    ![...this.steps, ...this.downSteps].some(
      ({ operation: { kind, conditional } }) =>
        kind === "unknown" ||
        kind === "executeDynamic" ||
        (conditional === true && !changesNoSchema.has(kind)),
    );

  changes = (): readonly Step[] => changesIn(this.steps);

  changeGroups = (): ReturnType<MigrationScope["changeGroups"]> => changeGroups(this);

  leavesHalf = (): boolean => {
    const alone = changesIn(this.steps).filter(
      ({ inBody, transaction: { kind } }) => !inBody && (kind === "none" || kind === "unknown"),
    );
    const statements = new Set(alone.map(({ statement }) => statement));
    return (
      statements.size > 1 && alone.some(({ effects }) => !effects.inTransaction || effects.commits === true)
    );
  };

  headerField = (names: string): HeaderField | undefined => findField(this.#fields(), names);

  saysWhy = (): boolean => saysWhy(this.migration.up, this.#fields(), this.comments.up);

  #fields(): readonly HeaderField[] {
    return (this.#header ??= headerFields(this.migration.up, this.steps[0]?.statement.span.start));
  }

  nameFaults: MigrationScope["nameFaults"] = (style) =>
    nameFaults(this.migration, this.history, style, this.#now);

  isTracking = (table: QualifiedName | Key): boolean => {
    const key = typeof table === "string" ? table : this.after.resolve(table);
    const { trackingTables } = this.history;
    return key === this.tracking || trackingTables.some((name) => key === name || key === `public.${name}`);
  };

  trackingFaults: MigrationScope["trackingFaults"] = (table) => {
    const key =
      table === undefined
        ? this.tracking
        : this.after.resolve({ name: table, text: table, span: { start: 0, end: 0 } });
    return key === undefined || this.history.tool !== "raw" ? [] : trackingFaults(this, key);
  };

  emptyOnPurpose = (): boolean => emptyOnPurpose(this.migration, this.comments.up);

  secrets = (): ReturnType<MigrationScope["secrets"]> =>
    [this.migration.up, ...(this.migration.down ? [this.migration.down] : [])].flatMap(
      ({ path, text, part }) =>
        findSecrets(text, part).map(({ what, span }) => ({ what, at: { path, span } })),
    );

  startOf = startOf;

  created = (): ReturnType<MigrationScope["created"]> => {
    const isMoved = this.steps.some(({ operation: { kind } }) => moves.has(kind));
    const moved = isMoved ? [...this.after.relations()].filter(({ kind }) => kind === "table") : [];
    const found = new Map<string, ReturnType<MigrationScope["created"]>[number]>();
    for (const step of this.steps) {
      const { operation, after, statement } = step;
      if (operation.kind !== "createTable" || step.skipped) continue;
      const isOwn = ({ origin }: Relation): boolean =>
        origin?.migration === this.migration.index && origin.span.start === statement.span.start;
      const still = this.after.relation(after.resolve(operation.table));
      const table = still.is === "present" && isOwn(still.value) ? still.value : moved.find(isOwn);
      if (table !== undefined && !found.has(table.key)) found.set(table.key, { table, step });
    }
    return [...found.values()];
  };
}

/** A table that got another name or schema is found by where it comes from. */
const moves: ReadonlySet<OperationKind> = new Set(["renameTable", "setTableSchema"]);

/** The first statement's place; the start of the section where there is none. */
export function startOf({ path, text, part }: Script): { readonly path: string; readonly span: Span } {
  const from = skipComments(text, part);
  const line = text.slice(from, part.end).search(/[\r\n]|$/);
  return { path, span: { start: from, end: from + line } };
}

/** Offset of the first thing in the section that is neither blank nor a comment; its start if there is none. */
function skipComments(text: string, part: Span): number {
  let at = part.start;
  while (at < part.end) {
    const rest = text.slice(at, at + 2);
    if (/^[\s\uFEFF]/.test(rest)) at++;
    else if (rest === "--") at = endOf(text, "\n", at, part.end);
    else if (rest === "/*") at = endOf(text, "*/", at + 2, part.end);
    else return at;
  }
  return part.start;
}

function endOf(text: string, mark: string, from: number, limit: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 || found >= limit ? limit : found + mark.length;
}
