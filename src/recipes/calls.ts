/** A call of a migration in code may send several statements: advice that takes its place is for all of them. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { Advice, RecipeStep } from "./advice.ts";
import { columnThenConstraint, notNullByCheck, notValidThenValidate } from "./constraints.ts";
import { concurrentDropIndex, concurrentIndex, constraintUsingIndex } from "./indexes.ts";
import { withRest } from "./rest.ts";
import { callOf, senderOf, sentAt } from "./sent.ts";
import { quote, textOf } from "./words.ts";

/** More are made by a loop: nobody reads advice for each of them. */
const most = 12;

/**
 * The advice for one statement of a call, with what the others need: those that wait get the same treatment, the rest
 * stays as it is. Only where the tool's migrations are written as such.
 */
export function withCall(step: Step, advice: Advice): Advice {
  const { scope, script } = step;
  const isInstead = advice.some(({ intent, language }) => intent === "same-schema" && language === "sql");
  if (script.transaction.codeSteps === undefined || !isInstead || callOf(step) === undefined) return advice;
  const groups = sentAt(scope.steps, script, senderOf(step));
  if (groups.size < 2 || groups.size > most || !groups.has(step.statement)) return advice;
  const own = advice.flatMap(({ statements }) => statements).join("\n");
  const all = [...groups].flatMap(([statement, steps]): Advice => {
    if (statement === step.statement) return advice;
    const [first] = steps;
    if (first === undefined) return [];
    const text = textOf(first, statement.span);
    // Checks a constraint at once that is no longer there yet.
    if (/^set constraints\b/i.test(text) || isIn(steps, own)) return [];
    return wayOf(steps) ?? [asItIs(`${text};`, wayBack(steps))];
  });
  return inOrder(all);
}

const asItIs = (statement: string, undo: readonly string[] | undefined): RecipeStep => ({
  language: "sql",
  statements: [statement],
  when: [],
  transaction: "any",
  intent: "same-schema",
  undo,
});

/** What takes back a statement that adds columns, or names something anew; undefined: another one. */
function wayBack(steps: readonly Step[]): readonly string[] | undefined {
  const found = steps.map(({ operation }): string | undefined => {
    switch (operation.kind) {
      case "addColumn":
        return `ALTER TABLE ${operation.table.text} DROP COLUMN ${quote(operation.column.name.text)};`;
      case "renameIndex":
        return `ALTER INDEX ${inSchemaOf(operation.index, operation.to.text)} RENAME TO ${quote(operation.index.name)};`;
      case "renameTable":
        return `ALTER TABLE ${inSchemaOf(operation.table, operation.to.text)} RENAME TO ${quote(operation.table.name)};`;
      default:
        return undefined;
    }
  });
  const known = found.filter((one) => one !== undefined);
  return known.length === found.length ? known.toReversed() : undefined;
}

const inSchemaOf = ({ schema }: QualifiedName, name: string): string =>
  (schema === undefined ? "" : `${quote(schema)}.`) + quote(name);

/** The advice makes the index already. */
const isIn = (steps: readonly Step[], own: string): boolean =>
  steps.some(
    ({ operation }) =>
      operation.kind === "createIndex" &&
      operation.name !== undefined &&
      new RegExp(`INDEX CONCURRENTLY "?${operation.name.text.replaceAll(/\W/g, ".")}"? `).test(own),
  );

/** What stands in place of the call is one step; what needs transactions of its own follows. */
function inOrder(advice: Advice): Advice {
  const isHere = (one: RecipeStep): boolean =>
    one.language === "sql" && one.transaction === "any" && one.after === undefined;
  const here = advice.filter(isHere);
  const rest = advice.filter((one) => !isHere(one));
  const [first] = here;
  if (first === undefined) return rest;
  const joined: RecipeStep = {
    ...first,
    statements: here.flatMap(({ statements }) => statements),
    when: [...new Set(here.flatMap(({ when }) => when))],
    undo: here.some(({ undo }) => undo === undefined)
      ? undefined
      : here.toReversed().flatMap(({ undo = [] }) => undo),
  };
  return [joined, ...rest];
}

/** The safe way of what blocks the application; undefined: it may stay as it is. */
function wayOf(steps: readonly Step[]): Advice | undefined {
  for (const step of steps) {
    const recipe = recipeOf(step);
    if (recipe === undefined || isQuick(step)) continue;
    const advice = recipe(step);
    if (advice !== undefined) return withRest(step, advice, recipe);
  }
  return undefined;
}

/** It reads, builds and rewrites nothing, and locks no other table. */
const isQuick = ({ effects, operation }: Step): boolean =>
  operation.kind !== "addForeignKey" &&
  effects.scans.length === 0 &&
  effects.builds.length === 0 &&
  effects.rewrites.length === 0;

function recipeOf({ operation, before }: Step): ((step: Step) => Advice | undefined) | undefined {
  if (!before.dialect.transactionalDdl) return undefined;
  switch (operation.kind) {
    case "createIndex":
      return concurrentIndex;
    case "dropIndex":
      return concurrentDropIndex;
    case "addForeignKey":
    case "addCheck":
      return operation.within === "addColumn" ? columnThenConstraint : notValidThenValidate;
    case "addUnique":
    case "addPrimaryKey":
      return operation.within === "addColumn" ? columnThenConstraint : constraintUsingIndex;
    case "setNotNull":
      return notNullByCheck;
    default:
      return undefined;
  }
}
