/** A statement that isn't understood makes nothing doubtful of its table but what it may have changed. */
import { describe, expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const migration = (name: string, ...lines: readonly string[]): string => `
import { MigrationInterface, QueryRunner, Table, TableColumn, TableIndex } from "typeorm";
export class ${name} implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
${lines.join("\n")}
  }
  async down(queryRunner: QueryRunner): Promise<void> {}
}
`;

const makes = (name: string): string =>
  `await queryRunner.createTable(new Table({ name: "${name}", columns: [{ name: "id", type: "bigint", isPrimary: true }, { name: "email", type: "varchar" }] }));`;
const changes = `await queryRunner.changeColumn("users", "email", new TableColumn({ name: "email", type: "varchar", isUnique: true }));`;
const indexes = `await queryRunner.createIndex("users", new TableIndex({ name: "email_index", columnNames: ["email"] }));`;

/** What is reported about locks beside one statement that isn't understood. */
async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings, counts } = await lintProject({
    fs: memoryFileSystem({
      "package.json": '{ "dependencies": { "typeorm": "0.3.20", "mysql2": "3.9.0" } }',
      "migrations/1671186088471-Shops.ts": migration("Shops1671186088471", makes("shops")),
      ...files,
    }),
    facts: { dialect: "mysql" },
    opinions: { only: ["lock-without-timeout"] },
  });
  expect(counts.notUnderstood).toBe(1);
  return findings.map(({ ruleId }) => ruleId);
}

describe("the time when a table was made holds", () => {
  test("where the table is 13 hours old", async () => {
    expect(
      await found({
        "migrations/1704186088471-Users.ts": migration("Users1704186088471", makes("users")),
        "migrations/1704234290445-Email.ts": migration("Email1704234290445", changes, indexes),
      }),
    ).toEqual([]);
  });

  test("where this migration has made it", async () => {
    expect(
      await found({
        "migrations/1704234290445-Users.ts": migration(
          "Users1704234290445",
          makes("users"),
          changes,
          indexes,
        ),
      }),
    ).toEqual([]);
  });

  test("where the table is older", async () => {
    expect(
      await found({
        "migrations/1703186088471-Users.ts": migration("Users1703186088471", makes("users")),
        "migrations/1704234290445-Email.ts": migration("Email1704234290445", changes, indexes),
      }),
    ).toEqual(["lock-without-timeout"]);
  });
});
