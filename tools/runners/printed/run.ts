/**
 * `npm run runners -- --printed`: runs what `ddlint runbook` prints with the real tools: applies a migration, asks for the
 * status, proves it by the query, takes it back, proves that, and applies it again. Then migrations fail, and go on by what it
 * says for that.
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
import { failures, first, second, type Failure } from "./migrations.ts";
import { projects, type Project } from "./tools.ts";

const database = "printed";

/** Blocks of a text in a language. */
const blocksOf = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);

/** Those of a part, as they are printed. */
const blocks = async (
  runbook: Runbook,
  section: RunbookSection,
  language: string,
): Promise<readonly string[]> => blocksOf(await runbookMarkdown(runbook, [section]), language);

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
  const ends = (script: string): { readonly status: number | null; readonly output: string } => {
    const options = { cwd: work, env, encoding: "utf8", timeout: 120_000, input: script } as const;
    const { status, stdout, stderr } = spawnSync("sh", ["-e"], options);
    if (script.trim() !== "") ran += script.trim().split("\n").length;
    return { status, output: `${stdout}${stderr}` };
  };
  const shell = (script: string): void => {
    const { status, output } = ends(script);
    if (status !== 0) throw new Error(`${script}\nended with ${status}: ${output}`);
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
  const asked = ({ verify }: Runbook): readonly string[] =>
    psql(verify.sql ?? "")
      .trim()
      .split("\n");
  const proved = (runbook: Runbook, is: "t" | "f"): void => {
    const rows = asked(runbook);
    if (rows.some((row) => !row.endsWith(`|${is}`))) throw new Error(`not all ${is}: ${rows.join("; ")}`);
  };
  const apply = async (runbook: Runbook): Promise<void> => {
    for (const block of await blocks(runbook, "apply", "sh")) shell(block);
  };
  /** It fails at its last statement, and goes on as the runbook says. */
  const fail = async ({ migration, before, correction, byHand }: Failure): Promise<void> => {
    write(project.files(migration));
    psql(before);
    const runbook = await read();
    const lines = (await blocks(runbook, "apply", "sh")).join("");
    if (ends(lines).status === 0) throw new Error(`${lines}\ndidn't fail`);
    const { failure, number } = runbook.migrations[0]?.statements.at(-1) ?? {};
    if (failure === undefined) throw new Error("no failure is described");
    // Each statement is one fact.
    const stays = asked(runbook).filter((row) => row.endsWith("|t")).length;
    if (stays !== failure.kept.length)
      throw new Error(`${failure.kept.length} statements should stay: ${asked(runbook).join("; ")}`);
    const text = await runbookMarkdown(runbook, ["failure"]);
    const [upTo = "", after = ""] = text.split("\nTo continue:");
    const own = upTo.slice(upTo.search(new RegExp(`^Statements? (?:\\d+ to )?${number} `, "m")));
    const [invalid, undo] = failure.leaves.length > 0 ? blocksOf(own, "sql") : ["", ...blocksOf(own, "sql")];
    psql(invalid ?? "");
    psql(correction);
    const lists =
      runbook.commands.afterFailure === undefined ? ["", ...blocksOf(after, "sh")] : blocksOf(after, "sh");
    const [wanted = "", mark = ""] = lists;
    if (byHand === true && mark !== "") {
      psql(`${migration.up.at(-1) ?? ""};`);
      shell(mark);
    } else {
      psql(undo ?? "");
      shell(wanted);
    }
    await apply(runbook);
    proved(runbook, "t");
  };
  try {
    server.query(`DROP DATABASE IF EXISTS ${database}`);
    server.query(`CREATE DATABASE ${database}`);
    if (existsSync(join(home, "node_modules")))
      symlinkSync(join(home, "node_modules"), join(work, "node_modules"));
    write({ ...project.settings(places), ...project.files(first) });
    const base = await read();
    if (base.tool !== project.name) throw new Error(`it is taken for ${base.tool ?? "no tool"}`);
    await apply(base);
    write(project.files(second));
    const runbook = await read();
    proved(runbook, "f");
    await apply(runbook);
    proved(runbook, "t");
    // By hand come first the statements, then the command that writes it down.
    const { command } = runbook.migrations[0]?.rollback ?? {};
    if (command === undefined) psql((await blocks(runbook, "rollback", "sql")).join("\n"));
    for (const block of await blocks(runbook, "rollback", "sh")) shell(block);
    proved(runbook, "f");
    await apply(runbook);
    proved(runbook, "t");
    if (project.stuck === undefined)
      for (const failure of failures(project.sendsFiles === true)) await fail(failure);
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
        const but = project.stuck === undefined ? "" : `; no failure: ${project.stuck}`;
        console.log(`${project.name}: ${await play(server, project, home)} printed lines run${but}`);
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
