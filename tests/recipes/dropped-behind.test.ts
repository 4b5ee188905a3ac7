/** Advice for what a migration drops although something behind it takes it along. */
import { expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

const advice = (text: string): readonly (string | undefined)[] =>
  lintFixture("migrations/x.sql", text, rules, undefined, {
    only: ["index-backs-constraint"],
  }).findings.map(({ instead }) => instead);

const leaveOut = "Leave it out: what is dropped behind it takes the index along.";

it("leaves out an index that MySQL refuses to drop before its table", () => {
  const made = `-- given: server mysql 8.0.36
CREATE TABLE shops (id INT PRIMARY KEY);
CREATE TABLE orders (id INT PRIMARY KEY, shop INT, KEY k (shop), CONSTRAINT s FOREIGN KEY (shop) REFERENCES shops (id));
-- next migration
DROP INDEX k ON orders;
`;
  expect(advice(`${made}DROP TABLE orders;\n`)).toEqual([leaveOut]);
  expect(advice(made)).not.toEqual([leaveOut]);
});

it("leaves out the index of a constraint before its table or column", () => {
  const made = `CREATE TABLE orders (id int PRIMARY KEY, code text UNIQUE);
-- next migration
DROP INDEX orders_code_key;
`;
  expect(advice(`${made}DROP TABLE orders;\n`)).toEqual([leaveOut]);
  expect(advice(`${made}ALTER TABLE orders DROP COLUMN code;\n`)).toEqual([leaveOut]);
  expect(advice(made)).toEqual(["ALTER TABLE orders DROP CONSTRAINT orders_code_key;"]);
});

it("drops a type that the rollback leaves over", () => {
  const text = `CREATE TYPE "public"."mood" AS ENUM ('ok');
CREATE TABLE t (id bigint PRIMARY KEY, m "public"."mood");
-- rollback
DROP TABLE t;
`;
  const { findings } = lintFixture("migrations/x.sql", text, rules, undefined, {
    only: ["rollback-does-not-reverse"],
  });
  expect(findings.map(({ severity, instead }) => [severity, instead])).toEqual([
    ["warning", "Add `DROP TYPE public.mood;` to the end of the rollback, behind what uses it."],
  ]);
});
