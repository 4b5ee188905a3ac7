import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { heading, type Part } from "./advice.ts";
import { outsideTransaction, quote, whole } from "./words.ts";

/** One change of many rows, to be done in batches. */
export interface Change {
  readonly table: QualifiedName;
  /** The statement without its WHERE: `UPDATE orders SET a = b`. It may end in a comment. */
  readonly statement: string;
  /** Rows that are still to be done. */
  readonly undone?: string | undefined;
  /** True: rows that are done no longer match `undone`, so that a loop may search by it. */
  readonly shrinks: boolean;
  /** What columns of the table are qualified with, where the statement names other tables or an alias. */
  readonly qualifier?: string | undefined;
  /** The statement reads other tables in FROM or USING. */
  readonly joins?: boolean | undefined;
  /** Columns that it sets, folded: a loop can't go by a key that changes meanwhile. */
  readonly sets?: readonly string[] | undefined;
}

/** The change in batches that commit one by one, in a migration of its own. `when`: which step of the advice it is. */
export function inBatchesOf(step: Step, change: Change, when?: string): readonly Part[] {
  const loop = loopOf(step, change);
  const first = when === undefined ? [] : [heading(when)];
  return loop === undefined
    ? [...first, heading("by ranges of its key, each in a separate transaction:"), oneRange(change)]
    : [...first, outsideTransaction(step, byHand), whole(step, loop)];
}

const byHand = "by hand, not in a migration: COMMIT fails in the transaction that the tool opens";

const qualified = ({ qualifier }: Change, column: string): string =>
  qualifier === undefined ? column : `${quote(qualifier)}.${column}`;

function oneRange(change: Change): string {
  const key = qualified(change, "<key>");
  return `${change.statement}\nWHERE ${key} > <from> AND ${key} <= <to>${andUndone(change)};`;
}

const andUndone = ({ undone }: Change): string => (undone === undefined ? "" : ` AND ${undone}`);

/**
 * By ranges of a whole-number key; if the table is known to have none, by rows that are still to be done. Undefined:
 * there is neither.
 */
function loopOf(step: Step, change: Change): string | undefined {
  const { table, undone, shrinks, joins, sets = [] } = change;
  const found = step.before.relation(table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const key = wholeNumberKey(step, table);
  if (key !== undefined && !sets.includes(key)) return byRanges(change, quote(key));
  const partitioned = found.value.partitionBy !== undefined;
  if (undone === undefined || !shrinks || joins === true || partitioned) return undefined;
  const alias = change.qualifier === undefined ? "" : ` ${quote(change.qualifier)}`;
  const row = qualified(change, "ctid");
  return doBlock([
    "BEGIN",
    "  LOOP",
    `    ${change.statement}`,
    `    WHERE ${row} = ANY (ARRAY(SELECT ${row} FROM ${table.text}${alias} WHERE ${undone} LIMIT 4000));`,
    "    EXIT WHEN NOT FOUND;",
    "    COMMIT;",
    "  END LOOP;",
  ]);
}

function byRanges(change: Change, key: string): string {
  const inTable = qualified(change, key);
  return doBlock([
    "DECLARE lo bigint; top bigint;",
    "BEGIN",
    `  SELECT min(${key}) - 1, max(${key}) INTO lo, top FROM ${change.table.text};`,
    "  WHILE lo < top LOOP",
    `    ${change.statement}`,
    `    WHERE ${inTable} > lo AND ${inTable} <= lo + 4000${andUndone(change)};`,
    "    lo := lo + 4000;",
    "    COMMIT;",
    "  END LOOP;",
  ]);
}

/** `$$` may stand in the statement itself. */
function doBlock(lines: readonly string[]): string {
  const body = lines.join("\n");
  const tag = body.includes("$$") ? "$batches$" : "$$";
  return `DO ${tag}\n${body}\nEND ${tag};`;
}

const wholeNumbers: ReadonlySet<string> = new Set(["smallint", "integer", "bigint"]);

/** The column of a primary key of one whole number. */
function wholeNumberKey(step: Step, table: QualifiedName): string | undefined {
  const found = step.before.relation(table);
  if (found.is !== "present") return undefined;
  const primary = found.value.constraints.find(({ kind }) => kind === "primary key");
  const columns = primary?.kind === "primary key" ? primary.columns : [];
  const column = found.value.columns.find(({ name }) => columns.length === 1 && name === columns[0]);
  return column?.type !== undefined && wholeNumbers.has(column.type.name) && column.type.dimensions === 0
    ? column.name
    : undefined;
}
