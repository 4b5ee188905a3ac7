/** Advice for a table that is missing, and that a later migration makes. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const instead = async (files: Readonly<Record<string, string>>): Promise<string | undefined> => {
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  return findings.find(({ ruleId }) => ruleId === "unknown-table")?.instead;
};

const flyway = (
  second: string,
  third: string,
  first = "CREATE TABLE s (id bigint PRIMARY KEY, d_id bigint);",
) =>
  instead({
    "db/migration/V1__make.sql": first,
    "db/migration/V2__use.sql": second,
    "db/migration/V3__next.sql": third,
  });

const make = "CREATE TABLE d (id bigint PRIMARY KEY);";

test.each([
  ["a foreign key", "ALTER TABLE s ADD FOREIGN KEY (d_id) REFERENCES d (id);"],
  ["a foreign key of a new table", "CREATE TABLE e (d_id bigint REFERENCES d (id));"],
  ["an index", "CREATE INDEX by_name ON d (id);"],
  ["rows", "INSERT INTO d (id) VALUES (1);"],
])("%s", async (_, second) => {
  expect(await flyway(second, make)).toBe(
    "d is made later, by db/migration/V3__next.sql: put that first, or this behind it",
  );
  expect(await flyway(second, "CREATE TABLE other (id bigint);")).not.toContain("made later");
});

test("on MySQL", async () => {
  const first = "CREATE TABLE s (id bigint PRIMARY KEY AUTO_INCREMENT, d_id bigint) ENGINE=InnoDB;";
  const use = "ALTER TABLE s ADD CONSTRAINT k FOREIGN KEY (d_id) REFERENCES d (id);";
  expect(await flyway(use, make, first)).toContain("d is made later, by db/migration/V3__next.sql");
});

const changelog = (text: string): string => `<databaseChangeLog>${text}</databaseChangeLog>`;
const shops =
  '<changeSet id="1" author="a"><createTable tableName="s"><column name="id" type="bigint"/><column name="d_id" type="bigint"/></createTable></changeSet>';
const key =
  '<changeSet id="2" author="a"><addForeignKeyConstraint constraintName="k" baseTableName="s" baseColumnNames="d_id" referencedTableName="d" referencedColumnNames="id"/></changeSet>';
const depots =
  '<changeSet id="3" author="a"><createTable tableName="d"><column name="id" type="bigint"><constraints primaryKey="true"/></column></createTable></changeSet>';

test("a file that the changelog includes later", async () => {
  const found = await instead({
    "db/changelog.xml": changelog('<include file="db/s.xml"/><include file="db/d.xml"/>'),
    "db/s.xml": changelog(shops + key),
    "db/d.xml": changelog(depots),
    "application.properties":
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/changelog.xml\n",
  });
  expect(found).toBe("d is made later, by db/d.xml: put that first, or this behind it");
});

test("a later changeset of the file", async () => {
  const found = await instead({
    "db/changelog.xml": changelog(`${shops}${key}${depots}`),
    "application.properties":
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/changelog.xml\n",
  });
  expect(found).toBe("d is made further down in this file: put this behind it");
});
