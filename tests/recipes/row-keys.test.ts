/** Over which columns a materialized view gets the unique index that REFRESH … CONCURRENTLY needs. */
import { expect, it } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const tables = `CREATE TABLE accounts (id bigint PRIMARY KEY, code text);
CREATE TABLE orders (id bigint PRIMARY KEY, account_id bigint, state text, tags text[]);
`;

const index = async (query: string): Promise<string | undefined> => {
  const fs = memoryFileSystem({
    "migrations/001_a.sql": `${tables}CREATE MATERIALIZED VIEW totals AS ${query};\n`,
    "migrations/002_b.sql": "REFRESH MATERIALIZED VIEW totals;\n",
  });
  const { findings } = await lintProject({ fs });
  const advice = findings.find(({ ruleId }) => ruleId === "refresh-without-concurrently")?.instead;
  return /ON totals \((.*)\);/.exec(advice ?? "")?.[1];
};

it.each([
  [
    "two groups",
    "SELECT state, account_id AS account, count(*) FROM orders GROUP BY account_id, state",
    "account, state",
  ],
  ["a group by its place", "SELECT count(*), lower(state) s FROM orders o GROUP BY 2", "s"],
  ["an expression", "SELECT count(*) AS n, lower(state) AS s FROM orders GROUP BY lower(state)", "s"],
  ["a group by its name", "SELECT count(*) AS n, lower(state) AS s FROM orders GROUP BY s", "s"],
  [
    "columns of one name",
    "SELECT a.id, o.id AS last FROM accounts a JOIN orders o ON o.account_id = a.id GROUP BY a.id, o.id",
    "id, last",
  ],
  [
    "behind WITH",
    "WITH o AS (SELECT * FROM orders) SELECT account_id, max(id) AS last FROM o GROUP BY account_id",
    "account_id",
  ],
  ["DISTINCT", "SELECT DISTINCT state, account_id FROM orders", "state, account_id"],
  [
    "DISTINCT ON",
    "SELECT DISTINCT ON (account_id) state, account_id FROM orders ORDER BY account_id, id",
    "account_id",
  ],
  ["one table with its key", "SELECT state, id AS order_id FROM orders WHERE state IS NOT NULL", "order_id"],
  ["all of one table", "SELECT * FROM orders", "id"],
  ["one row", "SELECT count(*) AS n, max(id) AS last FROM orders", "n"],
  ["one table without its key", "SELECT state FROM orders", "<columns>"],
  ["a group that isn't in the result", "SELECT count(*) AS n FROM orders GROUP BY account_id", "<columns>"],
  ["several groupings", "SELECT state, count(*) FROM orders GROUP BY ROLLUP (state)", "<columns>"],
  ["a join", "SELECT o.id, a.code FROM orders o JOIN accounts a ON a.id = o.account_id", "<columns>"],
  ["a row for each element", "SELECT id, unnest(tags) AS tag FROM orders", "<columns>"],
  ["UNION ALL", "SELECT id FROM orders UNION ALL SELECT id FROM accounts", "<columns>"],
])("%s", async (_, query, columns) => {
  expect(await index(query)).toBe(columns);
});
