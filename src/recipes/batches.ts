import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { Column, Relation } from "../schema/model.ts";
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
  /** A row that is changed twice gets another value: `SET price = price * 1.02`. */
  readonly onceOnly?: boolean | undefined;
}

/** What to do where such a loop stops: each batch that has committed is done. */
export const fromWhereItStopped = (shows: string): string =>
  `run it once only: if it stops, ${shows}; continue behind that, not from the start`;

/**
 * Rows that a fill of new columns still has to do, among those that it means: what the new version of the application has
 * written meanwhile stays. Undefined: all of them.
 *
 * @param spell how a column is written
 */
export function stillToFill(
  { operation, before, createdPending }: Step,
  meant: string | undefined,
  spell: (column: string) => string,
): string | undefined {
  if (operation.kind !== "updateRows") return meant;
  const { table, columns } = operation;
  const areEmpty = columns.every(({ text }) => {
    const found = before.column(before.resolve(table), text);
    return (
      createdPending(table, text) === "yes" &&
      found.is === "present" &&
      found.value.hasDefault === "no" &&
      found.value.generated === undefined
    );
  });
  if (!areEmpty || columns.length === 0) return meant;
  const empty = columns.map(({ text }) => `${spell(text)} IS NULL`);
  return [...(meant === undefined ? [] : [meant]), ...empty].join(" AND ");
}

const operator = String.raw`(?:[-+*/%]|\|\|)`;
const changing = String.raw`\b(?:concat|concat_ws|replace|regexp_replace|array_append|array_prepend|array_cat|lpad|rpad)\s{0,9}\(`;
/** Most values have neither: then no expression is made for each column. */
const mayBuild = new RegExp(`${operator}|${changing}`, "i");

/** Values that are computed from themselves by an operator, or by a function that changes its own result again. */
export function buildsOnItself(statement: string, sets: readonly string[]): boolean {
  const [, values = ""] = /\bset\b([\s\S]*)$/i.exec(statement) ?? [];
  const text = values.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?\*\//g, " ");
  if (!mayBuild.test(text)) return false;
  return sets.some((name) => {
    if (!/^\w+$/.test(name)) return false;
    const column = String.raw`(?:\w+\.)?["\x60]?\b${name}\b["\x60]?`;
    return new RegExp(
      String.raw`${column}\s{0,9}${operator}|${operator}\s{0,9}${column}|${changing}[^()]{0,200}${column}`,
      "i",
    ).test(text);
  });
}

/** The change in batches that commit one by one, in a migration of its own. `when`: which step of the advice it is. */
export function inBatchesOf(step: Step, change: Change, when?: string): readonly Part[] {
  const loop = loopOf(step, change);
  const first = when === undefined ? [] : [heading(when)];
  return loop === undefined
    ? [...first, heading("by ranges of its key, each in a separate transaction:"), oneRange(change)]
    : [
        ...first,
        outsideTransaction(step, byHand(change)),
        heading(timeout),
        ...(change.onceOnly === true
          ? [heading(fromWhereItStopped("its last notice says how far it came"))]
          : []),
        whole(step, loop),
      ];
}

const timeout = "statement_timeout, where it is set, covers the block as a whole";

function byHand({ statement }: Change): string {
  const when = /^update\b/i.test(statement) ? ", before a version that reads the values is deployed" : "";
  return `by hand, not in a migration${when}: COMMIT fails in the transaction that the tool opens`;
}

const qualified = ({ qualifier }: Change, column: string): string =>
  qualifier === undefined ? column : `${quote(qualifier)}.${column}`;

function oneRange(change: Change): string {
  const key = qualified(change, "<key>");
  return `${change.statement}\nWHERE ${key} > <from> AND ${key} <= <to>${andUndone(change)};`;
}

const andUndone = ({ undone }: Change): string => (undone === undefined ? "" : ` AND ${undone}`);

/**
 * By ranges of the key, if it is one column; if the table is known to have none, by rows that are still to be done.
 * Undefined: there is neither.
 */
export function loopOf(step: Step, change: Change): string | undefined {
  const { table, undone, shrinks, joins, sets = [] } = change;
  const found = step.before.relation(table);
  if (found.is !== "present") return undefined;
  const key = keyOf(found.value);
  if (key !== undefined && !sets.includes(key.name))
    return isCounted(key) ? byRanges(change, quote(key.name)) : byOrder(change, quote(key.name));
  if (!found.value.complete) return undefined;
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
    ...progress(change, "lo"),
    "  END LOOP;",
  ]);
}

const progress = ({ onceOnly }: Change, variable: string): readonly string[] =>
  onceOnly === true ? [`    RAISE NOTICE 'done up to %', ${variable};`] : [];

/** `$$` may stand in the statement itself. */
function doBlock(lines: readonly string[]): string {
  const body = lines.join("\n");
  const tag = body.includes("$$") ? "$batches$" : "$$";
  return `DO ${tag}\n${body}\nEND ${tag};`;
}

/** Of a key that can't be counted: each range ends at the last of so many keys. */
function byOrder(change: Change, key: string): string {
  const { table, statement } = change;
  const inTable = qualified(change, key);
  const type = `${table.text}.${key}%TYPE`;
  return doBlock([
    `DECLARE lo ${type}; hi ${type};`,
    "BEGIN",
    `  SELECT ${key} INTO lo FROM ${table.text} ORDER BY ${key} LIMIT 1;`,
    "  WHILE lo IS NOT NULL LOOP",
    `    SELECT ${key} INTO hi FROM (SELECT ${key} FROM ${table.text} WHERE ${key} >= lo ORDER BY ${key} LIMIT 4000) AS batch`,
    `    ORDER BY ${key} DESC LIMIT 1;`,
    `    ${statement}`,
    `    WHERE ${inTable} >= lo AND ${inTable} <= hi${andUndone(change)};`,
    `    SELECT ${key} INTO lo FROM ${table.text} WHERE ${key} > hi ORDER BY ${key} LIMIT 1;`,
    "    COMMIT;",
    ...progress(change, "hi"),
    "  END LOOP;",
  ]);
}

const wholeNumbers: ReadonlySet<string> = new Set(["smallint", "integer", "bigint"]);

/** A whole number, of which most are taken: a function of the application's makes them with wide gaps. */
const isCounted = ({ type, serial, default: value }: Column): boolean =>
  type !== undefined &&
  wholeNumbers.has(type.name) &&
  type.dimensions === 0 &&
  (serial || value === undefined || value.text.toLowerCase().startsWith("nextval("));

/** The column of a primary key of one column. */
function keyOf({ constraints, columns }: Relation): Column | undefined {
  const primary = constraints.find(({ kind }) => kind === "primary key");
  if (primary?.kind !== "primary key" || primary.columns.length !== 1) return undefined;
  return columns.find(({ name }) => name === primary.columns[0]);
}
