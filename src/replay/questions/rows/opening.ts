/**
 * How a history begins whose versions are no times: with migrations that make a table or two each, and what belongs to
 * them. They were most probably written together; before the last of them is deployed, nobody has filled the tables.
 */
import { changed } from "../../../model/kinds.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { MigrationScope, Step } from "../../step.ts";

/** So many migrations have made a table: one change and the next may be a release each. */
const fewest = 3;

/** Such a history has changed none of its tables so far, and this migration doesn't either. False where something says what is applied. */
export function isInOpening(
  scope: MigrationScope,
  { changes, startAfter }: Pick<ReplayFacts, "changes" | "startAfter">,
): boolean {
  if (changes !== undefined || startAfter !== undefined || scope.history.continues === true) return false;
  let found = known.get(scope);
  if (found === undefined) {
    // Those that make the schema itself, or the types, began it too.
    const least = scope.migration.index < fewest ? fewest : fewest - 1;
    found = isAsCreated(scope.after, least) && scope.steps.every(isAddition);
    known.set(scope, found);
  }
  return found;
}

const known = new WeakMap<MigrationScope, boolean>();

/** The same of one of the first, by what the later ones make; undefined: whatever those do, it isn't so. */
export function opensLater(
  scope: MigrationScope,
  { changes, startAfter }: Pick<ReplayFacts, "changes" | "startAfter">,
): ((end: Schema) => boolean) | undefined {
  if (changes !== undefined || startAfter !== undefined || scope.history.continues === true) return undefined;
  if (!isAsCreated(scope.after, 1) || !scope.steps.every(isAddition)) return undefined;
  return (end) => isAsCreated(end, fewest);
}

/** All tables are of so many migrations, and have the columns that they were made with. */
function isAsCreated(schema: Schema, least: number): boolean {
  const origins = new Set<number>();
  for (const { kind, origin, columns } of schema.relations()) {
    if (kind !== "table") continue;
    const own = origin?.migration;
    if (own === undefined || columns.some((column) => column.origin.migration !== own)) return false;
    origins.add(own);
  }
  return origins.size >= least;
}

/** It makes something, or fills or changes what this migration makes. */
const isAddition = ({ operation, table, madeHere }: Step): boolean =>
  /^(?:create|add(?!Column$))/.test(operation.kind) ||
  operation.kind === "insertRows" ||
  (table === undefined ? /^(?:description|session|nothing)$/.test(changed(operation)) : madeHere(table));
