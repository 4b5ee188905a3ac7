import type { TableOperation } from "../../model/operation.ts";
import { addColumn, dropColumn, setNotNull } from "./column.ts";
import { changeColumnType } from "./change-type.ts";
import { attachPartition, createTable, detachPartition, dropTable, truncateTable } from "./table.ts";
import { constraintTag } from "../../schema/state.ts";
import { mysql, nothing, type Rows } from "./row.ts";
import { bare, type StatementContext } from "./statement-context.ts";

const alter = "ALTER TABLE";

/** Storage parameters that need a stronger lock than SHARE UPDATE EXCLUSIVE. */
const strongOptions: ReadonlySet<string> = new Set(["user_catalog_table", "oids"]);

/** Manual: CREATE TABLE, ALTER TABLE, DROP TABLE, TRUNCATE. */
export const tableRows: Rows<TableOperation["kind"]> = {
  createTable: { manual: "CREATE TABLE", more: createTable },
  dropTable: { manual: "DROP TABLE", lock: "ACCESS EXCLUSIVE", below: "children", more: dropTable },
  renameTable: { manual: `${alter}, RENAME`, lock: "ACCESS EXCLUSIVE" },
  setTableSchema: {
    manual: `${alter}, SET SCHEMA`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      for (const key of context.sequencesOf(op.table)) context.lock(key, "ACCESS EXCLUSIVE");
    },
  },
  truncateTable: { manual: "TRUNCATE", lock: "ACCESS EXCLUSIVE", below: "children", more: truncateTable },
  setTableOptions: {
    manual: `${alter}, SET ( storage_parameter )`,
    more: (op, context) => {
      const strong = op.options.some((option) => strongOptions.has(option.name));
      const isView = context.relation(op.table)?.kind === "view";
      context.lock(op.table, strong || isView ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE");
    },
  },
  setLogged: {
    manual: `${alter}, SET { LOGGED | UNLOGGED }`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      const table = context.relation(op.table);
      if (table?.partitionBy !== undefined && context.server.version >= 18)
        context.found.fail(
          `ALTER action SET ${op.logged ? "LOGGED" : "UNLOGGED"} cannot be performed on relation "${table.name}"`,
        );
      // A table of the history is known; of another only the statement speaks.
      if (table?.complete === true && table.unlogged !== op.logged) return;
      if ((table?.publications ?? []).length > 0)
        context.found.fail(
          `cannot change table "${bare(table?.key ?? "")}" to unlogged because it is part of a publication`,
        );
      if (!op.logged) refuseUnlogged(context, context.key(op.table));
      if (context.server.version >= 15)
        for (const key of context.sequencesOf(op.table)) context.lock(key, "ACCESS EXCLUSIVE");
      if (table?.partitionBy === undefined) context.rewrite(op.table);
    },
  },
  setTablespace: {
    manual: `${alter}, SET TABLESPACE`,
    lock: "ACCESS EXCLUSIVE",
    // Blocks are copied as they are: indexes stay, and no row is read.
    more: (op, context) => {
      if (context.holdsRows(op.table) && op.tablespace !== "pg_default")
        context.found.rewrite(context.key(op.table));
    },
  },
  setAccessMethod: {
    manual: `${alter}, SET ACCESS METHOD`,
    lock: "ACCESS EXCLUSIVE",
    since: [15, "ACCESS"],
    more: (op, context) => {
      const table = context.relation(op.table);
      const asBefore =
        table?.complete === true &&
        (table.accessMethod ?? "heap") ===
          (op.accessMethod ?? context.server.setting("default_table_access_method") ?? "heap");
      if (op.accessMethod === undefined) context.needs(17, "DEFAULT");
      if (context.isPartitioned(op.table) && context.server.version < 17)
        context.found.fail("cannot change access method of a partitioned table", 17);
      if (!asBefore) context.rewrite(op.table);
    },
  },
  setReplicaIdentity: { manual: `${alter}, REPLICA IDENTITY`, lock: "ACCESS EXCLUSIVE" },
  setClusterIndex: { manual: `${alter}, CLUSTER ON`, lock: "SHARE UPDATE EXCLUSIVE" },
  setRowSecurity: { manual: `${alter}, ROW LEVEL SECURITY`, lock: "ACCESS EXCLUSIVE" },
  setTriggerState: {
    manual: `${alter}, DISABLE/ENABLE TRIGGER`,
    more: (op, context) => {
      const mode = op.object === "rule" ? "ACCESS EXCLUSIVE" : "SHARE ROW EXCLUSIVE";
      // A trigger of that name is met in the partitions, too; ALL and USER mean the table's own.
      const below = typeof op.which !== "string" && context.isPartitioned(op.table);
      context.lockTree(op.table, mode, op.only === true || !below);
    },
  },
  setInheritance: {
    manual: `${alter}, INHERIT`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      context.lock(op.parent, op.inherit ? "SHARE UPDATE EXCLUSIVE" : "ACCESS SHARE");
    },
  },
  setTableType: { manual: `${alter}, OF`, lock: "ACCESS EXCLUSIVE" },
  attachPartition: {
    manual: `${alter}, ATTACH PARTITION`,
    lock: "SHARE UPDATE EXCLUSIVE",
    more: attachPartition,
  },
  detachPartition: { manual: `${alter}, DETACH PARTITION`, more: detachPartition },

  addColumn: {
    manual: `${alter}, Notes`,
    lock: "ACCESS EXCLUSIVE",
    below: "children",
    action: "ADD COLUMN",
    more: addColumn,
  },
  dropColumn: {
    manual: `${alter}, DROP COLUMN`,
    lock: "ACCESS EXCLUSIVE",
    below: "always",
    action: "DROP COLUMN",
    more: dropColumn,
  },
  renameColumn: {
    manual: `${alter}, RENAME`,
    more: (op, context) => {
      if (op.object !== "type") {
        context.lockTree(op.table, "ACCESS EXCLUSIVE", op.only === true);
        return;
      }
      // Tables of the type have the attribute for a column.
      for (const relation of context.schema.relations()) {
        if (relation.ofType !== context.key(op.table)) continue;
        if (op.cascade === true) context.lock(relation.key, "ACCESS EXCLUSIVE");
        else
          context.found.fail(`cannot alter type "${op.table.name}" because it is the type of a typed table`);
      }
    },
  },
  changeColumnType: {
    manual: `${alter}, Notes`,
    lock: "ACCESS EXCLUSIVE",
    below: "children",
    action: "ALTER COLUMN ... SET DATA TYPE",
    more: changeColumnType,
  },
  setDefault: { manual: `${alter}, SET DEFAULT`, lock: "ACCESS EXCLUSIVE", below: "children" },
  dropDefault: { manual: `${alter}, DROP DEFAULT`, lock: "ACCESS EXCLUSIVE", below: "children" },
  setNotNull: {
    manual: `${alter}, SET NOT NULL`,
    lock: "ACCESS EXCLUSIVE",
    below: "children",
    action: "ALTER COLUMN ... SET NOT NULL",
    more: setNotNull,
  },
  dropNotNull: {
    manual: `${alter}, DROP NOT NULL`,
    lock: "ACCESS EXCLUSIVE",
    below: "children",
    more: (op, context) => {
      // Since 18 it is a constraint: what inherits it is met even with ONLY.
      if (context.server.version >= 18) context.lockTree(op.table, "ACCESS EXCLUSIVE");
      const relation = context.relation(op.table);
      const isKey = relation?.constraints.some(
        (one) =>
          one.kind === "primary key" &&
          one.columns.includes(op.column.text) &&
          context.schema.certain(relation.key, constraintTag(one.name)),
      );
      if (isKey === true) context.found.fail(`column "${op.column.text}" is in a primary key`);
    },
  },
  setExpression: {
    manual: `${alter}, SET EXPRESSION AS`,
    lock: "ACCESS EXCLUSIVE",
    below: "children",
    since: [17, "EXPRESSION"],
    more: (op, context) => {
      if (context.column(op.table, op.column.text)?.generated?.stored === false) return;
      for (const key of context.tree(op.table)) context.rewrite(key);
    },
  },
  dropExpression: { manual: `${alter}, DROP EXPRESSION`, lock: "ACCESS EXCLUSIVE", below: "children" },
  addIdentity: {
    manual: `${alter}, ADD GENERATED AS IDENTITY`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      // Since 17 partitions take their numbers from the parent's sequence.
      if (context.isPartitioned(op.table) && context.server.version >= 17)
        context.lockTree(op.table, "ACCESS EXCLUSIVE");
      if (context.column(op.table, op.column.text)?.notNull === "no")
        context.found.fail(
          `column "${op.column.text}" of relation "${op.table.name}" must be declared NOT NULL before identity can be added`,
        );
    },
  },
  alterIdentity: {
    manual: `${alter}, SET GENERATED, RESTART`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      for (const key of context.sequencesOf(op.table, op.column.text))
        context.lock(key, "SHARE ROW EXCLUSIVE");
    },
  },
  dropIdentity: {
    manual: `${alter}, DROP IDENTITY`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      for (const key of context.sequencesOf(op.table, op.column.text)) context.lock(key, "ACCESS EXCLUSIVE");
    },
  },
  setColumnOption: {
    manual: `${alter}, SET STATISTICS, SET ( attribute_option ), SET STORAGE, SET COMPRESSION`,
    more: (op, context) => {
      if (op.option === "compression") context.needs(14, "COMPRESSION");
      const weak = op.option === "statistics" || op.option === "options";
      const recurses = op.option === "statistics" || op.option === "storage";
      context.lockTree(
        op.table,
        weak ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE",
        op.only === true || !recurses,
      );
    },
  },
  redefineColumn: nothing(mysql),
  convertCharset: nothing(mysql),
  forceRebuild: nothing(mysql),
  orderRows: nothing(mysql),
  alterPartitions: nothing(mysql),
  setSystemVersioning: nothing(mysql),
  setTableState: nothing(mysql),
};

function refuseUnlogged(context: StatementContext, table: string): void {
  const logged = (key: string): boolean => {
    const other = context.relation(key);
    return key !== table && other?.complete === true && !other.unlogged;
  };
  const referencing = context.schema.foreignKeysTo(table).find((fk) => logged(fk.table));
  if (referencing === undefined) return;
  const [own, other] = [table, referencing.table].map(bare);
  context.found.fail(
    `could not change table "${own ?? ""}" to unlogged because it references logged table "${other ?? ""}"`,
  );
}
