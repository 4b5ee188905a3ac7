/** Rows and values that a rollback doesn't bring back. */
import type { Rows } from "./lab.ts";

/** `rows of public.users (2 of 4)`, `values of public.users.email (3 of 4)`. */
export function notRestored(before: Rows, after: Rows): readonly string[] {
  const lost: string[] = [];
  for (const [table, rows] of before) {
    const now = after.get(table) ?? [];
    if (now.length < rows.length) {
      lost.push(`rows of ${table} (${rows.length - now.length} of ${rows.length})`);
      continue;
    }
    for (const column of Object.keys(rows[0] ?? {})) {
      const missing = without(
        rows.map((row) => JSON.stringify(row[column])),
        now.map((row) => JSON.stringify(row[column])),
      );
      if (missing > 0) lost.push(`values of ${table}.${column} (${missing} of ${rows.length})`);
    }
  }
  return lost;
}

/** How many of the first aren't among the second, each of which stands for one. */
function without(first: readonly (string | undefined)[], second: readonly (string | undefined)[]): number {
  const left = new Map<string | undefined, number>();
  for (const value of second) left.set(value, (left.get(value) ?? 0) + 1);
  let missing = 0;
  for (const value of first) {
    const times = left.get(value) ?? 0;
    if (times === 0) missing++;
    else left.set(value, times - 1);
  }
  return missing;
}
