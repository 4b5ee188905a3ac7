/** What becomes of BOOLEAN on MySQL and MariaDB, by the release of Liquibase that the project has. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const changelog = `<databaseChangeLog>
<changeSet id="1" author="a"><createTable tableName="orders"><column name="id" type="bigint" autoIncrement="true"><constraints primaryKey="true"/></column></createTable></changeSet>
<changeSet id="2" author="a"><addColumn tableName="orders"><column name="is_open" type="BOOLEAN"><constraints nullable="false"/></column></addColumn></changeSet>
</databaseChangeLog>`;

const boot = (version: string): string =>
  `<project><parent><artifactId>spring-boot-starter-parent</artifactId><version>${version}</version></parent><dependency><artifactId>liquibase-core</artifactId></dependency></project>`;
const core = (version: string): string =>
  `<project><dependency><artifactId>liquibase-core</artifactId><version>${version}</version></dependency></project>`;

async function typeIn(manifest: string, database: string): Promise<string | undefined> {
  const fs = memoryFileSystem({
    "pom.xml": manifest,
    "src/main/resources/application.properties": `spring.datasource.url=jdbc:${database}://db/x\nspring.liquibase.change-log=classpath:db/changelog.xml\n`,
    "src/main/resources/db/changelog.xml": changelog,
  });
  const { findings } = await lintProject({ fs });
  const { instead } = findings.find(({ ruleId }) => ruleId === "add-column-not-null") ?? {};
  return /is_open ((?:BIT|TINYINT)(?:\(1\))?)/i.exec(instead ?? "")?.[1];
}

test.each([
  [boot("2.5.4"), "mysql", "BIT(1)"],
  [boot("3.0.2"), "mysql", "BIT(1)"],
  [boot("3.0.2"), "mariadb", "BIT(1)"],
  [boot("3.2.0"), "mysql", "TINYINT(1)"],
  [boot("3.3.1"), "mysql", "TINYINT"],
  [boot("3.5.7"), "mariadb", "TINYINT(1)"],
  [core("4.23.2"), "mysql", "BIT(1)"],
  [core("4.25.0"), "mysql", "TINYINT(1)"],
  [core("4.25.1"), "mysql", "TINYINT"],
  ["<project/>", "mysql", "TINYINT"],
])("%s on %s: %s", async (manifest, database, type) => {
  expect(await typeIn(manifest, database)).toBe(type);
});
