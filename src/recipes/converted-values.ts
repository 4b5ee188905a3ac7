import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";

/** Of an UPDATE that gives a column another unit or form: in batches, readers would meet both. */
export function convertedBeside(step: Step): Advice | undefined {
  const found = step.values.remade();
  if (found === undefined) return undefined;
  return [
    inWords(
      `Add a column for the new values, let a trigger fill it on each write, and convert the old rows in batches from ${step.before.spell(found.column)}. Deploy the version that uses it, and drop the old column later.`,
    ),
  ];
}
