/** What belongs in a later migration names tables as they are called by then. */
import { expect, test } from "vitest";
import { rules } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

const adviceOf = (given: string, sql: string): readonly string[] => {
  const text = `-- given: ${given}\nCREATE TABLE Category (id bigint PRIMARY KEY, parent bigint);\n-- next migration\n${sql}\n`;
  const { findings } = lintFixture("migrations/x.sql", text, rules, undefined, { only: ["drop-column"] });
  return findings.flatMap(({ instead = "" }) =>
    instead.split("\n").filter((line) => line.includes("by then")),
  );
};

const words = (name: string): string => `-- the table is ${name} by then, if this one has renamed it:`;

test("a table that the migration renames behind the statement", () => {
  const drop = "ALTER TABLE Category DROP COLUMN parent;";
  const mysql = "server mysql 8.0.36";
  expect(adviceOf(mysql, `${drop}\nRENAME TABLE Category TO category;`)).toEqual([words("category")]);
  expect(adviceOf(mysql, `${drop}\nALTER TABLE Category RENAME TO shop.kinds;`)).toEqual([
    words("shop.kinds"),
  ]);
  expect(adviceOf(mysql, `${drop}\nRENAME TABLE other TO others;`)).toEqual([]);
  const postgres = "server postgres 16";
  expect(adviceOf(postgres, `${drop}\nALTER TABLE category RENAME TO "Kinds";`)).toEqual([words('"Kinds"')]);
  // Before it: the statement has the new name already.
  expect(
    adviceOf(postgres, "ALTER TABLE category RENAME TO kinds;\nALTER TABLE kinds DROP COLUMN parent;"),
  ).toEqual([]);
});
