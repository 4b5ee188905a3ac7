import type { Key, QualifiedName } from "../../model/names.ts";
import type { Analyze, Cluster, SessionOperation, Vacuum } from "../../model/operation.ts";
import { mysql, nothing, type Rows } from "./row.ts";
import type { StatementContext } from "./statement-context.ts";

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
    more: (op, context) => {
      if (alone.has(op.command)) context.found.notInTransaction();
      context.read(op.query, false);
      if (op.command === "REASSIGN OWNED" || op.command === "DROP OWNED") owned(op.roles ?? [], context);
    },
  },
  unknown: { manual: "SQL Commands" },
};

/** Every relation of the roles is handed on or dropped. */
function owned(roles: readonly string[], context: StatementContext): void {
  for (const relation of context.schema.relations())
    if (relation.owner !== undefined && roles.includes(relation.owner))
      context.lock(relation.key, "ACCESS EXCLUSIVE");
}

/** Inheriting tables are sampled for the statistics of the whole, partitions analyzed as well. */
function analyze(op: Analyze, context: StatementContext): void {
  if (op.tables.some((table) => table.only === true)) context.needs(18, "ONLY");
  for (const key of targets(op.tables, context)) context.lock(key, "SHARE UPDATE EXCLUSIVE");
  for (const table of op.tables)
    for (const key of isView(table, context) ? [] : context.tree(table)) context.lock(key, "ACCESS SHARE");
}

const isView = (table: QualifiedName, context: StatementContext): boolean =>
  context.relation(table)?.kind === "view";

/** Tables with their partitions, since 18 with inheriting ones; none named: everything that holds rows. */
function targets(tables: readonly QualifiedName[], context: StatementContext): readonly Key[] {
  const below = (table: QualifiedName): readonly Key[] => {
    if (isView(table, context)) return [];
    const recurses = table.only !== true && (context.server.version >= 18 || context.isPartitioned(table));
    return recurses ? context.tree(table) : [context.key(table)];
  };
  if (tables.length > 0) return tables.flatMap(below);
  return [...context.schema.relations()]
    .filter((r) => r.kind === "table" || r.kind === "materialized view")
    .map((r) => r.key);
}

function vacuum(op: Vacuum, context: StatementContext): void {
  if (op.tables.some((table) => table.only === true)) context.needs(18, "ONLY");
  const said = (name: string): string | undefined =>
    op.options.find((option) => option.name === name)?.value?.toLowerCase();
  if (said("only_database_stats") !== undefined) return;
  const skipsMain = ["false", "off", "0"].includes(said("process_main") ?? "");
  for (const key of targets(op.tables, context)) {
    context.lock(key, op.full ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE");
    if (op.full) context.rewrite(key);
    else if (!skipsMain) context.scan(key);
  }
}

function cluster(op: Cluster, context: StatementContext): void {
  if (op.table === undefined) {
    context.found.notInTransaction();
    for (const { key, clusteredOn } of context.schema.relations()) {
      if (clusteredOn === undefined) continue;
      context.lock(key, "ACCESS EXCLUSIVE");
      context.rewrite(key);
    }
    return;
  }
  if (context.isPartitioned(op.table)) {
    if (context.server.version < 15) context.found.fail("cannot cluster a partitioned table", 15);
    context.found.notInTransaction();
  }
  for (const key of context.tree(op.table)) {
    context.lock(key, "ACCESS EXCLUSIVE");
    context.rewrite(key);
  }
}
