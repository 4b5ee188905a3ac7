/** First scripts that drop what they create: `pg_dump --clean`, mysqldump, a schema that is set up anew. */
import { apply } from "../schema/apply.ts";
import type { Schema } from "../schema/schema.ts";
import { lookUp } from "./questions/dependents/dropped.ts";
import type { ScriptResult } from "./replayed-migration.ts";
import type { Step } from "./step.ts";

/**
 * The first script of a history, replayed again without what it drops with IF EXISTS and then creates: the history
 * begins with an empty database. `found` is what the replay from `start` gave. Undefined: it resets nothing, or needs
 * what it drops.
 */
export function resetOf(
  start: Schema,
  found: ScriptResult,
  run: (schema: Schema) => ScriptResult,
): ScriptResult | undefined {
  if (found.missing.length > 0) return undefined;
  const dropped = found.steps.filter((step) => isReset(step, found.schema));
  if (dropped.length === 0) return undefined;
  const empty = dropped.reduce((schema, { operation, before, scope: { migration } }) => {
    const origin = { migration: migration.index, path: migration.up.path, span: operation.span };
    return apply(schema.withSearchPath(before.searchPath), operation, origin);
  }, start);
  const again = run(empty.withSearchPath(start.searchPath));
  return countRefused(again) > countRefused(found) ? undefined : again;
}

function isReset({ operation, before }: Step, end: Schema): boolean {
  if (!("ifExists" in operation) || operation.ifExists !== true) return false;
  return lookUp(operation, before)?.is === "unknown" && lookUp(operation, end)?.is === "present";
}

const countRefused = ({ steps }: ScriptResult): number => steps.filter(({ refused }) => refused).length;
