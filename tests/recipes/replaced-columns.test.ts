/** Advice for a column that is dropped and added again. */
import { expect, test } from "vitest";
import { rules } from "../../src/index.ts";
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
