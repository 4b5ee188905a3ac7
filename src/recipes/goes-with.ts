import { alterTable, createIndex, dropTable, isSame, lastOf, withoutEnd } from "./statement-forms.ts";

/** What the statement makes is dropped with its table. */
export function goesWith(statement: string, back: readonly string[]): boolean {
  const sql = withoutEnd(statement);
  const table = createIndex.exec(sql)?.[3] ?? alterTable.exec(sql)?.[1];
  return back.some((one) => isSame(lastOf(dropTable.exec(withoutEnd(one))?.[1] ?? ""), lastOf(table ?? "-")));
}
