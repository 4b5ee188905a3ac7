import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";
import { ownValuesFirst } from "./alike.ts";
import { changeBeforeDrop } from "./change-before-drop.ts";
import { constantByDefault } from "./constant-fills.ts";
import { convertedBeside } from "./converted-values.ts";
import { textOf } from "./words.ts";

/** What is better than batches for a change of many rows, on any database; undefined: nothing is. */
export const noBatches = (step: Step): Advice | undefined =>
  changeBeforeDrop(step) ??
  ownValuesFirst(step) ??
  convertedBeside(step) ??
  constantByDefault(step) ??
  wholeGroups(step);

/** A copy of groups: cut by the key, a group is in two batches, and each of them counts only its own rows. */
function wholeGroups(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "insertRows" && operation.kind !== "mergeRows") return undefined;
  return /\bgroup\s+by\b/i.test(textOf(step, operation.span))
    ? [
        inWords(
          "Copy some groups at a time, by a range of what GROUP BY names, each in a transaction of its own, in a migration that runs outside one. Don't go by a range of the key: a group that two batches share is counted in parts.",
        ),
      ]
    : undefined;
}
