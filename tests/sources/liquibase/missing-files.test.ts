/** Files that a changeset names and that aren't anywhere: Liquibase 4.27 refuses them before it runs anything. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const linted = (content: string) =>
  lintProject({
    fs: memoryFileSystem({
      "res/db/master.xml": `<databaseChangeLog>${content}</databaseChangeLog>`,
      "res/db/there.sql": "SELECT 1;",
    }),
    facts: { dialect: "postgres" },
  });
const set = (content: string): string => `<changeSet id="1" author="a">${content}</changeSet>`;
const later =
  '<changeSet id="2" author="a"><addColumn tableName="t"><column name="a" type="int"/></addColumn></changeSet>';

test.each([
  ['<sqlFile path="sql/a.sql"/>', "fails: Liquibase doesn't find the file sql/a.sql"],
  ['<loadData file="a.csv" tableName="t"/>', "fails: Liquibase doesn't find the file a.csv"],
  ['<createView viewName="v" path="v.sql"/>', "fails: Liquibase doesn't find the file v.sql"],
  ['<createProcedure path="p.sql"/>', "fails: Liquibase doesn't find the file p.sql"],
  [
    '<sql>SELECT 1</sql><rollback><sqlFile path="back.sql"/></rollback>',
    "the rollback fails: Liquibase doesn't find the file back.sql",
  ],
])("%s", async (content, message) => {
  const { findings } = await linted(set(content));
  const found = findings.filter(({ ruleId }) => ruleId === "refused-statement");
  expect(found.map((one) => one.message)).toEqual([message]);
});

test.each([
  ['path="sql/a.sql"', "below res/db, in the folders above it."],
  ['path="sql/a.sql" relativeToChangelogFile="true"', "at res/db/sql/a.sql."],
])("sqlFile with %s says where it was looked for", async (attributes, place) => {
  const { findings } = await linted(set(`<sqlFile ${attributes}/>`));
  expect(findings.map(({ instead }) => instead)).toEqual([
    `Correct path, or add the file. It was looked for ${place}`,
  ]);
});

test.each(['<sqlFile path="a.sql"/>', "<dropTable/>"])(
  "%s is refused before the precondition is asked",
  async (change) => {
    const ask = '<preConditions onFail="MARK_RAN"><tableExists tableName="t"/></preConditions>';
    const { findings } = await linted(set(ask + change));
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(["refused-statement"]);
  },
);

test("what the file would make isn't missing in later changesets", async () => {
  const { findings, unknownStatements } = await linted(set('<sqlFile path="sql/a.sql"/>') + later);
  expect(findings.map(({ ruleId }) => ruleId)).not.toContain("unknown-table");
  expect(unknownStatements).toEqual({});
});

test.each(['<sqlFile path="${folder}/a.sql"/>', '<sqlFile path="there.sql"/><sql>SELECT 1</sql>'])(
  "%s may be there",
  async (content) => {
    const { findings } = await linted(set(content));
    expect(findings.filter(({ ruleId }) => ruleId === "refused-statement")).toEqual([]);
  },
);
