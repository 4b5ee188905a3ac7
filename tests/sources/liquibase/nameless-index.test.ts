/** CREATE INDEX without a name: the server chooses one, which the advice gives it. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

test("CONCURRENTLY isn't taken for its name", async () => {
  const text = `<databaseChangeLog>
<changeSet id="1" author="a"><createTable tableName="t"><column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="c" type="int"/></createTable></changeSet>
<changeSet id="20" author="b">
<addColumn tableName="t"><column name="d" type="int"/></addColumn>
<sql>CREATE INDEX ON t (c);</sql>
</changeSet>
</databaseChangeLog>`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({ "db/changelog/db.changelog-master.xml": text }),
    facts: { dialect: "postgres" },
  });
  const [found] = findings.filter(({ ruleId }) => ruleId === "index-without-concurrently");
  expect(found?.instead).toContain("<sql>CREATE INDEX CONCURRENTLY t_c_idx ON t (c);</sql>");
  expect(found?.instead).toContain("<sql>DROP INDEX CONCURRENTLY IF EXISTS t_c_idx;</sql>");
  expect(found?.instead).not.toContain('indexName="CONCURRENTLY"');
});
