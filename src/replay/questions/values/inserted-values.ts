/** Columns in which each row has a value that the history has inserted since it made the table. */
import type { OperationOf } from "../../../model/operation.ts";
import { get, has, remove, set, type PersistentMap } from "../../../schema/persistent.ts";
import type { Step } from "../../step.ts";
import { statementTokens } from "../tokens.ts";
import { namedRows, namesOf } from "./written-rows.ts";

/** `none`: it has made the column with its table, and inserted no row. As in `Fills.columns`; without an entry, it isn't known. */
export type Inserted = PersistentMap<"none" | "all">;

const mostRows = 100;

/** `made`: columns that the step makes, with their table; `loosened`: those that may hold NULL from now on. */
export function insertedAfter(
  inserted: Inserted,
  step: Step,
  made: readonly string[],
  loosened: readonly string[],
): Inserted {
  const { operation, before, scope } = step;
  let result = inserted;
  for (const column of made)
    result =
      operation.kind === "createTable" && operation.query === undefined
        ? set(result, column, "none")
        : remove(result, column);
  for (const column of loosened) result = remove(result, column);
  switch (operation.kind) {
    case "insertRows":
    case "mergeRows":
    case "copyRows":
    case "attachPartition":
      break;
    default:
      return result;
  }
  const found = operation.table === undefined ? undefined : before.relation(operation.table);
  // Rows for trials aren't in production.
  if (found?.is !== "present" || scope.isForTrials()) return result;
  const known = found.value.columns
    .map(({ name }) => name)
    .filter((name) => has(result, `${found.value.key}.${name}`));
  if (known.length === 0) return result;
  const rows =
    operation.kind === "insertRows" ? rowsOf(step, operation, namesOf(operation.columns, found.value)) : [];
  for (const name of known) {
    const key = `${found.value.key}.${name}`;
    const isGiven = rows.length > 0 && rows.every((row) => row.has(name));
    if (!isGiven) result = remove(result, key);
    else if (operation.kind === "insertRows" && operation.conditional !== true)
      result = set(result, key, "all");
  }
  return result;
}

/** The columns of each row that get a value; none where not all rows are seen. */
function rowsOf(
  step: Step,
  { source, rows }: OperationOf<"insertRows">,
  names: readonly string[],
): readonly ReadonlySet<string>[] {
  if (source !== "values" || rows === undefined || rows > mostRows) return [];
  const found = namedRows(statementTokens(step), names, mostRows).map(
    (row) =>
      new Set(
        row.flatMap(([name, [first]]) =>
          first === undefined || (first.kind === "word" && /^(?:null|default)$/.test(first.value))
            ? []
            : name,
        ),
      ),
  );
  return found.length === rows ? found : [];
}

/** Each row that the history has inserted holds a value, and there is one. */
export const isInserted = (inserted: Inserted, column: string): boolean => get(inserted, column) === "all";
