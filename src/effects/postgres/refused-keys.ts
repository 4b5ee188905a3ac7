/** Indexes and constraints that can't serve as asked. */
import { keyOf } from "../../model/names.ts";
import { lacksOperatorClass, noOperatorClass } from "./operator-class.ts";
import type { AddForeignKey, Operation } from "../../model/operation.ts";
import type { Index, Relation } from "../../schema/model.ts";
import type { StatementContext } from "./statement-context.ts";

export function refuseKey(op: Operation, relation: Relation, context: StatementContext): void {
  const { name } = relation;
  const fail = (reason: string): void => {
    context.found.fail(reason);
  };
  const named = (index: string | undefined): Index | undefined =>
    index === undefined ? undefined : context.index(keyOf(relation.schema, index));
  switch (op.kind) {
    case "addUnique":
    case "addPrimaryKey": {
      if (op.usingIndex === undefined) {
        const columns = op.columns.map((column) => column.text);
        refuseOutsideKey(columns, relation, context);
        refuseVirtual(
          columns,
          relation,
          op.kind === "addUnique" ? "unique constraints" : "primary keys",
          context,
        );
        if (op.withoutOverlaps) refuseMethod(columns, "gist", relation, context);
        return;
      }
      const index = named(op.usingIndex.text);
      if (relation.partitionBy !== undefined)
        fail("ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables");
      if (index === undefined) return;
      if (index.constraint !== undefined)
        fail(`index "${index.name}" is already associated with a constraint`);
      if (index.table !== relation.key) fail(`"${index.name}" is not an index for table "${name}"`);
      index.elements.forEach(({ descending, nullsFirst }, i) => {
        if (descending || nullsFirst === true)
          fail(`index "${index.name}" column number ${i + 1} does not have default sorting behavior`);
      });
      if (!index.unique) fail(`"${index.name}" is not a unique index`);
      if (index.where !== undefined) fail(`"${index.name}" is a partial index`);
      if (index.elements.some((element) => element.column === undefined))
        fail(`index "${index.name}" contains expressions`);
      return;
    }
    case "addExclusion":
      refuseMethod(op.columns, op.method, relation, context);
      return;
    case "addForeignKey":
      refuseVirtual(
        op.columns.map((column) => column.text),
        relation,
        "foreign key constraints",
        context,
      );
      refusePersistence(op, relation, context);
      if (op.only === true && relation.partitionBy !== undefined)
        fail(`cannot use ONLY for foreign key on partitioned table "${name}"`);
      return;
    case "createIndex":
      refuseVirtual(
        [
          ...op.include,
          ...op.elements.flatMap((e) => e.column ?? e.expression?.columns.map((c) => c.column) ?? []),
          ...(op.where?.columns.map((c) => c.column) ?? []),
        ],
        relation,
        "indexes",
        context,
      );
      if (op.unique)
        refuseOutsideKey(
          op.elements.flatMap((element) => element.column ?? []),
          relation,
          context,
        );
      return;
    case "setClusterIndex":
      if (named(op.index?.text)?.where !== undefined)
        fail(`cannot cluster on partial index "${op.index?.text ?? ""}"`);
      return;
    case "cluster":
      if (named(op.index)?.where !== undefined) fail(`cannot cluster on partial index "${op.index ?? ""}"`);
      if (op.index !== undefined && context.schema.index(keyOf(relation.schema, op.index)).is === "absent")
        fail(`index "${op.index}" for table "${name}" does not exist`);
      return;
    case "setReplicaIdentity": {
      const index = named(op.index?.text);
      if (index === undefined) return;
      if (!index.unique) fail(`cannot use non-unique index "${index.name}" as replica identity`);
      if (index.where !== undefined) fail(`cannot use partial index "${index.name}" as replica identity`);
      for (const { column } of index.elements)
        if (column === undefined) fail(`cannot use expression index "${index.name}" as replica identity`);
        else if (context.column(relation.key, column)?.notNull === "no")
          fail(
            `index "${index.name}" cannot be used as replica identity because column "${column}" is nullable`,
          );
      return;
    }
    case "alterConstraint": {
      const constraint = relation.constraints.find((c) => c.name === op.name.text);
      if (constraint !== undefined && constraint.kind !== "foreign key" && op.inherit !== true)
        fail(`constraint "${op.name.text}" of relation "${name}" is not a foreign key constraint`);
      return;
    }
    case "validateConstraint": {
      const constraint = relation.constraints.find((c) => c.name === op.name.text);
      const kinds =
        context.server.version < 18 ? ["foreign key", "check"] : ["foreign key", "check", "not null"];
      if (constraint !== undefined && !kinds.includes(constraint.kind))
        fail(`constraint "${op.name.text}" of relation "${name}" is not a foreign key or check constraint`);
      if (constraint?.enforced === false) fail("cannot validate NOT ENFORCED constraint");
      return;
    }
    case "renameConstraint": {
      const constraint = relation.constraints.find((c) => c.name === op.name.text);
      const key = keyOf(relation.schema, op.to.text);
      const isTaken = context.relation(key) !== undefined || context.index(key) !== undefined;
      if (constraint !== undefined && "index" in constraint && isTaken)
        fail(`relation "${op.to.text}" already exists`);
      return;
    }
    default:
  }
}

function refuseMethod(
  columns: readonly string[],
  method: string,
  relation: Relation,
  context: StatementContext,
): void {
  for (const column of columns) {
    const type = context.column(relation.key, column)?.type;
    if (lacksOperatorClass(type, method, context)) context.found.fail(noOperatorClass(type, method));
  }
}

function refuseVirtual(
  columns: readonly string[],
  relation: Relation,
  what: string,
  context: StatementContext,
): void {
  const isVirtual = (column: string): boolean =>
    relation.columns.find(({ name }) => name === column)?.generated?.stored === false;
  if (columns.some(isVirtual)) context.found.fail(`${what} on virtual generated columns are not supported`);
}

/** What is kept may not refer to what is lost. */
function refusePersistence(op: AddForeignKey, relation: Relation, context: StatementContext): void {
  const target = context.relation(op.references);
  if (target?.complete !== true || !relation.complete) return;
  if (relation.temporary !== target.temporary)
    context.found.fail(
      `constraints on ${relation.temporary ? "temporary" : "permanent"} tables may reference only such tables`,
    );
  else if (!relation.unlogged && !relation.temporary && target.unlogged)
    context.found.fail("constraints on permanent tables may reference only permanent tables");
}

/** A key of a partitioned table holds in each partition alone (manual, section 5.12.2.3). */
function refuseOutsideKey(
  columns: readonly string[],
  { partitionBy }: Relation,
  context: StatementContext,
): void {
  if (partitionBy === undefined) return;
  if (partitionBy.expressions.length > 0 || partitionBy.columns.some((column) => !columns.includes(column)))
    context.found.fail("unique constraint on partitioned table must include all partitioning columns");
}
