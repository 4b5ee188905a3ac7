/**
 * How a history begins whose versions are no times: with migrations that make a table or two each, and what belongs to
 * them. They were most probably written together; before the last of them is deployed, nobody has filled the tables.
 */
import type { Key } from "../../../model/names.ts";
import type { History } from "../../../project/migration.ts";
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
    // The second file of a project's first set-up; what such a file locks, it locks for a moment.
    const isOfAccess = scope.steps.some(isAboutAccess) && scope.steps.every(isMomentary);
    found = isOfAccess
      ? isAsCreated(scope.after, 1, scope.history)
      : isAsCreated(scope.after, fewest, scope.history) && scope.steps.every(isAddition);
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
  if (!isAsCreated(scope.after, 1, scope.history) || !scope.steps.every(isAddition)) return undefined;
  return (end) => isAsCreated(end, fewest, scope.history);
}

/** All tables but the platform's are of so many migrations, and have the columns that they were made with. */
function isAsCreated(schema: Schema, least: number, history: History): boolean {
  const origins = new Set<number>();
  for (const { kind, key, origin, columns } of schema.relations()) {
    if (kind !== "table" || isOfPlatform(history, key)) continue;
    const own = origin?.migration;
    if (own === undefined || columns.some((column) => column.origin.migration !== own)) return false;
    origins.add(own);
  }
  // The first may have made the schema itself, or the types.
  const others = origins.size > 0 && !origins.has(0) ? 1 : 0;
  return origins.size + others >= least;
}

/** Who may read and write which rows. */
const isAboutAccess = ({ operation: { kind } }: Step): boolean =>
  kind === "setRowSecurity" || kind === "createPolicy";

const isMomentary = (step: Step): boolean =>
  isAboutAccess(step) ||
  /^(?:createFunction|createTrigger|dropPolicy|dropTrigger|grant)$/.test(step.operation.kind) ||
  isTableless(step);

/** It makes something, or fills or changes what this migration makes. */
const isAddition = (step: Step): boolean =>
  /^(?:create|add(?!Column$))/.test(step.operation.kind) ||
  step.operation.kind === "insertRows" ||
  isTableless(step) ||
  (step.table !== undefined && step.madeHere(step.table));

const isTableless = ({ operation, table }: Step): boolean =>
  table === undefined && /^(?:description|session|nothing)$/.test(changed(operation));

/** A table that the tool's platform makes. */
export const isOfPlatform = ({ web }: History, key: Key): boolean =>
  web?.schemas.includes(key.slice(0, key.indexOf("."))) === true;
