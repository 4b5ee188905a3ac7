import type { TableOperation } from "../../model/operation.ts";
import { addColumn, dropColumn, setNotNull } from "./column.ts";
import { changeColumnType } from "./change-type.ts";
import { attachPartition, createTable, detachPartition, dropTable, truncateTable } from "./table.ts";
import { mysql, nothing, type Rows } from "./row.ts";
import { bare, type Scene } from "./statement-context.ts";

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
    more: (op, scene) => {
      for (const key of scene.sequencesOf(op.table)) scene.lock(key, "ACCESS EXCLUSIVE");
    },
  },
  truncateTable: { manual: "TRUNCATE", lock: "ACCESS EXCLUSIVE", below: "children", more: truncateTable },
  setTableOptions: {
    manual: `${alter}, SET ( storage_parameter )`,
    more: (op, scene) => {
      const strong = op.options.some((option) => strongOptions.has(option.name));
      const isView = scene.relation(op.table)?.kind === "view";
      scene.lock(op.table, strong || isView ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE");
    },
  },
  setLogged: {
    manual: `${alter}, SET { LOGGED | UNLOGGED }`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, scene) => {
      const table = scene.relation(op.table);
      if (table?.partitionBy !== undefined && scene.server.version >= 18)
        scene.found.fail(
          `ALTER action SET ${op.logged ? "LOGGED" : "UNLOGGED"} cannot be performed on relation "${table.name}"`,
        );
      // A table of the history is known; of another only the statement speaks.
      if (table?.complete === true && table.unlogged !== op.logged) return;
      if ((table?.publications ?? []).length > 0)
        scene.found.fail(
          `cannot change table "${bare(table?.key ?? "")}" to unlogged because it is part of a publication`,
        );
      if (!op.logged) refuseUnlogged(scene, scene.key(op.table));
      if (scene.server.version >= 15)
        for (const key of scene.sequencesOf(op.table)) scene.lock(key, "ACCESS EXCLUSIVE");
      if (table?.partitionBy === undefined) scene.rewrite(op.table);
    },
  },
  setTablespace: {
    manual: `${alter}, SET TABLESPACE`,
    lock: "ACCESS EXCLUSIVE",
    // Blocks are copied as they are: indexes stay, and no row is read.
    more: (op, scene) => {
      if (scene.holdsRows(op.table) && op.tablespace !== "pg_default")
        scene.found.rewrite(scene.key(op.table));
    },
  },
  setAccessMethod: {
    manual: `${alter}, SET ACCESS METHOD`,
    lock: "ACCESS EXCLUSIVE",
    since: [15, "ACCESS"],
    more: (op, scene) => {
      const table = scene.relation(op.table);
      const asBefore =
        table?.complete === true &&
        (table.accessMethod ?? "heap") ===
          (op.accessMethod ?? scene.server.setting("default_table_access_method") ?? "heap");
      if (op.accessMethod === undefined) scene.needs(17, "DEFAULT");
      if (scene.isPartitioned(op.table) && scene.server.version < 17)
        scene.found.fail("cannot change access method of a partitioned table", 17);
      if (!asBefore) scene.rewrite(op.table);
    },
  },
  setReplicaIdentity: { manual: `${alter}, REPLICA IDENTITY`, lock: "ACCESS EXCLUSIVE" },
  setClusterIndex: { manual: `${alter}, CLUSTER ON`, lock: "SHARE UPDATE EXCLUSIVE" },
  setRowSecurity: { manual: `${alter}, ROW LEVEL SECURITY`, lock: "ACCESS EXCLUSIVE" },
  setTriggerState: {
    manual: `${alter}, DISABLE/ENABLE TRIGGER`,
    more: (op, scene) => {
      const mode = op.object === "rule" ? "ACCESS EXCLUSIVE" : "SHARE ROW EXCLUSIVE";
      // A trigger of that name is met in the partitions, too; ALL and USER mean the table's own.
      const below = typeof op.which !== "string" && scene.isPartitioned(op.table);
      scene.lockTree(op.table, mode, op.only === true || !below);
    },
  },
  setInheritance: {
    manual: `${alter}, INHERIT`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, scene) => {
      scene.lock(op.parent, op.inherit ? "SHARE UPDATE EXCLUSIVE" : "ACCESS SHARE");
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
    more: (op, scene) => {
      if (op.object !== "type") {
        scene.lockTree(op.table, "ACCESS EXCLUSIVE", op.only === true);
        return;
      }
      // Tables of the type have the attribute for a column.
      for (const relation of scene.schema.relations()) {
        if (relation.ofType !== scene.key(op.table)) continue;
        if (op.cascade === true) scene.lock(relation.key, "ACCESS EXCLUSIVE");
        else scene.found.fail(`cannot alter type "${op.table.name}" because it is the type of a typed table`);
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
    more: (op, scene) => {
      // Since 18 it is a constraint: what inherits it is met even with ONLY.
      if (scene.server.version >= 18) scene.lockTree(op.table, "ACCESS EXCLUSIVE");
      const key = scene
        .relation(op.table)
        ?.constraints.find((c) => c.kind === "primary key" && c.columns.includes(op.column.text));
      if (key !== undefined) scene.found.fail(`column "${op.column.text}" is in a primary key`);
    },
  },
  setExpression: {
    manual: `${alter}, SET EXPRESSION AS`,
    lock: "ACCESS EXCLUSIVE",
    below: "children",
    since: [17, "EXPRESSION"],
    more: (op, scene) => {
      if (scene.column(op.table, op.column.text)?.generated?.stored === false) return;
      for (const key of scene.tree(op.table)) scene.rewrite(key);
    },
  },
  dropExpression: { manual: `${alter}, DROP EXPRESSION`, lock: "ACCESS EXCLUSIVE", below: "children" },
  addIdentity: {
    manual: `${alter}, ADD GENERATED AS IDENTITY`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, scene) => {
      // Since 17 partitions take their numbers from the parent's sequence.
      if (scene.isPartitioned(op.table) && scene.server.version >= 17)
        scene.lockTree(op.table, "ACCESS EXCLUSIVE");
      if (scene.column(op.table, op.column.text)?.notNull === "no")
        scene.found.fail(
          `column "${op.column.text}" of relation "${op.table.name}" must be declared NOT NULL before identity can be added`,
        );
    },
  },
  alterIdentity: {
    manual: `${alter}, SET GENERATED, RESTART`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, scene) => {
      for (const key of scene.sequencesOf(op.table, op.column.text)) scene.lock(key, "SHARE ROW EXCLUSIVE");
    },
  },
  dropIdentity: {
    manual: `${alter}, DROP IDENTITY`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, scene) => {
      for (const key of scene.sequencesOf(op.table, op.column.text)) scene.lock(key, "ACCESS EXCLUSIVE");
    },
  },
  setColumnOption: {
    manual: `${alter}, SET STATISTICS, SET ( attribute_option ), SET STORAGE, SET COMPRESSION`,
    more: (op, scene) => {
      if (op.option === "compression") scene.needs(14, "COMPRESSION");
      const weak = op.option === "statistics" || op.option === "options";
      const recurses = op.option === "statistics" || op.option === "storage";
      scene.lockTree(
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

function refuseUnlogged(scene: Scene, table: string): void {
  const logged = (key: string): boolean => {
    const other = scene.relation(key);
    return key !== table && other?.complete === true && !other.unlogged;
  };
  const referencing = scene.schema.foreignKeysTo(table).find((fk) => logged(fk.table));
  if (referencing === undefined) return;
  const [own, other] = [table, referencing.table].map(bare);
  scene.found.fail(
    `could not change table "${own ?? ""}" to unlogged because it references logged table "${other ?? ""}"`,
  );
}
