/** Two tools among the resources of one module, of which Spring's settings turn one off. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const main = "app/src/main/resources";
const files = {
  "app/pom.xml": "<project><artifactId>flyway-core</artifactId><artifactId>postgresql</artifactId></project>",
  [`${main}/db/migration/V1__a.sql`]: "CREATE TABLE t (id bigint PRIMARY KEY);\n",
  [`${main}/db/changelog/db.changelog-master.xml`]:
    '<databaseChangeLog><changeSet id="1" author="a"><dropTable tableName="t"/></changeSet></databaseChangeLog>',
};
const tools = (settings: Readonly<Record<string, string>>) =>
  discover(memoryFileSystem({ ...files, ...settings }), []).map(({ tool, loose }) => [
    tool,
    ...(loose ?? []),
  ]);

const url = "spring.datasource.url=jdbc:postgresql://db/x\n";
const off = (tool: string, file: string) =>
  `${main}/db/${tool === "flyway" ? "migration" : "changelog"} is left out: ${main}/${file} turns ${tool} off`;

describe("the tool that is turned off is left out", () => {
  test.each([
    [
      "application.properties",
      `${url}spring.liquibase.enabled=false\nspring.flyway.enabled=true\n`,
      "liquibase",
    ],
    ["application.properties", `${url}spring.flyway.enabled = false\n`, "flyway"],
    ["application.properties", `${url}spring.flyway.enabled=\${FLYWAY:false}\n`, "flyway"],
    [
      "application.yml",
      "spring:\n  datasource: { url: 'jdbc:postgresql://db/x' }\n  flyway:\n    enabled: false\n  liquibase:\n    enabled: true\n",
      "flyway",
    ],
    [
      "application.yaml",
      "spring:\n  datasource: { url: 'jdbc:postgresql://db/x' }\n  liquibase: { enabled: false }\n---\nspring: { liquibase: { enabled: true } }\n",
      "liquibase",
    ],
  ])("%s: %s", (file, text, tool) => {
    const [[kept, says] = [], ...others] = tools({ [`${main}/${file}`]: text });
    expect(others).toEqual([]);
    expect(kept).toBe(tool === "flyway" ? "liquibase" : "flyway");
    expect(says).toContain(off(tool, file));
  });
});

test.each([
  ["both are on", `${url}spring.jpa.show-sql=false\n`],
  [
    "both are off: a job of its own may run them",
    `${url}spring.liquibase.enabled=false\nspring.flyway.enabled=false\n`,
  ],
])("both are read where %s", (_, text) => {
  const found = tools({ [`${main}/application.properties`]: text });
  expect(found.map(([tool]) => tool)).toEqual(["liquibase", "flyway"]);
});

test("both are read where the environment turns on what is off without it", () => {
  const found = tools({
    [`${main}/application.properties`]: `${url}spring.flyway.enabled=\${FLYWAY:false}\n`,
    "docker-compose.yml": "services:\n  app:\n    environment:\n      FLYWAY: 'true'\n",
  });
  expect(found.map(([tool]) => tool)).toEqual(["liquibase", "flyway"]);
});

test("is left out where one profile turns it off and the build has it in a comment only", () => {
  const others = Object.fromEntries(Object.entries(files).filter(([path]) => path !== "app/pom.xml"));
  const build = "dependencies {\n  implementation(libs.flyway.starter)\n";
  const profile = (more: string) => ({
    ...others,
    "app/build.gradle.kts": `${build}${more}\n  runtimeOnly(libs.postgresql)\n}\n`,
    [`${main}/application-prod.yml`]:
      "spring:\n  flyway: { enabled: true }\n  liquibase:\n    enabled: false\n",
  });
  const found = (more: string) =>
    discover(memoryFileSystem(profile(more)), []).map(({ tool, loose = [] }) => [tool, ...loose]);
  expect(found("  /*\n  implementation(libs.liquibase.starter)\n  */")).toEqual([
    ["flyway", `${off("liquibase", "application-prod.yml")}, and flyway runs ${main}/db/migration`],
  ]);
  expect(found("  implementation(libs.liquibase.starter)").map(([tool]) => tool)).toEqual([
    "liquibase",
    "flyway",
  ]);
});

test("one profile says nothing of the others", () => {
  const found = tools({
    [`${main}/application.properties`]: url,
    [`${main}/application-test.properties`]: "spring.liquibase.enabled=false\n",
  });
  expect(found).toHaveLength(2);
});

describe("files that are named for a tool which the build hasn't", () => {
  const liquibase =
    "<project><artifactId>liquibase-core</artifactId><artifactId>postgresql</artifactId></project>";

  test("are left out beside the tool that it has", () => {
    const [[kept, says] = [], ...others] = tools({ "app/pom.xml": liquibase });
    expect(others).toEqual([]);
    expect(kept).toBe("liquibase");
    expect(says).toBe(
      `${main}/db/migration is left out: the build has liquibase, and nothing that runs these files`,
    );
  });

  test.each([
    [
      "something else names the tool",
      { "app/compose.yml": "services: { f: { image: flyway/flyway:10 } }\n" },
    ],
    ["the build is another one", { "app/pom.xml": "<project/>" }],
    ["both are there", { "app/pom.xml": `${liquibase}<artifactId>flyway-core</artifactId>` }],
  ])("are read where %s", (_, more) => {
    expect(tools({ "app/pom.xml": liquibase, ...more })).toHaveLength(2);
  });
});

describe("the only tool, which its settings turn off", () => {
  const only = { ...files, [`${main}/db/changelog/db.changelog-master.xml`]: "" };
  type Files = Readonly<Record<string, string>>;
  const found = (settings: Files, facts = {}) =>
    discover(memoryFileSystem({ ...only, ...settings }), [], facts);
  const idle = (settings: Files) => found(settings).flatMap((history) => history.idle ?? []);
  const turned = { [`${main}/application.properties`]: `${url}spring.flyway.enabled=false\n` };

  test("runs nothing", () => {
    const because = [`${main}/application.properties turns flyway off`];
    expect(idle(turned)).toEqual(because);
    expect(idle({ ...turned, [`${main}/application-dev.yml`]: "spring.flyway.enabled: false\n" })).toEqual(
      because,
    );
    // A level of its log, and another key's own `enabled`.
    const levels = "logging:\n  level:\n    flyway: INFO\nspringdoc:\n  api-docs:\n    enabled: true\n";
    expect(idle({ ...turned, [`${main}/application-dev.yml`]: levels })).toEqual(because);
    const container = "services:\n  app: { environment: { SPRING_FLYWAY_ENABLED: 'false' } }\n";
    expect(idle({ ...turned, "compose.yml": container })).toEqual(because);
    const job = "jobs:\n  test:\n    steps:\n      - run: mvn verify -Dspring.flyway.enabled=false\n";
    expect(idle({ ...turned, ".github/workflows/test.yml": job })).toEqual(because);
    const config = "data:\n  application.yml: |\n    spring:\n      flyway:\n        enabled: false\n";
    expect(idle({ ...turned, "k8s/config.yaml": config })).toEqual(because);
    for (const says of ['"spring.flyway.enabled=false"', '"spring.flyway.enabled", () -> "false"'])
      expect(idle({ ...turned, "app/src/test/java/AIT.java": `class AIT { @P(${says}) }\n` })).toEqual(
        because,
      );
    const on = 'class AIT { @P("spring.flyway.enabled=true") }\n';
    expect(idle({ ...turned, "app/src/test/java/AIT.java": on })).toEqual([]);
    const readme = { "README.md": `- \`${main}/db/migration\`: the versions of Flyway\n` };
    expect(idle({ ...turned, ...readme })).toEqual(because);
  });

  test("runs nothing beside another module that its tool runs", () => {
    const plugin = "<plugin><artifactId>flyway-maven-plugin</artifactId></plugin>";
    const others = {
      "pom.xml": `<project><pluginManagement>${plugin}</pluginManagement></project>`,
      "schema/pom.xml": `<project>${plugin}</project>`,
      "schema/run.sh": "mvn flyway:migrate\n",
      "compose.yml":
        "services:\n  schema: { build: ./schema, environment: { SPRING_FLYWAY_LOCATIONS: 'db/migration' } }\n  app: { build: ./app }\n",
    };
    expect(idle({ ...turned, ...others })).toHaveLength(1);
    expect(idle({ ...turned, ...others, "run.sh": "mvn -pl app flyway:migrate\n" })).toEqual([]);
    expect(idle({ ...turned, ...others, "pom.xml": `<project>${plugin}</project>` })).toEqual([]);
  });

  test("is read where its folder is named, or its tool stated", () => {
    const fs = memoryFileSystem({ ...only, ...turned });
    expect(discover(fs, [`${main}/db/migration`]).map((history) => history.idle)).toEqual([undefined]);
    expect(discover(fs, ["."]).map((history) => history.idle !== undefined)).toEqual([true]);
    for (const facts of [{ tool: "flyway" }, { folders: { [`${main}/db/migration`]: {} } }])
      expect(found(turned, facts).map((history) => history.idle)).toEqual([undefined]);
  });

  test("isn't linted, and the scripts beside it are", async () => {
    const scripts = { "app/sql/1_a.sql": "DROP TABLE a;\n", "app/sql/2_b.sql": "DROP TABLE b;\n" };
    const {
      histories,
      leftOut = [],
      coverage,
    } = await lintProject({
      fs: memoryFileSystem({ ...only, ...turned, ...scripts }),
    });
    expect(leftOut.map(({ root }) => root)).toEqual([`${main}/db/migration`]);
    expect(histories.map(({ root }) => root)).toEqual(["app/sql"]);
    expect(coverage.histories.notRead).toEqual([
      { root: `${main}/db/migration`, what: "nothing runs it", migrations: 1 },
    ]);
  });

  test.each([
    [
      "a profile turns it on",
      { [`${main}/application-prod.yml`]: "spring:\n  flyway:\n    enabled: true\n" },
    ],
    [
      "a variable may turn it on",
      { [`${main}/application-prod.properties`]: "spring.flyway.enabled=${RUN:true}\n" },
    ],
    ["tests turn it on", { "app/src/test/resources/application.properties": "spring.flyway.enabled=true\n" }],
    [
      "a plugin runs it",
      { "app/pom.xml": `${files["app/pom.xml"]}<artifactId>flyway-maven-plugin</artifactId>` },
    ],
    ["a container runs it", { "docker-compose.yml": "services:\n  migrate: { image: flyway/flyway }\n" }],
    [
      "the program runs it",
      { "app/src/main/java/x/MigrationConfig.java": "class C { void run() { Flyway.configure(); } }\n" },
    ],
    [
      "a test reads its files",
      { "app/src/test/java/x/RepositoryTest.java": '@Sql("/db/migration/V1__a.sql")\nclass C {}\n' },
    ],
    [
      "a container starts with its files",
      {
        "compose.yml":
          "services:\n  db: { volumes: ['./app/src/main/resources/db/migration:/docker-entrypoint-initdb.d'] }\n",
      },
    ],
    ["a document turns it on", { "README.md": "    java -jar app.jar --spring.flyway.enabled=true\n" }],
    [
      "a document hands its files to the client",
      { "README.md": "    psql -f app/src/main/resources/db/migration/V1__a.sql\n" },
    ],
    [
      "the settings fill the database with them",
      {
        [`${main}/application-dev.properties`]:
          "spring.sql.init.schema-locations=classpath:db/migration/V1__a.sql\n",
      },
    ],
    [
      "a server of settings may turn it on",
      {
        [`${main}/application-prod.yml`]: "spring:\n  config:\n    import: 'configserver:http://settings'\n",
      },
    ],
    [
      "a module with settings of its own takes it along",
      { "web/build.gradle": "dependencies {\n  implementation project(':app')\n}\n" },
    ],
  ])("%s", (_name, more: Files) => {
    expect(idle({ ...turned, ...more })).toEqual([]);
  });
});
