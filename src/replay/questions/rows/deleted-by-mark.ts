/** Tables whose rows are marked as deleted, so that hardly any is. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Column, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { labelsOf } from "../values/narrowing.ts";

export function isDeletedByMark(schema: Schema, table: QualifiedName): boolean {
  const found = schema.relation(table);
  return (
    found.is === "present" &&
    found.value.columns.some(
      (column) =>
        mark.test(column.name) || (state.test(column.name) && mayBeGone(schema, found.value, column)),
    )
  );
}

const mark = /^(?:is_?)?(?:soft_?)?(?:deleted|removed|archived)(?:_?(?:at|on|date|time))?$/i;

/** The column that marks rows as deleted, and not only as put aside: `deleted_at`, `is_removed`. */
export const deletionMark = ({ columns }: Relation): Column | undefined =>
  columns.find(({ name }) => mark.test(name) && !/archived/i.test(name));

/** `status`, `license_state`. */
const state = /(?:^|[_a-z])(?:status|state)$/i;

/** One of the values that its enum or CHECK lists says that the row is gone. */
function mayBeGone(schema: Schema, { constraints }: Relation, { name, type }: Column): boolean {
  if (type !== undefined && labelsOf(type, schema)?.some((label) => gone.test(label)) === true) return true;
  return constraints.some((one) => {
    if (one.kind !== "check" || !one.expression.columns.every(({ column }) => column === name)) return false;
    const { text } = one.expression;
    return (
      !/<>|!=|\bnot\b/i.test(text) &&
      [...text.matchAll(/'([^']{1,60})'/g)].some(([, value = ""]) => gone.test(value))
    );
  });
}

const gone = /^(?:soft[-_ ]?)?(?:deleted|removed|revoked|archived)$/i;
