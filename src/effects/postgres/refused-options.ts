/** Parameters of tables, indexes, columns and VACUUM that the server doesn't know, or not for this object. */
import type { Operation, StorageParameter } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import { knownKind, type Column, type Index, type Relation } from "../../schema/model.ts";
import type { StatementContext } from "./statement-context.ts";
import { dictionary } from "../../text/dictionary.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Manual, CREATE TABLE, "Storage Parameters": those that the table behind TOAST has, too. */
const toastParameters = words(
  "autovacuum_enabled autovacuum_vacuum_threshold autovacuum_vacuum_insert_threshold autovacuum_vacuum_scale_factor " +
    "autovacuum_vacuum_insert_scale_factor autovacuum_vacuum_cost_delay autovacuum_vacuum_cost_limit " +
    "autovacuum_freeze_min_age autovacuum_freeze_max_age autovacuum_freeze_table_age " +
    "autovacuum_multixact_freeze_min_age autovacuum_multixact_freeze_max_age autovacuum_multixact_freeze_table_age " +
    "log_autovacuum_min_duration vacuum_index_cleanup vacuum_truncate autovacuum_vacuum_max_threshold " +
    "vacuum_max_eager_freeze_failure_rate",
);
const tableParameters = words(
  "fillfactor toast_tuple_target parallel_workers user_catalog_table autovacuum_analyze_threshold " +
    "autovacuum_analyze_scale_factor",
);
const tableSince: Readonly<Record<string, number>> = dictionary({
  autovacuum_vacuum_max_threshold: 18,
  vacuum_max_eager_freeze_failure_rate: 18,
});
/** Manual, CREATE INDEX, "Index Storage Parameters". */
const indexParameters: Readonly<Record<string, ReadonlySet<string>>> = dictionary({
  btree: words("fillfactor deduplicate_items vacuum_cleanup_index_scale_factor"),
  hash: words("fillfactor"),
  gist: words("fillfactor buffering"),
  spgist: words("fillfactor"),
  gin: words("fastupdate gin_pending_list_limit"),
  brin: words("pages_per_range autosummarize"),
});
const columnParameters = words("n_distinct n_distinct_inherited");
const viewParameters = words("security_barrier security_invoker check_option");

const bounds: Readonly<Record<string, readonly [number, number]>> = dictionary({
  fillfactor: [10, 100],
  toast_tuple_target: [128, 8160],
  parallel_workers: [0, 1024],
});

/** VACUUM and ANALYZE by the version that knows the option. */
const vacuumSince: Readonly<Record<string, number>> = dictionary({
  process_toast: 14,
  process_main: 16,
  skip_database_stats: 16,
  only_database_stats: 16,
  buffer_usage_limit: 16,
});

export function refuseOptions(
  op: Operation,
  relation: Relation | undefined,
  context: StatementContext,
): void {
  switch (op.kind) {
    case "createTable":
      if (op.partitionBy !== undefined && (op.options ?? []).length > 0)
        context.found.fail("cannot specify storage parameters for a partitioned table");
      if (!op.foreign && (op.accessMethod ?? "heap") === "heap") refuseTable(op.options ?? [], context);
      return;
    case "setTableOptions":
      if (knownKind(relation) === "view") refuseKnown(op.options, viewParameters, context);
      else if (relation?.kind !== "foreign table" && (relation?.accessMethod ?? "heap") === "heap")
        // It may be a view.
        refuseTable(
          knownKind(relation) === undefined
            ? op.options.filter(({ name }) => !viewParameters.has(name))
            : op.options,
          context,
        );
      if (relation?.kind === "view" && op.options.some(({ name }) => name === "security_invoker"))
        unrecognized("security_invoker", context, 15);
      return;
    case "createIndex":
      refuseIndex(op.options ?? [], op.method, context);
      return;
    case "alterIndex":
      refuseAlterIndex(op, context.index(op.index), context);
      return;
    case "setColumnOption":
      refuseColumnOption(op, relation, context);
      return;
    case "vacuum":
    case "analyze":
      refuseVacuum(op, context);
      return;
    default:
  }
}

function unrecognized(name: string, context: StatementContext, since?: number): void {
  if (since !== undefined && context.server.version >= since) return;
  context.found.fail(`unrecognized parameter "${name}"`, since);
}

function refuseKnown(
  options: readonly StorageParameter[],
  known: ReadonlySet<string>,
  context: StatementContext,
): void {
  // RESET of what nobody knows does nothing.
  for (const { name, value } of options)
    if (value !== undefined && !known.has(name)) unrecognized(name, context);
}

function refuseTable(options: readonly StorageParameter[], context: StatementContext): void {
  for (const { name, value } of options) {
    if (value === undefined) continue;
    const isToast = name.startsWith("toast.");
    const bare = isToast ? name.slice("toast.".length) : name;
    // Other name spaces are those of modules.
    if (bare.includes(".")) continue;
    if (bare === "oids" && /^(?:false|off|0|no)$/i.test(value)) continue;
    if (!toastParameters.has(bare) && (isToast || !tableParameters.has(bare))) unrecognized(bare, context);
    else if (tableSince[bare] !== undefined) unrecognized(bare, context, tableSince[bare]);
    refuseValue(bare, value, context);
  }
}

function refuseIndex(options: readonly StorageParameter[], method: string, context: StatementContext): void {
  const known = indexParameters[method];
  if (known === undefined) return;
  refuseKnown(options, known, context);
  for (const { name, value } of options) {
    if (name === "vacuum_cleanup_index_scale_factor" && context.server.version >= 14)
      unrecognized(name, context);
    if (value !== undefined) refuseValue(name, value, context);
  }
}

function refuseValue(name: string, value: string, context: StatementContext): void {
  const range = bounds[name];
  if (range === undefined) return;
  if (!/^[-+]?[\d.]+$/.test(value))
    context.found.fail(`invalid value for integer option "${name}": ${value}`);
  else if (Number(value) < range[0] || Number(value) > range[1])
    context.found.fail(`value ${value} out of bounds for option "${name}"`);
}

function refuseAlterIndex(
  op: Extract<Operation, { kind: "alterIndex" }>,
  index: Index | undefined,
  context: StatementContext,
): void {
  if (index === undefined) return;
  if (op.change === "options") {
    refuseIndex(op.options ?? [], index.method, context);
    if (context.isPartitioned(index.table))
      context.found.fail(`ALTER action SET cannot be performed on relation "${index.name}"`);
    return;
  }
  if (op.change === "statistics" && op.column !== undefined) refuseStatistics(op.column, index, context);
}

function refuseStatistics(column: number, index: Index, context: StatementContext): void {
  const element = index.elements[column - 1];
  if (element === undefined)
    context.found.fail(`column number ${column} of relation "${index.name}" does not exist`);
  else if (element.column !== undefined)
    context.found.fail(
      `cannot alter statistics on non-expression column "${element.column}" of index "${index.name}"`,
    );
}

/** Types of the manual's that are stored as they are (`pg_type.typstorage`); numbers of any length aren't among them. */
const fixedLength: ReadonlySet<string> = new Set([
  "double precision",
  '"char"',
  ...words(
    "bigint boolean box circle date integer interval line lseg macaddr macaddr8 money name oid point real smallint " +
      "tid time timestamp timestamptz timetz tsquery uuid xid xid8",
  ),
]);

export function isFixedLength(of: ColumnType | undefined, context: StatementContext): boolean {
  if (of === undefined) return false;
  const { type } = context.schema.belowDomains(of);
  if (type.dimensions > 0 || type.schema !== undefined) return false;
  const user = context.userType(type);
  return user === undefined ? fixedLength.has(type.name) : user.form === "enum";
}

function refuseColumnOption(
  op: Extract<Operation, { kind: "setColumnOption" }>,
  relation: Relation | undefined,
  context: StatementContext,
): void {
  if (op.option === "options") refuseKnown(op.options ?? [], columnParameters, context);
  const index = relation === undefined ? context.index(op.table) : undefined;
  if (index !== undefined && op.number !== undefined) refuseStatistics(op.number, index, context);
  if (knownKind(relation) === "view") context.found.fail(`"${op.table.name}" is not a table`);
  const column: Column | undefined = op.column && context.column(op.table, op.column.text);
  const { value } = op;
  if (value === undefined) return;
  const fixed = isFixedLength(column?.type, context);
  const type = column?.type?.text ?? "";
  if (op.option === "storage" && fixed && value !== "plain" && value !== "default")
    context.found.fail(`column data type ${type} can only have storage PLAIN`);
  if (op.option !== "compression") return;
  if (value !== "default" && fixed)
    context.found.fail(`column data type ${type} does not support compression`);
  if (!["default", "pglz", "lz4"].includes(value))
    context.found.fail(`invalid compression method "${value}"`);
}

function refuseVacuum(
  op: Extract<Operation, { kind: "vacuum" | "analyze" }>,
  context: StatementContext,
): void {
  for (const { name } of op.options) {
    const since = vacuumSince[name];
    if (since !== undefined && context.server.version < since)
      context.found.fail(`unrecognized ${op.kind.toUpperCase()} option "${name}"`, since);
  }
  const parallel = op.options.find(({ name }) => name === "parallel")?.value;
  if (op.kind === "vacuum" && op.full && parallel !== undefined && parallel !== "0")
    context.found.fail("VACUUM FULL cannot be performed in parallel");
  if (op.kind === "vacuum" && op.columns !== undefined && !op.analyze)
    context.found.fail("ANALYZE option must be specified when a column list is provided");
  for (const { table, columns } of op.columns ?? [])
    for (const column of columns)
      if (context.schema.column(table, column).is === "absent")
        context.found.fail(`column "${column}" of relation "${table.name}" does not exist`);
}
