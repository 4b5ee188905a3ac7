/** A file beside hand-made migrations that makes a new database, where the project names it. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const base = "CREATE TABLE streamers (id bigint PRIMARY KEY);\n";
const migration =
  "CREATE TABLE media (id bigint PRIMARY KEY, streamer_id bigint REFERENCES streamers (id));\n";
const first = "-- The first tables are in sql/tables.sql.\nCREATE TABLE jobs (id bigint PRIMARY KEY);\n";
const plain = "CREATE TABLE jobs (id bigint PRIMARY KEY);\n";

const rules = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  return findings.map(({ ruleId }) => ruleId).filter((rule) => rule.startsWith("unknown"));
};

test.each([
  ["the first migration", { "sql/migrations/001_a.sql": first, "sql/tables.sql": base }, []],
  [
    "a README",
    { "sql/migrations/README.md": "`sql/tables.sql` makes a new one", "sql/tables.sql": base },
    [],
  ],
  [
    "a script",
    { "scripts/init.mjs": 'readFileSync(path.join(root, "sql", "tables.sql"))', "sql/tables.sql": base },
    [],
  ],
  ["nothing", { "sql/tables.sql": base }, ["unknown-table"]],
  ["one that isn't there", { "README.md": "sql/tables.sql" }, ["unknown-table"]],
  [
    "a dump of what the migrations make",
    { "README.md": "tables.sql", "sql/tables.sql": plain },
    ["unknown-table"],
  ],
])("named by %s", async (_, files, expected) => {
  const all = { "sql/migrations/001_a.sql": plain, "sql/migrations/002_b.sql": migration };
  expect(await rules({ ...all, ...files })).toEqual(expected);
});
