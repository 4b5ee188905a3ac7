/**
 * Constraints written in an ADD COLUMN IF NOT EXISTS, or a CREATE TABLE IF NOT EXISTS, that is skipped, as the column or
 * the table is there: they are skipped with it.
 */
import type { Operation } from "../../../model/operation.ts";
import { normalise } from "../../../schema/expression-text.ts";
import type { Schema } from "../../../schema/schema.ts";
import { isDeclaredIn } from "../../../schema/skip.ts";
import { columnTag } from "../../../schema/state.ts";
import type { Step } from "../../step.ts";

/** For messages. */
export interface UnmadeConstraint {
  /** `the foreign key` */
  readonly part: string;
  readonly what: "column" | "table";
  /** Of the column or table. */
  readonly name: string;
  readonly isMade: (later: Schema) => boolean;
}

/** See `NameQuestions.unmadeConstraint`. */
export function unmadeConstraint(step: Step): UnmadeConstraint | undefined {
  const { operation, skipped, before, scope, earlier, statement, direction } = step;
  if (!skipped || direction === "down" || !("within" in operation)) return undefined;
  const what =
    operation.within === "createTable" ? "table" : operation.within === "addColumn" ? "column" : undefined;
  const isFound = what === "table" ? findsTable(step) : findsColumn(step);
  if (what === undefined || !isFound) return undefined;
  // The column itself, or the table, differs.
  if (
    earlier().some(
      (one) => one.statement === statement && one.failures.some(({ kind }) => kind === "differs"),
    )
  )
    return undefined;
  // What follows in the migration may add it.
  const schemas = [before, scope.after.withSearchPath(before.searchPath)];
  const part = words[operation.kind];
  if (!schemas.every((schema) => lacks(schema, step)) || part === undefined) return undefined;
  const column = what === "column" ? operation.inlineColumn?.text : undefined;
  const name = column === undefined ? step.show(operation.table) : step.show(operation.table, column);
  return { part, what, name, isMade: (later) => !lacks(later.withSearchPath(before.searchPath), step) };
}

function findsColumn({ operation, before }: Step): boolean {
  if (!("inlineColumn" in operation) || operation.inlineColumn === undefined) return false;
  const { table, inlineColumn } = operation;
  const found = before.column(table, inlineColumn.text);
  if (found.is !== "present" || found.value.learned === true) return false;
  return before.certain(before.resolve(table), columnTag(inlineColumn.text));
}

/** A table that a baseline makes may be younger than what is written; a question in code isn't IF NOT EXISTS. */
function findsTable({ operation, before, scope, statement }: Step): boolean {
  const written = statement.operations.find(
    (one) => one.kind === "createTable" && isDeclaredIn(operation, one),
  );
  if (written?.kind !== "createTable" || !written.ifNotExists || written.temporary) return false;
  if (written.asked === true || written.conditional === true || written.partitionOf !== undefined)
    return false;
  const found = before.relation(written.table);
  if (found.is !== "present" || found.value.kind !== "table" || !before.certain(found.value.key))
    return false;
  const { origin } = found.value;
  return origin === undefined || scope.baselineOf(origin) === undefined;
}

const words: Readonly<Partial<Record<Step["operation"]["kind"], string>>> = {
  addForeignKey: "the foreign key",
  addCheck: "the CHECK",
  addUnique: "the unique key",
  addPrimaryKey: "the primary key",
};

function lacks(schema: Schema, { operation }: Step): boolean {
  if (!("table" in operation) || operation.table === undefined) return false;
  const found = schema.relation(operation.table);
  if (found.is !== "present" || !found.value.complete) return false;
  const { constraints, key } = found.value;
  const columns = columnsOf(operation);
  switch (operation.kind) {
    case "addForeignKey":
      return !constraints.some(
        (one) => one.kind === "foreign key" && columns.some((name) => one.columns.includes(name)),
      );
    // Another text may say the same of the column.
    case "addCheck":
      return !constraints.some(
        (one) =>
          one.kind === "check" &&
          (one.expression.columns.some((read) => columns.includes(read.column)) ||
            normalise(one.expression.text) === normalise(operation.expression.text)),
      );
    case "addPrimaryKey":
    case "addUnique":
      return (
        columns.length > 0 &&
        !schema.indexesOn(key).some(
          ({ unique, elements }) =>
            unique &&
            isOf(
              elements.map(({ column }) => column),
              columns,
            ),
        )
      );
    default:
      return false;
  }
}

const isOf = (elements: readonly (string | undefined)[], columns: readonly string[]): boolean =>
  elements.length === columns.length && elements.every((one) => one !== undefined && columns.includes(one));

function columnsOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case "addForeignKey":
    case "addPrimaryKey":
    case "addUnique":
      return operation.columns.map(({ text }) => text);
    case "addCheck":
      return operation.inlineColumn === undefined
        ? operation.expression.columns.map(({ column }) => column)
        : [operation.inlineColumn.text];
    default:
      return [];
  }
}
