import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { Column, Relation } from "../schema/model.ts";
import { heading, type Part } from "./advice.ts";
import { overrides, readsColumn } from "./change-before-drop.ts";
import {
  doneFirst,
  isSentOverPool,
  mustBeAlone,
  outsideTransaction,
  quote,
  setBack,
  whole,
} from "./words.ts";

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
  `run it once only: if it stops, ${shows}; continue behind that, not from the start; until it ends, rows with the old and with the new value are mixed`;

/**
 * Rows that a fill of new columns still has to do, among those that it means: what the new version of the application has
 * written meanwhile stays. Undefined: all of them.
 *
 * @param spell how a column is written
 */
export function stillToFill(
  step: Step,
  meant: string | undefined,
  spell: (column: string) => string,
): string | undefined {
  const { operation, before, createdPending } = step;
  if (operation.kind !== "updateRows") return meant;
  const { table, columns, where } = operation;
  const areEmpty = columns.every(({ text }) => {
    const found = before.column(before.resolve(table), text);
    return (
      createdPending(table, text) === "yes" &&
      found.is === "present" &&
      found.value.hasDefault === "no" &&
      // Old rows have the type's implicit default there on MySQL.
      found.value.notNull !== "yes" &&
      found.value.generated === undefined
    );
  });
  if (!areEmpty || columns.length === 0) return meant;
  const asked = columns.filter(({ text }) => where?.nulls?.includes(text) !== true);
  // It changes what another statement has filled.
  if (asked.some((column) => readsColumn(step, operation, table, column))) return meant;
  if (asked.length > 0 && overrides(step, operation)) return meant;
  const empty = asked.map(({ text }) => `${spell(text)} IS NULL`);
  if (meant !== undefined && empty.length === 0) return meant;
  return [...(meant === undefined ? [] : [meant]), ...empty].join(" AND ");
}

const operator = String.raw`(?:[-+*/%]|\|\|)`;
/** Words before a parenthesis that are no function, and functions that leave their own result as it is. */
const settled = String.raw`\b(?:all|and|any|as|between|case|cast|coalesce|convert|date|date_trunc|distinct|else|exists|from|if|ifnull|in|initcap|interval|is|json_remove|json_set|jsonb_set|left|like|lower|btrim|ltrim|rtrim|trim|abs|ceil|ceiling|floor|greatest|least|nullif|not|or|on|over|round|select|then|trunc|upper|using|values|when|where)\s{0,9}\(`;
const called = String.raw`(?!${settled})\b[a-z_]\w{0,62}\s{0,9}\(`;
/** Most values have neither: then no expression is made for each column. */
const mayBuild = new RegExp(`${operator}|${called}`, "i");

/** Values that are computed from themselves by an operator, or by a function that may change its own result again. */
export function buildsOnItself(statement: string, sets: readonly string[]): boolean {
  const [, values = ""] = /\bset\b([\s\S]*)$/i.exec(statement) ?? [];
  const text = values.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?\*\//g, " ");
  if (!mayBuild.test(text)) return false;
  return sets.some((name) => {
    if (!/^\w+$/.test(name)) return false;
    const column = String.raw`(?:\w+\.)?["\x60]?\b${name}\b["\x60]?`;
    return new RegExp(
      String.raw`${column}\s{0,9}${operator}|${operator}\s{0,9}${column}|${called}[^()]{0,200}${column}`,
      "i",
    ).test(text);
  });
}

/** It joins what it computes from a whole table first: each batch would compute all of it again. */
export const computesFirst = (statement: string): boolean =>
  /^\s*with\b|\b(?:from|join|using)\s*\(\s*select\b/i.test(statement) &&
  /\bgroup\s+by\b|\bover\s*\(|\bselect\s+distinct\b/i.test(statement);

export function computedFirst(statement: string): string {
  // A row moves when it is updated.
  const place = /\bctid\b/i.test(statement) ? " (a ctid may be another row's by then)" : "";
  return `First write what the statement computes into a table with an index, each row by its primary key${place}; then change the rows from that in batches, by key range, in transactions of their own. With the statement itself in batches, each of them would compute all of it again.`;
}

/**
 * It asks other rows of its own table by columns that it sets: one statement sees them as they were, a batch as those
 * before it left them.
 *
 * @param text the statement with its condition
 * @param own names that stand for the rows to change
 */
export function readsWhatItSets(text: string, own: readonly string[], sets: readonly string[]): boolean {
  const names = sets.filter((name) => /^\w+$/.test(name)).join("|");
  const [table = ""] = own;
  if (names === "" || !/^\w+$/.test(table)) return false;
  const isRead = new RegExp(`\\b(?:from|join)\\s+(?:only\\s+)?(?:[\\w"\x60]+\\.)?["\x60]?${table}\\b`, "i");
  if (!isRead.test(text)) return false;
  const other = new RegExp(`(?:(\\w+)["\x60]?\\s*\\.\\s*)?["\x60]?\\b(?:${names})\\b`, "gi");
  const isOfOthers = (part: string, isInside: boolean): boolean =>
    [...part.matchAll(other)].some(([, qualifier]) =>
      qualifier === undefined ? isInside : !own.includes(qualifier.toLowerCase()),
    );
  return (
    isOfOthers(text, false) || subSelectsOf(text).some((one) => isRead.test(one) && isOfOthers(one, true))
  );
}

/** What names the rows to change: their table, or its alias. */
export const ownNames = (table: QualifiedName, among: string | undefined): readonly string[] => [
  table.name.toLowerCase(),
  ...(among === undefined ? [] : [among.toLowerCase()]),
];

/** What stands between `(SELECT` and the parenthesis that closes it. */
function subSelectsOf(text: string): readonly string[] {
  return [...text.matchAll(/\(\s*select\b/gi)].map(({ index }) => {
    let depth = 0;
    for (let at = index; at < text.length; at++) {
      if (text[at] === "(") depth++;
      if (text[at] === ")" && --depth === 0) return text.slice(index, at);
    }
    return text.slice(index);
  });
}

export const readInBatches =
  "First write the keys of the rows that are to change into a table; then change these rows in batches, by key range, in transactions of their own. The statement asks other rows of its table for what it sets: in batches, it would see what earlier batches have changed.";

/** The change in batches that commit one by one, in a migration of its own. `when`: which step of the advice it is. */
export function inBatchesOf(step: Step, change: Change, when?: string): readonly Part[] {
  const loop = loopOf(step, change);
  const first = when === undefined ? [] : [heading(when)];
  if (loop === undefined)
    return [...first, heading("by ranges of its key, each in a separate transaction:"), oneRange(change)];
  const { code, transaction } = step.script;
  const isPooled = isSentOverPool(step);
  const isAlone = mustBeAlone(step) || (code === undefined && transaction.wholeScript === true);
  const isSet = !isPooled && !isAlone;
  const { kind } = step.operation;
  const done = kind === "updateRows" || kind === "deleteRows" ? doneFirst(step) : undefined;
  return [
    ...first,
    outsideTransaction(step, byHand(change), { first: done }),
    isSet ? [] : heading("statement_timeout, where it is set, covers the block as a whole"),
    ...(change.onceOnly === true
      ? [heading(fromWhereItStopped("its last notice says how far it came"))]
      : []),
    isSet ? "SET statement_timeout = 0; -- it would end the block as a whole" : "",
    whole(step, loop),
    isSet ? setBack(step, "statement_timeout") : "",
  ];
}

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
 * By ranges of the key; if the table is known to have none, by rows that are still to be done. Undefined: there is neither.
 */
export function loopOf(step: Step, change: Change): string | undefined {
  const { table, undone, shrinks, joins, sets = [] } = change;
  const found = step.before.relation(table);
  if (found.is !== "present") return undefined;
  // The loop runs in a migration of its own, behind all that this one does.
  const keys = goes(step, table) ? [] : keyOf(found.value);
  const [only] = keys;
  if (only !== undefined && !keys.some(({ name }) => sets.includes(name)))
    return keys.length === 1 && isCounted(only)
      ? byRanges(change, quote(only.name))
      : byOrder(
          change,
          keys.map(({ name }) => quote(name)),
        );
  if (!found.value.complete) return undefined;
  const partitioned = found.value.partitionBy !== undefined;
  if (undone === undefined || !shrinks || joins === true || partitioned) return undefined;
  const alias = change.qualifier === undefined ? "" : ` ${quote(change.qualifier)}`;
  const row = qualified(change, "ctid");
  return doBlock([
    "DECLARE batch_rows bigint; batch_done bigint := 0;",
    "BEGIN",
    "  LOOP",
    `    ${change.statement}`,
    `    WHERE ${row} = ANY (ARRAY(SELECT ${row} FROM ${table.text}${alias} WHERE ${undone} LIMIT 4000));`,
    "    GET DIAGNOSTICS batch_rows = ROW_COUNT;",
    "    EXIT WHEN batch_rows = 0;",
    "    batch_done := batch_done + batch_rows;",
    ...afterBatch("% rows are done", ["batch_done"]),
    "  END LOOP;",
  ]);
}

/** It is visible to others, says how far it is, and lets replicas and other writers catch up. */
const afterBatch = (text: string, values: readonly string[]): readonly string[] => [
  "    COMMIT;",
  `    RAISE NOTICE '${text}', ${values.join(", ")};`,
  "    PERFORM pg_sleep(0.05);",
];

function byRanges(change: Change, key: string): string {
  const inTable = qualified(change, key);
  return doBlock([
    "DECLARE batch_from bigint; batch_last bigint;",
    "BEGIN",
    `  SELECT min(${key}) - 1, max(${key}) INTO batch_from, batch_last FROM ${change.table.text};`,
    "  WHILE batch_from < batch_last LOOP",
    `    ${change.statement}`,
    `    WHERE ${inTable} > batch_from AND ${inTable} <= batch_from + 4000${andUndone(change)};`,
    "    batch_from := batch_from + 4000;",
    ...afterBatch("done up to % of %", ["batch_from", "batch_last"]),
    "  END LOOP;",
  ]);
}

/** `$$` may stand in the statement itself. */
function doBlock(lines: readonly string[]): string {
  const body = lines.join("\n");
  const tag = body.includes("$$") ? "$batches$" : "$$";
  return `DO ${tag}\n${body}\nEND ${tag};`;
}

/** Of a key that can't be counted, or of several columns: each range ends at the last of so many keys. */
function byOrder(change: Change, keys: readonly string[]): string {
  const { table, statement } = change;
  const isOne = keys.length === 1;
  const list = (names: readonly string[]): string => names.join(", ");
  const row = (names: readonly string[]): string => (isOne ? list(names) : `(${list(names)})`);
  const variables = (name: string): readonly string[] =>
    keys.map((_, at) => (isOne ? name : `${name}_${at + 1}`));
  const [from, to] = [variables("batch_from"), variables("batch_to")];
  const declared = [from, to].flatMap((names) =>
    names.map((name, at) => `${name} ${table.text}.${keys[at] ?? ""}%TYPE;`),
  );
  const own = list(keys);
  const inTable = row(keys.map((key) => qualified(change, key)));
  const last = list(keys.map((key) => `${key} DESC`));
  return doBlock([
    `DECLARE ${declared.join(" ")}`,
    "BEGIN",
    `  SELECT ${own} INTO ${list(from)} FROM ${table.text} ORDER BY ${own} LIMIT 1;`,
    `  WHILE ${from[0] ?? ""} IS NOT NULL LOOP`,
    `    SELECT ${own} INTO ${list(to)} FROM (SELECT ${own} FROM ${table.text} WHERE ${row(keys)} >= ${row(from)} ORDER BY ${own} LIMIT 4000) AS batch`,
    `    ORDER BY ${last} LIMIT 1;`,
    `    ${statement}`,
    `    WHERE ${inTable} >= ${row(from)} AND ${inTable} <= ${row(to)}${andUndone(change)};`,
    `    SELECT ${own} INTO ${list(from)} FROM ${table.text} WHERE ${row(keys)} > ${row(to)} ORDER BY ${own} LIMIT 1;`,
    ...afterBatch(`done up to ${list(keys.map(() => "%"))}`, to),
    "  END LOOP;",
  ]);
}

/** Further down, the migration drops a column of the table's primary key. */
function goes(step: Step, table: QualifiedName): boolean {
  const found = step.before.relation(table);
  const keys = found.is === "present" ? keyOf(found.value) : [];
  return step
    .later()
    .some(
      ({ operation }) =>
        operation.kind === "dropColumn" &&
        step.before.resolve(operation.table) === step.before.resolve(table) &&
        keys.some(({ name }) => name === operation.column.text),
    );
}

const wholeNumbers: ReadonlySet<string> = new Set(["smallint", "integer", "bigint"]);

/** A whole number, of which most are taken: a function of the application's makes them with wide gaps. */
const isCounted = ({ type, serial, default: value }: Column): boolean =>
  type !== undefined &&
  wholeNumbers.has(type.name) &&
  type.dimensions === 0 &&
  (serial || value === undefined || value.text.toLowerCase().startsWith("nextval("));

/** The columns of the primary key. */
export function keyOf({ constraints, columns }: Relation): readonly Column[] {
  const primary = constraints.find(({ kind }) => kind === "primary key");
  const names = primary?.kind === "primary key" ? primary.columns : [];
  const found = names.flatMap((name) => columns.find((column) => column.name === name) ?? []);
  return found.length === names.length ? found : [];
}
