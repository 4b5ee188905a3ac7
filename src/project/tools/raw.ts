/** Migrations by hand: no known tool runs them. */
import type { MarkerKind } from "../layouts/section-markers.ts";
import type { Tool } from "../tool.ts";

const upWords = new Set(["up", "do", "forward", "apply"]);
const downWords = new Set(["down", "undo", "rollback", "revert"]);

/** `-- UP`, `--- Rollback script:`, `-- ==== down ====`, `-- @UP`: a comment of that word alone. */
function wordMarker(line: string): MarkerKind | undefined {
  if (line.length > 120) return undefined;
  const trimmed = line.trim();
  if (!trimmed.startsWith("--")) return undefined;
  const words = trimmed
    .replace(/[-=:@+*#]/g, " ")
    .trim()
    .toLowerCase()
    .split(/\s+/);
  if (words[0] === "migrate") words.shift();
  const [word = "", noun, ...more] = words;
  if (more.length > 0 || (noun !== undefined && !["migration", "script", "section"].includes(noun)))
    return undefined;
  return upWords.has(word) ? "up" : downWords.has(word) ? "down" : undefined;
}

/** Of tools whose SQL is printed and read as files: Alembic, Django, Rails, Liquibase, EF Core, Doctrine, Flyway. */
const printed = [
  "alembic_version",
  "django_migrations",
  "schema_migrations",
  "ar_internal_metadata",
  "databasechangelog",
  "databasechangeloglock",
  "DATABASECHANGELOG",
  "DATABASECHANGELOGLOCK",
  "__EFMigrationsHistory",
  "doctrine_migration_versions",
  "flyway_schema_history",
];

export const raw: Tool = {
  name: "raw",
  handMade: true,
  rank: 9,
  signs: [],
  shapes: [],
  marks: { marker: wordMarker, upIsOptional: true, isPlainWords: true, up: "-- UP", down: "-- DOWN" },
  badName: "its place in the order is not known",
  wraps: "none",
  sends: "unknown",
  trackingTables: printed,
};
