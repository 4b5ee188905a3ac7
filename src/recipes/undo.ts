/** What takes the statements of advice back, one by one: by what they are, by the schema before, and by the way back. */
import { quoteIdentifier, type QualifiedName } from "../model/names.ts";
import type { Constraint, ForeignKey } from "../schema/model.ts";
import { indexInvolves, splitKey } from "../schema/dependents.ts";
import { createIndex as definitionOf } from "../schema/index-definition.ts";
import { referencesClause } from "../schema/references.ts";
import { renameInIndex } from "../schema/rewrite.ts";
import type { Schema } from "../schema/schema.ts";
import {
  added,
  alterIndex,
  alterTable,
  altersColumn,
  clausesOf,
  columnGone,
  columnsRenamed,
  constraintGone,
  createIndex,
  createTable,
  createType,
  dropIndex,
  dropTable,
  dropType,
  form,
  isSame,
  keyOf,
  lastOf,
  nameBefore,
  onlyDropsColumn,
  plain,
  qualified,
  renameOne,
  renamedBack,
  renameTable,
  withoutEnd,
  withoutPairs,
} from "./statement-forms.ts";
import { constraintsGone, nullable, withoutReferences } from "./columns-again.ts";
import { unchecked } from "./gone-rows.ts";
import { columnsIn, type WayBack } from "./way-back.ts";

/** What was there before the advice. */
export interface Past {
  readonly before: Schema;
  /** Key and name of a relation, as statements here write it. */
  readonly show: (key: ForeignKey["references"]) => string;
  /** Of the migration itself. */
  readonly back: WayBack;
  /** Nobody wrote it: the tool makes it of the way forward. */
  readonly isAutomatic?: boolean;
}

/**
 * The way back of statements that run in this order, `earlier` ones of the same advice before them; they are in the order
 * in which they run. Undefined: of one of them that isn't known.
 */
export function undoOf(
  statements: readonly string[],
  earlier: readonly string[],
  past: Past,
): readonly string[] | undefined {
  const done = earlier.map(withoutEnd);
  const undone: string[] = [];
  const tables = statements.flatMap((one) => dropTable.exec(withoutEnd(one))?.[1] ?? []);
  for (const [at, statement] of statements.entries()) {
    const sql = withoutEnd(statement);
    const of = alterTable.exec(sql)?.[1];
    // What brings the table back has its constraints.
    if (of !== undefined && tables.some((table) => isSame(table, of))) continue;
    const found = inverseOf(sql, done, statements.slice(at + 1).map(withoutEnd), past);
    if (found === undefined) return undefined;
    undone.unshift(...found.map((one) => unchecked(one, statements, past)));
    done.push(sql);
  }
  const back = withoutPairs(undone.filter((one, at) => !isThere(one, undone.slice(0, at))));
  return back.length === 0 ? back : [...statements.filter((one) => converts.test(one)), ...back];
}

/** What type changes read and write values by: the way back needs the same. */
const converts = form("SET LOCAL TimeZone = ");

/** What comes back with its column has its constraints; a table brings its types along, which have a statement of their own. */
function isThere(sql: string, before: readonly string[]): boolean {
  if (createType.test(sql)) return before.includes(sql);
  const [, own] = addsConstraint.exec(sql) ?? [];
  return (
    own !== undefined &&
    before.some(
      (one) => !onlyRenames.test(one) && one.replaceAll('"', "").includes(` CONSTRAINT ${plain(own)} `),
    )
  );
}

/** Settings, locks, statistics and rows: there is nothing to take back. */
const leavesNothing = form("(?:SET|RESET|LOCK|ANALYZE|UPDATE|DO|SELECT|REFRESH|VACUUM|COMMIT|BEGIN)(?!\\w)");

const comment = form("COMMENT ON ((?:TABLE|INDEX|VIEW) <path>|COLUMN \\S+) IS (?!NULL)");
const createFunction = form("CREATE FUNCTION <path>\\(\\)");
const dropFunction = form("DROP FUNCTION <path>\\(\\)$");
const createTrigger = form("CREATE TRIGGER <name> \\S[^]* ON <path> FOR");
const dropTrigger = form("DROP TRIGGER <name> ON <path>$");
const createOther = form("CREATE (SEQUENCE|VIEW|TABLE) <path>");
const onlyRenames = form("ALTER TABLE \\S+ RENAME ");
const addsConstraint = form("ALTER TABLE \\S+ ADD CONSTRAINT <name>");
const validates = form("VALIDATE CONSTRAINT ");
const asksHow = /^(?:ALGORITHM|LOCK)\s*=\s*\w+$/i;
const hidesIndex = form("ALTER INDEX <name> (INVISIBLE|IGNORED)$");
const comments = /^COMMENT = '(?:[^']|'')+'$/i;

/** @param later statements of the same step that run after it */
function inverseOf(
  sql: string,
  done: readonly string[],
  later: readonly string[],
  past: Past,
): readonly string[] | undefined {
  if (leavesNothing.test(sql)) return [];
  const index = createIndex.exec(sql);
  if (index !== null) {
    const [, concurrently, made = "", table = ""] = index;
    const way = concurrently === undefined ? "" : "CONCURRENTLY ";
    return past.before.dialect.transactionalDdl
      ? [`DROP INDEX ${way}IF EXISTS ${inSchemaOf(table, made)};`]
      : [`DROP INDEX ${made} ON ${table};`];
  }
  const [, dropped] = dropIndex.exec(sql) ?? [];
  if (dropped !== undefined) return indexAgain(dropped, done, later, past);
  const [, table] = dropTable.exec(sql) ?? [];
  if (table !== undefined) return tableAgain(table, past);
  const [, type] = dropType.exec(sql) ?? [];
  if (type !== undefined) {
    const again = past.back.types.get(plain(lastOf(type)));
    return again === undefined ? undefined : [`${again};`];
  }
  const altered = alterTable.exec(sql);
  if (altered !== null) return tableBack(altered[1] ?? "", sql.slice(altered[0].length), done, past);
  const renamed = alterIndex.exec(sql);
  if (renamed !== null) {
    const [, from = "", to = ""] = renamed;
    return [`ALTER INDEX ${inSchemaOf(from, to)} RENAME TO ${lastOf(from)};`];
  }
  const [, commented] = comment.exec(sql) ?? [];
  if (commented !== undefined) return [`COMMENT ON ${commented} IS NULL;`];
  return otherBack(sql, done);
}

/** What takes another call back adds the columns that this one has dropped before. */
function tableAgain(table: string, past: Past): readonly string[] | undefined {
  const own = qualified(table);
  const isGone = (column: string): boolean => past.before.column(own, plain(column)).is === "absent";
  const isKept = (sql: string): boolean =>
    !isGoneBefore(sql, past) && ![...columnsIn(sql), ...columnsListed(sql)].some(isGone);
  const made = past.back.tables
    .get(plain(lastOf(table)))
    ?.filter((sql) => createTable.test(sql) || isKept(sql));
  return made && [...typesFor(made[0] ?? "", own, past), ...made].map((sql) => `${sql};`);
}

/** A migration's own way back may give a column another type than it had, which it makes together with the table. */
function typesFor(table: string, own: QualifiedName, { back, before }: Past): readonly string[] {
  const found = before.relation(own);
  const columns = found.is === "present" ? found.value.columns : undefined;
  const isOld = (name: string): boolean =>
    columns === undefined ||
    before.type(qualified(name)).is === "present" ||
    columns.some(({ type }) => type !== undefined && isSame(type.name, name));
  return [...back.types].flatMap(([name, sql]) => (isNamedIn(name, table) && !isOld(name) ? [sql] : []));
}

const isNamedIn = (name: string, sql: string): boolean =>
  new RegExp(String.raw`(?<![\w"])"?${name.replaceAll(/[^\w]/g, "\\$&")}"?(?![\w"])`, "i").test(sql);

/** Those of an index or a key that are plain names. */
function columnsListed(sql: string): readonly string[] {
  const [, list = ""] = listed.exec(sql) ?? [];
  return list.split(",").flatMap((one) => plainName.exec(one.trim())?.[1] ?? []);
}

const listed = /(?:\bUNIQUE|\bFOREIGN KEY|^CREATE (?:UNIQUE )?INDEX \S+ ON \S+) ?\(([^()]*)\)/i;
const plainName = form("<name>$");

function otherBack(sql: string, done: readonly string[]): readonly string[] | undefined {
  const [, from, to] = renameOne.exec(sql) ?? [];
  if (from !== undefined && to !== undefined) return [`RENAME TABLE ${to} TO ${from};`];
  const [, made] = createFunction.exec(sql) ?? [];
  if (made !== undefined) return [`DROP FUNCTION ${made}();`];
  const trigger = createTrigger.exec(sql);
  if (trigger !== null) return [`DROP TRIGGER ${trigger[1] ?? ""} ON ${trigger[2] ?? ""};`];
  const [, kind, other] = createOther.exec(sql) ?? [];
  if (kind !== undefined && other !== undefined) return [`DROP ${kind.toUpperCase()} ${other};`];
  const [, gone] = dropFunction.exec(sql) ?? [];
  const [, ended] = dropTrigger.exec(sql) ?? [];
  const again = done.findLast(
    (one) =>
      (gone !== undefined && isSame(createFunction.exec(one)?.[1], gone)) ||
      (ended !== undefined && isSame(createTrigger.exec(one)?.[1], ended)),
  );
  return again === undefined ? undefined : [`${again};`];
}

/** It brings back an index or a constraint that an earlier statement of the migration has dropped by itself. */
function isGoneBefore(sql: string, { before }: Past): boolean {
  const [, , index, table = ""] = createIndex.exec(sql) ?? [];
  if (index !== undefined) return isIndexAbsent(table, index, before);
  const [, constraint] = addsConstraint.exec(sql) ?? [];
  const [, of] = alterTable.exec(sql) ?? [];
  if (constraint === undefined || of === undefined) return false;
  return before.constraint(qualified(of), plain(constraint)).is === "absent";
}

/** On MySQL, each table has names of its own for its indexes. */
function isIndexAbsent(table: string, index: string, before: Schema): boolean {
  if (before.dialect.transactionalDdl)
    return before.index(qualified(inSchemaOf(table, index))).is === "absent";
  const found = before.relation(qualified(table));
  return (
    found.is === "present" &&
    found.value.complete &&
    !before.indexesOn(qualified(table)).some(({ name }) => isSame(name, index))
  );
}

/** What a failed attempt has left isn't missed. */
function indexAgain(
  dropped: string,
  done: readonly string[],
  later: readonly string[],
  past: Past,
): readonly string[] | undefined {
  const makes = (sql: string): boolean => isSame(createIndex.exec(sql)?.[2], lastOf(dropped));
  if (later.some(makes)) return [];
  if (!done.some(makes) && past.before.index(qualified(dropped)).is === "absent") return [];
  const own = isRenamed(dropped, past) ? undefined : past.back.indexes.get(plain(lastOf(dropped)));
  const known = indexOf(qualified(dropped), past, done);
  // What the tool makes of the call alone may lack what the index was: UNIQUE, a condition.
  const again = done.findLast(makes) ?? (past.isAutomatic ? (known ?? own) : (own ?? known));
  return again === undefined ? undefined : [`${again};`];
}

/** The migration's own way back has given the table another name where it makes the index. */
function isRenamed(dropped: string, { before, back }: Past): boolean {
  const found = before.index(qualified(dropped));
  const again = back.indexes.get(plain(lastOf(dropped)));
  const table = again === undefined ? undefined : createIndex.exec(again)?.[3];
  if (found.is !== "present" || table === undefined) return false;
  const named = before.relation(qualified(table));
  return named.is === "absent";
}

/** An index of the schema before, as the statement that makes it where columns have the names that `done` gives them. */
function indexOf(
  own: QualifiedName,
  { before, show }: Past,
  done: readonly string[] = [],
): string | undefined {
  const found = before.index(own);
  if (found.is !== "present") return undefined;
  const renamed = columnsRenamed(splitKey(found.value.table)[1], done).reduce(
    (index, [from, to]) =>
      renameInIndex(index, plain(from), plain(to), {
        spelled: quoteIdentifier(plain(to)),
        written: undefined,
      }),
    found.value,
  );
  return definitionOf(renamed, false, { show, spell: quoteIdentifier, list: inList });
}

/** The name of something in the schema of a table. */
const inSchemaOf = (table: string, own: string): string =>
  table.slice(0, table.length - lastOf(table).length) + own;

function tableBack(
  table: string,
  rest: string,
  done: readonly string[],
  past: Past,
): readonly string[] | undefined {
  const head = `ALTER TABLE ${table}`;
  const [, newName] = renameTable.exec(rest) ?? [];
  if (newName !== undefined) return [`ALTER TABLE ${inSchemaOf(table, newName)} RENAME TO ${lastOf(table)};`];
  const renamed = renamedBack(`${head} ${rest}`);
  if (renamed !== undefined) return renamed;
  const again = columnAgain(table, rest, done, past);
  if (again !== undefined) return again;
  const undone: string[] = [];
  const own: string[] = [];
  for (const clause of clausesOf(rest)) {
    const found = clauseBack(table, clause, [...done, ...own], past);
    if (found === undefined) return undefined;
    undone.unshift(...found.map((one) => `${head} ${one};`));
    own.push(`${head} ${clause}`);
  }
  return undone;
}

/**
 * Adds a dropped column again, with its own indexes and constraints, and its values. It may be NULL if the advice has dropped
 * NOT NULL: existing rows have no value of it. What another call has dropped before, the way back of that one makes again,
 * and what an earlier step of the advice has dropped, that of this step.
 */
function columnAgain(
  table: string,
  rest: string,
  done: readonly string[],
  past: Past,
): readonly string[] | undefined {
  const [, column] = onlyDropsColumn.exec(rest) ?? [];
  if (column === undefined) return undefined;
  const of = (one: string): boolean => isSame(altersColumn.exec(one)?.[1], column);
  const isFree = clauseWith(table, (one) => of(one) && / DROP NOT NULL$/i.test(one), done) !== undefined;
  const apart = constraintsGone(table, done);
  const found = past.back.columns
    .get(keyOf(table, column))
    ?.filter((one) => !isGoneBefore(one, past) && !apart.has(plain(addsConstraint.exec(one)?.[1] ?? "")))
    .map((one) => withoutReferences(one, apart));
  return (isFree ? found?.flatMap((one) => nullable(table, column, one)) : found)?.map((one) => `${one};`);
}

/** MySQL knows DROP CONSTRAINT since 8.0.19. */
const droppedAs: Readonly<Partial<Record<Past["before"]["family"], readonly (readonly [RegExp, string])[]>>> =
  {
    mysql: [
      [/\bFOREIGN KEY\b/i, "FOREIGN KEY"],
      [/\bUNIQUE\b/i, "INDEX"],
    ],
  };

function clauseBack(
  table: string,
  clause: string,
  done: readonly string[],
  past: Past,
): readonly string[] | undefined {
  if (validates.test(clause) || asksHow.test(clause)) return [];
  const [, hidden, how = ""] = hidesIndex.exec(clause) ?? [];
  if (hidden !== undefined)
    return [`ALTER INDEX ${hidden} ${/^IGNORED$/i.test(how) ? "NOT IGNORED" : "VISIBLE"}`];
  if (comments.test(clause)) return ["COMMENT = ''"];
  const [, constraint, column] = added.exec(clause) ?? [];
  if (constraint !== undefined) {
    const [, kind] = droppedAs[past.before.family]?.find(([is]) => is.test(clause)) ?? [];
    const hasOwn = kind === "FOREIGN KEY" && makesIndex(table, clause, done, past.before);
    return [`DROP ${kind ?? "CONSTRAINT"} ${constraint}`, ...(hasOwn ? [`DROP INDEX ${constraint}`] : [])];
  }
  if (column !== undefined) return [`DROP COLUMN ${column}`];
  const [, dropped] = constraintGone.exec(clause) ?? [];
  if (dropped !== undefined) {
    const again =
      clauseWith(table, (one) => isSame(added.exec(one)?.[1], dropped), done) ??
      past.back.constraints.get(keyOf(table, dropped)) ??
      constraintOf(qualified(table), plain(dropped), past);
    return again === undefined ? undefined : [again];
  }
  const [, gone] = columnGone.exec(clause) ?? [];
  if (gone !== undefined) {
    const again = clauseWith(table, (one) => isSame(added.exec(one)?.[2], gone), done);
    return again === undefined ? undefined : [again];
  }
  const [, altered, change] = altersColumn.exec(clause) ?? [];
  if (altered === undefined || change === undefined) return undefined;
  return columnBack(table, altered, change.toUpperCase().replaceAll(/\s+/g, " "), done, past);
}

const ofForeignKey = /\bFOREIGN KEY (?:[^\s(]+ ?)?\(([^()]*)\)/i;

/** MySQL makes an index for a foreign key where no other begins with its columns, and leaves it behind. */
function makesIndex(table: string, clause: string, done: readonly string[], before: Schema): boolean {
  const [, list] = ofForeignKey.exec(clause) ?? [];
  const found = before.relation(qualified(table));
  if (list === undefined || found.is !== "present" || !found.value.complete) return false;
  const columns = list.split(",").map((one) => plain(one.trim()).toLowerCase());
  const isLed = (index: readonly (string | undefined)[]): boolean =>
    columns.every((column, at) => index[at]?.toLowerCase() === column);
  const isMade = done.some((sql) => isSame(createIndex.exec(sql)?.[3], table));
  const indexes = before.indexesOn(qualified(table));
  return !isMade && !indexes.some(({ elements }) => isLed(elements.map(({ column }) => column)));
}

/** A clause of an earlier statement of the advice. */
function clauseWith(
  table: string,
  is: (clause: string) => boolean,
  done: readonly string[],
): string | undefined {
  for (const sql of done.toReversed()) {
    const head = alterTable.exec(sql);
    if (head === null || !isSame(lastOf(head[1] ?? ""), lastOf(table))) continue;
    const found = clausesOf(sql.slice(head[0].length)).find(is);
    if (found !== undefined) return found;
  }
  return undefined;
}

function columnBack(
  table: string,
  column: string,
  change: string,
  done: readonly string[],
  past: Past,
): readonly string[] | undefined {
  const head = `ALTER COLUMN ${column}`;
  const first = nameBefore(table, column, done);
  const found = past.before.column(qualified(table), plain(first));
  const old = found.is === "present" ? found.value : undefined;
  switch (change) {
    case "SET NOT NULL":
      return old?.notNull === "yes" ? [] : [`${head} DROP NOT NULL`];
    case "DROP NOT NULL":
      return old?.notNull === "no" ? [] : [`${head} SET NOT NULL`];
    case "DROP DEFAULT":
    case "SET DEFAULT": {
      const last = clauseWith(
        table,
        (one) => isSame(altersColumn.exec(one)?.[1], column) && /\bDEFAULT\b/i.test(one),
        done,
      );
      if (last !== undefined) return [last];
      const [, given] = / DEFAULT ([^]*)$/i.exec(addedColumn(table, column, done) ?? "") ?? [];
      if (given !== undefined) return [`${head} SET DEFAULT ${given}`];
      if (old?.hasDefault === "no" || (found.is !== "present" && change === "SET DEFAULT"))
        return [`${head} DROP DEFAULT`];
      return old?.default === undefined ? undefined : [`${head} SET DEFAULT ${old.default.text}`];
    }
    default: {
      // It may need a USING.
      const own = past.back.retyped.get(keyOf(table, first));
      if (own !== undefined) return [first === column ? own : own.replaceAll(asWord(first), column)];
      return old?.type === undefined ? undefined : [`${head} TYPE ${old.type.text}`];
    }
  }
}

/** A type may have the name of the column, which then isn't in quotes. */
function asWord(column: string): RegExp {
  const word = plain(column).replaceAll(/[^\w]/g, "\\$&");
  return new RegExp(String.raw`"${word}"|(?<=\b(?:ALTER COLUMN|USING) \(?)${word}(?!\w)`, "gi");
}

/** The ADD COLUMN of the advice, without NOT NULL. */
function addedColumn(table: string, column: string, done: readonly string[]): string | undefined {
  const found = clauseWith(table, (one) => isSame(added.exec(one)?.[2], column), done);
  return found?.replace(/\s+NOT NULL\b/i, "");
}

/** The constraints and indexes that go with a column, as the statements that make them. Undefined: of one that isn't known. */
export function usersAgain(table: QualifiedName, column: string, past: Past): readonly string[] | undefined {
  const found = past.before.relation(table);
  if (found.is !== "present") return [];
  const constraints = found.value.constraints.filter((one) =>
    one.kind === "check"
      ? one.expression.columns.some((used) => used.column === column)
      : "columns" in one && one.kind !== "primary key" && one.columns.includes(column),
  );
  const indexes = past.before
    .indexesOn(table)
    .filter((one) => one.constraint === undefined && indexInvolves(one, column));
  const again = [
    ...constraints.map(({ name }) => {
      const clause = constraintOf(table, name, past);
      return clause && `ALTER TABLE ${table.text} ${clause};`;
    }),
    ...indexes.map(({ name }) => {
      const sql = indexOf({ ...table, name }, past);
      return sql && `${sql};`;
    }),
  ];
  const known = again.flatMap((one) => one ?? []);
  return known.length < again.length ? undefined : known;
}

/** A constraint of the schema before, as the clause that adds it. */
export function constraintOf(table: QualifiedName, own: string, past: Past): string | undefined {
  const found = past.before.constraint(table, own);
  const body = found.is === "present" ? bodyOf(found.value, past) : undefined;
  return body === undefined ? undefined : `ADD CONSTRAINT ${quoteIdentifier(own)} ${body}`;
}

const inList = (columns: readonly string[]): string => `(${columns.map(quoteIdentifier).join(", ")})`;

function bodyOf(constraint: Constraint, { show }: Past): string | undefined {
  switch (constraint.kind) {
    case "check":
      return `CHECK (${constraint.expression.text})${constraint.noInherit ? " NO INHERIT" : ""}`;
    case "unique":
      return `UNIQUE ${inList(constraint.columns)}`;
    case "foreign key": {
      const deferred = constraint.deferred === true ? " DEFERRABLE INITIALLY DEFERRED" : "";
      return `${referencesClause(constraint, { list: inList, show })}${deferred}`;
    }
    default:
      return undefined;
  }
}
