/** A change of many rows on MySQL and MariaDB, in batches that commit one by one. */
import type { Step } from "../replay/step.ts";
import type { Column } from "../schema/model.ts";
import { heading, instead, inWords, outside, type Advice } from "./advice.ts";
import {
  buildsOnItself,
  computedFirst,
  computesFirst,
  fromWhereItStopped,
  keyOf,
  ownNames,
  readInBatches,
  readsWhatItSets,
  stillToFill,
  type Change,
} from "./batches.ts";
import { noBatches } from "./no-batches.ts";
import { movedAlong } from "./needed-behind.ts";
import { textOf } from "./words.ts";

/**
 * The same change by a procedure that commits each batch. Undefined for a change in a body, whose text may use variables
 * and which may be in batches already, and where neither a key nor the condition leads from one batch to the next.
 */
export function inBatches(step: Step): Advice | undefined {
  const { operation, before, inBody, statement } = step;
  const otherWay = noBatches(step);
  if (otherWay !== undefined) return otherWay;
  if (operation.kind !== "deleteRows" && operation.kind !== "updateRows") return undefined;
  if (inBody || operation.span.start !== statement.span.start) return undefined;
  const { table, head, among } = operation;
  const where = operation.where?.ofJoin === true ? undefined : operation.where;
  const undone = stillToFill(
    step,
    where === undefined || where.trivial ? undefined : `(${textOf(step, where.span)})`,
    (one) => (among === undefined ? before.spell(one) : `${before.spell(among)}.${before.spell(one)}`),
  );
  const written = textOf(step, { start: head.start, end: where?.span.start ?? operation.span.end })
    .replace(/\bwhere\b(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[\s\S]*?\*\/)*$/i, "")
    .trim();
  if (computesFirst(written)) return [inWords(computedFirst(written))];
  const sets = operation.kind === "updateRows" ? operation.columns.map(({ text }) => text) : [];
  const asked = where === undefined ? written : `${written} WHERE ${where.text}`;
  if (readsWhatItSets(asked, ownNames(table, among), sets)) return [inWords(readInBatches)];
  return batchesOf(step, {
    table,
    statement: written,
    undone,
    shrinks: operation.kind === "deleteRows" || step.values.leavesItsRows(),
    qualifier: among === undefined ? undefined : before.spell(among),
    sets,
    onceOnly: buildsOnItself(written, sets),
  });
}

/** The change by a procedure that commits each batch. Undefined: neither a key nor `undone` leads from one to the next. */
export function batchesOf(step: Step, change: Change, when?: string): Advice | undefined {
  // Several results of one CALL are too many for most drivers.
  const isByClient = needsClient(step);
  const { table, onceOnly = false } = change;
  const body = loopOf(step, change, isByClient || onceOnly);
  if (body === undefined) return undefined;
  const name = step.before.spell(`${table.name}_in_batches`);
  const statements = [
    wholeBody(step, [`CREATE PROCEDURE ${name}()`, "BEGIN", ...body, "END"].join("\n")),
    `CALL ${name}();`,
    `DROP PROCEDURE ${name};`,
  ];
  const first = when === undefined ? [] : [heading(when)];
  // Where it is a part of the way, the statement of the migration does something else.
  const standsFor =
    when === undefined ? undefined : [`${change.statement} WHERE ${change.undone ?? "true"};`];
  const once = onceOnly ? `; ${fromWhereItStopped("its last row says how far it came")}` : "";
  const commits = `the procedure commits each batch${once}`;
  // DELIMITER is a word of the client, which a program of the project may well send on to the server.
  return isByClient
    ? outside(
        ...first,
        heading(`by hand, in the mysql client; ${commits}`, { transaction: "none", standsFor }),
        ...statements,
      )
    : [
        ...instead(
          ...first,
          heading(`in a separate migration; ${commits}`, { transaction: "none" }),
          ...statements,
        ),
        ...movedAlong(step),
      ];
}

/**
 * By ranges of the key; without one by rows that are still to be done. Undefined: nothing leads to the next batch.
 *
 * @param shows each batch returns a row that says how far it came
 */
function loopOf(step: Step, change: Change, shows: boolean): readonly string[] | undefined {
  const { before } = step;
  const found = before.relation(change.table);
  const keys = found.is === "present" ? keyOf(found.value) : [];
  const [only] = keys;
  if (only !== undefined && !keys.some(({ name }) => change.sets?.includes(name) === true)) {
    if (keys.length === 1 && isCounted(only)) return byRanges(change, before.spell(only), shows);
    const names = keys.map((column) => before.spell(column));
    if (keys.every(isOrdered)) return byOrder(change, names, shows);
  }
  return change.undone !== undefined && change.qualifier === undefined && change.shrinks
    ? byRows(change, shows)
    : undefined;
}

const batch = 1000;
/** Between batches, so that replicas and other writers catch up. */
const pause = "    DO SLEEP(0.05);";

const andUndone = ({ undone }: Change): string => (undone === undefined ? "" : ` AND ${undone}`);

function byRanges(change: Change, key: string, shows: boolean): readonly string[] {
  const inTable = change.qualifier === undefined ? key : `${change.qualifier}.${key}`;
  return [
    "  DECLARE batch_from, batch_end BIGINT;",
    `  SELECT MIN(${key}) - 1, MAX(${key}) INTO batch_from, batch_end FROM ${change.table.text};`,
    "  WHILE batch_from < batch_end DO",
    `    ${change.statement}`,
    `    WHERE ${inTable} > batch_from AND ${inTable} <= batch_from + ${batch}${andUndone(change)};`,
    "    COMMIT;",
    `    SET batch_from = batch_from + ${batch};`,
    ...(shows ? ["    SELECT batch_from AS done_up_to, batch_end AS of_all;"] : []),
    pause,
    "  END WHILE;",
  ];
}

/**
 * Of a key that can't be counted, or of several columns: each range ends at the last of so many keys. They stand in
 * variables of the session, which take the type and the collation of the column.
 */
function byOrder(change: Change, keys: readonly string[], shows: boolean): readonly string[] {
  const { statement, qualifier } = change;
  const table = change.table.text;
  const variables = (name: string): readonly string[] =>
    keys.map((_, at) => (keys.length === 1 ? `@batch_${name}` : `@batch_${name}_${at + 1}`));
  const [from, to] = [variables("from"), variables("to")];
  const own = keys.join(", ");
  const last = keys.map((key) => `${key} DESC`).join(", ");
  const inTable = qualifier === undefined ? keys : keys.map((key) => `${qualifier}.${key}`);
  const [first = ""] = from;
  return [
    `  SET ${[...from, ...to].map((name) => `${name} = NULL`).join(", ")};`,
    `  SELECT ${own} INTO ${from.join(", ")} FROM ${table} ORDER BY ${own} LIMIT 1;`,
    `  WHILE ${first} IS NOT NULL DO`,
    `    SELECT ${own} INTO ${to.join(", ")}`,
    `    FROM (SELECT ${own} FROM ${table} WHERE ${compared(keys, ">", from, "=")} ORDER BY ${own} LIMIT ${batch}) AS batch`,
    `    ORDER BY ${last} LIMIT 1;`,
    `    ${statement}`,
    `    WHERE ${compared(inTable, ">", from, "=")} AND ${compared(inTable, "<", to, "=")}${andUndone(change)};`,
    "    COMMIT;",
    ...(shows
      ? [
          `    SELECT ${to.map((name) => `${name} AS done_up_to${name.slice("@batch_to".length)}`).join(", ")};`,
        ]
      : []),
    `    SET ${first} = NULL;`,
    `    SELECT ${own} INTO ${from.join(", ")} FROM ${table} WHERE ${compared(keys, ">", to)} ORDER BY ${own} LIMIT 1;`,
    pause,
    "  END WHILE;",
  ];
}

/**
 * `(a > @1 OR (a = @1 AND b >= @2))`: MySQL finds no range of an index by `(a, b) >= (@1, @2)`.
 *
 * @param equal `=` where the last column may also be the same
 */
function compared(
  columns: readonly string[],
  sign: "<" | ">",
  variables: readonly string[],
  equal = "",
): string {
  const [column = "", ...rest] = columns;
  const [variable = "", ...others] = variables;
  if (rest.length === 0) return `${column} ${sign}${equal} ${variable}`;
  return `(${column} ${sign} ${variable} OR (${column} = ${variable} AND ${compared(rest, sign, others, equal)}))`;
}

/** Rows that are done are read again: READ COMMITTED keeps no lock on them. */
function byRows({ statement, undone = "" }: Change, shows: boolean): readonly string[] {
  return [
    "  DECLARE batch_rows INT;",
    ...(shows ? ["  DECLARE batch_done BIGINT DEFAULT 0;"] : []),
    "  REPEAT",
    "    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;",
    `    ${statement}`,
    `    WHERE ${undone} LIMIT ${batch};`,
    "    SET batch_rows = ROW_COUNT();",
    "    COMMIT;",
    ...(shows ? ["    SET batch_done = batch_done + batch_rows;", "    SELECT batch_done;"] : []),
    pause,
    "  UNTIL batch_rows = 0 END REPEAT;",
  ];
}

/** A whole number, of which most are taken. */
const isCounted = ({ type, mysql }: Column): boolean =>
  type !== undefined && /^(?:tiny|small|medium|big)?int$/.test(type.name) && mysql?.autoIncrement === true;

/** As a variable it is ordered like the column: an ENUM is ordered by its position, a FLOAT isn't equal to itself. */
const isOrdered = ({ type }: Column): boolean =>
  type !== undefined &&
  /^(?:(?:tiny|small|medium|big)?int|decimal|numeric|(?:var)?char|(?:var)?binary|date|datetime)$/.test(
    type.name,
  );

/** The routine stands behind DELIMITER, and nothing says that what runs the files understands it. */
const needsClient = ({ script: { transaction }, scope: { history } }: Step): boolean =>
  transaction.whole === undefined &&
  transaction.sendsDelimiter === undefined &&
  (transaction.sends === "unknown" || /^(?:single-query|statement-by-statement)$/.test(history.runner ?? ""));

/** A routine with semicolons inside, as the runner needs it: behind the mysql client's DELIMITER, or unchanged. */
function wholeBody(step: Step, routine: string): string {
  const { sendsDelimiter, whole: marked } = step.script.transaction;
  if (marked !== undefined) return marked(`${routine};`);
  return sendsDelimiter === undefined ? `DELIMITER //\n${routine}//\nDELIMITER ;` : `${routine};`;
}
