import type { Step } from "../step.ts";

/** They run in one transaction, or may: how the file runs isn't always known. */
export const sameTransaction = (a: Step, b: Step): boolean =>
  a.transaction.id === b.transaction.id ||
  // RENAME TABLE a TO b, c TO a.
  a.statement === b.statement ||
  (a.transaction.kind === "unknown" && b.transaction.kind === "unknown");
