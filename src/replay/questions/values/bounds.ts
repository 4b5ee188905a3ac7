import type { Predicate, QueryFacts } from "../../../model/expression.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Operation, OperationOf } from "../../../model/operation.ts";
import type { Schema } from "../../../schema/schema.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";
import type { Step } from "../../step.ts";
import { hasFewRows, hasRowsOfWords, isOfUsers } from "../rows/few-rows.ts";
import { growth } from "../rows/growth.ts";
import { isOfExamples } from "./example-rows.ts";
import { isListWithKey } from "./keys-in-hand.ts";
import { isOfSingleRows } from "./single-rows.ts";
import { hasUniqueKey, isKeyLike, isOfOnePerson } from "./unique-keys.ts";

/** See `ValueQuestions.bounded`. */
export function isBounded(operation: Operation, together: readonly Operation[], schema: Schema): boolean {
  switch (operation.kind) {
    case "updateRows":
    case "deleteRows":
      if (operation.limited === true || meetsNoRow(operation, schema) || isRowOfCode(operation.where))
        return true;
      if (operation.repeated !== true && isListOfCode(operation.where, operation.table, schema)) return true;
      return (
        isLoopWithCommit(operation, together) ||
        isKeyed(operation.where, operation.table, schema) ||
        (operation.repeated !== true && isOfExamples(operation, schema)) ||
        (operation.repeated !== true && isListWithKey(operation.where, operation.table, schema)) ||
        (operation.repeated !== true && isOfOneOwner(operation.where, operation.table, schema))
      );
    case "insertRows": {
      if (operation.rows !== undefined || operation.query.relations.length === 0 || givesFew(operation.query))
        return true;
      if (operation.query.grouped === true && isOfWords(operation.table, schema)) return true;
      if (isLoopWithCommit(operation, together)) return true;
      const [only, ...more] = operation.query.relations;
      return (
        (only !== undefined && more.length === 0 && isKeyed(operation.where, only, schema)) ||
        isOfSingleRows(operation, schema)
      );
    }
    case "mergeRows":
      return (
        operation.query.relations.length === 0 ||
        givesFew(operation.query) ||
        isLoopWithCommit(operation, together)
      );
    default:
      return true;
  }
}

/**
 * `INSERT INTO towns (city_id, name) SELECT id, 'North' FROM cities WHERE plate_code = '34'`: the key of the row that has
 * a name or a code, beside constants, for a table that is as good as empty.
 */
export function isSeed(step: Step): boolean {
  const { operation, before, madeHere, rows, scope } = step;
  if (operation.kind !== "insertRows" || operation.repeated === true) return false;
  if (isOfOwnRows(step, operation)) return true;
  const { table, columns, where, query } = operation;
  const [source, ...others] = query.relations;
  const found = source === undefined ? undefined : before.relation(source);
  if (where === undefined || found?.is !== "present" || others.length > 0 || query.stars.length > 0)
    return false;
  const target = before.relation(table);
  const isOfNext = target.is === "present" && target.value.origin?.migration === scope.migration.index - 1;
  if (!madeHere(table) && !isOfNext && !["none", "fresh"].includes(rows(table).are)) return false;
  const { key, constraints } = found.value;
  const refers = (column: string): boolean =>
    constraints.some((one) => one.kind === "foreign key" && one.columns.includes(column));
  if (!where.equalities.some((column) => isKeyLike(column) && !refers(column))) return false;
  const given = new Set(query.columns.flatMap(({ role, column }) => (role === "filter" ? [] : column)));
  const isKey = (column: string): boolean =>
    before
      .indexesOn(key)
      .some(
        ({ unique, elements: [only, ...more] }) => unique && more.length === 0 && only?.column === column,
      );
  return given.size === 1 && columns.length > 1 && [...given].every(isKey);
}

/**
 * `INSERT INTO user_roles … SELECT … FROM users JOIN roles`, of tables whose first rows the migration has just written out:
 * it was written together with the one that creates them.
 */
function isOfOwnRows(
  { before, neighbours, scope }: Step,
  { table, query }: OperationOf<"insertRows">,
): boolean {
  const isNew = (key: Key): boolean => {
    const found = before.relation(key);
    return found.is === "present" && (found.value.origin?.migration ?? -1) >= scope.migration.index - 1;
  };
  const sources = query.relations.map((one) => before.resolve(one));
  const own = before.resolve(table);
  return (
    sources.every(isNew) &&
    sources.some((source) => source !== own) &&
    // Where it is asked for the rows that are there, it has those that the migration has given it.
    sources.every(
      (source) =>
        source === own ||
        neighbours("earlier", "insertRows").some(
          (one) => one.operation.rows !== undefined && one.before.resolve(one.operation.table) === source,
        ),
    )
  );
}

/** `INSERT INTO kinds (name) SELECT DISTINCT kind FROM orders`: each row is a word of its own. */
function isOfWords(table: QualifiedName, schema: Schema): boolean {
  const found = schema.relation(table);
  if (found.is !== "present" || !hasRowsOfWords(schema, found.value)) return false;
  // What is counted or summed isn't said of a word.
  return found.value.columns.every(
    ({ type, serial, identity }) =>
      serial || identity !== undefined || type === undefined || !counts.test(type.name),
  );
}

const counts = /^(?:smallint|integer|bigint|numeric|real|double precision)$/;

/** `"id" = ${id}`, `_id = ${row._id}`, `id = :id`: the row that code has in hand. */
const isRowOfCode = (where: Predicate | undefined): boolean =>
  where !== undefined &&
  /^(?:["`\w.]+\s*=\s*\$\{id\}|(?:\w+\.)?["`]?_?id["`]?\s*=\s*(?:\$\{[^{}]*\}|:\w+))$/.test(
    where.text.trim(),
  );

/** `id IN (${ids})`: the rows whose keys code writes out. */
function isListOfCode(where: Predicate | undefined, table: QualifiedName, schema: Schema): boolean {
  const [, column] =
    /^(?:\w+\.)?["`]?(\w+)["`]?\s+in\s*\(\s*\$\{[^{}]*\}\s*\)$/i.exec(where?.text.trim() ?? "") ?? [];
  if (column === undefined) return false;
  const isKey = schema
    .indexesOn(table)
    .some(({ unique, where: part, elements: [first, ...more] }) =>
      unique && part === undefined && more.length === 0 ? first?.column === column : false,
    );
  return isKey || column === "id" || column === "_id";
}

const givesFew = ({ limited, oneRow }: QueryFacts): boolean => limited || oneRow === true;

/** Rows that are written out in a migration by hand: no statement of them takes long. */
const mostLiteralRows = 100;

/** See `ValueQuestions.fewRows`. */
export function changesFewRows(
  operation: Operation,
  schema: Schema,
  together: readonly Operation[] = [],
): boolean {
  if (operation.repeated === true)
    return operation.kind === "insertRows" && operation.rows !== undefined && isOfList(operation, together);
  switch (operation.kind) {
    case "insertRows":
      return operation.rows === undefined
        ? isOfSingleRows(operation, schema)
        : operation.rows <= mostLiteralRows;
    case "updateRows":
    case "deleteRows":
      return hasUniqueKey(operation.where, operation.table, schema);
    default:
      return false;
  }
}

/** `FOR r IN SELECT jsonb_array_elements(rules) LOOP`: the rounds are written in the migration, and are no range of numbers. */
function isOfList(operation: Operation, together: readonly Operation[]): boolean {
  const queries = together
    .slice(0, together.indexOf(operation))
    .flatMap((other) => (other.kind === "selectRows" ? [other.query] : []));
  return (
    queries.every(({ relations }) => relations.length === 0) &&
    queries.some(({ functions }) => functions.some(({ text }) => ofLists.test(text)))
  );
}

const ofLists = /^(?:pg_catalog\.)?(?:jsonb?_(?:array_elements|each)(?:_text)?|unnest)$/i;

/** `c IS NULL` of a column that is NOT NULL. MySQL finds zero dates by it. */
export function meetsNoRow(
  { where, table, among }: OperationOf<"updateRows" | "deleteRows">,
  schema: Schema,
): boolean {
  if (among !== undefined || where?.nulls === undefined) return false;
  return where.nulls.some((name) => {
    const found = schema.column(table, name);
    if (found.is !== "present" || found.value.notNull !== "yes") return false;
    return (
      found.value.mysql === undefined ||
      !/^(?:date|datetime|timestamp)$/.test(found.value.type?.name ?? "date")
    );
  });
}

/** A round of a loop whose body commits is a batch. */
function isLoopWithCommit(operation: Operation, together: readonly Operation[]): boolean {
  return (
    operation.repeated === true &&
    together.some(({ kind, repeated }) => kind === "commit" && repeated === true)
  );
}

/** See `ValueQuestions.batchesInOneTransaction`. */
export function batchesInOneTransaction(step: Step, together: readonly Operation[]): boolean {
  const { operation } = step;
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return false;
  // Each call commits by itself.
  if (step.locks.runsBeside() !== undefined) return false;
  if (operation.repeated !== true) return isSecondRange(step);
  if (isLoopWithCommit(operation, together)) return false;
  // Elsewhere, a procedure commits each of its statements.
  const isAlone = step.transaction.kind === "none" || step.transaction.kind === "unknown";
  if (!step.before.dialect.transactionalDdl && isAlone) return false;
  const { where, limited } = operation;
  // A loop of code over rows: each commits by itself where nothing wraps them.
  const isOfCode = step.script.code !== undefined && where?.text.includes("${") === true;
  if (isRowOfCode(where) || (isOfCode && hasUniqueKey(where, operation.table, step.before)))
    return !["none", "unknown"].includes(step.transaction.kind);
  if (limited === true || (where !== undefined && (where.limited.length > 0 || where.ranges.length > 0)))
    return true;
  // `FOR r IN SELECT … FROM users LOOP UPDATE users … WHERE id = r.id`: a round for each row of a table.
  const source = together.slice(0, together.indexOf(operation)).findLast(
    (other) =>
      other.kind === "selectRows" &&
      other.query.relations.length > 0 &&
      // What finds one row for each round says nothing about the number of rounds.
      !(other.unlooped === true && other.query.limited),
  );
  return (
    source?.kind === "selectRows" &&
    !source.query.limited &&
    source.query.relations.some(
      (table) =>
        step.before.relation(table).is === "present" && !step.madeHere(table) && step.size(table) !== "small",
    )
  );
}

/** `WHERE id BETWEEN 1 AND 1000` and then `… 1001 AND 2000` of one table, in one transaction: told of the second alone. */
function isSecondRange({ operation, before, transaction, neighbours }: Step): boolean {
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return false;
  const table = before.resolve(operation.table);
  const same = (other: Operation): boolean =>
    (other.kind === "updateRows" || other.kind === "deleteRows") &&
    other.kind === operation.kind &&
    before.resolve(other.table) === table &&
    other.repeated !== true &&
    other.where?.ranges.length === 1;
  if (!same(operation) || transaction.kind === "none" || transaction.kind === "unknown") return false;
  const others = neighbours("earlier", operation.kind).filter(
    (step) => step.transaction.id === transaction.id && same(step.operation),
  );
  return others.length === 1;
}

function isKeyed(where: Predicate | undefined, table: QualifiedName, schema: Schema): boolean {
  if (where === undefined || where.trivial) return false;
  if (where.limited.length > 0 || where.ranges.length > 0) return true;
  return (
    hasUniqueKey(where, table, schema) ||
    isOfOnePart(where, table, schema) ||
    isOfOnePerson(where, table, schema)
  );
}

/** `config_key LIKE 'mail.smtp.%'` of a unique column: what one part of the program is set to, or called. */
function isOfOnePart(where: Predicate, table: QualifiedName, schema: Schema): boolean {
  const found = schema.relation(table);
  if (found.is === "present" && (growth(schema, found.value) > 0 || isOfUsers(found.value))) return false;
  return withoutSqlComments(where.text)
    .split(/\bor\b/i)
    .every((either) =>
      either.split(/\band\b/i).some((part) => {
        const [, column] = byPrefix.exec(part) ?? [];
        return column !== undefined && hasUniqueKey({ ...where, equalities: [column] }, table, schema);
      }),
    );
}

const byPrefix = /^[\s(]*(?:\w+\.)?["`]?(\w+)["`]?\s+i?like\s+'[\w.:/\\-]+[.:/_-]%'[\s)]*$/i;

/** What a uuid names is one user, order, …, and its rows are few beside those of all others. */
function isOfOneOwner(where: Predicate | undefined, table: QualifiedName, schema: Schema): boolean {
  const found = schema.relation(table);
  if (where === undefined || where.trivial || found.is !== "present") return false;
  const { columns, constraints } = found.value;
  return columns.some(
    ({ name, type }) =>
      type?.name === "uuid" &&
      where.equalities.includes(name) &&
      !constraints.some((key) => {
        if (key.kind !== "foreign key" || !key.columns.includes(name)) return false;
        const parent = schema.relation(key.references);
        return parent.is === "present" && hasFewRows(schema, parent.value);
      }),
  );
}

/** See `ValueQuestions.byPartOfKey`. */
export function isByPartOfKey({ operation, before }: Step): boolean {
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return false;
  const { where, table } = operation;
  if (where === undefined || where.trivial || operation.repeated === true) return false;
  return before
    .indexesOn(table)
    .some(
      ({ unique, where: part, elements: [first, ...others] }) =>
        unique &&
        part === undefined &&
        others.length > 0 &&
        first?.column !== undefined &&
        where.equalities.includes(first.column),
    );
}
