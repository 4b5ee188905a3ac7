import type { Schema } from "../schema/schema.ts";
import {
  alterTable,
  constraintGone,
  createIndex,
  dropTable,
  form,
  keyOf,
  lastOf,
  onlyDropsColumn,
  plain,
  qualified,
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

const indexGone = form("DROP (?:INDEX|KEY) (?:IF EXISTS )?<name>$");

/**
 * MySQL makes an index for a foreign key: it goes with the last of its columns, and can't be dropped before the key. What a
 * way back does with it: `with columns`, where the migration's own drops them; `behind key`, for the statement that
 * drops it or its key. Undefined: the statement is about none of both.
 *
 * @param down all of the way back
 * @param after what the migration leaves
 * @param gone the columns that the migration's own way back drops
 */
export function ownIndex(
  statement: string,
  down: readonly string[],
  after: Schema,
  gone: ReadonlySet<string>,
): "with columns" | "behind key" | undefined {
  if (after.dialect.transactionalDdl) return undefined;
  const dropped = droppedPart(statement);
  if (dropped === undefined || !isPair(dropped.key, down)) return undefined;
  const found = after.relation(qualified(dropped.table));
  const constraints = found.is === "present" ? found.value.constraints : [];
  const key = constraints.find((one) => one.kind === "foreign key" && one.name === dropped.name);
  const columns = key?.kind === "foreign key" ? key.columns : undefined;
  const isGone = columns?.every((column) => gone.has(`column ${keyOf(dropped.table, column)}`)) === true;
  if (!isGone) return "behind key";
  return dropped.isIndex ? "with columns" : undefined;
}

function isPair(key: string, down: readonly string[]): boolean {
  const same = down.map(droppedPart).filter((one) => one?.key === key);
  return same.some((one) => one?.isIndex === true) && same.some((one) => one?.isIndex === false);
}

function droppedPart(statement: string) {
  const sql = withoutEnd(statement);
  const [head, table = ""] = alterTable.exec(sql) ?? [];
  const clause = head === undefined ? "" : sql.slice(head.length);
  const index = indexGone.exec(clause)?.[1];
  const name = index ?? constraintGone.exec(clause)?.[1];
  return name === undefined
    ? undefined
    : { table, name: plain(name), key: keyOf(table, name), isIndex: index !== undefined };
}
