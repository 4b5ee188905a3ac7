/** What `instead` says where the history knows more than the rule's page. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

const base = `
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, note text);
CREATE TABLE items (order_id bigint REFERENCES orders);
CREATE VIEW totals AS SELECT total FROM orders;
CREATE VIEW sums AS SELECT sum(total) FROM totals;
-- next migration
ALTER TABLE items RENAME TO lines;
ALTER TABLE orders RENAME COLUMN note TO remark;
-- next migration
`;

const cases: readonly (readonly [rule: string, sql: string, instead: RegExp])[] = [
  ["unknown-table", "DELETE FROM ordres WHERE id = 1", /^did you mean orders\?$/],
  ["unknown-table", "DELETE FROM items WHERE order_id = 1", /^it is now called lines$/],
  [
    "unknown-table",
    "INSERT INTO parcels VALUES (1); CREATE TABLE parcels (id bigint PRIMARY KEY);",
    /^Create parcels before this, not behind it$/,
  ],
  [
    "unknown-table",
    "ALTER TABLE orders ADD CONSTRAINT of FOREIGN KEY (id) REFERENCES parcels; CREATE TABLE parcels (id bigint PRIMARY KEY);",
    /^Create parcels before this, not behind it, or add the foreign key behind that$/,
  ],
  [
    "unknown-table",
    "INSERT INTO parcels VALUES (1); CREATE TABLE IF NOT EXISTS parcels (id bigint PRIMARY KEY);",
    /^Correct the name/,
  ],
  ["unknown-column", "UPDATE orders SET totl = 1 WHERE id = 1", /^did you mean total\?$/],
  ["unknown-column", "UPDATE orders SET note = 'x' WHERE id = 1", /^it is now called remark$/],
  ["unknown-column", "UPDATE orders SET something_else = 1 WHERE id = 1", /^Correct the name/],
  [
    "drop-breaks-dependent",
    "ALTER TABLE orders DROP COLUMN total",
    /^DROP VIEW sums, totals;\nALTER TABLE orders DROP COLUMN total;\n-- then create again/,
  ],
  [
    "drop-breaks-dependent",
    "ALTER TABLE orders ALTER COLUMN total TYPE text",
    /^DROP VIEW sums, totals;\nALTER TABLE orders ALTER COLUMN total TYPE text;\n-- then create again/,
  ],
  [
    "drop-breaks-dependent",
    "DROP TABLE orders",
    /^drop or change foreign key items_order_id_fkey of lines, view sums, view totals first$/,
  ],
  ["drop-cascade", "DROP VIEW totals CASCADE", /^DROP VIEW sums;\nDROP VIEW totals;$/],
  [
    "drop-table",
    "DROP TABLE orders",
    /^ALTER TABLE lines DROP CONSTRAINT items_order_id_fkey;\nDROP VIEW sums, totals;\nDROP TABLE orders;$/m,
  ],
  [
    "rename-table",
    "ALTER TABLE lines SET SCHEMA shop",
    /^CREATE VIEW lines AS SELECT \* FROM shop\.lines;$/m,
  ],
  ["rename-table", "ALTER VIEW sums RENAME TO all_sums", /^ALTER VIEW sums RENAME TO all_sums;$/m],
];

describe("instead", () => {
  it.each(cases)("%s: %s", (rule, sql, instead) => {
    const { findings } = lintFixture("migrations/a.sql", `${base}${sql};\n`, rules, rule);
    expect(findings.at(-1)?.instead).toMatch(instead);
  });
});

it("drops before a table what goes with another table only later", () => {
  const path = "fixtures/rules/drop-cascade/bad-one-of-two-tables-dropped-later.sql";
  const { findings } = lintFixture("migrations/a.sql", readFileSync(path, "utf8"), rules, "drop-cascade");
  expect(findings.map(({ instead }) => instead)).toEqual([
    [
      "ALTER TABLE messages DROP CONSTRAINT messages_account_id_fkey;",
      "ALTER TABLE rules DROP CONSTRAINT rules_account_id_fkey;",
      "DROP TABLE accounts;",
    ].join("\n"),
  ]);
});
