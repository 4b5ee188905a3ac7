/** What a change of type means for those who use the column, where no value is lost. */
import type { Step } from "../../step.ts";
import type { ColumnType } from "../../../model/types.ts";

export interface Retyping {
  /** `text`: numbers become text, and an index on them is no use to queries that compare with a number; `zone`: see there. */
  readonly how: "text" | "zone";
  readonly from: ColumnType;
}

const numbers = new Set(["tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double"]);
const texts = new Set(["char", "varchar", "tinytext", "text", "mediumtext", "longtext"]);

/** See `MysqlQuestions.retyping`. Measured on MariaDB: `WHERE code = 7` on a VARCHAR reads the whole table. */
export function retyping(step: Step): Retyping | undefined {
  const { operation, before } = step;
  if (operation.kind !== "redefineColumn") return undefined;
  const { table, column, definition } = operation;
  const found = before.column(table, column.text);
  const from = found.is === "present" ? found.value.type : undefined;
  if (from === undefined) return undefined;
  const to = definition.type.name;
  if (numbers.has(from.name) && texts.has(to)) {
    const isIndexed = before.indexesOn(table).some(({ elements }) => elements[0]?.column === column.text);
    return isIndexed ? { how: "text", from } : undefined;
  }
  // Each session reads a TIMESTAMP in its own zone; that of the migration's is what gets written.
  return from.name === "timestamp" && to === "datetime" && step.setting("time_zone") === undefined
    ? { how: "zone", from }
    : undefined;
}
