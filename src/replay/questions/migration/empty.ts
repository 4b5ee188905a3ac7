import { dialectWord } from "../../../model/database-words.ts";
import type { Migration } from "../../../project/migration.ts";
import type { Span } from "../../../text/span.ts";

const onPurpose =
  /\bno[- ]?op\b|\bintentional|\bdeliberate|\bon purpose\b|\bleft (?:blank|empty)\b|\bempty (?:script|file|migration|step)\b|\bplaceholder\b|\bdummy\b/i;

/** See `MigrationScope.emptyOnPurpose`. */
export function emptyOnPurpose({ up }: Migration, comments: readonly Span[]): boolean {
  const file = up.path.slice(up.path.lastIndexOf("/") + 1);
  const words = [...up.path.split("/").slice(0, -1), ...file.split(".")];
  // Beside it stands the same migration for another database.
  if (words.some((word) => dialectWord(word) !== undefined)) return true;
  return comments.some(({ start, end }) => onPurpose.test(up.text.slice(start, Math.min(end, start + 2000))));
}
