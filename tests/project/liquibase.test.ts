import { describe, expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { readChangelogTree } from "../../src/project/changelog/tree.ts";
import { readXmlTree } from "../../src/project/changelog/xml.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { readYaml } from "../../src/project/layouts/yaml.ts";

const changes = (...ids: readonly string[]): string =>
  `--liquibase formatted sql\n${ids.map((id) => `--changeset a:${id}\nSELECT 1;\n`).join("")}`;
const two = { "db/changelog/a.sql": changes("a1", "a2"), "db/changelog/b.sql": changes("b1") };
const order = (files: Readonly<Record<string, string>>): readonly string[] =>
  discover(memoryFileSystem(files), []).flatMap(({ migrations }) => migrations.map((m) => m.description));
const evidence = (files: Readonly<Record<string, string>>): string =>
  discover(memoryFileSystem(files), [])
    .flatMap((history) => history.evidence)
    .join("; ");

describe("the order of the files", () => {
  const yaml = "databaseChangeLog:\n- include:\n    file: b.sql\n    relativeToChangelogFile: true\n";
  test.each([
    ["none stands alone", {}, ["a1", "a2", "b1"]],
    ["YAML", { "db/changelog/changelog.yaml": `${yaml}- include:\n    file: 'a.sql'\n` }, ["b1", "a1", "a2"]],
    [
      "YAML with a quoted text whose further lines stand as far left as its key, which SnakeYAML reads",
      {
        "db/changelog/changelog.yaml": `${yaml}- include:\n    file: a.sql\n- changeSet:\n    id: c1\n    author: "a\n    b"\n    changes:\n    - sql:\n        sql: "DELETE FROM t\n        WHERE a = 'x: y'"\n`,
      },
      ["b1", "a1", "a2", "c1"],
    ],
    [
      "YAML with braces that end as far left as their key, which SnakeYAML reads",
      {
        "db/changelog/changelog.yaml": `${yaml}- changeSet:\n    id: c1\n    author: a\n    changes:\n    - customChange: {\n      "class": "shop.Fill"\n    }\n- include:\n    file: a.sql\n`,
      },
      ["b1", "c1", "a1", "a2"],
    ],
    [
      "YAML with braces in braces, whose last one stands too far left, which SnakeYAML reads",
      {
        "db/changelog/changelog.yaml": `${yaml}- changeSet:\n    id: c1\n    author: a\n    changes:\n    - createTable:\n        tableName: t\n        columns:\n        - column: { name: u, type: INT,\n                    constraints: { references: "u(id)", nullable: false }\n        }\n        - column: { name: v, type: INT }\n- include:\n    file: a.sql\n`,
      },
      ["b1", "c1", "a1", "a2"],
    ],
    [
      "JSON",
      {
        "db/changelog/changelog.json":
          '{"databaseChangeLog": [{"include": {"file": "b.sql"}}, {"include": {"file": "db/changelog/a.sql"}}]}',
      },
      ["b1", "a1", "a2"],
    ],
    [
      "XML",
      {
        "db/changelog/root.xml":
          "<databaseChangeLog><include file='b.sql' relativeToChangelogFile='true'/><includeAll path='db/changelog'/></databaseChangeLog>",
      },
      ["b1", "a1", "a2"],
    ],
    [
      "changelogs that include each other",
      {
        "db/changelog/master.yml": "databaseChangeLog:\n  - include: {file: more.changelog.yml}\n",
        "db/changelog/more.changelog.yml": `${yaml}- include:\n    file: master.yml\n- include:\n    file: a.sql\n`,
      },
      [],
    ],
  ])("%s", (_name, files, wanted) => {
    const found = order({ ...two, ...files });
    if (wanted.length > 0) expect(found).toEqual(wanted);
    else expect(found).toHaveLength(3);
  });

  test.each([
    ["databaseChangeLog: *x\n", "changelog.yaml couldn't be read"],
    ["databaseChangeLog:\n- include:\n    file: gone.sql\n", "gone.sql couldn't be read"],
  ])("%j leaves that of the paths, and says so", (text, why) => {
    const files = { ...two, "db/changelog/changelog.yaml": text };
    expect(order(files)).toEqual(["a1", "a2", "b1"]);
    expect(evidence(files)).toContain(why);
  });
});

test("SQL that a changeset loads is opted out of its transaction by the changeset", () => {
  const load =
    '<changeSet id="1" author="a"><sqlFile path="one.sql" relativeToChangelogFile="true"/></changeSet>';
  const files = {
    "db/changelog/changelog.xml": `<databaseChangeLog>${load}<include file="two.sql" relativeToChangelogFile="true"/></databaseChangeLog>`,
    "db/changelog/one.sql": "SELECT 1;\n",
    "db/changelog/two.sql": changes("b1"),
  };
  const [history] = discover(memoryFileSystem(files), []);
  expect(history?.migrations.map(({ up }) => up.transaction.optOut)).toEqual([
    "runInTransaction set to false on the changeSet",
    "runInTransaction:false on the --changeset line",
  ]);
});

test.each([
  [
    "xml",
    '<databaseChangeLog><changeSet id="1" author="a"><sql>CREATE INDEX a ON t (a)</sql></changeSet></databaseChangeLog>',
    'runInTransaction="false" on the changeSet',
  ],
  [
    "yaml",
    "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    changes:\n    - sql: {sql: CREATE INDEX a ON t (a)}\n",
    "runInTransaction: false on the changeSet",
  ],
  [
    "json",
    '{"databaseChangeLog":[{"changeSet":{"id":"1","author":"a","changes":[{"sql":{"sql":"CREATE INDEX a ON t (a)"}}]}}]}',
    '"runInTransaction": false on the changeSet',
  ],
])("the opt-out is written as in %s", async (language, text, optOut) => {
  const fs = memoryFileSystem({ [`db/changelog/changelog.${language}`]: text });
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  expect(findings.map(({ instead }) => instead).join("\n")).toContain(`(${optOut})`);
});

test("a way back in comments is read where it stands, and isn't mended by edits", async () => {
  const text = [
    "--liquibase formatted sql",
    "--changeset a:1",
    "CREATE TABLE t (id bigint PRIMARY KEY);",
    "--rollback DROP TABLE t;",
    "--rollback DROP TABLE gone;",
    "",
  ].join("\n");
  const fs = memoryFileSystem({ "db/changelog/a.sql": text });
  const result = await lintProject({ fs, facts: {}, opinions: { presets: ["strict"] } });
  const found = result.findings.filter((finding) => finding.direction === "down");
  expect(found.map(({ ruleId, line }) => `${line} ${ruleId}`)).toContain("5 unknown-table");
  expect(found.flatMap(({ fix, suggestions }) => [fix, ...suggestions].filter(Boolean))).toEqual([]);
  expect(result.sources.get("db/changelog/a.sql")).toBe(text);
});

describe("YAML", () => {
  test.each([
    ["a: 1\nb:\n  - x\n  - 'y z'\n", { a: "1", b: ["x", "y z"] }],
    ["a:\n- b: 1\n  c: 2\n-\n  d: 3\n", { a: [{ b: "1", c: "2" }, { d: "3" }] }],
    ["a: {b: 1, c: x} # said\nd: [1, 2]\n", { a: { b: "1", c: "x" }, d: ["1", "2"] }],
    ["---\na: |\n  b: 1\n\n  c\nd: 'it # x'\n", { a: "b: 1\n\nc\n", d: "it # x" }],
    ["x: &x {c: d}\na: *x\nb: {<<: *x, e: f}\n", { x: { c: "d" }, a: { c: "d" }, b: { c: "d", e: "f" } }],
    ["a: 1\na: 2\n", undefined],
    ["__proto__: {b: c}\n", JSON.parse('{"__proto__": {"b": "c"}}') as unknown],
    ["- ".repeat(50_000), undefined],
    ["a: *b\n", undefined],
    ["a: 1\n   b: 2\n", undefined],
    ["just words\n", "just words"],
  ])("%j", (text, value) => {
    expect(readYaml(text)).toEqual(value);
  });
});

test.each(["<a><b></a>", "<a", "<a><!-- b</a>", "</a>", "<a>".repeat(100)])("%s is no XML", (text) => {
  expect(readXmlTree(text)).toBeUndefined();
});

test("hostile changelogs cost linear time", () => {
  const started = performance.now();
  const many = 50_000;
  for (const text of [
    "<!--".repeat(many),
    "<a ".repeat(many),
    `<a ${"b ".repeat(many)}>`,
    "<a b='".repeat(many),
  ])
    readChangelogTree("a.xml", text);
  for (const part of ["- ", "a: ", "- a:\n", "{"])
    for (const text of [part.repeat(many / 100), part.repeat(many * 20)]) readChangelogTree("a.yaml", text);
  order({
    "db/changelog/a.sql": `${changes("a")}${"--changeset ".repeat(many)}\n${"--rollback\n".repeat(many)}`,
  });
  expect(performance.now() - started).toBeLessThan(3000);
});

test("lines for Liquibase alone are sent to no database: on MySQL they would be a mistake", async () => {
  const text =
    "--liquibase formatted sql\n--changeset ann:1\n--comment: 'First tables'\n--preconditions onFail:MARK_RAN\nCREATE TABLE orders (id BIGINT PRIMARY KEY);\n";
  const { findings, coverage } = await lintProject({
    fs: memoryFileSystem({
      "db/changelog.sql": text,
      "liquibase.properties": "url=jdbc:mysql://localhost/shop\nchangeLogFile=db/changelog.sql\n",
    }),
  });
  expect(findings).toEqual([]);
  expect(coverage.statements).toMatchObject({ read: 1, notUnderstood: 0 });
});

test("files of a library that aren't here may make what the next ones use", async () => {
  const include = (file: string): string => `- include:\n    file: classpath:/db/changelog/${file}\n`;
  const files = (...includes: readonly string[]): Readonly<Record<string, string>> => ({
    "liquibase.properties": "url=jdbc:postgresql://localhost/shop\n",
    "src/main/resources/db/changelog/db.changelog-master.yaml": `databaseChangeLog:\n${includes.map(include).join("")}`,
    "src/main/resources/db/changelog/users.sql":
      "--liquibase formatted sql\n--changeset a:1\nCREATE TABLE users (id bigint PRIMARY KEY);\n--changeset a:2\nALTER TABLE users ADD COLUMN member_id bigint REFERENCES members;\n",
  });
  const rulesOf = async (...includes: readonly string[]): Promise<readonly string[]> =>
    (await lintProject({ fs: memoryFileSystem(files(...includes)) })).findings.map(({ ruleId }) => ruleId);
  expect(await rulesOf("users.sql")).toContain("unknown-table");
  expect(await rulesOf("members.sql", "users.sql")).not.toContain("unknown-table");
});
