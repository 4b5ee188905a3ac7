/** Projects of migration tools with two migrations: a table, and a column of it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { npm } from "../install.ts";
import type { Places, Tool } from "../tool.ts";

export interface Project {
  readonly name: string;
  install(home: string): void | Promise<void>;
  /** Folders of its programs, below its home. */
  readonly programs: string;
  /** Settings and the first migration. */
  base(places: Places): Readonly<Record<string, string>>;
  /** The second one. */
  readonly change: Readonly<Record<string, string>>;
  readonly env?: (places: Places) => Readonly<Record<string, string>>;
}

const [made, dropped] = ["CREATE TABLE customers (id bigint PRIMARY KEY);", "DROP TABLE customers;"];
const [added, removed] = [
  "ALTER TABLE customers ADD COLUMN phone text;",
  "ALTER TABLE customers DROP COLUMN phone;",
];

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

const sections = (up: string, down: string): string =>
  `-- migrate:up\n${made}\n\n-- migrate:down\n${dropped}\n`.replace(made, up).replace(dropped, down);
const goose = (up: string, down: string): string => `-- +goose Up\n${up}\n\n-- +goose Down\n${down}\n`;
const nodePg = (up: string, down: string): string => `-- Up Migration\n${up}\n\n-- Down Migration\n${down}\n`;
const knex = (up: string, down: string): string =>
  `exports.up = (knex) => knex.raw("${up}");\n\nexports.down = (knex) => knex.raw("${down}");\n`;
const alembic = (revision: string, previous: string, up: string, down: string): string =>
  [
    "from alembic import op\n",
    `revision = "${revision}"`,
    `down_revision = ${previous}\n\n`,
    `def upgrade():\n    op.execute("${up}")\n\n`,
    `def downgrade():\n    op.execute("${down}")\n`,
  ].join("\n");

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
    base: () => ({
      ...packageJson("dbmate"),
      "db/migrations/20260101000000_base.sql": sections(made, dropped),
    }),
    change: { "db/migrations/20260102000000_phone.sql": sections(added, removed) },
  },
  {
    name: "goose",
    install: measured("goose"),
    programs: ".",
    base: () => ({ "migrations/00001_base.sql": goose(made, dropped) }),
    change: { "migrations/00002_phone.sql": goose(added, removed) },
  },
  {
    name: "golang-migrate",
    install: measured("golang-migrate"),
    programs: ".",
    base: () => ({
      "go.mod": "module shop\n\nrequire github.com/golang-migrate/migrate/v4 v4.20.1\n",
      "migrations/000001_base.up.sql": made,
      "migrations/000001_base.down.sql": dropped,
    }),
    change: { "migrations/000002_phone.up.sql": added, "migrations/000002_phone.down.sql": removed },
  },
  {
    name: "knex",
    install: measured("knex"),
    programs: "node_modules/.bin",
    base: ({ url }) => ({
      ...packageJson("knex", "pg"),
      "knexfile.js": `module.exports = { client: "pg", connection: ${JSON.stringify(url)} };\n`,
      "migrations/20260101000000_base.js": knex(made, dropped),
    }),
    change: { "migrations/20260102000000_phone.js": knex(added, removed) },
  },
  {
    name: "node-pg-migrate",
    install: measured("node-pg-migrate"),
    programs: "node_modules/.bin",
    base: () => ({
      ...packageJson("node-pg-migrate", "pg"),
      "migrations/1767225600000_base.sql": nodePg(made, dropped),
    }),
    change: { "migrations/1767312000000_phone.sql": nodePg(added, removed) },
  },
  {
    name: "alembic",
    install: measured("alembic"),
    programs: "bin",
    base: ({ url }) => ({
      "alembic.ini": "[alembic]\nscript_location = migrations\n",
      "migrations/env.py": `from alembic import context
from sqlalchemy import create_engine
with create_engine(${JSON.stringify(url.replace("postgres:", "postgresql+psycopg2:"))}).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
`,
      "migrations/versions/1a_base.py": alembic("1a", "None", made, dropped),
    }),
    change: { "migrations/versions/2b_phone.py": alembic("2b", '"1a"', added, removed) },
  },
  {
    name: "flyway",
    install: installFlyway,
    programs: `flyway-${flyway}`,
    base: ({ host, port, database }) => ({
      "flyway.conf": [
        `flyway.url=jdbc:postgresql://${host}:${port}/${database}`,
        "flyway.user=postgres",
        "flyway.password=",
        "flyway.locations=filesystem:sql\n",
      ].join("\n"),
      "sql/V1__base.sql": made,
    }),
    change: { "sql/V2__phone.sql": added },
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
    base: () => ({
      ...packageJson("prisma"),
      "prisma.config.ts": prismaConfig,
      "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
      "prisma/migrations/20260101000000_base/migration.sql": made,
    }),
    change: { "prisma/migrations/20260102000000_phone/migration.sql": added },
    // It would download them, and doesn't need them.
    env: () => ({
      PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    }),
  },
];
