/** Root changelogs whose names only the settings of a project say. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const xml =
  '<databaseChangeLog><changeSet id="1" author="a"><dropTable tableName="t"/></changeSet></databaseChangeLog>';
const yaml =
  "databaseChangeLog:\n  - changeSet: { id: 1, author: a, changes: [{ dropTable: { tableName: t } }] }\n";
const json =
  '{"databaseChangeLog":[{"changeSet":{"id":"1","author":"a","changes":[{"dropTable":{"tableName":"t"}}]}}]}';
const main = "src/main/resources";
const found = (files: Files) => discover(memoryFileSystem(files), []);

describe("the root changelog is named by", () => {
  test.each<[string, string, Files]>([
    [
      "Spring's application.yml",
      "postgres",
      {
        [`${main}/application.yml`]:
          "spring:\n  datasource:\n    url: jdbc:postgresql://db/x\n  liquibase:\n    change-log: classpath:/db/start/all.yaml\n",
        [`${main}/db/start/all.yaml`]: yaml,
      },
    ],
    [
      "Spring's application.properties",
      "mysql",
      {
        [`${main}/application.properties`]:
          "spring.datasource.url=jdbc:mysql://db/x\nspring.liquibase.changeLog=classpath:db/all.xml\n",
        [`${main}/db/all.xml`]: xml,
      },
    ],
    [
      "Liquibase's own settings",
      "mariadb",
      {
        "liquibase.properties": "changeLogFile: sql/db/all.xml\nurl: jdbc:mariadb://db/x\n",
        "sql/db/all.xml": xml,
      },
    ],
    [
      "Quarkus",
      "mysql",
      {
        [`${main}/application.properties`]:
          "quarkus.datasource.db-kind=mysql\nquarkus.liquibase.change-log=db/all.json\n",
        [`${main}/db/all.json`]: json,
      },
    ],
    [
      "Maven's plugin",
      "mysql",
      {
        "pom.xml": `<project><changeLogFile>${main}/db/all.yml</changeLogFile><url>jdbc:mysql://db/x</url></project>`,
        [`${main}/db/all.yml`]: yaml,
      },
    ],
    [
      "Gradle's plugin",
      "mysql",
      {
        "build.gradle": `liquibase { activities { main { changelogFile '${main}/db/all.xml'; url 'jdbc:mysql://db/x' } } }`,
        [`${main}/db/all.xml`]: xml,
      },
    ],
    [
      "a step of a workflow",
      "mariadb",
      {
        ".github/workflows/deploy.yml":
          "jobs:\n  deploy:\n    steps:\n      - uses: liquibase-github-actions/update@v4\n        with:\n          changelogFile: sql/db/all.xml\n          # url: jdbc:postgresql://old/x\n          url: jdbc:mariadb://db/x\n",
        "sql/db/all.xml": xml,
      },
    ],
  ])("%s", (_, dialect, files) => {
    const [history, ...others] = found(files);
    expect(others).toEqual([]);
    expect(history?.migrations.map(({ name }) => name)).toEqual(["a:1"]);
    expect(history?.dialect).toBe(dialect);
  });

  test("nothing: what Dropwizard reads", () => {
    expect(found({ [`${main}/migrations.xml`]: xml })[0]?.migrations).toHaveLength(1);
  });
});

test("the named one is meant where several could be", () => {
  const [history] = found({
    "liquibase.properties": "changeLogFile=db/changelog-b.xml\n",
    "db/changelog-a.xml": xml.replace('id="1"', 'id="2"'),
    "db/changelog-b.xml": xml,
  });
  expect(history?.migrations.map(({ name }) => name)).toEqual(["a:1"]);
  expect(history?.notRead).toEqual(["db/changelog-a.xml is another root changelog: it was not checked"]);
});

test("what lies above the named one isn't read in its place", () => {
  const histories = found({
    "pom.xml": `<project><configuration><changeLogFile>\n    ${main}/db/db.changelog-master.xml</changeLogFile>\n<diffChangeLogFile>\n    ${main}/schema.changelog.xml</diffChangeLogFile></configuration></project>`,
    [`${main}/schema.changelog.xml`]: xml.replace('id="1"', 'id="2"'),
    [`${main}/db/db.changelog-master.xml`]: xml,
  });
  expect(histories.flatMap(({ migrations }) => migrations.map(({ name }) => name))).toEqual(["a:1"]);
});

test("those are meant that the module's settings and its build name", () => {
  const [history] = found({
    "api/build.gradle": `liquibase { activities { main { changelogFile "${main}/db/changelog-a.xml" } } }`,
    [`api/${main}/application.yaml`]:
      "liquibase:\n  reports:\n    change-log: classpath:db/changelog-b.xml\n",
    [`api/${main}/db/changelog-a.xml`]: xml.replace('id="1"', 'id="2"'),
    [`api/${main}/db/changelog-b.xml`]: xml,
  });
  expect(history?.migrations.map(({ name }) => name).sort()).toEqual(["a:1", "a:2"]);
  expect(history?.notRead).toEqual([]);
});

test("a module of OpenMRS runs on MySQL", () => {
  const pom = (group: string): string => `<project><parent><groupId>${group}</groupId></parent></project>`;
  const dialectWith = (group: string): string | undefined =>
    found({ "api/pom.xml": pom(group), [`api/${main}/liquibase.xml`]: xml })[0]?.dialect;
  expect(dialectWith("org.openmrs.module")).toBe("mysql");
  expect(dialectWith("org.example.module")).not.toBe("mysql");
});

describe("what a command runs is a root", () => {
  const files = {
    "db/changelog.xml": '<databaseChangeLog><include file="db/orders.xml"/></databaseChangeLog>',
    "db/orders.xml": xml,
    "db/all.sql": "--liquibase formatted sql\n--changeset b:1\nCREATE TABLE items (id int);\n",
  };
  test.each([
    [
      "of a container, which has the folder under another name",
      "docker-compose.yml",
      "services:\n  liquibase:\n#    command: --changeLogFile=./log/changelog.xml update\n    command: --changeLogFile=./log/all.sql update\n",
      ["b:1"],
    ],
    [
      "of a script",
      "scripts/migrate.sh",
      "liquibase update --url x \\\n  --changelog-file db/all.sql\n",
      ["b:1"],
    ],
    [
      "of an image",
      "Dockerfile",
      "FROM liquibase\nENV LIQUIBASE_COMMAND_CHANGELOG_FILE=/db/all.sql\n",
      ["b:1"],
    ],
    [
      "not what a command writes",
      "Makefile",
      "dump:\n\tliquibase --changeLogFile=db/all.sql generateChangeLog\n",
      ["a:1"],
    ],
  ])("%s", (_, caller, text, names) => {
    const [history] = found({ ...files, [caller]: text });
    expect(history?.migrations.map(({ name }) => name)).toEqual(names);
    expect(history?.problems).toEqual([]);
  });
});

test("a file that no setting names is none", () => {
  expect(found({ [`${main}/db/start/all.yaml`]: yaml })).toEqual([]);
});

describe("changesets of one author with one id are one where their logical path is one", () => {
  const log = (attributes: string): string =>
    xml.replace("<databaseChangeLog", `<databaseChangeLog ${attributes}`);
  const problems = (a: string, b: string, include = ""): number =>
    found({
      "db/changelog.xml": `<databaseChangeLog><include file="db/a.xml"${include}/><include file="db/b.xml"${include}/></databaseChangeLog>`,
      "db/a.xml": a,
      "db/b.xml": b,
    }).flatMap((history) => history.problems).length;
  test.each([
    ["two files", xml, xml, "", 0],
    ["one path for both files", log('logicalFilePath="x"'), log('logicalFilePath="x"'), "", 1],
    ["one path for both includes", xml, xml, ' logicalFilePath="x"', 1],
    ["the file's own path", xml, log('logicalFilePath="y"'), ' logicalFilePath="x"', 0],
  ])("%s", (_, a, b, include, count) => {
    expect(problems(a, b, include)).toBe(count);
  });
});

test("a changelog that the settings name runs a file with a header as it is", () => {
  const histories = found({
    "liquibase.properties": "changeLogFile: db/changelog/main.xml\nurl: jdbc:postgresql://db/x\n",
    "db/changelog/main.xml":
      '<databaseChangeLog><changeSet id="1" author="a"><sqlFile path="db/01.sql"/></changeSet><changeSet id="2" author="a"><sqlFile path="db/02.sql"/></changeSet></databaseChangeLog>',
    "db/01.sql": "CREATE TABLE parcels (id bigint PRIMARY KEY);\n",
    "db/02.sql": "-- liquibase formatted sql\n-- changeset ann:x\nDROP TABLE parcels;\n",
  });
  expect(histories.map(({ root, migrations }) => [root, migrations.map(({ name }) => name)])).toEqual([
    ["db/changelog", ["a:1", "a:2"]],
  ]);
});

describe("where the settings name no root changelog, it is", () => {
  const changeset = (id: string): string =>
    `<databaseChangeLog><changeSet id="${id}" author="a"><dropTable tableName="t"/></changeSet></databaseChangeLog>`;
  const boot =
    "implementation 'org.springframework.boot:spring-boot-starter-data-jpa'\nimplementation 'org.liquibase:liquibase-core'\nruntimeOnly 'org.postgresql:postgresql'\n";
  const ids = (files: Files): readonly string[] =>
    found(files).flatMap(({ migrations }) => migrations.map(({ description }) => description));
  const two: Files = {
    "build.gradle": boot,
    [`${main}/db/changelog/own.xml`]: changeset("own"),
    [`${main}/db/changelog/master.xml`]: changeset("master"),
  };

  test.each([
    ["Java", "java", 'liquibase.setChangeLog("classpath:db/changelog/own.xml");'],
    ["Java, in a field", "java", 'private String changeLog = "classpath:/db/changelog/own.xml";'],
    ["Kotlin", "kt", 'SpringLiquibase().apply { changeLog = "classpath:db/changelog/own.xml" }'],
  ])("that of a bean in %s", (_, ending, text) => {
    const folder = ending === "kt" ? "kotlin" : "java";
    const files = { ...two, [`src/main/${folder}/org/shop/LiquibaseConfig.${ending}`]: text };
    expect(ids(two)).toEqual(["master"]);
    expect(ids(files)).toEqual(["own"]);
  });

  test.each([
    [
      "Java",
      "java",
      'var liquibase = new liquibase.Liquibase(\n  "db/changelog/own.xml", accessor, database);',
    ],
    ["Kotlin", "kt", 'Liquibase("db/changelog/own.xml", accessor, database).use { it.update() }'],
    [
      "Java, with a constant",
      "java",
      'static final String OWN = "db/changelog/own.xml";\nvoid run() { new Liquibase(OWN, accessor, database); }',
    ],
  ])("that of a call of Liquibase in %s, unless a setting names another", (_, ending, text) => {
    const folder = ending === "kt" ? "kotlin" : "java";
    const files = { ...two, [`src/main/${folder}/org/shop/DbUpdate.${ending}`]: text };
    expect(ids(files)).toEqual(["own"]);
    const setting = "spring.liquibase.change-log=classpath:db/changelog/master.xml\n";
    expect(ids({ ...files, [`${main}/application.properties`]: setting })).toEqual(["master"]);
  });

  test("not that of a call in a comment", () => {
    const text = '// new Liquibase("db/changelog/own.xml", accessor, database);';
    expect(ids({ ...two, "src/main/java/org/shop/DbUpdate.java": text })).toEqual(["master"]);
  });

  test.each([
    ["properties", "change-log: classpath:db/changelog/own.xml\n"],
    ["properties", "spring:\nliquibase:\nchange-log: classpath:db/changelog/own.xml\n"],
    ["yml", "spring:\nliquibase:\nchange-log: classpath:db/changelog/own.xml\n"],
    ["yml", "spring:\n  liquibase:\n    enabled: true\napp:\n  change-log: db/changelog/own.xml\n"],
  ])("another one, not that of a key of something else in .%s (%#)", (ending, text) => {
    expect(ids({ ...two, [`${main}/application.${ending}`]: text })).toEqual(["master"]);
  });

  test("that of a bean, also where they name another file, which doesn't exist", () => {
    const files = {
      ...two,
      [`${main}/application.properties`]: "spring.liquibase.change-log=classpath:db/gone.xml\n",
      "src/main/java/org/shop/DbConfig.java": 'liquibase.setChangeLog("classpath:db/changelog/own.xml");',
    };
    expect(ids(files)).toEqual(["own"]);
  });

  test("the one that Spring Boot runs by default", () => {
    const include = (file: string): string =>
      `<databaseChangeLog><include file="${file}" relativeToChangelogFile="true"/></databaseChangeLog>`;
    const files = {
      "build.gradle": boot,
      [`${main}/db/changelog/db.changelog-master.yaml`]:
        "databaseChangeLog:\n  - changeSet: { id: spring, author: a, changes: [{ dropTable: { tableName: t } }] }\n",
      [`${main}/db/changelog/master.xml`]: include("other.xml"),
      [`${main}/db/changelog/other.xml`]: changeset("other"),
    };
    expect(ids(files)).toEqual(["spring"]);
    expect(ids({ ...files, "build.gradle": "runtimeOnly 'org.postgresql:postgresql'\n" })).toEqual(["other"]);
    const off = { [`${main}/application.properties`]: "spring.liquibase.enabled=false\n" };
    expect(ids({ ...files, ...off })).toEqual(["other"]);
  });
});
