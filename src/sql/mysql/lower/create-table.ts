/** CREATE TABLE. */
import type {
  ColumnDefinition,
  CreateTable,
  Operation,
  PartitionKey,
  StorageParameter,
} from "../../../model/operation.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { QueryFacts } from "../../../model/expression.ts";
import type { Cursor } from "../cursor.ts";
import { readColumn } from "./column.ts";
import { Facts } from "./gathered.ts";
import { readKey } from "./key.ts";
import { readTableOptions } from "./option.ts";
import { readPartitionKey } from "./partition.ts";
import { readQuery } from "./query.ts";
import { startsQuery } from "./scan.ts";
import { targetOf, unknownOperation, type Target } from "./target.ts";

/** The cursor stands behind TABLE. */
export function createTable(
  c: Cursor,
  start: number,
  flags: { readonly temporary: boolean; readonly orReplace: boolean },
): Operation[] | undefined {
  const ifNotExists = c.ifNotExists();
  const table = c.tableName();
  if (table === undefined) return undefined;
  const head = c.span(start);
  const target = targetOf(table, "createTable");
  const columns: ColumnDefinition[] = [];
  const more: Operation[] = [];
  const like: { table: QualifiedName; including: readonly string[] }[] = [];
  let versioned = false;
  const options: StorageParameter[] = [];
  let partitionBy: PartitionKey | undefined;
  let query: QueryFacts | undefined;

  if (c.take("like")) {
    const source = c.tableName();
    if (source !== undefined) like.push({ table: source, including: ["all"] });
  } else if (c.word() === "(" && !startsQuery(c, 1)) {
    const inner = c.parenthesised();
    if (inner?.take("like") === true) {
      const source = inner.tableName();
      if (source !== undefined) like.push({ table: source, including: ["all"] });
    } else for (const element of inner?.list() ?? []) readElement(element, target, columns, more);
  }
  for (;;) {
    const read = readTableOptions(c);
    options.push(...read);
    if (c.take("with", "system", "versioning")) versioned = true;
    else if (c.take("partition", "by")) partitionBy = readPartitionKey(c, target);
    else if (!c.take(",") && read.length === 0) break;
  }
  c.takeOne("ignore", "replace");
  c.take("as");
  if (startsQuery(c)) {
    const facts = new Facts();
    const shape = readQuery(c, undefined, facts);
    query = facts.query(shape);
  }
  const created: CreateTable = {
    kind: "createTable",
    span: c.span(start, c.end),
    head,
    table,
    ifNotExists,
    temporary: flags.temporary,
    unlogged: false,
    columns,
    like,
    inherits: [],
    partitionBy,
    foreign: false,
    query,
    withNoData: false,
    options: options.length === 0 ? undefined : options,
    orReplace: flags.orReplace ? true : undefined,
    systemVersioned: versioned ? true : undefined,
  };
  return [created, ...more];
}

/** A column, key, constraint or period. */
function readElement(c: Cursor, target: Target, columns: ColumnDefinition[], more: Operation[]): void {
  if (c.is("period", "for")) return;
  const key = readKey(c, target);
  if (key !== undefined) more.push(key);
  else {
    const column = readColumn(c, target);
    if (column !== undefined) {
      columns.push(column.definition);
      more.push(...column.inline);
    }
  }
  if (!c.done) more.push(unknownOperation(c.span(c.at, c.end), "CREATE TABLE", [target.table]));
}
