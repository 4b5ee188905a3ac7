import { describe, expect, it, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const sql = "CREATE TABLE t (id bigint PRIMARY KEY);\n";
const core = "dependencies { implementation 'org.flywaydb:flyway-core' }\n";
const resources = "src/main/resources";
const two = {
  [`${resources}/db/migration/V1__a.sql`]: sql,
  [`${resources}/db/migration/V3__c.sql`]: sql,
  [`${resources}/specific/V2__b.sql`]: sql,
};
const found = (files: Readonly<Record<string, string>>, ...paths: readonly string[]): readonly string[] =>
  discover(memoryFileSystem({ ...two, ...files }), paths).map(
    ({ root, migrations }) => `${root}: ${migrations.map(({ name }) => name).join(" ")}`,
  );
const apart = [`${resources}/db/migration: V1__a V3__c`, `${resources}/specific: V2__b`];
const joined = [`${resources}/db/migration: V1__a V2__b V3__c`];

test("folders of one package are histories of their own", () => {
  expect(found({ "flyway.conf": "" })).toEqual(apart);
});

test.each([
  ["flyway.conf", "# said\nflyway.locations=classpath:db/migration,classpath:specific\n"],
  ["flyway.toml", `[flyway]\nlocations = ["filesystem:${resources}/db/migration", "classpath:specific"]\n`],
  [
    "flyway.toml",
    `flyway.locations = [ # both\n  'filesystem:${resources}/db/migration',\n  "classpath:specific",\n]\n`,
  ],
  [
    `${resources}/application.properties`,
    "spring.flyway.locations = classpath:db/migration,classpath:/specific",
  ],
  [
    `${resources}/application.yml`,
    "spring:\n  flyway:\n    locations: classpath:db/migration,classpath:specific\n---\nspring:\n  flyway:\n    locations: x\n",
  ],
  [
    `${resources}/application.yaml`,
    'spring:\n  flyway:\n    locations:\n      - "classpath:db/migration"\n      - classpath:specific\n',
  ],
])("those that %s names are one", (path, text) => {
  expect(found({ [path]: text })).toEqual(joined);
  expect(found({ [path]: text }, `${resources}/specific`)).toEqual(joined);
  expect(found({ [path]: text }, `${resources}/specific/V2__b.sql`)).toEqual(joined);
});

const profiles = {
  [`${resources}/db/migration/all/V1__a.sql`]: sql,
  [`${resources}/db/migration/local/V2__b.sql`]: sql,
  [`${resources}/db/migration/truncate/V3__c.sql`]: sql,
};

test("of the folders in a folder of migrations, the settings name those that are read", () => {
  const files = {
    ...profiles,
    [`${resources}/application.yml`]: "spring:\n  flyway:\n    locations: classpath:db/migration/all\n",
    [`${resources}/application-dev.yml`]:
      "spring:\n  flyway:\n    locations: classpath:db/migration/all,classpath:db/migration/local\n",
  };
  const names = (all: Readonly<Record<string, string>>) =>
    discover(memoryFileSystem(all), []).map(({ root, migrations }) => [
      root,
      ...migrations.map(({ name }) => name),
    ]);
  expect(names(files)).toEqual([[`${resources}/db/migration/all`, "V1__a", "V2__b"]]);
  const open = "spring:\n  flyway:\n    locations: ${PLACES}\n";
  expect(names({ ...files, [`${resources}/application.yml`]: open })).toEqual([
    [`${resources}/db/migration`, "V1__a", "V2__b", "V3__c"],
  ]);
});

test.each([
  "flyway.locations=classpath:db/migration,classpath:gone",
  "flyway.locations=classpath:db/m*,classpath:specific",
  "flyway.locations=classpath:db/**,classpath:specific",
  "flyway.locations=classpath:db/{vendor},classpath:specific",
])("%s joins nothing", (text) => {
  expect(found({ "flyway.conf": text })).toEqual(apart);
});

test("a folder that another environment reads in the place of one is a history of its own", () => {
  const files = {
    [`${resources}/db/all/V1__a.sql`]: sql,
    [`${resources}/db/all_postgres/V2__b.sql`]: sql,
    [`${resources}/db/all_h2/V2__b.sql`]: sql,
    [`${resources}/db/seeds/V3__c.sql`]: sql,
    [`${resources}/application.yml`]:
      "spring:\n  flyway:\n    locations: classpath:db/all,classpath:db/all_postgres\n",
    [`${resources}/application-dev.yml`]:
      "spring:\n  flyway:\n    locations: classpath:db/all,classpath:db/all_h2\n",
    [`${resources}/application-local.yml`]:
      "spring:\n  flyway:\n    locations: classpath:db/all,classpath:db/all_postgres,classpath:db/seeds\n",
  };
  const histories = discover(memoryFileSystem(files), []).map(({ root, dialect, migrations }) => [
    root,
    dialect,
    ...migrations.map(({ up }) => up.path.slice(`${resources}/db/`.length)),
  ]);
  expect(histories).toEqual([
    [`${resources}/db/all`, "postgres", "all/V1__a.sql", "all_postgres/V2__b.sql", "seeds/V3__c.sql"],
    [`${resources}/db/all_h2`, "other", "all_h2/V2__b.sql"],
  ]);
});

test.each(["db/**/*.sql", "classpath:db/*", "${PLACES:db/**/*.sql}"])(
  "all folders of %s are one",
  (place) => {
    const files = {
      [`${resources}/db/first/V1__a.sql`]: sql,
      [`${resources}/db/second/V2__b.sql`]: sql,
      [`${resources}/other/V2__b.sql`]: sql,
      [`${resources}/application.yml`]: `spring:\n  flyway:\n    locations: [ '${place}' ]\n`,
    };
    const histories = discover(memoryFileSystem(files), []).map(({ root, migrations }) => [
      root,
      ...migrations.map(({ name }) => name),
    ]);
    expect(histories[0]).toEqual([`${resources}/db/first`, "V1__a", "V2__b"]);
    const vendors = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path.replace("/first/", "/h2/"), text]),
    );
    expect(discover(memoryFileSystem(vendors), []).map(({ root }) => root)).not.toContain(
      `${resources}/db/first`,
    );
  },
);

test("of the folders that {vendor} names, each is a history of its own", () => {
  const files = {
    [`${resources}/application.yml`]: "spring:\n  flyway:\n    locations: classpath:db/migration/{vendor}\n",
    [`${resources}/db/migration/h2/V1__a.sql`]: sql,
    [`${resources}/db/migration/h2/V2__b.sql`]: sql,
    [`${resources}/db/migration/mysql/V1__a.sql`]: sql,
  };
  const histories = discover(memoryFileSystem(files), []).map(({ root, dialect, migrations }) => [
    root,
    dialect,
    ...migrations.map(({ name }) => name),
  ]);
  expect(histories).toEqual([
    [`${resources}/db/migration/h2`, "other", "V1__a", "V2__b"],
    [`${resources}/db/migration/mysql`, "mysql", "V1__a"],
  ]);
});

test("resources of one environment join the locations that it names", () => {
  const files = {
    [`${resources}/application.properties`]: "server.port=8080\n",
    [`${resources}/production/application.properties`]: "flyway.locations=db/migration,specific\n",
  };
  expect(found(files)).toEqual(joined);
});

test("locations of a program's settings in the folder config of its resources begin in the module", () => {
  const files = {
    "app/pom.xml": "<artifactId>flyway-core</artifactId>",
    "app/src/main/resources/config/application.yml":
      "spring:\n  flyway:\n    locations: classpath:db/migration/common,classpath:db/migration/tenant/north\n",
    "app/src/main/resources/config/application-south.yml":
      "spring:\n  flyway:\n    locations: classpath:db/migration/common,classpath:db/migration/tenant/south\n",
    "app/src/main/resources/db/migration/common/V1__a.sql": sql,
    "app/src/main/resources/db/migration/tenant/north/V2__b.sql": "SELECT 1;\n",
    "app/src/main/resources/db/migration/tenant/south/V2__c.sql": "SELECT 2;\n",
  };
  const roots = discover(memoryFileSystem(files), []).map(({ migrations }) =>
    migrations.map(({ name }) => name).join(" "),
  );
  expect(roots).toContain("V1__a V2__b");
  expect(roots.join(" ").match(/V2__b/g)).toHaveLength(1);
});

test("a prefix is a text, not a pattern", () => {
  const files = { "flyway.conf": "flyway.sqlMigrationPrefix=(a+)+\n", "db/migration/(a+)+1__x.sql": sql };
  expect(found(files, "db/migration")).toEqual(["db/migration: (a+)+1__x"]);
});

test("callbacks are neither migrations nor bad names", () => {
  const events = ["beforeMigrate", "afterEachMigrate__say", "afterMigrateApplied__000_views", "createSchema"];
  const files = Object.fromEntries(events.map((event) => [`db/migration/${event}.sql`, sql]));
  const [history] = discover(memoryFileSystem({ "db/migration/V1__a.sql": sql, ...files }), []);
  expect(history?.migrations.map(({ name }) => name)).toEqual(["V1__a"]);
  expect(history?.problems).toEqual([]);
});

test.each([
  ["flyway.conf", "flyway.postgresql.transactional.lock=false"],
  ["flyway.toml", "[flyway]\npostgresql.transactional.lock = false"],
  ["flyway.toml", "[flyway.postgresql.transactional]\nlock = false"],
  [`${resources}/application.properties`, "spring.flyway.postgresql.transactional-lock=false"],
  [`${resources}/application.yml`, "spring:\n  flyway:\n    postgresql:\n      transactional-lock: false\n"],
  [
    "src/main/java/shop/FlywayConfiguration.java",
    'c -> c.configuration(Map.of("flyway.postgresql.transactional.lock", "false"));\n',
  ],
  ["src/main/kotlin/FlywayConfig.kt", 'mapOf("flyway.postgresql.transactional.lock" to "false")\n'],
])("%s: %s ends the transaction beside the migrations", (path, text) => {
  const besides = (files: Readonly<Record<string, string>>) =>
    discover(memoryFileSystem({ ...two, "build.gradle": core, ...files }), []).map(
      (one) => one.besideTransaction !== undefined,
    );
  expect(besides({ [path]: text })).toEqual([false, false]);
  expect(besides({ [path]: text.replace("false", "true") })).toEqual([true, true]);
});

test.each([
  [
    "dependencies.gradle",
    'ext["flyway.version"] = "7.15.0"\nlibraries.flywayCore = "org.flywaydb:flyway-core"\n',
    false,
  ],
  ["build.gradle", "dependencies { implementation 'org.flywaydb:flyway-core:9.0.4' }\n", false],
  ["build.gradle", "dependencies { implementation 'org.flywaydb:flyway-core:9.1.0' }\n", true],
  ["build.gradle", "dependencies { implementation 'org.flywaydb:flyway-core' }\n", true],
  ["pom.xml", "<properties><flyway.version>10.4.1</flyway.version></properties>\n", true],
  ["gradle/libs.versions.toml", '[versions]\nflyway = "8.5.13"\n', false],
] as const)("%s: %s has the transaction beside the migrations: %s", (path, text, has) => {
  const files = { ...two, "flyway.conf": "", [path]: text };
  const besides = discover(memoryFileSystem(files), []).map((one) => one.besideTransaction !== undefined);
  expect(besides.every((one) => one === has)).toBe(true);
  expect(besides.length).toBeGreaterThan(0);
});

const boot = (release: string): string =>
  `<parent><artifactId>spring-boot-starter-parent</artifactId>\n<version>${release}</version></parent><artifactId>flyway-core</artifactId>`;

test.each([
  ["2.7.18", {}, undefined],
  ["3.1.0", {}, 'calls .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))'],
  [
    "3.1.0",
    { "src/main/kotlin/shop/App.kt": "fun main() {}\n" },
    'calls .configuration(mapOf("flyway.postgresql.transactional.lock" to "false"))',
  ],
  ["3.2.0", {}, "(spring.flyway.postgresql.transactional-lock in Spring Boot;"],
  [
    "3.2.0",
    { "src/main/kotlin/shop/FlywayConfig.kt": "val flyway = Flyway.configure()\n" },
    'call .configuration(mapOf("flyway.postgresql.transactional.lock" to "false")) where',
  ],
] as const)("Spring Boot %s %j: how its lock becomes one of the session", (release, more, says) => {
  const files = { ...two, "pom.xml": boot(release), ...more };
  const found = discover(memoryFileSystem(files), []).map(({ besideTransaction: one }) => one?.instead);
  expect(found.length).toBeGreaterThan(0);
  for (const instead of found)
    if (says === undefined) expect(instead).toBeUndefined();
    else expect(instead).toContain(says);
});

const baselined = (files: Readonly<Record<string, string>>): readonly string[] =>
  discover(memoryFileSystem({ ...two, ...files }), []).flatMap(({ migrations }) =>
    migrations.flatMap(({ name, beforeBaseline }) => (beforeBaseline === true ? name : [])),
  );

test.each([
  ["flyway.conf", "flyway.baselineOnMigrate=true\nflyway.baselineVersion=1\n"],
  ["flyway.toml", '[flyway]\nbaselineOnMigrate = true\nbaselineVersion = "1"\n'],
  [
    `${resources}/application.yml`,
    "spring:\n  flyway:\n    baseline-on-migrate: true\n    baseline-version: 1\n",
  ],
  [
    "docker-compose.yml",
    'services:\n  app:\n    environment:\n      SPRING_FLYWAY_BASELINE_ON_MIGRATE: "true"\n      SPRING_FLYWAY_BASELINE_VERSION: "1"\n',
  ],
  [`${resources}/application-prod.properties`, "spring.flyway.baseline-on-migrate=true\n"],
])("versions up to the baseline of %s run on an empty database only", (path, text) => {
  expect(baselined({ [path]: text })).toEqual(["V1__a"]);
});

test("the environment has the last word on the baseline", () => {
  const files = {
    [`${resources}/application.properties`]:
      "spring.flyway.baseline-on-migrate=false\nspring.flyway.baseline-version=1\n",
    "compose.yaml": "- FLYWAY_BASELINE_ON_MIGRATE=true\n- FLYWAY_BASELINE_VERSION=2\n",
  };
  expect(baselined(files)).toEqual(["V1__a", "V2__b"]);
});

test("a version without baselineOnMigrate is none", () => {
  expect(baselined({ "flyway.conf": "flyway.baselineVersion=3\n" })).toEqual([]);
});

const evidence = (files: Readonly<Record<string, string>>): string =>
  discover(memoryFileSystem({ ...two, ...files }), [])
    .flatMap((history) => history.evidence)
    .join("\n");

test("settings that turn it off are evidence, unless a profile turns it on", () => {
  const off = { [`${resources}/application.properties`]: "spring.flyway.enabled=false\n" };
  const on = { [`${resources}/application-prod.properties`]: "spring.flyway.enabled=true\n" };
  expect(evidence(off)).toContain("its settings turn it off (enabled: false)");
  expect(evidence({ ...off, ...on })).not.toContain("turn it off");
});

test("rows of a table that the baseline doesn't make are few", async () => {
  const fs = memoryFileSystem({
    [`${resources}/application.properties`]:
      "spring.datasource.url=jdbc:postgresql://db/x\nspring.flyway.baseline-on-migrate=true\n",
    [`${resources}/db/migration/V1__points.sql`]:
      "ALTER TABLE users ADD COLUMN points integer;\nUPDATE users SET points = 0 WHERE points IS NULL;\n",
    [`${resources}/db/migration/V2__level.sql`]: "UPDATE users SET level = 0 WHERE level IS NULL;\n",
  });
  const { findings } = await lintProject({ fs });
  const found = findings.filter(({ ruleId }) => ruleId === "backfill-without-batches");
  expect(found.map(({ file }) => file)).toEqual([`${resources}/db/migration/V2__level.sql`]);
});

test.each([
  ["", ["locks"]],
  ["flyway.baselineOnMigrate=true\nflyway.baselineVersion=2\n", []],
])("what the baseline holds locks nobody: %j", async (settings, expected) => {
  const fs = memoryFileSystem({
    "flyway.conf": `flyway.url=jdbc:postgresql://db/x\n${settings}`,
    "sql/V1__a.sql": "CREATE TABLE t (id bigint PRIMARY KEY, a int);\n",
    "sql/V2__b.sql": "CREATE INDEX i ON t (a);\n",
  });
  const { findings } = await lintProject({ fs, cwd: "/", paths: ["sql"] });
  const found = findings.filter(({ ruleId }) => ruleId === "index-without-concurrently");
  expect(found.map(({ file }) => (file === "sql/V2__b.sql" ? "locks" : file))).toEqual(expected);
});

test("classes of another database's package are none of this history, and equal versions are said without a place", async () => {
  const source = "src/main/java/db";
  const files = {
    [`${resources}/db/postgresql/V1__a.sql`]: sql,
    [`${resources}/db/mysql/V1__a.sql`]: "CREATE TABLE t (id bigint PRIMARY KEY);\n",
    [`${source}/postgresql/V2__b.java`]: "class V2__b {}",
    [`${source}/postgresql/V2__c.java`]: "class V2__c {}",
    [`${source}/mysql/V2__b.java`]: "class V2__b {}",
  };
  const { findings, errors } = await lintProject({ fs: memoryFileSystem(files) });
  expect(errors).toEqual([]);
  const twice = findings.filter(({ ruleId }) => ruleId === "duplicate-version");
  expect(twice.map(({ file, related }) => [file, ...related.map((other) => other.file)])).toEqual([
    [`${source}/postgresql/V2__c.java`, `${source}/postgresql/V2__b.java`],
  ]);
});

test("an empty prefix leaves the number to begin the name", () => {
  const files = {
    [`${resources}/application.properties`]: "spring.flyway.sql-migration-prefix=\n",
    "db/migration/1__a.sql": sql,
    "db/migration/2__b.sql": sql,
  };
  const [history] = discover(memoryFileSystem(files), ["db/migration"]);
  expect(history?.layout).toBe("flyway");
  expect(history?.migrations.map(({ version }) => version)).toEqual(["1", "2"]);
});

test.each([
  [`${resources}/application.yml`, "spring:\n  flyway:\n    schemas: sales,archive\n"],
  ["flyway.conf", "flyway.schemas=archive\nflyway.defaultSchema=sales\n"],
  [
    "build.gradle",
    "plugins { id 'org.flywaydb.flyway' version '10.0.0' }\nflyway {\n    schemas = ['sales']\n}\n",
  ],
])("the default schema that %s names comes first in search_path", async (path, text) => {
  const lint = (more: Readonly<Record<string, string>>) =>
    lintProject({
      fs: memoryFileSystem({
        ...more,
        "db/migration/V1__a.sql": "CREATE TABLE items (id bigint PRIMARY KEY);\n",
        "db/migration/V2__b.sql": "ALTER TABLE sales.items ADD COLUMN size int;\n",
        "db/migration/V3__c.sql": "ALTER TABLE items ADD COLUMN size int;\n",
      }),
    });
  const fails = (result: Awaited<ReturnType<typeof lint>>): readonly string[] =>
    result.findings.map(({ message }) => message).filter((message) => message.startsWith("fails"));
  expect(fails(await lint({}))).toEqual([]);
  expect(fails(await lint({ [path]: text }))).toEqual(["fails: column items.size exists already"]);
});

test("resources beside the usual location that hardly have its names are no history", () => {
  const files = {
    "build.gradle": "dependencies { implementation 'org.flywaydb:flyway-core' }\n",
    [`${resources}/db/migration/V1__a.sql`]: sql,
    [`${resources}/by.hand/R__data.sql`]: "TRUNCATE t;\n",
    ...Object.fromEntries(
      ["move", "fill", "check", "undo"].map((name) => [`${resources}/by.hand/${name}.sql`, "SELECT 1;\n"]),
    ),
  };
  const roots = discover(memoryFileSystem(files), []).map(({ root }) => root);
  expect(roots).toEqual([`${resources}/db/migration`]);
});

describe("the schema that the settings of a module name for unqualified names", () => {
  const database = "jdbc:postgresql://db/shop";
  const url = (schema: string): string => `spring.datasource.url=${database}?currentSchema=${schema}\n`;
  const plugin = (schema: string): string =>
    `<project><plugin><artifactId>flyway-maven-plugin</artifactId><configuration>${schema}</configuration></plugin></project>`;
  const lint = async (more: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "pom.xml": "<project><artifactId>flyway-core</artifactId></project>",
        [`data/${resources}/db/migration/V1__a.sql`]:
          "CREATE TABLE items (id bigint PRIMARY KEY, a int, b int);\n",
        [`data/${resources}/db/migration/V2__b.sql`]:
          "ALTER TABLE sales.items ALTER COLUMN a DROP NOT NULL; UPDATE sales.items SET b = 1 WHERE id IN (1, 2);\n",
        ...more,
      }),
    });
    return findings.map(({ ruleId }) => ruleId);
  };

  it.each([
    [`data/${resources}/application.properties`, url("sales")],
    [`api/${resources}/application.properties`, url("sales")],
    [`api/${resources}/application.properties`, "spring.flyway.schemas=sales,archive\n"],
    ["data/pom.xml", plugin("<schemas><schema>sales</schema></schemas>")],
    ["pom.xml", plugin("<defaultSchema>sales</defaultSchema>")],
  ])("%s: %s", async (path, text) => {
    expect(await lint({ [path]: text })).not.toContain("slow-statement-under-lock");
  });

  it.each([
    ["none", {}],
    ["another", { [`api/${resources}/application.properties`]: url("other") }],
    [
      "several",
      {
        [`api/${resources}/application.properties`]: url("sales"),
        [`jobs/${resources}/application.properties`]: url("other"),
      },
    ],
  ])("%s", async (_, more) => {
    expect(await lint(more)).toContain("slow-statement-under-lock");
  });
});

test.each([
  ["src/contractTest/resources/db/copy", sql],
  ["src/integrationTest/resources/db/testmigration", "CREATE TABLE other (id bigint PRIMARY KEY);\n"],
])("%s is left out, and not what it is a copy of", (root, text) => {
  const files = { [`${root}/V1__a.sql`]: text, [`${resources}/db/migration/V1__a.sql`]: sql };
  const roots = discover(memoryFileSystem(files), []).map(({ root }) => root);
  expect(roots).toEqual([`${resources}/db/migration`]);
});

test.each([
  ["src/main/resources/application.yaml", "spring:\n  flyway:\n    defaultSchema: ${DB_SCHEMA:sales}\n"],
  ["profiles/dev/application.properties", "flyway.schemas=${DB_SCHEMA:sales}\n"],
])("a schema that a variable may replace, in %s", async (path, text) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "build.gradle": "dependencies { implementation 'org.flywaydb:flyway-core' }\n",
      [path]: text,
      [`${resources}/db/migration/V1__a.sql`]:
        "CREATE TABLE sales.t (id bigint PRIMARY KEY, a int);\nCREATE INDEX t_a ON sales.t (a);\n",
      [`${resources}/db/migration/V2__b.sql`]: "DROP INDEX t_a;\n",
      [`${resources}/db/migration/V3__c.sql`]: "CREATE INDEX t_a_again ON sales.t (a);\n",
    }),
  });
  const advice = findings.find(
    ({ file, ruleId }) => file.includes("V3") && ruleId === "index-without-concurrently",
  );
  expect(advice?.instead).toBeDefined();
  expect(advice?.instead).not.toContain("serves the same queries");
});

const builds = (build: string) => ({
  "build.gradle": build,
  [`${resources}/db/migration/V1__a.sql`]: "CREATE TABLE t (id bigint PRIMARY KEY, a int);\n",
  [`${resources}/db/migration/V2__b.sql`]: "CREATE INDEX t_a ON t (a);\n",
  [`${resources}/db/migration/V3__c.sql`]: "UPDATE t SET a = 1;\n",
});
const alone = "-- alone in a separate migration: the tool opens no transaction for such a file";

test.each([
  [`plugins { id 'org.springframework.boot' version '2.2.2.RELEASE' }\n${core}`, alone],
  [`plugins { id "org.flywaydb.flyway" version "6.0.8" }\n${core}`, alone],
  ['compile group: "org.flywaydb", name: "flyway-core", version: "4.1.2"\n', alone],
  ['compile group: "org.flywaydb", name: "flyway-core", version: "4.0.3"\n', "-- by hand, before"],
  [
    `plugins { id 'org.springframework.boot' version '2.3.1.RELEASE' }\n${core}`,
    "-- in a separate migration",
  ],
])("before 6.1 there is no script configuration: %s", async (build, begins) => {
  const { findings } = await lintProject({ fs: memoryFileSystem(builds(build)) });
  const of = (rule: string): string => findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
  const index = of("index-without-concurrently");
  expect(index.startsWith(begins)).toBe(true);
  if (begins === alone) expect(index).toBe(`${alone}\nCREATE INDEX CONCURRENTLY t_a ON t (a);`);
  expect(of("update-without-where").startsWith("-- by hand, not in a migration")).toBe(
    !begins.startsWith("-- in a "),
  );
});

test.each([
  ["flyway.conf", "flyway.group=true\n", "deploy first"],
  ["flyway.conf", "flyway.group=true\nflyway.mixed=true\n", ""],
  ["flyway.toml", "[flyway]\ngroup = true\n", "deploy first"],
  [`${resources}/config/application.yaml`, "spring:\n  flyway:\n    group: ${GROUP:true}\n", "deploy first"],
])("a group is one transaction, and fails where one of it runs in none: %s", async (path, text, grouped) => {
  const files = {
    ...builds(`${core}\n`),
    [path]: text,
    [`${resources}/db/migration/V4__d.sql`]: "ALTER TABLE t ALTER COLUMN a SET NOT NULL;\n",
  };
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  const of = (rule: string): string => findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
  const index = of("index-without-concurrently");
  expect(index).toContain(
    grouped === "" ? "(executeInTransaction=false" : "(flyway.group=false, as it fails",
  );
  expect(of("set-not-null").includes("here and below, deploy first: flyway runs all")).toBe(grouped !== "");
});

test("a source that uses it speaks for it where the build takes it from elsewhere", () => {
  const tool = (source: string) =>
    discover(
      memoryFileSystem({
        "app/build.gradle.kts": "dependencies { implementation(libs.bundles.postgres) }\n",
        [`app/${resources}/db/migration/V1__a.sql`]: sql,
        "app/src/main/kotlin/shop/db/PostgresDataSource.kt": source,
      }),
      [],
    ).map((one) => one.tool);
  expect(tool("package shop\n\nimport org.flywaydb.core.Flyway\n")).toEqual(["flyway"]);
  expect(tool("package shop\n")).toEqual(["raw"]);
});

test("folders that only {vendor} tells apart are a history for each database", () => {
  const files = {
    [`${resources}/db/migration/h2/V1__a.sql`]: sql,
    [`${resources}/db/migration/mysql/V1__a.sql`]: sql,
    [`${resources}/db/migration/postgresql/V1__a.sql`]: sql,
    [`${resources}/application.yml`]: "spring:\n  flyway:\n    locations: classpath:db/migration/{vendor}\n",
  };
  expect(
    discover(memoryFileSystem(files), []).map(({ root, dialect, migrations }) => [
      root.slice(`${resources}/db/migration/`.length),
      dialect,
      migrations.length,
    ]),
  ).toEqual([
    ["h2", "other", 1],
    ["mysql", "mysql", 1],
    ["postgresql", "postgres", 1],
  ]);
});
