import { describe, expect, it } from "vitest";
import { createReport, lintProject, memoryFileSystem, rules, type LintResult } from "../../src/index.ts";
import { write } from "./hostile.ts";

const first =
  "CREATE TABLE orders (id bigint PRIMARY KEY, code text);\nCREATE TABLE users (id bigint PRIMARY KEY);";
const files = {
  "package.json": JSON.stringify({
    scripts: { migrate: "node-pg-migrate up" },
    dependencies: { "node-pg-migrate": "^7.0.0" },
  }),
  "migrations/1700000000000_init.sql": `-- Up Migration\n${first}\n-- Down Migration\nDROP TABLE users;\nDROP TABLE orders;\n`,
  "migrations/1700000000001_note.sql":
    "-- Up Migration\nALTER TABLE orders ADD COLUMN note text;\n-- Down Migration\nALTER TABLE orders DROP COLUMN note;\n",
  "migrations/1700000000002_code.sql":
    "-- Up Migration\nCREATE INDEX users_id ON users (id);\n-- Down Migration\nDROP INDEX users_id;\n",
  "migrations/1700000000003_none.sql": "-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 1;\n",
};

const lint = (startAfter: string): Promise<LintResult> =>
  lintProject({ fs: memoryFileSystem(files), facts: { startAfter }, opinions: { presets: ["recommended"] } });

describe("migrations that one transaction runs", () => {
  it("hold the locks of all of them", async () => {
    const result = await lint("1700000000000_init");
    expect(result.batches).toEqual([
      {
        root: "migrations",
        migrations: ["1700000000001_note", "1700000000002_code", "1700000000003_none"],
        locks: [
          { relation: "orders", mode: "ACCESS EXCLUSIVE" },
          { relation: "users", mode: "SHARE" },
        ],
      },
    ]);
    const text = await write("markdown", createReport(result, { rules }));
    expect(text).toContain(
      [
        "3 migrations run in one transaction, which holds together until the last one ends:",
        "",
        "- ACCESS EXCLUSIVE on <code>orders</code> (blocks reads and writes)",
        "- SHARE on <code>users</code> (blocks writes)",
      ].join("\n"),
    );
  });

  it("are no batch if there is one", async () => {
    const result = await lint("1700000000002_code");
    expect(result.batches).toEqual([]);
  });
});
