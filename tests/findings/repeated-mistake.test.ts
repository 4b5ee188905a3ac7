/** The same mistake in several calls of one migration is one finding. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

test("a name in another case, in each call of a changeset", async () => {
  const insert = (id: number): string =>
    `<insert tableName="State"><column name="id" valueNumeric="${String(id)}"/></insert>`;
  const text = `<databaseChangeLog>
<changeSet id="1" author="a"><createTable tableName="STATE"><column name="id" type="int"><constraints primaryKey="true"/></column></createTable></changeSet>
<changeSet id="2" author="a">
${[1, 2, 3].map(insert).join("\n")}
<rollback/></changeSet>
<changeSet id="3" author="a">
${insert(4)}
<rollback/></changeSet>
</databaseChangeLog>`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({ "db/changelog/db.changelog-master.xml": text }),
    facts: { dialect: "mysql" },
  });
  const found = findings.filter(({ ruleId }) => ruleId === "unknown-table");
  expect(found.map(({ line, repeats = [] }) => [line, ...repeats.map((one) => one.line)])).toEqual([
    [4, 5, 6],
    [9],
  ]);
});

test("several columns that one statement names, unless other names are meant", async () => {
  const fs = memoryFileSystem({
    "migrations/001_a.sql": "CREATE TABLE readings (id bigint PRIMARY KEY, user_id bigint);",
    "migrations/002_b.sql": `CREATE INDEX ON readings (pages, userid, weather);
ALTER TABLE readings ADD CHECK (score > 0);`,
  });
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  const found = findings.filter(({ ruleId }) => ruleId === "unknown-column");
  const messages = found.map((one) => [one, ...(one.repeats ?? [])].map(({ message }) => message));
  const lacks = (column: string): string => `fails: there is no column readings.${column}`;
  expect(messages).toEqual([[lacks("pages"), lacks("weather")], [lacks("userid")], [lacks("score")]]);
});
