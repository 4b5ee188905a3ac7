import { withoutNew, type Effects } from "../effects/effects.ts";
import { effectsOn } from "../effects/index.ts";
import { quoteIdentifier, type Key, type QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { Script } from "../project/migration.ts";
import type { Failure } from "../schema/failure.ts";
import type { Schema } from "../schema/schema.ts";
import type { Statement } from "../sql/front-end.ts";
import { isBounded } from "./bounds.ts";
import { changeQuestions } from "./change-questions.ts";
import { firstOfRelease } from "./pending.ts";
import type { Fills } from "./fills.ts";
import { findDeprecation, isArchiveName, type DeprecationMark } from "./deprecation.ts";
import { usedBeforeCommit } from "./enum-use.ts";
import {
  constrainedDomain,
  goesOnToAlter,
  heldExplicitly,
  joinsBefore,
  refusesConcurrently,
  treeOf,
} from "./locking.ts";
import { givenNames, shortenedName } from "./given-names.ts";
import { meant } from "./meant.ts";
import { matchesGlob, noStats, sizeOf, type ReplayFacts } from "./facts.ts";
import { dependentsKnown, dependentsOfDropped, droppedObject } from "./dropped.ts";
import { placeStep } from "./neighbours.ts";
import {
  constraintAddedBy,
  coveringIndex,
  indexedBy,
  indexMade,
  isAdded,
  isReplaced,
  renamedHere,
  leavesNull,
} from "./questions.ts";
import { settingStays } from "./settings.ts";
import type { Direction, MigrationScope, Step, Transaction } from "./step.ts";
import { securityQuestions } from "./security-questions.ts";
import { writtenTypes } from "./written-types.ts";

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
  /** All steps of the script, filled while it is replayed; this one will be number `at`. */
  readonly steps: readonly Step[];
  readonly at: number;
}

/** Tests whether a relation is new: created in migration number `migration`, and no rows loaded since; or temporary. */
export function newRelations(schema: Schema, migration: number): (key: Key) => boolean {
  return (key) => {
    const found = schema.relation(key);
    if (found.is !== "present") return false;
    // Nobody else sees a temporary table.
    return found.value.temporary || (found.value.origin?.migration === migration && !found.value.loaded);
  };
}

export function makeStep(parts: StepParts): Step {
  const { before, scope, facts, operation } = parts;
  const key = (name: QualifiedName | Key): Key => (typeof name === "string" ? name : before.resolve(name));
  const old = withoutNew(parts.effects, parts.skipped ? () => true : parts.isNew);
  // An empty table has no rows whose keys would be looked up in the referenced one.
  const isEmpty = operation.kind === "addForeignKey" && parts.isNew(key(operation.table));
  const effects = isEmpty ? { ...old, scans: [] } : old;

  const step: Step = {
    operation,
    statement: parts.statement,
    migration: scope,
    script: parts.script,
    direction: parts.direction,
    before,
    after: parts.after,
    transaction: parts.transaction,
    effects,
    skipped: parts.skipped,
    failures: parts.failures,
    createdHere(table) {
      const found = before.relation(key(table));
      if (found.is !== "present") return "unknown";
      return parts.isNew(key(table)) ? "yes" : "no";
    },
    madeHere(table) {
      const found = before.relation(key(table));
      return found.is === "present" && found.value.origin?.migration === scope.migration.index;
    },
    createdPending(table, column) {
      const first = firstOfRelease(scope, facts);
      const relation = before.relation(key(table));
      if (relation.is !== "present") return "unknown";
      if (relation.value.origin !== undefined && relation.value.origin.migration >= first) return "yes";
      const found = column === undefined ? undefined : before.column(key(table), column);
      if (found === undefined || found.is === "absent") return "no";
      if (found.is === "unknown") return "unknown";
      return isAdded(found.value) && found.value.origin.migration >= first ? "yes" : "no";
    },
    isHere: (origin) => origin?.migration === scope.migration.index,
    inBody: parts.statement.kind === "DoStmt" || operation.called === true,
    bounded: () => isBounded(operation, parts.together, before),
    replaced: () => isReplaced(step),
    renamedHere: (table, column) => renamedHere(step, key(table), column),
    archives: () => "to" in operation && typeof operation.to === "object" && isArchiveName(operation.to.text),
    droppedObject: () => droppedObject(operation),
    dependentsOfDropped: () => dependentsOfDropped(step),
    dependentsKnown: () => dependentsKnown(step),
    indexMade: (schema) => indexMade(step, schema),
    covering: coveringIndex,
    indexedBy,
    addedBy: () => constraintAddedBy(step),
    refusesNotValid: () =>
      operation.kind === "addForeignKey" &&
      effectsOn("postgres", { ...operation, notValid: true }, before, {
        version: facts.serverVersion,
        setting: parts.setting,
      }).fails !== undefined,
    refusesConcurrently: () =>
      refusesConcurrently(operation, before, { version: facts.serverVersion, setting: parts.setting }),
    treeOf: (table) => treeOf(before, table),
    constrainedDomain: () =>
      operation.kind === "addColumn" ? constrainedDomain(before, operation.column.type) : undefined,
    heldExplicitly: (...tables) => heldExplicitly(parts.transaction.held, tables),
    goesOnToAlter: (table) => goesOnToAlter(step, key(table)),
    joinsBefore: () => joinsBefore(step),
    usedBeforeCommit: () => usedBeforeCommit(step, facts.serverVersion),
    settingStays: () => settingStays(step),
    free(settings) {
      const setting = (name: string): string | undefined => settings[name] ?? parts.setting(name);
      const { scans, rewrites, rebuilds } = effectsOn("postgres", operation, before, {
        version: facts.serverVersion,
        setting,
      });
      return scans.length + rewrites.length + rebuilds.length === 0;
    },
    leavesNull: () => leavesNull(operation, parts.statement),
    statementLocks: () =>
      parts.steps.slice(...sameStatement(parts.steps, parts.at)).flatMap(({ effects: { locks } }) => locks),
    lockOn: (table) => effects.locks.find((lock) => lock.relation === key(table))?.mode,
    rewrites: (table) => effects.rewrites.includes(key(table)),
    scans: (table) => effects.scans.includes(key(table)),
    setting: parts.setting,
    lockTimeout(longest) {
      const value = parts.setting("lock_timeout") ?? facts.lockTimeout;
      if (value === undefined || /^default$|^$/i.test(value)) return "unset";
      const time = milliseconds(value);
      if (time === 0) return "unset";
      const most = longest === undefined || longest === "" ? undefined : milliseconds(longest);
      return time !== undefined && most !== undefined && time > most ? "too long" : "set";
    },
    dependents: (table, column) => before.dependents({ table: key(table), column }),
    meant: (failure) => meant(failure, before),
    deprecation: (table, column) =>
      findDeprecation(before, parts.marks, scope.migration.index, table, column),
    givenNames: () => givenNames(step),
    shortenedName: () => shortenedName(step),
    writtenTypes: () => writtenTypes(step),
    earlier: () => parts.steps.slice(0, parts.at),
    later: () => parts.steps.slice(parts.at + 1),
    show: (relation, column) =>
      show(typeof relation === "string" ? quoted(relation) : relation.text) +
      (column === undefined ? "" : `.${quoteIdentifier(column)}`),
    size(table) {
      const name = key(table);
      const entry = Object.entries(facts.tables).find(
        ([pattern]) => matchesGlob(pattern, name) || matchesGlob(pattern, show(name)),
      );
      if (entry !== undefined) return entry[1];
      const stats = facts.stats?.get(name);
      return stats === undefined ? "unknown" : sizeOf(stats);
    },
    stats: facts.stats === undefined ? noStats : (table) => facts.stats?.get(key(table)),
    ...changeQuestions(() => step, facts, parts.fills),
    ...securityQuestions(() => step, facts),
  };
  placeStep(step, parts.steps, parts.at);
  return step;
}

/** Where the steps of the statement of step number `at` begin and end. */
function sameStatement(steps: readonly Step[], at: number): [start: number, end: number] {
  const statement = steps[at]?.statement;
  let [start, end] = [at, at];
  while (start > 0 && steps[start - 1]?.statement === statement) start--;
  while (end < steps.length && steps[end]?.statement === statement) end++;
  return [start, end];
}

const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1e3, min: 6e4, h: 36e5, d: 864e5 };

/** A time as settings have it, `2s` or `2000`; undefined: unreadable, such as a placeholder. */
function milliseconds(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d*)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(text);
  return match ? Number(match[1]) * (units[match[2] ?? "ms"] ?? 1) : undefined;
}

/** A key as SQL spells it. */
const quoted = (name: Key): string => {
  const dot = name.indexOf(".");
  return dot < 0 ? name : `${quoteIdentifier(name.slice(0, dot))}.${quoteIdentifier(name.slice(dot + 1))}`;
};

const show = (name: string): string => (name.startsWith("public.") ? name.slice("public.".length) : name);
