import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem, overlay } from "../../src/project/files/file-system.ts";
import type { FileSystem, AnyHistory } from "../../src/project/migration.ts";

const sql = "CREATE TABLE t (id bigint PRIMARY KEY);\n";
const filesOf = (...paths: readonly string[]): Record<string, string> =>
  Object.fromEntries(paths.map((path) => [path, sql]));
const roots = (histories: readonly AnyHistory[]): readonly string[] =>
  histories.map((history) => history.root);
const names = (history: AnyHistory | undefined): readonly string[] =>
  (history?.migrations ?? []).map((m) => m.name);
const problems = (histories: readonly AnyHistory[]): readonly string[] =>
  histories.flatMap((history) => history.problems.map((problem) => `${problem.rule} ${problem.path}`));

describe("roots", () => {
  const files = memoryFileSystem(
    filesOf("migrations/001_a.sql", "migrations/002_b.sql", "other/db/migrate/001_c.sql", "loose/query.sql"),
  );

  test("nothing given: all folders below", () => {
    expect(roots(discover(files, []))).toEqual(["migrations", "other/db/migrate"]);
  });
  test("a folder of migrations is its own root, a folder above is searched", () => {
    expect(roots(discover(files, ["migrations"]))).toEqual(["migrations"]);
    expect(roots(discover(files, ["./other/"]))).toEqual(["other/db/migrate"]);
  });
  test("a file stands for its history", () => {
    expect(names(discover(files, ["migrations/002_b.sql"])[0])).toEqual(["001_a", "002_b"]);
  });
  test("a file in a folder of its own stands for the history around it", () => {
    const steps = ["m/1_a/up.sql", "m/1_a/down.sql", "m/2_b/up.sql"];
    for (const step of steps)
      expect(roots(discover(memoryFileSystem(filesOf(...steps)), [step]))).toEqual(["m"]);
    const versions = ["db/migration/V1__a.sql", "db/migration/2024/V2__b.sql"];
    for (const path of versions) {
      expect(roots(discover(memoryFileSystem(filesOf(...versions)), [path]))).toEqual(["db/migration"]);
    }
    const beside = ["db/migrations/1_a.sql", "db/rollback/1_a.sql"];
    for (const path of beside) {
      expect(roots(discover(memoryFileSystem(filesOf(...beside)), [path]))).toEqual(["db/migrations"]);
    }
  });
  test("a folder of any SQL files, if it is given", () => {
    expect(discover(files, ["loose"])[0]).toMatchObject({ tool: "raw", layout: "plain" });
  });
  test("the working directory may be the folder itself, and a path may be absolute", () => {
    expect(roots(discover(memoryFileSystem(filesOf("001_a.sql", "002_b.sql")), []))).toEqual(["."]);
    expect(roots(discover(memoryFileSystem(filesOf("/srv/app/migrations/001_a.sql")), ["/srv/app"]))).toEqual(
      ["/srv/app/migrations"],
    );
  });
  test("a loose file in the working directory is no migration while there are others", () => {
    const loose = memoryFileSystem(filesOf("2024_report.sql", "dump.sql", "db/migrations/001_a.sql"));
    expect(roots(discover(loose, []))).toEqual(["db/migrations"]);
    expect(discover(memoryFileSystem(filesOf("dump.sql")), [])).toEqual([]);
    expect(roots(discover(memoryFileSystem(filesOf("001_a.sql")), []))).toEqual(["."]);
    expect(roots(discover(memoryFileSystem(filesOf("dump.sql")), ["."]))).toEqual(["."]);
  });
  test("a marked copy of a folder is left out where the folder itself has a history", () => {
    const [plain, copy] = ["src/database/migrations", "src_backup_20260424/database/migrations"];
    const found = discover(memoryFileSystem(filesOf(`${plain}/001_a.sql`, `${copy}/001_a.sql`)), []);
    expect(roots(found)).toEqual([plain]);
    expect(found[0]?.loose).toContain(`${copy} is left out: its name says that it is an archive`);
    expect(roots(discover(memoryFileSystem(filesOf(`${copy}/001_a.sql`)), []))).toEqual([copy]);
  });
  test("an archive is left out while there are others, and is said to be", () => {
    const kept = [
      "_archive/api/migrations/001_a.sql",
      "db/migrations/old/001_a.sql",
      "db/migrations_backup/001_a.sql",
      "archive/legacy-control-plane-migrations/001_a.sql",
      "db/migrations-deprecated-from-web/001_a.sql",
      "migration-rescue-20260529-123658/001_a.sql",
    ];
    const found = discover(memoryFileSystem(filesOf("db/migrations/002_b.sql", ...kept)), []);
    expect(roots(found)).toEqual(["db/migrations"]);
    expect(found[0]?.loose).toContain(
      "_archive/api/migrations is left out: its name says that it is an archive",
    );
    expect(roots(discover(memoryFileSystem(filesOf(...kept.slice(0, 1))), []))).toEqual([
      "_archive/api/migrations",
    ]);
  });
  test("a sample below the folder that the settings name isn't run, nor is an archive there", () => {
    const settings = `module.exports = { "migrations-path": path.resolve(__dirname, "migrations") };\n`;
    const step = `module.exports = {\n  up: (queryInterface) => queryInterface.dropTable("users"),\n  down: () => {},\n};\n`;
    const project = (below: string): Record<string, string> => ({
      ".sequelizerc": settings,
      "package.json": `{"dependencies":{"sequelize":"6.37.0"}}`,
      [`migrations/${below}/20240101000000-users.js`]: step,
    });
    for (const name of ["sample_migration", "samples", "archive", "old"]) {
      const [only, ...others] = discover(memoryFileSystem(project(name)), []);
      expect(others).toEqual([]);
      expect(only?.migrations).toEqual([]);
      expect(only?.loose).toEqual([
        `migrations/${name} is left out: sequelize runs the files of migrations, as .sequelizerc says, and enters no folder below it`,
      ]);
    }
    // Another name may be that of a second program.
    expect(discover(memoryFileSystem(project("billing")), [])[0]?.migrations).toHaveLength(1);
  });
  test("what Drizzle writes is left out where Atlas takes its schema and applies another folder", () => {
    const journal = JSON.stringify({ dialect: "postgresql", entries: [{ idx: 0, when: 1, tag: "0000_a" }] });
    const files = {
      "package.json": `{ "devDependencies": { "drizzle-kit": "^0.31.0" } }`,
      "drizzle.config.ts": `export default { out: "./drizzle", dialect: "postgresql" };`,
      "drizzle/0000_a.sql": "CREATE TABLE a (id int);\n",
      "drizzle/meta/_journal.json": journal,
      "migrations/20260101000000_a.sql": "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n",
      "migrations/atlas.sum": "h1:x\n",
    };
    const settings = `data "external_schema" "drizzle" {
  program = ["bunx", "drizzle-kit", "export"]
}
env "app" {
  src = data.external_schema.drizzle.url
  migration { dir = "file://migrations" }
}
`;
    const found = discover(memoryFileSystem({ ...files, "atlas.hcl": settings }), []);
    expect(roots(found)).toEqual(["migrations"]);
    expect(found[0]?.loose).toEqual([
      "drizzle is left out: atlas.hcl takes the schema of drizzle and applies migrations alone",
    ]);
    expect(roots(discover(memoryFileSystem(files), []))).toEqual(["drizzle", "migrations"]);
  });
  test("of two copies, the one below its schema is read", () => {
    const [stray, own] = ["migrations", "packages/database/prisma/migrations"];
    const files = filesOf(
      `${stray}/20240101000000_init/migration.sql`,
      `${stray}/migration_lock.toml`,
      `${own}/20240101000000_init/migration.sql`,
      `${own}/migration_lock.toml`,
      "packages/database/prisma/schema.prisma",
    );
    expect(roots(discover(memoryFileSystem(files), []))).toEqual([own]);
  });

  test("what is compiled of the sources is a copy of them", () => {
    const knex = (name: string): string => `exports.up = (knex) => knex.schema.dropTable("${name}");\n`;
    const files = {
      "knexfile.js": "module.exports = { client: 'pg' };\n",
      "src/migrations/20240101000000_a.js": knex("a"),
      "src/migrations/20240102000000_b.js": knex("b"),
      "build/migrations/20240101000000_a.js": `"use strict";\n${knex("a")}`,
    };
    expect(roots(discover(memoryFileSystem(files), []))).toEqual(["src/migrations"]);
  });
  test("a service may be called archive", () => {
    const files = filesOf("services/archive/migrations/001_a.sql", "services/shop/migrations/001_b.sql");
    expect(roots(discover(memoryFileSystem(files), []))).toEqual([
      "services/archive/migrations",
      "services/shop/migrations",
    ]);
  });
  test("a prototype beside the project is left out, and read where it is all, or named", () => {
    const prototype = filesOf(
      "apps/shop-prototype/migrations/001_a.sql",
      "prototypes/b/migrations/001_b.sql",
    );
    const all = { ...prototype, ...filesOf("packages/db/migrations/001_c.sql") };
    const own = ["apps/shop-prototype/migrations", "prototypes/b/migrations"];
    expect(roots(discover(memoryFileSystem(all), []))).toEqual(["packages/db/migrations"]);
    expect(roots(discover(memoryFileSystem(prototype), []))).toEqual(own);
    expect(roots(discover(memoryFileSystem(all), ["prototypes"]))).toEqual(own.slice(1));
  });
  test("a journal alone is read with the history that it lists, where it has a fault", () => {
    const journal = "db/drizzle/meta/_journal.json";
    const entries = ["0000_gone", "0001_a", "0002_b"].map((tag, idx) => ({
      idx,
      version: "7",
      when: 1760000000000 + idx,
      tag,
    }));
    const files = {
      "db/drizzle/0001_a.sql":
        "CREATE TABLE a (id int);\n--> statement-breakpoint\nCREATE TABLE b (id int);\n",
      "db/drizzle/0002_b.sql": "CREATE TABLE c (id int);\n",
      [journal]: JSON.stringify({ version: "7", dialect: "postgresql", entries }),
    };
    expect(roots(discover(memoryFileSystem(files), [journal]))).toEqual(["db/drizzle"]);
  });
  test("packages of Java lie deep", () => {
    const deep = "a/b/src/main/resources/org/example/product/engine/migration";
    expect(roots(discover(memoryFileSystem(filesOf(`${deep}/V1__a.sql`)), []))).toEqual([deep]);
  });
  test("one script among sources is a part of their program", () => {
    const one = filesOf("src/migration/setup_table.sql", "src/migration/mod.rs");
    expect(discover(memoryFileSystem(one), [])).toEqual([]);
    expect(roots(discover(memoryFileSystem(one), ["src/migration"]))).toEqual(["src/migration"]);
    const two = filesOf("src/migration/a.sql", "src/migration/b.sql", "src/migration/mod.rs");
    expect(roots(discover(memoryFileSystem(two), []))).toEqual(["src/migration"]);
  });
  test("folders stated in the configuration are the only ones", () => {
    expect(roots(discover(files, [], { migrations: ["other/db/migrate"] }))).toEqual(["other/db/migrate"]);
  });
  test("what is not there gives nothing", () => {
    expect(discover(files, ["nowhere", "nowhere/001_a.sql"])).toEqual([]);
    expect(discover(memoryFileSystem({}), [])).toEqual([]);
  });
  test.each([
    [
      "Django",
      {
        "manage.py": "import django",
        "shop/settings.py": "",
        "shop/migrations/0001_initial.py": "class Migration:",
      },
    ],
    [
      "Alembic",
      { "alembic.ini": "[alembic]\nscript_location = alembic\n", "alembic/versions/a.py": "revision = 'a'" },
    ],
    ["Rails", { "config/database.yml": "", "db/migrate/20240101000000_a.rb": "" }],
    ["Liquibase", { "src/main/resources/db/changelog/db.changelog-master.xml": "<databaseChangeLog/>" }],
    ["Flyway", { "pom.xml": "", "src/main/resources/db/migration/V1__a.sql": sql }],
    ["Prisma", { "prisma/schema.prisma": "", "prisma/migrations/20240101000000_a/migration.sql": sql }],
  ])("what git keeps for itself isn't looked into: %s", (_, files) => {
    const base = memoryFileSystem({ ...files, ".git/HEAD": "ref: refs/heads/main" });
    const asked: string[] = [];
    discover({ ...base, list: (folder) => (asked.push(folder), base.list(folder)) }, []);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((folder) => /(?:^|\/)\.git(?:\/|$)/.test(folder))).toEqual([]);
  });
  test("dependencies, build output, test data and ignored folders are not searched", () => {
    const paths = [
      "node_modules/x",
      "vendor/x",
      "env/lib/python3.12/site-packages/django/contrib/auth",
      "dist",
      ".git/x",
      "testdata",
      "src/main/resources/dummy-data",
      "sample_data",
      "generated",
      "out/deep",
      "keep",
    ];
    const all = filesOf(...paths.map((path) => `${path}/migrations/001_a.sql`));
    const ignoring = memoryFileSystem({ ...all, ".gitignore": "# made\ngenerated/\n/out/*\n!keep\n" });
    expect(roots(discover(ignoring, []))).toEqual(["keep/migrations"]);
    expect(roots(discover(ignoring, ["generated"]))).toEqual(["generated/migrations"]);
  });

  test.each([
    ["ma?e/", ["Made"]],
    ["[mM]ade", []],
    ["**/made/\nMade/", []],
    ["Made/**\n!Made/", ["made"]],
    ["MADE\n made\n\\#x", ["Made", "made"]],
    ["made/migrations/*.sql", ["Made", "made"]],
    ["m*a*d*e*\n", ["Made", "made"]],
  ])("excludes as git does: %j leaves %j", (patterns, left) => {
    const files = { "made/migrations/001_a.sql": "SELECT 1;", "Made/migrations/001_a.sql": "SELECT 2;" };
    const ignoring = memoryFileSystem({ ...files, ".gitignore": patterns });
    expect(roots(discover(ignoring, []))).toEqual(left.map((folder) => `${folder}/migrations`));
  });
});

test("the order in which folders are listed changes nothing", () => {
  const files = memoryFileSystem(
    filesOf(
      "b/migrations/2_b.sql",
      "b/migrations/10_c.sql",
      "b/migrations/1_a.sql",
      "a/migrations/1_a.up.sql",
    ),
  );
  const reversed: FileSystem = { read: (p) => files.read(p), list: (p) => [...files.list(p)].reverse() };
  expect(JSON.stringify(discover(reversed, []))).toBe(JSON.stringify(discover(files, [])));
});

describe("order", () => {
  test("numbers of any length are numbers", () => {
    const long = ["9_a", "10_b", "20240101000000_c", "90071992547409931_e", "90071992547409930_d"];
    const [history] = discover(memoryFileSystem(filesOf(...long.map((name) => `m/${name}.up.sql`))), []);
    expect(names(history)).toEqual([
      "9_a",
      "10_b",
      "20240101000000_c",
      "90071992547409930_d",
      "90071992547409931_e",
    ]);
    expect(history?.migrations.map((migration) => migration.index)).toEqual([0, 1, 2, 3, 4]);
  });
  test("releases in the names are compared part by part", () => {
    const releases = filesOf("db/app_update-1.2.0.sql", "db/app_update-1.10.0.sql", "db/app_update-0.9.sql");
    const found = discover(memoryFileSystem({ ...releases, ...filesOf("db/create.sql") }), []);
    expect(found.map(({ layout }) => layout)).toEqual(["updates"]);
    expect(names(found[0])).toEqual(["app_update-0.9", "app_update-1.2.0", "app_update-1.10.0"]);
    expect(problems(found)).toEqual([]);
    const several = filesOf("m/1.0.0_a.sql", "m/1.1.0_b.sql", "m/1.1.0_c.sql", "m/1.10.0.sql", "m/1.9.0.sql");
    const [history] = discover(memoryFileSystem(several), ["m"]);
    expect(names(history)).toEqual(["1.0.0_a", "1.1.0_b", "1.1.0_c", "1.9.0", "1.10.0"]);
    expect(problems([...(history === undefined ? [] : [history])])).toEqual([]);
  });
  test("whole schemas named by releases are no history", () => {
    expect(discover(memoryFileSystem(filesOf("sql/v1.0.sql", "sql/v1.1.sql", "sql/v1.2.sql")), [])).toEqual(
      [],
    );
    expect(discover(memoryFileSystem(filesOf("db/schema-1.0.sql", "db/schema-1.1.sql")), [])).toEqual([]);
  });
  test("a day may see many migrations, however it is written", () => {
    for (const day of ["20260130", "2026-01-30", "2026_01_30"]) {
      const all = filesOf(`migrations/${day}_00_b.sql`, `migrations/${day}_01_a.sql`);
      const found = discover(memoryFileSystem(all), []);
      expect(names(found[0])).toEqual([`${day}_00_b`, `${day}_01_a`]);
      expect(problems(found)).toEqual([]);
    }
  });
  test("flyway compares part by part, repeatables come last", () => {
    const files = filesOf("m/R__a.sql", "m/V1.10__d.sql", "m/V1_2__c.sql", "m/V1__a.sql", "m/V1.0.1__b.sql");
    expect(names(discover(memoryFileSystem(files), [])[0])).toEqual([
      "V1__a",
      "V1.0.1__b",
      "V1_2__c",
      "V1.10__d",
      "R__a",
    ]);
  });
});

describe("the order of migrations in code", () => {
  const inCode = (folder: string, files: Readonly<Record<string, string>>): readonly string[] =>
    names(
      discover(
        memoryFileSystem(
          Object.fromEntries(Object.entries(files).map(([f, text]) => [`${folder}/${f}`, text])),
        ),
        [],
      )[0],
    );
  const typeorm = (head: string, body = ""): string =>
    `import { MigrationInterface, QueryRunner } from "typeorm";\n\n${head} {\n${body}\n  async up(queryRunner: QueryRunner) {}\n}\n`;

  test("TypeORM: the time at the end of the class's name, not the file's", () => {
    expect(
      inCode("src/migrations", {
        "1700000000001-First.ts": typeorm("export class First1700000000001 implements MigrationInterface"),
        "1700000000002-Moved.ts": typeorm(
          "class Helper {}\n// class Old1600000000000 is gone\nexport class Moved1700000000009\n  implements MigrationInterface",
        ),
        "1700000000003-Third.ts": typeorm("export class Third1700000000003 implements MigrationInterface"),
      }),
    ).toEqual(["1700000000001-First", "1700000000003-Third", "1700000000002-Moved"]);
  });
  test("TypeORM: the property `name` before the class's name, and the file's where there is no time", () => {
    expect(
      inCode("src/migrations", {
        "1700000000001-Named.ts": typeorm(
          "export class Named1700000000001 implements MigrationInterface",
          '  name = "Named1700000000009";',
        ),
        "1700000000002-Plain.js": `module.exports = class Plain1700000000008 {\n  async up(queryRunner) {}\n};\n`,
        "1700000000003-NoTime.ts": typeorm("export class NoTime implements MigrationInterface"),
        "1700000000004-Zeros.ts": typeorm("export class Zeros0000000005000 implements MigrationInterface"),
      }),
    ).toEqual(["1700000000004-Zeros", "1700000000003-NoTime", "1700000000002-Plain", "1700000000001-Named"]);
  });
  test("MikroORM: the name of the file, whatever its class is called", () => {
    const mikro = (name: string): string =>
      `import { Migration } from "@mikro-orm/migrations";\nexport class ${name} extends Migration {\n  async up() { this.addSql("select 1"); }\n}\n`;
    expect(
      inCode("src/migrations", {
        "Migration20240101000000.ts": mikro("Migration20240301000000"),
        "Migration20240201000000.ts": mikro("Migration20240101000000"),
      }),
    ).toEqual(["Migration20240101000000", "Migration20240201000000"]);
    expect(
      inCode("src/migrations", {
        "Migration20240201T000000.ts": mikro("Migration20240201T000000"),
        "migration-20240101000000.ts": mikro("Migration20240101000000"),
        "init.migration.ts": mikro("Init"),
      }),
    ).toEqual(["Migration20240201T000000", "init.migration", "migration-20240101000000"]);
  });
});

describe("files that are no step", () => {
  test("the whole schema in one file, beside migrations", () => {
    for (const name of [
      "consolidated_migration",
      "combined-migrations",
      "full_schema",
      "all",
      "all_migrations",
      "complete.schema",
      "squashed",
    ])
      expect(
        problems(discover(memoryFileSystem(filesOf(`m/001_a.sql`, `m/002_b.sql`, `m/${name}.sql`)), ["m"])),
      ).toEqual([]);
    for (const name of ["all_users", "fullness", "merged_orders"])
      expect(
        problems(discover(memoryFileSystem(filesOf(`m/001_a.sql`, `m/002_b.sql`, `m/${name}.sql`)), ["m"])),
      ).toEqual([`bad-file-name m/${name}.sql`]);
  });
});

describe("rollbacks", () => {
  test.each([
    ["20240101000000_a.sql", "20240101000000_a_rollback.sql"],
    ["001_a.sql", "001_rollback_a.sql"],
    ["001_a.sql", "rollback-001_a.sql"],
    ["001_a.sql", "001_a.rollback.sql"],
    ["001_a.sql", "001_a.down.sql"],
    ["001_a.sql", "001_a_down.sql"],
    ["001_a.sql", "rollback/001_a.sql"],
    ["001_a.sql", "../rollbacks/001_a.sql"],
    ["001_a.up.sql", "001_a.down.sql"],
    ["001_a-up.sql", "001_a-down.sql"],
    ["001.up.sql", "001.down.sql"],
    ["001.do.a.sql", "001.undo.a.sql"],
    ["001_a/up.sql", "001_a/down.sql"],
    ["add_orders_up.sql", "add_orders_down.sql"],
    ["add_orders.sql", "add_orders_down.sql"],
  ])("%s is undone by %s", (up, down) => {
    const found = discover(memoryFileSystem(filesOf(`db/migrations/${up}`, `db/migrations/${down}`)), []);
    expect(found).toHaveLength(1);
    expect(found[0]?.migrations).toHaveLength(1);
    expect(found[0]?.migrations[0]?.down).toBeDefined();
    expect(problems(found)).toEqual([]);
  });

  test("a comment at the head of a rollback makes no section", () => {
    const files = {
      "migrations/1_a.sql": sql,
      "migrations/1_rollback_a.sql": "-- Rollback\nDROP TABLE t;\n",
    };
    expect(discover(memoryFileSystem(files), [])[0]).toMatchObject({ layout: "numbered", rollbacks: "file" });
  });

  test("a word of the description is no rollback", () => {
    const paths = filesOf(
      "migrations/001_a.sql",
      "migrations/002_scale_down.sql",
      "migrations/003_undo_logs.sql",
    );
    const [history] = discover(memoryFileSystem(paths), []);
    expect(names(history)).toEqual(["001_a", "002_scale_down", "003_undo_logs"]);
  });

  test.each([
    ["-- irreversible: rows are gone\nDROP TABLE t;", "rows are gone"],
    ["-- ddlint-irreversible: rows are gone\r\nDROP TABLE t;", "rows are gone"],
    ["DROP TABLE t;\n-- No rollback: rows are gone", "rows are gone"],
    ["-- irreversible\nDROP TABLE t;", ""],
    ["-- No rollback of that kind\nDROP TABLE t;", undefined],
    ["SELECT 'irreversible: no';", undefined],
  ])("%j", (text, reason) => {
    expect(
      discover(memoryFileSystem({ "migrations/001_a.sql": text }), [])[0]?.migrations[0]?.irreversible,
    ).toBe(reason);
  });
});

describe("misplaced", () => {
  const step =
    "module.exports = { up: (queryInterface) => queryInterface.dropTable('t'), down: () => undefined };\n";
  const mikroOrm =
    "const { Migration } = require('@mikro-orm/migrations');\nexports.A = class extends Migration { up() { this.addSql('select 1'); } };\n";
  const many = ["001_a", "002_b", "003_c", "004_d"].map((name) => `migrations/${name}.sql`);
  test("a second folder of the same project is", () => {
    const found = discover(memoryFileSystem(filesOf(...many, "src/db/migrations/005_e.sql")), []);
    expect(problems(found)).toEqual(["misplaced-migrations src/db/migrations/005_e.sql"]);
    expect(found[1]?.problems[0]?.span).toEqual({ start: 0, end: sql.length - 1 });
  });
  test("also where a script names files of the one folder alone", () => {
    const script = { "scripts/deploy.py": 'run("migrations/003_c.sql")\nrun("migrations/004_d.sql")\n' };
    const files = { ...filesOf(...many, "src/db/migrations/005_e.sql"), ...script };
    expect(problems(discover(memoryFileSystem(files), []))).toHaveLength(1);
  });
  test.each([
    ["another package", { ...filesOf(...many, "src/migrations/005_e.sql"), "src/package.json": "{}" }],
    ["the larger folder", filesOf("migrations/009_x.sql", ...many.map((file) => `database/${file}`))],
    ["a service of a monorepo", filesOf(...many, "billing/migrations/005_e.sql")],
    [
      "another dialect",
      filesOf("migrations/postgres/001_a.sql", "migrations/postgres/002_b.sql", "migrations/mysql/003_a.sql"),
    ],
    [
      "what a script runs together with the others, by paths",
      {
        ...filesOf(...many, "src/db/migrations/005_e.sql"),
        "scripts/deploy.py":
          'run(ROOT / "migrations" / "004_d.sql")\nrun(ROOT / "src" / "db" / "migrations" / "005_e.sql")\n',
      },
    ],
    ["the same versions: another database", filesOf(...many, "src/migrations/001_z.sql")],
  ])("%s is not", (_name, files) => {
    const found = discover(memoryFileSystem(files), []);
    expect(found).toHaveLength(2);
    expect(problems(found)).toEqual([]);
  });
  test.each([
    [
      "in place",
      ".sequelizerc",
      "const path = require('path');\nmodule.exports = { 'migrations-path': path.resolve('server', 'src', 'migrations') };\n",
      {},
    ],
    [
      "in a file that they hand on",
      "mikro-orm.config.ts",
      "import config from './server/src/config';\nexport default config;\n",
      { "server/src/config.ts": "export default { migrations: { path: './server/src/migrations' } };\n" },
    ],
  ])("what the tool's settings don't name is left over: %s", (_name, file, text, more) => {
    const migration = file === ".sequelizerc" ? step : mikroOrm;
    const found = discover(
      memoryFileSystem({
        "package.json": '{ "dependencies": { "@mikro-orm/migrations": "6.4.0" } }',
        ...Object.fromEntries(
          ["1-a", "2-b", "3-c"].map((name) => [`server/migrations/2024010100000${name}.js`, migration]),
        ),
        "server/src/migrations/20240102000000-d.js": migration,
        [file]: text,
        ...more,
      }),
      [],
    );
    expect(found.map(({ root }) => root)).toEqual(["server/src/migrations"]);
    expect(problems(found)).toEqual([]);
    expect(found[0]?.loose?.[0]).toMatch(/^server\/migrations: .* names server\/src\/migrations alone/);
  });
});

describe("folders called by numbers", () => {
  const steps = ["9/a.sql", "10/02b.sql", "10/1_a.sql"];
  test("are releases where the folder around says so", () => {
    const found = discover(memoryFileSystem(filesOf(...steps.map((step) => `schema/delta/${step}`))), []);
    expect(roots(found)).toEqual(["schema/delta"]);
    expect(names(found[0])).toEqual(["9/a", "10/1_a", "10/02b"]);
  });
  test("and nothing else elsewhere", () => {
    expect(discover(memoryFileSystem(filesOf(...steps.map((step) => `cases/${step}`))), [])).toEqual([]);
  });
  test("nor where each is a step", () => {
    const found = discover(memoryFileSystem(filesOf("migrations/1/up.sql", "migrations/2/up.sql")), []);
    expect(found.map(({ layout }) => layout)).toEqual(["folders"]);
  });
});

describe("oddities", () => {
  test("dates as versions may repeat, other versions not", () => {
    const dates = filesOf(
      "migrations/20220329_a.sql",
      "migrations/20220329_b.sql",
      "migrations/20220330_c.sql",
    );
    expect(problems(discover(memoryFileSystem(dates), []))).toEqual([]);
    const numbers = filesOf("migrations/1_a.sql", "migrations/01_b.sql");
    expect(problems(discover(memoryFileSystem(numbers), []))).toEqual([
      "duplicate-version migrations/01_b.sql",
    ]);
  });
  test("blanks, upper case and other letters in names", () => {
    const files = memoryFileSystem(filesOf("migrations/001_Añadir Columna.SQL", "migrations/002-x y.sql"));
    expect(names(discover(files, [])[0])).toEqual(["001_Añadir Columna", "002-x y"]);
  });
  test("empty, blank and commented halves", () => {
    const files = memoryFileSystem({
      "m/1_a.up.sql": "\uFEFF-- nothing /* yet\r\n/* a /* nested */ comment */ ;\n",
      "m/1_a.down.sql": "",
      "m/2_b.up.sql": "/* open",
      "m/2_b.down.sql": "-- no\nSELECT 1;",
    });
    const [history] = discover(files, []);
    expect(history?.migrations.map((m) => [m.up.empty, m.down?.empty])).toEqual([
      [true, true],
      [true, false],
    ]);
  });
  test("a buffer of an editor replaces a file and adds one", () => {
    const disk = memoryFileSystem(filesOf("migrations/001_a.sql"));
    const edited = overlay(disk, { "migrations/001_a.sql": "SELECT 2;", "./migrations/002_b.sql": sql });
    const [history] = discover(edited, []);
    expect(history?.migrations.map((m) => m.up.text)).toEqual(["SELECT 2;", sql]);
  });
  test("hostile names and texts are read in linear time", () => {
    const name = `001_${"rollback_".repeat(20)}x.sql`;
    const text = `${"-- ".repeat(200_000)}\n${"-".repeat(200_000)}\n${"/*".repeat(200_000)}`;
    const files = {
      [`migrations/${name}`]: text,
      "migrations/002_b.sql": sql,
      ".gitignore": "*a*a*a*a*a*a*a*a*ab\n",
    };
    const start = performance.now();
    expect(
      discover(memoryFileSystem({ ...files, [`${"a".repeat(250)}/migrations/1_a.sql`]: sql }), []),
    ).toHaveLength(2);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

test("an app of Django may have the name of a folder that is left out, if the settings name it", () => {
  const app = (folder: string): Record<string, string> => ({
    [`${folder}/__init__.py`]: "",
    [`${folder}/migrations/0001_initial.py`]:
      "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = []\n    operations = []\n",
  });
  const [history] = discover(
    memoryFileSystem({
      "manage.py": "from django.core.management import execute_from_command_line\n",
      "shop/settings.py": 'INSTALLED_APPS = ["orders", "vendor", "third_party.tickets.apps.TicketsConfig"]\n',
      "third_party/__init__.py": "",
      ...app("orders"),
      ...app("vendor"),
      ...app("third_party/tickets"),
      ...app("dist"),
    }),
    [],
    {},
  );
  expect(history?.migrations.map(({ up }) => up.path).sort()).toEqual([
    "orders/migrations/0001_initial.py",
    "third_party/tickets/migrations/0001_initial.py",
    "vendor/migrations/0001_initial.py",
  ]);
});

test("what a second file of settings names is a database of its own", () => {
  const step =
    "module.exports = { up: (queryInterface) => queryInterface.dropTable('t'), down: () => undefined };\n";
  const stated = (folder: string): string =>
    `const path = require('path');\nmodule.exports = { 'migrations-path': path.resolve('db', '${folder}') };\n`;
  const files = {
    "package.json": '{ "scripts": { "migrate": "sequelize db:migrate" } }',
    ".sequelizerc": stated("migrations"),
    "db/migrations/20240101000000-a.js": step,
    "db/tenants/migrations/20240101000001-b.js": step,
  };
  const roots = (more: Readonly<Record<string, string>>): readonly string[] =>
    discover(memoryFileSystem({ ...files, ...more }), []).map(({ root }) => root);
  expect(roots({})).toEqual(["db/migrations"]);
  const both = ["db/migrations", "db/tenants/migrations"];
  expect(roots({ ".sequelizerc-tenants": stated("tenants', 'migrations") })).toEqual(both);
  expect(
    roots({ ".sequelizerc-tenants": "module.exports = { 'migrations-path': './db/tenants/migrations' };\n" }),
  ).toEqual(both);
  const script =
    '{ "scripts": { "tenants": "sequelize db:migrate --migrations-path db/tenants/migrations" } }';
  expect(roots({ "package.json": script })).toEqual(both);
});

describe("beside the migrations of a script", () => {
  const files = {
    "database/migrations/001_orders.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n",
    "database/migrations/002_users.sql": "CREATE TABLE users (id bigint PRIMARY KEY);\n",
    "database/migrations/003_notes.sql": "CREATE TABLE notes (id bigint PRIMARY KEY);\n",
  };

  test("empty files under their names are what the script has written down, and no second history", () => {
    const found = discover(
      memoryFileSystem({
        ...files,
        "database/migrations/applied/001_orders.sql": "",
        "database/migrations/applied/002_users.sql": "-- run\n",
      }),
      [],
    );
    expect(found.map(({ root }) => root)).toEqual(["database/migrations"]);
  });

  test.each([
    ["\\echo 'users:'\nSELECT id, email -- both\nFROM users WHERE email = 'a;b';\n", []],
    ["SELECT setval('users_id_seq', 7);\n", ["bad-file-name database/migrations/check_users.sql"]],
    ["SELECT 1 FROM users;\nDELETE FROM users;\n", ["bad-file-name database/migrations/check_users.sql"]],
  ])("a file that only asks needs no number: %j", (text, expected) => {
    const found = discover(memoryFileSystem({ ...files, "database/migrations/check_users.sql": text }), []);
    expect(problems(found)).toEqual(expected);
  });
});

test.each([
  [".gem/gems/tags-1.0.0/db/migrate"],
  [".rbenv/versions/3.3.0/lib/ruby/gems/3.3.0/gems/tags-1.0.0/db/migrate"],
  [".bundle/ruby/3.3.0/gems/tags-1.0.0/db/migrate"],
  ["vendor/bundle/ruby/3.3.0/gems/tags-1.0.0/db/migrate"],
  ["bundled/ruby/3.3.0/gems/tags-1.0.0/db/migrate"],
  ["env/lib/python3.12/tags/db/migrate"],
  ["go/pkg/mod/github.com/tags@v1.0.0/db/migrate"],
])("what is installed is no history of the project: %s", (folder) => {
  const fs = memoryFileSystem({
    "bundled/ruby/3.3.0/specifications/tags-1.0.0.gemspec": "Gem::Specification.new\n",
    "env/pyvenv.cfg": "home = /usr/bin\n",
    [`${folder}/20240101000000_make_tags.rb`]:
      "class MakeTags < ActiveRecord::Migration[7.1]\n  def change\n    create_table :tags\n  end\nend\n",
  });
  expect(discover(fs, [])).toEqual([]);
});
