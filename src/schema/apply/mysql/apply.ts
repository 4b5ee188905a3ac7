/** What MySQL and MariaDB do otherwise than PostgreSQL: indexes in their tables, table options, column positions. */
import { keyOf } from "../../../model/names.ts";
import type { AddColumn, ColumnDefinition, CreateTable, Operation } from "../../../model/operation.ts";
import type { Draft } from "../../draft.ts";
import type { Column, Relation } from "../../model.ts";
import { creationSchema, resolveRoutine } from "../../state.ts";
import { addColumn } from "../column.ts";
import { dropColumn } from "../drop.ts";
import * as checks from "./checks.ts";
import * as keys from "./keys.ts";
import * as renames from "./renames.ts";
import { charsetOfCollation, convertColumns, inherited } from "./charset.ts";
import { partitionsAfter } from "./partitions.ts";
import { createTable } from "../table.ts";

/** False: nothing is special about it. */
export function applyMysql(draft: Draft, op: Operation): boolean {
  switch (op.kind) {
    case "createTable":
      makeTable(draft, op);
      return true;
    case "setColumnOption": {
      const { column, option, value } = op;
      if (column === undefined || option !== "visibility") return false;
      draft.changeColumn(draft.resolve(op.table), column.text, (one) =>
        one.mysql === undefined ? one : { ...one, mysql: { ...one.mysql, visible: value === "visible" } },
      );
      return true;
    }
    case "alterConstraint": {
      const { enforced } = op;
      if (enforced === undefined) return true;
      draft.changeConstraint(draft.resolve(op.table), op.name.text, (one) =>
        one.kind === "check" ? { ...one, enforced, validated: enforced } : one,
      );
      return true;
    }
    case "createFunction": {
      const schema = creationSchema(draft.state, op.function);
      const { name } = op.function;
      const key = keyOf(schema, name);
      const others = draft.routines(key).filter((r) => r.definition.procedure !== op.procedure);
      draft.putRoutines(key, [...others, { schema, name, definition: op, origin: draft.origin }]);
      return true;
    }
    case "dropFunction": {
      // A procedure and a function may have one name.
      const key = resolveRoutine(draft.state, op.function);
      const others = draft.routines(key).filter((r) => r.definition.procedure !== (op.object === "procedure"));
      if (others.length === 0) return false;
      draft.putRoutines(key, others);
      return true;
    }
    case "setDefault":
    case "dropDefault":
      return changeDefault(draft, op);
    case "dropTable":
      // The server says that it is no table.
      return draft.relation(draft.resolve(op.table))?.kind === "view";
    case "renameTable":
      renames.renameTable(draft, op);
      return true;
    case "addColumn":
      addColumn(draft, op);
      placed(draft, op, op.column);
      return true;
    case "redefineColumn":
      renames.redefine(draft, op);
      placed(draft, op, op.definition);
      return true;
    case "renameColumn":
      renames.renameColumn(draft, op);
      return true;
    case "addCheck":
      checks.addCheck(draft, op);
      return true;
    case "dropColumn": {
      const table = draft.subject(op.table);
      if (table === undefined) return true;
      checks.forgetOwnCheck(draft, table.key, op.column.text);
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

/** True: it does nothing more. */
function changeDefault(draft: Draft, op: Extract<Operation, { kind: "setDefault" | "dropDefault" }>): boolean {
  const key = draft.resolve(op.table);
  const name = op.column.text;
  const column = draft.relation(key)?.columns.find((one) => one.name === name);
  // AUTO_INCREMENT takes none, silently.
  if (column?.mysql?.autoIncrement === true) return true;
  // MariaDB forgets ON UPDATE with a DEFAULT of the same kind (measured).
  const isNow = column?.default?.functions.some((one) => /^(?:now|current_timestamp|localtime)/.test(one.name));
  if (draft.state.dialect.isMariaDb && isNow === true)
    draft.changeColumn(key, name, (one) => ({ ...one, mysql: one.mysql && { ...one.mysql, onUpdate: undefined } }));
  return false;
}

function makeTable(draft: Draft, op: CreateTable): void {
  const copied = op.like.length > 0 ? draft.relation(draft.resolve(op.like[0]?.table ?? op.table)) : undefined;
  const key = createTable(draft, { ...op, like: [] });
  if (copied !== undefined) {
    const { columns, complete, tableOptions, partitionBy, systemVersioned } = copied;
    draft.change(key, (made) => ({ ...made, columns, complete, tableOptions, partitionBy, systemVersioned }));
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
    const { columns } = table;
    // What the query gives stands where it has it, also with a definition.
    const given = op.query?.output ?? [];
    const behind = given.flatMap((name) => columns.find((column) => column.name === name) ?? []);
    const ordered = [...columns.filter((column) => !behind.includes(column)), ...behind];
    return { ...table, columns: ordered.map((column) => ofQuery(inherited(column, table))) };
  });
}

/** A query's column has NOT NULL and the default of the column that it reads, if it reads one. */
const ofQuery = (column: Column): Column =>
  column.type === undefined ? { ...column, notNull: "unknown", hasDefault: "unknown" } : column;

function optionsOf(options: CreateTable["options"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (options ?? []).map(({ name, value = "" }) => [name, isText.test(name) ? value : value.toLowerCase()]),
  );
}

/** Options whose letters count. */
const isText = /^(?:comment|connection|.*_directory)$/;

function setOptions(draft: Draft, op: Extract<Operation, { kind: "setTableOptions" }>): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const given = optionsOf(op.options);
  const { collate, charset = collate && charsetOfCollation(collate) } = given;
  // A character set brings its own collation, and a collation is that of one.
  const kept = Object.entries(table.tableOptions ?? {}).filter(
    ([name]) => name !== "collate" || charset === undefined,
  );
  const stated = charset === undefined ? given : { ...given, charset };
  draft.put({ ...table, tableOptions: { ...Object.fromEntries(kept), ...stated } });
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
