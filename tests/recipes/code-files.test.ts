/** Advice for migrations in code is a migration of that tool: put into the project, it is read, and there is nothing to say. */
import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const index = "CREATE INDEX by_code ON orders (code) WHERE tags ? 'a'";
const table = "CREATE TABLE orders (id bigint PRIMARY KEY, code text, tags jsonb)";

interface Project {
  readonly name: string;
  readonly dependency: string;
  readonly names: readonly [string, string, string];
  readonly file: (sql: string, at: number) => string;
  readonly begins: string;
}

const projects: readonly Project[] = [
  {
    name: "knex in CommonJS",
    dependency: "knex",
    names: ["20240101000000_a.js", "20240102000000_b.js", "20240103000000_c.js"],
    file: (sql) =>
      `exports.up = (knex) => knex.raw(\`${sql.replaceAll("?", "\\\\?")}\`);\nexports.down = () => {};\n`,
    begins: "exports.config = { transaction: false };\nexports.up = async function (knex) {",
  },
  {
    name: "knex in TypeScript",
    dependency: "knex",
    names: ["20240101000000_a.ts", "20240102000000_b.ts", "20240103000000_c.ts"],
    file: (sql) =>
      `import { Knex } from "knex";\nexport async function up(knex: Knex) { await knex.raw(\`${sql.replaceAll("?", "\\\\?")}\`); }\nexport async function down() {}\n`,
    begins:
      'import type { Knex } from "knex";\nexport const config = { transaction: false };\nexport async function up(knex: Knex): Promise<void> {',
  },
  {
    name: "TypeORM",
    dependency: "typeorm",
    names: ["1700000000000-A.ts", "1700000001000-B.ts", "1700000002000-C.ts"],
    file: (sql, at) =>
      `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class A170000000${at}000 implements MigrationInterface {\n  async up(queryRunner: QueryRunner) { await queryRunner.query(\`${sql}\`); }\n  async down() {}\n}\n`,
    begins:
      'import type { MigrationInterface, QueryRunner } from "typeorm";\nexport class NextStep1700000001001 implements MigrationInterface {\n  transaction = false;',
  },
  {
    name: "Sequelize",
    dependency: "sequelize-cli",
    names: ["20240101000000-a.js", "20240102000000-b.js", "20240103000000-c.js"],
    file: (sql) =>
      `module.exports = { up: (queryInterface) => queryInterface.sequelize.query(\`${sql}\`), down: () => {} };\n`,
    begins: "exports.up = async function (queryInterface) {",
  },
  {
    name: "node-pg-migrate",
    dependency: "node-pg-migrate",
    names: ["1700000000000_a.js", "1700000001000_b.js", "1700000002000_c.js"],
    file: (sql) => `exports.up = (pgm) => { pgm.sql(\`${sql}\`); };\nexports.down = () => {};\n`,
    begins: "exports.up = async function (pgm) {\n  pgm.noTransaction();",
  },
];

describe("advice for code is a whole migration", () => {
  it.each(projects)("$name", async ({ dependency, names, file, begins }) => {
    const files = {
      "package.json": JSON.stringify({ dependencies: { [dependency]: "^1.0.0", pg: "^8.0.0" } }),
      [`migrations/${names[0]}`]: file(table, 0),
      [`migrations/${names[1]}`]: file(index, 1),
    };
    const lint = async (all: Readonly<Record<string, string>>) =>
      (await lintProject({ fs: memoryFileSystem(all), facts: { dialect: "postgres" } })).findings;
    const finding = (await lint(files)).find(({ ruleId }) => ruleId === "index-without-concurrently");
    const text = (finding?.instead ?? "")
      .split("\n")
      .filter((line) => !line.startsWith("//"))
      .join("\n");
    expect(text.startsWith(begins), text).toBe(true);
    expect(text).toContain(dependency === "knex" ? "tags \\\\? 'a'" : "tags ? 'a'");
    const followed = {
      ...files,
      [`migrations/${names[1]}`]: file("SELECT 1", 1),
      [`migrations/${names[2]}`]: text,
    };
    const left = (await lint(followed)).filter(({ file: path }) => path.includes(names[2]));
    expect(left.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });
});

describe("TypeORM's migrations opt out of the transaction", () => {
  const adviceOf = async (version: string): Promise<string> => {
    const name = "1700000001000-B.ts";
    const file = (sql: readonly string[], time: string): string =>
      `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class A${time} implements MigrationInterface {\n  async up(queryRunner: QueryRunner) {\n${sql.map((one) => `    await queryRunner.query(\`${one}\`);\n`).join("")}  }\n  async down() {}\n}\n`;
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "package.json": JSON.stringify({ dependencies: { typeorm: version, pg: "^8.0.0" } }),
        "migrations/1700000000000-A.ts": file([table], "1700000000000"),
        [`migrations/${name}`]: file(
          [index, "ALTER TABLE orders ALTER COLUMN code SET NOT NULL"],
          "1700000001000",
        ),
      }),
      facts: { dialect: "postgres" },
    });
    return findings.map(({ instead = "" }) => instead).join("\n");
  };
  it.each(["^0.2.32", "0.3.10"])("%s: all of them, on the command line", async (version) => {
    const text = await adviceOf(version);
    expect(text).toContain("migration:run --transaction none");
    expect(text).not.toContain("transaction = false");
  });
  it.each(["^0.3.0", "0.3.11", "^1.0.0"])("%s: in the class, each of another name", async (version) => {
    const text = await adviceOf(version);
    expect(text).toContain("transaction = false;");
    const names = [...text.matchAll(/class (\w+)/g)].map(([, one]) => one);
    expect(names.length).toBeGreaterThan(1);
    expect([...new Set(names)]).toEqual(names);
  });
});

describe("TypeORM takes a class back in a transaction, whatever it says", () => {
  const drop = 'DROP INDEX "public"."by_code"';
  const file = (time: string, up: readonly string[], down: readonly string[]): string => {
    const calls = (all: readonly string[]): string =>
      all.map((one) => `    await queryRunner.query(\`${one}\`);\n`).join("");
    return `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class A${time} implements MigrationInterface {\n${up.some((one) => one.includes("CONCURRENTLY")) ? "  transaction = false;\n" : ""}  async up(queryRunner: QueryRunner) {\n${calls(up)}  }\n  async down(queryRunner: QueryRunner) {\n${calls(down)}  }\n}\n`;
  };
  const lint = async (up: readonly string[], down: readonly string[]) =>
    await lintProject({
      fs: memoryFileSystem({
        "package.json": JSON.stringify({ dependencies: { typeorm: "^0.3.20", pg: "^8.0.0" } }),
        "data-source.ts":
          'export default new DataSource({ type: "postgres", migrationsTransactionMode: "each" });\n',
        "migrations/1700000000000-A.ts": file("1700000000000", [table], ["DROP TABLE orders"]),
        "migrations/1700000001000-B.ts": file("1700000001000", up, down),
      }),
      facts: { dialect: "postgres" },
    });
  const adviceOf = async (up: readonly string[], down: readonly string[]): Promise<string> =>
    (await lint(up, down)).findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ??
    "";
  const said = "in the rollback, this belongs to that of the later migration:";

  it("writes a way back for that, and says what the migration's own leaves to it", async () => {
    const text = await adviceOf([index, "ALTER TABLE orders ADD COLUMN note text"], [drop]);
    expect(text).toContain("query(`DROP INDEX IF EXISTS by_code;`)");
    expect(text).toContain(`${said} ${drop};`);
  });
  it("says nothing of it where all of the migration moves", async () => {
    const text = await adviceOf([index], [drop]);
    expect(text).toContain("query(`DROP INDEX IF EXISTS by_code;`)");
    expect(text).not.toContain(said);
  });
  it("reports what such a way back can't do", async () => {
    const up = ["CREATE INDEX CONCURRENTLY by_code ON orders (code)"];
    const { findings } = await lint(up, ["DROP INDEX CONCURRENTLY by_code"]);
    expect(findings.map(({ ruleId, direction }) => `${ruleId} ${direction}`)).toContain(
      "concurrently-in-transaction down",
    );
  });
});

describe("the classes are sorted directly behind the migration's", () => {
  const dependencies = {
    typeorm: { typeorm: "^0.3.20", pg: "^8.0.0" },
    mikro: { "@mikro-orm/migrations": "^6.2.9", "@mikro-orm/postgresql": "^6.2.9" },
  };
  const files = {
    typeorm: (sql: string, name: string) =>
      `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class ${name} implements MigrationInterface {\n  async up(queryRunner: QueryRunner) { await queryRunner.query(\`${sql}\`); }\n  async down() {}\n}\n`,
    mikro: (sql: string, name: string) =>
      `import { Migration } from "@mikro-orm/migrations";\nexport class ${name} extends Migration {\n  async up() { this.addSql(\`${sql}\`); }\n}\n`,
  };
  const notNull = "ALTER TABLE orders ALTER COLUMN code SET NOT NULL";
  it.each([
    {
      name: "TypeORM, a file of another time than its class",
      tool: "typeorm",
      migrations: [
        ["1700000000000-Orders.ts", "Orders1700000000000", table],
        ["1700000001000-Code.ts", "Code1700000500000", notNull],
      ],
      wanted: ["1700000500001", "1700000500002", "1700000500003"],
    },
    {
      name: "TypeORM, between this one and the next",
      tool: "typeorm",
      migrations: [
        ["1700000000000-Orders.ts", "Orders1700000000000", table],
        ["1700000001000-Code.ts", "Code1700000001000", `SELECT 1\`); await queryRunner.query(\`${notNull}`],
        ["1700000001004-More.ts", "More1700000001004", "SELECT 1"],
      ],
      wanted: ["1700000001001", "1700000001002", "1700000001003"],
    },
    {
      name: "TypeORM, no time that the history has",
      tool: "typeorm",
      migrations: [
        ["1700000000000-Orders.ts", "Orders1700000000000", table],
        ["1700000000001-Code.ts", "Code1700000000001", notNull],
        ["1700000000002-More.ts", "More1700000000002", "SELECT 1"],
      ],
      wanted: ["1700000000003", "1700000000004", "1700000000005"],
    },
    {
      name: "MikroORM, times of 14 digits",
      tool: "mikro",
      migrations: [
        ["Migration20240619065834.ts", "Migration20240619065834", table],
        ["Migration20240719235958.ts", "Migration20240719235958", notNull],
      ],
      wanted: ["20240719235959", "20240720000000", "20240720000001"],
    },
    {
      name: "MikroORM, names in another form",
      tool: "mikro",
      migrations: [
        ["001-orders.ts", "Orders", table],
        ["002-code.ts", "Code", notNull],
      ],
      wanted: Array.from({ length: 3 }, () => "<a time after this migration's>"),
    },
  ] as const)("$name", async ({ tool, migrations, wanted }) => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "package.json": JSON.stringify({ dependencies: dependencies[tool] }),
        ...Object.fromEntries(
          migrations.map(([path, name, sql]) => [`src/migrations/${path}`, files[tool](sql, name)]),
        ),
      }),
      facts: { dialect: "postgres" },
    });
    const texts = findings.map(({ instead = "" }) => instead).filter((text) => text.includes("class "));
    const [versions] = texts.map((text) =>
      [...text.matchAll(/class (?:NextStep|Migration)(\S+|<[^>]+>) (?:implements|extends)/g)].map(
        ([, one]) => one,
      ),
    );
    expect(versions).toEqual(wanted);
  });
});

describe("a key of 64 bits is advised in the words of the builder", () => {
  it.each([
    [
      "knex",
      'exports.up = (knex) => knex.schema.createTable("orders", (t) => { t.increments("id"); });\nexports.down = () => {};\n',
      't.bigIncrements("id")',
    ],
    [
      "sequelize-cli",
      'module.exports = { up: (queryInterface, Sequelize) => queryInterface.createTable("orders", { id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true } }), down: () => {} };\n',
      "Sequelize.BIGINT",
    ],
    [
      "typeorm",
      'import { MigrationInterface, QueryRunner, Table } from "typeorm";\nexport class A1700000000000 implements MigrationInterface {\n  async up(queryRunner: QueryRunner) { await queryRunner.createTable(new Table({ name: "orders", columns: [{ name: "id", type: "int", isGenerated: true, generationStrategy: "increment", isPrimary: true }] })); }\n  async down(queryRunner: QueryRunner) { await queryRunner.dropTable("orders"); }\n}\n',
      'type: "bigint"',
    ],
  ])("%s", async (dependency, text, wanted) => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "package.json": JSON.stringify({ dependencies: { [dependency]: "^1.0.0", pg: "^8.0.0" } }),
        [`migrations/20240101000000-a.${text.startsWith("import") ? "ts" : "js"}`]: text,
      }),
      facts: { dialect: "postgres" },
    });
    const finding = findings.find(({ ruleId }) => ruleId === "integer-primary-key");
    expect(finding?.instead).toContain(`Use \`${wanted}\``);
    expect(finding?.instead).not.toMatch(/IDENTITY|SERIAL/);
  });
});

describe("MikroORM", () => {
  const migration = (name: string, ...sql: readonly string[]): readonly [string, string] => [
    `src/migrations/${name}.ts`,
    `import { Migration } from "@mikro-orm/migrations";\nexport class ${name} extends Migration {\n  async up() {\n${sql.map((one) => `    this.addSql(\`${one}\`);\n`).join("")}  }\n}\n`,
  ];
  const adviceOf = async (settings: string, ...sql: readonly string[]): Promise<string> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "package.json": JSON.stringify({ dependencies: { "@mikro-orm/migrations": "^4.5.10" } }),
        "mikro-orm.config.ts": `export default { migrations: { ${settings} } };\n`,
        ...Object.fromEntries([
          migration("Migration20240101000000", table),
          migration("Migration20240102000000", ...sql),
        ]),
      }),
      facts: { dialect: "postgres" },
    });
    return findings.map(({ instead = "" }) => instead).join("\n");
  };

  it("runs what opts out beside the transaction of the others", async () => {
    const lines = await adviceOf("", index);
    expect(lines).toContain(
      "(isTransactional() { return false; } in the class, with migrations: { allOrNothing: false } or deployed alone)",
    );
  });

  it("runs all pending migrations in one transaction", async () => {
    const check = "ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0)";
    const line = "// here and below, deploy first: mikro-orm runs all pending migrations in one transaction";
    expect(await adviceOf("", check)).toContain(line);
    expect(await adviceOf("allOrNothing: false", check)).not.toContain(line);
  });

  it("has a key of 64 bits that each of its versions knows", async () => {
    const keys =
      "CREATE TABLE visits (id serial PRIMARY KEY); CREATE TABLE marks (visit_id integer REFERENCES visits)";
    expect(await adviceOf("", keys)).toContain(
      'In the entity: `@PrimaryKey({ type: "bigint", columnType: "bigint", autoincrement: true })`, and `type: "bigint", columnType: "bigint"` there.',
    );
  });
});

describe("the field that keeps a renamed column", () => {
  const history = (column: string, change: string): Readonly<Record<string, string>> => {
    const file = (sql: string, time: string): string =>
      `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class A${time} implements MigrationInterface {\n  async up(queryRunner: QueryRunner) { await queryRunner.query(\`${sql}\`); }\n  async down() {}\n}\n`;
    return {
      "package.json": JSON.stringify({ dependencies: { typeorm: "^0.3.20", pg: "^8.0.0" } }),
      "migrations/1700000000000-A.ts": file(
        `CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, ${column})`,
        "1700000000000",
      ),
      "migrations/1700000001000-B.ts": file(`ALTER TABLE orders ${change}`, "1700000001000"),
    };
  };
  it.each([
    [
      "owner bigint REFERENCES users (id)",
      "DROP COLUMN owner, ADD COLUMN owner uuid",
      'the new one with @JoinColumn({ name: "owner_new" })',
    ],
    ["code text", "DROP COLUMN code, ADD COLUMN code uuid", 'the new one with @Column({ name: "code_new" })'],
    [
      "owner_id bigint",
      "RENAME COLUMN owner_id TO user_id",
      'with @Column({ name: "owner_id" }), or of a relation @JoinColumn({ name: "owner_id" }): the database stays',
    ],
    ["code text", "RENAME COLUMN code TO number", 'with @Column({ name: "code" }): the database stays'],
  ])("%s, %s", async (column, change, wanted) => {
    const { findings } = await lintProject({
      fs: memoryFileSystem(history(column, change)),
      facts: { dialect: "postgres" },
    });
    const texts = findings.map(({ instead = "" }) => instead).join("\n");
    expect(texts).toContain(wanted);
  });
});

describe("what can't be a call", () => {
  const class_ = (sql: string, time: string): string =>
    `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class A${time} implements MigrationInterface {\n  async up(queryRunner: QueryRunner) { await queryRunner.query(\`${sql}\`); }\n  async down() {}\n}\n`;
  it("is a command line, which stays one", async () => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "package.json": JSON.stringify({ dependencies: { typeorm: "^0.3.20", mysql2: "^3.0.0" } }),
        "migrations/1700000000000-A.ts": class_(
          "CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20))",
          "1700000000000",
        ),
        "migrations/1700000001000-B.ts": class_("ALTER TABLE orders MODIFY code int", "1700000001000"),
      }),
      facts: { dialect: "mysql" },
    });
    const lines = findings
      .flatMap(({ instead = "" }) => instead.split("\n"))
      .filter((line) => line.includes("pt-online") && !line.startsWith("//"));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^pt-online-schema-change /);
  });
});

describe("Prisma's engine sends a file whole that it can't cut", () => {
  const at = (name: string): string => `prisma/migrations/2024010100000${name}/migration.sql`;
  const lint = async (sql: string) =>
    (
      await lintProject({
        fs: memoryFileSystem({
          "package.json": JSON.stringify({ dependencies: { prisma: "7.8.0" } }),
          "prisma/migrations/migration_lock.toml": 'provider = "postgresql"',
          [at("0_a")]: `${table};\nCREATE INDEX by_tags ON orders (tags);`,
          [at("1_b")]: sql,
        }),
      })
    ).findings;
  it("so that DROP INDEX CONCURRENTLY must be alone, in advice, too", async () => {
    const rule = "concurrently-in-transaction";
    const drop = "DROP INDEX CONCURRENTLY by_tags;";
    expect((await lint(`SET lock_timeout = 0;\n${drop}`)).map(({ ruleId }) => ruleId)).toContain(rule);
    expect((await lint(drop)).map(({ ruleId }) => ruleId)).not.toContain(rule);
    const two =
      "CREATE INDEX CONCURRENTLY a ON orders (code);\nCREATE INDEX CONCURRENTLY b ON orders (id, code);";
    expect((await lint(two)).map(({ ruleId }) => ruleId)).not.toContain(rule);
    const [advice] = (await lint("CREATE INDEX by_code ON orders (code);")).flatMap(({ ruleId, instead }) =>
      ruleId === "index-without-concurrently" ? [instead] : [],
    );
    expect(advice?.split("\n").filter((line) => !line.startsWith("--"))).toEqual([
      "CREATE INDEX CONCURRENTLY by_code ON orders (code);",
    ]);
  });
});

describe("what brings a dropped column back gives it what the history knows of it", () => {
  it.each([
    ["tags jsonb DEFAULT '[]'", "tags jsonb DEFAULT '[]'"],
    ["tags jsonb NOT NULL DEFAULT '[]'", "tags jsonb DEFAULT '[]' NOT NULL"],
    ["tags text NOT NULL", "tags text"],
    ['tags text COLLATE "C"', 'tags text COLLATE "C"'],
    ["tags bigint GENERATED ALWAYS AS (id * 2) STORED", "tags bigint GENERATED ALWAYS AS (id * 2) STORED"],
  ])("%s", async (column, back) => {
    const file = (sql: string): string =>
      `exports.up = (knex) => knex.raw(\`${sql}\`);\nexports.down = () => {};\n`;
    const fs = memoryFileSystem({
      "package.json": JSON.stringify({ dependencies: { knex: "^1.0.0", pg: "^8.0.0" } }),
      "migrations/20240101000000_a.js": file(`CREATE TABLE orders (id bigint PRIMARY KEY, ${column})`),
      "migrations/20240102000000_b.js": file("ALTER TABLE orders DROP COLUMN tags"),
    });
    const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
    const { instead } = findings.find(({ ruleId }) => ruleId === "drop-column") ?? {};
    expect(instead).toContain(`knex.raw(\`ALTER TABLE orders ADD COLUMN ${back};\`)`);
  });
});
