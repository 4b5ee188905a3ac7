import type { Step } from "../replay/step.ts";
import type { Advice } from "./advice.ts";
import { ownValuesFirst } from "./alike.ts";
import { changeBeforeDrop } from "./change-before-drop.ts";
import { constantByDefault } from "./constant-fills.ts";
import { convertedBeside } from "./converted-values.ts";

/** What is better than batches for a change of many rows, on any database; undefined: nothing is. */
export const noBatches = (step: Step): Advice | undefined =>
  changeBeforeDrop(step) ?? ownValuesFirst(step) ?? convertedBeside(step) ?? constantByDefault(step);
