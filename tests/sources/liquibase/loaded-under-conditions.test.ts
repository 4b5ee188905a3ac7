/** Files of SQL that a changeset with preconditions loads: Liquibase splits them as it does all others. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const conditions =
  '<preConditions onFail="MARK_RAN"><not><columnExists tableName="orders" columnName="b"/></not></preConditions>';
const set = (id: string, file: string, inside = ""): string =>
  `<changeSet id="${id}" author="ann">${inside}<sqlFile endDelimiter=";" path="${file}"/></changeSet>`;

async function found(rule: string, b: string) {
  const files = {
    "changelog.xml": `<databaseChangeLog>${set("1", "1.sql")}${set("2", "2.sql")}${set("3", "3.sql", conditions)}</databaseChangeLog>`,
    "1.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n",
    "2.sql": "ALTER TABLE orders ADD COLUMN a int;\n",
    "3.sql": b,
  };
  const { findings } = await lintProject({
    fs: memoryFileSystem(files),
    facts: { dialect: "mysql" },
  });
  return findings.flatMap((one) => [one, ...(one.also ?? [])]).filter(({ ruleId }) => ruleId === rule);
}

test("one finding of a history stands for those in the files that its changesets load", async () => {
  const all = await found("lock-without-timeout", "ALTER TABLE orders ADD COLUMN b int;\n");
  expect(all.map(({ file }) => file)).toEqual(["3.sql"]);
  expect(all[0]?.message).toContain("(and 1 more migration)");
  expect(all[0]?.instead).not.toContain("one statement at a time");
});

test("no call sends all statements of such a file", async () => {
  const all = await found(
    "not-atomic",
    "ALTER TABLE orders ADD COLUMN b int;\nCREATE INDEX orders_b ON orders (b);\n",
  );
  expect(all.map(({ instead }) => instead)).toEqual(["Write one statement per migration."]);
});
