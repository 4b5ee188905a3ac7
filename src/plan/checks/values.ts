/** Values that don't fit the type that a column gets. */
import type { PerFamily } from "../../model/dialect.ts";
import { typeText, type ColumnType } from "../../model/types.ts";
import type { Expression } from "../../model/expression.ts";
import type { QualifiedName } from "../../model/names.ts";
import { dictionary } from "../../text/dictionary.ts";
import type { Step } from "../../replay/step.ts";
import type { Batch } from "./batch.ts";
import { literal, most, type Check } from "./check.ts";

/** What a change of type asks of the values that are there. */
export function valueChecks(batch: Batch, step: Step): readonly Check[] {
  const { operation, values } = step;
  const narrows = values.narrows();
  if (narrows === undefined) return [];
  const { from } = narrows;
  if (operation.kind === "redefineColumn")
    return misfits(batch, step, { ...operation, from, to: operation.definition.type });
  if (operation.kind === "changeColumnType")
    return misfits(batch, step, { ...operation, from, to: operation.type });
  return [];
}

interface Change {
  readonly table: QualifiedName;
  readonly column: { readonly text: string };
  readonly from: ColumnType;
  readonly to: ColumnType;
  readonly using?: Expression | undefined;
}

function misfits(
  batch: Batch,
  step: Step,
  { table: name, column, from, to, using }: Change,
): readonly Check[] {
  const table = batch.table(step, name);
  const own = batch.column(step, name, column.text);
  if (table === undefined || own === undefined) return [];
  const wrong = `${table.name}.${own} holds values that don't fit ${typeText(to)}`;
  const condition = conditions[step.before.family](own, from, to, labelsOf(step, to), batch.base.dialect);
  const isCast = using === undefined || using.castOf !== undefined || using.bareColumn !== undefined;
  if (condition === undefined || !isCast) {
    batch.unchecked.push({ what: `whether ${wrong}`, why: "no query for this change of type is known" });
    return [];
  }
  if (!batch.keepsRows(table, `whether ${wrong}`)) return [];
  const shown = [...new Set([...batch.keyOf(table), own])].join(", ");
  const sql = `SELECT ${shown} FROM ${table.name}\nWHERE ${condition} LIMIT ${most}`;
  return [{ kind: "value", level: "fails", wrong, sql }];
}

function labelsOf({ before }: Step, to: ColumnType): readonly string[] | undefined {
  const key =
    to.schema === undefined
      ? before.resolve({ name: to.name, text: to.name, span: to.span })
      : `${to.schema}.${to.name}`;
  const found = before.type(key);
  return found.is === "present" && found.value.form === "enum"
    ? found.value.labels.map(({ label }) => label)
    : undefined;
}

type Condition = (
  column: string,
  from: ColumnType,
  to: ColumnType,
  labels: readonly string[] | undefined,
  dialect: Pick<Batch["base"]["dialect"], "family">,
) => string | undefined;

const strings = new Set(["text", "varchar", "char", "citext", "name"]);
const numbers = new Set(["smallint", "integer", "bigint", "numeric", "real", "double precision"]);

/** The least and the greatest value. */
const integers: Readonly<Record<string, readonly [string, string]>> = dictionary({
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
});

/** Ten to the number of digits before the point. */
const limit = ([precision = 0, scale = 0]: readonly number[]): string =>
  `1${"0".repeat(Math.max(precision - scale, 0))}`;

const postgres: Condition = (column, from, to, labels) => {
  if (from.dimensions > 0 || to.dimensions > 0) return undefined;
  const [length] = to.modifiers;
  if (to.name === "varchar" || to.name === "char") {
    if (length === undefined) return undefined;
    // Blanks at the end are cut off silently.
    return strings.has(from.name)
      ? `length(rtrim(${column}, ' ')) > ${length}`
      : `length(${column}::text) > ${length}`;
  }
  if (labels !== undefined)
    return `${column}::text NOT IN (${labels.map((label) => literal(label, "\\")).join(", ")})`;
  const asText = strings.has(from.name);
  const range = integers[to.name];
  const number =
    asText || from.name === "real" || from.name === "double precision" ? `${column}::numeric` : column;
  if (range !== undefined) {
    const outside = `round(${number}) NOT BETWEEN ${range[0]} AND ${range[1]}`;
    if (asText) return `CASE WHEN ${column} ~ '^\\s*[-+]?[0-9]+\\s*$' THEN ${outside} ELSE true END`;
    return numbers.has(from.name) ? outside : undefined;
  }
  if (to.name === "numeric") {
    const outside =
      length === undefined
        ? "false"
        : `abs(round(${number}, ${to.modifiers[1] ?? 0})) >= ${limit(to.modifiers)}`;
    if (asText)
      return `CASE WHEN ${column} ~ '^\\s*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)\\s*$' THEN ${outside} ELSE true END`;
    return numbers.has(from.name) && length !== undefined ? outside : undefined;
  }
  if (to.name === "uuid" && asText) return `${column} !~* '^[{]?([0-9a-f]{4}-?){8}[}]?$'`;
  return undefined;
};

/** Bits of each. */
const mysqlIntegers: Readonly<Record<string, number>> = dictionary({
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  bigint: 64,
});
/** Bytes at most. */
const mysqlTexts: Readonly<Record<string, number>> = dictionary({
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
});
const mysqlStrings = new Set([...Object.keys(mysqlTexts), "longtext", "char", "varchar", "enum"]);

const mysql: Condition = (column, from, to) => {
  const [length] = to.modifiers;
  if (to.name === "char" || to.name === "varchar")
    return length === undefined ? undefined : `CHAR_LENGTH(${column}) > ${length}`;
  if (to.name === "binary" || to.name === "varbinary")
    return length === undefined ? undefined : `LENGTH(${column}) > ${length}`;
  const bytes = mysqlTexts[to.name];
  if (bytes !== undefined) return `LENGTH(${column}) > ${bytes}`;
  if (to.name === "enum" && mysqlStrings.has(from.name))
    return `${column} NOT IN (${(to.values ?? []).map((value) => literal(value, "\\\\")).join(", ")})`;
  const isText = mysqlStrings.has(from.name);
  const bits = mysqlIntegers[to.name];
  if (bits !== undefined) {
    const most = to.unsigned === true ? 2n ** BigInt(bits) - 1n : 2n ** BigInt(bits - 1) - 1n;
    const least = to.unsigned === true ? 0n : -(2n ** BigInt(bits - 1));
    const outside = `ROUND(${column}) NOT BETWEEN ${least} AND ${most}`;
    return isText ? `(${column} NOT REGEXP '^[-+]?[0-9]+$' OR ${outside})` : outside;
  }
  if (to.name === "decimal" && !isText)
    return `ABS(ROUND(${column}, ${to.modifiers[1] ?? 0})) >= ${limit(to.modifiers)}`;
  return undefined;
};

const conditions: PerFamily<Condition> = { postgres, mysql, mongodb: () => undefined };
