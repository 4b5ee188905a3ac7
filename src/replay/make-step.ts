import { withoutNew, type Effects } from "../effects/effects.ts";
import type { Key, QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { Script } from "../project/migration.ts";
import type { Failure } from "../schema/failure.ts";
import type { Tri } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { Statement } from "../sql/front-end.ts";
import { isBounded } from "./bounds.ts";
import { findDeprecation, type DeprecationMark } from "./deprecation.ts";
import { matchesGlob, type ReplayFacts } from "./facts.ts";
import {
  coveringIndex,
  dependentsOfDropped,
  droppedObject,
  indexedBy,
  indexMade,
  isAdded,
  isReplaced,
} from "./questions.ts";
import type { Direction, MigrationScope, Step, Transaction } from "./step.ts";

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
  /** All steps of the script, filled while it is replayed; this one will be number `at`. */
  readonly steps: readonly Step[];
  readonly at: number;
}

/** Tests whether a relation is new: created in migration number `migration`, and no rows loaded since. */
export function newRelations(schema: Schema, migration: number): (key: Key) => boolean {
  return (key) => {
    const found = schema.relation(key);
    return found.is === "present" && found.value.origin?.migration === migration && !found.value.loaded;
  };
}

export function makeStep(parts: StepParts): Step {
  const { before, scope, facts, operation } = parts;
  const key = (name: QualifiedName | Key): Key => (typeof name === "string" ? name : before.resolve(name));
  const effects = parts.skipped
    ? withoutNew(parts.effects, () => true)
    : withoutNew(parts.effects, parts.isNew);

  const createdSince = (table: QualifiedName | Key, first: number): Tri => {
    const found = before.relation(key(table));
    if (found.is !== "present") return "unknown";
    return found.value.origin !== undefined && found.value.origin.migration >= first && !found.value.loaded
      ? "yes"
      : "no";
  };

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
    createdHere: (table) => createdSince(table, scope.migration.index),
    madeHere(table) {
      const found = before.relation(key(table));
      return found.is === "present" && found.value.origin?.migration === scope.migration.index;
    },
    createdPending(table, column) {
      const first = firstPending(scope, facts);
      if (column === undefined) return createdSince(table, first);
      const found = before.column(key(table), column);
      return found.is !== "present"
        ? "unknown"
        : isAdded(found.value) && found.value.origin.migration >= first
          ? "yes"
          : "no";
    },
    isHere: (origin) => origin?.migration === scope.migration.index,
    inBody: bodies.has(parts.statement.kind),
    bounded: () => isBounded(operation, parts.together, before),
    replaced: () => isReplaced(step),
    droppedObject: () => droppedObject(operation),
    dependentsOfDropped: () => dependentsOfDropped(operation, before),
    indexMade: (schema) => indexMade(step, schema),
    covering: coveringIndex,
    indexedBy,
    lockOn: (table) => effects.locks.find((lock) => lock.relation === key(table))?.mode,
    rewrites: (table) => effects.rewrites.includes(key(table)),
    scans: (table) => effects.scans.includes(key(table)),
    setting: parts.setting,
    lockTimeout() {
      const value = parts.setting("lock_timeout") ?? facts.lockTimeout;
      return value === undefined || /^0+\s*(?:us|ms|s|min|h|d)?$|^default$|^$/i.test(value) ? "unset" : "set";
    },
    dependents: (table, column) => before.dependents({ table: key(table), column }),
    deprecation: (table, column) =>
      findDeprecation(before, parts.marks, scope.migration.index, table, column),
    earlier: () => parts.steps.slice(0, parts.at),
    later: () => parts.steps.slice(parts.at + 1),
    show: (relation) => show(typeof relation === "string" ? relation : relation.text),
    size(table) {
      const name = key(table);
      const entry = Object.entries(facts.tables).find(
        ([pattern]) => matchesGlob(pattern, name) || matchesGlob(pattern, show(name)),
      );
      return entry?.[1] ?? "unknown";
    },
  };
  return step;
}

/** Statements that run the body of a block or routine. */
const bodies: ReadonlySet<string> = new Set(["DoStmt", "CallStmt", "SelectStmt"]);

/** Without `startAfter` each migration is a release of its own. */
function firstPending(scope: MigrationScope, facts: ReplayFacts): number {
  if (facts.startAfter === undefined || !scope.pending) return scope.migration.index;
  return scope.firstPending;
}

const show = (name: string): string => (name.startsWith("public.") ? name.slice("public.".length) : name);
