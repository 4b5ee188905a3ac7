import type { Key } from "../../../model/names.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

const renames: ReadonlySet<string> = new Set([
  "renameTable",
  "renameView",
  "setTableSchema",
  "renameColumn",
  "redefineColumn",
]);

/** See `NameQuestions.renamedHere`. */
export function renamedHere(step: Step, table: Key, column: string | undefined): boolean {
  const isThere = (schema: Schema): boolean =>
    (column === undefined ? schema.relation(table) : schema.column(table, column)).is === "present";
  return step
    .earlier()
    .some(
      ({ operation, before, after }) => renames.has(operation.kind) && !isThere(before) && isThere(after),
    );
}
