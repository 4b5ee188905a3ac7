/** Rows that a constraint would refuse: NULL, duplicates, orphans, values against a check. */
import type { Expression } from "../../model/expression.ts";
import type { QualifiedName } from "../../model/names.ts";
import type { IndexElement, Operation, OperationOf } from "../../model/operation.ts";
import type { Step } from "../../replay/step.ts";
import type { Constraint } from "../../schema/model.ts";
import type { Batch, OldTable } from "./batch.ts";
import { most, type Check } from "./check.ts";

/** What the constraint of a step asks of the rows that are there. */
export function rowChecks(batch: Batch, step: Step): readonly Check[] {
  const { operation } = step;
  switch (operation.kind) {
    case "setNotNull":
      return nulls(batch, step, operation.table, [operation.column.text]);
    case "addNotNull":
      return operation.notValid ? [] : nulls(batch, step, operation.table, [operation.column.text]);
    case "redefineColumn":
      return operation.definition.notNull ? nulls(batch, step, operation.table, [operation.column.text]) : [];
    case "addColumn":
      return emptyTable(batch, step, operation);
    case "addPrimaryKey":
    case "addUnique":
      return keyChecks(batch, step, operation);
    case "createIndex":
      return operation.unique ? duplicates(batch, step, operation) : [];
    case "addForeignKey":
      if (operation.notValid || !operation.enforced || operation.within !== "alterTable") return [];
      return orphans(batch, step, {
        ...operation,
        columns: operation.columns.map(({ text }) => text),
        referencedColumns: referenced(step, operation),
      });
    case "addCheck":
      if (operation.notValid || !operation.enforced || operation.within !== "alterTable") return [];
      return violations(batch, step, operation.table, operation.expression);
    case "validateConstraint":
      return validated(batch, step, operation);
    case "addExclusion":
      batch.unchecked.push({
        what: `rows of ${step.show(operation.table)} that the exclusion constraint refuses`,
        why: "no short query finds them",
      });
      return [];
    default:
      return [];
  }
}

const shownRows = (batch: Batch, table: OldTable, columns: readonly string[]): string =>
  [...new Set([...batch.keyOf(table), ...columns])].join(", ");

function nulls(batch: Batch, step: Step, name: QualifiedName, columns: readonly string[]): readonly Check[] {
  const table = batch.table(step, name);
  if (table === undefined) return [];
  return columns.flatMap((column): readonly Check[] => {
    const own = batch.column(step, name, column);
    const before = table.relation?.columns.find((one) => batch.names.spell(one.name) === own);
    if (own === undefined || before?.notNull === "yes") return [];
    const wrong = `${table.name}.${own} holds NULL`;
    if (!batch.keepsRows(table, `whether ${wrong}`)) return [];
    const sql = `SELECT ${shownRows(batch, table, [own])} FROM ${table.name}\nWHERE ${own} IS NULL LIMIT ${most}`;
    return [{ kind: "null", level: "fails", wrong, sql }];
  });
}

/** PostgreSQL refuses a column without values for the rows that are there; MySQL gives them the type's own. */
function emptyTable(
  batch: Batch,
  step: Step,
  { table: name, column }: OperationOf<"addColumn">,
): readonly Check[] {
  const isGiven =
    column.default !== undefined ||
    column.generated !== undefined ||
    column.identity !== undefined ||
    column.serial;
  if (!column.notNull || isGiven || !batch.base.dialect.transactionalDdl) return [];
  const table = batch.table(step, name);
  if (table === undefined || !batch.keepsRows(table, `whether ${table.name} has rows`)) return [];
  const wrong = `${table.name} has rows, and ${batch.names.spell(column.name.text)} has no value for them`;
  return [{ kind: "rows", level: "fails", wrong, sql: `SELECT 1 AS has_rows FROM ${table.name} LIMIT 1` }];
}

function keyChecks(
  batch: Batch,
  step: Step,
  operation: OperationOf<"addPrimaryKey"> | OperationOf<"addUnique">,
): readonly Check[] {
  if (operation.within === "createTable") return [];
  const { usingIndex } = operation;
  const index =
    usingIndex && step.before.indexesOn(operation.table).find(({ name }) => name === usingIndex.text);
  const columns =
    index === undefined
      ? operation.columns.map(({ text }) => text)
      : index.elements.flatMap(({ column }) => column ?? []);
  const found =
    usingIndex === undefined
      ? duplicates(batch, step, {
          table: operation.table,
          elements:
            operation.elements ??
            columns.map((column) => ({ column, descending: false, nullsFirst: undefined })),
          nullsNotDistinct: operation.kind === "addUnique" && operation.nullsNotDistinct,
        })
      : [];
  return operation.kind === "addPrimaryKey"
    ? [...nulls(batch, step, operation.table, columns), ...found]
    : found;
}

interface UniqueKey {
  readonly table: QualifiedName;
  readonly elements: readonly IndexElement[];
  readonly where?: Expression | undefined;
  readonly nullsNotDistinct: boolean;
}

function duplicates(batch: Batch, step: Step, key: UniqueKey): readonly Check[] {
  const table = batch.table(step, key.table);
  if (table === undefined) return [];
  const parts = key.elements.map((one) => partOf(batch, step, key.table, one));
  const isOld = key.where === undefined || isOfOldColumns(batch, step, key.table, key.where);
  if (parts.includes(undefined) || !isOld) return newColumns(batch, table, "duplicates");
  const list = parts.join(", ");
  const wrong = `${table.name} has duplicates in (${list})`;
  if (list === "" || !batch.keepsRows(table, `whether ${wrong}`)) return [];
  const conditions = [
    ...(key.nullsNotDistinct ? [] : parts.map((part) => `${part ?? ""} IS NOT NULL`)),
    ...(key.where === undefined ? [] : [inBrackets(key.where.text)]),
  ];
  const where = conditions.length === 0 ? "" : `\nWHERE ${conditions.join(" AND ")}`;
  const sql = `SELECT ${list}, count(*) AS copies FROM ${table.name}${where}\nGROUP BY ${list} HAVING count(*) > 1 LIMIT ${most}`;
  return [{ kind: "duplicate", level: "fails", wrong, sql }];
}

function partOf(
  batch: Batch,
  step: Step,
  table: QualifiedName,
  { column, expression, length, collation }: IndexElement,
): string | undefined {
  if (column === undefined)
    return expression !== undefined && isOfOldColumns(batch, step, table, expression)
      ? inBrackets(expression.text)
      : undefined;
  const own = batch.column(step, table, column);
  if (own === undefined) return undefined;
  if (length !== undefined) return `LEFT(${own}, ${length})`;
  return collation === undefined ? own : `${own} COLLATE ${batch.names.spell(collation)}`;
}

/** A comment at the end of a text would swallow the bracket. */
const inBrackets = (text: string): string => (/--|#/.test(text) ? `(${text}\n)` : `(${text})`);

/** Its columns have the names that they have before the first migration, and its functions are there. */
function isOfOldColumns(
  batch: Batch,
  step: Step,
  table: QualifiedName,
  { columns, functions }: Expression,
): boolean {
  const isOld = columns.every(({ column }) => {
    const own = batch.column(step, table, column);
    return own !== undefined && own === batch.names.spell(column);
  });
  return (
    isOld &&
    functions.every((name) => {
      const found = step.before.routines(name);
      return found.is !== "present" || found.value.every(({ origin }) => !batch.isNew(origin.migration));
    })
  );
}

function newColumns(batch: Batch, table: OldTable, what: string): readonly Check[] {
  batch.unchecked.push({
    what: `${what} in ${table.name}`,
    why: "the migration adds or renames what the constraint is about",
  });
  return [];
}

interface Reference {
  readonly table: QualifiedName;
  readonly columns: readonly string[];
  readonly references: QualifiedName | string;
  readonly referencedColumns: readonly string[];
}

/** Of a key that names none: the primary key. */
function referenced(step: Step, operation: OperationOf<"addForeignKey">): readonly string[] {
  if (operation.referencedColumns.length > 0) return operation.referencedColumns.map(({ text }) => text);
  const parent = step.before.relation(operation.references);
  const key =
    parent.is === "present" ? parent.value.constraints.find(({ kind }) => kind === "primary key") : undefined;
  return key !== undefined && "columns" in key ? key.columns : [];
}

function orphans(batch: Batch, step: Step, key: Reference): readonly Check[] {
  const table = batch.table(step, key.table);
  if (table === undefined) return [];
  const own = key.columns.map((column) => batch.column(step, key.table, column));
  // A new column holds NULL, or the default that the migration states.
  if (own.includes(undefined)) return newColumns(batch, table, "values without a row to refer to");
  const parent = batch.table(step, key.references);
  const target = typeof key.references === "string" ? key.references : step.before.resolve(key.references);
  const wrong = `${table.name} (${own.join(", ")}) refers to rows that aren't in ${parent?.name ?? step.show(target)}`;
  if (!batch.keepsRows(table, `whether ${wrong}`)) return [];
  const isSet = own.map((column) => `child.${column ?? ""} IS NOT NULL`).join(" AND ");
  const shown = [...new Set([...batch.keyOf(table), ...own])]
    .map((column) => `child.${column ?? ""}`)
    .join(", ");
  if (parent === undefined) {
    batch.unchecked.push({ what: `whether ${wrong}`, why: "the migration makes that table" });
    return [];
  }
  const theirs = key.referencedColumns.map((column) => batch.column(step, key.references, column));
  if (theirs.length !== own.length || theirs.includes(undefined))
    return newColumns(batch, table, "values without a row to refer to");
  if (!batch.keepsRows(parent, `whether ${wrong}`)) return [];
  const equal = own.map((column, at) => `parent.${theirs[at] ?? ""} = child.${column ?? ""}`).join(" AND ");
  const sql =
    `SELECT ${shown} FROM ${table.name} AS child\nWHERE ${isSet} AND ` +
    `NOT EXISTS (SELECT 1 FROM ${parent.name} AS parent WHERE ${equal}) LIMIT ${most}`;
  return [{ kind: "orphan", level: "fails", wrong, sql }];
}

function violations(batch: Batch, step: Step, name: QualifiedName, expression: Expression): readonly Check[] {
  const table = batch.table(step, name);
  if (table === undefined) return [];
  if (!isOfOldColumns(batch, step, name, expression))
    return newColumns(batch, table, "rows that the check refuses");
  const text = expression.text.trim();
  const wrong = `${table.name} has rows that violate CHECK (${text.replaceAll(/\s+/g, " ")})`;
  if (!batch.keepsRows(table, `whether ${wrong}`)) return [];
  const columns = [...new Set(expression.columns.map(({ column }) => batch.names.spell(column)))];
  const shown = shownRows(batch, table, columns);
  const sql = `SELECT ${shown === "" ? "*" : shown} FROM ${table.name}\nWHERE NOT ${inBrackets(text)} LIMIT ${most}`;
  return [{ kind: "check", level: "fails", wrong, sql }];
}

/** What a constraint asks that isn't validated yet. */
function validated(
  batch: Batch,
  step: Step,
  { table, name }: Extract<Operation, { kind: "validateConstraint" }>,
): readonly Check[] {
  const found = step.before.constraint(table, name.text);
  if (found.is !== "present") {
    batch.unchecked.push({
      what: `rows that ${step.spell(name)} refuses`,
      why: "its definition isn't known",
    });
    return [];
  }
  return found.value.validated ? [] : ofConstraint(batch, step, table, found.value);
}

function ofConstraint(
  batch: Batch,
  step: Step,
  table: QualifiedName,
  constraint: Constraint,
): readonly Check[] {
  switch (constraint.kind) {
    case "check":
      return violations(batch, step, table, constraint.expression);
    case "not null":
      return nulls(batch, step, table, [constraint.column]);
    case "foreign key":
      return orphans(batch, step, { ...constraint, table });
    default:
      return [];
  }
}
