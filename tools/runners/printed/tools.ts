/** Projects of migration tools, and how their migrations are written. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { npm } from "../install.ts";
import type { Places, Tool } from "../tool.ts";

/** A migration of a project, whatever its tool. */
export interface Written {
  /** 1, 2, 3, … */
  readonly at: number;
  readonly name: string;
  /** One statement each. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** Outside of a transaction, as the tool is asked for that. */
  readonly alone?: true;
}

export interface Project {
  readonly name: string;
  install(home: string): void | Promise<void>;
  /** Folders of its programs, below its home. */
  readonly programs: string;
  /** Files beside the migrations. */
  settings(places: Places): Readonly<Record<string, string>>;
  files(migration: Written): Readonly<Record<string, string>>;
  /** It sends the whole file as one message, in which a concurrent build is refused. */
  readonly sendsFiles?: true;
  /** Why it can't go on after a failure here. */
  readonly stuck?: string;
  readonly env?: (places: Places) => Readonly<Record<string, string>>;
}

/** As it is installed for the probes. */
const measured =
  (name: string) =>
  async (home: string): Promise<void> => {
    const { tools } = (await import(`../tools/${name}.ts`)) as { readonly tools: readonly Tool[] };
    tools[0]?.install(home);
  };

const packageJson = (...names: readonly string[]): Readonly<Record<string, string>> => ({
  "package.json": JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "*"])) }),
});

const sql = (statements: readonly string[]): string => statements.map((one) => `${one};\n`).join("");
const number = (at: number, digits: number): string => String(at).padStart(digits, "0");
const time = (at: number): string => `2026010${at}000000`;

const knexCalls = (statements: readonly string[]): string =>
  `async (knex) => {\n${statements.map((one) => `  await knex.raw("${one}");\n`).join("")}};\n`;
const pgmCalls = (statements: readonly string[]): string =>
  `(pgm) => {\n  pgm.noTransaction();\n${statements.map((one) => `  pgm.sql("${one}");\n`).join("")}};\n`;
const pythonCalls = (statements: readonly string[], alone = false): string =>
  [
    ...(alone ? ["    with op.get_context().autocommit_block():\n"] : []),
    ...statements.map((one) => `    ${alone ? "    " : ""}op.execute("${one}")\n`),
  ].join("");

/** The archive has a Java of its own beside the program, so that it needs none. */
function installFlyway(home: string): void {
  if (existsSync(join(home, `flyway-${flyway}`))) return;
  mkdirSync(home, { recursive: true });
  const artifact = `org.flywaydb:flyway-commandline:${flyway}:tar.gz`;
  execFileSync("mvn", ["-q", "dependency:copy", `-Dartifact=${artifact}`, "-DoutputDirectory=."], {
    cwd: home,
  });
  execFileSync("tar", ["xzf", `flyway-commandline-${flyway}.tar.gz`], { cwd: home });
}
const flyway = "10.22.0";

/** The engine that comes as WebAssembly: the other one is downloaded when Prisma runs. */
const prismaConfig = `import { defineConfig } from "prisma/config";
import { PrismaPg } from "@prisma/adapter-pg";
export default defineConfig({
  experimental: { adapter: true },
  engine: "js",
  schema: "prisma/schema.prisma",
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }),
});
`;

export const projects: readonly Project[] = [
  {
    name: "dbmate",
    install: measured("dbmate"),
    programs: "node_modules/.bin",
    settings: () => packageJson("dbmate"),
    files: ({ at, name, up, down, alone }) => ({
      [`db/migrations/${time(at)}_${name}.sql`]: `-- migrate:up${alone ? " transaction:false" : ""}\n${sql(up)}\n-- migrate:down\n${sql(down)}`,
    }),
    sendsFiles: true,
  },
  {
    name: "goose",
    install: measured("goose"),
    programs: ".",
    settings: () => ({}),
    files: ({ at, name, up, down, alone }) => ({
      [`migrations/${number(at, 5)}_${name}.sql`]: `${alone ? "-- +goose NO TRANSACTION\n" : ""}-- +goose Up\n${sql(up)}\n-- +goose Down\n${sql(down)}`,
    }),
  },
  {
    name: "golang-migrate",
    install: measured("golang-migrate"),
    programs: ".",
    settings: () => ({
      "go.mod": "module shop\n\nrequire github.com/golang-migrate/migrate/v4 v4.20.1\n",
    }),
    files: ({ at, name, up, down }) => ({
      [`migrations/${number(at, 6)}_${name}.up.sql`]: sql(up),
      [`migrations/${number(at, 6)}_${name}.down.sql`]: sql(down),
    }),
    sendsFiles: true,
  },
  {
    name: "knex",
    install: measured("knex"),
    programs: "node_modules/.bin",
    settings: ({ url }) => ({
      ...packageJson("knex", "pg"),
      "knexfile.js": `module.exports = { client: "pg", connection: ${JSON.stringify(url)} };\n`,
    }),
    files: ({ at, name, up, down, alone }) => ({
      [`migrations/${time(at)}_${name}.js`]: `${alone ? "exports.config = { transaction: false };\n" : ""}exports.up = ${knexCalls(up)}\nexports.down = ${knexCalls(down)}`,
    }),
  },
  {
    name: "node-pg-migrate",
    install: measured("node-pg-migrate"),
    programs: "node_modules/.bin",
    settings: () => packageJson("node-pg-migrate", "pg"),
    files: ({ at, name, up, down, alone }) =>
      alone
        ? {
            [`migrations/176722560000${at}_${name}.js`]: `exports.up = ${pgmCalls(up)}\nexports.down = ${pgmCalls(down)}`,
          }
        : {
            [`migrations/176722560000${at}_${name}.sql`]: `-- Up Migration\n${sql(up)}\n-- Down Migration\n${sql(down)}`,
          },
  },
  {
    name: "alembic",
    install: measured("alembic"),
    programs: "bin",
    settings: ({ url }) => ({
      "alembic.ini": "[alembic]\nscript_location = migrations\n",
      "migrations/env.py": `from alembic import context
from sqlalchemy import create_engine
with create_engine(${JSON.stringify(url.replace("postgres:", "postgresql+psycopg2:"))}).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
`,
    }),
    files: ({ at, name, up, down, alone }) => ({
      [`migrations/versions/${at}a_${name}.py`]: [
        "from alembic import op\n",
        `revision = "${at}a"`,
        `down_revision = ${at === 1 ? "None" : `"${at - 1}a"`}\n\n`,
        `def upgrade():\n${pythonCalls(up, alone)}\n`,
        `def downgrade():\n${pythonCalls(down)}`,
      ].join("\n"),
    }),
  },
  {
    name: "flyway",
    install: installFlyway,
    programs: `flyway-${flyway}`,
    settings: ({ host, port, database }) => ({
      "flyway.conf": [
        `flyway.url=jdbc:postgresql://${host}:${port}/${database}`,
        "flyway.user=postgres",
        "flyway.password=",
        "flyway.locations=filesystem:sql",
        // Its own lock, which a concurrent build waits for.
        "flyway.postgresql.transactional.lock=false\n",
      ].join("\n"),
    }),
    files: ({ at, name, up, alone }) => ({
      [`sql/V${at}__${name}.sql`]: sql(up),
      ...(alone ? { [`sql/V${at}__${name}.sql.conf`]: "executeInTransaction=false\n" } : {}),
    }),
  },
  {
    name: "prisma",
    install: (home) => {
      npm(
        home,
        { prisma: "6.19.0", "@prisma/adapter-pg": "7.10.0" },
        "--ignore-scripts",
        "--legacy-peer-deps",
      );
    },
    programs: "node_modules/.bin",
    settings: () => ({
      ...packageJson("prisma"),
      "prisma.config.ts": prismaConfig,
      "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
    }),
    files: ({ at, name, up }) => ({ [`prisma/migrations/${time(at)}_${name}/migration.sql`]: sql(up) }),
    stuck: "prisma migrate resolve needs the engine that npm doesn't have",
    // It would download them, and doesn't need them.
    env: () => ({
      PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    }),
  },
];
