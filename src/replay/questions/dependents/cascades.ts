/** What goes with the rows that a DELETE takes away. */
import type { Key } from "../../../model/names.ts";
import { displayName, splitKey } from "../../../schema/dependents.ts";
import type { Origin } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";

/** Tables whose rows go along. */
export interface Along {
  /** The first one, and how many more: `tasks and 1 more`. */
  readonly tables: string;
  /** The foreign keys by which they go. */
  readonly related: readonly { readonly at: Origin; readonly message: string }[];
}

/** See `DependentQuestions.deletedAlong`. */
export function deletedAlong(schema: Schema, table: Key): Along | undefined {
  const seen = new Set<Key>([table]);
  const related: { readonly at: Origin; readonly message: string }[] = [];
  for (const parent of seen)
    for (const { table: child, constraint: key } of schema.foreignKeysTo(parent)) {
      if (key.onDelete !== "cascade" || !key.enforced || seen.has(child)) continue;
      seen.add(child);
      related.push({ at: key.origin, message: `deletes rows of ${shown(schema, child)} along` });
    }
  const [, first] = seen;
  if (first === undefined) return undefined;
  const rest = seen.size > 2 ? ` and ${seen.size - 2} more` : "";
  return { tables: shown(schema, first) + rest, related };
}

const shown = (schema: Schema, key: Key): string => displayName(schema, ...splitKey(key));
