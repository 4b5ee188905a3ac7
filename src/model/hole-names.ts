/** Names in place of what a text gets when it runs: see `src/sql/holes.ts`. */

/** A name has 63 bytes (manual, section 4.1.1), and more may be written beside it: `'idx_' || t`. */
export const longest = 24;

/** Two underscores end it, so that it is found beside other letters, too. */
export const holePattern = /run_time_[a-z0-9]+(?:_[a-z0-9]+)*__/g;

/** A part of it stands for what isn't known before it runs. */
export const hasHoleName = (text: string): boolean => text.search(holePattern) >= 0;

export function holeName(written: string): string {
  const words = written.replaceAll(/[^A-Za-z0-9]+/g, "_").toLowerCase();
  return `run_time_${words.replace(/^_/, "").slice(0, longest).replace(/_$/, "") || "value"}__`;
}
