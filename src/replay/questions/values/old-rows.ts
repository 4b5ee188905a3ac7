/** What rows that exist already get from a new column. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Column } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

/** See `ValueQuestions.leavesNull`. */
export function leavesNull({ operation, statement, before }: Step, release: readonly number[]): boolean {
  const inline = "inlineColumn" in operation ? operation.inlineColumn?.text : undefined;
  const added =
    operation.kind === "addColumn"
      ? operation
      : statement.operations.find((other) => other.kind === "addColumn" && other.column.name.text === inline);
  if (added?.kind !== "addColumn") return false;
  const { default: value, generated, identity, serial, mysql, type } = added.column;
  if (mysql?.autoIncrement === true || mysql?.row !== undefined) return false;
  // The first member is the default of an ENUM; a TIMESTAMP had one of its own (explicit_defaults_for_timestamp).
  if (
    mysql !== undefined &&
    (type.name === "enum" || (type.name === "timestamp" && hasOwnTime(before, release)))
  )
    return false;
  return (
    (value === undefined || value.isNull) && generated === undefined && identity === undefined && !serial
  );
}

/** Before MySQL 8 and MariaDB 10.10; a release that isn't said is a late one of MySQL, and any of MariaDB. */
function hasOwnTime({ dialect }: Schema, release: readonly number[]): boolean {
  const [major, minor = 0] = release;
  if (dialect.isMariaDb) return major === undefined || major < 10 || (major === 10 && minor < 10);
  return major !== undefined && major < 8;
}

/** ADD COLUMN or CREATE TABLE of the history made it, so that all is known of it; else it was only met. */
export const isAdded = ({ type, notNull, hasDefault }: Column): boolean =>
  type !== undefined && notNull !== "unknown" && hasDefault !== "unknown";

/** A validated CHECK excludes NULL, or the column was NOT NULL when the migration began. */
export function holdsNoNull({ before, scope }: Step, table: QualifiedName, column: string): boolean {
  const start = scope.before.column(table, column);
  if (start.is === "present" && start.value.notNull === "yes") return true;
  const found = before.relation(table);
  return (
    found.is === "present" &&
    found.value.constraints.some(
      (one) => one.kind === "check" && one.validated && one.expression.provesNotNull.includes(column),
    )
  );
}
