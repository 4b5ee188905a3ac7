/** Tools whose other instances wait in a call that holds a snapshot: a concurrent build waits for that. */
import { expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const up = "CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n";
const pairs = {
  "migrations/000001_orders.up.sql": up,
  "migrations/000001_orders.down.sql": "DROP TABLE orders;\n",
  "migrations/000002_code.up.sql": "CREATE INDEX orders_code ON orders (code);\n",
  "migrations/000002_code.down.sql": "DROP INDEX orders_code;\n",
};
const dbmate = {
  "db/migrations/20240101000000_orders.sql": `-- migrate:up\n${up}-- migrate:down\nDROP TABLE orders;\n`,
  "db/migrations/20240102000000_code.sql":
    "-- migrate:up\nCREATE INDEX orders_code ON orders (code);\n-- migrate:down\nDROP INDEX orders_code;\n",
};

const adviceFor = async (
  files: Readonly<Record<string, string>>,
  rule = "index-without-concurrently",
): Promise<string | undefined> => {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "postgres" } });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead;
};

it.each([
  ["golang-migrate", { "go.mod": "module m\n\nrequire github.com/golang-migrate/migrate/v4 v4.17.1\n" }],
  ["sqlx", { "Cargo.toml": '[package]\nname = "m"\n\n[dependencies]\nsqlx = "0.8"\n' }],
])("%s: one instance builds", async (_, files) => {
  expect(await adviceFor({ ...pairs, ...files })).toContain(
    '-- start one instance of the tool: a second one that waits in pg_advisory_lock makes the build fail with "deadlock detected"',
  );
});

it("says nothing of a tool without such a lock", async () => {
  const advice = await adviceFor(dbmate);
  expect(advice).toContain("CONCURRENTLY");
  expect(advice).not.toContain("pg_advisory_lock");
});
