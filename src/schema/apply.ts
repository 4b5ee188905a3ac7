/**
 * The schema after an operation. A statement that would fail is replayed as if it had succeeded (`failure` says why
 * it would); what it needed and didn't find is unknown from then on. `SET search_path` is the replay's business
 * (`withSearchPath`), as it ends with the transaction.
 */
import { keyOf, type QualifiedName } from "../model/names.ts";
import { isOfAllRows } from "../model/all-rows.ts";
import type { CreateTable, Operation } from "../model/operation.ts";
import { addColumn, changeColumn, changeType, dropColumnOf, redefineColumn, renameColumnOf } from "./apply/column.ts";
import { doubtConditional, doubtLosses, markMade } from "./apply/conditional.ts";
import * as administration from "./apply/administration.ts";
import * as constraint from "./apply/constraint.ts";
import { dropIndex, dropRelation, dropType } from "./apply/drop.ts";
import { settleNames } from "./apply/either-name.ts";
import { grant } from "./apply/grant.ts";
import { callFunction } from "./apply/hypertable.ts";
import { attachIndex, createIndex } from "./apply/indexes.ts";
import { moveRelation, renameConstraint, renameIndex } from "./apply/move.ts";
import * as named from "./apply/named.ts";
import * as object from "./apply/object.ts";
import { executeDynamic, unreadable } from "./apply/session.ts";
import { doubtDeclared, isTaken, keepsTaken } from "./apply/taken.ts";
import { changeStatistics, createStatistics } from "./apply/statistics.ts";
import { attachPartition, createTable, detachPartition, setInheritance } from "./apply/table.ts";
import * as view from "./apply/view.ts";
import { Draft } from "./draft.ts";
import { failure, twinOf, type Failure } from "./failure.ts";
import type { Origin } from "./model.ts";
import { schemaOf, stateOf, type Schema } from "./schema.ts";
import { Branches, type Level } from "./branches.ts";
import { createSkipper, isDeclaredIn, skipped } from "./skip.ts";
import { forget } from "./apply/forget.ts";

export function apply(schema: Schema, op: Operation, origin: Origin): Schema {
  return skipped(schema, op) ? schema : run(schema, op, origin, failure(schema, op));
}

/** One operation of a statement, and why it is certain to fail. */
export interface Applied {
  /** What it meets; in a branch that may or may not be taken, what that has done is certain. */
  readonly before: Schema;
  readonly after: Schema;
  /** What others meet who don't know whether its branch was taken. */
  readonly left: Schema;
  readonly failures: readonly Failure[];
}

/**
 * Each operation of one statement; constraints inside a skipped CREATE TABLE are skipped, too. What stands for names that
 * aren't known meets a schema in which anything may exist, and is forgotten at the end of the statement.
 */
export function applyStatement(
  schema: Schema,
  operations: readonly Operation[],
  origin: Origin,
  ignored?: (operation: Operation) => boolean,
  taken: Branches = new Branches(),
): Applied[] {
  const { aside, operations: planned } = schema.dialect.schema.untangle(operations);
  const first = aside.reduce((before, op) => run(before, op, origin, []), schema);
  const follow = (from: Schema, ops: readonly Operation[], branches: Branches): Applied[] => {
    const outside = { schema: from, skips: createSkipper() };
    let refused: CreateTable | undefined;
    return ops.map((op) => {
      const { inside, around } = branches.of(op, outside);
      const before = inside.schema;
      if (refused !== undefined && isDeclaredIn(op, refused)) {
        const draft = new Draft(stateOf(before), origin);
        doubtDeclared(draft, op);
        inside.schema = finish(before, draft);
        return { before, after: inside.schema, left: outside.schema, failures: [] };
      }
      const failures = op.unnamed === true ? [] : failure(before, op);
      if (op.kind === "createTable") refused = isTaken(op, failures) ? op : undefined;
      const isIgnored = ignored?.(op) === true;
      const pass = (level: Level, one: Operation, why: readonly Failure[]): void => {
        const now = level.schema;
        if (!level.skips(now, op) && !isIgnored) level.schema = run(now, asMeant(now, one, why), origin, why);
      };
      for (const level of around) pass(level, op, op.unnamed === true ? [] : failure(level.schema, op));
      if (around.length === 0 || op.conditional !== true) pass(inside, op, failures);
      else {
        const sure = { ...op, conditional: undefined };
        pass(inside, sure, op.unnamed === true ? [] : failure(before, sure));
      }
      return { before, after: inside.schema, left: outside.schema, failures };
    });
  };
  if (!planned.some(({ unnamed }) => unnamed)) return follow(first, planned, taken);
  const told = follow(first.withClosed(false), planned, taken.copy());
  const named = follow(first, planned.filter(({ unnamed }) => unnamed !== true), taken).at(-1)?.left ?? first;
  return told.map((one, i) =>
    i < told.length - 1 ? one : { ...one, after: one.after === one.left ? named : one.after, left: named },
  );
}

/** What is most probably meant is changed: it is what the migration does once it is corrected. */
function asMeant(schema: Schema, op: Operation, failures: readonly Failure[]): Operation {
  if (op.kind === "addForeignKey" && op.unchecked !== true) {
    const { references } = op;
    const found = schema.relation(references);
    const isNeverMade = found.is === "absent" && found.dropped === undefined;
    const twin = isNeverMade ? twinOf(schema, references) : undefined;
    const own = twin === undefined ? op : { ...op, references: renamed(references, twin) };
    return onTwin(own, failures);
  }
  return onTwin(op, failures);
}

function onTwin(op: Operation, failures: readonly Failure[]): Operation {
  if (failures.length === 0 || !("table" in op) || op.table === undefined) return op;
  const { table } = op;
  const twin = failures.find(({ span }) => span === table.span)?.twin;
  return twin === undefined ? op : { ...op, table: renamed(table, twin) };
}

const renamed = (name: QualifiedName, { schema, name: own }: NonNullable<Failure["twin"]>): QualifiedName => ({
  ...name,
  schema,
  name: own,
});

function run(schema: Schema, op: Operation, origin: Origin, failures: readonly Failure[]): Schema {
  const before = stateOf(schema);
  const draft = new Draft(before, origin, "ifExists" in op && op.ifExists === true);
  if (op.conditional === true && doubtConditional(draft, op)) {
    const trial = new Draft(before, origin);
    if (!before.dialect.schema.apply(trial, op)) dispatch(trial, op, schema);
    doubtLosses(draft, before, trial.state);
    return finish(schema, draft);
  }
  // ALTER … IF EXISTS of what may not be there teaches nothing.
  if ("ifExists" in op && op.ifExists && "table" in op && op.kind !== "dropTable")
    if (schema.relation(op.table).is === "unknown") return schema;
  forget(draft, failures);
  if (changesNothing(op, failures)) return finish(schema, draft);
  if (keepsTaken(draft, op, failures)) return finish(schema, draft);
  if (op.kind === "addForeignKey" && failures.some(({ kind }) => kind === "unknown-column")) {
    constraint.doubtForeignKey(draft, op);
    return finish(schema, draft);
  }
  if (!before.dialect.schema.apply(draft, op)) dispatch(draft, op, schema);
  if (op.conditional === true) markMade(draft, before, op);
  return finish(schema, draft);
}

/** What it drops has never been there, or what it renames has the name; a table may have been made by something else. */
const changesNothing = ({ kind }: Operation, failures: readonly Failure[]): boolean =>
  failures.some((one) => one.already !== undefined) ||
  (kind.startsWith("drop") && failures.some((one) => neverThere.has(one.kind) && one.dropped === undefined));

const neverThere: ReadonlySet<Failure["kind"]> = new Set([
  "unknown-column",
  "unknown-constraint",
  "unknown-index",
  "unknown-object",
]);

const finish = (schema: Schema, draft: Draft): Schema =>
  draft.state === stateOf(schema) ? schema : schemaOf(draft.state);

function dispatch(draft: Draft, op: Operation, schema: Schema): void {
  settleNames(draft, op, (table, { name }, to) => {
    renameConstraint(draft, table, name, to);
  });
  switch (op.kind) {
    case "createTable": {
      const unsure = op.ifNotExists && schema.relation(op.table).is === "unknown";
      const key = createTable(draft, op);
      // It may have been there with another definition.
      const maybeOlder = op.asked === true ? "asked" : true;
      if (unsure) draft.change(key, (old) => ({ ...old, complete: false, maybeOlder }));
      return;
    }
    case "dropTable":
      dropRelation(draft, draft.resolve(op.table), op.cascade);
      return;
    case "renameTable":
    case "setTableSchema": {
      const indexed = draft.index(draft.resolve(op.table));
      if (indexed !== undefined && op.kind === "renameTable") {
        renameIndex(draft, keyOf(indexed.schema, indexed.name), op.to.text);
        return;
      }
      const table = draft.subject(op.table);
      if (table === undefined) return;
      if (op.kind === "renameTable") moveRelation(draft, table.key, table.schema, op.to.text);
      else moveRelation(draft, table.key, op.to.text, table.name);
      return;
    }
    case "truncateTable":
      named.changeRows(draft, op.table);
      named.setEmptied(draft, op.table, "TRUNCATE", op);
      return;
    case "updateRows":
      named.changeRows(draft, op.table);
      return;
    case "deleteRows":
      named.changeRows(draft, op.table);
      if (isOfAllRows(op)) named.setEmptied(draft, op.table, "DELETE", op);
      return;
    case "setLogged":
    case "setAccessMethod":
    case "setTableOptions":
      named.setStorage(draft, op);
      return;
    case "setRowSecurity":
      named.setRowSecurity(draft, op);
      return;
    case "setInheritance":
      setInheritance(draft, op);
      return;
    case "setTableType": {
      const table = draft.subject(op.table);
      if (table === undefined) return;
      const { type } = op;
      draft.put({ ...table, ofType: type && keyOf(type.schema ?? table.schema, type.name) });
      return;
    }
    case "attachPartition":
      attachPartition(draft, op);
      return;
    case "detachPartition":
      detachPartition(draft, op);
      return;
    case "addColumn":
      addColumn(draft, op);
      return;
    case "dropColumn":
      named.changeRows(draft, op.table);
      dropColumnOf(draft, op);
      return;
    case "renameColumn":
      if (op.object === "type") object.renameAttribute(draft, op.table, op.column.text, op.to.text);
      else renameColumnOf(draft, op);
      return;
    case "changeColumnType":
      changeType(draft, op);
      return;
    case "redefineColumn":
      redefineColumn(draft, op);
      return;
    case "setDefault":
    case "dropDefault":
    case "setNotNull":
    case "dropNotNull":
    case "setExpression":
    case "dropExpression":
    case "addIdentity":
    case "alterIdentity":
    case "dropIdentity":
      changeColumn(draft, op);
      return;
    case "addForeignKey":
      constraint.addForeignKey(draft, op);
      return;
    case "addCheck":
      constraint.addCheck(draft, op);
      return;
    case "addUnique":
    case "addPrimaryKey":
      constraint.addKey(draft, op);
      return;
    case "addExclusion":
      constraint.addExclusion(draft, op);
      return;
    case "addNotNull":
      constraint.addNotNull(draft, op);
      return;
    case "dropConstraint":
      constraint.dropConstraintOf(draft, op);
      return;
    case "renameConstraint":
      constraint.renameConstraintOf(draft, op);
      return;
    case "validateConstraint":
      constraint.validateConstraint(draft, op);
      return;
    case "createIndex":
      createIndex(draft, op);
      return;
    case "dropIndex":
      dropIndex(draft, draft.resolve(op.index), op.cascade);
      return;
    case "renameIndex": {
      // ALTER INDEX renames any relation.
      const relation = draft.relation(draft.resolve(op.index));
      if (relation === undefined) renameIndex(draft, draft.resolve(op.index), op.to.text);
      else moveRelation(draft, relation.key, relation.schema, op.to.text);
      return;
    }
    case "attachIndex":
      attachIndex(draft, op);
      return;
    case "createView":
      view.createView(draft, op);
      return;
    case "dropView":
      view.dropView(draft, op);
      return;
    case "renameView": {
      const found = draft.subject(op.view, op.materialized ? "materialized view" : "view");
      if (found !== undefined) moveRelation(draft, found.key, found.schema, op.to.text);
      return;
    }
    case "alterView":
      view.alterView(draft, op);
      break;
    case "refreshView":
      view.refreshView(draft, op);
      return;
    case "createSequence":
      view.createSequence(draft, op);
      return;
    case "alterSequence":
      view.alterSequence(draft, op);
      return;
    case "dropSequence":
      dropRelation(draft, draft.resolve(op.sequence), op.cascade);
      return;
    case "createType":
      object.createType(draft, op);
      return;
    case "addEnumValue":
      object.addEnumValue(draft, op);
      return;
    case "renameEnumValue":
      object.renameEnumValue(draft, op);
      return;
    case "alterCompositeType":
      object.alterCompositeType(draft, op);
      return;
    case "dropType":
      dropType(draft, named.typeKey(draft, op.type), op.cascade);
      return;
    case "createDomain":
      object.createDomain(draft, op);
      return;
    case "alterDomain":
      object.alterDomain(draft, op);
      return;
    case "createFunction":
      object.createFunction(draft, op);
      return;
    case "alterFunction":
      object.alterFunction(draft, op);
      return;
    case "dropFunction":
      object.dropFunction(draft, op);
      return;
    case "createTrigger":
      object.createTrigger(draft, op);
      return;
    case "dropTrigger":
      object.dropTrigger(draft, draft.resolve(op.table), op.name.text);
      return;
    case "createPolicy":
    case "alterPolicy":
      object.createPolicy(draft, op);
      return;
    case "dropPolicy": {
      const { text } = op.name;
      draft.change(draft.resolve(op.table), (old) => ({
        ...old,
        policies: old.policies.filter((p) => p.name !== text),
      }));
      return;
    }
    case "createRule":
    case "dropRule": {
      const { text } = op.name;
      draft.change(draft.resolve(op.table), (old) => {
        const others = (old.rules ?? []).filter((name) => name !== text);
        return { ...old, rules: op.kind === "createRule" ? [...others, text] : others };
      });
      return;
    }
    case "createStatistics":
      createStatistics(draft, op);
      return;
    case "callFunction":
      callFunction(draft, op);
      return;
    case "createSchema":
      object.createSchema(draft, op.schema.text);
      return;
    case "dropSchema":
      object.dropSchema(draft, op);
      return;
    case "createExtension":
      named.createExtension(draft, op);
      administration.createObject(draft, "extension", op.extension.text);
      return;
    case "changeOwner":
      administration.changeOwner(draft, op);
      return;
    case "utility":
      administration.reassignOwned(draft, op);
      return;
    case "setClusterIndex":
    case "cluster":
      administration.setClusterIndex(draft, op);
      return;
    case "setReplicaIdentity":
      administration.setReplicaIdentity(draft, op);
      return;
    case "createObject":
      if (op.name !== undefined) administration.createObject(draft, op.object, op.name.name);
      administration.publish(draft, op);
      return;
    case "alterObject":
      administration.publish(draft, op);
      return;
    case "renameObject":
      if (op.name !== undefined && schema.object(op.object, op.name.name) === "yes") {
        administration.forgetObject(draft, op.object, op.name.name);
        administration.createObject(draft, op.object, op.to.text);
      }
      if (op.object === "statistics" && op.name !== undefined)
        changeStatistics(draft, op.name, { name: op.to.text });
      named.renameObject(draft, op);
      return;
    case "setObjectSchema":
      if (op.object === "statistics" && op.name !== undefined)
        changeStatistics(draft, op.name, { schema: op.to.text });
      named.setObjectSchema(draft, op);
      return;
    case "dropObject":
      named.dropObject(draft, op);
      if (op.name !== undefined) administration.forgetObject(draft, op.object, op.name.name);
      if (op.object === "statistics" && op.name !== undefined) changeStatistics(draft, op.name);
      administration.unpublish(draft, op);
      return;
    case "comment":
      named.comment(draft, op);
      return;
    case "insertRows":
      named.addRows(draft, op);
      return;
    case "mergeRows":
      named.changeRows(draft, op.table);
      named.setLoaded(draft, op.table);
      return;
    case "copyRows":
      if (op.table !== undefined && op.direction === "from") named.setLoaded(draft, op.table);
      return;
    case "grant":
      grant(draft, op);
      return;
    case "executeDynamic":
      executeDynamic(draft, op);
      return;
    case "unknown":
      unreadable(draft, op);
      return;
    // These leave what a schema holds as it is.
    case "createCollection":
    case "dropCollection":
    case "renameCollection":
    case "alterCollection":
    case "createDocumentIndex":
    case "dropDocumentIndex":
    case "syncIndexes":
    case "insertDocuments":
    case "updateDocuments":
    case "deleteDocuments":
    case "readDocuments":
    case "aggregateInto":
    case "shardCollection":
    case "databaseCommand":
    case "setTablespace":
    case "setTriggerState":
    case "setColumnOption":
    case "alterConstraint":
    case "alterIndex":
    case "reindex":
    case "selectRows":
    case "lockTable":
    case "convertCharset":
    case "forceRebuild":
    case "orderRows":
    case "alterPartitions":
    case "setSystemVersioning":
    case "setTableState":
    case "useSchema":
    case "begin":
    case "commit":
    case "rollback":
    case "savepoint":
    case "setOption":
    case "vacuum":
    case "analyze":
      return;
    default:
      op satisfies never;
  }
}
