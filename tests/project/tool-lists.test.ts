/** What a tool's own lists and hashes say: atlas.sum, drizzle's journal, graphile-migrate's chain, yoyo's dependencies. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const sql = "CREATE TABLE t (id bigint PRIMARY KEY);\n";
const problems = (files: Readonly<Record<string, string>>): readonly string[] =>
  discover(memoryFileSystem(files), []).flatMap((history) =>
    history.problems.map(({ rule, path, message }) => `${rule} ${path}: ${message}`),
  );
const names = (files: Readonly<Record<string, string>>): readonly string[] =>
  discover(memoryFileSystem(files), []).flatMap(({ migrations }) => migrations.map(({ name }) => name));

describe("drizzle's journal", () => {
  const view = "--> statement-breakpoint\nCREATE VIEW v AS SELECT 1;\n";
  const files = {
    "drizzle/0000_a.sql": sql,
    "drizzle/meta/_journal.json": '{ "entries": [{ "tag": "0000_a", "when": 1 }] }',
    "drizzle/_views/01_v.sql": view,
    "drizzle/_views/02_w.sql": view,
    "package.json": '{ "dependencies": { "drizzle-orm": "1", "drizzle-kit": "1" } }',
  };
  const tools = (all: Readonly<Record<string, string>>): readonly string[] =>
    discover(memoryFileSystem(all), []).map(({ root, tool }) => `${root} ${tool}`);
  test("a folder below its own, without a journal, isn't drizzle's", () => {
    expect(tools(files)).toEqual(["drizzle drizzle", "drizzle/_views raw"]);
  });
  test("one with a journal is", () => {
    const entries = '{ "entries": [{ "tag": "01_v", "when": 1 }, { "tag": "02_w", "when": 2 }] }';
    expect(tools({ ...files, "drizzle/_views/meta/_journal.json": entries })).toEqual([
      "drizzle drizzle",
      "drizzle/_views drizzle",
    ]);
  });
});

describe("atlas.sum", () => {
  const folder = join(import.meta.dirname, "../../fixtures/layouts/atlas/project/migrations");
  const files = Object.fromEntries(
    readdirSync(folder).map((name) => [`migrations/${name}`, readFileSync(join(folder, name), "utf8")]),
  );
  const first = "migrations/20240101000000_first.sql";
  const index = "migrations/20240102000000_index.sql";
  test("as written", () => {
    expect(problems(files)).toEqual([]);
  });
  test("the first edited file is named, not those after it", () => {
    expect(problems({ ...files, [first]: `${files[first] ?? ""}\n`, [index]: "" })).toEqual([
      `edited-after-apply ${first}: isn't the file that atlas.sum has a hash of: atlas refuses to run`,
    ]);
  });
  test("a file whose line ends alone differ is named so", () => {
    const crlf = (files[first] ?? "").replaceAll("\n", "\r\n");
    expect(problems({ ...files, [first]: crlf })).toEqual([
      `edited-after-apply ${first}: differs only in its line ends, CRLF, and atlas hashes bytes: atlas refuses to run`,
    ]);
    expect(problems({ ...files, [first]: `${crlf}SELECT 1;\r\n` })[0]).toContain("isn't the file");
  });
  test("a file more, and a file less", () => {
    const later = "migrations/20990101000000_later.sql";
    expect(problems({ ...files, [later]: sql })).toEqual([
      `edited-after-apply ${later}: isn't named by atlas.sum: atlas refuses to run`,
    ]);
    const rest = Object.fromEntries(Object.entries(files).filter(([path]) => path !== index));
    expect(problems(rest)[0]).toContain("names 20240102000000_index.sql, which is gone");
  });
  test("one that is to be ignored counts with its name alone", () => {
    const only = { [first]: `-- atlas:sum ignore\n\n${sql}`, "migrations/atlas.sum": "h1:x=\n" };
    expect(problems(only)).toEqual([]);
  });
  test("that says nothing, or stands by another tool's files, isn't held against them", () => {
    expect(problems({ ...files, "migrations/atlas.sum": "" })).toEqual([]);
    const goose = {
      "migrations/1_a.sql": `-- +goose Up\n${sql}`,
      "migrations/atlas.sum": "h1:x=\n1_a.sql h1:x=\n",
    };
    expect(problems(goose)).toEqual([]);
  });
  test("a checkpoint is a baseline where the files before it are gone", () => {
    const [history] = discover(
      memoryFileSystem({
        "migrations/20240104000000_checkpoint.sql": `-- atlas:checkpoint\n\n${sql}`,
        "migrations/20240105000000_a.sql": "ALTER TABLE t ADD COLUMN a int;\n",
        "atlas.hcl": "",
      }),
      [],
    );
    expect(history?.migrations.map(({ kind }) => kind)).toEqual(["baseline", "versioned"]);
  });
});

describe("the chain of graphile-migrate", () => {
  const head = (previous: string, hash: string): string =>
    `--! Previous: ${previous}\n--! Hash: ${hash}\n\n${sql}`;
  const folder = "migrations/committed";
  test("holds", () => {
    const files = {
      [`${folder}/000001.sql`]: head("-", "sha1:a"),
      [`${folder}/000002.sql`]: head("sha1:a", "sha1:b"),
    };
    expect(problems(files)).toEqual([]);
    expect(names({ ...files, "migrations/current.sql": sql })).toEqual(["000001", "000002", "current"]);
    const current = { ...files, "migrations/current/2-b.sql": sql, "migrations/current/10-c.sql": sql };
    expect(names(current).slice(2)).toEqual(["current/2-b", "current/10-c"]);
    expect(
      discover(memoryFileSystem(current), ["migrations/current/2-b.sql"]).map(({ root }) => root),
    ).toEqual([folder]);
    expect(names({ ...files, "migrations/current.sql": "\n" })).toEqual(["000001", "000002"]);
    const begun = "-- Enter migration here\n";
    expect(names({ ...files, "migrations/current.sql": begun })).toEqual(["000001", "000002"]);
  });
  test("ends in what no server has yet", async () => {
    const fs = memoryFileSystem({
      [`${folder}/000001.sql`]: head("-", "sha1:a"),
      "migrations/current.sql": "DROP TABLE t;\n",
    });
    const { findings } = await lintProject({ fs, facts: { startAfter: "000001" } });
    expect(findings.map(({ file }) => file)).toContain("migrations/current.sql");
  });
  test("is broken", () => {
    const files = {
      [`${folder}/000001.sql`]: head("-", "sha1:a"),
      [`${folder}/000002.sql`]: head("sha1:x", "sha1:b"),
    };
    expect(problems(files)).toEqual([
      `edited-after-apply ${folder}/000002.sql: its Previous isn't the Hash of 000001: graphile-migrate refuses to run`,
    ]);
  });
});

describe("the dependencies of yoyo", () => {
  const yoyo = (...files: readonly (readonly [name: string, depends: string])[]): readonly string[] =>
    names({
      "yoyo.ini": "[DEFAULT]\n",
      ...Object.fromEntries(
        files.map(([name, depends]) => [`migrations/${name}.sql`, `-- said\n-- depends: ${depends}\n${sql}`]),
      ),
    });
  test("come first, and names order the rest", () => {
    expect(yoyo(["1.a", "3.c 2.b"], ["2.b", ""], ["3.c", ""], ["4.d", ""])).toEqual([
      "3.c",
      "2.b",
      "1.a",
      "4.d",
    ]);
  });
  test("rings and names that nobody has are let be", () => {
    expect(yoyo(["1.a", "2.b"], ["2.b", "1.a"], ["3.c", "gone 3.c"])).toEqual(["2.b", "1.a", "3.c"]);
  });
});

describe("MikroORM's list of classes", () => {
  const step = (name: string, statement: string): string =>
    `import { Migration } from "@mikro-orm/migrations";\nexport class ${name} extends Migration {\n  async up() { this.addSql("${statement}"); }\n}\n`;
  const project = (list: string): Record<string, string> => ({
    "package.json": '{"dependencies": {"@mikro-orm/migrations": "^6.0.0"}}',
    "mikro-orm.config.ts": `export default defineConfig({ migrations: { ${list} } });\n`,
    "src/migrations/Access.ts": step("Access", "create table grants (person bigint references people (id))"),
    "src/migrations/Initial.ts": step("Initial", "create table people (id bigint primary key)"),
  });
  const names = (list: string): readonly string[] | undefined =>
    discover(memoryFileSystem(project(list)), [])[0]?.migrations.map(({ name }) => name);

  test.each([
    [
      "of objects",
      'migrationsList: [{ name: "Initial", class: Initial }, { name: "Access", class: Access }]',
    ],
    ["of classes", "migrationsList: [Initial, Access]"],
  ])("is their order: %s", (_, list) => {
    expect(names(list)).toEqual(["Initial", "Access"]);
  });

  test.each([
    ["there is none", 'path: "./src/migrations"'],
    ["it lacks one", "migrationsList: [Initial]"],
    ["it is made elsewhere", "migrationsList: list"],
  ])("isn't the order where %s", (_, list) => {
    expect(names(list)).toEqual(["Access", "Initial"]);
  });
});

describe("TypeORM's list of classes", () => {
  const step = (name: string): string =>
    `import { MigrationInterface, QueryRunner } from "typeorm";
export class ${name} implements MigrationInterface {
  async up(queryRunner: QueryRunner) { await queryRunner.query("create table ${name.toLowerCase()} (id bigint primary key)"); }
  async down(queryRunner: QueryRunner) { await queryRunner.query("drop table ${name.toLowerCase()}"); }
}
`;
  const lint = (list: string) => {
    const [history] = discover(
      memoryFileSystem({
        "package.json": '{ "dependencies": { "typeorm": "0.3.20", "pg": "8" } }',
        "src/data-source.ts": `export default new DataSource({ type: "postgres", migrations: ${list} });\n`,
        "src/migrations/1710000000001-people.ts": step("People1710000000001"),
        "src/migrations/1710000000002-grants.ts": step("Grants1710000000002"),
        "src/migrations/1710000000003-orders.ts": step("Orders1710000000003"),
      }),
      [],
    );
    return {
      ran: history?.migrations.map(({ version }) => version?.at(-1)).join(""),
      problems: history?.problems.map(({ path, message }) => `${path}: ${message}`),
    };
  };

  test("leaves out what it lacks, and says so", () => {
    expect(lint("[\n    People1710000000001,\n    Grants1710000000002,\n  ]")).toEqual({
      ran: "12",
      problems: [
        "src/migrations/1710000000003-orders.ts: typeorm skips it: src/data-source.ts doesn't list its class",
      ],
    });
  });

  test.each([
    ["all are in it", "[People1710000000001, Grants1710000000002, Orders1710000000003]"],
    ["it is a path", '["src/migrations/*.ts"]'],
    ["something else adds to it", "[People1710000000001, Grants1710000000002, ...more]"],
    ["it has few of them", "[People1710000000001, Another1710000000009]"],
  ])("leaves out none where %s", (_, list) => {
    expect(lint(list)).toEqual({ ran: "123", problems: [] });
  });

  test("tells the order of an equal timestamp", () => {
    const [history] = discover(
      memoryFileSystem({
        "package.json": '{ "dependencies": { "typeorm": "0.3.20", "pg": "8" } }',
        "src/data-source.ts": `export default new DataSource({ type: "postgres", migrations: [People1710000000001, Grants1710000000001] });\n`,
        "src/migrations/1710000000001-grants.ts": step("Grants1710000000001"),
        "src/migrations/1710000000001-people.ts": step("People1710000000001"),
      }),
      [],
    );
    expect(history?.migrations.map(({ name }) => name)).toEqual([
      "1710000000001-people",
      "1710000000001-grants",
    ]);
  });
});
