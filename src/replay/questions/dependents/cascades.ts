/** What goes with the rows that a DELETE takes away. */
import type { Key } from "../../../model/names.ts";
import type { ForeignKey } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";

/** A table whose rows go, and the foreign key by which they do. */
export interface Along {
  readonly table: Key;
  readonly key: ForeignKey;
}

/** See `DependentQuestions.deletedAlong`. */
export function deletedAlong(schema: Schema, table: Key): readonly Along[] {
  const seen = new Set<Key>([table]);
  const found: Along[] = [];
  for (const parent of seen)
    for (const { table: child, constraint: key } of schema.foreignKeysTo(parent)) {
      if (key.onDelete !== "cascade" || !key.enforced || seen.has(child)) continue;
      seen.add(child);
      found.push({ table: child, key });
    }
  return found;
}
