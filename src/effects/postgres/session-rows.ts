import type { Key, QualifiedName } from "../../model/names.ts";
import type { Cluster, SessionOperation, Vacuum } from "../../model/operation.ts";
import type { Rows } from "./row.ts";
import type { Scene } from "./scene.ts";

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
  vacuum: { manual: "VACUUM", alone: true, more: vacuum },
  analyze: {
    manual: "ANALYZE",
    // Reads a sample only.
    more: (op, scene) => {
      for (const key of targets(op.tables, scene)) scene.lock(key, "SHARE UPDATE EXCLUSIVE");
    },
  },
  cluster: { manual: "CLUSTER", more: cluster },
  executeDynamic: { manual: "section 43.5.4" },
  utility: {
    manual: "SQL Commands",
    more: (op, scene) => {
      if (alone.has(op.command)) scene.found.notInTransaction();
    },
  },
  unknown: { manual: "SQL Commands" },
};

/** Tables with their partitions; none named: everything that holds rows. */
function targets(tables: readonly QualifiedName[], scene: Scene): readonly Key[] {
  if (tables.length > 0) return tables.flatMap((table) => scene.tree(table));
  return [...scene.schema.relations()]
    .filter((r) => r.kind === "table" || r.kind === "materialized view")
    .map((r) => r.key);
}

function vacuum(op: Vacuum, scene: Scene): void {
  for (const key of targets(op.tables, scene)) {
    scene.lock(key, op.full ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE");
    if (op.full) scene.rewrite(key);
    else scene.scan(key);
  }
}

function cluster(op: Cluster, scene: Scene): void {
  if (op.table === undefined) {
    scene.found.notInTransaction();
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
