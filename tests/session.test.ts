import { beforeAll, describe, expect, it } from "vitest";
import { createSession, lintProject, lintText, UserError, type Session } from "../src/index.ts";
import { memoryFileSystem } from "../src/project/file-system.ts";

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
    "migrations/001_x.sql": "CREATE TABLE `a` (id int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;\n",
  });
  const { findings, leftOut } = await lintProject({ fs });
  expect(findings).toEqual([]);
  expect(leftOut?.map(({ dialect }) => dialect)).toEqual(["mysql"]);
});
