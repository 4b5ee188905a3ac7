/**
 * Runs the histories of real repositories on a PostgreSQL server, the way their tools do, and compares what it does with
 * what ddlint says: README.md.
 *
 *     npm run truth -- --repositories <folder> [--only <owner/name>] [--folder <project>]… [--versions 15]
 *       [--markdown <file>] [--examples <n>] [--advice <n>]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { repositories } from "../ecosystem/projects.ts";
import { openProject } from "./histories.ts";
import { markdownOf, type Repository } from "./report.ts";
import type { Played } from "./history.ts";

const { values } = parseArgs({
  options: {
    repositories: { type: "string" },
    only: { type: "string", multiple: true },
    folder: { type: "string", multiple: true, default: [] },
    versions: { type: "string", default: "15" },
    markdown: { type: "string" },
    examples: { type: "string", default: "3" },
    advice: { type: "string", default: "10" },
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
const { startServer } = await import("../measure/servers.ts");
const { playHistory } = await import("./history.ts");

let report = "";
for (const version of values.versions.split(",")) {
  // The machine's own has all extensions of the distribution.
  const own = `/usr/lib/postgresql/${version}/bin`;
  const server = await startServer(Number(version), existsSync(own) ? own : undefined);
  try {
    const played: Repository[] = [];
    for (const { name, folder } of folders) {
      console.error(`${name} …`);
      played.push(await playFolder(name, folder));
    }
    report += markdownOf(played, {
      server: version,
      skipped: listed.skipped.length,
      examples: Number(values.examples),
    });
  } finally {
    await server.stop();
  }

  async function playFolder(name: string, folder: string): Promise<Repository> {
    const project = await openProject(folder, version);
    const bugs = project.errors.map(({ message }) => message);
    const played: Played[] = [];
    for (const replay of project.replays)
      try {
        played.push(await playHistory(server, replay, project.findings, Number(values.advice)));
      } catch (error) {
        bugs.push(
          `${replay.history.root}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
    return { name, played, bugs, others: project.others };
  }
}
if (values.markdown !== undefined) writeFileSync(values.markdown, report);
console.log(report);
