import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";
import ddlint from "../../src/eslint/index.ts";
import { eslintIn, folderWith, messages } from "./project.ts";

const init = `exports.up = async (knex) => {
  await knex.schema.createTable("users", (t) => { t.bigIncrements("id"); t.text("name"); });
};
exports.down = (knex) => knex.schema.dropTable("users");
`;
const knexfile = "module.exports = { client: 'pg' };\n";
const code = ddlint.configs["code-recommended"];

describe("migrations in code", () => {
  it("are told at the place in the template that it is about", async () => {
    const folder = folderWith({
      "knexfile.js": knexfile,
      "migrations/20260101000000_init.js": init,
      "migrations/20260102000000_index.js":
        'exports.up = async (knex) => {\n  await knex.raw(`\n    CREATE INDEX users_name ON users (name)`);\n};\nexports.down = (knex) => knex.raw("DROP INDEX users_name");\n',
    });
    expect(await messages(folder, "migrations/20260102000000_index.js", code)).toContainEqual(
      expect.stringMatching(/^3:5 ddlint\/index-without-concurrently: takes SHARE on users/),
    );
  });

  it.each(["js", "ts"])("for MongoDB have the rules for MongoDB alone (%s)", async (ending) => {
    const folder = folderWith({
      "package.json": '{ "dependencies": { "migrate-mongo": "^14.0.0" } }',
      "migrate-mongo-config.js": "module.exports = { lockCollectionName: 'changelog_lock', lockTtl: 600 };\n",
      [`migrations/20240101000000-plan.${ending}`]: `export const up = async (db) => {
  db.collection("users").updateMany({ plan: null }, { $set: { plan: "free" } });
};
export const down = async (db) => {
  await db.collection("users").updateMany({ plan: "free" }, { $unset: { plan: "" } });
};
`,
    });
    expect(
      await messages(folder, `migrations/20240101000000-plan.${ending}`, [
        { files: ["**/*.ts"], languageOptions: { parser: tseslint.parser } },
        code,
      ]),
    ).toEqual([
      expect.stringMatching(/^2:26 ddlint\/unawaited-call: nothing awaits updateMany\(\) of users/),
    ]);
  });

  it("in TypeScript are read with the user's parser around them", async () => {
    const folder = folderWith({
      "package.json": '{ "dependencies": { "pg": "^8.0.0", "typeorm": "^0.3.0" } }',
      "src/migrations/1700000000000-Init.ts": `import { MigrationInterface, QueryRunner } from "typeorm";
export class Init1700000000000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`CREATE TABLE "users" ("id" bigint PRIMARY KEY, "name" text)\`);
  }
  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`DROP TABLE "users"\`);
  }
}
`,
      "src/migrations/1700000000001-Drop.ts": `import { MigrationInterface, QueryRunner } from "typeorm";
export class Drop1700000000001 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    // eslint-disable-next-line ddlint/lock-without-timeout -- ours is short
    await queryRunner.query(\`ALTER TABLE "users" DROP COLUMN "name"\`);
  }
  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`ALTER TABLE "users" ADD COLUMN "name" text\`);
  }
}
`,
    });
    const configs = [{ files: ["**/*.ts"], languageOptions: { parser: tseslint.parser } }, code];
    expect(await messages(folder, "src/migrations/1700000000001-Drop.ts", configs)).toContainEqual(
      expect.stringMatching(/^5:50 ddlint\/drop-column: the data of users.name is lost/),
    );
    const found = await messages(folder, "src/migrations/1700000000001-Drop.ts", configs);
    expect(found.join()).not.toContain("lock-without-timeout");
  });

  it("are only those in a folder of migrations", async () => {
    const folder = folderWith({
      "src/a.js": "export const sql = `DROP TABLE users`;\n",
      "src/b.js": "export const sql = `DROP TABLE users`;\n",
    });
    const everywhere = { ...code, files: ["**/*.js"] };
    const results = await eslintIn(folder, everywhere).lintFiles(["."]);
    expect(results.map((result) => result.messages)).toEqual([[], []]);
  });
});
