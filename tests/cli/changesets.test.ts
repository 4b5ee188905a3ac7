/** `ddlint new` and `ddlint plan --write` where migrations are changesets of Liquibase. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "../../src/cli/main.ts";
import { lintProject } from "../../src/index.ts";

let folder = "";
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-22T14:05:09Z") });
  folder = mkdtempSync(join(tmpdir(), "ddlint-changesets-"));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

function write(files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
const read = (): Files =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => statSync(join(folder, name)).isFile() && !name.endsWith(".properties"))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
const ddlint = (...words: readonly string[]) => run(words, folder);

const settings = (file: string, database = "postgresql"): Files => ({
  "liquibase.properties": `url: jdbc:${database}://localhost/x\nchangeLogFile: db/${file}\n`,
});
const open = `<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">`;
const users = (id: string): string => `
    <changeSet id="${id}" author="ann">
        <createTable tableName="users">
            <column name="id" type="bigint"><constraints primaryKey="true"/></column>
            <column name="note" type="text"/>
        </createTable>
    </changeSet>`;
const age = (id: string): string => `
    <changeSet id="${id}" author="ann">
        <sql>SET LOCAL lock_timeout = '2s'</sql>
        <addColumn tableName="users"><column name="age" type="int"/></addColumn>
        <rollback><dropColumn tableName="users" columnName="age"/></rollback>
    </changeSet>`;
const inXml = (...changesets: readonly string[]): string =>
  `${open}${changesets.join("\n")}\n</databaseChangeLog>\n`;
const named = (file: string): string =>
  `    <include file="changes/${file}" relativeToChangelogFile="true"/>\n`;
const inSql = `--liquibase formatted sql

--changeset ann:1
CREATE TABLE users (id bigint PRIMARY KEY, note text);
--rollback DROP TABLE users;
`;

const projects: Readonly<Record<string, Files>> = {
  XML: { ...settings("log.xml"), "db/log.xml": inXml(users("1"), age("2")) },
  YAML: {
    ...settings("log.yaml"),
    "db/log.yaml": `databaseChangeLog:
  - changeSet:
      id: create-users
      author: ann
      changes:
        - createTable:
            tableName: users
            columns:
              - column: { name: id, type: bigint, constraints: { primaryKey: true } }
              - column: { name: note, type: text }
`,
  },
  JSON: {
    ...settings("log.json"),
    "db/log.json": `{ "databaseChangeLog": [
  { "changeSet": { "id": "20260101-1", "author": "ann", "changes": [
    { "createTable": { "tableName": "users", "columns": [
      { "column": { "name": "id", "type": "bigint", "constraints": { "primaryKey": true } } },
      { "column": { "name": "note", "type": "text" } }
    ] } }
  ] } }
] }
`,
  },
  "formatted SQL": { ...settings("log.sql"), "db/log.sql": inSql },
  "a file for each changeset": {
    ...settings("log.xml"),
    "db/log.xml": `${open}\n${named("001-users.xml")}${named("002-age.xml")}</databaseChangeLog>\n`,
    "db/changes/001-users.xml": inXml(users("001-users")),
    "db/changes/002-age.xml": inXml(age("002-age")),
  },
  "all files of a folder": {
    ...settings("log.xml"),
    "db/log.xml": `${open}\n    <includeAll path="changes" relativeToChangelogFile="true"/>\n</databaseChangeLog>\n`,
    "db/changes/20260101120000_users.xml": inXml(users("20260101120000-1")),
    "db/changes/20260102120000_age.xml": inXml(age("20260102120000-1")),
  },
};

/** What came in or changed. */
function changed(before: Files): Files {
  const after = Object.entries(read()).filter(([name, text]) => before[name] !== text);
  return Object.fromEntries(
    after.map(([name, text]) => {
      const [old, now] = [before[name]?.split("\n") ?? [], text.split("\n")];
      return [name, now.filter((line) => !old.includes(line)).join("\n")];
    }),
  );
}

const index = "CREATE INDEX users_note_idx ON users (note)";

describe.each(Object.entries(projects))("%s", (_, has) => {
  it("gets a changeset that waits for its changes", async () => {
    write(has);
    const { exitCode, stderr } = await ddlint("new", "Add phone");
    expect({ exitCode, stderr }).toMatchSnapshot();
    expect(changed(has)).toMatchSnapshot();
    const { coverage, findings } = await lintProject({ cwd: folder });
    expect(coverage.complete).toBe(true);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("gets the safe steps in place of statements", async () => {
    write(has);
    const { exitCode, stderr } = await ddlint(
      "new",
      "Add phone",
      "--sql",
      `${index}; ALTER TABLE users ADD phone text`,
    );
    expect({ exitCode, stderr }).toMatchSnapshot();
    expect(changed(has)).toMatchSnapshot();
    const { findings } = await lintProject({ cwd: folder });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("has an unsafe changeset replaced by its plan", async () => {
    write(has);
    await ddlint(
      "new",
      "Rename note",
      "--as-written",
      "--sql",
      "ALTER TABLE users RENAME COLUMN note TO remark",
    );
    const before = read();
    const { exitCode, stderr } = await ddlint("plan", "--write");
    expect({ exitCode, stderr }).toMatchSnapshot();
    expect(changed(before)).toMatchSnapshot();
    const { findings, coverage } = await lintProject({ cwd: folder });
    expect(coverage.complete).toBe(true);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

it("shows what a changelog gets, without writing it", async () => {
  write({ ...settings("log.xml"), "db/log.xml": inXml(users("1")) });
  const { stdout } = await ddlint("new", "Add phone", "--dry-run");
  expect(stdout).toMatchInlineSnapshot(`
    "-- db/log.xml

        <changeSet id="2" author="ann">
          <comment>Add phone</comment>
        </changeSet>
    "
  `);
  expect(read()["db/log.xml"]).not.toContain("phone");
});

it("ends statements of a routine's changeset for the driver of MySQL", async () => {
  write({ ...settings("log.sql", "mysql"), "db/log.sql": inSql });
  const sql = "ALTER TABLE users RENAME COLUMN note TO remark";
  await ddlint("new", "Rename note", "--sql", sql);
  const text = read()["db/log.sql"] ?? "";
  expect(text).toContain("endDelimiter");
  const { findings, coverage } = await lintProject({ cwd: folder });
  expect(coverage.complete).toBe(true);
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
});

it("keeps the line ends of the file", async () => {
  write({ ...settings("log.xml"), "db/log.xml": inXml(users("1")).replaceAll("\n", "\r\n") });
  await ddlint("new", "Add phone");
  expect(read()["db/log.xml"]).not.toMatch(/[^\r]\n/);
});

it.each<[string, Files, string]>([
  [
    "on one line with another one",
    {
      ...settings("log.yaml"),
      "db/log.yaml":
        "databaseChangeLog: [{ changeSet: { id: 1, author: ann, changes: [{ sql: { sql: 'SELECT 1' } }] } }]\n",
    },
    "isn't on lines of its own",
  ],
  [
    "that says where it runs",
    {
      ...settings("log.sql"),
      "db/log.sql": `${inSql}\n--changeset bob:2 dbms:postgresql context:shop\n${index};\n--rollback DROP INDEX users_note_idx;\n`,
    },
    "it says where it runs",
  ],
])("refuses to write behind or in place of a changeset %s", async (_, has, message) => {
  write(has);
  const { exitCode, stderr } = message.includes("where")
    ? await ddlint("plan", "--write")
    : await ddlint("new", "Add phone");
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
  expect(changed(has)).toEqual({});
});
