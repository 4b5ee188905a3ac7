/** A rollback that stops at a mistake leaves something over: one cause, one finding. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const lint = async (up: string, down: string) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "migrations/000001_first.up.sql":
        "CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE staff (id bigint PRIMARY KEY);\nCREATE TABLE shifts (staff_id bigint PRIMARY KEY REFERENCES staff (id));\n",
      "migrations/000001_first.down.sql": "DROP TABLE users;\nDROP TABLE shifts;\nDROP TABLE staff;\n",
      "migrations/000002_more.up.sql": up,
      "migrations/000002_more.down.sql": down,
    }),
    facts: { dialect: "postgres" },
  });
  return findings
    .filter(({ category }) => category === "history" || category === "correctness")
    .map(({ ruleId, also = [] }) => [ruleId, ...also.map((other) => other.ruleId)].join(" + "));
};

test.each([
  [
    "the table that the rollback misspells",
    "CREATE TABLE counters (id bigint PRIMARY KEY);\nCREATE INDEX counters_id ON counters ((id + 1));",
    "DROP TABLE counter;",
    ["unknown-table + rollback-does-not-reverse"],
  ],
  [
    "the column that it misspells",
    "ALTER TABLE users ADD COLUMN counters int;",
    "ALTER TABLE users DROP COLUMN counter;",
    ["unknown-column + rollback-does-not-reverse"],
  ],
  [
    "the table that it forgets, and whose key refuses it",
    "CREATE TABLE rooms (id bigint PRIMARY KEY);\nCREATE TABLE seen (id bigint PRIMARY KEY REFERENCES rooms (id));",
    "DROP TABLE rooms;",
    ["rollback-order + rollback-does-not-reverse"],
  ],
  [
    "the column that it looks for in another table",
    "ALTER TABLE users ADD COLUMN seats int;",
    "ALTER TABLE staff DROP COLUMN seats;",
    ["unknown-column + rollback-does-not-reverse"],
  ],
  [
    "nothing: an older table that others need, and the server keeps",
    "ALTER TABLE users ADD COLUMN seats int;",
    "ALTER TABLE users DROP COLUMN seats;\nDROP TABLE staff;",
    ["rollback-order"],
  ],
  [
    "something else besides",
    "CREATE TABLE counters (id bigint PRIMARY KEY);\nALTER TABLE users ADD COLUMN counters int;",
    "DROP TABLE counter;",
    ["unknown-table", "rollback-does-not-reverse"],
  ],
])("what is left over is %s", async (_, up, down, expected) => {
  expect((await lint(up, down)).toSorted()).toEqual(expected.toSorted());
});
