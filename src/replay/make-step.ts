import { withoutNew, type Effects } from "../effects/effects.ts";
import type { Key } from "../model/names.ts";
import { changed, tableOf } from "../model/kinds.ts";
import type { Operation, OperationKind } from "../model/operation.ts";
import type { Relation } from "../schema/model.ts";
import { displayName, splitKey } from "../schema/dependents.ts";
import type { Schema } from "../schema/schema.ts";
import { skipped } from "../schema/skip.ts";
import { answering, defineAnswers, keyIn, type Answers, type StepParts } from "./answers.ts";
import { isOneCall } from "./code-piece.ts";
import { comesWith, releaseOf } from "./pending.ts";
import { dependentAnswers } from "./questions/dependents/questions.ts";
import { documentAnswers } from "./questions/documents/questions.ts";
import { editAnswers } from "./questions/edits/questions.ts";
import { indexAnswers } from "./questions/indexes/questions.ts";
import { lockAnswers } from "./questions/locks/questions.ts";
import { mysqlAnswers } from "./questions/mysql/questions.ts";
import { nameAnswers } from "./questions/names/questions.ts";
import { spellColumn, spellName } from "./questions/names/spelling.ts";
import { securityAnswers } from "./questions/security/questions.ts";
import { settingStays } from "./questions/settings.ts";
import { failsWithRow } from "./questions/rows/needs-no-row.ts";
import { freshByEnd, newnessOf, rowsOf } from "./questions/rows/rows.ts";
import { isAdded } from "./questions/values/old-rows.ts";
import { valueAnswers } from "./questions/values/questions.ts";
import { unsupported } from "./questions/versions.ts";
import { noStats } from "./replay-facts.ts";
import type { MigrationScope, Step } from "./step.ts";

/**
 * Tests whether a relation is new: created in this change, and no rows loaded since; created by another migration that is
 * deployed with it, and no function writes to it; or nobody else can see it yet; or temporary.
 */
export function newRelations(
  schema: Schema,
  isOfChange: (migration: number) => boolean,
  isDeployedWith: (relation: Relation) => boolean,
  isUnseen: (relation: Relation) => boolean,
): (key: Key) => boolean {
  return (key) => {
    const found = schema.lastKnown(key);
    if (found === undefined) return false;
    const { temporary, origin, loaded } = found;
    // Nobody else sees a temporary table.
    if (temporary) return true;
    if (origin !== undefined && !loaded) {
      if (isOfChange(origin.migration)) return true;
      if (isDeployedWith(found) && !isUsedByCode(schema, key)) return true;
    }
    return isUnseen(found);
  };
}

/** It makes tables and doesn't say which: `metadata.create_all()`. */
export const makesUnread = ({ operation, inBody }: Pick<Step, "operation" | "inBody">): boolean =>
  operation.kind === "executeDynamic" &&
  operation.conditional !== true &&
  !inBody &&
  /^create table\s*$/i.test(operation.prefix ?? "");

/** Tests whether a relation may be one that `makesUnread` made: nothing else has, and `start` of the script doesn't know it. */
export const unreadRelations =
  (schema: Schema, start: Schema) =>
  (key: Key): boolean => {
    if (start.relation(key).is === "present") return false;
    const found = schema.relation(key);
    return found.is === "unknown" || (found.is === "present" && found.value.origin === undefined);
  };

/**
 * Tests whether a table of this change has rows, but no user yet: its name was free before, it has had no other since, and
 * no function writes to it. Who reads or writes it comes with the deployment, so that nobody waits for its locks.
 */
export function unusedTables(
  schema: Schema,
  start: Schema,
  earlier: readonly Step[],
  isOfChange: (migration: number) => boolean,
): (key: Key) => boolean {
  return (key) => {
    const found = schema.relation(key);
    if (found.is !== "present" || start.relation(key).is === "present") return false;
    const { origin, maybeOlder, renamedFrom, kind } = found.value;
    if (kind !== "table" || origin === undefined || maybeOlder !== undefined || renamedFrom.length > 0)
      return false;
    return (
      isOfChange(origin.migration) &&
      !isUsedByCode(schema, key) &&
      !earlier.some((step) => givesNameUp(step, key))
    );
  };
}

const givesNameUp = ({ before, operation }: Step, key: Key): boolean =>
  (operation.kind === "dropTable" || operation.kind === "renameTable") &&
  keyIn(before, operation.table) === key;

const isUsedByCode = (schema: Schema, key: Key): boolean =>
  schema.dependents({ table: key, column: undefined }).some(({ kind }) => kind === "function");

/**
 * A migration by its number is this one, or another part of the same change. What runs on an empty database only is one
 * change with all before it: nobody uses their tables yet.
 */
export function changeOf({ migration, history }: MigrationScope): (index: number) => boolean {
  const { index, partOf, beforeBaseline } = migration;
  if (beforeBaseline === true) return (other) => other <= index;
  return (other) => other === index || (partOf !== undefined && history.migrations[other]?.partOf === partOf);
}

/** What every step holds from the start. */
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

const answers: Answers<Omit<Step, keyof StepFacts>> = {
  table: ({ operation }) => tableOf(operation),
  changes: ({ operation }) => changed(operation),
  createdHere:
    ({ before }, { isNew }) =>
    (table) => {
      const key = keyIn(before, table);
      if (isNew(key)) return "yes";
      return before.relation(key).is === "present" ? "no" : "unknown";
    },
  madeHere:
    ({ before, scope }, { facts }) =>
    (table) => {
      const found = before.lastKnown(keyIn(before, table));
      if (found?.origin === undefined) return false;
      const { key, origin } = found;
      const { beforeBaseline, index } = scope.migration;
      if (beforeBaseline === true ? origin.migration <= index : origin.migration === index) return true;
      // `startAfter` may be old: it doesn't say what is deployed together.
      return comesWith(scope, facts)(found) && !isUsedByCode(before, key);
    },
  createdPending:
    ({ before, scope }, { facts }) =>
    (table, column) => {
      const inRelease = releaseOf(scope, facts);
      const key = keyIn(before, table);
      const relation = before.relation(key);
      if (relation.is !== "present") return "unknown";
      const { origin, maybeOlder } = relation.value;
      const found = column === undefined ? undefined : before.column(key, column);
      if (origin !== undefined && inRelease(origin.migration)) {
        if (maybeOlder === undefined) return "yes";
        // Who changes a column in the script that has just defined it doesn't mean that of an older table: as for locks.
        const isDefinedHere =
          found?.is === "present" &&
          origin.migration === scope.migration.index &&
          found.value.origin.migration === origin.migration;
        return isDefinedHere ? "yes" : "unknown";
      }
      if (found === undefined || found.is === "absent") return "no";
      if (found.is === "unknown") return "unknown";
      return isAdded(found.value) && inRelease(found.value.origin.migration) ? "yes" : "no";
    },
  isHere: (step) => (origin) => origin?.migration === step.scope.migration.index,
  inBody: ({ statement, operation }) =>
    statement.kind === "DoStmt" || operation.called === true || operation.handed === true,
  settingStays: (step) => () => settingStays(step),
  setting: (_, { setting }) => setting,
  earlier:
    (_, { steps: { all }, at }) =>
    () =>
      all.slice(0, at),
  later:
    (_, { steps: { all }, at }) =>
    () =>
      all.slice(at + 1),
  isOneCallWith: (step) => (other) => isOneCall(step, other),
  neighbours:
    (_, { steps, at }) =>
    (side, ...kinds) =>
      steps.neighbours(at, side, kinds),
  show: (step) => (relation, column) => {
    const table =
      typeof relation === "string" ? shown(step, relation) : show(relation.text, step.scope.history);
    return table + (column === undefined ? "" : `.${spellColumn(step, relation, column)}`);
  },
  spell: (step) => (name) => spellName(step, name),
  freshByEnd:
    (step, { facts }) =>
    (table) =>
      freshByEnd(step, table, facts),
  rows:
    (step, { facts, known }) =>
    (table) => {
      const { before, scope } = step;
      // What the migration leads to isn't known while it is replayed.
      if (known.rows?.after !== scope.after) known.rows = { after: scope.after, of: new Map() };
      const key = keyIn(before, table);
      let rows = known.rows.of.get(key);
      if (rows === undefined) known.rows.of.set(key, (rows = rowsOf(step, key, facts)));
      return rows;
    },
  failsWithRow:
    (step, { facts }) =>
    () =>
      failsWithRow(step, facts),
  newness:
    (step, { facts }) =>
    () =>
      newnessOf(step, facts),
  size: (step) => (table) => {
    const { are } = step.rows(table);
    return are === "many" ? "large" : are === "few" || are === "none" ? "small" : "unknown";
  },
  stats: ({ before }, { facts: { stats } }) =>
    stats === undefined ? noStats : (table) => stats.get(keyIn(before, table)),
  unsupported:
    (step, { facts }) =>
    () =>
      unsupported(step, facts),
  names: answering(nameAnswers),
  values: answering(valueAnswers),
  dependents: answering(dependentAnswers),
  indexes: answering(indexAnswers),
  locks: answering(lockAnswers),
  security: answering(securityAnswers),
  mysql: answering(mysqlAnswers),
  edits: answering(editAnswers),
  documents: answering(documentAnswers),
};

/** The default schema is said, too, where a search_path doesn't find it; that of the connection where another is set. */
function shown({ before: schema, scope }: Step, key: Key): string {
  const [home, name] = splitKey(key);
  if (home === schema.searchPath[0] && home === scope.history.searchPath?.[0]) return schema.spell(name);
  const isFound = home !== schema.dialect.searchPath?.[0] || schema.searchPath.includes(home);
  return isFound ? displayName(schema, home, name) : `${schema.spell(home)}.${schema.spell(name)}`;
}

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
    this.failures = parts.failures;
    this.refused =
      parts.failures.length > 0 || effects.fails !== undefined || parts.statement.rejected === true;
    this.#parts = parts;
  }

  get skipped(): boolean {
    return this.#parts.skipped || wasNeverThere(this);
  }

  static {
    defineAnswers(this.prototype, answers, (step: AnsweringStep, answer) =>
      answer(step as unknown as Step, step.#parts),
    );
  }
}

const drops: ReadonlySet<OperationKind> = new Set([
  "dropIndex",
  "dropView",
  "dropType",
  "dropFunction",
  "dropSequence",
  "dropSchema",
]);

/**
 * `DROP … IF EXISTS` where a history begins: that it begins there shows only when the whole migration has been read. One
 * that makes no table may also go on from what something else has made, if its number isn't the first.
 */
function wasNeverThere({ before, operation, scope }: Pick<Step, "before" | "operation" | "scope">): boolean {
  if (!("ifExists" in operation) || !operation.ifExists || before.closed) return false;
  if (!scope.first || !scope.after.closed) return false;
  const begins =
    /^0*[01]$/.test(scope.migration.version ?? "") ||
    scope.steps.some(({ operation: other }) => other.kind === "createTable" && !other.temporary);
  // Something else has made what it drops without IF EXISTS.
  const goesOn = scope.steps.some(
    ({ operation: other }) => drops.has(other.kind) && "ifExists" in other && !other.ifExists,
  );
  return begins && !goesOn && skipped(before.withClosed(true), operation);
}

/**
 * IF [NOT] EXISTS is looked up under the lock of the table, which is held until the transaction ends; what is written inside
 * of a skipped operation isn't looked at.
 */
const skippedEffects = (before: Schema, operation: Operation, effects: Effects): Effects => ({
  ...withoutNew(effects, () => true),
  locks: skipped(before, operation) ? effects.locks : [],
});

export function makeStep(parts: StepParts): Step {
  const { before, operation } = parts;
  const old = withoutNew(
    parts.skipped ? skippedEffects(before, operation, parts.effects) : parts.effects,
    (key) => parts.isNew(key) || parts.isUnused(key),
  );
  // An empty table has no rows whose keys would be looked up in the referenced one.
  const table = operation.kind === "addForeignKey" ? before.relation(operation.table) : undefined;
  const isEmpty = table?.is === "present" && !table.value.loaded && parts.isNew(table.value.key);
  const effects = isEmpty ? { ...old, scans: [] } : old;
  // Its prototype has a getter for each question.
  return new AnsweringStep(parts, effects) as unknown as Step;
}

/** Without the schema that goes without saying. */
const show = (name: string, { writtenSchema = "public" }: Step["scope"]["history"]): string =>
  name.startsWith(`${writtenSchema}.`) ? name.slice(writtenSchema.length + 1) : name;
