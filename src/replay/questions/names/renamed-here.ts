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
  const found = (schema: Schema): "present" | "absent" | "unknown" =>
    (column === undefined ? schema.relation(table) : schema.column(table, column)).is;
  return step.earlier().some(({ operation, before, after }) => {
    if (!renames.has(operation.kind)) return false;
    const [then, now] = [found(before), found(after)];
    // Under a condition, it isn't known whether the name is there, but only the rename can have brought it.
    return then === "absent" ? now !== "absent" : then === "unknown" && now === "present";
  });
}
