/** What is tried with every tool. Each run adds its files to those there already, and applies. */
import type { Step } from "./tool.ts";

export interface ProbeStep extends Omit<Step, "name"> {
  readonly name?: string;
  /** With the tool's documented opt-out from its transaction. */
  readonly optOut?: true;
  /** Its files begin with a byte order mark. */
  readonly mark?: true;
}

export interface Probe {
  readonly runs: readonly (readonly ProbeStep[])[];
}

const note = (label: string): string => `INSERT INTO seen VALUES ('${label}')`;
const index = (name: string): string => `CREATE INDEX CONCURRENTLY ${name} ON t (a)`;
const set = "SET lock_timeout = '2s'";
const fail = "SELECT 1 / 0";

const one = (...sql: readonly string[]): Probe => ({ runs: [[{ version: 1, sql }]] });
const out = (...sql: readonly string[]): Probe => ({ runs: [[{ version: 1, sql, optOut: true }]] });

export const probes: Readonly<Record<string, Probe>> = {
  // Which statements share a transaction, a message, a session.
  transaction: {
    runs: [
      [
        { version: 1, sql: [note("a"), note("b")] },
        { version: 2, sql: [note("c")] },
      ],
    ],
  },
  "opted out": out(note("a"), note("b")),
  "one opted out": {
    runs: [
      [
        { version: 1, sql: [note("a")] },
        { version: 2, sql: [note("b"), note("c")], optOut: true },
        { version: 3, sql: [note("d")] },
      ],
    ],
  },
  concurrently: one(index("i")),
  "concurrently after set": one(set, index("i")),
  "concurrently twice": one(index("i"), index("j")),
  "concurrently first": one(index("i"), note("a")),
  "concurrently after commit": one("COMMIT", index("i")),
  "concurrently after begin and commit": one("BEGIN", note("a"), "COMMIT", index("i")),
  "opted out, concurrently": out(index("i")),
  "opted out, concurrently after set": out(set, index("i")),
  "opted out, concurrently twice": out(index("i"), index("j")),
  "opted out, concurrently first": out(index("i"), note("a")),
  "concurrently in the second": {
    runs: [
      [
        { version: 1, sql: [note("a")] },
        { version: 2, sql: [index("i")] },
      ],
    ],
  },
  // A value of an enum can't be used before the transaction that adds it commits.
  "enum value in the next": {
    runs: [
      [{ version: 1, sql: ["CREATE TYPE mood AS ENUM ('a')"] }],
      [
        { version: 2, sql: ["ALTER TYPE mood ADD VALUE 'b'"] },
        { version: 3, sql: ["SELECT 'b'::mood"] },
      ],
    ],
  },
  // Where the tool parts statements.
  "one line": one(`${note("a")}; ${note("b")}`),
  "opted out, one line": out(`${note("a")}; ${note("b")}`),
  "opted out, concurrently after set on one line": out(`${set}; ${index("i")}`),
  "function body": one("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND\n$$"),
  // What a failure leaves, and whether the mended file runs.
  failure: { runs: [[{ version: 1, sql: [note("a"), fail] }], [{ version: 1, sql: [note("b")] }]] },
  "opted out, failure": {
    runs: [
      [{ version: 1, sql: [note("a"), fail], optOut: true }],
      [{ version: 1, sql: [note("b")], optOut: true }],
    ],
  },
  "failure in the second": {
    runs: [
      [
        { version: 1, sql: [note("a")] },
        { version: 2, sql: [fail] },
      ],
    ],
  },
  // Which files run, and when.
  order: {
    runs: [
      [
        { version: 2, sql: [note("2")] },
        { version: 10, sql: [note("10")] },
      ],
    ],
  },
  late: {
    runs: [
      [
        { version: 1, sql: [note("1")] },
        { version: 3, sql: [note("3")] },
      ],
      [{ version: 2, sql: [note("2")] }],
    ],
  },
  "late, and a new one": {
    runs: [
      [
        { version: 1, sql: [note("1")] },
        { version: 3, sql: [note("3")] },
      ],
      [
        { version: 2, sql: [note("2")] },
        { version: 4, sql: [note("4")] },
      ],
    ],
  },
  duplicate: {
    runs: [
      [
        { version: 1, name: "x", sql: [note("x")] },
        { version: 1, name: "y", sql: [note("y")] },
      ],
    ],
  },
  "late duplicate": {
    runs: [[{ version: 1, name: "x", sql: [note("x")] }], [{ version: 1, name: "y", sql: [note("y")] }]],
  },
  edited: { runs: [[{ version: 1, sql: [note("a")] }], [{ version: 1, sql: [note("b")] }]] },
  // Settings, and transactions of the file's own.
  set: {
    runs: [
      [
        { version: 1, sql: [set, note("a")] },
        { version: 2, sql: [note("b")] },
      ],
    ],
  },
  "set local": one("SET LOCAL lock_timeout = '2s'", note("a")),
  "opted out, set": {
    runs: [
      [
        { version: 1, sql: [set, note("a")], optOut: true },
        { version: 2, sql: [note("b")], optOut: true },
      ],
    ],
  },
  "opted out, set local": out("SET LOCAL lock_timeout = '2s'", note("a")),
  "byte order mark": { runs: [[{ version: 1, sql: [note("a")], mark: true }]] },
  "begin and commit": one("BEGIN", note("a"), "COMMIT"),
  "begin and commit, failure": one("BEGIN", note("a"), "COMMIT", note("b"), fail),
};
