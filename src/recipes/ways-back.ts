/** The way back of a migration from which something moves into a later one. */
import { changed, tableOf } from "../model/kinds.ts";
import type { Operation } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type Advice, type Part, type RecipeStep } from "./advice.ts";
import { sentAlong } from "./declared.ts";
import { touchedBy } from "./statement-forms.ts";
import { hasNoWayOut, onOneLine, textOf } from "./words.ts";

type Dropped<Kind extends Operation["kind"]> = Extract<Operation, { readonly kind: Kind }>;

/** A way back in code of one part, or one call of which the tool takes back, goes with what it undoes. */
export const goesAlong = ({ script }: Step): boolean => {
  const { unit } = script.code ?? {};
  return unit?.isSole === true || unit?.reverses === true || unit?.app !== undefined;
};

/**
 * The statements of a way back of several parts that bring columns back, with their indexes and foreign keys; without
 * those that a statement of its own drops, which stays where it is.
 */
export function columnsBack(step: Step, columns: readonly Dropped<"dropColumn">[]): readonly string[] {
  if (goesAlong(step)) return [];
  const isOfThem = (one: Step, table: Dropped<"dropColumn">["table"], name: string | undefined): boolean =>
    columns.some(
      (dropped) =>
        dropped.column.text === name && one.before.resolve(table) === step.before.resolve(dropped.table),
    );
  // Asked for only where there is one: it looks at the whole migration.
  let apart: ReadonlySet<string> | undefined;
  const stays = (name: string | undefined): boolean => (apart ??= droppedApart(step)).has(name ?? "");
  const back = step.scope.downSteps.filter((one) => {
    const { operation } = one;
    // What CREATE TABLE declares comes with the table; IF NOT EXISTS leaves it out where there is one.
    if (one.statement.operations.some(({ kind }) => kind === "createTable")) return false;
    if (operation.kind === "createIndex")
      return (
        operation.elements.some(({ column }) => isOfThem(one, operation.table, column)) &&
        !stays(operation.name?.name)
      );
    if (operation.kind === "addForeignKey")
      return (
        operation.columns.some(({ text }) => isOfThem(one, operation.table, text)) &&
        !stays(operation.name?.text)
      );
    return operation.kind === "addColumn" && isOfThem(one, operation.table, operation.column.name.text);
  });
  return [...new Set(back.map(({ statement }) => statement))].map((statement) =>
    ofStatement(
      back.filter((one) => one.statement === statement),
      statement.operations,
    ),
  );
}

/** Names of indexes and constraints that other calls of the migration drop. */
function droppedApart(step: Step): ReadonlySet<string> {
  const own = new Set(sentAlong(step).map(({ statement }) => statement));
  const dropped = (["earlier", "later"] as const).flatMap((side) => [
    ...step
      .neighbours(side, "dropIndex")
      .map((one) => ({ name: one.operation.index.name, statement: one.statement })),
    ...step
      .neighbours(side, "dropConstraint")
      .map((one) => ({ name: one.operation.name.text, statement: one.statement })),
  ]);
  return new Set(dropped.flatMap(({ name, statement }) => (own.has(statement) ? [] : [name])));
}

/** The statement, or those of its clauses alone. */
function ofStatement(some: readonly Step[], all: readonly Operation[]): string {
  const [first] = some;
  if (first === undefined) return "";
  const names = some.flatMap(({ operation }) =>
    operation.kind === "addColumn" ? [operation.column.name.text] : [],
  );
  const isPart = (one: Operation): boolean =>
    some.some(({ operation }) => operation === one) ||
    ("inlineColumn" in one && names.includes(one.inlineColumn?.text ?? ""));
  if (all.every(isPart) || !("table" in first.operation) || first.operation.table === undefined)
    return `${textOf(first, first.statement.span)};`;
  const clauses = some.map((one) => textOf(one, one.operation.span));
  return `ALTER TABLE ${first.operation.table.text} ${clauses.join(", ")};`;
}

/** What the rollback has to leave to that of the later migration which drops the statement's columns. */
export function columnsBackLater(step: Step): Part {
  const { transaction, code, path } = step.script;
  // The files of the advice for Python have their ways back, and say themselves what is left out of this one.
  if (transaction.codeSteps !== undefined && code?.unit?.follows !== undefined && path.endsWith(".py"))
    return [];
  const back = columnsBack(
    step,
    step.statement.operations.filter((one) => one.kind === "dropColumn"),
  );
  return belongsLater(back);
}

const belongsLater = (back: readonly string[]): Part => (back.length === 0 ? [] : inWords(saidOf(back)));

const saidOf = (back: readonly string[]): string =>
  `in the rollback, this belongs to that of the later migration: ${[...new Set(back.map(onOneLine))].join(" ")}`;

/**
 * What a way back has to leave to that of a migration in code which advice adds: statements about its indexes and
 * constraints. Undefined: nothing that the advice doesn't name by itself.
 *
 * @param back of the migration that the advice is for
 * @param down of the one that it adds
 */
export function movedBack(
  back: readonly string[],
  down: readonly string[],
  advice: Advice,
): string | undefined {
  const undone = new Set(down.flatMap(whatIsDone));
  const named = advice.flatMap(({ language, statements }) => (language === "words" ? statements : []));
  const { each, times } = doneIn(back);
  // What it drops and makes again is another one.
  const isMoved = (one: string): boolean => undone.has(one) && times.get(one) === 1;
  const moved = back.filter((sql, at) => {
    const done = each[at] ?? [];
    return done.length > 0 && done.every(isMoved) && !named.some((text) => text.includes(onOneLine(sql)));
  });
  return moved.length === 0 ? undefined : saidOf(moved.map((sql) => `${sql};`));
}

interface Done {
  /** By statement. */
  readonly each: readonly (readonly string[])[];
  readonly times: ReadonlyMap<string, number>;
}

const known = new WeakMap<readonly string[], Done>();

/** What the statements make or drop; of a way back once, as each statement that has advice asks. */
function doneIn(back: readonly string[]): Done {
  const found = known.get(back);
  if (found !== undefined) return found;
  const each = back.map(whatIsDone);
  const times = new Map<string, number>();
  for (const one of each.flat()) times.set(one, (times.get(one) ?? 0) + 1);
  const made = { each, times };
  known.set(back, made);
  return made;
}

/** What a statement makes or drops; nothing if that isn't only indexes and constraints. */
function whatIsDone(sql: string): readonly string[] {
  const touched = touchedBy(sql);
  const isOfThem = !renames.test(sql) && touched.every((one) => /^(?:index|constraint) /.test(one));
  return isOfThem ? touched : [];
}

const renames = /^\s*ALTER\s[^]*\sRENAME\s/i;

/** Per statement, as each table that it drops asks. */
const tablesBack = new WeakMap<Step["statement"], Part>();

/** The same of the statement's tables: as long as they exist, creating them fails. */
export function tablesBackLater(step: Step): Part {
  if (goesAlong(step)) return [];
  const { statement, before, scope } = step;
  let part = tablesBack.get(statement);
  if (part === undefined) {
    const dropped = new Set(
      statement.operations.flatMap((one) => (one.kind === "dropTable" ? [before.resolve(one.table)] : [])),
    );
    const back = scope.downSteps.flatMap(({ operation, before: then }) =>
      operation.kind === "createTable" && dropped.has(then.resolve(operation.table))
        ? [operation.table.text]
        : [],
    );
    const names = [...new Set(back)].join(", ");
    part =
      back.length === 0
        ? []
        : inWords(`in the rollback, what creates ${names} belongs to that of the later migration`);
    tablesBack.set(statement, part);
  }
  return part;
}

/** What in the way back is about what the statement makes or drops, which moves to a later migration: by itself. */
function backLater(step: Step, isAbout: (one: Step) => boolean): Part {
  const { scope, statement, direction, script } = step;
  // Of a call of Alembic, Rails or Liquibase, that is said where its migration is written.
  if (direction !== "up" || goesAlong(step) || script.code?.unit !== undefined) return [];
  // Its way back moves with what is all that the migration does.
  const isOther = ({ statement: other, operation }: Step): boolean =>
    other !== statement && !["session", "nothing"].includes(changed(operation));
  if (!scope.steps.some(isOther)) return [];
  const back = scope.downSteps.filter((one) => one.statement.operations.length === 1 && isAbout(one));
  return belongsLater(back.map((one) => `${textOf(one, one.statement.span)};`));
}

/**
 * The DROP CONSTRAINT that has nothing to drop once the later migration has been rolled back.
 *
 * @param name of the constraint, which a later migration adds
 */
export function constraintBackLater(step: Step, name: string): Part {
  const { operation, before } = step;
  const table = tableOf(operation);
  if (table === undefined) return [];
  return backLater(
    step,
    ({ operation: one, before: then }) =>
      one.kind === "dropConstraint" &&
      !one.constraintIfExists &&
      one.name.text === name &&
      then.resolve(one.table) === before.resolve(table),
  );
}

/** What the rollback has to set before it gives the column its old type back. */
export function setInRollback(step: Step, setting: string, facts: Pick<RecipeStep, "onlyIf">): Part {
  const { operation, before, direction, script, scope } = step;
  if (operation.kind !== "changeColumnType" || direction !== "up") return [];
  // Of a call, that is said where its migration is written.
  if (goesAlong(step) || script.code?.unit !== undefined) return [];
  const isBack = ({ operation: one, before: then }: Step): boolean =>
    one.kind === "changeColumnType" &&
    one.column.text === operation.column.text &&
    then.resolve(one.table) === before.resolve(operation.table);
  return scope.downSteps.some(isBack)
    ? { ...inWords(`in the rollback, before its ALTER TABLE: ${setting}`), ...facts }
    : [];
}

/** The DROP INDEX or CREATE INDEX of the index that the statement makes or drops: it is missing by then, or there already. */
export function indexBackLater(step: Step): Part {
  const { operation, before } = step;
  // What is done by hand stays in the migration as well, where it then has nothing to do.
  if (hasNoWayOut(step) && step.script.transaction.runsAlone === undefined) return [];
  if (operation.kind === "dropIndex" && !operation.concurrently)
    return backLater(
      step,
      ({ operation: one }) =>
        one.kind === "createIndex" && !one.ifNotExists && one.name?.name === operation.index.name,
    );
  if (operation.kind !== "createIndex" || operation.concurrently) return [];
  const { name, table } = operation;
  return backLater(
    step,
    ({ operation: one, before: then }) =>
      one.kind === "dropIndex" &&
      !one.ifExists &&
      one.index.name === name?.name &&
      then.resolve(table) === before.resolve(table),
  );
}
