/** What a rollback asks of rows that nothing has asked of them since the migration ran. */
import type { DialectFamily } from "../../../model/dialect.ts";
import type { Expression } from "../../../model/expression.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { OperationKind, OperationOf } from "../../../model/operation.ts";
import { sameType, type ColumnType } from "../../../model/types.ts";
import { normalise, normaliseOfRow } from "../../../schema/expression-text.ts";
import { sameOrigin } from "../../../schema/later.ts";
import type { Check, Column, Constraint } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { counts } from "../values/key-types.ts";
import { isUniqueWithin } from "../values/new-unique.ts";

export interface RollbackDemand {
  /**
   * `value`: it adds a column that every row must have a value in; `null`, `unique`, `reference`, `check`: it adds again
   * what the migration drops or weakens; `type`: it gives the column its old, smaller type; `smaller`: or another one.
   */
  readonly how: "value" | "null" | "unique" | "reference" | "check" | "type" | "smaller";
  readonly step: Step;
  readonly table: Key;
  /** None for a CHECK. */
  readonly columns: readonly string[];
  /** Of `check`: its name. */
  readonly name?: string | undefined;
}

/** See `MigrationScope.rollbackDemands`. */
export function rollbackDemands(scope: MigrationScope): readonly RollbackDemand[] {
  const { down, irreversible } = scope.migration;
  // A way back that the tool makes was written by nobody.
  if (down === undefined || down.code?.derived === true || irreversible !== undefined) return [];
  // Tables whose rows the rollback has changed: its author may have seen to them.
  const touched = new Set<Key>();
  const found: RollbackDemand[] = [];
  for (const step of scope.downSteps) {
    const { operation, before, skipped, refused } = step;
    // It ends there, or may do anything.
    if (refused || operation.kind === "callFunction") break;
    if ("table" in operation && operation.table !== undefined && operation.kind.endsWith("Rows"))
      touched.add(before.resolve(operation.table));
    const demand = skipped ? undefined : demandOf(step, scope);
    if (demand !== undefined && !touched.has(demand.table) && isKept(demand, step, scope)) found.push(demand);
  }
  return found;
}

/** The same table before the migration, after it and in its rollback. */
function isKept({ table, how }: RollbackDemand, { before }: Step, scope: MigrationScope): boolean {
  const { before: old, after } = scope;
  const [was, is, now] = [old, after, before].map((schema) => schema.relation(table));
  if (was?.is === "unknown") return isAlteredAlone(table, scope, how === "unique");
  if (was?.is !== "present" || is?.is !== "present" || now?.is !== "present") return false;
  const { origin, kind, temporary, emptied } = was.value;
  const isSame = (other: typeof origin): boolean => origin === other || sameOrigin(origin, other);
  return (
    kind === "table" &&
    !temporary &&
    isSame(is.value.origin) &&
    isSame(now.value.origin) &&
    emptied === now.value.emptied
  );
}

/** What makes a table of a name, empties it or puts another in its place. */
const replaces: ReadonlySet<OperationKind> = new Set([
  "createTable",
  "dropTable",
  "renameTable",
  "setTableSchema",
  "truncateTable",
]);

/** The history doesn't know the table, which is older than what it reads: the migration finds it with its rows. */
function isAlteredAlone(table: Key, { applied, downSteps }: MigrationScope, hasDroppedKey: boolean): boolean {
  const isIts = ({ table: name, before: now }: Step): boolean =>
    name !== undefined && now.resolve(name) === table;
  // DROP INDEX doesn't name its table.
  return (
    (hasDroppedKey || applied().some(isIts)) &&
    ![...applied(), ...downSteps].some((step) => isIts(step) && replaces.has(step.operation.kind))
  );
}

/** The migration itself changes so what isn't known before it. */
function isChangedBy<K extends OperationKind>(
  { before }: Step,
  table: QualifiedName,
  { applied }: MigrationScope,
  kinds: readonly K[],
  isIt: (operation: OperationOf<K>) => boolean,
): boolean {
  const key = before.resolve(table);
  return applied().some(
    (up) =>
      (kinds as readonly string[]).includes(up.operation.kind) &&
      up.operation.conditional !== true &&
      up.table !== undefined &&
      up.before.resolve(up.table) === key &&
      isIt(up.operation as OperationOf<K>),
  );
}

/** Old rows can't do without a value in a new column that is NOT NULL; on MySQL they get the implicit default. */
const refusesMissing: Readonly<Record<DialectFamily, boolean>> = {
  postgres: true,
  mysql: false,
  mongodb: false,
};

/** It adds a column that refuses every row of the table. */
export const needsValue = (step: Step): boolean =>
  step.operation.kind === "addColumn" &&
  refusesMissing[step.before.family] &&
  step.operation.column.notNull &&
  step.values.leavesNull();

function demandOf(step: Step, scope: MigrationScope): RollbackDemand | undefined {
  const { operation } = step;
  switch (operation.kind) {
    case "addColumn": {
      const { table, column } = operation;
      return needsValue(step) ? demand("value", step, table, [column.name.text]) : undefined;
    }
    case "setNotNull":
      return refusesNull(step, operation.table, operation.column.text, scope)
        ? demand("null", step, operation.table, [operation.column.text])
        : undefined;
    case "redefineColumn": {
      const { table, column, definition } = operation;
      if (definition.notNull && refusesNull(step, table, column.text, scope))
        return demand("null", step, table, [column.text]);
      return narrowsAgain(step, table, column.text, definition.type, scope);
    }
    case "changeColumnType":
      return narrowsAgain(step, operation.table, operation.column.text, operation.type, scope);
    case "addUnique":
    case "addPrimaryKey": {
      const { table, columns, name, within, usingIndex } = operation;
      if (within !== "alterTable" || usingIndex !== undefined) return undefined;
      return narrowsKey(
        step,
        table,
        columns.map(({ text }) => text),
        name?.text,
        scope,
      );
    }
    case "createIndex": {
      const { table, unique, elements, where } = operation;
      const columns = elements.flatMap(({ column, length }) => (length === undefined ? (column ?? []) : []));
      if (!unique || columns.length < elements.length) return undefined;
      return narrowsKey(step, table, columns, operation.name?.name, scope, where);
    }
    case "addForeignKey":
      return refersAgain(step, operation, scope);
    case "addCheck":
      return operation.within === "alterTable" && !operation.notValid && operation.enforced
        ? checksAgain(step, operation.table, operation.expression, scope)
        : undefined;
    default:
      return undefined;
  }
}

const demand = (
  how: RollbackDemand["how"],
  step: Step,
  table: QualifiedName,
  columns: readonly string[],
): RollbackDemand => ({ how, step, table: step.before.resolve(table), columns });

/** The column was NOT NULL, and the migration allows NULL. */
function refusesNull(step: Step, table: QualifiedName, column: string, scope: MigrationScope): boolean {
  const key = step.before.resolve(table);
  const [was, is] = [scope.before.column(key, column), scope.after.column(key, column)];
  if (is.is !== "present" || is.value.notNull !== "no") return false;
  if (was.is === "present" && was.value.notNull !== "unknown") return was.value.notNull === "yes";
  return (
    was.is !== "absent" &&
    isChangedBy(
      step,
      table,
      scope,
      ["dropNotNull", "redefineColumn"],
      (up) => up.column.text === column && (up.kind === "dropNotNull" || !up.definition.notNull),
    )
  );
}

/** The migration gives the column another type, which holds values that the rollback's doesn't. */
function narrowsAgain(
  step: Step,
  table: QualifiedName,
  column: string,
  type: ColumnType,
  scope: MigrationScope,
): RollbackDemand | undefined {
  const key = step.before.resolve(table);
  const [was, is] = [scope.before.column(key, column), scope.after.column(key, column)];
  if (was.is === "absent") return undefined;
  const old = was.is === "present" ? was.value.type : undefined;
  const isItsOwn =
    old === undefined &&
    isChangedBy(
      step,
      table,
      scope,
      ["changeColumnType", "redefineColumn"],
      (up) => up.column.text === column,
    );
  if (!isItsOwn && old === undefined) return undefined;
  if (is.is !== "present" || is.value.type === undefined || sameType(is.value.type, type)) return undefined;
  const isOld = old === undefined || sameType(old, type);
  if (!isOld && sameType(old, is.value.type)) return undefined;
  const isLarge = [is.value.type, type].every(({ name, dimensions }) => large.has(name) && dimensions === 0);
  if (isLarge && isCounted(scope.after, key, column)) return undefined;
  const how = step.values.narrows()?.how;
  const isNarrower = how === "fails" || how === "refuses" || step.mysql.memberChange()?.how === "removed";
  return isNarrower ? demand(isOld ? "type" : "smaller", step, table, [column]) : undefined;
}

/** What counts from 1 outgrows them after more than two thousand million rows. */
const large: ReadonlySet<string> = new Set(["int", "integer", "bigint"]);

/** `nextval('s') << 20` soon outgrows any type. */
const isPlain = (value: Expression | undefined): boolean =>
  value === undefined || /^(?:pg_catalog\.)?nextval '(?:[^']|'')*'$/.test(normalise(value.text));

/** A primary key that the server counts up, or a column whose foreign key leads to one: nobody writes other numbers. */
function isCounted(schema: Schema, table: Key, column: string, seen: readonly string[] = []): boolean {
  const found = schema.column(table, column);
  const name = `${table} ${column}`;
  if (found.is !== "present" || seen.includes(name)) return false;
  return constraintsOf(schema, table).some((one) => {
    if (one.kind === "primary key")
      return one.columns.includes(column) && counts(found.value) && isPlain(found.value.default);
    if (one.kind !== "foreign key" || !one.enforced) return false;
    const referenced = one.referencedColumns[one.columns.indexOf(column)];
    return referenced !== undefined && isCounted(schema, one.references, referenced, [...seen, name]);
  });
}

/** These columns were unique, or some of them, and aren't after the migration. */
function narrowsKey(
  step: Step,
  table: QualifiedName,
  columns: readonly string[],
  name: string | undefined,
  scope: MigrationScope,
  where?: Expression,
): RollbackDemand | undefined {
  const { before: old, after } = scope;
  const key = step.before.resolve(table);
  const condition = where && normaliseOfRow(where);
  const isNamed = name !== undefined && dropsUnknownKey(key, name, scope);
  const isFree = (column: string): boolean => {
    const found = after.column(key, column);
    return found.is === "present" ? !hasOwnValues(found.value) : isNamed && found.is === "unknown";
  };
  if (columns.length === 0 || !columns.every(isFree)) return undefined;
  const isKey = (schema: Schema): boolean =>
    schema.indexesOn(key).some((index) => isUniqueWithin(index, columns, condition));
  return (isKey(old) || isNamed) && !isKey(after) ? demand("unique", step, table, columns) : undefined;
}

/** The migration drops a key of this name that the history doesn't know. */
const dropsUnknownKey = (table: Key, name: string, { applied }: MigrationScope): boolean =>
  applied().some(({ operation, before }) => {
    if (operation.conditional === true) return false;
    if (operation.kind === "dropConstraint")
      return (
        operation.name.text === name &&
        before.resolve(operation.table) === table &&
        before.constraint(table, name).is === "unknown"
      );
    return (
      operation.kind === "dropIndex" &&
      operation.index.name === name &&
      (operation.onTable === undefined || before.resolve(operation.onTable) === table) &&
      before.index(operation.index).is === "unknown"
    );
  });

/** Rows get values that differ, as long as the application writes none: `serial`, an identity, a random default. */
const hasOwnValues = ({ identity, serial, mysql, default: value }: Column): boolean =>
  serial || identity !== undefined || mysql?.autoIncrement === true || value?.volatility === "volatile";

function refersAgain(
  step: Step,
  { table, columns, references, notValid, enforced, within }: Step<"addForeignKey">["operation"],
  { before: old, after }: MigrationScope,
): RollbackDemand | undefined {
  if (within !== "alterTable" || notValid || !enforced || step.mysql.isOff("foreign_key_checks"))
    return undefined;
  const key = step.before.resolve(table);
  const target = step.before.resolve(references);
  const names = columns.map(({ text }) => text);
  if (names.some((name) => after.column(key, name).is !== "present")) return undefined;
  const refers = (one: Constraint): boolean =>
    one.kind === "foreign key" &&
    one.validated &&
    one.references === target &&
    one.columns.join() === names.join();
  if (!constraintsOf(old, key).some(refers) || constraintsOf(after, key).some(refers)) return undefined;
  return demand("reference", step, table, names);
}

const constraintsOf = (schema: Schema, table: Key): readonly Constraint[] => {
  const found = schema.relation(table);
  return found.is === "present" ? found.value.constraints : [];
};

/** The migration drops this CHECK, and none on its columns remains. */
function checksAgain(
  step: Step,
  table: QualifiedName,
  expression: Expression,
  { before: old, after }: MigrationScope,
): RollbackDemand | undefined {
  const key = step.before.resolve(table);
  const text = normalise(expression.text);
  const was = constraintsOf(old, key).find(
    (one): one is Check => one.kind === "check" && one.validated && normalise(one.expression.text) === text,
  );
  const columns = new Set(expression.columns.map(({ column }) => column));
  if (was === undefined || [...columns].some((column) => after.column(key, column).is !== "present"))
    return undefined;
  const isAsked = constraintsOf(after, key).some(
    (one) =>
      one.kind === "check" &&
      one.expression.columns.some(({ column }) => columns.has(column)) &&
      !allowsMore(one.expression.text, expression.text),
  );
  return isAsked ? undefined : { ...demand("check", step, table, []), name: was.name };
}

const literalsOf = (text: string): readonly string[] => text.match(/'(?:[^']|'')*'/g) ?? [];

/** `status IN ('new', 'paid', 'sent')` after `status IN ('new', 'paid')`. */
function allowsMore(now: string, old: string): boolean {
  const [more, fewer] = [literalsOf(now), literalsOf(old)];
  const bare = (text: string): string =>
    normalise(text)
      .replace(/'(?:[^']|'')*'/g, "")
      .replace(/[\s,]+/g, "");
  return bare(now) === bare(old) && more.length > fewer.length && fewer.every((one) => more.includes(one));
}
