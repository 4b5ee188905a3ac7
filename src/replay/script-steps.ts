/** The steps of one script, filled while it is replayed. */
import type { OperationKind } from "../model/operation.ts";
import type { Step } from "./step.ts";

export class ScriptSteps {
  readonly all: Step[] = [];
  /** Where the steps of each kind are: a question about neighbours must not cost a walk through a long script. */
  readonly #positions = new Map<OperationKind, number[]>();
  /** How many steps `#positions` knows. */
  #indexed = 0;

  /** Steps of these kinds before or after number `at`, kind by kind. */
  neighbours(at: number, side: "earlier" | "later", kinds: readonly OperationKind[]): readonly Step[] {
    this.#index();
    return kinds.flatMap((kind) => {
      const positions = this.#positions.get(kind) ?? [];
      const middle = firstFrom(positions, at);
      const own =
        side === "earlier"
          ? positions.slice(0, middle)
          : positions.slice(positions[middle] === at ? middle + 1 : middle);
      return own.flatMap((position) => this.all[position] ?? []);
    });
  }

  #index(): void {
    for (; this.#indexed < this.all.length; this.#indexed++) {
      const kind = this.all[this.#indexed]?.operation.kind;
      if (kind === undefined) continue;
      const positions = this.#positions.get(kind);
      if (positions === undefined) this.#positions.set(kind, [this.#indexed]);
      else positions.push(this.#indexed);
    }
  }
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
