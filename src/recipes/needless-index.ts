/** An index beside which another one serves the same queries: for good, or only until a later migration. */
import type { Step } from "../replay/step.ts";
import type { Schema } from "../schema/schema.ts";
import { inWords, type Advice } from "./advice.ts";
import { leaveOut } from "./declared.ts";

/** What a sentence of advice becomes by the schema at the end of the history; undefined: it stays. */
export type LaterWords = (end: Schema) => ((text: string) => string) | undefined;

/** Another index that serves the same queries goes before the way to build it. */
export function ifNeeded(step: Step, built: Advice | undefined): Advice | undefined {
  const words = wordsOf(step);
  return built === undefined || words === undefined ? built : [inWords(words.now), ...built];
}

/** Of that sentence: leaving the index out would be wrong where the other one goes later. */
export function neededAtEnd(step: Step, advice: Advice): LaterWords | undefined {
  const { scope, indexes } = step;
  const words = wordsOf(step);
  const made = indexes.indexMade(scope.after);
  if (words === undefined || made === undefined) return undefined;
  if (!advice.some(({ statements }) => statements.includes(words.now))) return undefined;
  return (end) =>
    indexes.isNeeded(scope.after, made, end)
      ? (text) => text.replace(words.now, () => words.later)
      : undefined;
}

function wordsOf(step: Step): { readonly now: string; readonly later: string } | undefined {
  const { indexes, scope } = step;
  const made = indexes.indexMade(scope.after);
  const other = indexes.needlessBeside();
  if (other === undefined || made === undefined) return undefined;
  const name = scope.after.spell(made);
  return {
    now: `${other} serves the same queries. ${leaveOut(step)}. Only if ${name} is needed anyway, build it like this:`,
    later: `${other} serves the same queries only until a later migration drops or changes one of the two. Build ${name} like this:`,
  };
}
