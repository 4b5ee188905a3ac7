/** Preconditions that only the database can answer. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

/** What fails for sure with a condition in front of some changesets. */
async function refused(conditions: string): Promise<readonly string[]> {
  const column = '<column name="size" type="int"/>';
  const sure = '<addColumn tableName="notes"><column name="title" type="int"/></addColumn>';
  const changes = [
    '<createTable tableName="notes"><column name="id" type="bigint"><constraints primaryKey="true"/></column></createTable>',
    `${conditions}${sure}<dropColumn tableName="notes" columnName="colour"/>`,
    // Skipped as a whole: then the title isn't there, either.
    ...(/MARK_RAN|CONTINUE/.test(conditions) ? [sure] : []),
    `${conditions}<addColumn tableName="notes">${column}</addColumn>`,
    '<dropColumn tableName="notes" columnName="length"/>',
    `<addColumn tableName="notes">${column}</addColumn>`,
  ];
  return messagesOf(changes);
}

/** What the server is sure to refuse in a changelog of XML. */
async function messagesOf(changes: readonly string[]): Promise<readonly string[]> {
  const sets = changes.map((change, i) => `<changeSet id="${i + 1}" author="ann">${change}</changeSet>\n`);
  const files = {
    "liquibase.properties": "changeLogFile=changelog.xml\nurl=jdbc:postgresql://localhost/notes\n",
    "changelog.xml": `<databaseChangeLog>\n${sets.join("")}</databaseChangeLog>\n`,
  };
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  return findings
    .filter(({ message }) => message.startsWith("fails:"))
    .map(({ message }) => message.replace("fails: ", ""));
}

const questions = [
  '<sqlCheck expectedResult="1">SELECT count(*) FROM settings</sqlCheck>',
  '<customPrecondition className="com.shop.IsOld"/>',
  '<or><columnExists tableName="notes" columnName="colour"/><tableExists tableName="settings"/></or>',
];

test.each(questions)("%s: what would fail is skipped, and what would not runs", async (question) => {
  const asked = (onFail: string): Promise<readonly string[]> =>
    refused(`<preConditions onFail="${onFail}">${question}</preConditions>`);
  const others = ["there is no column notes.length", "column notes.size exists already"];
  expect(await asked("MARK_RAN")).toEqual(others);
  expect(await asked("CONTINUE")).toEqual(others);
  // Liquibase stops, or runs it all the same.
  expect(await asked("HALT")).toEqual(["there is no column notes.colour", ...others]);
  expect(await asked("WARN")).toEqual(["there is no column notes.colour", ...others]);
});

/** As JPA's `IDENTITY` and Liquibase's `autoIncrement` make it; what adds another sequence fails there. */
const identity =
  '<createTable tableName="notes"><column name="id" type="bigint" autoIncrement="true"><constraints primaryKey="true"/></column></createTable>';
const again = '<addAutoIncrement tableName="notes" columnName="id" columnDataType="bigint"/>';

test("what the catalog is asked about may be skipped for any reason that the server has", async () => {
  const asked = (onFail: string): Promise<readonly string[]> =>
    messagesOf([
      identity,
      `<preConditions onFail="${onFail}"><and><columnExists tableName="notes" columnName="id"/><sqlCheck expectedResult="0">SELECT count(*) FROM information_schema.columns WHERE table_name = 'notes' AND is_identity = 'YES'</sqlCheck></and></preConditions>${again}`,
    ]);
  expect(await asked("MARK_RAN")).toEqual([]);
  expect(await asked("HALT")).toEqual(["cannot change ownership of identity sequence"]);
});
