/** A fill changes rows one by one: the table's own triggers see each change, such as those that keep `updated_at`. */
import { expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const history = (
  event: string,
): string => `CREATE TABLE orders (id bigint PRIMARY KEY, kind text, updated_at timestamptz);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER orders_touch BEFORE ${event} ON orders FOR EACH ROW EXECUTE FUNCTION touch();
`;

const rename = "ALTER TABLE orders RENAME COLUMN kind TO sort;";

const adviceFor = async (
  event: string,
  sql = rename,
  rule = "rename-column",
): Promise<string | undefined> => {
  const fs = memoryFileSystem({
    "migrations/001_orders.sql": history(event),
    "migrations/002_sort.sql": `${sql}\n`,
  });
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead;
};

it("names the triggers that filling the new column fires", async () => {
  expect(await adviceFor("UPDATE")).toContain("filling the old rows fires orders_touch for each row");
});

it("says nothing of triggers on other events", async () => {
  const advice = await adviceFor("INSERT");
  expect(advice).toContain("ADD COLUMN sort");
  expect(advice).not.toContain("fires");
});

it.each([
  [
    "add-column-generated",
    "ALTER TABLE orders ADD COLUMN code text GENERATED ALWAYS AS (upper(kind)) STORED;",
  ],
  ["add-column-volatile-default", "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();"],
  ["set-not-null", "ALTER TABLE orders ALTER COLUMN kind SET NOT NULL;"],
])("names them wherever old rows are filled in place of the statement: %s", async (rule, sql) => {
  const advice = (await adviceFor("UPDATE", sql, rule)) ?? "";
  expect(advice.includes("fires orders_touch for each row")).toBe(advice.includes("UPDATE orders SET"));
  expect(advice).not.toBe("");
});
