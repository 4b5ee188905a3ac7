/** Locks that a session takes by name and keeps until UNLOCK TABLES. */
import type { Key } from "../../../model/names.ts";
import type { Step } from "../../step.ts";

export interface TableLock {
  /** Undefined: all tables of the server. */
  readonly table?: Key | undefined;
  readonly blocked: "writes" | "reads and writes";
}

/** See `MysqlQuestions.tableLock`. MySQL manual, "LOCK TABLES and UNLOCK TABLES", "FLUSH". */
export function tableLock({ operation, before, madeHere, skipped }: Step): TableLock | undefined {
  if (before.dialect.locksTables || skipped) return undefined;
  if (operation.kind === "utility")
    return /^FLUSH (?:(?:LOCAL|NO_WRITE_TO_BINLOG) )?TABLES? WITH READ\b/.test(operation.command)
      ? { blocked: "writes" }
      : undefined;
  if (operation.kind !== "lockTable" || madeHere(operation.table)) return undefined;
  const found = before.relation(operation.table);
  if (found.is === "present" && found.value.temporary) return undefined;
  return {
    table: before.resolve(operation.table),
    blocked: operation.mode.includes("WRITE") ? "reads and writes" : "writes",
  };
}
