/** The schema that settings give to names without one. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";
import { statedSchemas } from "../../src/project/layouts/liquibase-settings.ts";

const changelog = `--liquibase formatted sql
--changeset ann:1
CREATE TABLE notes (id bigint PRIMARY KEY);
--changeset ann:2
ALTER TABLE sales.notes DROP COLUMN size;
`;

async function failures(name: string, settings: string): Promise<readonly string[]> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "pom.xml": "<artifactId>liquibase-core</artifactId><artifactId>postgresql</artifactId>",
      [`src/main/resources/${name}`]: settings,
      "src/main/resources/db/changelog/db.changelog-master.sql": changelog,
    }),
  });
  return findings.map(({ message }) => message).filter((message) => message.startsWith("fails:"));
}

const known = ["fails: there is no column sales.notes.size"];
const changeLog = "change-log: classpath:db/changelog/db.changelog-master.sql";

test.each([
  [
    "application.yml",
    `spring:\n  datasource:\n    url: jdbc:postgresql://db/shop?ssl=true&currentSchema=sales\n  liquibase:\n    ${changeLog}\n`,
  ],
  [
    "application.yml",
    `spring:\n  datasource:\n    hikari:\n      pool-name: shop\n      schema: sales\n  liquibase:\n    ${changeLog}\n`,
  ],
  [
    "application.properties",
    "spring.datasource.hikari.schema=sales\nspring.liquibase.change-log=classpath:db/changelog/db.changelog-master.sql\n",
  ],
  ["application.yml", `spring:\n  liquibase:\n    ${changeLog}\n    default-schema: sales\n`],
  // Spring takes other spellings, too.
  ["application.yml", `spring:\n  liquibase:\n    ${changeLog}\n    default_schema: sales\n`],
  // What Liquibase is told comes first.
  [
    "application.yml",
    `spring:\n  datasource:\n    url: jdbc:postgresql://db/shop?currentSchema=audit\n  liquibase:\n    ${changeLog}\n    default-schema: sales\n`,
  ],
])("%s: %s", async (name, settings) => {
  expect(await failures(name, settings)).toEqual(known);
});

test("another schema of the connection", async () => {
  const settings = `spring:\n  datasource:\n    url: jdbc:postgresql://db/shop?currentSchema=audit\n  liquibase:\n    ${changeLog}\n`;
  expect(await failures("application.yml", settings)).not.toEqual(known);
});

test("messages leave that schema out, and say another one", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "liquibase.properties":
        "changeLogFile=changelog.sql\nurl=jdbc:postgresql://db/shop?currentSchema=sales\n",
      "changelog.sql": [
        "--liquibase formatted sql",
        "--changeset ann:1",
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "--changeset ann:2",
        "CREATE TABLE audit.notes (id bigint PRIMARY KEY, shop bigint REFERENCES shops);",
        "--changeset ann:3",
        "DROP TABLE shops;",
      ].join("\n"),
    }),
  });
  const messages = findings.map(({ message }) => message).join("\n");
  expect(messages).toContain("audit.notes");
  expect(messages).toContain("shops");
  expect(messages).not.toContain("sales");
});

test.each([
  ["", undefined],
  ["sales", { searchPath: ["sales", "public"], writtenSchema: "sales" }],
])("the schema in the plugin's element: %j", (name, expected) => {
  const plugin = `<artifactId>liquibase-maven-plugin</artifactId>\n<defaultSchemaName>${name}</defaultSchemaName>\n`;
  const files = { "pom.xml": plugin, "src/main/resources/db/changelog/a.xml": "<databaseChangeLog/>" };
  expect(statedSchemas(memoryFileSystem(files), "src/main/resources/db/changelog")).toEqual(expected);
});

test("advice in SQL names the schema that Liquibase writes, and leaves out that of the connection", async () => {
  const id = '<column name="id" type="bigint"><constraints primaryKey="true"/></column>';
  const files = (settings: string) => ({
    "src/main/resources/application.yml": `spring:\n  liquibase:\n    change-log: db/changelog.xml\n${settings}`,
    "src/main/resources/db/changelog.xml": `<databaseChangeLog>
<changeSet id="1" author="a"><createTable tableName="user">${id}<column name="shop" type="bigint"/></createTable></changeSet>
<changeSet id="2" author="b"><createIndex tableName="user" indexName="by_shop"><column name="shop"/></createIndex></changeSet>
</databaseChangeLog>`,
  });
  const advised = async (settings: string) => {
    const { findings, errors } = await lintProject({
      fs: memoryFileSystem(files(settings)),
      facts: { dialect: "postgres" },
    });
    expect(errors).toEqual([]);
    return findings.find(({ ruleId }) => ruleId === "index-without-concurrently");
  };
  const own = await advised("    default-schema: sales\n");
  expect(own?.message).not.toContain("sales");
  expect(own?.instead).toContain('CREATE INDEX CONCURRENTLY by_shop ON sales."user"');
  expect(own?.instead).toContain("DROP INDEX CONCURRENTLY IF EXISTS sales.by_shop;");
  const ofConnection = await advised(
    "  datasource:\n    url: jdbc:postgresql://db/shop?currentSchema=sales\n",
  );
  expect(ofConnection?.instead).toContain('CREATE INDEX CONCURRENTLY by_shop ON "user"');
});

test("takes the database of MySQL's connection, which a change names, for the one without a name", async () => {
  const change = (catalog: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <changeSet id="1" author="ann"><createTable tableName="notes"><column name="id" type="int"/></createTable></changeSet>
  <changeSet id="2" author="ann"><dropColumn catalogName="${catalog}" tableName="notes" columnName="size"/></changeSet>
</databaseChangeLog>
`;
  const inSettings =
    "#spring.datasource.url=jdbc:mysql://db.example.com:3306/live\nspring.datasource.url=jdbc:mysql://localhost:3306/shop?useSSL=false\n";
  const inCode = 'dataSource.setUrl("jdbc:mysql://localhost:3306/shop?useSSL=false");\n';
  const messages = async (catalog: string, settings = inSettings, code = ""): Promise<readonly string[]> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "pom.xml": "<artifactId>liquibase-core</artifactId><artifactId>mysql-connector-j</artifactId>",
        "src/main/resources/application.properties": `${settings}spring.liquibase.change-log=classpath:db/changelog.xml\n`,
        "src/main/java/org/shop/DatasourceConfig.java": code,
        "src/main/resources/db/changelog.xml": change(catalog),
      }),
    });
    return findings.map(({ message }) => message).filter((message) => message.startsWith("fails:"));
  };
  expect(await messages("shop")).toEqual(["fails: there is no column notes.size"]);
  expect(await messages("archive")).toEqual([]);
  expect(await messages("shop", "", inCode)).toEqual(["fails: there is no column notes.size"]);
  expect(await messages("archive", "", inCode)).toEqual([]);
  expect(await messages("archive", inSettings, inCode.replace("shop", "archive"))).toEqual([]);
});

test.each([
  ["the schema of the role that migrates", "ALTER TABLE sales.notes ADD COLUMN size int;", 0],
  ["a schema that a migration makes", "CREATE SCHEMA sales; CREATE TABLE sales.notes (size int);", 1],
  ["a name with a point that is no table's", "UPDATE notes SET id = 1 WHERE sales.id = 2;", 1],
])("$user: %s", async (_, statements, expected) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "liquibase.properties": "changeLogFile=changelog.sql\nurl=jdbc:postgresql://db/shop\nusername=sales\n",
      "changelog.sql": `--liquibase formatted sql
--changeset ann:1
CREATE TABLE notes (id bigint PRIMARY KEY);
--changeset ann:2
${statements}
--changeset ann:3
ALTER TABLE notes DROP COLUMN size;
`,
    }),
  });
  const fails = findings.map(({ message }) => message).filter((message) => message.startsWith("fails:"));
  expect(fails).toHaveLength(expected);
});
