import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

/** Where the statements are reported that the server is sure to refuse: by the changesets' lines. */
async function refused(onFail: string): Promise<readonly string[]> {
  const conditions = (query: string): string =>
    `--preconditions onFail:${onFail}\n--precondition-sql-check expectedResult:1 ${query}\n`;
  const columns =
    "SELECT count(*) FROM information_schema.columns WHERE table_name = 'notes' AND column_name =";
  const files = {
    "liquibase.properties": "changeLogFile=changelog.sql\nurl=jdbc:postgresql://localhost/notes\n",
    "changelog.sql": [
      "--liquibase formatted sql",
      "--changeset ann:1",
      "CREATE TABLE notes (id bigint PRIMARY KEY);",
      "--changeset ann:2",
      `${conditions(`${columns} 'colour'`)}ALTER TABLE notes DROP COLUMN colour;`,
      "--changeset ann:3",
      `${conditions("SELECT 1")}ALTER TABLE notes ADD COLUMN size int;`,
      "--changeset ann:4",
      "ALTER TABLE notes DROP COLUMN length;",
      "--changeset ann:5",
      "ALTER TABLE notes ADD COLUMN size int;",
    ].join("\n"),
  };
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  return findings
    .filter(({ message }) => message.startsWith("fails:"))
    .map(({ message }) => message.replace("fails: ", ""));
}

test("a changeset that would fail is skipped by its precondition, and others run", async () => {
  const others = ["there is no column notes.length", "column notes.size exists already"];
  expect(await refused("MARK_RAN")).toEqual(others);
  expect(await refused("CONTINUE")).toEqual(others);
  // Liquibase stops, or runs it all the same.
  expect(await refused("HALT")).toEqual(["there is no column notes.colour", ...others]);
  expect(await refused("WARN")).toEqual(["there is no column notes.colour", ...others]);
});
