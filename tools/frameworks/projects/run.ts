/**
 * Whole projects: the real tool runs their own migrations on an empty PostgreSQL, and what is in the catalogue then is
 * compared with the schema that ddlint replays without running them.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lintProject } from "../../../src/index.ts";
import type { Schema } from "../../../src/schema/schema.ts";
import { catalogue, describe } from "../../../src/verify/postgres/catalogue.ts";
import { checkoutOf } from "../../ecosystem/projects.ts";
import { startServer, type Server } from "../../runners/server.ts";
import { onlyIn } from "../../../src/verify/differences.ts";
import { openReplays } from "../../truth/histories.ts";
import { projects, type WholeProject } from "./list.ts";

interface Ran {
  readonly tool: string;
  readonly migrations: readonly {
    readonly name: string;
    /** Of its file. */
    readonly path: string;
    readonly error?: string;
    readonly sql?: string;
  }[];
  /** Tables of packages. */
  readonly foreign?: readonly string[];
}

interface Compared {
  readonly project: string;
  readonly tool: string;
  readonly ran: number;
  readonly failed: readonly string[];
  readonly migrations: number;
  readonly statements: number;
  readonly understood: number;
  readonly exceptions: number;
  readonly tables: number;
  readonly equal: number;
  readonly differences: readonly string[];
}

const nameOf = (project: WholeProject): string =>
  project.tool === "alembic" ? `${project.repository} (${project.scripts})` : project.repository;

/** @param only part of the name of a project */
export async function compareProjects(
  repositories: string,
  only: string | undefined,
  shown: number,
): Promise<string> {
  const cache = join(tmpdir(), "ddlint-ecosystem");
  mkdirSync(cache, { recursive: true });
  const server = await startServer();
  const all: Compared[] = [];
  const missing: string[] = [];
  try {
    for (const project of projects) {
      const name = nameOf(project);
      if (only !== undefined && !name.includes(only)) continue;
      const checkout = checkoutOf(repositories, project.repository, cache);
      if (checkout === undefined) {
        missing.push(name);
        continue;
      }
      process.stderr.write(`${name}\n`);
      all.push(await compareProject(project, checkout, server));
    }
  } finally {
    await server.stop();
  }
  return tableOf(all, missing, shown);
}

async function compareProject(project: WholeProject, checkout: string, server: Server): Promise<Compared> {
  const home = project.tool === "alembic" ? project.scripts : project.folder;
  empty(server);
  const ran = runTool(project, checkout, server);
  const ours = await replayed(checkout, home, ran);
  const isOffline = project.tool === "alembic" && project.offline === true;
  const servers = isOffline
    ? await ofSql(ran)
    : server.query(`SET search_path = ''; ${catalogue}`).split("\n").filter(isCompared);
  const foreign = new Set(ran.foreign?.map((name) => `public.${name}`));
  const { tables, differing, differences } = byTable(ours.lines, servers, foreign);
  return {
    project: nameOf(project),
    tool: `${ran.tool}${isOffline ? ", offline" : ""}`,
    ran: ran.migrations.filter(({ error }) => error === undefined).length,
    failed: ran.migrations.flatMap(({ name, error }) => (error === undefined ? [] : [`${name}: ${error}`])),
    migrations: ours.migrations,
    statements: ours.statements,
    understood: ours.understood,
    exceptions: ours.exceptions,
    tables,
    equal: tables - differing,
    differences,
  };
}

/** The database of the tool's own table and of the server's probes has neither. */
const isCompared = (line: string): boolean =>
  line !== "" && !/\bpublic\.(?:alembic_version|django_migrations)/.test(line);

function empty(server: Server): void {
  server.reset();
  server.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

interface Replayed {
  readonly lines: readonly string[];
  readonly migrations: number;
  readonly statements: number;
  readonly understood: number;
  readonly exceptions: number;
}

/** What ddlint says of the history in a folder of a project; what the tool didn't run, it doesn't replay. */
async function replayed(checkout: string, home: string, ran?: Ran): Promise<Replayed> {
  const { replays } = await openReplays({ cwd: checkout }, "postgres", "15", true);
  const prefix = home === "." ? "" : `${home}/`;
  const replay =
    replays.find(({ history }) => history.root === home || `${history.root}/`.startsWith(prefix)) ??
    fail(`ddlint finds no history in ${join(checkout, home)}`);
  let state = replay.start;
  for (const migration of replay.history.migrations) {
    const isRun =
      ran?.migrations.some(
        ({ path, error }) => error !== undefined && path.endsWith(`/${migration.up.path}`),
      ) !== true;
    const next = replay.step(migration, state, isRun ? undefined : () => false);
    state = next.state;
  }
  const { errors, coverage } = await lintProject({
    cwd: checkout,
    paths: [replay.history.root],
    facts: { dialect: "postgres", serverVersion: "15" },
  });
  return {
    lines: describe(state.schema satisfies Schema).filter(isCompared),
    migrations: replay.history.migrations.length,
    statements: coverage.statements.read,
    understood: coverage.statements.read - coverage.statements.notUnderstood,
    exceptions: errors.length,
  };
}

/** The schema that ddlint replays from the SQL that the tool writes. */
async function ofSql({ migrations }: Ran): Promise<readonly string[]> {
  const folder = join(tmpdir(), `ddlint-whole-projects-${process.pid}`);
  mkdirSync(join(folder, "migrations"), { recursive: true });
  try {
    for (const [at, { sql = "" }] of migrations.entries())
      writeFileSync(join(folder, `migrations/${String(at + 1).padStart(4, "0")}_a.sql`), sql);
    return (await replayed(folder, "migrations")).lines;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tables, and what differs in them by kind. What belongs to no table is one of its own. */
function byTable(
  ours: readonly string[],
  servers: readonly string[],
  foreign: ReadonlySet<string>,
): { readonly tables: number; readonly differing: number; readonly differences: readonly string[] } {
  const isTable = /^table (\S+)/;
  const tablesOf = (lines: readonly string[]): readonly string[] =>
    lines.flatMap((line) => isTable.exec(line)?.[1] ?? []);
  const tables = new Set([...tablesOf(ours), ...tablesOf(servers)].filter((name) => !foreign.has(name)));
  const differing = new Set<string>();
  const differences: string[] = [];
  for (const { object, ours: own, servers: theirs } of onlyIn(ours, servers, split)) {
    const table = tableIn(object, ours) ?? tableIn(object, servers);
    if (table === undefined || !tables.has(table)) continue;
    differing.add(table);
    const words =
      own === undefined ? "missing" : theirs === undefined ? "not there" : `"${own}" is "${theirs}"`;
    differences.push(`${object}: ${words}`);
  }
  return { tables: tables.size, differing: differing.size, differences };
}

const split = (line: string): readonly [object: string, rest: string] => {
  const [, object = line, rest = ""] =
    /^((?:constraint|trigger|policy) \S+ \S+|\S+ \S+)(.*)$/.exec(line) ?? [];
  return [object, rest.trim()];
};

function tableIn(object: string, lines: readonly string[]): string | undefined {
  const [, kind = "", name = ""] = /^(\S+) (\S+)/.exec(object) ?? [];
  if (kind === "column") return name.replace(/\.[^.]*$/, "");
  if (kind === "table" || kind === "constraint" || kind === "trigger" || kind === "policy") return name;
  const line = lines.find((one) => one.startsWith(`${object} `));
  return /(?: on | owned by )([^. ]+\.[^. ]+)/.exec(line ?? "")?.[1];
}

function runTool(project: WholeProject, checkout: string, server: Server): Ran {
  const python = environment(project, checkout);
  const { host, port, database } = server.address;
  const stubs = (project.stubs ?? []).flatMap((name) => ["--stub", name]);
  const args =
    project.tool === "alembic"
      ? [
          join(import.meta.dirname, "alembic_up.py"),
          join(checkout, project.scripts),
          project.offline === true ? "offline" : `postgresql+psycopg2://postgres@${host}:${port}/${database}`,
          ...project.paths.map((path) => join(checkout, path)),
          ...stubs,
        ]
      : [
          join(import.meta.dirname, "django_up.py"),
          join(checkout, project.folder),
          project.settings,
          host,
          String(port),
          database,
          ...stubs,
        ];
  const env = { ...process.env, ...project.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" };
  return JSON.parse(run(python, args, checkout, env)) as Ran;
}

/** A virtual environment with what the project's migrations need, made once. */
function environment(project: WholeProject, checkout: string): string {
  const { repository, python, packages, requirements } = project;
  const folder = join(tmpdir(), `ddlint-whole-projects-${repository.replace("/", "+")}`);
  const program = join(folder, "bin/python");
  const done = join(folder, "installed");
  if (existsSync(done)) return program;
  const { file, without } = requirements ?? { file: undefined, without: [] };
  const listed = (file === undefined ? "" : readFileSync(join(checkout, file), "utf8"))
    .split("\n")
    .map((line) => line.replace(/(?:^|\s)#.*/, "").trim())
    .filter((line) => line !== "" && !without.some((name) => line.startsWith(name)));
  run(`python${python}`, ["-m", "venv", folder], checkout);
  run(
    program,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "pip"],
    checkout,
  );
  run(
    program,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages, ...listed],
    checkout,
  );
  writeFileSync(done, "");
  return program;
}

function run(program: string, args: readonly string[], cwd: string, env = process.env): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0)
    throw new Error(
      `${program} ${args.join(" ")}: ${error?.message ?? stderr.trim().split("\n").slice(-5).join("\n")}`,
    );
  return stdout;
}

function fail(message: string): never {
  throw new Error(message);
}

function tableOf(all: readonly Compared[], missing: readonly string[], shown: number): string {
  const sum = (of: (one: Compared) => number): number => all.reduce((total, one) => total + of(one), 0);
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |\n`;
  let text =
    row(["project", "tool", "migrations run", "statements understood", "tables equal", "exceptions"]) +
    row(["---", "---", "---:", "---:", "---:", "---:"]);
  for (const one of all)
    text += row([
      one.project,
      one.tool,
      `${one.ran} of ${one.ran + one.failed.length}`,
      `${one.understood} of ${one.statements}`,
      `${one.equal} of ${one.tables}`,
      one.exceptions,
    ]);
  const [equal, tables] = [sum((one) => one.equal), sum((one) => one.tables)];
  const share = tables === 0 ? "" : ` (${((100 * equal) / tables).toFixed(1)} %)`;
  text += row([
    "all",
    "",
    `${sum((one) => one.ran)} of ${sum((one) => one.ran + one.failed.length)}`,
    `${sum((one) => one.understood)} of ${sum((one) => one.statements)}`,
    `${equal} of ${tables}${share}`,
    sum((one) => one.exceptions),
  ]);
  for (const one of all) {
    if (one.differences.length + one.failed.length === 0) continue;
    text += `\n${one.project}\n`;
    for (const line of one.failed.slice(0, shown)) text += `  not run: ${line}\n`;
    for (const line of one.differences.slice(0, shown)) text += `  ${line}\n`;
    const more = one.differences.length - shown;
    if (more > 0) text += `  and ${more} more\n`;
  }
  for (const name of missing) text += `\n${name} isn't there\n`;
  return text;
}
