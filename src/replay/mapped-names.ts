/**
 * Names that are others when they are sent: a template's placeholders, and what Objection's `knexSnakeCaseMappers` make of
 * names, which no file of Knex's says.
 */
import { isPlaceholder } from "../model/names.ts";
import type { History, Script } from "../project/migration.ts";
import type { Failure } from "../schema/failure.ts";
import type { ParsedText } from "../sql/front-end.ts";
import type { Schema } from "../schema/schema.ts";

/** What a placeholder stands for isn't known: it may be there, or be no name at all (`WHERE id = :id`). */
const withoutPlaceholders = (
  failures: readonly Failure[],
  text: string,
  placeholders: ReadonlyMap<string, string>,
): readonly Failure[] =>
  failures.filter(({ kind, span, name }) => {
    const written = text.slice(span.start, span.end);
    if (!kind.startsWith("unknown-")) return true;
    return (
      !name.split(".").some(isPlaceholder) && ![...placeholders.values()].some((one) => written.includes(one))
    );
  });

const plain = (name: string): string => name.replaceAll(/[_"`]/g, "").toLowerCase();

/**
 * Without those that may be there under their other name: `referenceType` where there is `reference_type`; or the other way
 * round, of SQL as it is sent beside calls whose names a package of the project maps.
 */
export function certainFailures(
  all: readonly Failure[],
  { text, code }: Script,
  { placeholders }: Pick<ParsedText, "placeholders">,
  { mapsNames }: History,
  schema: Schema,
): readonly Failure[] {
  if (all.length === 0) return all;
  const failures = placeholders === undefined ? all : withoutPlaceholders(all, text, placeholders);
  if (code === undefined || mapsNames !== true) return failures;
  return failures.filter(({ kind, span, bare = "", table }) => {
    const own = text.slice(span.start, span.end);
    // A failure may be about more than the name; the name by itself may be folded.
    const written = plain(own) === plain(bare) ? own : bare;
    if (kind !== "unknown-column" || table === undefined || !/[A-Z_]/.test(written)) return true;
    const other = /[A-Z]/.test(written) ? /_/ : /[A-Z]/;
    const found = schema.relation(table);
    return (
      found.is !== "present" ||
      !found.value.columns.some(({ name }) => other.test(name) && plain(name) === plain(written))
    );
  });
}
