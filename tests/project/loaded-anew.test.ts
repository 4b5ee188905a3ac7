/** Files that a program of the project runs one after the other, of which the first drops all tables. */
import { expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const made = "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (id int PRIMARY KEY);\n";
const program = `import psycopg2
FILES = ["sql/001_schema.sql", "sql/002_views.sql"]
for path in FILES:
    statements = open(path).read()
    cursor.execute(statements)
`;
const files = {
  "sql/001_schema.sql": `DROP TABLE IF EXISTS a;\nDROP TABLE IF EXISTS b CASCADE;\n${made}`,
  "sql/002_views.sql": "CREATE INDEX a_id ON a (id);\n",
  "sql/003_later.sql": "CREATE INDEX b_id ON b (id);\n",
  "scripts/load.py": program,
};
const emptyFirst = (more: Readonly<Record<string, string>> = {}): readonly string[] =>
  discover(memoryFileSystem({ ...files, ...more }), []).flatMap(({ migrations }) =>
    migrations.filter(({ beforeBaseline }) => beforeBaseline === true).map(({ name }) => name),
  );

test("what it names begins with an empty database", () => {
  expect(emptyFirst()).toEqual(["001_schema", "002_views"]);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["the first drops one table of two", { "sql/001_schema.sql": `DROP TABLE IF EXISTS a;\n${made}` }],
  ["it drops them behind", { "sql/001_schema.sql": `${made}DROP TABLE a, b;\n` }],
  ["the program counts what it has run", { "scripts/load.py": `${program}# schema_migrations\n` }],
  ["it names another order", { "scripts/load.py": program.replace("001_schema", "009_schema") }],
  ["it only reads", { "scripts/load.py": program.replace("cursor.execute", "print") }],
])("but not where %s", (_name, more) => {
  expect(emptyFirst(more)).toEqual([]);
});
