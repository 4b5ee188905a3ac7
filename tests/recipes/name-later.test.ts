/** What belongs in a later migration names tables as they are called by then. */
import { describe, expect, test } from "vitest";
import { lintProject, memoryFileSystem, rules } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

const adviceOf = (given: string, sql: string): readonly string[] => {
  const text = `-- given: ${given}\nCREATE TABLE Category (id bigint PRIMARY KEY, parent bigint);\n-- next migration\n${sql}\n`;
  const { findings } = lintFixture("migrations/x.sql", text, rules, undefined, { only: ["drop-column"] });
  return findings.flatMap(({ instead = "" }) =>
    instead.split("\n").filter((line) => line.includes("by then")),
  );
};

const words = (name: string): string => `-- the table is ${name} by then, if this one has renamed it:`;

test("a table that the migration renames behind the statement", () => {
  const drop = "ALTER TABLE Category DROP COLUMN parent;";
  const mysql = "server mysql 8.0.36";
  expect(adviceOf(mysql, `${drop}\nRENAME TABLE Category TO category;`)).toEqual([words("category")]);
  expect(adviceOf(mysql, `${drop}\nALTER TABLE Category RENAME TO shop.kinds;`)).toEqual([
    words("shop.kinds"),
  ]);
  expect(adviceOf(mysql, `${drop}\nRENAME TABLE other TO others;`)).toEqual([]);
  const postgres = "server postgres 16";
  expect(adviceOf(postgres, `${drop}\nALTER TABLE category RENAME TO "Kinds";`)).toEqual([words('"Kinds"')]);
  // Before it: the statement has the new name already.
  expect(
    adviceOf(postgres, "ALTER TABLE category RENAME TO kinds;\nALTER TABLE kinds DROP COLUMN parent;"),
  ).toEqual([]);
});

describe("what a drop that waits for a deployment would be in the way of", () => {
  const files = (...texts: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(texts.map((text, at) => [`migrations/00${at + 1}_m.sql`, `${text}\n`]));
  const insteadOf = async (rule: string, ...texts: readonly string[]): Promise<string> => {
    const { findings } = await lintProject({ fs: memoryFileSystem(files(...texts)) });
    return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
  };
  const table = "CREATE TABLE orders (id bigint PRIMARY KEY, note text);";
  const other = (at: number): string => `CREATE TABLE other${at} (id bigint PRIMARY KEY);`;
  const others = [1, 2, 3, 4, 5].map(other);

  test("the next migration creates the table again", async () => {
    const again = "CREATE TABLE orders (id bigint PRIMARY KEY);";
    const advice = await insteadOf("drop-table", table, "DROP TABLE orders;", again);
    expect(advice).toMatch(
      /^migrations\/003_m\.sql creates orders again, .* rename the old one to orders_old, /,
    );
    expect(await insteadOf("drop-table", table, "DROP TABLE orders;", ...others, again)).toContain("COMMENT");
    expect(await insteadOf("drop-table", table, "DROP TABLE orders;")).toContain("COMMENT");
  });

  test("a later migration creates the table again, and another one drops it once more", async () => {
    const again = [table, "DROP TABLE orders;", table];
    const advice = await insteadOf("drop-table", table, "DROP TABLE orders;", ...again);
    expect(advice).toMatch(/^migrations\/003_m\.sql creates orders again, /);
  });

  test("a table is renamed to the name", async () => {
    const made = `${table}\nCREATE TABLE orders_new (id bigint PRIMARY KEY);`;
    const renames = "ALTER TABLE orders_new RENAME TO orders;";
    const advice = await insteadOf("drop-table", made, "DROP TABLE orders;", renames);
    expect(advice).toMatch(/^migrations\/003_m\.sql creates orders again, /);
  });

  test("tables that a foreign key connects are created again", async () => {
    const two = `${table}\nCREATE TABLE items (order_id bigint NOT NULL REFERENCES orders (id));`;
    const advice = await insteadOf("drop-table", two, "DROP TABLE items;\nDROP TABLE orders;", two);
    expect(advice).toMatch(/^migrations\/003_m\.sql creates items again, /);
  });

  test("the next migration adds the column again", async () => {
    const drop = "ALTER TABLE orders DROP COLUMN note;";
    const again = "ALTER TABLE orders ADD COLUMN note integer;";
    expect(await insteadOf("drop-column", table, drop, again)).toMatch(
      /^migrations\/003_m\.sql adds orders\.note again, /,
    );
    expect(await insteadOf("drop-column", table, drop, ...others)).toContain("COMMENT");
  });
});
