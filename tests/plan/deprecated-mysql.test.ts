/** A plan on MySQL marks a column as deprecated in a comment of a migration: its later step, which drops it, is not reported. */
import { expect, test } from "vitest";
import { planSteps } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

test("a column that is NOT NULL", async () => {
  const plan = await planSteps({
    fs: memoryFileSystem({
      "migrations/V1__a.sql":
        "CREATE TABLE sales (id bigint PRIMARY KEY AUTO_INCREMENT, code varchar(20) NOT NULL);\n",
      "migrations/V2__b.sql": "ALTER TABLE sales DROP COLUMN code;\n",
    }),
    migration: "migrations/V2__b.sql",
    facts: { dialect: "mysql" },
  });
  expect(JSON.stringify(plan)).toContain("DROP COLUMN code");
  expect(plan.findings).toEqual([]);
});
