import {
  alterTable,
  createIndex,
  dropTable,
  lastOf,
  onlyDropsColumn,
  plain,
  touchedBy,
  withoutEnd,
} from "./statement-forms.ts";

/** What the statement makes is dropped with its table, which is among those. */
export function goesWith(statement: string, dropped: ReadonlySet<string>): boolean {
  const sql = withoutEnd(statement);
  const table = createIndex.exec(sql)?.[3] ?? alterTable.exec(sql)?.[1];
  return table !== undefined && dropped.has(plain(lastOf(table)));
}

/** The tables that a way back drops. */
export const tablesDropped = (back: readonly string[]): ReadonlySet<string> =>
  new Set(back.flatMap((one) => dropTable.exec(withoutEnd(one))?.[1] ?? []).map((one) => plain(lastOf(one))));

/** The columns that a way back drops, and doesn't add again, as `touchedBy` names them. */
export function goneColumns(back: readonly string[]): ReadonlySet<string> {
  const dropped = new Set(back.filter(dropsOne).flatMap(touchedBy));
  for (const one of back.filter((sql) => !dropsOne(sql) && /\bADD\b/i.test(sql)).flatMap(touchedBy))
    dropped.delete(one);
  return dropped;
}

/** A change of such a column, which goes with it. */
export const changesGone = (statement: string, gone: ReadonlySet<string>): boolean => {
  const touched = touchedBy(statement);
  return !dropsOne(statement) && touched.length > 0 && touched.every((one) => gone.has(one));
};

const dropsOne = (statement: string): boolean => {
  const sql = withoutEnd(statement);
  const head = alterTable.exec(sql)?.[0];
  return head !== undefined && onlyDropsColumn.test(sql.slice(head.length));
};
