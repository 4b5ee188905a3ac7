/** Advice for a column that is dropped and added again. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem, rules, unmerged } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

const found = (old: string, added: string, server = "") => {
  const text = `${server}CREATE TABLE cards (id bigint PRIMARY KEY, number ${old});
-- next migration
ALTER TABLE cards DROP COLUMN number, ADD COLUMN number ${added};
`;
  return lintFixture("migrations/x.sql", text, rules, undefined, { only: ["drop-column"] }).findings[0];
};

const advice = (old: string, added: string, server = ""): string => found(old, added, server)?.instead ?? "";

const mysql = "-- given: server mysql 8.0.36\n";

test.each([
  ["integer", "bigint", "SET number_new = number\n"],
  ["integer", "text", "SET number_new = number\n"],
  ["integer NOT NULL", "bigint NOT NULL DEFAULT 0", "SET number_new = number\n"],
  // Rows without a value need one.
  ["integer", "bigint NOT NULL DEFAULT 0", "SET number_new = <value from number>\n"],
  ["text", "integer", "SET number_new = <value from number>\n"],
  ["integer", "integer[]", "SET number_new = <value from number>\n"],
])("%s to %s", (old, added, fill) => {
  expect(advice(old, added)).toContain(fill);
});

test("on MySQL", () => {
  expect(advice("int", "bigint", mysql)).toContain("SET number_new = number WHERE");
  expect(advice("varchar(20)", "int", mysql)).toContain("SET number_new = <value from number> WHERE");
});

test("what the application finds under the name is there all the time", () => {
  expect(found("integer", "bigint")?.message).toBe("the data of cards.number is lost");
});

test("where the column is added, the drop before it is left out", async () => {
  const calls = "remove_column :cards, :user_id, :integer\n    add_reference :cards, :user, null: false";
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240101000001_make.rb":
        "class Make < ActiveRecord::Migration[8.0]\n  def change\n    create_table(:cards) { |t| t.integer :user_id, null: false }\n  end\nend\n",
      "db/migrate/20250101000001_change.rb": `class Change < ActiveRecord::Migration[8.0]\n  def change\n    ${calls}\n  end\nend\n`,
    }),
  });
  const advised = unmerged(findings).find(({ ruleId }) => ruleId === "add-column-not-null")?.instead;
  expect(advised).toContain(
    "# `remove_column :cards, :user_id, :integer` is left out: it would delete the values\n",
  );
  const text = `CREATE TABLE cards (id bigint PRIMARY KEY, number integer NOT NULL);
-- next migration
ALTER TABLE cards DROP COLUMN number;
ALTER TABLE cards ADD COLUMN number bigint NOT NULL;
`;
  const ofSql = lintFixture("migrations/x.sql", text, rules, undefined, { only: ["add-column-not-null"] });
  expect(ofSql.findings[0]?.instead).toContain(
    "-- the DROP COLUMN of number is left out: it would delete the values\n",
  );
});

test("a column of another name and type is kept equal by a trigger of both directions, as both are required", async () => {
  const made = "CREATE TABLE sprints (id bigint PRIMARY KEY, title text NOT NULL);\n";
  const text = `ALTER TABLE sprints RENAME COLUMN title TO code;
ALTER TABLE sprints ALTER COLUMN code TYPE varchar(32);
`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({ "db/V1__make.sql": made, "db/V2__change.sql": text }),
  });
  const renamed = findings.find(({ ruleId }) => ruleId === "rename-column");
  expect(renamed?.also?.map(({ ruleId }) => ruleId)).toContain("change-column-type");
  expect(renamed?.instead).toBe(
    "One new column does for both changes: add code with the new type, and a trigger that converts both ways between title and code. Fill the old rows in batches, make code NOT NULL, deploy the version that uses it, and drop title in a later migration, behind the trigger.",
  );
});

test("a column whose values a change of type would lose is nullable before the version without it is deployed", () => {
  const advised = (column: string): string => {
    const text = `CREATE TABLE cards (id bigint PRIMARY KEY, hue ${column});
-- next migration
ALTER TABLE cards ALTER COLUMN hue TYPE integer USING 0;
`;
    const only = { only: ["change-column-type"] };
    return lintFixture("migrations/x.sql", text, rules, undefined, only).findings[0]?.instead ?? "";
  };
  expect(advised("text NOT NULL")).toContain("make the old one nullable, and drop");
  expect(advised("text")).not.toContain("nullable");
});
