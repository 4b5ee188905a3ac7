import { beforeAll, describe, expect, it } from "vitest";
import {
  createSession,
  lintProject,
  lintText,
  loadEngine,
  UserError,
  type Session,
} from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import type { FileSystem } from "../../src/project/migration.ts";

const files: Readonly<Record<string, string>> = {
  "migrations/001_init.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
  "migrations/002_view.sql": "CREATE VIEW notes AS SELECT note FROM orders;\n",
  "migrations/003_index.sql":
    "SET lock_timeout = '2s';\nCREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);\n",
};
const drop = "SET lock_timeout = '2s';\nALTER TABLE orders DROP COLUMN note;\n";
const ids = (result: { findings: readonly { ruleId: string }[] }): string[] =>
  result.findings.map(({ ruleId }) => ruleId);

describe("a session", () => {
  let session: Session;
  beforeAll(async () => {
    session = await createSession({ fs: memoryFileSystem(files) });
  });

  it("says what lintProject says", async () => {
    const fs = memoryFileSystem({ ...files, "migrations/003_index.sql": drop });
    const other = await createSession({ fs });
    expect(other.lint().findings).toEqual((await lintProject({ fs })).findings);
    expect(ids(other.lint())).toEqual(["drop-breaks-dependent", "drop-column"]);
  });

  it("lints the buffer of an editor in the history's context, and forgets it again", () => {
    expect(ids(session.lint("migrations/003_index.sql"))).toEqual([]);
    session.update("migrations/003_index.sql", drop);
    expect(ids(session.lint("migrations/003_index.sql"))).toEqual(["drop-breaks-dependent", "drop-column"]);
    session.update("migrations/003_index.sql", undefined);
    expect(ids(session.lint("migrations/003_index.sql"))).toEqual([]);
  });

  it("replays what follows an earlier file that changed", () => {
    session.update("migrations/003_index.sql", drop);
    session.update("migrations/002_view.sql", "CREATE VIEW ids AS SELECT id FROM orders;\n");
    expect(ids(session.lint("migrations/003_index.sql"))).toEqual(["drop-column"]);
    session.update("migrations/002_view.sql", undefined);
    expect(ids(session.lint("migrations/003_index.sql"))).toEqual(["drop-breaks-dependent", "drop-column"]);
    session.update("migrations/003_index.sql", undefined);
  });

  it("takes a file that isn't on the disk yet", () => {
    session.update("migrations/004_drop.sql", "DROP TABLE nothing;\n");
    expect(ids(session.lint("migrations/004_drop.sql"))).toContain("unknown-table");
    session.update("migrations/004_drop.sql", undefined);
    expect(session.lint("migrations/004_drop.sql").findings).toEqual([]);
  });
});

describe("an engine", () => {
  it("lints with other opinions than the session's", async () => {
    const engine = await loadEngine();
    const own = engine.createSession({ fs: memoryFileSystem({ ...files, "migrations/004_drop.sql": drop }) });
    const opinions = { presets: [], rules: { "drop-column": "note" } } as const;
    expect(own.lint("migrations/004_drop.sql", opinions).findings).toMatchObject([
      { ruleId: "drop-column", severity: "note" },
    ]);
    expect(ids(own.lint("migrations/004_drop.sql"))).toEqual(["drop-breaks-dependent", "drop-column"]);
  });

  it("says where comments and statements stand in a text, readable or not", async () => {
    const { outline } = await loadEngine();
    expect(outline("-- a\nSELECT 1; DORP x; /* b */")).toEqual({
      comments: [
        { start: 0, end: 4 },
        { start: 23, end: 30 },
      ],
      statements: [
        { span: { start: 5, end: 13 }, kind: "SelectStmt" },
        { span: { start: 15, end: 21 }, kind: "unparsable" },
      ],
    });
  });
});

describe("what a session writes for an editor", () => {
  const comment = "-- ddlint-disable-next-line drop-table -- old\n";

  it("is a file's text with its safe fixes made, and the buffer stays as it is", async () => {
    const session = await createSession({ fs: memoryFileSystem(files) });
    expect(session.histories().map(({ root }) => root)).toEqual(["migrations"]);
    expect(session.fixed("migrations/003_index.sql")).toBeUndefined();
    session.update("migrations/003_index.sql", `${comment}SELECT 1;\n${comment}SELECT 2;\n`);
    expect(session.fixed("migrations/003_index.sql")).toBe("SELECT 1;\nSELECT 2;\n");
    expect(ids(session.lint("migrations/003_index.sql"))).toEqual([
      "unused-suppression",
      "unused-suppression",
    ]);
  });

  it("is no comment that the configuration forbids", async () => {
    const fs = memoryFileSystem({ ...files, "migrations/004_drop.sql": drop });
    const session = await createSession({ fs, opinions: { noInlineConfig: true } });
    const [finding] = session.lint("migrations/004_drop.sql").findings;
    expect(finding && session.suppression(finding, "statement")).toBeUndefined();
  });
});

describe("a session over a disk that changes", () => {
  const disk: Record<string, string> = { ...files };
  let stamp = 0;
  const fs: FileSystem = {
    read: (path) => disk[path],
    list: (folder) => memoryFileSystem(disk).list(folder),
    stamp: (path) => (path.includes("002") ? String(stamp) : "same"),
  };

  it("answers as before until it is told to look again", async () => {
    const session = await createSession({ fs });
    expect(ids(session.lint())).toEqual([]);
    disk["migrations/004_drop.sql"] = drop;
    expect(ids(session.lint())).toEqual([]);
    session.refresh();
    expect(ids(session.lint())).toEqual(["drop-breaks-dependent", "drop-column"]);
    disk["migrations/002_view.sql"] = "CREATE VIEW ids AS SELECT id FROM orders;\n";
    stamp++;
    session.refresh();
    expect(ids(session.lint())).toEqual(["drop-column"]);
  });

  it("takes another snapshot when that has changed", async () => {
    const texts: Record<string, string> = {
      "schema.sql": "CREATE TABLE customers (id bigint PRIMARY KEY);",
      "migrations/001_drop.sql": "DROP TABLE orders;",
    };
    const session = await createSession({
      fs: { read: (path) => texts[path], list: (folder) => memoryFileSystem(texts).list(folder) },
      facts: { schema: "schema.sql" },
      opinions: { only: ["unknown-table"] },
    });
    expect(ids(session.lint())).toEqual(["unknown-table"]);
    texts["schema.sql"] = "CREATE TABLE orders (id bigint PRIMARY KEY);";
    session.refresh();
    expect(ids(session.lint())).toEqual([]);
  });
});

describe("the statements of a file", () => {
  const index = "CREATE INDEX ON orders (note);\n\nALTER TABLE orders\n  ALTER id TYPE text;\n";

  it("are told with what they lock, rewrite and read", async () => {
    const session = await createSession({ fs: memoryFileSystem({ ...files, "migrations/004.sql": index }) });
    const [first, second] = session.statements("migrations/004.sql");
    expect(first).toMatchObject({
      file: "migrations/004.sql",
      line: 1,
      column: 1,
      endColumn: 30,
      direction: "up",
      title: "CREATE INDEX ON orders",
      locks: [{ relation: "orders", mode: "SHARE", blocks: "writes" }],
      scans: ["orders"],
      rewrites: [],
    });
    expect(second).toMatchObject({ line: 3, endLine: 4, rewrites: ["orders"] });
    expect(second?.summary).toMatch(/^takes ACCESS EXCLUSIVE on orders, rewrites orders/);
    expect(session.historyOf("migrations/004.sql")?.root).toBe("migrations");
    expect(session.historyOf("elsewhere.sql")).toBeUndefined();
  });

  it("are told for another server as well", async () => {
    const detach = "ALTER TABLE orders DETACH PARTITION orders_2025 CONCURRENTLY;";
    const session = await createSession({ fs: memoryFileSystem({ "migrations/1.sql": detach }) });
    expect(session.statements("migrations/1.sql", 13)[0]?.summary).toContain("fails");
    expect(session.statements("migrations/1.sql", 17)[0]?.summary).not.toContain("fails");
  });

  it("of MySQL are told with what the ALTER takes", async () => {
    const fs = memoryFileSystem({
      "migrations/001.sql": "CREATE TABLE `a` (id int AUTO_INCREMENT PRIMARY KEY, n int) ENGINE=InnoDB;\n",
      "migrations/002.sql": "ALTER TABLE a MODIFY n bigint, ADD COLUMN m int;\n",
    });
    const [only] = (await createSession({ fs })).statements("migrations/002.sql");
    expect(only?.summary).toContain("COPY");
  });

  it("of a migration in code stand where the code has them", async () => {
    const code = 'exports.up = (knex) => knex.raw("CREATE INDEX ON orders (note)");\n';
    const fs = memoryFileSystem({
      "package.json": '{"dependencies":{"knex":"3"}}',
      "migrations/20260101_a.js": code,
    });
    const [only] = (await createSession({ fs })).statements("migrations/20260101_a.js");
    expect(only).toMatchObject({ line: 1, column: 34, locks: [{ relation: "orders", mode: "SHARE" }] });
  });
});

describe("the API", () => {
  it("lints a single text as if every table existed", async () => {
    expect(ids(await lintText("CREATE INDEX i ON orders (a);"))).toContain("index-without-concurrently");
    expect(ids(await lintText("CREATE TABLE t (id int PRIMARY KEY); CREATE INDEX i ON t (id, id);"))).toEqual(
      [],
    );
  });

  it("says which migration was meant", async () => {
    const options = { fs: memoryFileSystem(files), facts: { startAfter: "002_veiw" } };
    await expect(lintProject(options)).rejects.toThrow(UserError);
    await expect(lintProject(options)).rejects.toMatchObject({ place: { nearest: "002_view" } });
  });

  it("replays without reporting what is applied", async () => {
    const fs = memoryFileSystem({ ...files, "migrations/004_drop.sql": drop });
    const after = async (startAfter: string): Promise<string[]> =>
      ids(await lintProject({ fs, facts: { startAfter } }));
    expect(await after("003")).toEqual(["drop-breaks-dependent", "drop-column"]);
    expect(await after("004_drop")).toEqual([]);
  });

  it.each([
    ["V2_1__b.sql", "V3__c.sql", ["2.1", "2_1", "2.01", "2.1.0", "V2_1__b"]],
    ["0002_b.sql", "0003_c.sql", ["2", "02", "0002"]],
    ["2026-01-02-100000_b.sql", "2026-01-03-100000_c.sql", ["20260102100000", "2026-01-02-100000"]],
  ])("finds %s by any spelling of its version", async (second, third, spellings) => {
    const first = second.replace("2_1__", "1__").replace("0002", "0001").replace("01-02-", "01-01-");
    const fs = memoryFileSystem({
      [`migrations/${first}`]: "CREATE TABLE t (id bigint PRIMARY KEY, a int, b int);\n",
      [`migrations/${second}`]: "ALTER TABLE t DROP COLUMN a;\n",
      [`migrations/${third}`]: "ALTER TABLE t DROP COLUMN b;\n",
    });
    for (const startAfter of spellings) {
      const { findings } = await lintProject({
        fs,
        facts: { startAfter },
        opinions: { only: ["drop-column"] },
      });
      expect(
        findings.map(({ file }) => file),
        startAfter,
      ).toEqual([`migrations/${third}`]);
    }
    for (const startAfter of ["2.1.1", "21", "2-", "1.2"])
      await expect(lintProject({ fs, facts: { startAfter } })).rejects.toThrow("there is no migration");
  });

  it("knows a schema snapshot", async () => {
    const fs = memoryFileSystem({
      "schema.sql": "CREATE TABLE public.users (id bigint PRIMARY KEY, name text);\n",
      "migrations/010_x.sql":
        "SET lock_timeout = '2s';\nALTER TABLE users ADD COLUMN name text;\nALTER TABLE user ADD a int;\n",
    });
    const found = ids(await lintProject({ fs, paths: ["migrations"], facts: { schema: "schema.sql" } }));
    expect(found).toEqual(expect.arrayContaining(["duplicate-object"]));
  });
});

it("says which histories are left out", async () => {
  const fs = memoryFileSystem({
    "migrations/001_x.sql": "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\n",
  });
  const { findings, leftOut } = await lintProject({ fs, facts: { dialect: "sqlite" } });
  expect(findings).toEqual([]);
  expect(leftOut?.map(({ dialect }) => dialect)).toEqual(["sqlite"]);
});

it("lints histories of several databases, each with its own rules", async () => {
  const fs = memoryFileSystem({
    "shop/migrations/001_x.sql": "CREATE TABLE `a` (id int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;\n",
    "shop/migrations/002_y.sql": "ALTER TABLE `a` ENGINE=MyISAM;\n",
    "log/migrations/001_x.sql": "CREATE TABLE b (id bigint PRIMARY KEY, at timestamptz);\n",
    "log/migrations/002_y.sql": "CREATE INDEX b_at_idx ON b (at);\n",
  });
  const { findings, leftOut } = await lintProject({ fs });
  const found = new Set(findings.map(({ file, ruleId }) => `${file.split("/")[0] ?? ""} ${ruleId}`));
  expect([...found]).toEqual(
    expect.arrayContaining(["shop engine-not-innodb", "log index-without-concurrently"]),
  );
  expect([...found]).not.toContain("shop index-without-concurrently");
  expect(leftOut).toEqual([]);
});
