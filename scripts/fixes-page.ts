/** docs/fixes.md: what fixes are safe, which rules have them, and why the others don't. */
import type { Rule } from "../src/lint/rule.ts";
import { noSafeFix } from "./no-safe-fix.ts";

const linked = (ids: readonly string[]): string => ids.map((id) => `[\`${id}\`](rules/${id}.md)`).join(", ");

export function fixesPage(rules: readonly Rule[]): string {
  const listed = new Set(noSafeFix.flatMap((reason) => reason.rules));
  const missing = rules.find(({ id, fix }) => fix !== "safe" && !listed.has(id));
  if (missing !== undefined)
    throw new Error(`${missing.id} has no safe fix: add it to one of the reasons in scripts/no-safe-fix.ts`);
  const having = (fix: Rule["fix"]): readonly Rule[] => rules.filter((rule) => rule.fix === fix);
  return [
    "# Fixes",
    "<!-- Written by `npm run generate`. -->",
    [
      "| Command | Applies |",
      "| --- | --- |",
      "| `ddlint --fix` | safe fixes |",
      "| `ddlint --fix --unsafe-fixes` | these and the ones to review, where a finding has only one |",
      "| `--diff`, `--dry-run` | nothing: shows a patch, or the report as it would be |",
    ].join("\n"),
    "A **safe fix** means the same to the database. Whatever rows there are, the migration succeeds where it succeeded before, takes no stronger lock, and leaves the same catalogue and the same rows. ddlint's tests play all fixtures on PostgreSQL and MariaDB with their safe fixes and without them, and compare. Where this isn't certain for a statement (in a function's body, for a table that the history doesn't know in full), the finding has no fix.",
    "A **fix to review** changes something: the type of a column, the lock that a statement waits for, what a failure leaves behind. It parses and settles its finding, but only you know whether it fits.",
    "Both leave the statement's other words and its comments as they are, and write keywords in the letter case of the statement. ddlint fixes until there is nothing left to fix, so a second run changes nothing. It refuses to write into migrations that may be applied already if the tool compares checksums; say which ones are new (`--changed`, `--since`, `--after`, `startAfter`), or name the files.",
    `## Rules with a safe fix\n\n${having("safe").map(fixRow).join("\n")}`,
    `## Rules with a fix to review\n\n${linked(having("suggestion").map(({ id }) => id))}.`,
    "## Why the others have no safe fix",
    ...noSafeFix.map(({ title, why, rules: ids }) => `### ${title}\n\n${why}\n\n${linked(ids)}.`),
  ].join("\n\n");
}

const fixRow = ({ id, docs }: Rule): string => `- [\`${id}\`](rules/${id}.md): ${docs.summary}`;
