/** Keys that go with a dropped column. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

async function alongOf(...statements: readonly string[]): Promise<readonly string[]> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "migrations/V1__stocks.sql":
        "CREATE TABLE stocks (id bigint PRIMARY KEY, store_id bigint NOT NULL, product_id bigint NOT NULL, code text UNIQUE, UNIQUE (store_id, product_id));",
      "migrations/V2__keys.sql": statements.join("\n"),
    }),
  });
  return findings
    .filter(({ ruleId }) => ruleId === "drop-column")
    .flatMap(({ related }) => related.map(({ message }) => message));
}

test("are named", async () => {
  expect(await alongOf("ALTER TABLE stocks DROP COLUMN id;")).toEqual([
    "the primary key (id) goes with the column",
  ]);
  expect(await alongOf("ALTER TABLE stocks DROP COLUMN product_id;")).toEqual([
    "the unique constraint (store_id, product_id) goes with the column",
  ]);
});

test("are not where another primary key takes the place, or the key is the column's own", async () => {
  expect(
    await alongOf(
      "ALTER TABLE stocks DROP COLUMN id;",
      "ALTER TABLE stocks ADD PRIMARY KEY (store_id, product_id);",
    ),
  ).toEqual([]);
  expect(await alongOf("ALTER TABLE stocks DROP COLUMN code;")).toEqual([]);
});
