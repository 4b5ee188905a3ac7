/** Tables whose rows the history has written itself, so shortly before that hardly anything else has written any. */
import type { Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { MigrationScope } from "../../step.ts";
import { isUnknownAge, mostAge } from "../migration/written-at.ts";
import { near } from "../values/still-empty.ts";
import { isLoaded, isOfUsers, isTold } from "./few-rows.ts";
import { growth } from "./growth.ts";

/** More are data that is loaded. */
const mostRows = 100;

type Facts = Pick<ReplayFacts, "changes" | "startAfter">;

/**
 * Few migrations before, the table was created, and its first rows have been written since. `together`: by changesets of
 * this one's author and file; `apart`: by migrations behind which nothing has changed a table. Not of people and what they
 * enter, and not where times say when it was.
 */
export function seededLately(
  { history, migration }: MigrationScope,
  schema: Schema,
  table: Relation,
  { changes, startAfter }: Facts,
): "together" | "apart" | undefined {
  const { origin, seeded = 0 } = table;
  const made = origin && history.migrations[origin.migration];
  if (made === undefined || changes !== undefined || startAfter !== undefined) return undefined;
  if (!isTold(table) || seeded === 0 || seeded > mostRows || isLoaded(schema, table)) return undefined;
  if (isOfUsers(table) || growth(schema, table) > 1 || !isUnknownAge(mostAge(history, made, migration)))
    return undefined;
  if (migration.index - made.index > near || made.author !== migration.author) return undefined;
  if (made.author !== undefined && made.up.path === migration.up.path) return "together";
  const isNewest = [...schema.relations()].every(
    (one) =>
      (one.origin?.migration ?? -1) <= made.index &&
      one.columns.every(({ origin: { migration: at } }) => at <= made.index),
  );
  return isNewest ? "apart" : undefined;
}
