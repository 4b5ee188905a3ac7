/** A column that goes: it is marked as deprecated first. */
import type { AddColumn, DropColumn } from "../model/operation.ts";
import type { MigrationScope, Step } from "../replay/step.ts";
import { sameType } from "../model/types.ts";
import type { Column, Dependent, Difference, Lookup } from "../schema/model.ts";
import { columnTag } from "../schema/state.ts";
import { instead, inWords, unusedColumn, type Advice } from "./advice.ts";
import { beforeCall, noLongerRead, stillDeclared } from "./declared.ts";
import { droppedReferences, droppedBehind } from "./dropped-types.ts";
import { dropsOf } from "./dropping.ts";
import { plainFill } from "./defaults.ts";
import { isOfKey, keyFirst } from "./optional-columns.ts";
import { withNameLater } from "./renamed-behind.ts";
import { nullable } from "./columns-again.ts";
import { constraintOf, usersAgain } from "./undo.ts";
import { unchecked } from "./gone-rows.ts";
import { qualified } from "./statement-forms.ts";
import { nothingBack } from "./way-back.ts";
import { refusingKeys } from "./refusing-keys.ts";
import { columnsBack, columnsBackLater } from "./ways-back.ts";
import { commentOf, literal, quote, whole } from "./words.ts";

/** COMMENT and ALTER COLUMN know no IF EXISTS. */
const whereColumnIs = ({ table, column }: DropColumn, statements: readonly string[]): string =>
  [
    `DO $$ BEGIN IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(${literal(table.text)}) AND attname = ${literal(column.text)}) THEN`,
    ...statements.map((one) => `  ${one}`),
    "END IF; END $$;",
  ].join("\n");

/** Rows that came without a value, which no value fits, keep the column nullable: the way back doesn't fail on them. */
const requiredAgain = (step: Step, { table, column }: DropColumn, head: string): string =>
  whole(
    step,
    `DO $$ BEGIN IF NOT EXISTS (SELECT FROM ${table.text} WHERE ${quote(column.text)} IS NULL) THEN ${head} SET NOT NULL; END IF; END $$;`,
  );

/** What brings the column back: existing rows have no value of it but its default. `isRequired`: it is NOT NULL until then. */
function definitionOf(column: Column, isRequired: boolean): string | undefined {
  const { type, collation, default: value, serial, identity, generated } = column;
  if (type === undefined) return undefined;
  const given = value !== undefined && !serial;
  return [
    type.text,
    ...(collation === undefined ? [] : [`COLLATE ${quote(collation)}`]),
    ...(given ? [`DEFAULT ${value.text}`] : []),
    ...(identity === undefined ? [] : [`GENERATED ${identity.toUpperCase()} AS IDENTITY`]),
    ...(generated === undefined
      ? []
      : [`GENERATED ALWAYS AS (${generated.expression.text}) ${generated.stored ? "STORED" : "VIRTUAL"}`]),
    ...(given && isRequired && column.notNull === "yes" ? ["NOT NULL"] : []),
  ].join(" ");
}

const added = new WeakMap<Step["scope"], ReadonlyMap<string, AddColumn>>();

/** What the migration's way back adds again under this name. */
export function addedAgain(
  { scope, before }: Pick<Step, "scope" | "before">,
  { table, column }: DropColumn,
): AddColumn | undefined {
  const known = added.get(scope) ?? addedBack(scope);
  added.set(scope, known);
  return known.get(`${before.resolve(table)}.${column.text}`);
}

const addedBack = ({ downSteps }: Step["scope"]): ReadonlyMap<string, AddColumn> =>
  new Map(
    downSteps.flatMap(({ operation, before }) =>
      operation.kind === "addColumn"
        ? [[`${before.resolve(operation.table)}.${operation.column.name.text}`, operation] as const]
        : [],
    ),
  );

/** The tool makes the way back of the call alone, which brings back neither indexes nor constraints. */
const isAutomatic = ({ scope }: Pick<Step, "scope">): boolean => isMade(scope.migration.down);

const isMade = (down: MigrationScope["migration"]["down"]): boolean => down?.code?.automatic === true;

/** Such a way back names less of the column than the history knows. */
export const isLess = (
  { scope }: Pick<Step, "scope">,
  { column: { type, default: value } }: AddColumn,
  old: Lookup<Column>,
): boolean =>
  isAutomatic({ scope }) &&
  old.is === "present" &&
  old.value.type !== undefined &&
  (!sameType(old.value.type, type) || (value === undefined && old.value.default !== undefined));

/**
 * The migration's own way back leaves the column without NOT NULL: rows without a value may stay. One that the tool makes
 * of a call that doesn't state it says nothing about that.
 */
const isNullableAgain = (again: AddColumn, step: Step): boolean =>
  !again.column.notNull &&
  !isAutomatic(step) &&
  !step.scope.downSteps.some(
    ({ operation }) =>
      operation.kind === "setNotNull" &&
      operation.column.text === again.column.name.text &&
      operation.table.name === again.table.name,
  );

/** What goes with the column, or has gone by the same call before. */
function usersOf(step: Step, { table, column }: DropColumn): readonly string[] {
  return (
    usersAgain(table, column.text, { before: beforeCall(step), show: step.show, back: nothingBack }) ?? []
  );
}

/** The foreign keys that refer to the column, which go before it: their rows keep the values that it then has lost. */
function referrersOf(step: Step, users: readonly Dependent[], drop: string): readonly string[] {
  const past = { before: step.before, show: step.show, back: nothingBack };
  return users.flatMap(({ kind, relation, member }) => {
    if (kind !== "foreign key" || relation === undefined || member === undefined) return [];
    const table = step.show(relation);
    const clause = constraintOf(qualified(table), member, past);
    return clause === undefined ? [] : [unchecked(`ALTER TABLE ${table} ${clause};`, [drop], past)];
  });
}

const ended = (statement: string): string => `${statement};`;

/** Marks it as deprecated first, and drops it a release later. */
export function deprecateColumn(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "dropColumn") return undefined;
  const table = operation.table.text;
  const column = quote(operation.column.text);
  const old = step.before.column(operation.table, operation.column.text);
  const called = addedAgain(step, operation);
  const isShort =
    called !== undefined &&
    isAutomatic(step) &&
    (isLess(step, called, old) || usersOf(step, operation).length > 0);
  const again = isShort ? undefined : called;
  const known = old.is === "present" ? old.value.notNull : "unknown";
  // The way back may know more of it than the history; often it adds what was required without NOT NULL, for old rows.
  const notNull = known === "unknown" && again?.column.notNull === true ? "yes" : known;
  // Who doesn't name it: NULL, or what the column gives by itself.
  const givesValue =
    old.is === "present" && (old.value.identity !== undefined || old.value.hasDefault === "yes");
  const isNullable = notNull === "no" || givesValue;
  const isThere =
    old.is === "present" &&
    step.before.certain(step.before.resolve(operation.table), columnTag(operation.column.text));
  // What a body asks before it, the later migration has to ask, too.
  const isAsked = step.inBody && operation.conditional === true;
  // IF EXISTS may be for a database that differs from the history.
  const isMissed = operation.columnIfExists || (isAsked && !isThere);
  // A column of a primary key can't become nullable; the statement may drop the key itself.
  const staysRequired =
    isNullable ||
    isOfKey(step, operation) ||
    step.statement.operations.some(({ kind }) => kind === "dropConstraint");
  const isRequired = !staysRequired && notNull === "yes";
  const required = isRequired ? [`ALTER TABLE ${table} ALTER COLUMN ${column}`] : [];
  // The new version writes rows without a value, and the later migration's way back has none for all of them.
  const value =
    again?.column.default?.text ??
    (isRequired && old.is === "present" ? plainFill(step, operation.table, old.value) : undefined);
  const definition = old.is === "present" ? definitionOf(old.value, staysRequired) : undefined;
  const back = again === undefined ? [] : columnsBack(step, [operation]);
  const behind = droppedBehind(step);
  const tables = droppedReferences(step);
  const users = step.dependents.ofDropped().filter(({ onDrop }) => onDrop === "refuses");
  // By the later migration, this one has replaced the others.
  const left = users.filter((one) => step.dependents.replacedLater(one) === undefined);
  const keys = refusingKeys(step, operation.table, operation.column.text);
  const drop = `ALTER TABLE ${operation.ifExists ? "IF EXISTS " : ""}${table} DROP COLUMN ${isMissed ? "IF EXISTS " : ""}${column};`;
  const marks = [
    ...keys.locks,
    ...keys.drops,
    ...required.map((head) => `${head} DROP NOT NULL;`),
    `COMMENT ON COLUMN ${table}.${column} IS '${noLongerRead}';`,
  ];
  return instead(
    {
      heading:
        staysRequired || isRequired
          ? givesValue
            ? []
            : keyFirst(step, operation)
          : [`where it is NOT NULL without a default: ALTER COLUMN ${column} DROP NOT NULL first`],
      undo: [
        (old.is === "present" ? commentOf(old.value, table, column) : undefined) ??
          `COMMENT ON COLUMN ${table}.${column} IS NULL;`,
        ...(again !== undefined && isNullableAgain(again, step) ? [] : required).flatMap((head) =>
          value === undefined
            ? [requiredAgain(step, operation, head)]
            : [`UPDATE ${table} SET ${column} = ${value} WHERE ${column} IS NULL;`, `${head} SET NOT NULL;`],
        ),
        ...keys.again,
      ],
    },
    ...(isMissed && !isAsked ? [whole(step, whereColumnIs(operation, marks))] : marks),
    stillDeclared(step, "column", { comment: noLongerRead, nullable: isRequired }),
    behind.leftOut,
    tables.leftOut,
    {
      ...withNameLater(step, operation.table, unusedColumn(step, table, column)),
      // The migration itself knows what belongs to it.
      undo:
        back.length > 0
          ? [
              ...behind.again,
              ...back.flatMap((one) =>
                isRequired ? nullable(table, column, one.slice(0, -1)).map(ended) : [one],
              ),
            ]
          : definition === undefined || again !== undefined
            ? undefined
            : [
                `ALTER TABLE ${table} ADD COLUMN ${column} ${definition};`,
                ...(tables.dropped.length > 0
                  ? []
                  : usersOf(step, operation).filter((one) => !keys.again.includes(one))),
                ...referrersOf(step, left, drop),
              ],
    },
    dropsOf(step, left) ?? inWords(`first drop ${left.map(({ text }) => text).join(", ")}`),
    drop,
    behind.dropped,
    tables.dropped,
    columnsBackLater(step),
  );
}

/** How columns get their NOT NULL back whose values are gone, where the server refuses to add them with it. Sentences. */
export function filledAgain(
  { history, migration: { down } }: MigrationScope,
  differences: readonly Difference[],
): string | undefined {
  const lost = differences.filter((one) => one.lostNotNull === true);
  if (lost.length === 0) return undefined;
  const also = lost.length < differences.length && isMade(down) ? history.ownRollback?.differs : undefined;
  return [
    ...(also === undefined ? [] : [also]),
    `Existing rows have no value of ${lost.map(({ text }) => text.replace(/^column /, "")).join(" and ")}.`,
    "The rollback has to add it as nullable, fill it, and then set NOT NULL; or to give it a default.",
  ].join(" ");
}

/** Where the column stays for a while: the new version writes rows without it. Goes on with a sentence. */
export function nullableToo(step: Step<"dropColumn">): string {
  const { operation, before } = step;
  const found = before.column(operation.table, operation.column.text);
  if (found.is !== "present" || found.value.notNull !== "yes" || found.value.hasDefault === "yes") return "";
  if (isOfKey(step, operation)) return "";
  return ". Make it nullable in this one, as the new version writes rows without it";
}
