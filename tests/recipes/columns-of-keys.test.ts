/** What lets the application leave out a column of a key before it is dropped, on MySQL. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

async function advised(column: string): Promise<string> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "migrations/V1__a.sql": `CREATE TABLE seats (
        hall bigint NOT NULL, number int NOT NULL, code varchar(9) NOT NULL DEFAULT 'x', label varchar(9) COLLATE utf8mb4_bin NOT NULL,
        note varchar(9) NOT NULL, PRIMARY KEY (hall, number), UNIQUE KEY codes (hall, code), UNIQUE KEY labels (label));\n`,
      "migrations/V2__b.sql": `ALTER TABLE seats DROP COLUMN ${column};\n`,
    }),
    facts: { dialect: "mysql" },
    opinions: { presets: ["recommended"] },
  });
  const all = findings.flatMap((one) => [one, ...(one.also ?? [])]);
  return all.find(({ ruleId }) => ruleId === "drop-column")?.instead?.split("\n")[1] ?? "";
}

test("the primary key takes no NULL: it goes first", async () => {
  expect(await advised("number")).toMatch(
    /^-- first replace the primary key by one without number, or drop it/,
  );
});

test("in another unique key, rows without a value are apart, and rows with a default aren't", async () => {
  expect(await advised("code")).toBe("ALTER TABLE seats MODIFY code varchar(9) NULL;");
  expect(await advised("label")).toMatch(/^-- first make label nullable/);
  expect(await advised("note")).toBe("ALTER TABLE seats ALTER COLUMN note SET DEFAULT '';");
});
