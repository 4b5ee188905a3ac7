/** Names that Objection's `knexSnakeCaseMappers` turn into others before they are sent, which no file of Knex's says. */
import type { History, Script } from "../project/migration.ts";
import type { Failure } from "../schema/failure.ts";
import type { Schema } from "../schema/schema.ts";

const plain = (name: string): string => name.replaceAll(/[_"`]/g, "").toLowerCase();

/** Without those that may be there under their other name: `referenceType` where there is `reference_type`. */
export function certainFailures(
  failures: readonly Failure[],
  { text, code }: Script,
  { mapsNames }: History,
  schema: Schema,
): readonly Failure[] {
  if (failures.length === 0 || code === undefined || mapsNames !== true) return failures;
  return failures.filter(({ kind, span, object }) => {
    const written = text.slice(span.start, span.end);
    if (kind !== "unknown-column" || object === undefined || !/[A-Z]/.test(written)) return true;
    const found = schema.relation(object.tag);
    return (
      found.is !== "present" ||
      !found.value.columns.some(({ name }) => name.includes("_") && plain(name) === plain(written))
    );
  });
}
