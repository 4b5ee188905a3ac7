/** `dropPrimaryKey` without a name asks the database of PostgreSQL for it: the key is gone, whatever it was called. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

const lint = async (constraints: string, ...changes: readonly string[]) => {
  const sets = [
    `<createTable tableName="t"><column name="id" type="bigint"><constraints ${constraints}/></column><column name="code" type="bigint"><constraints nullable="false"/></column></createTable>`,
    ...changes,
  ].map((one, at) => `<changeSet id="${String(at)}" author="a">${one}</changeSet>`);
  const { findings, unknownStatements } = await lintProject({
    fs: memoryFileSystem({
      "db/changelog/db.changelog-master.xml": `<databaseChangeLog>${sets.join("\n")}</databaseChangeLog>`,
    }),
    facts: { dialect: "postgres" },
  });
  expect(unknownStatements).toEqual({});
  return findings;
};

const dropped = '<dropPrimaryKey tableName="t"/>';

test.each(['primaryKey="true"', 'primaryKey="true" primaryKeyName="t_id"'])("%s", async (constraints) => {
  const again = '<addPrimaryKey tableName="t" columnNames="code"/>';
  const findings = await lint(constraints, dropped, again);
  expect(findings.filter(({ message }) => message.startsWith("fails: "))).toEqual([]);
  // The name of the old one is free.
  const steps = findings.find(({ ruleId }) => ruleId === "primary-key-without-index")?.instead;
  expect(steps).toContain("ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX");
  // Without it, there is a second key.
  const twice = await lint(constraints, again);
  expect(twice.map(({ message }) => message).join("\n")).toMatch(/fails: .*primary key/);
});

test("a table of which no more is known", async () => {
  const findings = await lint('primaryKey="true"', '<dropPrimaryKey tableName="others"/>');
  expect(findings.filter(({ message }) => message.startsWith("fails: "))).toEqual([]);
});
