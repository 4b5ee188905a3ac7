/** Where a part of a history isn't known, nothing is said to fail because of it. */
import { describe, expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

/** What is said to fail. */
const failing = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem(files),
    opinions: { only: ["unknown-table", "unknown-column", "duplicate-object", "syntax-error"] },
  });
  return findings.map(({ file, line, message }) => `${file}:${line} ${message}`);
};

const users = "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n";
const onOther = "ALTER TABLE other ADD COLUMN note text;\n";

test("without a gap, an unknown table fails", async () => {
  expect(await failing({ "migrations/001_a.sql": users, "migrations/002_b.sql": onOther })).toEqual([
    "migrations/002_b.sql:1 fails unless something else creates table other: no migration before this does",
  ]);
});

describe("an unknown part of the first migration", () => {
  test.each([
    ["a file that psql includes", "\\i functions.sql\n"],
    ["a statement that can't be read", "FLARGH;\n"],
    ["SQL that is built when it runs", "DO $$ BEGIN EXECUTE current_setting('x.y'); END $$;\n"],
  ])("%s", async (_name, text) => {
    expect(await failing({ "migrations/001_a.sql": users + text, "migrations/002_b.sql": onOther })).toEqual(
      text.startsWith("FLARGH") ? [expect.stringContaining("001_a.sql:2")] : [],
    );
  });

  test("a GRANT that is built when it runs changes nothing", async () => {
    const text = "DO $$ BEGIN EXECUTE 'GRANT SELECT ON users TO ' || current_setting('x.y'); END $$;\n";
    expect(
      await failing({ "migrations/001_a.sql": users + text, "migrations/002_b.sql": onOther }),
    ).toHaveLength(1);
  });
});

describe("psql's variables", () => {
  test("are no columns and no tables", async () => {
    const text = [
      users,
      "UPDATE users SET name = :'name' WHERE id = :id;",
      'ALTER TABLE :tbl ADD COLUMN a int;\nDROP TABLE :"tbl";',
      "\\copy users (id, name) FROM STDIN\n1\tit's\n2\t(;\n\\.",
      "ALTER TABLE users ADD COLUMN b int;\n",
    ].join("\n");
    expect(await failing({ "migrations/001_a.sql": text })).toEqual([]);
  });

  test("don't hide what else is wrong", async () => {
    const text = `${users}UPDATE users SET nme = 'x' WHERE id = :id;\n`;
    expect(await failing({ "migrations/001_a.sql": text })).toEqual([
      expect.stringContaining("there is no column users.nme"),
    ]);
  });
});

describe("migrations in code", () => {
  const flyway = {
    "pom.xml": "<project><artifactId>flyway-core</artifactId></project>\n",
    "src/main/resources/db/migration/V1__a.sql": users,
    "src/main/resources/db/migration/V3__c.sql": onOther,
  };

  test.each([
    "src/main/java/db/migration/V2__b.java",
    "src/main/kotlin/db/migration/V2__b.kt",
    "src/main/java/db/changes/V2__b.java",
    "src/main/resources/db/migration/V2__b.java",
  ])("of Flyway: %s", async (path) => {
    expect(await failing(flyway)).toHaveLength(1);
    expect(await failing({ ...flyway, [path]: "class V2__b extends BaseJavaMigration {}\n" })).toEqual([]);
    expect(
      await failing({ ...flyway, "src/test/java/db/migration/V2__b.java": "class V2__b {}\n" }),
    ).toHaveLength(1);
  });

  test("of goose", async () => {
    const marked = (text: string): string => `-- +goose Up\n${text}-- +goose Down\n`;
    const files = {
      "go.mod": "require github.com/pressly/goose/v3 v3.0.0\n",
      "migrations/00001_a.sql": marked(users),
      "migrations/00003_c.sql": marked(onOther),
    };
    expect(await failing(files)).toHaveLength(1);
    expect(await failing({ ...files, "migrations/00002_b.go": "package migrations\n" })).toEqual([]);
  });
});

test("a number that a tool asks for, and that isn't there", async () => {
  const files = {
    "package.json": '{ "dependencies": { "postgres-migrations": "5.0.0" } }',
    "migrations/1_a.sql": users,
    "migrations/2_b.sql": "SELECT 1;\n",
  };
  expect(await failing({ ...files, "migrations/3_c.sql": onOther })).toHaveLength(1);
  expect(await failing({ ...files, "migrations/4_c.sql": onOther })).toEqual([]);
});
