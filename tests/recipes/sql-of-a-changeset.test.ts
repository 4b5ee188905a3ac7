/** A change `sql` of several statements, of which the advice is for one. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

async function adviceFor(ruleId: string, ...changes: readonly string[]): Promise<string> {
  const sql = (text: string): string => `    - sql: {sql: "${text}"}\n`;
  const changeset = (id: string, written: string): string =>
    `- changeSet:\n    id: "${id}"\n    author: a\n    changes:\n${written}`;
  const tables =
    "CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE notes (id bigint PRIMARY KEY, author bigint, editor bigint, sent timestamp, seen timestamp, CONSTRAINT notes_author_fk FOREIGN KEY (author) REFERENCES users (id));";
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "db/changelog/db.changelog-master.yaml": `databaseChangeLog:\n${changeset("20200101", sql(tables))}${changeset("20210101", changes.map((one) => (one.startsWith("ALTER") ? sql(one) : `    - ${one}\n`)).join(""))}`,
    }),
    facts: { dialect: "postgres" },
  });
  const own = findings.filter((one) => one.ruleId === ruleId);
  expect(own).toHaveLength(1);
  return own[0]?.instead ?? "";
}

test("what goes of another sql is that statement, and the others stay", async () => {
  const advice = await adviceFor(
    "foreign-key-without-not-valid",
    "ALTER TABLE notes DROP CONSTRAINT notes_author_fk; ALTER TABLE notes DROP CONSTRAINT IF EXISTS notes_editor_fk;",
    "addForeignKeyConstraint: {baseTableName: notes, baseColumnNames: author, referencedTableName: users, referencedColumnNames: id, constraintName: notes_author_fk, onDelete: CASCADE}",
  );
  expect(advice).toContain(
    "# take addForeignKeyConstraint and `ALTER TABLE notes DROP CONSTRAINT notes_author_fk` of sql out of the changeset 20210101",
  );
});

test("an sql of which nothing is left goes whole", async () => {
  const advice = await adviceFor(
    "foreign-key-without-not-valid",
    "ALTER TABLE notes DROP CONSTRAINT notes_author_fk;",
    "addForeignKeyConstraint: {baseTableName: notes, baseColumnNames: author, referencedTableName: users, referencedColumnNames: id, constraintName: notes_author_fk, onDelete: CASCADE}",
  );
  expect(advice).toContain("# these take the place of the changeset 20210101");
});

test("two ways of one statement aren't one changeset with the other statements", async () => {
  const advice = await adviceFor(
    "change-column-type",
    "ALTER TABLE notes ALTER COLUMN sent TYPE timestamptz; ALTER TABLE notes ALTER COLUMN seen TYPE timestamptz;",
  );
  expect(advice).not.toMatch(/TYPE timestamptz/);
  expect(advice).toContain(
    "# if the values are in UTC, `SET LOCAL TimeZone = 'UTC'` in front of the call is enough",
  );
  expect(advice).toContain("# the same way, in steps of its own, for seen of notes");
});

test("an INSERT behind that of the advice gets its columns, too", async () => {
  const advice = await adviceFor(
    "insert-without-columns",
    "sql: {sql: INSERT INTO notes VALUES (1); DELETE FROM notes WHERE id = 2; INSERT INTO notes VALUES (2)}",
  );
  expect(advice.match(/INSERT INTO notes \(id\) VALUES/g)).toHaveLength(2);
});
