/** What advice for changelogs says beside its changesets: of other databases, of what it replaces, of what it needs. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { withoutColumn } from "../../../src/project/changelog/written.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const path = "src/main/resources/db/changelog.xml";
const changelog = (...sets: readonly string[]): Files => ({
  [path]: `<databaseChangeLog>\n${sets.join("\n")}\n</databaseChangeLog>\n`,
});
const set = (id: string, ...inside: readonly string[]): string =>
  `<changeSet id="${id}" author="a">\n${inside.join("\n")}\n</changeSet>`;
const column = (name: string, more = ""): string => `<column name="${name}" type="bigint"${more}/>`;
const table = (name: string): string =>
  `<createTable tableName="${name}"><column name="id" type="bigint"><constraints primaryKey="true"/></column>${column("shop_id")}${column("user_id")}</createTable>`;
const key = (name: string, more = ""): string =>
  `<addForeignKeyConstraint baseTableName="orders" baseColumnNames="${name}_id" constraintName="orders_${name}" referencedTableName="${name}s" referencedColumnNames="id"${more}/>`;
const index =
  '<createIndex tableName="orders" indexName="orders_shop"><column name="shop_id"/></createIndex>';
const tables = ["orders", "shops", "users"].map((name) => set(name, table(name)));
/** The same of another deployment than what follows. */
const earlier = tables.map((one) => one.replace('author="a"', 'author="b"'));

async function found(files: Files, rule: string, dialect: "postgres" | "mysql" | "mariadb" = "postgres") {
  const fs = memoryFileSystem(files);
  const { findings, errors } = await lintProject({
    fs,
    facts: { dialect },
    opinions: { presets: ["recommended"] },
  });
  expect(errors).toEqual([]);
  return findings
    .flatMap((one) => [one, ...(one.also ?? [])])
    .filter(({ ruleId }) => ruleId === rule)
    .map(({ message, instead = "" }) => ({ message, instead, last: instead.split("\n").at(-1) }));
}

test("databases that only the root changelog names, which includes the others", async () => {
  const own = changelog(...earlier, set("index", index));
  const root = "src/main/resources/db/master.xml";
  const asking = (head: string): Files => ({
    ...own,
    "liquibase.properties": `changeLogFile=${root}\nurl=jdbc:postgresql://localhost/shop\n`,
    [root]: `<databaseChangeLog>${head}<include file="changelog.xml" relativeToChangelogFile="true"/></databaseChangeLog>`,
  });
  const isLimited = async (head: string): Promise<boolean> => {
    const [one] = await found(asking(head), "index-without-concurrently");
    expect(one?.instead).toContain("CONCURRENTLY");
    return one?.instead.includes('dbms="postgresql"') === true;
  };
  expect(await isLimited('<property name="now" value="now()" dbms="h2"/>')).toBe(true);
  const either = ["postgresql", "oracle"].map((type) => `<dbms type="${type}"/>`).join("");
  expect(await isLimited(`<preConditions><or>${either}</or></preConditions>`)).toBe(true);
  expect(await isLimited('<property name="now" value="now()" dbms="postgresql"/>')).toBe(false);
});

describe("databases that the project's settings name", () => {
  const own = changelog(...earlier, set("index", index));
  const resources = "src/main/resources/application";
  const postgres = {
    [`${resources}-cloud.yml`]: "spring:\n  datasource:\n    url: jdbc:postgresql://${HOST}/shop\n",
  };
  const h2 = "spring:\n  datasource:\n    url: jdbc:h2:mem:shop\n";
  const gradle = (line: string): Files => ({
    "build.gradle": `dependencies {\n  runtime('org.postgresql:postgresql')\n  ${line}\n}\n`,
  });
  const ofTests = (annotations: string): Files => ({
    ...gradle("testRuntimeOnly 'com.h2database:h2'"),
    "src/test/java/shop/OrderTest.java": `${annotations}\nclass OrderTest {}\n`,
  });
  test.each<readonly [string, Files, boolean]>([
    ["a profile's", { ...postgres, [`${resources}.yml`]: h2 }, true],
    ["those of tests", { ...postgres, "src/test/resources/application.yml": h2 }, true],
    [
      "where Liquibase is switched off there",
      { ...postgres, "src/test/resources/application.yml": `${h2}  liquibase:\n    enabled: false\n` },
      false,
    ],
    [
      "the same one in a container",
      { ...postgres, [`${resources}.yml`]: "url: jdbc:tc:postgresql:16:///x\n" },
      false,
    ],
    ["none", {}, false],
    ["none, beside H2 as a driver of Gradle", gradle("runtime('com.h2database:h2')"), true],
    ["none, beside H2 that only runs", gradle('runtimeOnly "com.h2database:h2:2.2.224"'), true],
    ["none, beside H2 in the long form", gradle("runtime group: 'com.h2database', name: 'h2'"), true],
    ["none, beside H2 for the tests", gradle("testRuntimeOnly 'com.h2database:h2'"), false],
    ["none, beside H2 for tests that start it", ofTests("@DataJpaTest"), true],
    [
      "none of tests that have H2, and Liquibase switched off",
      {
        ...postgres,
        ...ofTests("@SpringBootTest"),
        "src/test/resources/application-test.yml": `${h2}  liquibase:\n    enabled: false\n`,
      },
      false,
    ],
    [
      "H2's in a comment",
      {
        ...postgres,
        [`${resources}.yml`]: "spring:\n  datasource:\n#    url: jdbc:h2:mem:shop\n    username: shop\n",
      },
      false,
    ],
    ["none, beside H2 that is left over", ofTests("@SpringBootTest @Testcontainers"), false],
    ["none, beside H2 in a comment", gradle("// runtimeOnly 'com.h2database:h2'"), false],
    ["PostgreSQL's, beside H2", { ...postgres, ...gradle("runtimeOnly 'com.h2database:h2'") }, false],
    [
      "none that says which, beside the drivers of two servers",
      {
        "pom.xml": `<project><dependencies>${["mysql:mysql-connector-java", "org.postgresql:postgresql"]
          .map((one) => one.split(":"))
          .map(
            ([group = "", artifact = ""]) =>
              `<dependency>\n<groupId>${group}</groupId>\n<artifactId>${artifact}</artifactId></dependency>`,
          )
          .join("")}</dependencies><url>jdbc:\${db.jdbc}://x</url></project>`,
      },
      true,
    ],
  ])("%s", async (_, settings, isShared) => {
    const [{ instead, last } = { instead: "", last: "" }] = await found(
      { ...own, ...settings },
      "index-without-concurrently",
    );
    expect(instead).toContain("CREATE INDEX CONCURRENTLY");
    expect(instead.includes(' dbms="postgresql"')).toBe(isShared);
    expect(last?.includes('stays for other databases: give it dbms="!postgresql"')).toBe(isShared);
  });
});

test.each([
  ["mysql", "INVISIBLE", 'dbms="mysql"', 'give it dbms="!mysql"'],
  ["mariadb", "IGNORED", 'dbms="mariadb"', 'give it dbms="!mariadb"'],
] as const)("a word that %s alone has", async (dialect, word, own, others) => {
  const drop = '<dropIndex tableName="orders" indexName="orders_shop"/>';
  const files = {
    ...changelog(...earlier, set("index", index).replace('author="a"', 'author="b"'), set("drop", drop)),
    "build.gradle": "dependencies {\n  runtime('com.h2database:h2')\n}\n",
  };
  const [{ instead, last } = { instead: "", last: "" }] = await found(files, "drop-visible-index", dialect);
  expect(instead).toContain(` ${word};`);
  expect(instead).toContain(own);
  expect(instead).not.toContain("mysql,mariadb");
  expect(last).toContain(others);
});

test("other databases in the language of the file", async () => {
  const set = (id: string, author: string, change: object) => ({
    changeSet: { id, author, changes: [change] },
  });
  const id = { column: { name: "id", type: "bigint", constraints: { primaryKey: true } } };
  const shop = { column: { name: "shop_id", type: "bigint" } };
  const columns = [{ column: { name: "shop_id" } }];
  const text = JSON.stringify({
    databaseChangeLog: [
      set("orders", "b", { createTable: { tableName: "orders", columns: [id, shop] } }),
      set("index", "a", { createIndex: { tableName: "orders", indexName: "orders_shop", columns } }),
    ],
  });
  const settings = {
    "src/main/resources/application-cloud.yml":
      "spring:\n  datasource:\n    url: jdbc:postgresql://${HOST}/shop\n",
    "src/main/resources/application.yml": "spring:\n  datasource:\n    url: jdbc:h2:mem:shop\n",
  };
  // What is JSON is YAML, too.
  for (const [ending, written] of [
    ["json", '"dbms": "!postgresql"'],
    ["yaml", 'dbms: "!postgresql"'],
  ] as const) {
    const files = { [`src/main/resources/db/changelog.${ending}`]: text, ...settings };
    const [one] = await found(files, "index-without-concurrently");
    expect(one?.last).toMatch(new RegExp(`give it ${written}$`));
  }
});

describe("what is to be taken out of the changeset", () => {
  test("names one of several changes of a kind", async () => {
    const second = index.replaceAll("shop", "user");
    const files = changelog(...earlier, set("both", index, second));
    expect((await found(files, "index-without-concurrently")).map(({ last }) => last)).toEqual([
      "<!-- take createIndex number 1 out of the changeset both -->",
    ]);
  });

  test("and what undoes it, where a rollback is written", async () => {
    const files = changelog(
      ...earlier,
      set("first", index),
      set(
        "second",
        '<createIndex tableName="orders" indexName="orders_both"><column name="id"/><column name="shop_id"/></createIndex>',
        '<dropIndex tableName="orders" indexName="orders_shop"/>',
        `<rollback>${index}<dropIndex tableName="orders" indexName="orders_both"/></rollback>`,
      ),
    );
    const [drop] = await found(files, "drop-index-without-concurrently");
    expect(drop?.last).toBe(
      "<!-- take dropIndex out of the changeset second, and what undoes it out of its rollback -->",
    );
  });

  test("nothing, where the advice takes the place of all its changes", async () => {
    const drop = '<dropForeignKeyConstraint baseTableName="orders" constraintName="orders_shop"/>';
    const files = changelog(
      ...earlier,
      set("key", key("shop")),
      set("again", drop, key("shop", ' onDelete="CASCADE"')),
    );
    const [again] = await found(files, "drop-locks-referenced-table");
    expect(again?.instead).toContain("takes the place of both statements");
    expect(again?.instead).not.toContain("<!-- take ");
  });
});

test("a table goes with the column that refers to it, a release later", async () => {
  const files = changelog(
    ...earlier,
    set("key", key("shop")),
    set("away", '<dropColumn tableName="orders" columnName="shop_id"/>', '<dropTable tableName="shops"/>'),
  );
  const [column] = await found(files, "drop-column");
  expect(column?.instead).toContain("take DROP TABLE shops out of this migration");
  expect(column?.instead).toMatch(
    /<dropColumn tableName="orders" columnName="shop_id"\/>[^]*then, in a separate transaction: -->\n<changeSet [^>]*>\n\s*<dropTable tableName="shops"\/>\n<\/changeSet>/,
  );
});

test("a schema that a property with a dot names", async () => {
  const inSchema =
    ' baseTableSchemaName="${database.defaultSchemaName}" referencedTableSchemaName="${database.defaultSchemaName}"';
  const own = (action: string): string => key("shop", `${inSchema} onDelete="${action}"`);
  const drop =
    '<dropForeignKeyConstraint baseTableName="orders" constraintName="orders_shop" baseTableSchemaName="${database.defaultSchemaName}"/>';
  const files = changelog(set("key", own("RESTRICT")), set("again", drop, own("CASCADE")));
  const [again] = await found(files, "drop-locks-referenced-table");
  expect(again?.message).toContain('"${database.defaultSchemaName}".shops');
  expect(again?.instead).toContain(
    'REFERENCES "${database.defaultSchemaName}".shops (id) ON DELETE RESTRICT;',
  );
});

test("an index that a failed build leaves, and a precondition finds", async () => {
  const missing =
    '<preConditions onFail="MARK_RAN"><not><indexExists indexName="orders_shop"/></not></preConditions>';
  const words = "which the condition finds: drop it before the next attempt";
  const check =
    "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('orders_shop') AND indisvalid</sqlCheck>";
  const advice = async (conditions: string) => {
    const files = changelog(...earlier, set("index", conditions, index));
    const [own] = await found(files, "index-without-concurrently");
    return own?.instead ?? "";
  };
  for (const text of [missing, missing.replace("MARK_RAN", "HALT")]) {
    expect(await advice(text)).toContain(check);
    expect(await advice(text)).not.toContain("indexExists");
    expect(await advice(text)).not.toContain(words);
  }
  const other = missing.replaceAll('"orders_shop"', "'orders_shop'");
  expect(await advice(other)).toContain(words);
});

test("conditions in a file with line breaks of Windows", async () => {
  const asked = '<preConditions onFail="MARK_RAN">\n  <dbms type="postgresql"/>\n</preConditions>';
  const update = "<sql>UPDATE orders\nSET shop_id = 1\nWHERE user_id IS NULL OR\n user_id = 2</sql>";
  const files = changelog(...earlier, set("index", asked, index), set("rows", update));
  const windows = { [path]: files[path]?.replaceAll("\n", "\r\n") ?? "" };
  const own = await found(windows, "index-without-concurrently");
  const rows = await found(windows, "backfill-without-batches");
  expect([own.length, rows.length]).toEqual([1, 1]);
  for (const { instead } of [...own, ...rows]) expect(instead).not.toContain("\r");
});

test("types are those of Liquibase, which other databases have as well", async () => {
  const counted = `<createTable tableName="comments"><column name="id" type="int" autoIncrement="true"><constraints primaryKey="true"/></column></createTable>`;
  const unnamed = `<createTable tableName="lines">${column("note_id")}</createTable>`;
  const elsewhere = "give the type as a property with `dbms`";
  const files = changelog(set("comments", counted, unnamed));
  const [key] = await found(files, "integer-primary-key");
  expect(key?.instead).toBe("Use `bigint`, and `bigint` for foreign keys that refer to it later.");
  // There the type alone makes the numbers.
  const refers = `<createTable tableName="marks"><column name="note_id" type="int"><constraints foreignKeyName="marks_note" references="comments(id)"/></column></createTable>`;
  const serial = changelog(
    set("comments", counted.replace('type="int" autoIncrement="true"', 'type="serial"'), refers),
  );
  expect((await found(serial, "integer-primary-key"))[0]?.instead).toBe(
    "Use `bigserial`, and `bigint` for marks.note_id, which refers to it, and for foreign keys that refer to it later.",
  );
  const [none] = await found(files, "table-without-primary-key");
  expect(none?.instead).toContain("of the type `bigint` with `autoIncrement` and `primaryKey`");
  const shared = changelog(set("comments", counted, unnamed), '<changeSet id="2" author="a" dbms="sqlite"/>');
  for (const rule of ["integer-primary-key", "table-without-primary-key"])
    expect((await found(shared, rule))[0]?.instead).toContain(elsewhere);
  const withOracle = changelog(
    set("comments", counted, unnamed),
    '<changeSet id="2" author="a" dbms="oracle"/>',
  );
  for (const rule of ["integer-primary-key", "table-without-primary-key"])
    expect((await found(withOracle, rule))[0]?.instead).not.toContain(elsewhere);
  const [sql] = await found(
    changelog(set("sql", "<sql>CREATE TABLE comments (id serial PRIMARY KEY)</sql>")),
    "integer-primary-key",
  );
  expect(sql?.instead).toContain("GENERATED BY DEFAULT AS IDENTITY");
});

describe("files in folders of releases", () => {
  const root = "src/main/resources/db";
  const filesOf = (...all: readonly (readonly [string, string])[]): Files => ({
    ...changelog(...all.map(([name]) => `<include file="${name}" relativeToChangelogFile="true"/>`)),
    ...Object.fromEntries(
      all.map(([name, inside]) => [
        `${root}/${name}`,
        `<databaseChangeLog>\n${inside}\n</databaseChangeLog>\n`,
      ]),
    ),
  });
  const first: readonly [string, string] = ["v-1.0.0/tables.xml", tables.join("\n")];
  const indexOn = (name: string): string => set(`index-${name}`, index.replaceAll("shop", name));
  const places = async (files: Files) =>
    (await found(files, "index-without-concurrently")).map(({ message }) => message);

  test("are deployed together", async () => {
    expect(
      await places(
        filesOf(first, ["v-1.0.0/indexes.xml", indexOn("shop")], ["v-1.1.0/more.xml", indexOn("user")]),
      ),
    ).toHaveLength(1);
  });

  test("a numbered file is one change where there are many of them", async () => {
    const own: readonly [string, string] = [
      "00034_orders.xml",
      set("7-orders", table("orders")) + indexOn("shop"),
    ];
    const other = (number: number): readonly [string, string] => [
      `0003${String(number)}_more.xml`,
      set(`more-${String(number)}`, table(`more${String(number)}`)),
    ];
    expect(await places(filesOf(own, ...[5, 6, 7, 8].map(other)))).toHaveLength(0);
    expect(await places(filesOf(own, other(5)))).toHaveLength(1);
    const years = [2021, 2022, 2023, 2024].map((year): readonly [string, string] => [
      `${String(year)}_changes.xml`,
      set(String(year), table(`of${String(year)}`)),
    ]);
    expect(await places(filesOf(["2020_changes.xml", own[1]], ...years))).toHaveLength(1);
  });

  test("changesets that are called after their numbered file are one change", async () => {
    const file = (id: string): readonly [string, string] => [
      "19-add-orders.xml",
      set("19-add-orders", table("orders")) + set(id, index),
    ];
    expect(await places(filesOf(file("19-add-orders-2_shop")))).toHaveLength(0);
    expect(await places(filesOf(file("30-add-shop")))).toHaveLength(1);
  });

  test("of the folder of the beginning, and of those for its parts", async () => {
    const folders = filesOf(
      ["init/01-shop-tables.xml", tables.join("\n")],
      ["init/02-order-tables.xml", set("more", table("more"))],
      ["indexes/01-shop-indexes.xml", indexOn("shop")],
      ["versions/more.xml", indexOn("user")],
    );
    expect(await places(folders)).toHaveLength(1);
  });

  test.each([
    ["140-checks", 0],
    ["15 add all indexes", 0],
    ["addForeignKeys", 0],
    ["add-missing-indexes", 1],
    ["add-shop-indexes-for-search", 1],
    ["14", 1],
  ])("what all tables of a file leave to the changeset %s", async (id, count) => {
    const file = tables.join("\n") + set("rows", "<sql>UPDATE users SET shop_id = 1</sql>") + set(id, index);
    expect(await places(filesOf(["all.xml", file]))).toHaveLength(count);
  });

  test.each([
    ["03-add-shop", "add-indexes-shop", 0],
    ["03-add-shop", "drop-and-add-indexes", 1],
    ["add-shop", "add-indexes-shop", 1],
    ["2026-shop", "add-indexes-shop", 1],
  ])("in a file %s, the changeset %s", async (name, id, count) => {
    const between = set(
      "add-column",
      "<addColumn tableName='users'><column name='m' type='int'/></addColumn>",
    );
    const file = tables.join("\n") + between + set(id, index);
    expect(await places(filesOf([`${name}.xml`, file]))).toHaveLength(count);
  });

  test("not what follows parts of all tables", async () => {
    const file =
      tables.join("\n") +
      set("indexes", indexOn("user")) +
      set("more", table("x")) +
      set("constraints", index);
    expect(await places(filesOf(["all.xml", file]))).toHaveLength(1);
  });

  test("JHipster's join tables are written with their keys", async () => {
    const key = set(
      "20240101000000-2",
      '<addForeignKeyConstraint baseTableName="shop_users" baseColumnNames="shop_id" constraintName="k" referencedTableName="shops" referencedColumnNames="id"/>',
    );
    const files = filesOf(
      ["a_entity_Shop.xml", tables.join("\n") + set("20240101000000-1-relations", table("shop_users"))],
      ["b_entity_More.xml", set("20240102000000-1", table("more"))],
      ["c_entity_constraints_Shop.xml", key],
    );
    expect(await found(files, "foreign-key-without-not-valid")).toEqual([]);
  });

  test("one release says nothing, as its name may be kept", async () => {
    const earlierOnes: readonly [string, string] = ["v-1.0.0/tables.xml", earlier.join("\n")];
    expect(await places(filesOf(earlierOnes, ["v-1.0.0/indexes.xml", indexOn("shop")]))).toHaveLength(1);
  });
});

test("a schema without dbms for sql", async () => {
  const lines =
    '<createTable tableName="lateral"><column name="shop_id" type="bigint"><constraints foreignKeyName="lateral_shop" references="shops(id)"/></column></createTable><rollback><dropTable tableName="lateral"/></rollback>';
  const files = changelog(...earlier, set("lines", lines), '<changeSet id="2" author="a" dbms="oracle"/>');
  const old = files[path]?.replace(
    "<databaseChangeLog>",
    '<databaseChangeLog xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog dbchangelog-2.0.xsd">',
  );
  const [own] = await found(files, "foreign-key-without-index");
  expect(own?.instead).toContain('<sql dbms="postgresql">CREATE INDEX');
  const [other] = await found({ [path]: old ?? "" }, "foreign-key-without-index");
  expect(other?.instead).toContain("in a changeset of its own: sql has no dbms in dbchangelog-2.0.xsd");
  expect(other?.instead).not.toContain("<sql dbms");
});

test("a plain index is Liquibase's own change, with its way back and for any database", async () => {
  const lines =
    '<createTable tableName="lines"><column name="shop_id" type="bigint"><constraints foreignKeyName="lines_shop" references="shops(id)"/></column></createTable>';
  const files = changelog(...earlier, set("lines", lines), '<changeSet id="2" author="a" dbms="oracle"/>');
  const [own] = await found(files, "foreign-key-without-index");
  expect(own?.instead).toBe(
    '<!-- after this call: -->\n<createIndex indexName="lines_shop_id_idx" tableName="lines"><column name="shop_id"/></createIndex>',
  );
});

describe("preconditions", () => {
  const onFail = (inside: string): string => `<preConditions onFail="MARK_RAN">${inside}</preConditions>`;
  /** The changesets of advice, each with the kind of its condition. */
  const conditions = (instead: string): readonly string[] =>
    instead
      .split("<changeSet ")
      .slice(1)
      .map((one) => /<(\w+Exists|customPrecondition|sqlCheck expectedResult="\d")/.exec(one)?.[1] ?? "");
  const hasNoShop = '<not><columnExists tableName="orders" columnName="shop_id"/></not>';
  const plain = (name: string): string =>
    set(
      name,
      `<createTable tableName="${name}"><column name="id" type="bigint"><constraints primaryKey="true"/></column></createTable>`,
    );

  test("a class asks what the second of three steps does", async () => {
    const asked = onFail('<not><customPrecondition className="com.shop.KeyExists"/></not>');
    const [own] = await found(
      changelog(...earlier, set("key", asked, key("shop"))),
      "foreign-key-without-not-valid",
    );
    expect(conditions(own?.instead ?? "")).toEqual([
      "customPrecondition",
      "customPrecondition",
      'sqlCheck expectedResult="1"',
    ]);
  });

  test("the changeset makes what they ask for, before the steps", async () => {
    const column = '<addColumn tableName="orders"><column name="shop_id" type="bigint"/></addColumn>';
    const files = changelog(
      ...["orders", "shops"].map(plain),
      set("column", onFail(hasNoShop), column, key("shop")),
    );
    const [own] = await found(files, "foreign-key-without-not-valid");
    expect(conditions(own?.instead ?? "")).toEqual([
      "",
      'sqlCheck expectedResult="0"',
      'sqlCheck expectedResult="1"',
    ]);
  });

  test("a step makes what they ask for", async () => {
    const asked = onFail('<not><indexExists indexName="orders_both"/></not>');
    const unique =
      '<addUniqueConstraint tableName="orders" columnNames="shop_id,user_id" constraintName="orders_both"/>';
    const [own] = await found(
      changelog(...earlier, set("both", asked, unique)),
      "unique-constraint-without-index",
    );
    expect(conditions(own?.instead ?? "")).toEqual([
      'sqlCheck expectedResult="0"',
      'sqlCheck expectedResult="0"',
    ]);
  });

  test("the database that they ask for stays", async () => {
    const asked = onFail('<dbms type="postgresql"/><not><indexExists indexName="orders_both"/></not>');
    const unique =
      '<addUniqueConstraint tableName="orders" columnNames="shop_id,user_id" constraintName="orders_both"/>';
    const [own] = await found(
      changelog(...earlier, set("both", asked, unique)),
      "unique-constraint-without-index",
    );
    expect(own?.instead).toContain('<changeSet id="both-2" author="a" dbms="postgresql">');
  });
});

test("a driver's way to write an operator stays out of dollar quotes", async () => {
  const files = changelog(
    set(
      "jobs",
      '<createTable tableName="jobs"><column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="data" type="jsonb"/><column name="note" type="text"/></createTable>',
    ),
    set("fill", "<sql>UPDATE jobs SET note = 'what??' WHERE data ?? 'note'</sql>"),
  );
  const [own] = await found(files, "backfill-without-batches");
  expect(own?.instead).toContain("SET note = 'what??'");
  expect(own?.instead).toContain("data ? 'note'");
});

test("what a changeset goes on with is added before it", async () => {
  const filled = "<sql>UPDATE orders SET seller_id = shop_id</sql>";
  const column = `<addColumn tableName="orders"><column name="seller_id" type="bigint"><constraints foreignKeyName="orders_seller" references="shops(id)"/></column></addColumn>`;
  const files = changelog(...earlier, set("seller", column, filled));
  const [key] = await found(files, "foreign-key-without-not-valid");
  expect(key?.instead).toMatch(/^<!-- before the changeset seller, which uses seller_id: -->\n/);
  expect(key?.instead).toContain("<!-- and behind it: -->");
  const [alone] = await found(
    changelog(...earlier, set("seller", column, column.replaceAll("seller", "buyer"))),
    "foreign-key-without-not-valid",
  );
  expect(alone?.instead).not.toContain("<!-- before the changeset");
});

test("a column that is NOT NULL from the start is added before what fills others by it", async () => {
  const add = `<addColumn tableName="orders">${column("state", ' defaultValueNumeric="1"')}${column("note")}</addColumn>`;
  const required = '<addNotNullConstraint tableName="orders" columnName="state" columnDataType="bigint"/>';
  const needless = "<sql>UPDATE orders SET state = 1 WHERE state IS NULL</sql>";
  const fill = "<sql>UPDATE orders SET note = 3 WHERE state = 1 AND id = 5</sql>";
  const advice = async (...inside: readonly string[]) => {
    const [own] = await found(changelog(...earlier, set("state", add, ...inside)), "set-not-null");
    return own?.instead.split("\n").filter((line) => line.includes("<!--") || line.includes("UPDATE"));
  };
  expect(await advice(needless, required)).toEqual([
    "<!-- in place of the ADD COLUMN and of this: -->",
    "<!-- take addNotNullConstraint and state of addColumn and sql out of the changeset state -->",
  ]);
  expect(await advice(fill, required)).toEqual([
    "<!-- in place of the ADD COLUMN and of this: -->",
    "<!-- before the changeset state, which uses state: -->",
    "<!-- take addNotNullConstraint and state of addColumn out of the changeset state -->",
  ]);
});

test("rows that came without a uuid get one each before it is NOT NULL again", async () => {
  const made =
    '<createTable tableName="calls"><column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="token" type="uuid"><constraints nullable="false" unique="true"/></column></createTable>';
  const drop = '<dropColumn tableName="calls" columnName="token"/>';
  const [own] = await found(changelog(set("calls", made), set("token", drop)), "drop-column");
  expect(own?.instead).toContain(
    '<sql>UPDATE calls SET token = gen_random_uuid() WHERE token IS NULL;</sql>\n    <addNotNullConstraint tableName="calls" columnName="token"/>',
  );
});

test("rows that come between a copy and its DELETE", async () => {
  const copy = "INSERT INTO users (id, shop_id) SELECT id, shop_id FROM orders;";
  const advice = async (...inside: readonly string[]) => {
    const moved = set("moved", `<sql>${inside.join("\n")}</sql>`);
    const [own] = await found(changelog(...earlier, moved), "delete-without-where");
    return own?.instead;
  };
  const lost = "rows that come between a copy and its DELETE are lost: delete only those that were copied";
  expect(await advice(copy, "DELETE FROM shops;", "DELETE FROM orders;")).toContain(lost);
  expect(await advice(copy, "DELETE FROM shops;")).not.toContain(lost);
});

test("what uses a column by its new name moves behind the swap of the names", async () => {
  const rename =
    '<renameColumn tableName="orders" oldColumnName="user_id" newColumnName="buyer_id" columnDataType="bigint"/>';
  const filled = '<addDefaultValue tableName="orders" columnName="buyer_id" defaultValueNumeric="0"/>';
  const [own] = await found(changelog(...earlier, set("buyer", rename, filled)), "rename-column");
  expect(own?.instead).not.toContain("before the changeset");
  expect(own?.instead).toContain(
    "addDefaultValue, which then would use buyer_id too early, moves to a changeset behind",
  );
});

test("a column isn't added before a changeset that first changes its table", async () => {
  const drop = '<dropColumn tableName="orders" columnName="user_id"/>';
  const add =
    '<addColumn tableName="orders"><column name="seller_id" type="bigint"><constraints foreignKeyName="orders_seller" references="shops(id)"/></column></addColumn>';
  const filled = "<sql>UPDATE orders SET seller_id = shop_id</sql>";
  const [key] = await found(
    changelog(...earlier, set("seller", drop, add, filled)),
    "foreign-key-without-not-valid",
  );
  expect(key?.instead).not.toContain("before the changeset");
  expect(key?.instead).toContain(
    "sql, which then would use seller_id too early, moves to a changeset behind",
  );
});

test("a condition that what stays in the changeset makes false is left out", async () => {
  const asked =
    '<preConditions onFail="MARK_RAN"><indexExists tableName="orders" indexName="orders_shop"/></preConditions>';
  const drop = '<dropIndex tableName="orders" indexName="orders_shop"/>';
  const gone = '<dropColumn tableName="orders" columnName="shop_id"/>';
  const files = (inside: string): Files =>
    changelog(...earlier, set("index", index), set("drop", asked, inside, gone, "<rollback/>"));
  const [own] = await found(files(drop), "drop-column");
  expect(own?.instead).toContain("DROP COLUMN IF EXISTS shop_id");
  expect(own?.instead).not.toContain("indexExists");
  const [kept] = await found(files(""), "drop-column");
  expect(kept?.instead).toContain("indexExists");
});

test("the way back of an identity makes the sequence again that numbered the rows", async () => {
  const files = changelog(
    ...earlier,
    set(
      "number",
      '<addColumn tableName="orders"><column name="number" type="bigint" autoIncrement="true"/></addColumn>',
    ),
  );
  const [own] = await found(files, "add-column-auto-increment");
  const [, back = ""] = /DROP SEQUENCE orders_number_old_seq;<\/sql>\s*<rollback>([^]*?)<\/rollback>/g.exec(
    own?.instead.slice(own.instead.indexOf("then the identity")) ?? "",
  ) ?? [""];
  expect([...back.matchAll(/<sql>(.*?)<\/sql>/g)].map(([, sql]) => sql)).toEqual([
    "CREATE SEQUENCE orders_number_old_seq AS bigint;",
    "SELECT setval('orders_number_old_seq', nextval(pg_get_serial_sequence('orders', 'number')), false);",
    "ALTER TABLE orders ALTER COLUMN number DROP IDENTITY;",
    "ALTER TABLE orders ALTER COLUMN number SET DEFAULT nextval('orders_number_old_seq');",
  ]);
});

test("a column that is there where the changeset it is taken out of was passed over", async () => {
  const asked =
    '<preConditions onFail="MARK_RAN"><columnExists tableName="orders" columnName="user_id"/></preConditions>';
  const files = changelog(
    ...earlier,
    set(
      "names",
      asked,
      '<dropColumn tableName="orders" columnName="user_id"/>',
      '<addColumn tableName="orders"><column name="user_name" type="varchar(40)"><constraints nullable="false"/></column></addColumn>',
    ),
  );
  const [added] = await found(files, "add-column-not-null");
  const [first = ""] = (added?.instead ?? "").split("</changeSet>");
  expect(first).toContain(
    '<preConditions onFail="MARK_RAN">\n    <not><columnExists tableName="orders" columnName="user_name"/></not>\n  </preConditions>',
  );
  const written = { schema: "Shop", table: "orders", name: "no" };
  expect(withoutColumn(written, "yaml")).toBe(
    'preConditions:\n  - onFail: MARK_RAN\n  - not:\n      - columnExists: { schemaName: Shop, tableName: orders, columnName: "no" }',
  );
  expect(withoutColumn({ ...written, schema: undefined }, "json")).toBe(
    '"preConditions": [{ "onFail": "MARK_RAN" }, { "not": [{ "columnExists": { "tableName": "orders", "columnName": "no" } }] }]',
  );
});

test("a foreign key of MySQL whose changeset asks that its table is missing", async () => {
  const asked =
    '<preConditions onFail="MARK_RAN"><not><tableExists tableName="users"/></not></preConditions>';
  const files = changelog(...earlier.slice(0, 2), set("users", asked, table("users"), key("user")));
  const [own] = await found(files, "algorithm-copy", "mysql");
  expect(own?.instead).toContain(
    "SELECT count(*) FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = 'orders' AND constraint_name = 'orders_user'</sqlCheck>",
  );
});

test("what follows the changeset doesn't ask that the table is missing which that one has made", async () => {
  const asked =
    '<preConditions onFail="MARK_RAN"><not><tableExists tableName="users"/></not></preConditions>';
  const lost = changelog(...earlier.slice(0, 2), set("users", asked, table("users"), key("user")));
  const [own] = await found(lost, "foreign-key-without-index");
  expect(own?.instead).toContain("CREATE INDEX CONCURRENTLY orders_user_id_idx");
  expect(own?.instead).not.toContain("tableExists");
});

test("a table is dropped only where a precondition says that it is missing", async () => {
  const drop = (conditions: string): Files =>
    changelog(...earlier, set("drop", conditions, '<dropTable tableName="users"/>'));
  const exists = '<tableExists tableName="users"/>';
  const onFail = (inside: string): string => `<preConditions onFail="MARK_RAN">${inside}</preConditions>`;
  expect(await found(drop(onFail(exists)), "drop-table")).toHaveLength(1);
  expect(await found(drop(onFail(`<not>${exists}</not>`)), "drop-table")).toEqual([]);
  const missingTable = changelog(
    set("drop", onFail(`<not>${exists}</not>`), '<dropTable tableName="users"/>'),
  );
  expect(await found(missingTable, "drop-table")).toEqual([]);
});

test("CONCURRENTLY in place of a call stays outside of a transaction", async () => {
  const inside = [`<sql>CREATE INDEX CONCURRENTLY orders_user ON orders (user_id)</sql>`, index];
  const own = set("index", ...inside).replace(">", ' runInTransaction="false">');
  const [xml] = await found(changelog(...earlier, own), "index-without-concurrently");
  expect(xml?.instead).toContain('<changeSet id="index-2-1" author="a" runInTransaction="false">');
  const included = (file: string, text: string): Files => ({
    [path]: `<databaseChangeLog>\n${earlier.join("\n")}\n<include file="${file}" relativeToChangelogFile="true"/>\n</databaseChangeLog>\n`,
    [path.replace("changelog.xml", file)]: text,
  });
  const changes = [
    { sql: { sql: "CREATE INDEX CONCURRENTLY orders_user ON orders (user_id)" } },
    {
      createIndex: {
        tableName: "orders",
        indexName: "orders_shop",
        columns: [{ column: { name: "shop_id" } }],
      },
    },
  ];
  const changeSet = { id: "index", author: "a", runInTransaction: false, changes };
  const text = JSON.stringify({ databaseChangeLog: [{ changeSet }] });
  const [json] = await found(included("index.json", text), "index-without-concurrently");
  expect(json?.instead).toContain('"id": "index-2-1", "author": "a", "runInTransaction": false,');
  // What is JSON is YAML, too.
  const [yaml] = await found(included("index.yaml", text), "index-without-concurrently");
  expect(yaml?.instead).toContain("    runInTransaction: false\n    changes:");
});

test("the rollback of a foreign key on MySQL drops the index that the server made for it", async () => {
  const [own] = await found(changelog(...earlier, set("key", key("shop"))), "algorithm-copy", "mysql");
  expect(own?.instead).toContain("DROP FOREIGN KEY orders_shop;</sql>\n");
  expect(own?.instead).toContain("<sql>ALTER TABLE orders DROP INDEX orders_shop;</sql>");
  const indexed = changelog(...earlier, set("index", index), set("key", key("shop")));
  const [other] = await found(indexed, "algorithm-copy", "mysql");
  expect(other?.instead).toContain("DROP FOREIGN KEY orders_shop;</sql>\n");
  expect(other?.instead).not.toContain("DROP INDEX");
});

test("rows without a parent in a table that the changeset itself makes are those with a value", async () => {
  const [orders = "", shops = ""] = tables;
  const files = changelog(
    orders.replace('author="a"', 'author="b"'),
    set("key", shops.replace(/<\/?changeSet[^>]*>/g, ""), key("shop")),
  );
  const [own] = await found(files, "algorithm-copy", "mysql");
  expect(own?.instead).toContain("by hand before it, until these find no rows: -->");
  expect(own?.instead).toContain("FROM orders AS child WHERE child.shop_id IS NOT NULL; -->");
});

describe("automatic rollbacks", () => {
  const more = (name: string): Files => changelog(...tables, set("more", table(name), own(name)));
  const own = (name: string): string => key("user").replace('"orders"', `"${name}"`);
  const rule = "foreign-key-without-index";

  test("a reserved word that Liquibase quotes: its own change", async () => {
    const [one] = await found(more("group"), rule);
    expect(one?.last).toBe(
      '<createIndex indexName="group_user_id_idx" tableName="group"><column name="user_id"/></createIndex>',
    );
  });

  test("one that it doesn't: SQL in a changeset of its own, as its rollback element would replace the rest", async () => {
    const [one] = await found(more("system_user"), rule);
    expect(one?.instead).toContain("in a changeset of its own, behind this one");
    expect(one?.instead).toContain(
      '<sql>CREATE INDEX system_user_user_id_idx ON "system_user" (user_id);</sql>',
    );
    expect(one?.instead).toContain("<rollback>\n    <sql>DROP INDEX");
  });

  test("a setting has to be in the same changeset, and takes its rollback element along", async () => {
    const added = set("name", `<addColumn tableName="orders">${column("name")}</addColumn>`);
    const [one] = await found(changelog(...earlier, added), "lock-without-timeout");
    expect(one?.instead).toContain(
      '<rollback>\n  <dropColumn tableName="orders" columnName="name"/>\n</rollback>',
    );
  });
});

describe("a column that ties rows together, and gets numbers of its own by mistake", () => {
  const of = async (name: string, columns: string): Promise<string | undefined> => {
    const made = set("t", `<createTable tableName="${name}">${columns}</createTable>`);
    const [one] = await found(changelog(...tables, made), "table-without-primary-key");
    return one?.instead;
  };
  const counted = column("user_id", ' autoIncrement="true"');

  test("the pair is the key", async () => {
    expect(await of("user_roles", counted + column("role_id"))).toMatch(
      /^Set `primaryKey` in the constraints of each of `user_id` and `role_id` if each pair is in it once.*Take `autoIncrement` from user_id: it refers to a row of another table/,
    );
  });

  test("not where the name of the table says that it is its own", async () => {
    expect(await of("guests", counted + column("role_id"))).toBe("Declare user_id as its PRIMARY KEY.");
    expect(await of("user_roles", counted + column("role"))).toBe("Declare user_id as its PRIMARY KEY.");
  });
});
