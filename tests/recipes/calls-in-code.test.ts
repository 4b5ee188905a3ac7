/** Advice for calls of migrations in code: what stands around a call, and what the migration does later, belongs to it. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

function filesBelow(folder: string, below = ""): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) Object.assign(files, filesBelow(folder, path));
    else files[path] = readFileSync(join(folder, path), "utf8");
  }
  return files;
}

async function adviceOf(rule: string, name: string): Promise<string> {
  const fs = memoryFileSystem(filesBelow(`fixtures/rules/${rule}/${name}`));
  const { findings } = await lintProject({ fs });
  const all = findings.flatMap((finding) => [finding, ...(finding.also ?? [])]);
  return all.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
}

test("a later migration asks what is asked around the call", async () => {
  const revision = (id: string, down: string, body: string): string =>
    `import os\nimport sqlalchemy as sa\nfrom alembic import op\nrevision = "${id}"\ndown_revision = ${down}\ndef upgrade():\n    ${body}\ndef downgrade():\n    pass\n`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini": "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://db/shop\n",
      "alembic/versions/a1.py": revision(
        "a1",
        "None",
        'op.create_table("orders", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("note", sa.Text))',
      ),
      "alembic/versions/b2.py": revision(
        "b2",
        '"a1"',
        'if os.environ["NOTES"]:\n        op.drop_column("orders", "note")',
      ),
    }),
  });
  expect(findings.find(({ ruleId }) => ruleId === "drop-column")?.instead).toContain(
    "under the condition, or in the `try`, that is around this",
  );
  expect(await adviceOf("drop-column", "bad-django-copied-by-code")).not.toContain("`try`");
});

test("the index of a column that takes the place of another one waits for its new name", async () => {
  const advice = await adviceOf("add-column-not-null", "bad-django-replaced-key");
  expect(advice).toContain("belongs to status_id_new, in migrations behind this: CREATE INDEX");
  expect(advice).not.toContain("INDEX CONCURRENTLY");
});

test("a column that gets its name again isn't dropped behind the migration", async () => {
  const advice = await adviceOf("drop-locks-referenced-table", "bad-django-replaced-key");
  expect(advice).toMatch(/^Drop the constraint first, /);
});

test("Kysely's keys and calls are written with its own types, and say what the file has to import", async () => {
  const file = (imports: string, calls: string): string =>
    `import { ${imports} } from "kysely";\nexport async function up(db: Kysely<any>): Promise<void> {\n  ${calls}\n}\n`;
  const users = `await db.schema.createTable("visits").addColumn("id", "serial", (col) => col.primaryKey()).execute();`;
  const marks = `await db.schema.createTable("marks").addColumn("user_id", "integer", (col) => col.references("visits.id")).execute();`;
  const posts = `await db.schema.createTable("votes").addColumn("id", "integer", (col) => col.primaryKey().generatedAlwaysAsIdentity()).addColumn("user_id", "integer", (col) => col.references("visits.id")).execute();`;
  const fs = memoryFileSystem({
    "package.json": `{"dependencies":{"kysely":"0.27.0","pg":"8.0.0"}}`,
    "migrations/2024-01-01-users.ts": file("type Kysely", `${users}\n  ${marks}`),
    "migrations/2024-01-02-posts.ts": file("type Kysely", posts),
    "migrations/2024-01-03-others.ts": file("type Kysely, sql", posts.replace("votes", "events")),
  });
  const { findings } = await lintProject({ fs });
  const told = (rule: string): readonly string[] =>
    findings.filter(({ ruleId }) => ruleId === rule).map(({ instead = "" }) => instead);
  expect(told("integer-primary-key")[0]).toMatch(/^Use `"bigserial"`, and `"bigint"` for marks\.user_id, /);
  expect(told("integer-primary-key")[1]).toBe(
    'Use `"bigint"`, and `"bigint"` for foreign keys that refer to it later. Their values in JavaScript are then strings.',
  );
  const [first = "", second = ""] = told("foreign-key-without-index").slice(1);
  expect(first).toMatch(
    /^\/\/ with import \{ sql \} from "kysely"; at the top of the file:\n\/\/ after this db\.schema\.createTable\(…\):/,
  );
  expect(second).toMatch(/^\/\/ after this db\.schema\.createTable\(…\):/);
});

test("a call of Sequelize that isn't handed the transaction around it is outside of that", async () => {
  const file = (body: string): string =>
    `module.exports = {\n  up: (queryInterface, Sequelize) =>\n    queryInterface.sequelize.transaction(async (transaction) => {\n${body}\n    }),\n  down: async () => {},\n};\n`;
  const create = `await queryInterface.createTable("users", { id: { type: Sequelize.BIGINT, primaryKey: true } }, { transaction });`;
  const add = (options: string): string =>
    `await queryInterface.addColumn("users", "note", { type: Sequelize.TEXT }${options});`;
  const other = `await queryInterface.addColumn("users", "code", { type: Sequelize.TEXT }, { transaction });`;
  const adviceFor = async (call: string, next: string, release = "6.0.0"): Promise<string> => {
    const fs = memoryFileSystem({
      ".sequelizerc": "",
      "package.json": `{"dependencies":{"sequelize":"${release}","pg":"8.0.0"}}`,
      "migrations/20240101000000-users.js": file(create),
      "migrations/20240102000000-more.js": file(`${call}\n${next}`),
    });
    const { findings } = await lintProject({ fs });
    return findings.find(({ ruleId }) => ruleId === "lock-without-timeout")?.instead ?? "";
  };
  expect(await adviceFor(add(", { transaction }"), other)).toContain(
    "SET LOCAL lock_timeout = '2s';`, { transaction }",
  );
  // Before 6.26 it drops that option.
  expect(await adviceFor(add(""), other)).toContain("`ALTER ROLE … SET lock_timeout = '2s'`");
  expect(await adviceFor(add(""), other, "^5.21.3")).toContain("drops lock_timeout from dialectOptions");
  expect(await adviceFor(add(""), other, "^6.1.0")).toContain("`dialectOptions: { lock_timeout: 2000 }`");
});

test("a migration behind a loop has the values of a round in place of the loop's variable", async () => {
  const revision = (id: string, down: string, body: string): string =>
    `import sqlalchemy as sa\nfrom alembic import op\nrevision = "${id}"\ndown_revision = ${down}\nNAME = "status"\ndef upgrade():\n    ${body}\ndef downgrade():\n    pass\n`;
  const adviceFor = async (body: string): Promise<string> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "alembic.ini": "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://db/shop\n",
        "alembic/versions/a1.py": revision(
          "a1",
          "None",
          'op.execute("CREATE TABLE jobs (id bigint PRIMARY KEY, status text); CREATE TABLE offers (id bigint PRIMARY KEY, status text)")',
        ),
        "alembic/versions/b2.py": revision("b2", '"a1"', body),
      }),
    });
    return findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ?? "";
  };
  const loop = await adviceFor(
    'for table in ("jobs", "offers"):\n        op.create_index(f"ix_{table}_status", table, [NAME])',
  );
  expect(loop).toContain(
    'op.create_index("ix_jobs_status", "jobs", ["status"], postgresql_concurrently=True)',
  );
  expect(loop).toContain(
    'op.create_index("ix_offers_status", "offers", ["status"], postgresql_concurrently=True)',
  );
  // A constant goes along.
  const constant = await adviceFor('op.create_index(f"ix_jobs_{NAME}", "jobs", [NAME], unique=bool(0))');
  expect(constant).toContain('NAME = "status"');
  expect(constant).toContain(
    'op.create_index(f"ix_jobs_{NAME}", "jobs", [NAME], unique=bool(0), postgresql_concurrently=True)',
  );
});

test("an index of a table that a callback of Knex makes is a call in that callback", async () => {
  const fs = memoryFileSystem(filesBelow("fixtures/rules/foreign-key-without-index/bad-knex-callback"));
  const { findings } = await lintProject({ fs });
  const found = findings.filter(({ ruleId }) => ruleId === "foreign-key-without-index");
  expect(found.map(({ instead }) => instead)).toEqual([
    '// in this callback:\ntable.index(["user_id"]);',
    '// in this callback:\nthis.index(["postId"]);',
  ]);
});
