import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createSession,
  lintProject,
  memoryFileSystem,
  type Finding,
  type LintResult,
} from "../../../src/index.ts";

const lint = (files: Record<string, string>): Promise<LintResult> =>
  lintProject({ fs: memoryFileSystem(files), opinions: { presets: ["recommended"] }, merge: false });

/** `rule file:line:column text` of each finding. */
function said(result: LintResult, ...rules: readonly string[]): string[] {
  expect(result.errors).toEqual([]);
  return result.findings
    .filter(({ ruleId }) => rules.length === 0 || rules.includes(ruleId))
    .map(({ ruleId, file, line, column, endLine, endColumn }) => {
      const text = result.sources.get(file)?.split("\n")[line - 1] ?? "";
      return `${ruleId} ${file}:${line}:${column} ${text.slice(column - 1, endLine === line ? endColumn - 1 : undefined)}`;
    });
}

const knex = (body: string, rest = ""): string =>
  `exports.up = async (knex) => {\n${body}\n};\nexports.down = async (knex) => { await knex.raw("SELECT 1"); };\n${rest}`;

const first = knex(`await knex.schema.createTable("users", (t) => { t.increments(); t.string("email"); });`);

describe("names that the knexfile changes", () => {
  const lost = knex('  await knex.raw("ALTER TABLE user_names DROP COLUMN first_name");');
  const said = async (knexfile: string): Promise<readonly string[]> =>
    (
      await lint({
        "server/knexfile.js": knexfile,
        "server/migrations/20240101000000_a.js": knex(
          `await knex.schema.createTable("userNames", (t) => { t.increments(); t.string("firstName"); });`,
        ),
        "server/migrations/20240102000000_b.js": lost,
      })
    ).findings.flatMap(({ ruleId, message }) => (ruleId === "drop-column" ? [message] : []));

  it.each([
    `module.exports = { client: "pg", wrapIdentifier: (value, own) => own(_.snakeCase(value)) };`,
    `module.exports = { client: "pg", ...knexSnakeCaseMappers() };`,
    `module.exports = { client: "pg", ...knexIdentifierMappers({ parse: (s) => _.camelCase(s), format: (s) => _.snakeCase(s) }) };`,
  ])("%s", async (knexfile) => {
    expect((await said(knexfile)).join()).toMatch(/^the data of user_names\.first_name is lost/);
  });

  it("may be mapped by what another package gives: a column of the other letters isn't certain to be missing", async () => {
    const result = await lint({
      "knexfile.js": `const { shared } = require("@app/db"); module.exports = { client: "pg", ...shared };`,
      "migrations/20240101000000_a.js": knex(
        `await knex.schema.createTable("users", (t) => { t.increments(); t.string("firstName"); });`,
      ),
      "migrations/20240102000000_b.js": knex(
        `  await knex.raw("UPDATE users SET first_name = 'x' WHERE id = 1; UPDATE users SET last_name = 'x' WHERE id = 1");
  await knex.schema.table("users", (t) => { t.index("first_name"); });
  await knex.schema.table("users", (t) => { t.dropColumn("first_name"); });`,
      ),
    });
    const unknown = result.findings.filter(({ ruleId }) => ruleId === "unknown-column");
    // Also where nothing is made of the column, and so nothing is forgotten.
    expect(unknown.map(({ message }) => /\blast_name\b/.test(message))).toEqual([true]);
  });

  it("stay as they are written otherwise", async () => {
    expect(await said(`module.exports = { client: "pg" };`)).not.toEqual(
      await said(`module.exports = { client: "pg", ...knexSnakeCaseMappers() };`),
    );
  });
});

describe("findings in code", () => {
  it("point into the literal, through its escapes", async () => {
    const result = await lint({
      "migrations/20240101000000_a.js": first,
      "migrations/20240102000000_b.js": knex(
        '  await knex.raw("SET lock_timeout = 1;\\nALTER TABLE \\"users\\" DROP COLUMN email");',
      ),
    });
    expect(said(result, "drop-column")).toEqual([
      "drop-column migrations/20240102000000_b.js:2:64 DROP COLUMN email",
    ]);
  });

  it("know the tables that builders made, and what is called there", async () => {
    const result = await lint({
      "migrations/20240101000000_a.js": first,
      "migrations/20240102000000_b.js": knex(
        `  await knex.schema.alterTable("users", (t) => { t.dropColumn("emial"); t.index("email"); });`,
      ),
    });
    expect(said(result, "unknown-column", "index-without-concurrently")).toEqual([
      'unknown-column migrations/20240102000000_b.js:2:63 "emial"',
      'index-without-concurrently migrations/20240102000000_b.js:2:75 index("email")',
    ]);
    const [related] = result.findings.flatMap((finding) => finding.related);
    expect(related).toBeUndefined();
  });

  it("name builders that nothing awaits, which change nothing", async () => {
    const result = await lint({
      "migrations/20240101000000_a.js": first,
      "migrations/20240102000000_b.js": knex(
        `  knex.schema.dropTable("users");\n  await knex("users").where("id", 1).del();\n  void knex("users").truncate();`,
      ),
    });
    expect(said(result, "empty-migration", "drop-table", "truncate-table", "unknown-table")).toEqual([
      "empty-migration migrations/20240102000000_b.js:2:3 knex.schema.dropTable",
      'empty-migration migrations/20240102000000_b.js:4:8 knex("users").truncate',
    ]);
  });

  it("stand in the file of SQL that the code loads", async () => {
    const result = await lint({
      "migrations/20240101000000_a.js": first,
      "migrations/20240102000000_b.js": `const { readFileSync } = require("fs");\nconst { join } = require("path");\n${knex(
        `  await knex.raw(readFileSync(join(__dirname, "sql/b.sql")).toString());`,
      )}`,
      "migrations/sql/b.sql": "-- a comment\nALTER TABLE users DROP COLUMN email;\n",
    });
    expect(said(result, "drop-column")).toEqual(["drop-column migrations/sql/b.sql:2:19 DROP COLUMN email"]);
  });

  it.each([
    ["an absolute path", undefined],
    ["a path above", '"../../secret.sql"'],
    ["a link", '"link.sql"'],
    ["a link to a file of another kind", '"env.sql"'],
  ])("don't reach out of the project for files: %s", async (_, path) => {
    const home = mkdtempSync(join(tmpdir(), "ddlint-code-"));
    const outside = join(home, "secret.sql");
    writeFileSync(outside, "DROP TABLE secret;");
    mkdirSync(join(home, "shop/migrations"), { recursive: true });
    writeFileSync(join(home, "shop/.env"), "SECRET=1");
    symlinkSync(outside, join(home, "shop/migrations/link.sql"));
    symlinkSync("../.env", join(home, "shop/migrations/env.sql"));
    const file = path ?? JSON.stringify(outside);
    const code = `const path = require("path");\n${knex(
      `  await knex.raw(require("fs").readFileSync(path.resolve(__dirname, ${file}), "utf8"));`,
    )}`;
    writeFileSync(join(home, "shop/migrations/20240102000000_b.js"), code);
    const result = await lintProject({ cwd: join(home, "shop") });
    rmSync(home, { recursive: true });
    expect(said(result, "drop-table", "syntax-error")).toEqual([]);
    expect(result.counts.notUnderstood).toBe(1);
    expect(JSON.stringify([...result.sources.values(), result.findings])).not.toMatch(
      /DROP TABLE secret|SECRET=1/,
    );
  });

  it("know the tool's transaction and its way out", async () => {
    const body = '  await knex.raw("CREATE INDEX CONCURRENTLY i ON users (email)");';
    const files = {
      "knexfile.js": "",
      "migrations/20240101000000_a.js": first,
      "migrations/20240102000000_b.js": knex(body),
    };
    const [finding] = (await lint(files)).findings.filter(
      ({ ruleId }) => ruleId === "concurrently-in-transaction",
    );
    expect(`${finding?.message ?? ""} ${finding?.instead ?? ""}`).toContain(
      "exports.config = { transaction: false }",
    );
    const out = {
      ...files,
      "migrations/20240102000000_b.js": knex(body, "exports.config = { transaction: false };"),
    };
    expect(said(await lint(out), "concurrently-in-transaction")).toEqual([]);
  });

  it("know what the project's settings say of transactions", async () => {
    const body = '  await knex.raw("CREATE INDEX CONCURRENTLY i ON users (email)");';
    const files = {
      "knexfile.js": 'module.exports = { client: "pg", migrations: { disableTransactions: true } };',
      "migrations/20240101000000_a.js": first,
      "migrations/20240102000000_b.js": knex(body),
    };
    expect(said(await lint(files), "concurrently-in-transaction")).toEqual([]);
  });

  it("tell of a file that can't be parsed once, and go on", async () => {
    const result = await lint({
      "migrations/20240101000000_a.js": "exports.up = (knex) => knex.schema.dropTable('a';\n",
      "migrations/20240102000000_b.js": knex('  await knex.raw("DROP TABLE x");'),
    });
    expect(said(result, "syntax-error", "drop-table")).toEqual([
      "syntax-error migrations/20240101000000_a.js:1:49 ;",
      "drop-table migrations/20240102000000_b.js:2:19 DROP TABLE x",
    ]);
  });

  it("ask for the way back", async () => {
    const result = await lint({
      "migrations/20240101000000_a.js": first,
      "migrations/20240102000000_b.js": "exports.up = (knex) => knex.schema.renameTable('users', 'people');",
      "migrations/20240103000000_c.js":
        "exports.up = (knex) => knex.raw(`UPDATE people SET email = 'a' WHERE id = 2`);\nexports.down = () => {};",
      "migrations/20240104000000_d.js":
        "// ddlint-irreversible: the rows are gone\nexports.up = (knex) => knex.raw('SELECT 1');",
      "migrations/20240105000000_e.js":
        "exports.up = (knex) => knex.raw('SELECT 1');\nexports.down = () => { throw new Error('no'); };",
    });
    expect(
      result.findings
        .filter(({ ruleId }) => ruleId === "missing-rollback")
        .map(({ message }) => message.split(";")[0]),
    ).toEqual(["has no way back: the export down is missing", "has no way back: its rollback is empty"]);
  });

  it("are advised in comments of their language, which are read", async () => {
    const opinions = { only: ["missing-rollback", "missing-header", "missing-reason"] };
    const run = async (head: string) => {
      const code = `${head}exports.up = (knex) => {\n  return knex.schema.renameTable("users", "people");\n};\n`;
      const files = { "migrations/20240101000000_a.js": first, "migrations/20240102000000_b.js": code };
      const { findings } = await lintProject({ fs: memoryFileSystem(files), opinions });
      return findings.filter(({ file }) => file.endsWith("_b.js"));
    };
    const bare = await run("/** @param { import('knex').Knex } knex is given by knex */\n");
    expect(bare.map(({ ruleId }) => ruleId)).toEqual([
      "missing-header",
      "missing-reason",
      "missing-rollback",
    ]);
    for (const { instead } of bare) {
      expect(instead).toContain("`// ");
      expect(instead).not.toContain("`-- ");
    }
    const header = ["Migration: rename", "Author: Ann", "Date: 2024-01-02", "Reason: a says too little"];
    const marker = "ddlint-irreversible: nothing is lost";
    expect(await run([...header, marker].map((line) => `// ${line}\n`).join(""))).toEqual([]);
    expect(await run(`/*\n${header.map((line) => ` * ${line}\n`).join("")} */\n// ${marker}\n`)).toEqual([]);
  });

  it("come from code among files of SQL, too", async () => {
    const result = await lint({
      "package.json": '{ "dependencies": { "node-pg-migrate": "7" } }',
      "migrations/001_a.sql": "CREATE TABLE users (id int PRIMARY KEY, email text);",
      "migrations/002_b.sql": "SELECT 1;",
      "migrations/003_c.sql": "SELECT 1;",
      "migrations/004_c.sql": "SELECT 1;",
      "migrations/005_d.ts": "exports.up = (pgm) => { pgm.dropColumns('users', 'email'); };",
      "migrations/006_e.py": "drop()",
    });
    expect(said(result, "drop-column")).toEqual([
      "drop-column migrations/005_d.ts:1:29 dropColumns('users', 'email')",
    ]);
  });
});

describe("comments that silence findings in code", () => {
  const drop = (before: string, sql = "ALTER TABLE users DROP COLUMN email"): Record<string, string> => ({
    "migrations/20240101000000_a.js": first,
    "migrations/20240102000000_b.js": knex(`${before}\n  await knex\n    .raw(\`${sql}\`);`),
  });
  const rules = ["drop-column", "unused-suppression"];

  it.each(["// ddlint-disable-next-line drop-column -- done", "/* ddlint-disable-next-line drop-column */"])(
    "%s",
    async (comment) => {
      expect(said(await lint(drop(`  ${comment}`)), ...rules)).toEqual([]);
    },
  );

  it("inside of the SQL", async () => {
    const sql =
      "SELECT 1;\n-- ddlint-disable-next-line drop-column -- done\nALTER TABLE users DROP COLUMN email";
    expect(said(await lint(drop("", sql)), ...rules)).toEqual([]);
  });

  it("are told of if they silence nothing", async () => {
    expect(said(await lint(drop("  // ddlint-disable-next-line drop-table")), ...rules)).toEqual([
      "unused-suppression migrations/20240102000000_b.js:2:31 drop-table",
      "drop-column migrations/20240102000000_b.js:4:29 DROP COLUMN email",
    ]);
  });
});

describe("fixes in code", () => {
  const edits = (finding: Finding | undefined): unknown => (finding?.fix ?? finding?.suggestions[0])?.edits;

  it("are offered where the text is the file's own, and only there", async () => {
    const text = knex(
      '  await knex.raw("DROP INDEX i");\n  await knex.schema.table("t", (t) => t.dropIndex([], "j"));',
    );
    const result = await lint({ "knexfile.js": "", "migrations/20240102000000_b.js": text });
    const found = result.findings.filter(({ ruleId }) => ruleId === "drop-index-without-concurrently");
    expect(found.length).toBe(2);
    for (const edit of (edits(found[0]) ?? []) as { span: { start: number; end: number }; text: string }[])
      expect(text.slice(0, edit.span.start)).toMatch(/DROP INDEX ?$/);
    expect(edits(found[1])).toBeUndefined();
  });
});

describe("a session with code", () => {
  it("says what lintProject says, before and after a change", async () => {
    const files = {
      "migrations/20240101000000_a.js": first,
      "migrations/20240102000000_b.js": knex('  await knex.raw("ALTER TABLE users DROP COLUMN email");'),
    };
    const session = await createSession({ fs: memoryFileSystem(files) });
    expect(session.lint().findings).toEqual((await lintProject({ fs: memoryFileSystem(files) })).findings);
    const changed = knex('  await knex.raw("SELECT 1");');
    session.update("migrations/20240102000000_b.js", changed);
    const fs = memoryFileSystem({ ...files, "migrations/20240102000000_b.js": changed });
    expect(session.lint().findings).toEqual((await lintProject({ fs })).findings);
    session.update("migrations/20240102000000_b.js", undefined);
    expect(session.lint().findings.map(({ ruleId }) => ruleId)).toContain("drop-column");
  });
});

describe("on MySQL", () => {
  const knexfile = { "knexfile.js": 'module.exports = { client: "mysql2" };' };
  const users = knex(
    `await knex.schema.createTable("users", (t) => { t.bigIncrements(); t.string("email").notNullable(); t.string("first_name"); });`,
  );

  it("builders have MySQL's costs", async () => {
    const result = await lint({
      ...knexfile,
      "migrations/20240101000000_a.js": users,
      "migrations/20240102000000_b.js": knex(
        `  await knex.schema.alterTable("users", (t) => { t.bigInteger("email").alter(); });`,
      ),
    });
    expect(said(result, "algorithm-copy", "modify-drops-attributes")).toEqual([
      'algorithm-copy migrations/20240102000000_b.js:2:52 bigInteger("email").alter()',
      'modify-drops-attributes migrations/20240102000000_b.js:2:52 bigInteger("email").alter()',
    ]);
  });

  it("a name that a mapper of Objection's may change is nothing to fail on", async () => {
    const result = await lint({
      ...knexfile,
      "migrations/20240101000000_a.js": users,
      "migrations/20240102000000_b.js": knex(
        `  await knex("users").where({ id: 1 }).update({ firstName: "a" });\n  await knex("users").where({ id: 1 }).update({ lastName: "b" });`,
      ),
    });
    expect(said(result, "unknown-column")).toHaveLength(1);
  });

  it("DELIMITER fails in code, too", async () => {
    const result = await lint({
      ...knexfile,
      "migrations/20240101000000_a.js": users,
      "migrations/20240102000000_b.js": knex(
        "  await knex.raw(`DELIMITER //\nCREATE PROCEDURE p() BEGIN DO 1; DO 2; END//\nDELIMITER ;`);",
      ),
    });
    expect(said(result, "syntax-error")).toEqual([
      "syntax-error migrations/20240102000000_b.js:2:19 DELIMITER",
    ]);
  });
});
