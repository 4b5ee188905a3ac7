/** Code that asks the database whether something is there runs where the history knows the answer, or doesn't. */
import { alteredTable, changed } from "../model/kinds.ts";
import type { QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { ColumnType } from "../model/types.ts";
import type { Ask, Branch } from "../model/operations/base.ts";
import type { Column } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { Statement } from "../sql/front-end.ts";

/** By the place of the question: it is asked once. */
export type AskedAnswers = Map<string, boolean | undefined>;

export function asAnswered(statement: Statement, schema: Schema, answers: AskedAnswers): Statement {
  if (statement.operations.every(({ asks }) => asks === undefined)) return statement;
  /** What the statement itself has changed so far, of which the schema before it says nothing. */
  const touched = new Set<string>();
  const operations = statement.operations.map((operation) => {
    const own = alteredTable(operation);
    const found = operation.asks?.map((ask) => {
      const tables = tablesOf(ask, own, schema);
      if (tables === undefined) return undefined;
      const names = tables.map(({ schema: of = "", name }) => `${of} ${name}`).join();
      const more = [ask.type?.name, ask.type?.is, ask.nullable, ask.hasDefault, ask.more].join();
      const key = `${ask.at} ${names} ${partOf(ask) ?? ""} ${more}`;
      if (!answers.has(key)) answers.set(key, isInOne(schema, tables, ask, touched));
      const there = answers.get(key);
      if (there === ask.there) return true;
      // A table that no migration makes may be somebody else's.
      return there === undefined || !tables.every((table) => isMade(schema, table)) ? undefined : false;
    });
    if (found?.includes(false) === true) return { ...operation, notAsked: true as const };
    if (own !== undefined && changed(operation) === "schema") touch(touched, own, operation);
    if (found === undefined || operation.asksMore === true) return operation;
    if (found.includes(undefined))
      return { ...operation, branches: operation.branches ?? branchesOf(operation) };
    return { ...operation, conditional: undefined, asked: true as const };
  });
  return { ...statement, operations };
}

/** Whoever asks knows no more than the history, but what is sent on one answer is sent together. */
const branchesOf = ({ asks = [] }: Operation): readonly Branch[] =>
  asks.map((ask) => ({
    at: [byAnswer, ask.at, ask.table, partOf(ask)].join(" "),
    way: ask.there ? 1 : 0,
  }));

const byAnswer = "answer";

/** Those of them that all of a statement stands in. */
export function answersAround({ operations: [first, ...more] }: Statement): readonly Branch[] {
  const own = first?.branches?.filter(({ at }) => at.startsWith(byAnswer)) ?? [];
  const isShared = more.every(({ branches = [] }) =>
    own.every(({ at, way }, i) => branches[i]?.at === at && branches[i].way === way),
  );
  return isShared ? own : [];
}

const partOf = ({ column, constraint, policy, trigger }: Ask): string | undefined =>
  column ?? constraint ?? policy ?? trigger;

/** `t`: as a whole; `t.*`: its constraints; `t.c`: what belongs to it. */
function touch(touched: Set<string>, { name }: QualifiedName, operation: Operation): void {
  if (/^(?:create|drop|rename)Table$|^setTableSchema$/.test(operation.kind)) touched.add(name);
  if (/Column/.test(operation.kind)) touched.add(`${name}.*`);
  for (const part of ["column", "name", "to"] as const) {
    const found: unknown = part in operation ? operation[part as keyof Operation] : undefined;
    for (const text of textsIn(found)) touched.add(`${name}.${text}`);
  }
}

/** The name itself, or that of a definition. */
function textsIn(given: unknown): readonly string[] {
  if (typeof given !== "object" || given === null) return [];
  if ("text" in given && typeof given.text === "string") return [given.text];
  return "name" in given ? textsIn(given.name) : [];
}

function isTouched(touched: ReadonlySet<string>, { name }: QualifiedName, ask: Ask): boolean {
  const own = partOf(ask);
  const isOfConstraint = ask.constraint !== undefined && touched.has(`${name}.*`);
  return touched.has(name) || isOfConstraint || (own !== undefined && touched.has(`${name}.${own}`));
}

/** Undefined: it isn't known which. */
function tablesOf(
  { schema, anywhere, table }: Ask,
  own: QualifiedName | undefined,
  before: Schema,
): readonly QualifiedName[] | undefined {
  if (table === undefined) return own && [own];
  const name = { schema, name: table, text: table, span: { start: 0, end: 0 } };
  if (anywhere !== true) return [name];
  const found = [...before.relations()].flatMap((one) =>
    one.name === table ? [{ ...name, schema: one.schema }] : [],
  );
  if (found.length > 0) return found;
  // One that was dropped has its schema no more.
  return [own?.name === table ? own : name];
}

/** One of the tables has it. */
function isInOne(
  schema: Schema,
  tables: readonly QualifiedName[],
  ask: Ask,
  touched: ReadonlySet<string>,
): boolean | undefined {
  const found = tables.map((table) =>
    isTouched(touched, table, ask) ? undefined : isThere(schema, table, ask),
  );
  return found.includes(true) ? true : found.includes(undefined) ? undefined : false;
}

function isMade(schema: Schema, table: QualifiedName): boolean {
  const relation = schema.relation(table);
  return relation.is === "present" || (relation.is === "absent" && relation.dropped !== undefined);
}

function isThere(schema: Schema, table: QualifiedName, ask: Ask): boolean | undefined {
  const { column, constraint, policy, trigger } = ask;
  const relation = schema.relation(table);
  // A view may stand before a table of another schema.
  if (relation.is === "present" && relation.value.kind !== "table") return undefined;
  const part = constraint ?? policy ?? trigger;
  if (part !== undefined) {
    if (relation.is !== "present") return undefined;
    const { constraints, policies, triggers, complete } = relation.value;
    const all = policy === undefined ? (trigger === undefined ? constraints : triggers) : policies;
    if (all.some(({ name }) => name === part)) return ask.more === true ? undefined : true;
    return complete ? false : undefined;
  }
  const found = column === undefined ? relation : schema.column(table, column);
  if (found.is === "present")
    return column === undefined ? (ask.more === true ? undefined : true) : isSo(schema, table, column, ask);
  // The tool may send other names than the code has: `user_id` for `userId`.
  return found.is === "absent" && !/[A-Z]/.test(column ?? table.name) ? false : undefined;
}

/** What is asked of a column that is there. */
function isSo(schema: Schema, table: QualifiedName, column: string, ask: Ask): boolean | undefined {
  const found = schema.column(table, column);
  if (found.is !== "present") return undefined;
  const { type, notNull } = found.value;
  const answers = [
    ask.type === undefined ? true : isOfType(type, ask.type),
    ask.nullable === undefined
      ? true
      : notNull === "unknown"
        ? undefined
        : ask.nullable === (notNull === "no"),
    ask.hasDefault === undefined ? true : isDefaulted(found.value, ask.hasDefault),
    ask.more === true ? undefined : true,
  ];
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

/** The catalog shows none of identity and generated columns, and the NULL of `varchar(20) DEFAULT NULL`. */
function isDefaulted(
  { hasDefault, serial, identity, generated, type }: Column,
  is: boolean,
): boolean | undefined {
  const isNever = identity !== undefined || generated !== undefined;
  if (serial || (hasDefault === "yes" && !isNever)) return is;
  const isPlain = type?.modifiers.length === 0 && type.name !== "char" && builtIn.test(type.name);
  return isNever || (hasDefault === "no" && type?.schema === undefined && isPlain) ? !is : undefined;
}

/** Of a domain the catalog shows the type below it. */
function isOfType(type: ColumnType | undefined, { name, is }: NonNullable<Ask["type"]>): boolean | undefined {
  const isKnown = type?.dimensions === 0 && type.schema === undefined && builtIn.test(type.name);
  return isKnown ? (type.name === name) === is : undefined;
}

const builtIn =
  /^(?:smallint|integer|bigint|numeric|real|double precision|boolean|text|varchar|char|uuid|jsonb?|bytea|date|time(?:stamp)?(?:tz)?)$/;
