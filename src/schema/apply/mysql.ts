/** What MySQL and MariaDB do otherwise than PostgreSQL: indexes in their tables, table options, column positions. */
import { keyOf } from "../../model/names.ts";
import type { AddColumn, AlterPartitions, ColumnDefinition, CreateTable, Operation, PartitionKey, RenameTable } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import type { Column, Relation } from "../model.ts";
import { addColumn, redefineColumn } from "./column.ts";
import { dropColumn } from "./drop.ts";
import { moveRelation } from "./move.ts";
import * as keys from "./mysql-keys.ts";
import { convertColumns, inherited } from "./mysql-charset.ts";
import { createTable } from "./table.ts";

/** False: nothing is special about it. */
export function applyMysql(draft: Draft, op: Operation): boolean {
  switch (op.kind) {
    case "createTable":
      makeTable(draft, op);
      return true;
    case "renameTable":
      renameTable(draft, op);
      return true;
    case "addColumn":
      addColumn(draft, op);
      placed(draft, op, op.column);
      return true;
    case "redefineColumn":
      redefineColumn(draft, op);
      placed(draft, op, op.definition);
      return true;
    case "dropColumn": {
      const table = draft.subject(op.table);
      if (table === undefined) return true;
      keys.shrinkIndexes(draft, table.key, op.column.text);
      dropColumn(draft, table.key, op.column.text, false);
      return true;
    }
    case "setTableOptions":
      setOptions(draft, op);
      return true;
    case "convertCharset": {
      const table = draft.subject(op.table);
      if (table !== undefined) draft.put(convertColumns(table, op));
      return true;
    }
    case "alterPartitions": {
      const table = draft.subject(op.table);
      if (table === undefined) return true;
      draft.put({ ...table, partitionBy: partitionsAfter(op, table.partitionBy) });
      return true;
    }
    case "setSystemVersioning": {
      const table = draft.subject(op.table);
      if (table === undefined) return true;
      if (op.change === "add") draft.put({ ...table, systemVersioned: true });
      if (op.change === "drop") draft.put({ ...table, systemVersioned: undefined });
      return true;
    }
    default:
      return keys.applyKeys(draft, op);
  }
}

function partitionsAfter(op: AlterPartitions, before: PartitionKey | undefined): PartitionKey | undefined {
  if (op.change === "partition by") return op.key;
  if (op.change === "remove partitioning") return undefined;
  if (before?.partitions === undefined) return before;
  const named = new Set(op.partitions?.map(({ text }) => text));
  const at = before.partitions.findIndex(({ name }) => named.has(name.text));
  const made = op.definitions ?? [];
  switch (op.change) {
    case "add":
      return { ...before, partitions: [...before.partitions, ...made] };
    case "drop":
    case "reorganize": {
      const rest = before.partitions.filter(({ name }) => !named.has(name.text));
      return { ...before, partitions: [...rest.slice(0, at), ...made, ...rest.slice(at)] };
    }
    default:
      return before;
  }
}

function makeTable(draft: Draft, op: CreateTable): void {
  const copied = op.like.length > 0 ? draft.relation(draft.resolve(op.like[0]?.table ?? op.table)) : undefined;
  const key = createTable(draft, { ...op, like: [] });
  if (copied !== undefined) {
    const { columns, complete, tableOptions, partitionBy } = copied;
    draft.change(key, (made) => ({ ...made, columns, complete, tableOptions, partitionBy }));
    keys.copyIndexes(draft, copied, key);
    return;
  }
  if (op.like.length > 0) draft.change(key, (made) => ({ ...made, complete: false }));
  draft.change(key, (made) => {
    const table: Relation = {
      ...made,
      tableOptions: optionsOf(op.options),
      ...(op.systemVersioned === true ? { systemVersioned: true } : {}),
    };
    return { ...table, columns: table.columns.map((column) => inherited(column, table)) };
  });
}

function optionsOf(options: CreateTable["options"]): Readonly<Record<string, string>> {
  return Object.fromEntries((options ?? []).map(({ name, value }) => [name, (value ?? "").toLowerCase()]));
}

function setOptions(draft: Draft, op: Extract<Operation, { kind: "setTableOptions" }>): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const given = optionsOf(op.options);
  // A character set brings its own collation.
  const kept = Object.entries(table.tableOptions ?? {}).filter(
    ([name]) => name !== "collate" || given["charset"] === undefined,
  );
  draft.put({ ...table, tableOptions: { ...Object.fromEntries(kept), ...given } });
}

function renameTable(draft: Draft, op: RenameTable): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const schema = op.toSchema ?? draft.state.searchPath[0] ?? table.schema;
  const indexes = draft.indexesOn(table.key);
  for (const index of indexes) draft.removeIndex(keyOf(index.schema, index.name));
  moveRelation(draft, table.key, schema, op.to.text);
  const key = keyOf(schema, op.to.text);
  for (const index of indexes) draft.putIndex({ ...index, schema: key, table: key });
}

/** The column where FIRST or AFTER puts it, with what it inherits from its table. */
function placed(draft: Draft, op: Pick<AddColumn, "table">, definition: ColumnDefinition): void {
  const name = definition.name.text;
  const at = definition.mysql?.position?.value;
  draft.change(draft.resolve(op.table), (table) => {
    const columns = table.columns.map((c) => (c.name === name ? inherited(c, table) : c));
    const moved = columns.find((c) => c.name === name);
    if (at === undefined || moved === undefined) return { ...table, columns };
    const rest = columns.filter((c) => c !== moved);
    const before: number = at === "first" ? 0 : rest.findIndex((c) => c.name === at.text) + 1;
    if (at !== "first" && before === 0) return { ...table, columns };
    const ordered: readonly Column[] = [...rest.slice(0, before), moved, ...rest.slice(before)];
    return { ...table, columns: ordered };
  });
}
