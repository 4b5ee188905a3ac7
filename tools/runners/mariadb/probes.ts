/** What is tried with every tool that runs MySQL and MariaDB. Each run adds its files to those there already, and applies. */
import type { Probe } from "../probes.ts";

const note = (label: string): string => `INSERT INTO seen (label) VALUES ('${label}')`;
const table = (name: string): string => `CREATE TABLE ${name} (a int)`;
const fail = "INSERT INTO missing VALUES (1)";

const one = (...sql: readonly string[]): Probe => ({ runs: [[{ version: 1, sql }]] });
const out = (...sql: readonly string[]): Probe => ({ runs: [[{ version: 1, sql, optOut: true }]] });
const two = (first: readonly string[], second: readonly string[]): Probe => ({
  runs: [
    [
      { version: 1, sql: first },
      { version: 2, sql: second },
    ],
  ],
});

export const probes: Readonly<Record<string, Probe>> = {
  // What a failure leaves.
  failure: one(note("a"), fail),
  "failure after a table": one(note("a"), table("made"), note("b"), fail),
  "failure in the second": two([note("a")], [note("b"), fail]),
  "failure in the second after a table": two([note("a"), table("made")], [note("b"), fail]),
  "opted out, failure": out(note("a"), fail),
  "opted out, failure after a table": out(note("a"), table("made"), note("b"), fail),
  // Where the tool parts statements, or whether the server gets several at once.
  "two statements": one(note("a"), note("b")),
  "two statements at once": one(`${note("a")}; ${note("b")}`),
  routine: one("CREATE PROCEDURE p()\nBEGIN\n  SELECT 1;\n  SELECT 2;\nEND"),
  // The word of the mysql client.
  delimiter: one("DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  SELECT 1;\nEND//\nDELIMITER "),
  comment: one(`-- what's up; doc\n${note("a")}`, "/* ; */ INSERT INTO seen (label) VALUES ('b')"),
};
