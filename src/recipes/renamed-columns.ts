/** A column under a new name, beside a copy that has the old one until no release uses that. */
import type { Expression } from "../model/expression.ts";
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { Schema } from "../schema/schema.ts";
import { indexInvolves, inPartitionKey, involves, mentions } from "../schema/dependents.ts";
import { instead, leftOut, type Advice } from "./advice.ts";
import { inBatchesOf } from "./batches.ts";
import { firedTriggers, isRetypedToo, oneForBoth } from "./changed-types.ts";
import { dropTrigger, isKeyedLater, oldRows, storedType, trigger } from "./columns.ts";
import { convertedToo } from "./converted-values.ts";
import { renamedInCode } from "./declared.ts";
import { copiedIndexes, indexNamesOfCall } from "./indexes-of-columns.ts";
import { differ, givenTo, hasHeirs, isNamedInTrigger, type Given } from "./synced-columns.ts";
import { madeName, quote, together } from "./words.ts";

/**
 * Expand and contract: both names side by side while both versions of the application run. A copy of the column is filled
 * under the new name; then the two swap their names, so that constraints, views and policies stay with the column that they
 * are made on, and the copy is what goes. Undefined where a copy can't be kept equal.
 */
export function renameByNewColumn(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "renameColumn") return undefined;
  const relation = step.before.relation(operation.table);
  if (relation.is === "present" && relation.value.kind !== "table") return undefined;
  if (isRetypedToo(step, operation.table, operation.column.text, operation.to.text))
    return [oneForBoth(step, operation.table, operation.column.text, operation.to.text)];
  const converted = convertedToo(step, operation.table, operation.column.text, operation.to.text);
  if (converted !== undefined) return converted;
  const table = operation.table.text;
  const [from, to] = [quote(operation.column.text), quote(operation.to.text)];
  const found = step.before.column(operation.table, operation.column.text);
  const old = found.is === "present" ? found.value : undefined;
  const given = givenTo(step, old);
  if (given === undefined || !canBeCopied(step, operation.table, operation.column.text)) return undefined;
  const type = old?.type === undefined ? "<type>" : storedType(old.type);
  const collation = old?.collation === undefined ? "" : ` COLLATE ${quote(old.collation)}`;
  const differs = (a: string, b: string): string => differ(step, old ?? {}, a, b);
  const isGiven =
    given.value === undefined ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${to} SET DEFAULT ${given.value};`];
  const synced = trigger(step, operation.table, operation.column.text, bothWays(from, to, given, differs));
  const unsynced = dropTrigger(step, operation.table, operation.column.text);
  const aside = madeName(operation.column.text, "swap");
  const names = indexNamesOfCall(step, operation.table, operation.column.text);
  const swap = [
    `ALTER TABLE ${table} RENAME COLUMN ${from} TO ${aside};`,
    `ALTER TABLE ${table} RENAME COLUMN ${to} TO ${from};`,
    `ALTER TABLE ${table} RENAME COLUMN ${aside} TO ${to};`,
    ...names.given,
  ];
  const back = [
    ...names.back,
    `ALTER TABLE ${table} RENAME COLUMN ${to} TO ${aside};`,
    `ALTER TABLE ${table} RENAME COLUMN ${from} TO ${to};`,
    `ALTER TABLE ${table} RENAME COLUMN ${aside} TO ${from};`,
  ];
  const then = isUsedBelow(step, operation.table, operation.to.text)
    ? `; what the migration then makes of ${to} comes after this`
    : "";
  const indexes = copiedIndexes(step, operation.table, operation.column.text, operation.to.text);
  // It fills the copy at once: a plan rather says that it can't be undone.
  const copiedAgain =
    old?.type === undefined || step.script.code === undefined
      ? undefined
      : [
          `ALTER TABLE ${table} ADD COLUMN ${from} ${type}${collation};`,
          `UPDATE ${table} SET ${from} = ${to};`,
          ...(given.value === undefined
            ? []
            : [`ALTER TABLE ${table} ALTER COLUMN ${from} SET DEFAULT ${given.value};`]),
          ...indexes.again,
          ...synced,
        ];
  return instead(
    renamedInCode(step, operation.column),
    { heading: [], undo: [...unsynced, `ALTER TABLE ${table} DROP COLUMN ${to};`] },
    `ALTER TABLE ${table} ADD COLUMN ${to} ${type}${collation};`,
    ...isGiven,
    ...synced,
    firedTriggers(step, operation.table, operation.to.text),
    inBatchesOf(
      step,
      {
        table: operation.table,
        statement: `UPDATE ${table} SET ${to} = ${from}`,
        undone: differs(to, from),
        shrinks: true,
      },
      oldRows,
    ),
    ...indexes.built,
    together(
      step,
      `then swap the names, in one transaction, so that constraints and views stay with their column${then}:`,
      swap,
      { undo: back },
    ),
    together(
      step,
      `deploy the version that uses only ${to}${leftOut(step, from)}; then, in one transaction:`,
      [...unsynced, `ALTER TABLE ${table} DROP COLUMN ${from};`],
      { deploy: `the version that uses only ${table}.${to}`, undo: copiedAgain },
    ),
  );
}

/** A later statement makes something of the column by its new name: before the swap, the copy would get it. */
function isUsedBelow(step: Step, table: QualifiedName, to: string): boolean {
  const own = step.before.resolve(table);
  const isOwn = (
    other: Step<"createIndex" | "addCheck" | "addUnique" | "addPrimaryKey" | OnColumn>,
  ): boolean => other.before.resolve(other.operation.table) === own;
  const names = (expression: Expression | undefined): boolean =>
    expression?.columns.some(({ column }) => column === to) === true;
  const usersOf = (schema: Schema): number => schema.dependents({ table, column: to }).length;
  return (
    isKeyedLater(step, table, to) ||
    step
      .neighbours("later", "createIndex")
      .some(
        (other) =>
          isOwn(other) &&
          (names(other.operation.where) ||
            other.operation.elements.some(({ column, expression }) => column === to || names(expression))),
      ) ||
    step
      .neighbours("later", "addUnique", "addPrimaryKey")
      .some((other) => isOwn(other) && other.operation.columns.some(({ text }) => text === to)) ||
    step.neighbours("later", "addCheck").some((other) => isOwn(other) && names(other.operation.expression)) ||
    step
      .neighbours("later", "createView", "createPolicy", "createTrigger")
      .some(({ before, after }) => usersOf(after) > usersOf(before)) ||
    step.neighbours("later", ...ofColumn).some((other) => isOwn(other) && other.operation.column.text === to)
  );
}

const ofColumn = ["setNotNull", "dropNotNull", "setDefault", "dropDefault"] as const;
type OnColumn = (typeof ofColumn)[number];

/** A trigger of the table can keep another column equal to it, and nothing of the server goes by its name. */
function canBeCopied(step: Step, table: QualifiedName, column: string): boolean {
  if (hasHeirs(step, table) || isKeyedLater(step, table, column)) return false;
  const found = step.before.relation(table);
  if (found.is !== "present") return true;
  const { value: relation } = found;
  return !(
    relation.columns.some(({ name, generated }) => name === column && generated !== undefined) ||
    inPartitionKey(relation, column) ||
    // It fires by what an UPDATE names, or before the columns are equal.
    relation.triggers.some(({ updateOf, when }) => updateOf.includes(column) || mentions(when, column)) ||
    isNamedInTrigger(step, table, column, ["before"]) ||
    isDroppedAround(step, table, column)
  );
}

/** The migration has dropped a constraint or an index of the column before, perhaps to add it again behind the rename. */
function isDroppedAround({ scope, before }: Step, table: QualifiedName, column: string): boolean {
  const start = scope.before.relation(table);
  const now = before.relation(table);
  if (start.is !== "present" || now.is !== "present") return false;
  const isGone = ({ name }: { readonly name: string }): boolean =>
    !now.value.constraints.some((one) => one.name === name);
  return (
    start.value.constraints.some((one) => isGone(one) && involves(one, column)) ||
    scope.before
      .indexesOn(table)
      .some((one) => indexInvolves(one, column) && before.index(`${one.schema}.${one.name}`).is !== "present")
  );
}

/**
 * Keeps two columns equal, whichever of them is written, before and behind the swap of their names. An INSERT has written
 * the old name if the column there holds another value than it gets by itself.
 */
const bothWays = (
  from: string,
  to: string,
  { isWritten }: Given,
  differs: (a: string, b: string) => string,
): string =>
  [
    "IF TG_OP = 'INSERT' THEN",
    `IF ${isWritten(`NEW.${from}`)} THEN NEW.${to} := NEW.${from}; ELSE NEW.${from} := NEW.${to}; END IF;`,
    `ELSIF ${differs(`NEW.${to}`, `OLD.${to}`)} THEN NEW.${from} := NEW.${to};`,
    `ELSE NEW.${to} := NEW.${from}; END IF;`,
  ].join(" ");
