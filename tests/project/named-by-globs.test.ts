/** Folders that the settings of a tool for code name by a pattern of files, and others that nothing enters. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const typeorm = (name: string): string =>
  `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class ${name} implements MigrationInterface {\n  async up(queryRunner: QueryRunner) { await queryRunner.query("CREATE TABLE ${name} (id bigint PRIMARY KEY)"); }\n  async down(queryRunner: QueryRunner) {}\n}\n`;
const knex =
  'exports.up = (knex) => knex.schema.createTable("a", (t) => t.increments());\nexports.down = (knex) => knex.schema.dropTable("a");\n';
const manifest = (...names: readonly string[]): Files => ({
  "package.json": JSON.stringify({
    dependencies: Object.fromEntries([...names, "pg"].map((name) => [name, "1.0.0"])),
  }),
});
const roots = (files: Files): readonly string[] =>
  discover(memoryFileSystem(files), [])
    .filter(({ migrations }) => migrations.length > 0)
    .map(({ root }) => root);

const source = (...migrations: readonly string[]): string =>
  `export default new DataSource({ type: "postgres", migrations: [${migrations.join(", ")}] });\n`;
const ofTypeorm = (folder: string, name = "A"): Files => ({
  [`${folder}/1700000000000-a.ts`]: typeorm(`${name}1700000000000`),
  [`${folder}/1700000001000-b.ts`]: typeorm(`${name}1700000001000`),
});

describe("TypeORM", () => {
  const files = { ...manifest("typeorm"), ...ofTypeorm("src/migrations"), ...ofTypeorm("src/samples", "B") };

  test.each([
    ["src/data-source.ts", "`${__dirname}/migrations/*{.ts,.js}`"],
    ["src/data-source.ts", 'join(__dirname, "migrations", "*.ts")'],
    ["src/data-source.ts", '__dirname + "/migrations/*.ts"'],
    ["data-source.ts", '"src/migrations/*.ts"'],
    ["data-source.ts", '"src/migrations/**/*{.ts,.js}"'],
    ["data-source.ts", '"dist/migrations/*.js"'],
    ["data-source.ts", '"./dist/src/migrations/*.js"'],
    ["src/database/data-source.ts", '"src/migrations/*.ts"'],
    ["src/database/data-source.ts", '__dirname + "/../migrations/*.ts"'],
  ])("%s: %s", (path, glob) => {
    expect(roots({ ...files, [path]: source(glob) })).toEqual(["src/migrations"]);
  });

  test("both folders are named, or none is known to be", () => {
    const both = ["src/migrations", "src/samples"];
    expect(
      roots({ ...files, "data-source.ts": source('"src/migrations/*.ts"', '"src/samples/*.ts"') }),
    ).toEqual(both);
    expect(roots({ ...files, "data-source.ts": source("...all") })).toEqual(both);
    const second = {
      "data-source.ts": source('"src/migrations/*.ts"'),
      "src/samples-data-source.ts": source("__dirname + '/samples/*.ts'"),
    };
    expect(roots({ ...files, ...second })).toEqual(both);
  });

  test("the settings of another database lie in its own folder", () => {
    const second = { "src/samples/db/data-source.ts": source("join(__dirname, '../*.ts')") };
    const third = { "src/samples/data-source.ts": source("__dirname + '/*.ts'") };
    const main = { "data-source.ts": source('"src/migrations/*.ts"') };
    expect(roots({ ...files, ...main, ...second })).toEqual(["src/migrations", "src/samples"]);
    expect(roots({ ...files, ...main, ...third })).toEqual(["src/migrations", "src/samples"]);
  });

  test("a folder below migrations is a history of its own where other settings name it", () => {
    const both = { ...files, ...ofTypeorm("src/migrations/search", "C") };
    const main = { "data-source.ts": source('"src/migrations/*.ts"', '"src/samples/*.ts"') };
    const second = { "search-data-source.ts": source("'src/migrations/search/*{.ts,.js}'") };
    expect(roots({ ...both, ...main })).toEqual(["src/migrations", "src/samples"]);
    const [outer] = discover(memoryFileSystem({ ...both, ...main }), []);
    expect(outer?.loose).toEqual([
      "src/migrations/search is left out with 2 migrations: typeorm runs the files of src/migrations, and no settings name this folder below it",
    ]);
    const stars = { "data-source.ts": source('"src/migrations/**/*.ts"', '"src/samples/*.ts"') };
    expect(roots({ ...both, ...stars })).toEqual(["src/migrations", "src/samples"]);
    expect(roots({ ...both, ...main, ...second })).toEqual([
      "src/migrations",
      "src/migrations/search",
      "src/samples",
    ]);
  });

  test("a folder below is entered by two stars alone", () => {
    const below = { ...manifest("typeorm"), ...ofTypeorm("migrations/samples") };
    expect(roots({ ...below, "data-source.ts": source('"migrations/*.ts"') })).toEqual([]);
    expect(roots({ ...below, "data-source.ts": source('"migrations/**/*.ts"') })).toEqual(["migrations"]);
  });

  test("the folders that two stars enter are one history, ordered by their versions", () => {
    const one = (path: string, name: string): Files => ({ [`src/db/migrations/${path}`]: typeorm(name) });
    const all = {
      ...manifest("typeorm"),
      ...one("schema/1700000000000-a.ts", "A1700000000000"),
      ...one("seed/1700000001000-roles.ts", "Roles1700000001000"),
      ...one("schema/1700000002000-b.ts", "B1700000002000"),
      ...one("1700000003000-c.ts", "C1700000003000"),
      ...one("seed/roles.ts", "Roles"),
    };
    const found = (glob: string) =>
      discover(memoryFileSystem({ ...all, "src/db/data-source.ts": source(glob) }), []).map(
        ({ root, migrations }) => [root, migrations.map(({ up }) => up.path.slice(root.length + 1))],
      );
    const ordered = [
      "schema/1700000000000-a.ts",
      "seed/1700000001000-roles.ts",
      "schema/1700000002000-b.ts",
      "1700000003000-c.ts",
    ];
    for (const glob of [
      'join(__dirname, "migrations/**/*{.ts,.js}")',
      '__dirname + "/migrations/**/*.ts"',
      'path.resolve(__dirname, "migrations", "**", "*.ts")',
      '"src/db/migrations/**/*.ts"',
      '"dist/db/migrations/**/*.js"',
    ])
      expect(found(glob), glob).toEqual([["src/db/migrations", ordered]]);
  });
});

test("Knex", () => {
  const files = {
    ...manifest("knex"),
    "db/migrations/20240101000000_a.js": knex,
    "db/old_ones/20230101000000_a.js": knex,
  };
  const settings = 'module.exports = { client: "pg", migrations: { directory: "./db/migrations" } };\n';
  expect(roots({ ...files, "knexfile.js": settings })).toEqual(["db/migrations"]);
});

describe("MikroORM in a package of a workspace", () => {
  const step = (name: string, sql: string): string =>
    `import { Migration } from "@mikro-orm/migrations";\nexport class ${name} extends Migration {\n  async up() { this.addSql(\`${sql}\`); }\n}\n`;
  const needs = JSON.stringify({ dependencies: { "@mikro-orm/migrations": "6.4.2", pg: "8" } });
  const files = {
    "package.json": JSON.stringify({ workspaces: ["backend"] }),
    "backend/package.json": needs,
    "backend/src/mikro-orm.config.ts": 'export default { migrations: { path: "./migrations" } };\n',
    "backend/migrations/Migration20250108164546.ts": step(
      "Migration20250108164546",
      'create table "t" ("id" int);',
    ),
    "backend/migrations/Migration20250118195053.ts": step(
      "Migration20250118195053",
      'alter table "t" add "a" int;',
    ),
  };
  const left = (name: string, sql: string): Files => ({ [`migrations/${name}.ts`]: step(name, sql) });

  test("a folder above that only changes its tables, and that no settings name, is left over", () => {
    const all = { ...files, ...left("Migration20250118194324", 'alter table "t" add "a" int;') };
    expect(roots(all)).toEqual(["backend/migrations"]);
    expect(discover(memoryFileSystem(all), []).flatMap(({ loose = [] }) => loose)).toEqual([
      "migrations: backend/src/mikro-orm.config.ts names backend/migrations alone, so that its migrations (1) were not checked",
    ]);
  });

  test("it is read where it makes tables of its own, or settings name it", () => {
    const both = ["backend/migrations", "migrations"];
    expect(roots({ ...files, ...left("Migration20250118194324", 'create table "u" ("id" int);') })).toEqual(
      both,
    );
    const one = left("Migration20250118194324", 'alter table "t" add "a" int;');
    expect(
      roots({
        ...files,
        ...one,
        "mikro-orm.config.ts": 'export default { migrations: { path: "./migrations" } };\n',
      }),
    ).toEqual(both);
  });
});
