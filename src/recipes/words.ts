import type { AddColumn, Operation, OperationKind, OperationOf } from "../model/operation.ts";
import { pieceOf } from "../replay/code-piece.ts";
import type { Step } from "../replay/step.ts";
import { needsOwnMigration } from "../replay/messages.ts";
import type { Span } from "../text/span.ts";
import { withoutSqlComments } from "../text/sql-comments.ts";
import { tableOf } from "../model/kinds.ts";
import { quoteIdentifier, type Key, type QualifiedName } from "../model/names.ts";
import { isForSqlite } from "../schema/for-sqlite.ts";
import type { Column } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { heading, type Heading, type Part } from "./advice.ts";

/** The text of a span of the step's own file. */
export const textOf = (step: Step, span: Span): string => step.script.text.slice(span.start, span.end);

/** Without comments: on one line, `--` would take what follows. */
export const onOneLine = (sql: string): string => withoutSqlComments(sql).replaceAll(/\s+/g, " ").trim();

/** True if the text may be part of a string literal (`EXECUTE '… ''a'' …'`), so that it can't be quoted as it is. */
export const mayBeEscaped = (step: Step): boolean =>
  step.inBody && textOf(step, step.operation.span).includes("''");

/** The statement with ` word` put in at an offset of the file: `CREATE INDEX` → `CREATE INDEX CONCURRENTLY`. */
export function withWord(step: Step, at: number, word: string): string {
  const { start, end } = step.operation.span;
  return `${step.script.text.slice(start, at)} ${word}${step.script.text.slice(at, end)};`;
}

export const quote = quoteIdentifier;

/** A string as SQL spells it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The comment that a column has by the history: what gives it to a column. Undefined: it has none. */
export const commentOf = (
  { comment }: Pick<Column, "comment">,
  table: string,
  column: string,
): string | undefined =>
  comment === undefined ? undefined : `COMMENT ON COLUMN ${table}.${column} IS ${literal(comment.text)};`;

/** The clauses of the same ALTER TABLE that drop what a new constraint of this name replaces: `DROP CONSTRAINT a, `. */
export function replacedBy(step: Step, name: string): string {
  const { operations } = step.statement;
  const dropped = operations.filter((other) => other.kind === "dropConstraint");
  const added = operations.filter(({ kind }) => constraintKinds.has(kind));
  return dropped
    .filter((one) => added.length === 1 || quote(one.name.text) === name)
    .map((one) => `${textOf(step, one.span)}, `)
    .join("");
}

const constraints = ["addCheck", "addExclusion", "addForeignKey", "addPrimaryKey", "addUnique"] as const;
const constraintKinds: ReadonlySet<OperationKind> = new Set(constraints);

const isConstraint = (operation: Operation): operation is OperationOf<(typeof constraints)[number]> =>
  constraintKinds.has(operation.kind);

/** `ALTER TABLE t ADD COLUMN IF NOT EXISTS c`, as far as it is written. */
export const addColumn = ({ table, column, ifNotExists }: AddColumn): string =>
  `ALTER TABLE ${table.text} ADD COLUMN ${ifNotExists ? "IF NOT EXISTS " : ""}${quote(column.name.text)}`;

/** The text adds the column, under this name. */
export const addsColumn = (text: string, column: string): boolean =>
  [" ", " IF NOT EXISTS "].some((word) => text.includes(`ADD COLUMN${word}${quote(column)} `));

/** A name for an object that a recipe creates, within the server's 63 bytes. */
export const madeName = (...parts: readonly string[]): string =>
  quoteIdentifier(parts.join("_").slice(0, 63));

/** The schema that the statement finds; an earlier clause of it may have dropped something. */
export function beforeStatement({ scope, statement, before }: Step): Schema {
  let schemas = startsOf.get(scope);
  if (schemas === undefined) {
    schemas = new Map();
    for (const step of scope.steps)
      if (!schemas.has(step.statement)) schemas.set(step.statement, step.before);
    startsOf.set(scope, schemas);
  }
  return schemas.get(statement) ?? before;
}

/** Each migration is gone through once. */
const startsOf = new WeakMap<Step["scope"], Map<Step["statement"], Schema>>();

/** The name of the constraint that a step adds: as written, or the one that the server makes up. */
export function constraintName({ operation, before, after }: Step): string | undefined {
  if (!isConstraint(operation)) return undefined;
  const { name, table } = operation;
  if (name !== undefined) return quote(name.text);
  const [old, now] = [before.relation(table), after.relation(table)];
  const known = new Set(old.is === "present" ? old.value.constraints.map(({ name }) => name) : []);
  const made = now.is === "present" ? now.value.constraints.filter(({ name }) => !known.has(name)) : [];
  return made.length === 1 && made[0] !== undefined ? quote(made[0].name) : undefined;
}

export const hasNoWayOut = ({ script: { transaction } }: Pick<Step, "script">): boolean =>
  transaction.always === true;

/**
 * The beginning of a step that can't run in a transaction, for this runner. `byHand`: what to do if the tool always
 * opens one; `setting`: what else the tool needs; `first`: what this migration does first, that the step needs.
 */
export function outsideTransaction(
  step: Step,
  byHand: string,
  { setting, first }: { readonly setting?: string | undefined; readonly first?: string | undefined } = {},
): Heading {
  const transaction = "none";
  if (hasNoWayOut(step)) return heading(byHand, { transaction });
  const { optOut } = step.transaction;
  const { optOutText: header } = step.script.transaction;
  const migration =
    first === undefined ? "a separate migration" : `a later migration than this, which ${first}`;
  const where = mustBeAlone(step) ? `alone in ${migration}` : `in ${migration}`;
  if (header !== undefined) {
    const lines = header.trim().includes("\n") ? "lines" : "line";
    return heading(`${where}, outside of a transaction: it begins with the ${lines} above`, {
      transaction,
      header,
    });
  }
  const alone = mustBeAlone(step) ? where : `${where}, outside of a transaction`;
  const how = optOut === undefined ? alone : `${alone} (${optOut})`;
  return heading(setting === undefined ? how : `${how}; ${setting}`, { transaction });
}

/** A statement in dollar quotes, as the driver leaves it, and marked so that the tool doesn't cut it at its semicolons. */
export function whole({ script: { transaction } }: Pick<Step, "script">, statement: string): string {
  const own = transaction.inDollarQuotes?.(statement) ?? statement;
  return transaction.whole?.(own) ?? own;
}

/** True if the runner sends a statement that can't run in a transaction only when it is alone in its file. */
export const mustBeAlone = (step: Step): boolean =>
  !hasNoWayOut(step) && needsOwnMigration(step.script.transaction);

/**
 * CONCURRENTLY with its surroundings: no lock_timeout, which would leave an INVALID index, and the remains of a
 * failed attempt removed first.
 */
export function concurrentBlock(
  step: Step,
  statement: string,
  cleanUp?: string,
  remains = "an INVALID index",
  undo = cleanUp === undefined ? undefined : [cleanUp],
): readonly Part[] {
  const first = doneFirst(step);
  if (hasNoWayOut(step) && step.script.transaction.runsAlone?.test(statement) === true) {
    const migration =
      first === undefined ? "a separate migration" : `a later migration than this, which ${first}`;
    const how = `alone in ${migration}: the tool opens no transaction for such a file`;
    return [
      heading(how, { transaction: "none" }),
      ...withoutIfNotExists(step, statement),
      ...byOneInstance(step, statement),
      statement,
    ];
  }
  const place = (setting?: string): Heading =>
    isOutside(step) || isInPlace(step)
      ? {
          heading: [isDetected(step) || isInPlace(step) ? outsideOf(step) : [], setting ?? []].flat(),
          transaction: "none",
        }
      : outsideTransaction(step, byHand(step, first), { setting, first });
  const outside = (setting?: string): readonly Heading[] => [
    { ...place(setting), undo },
    ...otherwiseIn(step, statement, first),
    ...withoutIfNotExists(step, statement),
    ...byOneInstance(step, statement),
    ...onPostgresAlone(step),
  ];
  if (mustBeAlone(step)) return [...outside(), statement];
  if (isOutside(step) && isDetected(step) && step.script.transaction.optOut === undefined)
    return [...outside(), cleanUp ?? "", statement];
  // A build waits for every older transaction to end, also for one that the tool keeps open beside it.
  const waits = /^create\b/i.test(statement) ? step.locks.waitsForRunner()?.instead : undefined;
  const isPooled = isSentOverPool(step);
  const { statementTimeout } = step.scope.history;
  const isTimed = !isPooled && statementTimeout !== undefined;
  return [
    ...outside(waits),
    isPooled ? "" : `SET lock_timeout = 0; -- a timeout would leave ${remains}`,
    isTimed ? `SET statement_timeout = 0; -- that of ${statementTimeout.file} would end it` : "",
    ...(cleanUp === undefined ? [] : [`${cleanUp} -- left by a failed attempt`]),
    statement,
    isTimed ? setBack(step, "statement_timeout") : "",
    isPooled ? "" : setBack(step, "lock_timeout"),
  ];
}

/** Sets what the statement before it has changed to what the session had. */
export function setBack({ scope }: Step, name: "lock_timeout" | "statement_timeout"): string {
  const { statementTimeout, sentLockTimeout } = scope.history;
  const given = name === "lock_timeout" ? sentLockTimeout : statementTimeout;
  return given?.sent === true ? `SET ${name} = '${given.value}';` : `RESET ${name};`;
}

/** Two calls may take two connections of a pool. */
export const isSentOverPool = ({ script: { code, transaction } }: Step): boolean =>
  (code !== undefined || transaction.forCalls === true) && transaction.pools === true;

/** The statement itself is one that can't run in a transaction, and stands in none: others may stand beside it. */
const isOutside = ({ operation, transaction, inBody, script }: Step): boolean =>
  "concurrently" in operation &&
  operation.concurrently &&
  transaction.kind === "none" &&
  !inBody &&
  script.code === undefined;

/** The migration makes indexes alone, each of which moves out of the transaction: it would be left empty. */
const isInPlace = ({ operation, script: { code } }: Step): boolean =>
  operation.kind === "createIndex" && code?.unit?.onlyIndexes === true;

/** The tool sees by itself that nothing of the file can run in a transaction, and refuses it beside what can. */
const isDetected = ({ script: { transaction } }: Step): boolean =>
  transaction.autoDetect === true && !transaction.optedOut && transaction.wraps !== "none";

const outsideOf = ({ script: { transaction } }: Step): readonly string[] =>
  transaction.optOut === undefined ? [] : [`outside of a transaction (${transaction.optOut})`];

/** A build waits for the snapshot of an instance that waits for the lock of the tool. */
function byOneInstance({ scope }: Step, statement: string): readonly Heading[] {
  const { waitsInLock } = scope.history;
  return waitsInLock === undefined || !/^(?:create|reindex)\b/i.test(statement)
    ? []
    : [
        heading(
          `start one instance of the tool: a second one that waits in ${waitsInLock} makes the build fail with "deadlock detected"`,
        ),
      ];
}

const onPostgresAlone = ({ before }: Step): readonly Heading[] =>
  isForSqlite(before)
    ? [heading("for PostgreSQL alone: SQLite, whose types the history uses, doesn't know CONCURRENTLY")]
    : [];

const byHand = (step: Step, first: string | undefined): string =>
  `by hand, ${first === undefined ? "before the migration is" : "once the migration, which " + first + ", is"} deployed: ${howWrapped(step)}`;

/** Why a statement of a file is in a transaction, whatever the file says. */
export const howWrapped = ({ script, scope }: Pick<Step, "script" | "scope">): string =>
  script.transaction.wraps === "all"
    ? allInOne(scope.history.tool)
    : "the tool opens a transaction around every file";

export const allInOne = (tool: string): string => `${tool} runs all pending migrations in one transaction`;

/** What is done by hand on one database is missing from others, which only run the migrations. */
function otherwiseIn(step: Step, statement: string, first: string | undefined): readonly Heading[] {
  const clause = /^create\b/i.test(statement)
    ? "IF NOT EXISTS"
    : /^drop\b/i.test(statement)
      ? "IF EXISTS"
      : undefined;
  if (clause === undefined || !hasNoWayOut(step)) return [];
  const where = first === undefined ? "the migration" : "a later migration";
  return [heading(`for other databases, ${where} has it with ${clause} in place of CONCURRENTLY`)];
}

/** Why the statement that is written is another one. */
function withoutIfNotExists(
  { operation, script, statement: own }: Step,
  statement: string,
): readonly Heading[] {
  const isMeant =
    operation.kind === "createIndex" &&
    operation.ifNotExists &&
    // Else the finding itself says so.
    !operation.concurrently &&
    !/\bif\s+not\s+exists\b/i.test(statement);
  if (!isMeant) return [];
  const isAsked = pieceOf(script, own)?.guard === "ifMissing";
  // Who writes the conditions themselves sees to that.
  if (isAsked && script.code?.unit?.terms !== undefined) return [];
  return [
    heading(
      isAsked
        ? "a failed build leaves an INVALID index, which the condition finds: drop it before the next attempt"
        : "without IF NOT EXISTS, which would keep the INVALID index of a failed build",
    ),
  ];
}

/** What the migration does to make what the statement uses: `adds user_id`. Undefined: all of it is there before. */
export function doneFirst(step: Step): string | undefined {
  const { operation, statement, show } = step;
  const table = tableOf(operation);
  if (table === undefined) return undefined;
  if (step.createdHere(table) === "yes") return `creates ${show(table)}`;
  const used = [...columnsOf(operation), ...columnsOfChange(operation)];
  const earlier = step.neighbours("earlier", "addColumn", "renameColumn", "renameTable");
  for (const other of [...earlier.map((one) => one.operation), ...statement.operations]) {
    const changed = tableOf(other);
    if (changed?.name === table.name || (changed !== undefined && inherits(step, table, changed))) {
      if (other.kind === "addColumn" && used.includes(other.column.name.text))
        return `adds ${quote(other.column.name.text)}`;
      if (other.kind === "renameColumn" && used.includes(other.to.text))
        return `renames ${quote(other.column.text)} to ${quote(other.to.text)}`;
    }
    if (other.kind === "renameTable" && other.to.text === table.name)
      return `renames ${other.table.text} to ${quote(other.to.text)}`;
  }
  const named = namedBy(operation);
  const made = step
    .neighbours("earlier", "createTable", "createFunction")
    .map(({ operation: other }) =>
      other.kind === "createTable"
        ? { what: "", at: other.table }
        : { what: "function ", at: other.function },
    )
    .find(({ at }) => named.some(({ name, schema }) => name === at.name && schema === at.schema));
  return made === undefined ? madeUnique(step, used) : `creates ${made.what}${made.at.text}`;
}

/** Rows that the migration changes or deletes so that a key of the columns finds no duplicates. */
function madeUnique(step: Step, columns: readonly string[]): string | undefined {
  const { operation } = step;
  const isKey =
    operation.kind === "addUnique" ||
    operation.kind === "addPrimaryKey" ||
    (operation.kind === "createIndex" && operation.unique);
  if (!isKey) return undefined;
  const found = step
    .neighbours("earlier", "updateRows", "deleteRows")
    .map((one) => one.operation)
    .find(
      (other) =>
        other.table.name === operation.table.name &&
        (other.kind === "deleteRows" || other.columns.some(({ text }) => columns.includes(text))),
    );
  return found && `${found.kind === "deleteRows" ? "deletes" : "changes"} rows of ${found.table.text}`;
}

/** What is added to a table, its children have, too. */
function inherits({ before }: Step, table: QualifiedName, parent: QualifiedName): boolean {
  const wanted = before.resolve(parent);
  const seen = new Set<Key>();
  const isBelow = (key: Key): boolean => {
    if (seen.has(key)) return false;
    seen.add(key);
    const found = before.relation(key);
    return found.is === "present" && found.value.parents.some((one) => one === wanted || isBelow(one));
  };
  return isBelow(before.resolve(table));
}

/** Tables that a change of rows reads, and functions that it or an index calls. */
function namedBy(operation: Operation): readonly QualifiedName[] {
  switch (operation.kind) {
    case "updateRows":
    case "deleteRows":
      return [...operation.query.relations, ...operation.query.functions];
    case "createIndex":
      return [...operation.elements.map(({ expression }) => expression), operation.where].flatMap(
        (one) => one?.functions ?? [],
      );
    default:
      return [];
  }
}

function columnsOfChange(operation: Operation): readonly string[] {
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return [];
  const sets = operation.kind === "updateRows" ? operation.columns.map(({ text }) => text) : [];
  return [...sets, ...operation.query.columns.map(({ column }) => column)];
}

/** Columns of its table that an operation uses, where it builds an index or a constraint on them. */
export function columnsOf(operation: Step["operation"]): readonly string[] {
  switch (operation.kind) {
    case "addForeignKey":
    case "addPrimaryKey":
    case "addUnique":
      return operation.columns.map(({ text }) => text);
    case "addCheck":
      return operation.expression.columns.map(({ column }) => column);
    case "createIndex":
      return [
        ...operation.elements.flatMap(({ column, expression }) => [
          ...(column === undefined ? [] : [column]),
          ...(expression?.columns ?? []).map((one) => one.column),
        ]),
        ...(operation.where?.columns ?? []).map(({ column }) => column),
      ];
    default:
      return [];
  }
}

export const nextMigration = heading("then, in a separate transaction:", { transaction: "own" });

/**
 * Statements that take effect together: in a transaction of their own where the runner opens none. `place`: in place of the
 * step's statement, or in a later migration, which the tool runs as it runs any.
 */
export function together(
  step: Step,
  when: string,
  statements: readonly string[],
  {
    place = "later",
    deploy,
    undo,
    ahead,
  }: {
    readonly place?: "here" | "later";
    /** See RecipeStep. */
    readonly ahead?: true | undefined;
    /** What is released before it. */
    readonly deploy?: string;
    readonly undo?: readonly string[] | undefined;
  } = {},
): readonly Part[] {
  const { kind } = step.transaction;
  const { wraps, optedOut } = step.script.transaction;
  const released = deploy === undefined ? {} : { after: "deploy" as const, deploy };
  const isOpen = place === "here" ? kind !== "none" && kind !== "unknown" : wraps !== "none";
  // In code, BEGIN and COMMIT may reach two connections of a pool.
  if (!isOpen && step.script.code === undefined) {
    const doubt =
      kind === "unknown" ? " (leave out BEGIN and COMMIT where what runs the file opens a transaction):" : "";
    const begun = doubt === "" ? when : when.replace(/:$/, doubt);
    return [heading(begun, { transaction: "none", undo, ...released }), "BEGIN;", ...statements, "COMMIT;"];
  }
  const whole = place === "later" && optedOut ? [heading("in a migration that isn't opted out:")] : [];
  return [heading(when, { transaction: "own", undo, ahead, ...released }), ...whole, ...statements];
}

/**
 * A validated CHECK proves that there is no NULL, so that SET NOT NULL scans nothing.
 *
 * @param value a default that the column, which has none, gets at last
 * @param when it runs
 */
export function notNullBlock(
  table: string,
  tableName: string,
  column: string,
  value?: string,
  when = "when no row has a NULL there any more:",
): readonly Part[] {
  const head = `ALTER TABLE ${table} ALTER COLUMN ${quote(column)}`;
  const [set, unset] =
    value === undefined ? [[], []] : [[`${head} SET DEFAULT ${value};`], [`${head} DROP DEFAULT;`]];
  const check = madeName(tableName, column, "nn");
  const proof = `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${quote(column)} IS NOT NULL) NOT VALID;`;
  return [
    heading(when, {
      transaction: "own",
      after: "backfill",
      undo: [`ALTER TABLE ${table} DROP CONSTRAINT ${check};`],
    }),
    proof,
    nextMigration,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`,
    heading("then, in another transaction (the CHECK proves it: no scan):", {
      transaction: "own",
      undo: [...unset, proof, `${head} DROP NOT NULL;`],
    }),
    `${head} SET NOT NULL;`,
    `ALTER TABLE ${table} DROP CONSTRAINT ${check};`,
    ...set,
  ];
}

export interface Partition {
  readonly key: Key;
  readonly text: string;
}

/** The partitions of a table; where they aren't all known, or have partitions themselves, one that stands for each. */
export function partitionsOf({ before, show }: Step, table: QualifiedName): readonly Partition[] {
  const found = before.relation(table);
  const relation = found.is === "present" ? found.value : undefined;
  const isNested = (key: Key): boolean => {
    const child = before.relation(key);
    return child.is !== "present" || child.value.partitionBy !== undefined;
  };
  const children = relation?.children ?? [];
  const known = relation?.complete === true && !children.some(isNested) ? children : children.slice(0, 1);
  // Where the history names none, a function or a job makes them.
  return known.length === 0
    ? [{ key: "", text: "each_partition" }]
    : known.map((key) => ({ key, text: show(key) }));
}

/** The name of an index of the table, where it isn't that of a statement that makes it. */
export const inSchemaOf = ({ schema }: QualifiedName, index: string): string =>
  schema === undefined ? index : `${quote(schema)}.${index}`;

/** NULL as a constraint of a column, which says what holds anyway. */
export const statedNull = /(?<!\b(?:not|default|set|is|or|and)|[,(=])\s+null\b/i;

/** The name alone, as the schema has it. */
export const plainName = (name: string): string => name.slice(name.lastIndexOf(".") + 1).replaceAll('"', "");
