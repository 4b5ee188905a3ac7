/** Changelogs beside a root changelog that doesn't include them: nothing runs them, and that is said. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const one = (table: string): string =>
  `<databaseChangeLog><changeSet id="1" author="a"><createTable tableName="${table}"><column name="id" type="bigint"/></createTable></changeSet></databaseChangeLog>`;
const empty = "<databaseChangeLog>\n<!-- <include file='a.xml'/> -->\n</databaseChangeLog>";
const including =
  '<databaseChangeLog><include file="a.xml" relativeToChangelogFile="true"/></databaseChangeLog>';
const main = "src/main/resources";

const found = (files: Files) =>
  discover(memoryFileSystem(files), []).map(({ root, migrations, notRead = [] }) => ({
    root,
    migrations: migrations.map(({ up }) => up.path),
    notRead,
  }));

test("a stated root changelog that is empty runs nothing", () => {
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:mysql://db/x\nspring.liquibase.change-log=classpath:db/changelog-master.xml\n",
    [`${main}/db/changelog-master.xml`]: empty,
    [`${main}/db/changelogs/a.xml`]: one("t"),
    [`${main}/db/changelogs/b.xml`]: one("t"),
  };
  expect(found(files)).toEqual([
    {
      root: `${main}/db`,
      migrations: [],
      notRead: [
        `${main}/db/changelog-master.xml includes nothing`,
        `no changelog includes ${main}/db/changelogs/a.xml (1 changeset): it was not checked`,
        `no changelog includes ${main}/db/changelogs/b.xml (1 changeset): it was not checked`,
      ],
    },
  ]);
});

test("an empty main changelog runs nothing that lies beside it, whatever settings call the file that a tool writes", () => {
  const files = {
    "liquibase.properties":
      "url: jdbc:postgresql://db/x\noutputChangeLogFile=db/changelog/liquibase-output.xml\n",
    "db/changelog/db.changelog-master.xml": empty,
    "db/changelog/liquibase-output.xml": one("t"),
  };
  expect(found(files)).toEqual([
    {
      root: "db/changelog",
      migrations: [],
      notRead: [
        "db/changelog/db.changelog-master.xml includes nothing",
        "no changelog includes db/changelog/liquibase-output.xml (1 changeset): it was not checked",
      ],
    },
  ]);
});

test("settings may write the folder's name in other letters", () => {
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:/db/changelog/start.xml\n",
    [`${main}/db/changeLog/start.xml`]: one("t"),
    [`${main}/db/changeLog/changelog.xml`]: one("u"),
  };
  expect(found(files).map(({ migrations }) => migrations)).toEqual([[`${main}/db/changeLog/start.xml`]]);
});

test("a main changelog that is empty says nothing of folders in which settings name another one", () => {
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/changelog/start.xml\n",
    [`${main}/db/changelog.xml`]: empty,
    [`${main}/db/changelog/start.xml`]: one("t"),
  };
  expect(found(files).map(({ migrations }) => migrations)).toEqual([[`${main}/db/changelog/start.xml`]]);
});

test("what a main changelog leaves out beside what it includes is named", () => {
  const files = {
    "db/changelog/db.changelog-master.xml": including,
    "db/changelog/a.xml": one("t"),
    "db/changelog/later/b.xml": one("u"),
    "db/changelog/test/c.xml": one("v"),
    "db/changelog/later/note.xml": "<note/>",
  };
  expect(found(files)).toEqual([
    {
      root: "db/changelog",
      migrations: ["db/changelog/a.xml"],
      notRead: ["no changelog includes db/changelog/later/b.xml (1 changeset): it was not checked"],
    },
  ]);
});

test("formatted SQL that code may run is named, and the run isn't complete", async () => {
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/changelog/master.sql\n",
    [`${main}/db/changelog/master.sql`]: "CREATE TABLE t (id bigint PRIMARY KEY);\n",
    [`${main}/db/changelog/schema_template.sql`]:
      "--liquibase formatted sql\n--changeset a:1\nCREATE TABLE u (id bigint PRIMARY KEY);\n--changeset a:2\nDROP TABLE u;\n",
  };
  const { coverage, findings } = await lintProject({ fs: memoryFileSystem(files) });
  expect(findings).toEqual([]);
  expect(coverage.complete).toBe(false);
  expect(coverage.named).toEqual([
    `no changelog includes ${main}/db/changelog/schema_template.sql (2 changesets): it was not checked`,
  ]);
  expect(coverage.histories.notRead).toEqual([]);
});

test("formatted SQL that no changelog includes has no order among its files, but for its numbers", async () => {
  const sql = (name: string, ...lines: readonly string[]): Files => ({
    [`${main}/sql/${name}.sql`]: `--liquibase formatted sql\n${lines.map((line, at) => `--changeset a:${name}-${at}\n${line};\n`).join("")}`,
  });
  const linted = async (lines: string, orders: string) => {
    const files = {
      ...sql(lines, "CREATE TABLE lines (order_id bigint NOT NULL REFERENCES orders)"),
      ...sql(orders, "CREATE TABLE orders (id bigint PRIMARY KEY)", "ALTER TABLE orders ADD id int"),
    };
    const fs = memoryFileSystem(files);
    const { findings, coverage, histories } = await lintProject({ fs, facts: { dialect: "postgres" } });
    expect(coverage.complete).toBe(true);
    const sure = findings.filter(({ category }) => category === "correctness");
    const loose = histories.flatMap((history) => history.loose ?? []);
    return [
      sure.map(({ ruleId, file, line }) => `${ruleId} ${file.slice(file.lastIndexOf("/") + 1)}:${line}`),
      loose,
    ];
  };
  const own = "duplicate-object orders.sql:5";
  expect(await linted("lines", "orders")).toEqual([
    [own],
    [`no changelog includes the 2 files of ${main}/sql: it isn't known in which order they run`],
  ]);
  const [found, loose] = await linted("001_lines", "002_orders");
  expect(loose).toEqual([]);
  expect(found).toEqual(["unknown-table 002_orders.sql:3", own.replace("orders", "002_orders")]);
});

test("formatted SQL that only another root changelog includes isn't skipped", async () => {
  const sql = (table: string): string =>
    `--liquibase formatted sql\n--changeset a:${table}\nCREATE TABLE ${table} (id bigint PRIMARY KEY);\n`;
  const including = (...tables: readonly string[]): string =>
    `<databaseChangeLog>${tables.map((table) => `<include file="db/sets/${table}.sql"/>`).join("\n")}</databaseChangeLog>`;
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/changelog.xml\n",
    [`${main}/db/changelog.xml`]: including("t", "u"),
    [`${main}/db/production-changelog.xml`]: including("t", "v"),
    [`${main}/db/sets/t.sql`]: sql("t"),
    [`${main}/db/sets/u.sql`]: sql("u"),
    [`${main}/db/sets/v.sql`]: sql("v"),
    [`${main}/db/sets/w.sql`]: sql("w"),
  };
  const { coverage, findings } = await lintProject({ fs: memoryFileSystem(files) });
  expect(findings.map(({ ruleId, file }) => [ruleId, file])).toEqual([
    ["bad-file-name", `${main}/db/sets/w.sql`],
  ]);
  expect(coverage.named).toEqual([
    `${main}/db/production-changelog.xml is another root changelog: it was not checked`,
  ]);
});

test("formatted SQL that a changeset of any root loads isn't skipped", async () => {
  const sql = (id: string): string =>
    `--liquibase formatted sql\n--changeset a:${id}\nINSERT INTO t VALUES (1);\n`;
  const table =
    '<changeSet id="t" author="a"><createTable tableName="t"><column name="id" type="bigint"><constraints primaryKey="true"/></column></createTable></changeSet>';
  const files = {
    [`${main}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/changelog.xml\n",
    [`${main}/db/changelog.xml`]: `<databaseChangeLog>
${table}
<changeSet id="2" author="a"><preConditions><tableIsEmpty tableName="t"/></preConditions><sqlFile path="sets/rows.sql" relativeToChangelogFile="true"/><rollback><sqlFile path="db/sets/no-rows.sql"/></rollback></changeSet>
<changeSet id="3" author="a"><sqlFile path="\${folder}/more.sql"/><rollback/></changeSet>
</databaseChangeLog>`,
    [`${main}/db/h2-changelog.yaml`]: `databaseChangeLog:
  - changeSet:
      id: 1
      author: a
      changes:
        - sqlFile: { path: sets/h2-rows.sql, relativeToChangelogFile: true, dbms: h2 }
`,
    [`${main}/db/sets/rows.sql`]: sql("2"),
    [`${main}/db/sets/no-rows.sql`]: sql("3"),
    [`${main}/db/sets/more.sql`]: sql("4"),
    [`${main}/db/sets/h2-rows.sql`]: sql("5"),
    [`${main}/db/sets/left.sql`]: sql("6"),
  };
  const { coverage, findings } = await lintProject({ fs: memoryFileSystem(files) });
  expect(findings.filter(({ ruleId }) => ruleId === "bad-file-name")).toEqual([
    expect.objectContaining({ file: `${main}/db/sets/left.sql` }),
  ]);
  expect(coverage.named?.filter((one) => one.startsWith("no changelog"))).toEqual([]);
});

test("formatted SQL of one module that the main changelog of another leaves out isn't checked", () => {
  const sql = "--liquibase formatted sql\n--changeset a:1\nCREATE TABLE u (id bigint PRIMARY KEY);\n";
  const master = (inside: string): Files => ({
    [`api/${main}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/changelog/master.xml\n",
    [`api/${main}/db/changelog/master.xml`]: `<databaseChangeLog><include file="db/changelog/a.xml"/>${inside}</databaseChangeLog>`,
    [`api/${main}/db/changelog/a.xml`]: one("t"),
    [`store/${main}/db/changelog/V2_1__u.sql`]: sql,
    [`store/${main}/db/changelog/V2_2__v.sql`]: sql.replace("TABLE u", "TABLE v"),
  });
  const store = (inside: string) => found(master(inside)).filter(({ root }) => root.startsWith("store/"));
  expect(store("")).toEqual([
    {
      root: `store/${main}/db/changelog`,
      migrations: [],
      notRead: ["V2_1__u", "V2_2__v"].map(
        (name) =>
          `no changelog includes store/${main}/db/changelog/${name}.sql (1 changeset): it was not checked`,
      ),
    },
  ]);
  // A folder may be that of each module.
  const read = (inside: string) => store(inside).flatMap(({ migrations }) => migrations);
  expect(read('<includeAll path="db/changelog/more"/>')).toHaveLength(2);
  expect(read('<include file="db/changelog/V2_1__u.sql"/>')).toHaveLength(2);
});

const settings = {
  [`${main}/application.properties`]:
    "spring.datasource.url=jdbc:mysql://db/x\nspring.liquibase.change-log=classpath:db/master.xml\n",
};
const includingFiles = (...files: readonly string[]): string =>
  `<databaseChangeLog>${files.map((file) => `<include file="${file}"/>`).join("\n")}</databaseChangeLog>`;

test.each([
  [
    "a file in another letter case is read, and said to be one",
    { "db/master.xml": includingFiles("db/Orders.xml"), "db/orders.xml": one("t") },
    [`${main}/db/orders.xml`],
    [
      `${main}/db/master.xml includes db/Orders.xml, which exists only as ${main}/db/orders.xml: liquibase fails where letter case counts`,
    ],
  ],
  [
    "a root whose only file doesn't exist is a root",
    { "db/master.xml": includingFiles("db/gone.xml") },
    [],
    [`${main}/db/master.xml includes db/gone.xml, which doesn't exist: it was not checked`],
  ],
  [
    "a root that isn't well-formed is one that can't be read",
    { "db/master.xml": "<databaseChangeLog><include file='db/orders.xml'></databaseChangeLog>" },
    [],
    [`${main}/db/master.xml can't be read, and what it includes isn't known: 1:50: expected </include>`],
  ],
  [
    "each of several files that can't be read is named, with the place",
    {
      "db/master.xml": '<databaseChangeLog><includeAll path="db/changes"/></databaseChangeLog>',
      "db/changes/1.yaml": "databaseChangeLog:\n- changeSet:\n    id: [1\n",
      "db/changes/2.json": '{"databaseChangeLog": [{"changeSet": {"id": "1" "author": "a"}}]}',
      "db/changes/3.xml": "<databaseChangeLog>",
      "db/changes/4.json": "[]",
      "db/changes/5.yaml": "databaseChangeLog:\n  -include:\n    file: a.sql\n",
    },
    [],
    [
      ["1.yaml", "4:1: Flow sequence in block collection must be sufficiently indented and end with a ]"],
      ["2.json", "1:49: Unexpected double-quoted-scalar token"],
      ["3.xml", "1:1: expected </databaseChangeLog> behind it"],
      ["4.json", "1:1: expected databaseChangeLog"],
      ["5.yaml", '2:3: expected a list of entries, each behind "- "'],
    ].map(
      ([file, why]) => `${main}/db/changes/${file} can't be read, and what it includes isn't known: ${why}`,
    ),
  ],
  [
    "includeAll of a folder beside the changelogs, from a root of the class path",
    {
      "db/changelog/db.changelog-master.yaml":
        "databaseChangeLog:\n  - includeAll:\n      path: db/migration/\n",
      "db/migration/V1__a.sql": "CREATE TABLE a (id bigint PRIMARY KEY);\n",
      "db/migration/V2__b.sql": "CREATE TABLE b (id bigint PRIMARY KEY);\n",
    },
    [`${main}/db/migration/V1__a.sql`, `${main}/db/migration/V2__b.sql`],
    [],
  ],
  [
    "a changelog in JSON is read as YAML is: Liquibase has one parser for both",
    {
      "db/master.json": '{"databaseChangeLog": [{"include": {"file": "db/orders.xml"}},]}',
      "db/orders.xml": one("orders"),
    },
    [`${main}/db/orders.xml`],
    [],
  ],
  [
    "so is one that lies elsewhere than the settings say",
    { "changes/changelog-master.xml": "<databaseChangeLog><changeSet></databaseChangeLog>" },
    [],
    [
      `${main}/changes/changelog-master.xml can't be read, and what it includes isn't known: 1:31: expected </changeSet>`,
    ],
  ],
  [
    "a changelog that includes itself, or the one that includes it",
    {
      "db/master.xml": includingFiles("db/a.xml", "db/b.xml"),
      "db/a.xml": includingFiles("db/a.xml", "db/master.xml"),
    },
    [],
    [
      `${main}/db/a.xml includes db/a.xml, which it is itself: liquibase fails`,
      `${main}/db/a.xml includes db/master.xml, which includes it: liquibase fails`,
      `${main}/db/master.xml includes db/b.xml, which doesn't exist: it was not checked`,
    ],
  ],
  [
    "a pattern of Spring's means the folder",
    {
      "db/master.xml": '<databaseChangeLog><includeAll path="db/sets/**"/></databaseChangeLog>',
      "db/sets/a.xml": one("t"),
    },
    [`${main}/db/sets/a.xml`],
    [],
  ],
])("%s", (_, files, migrations, notRead) => {
  const all = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${main}/${path}`, text]));
  const histories = found({ ...settings, ...all });
  expect(histories.map(({ migrations: own, notRead: says }) => [own, says])).toEqual([[migrations, notRead]]);
});

const poms = (settings: string) => ({
  "pom.xml": "<project><artifactId>liquibase-core</artifactId><artifactId>postgresql</artifactId></project>",
  [`${main}/liquibase.properties`]: `url=jdbc:postgresql://db/x\n${settings}\n`,
});

test("a changelog that settings name as output is left out, alone or beside one that runs", () => {
  const files = {
    ...poms(
      `outputChangeLogFile=${main}/db/liquibase-output.xml\ndiffChangeLogFile=\${project.basedir}/${main}/diffs/changelog-diff.xml`,
    ),
    [`${main}/db/changelog.xml`]: one("t"),
    [`${main}/db/liquibase-output.xml`]: one("t"),
    [`${main}/diffs/changelog-diff.xml`]: one("t"),
  };
  const histories = discover(memoryFileSystem(files), []);
  expect(histories.map(({ root, idle, migrations }) => [root, migrations.length, idle])).toEqual([
    [`${main}/db`, 1, undefined],
    [`${main}/diffs`, 1, "the settings of Liquibase name changelog-diff.xml as a file that it writes"],
  ]);
  expect(histories[0]?.migrations[0]?.up.path).toBe(`${main}/db/changelog.xml`);
  expect(histories[0]?.notRead).toEqual([
    `no changelog includes ${main}/db/liquibase-output.xml (1 changeset): it was not checked`,
  ]);
});

test("what settings name as output runs where they also name it as the changelog, or another changelog includes it", () => {
  const idle = (files: Files) =>
    discover(memoryFileSystem(files), []).map(({ idle: because, migrations }) => [
      migrations.map(({ up }) => up.path),
      because,
    ]);
  const path = `${main}/db/a.xml`;
  expect(idle({ ...poms(`outputChangeLogFile=${path}\nchangeLogFile=${path}`), [path]: one("t") })).toEqual([
    [[path], undefined],
  ]);
  const included = {
    ...poms(`outputChangeLogFile=${path}`),
    [`${main}/db/master.xml`]: including,
    [path]: one("t"),
  };
  expect(idle(included)).toEqual([[[path], undefined]]);
});
