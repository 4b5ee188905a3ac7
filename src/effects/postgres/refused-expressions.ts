/** What may not stand in a CHECK, a default, a generated column or an index. */
import type { Expression } from "../../model/expression.ts";
import type { QualifiedName } from "../../model/names.ts";
import type { ColumnDefinition, CreateTable, Operation } from "../../model/operation.ts";
import { normalise } from "../../schema/expression-text.ts";
import { functionsSince } from "./functions-since.ts";
import { isMutableCast } from "./mutable-casts.ts";
import { refusePatterns } from "./pattern-types.ts";
import { refuseValue } from "./refused-defaults.ts";
import type { StatementContext } from "./statement-context.ts";

export function refuseExpressions(op: Operation, context: StatementContext): void {
  if ("query" in op) refuseNewer(op.query, context);
  switch (op.kind) {
    case "addCheck":
      if (op.expression.subquery) context.found.fail("cannot use subquery in check constraint");
      refusePatterns(op.expression, op.table, context);
      return;
    case "updateRows":
    case "deleteRows":
      // Another table may have a column of that name.
      if (op.query.relations.length === 0 && op.among === undefined)
        refusePatterns(op.where, op.table, context);
      return;
    case "setDefault":
      refuseDefault(op.expression, op.table, context);
      refuseValue(
        op.column.text,
        context.column(op.table, op.column.text)?.type,
        op.expression,
        context,
        "kept",
      );
      return;
    case "addColumn":
      refuseDefinition(op.column, op.table, context, "made");
      return;
    case "createTable":
      for (const column of op.columns) refuseDefinition(column, op.table, context, "kept");
      refuseUnknownColumns(op, context);
      return;
    case "setExpression":
      refuseMutable(op.expression, op.table, "generation expression is not immutable", context);
      return;
    case "createIndex": {
      // A column that it hasn't is what the server names first, also where an earlier statement was reported for it.
      if (!mayHaveColumns(op, context)) return;
      if (op.where?.subquery === true) context.found.fail("cannot use subquery in index predicate");
      refusePatterns(op.where, op.table, context);
      refuseMutable(op.where, op.table, "functions in index predicate must be marked IMMUTABLE", context);
      for (const { expression } of op.elements) {
        if (expression?.subquery === true) context.found.fail("cannot use subquery in index expression");
        refuseMutable(
          expression,
          op.table,
          "functions in index expression must be marked IMMUTABLE",
          context,
        );
      }
      return;
    }
    default:
  }
}

function refuseDefinition(
  column: ColumnDefinition,
  table: QualifiedName,
  context: StatementContext,
  use: "made" | "kept",
): void {
  refuseDefault(column.default, table, context);
  refuseValue(column.name.text, column.type, column.default, context, use);
  const { generated, identity, default: value, name } = column;
  const computed = generated === undefined ? identity && "identity" : "generation expression";
  if (value !== undefined && computed !== undefined)
    context.found.fail(
      `both default and ${computed} specified for column "${name.text}" of table "${table.name}"`,
    );
  if (generated === undefined) return;
  if (generated.expression.subquery)
    context.found.fail("cannot use subquery in column generation expression");
  refuseMutable(generated.expression, table, "generation expression is not immutable", context);
}

const mayHaveColumns = (
  { table, elements, where }: Extract<Operation, { kind: "createIndex" }>,
  context: StatementContext,
): boolean =>
  context.relation(table)?.complete !== true ||
  [...elements.map(({ expression }) => expression), where].every((expression) =>
    (expression?.columns ?? []).every(({ column }) => context.column(table, column) !== undefined),
  );

/** Functions that a newer server has; elsewhere an extension or somebody else may have made them. */
function refuseNewer(expression: Pick<Expression, "functions"> | undefined, context: StatementContext): void {
  if (!context.schema.selfContained) return;
  for (const name of expression?.functions ?? []) {
    const since = functionsSince.get(name.name) ?? 0;
    if (since <= context.server.version || context.schema.routines(name).is === "present") continue;
    context.found.fail(`function ${name.text}() does not exist`, since);
  }
}

function refuseDefault(
  expression: Expression | undefined,
  table: QualifiedName,
  context: StatementContext,
): void {
  refuseNewer(expression, context);
  if (expression?.subquery === true) context.found.fail("cannot use subquery in DEFAULT expression");
  else if ((expression?.columns ?? []).length > 0)
    context.found.fail(`cannot use column reference in DEFAULT expression of "${table.name}"`);
}

/** A new table has no columns but its own. */
function refuseUnknownColumns(op: CreateTable, context: StatementContext): void {
  const more = op.like.length > 0 || op.inherits.length > 0 || op.query !== undefined;
  if (more || op.partitionOf !== undefined || op.ofType !== undefined) return;
  const names = new Set(op.columns.map((column) => column.name.text));
  for (const { generated } of op.columns)
    for (const { column } of generated?.expression.columns ?? [])
      if (!names.has(column)) context.found.fail(`column "${column}" does not exist`);
  for (const column of op.partitionBy?.columns ?? [])
    if (!names.has(column)) context.found.fail(`column "${column}" named in partition key does not exist`);
}

function refuseMutable(
  expression: Expression | undefined,
  table: QualifiedName,
  reason: string,
  context: StatementContext,
): void {
  refuseNewer(expression, context);
  if (expression !== undefined && isMutable(expression, table, context)) context.found.fail(reason);
}

/** Built-in functions of which some variants are immutable: those of `timestamp`, not of `timestamptz`. */
const variants: ReadonlySet<string> = new Set(
  (
    "age date date_add date_part date_subtract date_trunc extract generate_series in_range length numeric overlaps " +
    "quote_literal quote_nullable time timestamp timestamptz timetz timezone to_timestamp"
  ).split(" "),
);
const ofTime: ReadonlySet<string> = new Set(["date", "date_part", "date_trunc", "extract"]);

/** `date(to_timestamp(c))`: both have variants that are immutable, and what the inner one gives has a time zone. */
const ofTimestamptz =
  /^(?:date|date_part|date_trunc|extract) (?:'\w+' , |\w+ from )?to_timestamp (?!.* at time zone )[^',]*$/;

/** True if some function or cast surely isn't immutable. */
function isMutable(
  { volatility, functions, columns, text, castOf }: Expression,
  table: QualifiedName,
  context: StatementContext,
) {
  if (volatility === "volatile") return true;
  const cast = castOf && context.column(table, castOf.column)?.type;
  if (castOf !== undefined && cast !== undefined && isMutableCast(cast, castOf.type, context.schema))
    return true;
  if (functions.some(({ name }) => name === "to_timestamp") && ofTimestamptz.test(normalise(text)))
    return true;
  const [first] = functions;
  if (volatility === "stable") {
    if (!functions.some(({ name }) => variants.has(name))) return true;
    const type = columns.length === 1 ? context.column(table, columns[0]?.column ?? "")?.type : undefined;
    const isCast = /::|\bcast\b|\bzone\b/i.test(text);
    return functions.length === 1 && ofTime.has(first?.name ?? "") && type?.name === "timestamptz" && !isCast;
  }
  return functions.some((name) => {
    const found = context.schema.routines(name);
    if (volatility !== "unknown" || found.is !== "present") return false;
    // One in SQL may be inlined, and then only its body counts.
    return found.value.every(
      ({ definition }) => definition.volatility !== "immutable" && definition.language !== "sql",
    );
  });
}
