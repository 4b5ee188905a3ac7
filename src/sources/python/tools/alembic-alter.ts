/** `alter_column`: on PostgreSQL a statement for each change, on MySQL the whole definition of the column. */
import type { Unstated } from "../../../model/call.ts";
import { flagOf, isNone, isNothing, type Place, type Value } from "../value.ts";
import { sql, type Facts, type Sent } from "./alembic-facts.ts";
import { columnOf, typeCheck } from "./sqlalchemy/columns.ts";
import { defaultSql } from "./sqlalchemy/expressions.ts";
import { constraintName } from "./sqlalchemy/names.ts";
import { columnComment } from "./sqlalchemy/tables.ts";
import { isDateTime, ownType, typeSql } from "./sqlalchemy/types.ts";
import { nameOf, type Sql } from "./sqlalchemy/writer.ts";

interface Altered {
  readonly target: Sql;
  readonly column: Value | undefined;
  readonly type: Value | undefined;
  readonly nullable: boolean | undefined;
  /** Undefined: it stays; None: it goes. */
  readonly serverDefault: Value | undefined;
  readonly newName: Value | undefined;
  readonly comment: Value | undefined;
}

/** `False` stands for an argument that isn't given. */
const given = (value: Value | undefined): Value | undefined => (flagOf(value) === false ? undefined : value);

function altered({ writer, of, table, schema, at }: Facts): Altered {
  const newName = of(-1, "new_column_name", "name");
  const type = of(-1, "type_");
  return {
    target: writer.table(table, schema, at),
    column: of(1, "column_name"),
    type: isNothing(type) ? undefined : type,
    nullable: flagOf(of(-1, "nullable")),
    serverDefault: given(of(-1, "server_default")),
    newName: isNothing(newName) ? undefined : newName,
    comment: given(of(-1, "comment")),
  };
}

/** True: an argument is given, and not known. */
const isOpen = ({ of }: Facts, name: string): boolean => {
  const value = of(-1, name);
  return !isNothing(value) && flagOf(value) === undefined;
};

export function alterPostgres(facts: Facts): readonly Sent[] {
  const { writer, at, operation } = facts;
  const { call } = operation;
  const { target, column, type, nullable, serverDefault, newName, comment } = altered(facts);
  const name = writer.name(column, at);
  const unknown = `ALTER TABLE ${nameOf(facts.table) ?? ""} ALTER `;
  const alter = (from: Place): Sql => writer.join(from, "ALTER TABLE ", target, " ALTER COLUMN ", name, " ");
  const placed = (keyword: string): Place => call.places.get(keyword) ?? at;
  const statements: Sql[] = [];
  if (type !== undefined) {
    const using = call.keywords.get("postgresql_using");
    const by = using?.is === "text" ? writer.join(using.at, " USING ", using.segments) : [];
    statements.push([
      ...alter(at),
      ...writer.join(placed("type_"), "TYPE ", typeSql(writer, type) ?? writer.hole(type.at), by),
    ]);
  }
  if (nullable !== undefined)
    statements.push([
      ...alter(at),
      ...writer.at(placed("nullable"), nullable ? "DROP NOT NULL" : "SET NOT NULL"),
    ]);
  if (serverDefault !== undefined) {
    const value = defaultSql(writer, serverDefault);
    const identity = serverDefault.is === "call" && /^(?:Identity|Computed)$/.test(serverDefault.method);
    if (identity) return [...sql(...statements), { unknown, at }];
    statements.push([
      ...alter(at),
      ...writer.join(
        placed("server_default"),
        value === undefined ? "DROP DEFAULT" : writer.join(serverDefault.at, "SET DEFAULT ", value),
      ),
    ]);
  }
  if (comment !== undefined)
    statements.push(columnComment(writer, target, column, comment, placed("comment")));
  if (newName !== undefined)
    statements.push(
      writer.join(at, "ALTER TABLE ", target, " RENAME ", name, " TO ", writer.name(newName, at)),
    );
  statements.push(...typeConstraint(facts, column, type, "ADD"));
  const sent: readonly Sent[] = sql(...statements);
  // The type comes first, NULL or NOT NULL behind it.
  const typed =
    type === undefined ? [] : [{ name: operation.method, ownType: ownType(writer, type), converts }];
  const wasNull = flagOf(call.keywords.get("existing_nullable")) !== false;
  const restates = nullable === true && wasNull && statements.length > 1;
  const calls = [...typed, ...(restates ? [{ name: operation.method, restates } as const] : [])];
  const called = [
    ...oldConstraint(facts, column, type),
    ...sent.map((one, i) => ({ ...one, call: calls[i] })),
  ];
  return isOpen(facts, "nullable") ? [...called, { unknown, at: placed("nullable") }] : called;
}

const converts = {
  using: "postgresql_using=",
  default: "server_default=",
  none: "server_default=None",
};

/** The CHECK of the old type, if the call says what that was: Alembic drops it on PostgreSQL, and not on MySQL. */
const oldConstraint = (facts: Facts, column: Value | undefined, type: Value | undefined): readonly Sent[] =>
  type === undefined ? [] : sql(...typeConstraint(facts, column, facts.of(-1, "existing_type"), "DROP"));

/** The CHECK that a type brings with it. */
function typeConstraint(
  { writer, table, schema, at }: Facts,
  column: Value | undefined,
  type: Value | undefined,
  change: "ADD" | "DROP",
): readonly Sql[] {
  if (type === undefined || isNothing(type)) return [];
  const made = columnOf({
    is: "call",
    callee: "sqlalchemy.Column",
    method: "Column",
    values: column === undefined ? [] : [column, type],
    keywords: new Map(),
    places: new Map(),
    open: false,
    at,
  });
  const check = made && typeCheck(writer, made);
  if (check === undefined) return [];
  const name = constraintName(writer, "ck", check.name, { table, schema, columns: [column] }, at);
  const target = writer.table(table, schema, at);
  if (change === "DROP")
    return name === undefined ? [] : [writer.join(at, "ALTER TABLE ", target, " DROP CONSTRAINT ", name)];
  return [
    writer.join(
      at,
      "ALTER TABLE ",
      target,
      " ADD ",
      name === undefined ? "" : writer.join(at, "CONSTRAINT ", name, " "),
      check.sql,
    ),
  ];
}

const typeless = {
  why: "on MySQL, alter_column needs existing_type for this",
  instead: "pass existing_type, and existing_nullable and existing_server_default, as the column has them",
};

/** What Alembic leaves out of the definition because the call says nothing of it. */
function unstated({ of }: Facts): Unstated {
  const stated: readonly (readonly [keyof Unstated, string, readonly string[]])[] = [
    ["NOT NULL", "existing_nullable=False", ["nullable", "existing_nullable"]],
    ["DEFAULT", "existing_server_default=…", ["server_default", "existing_server_default"]],
    ["AUTO_INCREMENT", "existing_autoincrement=True", ["autoincrement", "existing_autoincrement"]],
    ["COMMENT", "existing_comment=…", ["comment", "existing_comment"]],
  ];
  return Object.fromEntries(
    stated.flatMap(([what, argument, names]) =>
      names.every((name) => of(-1, name) === undefined) ? [[what, argument]] : [],
    ),
  );
}

export function alterMysql(facts: Facts): readonly Sent[] {
  const { writer, of, at } = facts;
  const { target, column, type, nullable, serverDefault, newName, comment } = altered(facts);
  const name = writer.name(column, at);
  const existing = of(-1, "existing_type");
  const whole = type ?? (isNothing(existing) ? undefined : existing);
  const counts = of(-1, "autoincrement");
  const isDate = whole !== undefined && isDateTime(writer, whole) && !isNone(of(-1, "server_default"));
  const changes = newName !== undefined || isDate;
  const modifies =
    nullable !== undefined ||
    isOpen(facts, "nullable") ||
    type !== undefined ||
    !isNothing(counts) ||
    comment !== undefined;
  if (!changes && !modifies) {
    if (serverDefault === undefined) return [];
    const value = defaultSql(writer, serverDefault);
    const rest = value === undefined ? "DROP DEFAULT" : writer.join(at, "SET DEFAULT ", value);
    return sql(writer.join(at, "ALTER TABLE ", target, " ALTER COLUMN ", name, " ", rest));
  }
  if (whole === undefined)
    return [{ refused: typeless, unknown: `ALTER TABLE ${nameOf(facts.table) ?? ""} MODIFY `, at }];
  // Its NULL or NOT NULL stands in the definition.
  if (isOpen(facts, "nullable") || (nullable === undefined && isOpen(facts, "existing_nullable")))
    return [{ unknown: `ALTER TABLE ${nameOf(facts.table) ?? ""} MODIFY `, at }];
  const existingDefault = given(of(-1, "existing_server_default"));
  const value = defaultSql(writer, serverDefault ?? existingDefault);
  const isNullable = nullable ?? flagOf(of(-1, "existing_nullable")) ?? true;
  const isCounting = flagOf(isNothing(counts) ? of(-1, "existing_autoincrement") : counts) === true;
  const text = comment ?? of(-1, "existing_comment");
  const spec = writer.join(
    at,
    typeSql(writer, whole) ?? writer.hole(whole.at),
    isNullable ? " NULL" : " NOT NULL",
    isCounting ? " AUTO_INCREMENT" : "",
    value === undefined ? "" : writer.join(at, " DEFAULT ", value),
    isNothing(text) || text === undefined
      ? ""
      : writer.join(at, " COMMENT ", writer.constant(text) ?? writer.hole(text.at)),
  );
  const verb = changes
    ? writer.join(at, "CHANGE ", name, " ", newName === undefined ? name : writer.name(newName, at))
    : writer.join(at, "MODIFY ", name);
  const change = writer.join(at, "ALTER TABLE ", target, " ", verb, " ", spec);
  const call = { name: facts.operation.method, unstated: unstated(facts) };
  return [{ sql: change, call }, ...sql(...typeConstraint(facts, column, type, "ADD"))];
}
