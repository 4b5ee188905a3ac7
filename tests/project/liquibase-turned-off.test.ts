import { expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const sql = "--liquibase formatted sql\n--changeset ann:1\nCREATE TABLE t (id int);\n";
const include = (file: string): string => `<include file="${file}" relativeToChangelogFile="true"/>`;

const reported = (comment: string) =>
  discover(
    memoryFileSystem({
      "db/changelog/db.changelog-master.xml": `<databaseChangeLog>\n<!-- ${comment} -->\n${include("orders.sql")}${include("items.sql")}\n</databaseChangeLog>`,
      "db/changelog/orders.sql": sql,
      "db/changelog/items.sql": sql.replaceAll("ann:1", "ann:2"),
      "db/changelog/orders-h2.sql": sql,
    }),
    [],
  ).flatMap(({ problems }) => problems.map(({ path, message }) => [path, message]));

test.each([
  ["alone", include("orders-h2.sql")],
  ["by its folder", '<include file="db/changelog/orders-h2.sql" context="h2"/>'],
])("a file whose include is a comment is left out on purpose: %s", (_, comment) => {
  expect(reported(comment)).toEqual([]);
});

test.each([["nothing"], ["see orders-h2.sql"], [include("more-orders-h2.sql")]])(
  "no changelog includes it: a comment says %s",
  (comment) => {
    expect(reported(comment)).toEqual([
      ["db/changelog/orders-h2.sql", "liquibase skips it: no changelog includes it"],
    ]);
  },
);
