/** Migrations with a comment that makes the project's own runner execute nothing. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import type { Facts } from "../../src/project/facts.ts";

type Files = Readonly<Record<string, string>>;

const marker = "-- postgres-migrations ignore";
const files: Files = {
  "package.json": JSON.stringify({ dependencies: { "postgres-migrations": "^5.3.0" } }),
  "migrations/tenant/0001-a.sql": "CREATE TABLE t (id bigint PRIMARY KEY);\n",
  "migrations/tenant/0002-b.sql": `-- postgres-migrations disable-transaction\n${marker}\nDROP TABLE t;\n`,
  "migrations/tenant/0003-c.sql": "ALTER TABLE t ADD COLUMN c int; -- later: ignore\n",
};
const program = (text: string): Files => ({ "src/internal/database/migrations/migrate.ts": text });
const own = program(`
import { runMigration } from "postgres-migrations/dist/run-migration";
const ignore = migration.sql.includes('${marker}');
await runMigration(table, client)(ignore ? { ...migration, sql: 'SELECT 1;' } : migration);
`);

const emptyOnes = (project: Files, facts: Facts = {}): readonly string[] =>
  discover(memoryFileSystem(project), [], facts)
    .flatMap(({ migrations }) => migrations)
    .filter(({ up, emptyHere }) => up.empty && emptyHere === true)
    .map(({ up }) => up.path);
const evidence = (project: Files, facts: Facts = {}): string =>
  discover(memoryFileSystem(project), [], facts)
    .flatMap((history) => history.evidence)
    .join("\n");

describe("a comment that the project's program looks for", () => {
  test("the file runs as nothing, and the evidence says so", () => {
    expect(emptyOnes({ ...files, ...own })).toEqual(["migrations/tenant/0002-b.sql"]);
    expect(evidence({ ...files, ...own })).toContain(
      `src/internal/database/migrations/migrate.ts passes over the files with "${marker}": 1 of 3`,
    );
  });

  test("places in it stay where they are", () => {
    const [history] = discover(memoryFileSystem({ ...files, ...own }), []);
    const up = history?.migrations[1]?.up;
    expect(up?.text).toHaveLength(up?.written?.length ?? -1);
    expect(up?.written).toBe(files["migrations/tenant/0002-b.sql"]);
  });

  test.each([
    ["the library alone doesn't know it", {}],
    ["a program that doesn't look for it", program("await migrate(client, 'migrations');")],
    [
      "a program that checks the files",
      { "scripts/lint-migrations.ts": `if (text.includes("${marker}")) continue;` },
    ],
  ])("%s: the file runs", (_, others) => {
    expect(emptyOnes({ ...files, ...others })).toEqual([]);
  });

  test("the configuration names another one", () => {
    const facts = { skipMarker: "-- later: ignore" };
    expect(emptyOnes({ ...files, ...own }, facts)).toEqual(["migrations/tenant/0003-c.sql"]);
    expect(evidence(files, facts)).toContain("as the configuration states");
  });
});
