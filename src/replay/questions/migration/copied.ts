/** Migrations that a generator wrote twice, or that somebody copied. */
import type { History, Migration } from "../../../project/migration.ts";

/** What migrations say, by their statements alone, and the first that says it. */
const known = new WeakMap<readonly Migration[], ReadonlyMap<string, Migration>>();

/** The body of what migrates in code: above it stand names and times. */
const body = /\b(?:async\s+up|def\s+(?:upgrade|up|change|self\.up)|exports\.up|up)\b[^]*/;

/** It changes nothing that lasts. */
const ofSession = /^(?:SELECT|SET|RESET|BEGIN|START|COMMIT)\b|^$/i;

const statementsOf = ({ up: { text, part, code } }: Migration): string => {
  const own = code === undefined ? text.slice(part.start, part.end) : (body.exec(text)?.[0] ?? text);
  return own
    .replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, "")
    .replaceAll(/\s+/g, " ")
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => !ofSession.test(statement))
    .join(";");
};

/** See `MigrationScope.copyOf`. */
export function copyOf({ migrations }: History, migration: Migration): Migration | undefined {
  let first = known.get(migrations);
  if (first === undefined) {
    const all = new Map<string, Migration>();
    for (const one of migrations) {
      const text = statementsOf(one);
      if (text !== "" && !all.has(text)) all.set(text, one);
    }
    known.set(migrations, (first = all));
  }
  const found = first.get(statementsOf(migration));
  return found === undefined || found.index >= migration.index ? undefined : found;
}
