/** Comments by which a changeset says that it can't be undone. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import type { Opinions } from "../../../src/lint/opinions.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const mark = "ddlint-irreversible: no old row is kept";

/** The lines that lack a rollback. */
async function lacking(path: string, text: string, more: Readonly<Record<string, string>> = {}) {
  const fs = memoryFileSystem({ [path]: text, ...more });
  const opinions: Opinions = {
    only: ["missing-rollback"],
    rules: { "missing-rollback": ["error", { always: true }] },
  };
  const { findings, errors } = await lintProject({ fs, facts: { dialect: "postgres" }, opinions });
  expect(errors).toEqual([]);
  return findings.map(({ line }) => line);
}

describe("in YAML", () => {
  /** Each line of two changesets, before which the comment stands as far right. */
  const lines = [
    "databaseChangeLog:",
    "  - changeSet:",
    "      id: 1",
    "      author: a",
    "      changes:",
    "        - sql: UPDATE a SET b = 1",
    "  - changeSet:",
    "      id: 2",
    "      author: a",
    "      changes:",
    "        - sql: UPDATE a SET b = 2",
  ];
  const before = (line: number, column = /^ */.exec(lines[line] ?? "")?.[0].length ?? 0) =>
    lines.toSpliced(line, 0, `${" ".repeat(column)}# ${mark}`).join("\n");
  const left = async (text: string) =>
    (await lacking("db.changelog-master.yaml", text)).map((line) => text.split("\n")[line - 1]?.at(-1));

  test("right above a changeset and anywhere inside", async () => {
    for (const line of [1, 2, 3, 4, 5]) expect(await left(before(line))).toEqual(["2"]);
    for (const line of [6, 7, 8, 9, 10]) expect(await left(before(line))).toEqual(["1"]);
    expect(await left(lines.join("\n").replace("b = 1", `b = 1 # ${mark}`))).toEqual(["2"]);
  });

  test("behind its last line, as far right as what is inside", async () => {
    expect(await left(before(6, 6))).toEqual(["2"]);
    expect(await left(before(6, 4))).toEqual(["2"]);
  });

  test("above the whole changelog, where it has one changeset", async () => {
    expect(await left(before(0))).toEqual(["1", "2"]);
    expect(await left([`# ${mark}`, ...lines.slice(0, 6)].join("\n"))).toEqual([]);
  });

  test("above something else, it says nothing of the changeset behind that", async () => {
    const text = [lines[0], `  # ${mark}`, "  - property: {name: x, value: y}", ...lines.slice(1)].join("\n");
    expect(await left(text)).toEqual(["1", "2"]);
  });

  test("inside of a changeset for other databases, too", async () => {
    const text = before(5).replace("author: a", "author: a\n      dbms: oracle");
    expect(await left(text)).toEqual(["2"]);
  });
});

test("in XML", async () => {
  const path = "db.changelog-master.xml";
  const set = (id: string, inside = "", above = "") =>
    `${above}\n<changeSet id="${id}" author="a">${inside}<sql>UPDATE a SET b = 1</sql></changeSet>`;
  const all = (...sets: readonly string[]) => `<databaseChangeLog>${sets.join("\n")}\n</databaseChangeLog>`;
  const comment = `<!-- ${mark} -->`;
  expect(await lacking(path, all(set("1"), set("2", comment), set("3", "", comment)))).toHaveLength(1);
  expect(await lacking(path, all(set("1")))).toHaveLength(1);
});

test("in JSON, which Liquibase reads as YAML", async () => {
  const path = "db.changelog-master.json";
  const text = (comment: string) =>
    `{"databaseChangeLog": [\n{"changeSet": {"id": "1", "author": "a",${comment}\n"changes": [{"sql": "UPDATE a SET b = 1"}]}}]}`;
  expect(await lacking(path, text(` # ${mark}`))).toEqual([]);
  expect(await lacking(path, text(""))).toHaveLength(1);
});

test("around a file of SQL that the changeset loads", async () => {
  const path = "db.changelog-master.xml";
  const text = (comment: string) =>
    `<databaseChangeLog>\n<changeSet id="1" author="a">${comment}<sqlFile path="a.sql"/></changeSet>\n</databaseChangeLog>`;
  const more = { "a.sql": "UPDATE a SET b = 1;" };
  expect(await lacking(path, text(""), more)).toHaveLength(1);
  expect(await lacking(path, text(`<!-- ${mark} -->`), more)).toEqual([]);
});

/** The advice for a rollback that may fail, written as a comment of the changelog. */
const advised = [
  {
    path: "db.changelog-master.xml",
    shown: "`<!-- ddlint-irreversible: reason -->`",
    text: (comment: string) =>
      `<databaseChangeLog>
<changeSet id="1" author="a"><sql>CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL)</sql><rollback>DROP TABLE a</rollback></changeSet>
<changeSet id="2" author="b">
${comment}
<sql>ALTER TABLE a ALTER b DROP NOT NULL</sql><rollback>ALTER TABLE a ALTER b SET NOT NULL</rollback>
</changeSet>
</databaseChangeLog>`,
  },
  {
    path: "db.changelog-master.yaml",
    shown: "`# ddlint-irreversible: reason`",
    text: (comment: string) =>
      `databaseChangeLog:
- changeSet: {id: 1, author: a, changes: [{sql: "CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL)"}], rollback: DROP TABLE a}
- changeSet:
    id: 2
    author: b
    changes:
    - sql: ALTER TABLE a ALTER b DROP NOT NULL
    rollback:
    ${comment}
    - sql: ALTER TABLE a ALTER b SET NOT NULL
`,
  },
  {
    path: "db.changelog-master.json",
    shown: "`# ddlint-irreversible: reason`",
    text: (comment: string) =>
      `{"databaseChangeLog": [
{"changeSet": {"id": "1", "author": "a", "changes": [{"sql": "CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL)"}], "rollback": "DROP TABLE a"}},
{"changeSet": {"id": "2", "author": "b",
${comment}
"changes": [{"sql": "ALTER TABLE a ALTER b DROP NOT NULL"}], "rollback": "ALTER TABLE a ALTER b SET NOT NULL"}}
]}`,
  },
];

test.each(advised)("as advice writes it in $path", async ({ path, shown, text }) => {
  const found = async (comment: string) => {
    const opinions: Opinions = { only: ["rollback-fails-on-rows"] };
    const fs = memoryFileSystem({ [path]: text(comment) });
    return (await lintProject({ fs, facts: { dialect: "postgres" }, opinions })).findings;
  };
  const [one] = await found("");
  expect(one?.instead).toContain(shown);
  expect(await found(shown.replaceAll("`", ""))).toEqual([]);
});
