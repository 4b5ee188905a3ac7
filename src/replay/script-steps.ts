/** The steps of one script, filled while it is replayed. */
import type { Lock } from "../effects/effects.ts";
import type { OperationKind } from "../model/operation.ts";
import type { Statement } from "../sql/front-end.ts";
import type { Step } from "./step.ts";

/** Each step may ask: of more than this on one side, the nearest are looked at. */
const mostNeighbours = 500;

export class ScriptSteps {
  readonly all: Step[] = [];
  /** Where the steps of each kind are: a question about neighbours must not cost a walk through a long script. */
  readonly #positions = new Map<OperationKind, number[]>();
  /** At the same places as their positions. */
  readonly #ofKind = new Map<OperationKind, Step[]>();
  readonly #byStatement = new Map<Statement, Step[]>();
  readonly #locks = new Map<Statement, { readonly of: number; readonly locks: readonly Lock[] }>();
  /** How many steps the two know. */
  #indexed = 0;

  /** The nearest steps of these kinds before or after number `at`, kind by kind. */
  neighbours<K extends OperationKind>(
    at: number,
    side: "earlier" | "later",
    kinds: readonly K[],
  ): readonly Step<K>[] {
    this.#index();
    const found = kinds.map((kind) => {
      const positions = this.#positions.get(kind) ?? [];
      const middle = firstFrom(positions, at);
      const after = positions[middle] === at ? middle + 1 : middle;
      const start = side === "earlier" ? Math.max(0, middle - mostNeighbours) : after;
      const own = this.#ofKind.get(kind)?.slice(start, side === "earlier" ? middle : start + mostNeighbours);
      return (own ?? []) as unknown as readonly Step<K>[];
    });
    return found.length === 1 ? (found[0] ?? []) : found.flat();
  }

  /** The steps of one statement so far: it may have thousands. */
  of(statement: Statement): readonly Step[] {
    this.#index();
    return this.#byStatement.get(statement) ?? [];
  }

  /** Locks of the statement so far, each once, on relations that are not new. */
  locksOf(statement: Statement): readonly Lock[] {
    const steps = this.of(statement);
    const known = this.#locks.get(statement);
    if (known?.of === steps.length) return known.locks;
    const locks = new Map(
      steps.flatMap(({ effects }) => effects.locks.map((lock) => [`${lock.mode} ${lock.relation}`, lock])),
    );
    const found = { of: steps.length, locks: [...locks.values()] };
    this.#locks.set(statement, found);
    return found.locks;
  }

  #index(): void {
    for (; this.#indexed < this.all.length; this.#indexed++) {
      const step = this.all[this.#indexed];
      if (step === undefined) continue;
      push(this.#positions, step.operation.kind, this.#indexed);
      push(this.#ofKind, step.operation.kind, step);
      push(this.#byStatement, step.statement, step);
    }
  }
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
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
