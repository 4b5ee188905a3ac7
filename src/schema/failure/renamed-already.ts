import { keyOf, type Name } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import type { Origin } from "../model.ts";
import type { Schema } from "../schema.ts";
import { columnTag, constraintTag } from "../state.ts";
import type { Failure } from "./collector.ts";

/** What a rename names, and what has the new name. */
interface Taken {
  readonly from: Span;
  readonly to: Name;
  readonly origin: Origin | undefined;
}

/**
 * A rename of what isn't there to a name that is taken: the migration that made it was written anew with the new name. This
 * is one failure, and another name for either would be no remedy.
 */
export function renamedAlready(
  schema: Schema,
  op: Operation,
  failures: readonly Failure[],
): readonly Failure[] {
  if (failures.length === 0) return failures;
  const taken = takenBy(schema, op);
  const missing = failures.find(({ kind, span }) => kind.startsWith("unknown-") && span === taken?.from);
  if (taken === undefined || missing === undefined) return failures;
  const already = { name: schema.spell(taken.to), origin: taken.origin };
  return failures.flatMap((one) =>
    one === missing ? [{ ...one, already }] : one.kind.startsWith("duplicate-") ? [] : [one],
  );
}

function takenBy(schema: Schema, op: Operation): Taken | undefined {
  switch (op.kind) {
    case "renameColumn":
      return columnTaken(schema, op.table, op.column, op.to);
    case "redefineColumn":
      return columnTaken(schema, op.table, op.column, op.definition.name);
    case "renameConstraint": {
      const found = schema.constraint(op.table, op.to.text);
      const isSure = schema.certain(schema.resolve(op.table), constraintTag(op.to.text));
      if (found.is !== "present" || !isSure || found.value.orElse !== undefined) return undefined;
      return { from: op.name.span, to: op.to, origin: found.value.origin };
    }
    case "renameTable":
    case "renameView": {
      const name = op.kind === "renameTable" ? op.table : op.view;
      const schemaName = op.kind === "renameTable" ? op.toSchema : undefined;
      const key = schema.resolve(name);
      const to = keyOf(schemaName ?? key.slice(0, key.indexOf(".")), op.to.text);
      const found = schema.relation(to);
      if (found.is !== "present" || found.value.origin === undefined || !schema.certain(to)) return undefined;
      return { from: name.span, to: op.to, origin: found.value.origin };
    }
    case "renameIndex": {
      const key = schema.resolve(op.onTable ?? op.index);
      const to = keyOf(op.onTable === undefined ? key.slice(0, key.indexOf(".")) : key, op.to.text);
      const found = schema.index(to);
      if (found.is !== "present" || found.value.implicit === true || !schema.certain(to)) return undefined;
      return { from: op.index.span, to: op.to, origin: found.value.origin };
    }
    default:
      return undefined;
  }
}

type InTable = Extract<Operation, { kind: "renameColumn" }>;

function columnTaken(
  schema: Schema,
  table: InTable["table"],
  column: Name,
  to: Name,
): Taken | undefined {
  const found = schema.column(table, to.text);
  if (found.is !== "present" || found.value.learned === true || column.text === to.text) return undefined;
  if (!schema.certain(schema.resolve(table), columnTag(to.text))) return undefined;
  return { from: column.span, to, origin: found.value.origin };
}
