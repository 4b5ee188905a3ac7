/**
 * Runs the advice recorded in `fixtures/frameworks/advice` with the tool itself, on a PostgreSQL with rows: up, back to
 * the migration before, and up again. The schema has to be the one that the migration meant, and the models' too.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, type Server } from "../runners/server.ts";
import { djangoPython } from "./django/run.ts";

const home = join(import.meta.dirname, "../../fixtures/frameworks/advice");

interface Framework {
  readonly name: string;
  readonly python: string;
  readonly migrations: string;
  readonly models: string;
  readonly up: readonly string[];
  readonly toBase: readonly string[];
  /** Fails if the models ask for a migration. */
  readonly compare: readonly string[];
  readonly rows: string;
}

/** What differs from the schema that the migration itself leads to, by the case: what the advice says of it. */
const meant: Readonly<Record<string, readonly string[]>> = {
  // It is dropped once no release uses it.
  "django/wider_type": ["+ column shop_order.quantity_old integer"],
  // Deletes of users search by it.
  "alembic/foreign_key": ["+ index CREATE INDEX orders_user_id_idx ON public.orders USING btree (user_id)"],
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
    AND c.relname !~ '^(django|auth|alembic)_'
UNION ALL
SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text !~ '^(django|auth|alembic)_'
UNION ALL
SELECT 'index ' || pg_get_indexdef(indexrelid) || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END FROM pg_index
  WHERE indrelid::regclass::text !~ '^(pg_|information_schema|django_|auth_|alembic_)' AND indrelid > 16383
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

/** True if all of it does what it says. */
export async function runAdvice(alembicPython: string, only?: RegExp): Promise<boolean> {
  const frameworks: readonly Framework[] = [
    {
      name: "django",
      python: djangoPython("5.2"),
      migrations: "shop/migrations",
      models: "shop/models.py",
      up: ["manage.py", "migrate", "--verbosity", "0"],
      toBase: ["manage.py", "migrate", "--verbosity", "0", "shop", "0001"],
      compare: ["manage.py", "makemigrations", "--check", "--dry-run"],
      rows: `INSERT INTO shop_customer (name, seen) SELECT 'c' || n, now() FROM generate_series(1, 3) n;
        INSERT INTO shop_order (status, note, quantity) SELECT 's' || n, 'n' || n, n FROM generate_series(1, 9) n`,
    },
    {
      name: "alembic",
      python: alembicPython,
      migrations: "alembic/versions",
      models: "models.py",
      up: ["-m", "alembic", "upgrade", "head"],
      toBase: ["-m", "alembic", "downgrade", "0001"],
      compare: ["-m", "alembic", "check"],
      rows: `INSERT INTO users SELECT generate_series(1, 3);
        INSERT INTO orders (id, user_id, status, note) SELECT n, 1 + n % 3, 's' || n, 'n' || n FROM generate_series(1, 9) n`,
    },
  ];
  const server = await startServer();
  let isRight = true;
  try {
    for (const framework of frameworks)
      for (const name of readdirSync(join(home, framework.name))) {
        if (name === "base" || only?.test(`${framework.name}/${name}`) === false) continue;
        const problems = problemsOf(server, framework, name);
        for (const problem of problems)
          process.stderr.write(`advice for ${framework.name}, ${name}: ${problem}\n`);
        isRight &&= problems.length === 0;
      }
  } finally {
    await server.stop();
  }
  return isRight;
}

function problemsOf(server: Server, framework: Framework, name: string): readonly string[] {
  const own = join(home, framework.name, name);
  const folder = mkdtempSync(join(tmpdir(), "ddlint-advice-"));
  const { host, port, database } = server.address;
  const python = (args: readonly string[]): void => {
    const env = {
      ...process.env,
      PGHOST: host,
      PGPORT: String(port),
      PGDATABASE: database,
      PGUSER: "postgres",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONWARNINGS: "ignore",
    };
    const { status, stdout, stderr } = spawnSync(framework.python, args, {
      cwd: folder,
      encoding: "utf8",
      env,
    });
    if (status !== 0)
      throw new Error(`${args.join(" ")}: ${(stderr + stdout).trim().split("\n").slice(-6).join("\n")}`);
  };
  const problems: string[] = [];
  const compare = (what: string, from: ReadonlySet<string>, but: readonly string[] = []): void => {
    const found = differences(from, schemaOf(server));
    if (found.join("\n") !== but.join("\n")) problems.push(`${what}:\n  ${found.join("\n  ")}`);
  };
  try {
    cpSync(join(home, framework.name, "base"), folder, { recursive: true });
    cpSync(join(own, "models.py"), join(folder, framework.models));
    empty(server);
    python(framework.up);
    const base = schemaOf(server);
    cpSync(join(own, `0002_${name}.py`), join(folder, framework.migrations, `0002_${name}.py`));
    python(framework.up);
    const wanted = schemaOf(server);
    empty(server);
    rmSync(join(folder, framework.migrations, `0002_${name}.py`));
    python(framework.up);
    server.query(framework.rows);
    const advised = join(own, "advised");
    if (!existsSync(advised)) return ["no advice is recorded: npx vitest run tests/recipes -u"];
    cpSync(advised, join(folder, framework.migrations), { recursive: true });
    python(framework.up);
    compare("another schema", wanted, meant[`${framework.name}/${name}`]);
    python(framework.compare);
    if (lost.has(`${framework.name}/${name}`)) server.query("TRUNCATE shop_order");
    python(framework.toBase);
    compare("another schema after it is taken back", base);
    python(framework.up);
    compare("another schema at the second time", wanted, meant[`${framework.name}/${name}`]);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return problems;
}
