/** A question to a database before migrations run: a query that returns what is wrong. */
import type { PerFamily } from "../../model/dialect.ts";

export const checkKinds = [
  "server",
  "privileges",
  "objects",
  "invalid index",
  "version number",
  "null",
  "duplicate",
  "orphan",
  "check",
  "value",
  "rows",
  "long transaction",
  "replication",
  "space",
] as const;
export type CheckKind = (typeof checkKinds)[number];

export interface Check {
  readonly kind: CheckKind;
  /** What its rows mean: `orders.note holds NULL`. */
  readonly wrong: string;
  /**
   * `fails`: with a row, the migration fails; `waits`: it may wait or do harm, so somebody has to look; `figure`: the
   * rows are figures, for people to judge.
   */
  readonly level: "fails" | "waits" | "figure";
  /** One SELECT without semicolon, which takes no lock above ACCESS SHARE. */
  readonly sql: string;
  /** It asks a table that may not be there yet, and then nothing is wrong. */
  readonly mayLack?: true | undefined;
}

/** What can't be asked before the migrations run, as a sentence. */
export interface Unchecked {
  readonly what: string;
  readonly why: string;
}

export interface Checks {
  readonly checks: readonly Check[];
  readonly unchecked: readonly Unchecked[];
}

/** So many examples of what is wrong. */
export const most = 10;

/** How a literal writes a backslash. */
export const backslashes: PerFamily<string> = { postgres: "\\", mysql: "\\\\", mongodb: "\\\\" };

/** A text as a literal. */
export const literal = (text: string, backslash: string): string =>
  `'${text.replaceAll("'", "''").replaceAll("\\", backslash)}'`;
