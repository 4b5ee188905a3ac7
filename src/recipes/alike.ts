/** Lists the rows that a unique key refuses. */
import type { QualifiedName } from "../model/names.ts";
import type { SameInAll } from "../replay/questions/values/constant-key.ts";
import type { NewUnique } from "../replay/questions/values/new-unique.ts";
import type { Step } from "../replay/step.ts";
import { asked, inWords, type Advice } from "./advice.ts";
import { mostStatements } from "./behind.ts";
import { onceTheyExist, ownFunctions } from "./own-functions.ts";
import { senderOf, sentAt } from "./sent.ts";
import { quote } from "./words.ts";

/** For a key of columns that the migration gives the same value in all rows. */
export const ownValues =
  "Add the column without the key, and without a default if rows may have none. Give each row its own value in a later migration, in batches, and add the key after that.";

const isSentence = ({ language }: Advice[number]): boolean => language === "words";

const isOwn = "Give each row its own value, in batches, in an earlier migration";

/**
 * What comes before the rest of the advice in place of an UPDATE that gives rows one value in the columns of a unique key: the
 * server refuses it at the second row. Undefined: it isn't one.
 */
export function ownValuesFirst(step: Step): Advice | undefined {
  const { operation, before, isHere, spell, values } = step;
  const key = operation.kind === "updateRows" ? values.sharedKey() : undefined;
  if (operation.kind !== "updateRows" || key === undefined) return undefined;
  const { table, where } = operation;
  const columns = key.map(spell).join(", ");
  const isNew = key.some((name) => {
    const found = before.column(table, name);
    return found.is === "present" && isHere(found.value.origin);
  });
  if (isNew) return [inWords(ownValues)];
  if (where === undefined || where.trivial)
    return [
      inWords(`${isOwn}: a unique key on ${columns} refuses the value of this UPDATE at the second row.`),
    ];
  return ownValuesWhere(step, table, columns, where.text);
}

/** The rows that have no value yet, where no value fits several of them. */
export const ownValuesWhere = (
  step: Step,
  table: QualifiedName,
  columns: string,
  condition: string,
): Advice =>
  asked(
    `until this finds no rows (give each its own ${columns}, in batches)`,
    `SELECT * FROM ${formerTable(step, table)} WHERE ${condition};`,
  );

/** A safe way to such a key would fail at its end as the statement does: the advice says what has to come before it. */
export function withOwnValues(step: Step, advice: Advice): Advice {
  if (!advice.some(({ intent }) => intent === "same-schema")) return advice;
  const { scope, script, statement } = step;
  const groups = sentAt(scope.steps, script, senderOf(step));
  const isAlone = !groups.has(statement) || groups.size > mostStatements;
  const steps = isAlone ? [step] : [...groups.values()].flat();
  if (steps.some(({ values }) => values.newUnique()?.values !== undefined)) return [inWords(ownValues)];
  const first = steps.map((one) => ownValuesFirst(one)).find((one) => one?.some(isSentence));
  return first ?? advice;
}

/** The columns of a key in words; one that gets the same value in all rows doesn't keep them apart: `code (all get '' in path)`. */
export function columnsAlike({ parts, same, values }: NewUnique, spell: (column: string) => string): string {
  const isSame = (name: string | undefined): boolean => same.some(({ column }) => column === name);
  const isWhole = values !== undefined || parts.every(({ column }) => isSame(column));
  const names = parts
    .filter(({ column }) => isWhole || !isSame(column))
    .map(({ column, text }) => (column === undefined ? text : spell(column)))
    .join(", ");
  const given = same.map(({ column, value }) => `${value} in ${spell(column)}`).join(" and ");
  return values !== undefined || given === "" ? names : `${names} (all get ${given})`;
}

const isBlank = (value: string): boolean => /^(?:''|"")/.test(value);

/** Nobody has written the blank value that the migration gives all rows: such rows are no duplicates that can be removed. */
function withoutBlank(
  { operation, spell }: Step,
  { where, nullsCount }: NewUnique,
  blank: readonly SameInAll[],
  hasPartial: boolean,
): string {
  const names = blank.map(({ column }) => spell(column)).join(" and ");
  const isPrimary = operation.kind === "addPrimaryKey";
  const condition = blank.map(({ column, value }) => `${spell(column)} <> ${value}`).join(" AND ");
  const index =
    where === undefined
      ? `a partial unique index with \`WHERE ${condition}\``
      : `\`AND ${condition}\` in its WHERE`;
  const ways = [
    ...(isPrimary || nullsCount
      ? []
      : [`add ${names} without NOT NULL and without a default: the key lets several rows have NULL`]),
    ...(isPrimary || !hasPartial ? [] : [`leave rows without a value out, by ${index}`]),
    "give each row its own value in a later migration, in batches, and add the key after that",
  ];
  const [first = "", ...others] = ways;
  return [first, ...others.map((way) => `or ${way}`)]
    .map((way) => `${way.charAt(0).toUpperCase()}${way.slice(1)}.`)
    .join(" ");
}

/** Lists the rows that a new unique key refuses, or those that an UPDATE makes alike. */
export const findAlike = (step: Step): Advice | undefined => alikeRows(step, true);

/** The same on servers without partial indexes. */
export const findAlikeInAll = (step: Step): Advice | undefined => alikeRows(step, false);

function alikeRows(step: Step, hasPartial: boolean): Advice | undefined {
  if (step.operation.kind === "updateRows") return ownValuesFirst(step) ?? findMadeAlike(step);
  const key = step.values.newUnique();
  if (key === undefined) return undefined;
  const { before, isHere, spell, values } = step;
  const blank = key.values === undefined ? key.same.filter(({ value }) => isBlank(value)) : [];
  if (blank.length > 0) return [inWords(withoutBlank(step, key, blank, hasPartial))];
  // A new column has one value in all rows; a filled one can't be asked before the migration.
  const isNew = (column: string | undefined): boolean => {
    const found = column === undefined ? undefined : before.column(key.table, column);
    return found?.is === "present" ? isHere(found.value.origin) : found?.is === "absent";
  };
  const old = key.parts.filter(({ column }) => !isNew(column));
  const isFilled = key.parts.some(({ column = "" }) => isNew(column) && values.filled(key.table, column));
  const conditioned = key.where?.columns ?? [];
  if (old.length === 0 || isFilled || conditioned.some(({ column }) => isNew(column))) return undefined;
  const own = ownFunctions(step, key.functions);
  if (own.length > 0)
    return [
      inWords(
        onceTheyExist(
          own,
          step.show(key.table),
          `remove rows with the same ${columnsAlike(key, spell)} from`,
        ),
      ),
    ];
  const nameBefore = (column: string): string => formerName(step, key.table, column);
  const isRenamed = (column: string | undefined): boolean =>
    column !== undefined && nameBefore(column) !== column;
  // A part of an expression isn't read under its old name.
  if (conditioned.some(({ column }) => isRenamed(column))) return undefined;
  const list = old.map(({ column, text }) => (column === undefined ? text : spell(nameBefore(column))));
  // A primary key refuses NULL, and other keys let several rows hold it.
  const nulls = old
    .filter(({ column }) => column !== undefined && key.nullable.includes(column))
    .map(({ column = "" }) => ` OR ${spell(nameBefore(column))} IS NULL`);
  const isPrimary = step.operation.kind === "addPrimaryKey";
  const known = old.filter(({ column }) => {
    const found = column === undefined ? undefined : before.column(key.table, column);
    return !isPrimary && !key.nullsCount && !(found?.is === "present" && found.value.notNull === "yes");
  });
  const conditions = [
    ...(key.where === undefined ? [] : [known.length > 0 ? `(${key.where.text})` : key.where.text]),
    ...known.map(
      ({ column, text }) => `${column === undefined ? text : spell(nameBefore(column))} IS NOT NULL`,
    ),
  ];
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const columns = list.join(", ");
  return asked(
    "until this finds no rows",
    `SELECT ${columns}, count(*) FROM ${formerTable(step, key.table)}${where} GROUP BY ${columns} HAVING count(*) > 1${nulls.join("")};`,
  );
}

function findMadeAlike(step: Step): Advice | undefined {
  const { operation, before, isHere, spell, values } = step;
  const found = values.madeAlike();
  if (found?.how !== "alike" || operation.kind !== "updateRows" || operation.among !== undefined)
    return undefined;
  const { table, where, columns: set } = operation;
  const { index } = found;
  const used = [...operation.query.columns, ...(index.where?.columns ?? []), ...found.values];
  const isOld = used.every(({ column }) => {
    const old = before.column(table, column);
    return (
      old.is !== "present" ||
      (!isHere(old.value.origin) && old.value.renamedFrom.every(({ origin }) => !isHere(origin)))
    );
  });
  if (!isOld || ownFunctions(step, operation.query.functions).length > 0) return undefined;
  const list = found.values.map(({ column, text }) => {
    if (!set.some((one) => one.text === column)) return spell(column);
    return where === undefined || where.trivial
      ? text
      : `CASE WHEN ${where.text} THEN ${text} ELSE ${spell(column)} END`;
  });
  const conditions = [
    ...(index.where === undefined
      ? []
      : [found.values.length > 0 ? `(${index.where.text})` : index.where.text]),
    ...found.values.flatMap(({ column }, at) => {
      const old = before.column(table, column);
      const isRequired = old.is === "present" && old.value.notNull === "yes";
      return isRequired || index.nullsNotDistinct ? [] : `${list[at] ?? ""} IS NOT NULL`;
    }),
  ];
  const condition = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const all = list.join(", ");
  return asked(
    "until this finds no rows",
    `SELECT ${all}, count(*) FROM ${formerTable(step, table)}${condition} GROUP BY ${all} HAVING count(*) > 1;`,
  );
}

/** What the column is called before the migration. */
function formerName({ before, isHere }: Step, table: QualifiedName, column: string): string {
  const found = before.column(table, column);
  const names = found.is === "present" ? found.value.renamedFrom : [];
  return names.find(({ origin }) => isHere(origin))?.name ?? column;
}

export function formerTable({ before, isHere }: Step, table: QualifiedName): string {
  const found = before.relation(table);
  const names = found.is === "present" ? found.value.renamedFrom : [];
  const former = names.find(({ origin }) => isHere(origin))?.name;
  return former === undefined
    ? table.text
    : `${table.schema === undefined ? "" : `${quote(table.schema)}.`}${quote(former)}`;
}
