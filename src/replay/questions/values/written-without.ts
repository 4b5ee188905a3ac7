/** Rows that the migration itself has written, in which a column holds NULL. */
import type { QualifiedName } from "../../../model/names.ts";
import type { InsertRows } from "../../../model/operation.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Place, Step } from "../../step.ts";

/** See `ValueQuestions.writtenWithout`. */
export function writtenWithout(
  { before, neighbours }: Step,
  table: QualifiedName,
  column: string,
): Place | undefined {
  const found = before.relation(table);
  if (found.is !== "present") return undefined;
  const { key, seeded = 0, loaded, triggers } = found.value;
  // Of a table that has been emptied since, nothing counts; a trigger may give a value.
  if ((seeded === 0 && !loaded) || triggers.length > 0) return undefined;
  const by = neighbours("earlier", "insertRows").findLast(({ operation, before: then, skipped, inBody }) => {
    if (skipped || inBody || operation.conditional === true || then.resolve(operation.table) !== key)
      return false;
    if (operation.where !== undefined || !givesRows(operation, then)) return false;
    const had = then.column(key, column);
    if (had.is !== "present") return had.is === "absent";
    const { hasDefault, serial, identity, generated, notNull } = had.value;
    const isFilled = hasDefault !== "no" || serial || identity !== undefined || generated !== undefined;
    const isNamed = operation.columns.length === 0 || operation.columns.some(({ text }) => text === column);
    return !isFilled && !isNamed && notNull === "no";
  });
  return by && { path: by.script.path, span: by.operation.head };
}

/** Its rows are written there, or in a table that an earlier INSERT has written some into. */
function givesRows({ rows, query }: InsertRows, schema: Schema): boolean {
  if (rows !== undefined) return rows > 0;
  const [source, ...others] = query.relations;
  if (source === undefined || others.length > 0 || query.limited) return false;
  const found = schema.relation(source);
  return found.is === "present" && found.value.kind === "table" && (found.value.seeded ?? 0) > 0;
}
