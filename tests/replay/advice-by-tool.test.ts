/** What is advised, tool by tool. */
import { describe, expect, it } from "vitest";
import { lintText } from "../../src/index.ts";

const insteadOf = async (sql: string, tool: string, path?: string): Promise<string | undefined> => {
  const { findings } = await lintText(sql, { facts: { tool }, path });
  return findings.find(({ ruleId }) => /index-without-concurrently|in-transaction/.test(ruleId))?.instead;
};
const plain = "CREATE INDEX i ON t (a);";
const concurrently = "CREATE INDEX CONCURRENTLY i ON t (a);";

describe("tools that open a transaction around every file", () => {
  it.each(["refinery", "drizzle"])("%s", async (tool) => {
    expect(await insteadOf(concurrently, tool)).toBe(
      "run it by hand, outside of the migration: the tool opens a transaction for every file",
    );
    expect(await insteadOf(plain, tool)).toBe(
      `-- by hand before the migration, which then needs IF [NOT] EXISTS: the tool opens a transaction
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS i;
CREATE INDEX CONCURRENTLY i ON t (a);
RESET lock_timeout;`,
    );
  });

  it("node-pg-migrate, but for its migrations in code", async () => {
    expect(await insteadOf(concurrently, "node-pg-migrate")).toContain(
      "in JavaScript, with pgm.noTransaction()",
    );
  });
});

it("a file in code is told in its own words", async () => {
  const call = `knex.raw("${concurrently}")`;
  expect(await insteadOf(`exports.up = (knex) => ${call};`, "knex", "1_x.js")).toContain(
    ": exports.config = {",
  );
  expect(await insteadOf(`export const up = (knex) => ${call};`, "knex", "1_x.ts")).toContain(
    ": export const config = {",
  );
});

it("the timeout that is advised lasts as long as the message that it is sent in", async () => {
  const alone = "ALTER TABLE t ADD COLUMN a int;";
  const { findings } = await lintText(alone, { facts: { tool: "golang-migrate" } });
  const [, advice = ""] = findings[0]?.instead?.split("\n") ?? [];
  expect(advice).toBe("SET LOCAL lock_timeout = '2s';");
  const after = await lintText(`${advice}\n${alone}`, { facts: { tool: "golang-migrate" } });
  expect(after.findings).toEqual([]);
});
