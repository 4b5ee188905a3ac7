import { isOfPlatform } from "../rows/opening.ts";
import type { Lock, LockMode } from "../../../effects/effects.ts";
import type { DialectFamily } from "../../../model/dialect.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { BesideTransaction } from "../../../project/odd-migration.ts";
import { tableAltered } from "../../../schema/apply/session.ts";
import type { Index } from "../../../schema/model.ts";
import { dictionary } from "../../../text/dictionary.ts";
import { keyIn, serverOf, type Answers } from "../../answers.ts";
import type { HeldLock, Step } from "../../step.ts";
import { joinsBeforeInMysql } from "../mysql/merging.ts";
import { lockWait, metadataLock } from "../mysql/metadata-locks.ts";
import { runsBeside, type CallBeside } from "./beside-transaction.ts";
import { looksUpNothing, slowWork } from "./slow-work.ts";
import { pendingEvents, type PendingEvents } from "./pending-events.ts";
import {
  constraintAddedBy,
  altersLater,
  changedUnderLock,
  clearsScratch,
  goesAnyway,
  isUsed,
  heldExplicitly,
  heldMeanwhile,
  joinsBefore,
  namedAfterDropped,
  namedAfterLocked,
  refusesConcurrently,
  tableInCall,
  takenAnyway,
  takenBeside,
  treeOf,
  usersOf,
} from "./locking.ts";

/** Locks, scans and rewrites, and what could be written to take fewer. */
export interface LockQuestions {
  /** Strongest lock that the operation takes on a relation that is not new; undefined: none. */
  readonly lockOn: (table: QualifiedName | Key) => LockMode | undefined;
  /** Locks that the whole statement takes on relations that are not new. */
  readonly ofStatement: () => readonly Lock[];
  /** `lock_timeout` in force: set in the files or, by configuration, outside of them; `longest` like `5s`. */
  readonly lockTimeout: (longest?: string) => "set" | "unset" | "too long";
  /**
   * The strongest lock that others wait for, held by other statements of the transaction (those of earlier migrations of
   * one batch included), which this statement doesn't take itself. LOCK TABLE, with which they wait on purpose, aside.
   */
  readonly heldMeanwhile: () => HeldLock | undefined;
  /** How many wait for the table, most probably, to compare: 2 of an old one, 1 of a young one, 0 of a small or new one. */
  readonly users: (table: Key) => 0 | 1 | 2;
  /** The tool's platform makes the table and writes it: the project's programs read it at most. */
  readonly ofPlatform: (table: Key) => boolean;
  /** LOCK TABLE of this transaction holds ACCESS EXCLUSIVE on one of the tables; none named: on any. */
  readonly heldExplicitly: (...tables: readonly Key[]) => boolean;
  /** The server refuses NOT VALID for the foreign key that is added (on partitioned tables, before 18). */
  readonly refusesNotValid: () => boolean;
  /** The server refuses CONCURRENTLY for it, such as beside a default partition. */
  readonly refusesConcurrently: () => boolean;
  /** CREATE INDEX CONCURRENTLY never ends beside this transaction, which the runner keeps open for itself. */
  readonly waitsForRunner: () => BesideTransaction | undefined;
  /** Of a call that isn't handed the transaction in which it stands: what of that it can't get past. */
  readonly runsBeside: () => CallBeside | undefined;
  /** Another statement of this transaction, DROP INDEX aside, takes ACCESS EXCLUSIVE on the table. */
  readonly takenAnyway: (table: Key) => boolean;
  /** The same of another statement of the migration, whether or not one transaction has both. */
  readonly takenBeside: (table: Key) => boolean;
  /** This transaction has changed many rows of the table before, while it held ACCESS EXCLUSIVE on it. */
  readonly changedUnderLock: (table: Key) => boolean;
  /** Of DROP INDEX: the table that the statement names, or the call that sends it; for an index that no migration creates. */
  readonly tableInCall: () => Key | undefined;
  /** DROP TABLE or VIEW IF EXISTS of what the history doesn't have and the migration then creates: what a failed run has left. */
  readonly clearsScratch: () => boolean;
  /** Somebody may wait for the table. Most probably nobody uses one that was made just before; only the tool uses its own. */
  readonly isUsed: (table: Key) => boolean;
  /** A later statement of the migration drops the index's table or one of its columns, and the index with it. */
  readonly goesAnyway: (index: Index) => boolean;
  /**
   * An earlier statement of the migration drops a column that the index is called after, and mostly took the index along;
   * or a later one drops a table that it is called after.
   */
  readonly namedAfterDropped: (index: QualifiedName) => boolean;
  /** LOCK TABLE has locked a table that the index is called after, in ACCESS EXCLUSIVE: most probably its own. */
  readonly namedAfterLocked: (index: QualifiedName) => boolean;
  /** Of LOCK TABLE: the server refuses it here, outside of a transaction block. */
  readonly lacksBlock: () => boolean;
  /** A later statement of the transaction alters the table, or may do so. */
  readonly altersLater: (table: QualifiedName) => boolean;
  /** Of ALTER TABLE: the ALTER TABLE just before it, if one statement could do the work of both under the same locks; MySQL: where both write all rows. */
  readonly joinsBefore: () => Step | undefined;
  /** Of VALIDATE CONSTRAINT: the step of the same transaction that added the constraint. */
  readonly addedBy: () => Step | undefined;
  /** The topmost table of the partitions or inheriting tables that it belongs to; itself if it stands alone. */
  readonly treeOf: (table: Key) => Key;
  /** With these settings it would neither read nor rewrite a table. */
  readonly free: (settings: Readonly<Record<string, string>>) => boolean;
  /** The part that takes long, in words, if any: a scan of a whole table, a rewrite, an unbounded change of rows. */
  readonly slowWork: () => string | undefined;
  /** Of a foreign key on a column without a value yet: the server reads no row of the table that it refers to. Measured. */
  readonly looksUpNothing: () => boolean;
  readonly rewrites: (table: QualifiedName | Key) => boolean;
  readonly scans: (table: QualifiedName | Key) => boolean;
  /** Of what alters a table: the change of its rows in this transaction that a deferred foreign key still has to check. */
  readonly pendingEvents: () => PendingEvents | undefined;
  /** Of SQL that isn't known before it runs: the existing table that it alters, if its constant beginning names it. */
  readonly alteredSomehow: () => Key | undefined;
  /** MySQL: the existing table whose exclusive metadata lock it waits for, and all later statements on it behind it. */
  readonly metadataLock: () => Key | undefined;
}

export const lockAnswers: Answers<LockQuestions> = {
  lockOn:
    ({ before, effects }) =>
    (table) => {
      const key = keyIn(before, table);
      return effects.locks.find(({ relation }) => relation === key)?.mode;
    },
  ofStatement:
    ({ statement }, { steps }) =>
    () =>
      steps.locksOf(statement),
  lockTimeout:
    ({ operation, before, scope: { history } }, { setting, facts }) =>
    (longest) => {
      if (!before.dialect.locksTables) {
        const seconds = lockWait(operation, setting("lock_wait_timeout") ?? facts.lockTimeout);
        if (seconds === undefined) return "unset";
        const most = longest === undefined || longest === "" ? undefined : lockWait(operation, longest);
        return most !== undefined && seconds > most ? "too long" : "set";
      }
      // Whichever ends first ends the wait.
      const given = [
        setting("lock_timeout") ?? facts.lockTimeout,
        setting("statement_timeout") ?? history.statementTimeout?.value,
      ];
      const value = given.find((one = "") => !/^default$|^$/i.test(one) && milliseconds(one) !== 0);
      if (value === undefined) return "unset";
      const time = milliseconds(value);
      const most = longest === undefined || longest === "" ? undefined : milliseconds(longest);
      return time !== undefined && most !== undefined && time > most ? "too long" : "set";
    },
  heldMeanwhile: (step) => () => heldMeanwhile(step),
  users: (step) => (table) => usersOf(step, table),
  ofPlatform:
    ({ scope }) =>
    (table) =>
      isOfPlatform(scope.history, table),
  heldExplicitly:
    ({ transaction }) =>
    (...tables) =>
      heldExplicitly(transaction.held, tables),
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
  waitsForRunner:
    ({ scope: { builtConcurrently, history } }) =>
    () =>
      builtConcurrently ? undefined : history.besideTransaction,
  runsBeside: (step) => () => runsBeside(step),
  takenAnyway: (step) => (table) => takenAnyway(step, table),
  takenBeside: (step) => (table) => takenBeside(step, table),
  changedUnderLock: (step) => (table) => changedUnderLock(step, table),
  tableInCall: (step) => () => tableInCall(step),
  clearsScratch: (step) => () => clearsScratch(step),
  isUsed: (step) => (table) => isUsed(step, table),
  goesAnyway: (step) => (index) => goesAnyway(step, index),
  namedAfterDropped: (step) => (index) => namedAfterDropped(step, index),
  namedAfterLocked: (step) => (index) => namedAfterLocked(step, index),
  lacksBlock:
    ({ operation, transaction, inBody }, { facts }) =>
    () => {
      if (operation.kind !== "lockTable" || operation.conditional === true || inBody) return false;
      // PostgreSQL 13 and 15 refuse it anywhere in a pipeline, 18 as its first statement alone.
      const isLate = transaction.kind === "pipeline" && facts.versionStated === true;
      return transaction.kind === "none" || (isLate && facts.serverVersion < 18);
    },
  altersLater: (step) => (table) => altersLater(step, keyIn(step.before, table)),
  joinsBefore: (step) => () => joins[step.before.family](step),
  addedBy: (step) => () => constraintAddedBy(step),
  treeOf:
    ({ before }) =>
    (table) =>
      treeOf(before, table),
  free:
    ({ operation, before }, parts) =>
    (settings) => {
      const setting = (name: string): string | undefined => settings[name] ?? parts.setting(name);
      const server = { ...serverOf(parts), setting };
      const { scans, rewrites, rebuilds } = parts.scope.dialect.effects.of(operation, before, server);
      return scans.length + rewrites.length + rebuilds.length === 0;
    },
  slowWork: (step) => () => slowWork(step),
  looksUpNothing: (step) => () => looksUpNothing(step),
  rewrites:
    ({ before, effects }) =>
    (table) =>
      effects.rewrites.includes(keyIn(before, table)),
  scans:
    ({ before, effects }) =>
    (table) =>
      effects.scans.includes(keyIn(before, table)),
  pendingEvents: (step) => () => pendingEvents(step),
  alteredSomehow:
    ({ operation, before }) =>
    () => {
      const table = operation.kind === "executeDynamic" ? tableAltered(operation) : undefined;
      return table !== undefined && before.relation(table).is === "present"
        ? keyIn(before, table)
        : undefined;
    },
  metadataLock: (step) => () => metadataLock(step),
};

const joins: Readonly<Record<DialectFamily, typeof joinsBefore>> = {
  postgres: joinsBefore,
  mysql: joinsBeforeInMysql,
  mongodb: () => undefined,
};

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
