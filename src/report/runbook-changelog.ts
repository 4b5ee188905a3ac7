/** The entry of a changelog of the database. */
import { code, list, plain } from "./runbook-text.ts";
import { wordsOf, type RunbookWords } from "./runbook-words.ts";
import type { Runbook, RunbookMigration } from "./runbook.ts";

/** An entry for each migration. */
export const changelogEntry = ({ migrations, dialect }: Runbook): string =>
  migrations.map((one) => entryOf(one, wordsOf(dialect))).join("\n\n");

const headingOf = ({ name }: RunbookMigration): string => `## ${plain(name)}`;

function entryOf(migration: RunbookMigration, { tables: title }: RunbookWords): string {
  const { version, description, tables, statements, nature, downtime, releases, rollback } = migration;
  const locks = statements
    .filter(({ blocks }) => blocks !== "nothing")
    .map(({ text, blocks }) => `${code(text)}: ${blocks} wait`);
  const words = description.replaceAll(/[_-]+/g, " ").trim();
  return [
    headingOf(migration),
    "",
    list([
      ...(version === undefined ? [] : [`Version: ${plain(version)}`]),
      ...(words === "" ? [] : [`Description: ${plain(words)}`]),
      `Kind: ${nature}`,
      ...(tables.length === 0 ? [] : [`${title}: ${tables.map(code).join(", ")}`]),
      ...(locks.length === 0
        ? ["Locks: none that the application waits for"]
        : locks.map((lock) => `Locks: ${lock}`)),
      `Downtime: ${downtime.length === 0 ? "no" : "yes"}`,
      ...releases.map((release) => `Deploy first: ${release}`),
      `Rollback: ${rollbackWords(rollback)}`,
    ]),
  ].join("\n");
}

function rollbackWords({ by, lost, statements, gaps }: RunbookMigration["rollback"]): string {
  if (lost.length > 0) return `possible, without ${lost.map(plain).join(", ")}`;
  if (by === "project") return "the migration's own";
  if (gaps.length > 0) return "not known";
  return statements.length === 0 ? "nothing to take back" : "by hand, see the runbook";
}

/** The changelog with the entries that it doesn't have yet, behind its title; the same text where it has them all. */
export function withEntries(changelog: string, runbook: Runbook): string {
  const lines = new Set(changelog.split("\n").map((line) => line.trim()));
  const missing = runbook.migrations.filter((migration) => !lines.has(headingOf(migration)));
  if (missing.length === 0) return changelog;
  const entries = missing
    .toReversed()
    .map((one) => entryOf(one, wordsOf(runbook.dialect)))
    .join("\n\n");
  const text = changelog.trim() === "" ? "# Database changelog\n" : changelog;
  const first = /^## /m.exec(text)?.index;
  if (first === undefined) return `${text.trimEnd()}\n\n${entries}\n`;
  return `${text.slice(0, first)}${entries}\n\n${text.slice(first)}`;
}
