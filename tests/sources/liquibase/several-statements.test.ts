/** Advice for a change of SQL that has several statements: each is done once, and undone once. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

async function advised(sql: string, rollback: string, rule: string): Promise<string> {
  const table =
    '<createTable tableName="orders"><column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="status" type="text"/></createTable><createIndex indexName="orders_status" tableName="orders"><column name="status"/></createIndex>';
  const changelog = `<databaseChangeLog>
<changeSet id="orders" author="ann">${table}</changeSet>
<changeSet id="kind" author="ann"><sql>${sql}</sql><rollback>${rollback}</rollback></changeSet>
</databaseChangeLog>
`;
  const fs = memoryFileSystem({ "changelog.xml": changelog });
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  const found = findings.find(({ ruleId, also = [] }) =>
    [ruleId, ...also.map((one) => one.ruleId)].includes(rule),
  );
  return found?.instead?.replaceAll(/<!--.*?-->/g, "") ?? "";
}

test("what takes the place of an ADD COLUMN and an UPDATE stands without them", async () => {
  const sql = `ALTER TABLE orders ADD COLUMN kind text;
    COMMENT ON COLUMN orders.kind IS 'a or b';
    UPDATE orders SET kind = 'a';
    ALTER TABLE orders ALTER COLUMN kind SET NOT NULL;
    CREATE INDEX orders_kind ON orders (kind);`;
  const text = await advised(sql, "ALTER TABLE orders DROP COLUMN kind", "index-without-concurrently");
  expect(text.match(/<addColumn|ADD COLUMN/g)).toHaveLength(1);
  expect(text.match(/<dropColumn|DROP COLUMN/g)).toHaveLength(1);
  expect(text).not.toContain("UPDATE");
  // The remark needs the column.
  expect(text).toMatch(/ADD COLUMN[^]*(?:setColumnRemarks|COMMENT)[^]*CREATE INDEX CONCURRENTLY/);
});

test("what takes the place of two changes takes both of them back", async () => {
  const changelog = `<databaseChangeLog>
<changeSet id="plans" author="ann"><createTable tableName="plans"><column name="id" type="bigint"><constraints primaryKey="true"/></column></createTable></changeSet>
<changeSet id="base" author="ann">
<addColumn tableName="plans"><column name="base" type="varchar(20)"/></addColumn>
<addNotNullConstraint tableName="plans" columnName="base" columnDataType="varchar(20)" defaultNullValue="FREE"/>
</changeSet>
</databaseChangeLog>
`;
  const fs = memoryFileSystem({ "changelog.xml": changelog });
  const { findings } = await lintProject({ fs, facts: { dialect: "mysql" } });
  const text = findings.find(({ ruleId }) => ruleId === "backfill-without-batches")?.instead ?? "";
  expect(text).toContain("in place of the ADD COLUMN");
  expect(/<rollback>([^]*)<\/rollback>/.exec(text)?.[1]?.replaceAll(/\n\s*/g, "")).toBe(
    '<sql>ALTER TABLE plans MODIFY base VARCHAR(20) NULL;</sql><dropColumn tableName="plans" columnName="base"/>',
  );
});

test("of a change that adds several columns, the one that is added otherwise is named", async () => {
  const changelog = `<databaseChangeLog>
<changeSet id="shops" author="ann"><createTable tableName="shops"><column name="id" type="bigint"><constraints primaryKey="true"/></column></createTable></changeSet>
<changeSet id="address" author="ann">
<addColumn tableName="shops"><column name="street" type="text"/><column name="city" type="text"/></addColumn>
<sql>UPDATE shops SET city = 'Ghent'</sql>
<addNotNullConstraint tableName="shops" columnName="city"/>
</changeSet>
</databaseChangeLog>
`;
  const fs = memoryFileSystem({ "changelog.xml": changelog });
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  const text = findings.find(({ ruleId }) => ruleId === "update-without-where")?.instead ?? "";
  expect(text).toContain("ADD city TEXT NOT NULL DEFAULT 'Ghent'");
  expect(text).toContain(
    "take sql and city of addColumn and addNotNullConstraint out of the changeset address",
  );
});

test("nothing is taken out of a changeset whose one change of SQL goes as a whole", async () => {
  const changelog = `<databaseChangeLog>
<changeSet id="devices" author="ann"><createTable tableName="devices"><column name="id" type="bigint"><constraints primaryKey="true"/></column></createTable></changeSet>
<changeSet id="serial" author="ann"><sql>
ALTER TABLE devices ADD serial text;
ALTER TABLE devices ADD UNIQUE (serial);
</sql></changeSet>
</databaseChangeLog>
`;
  const fs = memoryFileSystem({ "changelog.xml": changelog });
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  const text = findings.find(({ ruleId }) => ruleId === "unique-constraint-without-index")?.instead ?? "";
  expect(text).not.toContain("out of the changeset");
  expect(text).toContain("<!-- these take the place of the changeset serial -->");
});
