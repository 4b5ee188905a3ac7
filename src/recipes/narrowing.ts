import { inBatchesOf } from "./batches.ts";
import { columnComputedAnew, oldRows } from "./columns.ts";
import type { PerFamily } from "../model/dialect.ts";
import type { OperationOf } from "../model/operation.ts";
import type { ColumnType } from "../model/types.ts";
import type { Step } from "../replay/step.ts";
import { dictionary } from "../text/dictionary.ts";
import { fits, labelsOf } from "../replay/questions/values/narrowing.ts";
import { asked, beside, heading, inWords, type Advice, type Part } from "./advice.ts";
import { freeName } from "./free-names.ts";
import { literal, madeName, nextMigration, quote } from "./words.ts";

const isText = /^(?:text|varchar|char|citext|name)$/;

/** MySQL and MariaDB: a query for values that the new type refuses or changes. Undefined: all fit, or it isn't known how to ask. */
export function findUnfit(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "redefineColumn") return undefined;
  const column = step.spell(operation.column);
  const { type } = operation.definition;
  const narrowing = step.values.narrows();
  const condition = narrowing ? unfit(column, narrowing.from, type) : ofRemoved(step, column);
  if (condition === undefined) return undefined;
  return asked(
    "until this finds no rows",
    `SELECT ${column}, COUNT(*) FROM ${operation.table.text} WHERE ${condition} GROUP BY ${column};`,
  );
}

/** A query for values of the source that the copy fails on. */
export function findTooLong({ before, values, spell }: Step): Advice | undefined {
  const copy = values.wideCopy();
  if (copy === undefined) return undefined;
  const { source, sourceType, joined } = copy;
  if (joined?.always !== undefined) return undefined;
  const column = spell(source.column);
  // What is joined with it leaves less room.
  const type =
    joined === undefined
      ? copy.type
      : { ...copy.type, modifiers: copy.type.modifiers.map((n) => n - joined.others) };
  const condition = unfitting[before.family](column, sourceType, type);
  if (condition === undefined) return undefined;
  return asked(
    "until this finds no rows",
    `SELECT ${column}, COUNT(*) FROM ${source.table.text} WHERE ${condition} GROUP BY ${column};`,
  );
}

const unfitting: PerFamily<(column: string, from: ColumnType, to: ColumnType) => string | undefined> = {
  postgres: (column, _from, to) => {
    const condition = fits(column, to);
    return condition === undefined ? undefined : `NOT (${condition})`;
  },
  mysql: unfit,
  mongodb: () => undefined,
};

/** Tools that copy the table store `''` for a member that the new list doesn't have. */
function ofRemoved({ mysql, operation }: Step, column: string): string | undefined {
  const change = mysql.memberChange();
  if (change?.how !== "removed" || operation.kind !== "redefineColumn") return undefined;
  const { removed } = change;
  return change.type === "enum"
    ? `${column} IN (${textsOf(removed)})`
    : removed.map((member) => `FIND_IN_SET(${textsOf([member])}, ${column})`).join(" OR ");
}

function unfit(column: string, from: ColumnType, to: ColumnType): string | undefined {
  const { name, values, modifiers, unsigned } = to;
  const [length] = modifiers;
  if (name === "enum" && values !== undefined) return `${column} NOT IN (${textsOf(values)})`;
  if ((name === "varchar" || name === "char") && length !== undefined)
    return `CHAR_LENGTH(${column}) > ${length}`;
  const bits = whole[name];
  if (bits === undefined || whole[from.name] === undefined) return undefined;
  const [least, most] =
    unsigned === true ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  return `${column} NOT BETWEEN ${least} AND ${most}`;
}

/** `'a', 'b'` */
const textsOf = (values: readonly string[]): string =>
  values.map((value) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`).join(", ");

/** Bits of the whole numbers. */
const whole: Readonly<Record<string, bigint | undefined>> = dictionary({
  tinyint: 8n,
  smallint: 16n,
  mediumint: 24n,
  int: 32n,
  bigint: 64n,
});

/** A CHECK that every value fits, validated, before the type is changed; where none does, another column. */
export function fitByCheck(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "changeColumnType") return undefined;
  if (step.values.narrows()?.how === "refuses") return columnComputedAnew(step);
  const condition = fitting(step, operation);
  if (condition === undefined) return undefined;
  const table = operation.table.text;
  const check = freeName(step, operation.table, [
    madeName(operation.table.name, operation.column.text, "fits"),
  ]);
  const isEnough = "often that is enough, and the type can stay as it is";
  const isEnum = labelsOf(operation.type, step.before) !== undefined;
  return beside(
    otherDefault(step, operation),
    heading("deploy the version that writes only values that fit; then let a CHECK find and reject others:"),
    `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${condition}) NOT VALID;`,
    nextMigration,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`,
    // With it, the server refuses the type: it would compare an enum with text.
    ...(isEnum
      ? [
          heading(`${isEnough}; otherwise, just before it is changed:`),
          `ALTER TABLE ${table} DROP CONSTRAINT ${check};`,
        ]
      : [inWords(isEnough)]),
  );
}

/** A default that doesn't fit, and the rows that have it. */
function otherDefault(step: Step, { table, column }: OperationOf<"changeColumnType">): readonly Part[] {
  const old = step.values.narrows()?.refusedDefault;
  if (old === undefined) return [];
  const name = quote(column.text);
  const value = nextDefault(step);
  return [
    heading(`another default than ${old}, which doesn't fit, and the rows that have it:`),
    `ALTER TABLE ${table.text} ALTER COLUMN ${name} SET DEFAULT ${value};`,
    inBatchesOf(
      step,
      {
        table,
        statement: `UPDATE ${table.text} SET ${name} = ${value}`,
        undone: `${name} = ${old}`,
        shrinks: true,
      },
      oldRows,
    ),
  ];
}

/** The default that the migration gives to the column of the new type. */
function nextDefault(step: Step): string {
  const { operation, before } = step;
  if (operation.kind !== "changeColumnType") return "<value>";
  const set = step
    .neighbours("later", "setDefault")
    .find(
      ({ operation: one, before: then }) =>
        then.resolve(one.table) === before.resolve(operation.table) &&
        one.column.text === operation.column.text,
    );
  const [value] = /^'(?:[^']|'')*'/.exec(set?.operation.expression.text ?? "") ?? [];
  return value ?? "<value>";
}

/** PostgreSQL: a query for values that the trigger and the batches of a new column would fail on. */
export function findMisfits(step: Step, operation: OperationOf<"changeColumnType">): Advice {
  const condition = step.values.narrows()?.how === "fails" ? fitting(step, operation) : undefined;
  if (condition === undefined) return [];
  const old = step.values.narrows()?.refusedDefault;
  const first = old === undefined ? "" : `with another default than ${old} and another value in its rows, `;
  return asked(
    `${first}until this finds no rows, and no version writes any (the trigger refuses them)`,
    `SELECT * FROM ${operation.table.text} WHERE NOT (${condition});`,
  );
}

/** The condition that the values fit, if it is known and the old type can be asked. */
function fitting(step: Step, { table, column, type }: OperationOf<"changeColumnType">): string | undefined {
  const old = step.before.column(table, column.text);
  const was = old.is === "present" ? old.value.type?.name : undefined;
  if (was === undefined) return undefined;
  const labels = isText.test(was) ? labelsOf(type, step.before) : undefined;
  if (labels !== undefined) return `${quote(column.text)} IN (${labels.map(literal).join(", ")})`;
  // A number can't be compared with text, and the length of one isn't that of its text.
  return isText.test(was) === isText.test(type.name) ? fits(quote(column.text), type) : undefined;
}
