/** What is advised, tool by tool. */
import { describe, expect, it } from "vitest";
import { lintProject, lintText, memoryFileSystem, type Finding } from "../../src/index.ts";
import { tools } from "../../src/project/tools/index.ts";

const insteadOf = async (sql: string, tool: string, path?: string): Promise<string | undefined> => {
  const { findings } = await lintText(sql, { facts: { tool }, path });
  return findings.find(({ ruleId }) => /index-without-concurrently|in-transaction/.test(ruleId))?.instead;
};
const plain = "CREATE INDEX i ON t (a);";
const concurrently = "CREATE INDEX CONCURRENTLY i ON t (a);";

describe("tools that open a transaction, whatever a file says", () => {
  it.each([
    ["refinery", "the tool opens a transaction around every file"],
    ["drizzle", "drizzle runs all pending migrations in one transaction"],
  ])("%s", async (tool, how) => {
    expect(await insteadOf(concurrently, tool)).toBe(`run it by hand, outside of the migration: ${how}`);
    expect(await insteadOf(plain, tool)).toBe(
      `-- by hand, before the migration is deployed: ${how}
-- for other databases, the migration has it with IF NOT EXISTS in place of CONCURRENTLY
SET lock_timeout = 0; -- a timeout would leave an INVALID index
DROP INDEX CONCURRENTLY IF EXISTS i; -- left by a failed attempt
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

it("Rails: what a way back does to a column that is dropped later belongs to the later one", async () => {
  const fs = memoryFileSystem({
    "config/application.rb": "module Shop\nend\n",
    "config/database.yml": "production:\n  adapter: postgresql\n",
    "db/migrate/20240101000000_create_orders.rb": `class CreateOrders < ActiveRecord::Migration[7.1]
  def change
    create_table(:orders) { |t| t.string :code }
    create_table(:notes)
    add_index :orders, :code
  end
end
`,
    "db/migrate/20240102000000_remove_code.rb": `class RemoveCode < ActiveRecord::Migration[7.1]
  def up
    remove_column :orders, :code
    drop_table :notes
  end

  def down
    create_table :notes
    add_column :orders, :code, :string
    add_index :orders, :code
  end
end
`,
  });
  const { findings } = await lintProject({ fs });
  const found = findings.find(({ ruleId }) => ruleId === "drop-column")?.instead ?? "";
  const back = [
    'ALTER TABLE "orders" ADD "code" character varying;',
    'CREATE INDEX "index_orders_on_code" ON "orders" ("code");',
  ];
  expect(found).toContain(
    `  def down\n    add_column :orders, :code, :string\n    add_index :orders, :code\n  end\nend\n# in the rollback, this belongs to that of the later migration: ${back.join(" ")}`,
  );
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

it("node-pg-migrate derives the way back of an index that its builder makes, not of one in SQL", async () => {
  const text = `exports.up = (pgm) => {
  pgm.createTable("users", { id: { type: "bigint", primaryKey: true } });
  pgm.createTable("logins", { id: { type: "bigint", primaryKey: true }, user_id: { type: "bigint", notNull: true, references: "users" } });
};
`;
  const path = "migrations/1_x.js";
  const linted = (now: string) =>
    lintText(now, { facts: { tool: "node-pg-migrate", dialect: "postgres" }, path });
  const { findings } = await linted(text);
  const [, call = ""] = /^(pgm\.createIndex\(.*)$/m.exec(findings[0]?.instead ?? "") ?? [];
  expect(call).toBe('pgm.createIndex("logins", ["user_id"], { name: "logins_user_id_idx" });');
  expect((await linted(text.replace("\n};", `\n  ${call}\n};`))).findings).toEqual([]);
});

describe("in a migration in code, each statement is a call of the tool", () => {
  const sql = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)";
  it.each([
    ["knex", "1_x.js", `exports.up = async (knex) => knex.raw("${sql}");`, "await knex.raw"],
    [
      "typeorm",
      "1_x.ts",
      `export class A1 implements MigrationInterface { async up(queryRunner: QueryRunner) { await queryRunner.query("${sql}"); } }`,
      "await queryRunner.query",
    ],
    ["node-pg-migrate", "1_x.js", `exports.up = (pgm) => { pgm.sql("${sql}"); };`, "pgm.sql"],
    [
      "sequelize",
      "1_x.js",
      `module.exports = { up: async (queryInterface) => queryInterface.sequelize.query("${sql}") };`,
      "await queryInterface.sequelize.query",
    ],
  ])("%s", async (tool, path, text, call) => {
    const { findings } = await lintText(text, { facts: { tool, dialect: "postgres" }, path });
    const finding = findings.find(({ ruleId }) => ruleId === "check-without-not-valid");
    const [here, remark, ...file] = finding?.instead?.split("\n") ?? [];
    expect(here).toBe(`${call}(\`ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\`);`);
    expect(remark).toBe("// then, in a separate transaction:");
    // What another migration does is a whole file.
    expect(file.map((line) => line.trim())).toContain(`${call}(\`ALTER TABLE t VALIDATE CONSTRAINT c;\`);`);
    expect(file.join("\n")).toMatch(/\bup\b[^]*\bdown\b/);
    // Programs get the SQL itself.
    expect(finding?.advice?.map((step) => step.text)).toEqual([
      "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;",
      "ALTER TABLE t VALIDATE CONSTRAINT c;",
    ]);
  });

  it("backticks and placeholders of the language in a statement stay what they are", async () => {
    const text = 'exports.up = (knex) => knex.raw("ALTER TABLE `a` DROP COLUMN `${b`");';
    const { findings } = await lintText(text, { facts: { tool: "knex", dialect: "mysql" }, path: "1_x.js" });
    const finding = findings.find(({ ruleId }) => ruleId === "drop-column");
    expect(finding?.instead).toContain("await knex.raw(`ALTER TABLE a DROP COLUMN \\`\\${b\\`;`);");
  });
});

it("the timeout that is advised lasts as long as the message that it is sent in", async () => {
  const alone = "ALTER TABLE t ADD COLUMN a int;";
  const { findings } = await lintText(alone, { facts: { tool: "golang-migrate" } });
  const [, advice = ""] = findings[0]?.instead?.split("\n") ?? [];
  expect(advice).toBe("SET LOCAL lock_timeout = '2s';");
  const after = await lintText(`${advice}\n${alone}`, { facts: { tool: "golang-migrate" } });
  expect(after.findings).toEqual([]);
});

/** A loop needs a key that is known. */
const fs = memoryFileSystem({ "schema.sql": "CREATE TABLE t (id bigint PRIMARY KEY, a int);" });

const adviceFor = async (sql: string, tool: string, rule: string): Promise<string> => {
  const { findings } = await lintText(sql, { facts: { tool, schema: "schema.sql" }, fs });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
};

describe("what is advised can be pasted into a file of the tool", () => {
  /** In the file, below the line that opens its up part. */
  const pasted = async (advice: string, tool: string): Promise<readonly Finding[]> => {
    const { marks } = tools.find(({ name }) => name === tool) ?? {};
    const up = marks?.up === undefined ? "" : `${marks.up}\n`;
    const { findings } = await lintText(up + advice, { facts: { tool } });
    return findings.filter(({ ruleId }) => /^syntax-error$|in-transaction$/.test(ruleId));
  };
  // Their opt-outs are on a line that isn't part of what is pasted, in another file, or there is none.
  const elsewhere = tools.filter((tool) => tool.wraps !== "none" && tool.optOutText === undefined);
  const here = tools.filter((tool) => !elsewhere.includes(tool));

  it.each(here.map(({ name }) => name))("%s", async (tool) => {
    const index = await adviceFor("CREATE INDEX i ON t (a);", tool, "index-without-concurrently");
    expect(index).toContain("CONCURRENTLY");
    expect(await pasted(index, tool)).toEqual([]);
    const loop = await adviceFor("UPDATE t SET a = 1 WHERE a IS NULL;", tool, "backfill-without-batches");
    expect(loop).toContain("DO $$");
    expect(await pasted(loop, tool)).toEqual([]);
  });

  it.each(elsewhere.map(({ name }) => name))("%s: its marks aren't written wrongly", async (tool) => {
    const index = await adviceFor("CREATE INDEX i ON t (a);", tool, "index-without-concurrently");
    expect(index).toContain("CONCURRENTLY");
    const wrong = (await pasted(index, tool)).filter(({ ruleId }) => ruleId === "syntax-error");
    expect(wrong).toEqual([]);
  });
});

describe("a statement with semicolons inside is kept whole", () => {
  const loop = (tool: string): Promise<string> =>
    adviceFor("UPDATE t SET a = 1 WHERE a IS NULL;", tool, "backfill-without-batches");

  it.each([
    [
      "goose",
      "-- +goose NO TRANSACTION\n",
      "-- +goose StatementBegin\nDO $$\n",
      "END $$;\n-- +goose StatementEnd\nRESET statement_timeout;",
    ],
    [
      "sql-migrate",
      "notransaction on",
      "-- +migrate StatementBegin\nDO $$\n",
      "END $$;\n-- +migrate StatementEnd\nRESET statement_timeout;",
    ],
    // Its mark holds for the changeset: COMMIT fails in a text of several statements.
    [
      "liquibase",
      "runInTransaction:false",
      "--changeset NEW:NEW-1 runInTransaction:false splitStatements:false\nDO $$\n",
      "END $$;",
    ],
    ["play-evolutions", "outside of a transaction", "    COMMIT;;\n", "END $$;\nRESET statement_timeout;"],
    ["flyway", "executeInTransaction=false", "\nDO $$\n", "END $$;\nRESET statement_timeout;"],
    ["drizzle", "-- by hand, not in a migration", "\nDO $$\n", "END $$;\nRESET statement_timeout;"],
  ])("%s", async (tool, first, inside, last) => {
    const advice = await loop(tool);
    expect(advice).toContain(first);
    expect(advice).toContain(inside);
    expect(advice.endsWith(last), advice).toBe(true);
  });
});

it("a foreign key in a file of its own can be rolled back alone", async () => {
  const fs = memoryFileSystem({
    "package.json": `{ "dependencies": { "knex": "3.1.0", "pg": "8.11.0" } }`,
    "knexfile.js": `module.exports = { client: "pg" };`,
    "migrations/20240101000000_a.js": `exports.up = (knex) => knex.raw("CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE orders (id int PRIMARY KEY, user_id int)");`,
    "migrations/20240301000000_b.js": `exports.up = (knex) => knex.raw("ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id)");`,
  });
  const { findings } = await lintProject({ fs });
  const found = findings.find(({ ruleId }) => ruleId === "foreign-key-without-not-valid");
  const [, own = ""] = found?.instead?.split("NOT VALID;") ?? [];
  expect(own).toContain("DROP CONSTRAINT orders_user;");
});

it("Liquibase: changesets of a later migration of a file without a header go into a new file, which begins with it", async () => {
  const fs = memoryFileSystem({
    "pom.xml": "<artifactId>liquibase-core</artifactId><artifactId>postgresql</artifactId>",
    "src/main/resources/db/changelog/master.xml":
      '<databaseChangeLog><include file="a.sql" relativeToChangelogFile="true"/><include file="b.sql" relativeToChangelogFile="true"/></databaseChangeLog>',
    "src/main/resources/db/changelog/a.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n",
    "src/main/resources/db/changelog/b.sql": "DROP TABLE orders;\n",
  });
  const { findings } = await lintProject({ fs });
  expect(findings.find(({ ruleId }) => ruleId === "drop-table")?.instead).toBe(
    `COMMENT ON TABLE orders IS 'deprecated: no longer used';
-- deploy the version that no longer uses it; then, in later migrations:
-- in a new file, from the next line on:
--liquibase formatted sql
--changeset NEW:NEW-2
DROP TABLE orders;`,
  );
});
