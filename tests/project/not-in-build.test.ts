/** Files for a tool that no build file depends on, and what may run them all the same. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const resources = "src/main/resources";
const changelog = {
  [`${resources}/db/changelog/db.changelog-master.xml`]:
    '<databaseChangeLog><changeSet id="1" author="a"><dropTable tableName="t"/></changeSet></databaseChangeLog>',
};
const versions = { [`${resources}/db/migration/V1__a.sql`]: "CREATE TABLE t (id bigint PRIMARY KEY);\n" };
const settings = {
  [`${resources}/application.properties`]:
    "spring.datasource.url=jdbc:postgresql://db/x\nspring.jpa.hibernate.ddl-auto=update\n",
};

const dependency = (group: string, name: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId></dependency>`;
const plain = [
  dependency("org.springframework.boot", "spring-boot-starter-data-jpa"),
  dependency("org.postgresql", "postgresql"),
];
const parent =
  "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent>";
const pom = (...inside: readonly string[]): string => `<project>${inside.join("\n")}</project>`;
const liquibase = dependency("org.liquibase", "liquibase-core");

const found = (files: Files) => discover(memoryFileSystem({ ...settings, ...files }), []);
const says = (files: Files): readonly string[] => found(files).flatMap(({ unrun }) => unrun?.says ?? []);
const idle = (files: Files) => found(files).map((history) => history.idle);
const isSaid = (files: Files): boolean =>
  says(files).some((one) => one.includes("nothing here runs")) ||
  idle(files).some((one) => one !== undefined);

describe("nothing runs them", () => {
  test("the build hasn't the tool", () => {
    expect(idle({ ...changelog, "pom.xml": pom(parent, ...plain) })).toEqual([
      `pom.xml has no liquibase, and ${resources}/application.properties has Hibernate make the tables`,
    ]);
  });

  test("its module builds nothing, but holds others together", () => {
    const holds = pom(parent, liquibase, "<packaging>pom</packaging><modules><module>api</module></modules>");
    expect(idle({ ...changelog, "pom.xml": holds })).toEqual([
      "pom.xml has packaging pom, which builds nothing in src",
    ]);
    const plugin = "<plugin><artifactId>liquibase-maven-plugin</artifactId></plugin>";
    expect(idle({ ...changelog, "pom.xml": holds.replace("</project>", `${plugin}</project>`) })).toEqual([
      undefined,
    ]);
    // Of two copies, the module's own is the one that runs.
    const own = Object.entries(changelog).map(([path, text]) => [`api/${path}`, text] as const);
    const both = { ...changelog, ...Object.fromEntries(own), "api/pom.xml": pom(parent, liquibase) };
    expect(found({ ...both, "pom.xml": holds }).map(({ root }) => root)).toEqual([
      `api/${resources}/db/changelog`,
    ]);
  });

  test("the build has libraries whose names alone sound as if they brought it", () => {
    const others = [
      dependency("commons-codec", "commons-codec"),
      dependency("io.hypersistence", "hypersistence-utils-hibernate-63"),
      dependency("org.mockito", "mockito-core"),
      dependency("org.deeplearning4j", "deeplearning4j-core"),
    ];
    expect(idle({ ...versions, "pom.xml": pom(parent, ...plain, ...others) })).toEqual([
      `pom.xml has no flyway, and ${resources}/application.properties has Hibernate make the tables`,
    ]);
  });

  test("it has it in a comment", () => {
    expect(idle({ ...changelog, "pom.xml": pom(parent, ...plain, `<!-- ${liquibase} -->`) })).toEqual([
      "pom.xml has liquibase in a comment only",
    ]);
  });

  test("Gradle", () => {
    const build =
      "plugins { id 'java'; id 'org.springframework.boot' version '3.2.0' }\ndependencies {\n  implementation 'org.springframework.boot:spring-boot-starter-web'\n  // implementation 'org.liquibase:liquibase-core'\n  runtimeOnly 'org.postgresql:postgresql'\n}\n";
    expect(idle({ ...changelog, "build.gradle": build })).toEqual([
      "build.gradle has liquibase in a comment only",
    ]);
  });

  test("names of versions alone, which no tool was found for", () => {
    expect(idle({ ...versions, "pom.xml": pom(parent, ...plain) })).toEqual([
      `pom.xml has no flyway, and ${resources}/application.properties has Hibernate make the tables`,
    ]);
  });

  test.each<[string, string, boolean]>([
    ["Hibernate makes the tables", "spring.jpa.hibernate.ddl-auto=update\n", true],
    [
      "Hibernate compares them, so that somebody makes them",
      "spring.jpa.hibernate.ddl-auto=validate\n",
      false,
    ],
    ["nothing is said of Hibernate", "spring.datasource.url=jdbc:postgresql://db/x\n", false],
    ["its line is a comment", "# spring.jpa.hibernate.ddl-auto=update\n", false],
  ])("it is left out where something else makes the tables: %s", (_, text, isLeftOut) => {
    const own = { [`${resources}/application.properties`]: text };
    const [history] = found({ ...versions, "pom.xml": pom(parent, ...plain), ...own });
    expect(history?.idle !== undefined).toBe(isLeftOut);
    if (!isLeftOut) expect(history?.unrun).toMatchObject({ isSure: false });
  });

  test("it is left out where a container has Hibernate make them", () => {
    const compose = "services:\n  shop:\n    environment:\n      SPRING_JPA_HIBERNATE_DDL_AUTO: update\n";
    const own = { [`${resources}/application.properties`]: "spring.datasource.url=jdbc:postgresql://db/x\n" };
    const files = { ...versions, "pom.xml": pom(parent, ...plain), ...own, "docker-compose.yml": compose };
    expect(found(files)[0]?.idle).toBe(
      "pom.xml has no flyway, and docker-compose.yml has Hibernate make the tables",
    );
  });

  test.each([
    ["no build takes it", "implementation(libs.postgresql)", true],
    ["a build takes it", "implementation(libs.liquibase)\nimplementation(libs.postgresql)", false],
    ["a build takes it under another name", "implementation(libs.schema)", false],
  ])("a version catalog only lists what builds may take: %s", (_, line, said) => {
    const catalog = `[libraries]\nliquibase = "org.liquibase:liquibase-core:4.27"\nschema = { module = "org.liquibase:liquibase-core" }\npostgresql = "org.postgresql:postgresql:42.7"\n`;
    const gradle = `dependencies {\n${line}\n}\n`;
    expect(isSaid({ ...changelog, "build.gradle.kts": gradle, "gradle/libs.versions.toml": catalog })).toBe(
      said,
    );
  });

  test("what a document tells of the tool runs nothing", () => {
    const files = { ...changelog, "pom.xml": pom(parent, ...plain), "README.md": "We use Liquibase.\n" };
    expect(isSaid(files)).toBe(true);
  });
});

describe("something may run them", () => {
  const build = pom(parent, ...plain);
  test.each<[string, Files]>([
    ["the build has it", { "pom.xml": pom(parent, ...plain, liquibase) }],
    ["another module has it", { "pom.xml": build, "app/pom.xml": pom(liquibase) }],
    [
      "a profile's plugin",
      {
        "pom.xml": pom(parent, ...plain, "<plugin><artifactId>liquibase-maven-plugin</artifactId></plugin>"),
      },
    ],
    [
      "settings of its own program",
      { "pom.xml": build, "liquibase.properties": "url=jdbc:postgresql://db/x\n" },
    ],
    ["a workflow", { "pom.xml": build, ".github/workflows/ci.yml": "run: liquibase update\n" }],
    ["a container", { "pom.xml": build, "docker/compose.yml": "image: liquibase/liquibase:4\n" }],
    ["a script", { "pom.xml": build, "scripts/deploy.sh": "liquibase --url=$U update\n" }],
    [
      "a command of a document",
      { "pom.xml": build, "README.md": "Run `liquibase --defaults-file=x update`.\n" },
    ],
    [
      "a parent that isn't here",
      {
        "pom.xml": pom(
          "<parent><groupId>com.acme</groupId><artifactId>acme-parent</artifactId></parent>",
          ...plain,
        ),
      },
    ],
    ["a starter of others", { "pom.xml": pom(parent, ...plain, dependency("com.acme", "acme-starter-db")) }],
    [
      "a dependency that brings it",
      { "pom.xml": pom(parent, ...plain, dependency("org.flowable", "flowable-engine")) },
    ],
    [
      "a catalog",
      {
        "build.gradle.kts": "dependencies { implementation(libs.db) }\n",
        "gradle/libs.versions.toml": 'db = { module = "org.liquibase:liquibase-core" }\n',
      },
    ],
    ["a catalog that isn't here", { "build.gradle.kts": "dependencies { implementation(libs.db) }\n" }],
    [
      "a plugin of conventions",
      {
        "build.gradle.kts":
          'plugins { id("com.acme.conventions") }\ndependencies { implementation("org.postgresql:postgresql") }\n',
      },
    ],
    [
      "sources of the build",
      {
        "build.gradle.kts": 'plugins { id("java") }\n',
        "buildSrc/src/main/kotlin/db.kt": 'val l = "org.liquibase:liquibase-core"\n',
      },
    ],
    ["no build file", {}],
    ["a build of nothing", { "pom.xml": "<project/>" }],
  ])("%s", (_, files) => {
    expect(isSaid({ ...changelog, ...files })).toBe(false);
  });

  test("they lie outside of the class path", () => {
    expect(
      isSaid({ "pom.xml": build, "db/changelog/db.changelog-master.xml": Object.values(changelog)[0] ?? "" }),
    ).toBe(false);
  });
});
