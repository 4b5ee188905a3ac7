/** What a comment says of a migration that has no way back. */
import type { Span } from "../text/span.ts";

const reason =
  /^#+\s*(?:(?:ddlint-)?irreversible|no[ -](?:rollback|down(?:grade)?))\b[ \t]*(?::[ \t]*([^\r\n]*))?/i;

/** The reason behind `# irreversible:`, empty if it gives none; undefined: no comment says so. */
export function irreversibleReason(text: string, comments: readonly Span[]): string | undefined {
  for (const { start, end } of comments) {
    const said = reason.exec(text.slice(start, Math.min(end, start + 500)));
    if (said !== null) return (said[1] ?? "").trim();
  }
  return undefined;
}
