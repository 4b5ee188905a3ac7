/** `dropAllForeignKeyConstraints` asks the database for the names, and is about the keys of one table alone. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

const table = (name: string, more = ""): string =>
  `<createTable tableName="${name}"><column name="id" type="bigint"><constraints primaryKey="true"/></column>${more}</createTable>`;
const key = (from: string): string =>
  `<addForeignKeyConstraint baseTableName="${from}" baseColumnNames="t_id" referencedTableName="t" referencedColumnNames="id" constraintName="${from}_fk"/>`;
const column = '<column name="t_id" type="bigint"/>';
const set = (id: number, ...changes: readonly string[]): string =>
  `<changeSet id="${String(id)}" author="a">${changes.join("\n")}</changeSet>`;

const failures = async (dialect: "postgres" | "mysql", ...changes: readonly string[]) => {
  const text = [
    set(1, table("t"), table("u", column), table("v", column), key("u"), key("v")),
    ...changes.map((one, at) => set(at + 2, one)),
  ].join("\n");
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "db/changelog/db.changelog-master.xml": `<databaseChangeLog>${text}</databaseChangeLog>`,
    }),
    facts: { dialect },
  });
  return findings.filter(({ message }) => message.startsWith("fails:")).map(({ message }) => message);
};

test.each(["postgres", "mysql"] as const)("%s", async (dialect) => {
  const dropped = '<dropAllForeignKeyConstraints baseTableName="u"/>';
  expect(await failures(dialect, dropped, key("u"))).toEqual([]);
  // Those of the other table, and all columns, are as they were.
  expect(await failures(dialect, dropped, key("v"))).toHaveLength(1);
  expect(await failures(dialect, dropped, '<dropColumn tableName="v" columnName="gone"/>')).toHaveLength(1);
});
