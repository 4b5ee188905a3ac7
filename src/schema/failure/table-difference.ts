/** CREATE TABLE IF NOT EXISTS of a table that is there with other columns. */
import type { CreateTable } from "../../model/operation.ts";
import type { Column, Relation } from "../model.ts";
import type { Schema } from "../schema.ts";
import { createdKey } from "../skip.ts";
import { shown, type Collector } from "./collector.ts";
import { columnDifference } from "./column-difference.ts";

/** See `Failure.kind`, "differs". The server compares names alone, and skips the constraints with the columns. */
export function tableDiffers(found: Collector, op: CreateTable): void {
  const { schema } = found;
  if (!op.ifNotExists) return;
  const key = createdKey(schema, op.table, op.temporary);
  const there = schema.relation(key);
  if (there.is !== "present" || !there.value.complete || !schema.certain(key)) return;
  const detail = difference(schema, there.value, op);
  if (detail === undefined) return;
  const { kind: what, origin: existing } = there.value;
  found.add({ kind: "differs", what, name: shown(op.table), span: op.table.span, existing, detail });
}

function difference(schema: Schema, there: Relation, op: CreateTable): string | undefined {
  if (there.kind !== "table" && there.kind !== "foreign table") return `it is a ${there.kind}`;
  if (op.query !== undefined || op.like.length > 0 || op.inherits.length > 0) return undefined;
  if (op.partitionOf !== undefined || op.ofType !== undefined) return undefined;
  for (const column of op.columns) {
    const own = there.columns.find((c) => c.name === column.name.text);
    if (own === undefined) return `it has no column ${schema.spell(column.name)}`;
    const detail = columnDifference(own, column, `column ${schema.spell(own)}`);
    if (detail !== undefined) return detail;
  }
  // One more column is in nobody's way, unless every INSERT has to give it a value.
  const extra = there.columns.find((c) => needsValue(c) && !op.columns.some((own) => own.name.text === c.name));
  return extra === undefined ? undefined : `it also has column ${schema.spell(extra)}, NOT NULL without a default`;
}

const needsValue = ({ notNull, hasDefault, serial, identity, generated, mysql }: Column): boolean =>
  notNull === "yes" &&
  hasDefault === "no" &&
  !serial &&
  identity === undefined &&
  generated === undefined &&
  mysql?.autoIncrement !== true;
