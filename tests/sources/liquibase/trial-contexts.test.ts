/** Changesets whose contexts are for tests or development: nobody waits there, and no data is lost. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const settings = "url: jdbc:postgresql://localhost/x\nchangeLogFile: log.xml\n";
const changelog = (...lines: readonly string[]): string =>
  `<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  ${lines.join("\n  ")}
</databaseChangeLog>
`;
const log = (include: string): string =>
  changelog(
    '<changeSet id="1" author="ann"><createTable tableName="users">',
    '  <column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="name" type="text"/>',
    "</createTable></changeSet>",
    include,
  );
const inXml = (context: string): Files => ({
  "log.xml": log('<include file="drop.xml" relativeToChangelogFile="true"/>'),
  "drop.xml": changelog(
    `<changeSet id="2" author="ann"${context}>`,
    '  <dropColumn tableName="users" columnName="name"/><rollback/>',
    "</changeSet>",
  ),
});
const inSql = (context: string): Files => ({
  "log.xml": log('<include file="drop.sql" relativeToChangelogFile="true"/>'),
  "drop.sql": `--liquibase formatted sql\n--changeset ann:2${context}\nALTER TABLE users DROP COLUMN name;\n--rollback empty\n`,
});
const included = (context: string): Files => ({
  "log.xml": log(`<include file="drop.sql" relativeToChangelogFile="true"${context}/>`),
  "drop.sql": "ALTER TABLE users DROP COLUMN name;\n",
});

async function severity(files: Files): Promise<string | undefined> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({ "liquibase.properties": settings, ...files }),
  });
  return findings.find(({ ruleId }) => ruleId === "drop-column")?.severity;
}

test.each([
  ["a changeset", inXml, ' context="%s"'],
  ["a changeset in SQL", inSql, " context:%s"],
  ["a file of SQL that is included", included, ' context="%s"'],
])("%s", async (_, files, written) => {
  const within = (context: string): Files => files(written.replace("%s", context));
  expect(await severity(files(""))).toBe("error");
  expect(await severity(within("dev"))).toBe("note");
  expect(await severity(within("prod"))).toBe("error");
});

test("one of several contexts is production's", async () => {
  expect(await severity(inXml(' context="dev or prod"'))).toBe("error");
  expect(await severity(inXml(' context="!test"'))).toBe("error");
});
