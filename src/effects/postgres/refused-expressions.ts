/** What may not stand in a CHECK, a default, a generated column or an index. */
import type { Expression } from "../../model/expression.ts";
import type { QualifiedName } from "../../model/names.ts";
import type { ColumnDefinition, CreateTable, Operation } from "../../model/operation.ts";
import { functionsSince } from "./functions-since.ts";
import type { Scene } from "./statement-context.ts";

export function refuseExpressions(op: Operation, scene: Scene): void {
  if ("query" in op) refuseNewer(op.query, scene);
  switch (op.kind) {
    case "addCheck":
      if (op.expression.subquery) scene.found.fail("cannot use subquery in check constraint");
      return;
    case "setDefault":
      refuseDefault(op.expression, op.table, scene);
      return;
    case "addColumn":
      refuseDefinition(op.column, op.table, scene);
      return;
    case "createTable":
      for (const column of op.columns) refuseDefinition(column, op.table, scene);
      refuseUnknownColumns(op, scene);
      return;
    case "setExpression":
      refuseMutable(op.expression, op.table, "generation expression is not immutable", scene);
      return;
    case "createIndex": {
      if (op.where?.subquery === true) scene.found.fail("cannot use subquery in index predicate");
      refuseMutable(op.where, op.table, "functions in index predicate must be marked IMMUTABLE", scene);
      for (const { expression } of op.elements) {
        if (expression?.subquery === true) scene.found.fail("cannot use subquery in index expression");
        refuseMutable(expression, op.table, "functions in index expression must be marked IMMUTABLE", scene);
      }
      return;
    }
    default:
  }
}

function refuseDefinition(column: ColumnDefinition, table: QualifiedName, scene: Scene): void {
  refuseDefault(column.default, table, scene);
  const { generated } = column;
  if (generated === undefined) return;
  if (generated.expression.subquery) scene.found.fail("cannot use subquery in column generation expression");
  refuseMutable(generated.expression, table, "generation expression is not immutable", scene);
}

/** Functions that a newer server has; elsewhere an extension or somebody else may have made them. */
function refuseNewer(expression: Pick<Expression, "functions"> | undefined, scene: Scene): void {
  if (!scene.schema.selfContained) return;
  for (const name of expression?.functions ?? []) {
    const since = functionsSince.get(name.name) ?? 0;
    if (since <= scene.server.version || scene.schema.routines(name).is === "present") continue;
    scene.found.fail(`function ${name.text}() does not exist`, since);
  }
}

function refuseDefault(expression: Expression | undefined, table: QualifiedName, scene: Scene): void {
  refuseNewer(expression, scene);
  if (expression?.subquery === true) scene.found.fail("cannot use subquery in DEFAULT expression");
  else if ((expression?.columns ?? []).length > 0)
    scene.found.fail(`cannot use column reference in DEFAULT expression of "${table.name}"`);
}

/** A new table has no columns but its own. */
function refuseUnknownColumns(op: CreateTable, scene: Scene): void {
  const more = op.like.length > 0 || op.inherits.length > 0 || op.query !== undefined;
  if (more || op.partitionOf !== undefined || op.ofType !== undefined) return;
  const names = new Set(op.columns.map((column) => column.name.text));
  for (const { generated } of op.columns)
    for (const { column } of generated?.expression.columns ?? [])
      if (!names.has(column)) scene.found.fail(`column "${column}" does not exist`);
  for (const column of op.partitionBy?.columns ?? [])
    if (!names.has(column)) scene.found.fail(`column "${column}" named in partition key does not exist`);
}

function refuseMutable(
  expression: Expression | undefined,
  table: QualifiedName,
  reason: string,
  scene: Scene,
): void {
  refuseNewer(expression, scene);
  if (expression !== undefined && isMutable(expression, table, scene)) scene.found.fail(reason);
}

/** Built-in functions of which some variants are immutable: those of `timestamp`, not of `timestamptz`. */
const variants: ReadonlySet<string> = new Set(
  (
    "age date date_add date_part date_subtract date_trunc extract generate_series in_range length numeric overlaps " +
    "quote_literal quote_nullable time timestamp timestamptz timetz timezone to_timestamp"
  ).split(" "),
);
const ofTime: ReadonlySet<string> = new Set(["date", "date_part", "date_trunc", "extract"]);

/** True if some function surely isn't immutable. */
function isMutable({ volatility, functions, columns, text }: Expression, table: QualifiedName, scene: Scene) {
  if (volatility === "volatile") return true;
  const [first] = functions;
  if (volatility === "stable") {
    if (!functions.some(({ name }) => variants.has(name))) return true;
    const type = columns.length === 1 ? scene.column(table, columns[0]?.column ?? "")?.type : undefined;
    const isCast = /::|\bcast\b|\bzone\b/i.test(text);
    return functions.length === 1 && ofTime.has(first?.name ?? "") && type?.name === "timestamptz" && !isCast;
  }
  return functions.some((name) => {
    const found = scene.schema.routines(name);
    if (volatility !== "unknown" || found.is !== "present") return false;
    // One in SQL may be inlined, and then only its body counts.
    return found.value.every(
      ({ definition }) => definition.volatility !== "immutable" && definition.language !== "sql",
    );
  });
}
