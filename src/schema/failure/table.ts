import { keyOf } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import { createdKey } from "../skip.ts";
import type { Collector } from "./collector.ts";

/** Tables and views as a whole. */
export function tableFailures(found: Collector, op: Operation): void {
  const { schema } = found;
  switch (op.kind) {
    case "createTable": {
      found.free(createdKey(schema, op.table, op.temporary), op.table.text, op.table.span, "table");
      for (const parent of op.inherits) found.relation(parent);
      if (op.partitionOf !== undefined) found.relation(op.partitionOf.parent);
      for (const like of op.like) found.relation(like.table);
      const seen = new Set<string>();
      for (const { name, type, default: value } of op.columns) {
        found.columnType(type, name.span, { isNew: true });
        found.defaultValue(value);
        if (seen.has(name.text))
          found.add({
            kind: "duplicate-column",
            what: "column",
            name: `${op.table.text}.${schema.spell(name)}`,
            bare: name.text,
            span: name.span,
          });
        seen.add(name.text);
      }
      found.query(op.query);
      return;
    }
    case "dropTable":
      if (!op.ifExists) found.relation(op.table, op.foreign ? "foreign table" : "table", false);
      return;
    case "renameTable":
    case "setTableSchema": {
      if (!found.relation(op.table)) return;
      // IF EXISTS of what may not be there: it may do nothing.
      if (op.ifExists && schema.relation(op.table).is !== "present") return;
      const from = schema.resolve(op.table);
      const dot = from.indexOf(".");
      const to = op.kind === "renameTable" ? keyOf(from.slice(0, dot), op.to.text) : keyOf(op.to.text, from.slice(dot + 1));
      if (to !== from || op.kind === "renameTable") found.free(to, schema.spell(op.to), op.to.span, "table");
      return;
    }
    case "setInheritance":
      if (found.relation(op.table)) found.relation(op.parent);
      return;
    case "attachPartition":
    case "detachPartition":
      if (found.relation(op.table)) found.relation(op.partition);
      return;
    case "setReplicaIdentity":
    case "setClusterIndex":
      if (found.relation(op.table) && op.index !== undefined) indexOf(found, op.table, op.index);
      return;
    case "truncateTable":
    case "setTableOptions":
    case "setLogged":
    case "setTablespace":
    case "setAccessMethod":
    case "setRowSecurity":
    case "setTriggerState":
    case "setTableType":
    case "lockTable":
      found.relation(op.table);
      return;
    case "createView": {
      const key = createdKey(schema, op.view, op.temporary);
      const there = schema.relation(key);
      const replaces = op.orReplace && there.is === "present" && there.value.kind === "view";
      if (!replaces) found.free(key, op.view.text, op.view.span, "view");
      found.query(op.query);
      return;
    }
    case "dropView":
      if (!op.ifExists) found.relation(op.view, op.materialized ? "materialized view" : "view", false);
      return;
    case "renameView": {
      if (!found.relation(op.view, op.materialized ? "materialized view" : "view")) return;
      const from = schema.resolve(op.view);
      found.free(keyOf(from.slice(0, from.indexOf(".")), op.to.text), schema.spell(op.to), op.to.span, "view");
      return;
    }
    case "alterView":
      found.relation(op.view, op.materialized ? "materialized view" : "view");
      return;
    case "refreshView":
      found.relation(op.view, "materialized view");
      return;
    case "createSequence":
      found.free(createdKey(schema, op.sequence, op.temporary), op.sequence.text, op.sequence.span, "sequence");
      if (op.ownedBy !== undefined) owner(found, op.ownedBy);
      return;
    case "alterSequence":
      if (!found.relation(op.sequence, "sequence")) return;
      if (op.ownedBy !== undefined && op.ownedBy !== "none") owner(found, op.ownedBy);
      return;
    case "dropSequence":
      if (!op.ifExists) found.relation(op.sequence, "sequence", false);
      return;
    default:
  }
}

type Owner = NonNullable<Extract<Operation, { kind: "createSequence" }>["ownedBy"]>;

function owner(found: Collector, by: Owner): void {
  if (found.relation(by.table)) found.column(by.table, { text: by.column, span: by.table.span });
}

/** An index named without its schema: it is in the table's. */
export function indexOf(
  found: Collector,
  table: Parameters<Collector["relation"]>[0],
  index: { readonly text: string; readonly span: { readonly start: number; readonly end: number } },
): void {
  const key = found.schema.resolve(table);
  found.index({
    schema: key.slice(0, key.indexOf(".")),
    name: index.text,
    text: index.text,
    span: index.span,
  });
}
