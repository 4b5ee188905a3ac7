/** A table that is dropped later: the way back of its deprecation gives it the comment that it had. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

test.each([
  ["", "change_table_comment :orders, nil"],
  [', comment: "Orders of the shop"', 'change_table_comment :orders, "Orders of the shop"'],
])("after a table with the options «%s»", async (options, back) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.1.2)\n    rails (7.1.2)\n",
      "db/migrate/20240101000000_a.rb": `class A < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:orders${options}) { |t| t.string :code }\n  end\nend\n`,
      "db/migrate/20240201000000_b.rb":
        "class B < ActiveRecord::Migration[7.1]\n  def up\n    drop_table :orders\n  end\nend\n",
    }),
    facts: { dialect: "postgres" },
  });
  const [advice = ""] = findings.flatMap(({ ruleId, instead = "" }) =>
    ruleId.endsWith("drop-table") ? [instead] : [],
  );
  expect(advice).toContain(`def down\n    ${back}\n`);
});

const parcels = (remarks: string): string =>
  `<createTable tableName="parcels"${remarks}><column name="id" type="bigint"><constraints primaryKey="true"/></column></createTable>`;

test.each([
  ["mysql", "", "ALTER TABLE parcels COMMENT = '';"],
  ["mysql", ` remarks="a van's \\ load"`, "ALTER TABLE parcels COMMENT = 'a van''s \\\\ load';"],
  ["postgresql", "", "COMMENT ON TABLE parcels IS NULL;"],
  ["postgresql", ` remarks="a van's \\ load"`, "COMMENT ON TABLE parcels IS 'a van''s \\ load';"],
])("on %s, after createTable with «%s»", async (database, remarks, back) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "src/main/resources/application.properties": `spring.datasource.url=jdbc:${database}://db/x\nspring.liquibase.change-log=classpath:db/changelog.xml\n`,
      "src/main/resources/db/changelog.xml": `<databaseChangeLog>\n<changeSet id="1" author="a">${parcels(remarks)}</changeSet>\n<changeSet id="2" author="a"><dropTable tableName="parcels"/></changeSet>\n</databaseChangeLog>`,
    }),
  });
  const { instead = "" } = findings.find(({ ruleId }) => ruleId === "drop-table") ?? {};
  expect(instead.replaceAll(/<\/?\w+>|&\w+;/g, "")).toContain(back);
});
