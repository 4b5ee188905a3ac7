/** MySQL and MariaDB: the metadata lock that every change of a table waits for. */
import type { Key, QualifiedName } from "../../../model/names.ts";
import { alteredTable } from "../../../model/kinds.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Step } from "../../step.ts";

/** The table that an operation changes; those inside of CREATE TABLE change none that is there. */
function changedTable(operation: Operation): QualifiedName | undefined {
  if ("within" in operation && operation.within === "createTable") return undefined;
  if ("clauseOf" in operation && operation.clauseOf === "createTable") return undefined;
  return alteredTable(operation);
}

/** See `LockQuestions.metadataLock`. */
export function metadataLock({ operation, before, madeHere, skipped }: Step): Key | undefined {
  if (before.dialect.locksTables || skipped) return undefined;
  const table = changedTable(operation);
  if (table === undefined || madeHere(table)) return undefined;
  const found = before.relation(table);
  if (found.is === "present" && (found.value.temporary || found.value.kind === "view")) return undefined;
  return before.resolve(table);
}

const units: readonly (readonly [string, number])[] = [
  ["ms", 0.001],
  ["min", 60],
  ["s", 1],
  ["h", 3600],
];

/** `lock_wait_timeout` in force or WAIT n of the statement, in seconds; undefined: the server's own, a day or a year. */
export function lockWait(operation: Operation, setting: string | undefined): number | undefined {
  const { wait } = operation.request ?? {};
  if (wait !== undefined) return wait.value;
  const text = setting?.trim() ?? "";
  if (text === "" || /^default$/i.test(text)) return undefined;
  const [unit, size] = units.find(([name]) => text.endsWith(name)) ?? ["", 1];
  const value = Number(text.slice(0, text.length - unit.length));
  // A variable or a placeholder: somebody has thought of it.
  return Number.isNaN(value) ? 0 : value * size;
}
