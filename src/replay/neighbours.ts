/** Steps of the same script by kind: a question about neighbours must not cost a walk through a long script. */
import type { OperationKind } from "../model/operation.ts";
import type { Step } from "./step.ts";

interface Place {
  readonly steps: readonly Step[];
  readonly at: number;
}
interface KindIndex {
  /** How many steps there were: a script's steps are filled while it is replayed. */
  readonly length: number;
  readonly positions: ReadonlyMap<OperationKind, readonly number[]>;
}

const places = new WeakMap<Step, Place>();
const indexes = new WeakMap<readonly Step[], KindIndex>();

/** Says which step of its script it is. */
export function placeStep(step: Step, steps: readonly Step[], at: number): void {
  places.set(step, { steps, at });
}

/** Steps of these kinds before or after `step`, kind by kind. */
export function neighbours(
  step: Step,
  side: "earlier" | "later",
  ...kinds: readonly OperationKind[]
): readonly Step[] {
  const place = places.get(step);
  if (place === undefined) return [];
  const { steps, at } = place;
  const { positions } = indexOf(steps);
  return kinds.flatMap((kind) => {
    const all = positions.get(kind) ?? [];
    const middle = firstFrom(all, at);
    const own =
      side === "earlier" ? all.slice(0, middle) : all.slice(all[middle] === at ? middle + 1 : middle);
    return own.flatMap((position) => steps[position] ?? []);
  });
}

function indexOf(steps: readonly Step[]): KindIndex {
  const known = indexes.get(steps);
  if (known?.length === steps.length) return known;
  const positions = new Map<OperationKind, number[]>();
  steps.forEach(({ operation: { kind } }, i) => {
    const list = positions.get(kind);
    if (list === undefined) positions.set(kind, [i]);
    else list.push(i);
  });
  const index = { length: steps.length, positions };
  indexes.set(steps, index);
  return index;
}

/** Place of the first number that isn't less than `least`. */
function firstFrom(numbers: readonly number[], least: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
