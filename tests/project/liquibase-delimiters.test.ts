/** Lines of `GO` and other delimiters in files of SQL that changelogs load. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const table = (name: string): string => `CREATE TABLE ${name} (\n  id bigint PRIMARY KEY\n)`;
const changelog = (attributes: string): string =>
  `<databaseChangeLog><preConditions><dbms type="postgresql"/></preConditions>
<changeSet id="1" author="a"><sqlFile path="make.sql" relativeToChangelogFile="true" ${attributes}/>
<rollback><sqlFile path="drop.sql" relativeToChangelogFile="true" ${attributes}/></rollback></changeSet></databaseChangeLog>`;

const lint = async (attributes: string, end: string) => {
  const files = {
    "db/changelog/db.changelog-master.xml": changelog(attributes),
    "db/changelog/make.sql": `${table("t")}${end}\n${table("u")}${end}\n`,
    "db/changelog/drop.sql": `DROP TABLE u${end}\nDROP TABLE t${end}\n`,
  };
  const { histories, findings, coverage } = await lintProject({ fs: memoryFileSystem(files) });
  return {
    dialects: histories.map(({ dialect }) => dialect),
    findings: findings
      .filter(({ ruleId }) => ruleId !== "lock-without-timeout")
      .map(({ ruleId, message }) => `${ruleId}: ${message}`),
    coverage: coverage.statements,
  };
};

test.each([
  ["GO", 'endDelimiter="\\nGO"', "\nGO\n"],
  ["GO, which ends a statement without being named", "", "\nGO\n"],
  ["another mark", 'endDelimiter="@@"', "@@"],
  ["a mark in the way of regular expressions, behind a semicolon", 'endDelimiter="\\/"', ";/"],
  ["dollars in the way of regular expressions", 'endDelimiter="\\$\\$"', "\n$$\n"],
])(
  "%s ends a statement, and tells no other database where the changelogs name one",
  async (_, attributes, end) => {
    expect(await lint(attributes, end)).toEqual({
      dialects: ["postgres"],
      findings: [],
      coverage: { read: 2, notUnderstood: 0 },
    });
  },
);

test("a file of SQL that is included may have lines of GO, too", async () => {
  const files = {
    "db/changelog/db.changelog-master.xml":
      '<databaseChangeLog><changeSet id="1" author="a" dbms="postgresql"><tagDatabase tag="a"/></changeSet><include file="make.sql" relativeToChangelogFile="true"/></databaseChangeLog>',
    "db/changelog/make.sql": `${table("t")}\nGO\n${table("u")}\nGO\n`,
  };
  const { findings, histories } = await lintProject({ fs: memoryFileSystem(files) });
  expect(histories.map(({ dialect }) => dialect)).toEqual(["postgres"]);
  expect(findings.filter(({ ruleId }) => ruleId === "syntax-error")).toEqual([]);
});

test("without a database named in the changelogs, lines of GO are those of SQL Server", async () => {
  const files = {
    "db/changelog/db.changelog-master.xml":
      '<databaseChangeLog><include file="make.sql" relativeToChangelogFile="true"/></databaseChangeLog>',
    "db/changelog/make.sql": `${table("t")}\nGO\n${table("u")}\nGO\n`,
  };
  const { histories, leftOut = [] } = await lintProject({ fs: memoryFileSystem(files) });
  expect(histories).toEqual([]);
  expect(leftOut.map(({ dialect }) => dialect)).toEqual(["mssql"]);
});

test.each([
  ["a slash ends a statement at the start of a line only", "/", "CREATE INDEX f ON t ((id / 2))\n/\n"],
  ["dollars in the way of regular expressions end one", "\\$\\$", "CREATE INDEX f ON t ((id + 1)) $$\n"],
])("SQL in a changelog: %s", async (_, mark, index) => {
  const files = {
    "db/changelog/db.changelog-master.xml": `<databaseChangeLog><preConditions><dbms type="postgresql"/></preConditions>
<changeSet id="1" author="a"><sql endDelimiter="${mark}">${table("t")}${index.endsWith("/\n") ? "\n/\n" : " $$\n"}${index}</sql><rollback/></changeSet></databaseChangeLog>`,
  };
  const { findings, coverage } = await lintProject({ fs: memoryFileSystem(files) });
  expect(findings.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  expect(coverage.statements).toEqual({ read: 2, notUnderstood: 0 });
});
