/** Attributes without which Liquibase runs no changeset, as 3.10.3, 4.9.1, 4.24.0 and 5.0.1 did with these changelogs. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

async function refusals(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "postgres" } });
  return findings
    .filter(({ ruleId }) => ruleId === "refused-statement")
    .flatMap(({ message, line, repeats = [] }) =>
      [{ message, line }, ...repeats].map((one) => `${String(one.line)}: ${one.message}`),
    );
}

const inXml = (change: string) => ({
  "db/changelog.xml": `<databaseChangeLog>
<changeSet id="1" author="a"><createTable tableName="t"><column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="a" type="bigint"/></createTable></changeSet>
<changeSet id="2" author="a">${change}<rollback/></changeSet></databaseChangeLog>`,
});

const key =
  '<addForeignKeyConstraint baseTableName="t" baseColumnNames="a" referencedTableName="t" referencedColumnNames="id"/>';

test.each([
  [
    key,
    ["3: fails: Liquibase refuses addForeignKeyConstraint without constraintName, and runs no changeset"],
  ],
  [
    '<createIndex tableName="t"><column name="a"/></createIndex>',
    ["3: fails: Liquibase refuses createIndex without indexName, and runs no changeset"],
  ],
  [
    '<dropIndex indexName="i"/>',
    ["3: fails: Liquibase refuses dropIndex without tableName, and runs no changeset"],
  ],
  ['<createIndex tableName="t" indexName="i"><column name="a"/></createIndex>', []],
])("in XML: %s", async (change, expected) => {
  expect(await refusals(inXml(change))).toEqual(expected);
});

const inYaml = (change: string) => ({
  "db/changelog.yaml": `databaseChangeLog:
- changeSet:
    id: 1
    author: a
    changes:
    - createTable: {tableName: t, columns: [{column: {name: id, type: bigint, constraints: {primaryKey: true}}},{column: {name: a, type: bigint}}]}
- changeSet:
    id: 2
    author: a
    changes:
    - ${change}
`,
});

test.each([
  [
    "addForeignKeyConstraint: {baseTableName: t, baseColumnNames: a, referencedTableName: t, referencedColumnNames: id}",
    ["11: fails: Liquibase refuses addForeignKeyConstraint without constraintName, and runs no changeset"],
  ],
  ["createIndex: {tableName: t, columns: [{column: {name: a}}]}", []],
])("in YAML: %s", async (change, expected) => {
  expect(await refusals(inYaml(change))).toEqual(expected);
});
