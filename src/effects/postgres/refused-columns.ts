/** Columns that can't be changed this way: inherited, typed, generated, of the system. */
import type { InsertRows, Operation, UpdateRows } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import type { Relation } from "../../schema/model.ts";
import { postgresNames } from "../../model/name-rules.ts";
import type { StatementContext } from "./statement-context.ts";

export function refuseColumn(op: Operation, relation: Relation, context: StatementContext): void {
  const { name } = relation;
  const partitioned = relation.partitionBy !== undefined;
  const only = "only" in op && op.only === true && relation.children.length > 0;
  const fail = (reason: string): void => {
    context.found.fail(reason);
  };
  switch (op.kind) {
    case "addColumn":
      if (relation.partitionOf !== undefined) fail("cannot add column to a partition");
      if (relation.ofType !== undefined) fail("cannot add column to typed table");
      if (
        op.column.identity !== undefined &&
        relation.children.length > 0 &&
        (!partitioned || context.server.version < 17)
      )
        fail("cannot recursively add identity column to table that has child tables");
      return;
    case "addCheck":
      if (op.noInherit && partitioned)
        fail(`cannot add NO INHERIT constraint to partitioned table "${name}"`);
      else if (only && !op.noInherit) fail("constraint must be added to child tables too");
      return;
    case "dropConstraint":
      if (relation.constraints.some((c) => c.name === op.name.text && c.inherited))
        fail(`cannot drop inherited constraint "${op.name.text}" of relation "${name}"`);
      return;
    case "setNotNull":
      if (only && partitioned) fail("constraint must be added to child tables too");
      return;
    case "dropColumn":
    case "changeColumnType":
    case "renameColumn":
    case "setDefault":
    case "dropDefault":
    case "setExpression":
    case "dropNotNull":
    case "dropExpression":
    case "addIdentity":
    case "alterIdentity":
    case "dropIdentity":
      break;
    case "insertRows":
      refuseNulls(op, relation, context);
      return;
    default:
      return;
  }
  const { text } = op.column;
  if (postgresNames.systemColumns.has(text) && text !== "oid" && relation.kind === "table")
    fail(`cannot alter system column "${text}"`);
  const column = relation.columns.find((c) => c.name === text);
  switch (op.kind) {
    case "dropColumn":
      if (relation.ofType !== undefined) fail("cannot drop column from typed table");
      if (column?.inherited === true) fail(`cannot drop inherited column "${text}"`);
      if (only && partitioned)
        fail("cannot drop column from only the partitioned table when partitions exist");
      return;
    case "changeColumnType":
      if (relation.ofType !== undefined) fail("cannot alter column type of typed table");
      if (column?.inherited === true) fail(`cannot alter inherited column "${text}"`);
      if (only) fail(`type of inherited column "${text}" must be changed in child tables too`);
      return;
    case "renameColumn":
      if (relation.ofType !== undefined) fail("cannot rename column of typed table");
      if (column?.inherited === true) fail(`cannot rename inherited column "${text}"`);
      if (only) fail(`inherited column "${text}" must be renamed in child tables too`);
      return;
    case "setExpression":
      if (column !== undefined && relation.complete && column.generated === undefined)
        fail(`column "${text}" of relation "${name}" is not a generated column`);
      return;
    case "setDefault":
    case "dropDefault":
      if (column?.generated !== undefined)
        fail(`column "${text}" of relation "${name}" is a generated column`);
      if (column?.identity !== undefined)
        fail(`column "${text}" of relation "${name}" is an identity column`);
      return;
    case "dropNotNull": {
      const parent =
        relation.partitionOf === undefined ? undefined : context.column(relation.partitionOf.parent, text);
      if (parent?.notNull === "yes") fail(`column "${text}" is marked NOT NULL in parent table`);
      const inherits = relation.parents.some((key) => context.column(key, text)?.notNull === "yes");
      if (inherits && context.server.version >= 18)
        fail(`cannot drop inherited constraint of relation "${name}"`);
      if (column?.identity !== undefined)
        fail(`column "${text}" of relation "${name}" is an identity column`);
      if (only && partitioned && context.server.version < 18)
        fail("cannot remove constraint from only the partitioned table when partitions exist");
      return;
    }
    case "dropExpression":
      if (column?.generated?.stored === false)
        fail("ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns");
      if (
        column !== undefined &&
        relation.complete &&
        column.generated === undefined &&
        op.columnIfExists !== true
      )
        fail(`column "${text}" of relation "${name}" is not a generated column`);
      return;
    case "addIdentity":
      if (
        column?.type !== undefined &&
        context.userType(column.type) === undefined &&
        !isInteger(column.type)
      )
        fail("identity column type must be smallint, integer, or bigint");
      if (column?.hasDefault === "yes")
        fail(`column "${text}" of relation "${name}" already has a default value`);
      if (column?.identity !== undefined)
        fail(`column "${text}" of relation "${name}" is already an identity column`);
      return;
    case "alterIdentity":
    case "dropIdentity":
      if (op.kind === "dropIdentity" && op.columnIfExists === true) return;
      if (column !== undefined && relation.complete && column.identity === undefined)
        fail(`column "${text}" of relation "${name}" is not an identity column`);
      return;
    default:
  }
}

const isInteger = ({ name, dimensions }: ColumnType): boolean =>
  dimensions === 0 && ["smallint", "integer", "bigint"].includes(name);

/** Columns that are computed take nothing but DEFAULT. */
export function refuseComputed(
  op: UpdateRows,
  relation: Relation | undefined,
  context: StatementContext,
): void {
  for (const { text } of op.columns) {
    const column = relation?.columns.find(({ name }) => name === text);
    const isComputed = column?.generated !== undefined || column?.identity === "always";
    if (isComputed && op.defaults?.includes(text) !== true)
      context.found.fail(`column "${text}" can only be updated to DEFAULT`);
  }
}

/** Columns that are left out, must have a value and get none; a trigger may still give it. */
function refuseNulls(op: InsertRows, relation: Relation, context: StatementContext): void {
  const writes = op.source === "default" || (op.source === "values" && op.columns.length > 0);
  const mayFill = relation.triggers.some(
    ({ timing, events }) => timing === "before" && events.includes("insert"),
  );
  if (!writes || relation.kind !== "table" || !relation.complete || mayFill) return;
  const given = op.columns.map(({ text }) => text);
  for (const column of relation.columns) {
    const filled = column.hasDefault !== "no" || column.serial || column.identity !== undefined;
    if (column.notNull === "yes" && !filled && column.generated === undefined && !given.includes(column.name))
      context.found.fail(
        `null value in column "${column.name}" of relation "${relation.name}" violates not-null constraint`,
      );
  }
}
