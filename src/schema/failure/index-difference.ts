/** CREATE INDEX IF NOT EXISTS of a name that another index has. */
import type { CreateIndex } from "../../model/operation.ts";
import { keyOf } from "../../model/names.ts";
import type { Index } from "../model.ts";
import type { Schema } from "../schema.ts";
import type { Collector } from "./collector.ts";

/** See `Failure.kind`, "differs". The server compares names alone: those of a schema, or of a table. */
export function indexDiffers(found: Collector, op: CreateIndex): void {
  const { schema } = found;
  if (!op.ifNotExists || op.name === undefined) return;
  const table = schema.resolve(op.table);
  const isInSchema = schema.dialect.names.indexesInSchema;
  const key = keyOf(isInSchema ? table.slice(0, table.indexOf(".")) : table, op.name.name);
  const there = schema.index(key);
  if (there.is !== "present" || there.value.implicit === true || !schema.certain(key)) return;
  const detail = difference(schema, there.value, table, op);
  if (detail === undefined) return;
  const { origin: existing } = there.value;
  found.add({ kind: "differs", what: "index", name: op.name.name, span: op.name.span, existing, detail });
}

function difference(schema: Schema, there: Index, table: string, op: CreateIndex): string | undefined {
  if (there.table !== table) {
    const other = schema.relation(there.table);
    return other.is === "present" ? `it is on ${schema.spell(other.value)}` : undefined;
  }
  if (there.unique !== op.unique) return there.unique ? "it is unique" : "it isn't unique";
  const [has, wants] = [there, op].map(({ elements }) => columnsOf(elements));
  // Expressions are told apart by their texts, which may differ for the same one.
  if (has !== undefined && wants !== undefined && has.join() !== wants.join())
    return `it is on (${has.join(", ")}) instead of (${wants.join(", ")})`;
  if ((there.where === undefined) === (op.where === undefined)) return undefined;
  return there.where === undefined ? "it has no WHERE" : `it has WHERE ${there.where.text}`;
}

function columnsOf(elements: Index["elements"]): readonly string[] | undefined {
  const columns = elements.flatMap(({ column }) => column ?? []);
  return columns.length === elements.length ? columns : undefined;
}
