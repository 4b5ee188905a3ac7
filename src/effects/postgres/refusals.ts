/** What the server refuses for what the named object is: a view, a partition, a generated column, … */
import type { QualifiedName } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import { defaultPartition } from "../../schema/default-partition.ts";
import { knownKind, type Relation } from "../../schema/model.ts";
import { refuseColumn } from "./refused-columns.ts";
import { refuseChild } from "./refused-partitions.ts";
import { refuseKey } from "./refused-keys.ts";
import type { StatementContext } from "./statement-context.ts";

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
  createIndex: ["table", "materialized view", "view"],
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

export function refuse(op: Operation, target: QualifiedName | undefined, context: StatementContext): void {
  const relation = target === undefined ? undefined : context.relation(target);
  if (relation === undefined) return;
  const kinds = takes[op.kind];
  const kind = knownKind(relation);
  if (kinds !== undefined && kind !== undefined && !kinds.includes(kind)) {
    context.found.fail(`"${relation.name}" is not a table`);
    return;
  }
  refuseKind(op, relation, context);
  refuseColumn(op, relation, context);
  refuseKey(op, relation, context);
}

function refuseKind(op: Operation, relation: Relation, context: StatementContext): void {
  const { name } = relation;
  const own = knownKind(relation);
  const partitioned = relation.partitionBy !== undefined;
  const { version, found } = { version: context.server.version, found: context.found };
  switch (op.kind) {
    case "dropView":
    case "alterView":
    case "refreshView":
    case "renameView": {
      const kind = op.kind === "refreshView" || op.materialized ? "materialized view" : "view";
      // ALTER VIEW and ALTER MATERIALIZED VIEW insist as DROP does.
      // An index of it shows that one is there, and not what it is.
      if (own !== undefined && own !== kind && relation.origin !== undefined)
        found.fail(`"${name}" is not a ${kind}`);
      if (op.kind !== "refreshView" || !op.concurrently) return;
      if (op.withNoData) found.fail("CONCURRENTLY and WITH NO DATA options cannot be used together");
      if (relation.origin !== undefined && !relation.populated)
        found.fail("CONCURRENTLY cannot be used when the materialized view is not populated");
      return;
    }
    case "createTrigger":
      if (own === "view" && op.forEachRow && op.timing !== "instead of") found.fail(`"${name}" is a view`);
      if (own === "table" && op.timing === "instead of") found.fail(`"${name}" is a table`);
      return;
    case "copyRows":
      if (op.direction === "from") return;
      if (own === "view" || (own === "materialized view" && version < 18))
        found.fail(`cannot copy from ${own} "${name}"`);
      if (partitioned) found.fail(`cannot copy from partitioned table "${name}"`);
      return;
    case "truncateTable":
      if (op.only === true && partitioned) found.fail("cannot truncate only a partitioned table");
      return;
    case "attachPartition":
      if (relation.complete && !partitioned) found.fail(`table "${name}" is not partitioned`);
      if (op.bound.default && defaultOf(relation, context))
        found.fail(`partition "${op.partition.name}" conflicts with existing default partition`);
      if (context.relation(op.partition)?.partitionOf !== undefined)
        found.fail(`"${op.partition.name}" is already a partition`);
      return;
    case "detachPartition": {
      const partition = context.relation(op.partition);
      if (partition !== undefined && partition.complete && partition.partitionOf?.parent !== relation.key)
        found.fail(`relation "${op.partition.name}" is not a partition of relation "${name}"`);
      return;
    }
    case "setInheritance":
      if (op.inherit && relation.parents.includes(context.key(op.parent)))
        found.fail(`relation "${op.parent.name}" would be inherited from more than once`);
      if (!op.inherit && relation.complete && !relation.parents.includes(context.key(op.parent)))
        found.fail(`relation "${op.parent.name}" is not a parent of relation "${name}"`);
      if (op.inherit) refuseParent(relation, context.relation(op.parent), context);
      return;
    case "setTableType":
      if (op.type === undefined && relation.complete && relation.ofType === undefined)
        found.fail(`"${name}" is not a typed table`);
      refuseRowShape(op.type, relation, context);
      return;
    case "setTriggerState": {
      const { which } = op;
      if (typeof which === "string" || !relation.complete) return;
      if (op.object === "rule" ? hasRule(relation, which.text) : hasTrigger(relation, which.text)) return;
      found.fail(`${op.object} "${which.text}" for table "${name}" does not exist`);
      return;
    }
    case "dropTrigger":
      if (relation.triggers.some((trigger) => trigger.name === op.name.text && trigger.inherited === true))
        found.fail(`cannot drop trigger ${op.name.text} on table ${name} because its parent requires it`);
      return;
    case "dropRule":
      if (relation.complete && !op.ifExists && !hasRule(relation, op.name.text))
        found.fail(`rule "${op.name.text}" for relation "${name}" does not exist`);
      return;
    case "createRule":
      if (hasRule(relation, op.name.text) && !op.orReplace)
        found.fail(`rule "${op.name.text}" for relation "${name}" already exists`);
      if (op.onSelect === true && op.name.text !== "_RETURN")
        found.fail(`view rule for "${name}" must be named "_RETURN"`);
      return;
    case "createPolicy":
      if (op.command === "insert" && op.using !== undefined)
        found.fail("only WITH CHECK expression allowed for INSERT");
      if ((op.command === "select" || op.command === "delete") && op.withCheck !== undefined)
        found.fail("WITH CHECK cannot be applied to SELECT or DELETE");
      return;
    case "setTableOptions":
      if (partitioned && op.options.some((option) => option.value !== undefined))
        found.fail("cannot specify storage parameters for a partitioned table");
      return;
    case "setClusterIndex":
      if (partitioned) found.fail("cannot mark index clustered in partitioned table");
      return;
    case "cluster":
      if (op.index === undefined && relation.complete && relation.clusteredOn === undefined)
        found.fail(`there is no previously clustered index for table "${name}"`);
      return;
    default:
  }
}

export const hasTrigger = (relation: Relation, name: string): boolean =>
  relation.triggers.some((trigger) => trigger.name === name);
/** A view is the rule `_RETURN`. */
export const hasRule = (relation: Relation, name: string): boolean =>
  relation.rules?.includes(name) === true || name === "_RETURN";

/** OF: the table has the attributes of the type, in their order. */
function refuseRowShape(
  type: QualifiedName | undefined,
  relation: Relation,
  context: StatementContext,
): void {
  const found = type === undefined ? undefined : context.schema.type(type);
  if (found?.is !== "present" || !found.value.complete || !relation.complete) return;
  const names = found.value.attributes.map((attribute) => attribute.name);
  const own = relation.columns.map((column) => column.name);
  if (names.join() !== own.join())
    context.found.fail(`table has columns "${own.join()}" where type requires "${names.join()}"`);
}

export const defaultOf = (parent: Relation, context: StatementContext): boolean =>
  defaultPartition(parent, (key) => context.relation(key)) !== undefined;

function refuseParent(child: Relation, parent: Relation | undefined, context: StatementContext): void {
  if (!child.complete || parent === undefined) return;
  for (const column of parent.columns)
    if (!child.columns.some((own) => own.name === column.name))
      context.found.fail(`child table is missing column "${column.name}"`);
  refuseChild(parent, child, context);
}
