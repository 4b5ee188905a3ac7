import type { Key, QualifiedName } from "../../model/names.ts";
import type { Analyze, Cluster, SessionOperation, Vacuum } from "../../model/operation.ts";
import { mysql, nothing, type Rows } from "./row.ts";
import type { Scene } from "./statement-context.ts";

/** Commands of `utility` that refuse a transaction block. */
const alone: ReadonlySet<string> = new Set([
  "DISCARD ALL",
  "ALTER SYSTEM",
  "CREATE DATABASE",
  "DROP DATABASE",
  "COMMIT PREPARED",
  "ROLLBACK PREPARED",
]);

/** Manual: VACUUM, ANALYZE, CLUSTER; transaction and session commands lock nothing. */
export const sessionRows: Rows<SessionOperation["kind"]> = {
  begin: { manual: "BEGIN" },
  commit: { manual: "COMMIT" },
  rollback: { manual: "ROLLBACK" },
  savepoint: { manual: "SAVEPOINT" },
  setOption: { manual: "SET" },
  useSchema: nothing(mysql),
  vacuum: { manual: "VACUUM", alone: true, more: vacuum },
  analyze: {
    manual: "ANALYZE",
    // Reads a sample only.
    more: analyze,
  },
  cluster: { manual: "CLUSTER", more: cluster },
  executeDynamic: { manual: "section 43.5.4" },
  utility: {
    manual: "SQL Commands",
    more: (op, scene) => {
      if (alone.has(op.command)) scene.found.notInTransaction();
      scene.read(op.query, false);
      if (op.command === "REASSIGN OWNED" || op.command === "DROP OWNED") owned(op.roles ?? [], scene);
    },
  },
  unknown: { manual: "SQL Commands" },
};

/** Every relation of the roles is handed on or dropped. */
function owned(roles: readonly string[], scene: Scene): void {
  for (const relation of scene.schema.relations())
    if (relation.owner !== undefined && roles.includes(relation.owner))
      scene.lock(relation.key, "ACCESS EXCLUSIVE");
}

/** Inheriting tables are sampled for the statistics of the whole, partitions analyzed as well. */
function analyze(op: Analyze, scene: Scene): void {
  if (op.tables.some((table) => table.only === true)) scene.needs(18, "ONLY");
  for (const key of targets(op.tables, scene)) scene.lock(key, "SHARE UPDATE EXCLUSIVE");
  for (const table of op.tables)
    for (const key of isView(table, scene) ? [] : scene.tree(table)) scene.lock(key, "ACCESS SHARE");
}

const isView = (table: QualifiedName, scene: Scene): boolean => scene.relation(table)?.kind === "view";

/** Tables with their partitions, since 18 with inheriting ones; none named: everything that holds rows. */
function targets(tables: readonly QualifiedName[], scene: Scene): readonly Key[] {
  const below = (table: QualifiedName): readonly Key[] => {
    if (isView(table, scene)) return [];
    const recurses = table.only !== true && (scene.server.version >= 18 || scene.isPartitioned(table));
    return recurses ? scene.tree(table) : [scene.key(table)];
  };
  if (tables.length > 0) return tables.flatMap(below);
  return [...scene.schema.relations()]
    .filter((r) => r.kind === "table" || r.kind === "materialized view")
    .map((r) => r.key);
}

function vacuum(op: Vacuum, scene: Scene): void {
  if (op.tables.some((table) => table.only === true)) scene.needs(18, "ONLY");
  const said = (name: string): string | undefined =>
    op.options.find((option) => option.name === name)?.value?.toLowerCase();
  if (said("only_database_stats") !== undefined) return;
  const skipsMain = ["false", "off", "0"].includes(said("process_main") ?? "");
  for (const key of targets(op.tables, scene)) {
    scene.lock(key, op.full ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE");
    if (op.full) scene.rewrite(key);
    else if (!skipsMain) scene.scan(key);
  }
}

function cluster(op: Cluster, scene: Scene): void {
  if (op.table === undefined) {
    scene.found.notInTransaction();
    for (const { key, clusteredOn } of scene.schema.relations()) {
      if (clusteredOn === undefined) continue;
      scene.lock(key, "ACCESS EXCLUSIVE");
      scene.rewrite(key);
    }
    return;
  }
  if (scene.isPartitioned(op.table)) {
    if (scene.server.version < 15) scene.found.fail("cannot cluster a partitioned table", 15);
    scene.found.notInTransaction();
  }
  for (const key of scene.tree(op.table)) {
    scene.lock(key, "ACCESS EXCLUSIVE");
    scene.rewrite(key);
  }
}
