/** Which conventions the files of a history follow. */
import { expect, it } from "vitest";
import { conventionOf, findHistories, memoryFileSystem, rules } from "../../src/index.ts";

const conventionsOf = (names: readonly string[]): readonly (string | undefined)[] => {
  const sql = (name: string): string =>
    /rollback/.test(name) ? "DROP TABLE t;" : "CREATE TABLE t (id int);";
  const fs = memoryFileSystem(Object.fromEntries(names.map((name) => [`db/${name}`, sql(name)])));
  const histories = findHistories({ cwd: "/", root: "/", paths: [], facts: {}, fs });
  return histories.map((history) => conventionOf(history, rules));
};

it.each([
  [
    "conventions/numbered",
    ["001_orders.sql", "001_rollback_orders.sql", "002_notes.sql", "rollback-002_notes.sql"],
  ],
  [
    "conventions/timestamped",
    [
      "20260105090000_orders.sql",
      "20260105090000_orders_rollback.sql",
      "20260106090000_notes.sql",
      "20260106090000_notes_rollback.sql",
    ],
  ],
  ["conventions/flyway", ["V1__create_orders.sql", "V1_1__add_notes.sql", "R__order_notes.sql"]],
])("%s", (preset, names) => {
  expect(conventionsOf(names)).toEqual([preset]);
});

it.each([
  ["numbers of four digits", ["0001_orders.sql", "0001_rollback_orders.sql", "0002_notes.sql"]],
  [
    "words that aren't joined by underscores",
    ["001-orders-of-all.sql", "001_rollback_a.sql", "002-all-notes.sql"],
  ],
  ["no rollbacks", ["001_orders.sql", "002_notes.sql"]],
  ["another tool's sections", ["20260105090000_orders.sql", "20260106090000_notes.sql"]],
])("none: %s", (_, names) => {
  expect(conventionsOf(names)).toEqual([undefined]);
});
