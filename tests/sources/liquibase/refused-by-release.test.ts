/** What Liquibase refuses, and what it sends, by the release that the project has: run offline with each of them. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const core = (version: string): string =>
  `<project><dependency><artifactId>liquibase-core</artifactId><version>${version}</version></dependency></project>`;
const boot = (version: string): string =>
  `<project><parent><artifactId>spring-boot-starter-parent</artifactId><version>${version}</version></parent><dependency><artifactId>liquibase-core</artifactId></dependency></project>`;
const unknown = "<project><dependency><artifactId>liquibase-core</artifactId></dependency></project>";

const table =
  '<createTable tableName="orders"><column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="a" type="bigint"><constraints nullable="false"/></column></createTable>';

async function findingsOf(manifest: string, database: string, change: string) {
  const fs = memoryFileSystem({
    "pom.xml": manifest,
    "src/main/resources/application.properties": `spring.datasource.url=jdbc:${database}://db/x\nspring.liquibase.change-log=classpath:db/changelog.xml\n`,
    "src/main/resources/db/changelog.xml": `<databaseChangeLog>\n<changeSet id="1" author="a">${table}</changeSet>\n<changeSet id="2" author="a">${change}</changeSet>\n</databaseChangeLog>`,
  });
  const { findings } = await lintProject({ fs });
  return findings;
}

async function refusals(manifest: string, database: string, change: string): Promise<readonly string[]> {
  const findings = await findingsOf(manifest, database, change);
  return findings
    .filter(({ ruleId }) => ruleId === "refused-statement")
    .map(({ severity, message }) => `${severity}: ${message}`);
}

const steps =
  '<addAutoIncrement tableName="orders" columnName="id" columnDataType="bigint" incrementBy="1"/>';
const stepsOfTable =
  '<createTable tableName="items"><column name="id" type="bigint" autoIncrement="true" incrementBy="1"><constraints primaryKey="true"/></column></createTable>';
const stepsAlone =
  '<createTable tableName="items"><column name="id" type="bigint" incrementBy="1"><constraints primaryKey="true"/></column></createTable>';
const clustered =
  '<createTable tableName="items"><column name="id" type="bigint"/></createTable><addPrimaryKey tableName="items" columnNames="id" clustered="true"/>';
const ofIndex =
  '<createIndex tableName="orders" indexName="i" unique="true"><column name="a"/></createIndex><addUniqueConstraint tableName="orders" columnNames="a" constraintName="u" forIndexName="i"/>';
const ofColumn = '<setColumnRemarks tableName="orders" columnName="a" remarks="which"/>';
const renamed = '<renameColumn tableName="orders" oldColumnName="a" newColumnName="b"/>';

const fails = (what: string): string => `error: fails: Liquibase refuses ${what}, and runs no changeset`;
const mayFail = (since: string, what: string): string =>
  `warning: may fail: Liquibase ${since} and later refuse ${what}, and run no changeset`;

test.each([
  [boot("2.0.3.RELEASE"), "mysql", steps, []],
  [boot("2.7.18"), "mysql", steps, []],
  [boot("3.0.2"), "mysql", steps, [fails("incrementBy on MySQL")]],
  [core("4.13.0"), "mariadb", steps, []],
  [core("4.14.0"), "mariadb", steps, [fails("incrementBy on MariaDB")]],
  [unknown, "mysql", steps, [mayFail("4.14", "incrementBy on MySQL")]],
  [core("4.13.0"), "mysql", stepsOfTable, []],
  [core("4.14.0"), "mysql", stepsOfTable, [fails("incrementBy on MySQL")]],
  [core("5.0.1"), "mysql", stepsAlone, []],
  [core("4.4.3"), "mysql", clustered, []],
  [core("4.5.0"), "mysql", clustered, [fails("clustered on MySQL")]],
  [unknown, "mysql", clustered, [mayFail("4.5", "clustered on MySQL")]],
  [core("4.26.0"), "postgresql", ofIndex, [fails("forIndexName on PostgreSQL")]],
  [core("4.26.0"), "mysql", ofIndex, [fails("forIndexName on MySQL")]],
  [core("3.6.3"), "mysql", ofColumn, [fails("setColumnRemarks on MySQL")]],
  [core("3.8.9"), "mysql", ofColumn, []],
  [core("4.9.1"), "mysql", ofColumn, [fails("setColumnRemarks without columnDataType on MySQL")]],
  [core("4.33.0"), "mysql", renamed, [fails("renameColumn without columnDataType on MySQL")]],
  [core("5.0.0"), "mysql", renamed, []],
  [unknown, "mysql", renamed, []],
])("%s on %s: %s", async (manifest, database, change, wanted) => {
  expect(await refusals(manifest, database, change)).toEqual(wanted);
});

const typed =
  '<renameColumn tableName="orders" oldColumnName="a" newColumnName="b" columnDataType="bigint"/>';

test.each([
  ["4.33.0", true],
  ["5.0.0", false],
])("renameColumn of %s loses NOT NULL on MySQL: %s", async (release, loses) => {
  const findings = await findingsOf(core(release), "mysql", typed);
  expect(findings.some(({ message }) => /NOT NULL/.test(message))).toBe(loses);
});

const missing = "error: fails: Liquibase doesn't find the file view.sql";

test.each([
  [boot("2.7.18"), [missing]],
  [boot("3.0.3"), []],
  [boot("3.1.5"), [missing]],
])("a file that lies one folder above its changelog: %s", async (manifest, wanted) => {
  const fs = memoryFileSystem({
    "pom.xml": manifest,
    "src/main/resources/application.properties":
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/steps/main.xml\n",
    "src/main/resources/db/view.sql": "CREATE VIEW one AS SELECT 1;\n",
    "src/main/resources/db/steps/main.xml":
      '<databaseChangeLog><changeSet id="1" author="a"><sqlFile path="view.sql" relativeToChangelogFile="true"/></changeSet></databaseChangeLog>',
  });
  const { findings } = await lintProject({ fs });
  const refused = findings.filter(({ ruleId }) => ruleId === "refused-statement");
  expect(refused.map(({ severity, message }) => `${severity}: ${message}`)).toEqual(wanted);
});
