/** A migration with its steps, as rules ask about it. */
import type { EffectsDialect } from "../effects/index.ts";
import type { Key, QualifiedName } from "../model/names.ts";
import { changed } from "../model/kinds.ts";
import type { OperationKind } from "../model/operation.ts";
import { statusOf } from "../project/git/changes.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import { indexInvolves } from "../schema/dependents.ts";
import { diff } from "../schema/diff.ts";
import type { Difference, Origin, Relation } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { ParsedText } from "../sql/front-end.ts";
import type { Span } from "../text/span.ts";
import {
  collectionDifferences,
  collectionsAfter,
  isVague,
  renamesLeft,
  type Collections,
} from "./questions/documents/collections.ts";
import { appliedSteps } from "./questions/migration/applied.ts";
import { changeGroups, changesIn, changesLeftBefore } from "./questions/migration/changes.ts";
import { copyOf, isRefusedCopy } from "./questions/migration/copied.ts";
import { madeAgain, type MadeAgain } from "./questions/migration/made-again.ts";
import { problemsOf, sentMark } from "./questions/migration/delimiter.ts";
import type { DeprecationMark } from "./questions/dependents/deprecation.ts";
import { emptyUpOnPurpose, saysWhyEmpty } from "./questions/migration/empty.ts";
import type { Clock, ReplayFacts } from "./replay-facts.ts";
import { leavesNothingToUndo } from "./questions/migration/nothing-to-undo.ts";
import { nameFaults } from "./questions/migration/file-names.ts";
import { headerFaults } from "./questions/migration/header-faults.ts";
import {
  findField,
  headerFields,
  placeholdersIn,
  saysWhy,
  type HeaderField,
} from "./questions/migration/header.ts";
import { madeBefore } from "./questions/rollback/made-before.ts";
import { goneWithExtension } from "./questions/rollback/with-extension.ts";
import { deprecatedRequired } from "./questions/migration/deprecated-required.ts";
import { leftUndone } from "./questions/migration/left-undone.ts";
import { secretAt, writtenPasswords } from "./questions/migration/passwords.ts";
import { isPending } from "./pending.ts";
import { leftOver } from "./questions/rollback/left-over.ts";
import { rollbackDemands } from "./questions/rollback/demands.ts";
import { rollbackHabit, seldomExplains } from "./questions/migration/rollback-habit.ts";
import { isExposed } from "./questions/security/exposed.ts";
import { keysWithDeleted } from "./questions/indexes/keys-with-deleted.ts";
import { openTenantTables } from "./questions/security/tenant-tables.ts";
import { rollbackDropsNew, rollbackLosses } from "./questions/rollback/losses.ts";
import { isNotLostBefore } from "./questions/rollback/lost-before.ts";
import { isNotRefused } from "./questions/rollback/not-refused.ts";
import { stoppedBy } from "./questions/rollback/stopped.ts";
import { isNotTakenOver } from "./questions/rollback/taken-over.ts";
import { isSure, isUnsure } from "./questions/rollback/unsure.ts";
import { isTakenAway } from "./questions/migration/compared-secrets.ts";
import {
  besideCode,
  findSecrets,
  isInTrialFolder,
  saysForTrials,
  type Secret,
} from "./questions/migration/secrets.ts";
import { passwordsOfAccounts } from "./questions/values/written-passwords.ts";
import type { Batch, ReplayState } from "./state.ts";
import type { Direction, MigrationScope, Place, Step } from "./step.ts";
import { trackingFaults, trackingTableOf } from "./questions/migration/tracking.ts";

/** One script, replayed. */
export interface ScriptResult {
  readonly schema: Schema;
  readonly steps: readonly Step[];
  readonly parsed: ParsedText;
  readonly unclosed: Span | undefined;
  readonly batch: Batch | undefined;
  readonly touchesTables: boolean;
  /** Tables that it uses and nothing before created, while it isn't decided whether the history is closed. */
  readonly missing: MigrationScope["missingAtStart"];
  readonly marks: readonly DeprecationMark[];
  /** Bugs of ours, each of which cost a statement. */
  readonly errors: readonly unknown[];
}

export class ReplayedMigration implements MigrationScope {
  readonly history: History;
  readonly dialect: EffectsDialect;
  readonly migration: Migration;
  /** What it was replayed with: it can be replayed otherwise. */
  readonly start: ReplayState;
  readonly facts: ReplayFacts;
  readonly before: Schema;
  readonly pending: boolean;
  readonly firstPending: number;
  readonly builtConcurrently: boolean;
  readonly brokenAt: number | undefined;
  after: Schema;
  steps: readonly Step[] = [];
  downSteps: readonly Step[] = [];
  problems: MigrationScope["problems"] = [];
  downProblems: MigrationScope["problems"] = [];
  unclosed: { up?: Span | undefined; down?: Span | undefined } = {};
  /** What was read of its scripts; undefined: the script wasn't. */
  parsed: { readonly up?: ParsedText | undefined; readonly down?: ParsedText | undefined } = {};
  first: boolean;
  missingAtStart: MigrationScope["missingAtStart"] = [];
  readonly errors: unknown[] = [];
  tracking: Key | undefined;
  /** The transaction that it leaves open for the next pending migration. */
  batch: Batch | undefined;
  /** Of its own comments and statements. */
  #marks: readonly DeprecationMark[] = [];
  #madeAgain: { readonly of: readonly Step[]; readonly found: MadeAgain | undefined } | undefined;
  #afterDown: Schema | undefined;
  readonly #clock: Clock;
  readonly #collections: Collections;
  readonly #headers: Partial<Record<Direction, readonly HeaderField[]>> = {};

  constructor(
    history: History,
    dialect: EffectsDialect,
    migration: Migration,
    state: ReplayState,
    facts: ReplayFacts,
  ) {
    this.dialect = dialect;
    this.tracking = state.tracking;
    this.#clock = { now: facts.now, onAhead: facts.onAhead };
    this.history = history;
    this.migration = migration;
    this.start = state;
    this.facts = facts;
    this.before = state.schema;
    this.#collections = state.collections;
    this.after = state.schema;
    this.pending = isPending(history, migration, state.firstPending !== undefined, facts);
    this.firstPending = state.firstPending ?? migration.index;
    this.first = !state.decided;
    this.builtConcurrently = state.builtConcurrently;
    this.brokenAt = state.brokenAt;
  }

  finishUp({ schema, steps, parsed, unclosed, missing, errors, batch, marks }: ScriptResult): void {
    this.#marks = marks;
    this.batch = batch;
    this.errors.push(...errors);
    this.first &&= missing.length === 0;
    this.missingAtStart = missing;
    this.tracking ??= trackingTableOf(this.history, steps);
    this.after = schema;
    this.steps = steps;
    this.problems = problemsOf(this.migration.up, parsed);
    this.unclosed.up = unclosed;
  }

  finishDown({ schema, steps, parsed, unclosed, errors }: ScriptResult): void {
    this.errors.push(...errors);
    this.#afterDown = schema;
    this.downSteps = steps;
    this.downProblems = problemsOf(this.migration.down ?? this.migration.up, parsed);
    this.unclosed.down = unclosed;
  }

  get copyOf(): Migration | undefined {
    // Of a single statement, what it does again is said better.
    const [first] = this.steps;
    const isOfSeveral = this.steps.some(({ statement }) => statement !== first?.statement);
    return isOfSeveral ? copyOf(this.history, this.migration) : undefined;
  }

  get madeAgain(): MadeAgain | undefined {
    if (this.#madeAgain?.of !== this.steps) this.#madeAgain = { of: this.steps, found: madeAgain(this) };
    return this.#madeAgain.found;
  }

  baselineOf = ({ migration }: Origin): Migration | undefined => {
    const maker = this.history.migrations[migration];
    if (maker?.kind !== "baseline" || maker === this.migration) return undefined;
    const { changes } = this.facts;
    return changes === undefined || statusOf(changes, maker) === "added" ? maker : undefined;
  };

  get isRefusedCopy(): boolean {
    return isRefusedCopy(this.history, this.migration);
  }

  get comments(): MigrationScope["comments"] {
    return { up: this.parsed.up?.comments ?? [], down: this.parsed.down?.comments ?? [] };
  }

  // Rules take the questions apart from the scope, so they are closures.
  differences = (): readonly Difference[] => [
    ...diff(this.before, this.after),
    ...collectionDifferences(this.#collections, this.#collectionsAfterUp()),
  ];

  #collectionsAfterUp = (): Collections => collectionsAfter(this.#collections, this.steps);

  rollbackDifference = (): readonly Difference[] | undefined =>
    this.#afterDown === undefined
      ? undefined
      : [
          ...[...diff(this.before, this.#afterDown, this.after), ...leftOver(this, this.#afterDown)]
            .filter((one, _, all) => !this.#isNameOfTool(one, all) && !this.#wasAskedFor(one))
            .map((one) => (this.#isLeftForNext(one) ? { ...one, harmless: true as const } : one)),
          ...collectionDifferences(
            this.#collections,
            collectionsAfter(this.#collectionsAfterUp(), this.downSteps),
            this.#collectionsAfterUp(),
          ),
          ...renamesLeft(this.steps, this.downSteps),
        ];

  /**
   * DROP TABLE or INDEX IF EXISTS of what the history doesn't make: some databases have it. And a table that the way back
   * drops without a schema: which one that means, the connection says.
   */
  #wasAskedFor({ change, text }: Difference): boolean {
    if (change !== "extra") return false;
    const isAsked = ({ operation, skipped, show }: Step): boolean =>
      skipped &&
      ((operation.kind === "dropTable" && text === `table ${show(operation.table)}`) ||
        (operation.kind === "dropIndex" && `${text} `.startsWith(`index ${operation.index.text} `)));
    const isMeant = ({ operation }: Step): boolean =>
      operation.kind === "dropTable" &&
      operation.table.schema === undefined &&
      text.startsWith("table ") &&
      text.endsWith(`.${operation.table.text}`);
    return this.steps.some(isAsked) || this.downSteps.some(isMeant);
  }

  /**
   * A schema, or an index that refuses nothing: IF NOT EXISTS lets the migration run again. And the index that MySQL makes for
   * a foreign key, and takes again for the next one.
   */
  #isLeftForNext({ change, object, text }: Difference): boolean {
    if (change !== "extra" || (object !== "schema" && object !== "index")) return false;
    return this.steps.some(({ operation, spell, after, show }) => {
      if (operation.kind === "addForeignKey")
        return after
          .indexesOn(operation.table)
          .some(
            ({ implicit, name }) =>
              implicit === true && text === `index ${spell(name)} of ${show(operation.table)}`,
          );
      if (operation.kind === "createSchema")
        return operation.ifNotExists && text === `schema ${spell(operation.schema)}`;
      if (operation.kind !== "createIndex" || operation.unique || !operation.ifNotExists) return false;
      const { name } = operation;
      return name !== undefined && text.replace(/^index (?:.*\.)?/, "") === spell(name.name);
    });
  }

  /** A tool that makes the way back gives constraints and indexes its own names; not those that go with a dropped column. */
  #isNameOfTool(one: Difference, all: readonly Difference[]): boolean {
    const { change, object } = one;
    const isDerived = this.migration.down?.code?.derived === true;
    if (!isDerived || change === "changed" || (object !== "constraint" && object !== "index")) return false;
    return (
      change === "extra" ||
      all.some((other) => other.object === object && other.change === "extra") ||
      this.#wentAlong(one) === undefined
    );
  }

  /** It has gone with its table, or with a column of it. */
  #wentAlong({ text }: Difference): Step | undefined {
    const [, path = ""] = text.split(" ");
    const name = path.slice(path.lastIndexOf(".") + 1);
    return this.steps.find(({ operation, before }) => {
      if (operation.kind !== "dropColumn" && operation.kind !== "dropTable") return false;
      const column = operation.kind === "dropColumn" ? operation.column.text : undefined;
      const found = before.relation(operation.table);
      const constraints = found.is === "present" ? found.value.constraints : [];
      return (
        before
          .indexesOn(operation.table)
          .some((own) => own.name === name && (column === undefined || indexInvolves(own, column))) ||
        constraints.some(
          (own) =>
            own.name === name && (column === undefined || ("columns" in own && own.columns.includes(column))),
        )
      );
    });
  }

  rollbackCause = (): ReturnType<MigrationScope["rollbackCause"]> => {
    const found = this.unreversed();
    const dropping = found.map((one) => this.#wentAlong(one));
    const [first] = dropping;
    if (this.migration.down?.code?.derived === true && first !== undefined && dropping.every(Boolean))
      return { how: "reversed", at: { path: first.script.path, span: first.operation.head } };
    if (found.length === 0) return undefined;
    return (
      goneWithExtension(this, found) ?? (this.differences().length > 0 ? undefined : madeBefore(this, found))
    );
  };

  deprecatedRequired = (): ReturnType<MigrationScope["deprecatedRequired"]> =>
    deprecatedRequired(this, this.#marks);

  leftUndone = (): ReturnType<MigrationScope["leftUndone"]> => leftUndone(this);

  rollbackLosses = (): ReturnType<MigrationScope["rollbackLosses"]> => rollbackLosses(this);

  rollbackDropsNew = (): ReturnType<MigrationScope["rollbackDropsNew"]> => rollbackDropsNew(this);

  rollbackDemands = (): ReturnType<MigrationScope["rollbackDemands"]> => rollbackDemands(this);

  readable = (): boolean =>
    this.#understood() && ![...this.steps, ...this.downSteps].some((step) => isUnsure(step));

  #understood = (): boolean =>
    ![...this.steps, ...this.downSteps].some(
      ({ operation }) => changed(operation) === "unknown" || isVague(operation),
    );

  unreversed = (): readonly Difference[] =>
    this.#understood()
      ? (this.rollbackDifference() ?? [])
          .filter(isSure(this))
          .filter(isNotLostBefore(this.steps))
          .filter(isNotTakenOver(this))
          .filter(isNotRefused(this))
      : [];

  stoppedBy = (): ReturnType<MigrationScope["stoppedBy"]> => stoppedBy(this, this.unreversed());

  applied = (): readonly Step[] => appliedSteps(this.steps, this.madeAgain?.statements);

  changes = (): readonly Step[] => changesIn(this.steps);

  changesLeftBefore = (step: Step): readonly Step[] => changesLeftBefore(this.changes(), step);

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

  leavesNothingToUndo = (): boolean => leavesNothingToUndo(this);

  rollbackHabit: MigrationScope["rollbackHabit"] = () => rollbackHabit(this);
  seldomExplains: MigrationScope["seldomExplains"] = () => seldomExplains(this);

  headerField: MigrationScope["headerField"] = (names, of = "up") => findField(this.#fields(of), names);

  headerPlaceholders: MigrationScope["headerPlaceholders"] = (of) => placeholdersIn(this.#fields(of));

  headerFaults: MigrationScope["headerFaults"] = (of) => {
    const script = of === "up" ? this.migration.up : this.migration.down;
    if (script === undefined) return [];
    return headerFaults(this.migration, this.history, script, this.#fields(of), this.#clock);
  };

  ownRollback = (): Script | undefined => {
    const { up, down } = this.migration;
    return down?.path === up.path ? undefined : down;
  };

  saysWhy = (): boolean =>
    saysWhy(this.migration.up, this.dialect.name, this.#fields("up"), this.comments.up);

  #fields(of: Direction): readonly HeaderField[] {
    const script = of === "up" ? this.migration.up : this.migration.down;
    if (script === undefined) return [];
    const steps = of === "up" ? this.steps : this.downSteps;
    return (this.#headers[of] ??= headerFields(script, this.dialect.name, steps[0]?.statement.span.start));
  }

  nameFaults: MigrationScope["nameFaults"] = (style) =>
    nameFaults(this.migration, this.history, style, this.#clock);

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
    return key === undefined || !this.history.handMade ? [] : trackingFaults(this, key);
  };

  emptyOnPurpose: MigrationScope["emptyOnPurpose"] = (direction) =>
    direction === "up"
      ? emptyUpOnPurpose(this.migration, this.comments.up)
      : saysWhyEmpty(this.migration.down, this.steps);

  isPlaceholder: MigrationScope["isPlaceholder"] = (name) =>
    [this.parsed.up, this.parsed.down].some((text) => text?.placeholders?.has(name) === true);

  secrets = (): ReturnType<MigrationScope["secrets"]> => [
    ...[this.migration.up, ...(this.migration.down ? [this.migration.down] : [])].flatMap((script) => {
      const found = findSecrets(script.text, script.part);
      const isGone = found.length === 0 ? undefined : isTakenAway(this, script.path, script.text);
      return found.flatMap((secret) =>
        isGone?.(secret) === true ? [] : placed(script, besideCode(script, secret)),
      );
    }),
    ...[...this.steps, ...this.downSteps].flatMap((step) =>
      passwordsOfAccounts(step).flatMap((secret) => placed(step.script, secret)),
    ),
  ];

  passwords = (): ReturnType<MigrationScope["passwords"]> =>
    writtenPasswords([...this.steps, ...this.downSteps]);

  isForTrials = (): boolean => {
    const { trial, up } = this.migration;
    return (
      trial === true || isInTrialFolder(up.path) || saysForTrials(up.text.slice(up.part.start, up.part.end))
    );
  };

  isBesideProduction = (): boolean => {
    if (this.migration.trial === true) return true;
    const [first] = this.history.migrations;
    return first !== undefined && !isInTrialFolder(first.up.path) && isInTrialFolder(this.migration.up.path);
  };

  sentMarks = (of: Direction): ReturnType<MigrationScope["sentMarks"]> => {
    const [script, parsed] = [this.migration[of], this.parsed[of]];
    return script === undefined || parsed === undefined ? [] : sentMark(script, parsed, this);
  };

  startOf = startOf;

  isExposed: MigrationScope["isExposed"] = (table) => isExposed(this, table);
  keysWithDeleted = (): ReturnType<MigrationScope["keysWithDeleted"]> => keysWithDeleted(this);

  openTenantTables = (): ReturnType<MigrationScope["openTenantTables"]> => openTenantTables(this);

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
      if (table === undefined || found.has(table.key)) continue;
      // IF NOT EXISTS: where it is made, it has what the statement says.
      const isWhole = table.complete || (table.maybeOlder !== undefined && operation.columns.length > 0);
      found.set(table.key, { table, step, isWhole });
    }
    return [...found.values()];
  };
}

/** A table that got another name or schema is found by where it comes from. */
const moves: ReadonlySet<OperationKind> = new Set(["renameTable", "setTableSchema"]);

/** Where something about a whole file is shown: at its first statement, or where its section starts. */
export function startOf({ path, text, part }: Script): Place {
  const from = skipComments(text, part);
  const line = text.slice(from, part.end).search(/[\r\n]|$/);
  return { path, span: { start: from, end: from + line }, wholeFile: true };
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

function placed(script: Script, { span, ...secret }: Secret): ReturnType<MigrationScope["secrets"]> {
  const at = secretAt(script, span);
  return at === undefined ? [] : [{ ...secret, at }];
}
