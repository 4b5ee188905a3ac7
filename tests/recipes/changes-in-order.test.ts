/** Several changes of one new column, in batches: each finds what the ones before it have left. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

async function batches(...changes: readonly string[]): Promise<readonly string[]> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "migrations/1_a.sql": "CREATE TABLE shops (id bigint PRIMARY KEY, opened date, moved date, kind text);",
      "migrations/2_b.sql": `ALTER TABLE shops ADD COLUMN since date;\n${changes.join(";\n")};`,
    }),
    facts: { dialect: "postgres" },
  });
  const [first] = findings.filter(({ ruleId }) => ruleId === "backfill-without-batches");
  const all = [first, ...(first?.repeats ?? [])];
  return all.map((one) => one?.instead ?? "");
}

const opened = "UPDATE shops SET since = opened WHERE since IS NULL";

test("one that reads the column moves along, and keeps its condition", async () => {
  const least = "UPDATE shops SET since = least(since, moved) WHERE since IS NOT NULL";
  const [first, second] = await batches(opened, least);
  expect(first).toContain(`-- what needs it moves behind it, too:\n-- ${least}`);
  expect(second).toContain("AND (since IS NOT NULL);");
});

test("one that fills the rest moves along", async () => {
  const rest = "UPDATE shops SET since = '2020-01-01' WHERE since IS NULL";
  const [first] = await batches("UPDATE shops SET since = opened WHERE opened > '2020-01-01'", rest);
  expect(first).toContain(`-- what needs it moves behind it, too:\n-- ${rest}`);
});

test("one that counts more keeps its condition, and the one before it leaves its rows", async () => {
  const [first, second] = await batches(
    "UPDATE shops SET since = opened WHERE opened > '2020-01-01'",
    "UPDATE shops SET since = moved WHERE moved > '2020-01-01'",
  );
  expect(first).toContain("AND since IS NULL;");
  expect(second).not.toContain("since IS NULL");
});

test("those of rows that are apart leave what is written meanwhile", async () => {
  const all = await batches(
    "UPDATE shops SET since = opened WHERE kind = 'new'",
    "UPDATE shops SET since = moved WHERE kind = 'old'",
  );
  for (const one of all) {
    expect(one).toContain("AND since IS NULL;");
    expect(one).not.toContain("moves behind it");
  }
});
