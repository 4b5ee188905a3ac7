/** What `up` is handed has any name: the project says which tool runs the file, and its calls say that it is one. */
import { describe, expect, test } from "vitest";
import { lintProject, rules } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import type { Facts } from "../../src/project/facts.ts";

type Files = Readonly<Record<string, string>>;

const npm = (...names: readonly string[]): string =>
  JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "^1.0.0"])) });

const sequelizeLike = `module.exports = {
  async up(q, S) { await q.createTable("comments", { id: { type: S.INTEGER, autoIncrement: true, primaryKey: true } }); },
  async down(q) { await q.dropTable("comments"); },
};
`;
const rc = (path: string): string =>
  `const path = require("path");\nmodule.exports = {\n  "seeders-path": path.resolve("src/seeders"),\n  "migrations-path": ${path},\n};\n`;

const cases: readonly (readonly [string, Files, string])[] = [
  [
    "methods",
    { "package.json": npm("sequelize-cli"), "migrations/20240101000000-a.js": sequelizeLike },
    "sequelize",
  ],
  [
    "only settings",
    { ".sequelizerc": rc('"migrations"'), "migrations/20240101000000-a.js": sequelizeLike },
    "sequelize",
  ],
  [
    "names without a number",
    { "package.json": npm("sequelize"), "src/migrations/YYYYMMDD000001-a.js": sequelizeLike },
    "sequelize",
  ],
  [
    "a folder that only the settings name",
    { ".sequelizerc": rc('path.resolve(__dirname, "db", "steps")'), "db/steps/a.js": sequelizeLike },
    "sequelize",
  ],
  [
    "a function",
    {
      "package.json": npm("sequelize"),
      "migrations/20240101000000-a.js":
        'module.exports = { up: function (qi, Sequelize) { return qi.createTable("comments", { id: { type: Sequelize.INTEGER, autoIncrement: true, primaryKey: true } }); } };\n',
    },
    "sequelize",
  ],
  [
    "Umzug's context under another name",
    {
      "package.json": npm("umzug"),
      "migrations/2024.01.01T00.00.00.a.ts":
        'import { DataTypes } from "sequelize";\nexport const up: Migration = async ({ context: q }) => {\n  await q.createTable("comments", { id: { type: DataTypes.INTEGER, autoIncrement: true, primaryKey: true } });\n};\n',
    },
    "sequelize",
  ],
  [
    "Umzug's context as it is called",
    {
      "package.json": npm("umzug"),
      "migrations/2024.01.01T00.00.00.a.js":
        'const { DataTypes } = require("sequelize");\nexports.up = async (params) => {\n  await params.context.createTable("comments", { id: { type: DataTypes.INTEGER, autoIncrement: true, primaryKey: true } });\n};\n',
    },
    "sequelize",
  ],
  [
    "the name that db-migrate's examples have",
    {
      "package.json": npm("sequelize"),
      "migrations/20240101000000-a.js": sequelizeLike.replaceAll(/\bq\b/g, "db"),
    },
    "sequelize",
  ],
  [
    "knex",
    {
      "package.json": npm("knex"),
      "migrations/20240101000000_a.js":
        'exports.up = async (k) => { await k.schema.createTable("comments", (t) => { t.increments("id"); }); };\nexports.down = (k) => k.schema.dropTable("comments");\n',
    },
    "knex",
  ],
  [
    "knex, in a folder that only the settings name",
    {
      "knexfile.js":
        'module.exports = {\n  client: "pg",\n  migrations: {\n    directory: "./db/steps",\n  },\n};\n',
      "db/steps/a.js":
        'exports.up = (k) => k.schema.createTable("comments", (t) => { t.increments("id"); });\n',
    },
    "knex",
  ],
  [
    "typeorm",
    {
      "package.json": npm("typeorm"),
      "migrations/1704067200000-A.js":
        'module.exports = class A1704067200000 {\n  async up(q) { await q.query("CREATE TABLE comments (id serial PRIMARY KEY)"); }\n  async down(q) { await q.query("DROP TABLE comments"); }\n};\n',
    },
    "typeorm",
  ],
  [
    "node-pg-migrate",
    {
      "package.json": npm("node-pg-migrate"),
      "migrations/1704067200000_a.js":
        'exports.up = (p) => {\n  p.createTable("comments", { id: "id" });\n};\n',
    },
    "node-pg-migrate",
  ],
  [
    "kysely",
    {
      "package.json": npm("kysely"),
      "migrations/2024-01-01_a.js":
        'export async function up(d) {\n  await d.schema.createTable("comments").addColumn("id", "serial", (c) => c.primaryKey()).execute();\n}\n',
    },
    "kysely",
  ],
  [
    "db-migrate",
    {
      "package.json": npm("db-migrate"),
      "migrations/20240101000000-a.js":
        'exports.up = function (d) {\n  return d.createTable("comments", { id: { type: "int", primaryKey: true, autoIncrement: true } });\n};\n',
    },
    "db-migrate",
  ],
];

const tools = (files: Files, roots: readonly string[] = [], facts: Facts = {}): readonly string[] =>
  discover(memoryFileSystem(files), roots, facts).map(
    ({ tool, migrations }) => `${tool} ${migrations.length}`,
  );

describe("parameters of any name", () => {
  test.each(cases)("%s", async (_, files, tool) => {
    expect(tools(files)).toEqual([`${tool} 1`]);
    const { findings } = await lintProject({ rules, fs: memoryFileSystem(files) });
    expect(findings.map(({ ruleId }) => ruleId)).toContain("integer-primary-key");
  });
});

describe("a tool that the user states needs no word of it", () => {
  const files = { "steps/a.js": sequelizeLike, "steps/b.js": "exports.helper = 1;\n" };
  test("in a folder", () => {
    expect(tools(files, ["steps"])).toEqual([]);
    expect(tools(files, ["steps"], { tool: "sequelize" })).toEqual(["sequelize 1"]);
  });
  test("of settings", () => {
    expect(tools(files, [], { tool: "sequelize", migrations: ["steps"] })).toEqual(["sequelize 1"]);
  });
});

describe("not known", () => {
  test.each([
    ["no tool is named", { "migrations/20240101000000-a.js": sequelizeLike }],
    [
      "several tools that fit are named",
      { "package.json": npm("sequelize", "db-migrate"), "migrations/20240101000000-a.js": sequelizeLike },
    ],
    [
      "no call of the tool's",
      {
        "package.json": npm("sequelize"),
        "migrations/20240101000000-a.js": "exports.up = (client) => client.query('SELECT 1');\n",
      },
    ],
    [
      "comments alone have the word",
      {
        "package.json": npm("sequelize"),
        "migrations/20240101000000-a.js": "// what is up to date\nexports.run = (m) => m.createTable('u');\n",
      },
    ],
  ])("%s", (_, files) => {
    expect(tools(files)).toEqual([]);
  });
});
