/** One shape, many tools: what decides is never the shape (see the collisions of each case). */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const sql = "CREATE TABLE t (id bigint PRIMARY KEY);\n";
const npm = (name: string, range = "^1.0.0"): string => JSON.stringify({ dependencies: { [name]: range } });
const go = (path: string): string => `module example.org/m\n\nrequire ${path} v1.0.0\n`;
const cargo = (name: string): string => `[package]\nname = "m"\n\n[dependencies]\n${name} = "1"\n`;

const pair = { "migrations/1_x.up.sql": sql, "migrations/1_x.down.sql": sql };
const foldersOf = { "migrations/20240101000000_x/up.sql": sql, "migrations/20240101000000_x/down.sql": sql };
const single = { "db/migrations/20240101000000_x.sql": sql };
const short = { "drizzle/0000_x.sql": sql };
const letter = { "migrations/V1__x.sql": sql, "migrations/U1__x.sql": sql };
const prismaLike = { "prisma/migrations/20240101000000_x/migration.sql": sql };

const marked = {
  "db/migrations/20240101000000_x.sql": `-- +migrate Up\n${sql}-- +migrate Down\nDROP TABLE t;\n`,
};
const pairsBesideMarks = {
  ...marked,
  "db/migrations/000001_x.up.sql": sql,
  "db/migrations/000001_x.down.sql": "DROP TABLE t;\n",
};
const reader =
  'package db\n\nfunc isUp(line string) bool { return strings.HasPrefix(line, "-- +migrate Up") }\n';

const cases: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ["pairs alone", pair, "raw as pairs"],
  [
    "pairs and golang-migrate",
    { ...pair, "go.mod": go("github.com/golang-migrate/migrate/v4") },
    "golang-migrate as pairs",
  ],
  [
    "pairs, two libraries in go.mod, and a program above the folder that imports one",
    {
      ...pair,
      "go.mod": `${go("github.com/golang-migrate/migrate/v4")}require github.com/maragudk/migrate v0.4.3\n`,
      "migrate.go": 'package db\n\nimport "github.com/maragudk/migrate"\n',
    },
    "maragudk-migrate as pairs",
  ],
  [
    "pairs, two libraries in go.mod, and a program in the folder that imports a part of one",
    {
      ...pair,
      "go.mod": `${go("github.com/golang-migrate/migrate/v4")}require github.com/maragudk/migrate v0.4.3\n`,
      "migrations/embed.go": 'package db\n\nimport _ "github.com/golang-migrate/migrate/v4/source/iofs"\n',
      "migrations/up_test.go": 'package db\n\nimport "github.com/maragudk/migrate"\n',
    },
    "golang-migrate as pairs",
  ],
  [
    "pairs and golang-migrate, beside files with the marks of a tool that nothing names",
    { ...pairsBesideMarks, "go.mod": go("github.com/golang-migrate/migrate/v4") },
    "golang-migrate as pairs",
  ],
  [
    "pairs and a call of migrate, beside files with the marks of a tool that nothing names",
    { ...pairsBesideMarks, Makefile: "up:\n\tmigrate -path db/migrations up\n" },
    "golang-migrate as pairs",
  ],
  ["pairs beside files with the marks of a tool", pairsBesideMarks, "sql-migrate as sections"],
  [
    "pairs and golang-migrate, beside files with the marks of a tool that the project depends on",
    {
      ...pairsBesideMarks,
      "go.mod": `${go("github.com/rubenv/sql-migrate")}require github.com/golang-migrate/migrate/v4 v4.1.0\n`,
    },
    "sql-migrate as sections",
  ],
  [
    "pairs and an indirect dependency",
    { ...pair, "go.mod": "require github.com/golang-migrate/migrate/v4 v4.1.0 // indirect\n" },
    "raw as pairs",
  ],
  [
    "pairs and a call of migrate",
    { ...pair, Makefile: "up:\n\tmigrate -path migrations up\n" },
    "golang-migrate as pairs",
  ],
  [
    "pairs and a container of migrate in a chart",
    { ...pair, "go.mod": go("x"), "charts/app/templates/job.yaml": "image: migrate/migrate:v4\n" },
    "golang-migrate as pairs",
  ],
  [
    "pairs and a call of migrate in a workflow",
    { ...pair, ".github/workflows/test.yml": "- run: migrate -path migrations up\n" },
    "golang-migrate as pairs",
  ],
  [
    "pairs and a workflow that says migrate in other words",
    { ...pair, ".github/workflows/test.yml": "- run: bin/migrate up\n" },
    "raw as pairs",
  ],
  ["pairs and sqlx", { ...pair, "Cargo.toml": cargo("sqlx") }, "sqlx as pairs"],
  [
    "pairs and node-pg-migrate",
    { ...pair, "package.json": npm("node-pg-migrate") },
    "node-pg-migrate as pairs",
  ],
  [
    "pairs with several dialects",
    { "migrations/1_x.postgres.up.sql": sql, "migrations/1_x.mysql.up.sql": sql },
    "pop as pairs",
  ],
  [
    "pairs with six digits in a Go module",
    { "m/000001_x.up.sql": sql, "m/000001_x.down.sql": sql, "go.mod": go("x") },
    "golang-migrate as pairs",
  ],
  [
    "pairs with six digits in a Go module, which a script gives psql",
    {
      "m/000001_x.up.sql": sql,
      "m/000001_x.down.sql": sql,
      "go.mod": go("x"),
      "scripts/migrate.sh": 'for file in m/*.up.sql; do psql -v ON_ERROR_STOP=1 -d "$NAME" < "$file"; done\n',
    },
    "raw as pairs",
  ],
  [
    "pairs with six digits in a Go module, which a script gives psql, and the documents to migrate",
    {
      "m/000001_x.up.sql": sql,
      "m/000001_x.down.sql": sql,
      "go.mod": go("x"),
      Makefile: 'setup:\n\tpsql "$$DATABASE_URL" -f m/000001_x.up.sql\n',
      "README.md": "Then run `migrate -path m -database $DATABASE_URL up`.\n",
    },
    "golang-migrate as pairs",
  ],
  [
    "pairs with six digits in a package of another language",
    { "m/000001_x.up.sql": sql, "m/000001_x.down.sql": sql, "package.json": npm("x") },
    "raw as pairs",
  ],
  [
    "pairs with six and other digits in a Go module",
    { "m/000001_x.up.sql": sql, "m/2_x.up.sql": sql, "go.mod": go("x") },
    "raw as pairs",
  ],
  [
    "pairs with six digits in a Go module that a tool of another package reads",
    {
      "m/000001_x.up.sql": sql,
      "m/000001_x.down.sql": sql,
      "go.mod": go("x"),
      "Cargo.toml": cargo("sqlx"),
    },
    "sqlx as pairs",
  ],
  [
    "a journal of drizzle that names none of the files",
    {
      "drizzle/0000_x.sql": sql,
      "drizzle/meta/_journal.json": '{ "entries": [] }',
      "package.json": npm("drizzle-kit"),
    },
    "raw as numbered",
  ],
  [
    "do and undo",
    { "migrations/001.do.x.sql": sql, "migrations/001.undo.x.sql": sql, "package.json": npm("postgrator") },
    "postgrator as pairs",
  ],
  [
    "pairs with .autocommit",
    { "migrations/1_x.autocommit.up.sql": sql, "migrations/1_x.autocommit.down.sql": sql },
    "pop as pairs",
  ],
  ["pairs under atlas.sum", { ...pair, "migrations/atlas.sum": "h1:x\n" }, "raw as pairs"],
  [
    "pairs of golang-migrate under atlas.sum",
    { ...pair, "migrations/atlas.sum": "h1:x\n", "go.mod": go("github.com/golang-migrate/migrate/v4") },
    "golang-migrate as pairs",
  ],
  [
    "pairs of sqls loaded by steps of db-migrate",
    { "migrations/sqls/1-x-up.sql": sql, "migrations/1-x.js": "", "package.json": npm("db-migrate") },
    "db-migrate as pairs",
  ],
  [
    "steps of db-migrate that send SQL themselves",
    {
      "migrations/1-x.js": 'exports.up = (db, cb) => db.runSql("SELECT 1", cb);',
      "package.json": npm("db-migrate"),
    },
    "db-migrate as code",
  ],
  [
    "steps of db-migrate that load SQL",
    {
      "migrations/sqls/1-x-up.sql": sql,
      "migrations/1-x.js":
        'exports.up = (db) => read(fs.readFile("sqls/1-x-up.sql")).then((s) => db.runSql(s));',
      "package.json": npm("db-migrate"),
    },
    "db-migrate as pairs",
  ],
  [
    "pairs of sqls loaded by steps of knex",
    { "migrations/sqls/1-x-up.sql": sql, "migrations/1-x.js": "", "package.json": npm("knex") },
    "knex as pairs",
  ],
  [
    "pairs and a dependency on knex, with no steps",
    { "migrations/sqls/1-x-up.sql": sql, "package.json": npm("knex") },
    "raw as pairs",
  ],
  [
    "numbers and postgres-migrations",
    { "migrations/0001_x.sql": sql, "package.json": npm("pg-node-migrations") },
    "postgres-migrations as numbered",
  ],
  ["folders alone", foldersOf, "raw as folders"],
  [
    "folders beside those of diesel for another dialect",
    {
      "migrations/mysql/2024_x/up.sql": sql,
      "migrations/postgres/00000000000000_diesel_initial_setup/README": "",
    },
    "diesel as folders",
  ],
  ["folders and diesel.toml", { ...foldersOf, "diesel.toml": "" }, "diesel as folders"],
  [
    "folders and a dependency on diesel",
    { ...foldersOf, "Cargo.toml": cargo("diesel") },
    "diesel as folders",
  ],
  [
    "folders and the settings of hasura",
    { ...foldersOf, "config.yaml": "version: 3\nmetadata_directory: metadata\n" },
    "hasura as folders",
  ],
  [
    "folders with a metadata.toml",
    { ...foldersOf, "migrations/20240101000000_x/metadata.toml": "run_in_transaction = false\n" },
    "diesel as folders",
  ],
  [
    "folders with milliseconds, and nothing else of hasura",
    { "migrations/1700000000000_x/up.sql": sql },
    "raw as folders",
  ],
  ["folders with a migration.sql alone", prismaLike, "raw as folders"],
  [
    "folders with a migration.sql and steps in code",
    { ...prismaLike, "prisma/migrations/20240102000000_y/migration.ts": "" },
    "raw as folders",
  ],
  [
    "folders with a snapshot.json",
    { ...prismaLike, "prisma/migrations/20240101000000_x/snapshot.json": "{}" },
    "drizzle as folders",
  ],
  [
    "folders with a lock file of prisma",
    { ...prismaLike, "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n' },
    "prisma as folders",
  ],
  [
    "folders with a journal of drizzle",
    { ...prismaLike, "prisma/migrations/meta/_journal.json": "{}", "package.json": npm("drizzle-orm") },
    "drizzle as folders",
  ],
  ["timestamps alone", single, "raw as timestamps"],
  ["timestamps and atlas.sum", { ...single, "db/migrations/atlas.sum": "h1:x\n" }, "atlas as timestamps"],
  ["timestamps and sqlx", { ...single, "Cargo.toml": cargo("sqlx") }, "sqlx as timestamps"],
  [
    "timestamps and a dependency on goose, with no line of goose",
    { ...single, "go.mod": go("github.com/pressly/goose/v3") },
    "raw as timestamps",
  ],
  [
    "timestamps of supabase",
    { "supabase/migrations/20240101000000_x.sql": sql, "supabase/config.toml": "" },
    "supabase as timestamps",
  ],
  ["lines of goose", { "db/migrations/20240101000000_x.sql": `-- +goose Up\n${sql}` }, "goose as sections"],
  [
    "lines of goose, package of golang-migrate",
    { "m/1_x.sql": `-- +goose Up\n${sql}`, "go.mod": go("github.com/golang-migrate/migrate/v4") },
    "goose as sections",
  ],
  [
    "lines of goose under atlas.sum",
    { "m/1_x.sql": `-- +goose Up\n${sql}`, "m/atlas.sum": "h1:x\n" },
    "goose as sections",
  ],
  [
    "lines of dbmate",
    { "db/migrations/20240101000000_x.sql": `-- migrate:up\n${sql}-- migrate:down\n` },
    "dbmate as sections",
  ],
  [
    "lines of dbmate under atlas.sum",
    { "m/1_x.sql": `-- migrate:up\n${sql}-- migrate:down\n`, "m/atlas.sum": "h1:x\n" },
    "dbmate as sections",
  ],
  ["V and U under atlas.sum", { ...letter, "migrations/atlas.sum": "h1:x\n" }, "raw as flyway"],
  [
    "changesets of liquibase under atlas.sum",
    { "m/1_x.sql": `--liquibase formatted sql\n--changeset a:1\n${sql}`, "m/atlas.sum": "h1:x\n" },
    "liquibase as liquibase",
  ],
  [
    "timestamps and a journal of drizzle",
    { "drizzle/20240101000000_x.sql": sql, "drizzle/meta/_journal.json": "{}" },
    "drizzle as timestamps",
  ],
  ["four digits of sqlx", { "migrations/0001_x.sql": sql, "Cargo.toml": cargo("sqlx") }, "sqlx as numbered"],
  [
    "four digits of node-pg-migrate",
    { "migrations/0001_x.sql": sql, "package.json": npm("node-pg-migrate") },
    "node-pg-migrate as numbered",
  ],
  [
    "four digits, and the table of several tools",
    { "migrations/0001_x.sql": "CREATE TABLE schema_migrations (version text);\n" },
    "raw as numbered",
  ],
  ["lines of sql-migrate", { "migrations/1_x.sql": `-- +migrate Up\n${sql}` }, "sql-migrate as sections"],
  [
    "a separator of tern",
    { "migrations/001_x.sql": `${sql}---- create above / drop below ----\nDROP TABLE t;\n` },
    "tern as sections",
  ],
  ["four digits alone", short, "raw as numbered"],
  ["four digits and a journal", { ...short, "drizzle/meta/_journal.json": "{}" }, "drizzle as numbered"],
  [
    "four digits and a header of graphile-migrate",
    { "migrations/committed/000001-x.sql": `--! Previous: -\n--! Hash: sha1:0\n${sql}` },
    "graphile-migrate as committed",
  ],
  ["V and U alone", letter, "raw as flyway"],
  [
    "V and U and Flyway's folder in an image",
    { ...letter, Dockerfile: "COPY sql/* /flyway/sql/shop/\n" },
    "flyway as flyway",
  ],
  [
    "V and U and a script that runs Flyway's image",
    {
      ...letter,
      "package.json":
        '{ "scripts": { "db:migrate": "docker run -v ${PWD}/sql:/flyway/sql flyway/flyway migrate" } }',
    },
    "flyway as flyway",
  ],
  ["V and U and flyway.conf", { ...letter, "flyway.conf": "" }, "flyway as flyway"],
  [
    "V and evolve",
    { ...letter, "App.csproj": '<PackageReference Include="Evolve" Version="3.2.0" />\n' },
    "evolve as flyway",
  ],
  [
    "V and U and an alias of a map in Gradle",
    { ...letter, "build.gradle": "dependencies {\n  implementation(libraries.flywayCore)\n}\n" },
    "flyway as flyway",
  ],
  [
    "V and U and an alias of a catalog in Gradle",
    { ...letter, "build.gradle.kts": "dependencies { runtimeOnly(libs.flyway.core) }\n" },
    "flyway as flyway",
  ],
  [
    "V and U and an alias of something that is called alike",
    { ...letter, "build.gradle": "dependencies { testImplementation(libraries.flywayCoreMock) }\n" },
    "raw as flyway",
  ],
  [
    "V and U in a module, and a list of libraries above",
    {
      "server/src/main/resources/db/V1__x.sql": sql,
      "server/build.gradle": "dependencies { implementation(libraries.migrations) }\n",
      "dependencies.gradle": 'libraries.migrations = "org.flywaydb:flyway-core"\n',
    },
    "flyway as flyway",
  ],
  ["V and U and refinery", { ...letter, "Cargo.toml": cargo("refinery") }, "refinery as flyway"],
  [
    "V and U and Gradle",
    { ...letter, "build.gradle.kts": 'plugins { id("org.flywaydb.flyway") version "11.0.0" }\n' },
    "flyway as flyway",
  ],
  [
    "V and U and a catalogue of Gradle",
    { ...letter, "gradle/libs.versions.toml": 'flyway = { module = "org.flywaydb:flyway-core" }\n' },
    "flyway as flyway",
  ],
  [
    "V and U and the settings of Spring",
    { ...letter, "src/main/resources/application.yml": "spring:\n  flyway:\n    enabled: true\n" },
    "flyway as flyway",
  ],
  [
    "a plan of sqitch",
    { "sqitch.plan": "%project=x\nx 2024-01-01T00:00:00Z A <a@b> # x\n", "deploy/x.sql": sql },
    "sqitch as sqitch",
  ],
  [
    "the nearest package decides",
    {
      "package.json": npm("prisma"),
      "api/go.mod": go("github.com/golang-migrate/migrate/v4"),
      "api/migrations/1_x.up.sql": sql,
    },
    "golang-migrate as pairs",
  ],
  [
    "an outer package, if the nearest says nothing",
    { "flyway.toml": "", "app/pom.xml": "<project/>\n", "app/sql/V1__x.sql": sql },
    "flyway as flyway",
  ],
  [
    "marks that the project's own program reads",
    { ...marked, "go.mod": go("github.com/jackc/pgx/v5"), "db/run.go": reader },
    "raw as sections",
  ],
  [
    "marks that the project's own program reads, too",
    { ...marked, "go.mod": go("github.com/rubenv/sql-migrate"), "db/run.go": reader },
    "sql-migrate as sections",
  ],
  [
    "marks that the tool reads where a container calls it",
    { ...marked, "go.mod": go("x"), "db/run.go": reader, Dockerfile: 'CMD ["sql-migrate", "up"]\n' },
    "sql-migrate as sections",
  ],
  [
    "marks that only a test looks for",
    { ...marked, "go.mod": go("x"), "db/run_test.go": reader },
    "sql-migrate as sections",
  ],
  [
    "a module for the JVM beside the one that runs it",
    {
      "pom.xml": "<project/>\n",
      "app/pom.xml": "<project><artifactId>flyway-core</artifactId></project>\n",
      "schema/pom.xml": "<project/>\n",
      "schema/src/main/resources/db/migration/V1__x.sql": sql,
    },
    "flyway as flyway",
  ],
  [
    "migrations beside the module that runs them",
    { ...pair, "api/go.mod": go("github.com/golang-migrate/migrate/v4") },
    "golang-migrate as pairs",
  ],
  [
    "a package that has a manifest of its own, and another tool beside it",
    {
      "api/go.mod": go("github.com/jackc/pgx/v5"),
      "api/migrations/1_x.up.sql": sql,
      "jobs/go.mod": go("github.com/golang-migrate/migrate/v4"),
    },
    "raw as pairs",
  ],
  [
    "flyway in a container",
    { "compose.yml": "services:\n  db:\n    image: flyway/flyway:11\n", "sql/V1__x.sql": sql },
    "flyway as flyway",
  ],
  ["a broken package.json", { ...pair, "package.json": "{" }, "raw as pairs"],
];

describe("the tool of a folder", () => {
  test.each(cases)("%s", (_name, files, expected) => {
    expect(
      new Set(discover(memoryFileSystem(files), []).map(({ tool, layout }) => `${tool} as ${layout}`)),
    ).toEqual(new Set([expected]));
  });

  test("the project's own reader of a tool's marks knows migrations by their whole names", () => {
    const [text = ""] = Object.values(marked);
    const files = { "db/migrations/1_a.sql": text, "db/migrations/1_b.sql": text, "db/run.go": reader };
    const [history] = discover(memoryFileSystem({ ...files, "go.mod": go("x") }), []);
    expect(history?.migrations.map(({ name }) => name)).toEqual(["1_a", "1_b"]);
    expect(history?.problems).toEqual([]);
  });

  test("a stated tool wins, and one without a reader is read by shape", () => {
    const files = memoryFileSystem({ ...pair, "go.mod": go("github.com/golang-migrate/migrate/v4") });
    expect(discover(files, [], { tool: "sqlx" })[0]).toMatchObject({ tool: "sqlx", layout: "pairs" });
    const [unknown] = discover(files, [], { tool: "phinx" });
    expect(unknown).toMatchObject({ tool: "phinx", layout: "pairs" });
    expect(unknown?.evidence.join("; ")).toContain("no reader of its own");
    expect(unknown?.migrations[0]?.up.transaction).toMatchObject({ wraps: "none", sends: "unknown" });
  });
});

describe("the transaction of hand-made migrations", () => {
  test.each([
    [undefined, "none", "unknown"],
    ["psql", "none", "statement"],
    ["psql-single-transaction", "each", "statement"],
    ["single-query", "none", "text"],
    ["pipeline", "none", "pipeline"],
    ["statement-by-statement", "none", "statement"],
    ["transaction", "each", "text"],
  ] as const)("runner %s", (runner, wraps, sends) => {
    const [history] = discover(memoryFileSystem(single), [], { runner });
    expect(history?.migrations[0]?.up.transaction).toEqual(
      expect.objectContaining({ wraps, sends, optedOut: false }),
    );
  });
});

describe("the way of prisma to send changed with a version", () => {
  test.each([
    ["^6.19.0", "text"],
    ["7.3.9", "text"],
    ["~7.4.0", "statement"],
    ["^8", "statement"],
    ["latest", "unknown"],
  ])("%s", (range, sends) => {
    const files = { ...prismaLike, "package.json": npm("prisma", range) };
    expect(discover(memoryFileSystem(files), [])[0]?.migrations[0]?.up.transaction.sends).toBe(sends);
  });

  test.each([
    ["package-lock.json", '{"packages": {"node_modules/prisma": {\n  "version": "7.4.1"\n}}}'],
    ["pnpm-lock.yaml", "packages:\n\n  prisma@7.4.1(typescript@5.9.3):\n    resolution: {}\n"],
    ["bun.lock", '{"packages": {"prisma": ["prisma@7.4.1", ""]}}'],
  ])("a range is what %s settles on", (lock, text) => {
    const files = { ...prismaLike, "prisma/schema.prisma": "", "package.json": npm("prisma", "^7.0.0") };
    const sends = (all: Readonly<Record<string, string>>): string | undefined =>
      discover(memoryFileSystem(all), [])[0]?.migrations[0]?.up.transaction.sends;
    expect(sends(files)).toBe("text");
    expect(sends({ ...files, [lock]: text })).toBe("statement");
    expect(sends({ ...files, [lock]: "{}" })).toBe("text");
  });
});

describe("scripts that run by themselves aren't migrations, unless their folder says so", () => {
  const connect = 'const mongoose = require("mongoose");\nmongoose.connect(process.env.URI);\n';
  const script = `${connect}const { User } = require("../models");\nUser.create([{ name: "A" }]).then(console.log);\n`;
  const found = (folder: string, text: string): number =>
    discover(memoryFileSystem({ [`${folder}/1-users.js`]: text, [`${folder}/2-users.js`]: text }), []).length;
  test.each([
    ["scripts", script, 0],
    ["scripts", `${connect}exports.up = () => User.create([{ name: "A" }]);\n`, 1],
    ["migrations", script, 1],
  ] as const)("%s %#", (folder, text, count) => {
    expect(found(folder, text)).toBe(count);
  });
});
