/** ALTER COLUMN TYPE: what the change of the stored values costs, and what hangs on the column. */
import { keyOf, type Key } from "../../model/names.ts";
import type { Expression } from "../../model/expression.ts";
import type { ChangeColumnType } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import { isSure } from "../../schema/dependents.ts";
import type { Column, Dependent } from "../../schema/model.ts";
import {
  assignable,
  onlyWritten,
  binaryCoercible,
  binaryInUtc,
  modifierRules,
  operatorsOf,
  stringTypes,
} from "./cast-table.ts";
import { refuseComparedTypes } from "./check-types.ts";
import { pairsBrokenBy } from "./key-types.ts";
import { writtenType } from "./written-type.ts";
import { lacksOperatorClass, noOperatorClass } from "./operator-class.ts";
import { isConstrainedDomain, refuseRowType } from "./column.ts";
import { indexColumns } from "../../schema/index-definition.ts";
import { indexKey, type StatementContext } from "./statement-context.ts";

export function changeColumnType(op: ChangeColumnType, context: StatementContext): void {
  const table = context.key(op.table);
  const name = op.column.text;
  const found = context.schema.column(table, name);
  if (found.is === "absent")
    context.found.fail(`column "${name}" of relation "${op.table.name}" does not exist`);
  const column = found.is === "present" ? found.value : undefined;
  refuse(op, table, column, context);
  refuseRowType(table, context);
  refuseComparedTypes(op, context.relation(table), context);

  const from = column?.type;
  // The old type isn't known: then nothing shows that the rows may stay.
  const rewrites = from === undefined || changesValues(op, from, context);
  const sameOperators = from !== undefined && operators(from, context) === operators(op.type, context);
  const sameCollation = (column?.collation ?? "default") === (op.collation?.name ?? "default");
  for (const key of context.tree(table)) {
    if (rewrites) context.rewrite(key);
    else rebuildIndexes(key, name, sameOperators && sameCollation, context);
    for (const c of context.relation(key)?.constraints ?? [])
      if (
        c.kind === "check" &&
        c.validated &&
        c.enforced &&
        c.expression.columns.some((used) => used.column === name)
      )
        context.scan(key);
    recheckForeignKeys(key, name, sameOperators, context);
    // An identity's sequence takes on the type; that of a serial is looked at for the default (18).
    for (const sequence of context.sequencesOf(key, name))
      if (column?.identity !== undefined) context.lock(sequence, "SHARE ROW EXCLUSIVE");
      else if (context.server.version >= 18) context.lock(sequence, "ACCESS SHARE");
  }
}

/** An index keeps its pages if it has the plain column and the operators and collation stay. */
function rebuildIndexes(table: Key, column: string, compatible: boolean, context: StatementContext): void {
  for (const index of context.schema.indexesOn(table)) {
    const { plain, inExpressions } = indexColumns(index);
    const uses = plain.includes(column) || inExpressions.includes(column);
    const computed = inExpressions.length > 0 || index.where !== undefined;
    // That of a partition is made anew with the parent's.
    const kept = compatible && !computed && index.parent === undefined;
    if (!uses || kept || !context.holdsRows(table)) continue;
    context.found.rebuild(indexKey(index));
    context.found.scan(table);
  }
}

/** Foreign keys on either side are made anew; they are checked again only if the comparison changes. */
function recheckForeignKeys(
  table: Key,
  column: string,
  sameOperators: boolean,
  context: StatementContext,
): void {
  const own = context.foreignKeysOf(table).filter((fk) => fk.columns.includes(column));
  const incoming = context.schema
    .foreignKeysTo(table)
    .filter((fk) => fk.constraint.referencedColumns.includes(column) && fk.table !== table);
  for (const { other, checked } of [
    ...own.map((fk) => ({ other: fk.references, checked: fk.validated && fk.enforced })),
    ...incoming.map((fk) => ({
      other: fk.table,
      checked: fk.constraint.validated && fk.constraint.enforced,
    })),
  ]) {
    context.lock(other, "ACCESS EXCLUSIVE");
    if (sameOperators || !checked) continue;
    context.scan(other);
    context.scan(table);
  }
}

const refusals: Partial<Record<Dependent["kind"], string>> = {
  view: "used by a view or rule",
  "materialized view": "used by a view or rule",
  policy: "used in a policy definition",
  trigger: "used in a trigger definition",
  "generated column": "used by a generated column",
};

function refuse(
  op: ChangeColumnType,
  table: Key,
  column: Column | undefined,
  context: StatementContext,
): void {
  const name = op.column.text;
  for (const dependent of context.schema.dependents({ table, column: name })) {
    if (!isSure(dependent, context.schema)) continue;
    if (dependent.kind === "partition key")
      context.found.fail(
        `cannot alter column "${name}" because it is part of the partition key of relation "${op.table.name}"`,
      );
    // A view over the view isn't in the column's way, but the first one is.
    const reason =
      dependent.kind === "function" && dependent.onDrop === "refuses"
        ? "used by a function or procedure"
        : refusals[dependent.kind];
    if (reason !== undefined) context.found.fail(`cannot alter type of a column ${reason}`);
  }
  for (const index of context.schema.indexesOn(table)) {
    const uses = index.elements.some((e) => e.column === name && e.operatorClass === undefined);
    if (uses && lacksOperatorClass(op.type, index.method, context))
      context.found.fail(noOperatorClass(op.type, index.method));
  }
  const [broken] = pairsBrokenBy(op, context.schema, context.statement);
  if (broken !== undefined)
    context.found.fail(`foreign key constraint "${broken.constraint ?? ""}" cannot be implemented`);
  const from = column?.type;
  if (from === undefined) return;
  const target = op.type.text;
  if (op.using === undefined && !castsByItself(from, op.type, context))
    context.found.failToConvert("values", `column "${name}" cannot be cast automatically to type ${target}`);
  const cast = op.using?.castOf?.column === name ? op.using.castOf.type : undefined;
  if (cast !== undefined && !isCastable(from, cast, context))
    context.found.failToConvert("values", `cannot cast type ${from.text} to ${cast.text}`);
  const value = column?.default;
  if (value === undefined || value.isNull || column?.generated !== undefined) return;
  // The server has refused a default of another type: whoever corrects that writes another one.
  const written = value.valueType === undefined ? writtenType(value, from) : undefined;
  if (written !== undefined && !castsByItself(written, from, context)) return;
  const own = value.valueType ?? (isOf(value, from) ? from : undefined);
  if (own !== undefined && !castsByItself(own, op.type, context))
    context.found.failToConvert(
      "default",
      `default for column "${name}" cannot be cast automatically to type ${target}`,
    );
}

/** A value of any type becomes a string by itself, and the server looks at what it was before that. */
const isOf = ({ text }: Expression, column: ColumnType): boolean =>
  column.schema !== undefined || !stringTypes.includes(column.name) || /^[eE]?'/.test(text);

/** The type below a domain, its modifiers with it. */
const base = (type: ColumnType, context: StatementContext): ColumnType =>
  placed(context.schema.belowDomains(type).type, context);

/** A type of the history with its schema, whether it is written with it or not. */
function placed(type: ColumnType, context: StatementContext): ColumnType {
  const own = context.userType(type);
  return own === undefined || own.schema === type.schema ? type : { ...type, schema: own.schema };
}

const identity = (type: ColumnType): string =>
  (type.schema === undefined ? type.name : keyOf(type.schema, type.name)) + "[]".repeat(type.dimensions);

/** Which operators compare the values: two types with the same ones share index and foreign key. */
function operators(type: ColumnType, context: StatementContext): string {
  const plain = base(type, context);
  return identity({ ...plain, name: operatorsOf[plain.name] ?? plain.name });
}

/** The server converts the value when it is assigned, without a word of a cast. */
export function castsByItself(from: ColumnType, to: ColumnType, context: StatementContext): boolean {
  const [a, b] = [base(from, context), base(to, context)];
  if (identity(a) === identity(b)) return true;
  if (a.dimensions > 0 && b.dimensions > 0)
    return castsByItself({ ...a, dimensions: 0 }, { ...b, dimensions: 0 }, context);
  if (b.schema === undefined && b.dimensions === 0 && stringTypes.includes(b.name)) return true;
  if (a.dimensions !== b.dimensions) return false;
  const known = assignable[a.name];
  // Types of extensions may have casts that we don't know.
  if (known === undefined || a.schema !== undefined) return !isOwn(a, context) && !isOwn(b, context);
  if (isBinary(a.name, b.name)) return true;
  if (known.includes(b.name)) return true;
  return assignable[b.name] === undefined && !isOwn(b, context);
}

/** The server knows a cast between the two, if it is written; of types that we don't know, it may. */
function isCastable(from: ColumnType, to: ColumnType, context: StatementContext): boolean {
  const [a, b] = [base(from, context), base(to, context)];
  if (a.dimensions > 0 || b.dimensions > 0 || castsByItself(a, b, context)) return true;
  const isString = ({ schema, name }: ColumnType): boolean =>
    schema === undefined && stringTypes.includes(name);
  const isKnown = ({ schema, name }: ColumnType): boolean =>
    schema === undefined && assignable[name] !== undefined;
  if (isString(a) || isString(b) || !isKnown(a) || !isKnown(b)) return true;
  return onlyWritten[a.name]?.includes(b.name) === true;
}

/** An enum, composite or range type of the history: it has no casts but those to and from strings. */
const isOwn = (type: ColumnType, context: StatementContext): boolean => {
  const form = context.userType(type)?.form;
  return form === "enum" || form === "composite" || form === "range";
};

const isBinary = (from: string, to: string): boolean =>
  binaryCoercible.some(([name, targets]) => name === from && targets.includes(to));

/** True if the stored values change, or have to be checked one by one. */
function changesValues(op: ChangeColumnType, from: ColumnType, context: StatementContext): boolean {
  const { using, type } = op;
  if (using !== undefined) {
    const cast = using.castOf?.column === op.column.text ? using.castOf.type : undefined;
    const isPlain = cast !== undefined || using.bareColumn === op.column.text;
    if (!isPlain) return true;
    if (cast !== undefined && needsRewrite(from, cast, context)) return true;
    if (cast !== undefined) return needsRewrite(cast, type, context);
  }
  return needsRewrite(from, type, context);
}

function needsRewrite(written: ColumnType, target: ColumnType, context: StatementContext): boolean {
  const [from, to] = [placed(written, context), placed(target, context)];
  const sameDomain = identity(from) === identity(to) && context.userType(to)?.form === "domain";
  if (!sameDomain && isConstrainedDomain(to, context)) return true;
  const below = base(from, context);
  // The server doesn't see the length that a domain's base has.
  const a = below === from ? from : { ...below, modifiers: [] };
  const b = base(to, context);
  if (sameDomain || a.dimensions !== b.dimensions) return !sameDomain;
  if (a.dimensions > 0 && b.modifiers.length === 0) return identity(a) !== identity(b);
  if (a.dimensions > 0) return identity(a) !== identity(b) || String(a.modifiers) !== String(b.modifiers);
  if (identity(a) === identity(b)) return narrows(a, b);
  if (a.schema !== undefined || b.schema !== undefined) return true;
  const inUtc =
    isUtc(context.server.setting("timezone")) && binaryInUtc.some(([x, y]) => x === a.name && y === b.name);
  if (!inUtc && !isBinary(a.name, b.name)) return true;
  // A limit of another type's values is always enforced, except between the kinds of strings.
  const strings = stringTypes.includes(a.name) && stringTypes.includes(b.name);
  if (strings) return narrows({ ...a, name: b.name }, b);
  return (b.modifiers.length > 0 && !isFullPrecision(b)) || b.fields !== undefined;
}

/** Another limit of the same type, which every stored value is within: nothing is read or written. */
export const keepsValues = (from: ColumnType, to: ColumnType): boolean =>
  from.dimensions === 0 && identity(from) === identity(to) && !narrows(from, to);

const isUtc = (zone: string | undefined): boolean => /^(?:utc|gmt|etc\/utc|etc\/gmt)$/i.test(zone ?? "");

const isFullPrecision = (type: ColumnType): boolean =>
  modifierRules[type.name] === "precision" && (type.modifiers[0] ?? 6) >= 6;

const fields = ["year", "month", "day", "hour", "minute", "second"];

/** Position of the smallest field that an interval keeps: `day to second` keeps all. */
const smallestField = (type: ColumnType): number => {
  const last = /([a-z]+)\W*$/.exec((type.fields ?? "").toLowerCase())?.[1] ?? "second";
  return fields.indexOf(last);
};

/** The same type: do its length, precision or scale cut or pad the stored values? */
function narrows(from: ColumnType, to: ColumnType): boolean {
  if (smallestField(to) < smallestField(from)) return true;
  const [a, b] = [from.modifiers, to.modifiers];
  switch (modifierRules[to.name]) {
    case "maximum":
      return b[0] !== undefined && (a[0] === undefined || b[0] < a[0]);
    case "precision":
      return (b[0] ?? 6) < (a[0] ?? 6);
    case "numeric":
      if (b[0] === undefined) return false;
      return a[0] === undefined || b[0] < a[0] || (b[1] ?? 0) !== (a[1] ?? 0);
    case "exact":
      return String(a) !== String(b);
    default:
      // Without modifiers nothing is enforced; those of types that we don't know must stay as they are.
      return b.length > 0 && String(a) !== String(b);
  }
}
