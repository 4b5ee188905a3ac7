/** What a sequence of parts does otherwise than the migration that it stands for. */
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { diff } from "../schema/diff.ts";
import type { Difference } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { ReplayedPart } from "./replay-parts.ts";

export interface PartDifference {
  /** `refused`: a statement that the server would refuse; else what the schema at the end has, or hasn't. */
  readonly kind: "refused" | Difference["change"];
  readonly object?: Difference["object"];
  /** For people. */
  readonly text: string;
}

/** What the server would refuse, and what differs at the end from the schema that the migration leads to. */
export function differencesOf(
  parts: readonly ReplayedPart[],
  meant: Pick<ReplayedMigration, "after">,
): readonly PartDifference[] {
  const refused = parts.flatMap(({ scope }) =>
    scope.steps
      .filter((step) => step.refused && !step.skipped)
      .map(({ statement: { span } }): PartDifference => {
        const text = scope.migration.up.text.slice(span.start, span.end);
        return { kind: "refused", text: `the server would refuse ${text}` };
      }),
  );
  return [...refused, ...leftOver(parts.at(-1)?.scope.after ?? meant.after, meant, additionsOf(parts))];
}

/** What differs in a schema from the one that the migration leads to. `added`: what may be there beside it. */
export const leftOver = (
  end: Schema,
  { after }: Pick<ReplayedMigration, "after">,
  added: ReadonlySet<string>,
): readonly PartDifference[] =>
  // The parts are several sessions.
  diff(after.withoutTemporary(), end.withoutTemporary())
    .filter(({ text, change }) => change !== "extra" || !added.has(text))
    .map(({ text, change, object, detail }) => ({
      kind: change,
      object,
      text: `${text} (${detail ?? change})`,
    }));

/** Objects that the parts make beside what the migration does: `index orders_note_idx`. */
export const additionsOf = (parts: readonly ReplayedPart[]): ReadonlySet<string> =>
  new Set(
    parts.flatMap(({ scope, placed }) => {
      const extra = placed.filter(({ piece }) => piece.extra === true);
      return scope.steps
        .filter(({ statement }) => extra.some(({ span }) => span.start === statement.span.start))
        .flatMap(({ before, after }) => diff(before, after).map(({ text }) => text));
    }),
  );
