/** Definitions of columns, and expressions in them, that are certain to be refused. Measured on MySQL 9.7 and MariaDB 11.8. */
import { engineIn } from "../../model/engines.ts";
import type { Expression } from "../../model/expression.ts";
import { shapes } from "../../model/mysql-words.ts";
import type { ColumnDefinition, Operation } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import { beginsWith, makesKey, oneCounter } from "./refused-keys.ts";
import type { StatementContext } from "./statement-context.ts";
import { isNoValue } from "./text-values.ts";

export function refusedDefinition(op: Operation, context: StatementContext): string | undefined {
  switch (op.kind) {
    case "createTable":
      for (const column of op.columns) {
        const refused = definition(column, context);
        if (refused !== undefined) return refused;
      }
      return counters(op.columns, context, engineIn(op.options ?? []));
    case "addColumn":
      return definition(op.column, context) ?? counters([op.column], context, context.engine);
    case "redefineColumn":
      return definition(op.definition, context);
    case "setDefault": {
      const type = context.column(op.column.text)?.type;
      if (type === undefined) return undefined;
      // Here in parentheses, too.
      if (largeTypes.has(type.name) && op.expression.constant && !op.expression.isNull && !context.isMariaDb)
        return noDefault(op.column.text);
      return defaultValue(op.column.text, type, op.expression, context);
    }
    case "addCheck":
      return check(op.expression, context);
    case "createIndex": {
      const isMutable = op.elements.some(
        ({ expression }) => expression && unsettled(expression) !== undefined,
      );
      return isMutable ? "Expression of functional index contains a disallowed function" : undefined;
    }
    default:
      return undefined;
  }
}

function definition(column: ColumnDefinition, context: StatementContext): string | undefined {
  const { name, type, default: value, generated } = column;
  if (value?.isNull === true && column.notNull) return invalidDefault(name.text);
  if (value !== undefined) return defaultValue(name.text, type, value, context);
  return generated && computed(name.text, generated.expression, generated.stored, context);
}

const invalidDefault = (name: string): string => `Invalid default value for '${name}'`;

const noDefault = (name: string): string =>
  `BLOB, TEXT, GEOMETRY or JSON column '${name}' can't have a default value`;

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const largeTypes: ReadonlySet<string> = new Set([
  ...words("tinytext text mediumtext longtext tinyblob blob mediumblob longblob json"),
  ...shapes,
]);
const times = words("datetime timestamp");
const current = words("current_timestamp now localtime localtimestamp");

function defaultValue(
  name: string,
  type: ColumnType,
  { text, constant, isNull, functions }: Expression,
  context: StatementContext,
): string | undefined {
  const { isMariaDb } = context;
  const [called] = functions;
  // What stands in parentheses is an expression, which is looked at when a row is written.
  if (isNull || text.startsWith("(")) return undefined;
  if (called !== undefined && current.has(called.name.toLowerCase()) && !isMariaDb) {
    const digits = Number(/\((\d)\)$/.exec(text)?.[1] ?? 0);
    const fits = times.has(type.name) && digits === (type.modifiers[0] ?? 0);
    return fits ? undefined : invalidDefault(name);
  }
  if (!constant) return undefined;
  const quoted = /^'([^'\\]*)'$/.exec(text)?.[1];
  const isForgiven = quoted === "" && !context.isStrict;
  if (largeTypes.has(type.name) && !isMariaDb && !isForgiven) return noDefault(name);
  const number = /^-?\d+(?:\.\d+)?$/.test(text) ? text : undefined;
  const given = quoted ?? number;
  if (given === undefined) return undefined;
  // A text gives its bytes, a number itself.
  if (number !== undefined && type.name === "bit")
    return Math.round(Number(number)) < 2 ** (type.modifiers[0] ?? 1) ? undefined : invalidDefault(name);
  // A number is no member.
  const isMember = number === undefined || (type.name !== "enum" && type.name !== "set");
  // MariaDB counts blanks at the end.
  return isMember && !isNoValue(isMariaDb ? given : given.trimEnd(), type) ? undefined : invalidDefault(name);
}

/** Other values each time, or for each session. MySQL's manual: "CHECK Constraints". */
const notSettled = words(
  "connection_id current_date curdate current_role current_time curtime current_timestamp now localtime localtimestamp " +
    "current_user database found_rows last_insert_id rand row_count schema session_user sleep sysdate system_user " +
    "unix_timestamp user utc_date utc_time utc_timestamp uuid uuid_short version",
);

const unsettled = ({ functions, text }: Expression): string | undefined =>
  functions
    .map(({ name }) => name.toLowerCase())
    // Of a column it is settled.
    .find(
      (name) =>
        notSettled.has(name) && !(name === "unix_timestamp" && !/unix_timestamp\s*\(\s*\)/i.test(text)),
    );

function check(expression: Expression, context: StatementContext): string | undefined {
  // Before, MySQL reads a CHECK and forgets it.
  if (!context.isMariaDb && !context.mysqlSince("8.0.16")) return undefined;
  if (expression.subquery) return "a check constraint contains a subquery";
  const name = unsettled(expression);
  return name && `a check constraint contains disallowed function: ${name}`;
}

/** MariaDB computes a column that isn't stored whenever it is read. */
function computed(
  column: string,
  expression: Expression,
  stored: boolean,
  { isMariaDb }: StatementContext,
): string | undefined {
  const contains = `Expression of generated column '${column}' contains a disallowed function`;
  if (expression.subquery) return contains;
  const name = isMariaDb && !stored ? undefined : unsettled(expression);
  return name && `${contains}: ${name}`;
}

/** A table counts in one column, with which a key begins. */
function counters(
  added: readonly ColumnDefinition[],
  context: StatementContext,
  engine: string,
): string | undefined {
  const own = added.filter(({ mysql }) => mysql?.autoIncrement === true);
  const [counter] = own;
  if (counter === undefined) return undefined;
  const isLeft = (name: string): boolean => !context.droppedColumns.has(name) && !context.redefined.has(name);
  const others = (context.relation?.columns ?? []).filter(
    ({ name, mysql }) => mysql?.autoIncrement === true && isLeft(name),
  );
  // Other engines count within the columns before it.
  const isKey = context.statement.some(
    (op) => makesKey(op, context) && (engine !== "innodb" || beginsWith(op, counter.name.text)),
  );
  return own.length + others.length > 1 || !isKey ? oneCounter : undefined;
}
