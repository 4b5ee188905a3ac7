/** What is one history, what are several, and what is none. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { readFolders, unreadFolders } from "../../src/project/left-out/unread.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const found = (files: Readonly<Record<string, string>>, roots: readonly string[] = []): readonly string[] =>
  discover(memoryFileSystem(files), roots).map(
    ({ root, dialect, migrations }) =>
      `${root} ${dialect}: ${migrations.map(({ up }) => up.path.slice(up.path.lastIndexOf("/") + 1)).join(" ")}`,
  );

const table = (name: string): string => `CREATE TABLE ${name} (id int PRIMARY KEY);\n`;

describe("one migration for several databases", () => {
  test("by the end of the names of pairs: a history for each", () => {
    const files = {
      "db/migrations/001_init_mysql.up.sql": table("a"),
      "db/migrations/001_init_mysql.down.sql": "DROP TABLE a;\n",
      "db/migrations/001_init_postgres.up.sql": table("a"),
      "db/migrations/001_init_postgres.down.sql": "DROP TABLE a;\n",
      "db/migrations/002_both.up.sql": table("b"),
      "db/migrations/002_both.down.sql": "DROP TABLE b;\n",
    };
    expect(found(files)).toEqual([
      "db/migrations postgres: 001_init_postgres.up.sql 002_both.up.sql",
      "db/migrations mysql: 001_init_mysql.up.sql 002_both.up.sql",
    ]);
    expect(discover(memoryFileSystem(files), []).flatMap(({ problems }) => problems)).toEqual([]);
  });

  test("by the end of numbered names; the other half of a pair of names is none", () => {
    expect(
      found({
        "migrations/1_users-pg.sql": table("a"),
        "migrations/1_users-sqlite.sql": table("a"),
        "migrations/2_copy_from_mysql.sql": table("b"),
      }),
    ).toEqual([
      "migrations postgres: 1_users-pg.sql 2_copy_from_mysql.sql",
      "migrations sqlite: 1_users-sqlite.sql 2_copy_from_mysql.sql",
    ]);
  });

  test("a file called default serves the databases that have none of their own", () => {
    expect(
      found({
        "migrations/1_users_default.sql": table("a"),
        "migrations/1_users_postgres.sql": table("a"),
        "migrations/1_users_postgis.sql": table("a"),
        "migrations/2_notes_default.sql": table("b"),
        "migrations/2_notes_mysql.sql": table("b"),
        "migrations/3_set_default.sql": table("c"),
      }),
    ).toEqual([
      "migrations postgres: 1_users_postgres.sql 2_notes_default.sql 3_set_default.sql",
      "migrations mysql: 1_users_default.sql 2_notes_mysql.sql 3_set_default.sql",
    ]);
  });

  test("by the end of names in folders of releases", () => {
    expect(
      found({
        "sql/migrate/v100/migrate-db-default.sql": table("a"),
        "sql/migrate/v100/migrate-db-db2.sql": table("a"),
        "sql/migrate/v100/migrate-db-postgres.sql": table("a"),
        "sql/migrate/v100/migrate-default.sql": table("b"),
        "sql/migrate/v110/migrate-default.sql": table("c"),
        "sql/migrate/v110/migrate-mysql.sql": table("c"),
        "sql/migrate/v110/migrate-oracle.sql": table("c"),
      }),
    ).toEqual([
      "sql/migrate postgres: migrate-db-postgres.sql migrate-default.sql migrate-default.sql",
      "sql/migrate other: migrate-db-db2.sql migrate-default.sql migrate-oracle.sql",
      "sql/migrate mysql: migrate-db-default.sql migrate-default.sql migrate-mysql.sql",
    ]);
  });

  test("a file for the others that has no statement does nothing on purpose", async () => {
    const fs = memoryFileSystem({
      "migrations/1_a.up.sql": table("a"),
      "migrations/2_b.postgres.up.sql": "CREATE INDEX CONCURRENTLY i ON a (id);\n",
      "migrations/2_b.mysql.up.sql": "CREATE INDEX i ON a (id);\n",
      "migrations/3_c.postgres.up.sql": "CREATE INDEX CONCURRENTLY j ON a (id);\n",
      "migrations/3_c.up.sql": "-- PostgreSQL only\n",
      "migrations/4_d.up.sql": "-- later\n",
    });
    const { findings } = await lintProject({ fs, opinions: { only: ["empty-migration"] } });
    expect(findings.map(({ file }) => file)).toEqual(["migrations/4_d.up.sql"]);
  });

  test("a database that the configuration states is the only one", () => {
    const files = memoryFileSystem({
      "migrations/1_a.mysql.up.sql": table("a"),
      "migrations/1_a.postgres.up.sql": table("a"),
    });
    expect(discover(files, [], { dialect: "mysql" }).map(({ dialect }) => dialect)).toEqual(["mysql"]);
  });
});

describe("several folders that are one history", () => {
  test("flyway's locations of a profile", () => {
    expect(
      found({
        "src/main/resources/application.yml": "spring:\n  flyway:\n    enabled: true\n",
        "src/main/resources/application-local.yml":
          "spring:\n  flyway:\n    locations: classpath:db/migration,classpath:db/local\n",
        "src/main/resources/db/migration/V1__a.sql": table("a"),
        "src/main/resources/db/migration/V3__c.sql": table("c"),
        "src/main/resources/db/local/V2__b.sql": table("b"),
      }),
    ).toEqual(["src/main/resources/db/migration postgres: V1__a.sql V2__b.sql V3__c.sql"]);
  });

  test("flyway's locations on a command line, in a container and for vendors", () => {
    expect(
      found({
        Makefile: "up:\n\tflyway -url=$(URL) -locations=filesystem:sql/base,sql/extra migrate\n",
        "sql/base/V1__a.sql": table("a"),
        "sql/extra/V2__b.sql": table("b"),
      }),
    ).toEqual(["sql/base postgres: V1__a.sql V2__b.sql"]);
    expect(
      found({
        "compose.yml":
          "services:\n  db:\n    image: flyway/flyway\n    environment:\n      FLYWAY_LOCATIONS: filesystem:sql/base,filesystem:sql/{vendor}\n",
        "sql/base/V1__a.sql": table("a"),
        "sql/postgresql/V2__b.sql": table("b"),
        "sql/mysql/V2__b.sql": table("b"),
      }),
    ).toEqual(["sql/base postgres: V1__a.sql V2__b.sql", "sql/base mysql: V1__a.sql V2__b.sql"]);
  });

  const hasura = {
    "config.yaml": "metadata_directory: metadata\n",
    "migrations/base/default/1_a/up.sql": table("a"),
    "migrations/base/default/3_c/up.sql": table("c"),
    "migrations/own/default/2_b/up.sql": table("b"),
    "migrations/own/other/1_a/up.sql": table("x"),
  };

  test("what the stages of an image copy to one place", () => {
    const Dockerfile = [
      "FROM hasura/graphql-engine AS base",
      'COPY ./migrations/base "${HOME}/migrations"',
      "FROM base AS own",
      'COPY ./migrations/own "${HOME}/migrations/"',
    ].join("\n");
    expect(found({ ...hasura, Dockerfile })).toEqual([
      "migrations/base/default postgres: up.sql up.sql up.sql",
      "migrations/own/other postgres: up.sql",
    ]);
  });

  test("not what two images copy to a place of the same name", () => {
    const Dockerfile = [
      "FROM hasura/graphql-engine AS base",
      "COPY migrations/base /migrations",
      "FROM hasura/graphql-engine AS own",
      "COPY migrations/own /migrations",
    ].join("\n");
    expect(found({ ...hasura, Dockerfile })).toHaveLength(3);
  });
});

describe("the same migrations once more", () => {
  const original = { "db/pgx/001_a.up.sql": table("a"), "db/pgx/002_b.up.sql": table("b") };

  test("a copy, whole or in part, is linted once", () => {
    const files = {
      ...original,
      "db/sql/001_a.up.sql": table("a"),
      "db/sql/002_b.up.sql": table("b"),
      "db/pgx5/001_a.up.sql": `-- Generated, don't edit.\nUSE shop;\n${table("a")}`,
    };
    const [only, ...others] = discover(memoryFileSystem(files), []);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ root: "db/pgx", copies: ["db/sql", "db/pgx5"] });
    expect(found(files, ["db/sql"])).toEqual(["db/sql postgres: 001_a.up.sql 002_b.up.sql"]);
  });

  test("also of the folder itself", () => {
    expect(found({ "001_a.sql": table("a"), "backup/001_a.sql": table("a") })).toEqual([
      ". postgres: 001_a.sql",
    ]);
  });

  test("what a build copied is none, also where it is older", () => {
    const resources = (home: string): Record<string, string> => ({
      [`${home}/db/migration/V1__a.sql`]: table("a"),
    });
    const files = {
      ...resources("src/main/resources"),
      "src/main/resources/db/migration/V2__b.sql": table("b"),
      "bin/main/db/migration/V1__a.sql": table("old"),
      ...resources("out/production/resources"),
      ...resources("build/resources/main"),
    };
    const [only, ...others] = discover(memoryFileSystem(files), []);
    expect([only?.root, only?.copies, others]).toEqual(["src/main/resources/db/migration", undefined, []]);
    expect(found(resources("out/production/resources"))).toHaveLength(1);
  });

  test("a copy of changelogs is read, not unread", () => {
    const changelog = (home: string): Record<string, string> => ({
      [`${home}/db/changelog/db.changelog-master.yaml`]:
        "databaseChangeLog:\n  - includeAll: { path: db/changelog/shop/ }\n",
      [`${home}/db/changelog/shop/1-a.xml`]:
        '<databaseChangeLog><changeSet id="1" author="ann"><sql>CREATE TABLE a (id int PRIMARY KEY)</sql></changeSet></databaseChangeLog>\n',
    });
    const fs = memoryFileSystem({
      "build.gradle": "implementation 'org.liquibase:liquibase-core'\n",
      ...changelog("a/src/main/resources"),
      ...changelog("b/src/main/resources"),
    });
    const histories = discover(fs, []);
    expect(histories.map(({ copies }) => copies)).toEqual([["b/src/main/resources/db/changelog"]]);
    const isRead = readFolders(histories);
    expect(unreadFolders(fs).filter(({ root }) => !isRead(root))).toEqual([]);
  });

  test("the changelog that the settings of its module name is the one that runs", () => {
    const set = (id: number): string =>
      `<changeSet id="${id}" author="ann"><sql>CREATE TABLE t${id} (id int PRIMARY KEY)</sql></changeSet>`;
    const changelog = (home: string, ...ids: readonly number[]): Record<string, string> =>
      Object.fromEntries<string>([
        [
          `${home}/db/changelog/db.changelog-master.xml`,
          `<databaseChangeLog>${ids.map((id) => `<include file="${id}.xml" relativeToChangelogFile="true"/>`).join("")}</databaseChangeLog>\n`,
        ],
        ...ids.map((id): [string, string] => [
          `${home}/db/changelog/${id}.xml`,
          `<databaseChangeLog>${set(id)}</databaseChangeLog>\n`,
        ]),
      ]);
    const settings = "spring.liquibase.change-log=classpath:/db/changelog/db.changelog-master.xml\n";
    const files = {
      ...changelog("copied", 1, 2),
      ...changelog("shop/src/main/resources", 1, 2),
      "shop/src/main/resources/application.properties": settings,
    };
    const [only, ...others] = discover(memoryFileSystem(files), []);
    expect([only?.root, only?.copies, others]).toEqual([
      "shop/src/main/resources/db/changelog",
      ["copied/db/changelog"],
      [],
    ]);
  });

  test("one statement that differs makes another history", () => {
    expect(
      found({ ...original, "db/sql/001_a.up.sql": table("a"), "db/sql/002_b.up.sql": table("c") }),
    ).toHaveLength(2);
  });

  test("files without a statement say nothing", () => {
    expect(
      found({ "a/migrations/1_x.up.sql": "-- later\n", "b/migrations/1_x.up.sql": "-- later\n" }),
    ).toHaveLength(2);
  });
});

describe("what Go programs embed", () => {
  const embed = (patterns: string): string => `package db\n\n//go:embed ${patterns}\nvar files embed.FS\n`;

  test("only by a test: test data", () => {
    const files = {
      "store/sql/001_a.up.sql": table("a"),
      "store/store.go": embed("sql/*.sql"),
      "runner/lines/001_x.up.sql": table("x"),
      "runner/runner_test.go": embed("lines"),
    };
    expect(found(files)).toEqual(["store/sql postgres: 001_a.up.sql"]);
    expect(discover(memoryFileSystem(files), [])[0]?.evidence).toContain(
      "runner/lines is left out: only runner/runner_test.go embeds it",
    );
    expect(found(files, ["runner/lines"])).toEqual(["runner/lines postgres: 001_x.up.sql"]);
  });

  test("the folder beside it alone: an archive", () => {
    expect(
      found({
        "store/migrations/sql/001_a.up.sql": table("a"),
        "store/migrations/legacy/001_x.up.sql": table("x"),
        "store/store.go": embed("migrations/sql/*.sql"),
      }),
    ).toEqual(["store/migrations/sql postgres: 001_a.up.sql"]);
  });

  test("both, or nothing: all are histories", () => {
    const files = { "a/sql/001_a.up.sql": table("a"), "b/sql/001_x.up.sql": table("x") };
    expect(found(files)).toHaveLength(2);
    expect(found({ ...files, "a/a.go": embed("sql"), "b/b.go": embed("all:sql") })).toHaveLength(2);
    expect(found({ "b/sql/001_x.up.sql": table("x"), "b/b_test.go": embed("sql") })).toHaveLength(1);
  });
});

describe("copies that file managers make of a file", () => {
  const copies = [
    "schema (copy).sql",
    "schema (copy) 1.sql",
    "schema (another copy).sql",
    "schema (3rd copy).sql",
    "schema copy.sql",
    "schema copy 2.sql",
    "schema - Copy.sql",
    "schema - Copy (2).sql",
    "schema (1).sql",
    "Copy of schema.sql",
  ];

  test.each(copies)("%s beside the file is left out, and named", (copy) => {
    const fs = memoryFileSystem({
      "db/migrations/2024-01-01-first.sql": table("a"),
      "db/migrations/schema.sql": table("b"),
      [`db/migrations/${copy}`]: table("b"),
    });
    const [history, ...others] = discover(fs, []);
    expect(others).toEqual([]);
    expect(history?.migrations.map(({ up }) => up.path)).not.toContain(`db/migrations/${copy}`);
    expect(history?.loose).toEqual([
      `db/migrations/${copy} is left out: by its name, a copy of what lies beside`,
    ]);
  });

  test("a file that only has such a name stays", () => {
    const files = {
      "db/migrations/1 users copy.sql": table("a"),
      "db/migrations/2 rows (1).sql": table("b"),
    };
    expect(found(files)).toEqual(["db/migrations postgres: 1 users copy.sql 2 rows (1).sql"]);
  });

  test("a tool that runs every file of its folder runs a copy, too", () => {
    const files = {
      "src/main/resources/db/migration/V1__a.sql": table("a"),
      "src/main/resources/db/migration/V2__b.sql": table("b"),
      "src/main/resources/db/migration/V2__b (1).sql": table("b"),
    };
    const [history] = discover(memoryFileSystem(files), []);
    expect(history?.loose).toBeUndefined();
    expect(history?.problems.map(({ path }) => path)).toEqual([
      "src/main/resources/db/migration/V2__b (1).sql",
    ]);
  });
});

test("of two folders with the same files, the one that settings name is linted", () => {
  const own = { "2024-01-01-a.sql": table("a"), "2024-01-02-b.sql": table("b") };
  const files = Object.fromEntries(
    ["api/db/migrations", "api/src/db/migrations"].flatMap((folder) =>
      Object.entries(own).map(([name, text]) => [`${folder}/${name}`, text]),
    ),
  );
  const settings = `module.exports = { client: "pg", migrations: { directory: "./src/db/migrations" } };\n`;
  const roots = (more: Readonly<Record<string, string>>) =>
    discover(memoryFileSystem({ ...files, ...more }), []).map(({ root, copies }) => [root, copies]);
  expect(roots({})).toEqual([["api/db/migrations", ["api/src/db/migrations"]]]);
  expect(roots({ "api/knexfile.js": settings })).toEqual([["api/src/db/migrations", ["api/db/migrations"]]]);
});
