/**
 * Runs the histories of real repositories on a server, the way their tools do, and compares what it does with
 * what ddlint says: README.md.
 *
 *     npm run truth -- --repositories <folder> [--only <owner/name>] [--folder <project>]… [--versions 15]
 *       [--mariadb] [--mysql <client>] [--advice <n>] [--markdown <file>] [--examples <n>]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { repositories } from "../ecosystem/projects.ts";
import { markdownOf, type Repository } from "./report.ts";

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

const { playFolder, servers } = await import("./servers.ts");

let report = "";
for await (const labs of servers(values))
  try {
    const played: Repository[] = [];
    for (const { name, folder } of folders) {
      console.error(`${name} …`);
      played.push(await playFolder(name, folder, labs, Number(values.advice)));
    }
    report += markdownOf(played, {
      server: labs.title,
      skipped: listed.skipped.length,
      examples: Number(values.examples),
    });
  } finally {
    await labs.stop();
  }

if (values.markdown !== undefined) writeFileSync(values.markdown, report);
console.log(report);
