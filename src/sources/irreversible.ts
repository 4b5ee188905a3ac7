/** What a comment says of a migration that has no way back. */
import { irreversibleMark } from "../text/irreversible-mark.ts";
import type { Span } from "../text/span.ts";

/** The reason behind `# irreversible:`, empty if it gives none; undefined: no comment says so. */
export function irreversibleReason(text: string, comments: readonly Span[]): string | undefined {
  for (const { start, end } of comments) {
    const mark = irreversibleMark(text.slice(start, Math.min(end, start + 500)).replace(/^[#/*\s]+/, ""));
    if (mark !== undefined) return mark.reason;
  }
  return undefined;
}
