/** Indexes and constraints that can't serve as asked. */
import { keyOf } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import type { Index, Relation } from "../../schema/model.ts";
import type { Scene } from "./scene.ts";

export function refuseKey(op: Operation, relation: Relation, scene: Scene): void {
  const { name } = relation;
  const fail = (reason: string): void => {
    scene.found.fail(reason);
  };
  const named = (index: string | undefined): Index | undefined =>
    index === undefined ? undefined : scene.index(keyOf(relation.schema, index));
  switch (op.kind) {
    case "addUnique":
    case "addPrimaryKey": {
      if (op.usingIndex === undefined) {
        refuseOutsideKey(
          op.columns.map((column) => column.text),
          relation,
          scene,
        );
        return;
      }
      const index = named(op.usingIndex.text);
      if (index === undefined) return;
      if (!index.unique) fail(`"${index.name}" is not a unique index`);
      if (index.where !== undefined) fail(`"${index.name}" is a partial index`);
      if (index.elements.some((element) => element.column === undefined))
        fail(`index "${index.name}" contains expressions`);
      return;
    }
    case "createIndex":
      if (op.unique)
        refuseOutsideKey(
          op.elements.flatMap((element) => element.column ?? []),
          relation,
          scene,
        );
      return;
    case "setClusterIndex":
      if (named(op.index?.text)?.where !== undefined)
        fail(`cannot cluster on partial index "${op.index?.text ?? ""}"`);
      return;
    case "cluster":
      if (named(op.index)?.where !== undefined) fail(`cannot cluster on partial index "${op.index ?? ""}"`);
      if (op.index !== undefined && scene.schema.index(keyOf(relation.schema, op.index)).is === "absent")
        fail(`index "${op.index}" for table "${name}" does not exist`);
      return;
    case "setReplicaIdentity": {
      const index = named(op.index?.text);
      if (index === undefined) return;
      if (!index.unique) fail(`cannot use non-unique index "${index.name}" as replica identity`);
      if (index.where !== undefined) fail(`cannot use partial index "${index.name}" as replica identity`);
      for (const { column } of index.elements)
        if (column === undefined) fail(`cannot use expression index "${index.name}" as replica identity`);
        else if (scene.column(relation.key, column)?.notNull === "no")
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
        scene.server.version < 18 ? ["foreign key", "check"] : ["foreign key", "check", "not null"];
      if (constraint !== undefined && !kinds.includes(constraint.kind))
        fail(`constraint "${op.name.text}" of relation "${name}" is not a foreign key or check constraint`);
      return;
    }
    default:
  }
}

/** A key of a partitioned table holds in each partition alone (manual, section 5.12.2.3). */
function refuseOutsideKey(columns: readonly string[], { partitionBy }: Relation, scene: Scene): void {
  if (partitionBy === undefined) return;
  if (partitionBy.expressions.length > 0 || partitionBy.columns.some((column) => !columns.includes(column)))
    scene.found.fail("unique constraint on partitioned table must include all partitioning columns");
}
