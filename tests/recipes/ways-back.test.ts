/** Advice that drops something in a later migration names what of the rollback goes there. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const lastLine = async (up: string, down: string, rule: string, first: string): Promise<string> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "migrations/000001_a.up.sql": first,
      "migrations/000002_b.up.sql": up,
      "migrations/000002_b.down.sql": down,
    }),
  });
  return (
    findings
      .find(({ ruleId }) => ruleId === rule)
      ?.instead?.split("\n")
      .at(-1) ?? ""
  );
};

const orders = "CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text);\n";
const inMysql = "CREATE TABLE orders (id bigint PRIMARY KEY AUTO_INCREMENT, code text, note text);\n";
const moves = "-- in the rollback, this belongs to that of the later migration: ";

test.each([
  // [up, down, what goes along, the first migration]
  ["DROP COLUMN code", "ADD COLUMN code text", "ADD COLUMN code text"],
  [
    "DROP COLUMN code, DROP COLUMN note",
    "ADD COLUMN code text, ADD COLUMN note text",
    "ADD COLUMN code text, ADD COLUMN note text",
  ],
  // The column that the migration adds goes as before.
  [
    "DROP COLUMN code, ADD COLUMN total numeric",
    "DROP COLUMN total, ADD COLUMN code text",
    "ADD COLUMN code text",
  ],
  ["DROP COLUMN code", "ADD COLUMN code text REFERENCES users", "ADD COLUMN code text REFERENCES users"],
  ["DROP COLUMN code", "ADD COLUMN code text", "ADD COLUMN code text", inMysql],
])("columns: %s, back: %s", async (up, down, along, first = orders) => {
  const line = await lastLine(
    `ALTER TABLE orders ${up};`,
    `ALTER TABLE orders ${down};`,
    "drop-column",
    first,
  );
  expect(line).toBe(`${moves}ALTER TABLE orders ${along};`);
});

test.each([[orders], [inMysql]])("a table: %s", async (first) => {
  const back = `${orders}CREATE INDEX by_note ON orders (id);`;
  expect(await lastLine("DROP TABLE orders;", back, "drop-table", first)).toBe(
    "-- in the rollback, what creates orders belongs to that of the later migration",
  );
  expect(await lastLine("DROP TABLE orders;", "SELECT 1;", "drop-table", first)).toBe("DROP TABLE orders;");
});

test.each([
  ["unique-constraint-without-index", "ADD CONSTRAINT by_code UNIQUE (code)", "DROP CONSTRAINT by_code"],
])("a constraint, %s: %s", async (rule, up, down) => {
  const line = await lastLine(
    `ALTER TABLE orders ADD COLUMN total numeric;\nALTER TABLE orders ${up};`,
    `ALTER TABLE orders ${down};\nALTER TABLE orders DROP COLUMN total;`,
    rule,
    orders,
  );
  expect(line).toBe(`${moves}ALTER TABLE orders ${down};`);
});

const byCode = "CREATE INDEX by_code ON orders (code);";

test.each([
  ["index-without-concurrently", byCode, "DROP INDEX by_code;", orders],
  ["drop-index-without-concurrently", "DROP INDEX by_code;", byCode, orders + byCode],
])("an index, %s: %s", async (rule, up, down, first) => {
  const more = "ALTER TABLE orders ADD COLUMN total numeric;\n";
  const fewer = "ALTER TABLE orders DROP COLUMN total;\n";
  expect(await lastLine(more + up, fewer + down, rule, first)).toBe(moves + down);
  const asked = down.replace("INDEX", up.startsWith("DROP") ? "INDEX IF NOT EXISTS" : "INDEX IF EXISTS");
  expect(await lastLine(more + up, fewer + asked, rule, first)).not.toContain("in the rollback");
  // What is all that the migration does moves with its way back.
  expect(await lastLine(up, down, rule, first)).not.toContain("in the rollback");
});

test("a timestamp that is read in UTC goes back in UTC", async () => {
  const advice = async (down: string): Promise<string> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "migrations/000001_a.up.sql": "CREATE TABLE visits (id bigint PRIMARY KEY, at timestamp);",
        "migrations/000002_b.up.sql": "ALTER TABLE visits ALTER COLUMN at TYPE timestamptz;",
        "migrations/000002_b.down.sql": down,
      }),
    });
    return findings.find(({ ruleId }) => ruleId === "change-column-type")?.instead ?? "";
  };
  const said = "-- in the rollback, before its ALTER TABLE: SET LOCAL TimeZone = 'UTC';\n-- otherwise:";
  expect(await advice("ALTER TABLE visits ALTER COLUMN at TYPE timestamp;")).toContain(said);
  expect(await advice("SELECT 1;")).not.toContain("in the rollback, before");
});

test("a later migration's way back runs while a column has its new name", async () => {
  const file = (name: string, up: readonly string[], down: readonly string[]): string => {
    const calls = (all: readonly string[]): string =>
      all.map((sql) => `    await queryRunner.query(\`${sql}\`);\n`).join("");
    return `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class ${name} implements MigrationInterface {\n  async up(queryRunner: QueryRunner): Promise<void> {\n${calls(up)}  }\n  async down(queryRunner: QueryRunner): Promise<void> {\n${calls(down)}  }\n}\n`;
  };
  const key = (name: string): string =>
    `ALTER TABLE "person" ADD CONSTRAINT "person_${name}" FOREIGN KEY ("${name}") REFERENCES "role"("id")`;
  const rename = (from: string, to: string): string =>
    `ALTER TABLE "person" RENAME COLUMN "${from}" TO "${to}"`;
  const drop = (name: string): string => `ALTER TABLE "person" DROP CONSTRAINT "person_${name}"`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "package.json": '{ "dependencies": { "typeorm": "^0.3.20", "pg": "^8.0.0" } }',
      "src/migrations/1700000000000-A.ts": file(
        "A1700000000000",
        [
          'CREATE TABLE "role" ("id" bigint PRIMARY KEY)',
          'CREATE TABLE "person" ("id" bigint PRIMARY KEY, "role" bigint)',
          key("role"),
        ],
        ['DROP TABLE "person"', 'DROP TABLE "role"'],
      ),
      "src/migrations/1750000000000-B.ts": file(
        "B1750000000000",
        [drop("role"), rename("role", "role_id"), key("role_id")],
        [drop("role_id"), rename("role_id", "role"), key("role")],
      ),
    }),
  });
  const all = findings.flatMap((finding) => [finding, ...(finding.also ?? [])]);
  const advice = all.find(({ ruleId }) => ruleId === "drop-locks-referenced-table")?.instead ?? "";
  const back = advice.split("async down(")[1];
  expect(back).toContain('ADD CONSTRAINT "person_role" FOREIGN KEY ("role_id") REFERENCES "role"("id")');
});
