/** Questions about what a change means for those who use the database, and about the values that it writes. */
import type { ReplayFacts } from "./facts.ts";
import type { QualifiedName } from "../model/names.ts";
import { fillsAfter, isFilled, type Fills } from "./fills.ts";
import type { Step } from "./step.ts";
import { unsupported, type Unsupported } from "./versions.ts";
import { lastingExpressions, movingPart, type MovingPart } from "./volatile.ts";

export interface ChangeQuestions {
  /** What the stated server is too old for; empty if the project doesn't state one. */
  readonly unsupported: () => readonly Unsupported[];
  /** The history has, or may have, given the column values in old rows: ADD COLUMN … DEFAULT, or an UPDATE. */
  readonly filled: (table: QualifiedName, column: string) => boolean;
  /** Of a CHECK or generated column: what in it gives something else another time. */
  readonly moving: () => readonly (MovingPart & { readonly generated: boolean })[];
}

export function changeQuestions(step: () => Step, facts: ReplayFacts, fills: Fills): ChangeQuestions {
  return {
    unsupported: () => unsupported(step(), facts),
    filled: (table, column) =>
      isFilled(fillsAfter(fills, step().earlier()), step().before.resolve(table), column),
    moving: () =>
      lastingExpressions(step().operation).flatMap(({ expression, generated }) => {
        const part = movingPart(expression, step().before);
        return part === undefined ? [] : [{ ...part, generated }];
      }),
  };
}
