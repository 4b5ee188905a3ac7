/** Constraints written in an ADD COLUMN IF NOT EXISTS that is skipped, as the column is there: they are skipped with it. */
import { normalise } from "../../../schema/expression-text.ts";
import type { Schema } from "../../../schema/schema.ts";
import { columnTag } from "../../../schema/state.ts";
import type { Step } from "../../step.ts";

/** For messages. */
export interface UnmadeConstraint {
  /** `the foreign key` */
  readonly part: string;
  /** The column. */
  readonly name: string;
  readonly isMade: (later: Schema) => boolean;
}

/** See `NameQuestions.unmadeConstraint`. */
export function unmadeConstraint(step: Step): UnmadeConstraint | undefined {
  const { operation, skipped, before, scope, earlier, statement, direction } = step;
  if (!skipped || direction === "down" || !("inlineColumn" in operation) || operation.within !== "addColumn")
    return undefined;
  const { table, inlineColumn } = operation;
  const found = inlineColumn && before.column(table, inlineColumn.text);
  if (inlineColumn === undefined || found?.is !== "present" || found.value.learned === true) return undefined;
  if (!before.certain(before.resolve(table), columnTag(inlineColumn.text))) return undefined;
  // The column itself differs.
  if (
    earlier().some(
      (one) => one.statement === statement && one.failures.some(({ kind }) => kind === "differs"),
    )
  )
    return undefined;
  // What follows in the migration may add it.
  const schemas = [before, scope.after.withSearchPath(before.searchPath)];
  const part = words[operation.kind];
  const isLacking = schemas.every((schema) => lacks(schema, step, inlineColumn.text));
  if (!isLacking || part === undefined) return undefined;
  const isMade = (later: Schema): boolean =>
    !lacks(later.withSearchPath(before.searchPath), step, inlineColumn.text);
  return { part, name: step.show(table, inlineColumn.text), isMade };
}

const words: Readonly<Partial<Record<Step["operation"]["kind"], string>>> = {
  addForeignKey: "the foreign key",
  addCheck: "the CHECK",
  addUnique: "the unique key",
  addPrimaryKey: "the primary key",
};

function lacks(schema: Schema, { operation }: Step, column: string): boolean {
  if (!("inlineColumn" in operation)) return false;
  const found = schema.relation(operation.table);
  if (found.is !== "present" || !found.value.complete) return false;
  const { constraints, key } = found.value;
  switch (operation.kind) {
    case "addForeignKey":
      return !constraints.some((one) => one.kind === "foreign key" && one.columns.includes(column));
    // Another text may say the same of the column.
    case "addCheck":
      return !constraints.some(
        (one) =>
          one.kind === "check" &&
          (one.expression.columns.some((read) => read.column === column) ||
            normalise(one.expression.text) === normalise(operation.expression.text)),
      );
    case "addUnique":
    case "addPrimaryKey":
      return !schema
        .indexesOn(key)
        .some(({ unique, elements }) => unique && elements.length === 1 && elements[0]?.column === column);
    default:
      return false;
  }
}
