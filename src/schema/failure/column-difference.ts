/** ADD COLUMN IF NOT EXISTS, or CREATE TABLE IF NOT EXISTS, with a column that is there with another definition. */
import type { Expression } from "../../model/expression.ts";
import type { ColumnDefinition, OperationOf } from "../../model/operation.ts";
import { sameType } from "../../model/types.ts";
import { normalise } from "../expression-text.ts";
import type { Column } from "../model.ts";
import { columnTag } from "../state.ts";
import { shown, type Collector } from "./collector.ts";

/** See `Failure.kind`, "differs". The server compares names alone, and skips NOT NULL and DEFAULT with the type. */
export function columnDiffers(found: Collector, op: OperationOf<"addColumn">): void {
  const { schema } = found;
  const { name } = op.column;
  const there = schema.column(op.table, name.text);
  if (!op.ifNotExists || there.is !== "present" || there.value.learned === true) return;
  if (!schema.certain(schema.resolve(op.table), columnTag(name.text))) return;
  const detail = columnDifference(there.value, op.column, "it");
  if (detail === undefined) return;
  found.add({
    kind: "differs",
    what: "column",
    name: `${shown(op.table)}.${schema.spell(name)}`,
    span: name.span,
    existing: there.value.origin,
    detail,
  });
}

/** `name`: what a message calls the column. */
export function columnDifference(there: Column, column: ColumnDefinition, name: string): string | undefined {
  if (there.type !== undefined && !sameType(there.type, column.type))
    return `${name} is ${there.type.text} instead of ${column.type.text}`;
  if (column.notNull && there.notNull === "no") return `${name} allows NULL`;
  if (column.default === undefined || column.default.isNull) return undefined;
  if (there.hasDefault === "no") return `${name} has no default`;
  const own = there.default;
  // Other expressions of different texts may be the same.
  return own?.constant === true && column.default.constant && valueOf(own) !== valueOf(column.default)
    ? `${name} has the default ${own.text}`
    : undefined;
}

/** `'0'` and `0` are one value, and so are `true` and `1`, where the types are the same. */
const valueOf = ({ text }: Expression): string =>
  normalise(text)
    .replaceAll(/^'|'$/g, "")
    .replace(/^t(?:rue)?$/, "1")
    .replace(/^f(?:alse)?$/, "0");
