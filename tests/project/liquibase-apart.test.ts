/** Changelogs beside a root changelog that doesn't include them: nothing runs them, and that is said. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/file-system.ts";

type Files = Readonly<Record<string, string>>;

const one = (table: string): string =>
  `<databaseChangeLog><changeSet id="1" author="a"><createTable tableName="${table}"><column name="id" type="bigint"/></createTable></changeSet></databaseChangeLog>`;
const empty = "<databaseChangeLog>\n<!-- <include file='a.xml'/> -->\n</databaseChangeLog>";
const including =
  '<databaseChangeLog><include file="a.xml" relativeToChangelogFile="true"/></databaseChangeLog>';
const main = "src/main/resources";

const found = (files: Files) =>
  discover(memoryFileSystem(files), []).map(({ root, migrations, notRead = [] }) => ({
    root,
    migrations: migrations.map(({ up }) => up.path),
    notRead,
  }));

test("a stated root changelog that is empty runs nothing", () => {
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:mysql://db/x\nspring.liquibase.change-log=classpath:db/changelog-master.xml\n",
    [`${main}/db/changelog-master.xml`]: empty,
    [`${main}/db/changelogs/a.xml`]: one("t"),
    [`${main}/db/changelogs/b.xml`]: one("t"),
  };
  expect(found(files)).toEqual([
    {
      root: `${main}/db`,
      migrations: [],
      notRead: [
        `${main}/db/changelog-master.xml includes nothing`,
        `no changelog includes ${main}/db/changelogs/a.xml (1 changeset): it was not checked`,
        `no changelog includes ${main}/db/changelogs/b.xml (1 changeset): it was not checked`,
      ],
    },
  ]);
});

test("an empty main changelog runs nothing that lies beside it, whatever settings call the file that a tool writes", () => {
  const files = {
    "liquibase.properties":
      "url: jdbc:postgresql://db/x\noutputChangeLogFile=db/changelog/liquibase-output.xml\n",
    "db/changelog/db.changelog-master.xml": empty,
    "db/changelog/liquibase-output.xml": one("t"),
  };
  expect(found(files)).toEqual([
    {
      root: "db/changelog",
      migrations: [],
      notRead: [
        "db/changelog/liquibase-output.xml is another root changelog: it was not checked",
        "db/changelog/db.changelog-master.xml includes nothing",
      ],
    },
  ]);
});

test("settings may write the folder's name in other letters", () => {
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:/db/changelog/start.xml\n",
    [`${main}/db/changeLog/start.xml`]: one("t"),
    [`${main}/db/changeLog/changelog.xml`]: one("u"),
  };
  expect(found(files).map(({ migrations }) => migrations)).toEqual([[`${main}/db/changeLog/start.xml`]]);
});

test("a main changelog that is empty says nothing of folders in which settings name another one", () => {
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/changelog/start.xml\n",
    [`${main}/db/changelog.xml`]: empty,
    [`${main}/db/changelog/start.xml`]: one("t"),
  };
  expect(found(files).map(({ migrations }) => migrations)).toEqual([[`${main}/db/changelog/start.xml`]]);
});

test("what a main changelog leaves out beside what it includes is named", () => {
  const files = {
    "db/changelog/db.changelog-master.xml": including,
    "db/changelog/a.xml": one("t"),
    "db/changelog/later/b.xml": one("u"),
    "db/changelog/test/c.xml": one("v"),
    "db/changelog/later/note.xml": "<note/>",
  };
  expect(found(files)).toEqual([
    {
      root: "db/changelog",
      migrations: ["db/changelog/a.xml"],
      notRead: ["no changelog includes db/changelog/later/b.xml (1 changeset): it was not checked"],
    },
  ]);
});

test("formatted SQL that code may run is named, and the run isn't complete", async () => {
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/changelog/master.sql\n",
    [`${main}/db/changelog/master.sql`]: "CREATE TABLE t (id bigint PRIMARY KEY);\n",
    [`${main}/db/changelog/schema_template.sql`]:
      "--liquibase formatted sql\n--changeset a:1\nCREATE TABLE u (id bigint PRIMARY KEY);\n--changeset a:2\nDROP TABLE u;\n",
  };
  const { coverage, findings } = await lintProject({ fs: memoryFileSystem(files) });
  expect(findings).toEqual([]);
  expect(coverage.complete).toBe(false);
  expect(coverage.named).toEqual([
    `no changelog includes ${main}/db/changelog/schema_template.sql (2 changesets): it was not checked`,
  ]);
  expect(coverage.histories.notRead).toEqual([]);
});
