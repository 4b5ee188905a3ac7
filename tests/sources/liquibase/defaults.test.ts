/** What `defaultValue` becomes in columns of dates and times; recorded from Liquibase 4.27. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const refusals = async (database: string, type: string, value: string): Promise<readonly string[]> => {
  const fs = memoryFileSystem({
    "src/main/resources/application.properties": `spring.datasource.url=jdbc:${database}://db/x\nspring.liquibase.change-log=classpath:db/changelog.xml\n`,
    "src/main/resources/db/changelog.xml": `<databaseChangeLog><changeSet id="1" author="a"><createTable tableName="orders"><column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="made" type="${type}" defaultValue="${value}"/></createTable></changeSet></databaseChangeLog>`,
  });
  const { findings } = await lintProject({ fs });
  return findings.flatMap(({ ruleId }) =>
    /^(?:refused-statement|syntax-error)$/.test(ruleId) ? [ruleId] : [],
  );
};

test.each([
  ["mysql", "TIMESTAMP", "CURRENT_TIMESTAMP()", []],
  ["mysql", "DATETIME", "now()", []],
  ["mysql", "TIMESTAMP", "CURRENT_TIMESTAMP", ["refused-statement"]],
  ["mysql", "VARCHAR(30)", "CURRENT_TIMESTAMP()", []],
  ["postgresql", "TIMESTAMP", "now()", []],
  ["postgresql", "DATE", "CURRENT_TIMESTAMP()", []],
  ["postgresql", "TIMESTAMP", "CURRENT_TIMESTAMP()", ["syntax-error"]],
])("%s: %s with %s", async (database, type, value, found) => {
  expect(await refusals(database, type, value)).toEqual(found);
});
