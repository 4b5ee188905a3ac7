/** Columns added and dropped, and SET NOT NULL. */
import type { Expression } from "../../model/expression.ts";
import type { Key } from "../../model/names.ts";
import type { AddColumn, CreateFunction, DropColumn, SetNotNull } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import { dropDependents } from "./drop.ts";
import { bare, sequenceCalls, type StatementContext } from "./statement-context.ts";

/** A domain with a constraint, its own or that of a domain below it: every value has to be checked. */
export function isConstrainedDomain(type: ColumnType | undefined, context: StatementContext): boolean {
  const domains = type === undefined ? [] : context.schema.belowDomains(type).domains;
  return domains.some(({ notNull, checks }) => notNull || checks.length > 0);
}

/** Must a default be evaluated for each row? A function that nobody knows may be volatile. */
export function isVolatile(expression: Expression | undefined, context: StatementContext): boolean {
  if (expression === undefined) return false;
  if (expression.volatility !== "unknown") return expression.volatility === "volatile";
  return expression.functions.some((name) => {
    const found = context.schema.routines(name);
    if (found.is !== "present") return true;
    return found.value.some(
      ({ definition }) => definition.volatility === "volatile" && !isInlined(definition),
    );
  });
}

/** `LANGUAGE sql AS 'SELECT 1'`: the planner puts such an expression in the place of the call, whatever the function is declared. */
function isInlined({
  language,
  body,
  uses,
  securityDefiner,
  settings,
  returnsSet,
  atomic,
}: CreateFunction): boolean {
  if (language !== "sql" || body === undefined || securityDefiner || returnsSet || atomic) return false;
  if (settings.length > 0 || uses.relations.length + uses.functions.length > 0) return false;
  return /^\s*select\s[^;]*;?\s*$/i.test(body.text) && !/\b(?:from|current_\w+|local\w+)\b/i.test(body.text);
}

export function addColumn(op: AddColumn, context: StatementContext): void {
  const { column } = op;
  if (column.generated?.stored === false) context.needs(18, "VIRTUAL");
  const table = context.key(op.table);
  const relation = context.relation(table);
  if (op.only === true && (relation?.children.length ?? 0) > 0)
    context.found.fail("column must be added to child tables too");
  if (op.ifNotExists && context.schema.column(table, column.name.text).is === "present") return;

  const virtual = column.generated?.stored === false;
  const rewrites =
    !virtual &&
    (column.serial ||
      column.identity !== undefined ||
      column.generated !== undefined ||
      isVolatile(column.default ?? defaultOfDomain(column.type, context), context) ||
      isConstrainedDomain(column.type, context));
  const hasValue = column.default !== undefined && !column.default.isNull;
  const domain = column.type.dimensions > 0 ? undefined : context.userType(column.type);
  const isNull = column.default === undefined && domain?.hasDefault === false;
  if (domain?.notNull === true && isNull && context.relation(table)?.complete === true)
    context.found.fail(`domain ${domain.name} does not allow null values`);
  for (const key of context.tree(table)) {
    if (rewrites) context.rewrite(key);
    // With a constant default, the value of old rows is stored once: nothing to check.
    else if (column.notNull && !hasValue) context.scan(key);
  }
  if (rewrites || hasValue) refuseRowType(table, context);
  if (rewrites) for (const name of sequenceCalls(column.default)) context.lock(name, "ROW EXCLUSIVE");
}

/** A column without a default of its own takes that of its domain. */
function defaultOfDomain(type: ColumnType, context: StatementContext): Expression | undefined {
  return type.dimensions > 0 ? undefined : context.userType(type)?.default;
}

/** A column of the table's row type holds rows of the old shape, which the server doesn't rewrite. */
export function refuseRowType(table: Key, context: StatementContext): void {
  const user = context.schema.dependents({ type: table }).find((d) => d.kind === "column");
  if (user === undefined) return;
  const column = user.text.replace(/^column /, "");
  context.found.fail(`cannot alter table "${bare(table)}" because column "${column}" uses its row type`);
}

export function dropColumn(op: DropColumn, context: StatementContext): void {
  const table = context.key(op.table);
  const name = op.column.text;
  const found = context.schema.column(table, name);
  if (found.is === "absent") {
    if (!op.columnIfExists)
      context.found.fail(`column "${name}" of relation "${op.table.name}" does not exist`);
    return;
  }
  for (const key of context.tree(table)) {
    for (const fk of context.foreignKeysOf(key))
      if (fk.columns.includes(name)) context.lock(fk.references, "ACCESS EXCLUSIVE");
    for (const sequence of context.sequencesOf(key, name)) context.lock(sequence, "ACCESS EXCLUSIVE");
  }
  dropDependents({ table, column: name }, `column ${name} of table ${op.table.name}`, op, context);
}

export function setNotNull(op: SetNotNull, context: StatementContext): void {
  const column = op.column.text;
  for (const key of op.only === true ? [context.key(op.table)] : context.tree(op.table))
    if (!isProvedNotNull(key, column, context)) context.scan(key);
}

/** NOT NULL already, or a validated CHECK says so (12+; manual, ALTER TABLE, SET NOT NULL). */
export function isProvedNotNull(table: Key, column: string, context: StatementContext): boolean {
  if (context.column(table, column)?.notNull === "yes") return true;
  // Drops of the same statement come first, whatever their order.
  const isDropped = (name: string): boolean =>
    context.statement.some((op) => op.kind === "dropConstraint" && op.name.text === name);
  return (context.relation(table)?.constraints ?? []).some(
    (c) =>
      c.kind === "check" &&
      c.validated &&
      c.enforced &&
      c.expression.provesNotNull.includes(column) &&
      !isDropped(c.name),
  );
}
