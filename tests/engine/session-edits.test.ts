/**
 * A session answers what a fresh run answers, whatever was edited before. `DDLINT_FUZZ=5000 DDLINT_SEED=7` plays more
 * edits, or others.
 */
import { describe, expect, it } from "vitest";
import { createSession, loadEngine, memoryFileSystem, type Facts, type LintResult } from "../../src/index.ts";
import type { FileSystem } from "../../src/project/migration.ts";
import { play } from "../../tools/fuzz/sessions.ts";

const edits = Number(process.env["DDLINT_FUZZ"] ?? 300);
const seed = Number(process.env["DDLINT_SEED"] ?? 14);

it(
  `answers as a fresh run does after each of ${edits} edits`,
  { timeout: 60_000 + edits * 500 },
  async () => {
    let made = 0;
    await play({ seed, edits, onEdit: (count) => void (made = count) });
    expect(made).toBe(edits);
  },
);

const ids = ({ findings }: LintResult): readonly string[] => findings.map(({ ruleId }) => ruleId);

describe("a session", () => {
  const table = "CREATE TABLE a (id int PRIMARY KEY, b int);\n";

  /** A disk whose files change, and a session over it. */
  const opened = async (files: Record<string, string>, facts: Facts = {}) => {
    const fs: FileSystem = {
      read: (path) => files[path],
      list: (folder) => memoryFileSystem(files).list(folder),
    };
    return createSession({ fs, facts });
  };

  it("reads the migrations anew once the project runs on another database", async () => {
    const files: Record<string, string> = {
      "docker-compose.yml": "services:\n  db:\n    image: postgres:16\n",
      "migrations/001_a.sql": table,
      "migrations/002_b.sql": "ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4;\n",
    };
    const session = await opened(files);
    expect(session.histories()).toMatchObject([{ dialect: "postgres" }]);
    expect(session.lint().counts.notUnderstood).toBe(1);
    files["docker-compose.yml"] = "services:\n  db:\n    image: mysql:8.0\n";
    session.refresh();
    expect(session.histories()).toMatchObject([{ dialect: "mysql" }]);
    expect(session.lint().counts.notUnderstood).toBe(0);
  });

  it("takes another transaction of the tool from its settings", async () => {
    const files: Record<string, string> = {
      "package.json": '{"dependencies":{"knex":"3"}}',
      "knexfile.js": 'module.exports = { client: "pg" };\n',
      "migrations/20260101000000_a.js": `exports.up = (knex) => knex.raw("${table.trim()}");\n`,
      "migrations/20260102000000_b.js":
        'exports.up = (knex) => knex.raw("CREATE INDEX CONCURRENTLY b_idx ON a (b)");\n',
    };
    const session = await opened(files);
    expect(ids(session.lint())).toContain("concurrently-in-transaction");
    files["knexfile.js"] = 'module.exports = { client: "pg", migrations: { disableTransactions: true } };\n';
    session.refresh();
    expect(ids(session.lint())).not.toContain("concurrently-in-transaction");
  });

  it("knows on which files its answers depend", async () => {
    const session = await opened({ "migrations/001_a.sql": table, "src/a/x.ts": "", "README.md": "" });
    session.lint();
    expect(session.dependsOn("migrations/001_a.sql", "changed")).toBe(true);
    expect(session.dependsOn("README.md", "changed")).toBe(false);
    expect(session.dependsOn("src/a/x.ts", "changed")).toBe(false);
    for (const file of [".gitignore", "knexfile.js", "schema.prisma", ".tool-versions"])
      expect(session.dependsOn(file, "created or deleted"), file).toBe(true);
    expect(session.dependsOn("node_modules/a/x.sql", "created or deleted")).toBe(false);
  });

  it("waits for a file that the configuration names, and reads it as the editor has it", async () => {
    const files: Record<string, string> = { "migrations/001_a.sql": "DROP TABLE orders;\n" };
    const session = await opened(files, { schema: "schema.sql" });
    expect(() => session.lint()).toThrow("can't read the schema snapshot");
    session.update("schema.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
    expect(ids(session.lint())).not.toContain("unknown-table");
    session.update("schema.sql", table);
    expect(ids(session.lint())).toContain("unknown-table");
  });

  it("names what its engine couldn't read of another database", async () => {
    const fs = memoryFileSystem({
      "migrations/001_a.sql": "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\n",
    });
    const session = (await loadEngine()).createSession({ fs });
    expect(session.lint().leftOut).toMatchObject([{ root: "migrations", dialect: "sqlite" }]);
  });
});
