/** Columns added and dropped, and SET NOT NULL. */
import type { Expression } from "../../model/expression.ts";
import type { Key } from "../../model/names.ts";
import type { AddColumn, DropColumn, SetNotNull } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import { dropDependents } from "./drop.ts";
import { bare, sequenceCalls, type Scene } from "./statement-context.ts";

/** A domain with a constraint, its own or that of the domain below it: every value has to be checked. */
export function isConstrainedDomain(type: ColumnType | undefined, scene: Scene): boolean {
  const domain = type === undefined || type.dimensions > 0 ? undefined : scene.userType(type);
  if (domain?.form !== "domain") return false;
  return domain.notNull || domain.checks.length > 0 || isConstrainedDomain(domain.base, scene);
}

/** Must a default be evaluated for each row? A function that nobody knows may be volatile. */
export function isVolatile(expression: Expression | undefined, scene: Scene): boolean {
  if (expression === undefined) return false;
  if (expression.volatility !== "unknown") return expression.volatility === "volatile";
  return expression.functions.some((name) => {
    const found = scene.schema.routines(name);
    if (found.is !== "present") return true;
    return found.value.some((routine) => routine.definition.volatility === "volatile");
  });
}

export function addColumn(op: AddColumn, scene: Scene): void {
  const { column } = op;
  if (column.generated?.stored === false) scene.needs(18, "VIRTUAL");
  const table = scene.key(op.table);
  const relation = scene.relation(table);
  if (op.only === true && (relation?.children.length ?? 0) > 0)
    scene.found.fail("column must be added to child tables too");
  if (op.ifNotExists && scene.schema.column(table, column.name.text).is === "present") return;

  const virtual = column.generated?.stored === false;
  const rewrites =
    !virtual &&
    (column.serial ||
      column.identity !== undefined ||
      column.generated !== undefined ||
      isVolatile(column.default ?? defaultOfDomain(column.type, scene), scene) ||
      isConstrainedDomain(column.type, scene));
  const hasValue = column.default !== undefined && !column.default.isNull;
  const domain = column.type.dimensions > 0 ? undefined : scene.userType(column.type);
  const isNull = column.default === undefined && domain?.hasDefault === false;
  if (domain?.notNull === true && isNull && scene.relation(table)?.complete === true)
    scene.found.fail(`domain ${domain.name} does not allow null values`);
  for (const key of scene.tree(table)) {
    if (rewrites) scene.rewrite(key);
    // With a constant default, the value of old rows is stored once: nothing to check.
    else if (column.notNull && !hasValue) scene.scan(key);
  }
  if (rewrites || hasValue) refuseRowType(table, scene);
  if (rewrites) for (const name of sequenceCalls(column.default)) scene.lock(name, "ROW EXCLUSIVE");
}

/** A column without a default of its own takes that of its domain. */
function defaultOfDomain(type: ColumnType, scene: Scene): Expression | undefined {
  return type.dimensions > 0 ? undefined : scene.userType(type)?.default;
}

/** A column of the table's row type holds rows of the old shape, which the server doesn't rewrite. */
export function refuseRowType(table: Key, scene: Scene): void {
  const user = scene.schema.dependents({ type: table }).find((d) => d.kind === "column");
  if (user === undefined) return;
  const column = user.text.replace(/^column /, "");
  scene.found.fail(`cannot alter table "${bare(table)}" because column "${column}" uses its row type`);
}

export function dropColumn(op: DropColumn, scene: Scene): void {
  const table = scene.key(op.table);
  const name = op.column.text;
  const found = scene.schema.column(table, name);
  if (found.is === "absent") {
    if (!op.columnIfExists)
      scene.found.fail(`column "${name}" of relation "${op.table.name}" does not exist`);
    return;
  }
  for (const key of scene.tree(table)) {
    for (const fk of scene.foreignKeysOf(key))
      if (fk.columns.includes(name)) scene.lock(fk.references, "ACCESS EXCLUSIVE");
    for (const sequence of scene.sequencesOf(key, name)) scene.lock(sequence, "ACCESS EXCLUSIVE");
  }
  dropDependents({ table, column: name }, `column ${name} of table ${op.table.name}`, op, scene);
}

export function setNotNull(op: SetNotNull, scene: Scene): void {
  const column = op.column.text;
  for (const key of op.only === true ? [scene.key(op.table)] : scene.tree(op.table))
    if (!isProvedNotNull(key, column, scene)) scene.scan(key);
}

/** NOT NULL already, or a validated CHECK says so (12+; manual, ALTER TABLE, SET NOT NULL). */
export function isProvedNotNull(table: Key, column: string, scene: Scene): boolean {
  if (scene.column(table, column)?.notNull === "yes") return true;
  // Drops of the same statement come first, whatever their order.
  const dropped = scene.statement.flatMap((op) => (op.kind === "dropConstraint" ? [op.name.text] : []));
  return (scene.relation(table)?.constraints ?? []).some(
    (c) =>
      c.kind === "check" &&
      c.validated &&
      c.enforced &&
      c.expression.provesNotNull.includes(column) &&
      !dropped.includes(c.name),
  );
}
