/** A container runs some files of a folder by their names: what the others make is on no database in that order. */
import { describe, expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const table = (name: string): string => `CREATE TABLE ${name} (id bigint PRIMARY KEY);\n`;
const files = {
  "db/migrations/001_functions.sql": table("shops"),
  "db/migrations/001_schema.sql": table("orders"),
  "db/migrations/002_sync.sql": table("notes"),
  "db/migrations/003_notes.sql": table("notes"),
};
const compose = (...names: readonly string[]): Readonly<Record<string, string>> => ({
  "docker-compose.yml": `services:\n  db:\n    image: postgres:16\n    volumes:\n${names.map((name) => `      - ./db/migrations/${name}:/docker-entrypoint-initdb.d/${name}\n`).join("")}`,
});

async function rulesOf(more: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings } = await lintProject({ fs: memoryFileSystem({ ...files, ...more }) });
  return findings.map(({ ruleId }) => ruleId).filter((rule) => rule.startsWith("duplicate-"));
}

const all = ["duplicate-version", "duplicate-object"];

describe("failures between files, and numbers that are used twice", () => {
  test.each([
    ["aren't sure where a file before one that is run is left out", compose("001_schema.sql"), []],
    ["are sure where nothing says what is run", {}, all],
    ["are sure where those behind the ones that are run are left out", compose("001_functions.sql"), all],
  ])("%s", async (_, more, rules) => {
    expect(new Set(await rulesOf(more))).toEqual(new Set(rules));
  });

  test("a file that fails by itself is sure", async () => {
    const twice = { "db/migrations/004_twice.sql": table("letters") + table("letters") };
    expect(await rulesOf({ ...compose("001_schema.sql"), ...twice })).toEqual(["duplicate-object"]);
  });
});
