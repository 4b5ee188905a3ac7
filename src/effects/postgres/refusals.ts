/** What the server refuses for what the named object is: a view, a partition, a generated column, … */
import type { QualifiedName } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import type { Relation } from "../../schema/model.ts";
import { refuseColumn } from "./refused-columns.ts";
import { refuseKey } from "./refused-keys.ts";
import type { Scene } from "./scene.ts";

type Kind = Relation["kind"];

/** The kinds of relations that a command takes; others are refused. */
const takes: Readonly<Partial<Record<Operation["kind"], readonly Kind[]>>> = {
  dropTable: ["table", "foreign table"],
  truncateTable: ["table", "foreign table"],
  createTrigger: ["table", "view", "foreign table"],
  addColumn: ["table", "foreign table"],
  createPolicy: ["table"],
  alterPolicy: ["table"],
  setRowSecurity: ["table"],
  createStatistics: ["table", "materialized view", "foreign table"],
  lockTable: ["table", "view", "foreign table"],
  addCheck: ["table", "foreign table"],
  addNotNull: ["table", "foreign table"],
  addUnique: ["table"],
  addPrimaryKey: ["table"],
  addForeignKey: ["table"],
  attachPartition: ["table"],
  insertRows: ["table", "view", "foreign table"],
  updateRows: ["table", "view", "foreign table"],
  deleteRows: ["table", "view", "foreign table"],
  setLogged: ["table", "sequence"],
};

export function refuse(op: Operation, target: QualifiedName | undefined, scene: Scene): void {
  const relation = target === undefined ? undefined : scene.relation(target);
  if (relation === undefined) return;
  const kinds = takes[op.kind];
  if (kinds !== undefined && !kinds.includes(relation.kind)) {
    scene.found.fail(`"${relation.name}" is not a table`);
    return;
  }
  refuseKind(op, relation, scene);
  refuseColumn(op, relation, scene);
  refuseKey(op, relation, scene);
}

function refuseKind(op: Operation, relation: Relation, scene: Scene): void {
  const { name } = relation;
  const partitioned = relation.partitionBy !== undefined;
  const { version, found } = { version: scene.server.version, found: scene.found };
  switch (op.kind) {
    case "dropView":
    case "alterView":
    case "refreshView":
    case "renameView": {
      const kind = op.kind === "refreshView" || op.materialized ? "materialized view" : "view";
      // ALTER VIEW and ALTER MATERIALIZED VIEW insist as DROP does.
      if (relation.kind !== kind) found.fail(`"${name}" is not a ${kind}`);
      if (op.kind !== "refreshView" || !op.concurrently) return;
      if (op.withNoData) found.fail("CONCURRENTLY and WITH NO DATA options cannot be used together");
      if (relation.origin !== undefined && !relation.populated)
        found.fail("CONCURRENTLY cannot be used when the materialized view is not populated");
      return;
    }
    case "createTrigger":
      if (relation.kind === "view" && op.forEachRow && op.timing !== "instead of")
        found.fail(`"${name}" is a view`);
      if (relation.kind === "table" && op.timing === "instead of") found.fail(`"${name}" is a table`);
      return;
    case "copyRows":
      if (op.direction === "from") return;
      if (relation.kind === "view" || (relation.kind === "materialized view" && version < 18))
        found.fail(`cannot copy from ${relation.kind} "${name}"`);
      if (partitioned) found.fail(`cannot copy from partitioned table "${name}"`);
      return;
    case "truncateTable":
      if (op.only === true && partitioned) found.fail("cannot truncate only a partitioned table");
      return;
    case "attachPartition":
      if (relation.complete && !partitioned) found.fail(`table "${name}" is not partitioned`);
      if (op.bound.default && defaultOf(relation, scene))
        found.fail(`partition "${op.partition.name}" conflicts with existing default partition`);
      if (scene.relation(op.partition)?.partitionOf !== undefined)
        found.fail(`"${op.partition.name}" is already a partition`);
      return;
    case "detachPartition": {
      const partition = scene.relation(op.partition);
      if (partition !== undefined && partition.complete && partition.partitionOf?.parent !== relation.key)
        found.fail(`relation "${op.partition.name}" is not a partition of relation "${name}"`);
      return;
    }
    case "setInheritance":
      if (op.inherit && relation.parents.includes(scene.key(op.parent)))
        found.fail(`relation "${op.parent.name}" would be inherited from more than once`);
      if (!op.inherit && relation.complete && !relation.parents.includes(scene.key(op.parent)))
        found.fail(`relation "${op.parent.name}" is not a parent of relation "${name}"`);
      if (op.inherit) refuseParent(relation, scene.relation(op.parent), scene);
      return;
    case "setTableType":
      if (op.type === undefined && relation.complete && relation.ofType === undefined)
        found.fail(`"${name}" is not a typed table`);
      return;
    case "setTriggerState": {
      const { which } = op;
      if (typeof which === "string" || op.object === "rule" || !relation.complete) return;
      if (!relation.triggers.some((trigger) => trigger.name === which.text))
        found.fail(`trigger "${which.text}" for table "${name}" does not exist`);
      return;
    }
    case "setTableOptions":
      if (partitioned && op.options.some((option) => option.value !== undefined))
        found.fail("cannot specify storage parameters for a partitioned table");
      return;
    case "setClusterIndex":
      if (partitioned) found.fail("cannot mark index clustered in partitioned table");
      return;
    case "cluster":
      if (op.index === undefined && relation.complete && relation.clusteredOn === undefined && !partitioned)
        found.fail(`there is no previously clustered index for table "${name}"`);
      return;
    default:
  }
}

export const defaultOf = (parent: Relation, scene: Scene): boolean =>
  parent.children.some((key) => scene.relation(key)?.partitionOf?.bound.default === true);

function refuseParent(child: Relation, parent: Relation | undefined, scene: Scene): void {
  if (!child.complete || parent === undefined) return;
  for (const column of parent.columns)
    if (!child.columns.some((own) => own.name === column.name))
      scene.found.fail(`child table is missing column "${column.name}"`);
}
