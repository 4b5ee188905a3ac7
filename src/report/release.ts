/** For a deploy pipeline: when each new migration may run. */
import type { ReleasePart } from "../lint/result.ts";
import { indexLines } from "../text/lines.ts";
import { jsonText } from "../text/json-text.ts";
import type { Report } from "./report.ts";
import { oneLine } from "./words.ts";

type Reason = ReleasePart["reasons"][number];

const longest = 80;

/** What the reason is about, in one line: `DROP COLUMN code`. */
export function statementOf(
  { file, line, column, endLine, endColumn }: Reason,
  sources: Report["sources"],
): string {
  const text = sources.get(file) ?? "";
  const lines = indexLines(text);
  const end = lines.offset({ line: endLine, column: endColumn });
  const statement = oneLine(text.slice(lines.offset({ line, column }), end));
  return statement.length > longest ? `${statement.slice(0, longest - 1)}…` : statement;
}

const rank = { break: 0, unknown: 1, data: 2, contract: 3, expand: 4 } as const;

/** The reason why it is `neither` or `unknown`. */
export const decisive = ({ reasons }: ReleasePart): Reason | undefined =>
  [...reasons].sort((a, b) => rank[a.phase] - rank[b.phase])[0];

/** All in one go, as far as they are read: what is `before` and what is `after` don't go together. */
function together(parts: readonly ReleasePart[]): ReleasePart["run"] {
  const found = new Set(parts.map(({ run }) => run));
  found.delete("either");
  const [only = "either"] = found;
  if (found.size <= 1) return only;
  if (found.has("neither") || (found.has("before") && found.has("after"))) return "neither";
  return "unknown";
}

/**
 * `{ version, run, coverage, migrations: [{ migration, root, file, phase, run, reasons }] }`: `run` says when all of them may
 * run in one go, each `run` when that one may; reasons name the statement. With a migration that isn't read, the first isn't known.
 */
export function formatRelease({ version, coverage, release = [], sources }: Report): string {
  const run = together(release);
  const migrations = release.map(({ reasons, ...part }) => ({
    ...part,
    reasons: reasons.map((reason) => ({
      phase: reason.phase,
      why: reason.why,
      file: reason.file,
      line: reason.line,
      column: reason.column,
      statement: statementOf(reason, sources),
    })),
  }));
  return `${jsonText({ version, run: coverage.complete || run === "neither" ? run : "unknown", coverage, migrations }, 2)}\n`;
}
