/** Ways in which Liquibase runs SQL that a reader may miss; each as Liquibase 5.0.4 does it. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const head = "--liquibase formatted sql\n";
const histories = (files: Files) => discover(memoryFileSystem(files), [], { dialect: "postgres" });
const ids = (files: Files): readonly string[] =>
  histories(files).flatMap(({ migrations }) => migrations.map(({ description }) => description));
const notRead = (files: Files): readonly string[] =>
  histories(files).flatMap((history) => history.notRead ?? []);
const rules = async (files: Files): Promise<readonly string[]> => {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "postgres" } });
  return findings.map(({ ruleId }) => ruleId);
};

describe("the databases that a changeset of formatted SQL is for", () => {
  test.each([
    ["dbms:h2", false],
    ["dbms:postgresql", true],
    ["dbms:h2 dbms:postgresql", true],
    ["dbms:postgresql dbms:h2", false],
    ["dbms:dbms:postgresql", true],
    ["xdbms:h2", false],
    ["dbms:oracle,postgresql", true],
    ["dbms:!postgresql", false],
    ["dbms:!h2", true],
    ["dbms:all,!postgresql", true],
    ["dbms:edb", true],
    ["dbms:${db}", true],
    ['dbms:"h2"', true],
  ])("%s", (attribute, isRun) => {
    const sql = `${head}--changeset a:1 ${attribute}\nSELECT 1;\n--changeset a:2\nSELECT 2;\n`;
    expect(ids({ "db/changelog/a.sql": sql })).toEqual(isRun ? ["1", "2"] : ["2"]);
  });
});

describe("the lines of formatted SQL", () => {
  const blanks = " ".repeat(50);
  test.each([
    ["any number of blanks", `${blanks}--${blanks}changeset${blanks}a:${blanks}2 dbms:h2`],
    ["any length", `--changeset a:2 comment:${"x".repeat(5000)} dbms:h2`],
    ["an author in quotes", '--changeset "a b":2 dbms:h2'],
    ["behind a lone CR", "-- x\r--changeset a:2 dbms:h2"],
  ])("%s", (_, line) => {
    const sql = `${head}--changeset a:1\nSELECT 1;\n${line}\nSELECT 2;\n--changeset a:3\nSELECT 3;\n`;
    expect(ids({ "db/changelog/a.sql": sql })).toEqual(["1", "3"]);
  });

  test("blanks before the header", () => {
    expect(ids({ "db/changelog/a.sql": `${"\n".repeat(3000)}${head}--changeset a:1\nSELECT 1;\n` })).toEqual([
      "1",
    ]);
  });

  test.each([
    ["--ignoreLines:1\n/*\nDROP TABLE users;\n-- */\n", true],
    ["--ignoreLines:start\n/*\n--ignoreLines:end\nDROP TABLE users;\n-- */\n", true],
    ["--ignoreLines:1\nDROP TABLE users;\n", false],
    ["--ignoreLines:start\nDROP TABLE users;\n--ignoreLines:end\n", false],
    ["--ignoreLines:1\n--changeset a:2 dbms:h2\nDROP TABLE users;\n", true],
  ])("%j", async (sql, isFound) => {
    const found = await rules({ "db/changelog/a.sql": `${head}--changeset a:1\n${sql}` });
    expect(found.includes("drop-table")).toBe(isFound);
  });
});

describe("changesets in XML", () => {
  const changelog = (content: string): Files => ({
    "db/changelog/master.xml": `<databaseChangeLog>${content}</databaseChangeLog>`,
    "db/changelog/a.sql": "SELECT 1;",
    "db/changelog/b.sql": "SELECT 2;",
  });
  const file = '<sqlFile path="a.sql" relativeToChangelogFile="true"/>';
  test.each([
    [`<changeSet id="1" author="a" dbms="h2">${file}</changeSet>`, false],
    [`<changeSet id="1" author="a" dbms = "h2">${file}</changeSet>`, false],
    [`<changeSet id="1" author="a>" dbms="&#104;2">${file}</changeSet>`, false],
    [`<changeSet id="1" author="a" xmlns:dbms="h2">${file}</changeSet>`, true],
    [`<changeSet id="1" author="a" dbms="all,!postgresql,postgresql">${file}</changeSet>`, true],
    ['<changeSet id="1" author="a" dbms="${db}">' + file + "</changeSet>", true],
    [`<changeSet id="1" author="a"><sqlFile path="b.sql" dbms="h2"/>${file}</changeSet>`, true],
    [`<changeSet id="1" author="a" dbms="postgresql"><sqlFile path="b.sql" dbms="h2"/></changeSet>`, false],
    [
      `<modifyChangeSets runWith="psql"><changeSet id="1" author="a">${file}</changeSet></modifyChangeSets>`,
      true,
    ],
  ])("%s", (content, isRun) => {
    const two =
      '<changeSet id="2" author="a"><sqlFile path="b.sql" relativeToChangelogFile="true"/></changeSet>';
    expect(ids(changelog(content + two))).toEqual(isRun ? ["1", "2"] : ["2"]);
  });
});

describe("what a changelog includes", () => {
  const sql = `${head}--changeset a:1\nSELECT 1;\n`;
  const root = (...includes: readonly string[]): Files => ({
    "res/db/master.xml": `<databaseChangeLog>${includes.join("")}</databaseChangeLog>`,
    "res/db/own.sql": `${head}--changeset a:own\nSELECT 1;\n`,
  });
  const own = '<include file="own.sql" relativeToChangelogFile="true"/>';

  test.each([
    ["in a folder that usually holds none", "db/tests/a.sql"],
    ["deep below", "db/a/b/c/d/e/a.sql"],
    ["elsewhere on the class path", "other/a.sql"],
  ])("%s is read", (_, path) => {
    const files = { ...root(own, `<include file="${path}"/>`), [`res/${path}`]: sql };
    expect(ids(files)).toEqual(["own", "1"]);
    expect(notRead(files)).toEqual([]);
  });

  test("above the folder is read", () => {
    const files = {
      ...root(own, '<include file="../up/a.sql" relativeToChangelogFile="true"/>'),
      "res/up/a.sql": sql,
    };
    expect(ids(files)).toEqual(["own", "1"]);
  });

  test("lies below the root before it lies beside the changelog", () => {
    const files = {
      "db/master.xml": `<databaseChangeLog><include file="db/sub/sub.xml"/></databaseChangeLog>`,
      "db/sub/sub.xml": '<databaseChangeLog><include file="db/a.sql"/></databaseChangeLog>',
      "db/a.sql": sql,
      "db/sub/db/a.sql": `${head}--changeset a:beside\nSELECT 1;\n`,
    };
    expect(ids(files)).toEqual(["1"]);
  });

  test.each([
    ['<include file="gone.xml"/>', "gone.xml"],
    ['<include file="${f}.sql"/>', "${f}.sql"],
    ['<include file="a&gone;.sql"/>', "a&gone;.sql"],
    ['<includeAll path="gone"/>', "gone"],
    ['<include file="a.sql" relativeToChangelogFile="true"/>', "a.sql"],
  ])("and isn't there is said: %s", (include, path) => {
    const files = { ...root(own, include), "res/db/sub/a.sql": sql };
    expect(notRead(files)).toEqual([
      `res/db/master.xml includes ${path}, which doesn't exist: it was not checked`,
    ]);
  });

  test("may stand behind an entity", () => {
    const files = root(own);
    const text = `<!DOCTYPE x [<!ENTITY e SYSTEM "e.xml">]>${files["res/db/master.xml"] ?? ""}`;
    expect(notRead({ ...files, "res/db/master.xml": text })).toEqual([
      "res/db/master.xml can't be read, and what it includes isn't known: 1:14: an entity may stand for anything",
    ]);
  });
});

describe("changelogs in YAML", () => {
  const yaml = (text: string): Files => ({
    "db/master.yaml": `databaseChangeLog:\n- include: {file: b.sql}\n${text}`,
    "db/a.sql": `${head}--changeset a:a\nSELECT 1;\n`,
    "db/b.sql": `${head}--changeset a:b\nSELECT 1;\n`,
  });
  test.each([
    "- include: {file: a.sql, relativeToChangelogFile: true}\n",
    "- {include: {file: a.sql}}\n",
    '- include: {"file": "a.sql"}\n',
    '- include:\n    file: "\\x61.sql"\n',
    '- "incl\\x75de":\n    file: a.sql\n',
    "- include :\n    file : 'a.sql'\n",
    "- property: |\n    x\n  include:\n    file: a.sql\n",
    "- include:\n    file: >-\n      a.sql\n",
    "- include: &a {file: a.sql}\n",
  ])("%j is read", (text) => {
    expect(ids(yaml(text))).toEqual(["b", "a"]);
    expect(notRead(yaml(text))).toEqual([]);
  });

  test.each([
    "- include:\n    file: |\n      a.sql\n",
    "- {include: {file: a.sql}\n",
    "- include: *a\n",
    '- include: {file: "\\q.sql"}\n',
    "- include:\n    file: a\n      .sql\n",
    "---\ndatabaseChangeLog:\n- include: {file: a.sql}\n",
  ])("%j is said to be unread", (text) => {
    expect(notRead(yaml(text))).toHaveLength(1);
  });
});
