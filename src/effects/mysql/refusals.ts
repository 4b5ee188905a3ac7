/** Why a statement is certain to fail, in the server's words, where the schema shows it. Rows are not looked at. */
import { engineIn } from "../../model/engines.ts";
import type { ColumnDefinition, Operation, OperationKind } from "../../model/operation.ts";
import { changedColumn, type StatementContext } from "./statement-context.ts";
import {
  foreignKeys,
  isReferenced,
  neededIndex,
  onDropped,
  refusedForeignKey,
  refusedPrimaryKeyDrop,
} from "./refused-keys.ts";
import { refusedDefinition } from "./refused-definitions.ts";
import { refusedPartition } from "./refused-partitions.ts";
import { keyLength } from "./key-length.ts";
import type { ColumnType } from "../../model/types.ts";
import { isString } from "../../schema/apply/mysql/charset.ts";
import { typeChanges } from "./types.ts";

export function refusal(op: Operation, context: StatementContext): string | undefined {
  return (
    namedTwice(op, context) ??
    syntax(op, context) ??
    versioned(op, context) ??
    ofView(op, context) ??
    refusedDefinition(op, context) ??
    refusedPartition(op, context) ??
    meaning(op, context)
  );
}

const ofTables: ReadonlySet<OperationKind> = new Set([
  "addColumn",
  "dropColumn",
  "redefineColumn",
  "createIndex",
  "dropIndex",
  "addPrimaryKey",
  "addUnique",
  "addForeignKey",
  "addCheck",
  "setTableOptions",
  "convertCharset",
]);

const ofView = ({ kind }: Operation, { relation }: StatementContext): string | undefined =>
  relation?.kind === "view" && ofTables.has(kind) ? `'${relation.name}' is not BASE TABLE` : undefined;

function namedTwice(op: Operation, context: StatementContext): string | undefined {
  const name = changedColumn(op);
  return name !== undefined && context.namedTwice.has(name) ? `Unknown column '${name}'` : undefined;
}

export const near = (word: string): string => `You have an error in your SQL syntax near '${word}'`;

/** Table options that no MySQL knows (measured on 9.7). */
const ofMariaDb: ReadonlySet<string> = new Set(
  "page_compressed page_compression_level encrypted encryption_key_id transactional page_checksum ietf_quotes sequence".split(
    " ",
  ),
);

/** Other values on a replica: ADD COLUMN, which writes them into old rows, is refused (1674; measured on 9.7 with ROW). */
const unsafe: ReadonlySet<string> = new Set(
  "uuid uuid_short rand random_bytes sysdate user current_user session_user system_user".split(" "),
);

function unsafeDefault({ default: value }: ColumnDefinition, context: StatementContext): string | undefined {
  if (context.isMariaDb || /^(?:0|off|false)$/i.test(context.server.setting("sql_log_bin") ?? ""))
    return undefined;
  return value?.functions.some(({ name }) => unsafe.has(name.toLowerCase())) === true
    ? "Statement is unsafe because it uses a system function that may return a different value on the replica"
    : undefined;
}

/** What this product has never known, or not in this place; releases are `since.ts`'s matter. */
function syntax(op: Operation, context: StatementContext): string | undefined {
  const { isMariaDb } = context;
  if (!isMariaDb && (op.kind === "setTableOptions" || op.kind === "createTable")) {
    const foreign = op.options?.find(({ name }) => ofMariaDb.has(name));
    if (foreign !== undefined) return near(foreign.name.toUpperCase());
  }
  if (!isMariaDb) return op.kind === "setSystemVersioning" ? near("SYSTEM VERSIONING") : undefined;
  if (op.kind === "dropConstraint" && op.object === "check") return near("CHECK");
  if (op.kind === "createIndex" && op.elements.some((e) => e.expression !== undefined)) return near("(");
  const definition =
    op.kind === "redefineColumn" ? op.definition : op.kind === "addColumn" ? op.column : undefined;
  if (definition?.generated?.stored === false && definition.notNull) return near("NOT NULL");
  if (op.kind === "alterPartitions" && op.request?.validation !== undefined)
    if (!context.mariaDbSince("11.4")) return near("WITHOUT VALIDATION");
  return undefined;
}

/** The history of a system-versioned table has the old columns. */
function versioned(op: Operation, context: StatementContext): string | undefined {
  if (context.relation?.systemVersioned !== true) return undefined;
  if (context.server.setting("system_versioning_alter_history")?.toLowerCase() === "keep") return undefined;
  const kinds: readonly OperationKind[] = ["addColumn", "dropColumn", "renameColumn", "redefineColumn"];
  return kinds.includes(op.kind)
    ? `Not allowed for system-versioned \`${context.relation.name}\`. Change @@system_versioning_alter_history to proceed with ALTER`
    : undefined;
}

function meaning(op: Operation, context: StatementContext): string | undefined {
  switch (op.kind) {
    case "addColumn":
      return goneNeighbour(op.column, context) ?? unsafeDefault(op.column, context);
    case "renameColumn":
      return context.isMariaDb ? undefined : usedColumn(op.column.text, false, context);
    case "setTableOptions":
      return keyBlockSize(op, context) ?? engineOfKeys(op, context);
    case "dropIndex":
      return neededIndex([op.index.name], context);
    case "dropColumn":
      return dropColumn(op.column.text, context, op.call?.dropsKeys === true);
    case "redefineColumn":
      return goneNeighbour(op.definition, context) ?? redefine(op, context);
    case "dropTable":
      return isReferenced(context, true)
        ? "Cannot delete or update a parent row: a foreign key constraint fails"
        : undefined;
    case "truncateTable":
      return isReferenced(context, false)
        ? "Cannot truncate a table referenced in a foreign key constraint"
        : undefined;
    case "addForeignKey":
      return refusedForeignKey(op, context);
    case "dropConstraint":
      if (op.object === "primary key") return refusedPrimaryKeyDrop(context);
      return op.object === undefined ? neededIndex([op.name.text], context) : undefined;
    case "addUnique":
      return onDropped(
        op.columns.map((c) => c.text),
        context,
      );
    case "createIndex":
      if (onDropped(columnsOf(op.elements), context) !== undefined)
        return onDropped(columnsOf(op.elements), context);
      if (
        op.method === "spatial" &&
        op.elements.some((e) => context.column(e.column ?? "")?.notNull === "no")
      )
        return "All parts of a SPATIAL index must be NOT NULL";
      // 1221; 5.7 and MariaDB 10.11 take the word and ignore it (measured on 9.7 and 10.11).
      if (op.method === "fulltext" || op.method === "spatial")
        if (context.mysqlSince("8.0") && op.elements.some((e) => e.descending || e.ascending === true))
          return "Incorrect usage of spatial/fulltext/hash index and explicit index order";
      if (op.method === "fulltext") {
        const other = columnsOf(op.elements).find((name) => isNoText(context.column(name)?.type));
        if (other !== undefined) return `Column '${other}' cannot be part of FULLTEXT index`;
      }
      return op.method === "btree" ? keyLength(op.elements, context) : undefined;
    default:
      return undefined;
  }
}

/** `keysGo`: the tool has dropped the column's own foreign keys before. */
function dropColumn(name: string, context: StatementContext, keysGo: boolean): string | undefined {
  const own = keysGo ? undefined : foreignKeys(context).find((fk) => fk.columns.includes(name));
  const alone = context.indexesWith(name).filter((index) => index.elements.length === 1);
  if (context.isMariaDb) {
    const needed = neededIndex(
      alone.map((index) => index.name),
      context,
    );
    if (needed !== undefined && !keysGo) return needed;
    const broken = context
      .indexesWith(name)
      .some(
        ({ unique, elements, name: index }) => unique && elements.length > 1 && !context.dropped.has(index),
      );
    if (broken) return `Key column '${name}' doesn't exist in table`;
  } else if (own !== undefined)
    return `Cannot drop column '${name}': needed in a foreign key constraint '${own.name}'`;
  if (
    context.schema
      .foreignKeysTo(context.key)
      .some(({ constraint }) => constraint.referencedColumns.includes(name))
  )
    return `Cannot drop column '${name}': needed in a foreign key constraint`;
  const used = usedColumn(name, true, context);
  if (used !== undefined) return used;
  if (context.relation?.partitionBy?.columns.includes(name) === true)
    return `Key column '${name}' doesn't exist in table`;
  return undefined;
}

/** AFTER a column that the statement drops or renames. */
function goneNeighbour({ mysql }: ColumnDefinition, context: StatementContext): string | undefined {
  const position = mysql?.position?.value;
  if (position === undefined || position === "first") return undefined;
  const isGone = context.droppedColumns.has(position.text) || context.renamed.has(position.text);
  return isGone ? `Unknown column '${position.text}'` : undefined;
}

const columnsOf = (elements: readonly { readonly column?: string | undefined }[]): readonly string[] =>
  elements.flatMap((e) => e.column ?? []);

/** MySQL follows no name into expressions; MariaDB renames in them, so that only a drop is refused. */
function usedColumn(name: string, drops: boolean, context: StatementContext): string | undefined {
  const user = (context.relation?.columns ?? []).find(
    (c) =>
      c.generated?.expression.columns.some(({ column }) => column === name) === true &&
      !context.droppedColumns.has(c.name),
  );
  if (user !== undefined) return `Column '${name}' has a generated column dependency`;
  if (!context.mysqlSince("8.0.16") && !(context.isMariaDb && drops)) return undefined;
  const check = (context.relation?.constraints ?? []).find((c) => {
    if (c.kind !== "check" || context.dropped.has(c.name)) return false;
    const columns = new Set(c.expression.columns.map(({ column }) => column));
    // One over the dropped column alone goes with it.
    return columns.has(name) && !(drops && columns.size === 1);
  });
  return check === undefined
    ? undefined
    : `Check constraint '${check.name}' uses column '${name}', hence column cannot be dropped or renamed`;
}

const isNoText = (type: ColumnType | undefined): boolean =>
  type !== undefined && (!isString(type) || type.name === "enum" || type.name === "set");

/** Other engines have no foreign keys; `foreign_key_checks` changes nothing. */
function engineOfKeys(
  { options }: Extract<Operation, { kind: "setTableOptions" }>,
  context: StatementContext,
): string | undefined {
  const engine = engineIn(options);
  if (engine === "innodb" || context.engine !== "innodb") return undefined;
  return foreignKeys(context).length > 0 || context.schema.foreignKeysTo(context.key).length > 0
    ? "Cannot change table's storage engine because the table participates in a foreign key constraint."
    : undefined;
}

/** In strict mode (innodb_strict_mode) only compressed tables have it. */
function keyBlockSize(
  op: Extract<Operation, { kind: "setTableOptions" }>,
  context: StatementContext,
): string | undefined {
  const given = new Map(op.options.map(({ name, value }) => [name, (value ?? "").toLowerCase()]));
  const format = given.get("row_format") ?? context.option("row_format");
  const isSet = (given.get("key_block_size") ?? "0") !== "0";
  return isSet && format !== undefined && format !== "compressed" && format !== "default"
    ? "Table storage engine 'InnoDB' does not support the create option 'KEY_BLOCK_SIZE'"
    : undefined;
}

function redefine(
  op: Extract<Operation, { kind: "redefineColumn" }>,
  context: StatementContext,
): string | undefined {
  const { column: name, definition } = op;
  const column = context.column(name.text);
  if (column?.type === undefined) return undefined;
  const isKey = context.primaryKey?.elements.some((e) => e.column === name.text) === true;
  if (!context.isMariaDb && isKey && definition.mysql?.nullWritten === true && !definition.notNull)
    return "All parts of a PRIMARY KEY must be NOT NULL; if you need NULL in a key, use UNIQUE instead";
  const used =
    definition.name.text === name.text || context.isMariaDb
      ? undefined
      : usedColumn(name.text, false, context);
  if (used !== undefined) return used;
  const [was, now] = [column.generated?.stored, definition.generated?.stored];
  if (was !== now && (was === false || now === false))
    return "This is not yet supported for generated columns";
  const setsNull = foreignKeys(context).some(
    (fk) => fk.columns.includes(name.text) && fk.onDelete === "set null",
  );
  if (setsNull && definition.notNull && column.notNull === "no")
    return `Column '${name.text}' cannot be NOT NULL: needed in a foreign key constraint SET NULL`;
  const changes = typeChanges(definition, column, context).map(({ kind }) => kind);
  if (changes.length === 0) return undefined;
  const own = foreignKeys(context).some((fk) => fk.columns.includes(name.text));
  const others = context.schema
    .foreignKeysTo(context.key)
    .some(({ constraint }) => constraint.referencedColumns.includes(name.text));
  if (!own && !others) return undefined;
  const isOff = context.isOff("foreign_key_checks");
  // MDEV-31086; before it, MariaDB let a VARCHAR grow.
  const grows = changes.every((kind) => kind.startsWith("widen VARCHAR"));
  if (grows && context.isMariaDb && !context.hasPatch(keepsGrowing)) return undefined;
  if (context.isMariaDb)
    return isOff && own && !others && !context.mariaDbSince("10.11") ? undefined : cannotChange(name.text);
  // MySQL 9.7: a VARCHAR may grow in place. Without checks strings stay comparable, and so do numbers of one type.
  if (changes.every((kind) => kind === "widen VARCHAR")) return undefined;
  const isAlike = column.type.name === definition.type.name && !/int$/.test(column.type.name);
  if (isOff && (isAlike || (isString(column.type) && isString(definition.type)))) return undefined;
  return cannotChange(name.text);
}

/** Behind the last of them, every release has it. */
const keepsGrowing = ["10.4.31", "10.5.22", "10.6.15", "10.10.6", "10.11.5", "11.0.3"];

const cannotChange = (column: string): string =>
  `Cannot change column '${column}': used in a foreign key constraint`;
