/** Projects with changelogs, from their files to what runs and what is found. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { loadCodeReader } from "../../../src/engine/code-migrations.ts";
import type { DialectName } from "../../../src/model/dialect.ts";
import { discover } from "../../../src/project/discover.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";
import type { History } from "../../../src/project/migration.ts";
import { openReplays } from "../../../tools/truth/histories.ts";

type Files = Readonly<Record<string, string>>;

async function sent(files: Files, dialect: DialectName = "postgres"): Promise<readonly string[]> {
  const fs = memoryFileSystem(files);
  const found = discover(fs, [], { dialect }) as readonly History[];
  return (await loadCodeReader())
    .histories(fs, found)
    .flatMap(({ migrations }) => migrations)
    .flatMap(({ name, up: { text, part, code } }) =>
      code === undefined
        ? [`${name}: ${text.slice(part.start, part.end).trim()}`]
        : code.pieces
            .filter((piece) => part.start <= piece.part.start && piece.part.end <= part.end)
            .map(
              ({ part: own, conditional, guard }) =>
                `${name}: ${text.slice(own.start, own.end)}${conditional ? " ?" : ""}${guard === undefined ? "" : ` ${guard}`}`,
            ),
    );
}

async function findings(files: Files, dialect: DialectName = "postgres"): Promise<readonly string[]> {
  const fs = memoryFileSystem(files);
  const result = await lintProject({ fs, facts: { dialect }, opinions: { presets: ["strict"] } });
  expect(result.errors).toEqual([]);
  return result.findings.map(({ ruleId, file, line }) => `${file}:${line} ${ruleId}`);
}

const xml = (inside: string): string => `<databaseChangeLog>\n${inside}\n</databaseChangeLog>\n`;
const set = (id: string, inside: string, more = ""): string =>
  `<changeSet id="${id}" author="a"${more}>${inside}</changeSet>`;
const select = (value: string): string => `<sql>SELECT '${value}'</sql>`;

describe("what runs, and in which order", () => {
  test("includes of all languages, in place", async () => {
    const files = {
      "db/changelog/db.changelog-master.xml": xml(
        [
          set("1", select("one")),
          '<include file="b.yaml" relativeToChangelogFile="true"/>',
          '<include file="db/changelog/c.json"/>',
          '<include file="d.sql" relativeToChangelogFile="true"/>',
          set("9", select("nine")),
        ].join("\n"),
      ),
      "db/changelog/b.yaml":
        "databaseChangeLog:\n- changeSet:\n    id: 2\n    author: a\n    changes:\n    - sql: SELECT 'two'\n",
      "db/changelog/c.json":
        '{"databaseChangeLog": [{"changeSet": {"id": "3", "author": "a", "changes": [{"sql": {"sql": "SELECT \'three\'"}}]}}]}',
      "db/changelog/d.sql": "--liquibase formatted sql\n--changeset a:4\nSELECT 'four';\n",
    };
    expect(await sent(files)).toEqual([
      "a:1: SELECT 'one'",
      "a:2: SELECT 'two'",
      "a:3: SELECT 'three'",
      "a:4: SELECT 'four';",
      "a:9: SELECT 'nine'",
    ]);
  });

  test("includeAll by path, runOrder, and what is to be ignored", async () => {
    const files = {
      "changelog.xml": xml(
        [
          '<includeAll path="parts" relativeToChangelogFile="true" endsWithFilter=".xml"/>',
          set("last", select("last"), ' runOrder="last"'),
          set("own", select("own")),
          set("first", select("first"), ' runOrder="first"'),
          set("ignored", select("ignored"), ' ignore="true"'),
        ].join("\n"),
      ),
      "parts/b.xml": xml(set("b", select("b"))),
      "parts/a.xml": xml(set("a", select("a"))),
      "parts/deep/a.xml": xml(set("deep", select("deep"))),
      "parts/note.yaml": "databaseChangeLog: []\n",
    };
    expect((await sent(files)).map((one) => one.split(":")[1])).toEqual([
      "first",
      "a",
      "b",
      "deep",
      "own",
      "last",
    ]);
  });

  test("of several changelogs that include others, the main one", async () => {
    const files = {
      "liquibase-from-old.xml": xml('<include file="old.xml"/><include file="new.xml"/>'),
      "liquibase.xml": xml('<include file="new.xml"/>'),
      "old.xml": xml(set("old", select("old"))),
      "new.xml": xml(set("new", select("new"))),
    };
    expect(await sent(files)).toEqual(["a:old: SELECT 'old'", "a:new: SELECT 'new'"]);
    const [history] = discover(memoryFileSystem(files), [], {});
    expect(history?.notRead).toEqual(["liquibase.xml is another root changelog: it was not checked"]);
  });

  test("begins with what includes others, whatever its name, and nothing includes", async () => {
    const files = {
      "db/shop.yml":
        "databaseChangeLog:\n  - include:\n      - file: db/changes/b.yml\n  - include:\n      - file: db/changes/a.yml\n",
      "db/changes/a.yml":
        "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    changes:\n    - sql: SELECT 1\n",
      "db/changes/b.yml":
        "databaseChangeLog:\n- changeSet:\n    id: 2\n    author: a\n    changes:\n    - sql: SELECT 2\n",
    };
    expect(await sent(files)).toEqual(["a:2: SELECT 2", "a:1: SELECT 1"]);
  });

  test("properties: the first definition, by database, and only from there on", async () => {
    const files = {
      "changelog.xml": xml(
        [
          set("1", "<sql>SELECT '${a}'</sql>"),
          '<property name="a" value="my" dbms="mysql"/>',
          '<property name="a" value="pg" dbms="postgresql"/>',
          '<property name="a" value="late"/>',
          set("2", "<sql>SELECT '${a}', '${unknown}'</sql>"),
        ].join("\n"),
      ),
    };
    expect(await sent(files)).toEqual(["a:1: SELECT '${a}'", "a:2: SELECT 'pg', '${unknown}'"]);
    expect((await sent(files, "mysql"))[1]).toBe("a:2: SELECT 'my', '${unknown}'");
  });

  test("a property that isn't known stands for a part of a name", async () => {
    const table = (prefix: string): string =>
      `${prefix}customer_addresses_by_country_and_region_with_history`;
    const files = {
      "changelog.xml": xml(
        [
          set(
            "1",
            `<createTable tableName="${table("${prefix}")}"><column name="id" type="bigint"/><column name="c" type="int"/></createTable>`,
          ),
          set(
            "9",
            `<createIndex tableName="${table("${prefix}")}" indexName="by_c"><column name="c"/></createIndex>`,
          ),
          set("3", "<sql>UPDATE ${prefix}orders SET ${column} = 1</sql>"),
        ].join("\n"),
      ),
    };
    const result = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "postgres" } });
    expect(result.coverage.statements).toMatchObject({ read: 3, notUnderstood: 0 });
    expect(result.findings.map(({ ruleId }) => ruleId)).not.toContain("identifier-too-long");
    expect(result.findings.map(({ ruleId }) => ruleId)).toContain("index-without-concurrently");
  });

  test("what a change says of databases", async () => {
    const change = (dbms: string): string =>
      set(dbms, `<createProcedure dbms="${dbms}">CREATE TRIGGER ${dbms}</createProcedure>`);
    const files = { "changelog.xml": xml(change("mysql") + change("postgresql")) };
    expect(await sent(files)).toEqual(["a:postgresql: CREATE TRIGGER postgresql"]);
  });

  test.each([
    ['dbms="mysql"', "", []],
    ['dbms="!mysql"', "", ["a:1: SELECT 'x'"]],
    ['context="mysql"', "", []],
    ['context="postgresql and !faker"', "", ["a:1: SELECT 'x'"]],
    ['context="test"', "", ["a:1: SELECT 'x' ?"]],
    ['context="!test"', "", ["a:1: SELECT 'x'"]],
    ['contextFilter="mysql or tenant"', "", ["a:1: SELECT 'x'"]],
    ['labels="v1"', "", ["a:1: SELECT 'x'"]],
    ["", '<preConditions onFail="MARK_RAN"><dbms type="mysql"/></preConditions>', []],
    [
      "",
      '<preConditions onFail="MARK_RAN"><not><dbms type="mysql"/></not></preConditions>',
      ["a:1: SELECT 'x'"],
    ],
    [
      "",
      '<preConditions onFail="MARK_RAN"><not><tableExists tableName="t"/></not></preConditions>',
      ["a:1: SELECT 'x' ifMissing"],
    ],
    [
      "",
      '<preConditions onFail="MARK_RAN"><columnExists tableName="t" columnName="c"/></preConditions>',
      ["a:1: SELECT 'x' ifPresent"],
    ],
    ["", '<preConditions><tableExists tableName="t"/></preConditions>', ["a:1: SELECT 'x'"]],
    [
      "",
      '<preConditions onFail="MARK_RAN"><sqlCheck expectedResult="0">SELECT 1</sqlCheck></preConditions>',
      ["a:1: SELECT 'x'"],
    ],
    [
      "",
      '<preConditions onFail="MARK_RAN"><or><tableExists tableName="t"/><tableExists tableName="u"/></or></preConditions>',
      ["a:1: SELECT 'x'"],
    ],
    [
      "",
      '<preConditions onFail="WARN"><sqlCheck expectedResult="0">SELECT 1</sqlCheck></preConditions>',
      ["a:1: SELECT 'x'"],
    ],
  ])("a changeset with %s %s", async (attributes, conditions, wanted) => {
    const own = set("1", conditions + select("x"), ` ${attributes}`);
    expect(await sent({ "changelog.xml": xml(own) })).toEqual(wanted);
  });
});

const table =
  '<createTable tableName="t"><column name="id" type="bigint"><constraints primaryKey="true"/></column></createTable>';

describe("what is found", () => {
  test("in XML, at the change", async () => {
    const index = '\n<createIndex tableName="t" indexName="i"><column name="id"/></createIndex>';
    const found = await findings({ "changelog.xml": xml(`${set("1", table)}\n${set("9", index)}`) });
    expect(found).toContain("changelog.xml:4 index-without-concurrently");
  });

  test.each([
    ["<!-- ddlint-disable-next-line index-without-concurrently -->", false],
    ["<!-- ddlint-disable-next-line index-without-concurrently - a small table -->", false],
    ["<!-- ddlint-disable-next-line drop-table -->", true],
  ])("%s", async (comment, isFound) => {
    const index = `\n${comment}\n<createIndex tableName="t" indexName="i"><column name="id"/></createIndex>`;
    const found = await findings({ "changelog.xml": xml(`${set("1", table)}\n${set("9", index)}`) });
    expect(found.some((one) => one.endsWith("index-without-concurrently"))).toBe(isFound);
    expect(found.some((one) => one.endsWith("unused-suppression"))).toBe(isFound);
  });

  test("a column of a type that MySQL's MODIFY makes nullable", async () => {
    const files = {
      "changelog.xml": xml(
        [
          set(
            "1",
            '<createTable tableName="t"><column name="c" type="int"><constraints nullable="false"/></column></createTable>',
          ),
          set("2", '<modifyDataType tableName="t" columnName="c" newDataType="bigint"/>'),
        ].join("\n"),
      ),
    };
    expect(await findings(files, "mysql")).toContain("changelog.xml:3 modify-drops-attributes");
    expect((await findings(files)).some((one) => one.endsWith("modify-drops-attributes"))).toBe(false);
  });

  test("paths with backslashes, a type with empty parentheses, and rows that Liquibase deletes again", async () => {
    const files = {
      "db/changelog/db.changelog-master.yaml":
        "databaseChangeLog:\n  - includeAll:\n      path: db\\changelog\\v1\n  - include:\n      file: db\\changelog\\v2\\b.xml\n",
      "db/changelog/v1/a.xml": xml(
        set("1", '<createTable tableName="t"><column name="code" type="VARCHAR()"/></createTable>'),
      ),
      "db/changelog/v2/b.xml": xml(
        [
          set("2", '<loadUpdateData tableName="t" file="rows.csv" primaryKey="code"/>'),
          set("3", '<loadData tableName="t" file="rows.csv"/>'),
        ].join("\n"),
      ),
      "db/changelog/v2/rows.csv": "code\na\n",
    };
    expect((await sent(files))[0]).toContain("code VARCHAR)");
    const { replays } = await openReplays({ fs: memoryFileSystem(files) }, "postgres", "17");
    const ways = replays[0]?.history.migrations.map(({ down }) => down !== undefined);
    expect(ways).toEqual([true, true, false]);
  });

  test("a sequence that exists is created once more, which Liquibase before 3.8 doesn't ask", async () => {
    const twice = ["1", "2"].map((id) => set(id, '<createSequence sequenceName="s"/>')).join("\n");
    const pom = (release: string): Files => ({
      "changelog.xml": xml(twice),
      "pom.xml": `<project><dependencies><dependency><groupId>org.liquibase</groupId><artifactId>liquibase-core</artifactId><version>${release}</version></dependency></dependencies></project>`,
    });
    expect((await sent(pom("3.5.3")))[1]).toContain("CREATE SEQUENCE s");
    expect((await findings(pom("3.5.3"))).some((one) => one.endsWith("duplicate-object"))).toBe(true);
    expect((await sent(pom("3.8.1")))[1]).toContain("CREATE SEQUENCE IF NOT EXISTS s");
  });

  test("a type with one parenthesis too many, as Liquibase reads it", async () => {
    const types = ["varchar(50))", "numeric(10,2))", "foo(1)) x", "varchar(9) CHECK (b > 1) x"];
    const columns = types.map((type, at) => `<column name="c${at}" type="${type}"/>`).join("");
    const files = { "changelog.xml": xml(set("1", `<createTable tableName="t">${columns}</createTable>`)) };
    const text = "c0 VARCHAR(50), c1 numeric(10, 2), c2 FOO(1) x, c3 VARCHAR(9) x)";
    expect((await sent(files))[0]).toContain(text);
    expect((await sent(files, "mysql"))[0]?.replaceAll(" NULL", "")).toContain(text);
  });

  test("in YAML, one column that is written without its list", async () => {
    const yaml = `databaseChangeLog:
  - changeSet:
      id: 1
      author: a
      changes:
        - addColumn:
            tableName: t
            columns:
              name: code
              type: varchar(64)
              constraints:
                nullable: true
`;
    const files = { "db/changelog/db.changelog-master.yaml": yaml };
    expect(await sent(files)).toEqual(["a:1: ALTER TABLE t ADD code VARCHAR(64)"]);
    expect(await findings(files)).not.toContain("db/changelog/db.changelog-master.yaml:6 duplicate-object");
  });

  test.each([
    [
      "YAML",
      "changelog.yaml",
      `shared: &shared
  tableName: a
databaseChangeLog:
  - changeSet:
      id: 1
      author: a
      changes:
        - sql:
          sql: SELECT 1
        - dropTable: { tableName: t, tableName: u }
        - dropTable: { tableName: own, <<: *shared }
`,
      ["a:1: SELECT 1", "a:1: DROP TABLE u", "a:1: DROP TABLE own"],
    ],
    [
      "JSON",
      "changelog.json",
      '{"databaseChangeLog":[{"changeSet":{"id":"1","author":"b","author":"a","changes":[{"dropTable":{"tableName":"t","tableName":"u"}}]}}]}',
      ["a:1: DROP TABLE u"],
    ],
  ])("in %s, the last one of a key that is written twice", async (_, file, text, statements) => {
    expect(await sent({ [file]: text })).toEqual(statements);
  });

  test("what Liquibase refuses on a database", async () => {
    const refused = "changelog.xml:2 refused-statement";
    const renamed = '<renameSequence oldSequenceName="s" newSequenceName="t"/>';
    const files = { "changelog.xml": xml(set("1", renamed)) };
    expect(await findings(files, "mysql")).toContain(refused);
    expect(await findings(files)).not.toContain(refused);
    // Nothing is sent, and the changeset is recorded as run.
    const made = { "changelog.xml": xml(set("1", '<createSequence sequenceName="s"/>')) };
    expect(await findings(made, "mysql")).not.toContain(refused);
  });

  test("CONCURRENTLY in the changeset's transaction, and outside of it", async () => {
    const index = "<sql>CREATE INDEX CONCURRENTLY i ON t (id)</sql>";
    const inside = { "changelog.xml": xml(`${set("1", table)}\n${set("9", index)}`) };
    expect(await findings(inside)).toContain("changelog.xml:3 concurrently-in-transaction");
    const outside = {
      "changelog.xml": xml(`${set("1", table)}\n${set("2", index, ' runInTransaction="false"')}`),
    };
    expect((await findings(outside)).some((one) => one.endsWith("concurrently-in-transaction"))).toBe(false);
  });

  test("a changeset that exists twice", async () => {
    const files = { "changelog.xml": xml(`${set("1", select("a"))}\n${set("1", select("b"))}`) };
    expect(await findings(files)).toContain("changelog.xml:3 duplicate-version");
  });

  test("a change without a way back, where the others have one", async () => {
    const back = "<sql>SELECT 1</sql><rollback><sql>SELECT 2</sql></rollback>";
    const files = {
      "changelog.xml": xml(
        `${set("1", table + back)}\n${set("2", '<dropTable tableName="t"/>')}\n${set("3", '<dropTable tableName="u"/><rollback/>')}`,
      ),
    };
    const found = (await findings(files)).filter((one) => one.endsWith("missing-rollback"));
    expect(found).toEqual(["changelog.xml:3 missing-rollback"]);
  });
});

describe("what a changelog changes in its changesets", () => {
  const added = (id: string): string =>
    set(id, '<addColumn tableName="t"><column name="c" type="int" afterColumn="b"/></addColumn>', "");
  test("removeChangeSetProperty counts for the changesets below it in its file, and for its databases", async () => {
    const without = '<removeChangeSetProperty change="addColumn" dbms="postgresql" remove="afterColumn"/>';
    const files = { "db/changelog/db.changelog-master.xml": xml([without, added("1")].join("\n")) };
    expect(await sent(files)).toEqual(["a:1: ALTER TABLE t ADD c INTEGER"]);
    expect(await sent(files, "mysql")).toEqual(["a:1: ALTER TABLE t ADD c INT NULL AFTER b"]);
    const build = { "build.gradle": "implementation 'org.liquibase:liquibase-core:4.13.0'\n" };
    const above = {
      ...build,
      "db/changelog/db.changelog-master.xml": xml([added("1"), without].join("\n")),
    };
    expect(await findings(above)).toContain("db/changelog/db.changelog-master.xml:2 refused-statement");
    expect(await findings({ ...files, ...build })).not.toContain(
      "db/changelog/db.changelog-master.xml:3 refused-statement",
    );
  });

  test("a place that the database doesn't have is refused since 4.13, and passed over before", async () => {
    const path = "db/changelog/db.changelog-master.xml";
    const files = { [path]: xml(added("1")) };
    const stated = (release: string): Files => ({
      ...files,
      "pom.xml": `<dependency><artifactId>liquibase-core</artifactId><version>${release}</version></dependency>\n`,
    });
    expect(await findings(stated("4.13.0"))).toContain(`${path}:2 refused-statement`);
    expect(await findings(stated("4.12.0"))).not.toContain(`${path}:2 refused-statement`);
    expect(await findings(files)).not.toContain(`${path}:2 refused-statement`);
    expect(await sent(files)).toEqual(["a:1: ALTER TABLE t ADD c INTEGER"]);
  });

  test("modifySql leaves the rollback alone, unless applyToRollback says so", async () => {
    const index = (more: string): string =>
      set("1", `<createTable tableName="t"><column name="id" type="int"/></createTable>`) +
      set(
        "2",
        `<createIndex tableName="t" indexName="i"><column name="id"/></createIndex>` +
          `<modifySql${more}><append value=" WHERE id > 0"/></modifySql>`,
      );
    const wrong = async (more: string): Promise<readonly string[]> =>
      (await findings({ "db/changelog/db.changelog-master.xml": xml(index(more)) })).filter((one) =>
        one.endsWith("syntax-error"),
      );
    expect(await wrong("")).toEqual([]);
    expect(await wrong(' applyToRollback="true"')).toHaveLength(1);
  });
});

describe("changes of the extension for MongoDB", () => {
  const extended = (inside: string): string =>
    `<databaseChangeLog xmlns:ext="http://www.liquibase.org/xml/ns/dbchangelog-ext">\n${set("1", inside)}\n</databaseChangeLog>\n`;
  const inside = `
<ext:createCollection collectionName="orders"/>
<ext:createIndex collectionName="orders"><ext:keys>{ "number": 1 }</ext:keys><ext:options>{ "unique": true }</ext:options></ext:createIndex>
<ext:createIndex collectionName="users"><ext:keys>{ "email": 1 }</ext:keys><ext:options>{ "unique": true }</ext:options></ext:createIndex>
<ext:runCommand><ext:command>{ "delete": "carts", "deletes": [{ "q": {}, "limit": 0 }] }</ext:command></ext:runCommand>
<ext:dropCollection collectionName="sessions"/>`;

  test.each<readonly [string, Files]>([
    ["an address", { "liquibase.properties": "url: mongodb+srv://localhost/shop\n" }],
    ["the build", { "pom.xml": "<artifactId>liquibase-mongodb</artifactId>\n" }],
  ])("are read by %s", async (_, settings) => {
    const fs = memoryFileSystem({ ...settings, "db/changelog.xml": extended(inside) });
    const { findings: found, errors } = await lintProject({ fs });
    expect(errors).toEqual([]);
    expect(found.map(({ ruleId, line }) => `${line} ${ruleId}`)).toEqual([
      "5 unique-on-existing-rows",
      "6 delete-without-where",
      "7 drop-collection",
    ]);
  });

  test.each(["{ email: 1 }", "{email:1}", "{ 'email': 1 }"])(
    "are read as the driver does: %s",
    async (keys) => {
      const loose = inside.replace('{ "email": 1 }', keys).replace('"q": {}', "q: {}");
      const fs = memoryFileSystem({ "db/changelog.xml": extended(loose) });
      const { findings: found, counts } = await lintProject({ fs });
      expect(counts.notUnderstood).toBe(0);
      expect(found.map(({ ruleId, line }) => `${line} ${ruleId}`)).toEqual([
        "5 unique-on-existing-rows",
        "6 delete-without-where",
        "7 drop-collection",
      ]);
    },
  );

  test("are read in YAML, and named where they aren't JSON", async () => {
    const changelog = `databaseChangeLog:
  - changeSet:
      id: 1
      author: a
      changes:
        - runCommand:
            command: '{ "collMod": "users", "validator": { "a": 1 } }'
        - insertMany: { collectionName: users, documents: '[{ a: ISODate("2024-01-01") }]' }
        - insertMany: { collectionName: users, documents: '[{ a: someFunction() }]' }
`;
    const fs = memoryFileSystem({
      "liquibase.properties": "url=mongodb://localhost/shop\n",
      "db/changelog.yaml": changelog,
    });
    const { findings: found, counts } = await lintProject({ fs });
    expect(found.map(({ ruleId }) => ruleId)).toEqual(["strict-validator"]);
    expect(counts.notUnderstood).toBe(1);
  });
});

describe("a view that is replaced", () => {
  const view = (query: string): string =>
    `<createView viewName="big" replaceIfExists="true">SELECT ${query}</createView>`;
  const first = `<createTable tableName="orders"><column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="total" type="numeric"/></createTable>${view("id FROM orders")}`;
  const rulesFor = async (...changesets: readonly string[]): Promise<readonly string[]> => {
    const sets = [first, ...changesets].map(
      (inside, at) => `<changeSet id="${String(at)}" author="a">${inside}</changeSet>`,
    );
    const { findings: found } = await lintProject({
      fs: memoryFileSystem({
        "liquibase.properties": "url: jdbc:postgresql://db/x\n",
        "db/changelog.xml": `<databaseChangeLog>${sets.join("\n")}</databaseChangeLog>`,
      }),
    });
    return found.map(({ line, ruleId }) => `${String(line)} ${ruleId}`);
  };

  test("is restored by a rollback with the former query", async () => {
    const former = view("id FROM orders");
    const replaced = view("id FROM orders WHERE total > 9");
    expect(await rulesFor(`${replaced}<rollback>${former}</rollback>`)).toEqual([]);
    expect(await rulesFor(replaced)).toEqual(["2 rollback-does-not-reverse"]);
  });

  test("isn't restored with fewer columns: the server refuses that", async () => {
    const more = `${view("id, total FROM orders")}<rollback>${view("id FROM orders")}</rollback>`;
    expect(await rulesFor(more)).toEqual(["2 refused-statement"]);
  });
});
