/** `dropColumn` names one column in an attribute, or several inside; of both, Liquibase reads those inside. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

const columns = ["id", "a", "b"].map((name) => `<column name="${name}" type="bigint"/>`).join("");
const dropped = async (change: string, next: string) => {
  const set = (id: number, inside: string): string =>
    `<changeSet id="${String(id)}" author="a">${inside}</changeSet>`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "db/changelog/db.changelog-master.xml": `<databaseChangeLog>${set(1, `<createTable tableName="t">${columns}</createTable>`)}
${set(2, change)}
${set(3, next)}</databaseChangeLog>`,
    }),
    facts: { dialect: "postgres" },
  });
  return findings.flatMap(({ ruleId, message }) => (ruleId === "unknown-column" ? [message] : []));
};

test("beside others, the column of the attribute stays", async () => {
  const both = '<dropColumn tableName="t" columnName="a"><column name="b"/></dropColumn>';
  const renamed = (name: string): string =>
    `<renameColumn tableName="t" oldColumnName="${name}" newColumnName="c" columnDataType="bigint"/>`;
  expect(await dropped(both, renamed("a"))).toEqual([]);
  expect(await dropped(both, renamed("b"))).toHaveLength(1);
  expect(await dropped('<dropColumn tableName="t" columnName="a"/>', renamed("a"))).toHaveLength(1);
});
