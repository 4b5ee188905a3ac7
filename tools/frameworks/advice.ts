/**
 * Runs the advice recorded in `fixtures/frameworks/advice` with the tool itself, on a PostgreSQL with rows: up, back to
 * the migration before, and up again. The schema has to be the one that the migration meant, and the models' too.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, type Address, type Server } from "../runners/server.ts";
import { djangoPython } from "./django/run.ts";
import { liquibaseMigrator } from "./liquibase/advice.ts";
import { railsMigrator } from "./rails/advice.ts";

const home = join(import.meta.dirname, "../../fixtures/frameworks/advice");

/** Migrates a project; throws what the tool says where it fails. */
export interface Migrator {
  up(folder: string): Promise<void>;
  /** To the migration that each case begins with. */
  toBase(folder: string): Promise<void>;
  /** Fails if the models ask for a migration. */
  compare?(folder: string): Promise<void>;
  stop?(): void;
}

interface Framework {
  readonly name: string;
  readonly migrations: string;
  /** The file of a case. */
  readonly file: (name: string) => string;
  readonly models?: string;
  readonly migrator: (address: Address) => Migrator;
  readonly rows: string;
}

/** What differs from the schema that the migration itself leads to, by the case: what the advice says of it. */
const meant: Readonly<Record<string, readonly string[]>> = {
  // It is dropped once no release uses it.
  "django/wider_type": ["+ column shop_order.quantity_old integer"],
  "liquibase/wider_type": ["+ column orders.quantity_old integer"],
  "rails/wider_type": ["+ column orders.quantity_old integer"],
  "alembic/retyped_indexed_column": [
    "+ column orders.user_id_old bigint",
    "+ index CREATE INDEX ix_orders_user_id_old ON public.orders USING btree (user_id_old)",
  ],
  // Deletes of users search by it.
  "alembic/foreign_key": ["+ index CREATE INDEX ix_orders_user_id ON public.orders USING btree (user_id)"],
};

/** What the migration drops doesn't come back: only a table without rows can go back to a column that is NOT NULL. */
const lost: ReadonlySet<string> = new Set(["django/removed_field"]);

/** A database without the tables that the server keeps for other probes. */
function empty(server: Server): void {
  server.reset();
  server.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

const catalog = `
SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (c.oid, a.attnum)
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    AND c.relname !~ '^((django|auth|alembic|schema|ar)_|databasechangelog)'
UNION ALL
SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text !~ '^((django|auth|alembic|schema|ar)_|databasechangelog)'
UNION ALL
SELECT 'index ' || pg_get_indexdef(indexrelid) || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END FROM pg_index
  WHERE indrelid::regclass::text !~ '^(pg_|information_schema|django_|auth_|alembic_|schema_|ar_|databasechangelog)' AND indrelid > 16383
UNION ALL
SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal`;

const schemaOf = (server: Server): ReadonlySet<string> =>
  new Set(
    server
      .query(catalog)
      .split("\n")
      .filter((line) => line !== ""),
  );

function differences(from: ReadonlySet<string>, to: ReadonlySet<string>): readonly string[] {
  return [
    ...[...from].filter((one) => !to.has(one)).map((one) => `- ${one}`),
    ...[...to].filter((one) => !from.has(one)).map((one) => `+ ${one}`),
  ].sort();
}

/** Each command is a run of Python. */
function inPython(
  python: string,
  { up, toBase, compare }: Readonly<Record<"up" | "toBase" | "compare", readonly string[]>>,
): Framework["migrator"] {
  return ({ host, port, database }) => {
    const env = {
      ...process.env,
      PGHOST: host,
      PGPORT: String(port),
      PGDATABASE: database,
      PGUSER: "postgres",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONWARNINGS: "ignore",
    };
    const run = (args: readonly string[]) => (folder: string) => {
      const { status, stdout, stderr } = spawnSync(python, args, { cwd: folder, encoding: "utf8", env });
      if (status === 0) return Promise.resolve();
      const said = (stderr + stdout).trim().split("\n").slice(-6).join("\n");
      return Promise.reject(new Error(`${args.join(" ")}: ${said}`));
    };
    return { up: run(up), toBase: run(toBase), compare: run(compare) };
  };
}

const orders = `INSERT INTO users SELECT generate_series(1, 3);
  INSERT INTO orders (id, user_id, status, note) SELECT n, 1 + n % 3, 's' || n, 'n' || n FROM generate_series(1, 9) n`;

/** Named after the language that it begins with. */
const changelogOf = (name: string): string => `${name}.${/^(?:yaml|json)(?=_)/.exec(name)?.[0] ?? "xml"}`;

const frameworks: Readonly<Record<string, (alembicPython: () => string) => Omit<Framework, "name">>> = {
  django: () => ({
    migrations: "shop/migrations",
    file: (name) => `0002_${name}.py`,
    models: "shop/models.py",
    migrator: inPython(djangoPython("5.2"), {
      up: ["manage.py", "migrate", "--verbosity", "0"],
      toBase: ["manage.py", "migrate", "--verbosity", "0", "shop", "0001"],
      compare: ["manage.py", "makemigrations", "--check", "--dry-run"],
    }),
    rows: `INSERT INTO shop_customer (name, seen) SELECT 'c' || n, now() FROM generate_series(1, 3) n;
      INSERT INTO shop_order (status, note, quantity) SELECT 's' || n, 'n' || n, n FROM generate_series(1, 9) n`,
  }),
  alembic: (python) => ({
    migrations: "alembic/versions",
    file: (name) => `0002_${name}.py`,
    models: "models.py",
    migrator: inPython(python(), {
      up: ["-m", "alembic", "upgrade", "head"],
      toBase: ["-m", "alembic", "downgrade", "0001"],
      compare: ["-m", "alembic", "check"],
    }),
    rows: orders,
  }),
  rails: () => ({
    migrations: "db/migrate",
    file: (name) => `20240201000000_${name}.rb`,
    migrator: railsMigrator,
    rows: `INSERT INTO users (name) SELECT 'u' || n FROM generate_series(1, 3) n;
      INSERT INTO orders (user_id, note, quantity, status) SELECT 1 + n % 3, 'n' || n, n, 's' || n FROM generate_series(1, 9) n`,
  }),
  liquibase: () => ({
    migrations: "changes",
    file: changelogOf,
    migrator: liquibaseMigrator,
    rows: `INSERT INTO users (id, name) SELECT n, 'u' || n FROM generate_series(1, 3) n;
      INSERT INTO orders (id, user_id, note, quantity, status) SELECT n, 1 + n % 3, 'n' || n, n, 's' || n FROM generate_series(1, 9) n`,
  }),
};

interface Chosen {
  readonly tools?: readonly string[];
  readonly only?: RegExp | undefined;
  /** Tools that can't be had here are named, and left out. */
  readonly ifPossible?: boolean | undefined;
}

function migratorFor(
  { name, migrator }: Framework,
  address: Address,
  ifPossible: boolean,
): Migrator | undefined {
  try {
    return migrator(address);
  } catch (error) {
    if (!ifPossible) throw error;
    process.stderr.write(`NO ${name}: it can't be downloaded here, so nothing runs its advice\n`);
    return undefined;
  }
}

/** True if all of it does what it says. `tools`: of these alone. */
export async function runAdvice(
  alembicPython: () => string,
  { tools = Object.keys(frameworks), only, ifPossible = false }: Chosen = {},
): Promise<boolean> {
  const server = await startServer();
  let isRight = true;
  try {
    for (const [tool, open] of Object.entries(frameworks)) {
      if (!tools.includes(tool)) continue;
      const framework = { name: tool, ...open(alembicPython) };
      const migrator = migratorFor(framework, server.address, ifPossible);
      if (migrator === undefined) continue;
      for (const name of readdirSync(join(home, tool))) {
        if (name === "base" || only?.test(`${tool}/${name}`) === false) continue;
        const problems = await problemsOf(server, framework, migrator, name);
        for (const problem of problems) process.stderr.write(`advice for ${tool}, ${name}: ${problem}\n`);
        isRight &&= problems.length === 0;
      }
      migrator.stop?.();
    }
  } finally {
    await server.stop();
  }
  return isRight;
}

async function problemsOf(
  server: Server,
  framework: Framework,
  migrator: Migrator,
  name: string,
): Promise<readonly string[]> {
  const own = join(home, framework.name, name);
  const folder = mkdtempSync(join(tmpdir(), "ddlint-advice-"));
  const migration = join(folder, framework.migrations, framework.file(name));
  const problems: string[] = [];
  const compare = (what: string, from: ReadonlySet<string>, but: readonly string[] = []): void => {
    const found = differences(from, schemaOf(server));
    if (found.join("\n") !== but.join("\n")) problems.push(`${what}:\n  ${found.join("\n  ")}`);
  };
  const differs = meant[`${framework.name}/${name}`];
  try {
    cpSync(join(home, framework.name, "base"), folder, { recursive: true });
    if (framework.models !== undefined) cpSync(join(own, "models.py"), join(folder, framework.models));
    // A case may begin with tables of its own.
    const initial = join(own, "0001_initial.py");
    if (existsSync(initial)) cpSync(initial, join(folder, framework.migrations, "0001_initial.py"));
    const rows = existsSync(join(own, "rows.sql"))
      ? readFileSync(join(own, "rows.sql"), "utf8")
      : framework.rows;
    empty(server);
    await migrator.up(folder);
    const base = schemaOf(server);
    cpSync(join(own, framework.file(name)), migration);
    await migrator.up(folder);
    const wanted = schemaOf(server);
    empty(server);
    rmSync(migration);
    await migrator.up(folder);
    server.query(rows);
    const advised = join(own, "advised");
    if (!existsSync(advised)) return ["no advice is recorded: npx vitest run tests/recipes -u"];
    cpSync(advised, join(folder, framework.migrations), { recursive: true });
    await migrator.up(folder);
    compare("another schema", wanted, differs);
    await migrator.compare?.(folder);
    if (lost.has(`${framework.name}/${name}`)) server.query("TRUNCATE shop_order");
    await migrator.toBase(folder);
    compare("another schema after it is taken back", base);
    await migrator.up(folder);
    compare("another schema at the second time", wanted, differs);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return problems;
}
