import { describe, expect, it } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { buildsOnItself } from "../../src/recipes/batches.ts";

it.each([
  ["NULL", true],
  // Old rows hold the type's implicit default.
  ["NOT NULL", false],
])("asks for NULL in a new column that is %s: %s", async (nullable, expected) => {
  const files = {
    "migrations/001_a.sql": "CREATE TABLE products (id BIGINT PRIMARY KEY, price INT);\n",
    "migrations/002_b.sql": `ALTER TABLE products ADD COLUMN net INT ${nullable};\nUPDATE products SET net = price;\n`,
  };
  const { findings } = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "mysql" } });
  const found = findings.find(({ ruleId }) => ruleId === "update-without-where")?.instead ?? "";
  expect(found).toContain("CREATE PROCEDURE");
  expect(found.includes("net IS NULL")).toBe(expected);
});

describe("a change that must not be done twice", () => {
  it.each([
    ["UPDATE products SET price = price * 1.02", ["price"], true],
    ['UPDATE products p SET "price" = 1 + p."price"', ["price"], true],
    ["UPDATE products SET `name` = concat('x', `name`)", ["name"], true],
    ["UPDATE products SET name = name || '!'", ["name"], true],
    ["UPDATE products SET name = lower(name)", ["name"], false],
    ["UPDATE products SET total = price * 2", ["total"], false],
    ["UPDATE products SET name = 'name * 2'", ["name"], false],
    ["UPDATE products SET price = coalesce(price, 0)", ["price"], false],
  ])("%s", (statement, sets, expected) => {
    expect(buildsOnItself(statement, sets)).toBe(expected);
  });

  it.each([
    ["postgres", "RAISE NOTICE 'done up to % of %', batch_from, batch_last;"],
    ["mysql", "SELECT @batch_to AS done_up_to;"],
  ] as const)("shows on %s how far it came", async (dialect, shown) => {
    const table = "CREATE TABLE products (id bigint PRIMARY KEY, price numeric(10, 2));\n";
    const texts = await Promise.all(
      ["UPDATE products SET price = price * 2;", "UPDATE products SET price = 2;"].map(async (change) => {
        const files = { "migrations/001_a.sql": table, "migrations/002_b.sql": change };
        const { findings } = await lintProject({ fs: memoryFileSystem(files), facts: { dialect } });
        return findings.map(({ instead }) => instead ?? "").join("\n");
      }),
    );
    expect(texts[0]).toContain(shown);
    expect(texts[0]).toContain("run it once only");
    expect(texts[1]).not.toContain("run it once only");
  });
});

it.each(["postgres", "mysql"] as const)("keeps groups whole on %s", async (dialect) => {
  const files = {
    "migrations/001_a.sql":
      "CREATE TABLE orders (id bigint PRIMARY KEY, city varchar(40), total int);\nCREATE TABLE sums (city varchar(40) PRIMARY KEY, total int);\n",
    "migrations/002_b.sql": `INSERT INTO sums SELECT city, sum(total) FROM orders GROUP BY city ON ${dialect === "mysql" ? "DUPLICATE KEY UPDATE total = VALUES(total)" : "CONFLICT (city) DO UPDATE SET total = EXCLUDED.total"};\n`,
  };
  const { findings } = await lintProject({ fs: memoryFileSystem(files), facts: { dialect } });
  const found = findings.find(({ ruleId }) => ruleId === "backfill-without-batches")?.instead;
  expect(found).toContain("Copy some groups at a time");
});
