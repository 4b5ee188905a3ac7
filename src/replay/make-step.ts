import type { DialectFamily } from "../model/dialect.ts";
import { withoutNew, type Effects } from "../effects/effects.ts";
import type { Key, QualifiedName } from "../model/names.ts";
import { changed, tableOf } from "../model/kinds.ts";
import type { Operation } from "../model/operation.ts";
import type { Script } from "../project/migration.ts";
import type { Failure } from "../schema/failure.ts";
import type { Relation } from "../schema/model.ts";
import { displayName, splitKey } from "../schema/dependents.ts";
import type { Schema } from "../schema/schema.ts";
import type { Statement } from "../sql/front-end.ts";
import { isBounded } from "./questions/values/bounds.ts";
import { changeAnswers } from "./questions/change.ts";
import { existsGuard, isGuarded } from "./questions/dependents/exists-guard.ts";
import { releaseOf } from "./pending.ts";
import type { Fills } from "./questions/values/fills.ts";
import { findDeprecation, isArchiveName, type DeprecationMark } from "./questions/dependents/deprecation.ts";
import { usedBeforeCommit } from "./questions/values/enum-use.ts";
import {
  constrainedDomain,
  goesOnToAlter,
  heldExplicitly,
  joinsBefore,
  refusesConcurrently,
  treeOf,
} from "./questions/locking.ts";
import { givenNames, shortenedName, type GivenName } from "./questions/names/given-names.ts";
import { didYouMean } from "./questions/names/did-you-mean.ts";
import type { RowVersions } from "./questions/mysql/row-versions.ts";
import { joinsBeforeInMysql } from "./questions/mysql/merging.ts";
import { mysqlAnswers } from "./questions/mysql/questions.ts";
import { lockWait, metadataLock } from "./questions/mysql/metadata-locks.ts";
import { matchesGlob, noStats, sizeOf, type ReplayFacts } from "./replay-facts.ts";
import {
  dependentsKnown,
  dependentsOfDropped,
  droppedObject,
  dropsLater,
} from "./questions/dependents/dropped.ts";
import type { ScriptSteps } from "./script-steps.ts";
import {
  constraintAddedBy,
  coveringIndex,
  indexedBy,
  indexMade,
  isAdded,
  isReplaced,
  renamedHere,
  leavesNull,
} from "./questions/surroundings.ts";
import { settingStays } from "./questions/settings.ts";
import { spellColumn, spellName } from "./questions/names/spelling.ts";
import type { Direction, MigrationScope, Step, Transaction } from "./step.ts";
import { securityAnswers } from "./questions/security.ts";
import { writtenTypes } from "./questions/values/written-types.ts";
import { dictionary } from "../text/dictionary.ts";

export interface StepParts {
  readonly operation: Operation;
  readonly statement: Statement;
  /** All operations of the statement, those of called functions included. */
  readonly together: readonly Operation[];
  readonly scope: MigrationScope;
  readonly script: Script;
  readonly direction: Direction;
  readonly before: Schema;
  readonly after: Schema;
  readonly skipped: boolean;
  readonly failures: readonly Failure[];
  readonly transaction: Transaction;
  readonly effects: Effects;
  readonly isNew: (key: Key) => boolean;
  readonly setting: (name: string) => string | undefined;
  readonly facts: ReplayFacts;
  readonly marks: readonly DeprecationMark[];
  /** Columns that earlier migrations have filled. */
  readonly fills: Fills;
  /** Of MySQL tables, before this migration. */
  readonly rowVersions: RowVersions;
  /** All steps of the script; this one will be number `at`. */
  readonly steps: ScriptSteps;
  readonly at: number;
  /** Answers that several rules ask for. */
  readonly known: { givenNames?: readonly GivenName[] };
}

/**
 * Tests whether a relation is new: created in this change, and no rows loaded since; or nobody else can see it yet; or
 * temporary.
 */
export function newRelations(
  schema: Schema,
  isOfChange: (migration: number) => boolean,
  isUnseen: (relation: Relation) => boolean,
): (key: Key) => boolean {
  return (key) => {
    const found = schema.relation(key);
    if (found.is !== "present") return false;
    const { temporary, origin, loaded } = found.value;
    // Nobody else sees a temporary table.
    if (temporary) return true;
    if (origin !== undefined && isOfChange(origin.migration) && !loaded) return true;
    return isUnseen(found.value);
  };
}

/** A migration by its number is this one, or another part of the same change. */
export function changeOf({ migration, history }: MigrationScope): (index: number) => boolean {
  const { index, partOf } = migration;
  return (other) => other === index || (partOf !== undefined && history.migrations[other]?.partOf === partOf);
}

/** Whatever a `Step` answers, made for the one who asks: most questions of most steps are never asked. */
export type Answers<Questions> = {
  readonly [Question in keyof Questions]: (step: Step, parts: StepParts) => Questions[Question];
};

type StepFacts = Pick<
  Step,
  | "operation"
  | "statement"
  | "scope"
  | "script"
  | "direction"
  | "before"
  | "after"
  | "transaction"
  | "effects"
  | "skipped"
  | "failures"
  | "refused"
>;

const keyIn = (before: Schema, name: QualifiedName | Key): Key =>
  typeof name === "string" ? name : before.resolve(name);

const answers: Answers<Omit<Step, keyof StepFacts>> = {
  table: ({ operation }) => tableOf(operation),
  changes: ({ operation }) => changed(operation),
  waitsForRunner:
    ({ operation, scope: { builtConcurrently, history } }) =>
    () =>
      operation.kind === "createIndex" && operation.concurrently && !builtConcurrently
        ? history.besideTransaction
        : undefined,
  createdHere:
    ({ before }, { isNew }) =>
    (table) => {
      const key = keyIn(before, table);
      if (before.relation(key).is !== "present") return "unknown";
      return isNew(key) ? "yes" : "no";
    },
  madeHere:
    ({ before, scope: { migration } }) =>
    (table) => {
      const found = before.relation(keyIn(before, table));
      return found.is === "present" && found.value.origin?.migration === migration.index;
    },
  createdPending:
    ({ before, scope }, { facts }) =>
    (table, column) => {
      const inRelease = releaseOf(scope, facts);
      const key = keyIn(before, table);
      const relation = before.relation(key);
      if (relation.is !== "present") return "unknown";
      const { origin, maybeOlder } = relation.value;
      if (origin !== undefined && inRelease(origin.migration)) return maybeOlder === true ? "unknown" : "yes";
      const found = column === undefined ? undefined : before.column(key, column);
      if (found === undefined || found.is === "absent") return "no";
      if (found.is === "unknown") return "unknown";
      return isAdded(found.value) && inRelease(found.value.origin.migration) ? "yes" : "no";
    },
  isHere: (step) => (origin) => origin?.migration === step.scope.migration.index,
  inBody: ({ statement, operation }) => statement.kind === "DoStmt" || operation.called === true,
  bounded:
    ({ operation, before }, { together }) =>
    () =>
      isBounded(operation, together, before),
  replaced: (step) => () => isReplaced(step),
  renamedHere: (step) => (table, column) => renamedHere(step, keyIn(step.before, table), column),
  archives:
    ({ operation }) =>
    () =>
      "to" in operation && typeof operation.to === "object" && isArchiveName(operation.to.text),
  droppedObject: (step) => () => droppedObject(step.operation, step.before),
  dependentsOfDropped: (step) => () => dependentsOfDropped(step),
  dependentsKnown: (step) => () => dependentsKnown(step),
  dropsLater: (step) => (dependent) => dropsLater(step, dependent),
  indexMade: (step) => (schema) => indexMade(step, schema),
  covering: () => coveringIndex,
  indexedBy: () => indexedBy,
  addedBy: (step) => () => constraintAddedBy(step),
  refusesNotValid:
    ({ operation, before }, parts) =>
    () =>
      operation.kind === "addForeignKey" &&
      parts.scope.dialect.effects.of({ ...operation, notValid: true }, before, serverOf(parts)).fails !==
        undefined,
  refusesConcurrently:
    ({ operation, before }, parts) =>
    () =>
      refusesConcurrently(operation, before, parts.scope.dialect, serverOf(parts)),
  treeOf:
    ({ before }) =>
    (table) =>
      treeOf(before, table),
  constrainedDomain:
    ({ operation, before }) =>
    () =>
      operation.kind === "addColumn" ? constrainedDomain(before, operation.column.type) : undefined,
  heldExplicitly:
    ({ transaction }) =>
    (...tables) =>
      heldExplicitly(transaction.held, tables),
  goesOnToAlter: (step) => (table) => goesOnToAlter(step, keyIn(step.before, table)),
  joinsBefore: (step) => () => joins[step.before.family](step),
  usedBeforeCommit:
    (step, { facts }) =>
    () =>
      usedBeforeCommit(step, facts.serverVersion),
  settingStays: (step) => () => settingStays(step),
  free:
    ({ operation, before }, parts) =>
    (settings) => {
      const setting = (name: string): string | undefined => settings[name] ?? parts.setting(name);
      const server = { ...serverOf(parts), setting };
      const { scans, rewrites, rebuilds } = parts.scope.dialect.effects.of(operation, before, server);
      return scans.length + rewrites.length + rebuilds.length === 0;
    },
  leavesNull:
    (step, { facts }) =>
    () =>
      leavesNull(step, facts.release ?? []),
  metadataLock: (step) => () => metadataLock(step),
  statementLocks:
    (_, { steps: { all }, at }) =>
    () =>
      all.slice(...sameStatement(all, at)).flatMap(({ effects: { locks } }) => locks),
  lockOn:
    ({ before, effects }) =>
    (table) => {
      const key = keyIn(before, table);
      return effects.locks.find(({ relation }) => relation === key)?.mode;
    },
  rewrites:
    ({ before, effects }) =>
    (table) =>
      effects.rewrites.includes(keyIn(before, table)),
  scans:
    ({ before, effects }) =>
    (table) =>
      effects.scans.includes(keyIn(before, table)),
  setting: (_, { setting }) => setting,
  lockTimeout:
    ({ operation, before }, { setting, facts }) =>
    (longest) => {
      if (!before.dialect.locksTables) {
        const seconds = lockWait(operation, setting("lock_wait_timeout") ?? facts.lockTimeout);
        if (seconds === undefined) return "unset";
        const most = longest === undefined || longest === "" ? undefined : lockWait(operation, longest);
        return most !== undefined && seconds > most ? "too long" : "set";
      }
      const value = setting("lock_timeout") ?? facts.lockTimeout;
      if (value === undefined || /^default$|^$/i.test(value)) return "unset";
      const time = milliseconds(value);
      if (time === 0) return "unset";
      const most = longest === undefined || longest === "" ? undefined : milliseconds(longest);
      return time !== undefined && most !== undefined && time > most ? "too long" : "set";
    },
  dependents:
    ({ before }) =>
    (table, column) =>
      before.dependents({ table: keyIn(before, table), column }),
  meant:
    ({ before }) =>
    (failure) =>
      didYouMean(failure, before),
  deprecation:
    ({ before, scope: { migration } }, { marks }) =>
    (table, column) =>
      findDeprecation(before, marks, migration.index, table, column),
  givenNames:
    (step, { known }) =>
    () =>
      (known.givenNames ??= givenNames(step)),
  shortenedName: (step) => () => shortenedName(step),
  writtenTypes: (step) => () => writtenTypes(step),
  existsGuard: (step) => () => existsGuard(step),
  guarded: ({ operation }) => isGuarded(operation),
  earlier:
    (_, { steps: { all }, at }) =>
    () =>
      all.slice(0, at),
  later:
    (_, { steps: { all }, at }) =>
    () =>
      all.slice(at + 1),
  neighbours:
    (_, { steps, at }) =>
    (side, ...kinds) =>
      steps.neighbours(at, side, kinds),
  show: (step) => (relation, column) => {
    const table =
      typeof relation === "string" ? displayName(step.before, ...splitKey(relation)) : show(relation.text);
    return table + (column === undefined ? "" : `.${spellColumn(step, relation, column)}`);
  },
  spell: (step) => (name) => spellName(step, name),
  size:
    ({ before }, { facts }) =>
    (table) => {
      const name = keyIn(before, table);
      const entry = Object.entries(facts.tables).find(
        ([pattern]) => matchesGlob(pattern, name) || matchesGlob(pattern, show(name)),
      );
      if (entry !== undefined) return entry[1];
      const stats = facts.stats?.get(name);
      return stats === undefined ? "unknown" : sizeOf(stats);
    },
  stats: ({ before }, { facts: { stats } }) =>
    stats === undefined ? noStats : (table) => stats.get(keyIn(before, table)),
  ...changeAnswers,
  ...securityAnswers,
  ...mysqlAnswers,
};

const serverOf = ({ facts, setting }: StepParts) => ({ version: facts.serverVersion, setting });

const joins: Readonly<Record<DialectFamily, typeof joinsBefore>> = {
  postgres: joinsBefore,
  mysql: joinsBeforeInMysql,
};

class AnsweringStep implements StepFacts {
  readonly operation;
  readonly statement;
  readonly scope;
  readonly script;
  readonly direction;
  readonly before;
  readonly after;
  readonly transaction;
  readonly effects;
  readonly skipped;
  readonly failures;
  readonly refused;
  readonly #parts: StepParts;

  constructor(parts: StepParts, effects: Effects) {
    this.operation = parts.operation;
    this.statement = parts.statement;
    this.scope = parts.scope;
    this.script = parts.script;
    this.direction = parts.direction;
    this.before = parts.before;
    this.after = parts.after;
    this.transaction = parts.transaction;
    this.effects = effects;
    this.skipped = parts.skipped;
    this.failures = parts.failures;
    this.refused = parts.failures.length > 0 || effects.fails !== undefined;
    this.#parts = parts;
  }

  static {
    for (const [question, answer] of Object.entries(answers)) {
      Object.defineProperty(this.prototype, question, {
        get(this: AnsweringStep) {
          return answer(this as unknown as Step, this.#parts);
        },
      });
    }
  }
}

export function makeStep(parts: StepParts): Step {
  const { before, operation } = parts;
  const old = withoutNew(parts.effects, parts.skipped ? () => true : parts.isNew);
  // An empty table has no rows whose keys would be looked up in the referenced one.
  const table = operation.kind === "addForeignKey" ? before.relation(operation.table) : undefined;
  const isEmpty = table?.is === "present" && !table.value.loaded && parts.isNew(table.value.key);
  const effects = isEmpty ? { ...old, scans: [] } : old;
  // Its prototype has a getter for each question.
  return new AnsweringStep(parts, effects) as unknown as Step;
}

/** Where the steps of the statement of step number `at` begin and end. */
function sameStatement(steps: readonly Step[], at: number): [start: number, end: number] {
  const statement = steps[at]?.statement;
  let [start, end] = [at, at];
  while (start > 0 && steps[start - 1]?.statement === statement) start--;
  while (end < steps.length && steps[end]?.statement === statement) end++;
  return [start, end];
}

const units: Readonly<Record<string, number>> = dictionary({
  us: 0.001,
  ms: 1,
  s: 1e3,
  min: 6e4,
  h: 36e5,
  d: 864e5,
});

/** A time as settings have it, `2s` or `2000`; undefined: unreadable, such as a placeholder. */
function milliseconds(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d*)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(text);
  return match ? Number(match[1]) * (units[match[2] ?? "ms"] ?? 1) : undefined;
}

const show = (name: string): string => (name.startsWith("public.") ? name.slice("public.".length) : name);
