/** What a runbook calls things: SQL has statements and tables, MongoDB calls and collections. */
import { isCodeOnly, type DialectName } from "../model/dialect.ts";

export interface RunbookWords {
  /** Of a fenced block. */
  readonly language: "sql" | "js";
  readonly comment: "--" | "//";
  readonly statement: string;
  readonly tables: string;
  readonly preflight: string;
  readonly fails: string;
  readonly waits: string;
  readonly figure: string;
  readonly verify: string;
  readonly restore: string;
  readonly byHand: string;
  readonly takenBack: string;
}

const sql: RunbookWords = {
  language: "sql",
  comment: "--",
  statement: "statement",
  tables: "Tables",
  preflight: "These queries only read. `ddlint preflight --server` runs them all.",
  fails: "The migration fails if one of these returns a row:",
  waits: "Look at these rows first. The migration may wait, or do harm:",
  figure: "Figures to compare with the free space:",
  verify: "`ok` is false in each row before, and true in each row after:",
  byHand: "Run these statements by hand:",
  takenBack: "What stays is taken back by:",
  restore: "To get the data back, restore it beside the tables, and copy what is missing:",
};

const code: RunbookWords = {
  language: "js",
  comment: "//",
  statement: "call",
  tables: "Collections",
  preflight: "These queries only read. Run them in mongosh.",
  fails: "The migration fails if one of these returns something:",
  waits: "Look at these first. The migration may do harm:",
  figure: "Figures that say how long it takes:",
  verify: "In mongosh, `ok` is false in each row before, and true in each row after:",
  byHand: "Run these calls in mongosh:",
  takenBack: "What stays is taken back in mongosh by:",
  restore: "To get the data back, restore it into another database, and copy what is missing:",
};

export const wordsOf = (dialect: DialectName): RunbookWords => (isCodeOnly[dialect] ? code : sql);

export const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
