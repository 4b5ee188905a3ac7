/** The key that a table made without one needs, in the words of what makes it. */
import type { PerFamily } from "../model/dialect.ts";
import type { Step } from "../replay/step.ts";
import { pieceOf } from "../replay/code-piece.ts";
import type { Column, Index, Origin, Relation } from "../schema/model.ts";
import { columnsSetToNull } from "../schema/references.ts";
import { keyOfRevisions } from "../schema/revisions.ts";
import { spelt } from "../replay/questions/rows/few-rows.ts";
import { placeOf } from "../text/source-map.ts";
import { countingColumn, isChange, otherTypes } from "./declared-keys.ts";
import { alsoBack } from "./named-back.ts";
import { textOf } from "./words.ts";

/**
 * A new key of a table that is made without one: of the column that counts its rows, of what a unique index says, of the
 * rows that it ties together, and with the columns of its partition key. Undefined: a column of its own.
 */
export function newKey(step: Step, table: Relation): string | undefined {
  const counting = table.columns.filter(
    ({ serial, identity, mysql }) => serial || identity !== undefined || mysql?.autoIncrement === true,
  );
  const mistaken = counting.find(({ name }) => tiesRows(table, name))?.name;
  if (mistaken === undefined) return keyBy(step, table, counting);
  const numbers = isChange(step) ? "`autoIncrement`" : countingWords[step.before.family];
  const key = keyBy(step, table, []);
  return `${key === undefined ? "" : `${key} `}Take ${numbers} from ${step.spell(mistaken)}: it refers to a row of another table, which has its number already.`;
}

const countingWords: PerFamily<string> = {
  postgres: "the sequence",
  mysql: "`AUTO_INCREMENT`",
  mongodb: "the numbers",
};

/** `user_id` of `user_role (user_id, role_id)`, or one that has a foreign key beside another's: no number of the row itself. */
function tiesRows(table: Relation, column: string): boolean {
  const tied = tiedColumns(table) ?? [];
  if (tied.length < 2 || !tied.includes(column)) return false;
  const hasKey = table.constraints.some((one) => one.kind === "foreign key" && one.columns.includes(column));
  const name = spelt(table.name);
  return hasKey || tied.every((one) => name.includes(spelt(one).replace(/_id$/, "")));
}

function keyBy(step: Step, table: Relation, counting: readonly Column[]): string | undefined {
  // A column `id` is there already, whatever its values are.
  const named = table.columns.find(({ name }) => /^_?id_?$/i.test(name))?.name;
  const own = counting.length === 1 ? counting[0]?.name : named;
  const ofRelation = step.scope.history.declared?.ofRelation;
  if (ofRelation?.table.test(table.name) === true) return ofRelation.key;
  const parts = partitionColumns(table);
  const added = `\`id ${countingColumn[step.before.family] ?? "bigint"}`;
  if (parts.length > 0) {
    const key = [...new Set([own ?? "id", ...parts])].map((name) => step.spell(name)).join(", ");
    return own === undefined
      ? `Declare the natural key, or add ${added}\` and \`PRIMARY KEY (${key})\`: a key has to contain the columns of the partition key.`
      : `Declare \`PRIMARY KEY (${key})\`: a key has to contain the columns of the partition key.`;
  }
  const ofRevisions = keyOfRevisions(step.scope.after, table);
  if (ofRevisions !== undefined) {
    const { columns, of: what } = ofRevisions;
    const key = isChange(step)
      ? `Set \`primaryKey\` in the constraints of ${eachOf(columns)}`
      : `Declare \`PRIMARY KEY (${columns.map((name) => step.spell(name)).join(", ")})\``;
    return `${key}: it has a row for each revision of ${what === "row" ? "a row" : "an element"}.`;
  }
  if (own !== undefined)
    return `Declare ${step.spell(own)} as its PRIMARY KEY.${counting.length === 1 ? "" : numbered(step, table, own)}`;
  if (isChange(step)) return ofChange(step, table);
  const call = callOfKey(step, table);
  const id = call?.(undefined) ?? `${added} PRIMARY KEY\``;
  const unique = naturalKey(step, table);
  const natural = unique?.columns ?? tiedColumns(table);
  if (natural === undefined) return call && `Add ${id}, or declare the natural key.`;
  const cleared = clearedColumn(table, natural);
  if (cleared !== undefined) return `Add ${id}: ${becomesNull(step.spell(cleared))}`;
  const key = call
    ? call(natural)
    : `\`PRIMARY KEY (${natural.map((name) => step.spell(name)).join(", ")})\``;
  if (key === undefined)
    return `Add ${id}: the installed version takes the first column of a longer key for the whole key.`;
  if (unique === undefined)
    return `Declare ${key} if ${isOnce(table, natural)}; otherwise add ${id}.${leftOut(step, table, natural)}`;
  return `Declare ${key}: ${natural.length === 1 ? "this column is" : "these columns are"} unique already.${unique.left}`;
}

/** An integer that nothing gives a value: an INSERT without it fails once it is the key. */
function numbered(step: Step, table: Relation, own: string): string {
  const column = table.columns.find(({ name }) => name === own);
  const isWhole = /^(?:small|medium|big)?int(?:eger)?$/.test(column?.type?.name ?? "");
  const refers = table.constraints.some((one) => one.kind === "foreign key" && one.columns.includes(own));
  if (!isWhole || refers || column?.hasDefault !== "no" || callOfKey(step, table) !== undefined) return "";
  const way = isChange(step) ? "`autoIncrement`" : numberWords[step.before.family];
  return way === undefined
    ? ""
    : ` Let the server number it with ${way}, unless the application writes the ids.`;
}

const numberWords: Partial<PerFamily<string>> = {
  postgres: "`GENERATED BY DEFAULT AS IDENTITY`",
  mysql: "`AUTO_INCREMENT`",
};

/** In the words of Liquibase's changes. */
function ofChange(step: Step, table: Relation): string {
  const ignored = ignoredKey(step, table);
  if (ignored.length > 0)
    return `Set \`primaryKey\` in the constraints of ${eachOf(ignored)}: \`constraints\` beside \`columns\` is ignored silently.`;
  const id = "a column `id` of the type `bigint` with `autoIncrement` and `primaryKey`";
  const unique = naturalKey(step, table);
  const natural = unique?.columns ?? tiedColumns(table);
  if (natural === undefined) return `Add ${id}, or declare the natural key.${otherTypes(step)}`;
  const cleared = clearedColumn(table, natural);
  if (cleared !== undefined) return `Add ${id}: ${becomesNull(`\`${cleared}\``)}${otherTypes(step)}`;
  const key = `Set \`primaryKey\` in the constraints of ${eachOf(natural)}`;
  return unique === undefined
    ? `${key} if ${isOnce(table, natural)}; otherwise add ${id}.${otherTypes(step)}${leftOut(step, table, natural)}`
    : `${key}: ${natural.length === 1 ? "it is" : "together they are"} unique already.${unique.left}`;
}

function eachOf(columns: readonly string[]): string {
  const names = columns.map((name) => `\`${name}\``);
  return names.length === 1
    ? names.join("")
    : `each of ${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}

/** The columns of a key that stands where constraints of columns alone are read (measured on 5.0): beside `columns`. */
function ignoredKey({ scope }: Step, { name: table, columns }: Relation): readonly string[] {
  const own = scope.migration.changeset?.node.children ?? [];
  const changes = own.flatMap((node) => (node.name === "changes" ? node.children : [node]));
  const made = changes.find(
    ({ name, attributes }) => name === "createTable" && attributes.get("tableName")?.value === table,
  );
  const key = made?.children
    .filter(({ name }) => name === "constraints")
    .flatMap(({ children }) => children)
    .find(({ name }) => name === "primaryKey");
  const named = key?.attributes.get("columnNames")?.value.split(",") ?? [];
  const found = named.map((name) => name.trim());
  return found.every((name) => columns.some((column) => column.name === name)) ? found : [];
}

/** The migration declares its primary key where the tool reads none. */
export const ignoresKey = ({ scope }: Step, { name }: Relation): boolean =>
  scope.migration.up.code?.ignored?.some(
    ({ isKey, table = name }) => isKey && table.toLowerCase() === name.toLowerCase(),
  ) === true;

/** Of the columns, the first that the end of another row makes NULL, which a primary key refuses. */
const clearedColumn = ({ constraints }: Relation, columns: readonly string[]): string | undefined =>
  constraints
    .flatMap((one) => (one.kind === "foreign key" ? columnsSetToNull(one) : []))
    .find((name) => columns.includes(name));

const becomesNull = (column: string): string =>
  `${column} becomes NULL with its foreign key's SET NULL, so it can't be in a primary key.`;

/** What has to be true of the rows that others are tied together by. */
function isOnce({ columns }: Relation, tied: readonly string[]): string {
  const what = tied.length === 2 ? "pair" : "combination";
  const mayBeNull = columns.some(({ name, notNull }) => tied.includes(name) && notNull !== "yes");
  return `each ${what} is in it once${mayBeNull ? " and has no NULL" : ""}`;
}

/** How the calls of the migration declare it; undefined: the table is made by SQL. */
function callOfKey(step: Step, { key: table }: Relation) {
  const { code, transaction } = step.script;
  const { keyCall } = transaction;
  if (code === undefined || keyCall === undefined) return undefined;
  if (code.source.includes(textOf(step, step.statement.span).trim())) return undefined;
  const piece = pieceOf(step.script, step.statement);
  if (piece === undefined || placeOf(code.map, step.statement.span)?.path !== step.script.path)
    return undefined;
  const call = code.source.slice(piece.statement.start, piece.statement.end);
  return (columns: readonly string[] | undefined): string | undefined =>
    keyCall({ columns, table: step.show(table), family: step.before.family, call, unit: code.unit });
}

/** What a unique index of whole columns that are never NULL says; `left`: that a key of them takes its place. */
function naturalKey(
  step: Step,
  table: Relation,
): { readonly columns: readonly string[]; readonly left: string } | undefined {
  const found = step.scope.after
    .indexesOn(table.key)
    .find(
      ({ unique, where, elements }) =>
        unique &&
        where === undefined &&
        elements.every(
          ({ column, length }) =>
            length === undefined &&
            table.columns.some(({ name, notNull }) => name === column && notNull === "yes"),
        ),
    );
  if (found === undefined) return undefined;
  const { constraint, origin } = found;
  const isMerged =
    mergesKeys[step.before.family] &&
    constraint !== undefined &&
    origin.span.start === step.statement.span.start;
  const what = constraint === undefined ? "index" : "constraint";
  return {
    columns: found.elements.flatMap(({ column }) => column ?? []),
    left: isMerged
      ? ""
      : ` Leave out the unique ${what} ${step.spell(found.name)} then${alsoBack(step, found.name)}.`,
  };
}

/** Indexes of this migration that the key is as good as. */
function leftOut(step: Step, { key }: Relation, columns: readonly string[]): string {
  const { scope, spell, isHere } = step;
  const indexes = scope.after.indexesOn(key).filter(
    ({ method, where, constraint, implicit, origin, elements }) =>
      method === "btree" &&
      where === undefined &&
      constraint === undefined &&
      // InnoDB's own for a foreign key goes by itself.
      implicit !== true &&
      isHere(origin) &&
      elements.length <= columns.length &&
      elements.every(({ column, length }, at) => column === columns[at] && length === undefined),
  );
  const names = indexes.map(({ name }) => name);
  return names.length === 0
    ? ""
    : ` With the key, leave out the ${names.length === 1 ? "index" : "indexes"} ${names.map(spell).join(", ")}${alsoBack(step, ...names)}.`;
}

/** Two equal keys of a CREATE TABLE have one index. */
const mergesKeys: PerFamily<boolean> = { postgres: true, mysql: false, mongodb: false };

/** Where the table is made, if the key that is advised for it begins with one of the columns: its index finds them. */
export function madeWithoutKey(table: Relation, columns: readonly string[]): Origin | undefined {
  const tied = tiedColumns(table) ?? [];
  const lacksKey = !table.constraints.some(({ kind }) => kind === "primary key");
  const isLed = tied[0] !== undefined && columns.includes(tied[0]);
  return lacksKey && isLed && clearedColumn(table, tied) === undefined ? table.origin : undefined;
}

/**
 * A table that ties rows of others together and says nothing else of them, by its foreign keys or its two names. In the
 * table's order, as foreign keys may come later, one by one.
 */
function tiedColumns({ columns, constraints }: Relation): readonly string[] | undefined {
  const keys = constraints.filter((one) => one.kind === "foreign key");
  // Two columns that are named after a row's number refer to rows without a foreign key, too.
  const tied =
    keys.length < 2
      ? columns.flatMap(({ name }) => (refers.test(name) ? name : []))
      : columns.flatMap(({ name }) => (keys.some((one) => one.columns.includes(name)) ? name : []));
  if (keys.length < 2 && tied.length !== 2) return undefined;
  return columns.every(({ name }) => tied.includes(name) || written.test(name)) ? tied : undefined;
}

const refers = /_id$|[a-z]Id$/;

/** An index keeps each combination of rows of other tables, or each value or combination that is never NULL, to one row. */
export function keepsRowsApart(
  { unique, where, elements }: Index,
  { columns, constraints }: Relation,
): boolean {
  const keys = constraints.flatMap((one) => (one.kind === "foreign key" ? one.columns : []));
  return (
    unique &&
    where === undefined &&
    elements.every(
      ({ column, length }) =>
        column !== undefined &&
        length === undefined &&
        ((elements.length > 1 && (refers.test(column) || keys.includes(column))) ||
          columns.some(({ name, notNull }) => name === column && notNull === "yes")),
    )
  );
}

/** When, and by whom, a row was written. */
const written =
  /^(?:created|updated|added|assigned|granted|joined|inserted|modified)(?:_?(?:at|on|date|by))?$/i;

function partitionColumns({ partitionBy }: Relation): readonly string[] {
  if (partitionBy === undefined) return [];
  return [partitionBy, partitionBy.subpartitionBy ?? partitionBy].flatMap((key) => [
    ...key.columns,
    ...key.expressions.flatMap((part) => part.columns.map(({ column }) => column)),
  ]);
}
