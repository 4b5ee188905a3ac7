/**
 * Runs the histories of real repositories on a PostgreSQL server, the way their tools do, and compares what it does with
 * what ddlint says: README.md.
 *
 *     npm run truth -- --repositories <folder> [--only <owner/name>] [--folder <project>]… [--versions 15]
 *       [--markdown <file>] [--examples <n>]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { repositories } from "../ecosystem/projects.ts";
import type { DialectName } from "../../src/model/dialect.ts";
import { openProject, type Project } from "./histories.ts";
import type { Labs } from "./lab.ts";
import { markdownOf, type Repository } from "./report.ts";
import type { Played } from "./history.ts";

const { values } = parseArgs({
  options: {
    repositories: { type: "string" },
    only: { type: "string", multiple: true },
    folder: { type: "string", multiple: true, default: [] },
    versions: { type: "string", default: "15" },
    mariadb: { type: "boolean", default: false },
    mysql: { type: "string" },
    markdown: { type: "string" },
    examples: { type: "string", default: "3" },
    cache: { type: "string", default: join(tmpdir(), "ddlint-ecosystem") },
  },
});
const cache = resolve(values.cache);
mkdirSync(cache, { recursive: true });
const list = join(import.meta.dirname, "../ecosystem/repositories.tsv");
const listed = repositories(list, values.repositories && resolve(values.repositories), cache);
const folders = [
  ...listed.projects.flatMap(({ name, job }) =>
    Object.values(job.folders ?? {}).map((folder) => ({ name, folder })),
  ),
  ...values.folder.map((folder) => ({ name: folder, folder: resolve(folder) })),
].filter(({ name }) => values.only === undefined || values.only.includes(name));

const measure = join(import.meta.dirname, "../measure");
if (!existsSync(join(measure, "node_modules/pg"))) {
  const install = ["--prefix", measure, "install", "--silent", "--no-audit", "--no-fund"];
  execFileSync("npm", install, { stdio: "inherit" });
}
const { playHistory } = await import("./history.ts");

/** A server of each kind and version that is asked for, one after the other. */
async function* servers(): AsyncGenerator<{
  readonly labs: Labs;
  readonly database: DialectName;
  readonly version: string;
}> {
  if (values.mariadb || values.mysql !== undefined) {
    const { startMariaDbLabs, openMysqlLabs } = await import("./mysql-lab.ts");
    if (values.mariadb) {
      const labs = await startMariaDbLabs();
      yield { labs, database: "mariadb", version: labs.version };
    }
    if (values.mysql === undefined) return;
    const labs = await openMysqlLabs(values.mysql);
    yield { labs, database: "mysql", version: labs.version };
    return;
  }
  const { startPostgres } = await import("./postgres-lab.ts");
  for (const version of values.versions.split(",")) {
    // The machine's own has all extensions of the distribution.
    const own = `/usr/lib/postgresql/${version}/bin`;
    const labs = await startPostgres(Number(version), existsSync(own) ? own : undefined);
    yield { labs, database: "postgres", version };
  }
}

let report = "";
for await (const { labs, database, version } of servers())
  try {
    const played: Repository[] = [];
    for (const { name, folder } of folders) {
      console.error(`${name} …`);
      played.push(await playFolder(name, labs, await openProject(folder, database, version)));
    }
    report += markdownOf(played, {
      server: labs.title,
      skipped: listed.skipped.length,
      examples: Number(values.examples),
    });
  } finally {
    await labs.stop();
  }

async function playFolder(name: string, labs: Labs, project: Project): Promise<Repository> {
  const bugs = project.errors.map(({ message }) => message);
  const played: Played[] = [];
  for (const replay of project.replays)
    try {
      played.push(await playHistory(await labs.open(), replay, project.findings));
    } catch (error) {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      bugs.push(`${replay.history.root}: ${words}`);
    }
  return { name, played, bugs, others: project.others };
}

if (values.markdown !== undefined) writeFileSync(values.markdown, report);
console.log(report);
