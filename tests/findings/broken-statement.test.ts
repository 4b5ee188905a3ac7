/** What a statement that the grammar rejects would do isn't known: nothing fails surely by what it names. */
import { expect, test } from "vitest";
import { lintText } from "../../src/index.ts";

const made =
  "CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE teams (id bigint PRIMARY KEY);\nCREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint);\n";
const add = "ALTER TABLE notes ADD CONSTRAINT notes_user_fk FOREIGN KEY (user_id) REFERENCES users (id);";

test.each([
  ["a body between $ $", `DO $ $ BEGIN\n${add}\nEXCEPTION WHEN duplicate_object THEN NULL;\nEND $ $;`],
  ["a body between single dollars", `DO $\nBEGIN\n${add}\nEND\n$;`],
  ["a misspelt word", add.replace("REFERENCES", "REFERENCE")],
])("%s", async (_, broken) => {
  const drop = (table: string): string => `\nALTER TABLE ${table} DROP CONSTRAINT ${table}_user_fk;\n`;
  const { findings } = await lintText(made + broken + drop("notes") + drop("teams"), {
    facts: { dialect: "postgres" },
  });
  const said = findings.filter(({ category }) => category === "correctness").map(({ message }) => message);
  expect(said.map((text) => text.replace(/near ".*"/, "near"))).toEqual([
    "syntax error at or near",
    "fails: there is no constraint teams_user_fk",
  ]);
});
