/**
 * `npm run runners -- --printed`: runs what `ddlint runbook` prints with the real tools: applies a migration, asks for the
 * status, proves it by the query, takes it back, proves that, and applies it again.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { planRunbook, runbookMarkdown } from "../../../src/index.ts";
import type { Runbook, RunbookSection } from "../../../src/index.ts";
import { makeHome } from "../install.ts";
import { startServer, type Server } from "../server.ts";
import type { Places } from "../tool.ts";
import { projects, type Project } from "./tools.ts";

const database = "printed";

/** Blocks of a part in a language, as they are printed. */
async function blocks(
  runbook: Runbook,
  section: RunbookSection,
  language: string,
): Promise<readonly string[]> {
  const text = await runbookMarkdown(runbook, [section]);
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(
    ([, block = ""]) => block,
  );
}

async function play(server: Server, project: Project, home: string): Promise<number> {
  const { host, port } = server.address;
  const work = mkdtempSync(join(tmpdir(), "runners-printed-"));
  const url = `postgres://postgres@${host}:${port}/${database}?sslmode=disable`;
  const places: Places = { host, port, database, home, work, url };
  const env = {
    ...process.env,
    PATH: [join(home, project.programs), process.env["PATH"]].join(delimiter),
    DATABASE_URL: url,
    PGHOST: host,
    PGPORT: `${port}`,
    PGUSER: "postgres",
    PGDATABASE: database,
    ...project.env?.(places),
  };
  let ran = 0;
  const shell = (script: string): void => {
    const options = { cwd: work, env, encoding: "utf8", timeout: 120_000, input: script } as const;
    const { status, stdout, stderr } = spawnSync("sh", ["-e"], options);
    if (status !== 0) throw new Error(`${script}\nended with ${status}: ${stdout}${stderr}`);
    ran += script.trim().split("\n").length;
  };
  const psql = (sql: string): string =>
    execFileSync("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1"], { input: sql, env, encoding: "utf8" });
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, name)), { recursive: true });
      writeFileSync(join(work, name), text);
    }
  };
  const read = (): Promise<Runbook> => planRunbook({ cwd: work, facts: { dialect: "postgres" } });
  const proved = ({ verify }: Runbook, is: "t" | "f"): void => {
    const rows = psql(verify.sql ?? "")
      .trim()
      .split("\n");
    if (rows.some((row) => !row.endsWith(`|${is}`))) throw new Error(`not all ${is}: ${rows.join("; ")}`);
  };
  try {
    server.query(`DROP DATABASE IF EXISTS ${database}`);
    server.query(`CREATE DATABASE ${database}`);
    if (existsSync(join(home, "node_modules")))
      symlinkSync(join(home, "node_modules"), join(work, "node_modules"));
    write(project.base(places));
    const first = await read();
    if (first.tool !== project.name) throw new Error(`it is taken for ${first.tool ?? "no tool"}`);
    for (const block of await blocks(first, "apply", "sh")) shell(block);
    write(project.change);
    const runbook = await read();
    proved(runbook, "f");
    for (const block of await blocks(runbook, "apply", "sh")) shell(block);
    proved(runbook, "t");
    // By hand come first the statements, then the command that writes it down.
    const { command } = runbook.migrations[0]?.rollback ?? {};
    if (command === undefined) psql((await blocks(runbook, "rollback", "sql")).join("\n"));
    for (const block of await blocks(runbook, "rollback", "sh")) shell(block);
    proved(runbook, "f");
    for (const block of await blocks(runbook, "apply", "sh")) shell(block);
    proved(runbook, "t");
    return ran;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** How many tools failed; one that can't be installed isn't one of them. */
export async function runPrinted(names: readonly string[], cache: string): Promise<number> {
  const unknown = names.filter((name) => !projects.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`no project of ${unknown.join()}`);
  const server = await startServer();
  let failed = 0;
  server.reset();
  try {
    for (const project of projects) {
      if (names.length > 0 && !names.includes(project.name)) continue;
      const home = makeHome(join(cache, `printed-${project.name}`));
      try {
        await project.install(home);
      } catch (error) {
        console.log(`${project.name}: can't be installed: ${String(error).slice(0, 300)}`);
        continue;
      }
      try {
        console.log(`${project.name}: ${await play(server, project, home)} printed lines run`);
      } catch (error) {
        failed++;
        console.log(`${project.name}: ${String(error).slice(0, 3000)}`);
      }
    }
  } finally {
    await server.stop();
  }
  return failed;
}
