/**
 * Runs the histories of real repositories on a server, the way their tools do, and compares what it does with
 * what ddlint says: README.md.
 *
 *     npm run truth -- --repositories <folder> [--all] [--only <owner/name>] [--folder <project>]… [--versions 15]
 *       [--programs <folder>] [--mariadb] [--mysql <client> [--mysqldump <program>]] [--advice <n>] [--ways-back <n>] [--only-advice] [--markdown <file>]
 *       [--examples <n>] [--schema]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { everyRepository, repositories } from "../ecosystem/projects.ts";
import { markdownOf, type Repository } from "./report.ts";
import type { Compared } from "./schema.ts";

const { values } = parseArgs({
  options: {
    repositories: { type: "string" },
    all: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    folder: { type: "string", multiple: true, default: [] },
    versions: { type: "string", default: "15" },
    mariadb: { type: "boolean", default: false },
    mysql: { type: "string" },
    mysqldump: { type: "string" },
    programs: { type: "string" },
    schema: { type: "boolean", default: false },
    markdown: { type: "string" },
    examples: { type: "string", default: "3" },
    advice: { type: "string", default: "10" },
    "ways-back": { type: "string" },
    "only-advice": { type: "boolean", default: false },
    cache: { type: "string", default: join(tmpdir(), "ddlint-ecosystem") },
  },
});
const cache = resolve(values.cache);
mkdirSync(cache, { recursive: true });
const list = join(import.meta.dirname, "../ecosystem/repositories.tsv");
const home = values.repositories && resolve(values.repositories);
const most = {
  advice: Number(values.advice),
  waysBack: Number(values["ways-back"] ?? values.advice),
  only: values["only-advice"],
};
const isAsked = (name: string): boolean => values.only?.includes(name) ?? true;
const listed = repositories(list, values.all ? undefined : home, cache);
const folders = [
  ...listed.projects.flatMap(({ name, job }) =>
    Object.values(job.folders ?? {}).map((folder) => ({ name, folder })),
  ),
  ...(values.all && home !== undefined ? everyRepository(home, isAsked, cache) : []),
  ...values.folder.map((folder) => ({ name: folder, folder: resolve(folder) })),
].filter(({ name }) => isAsked(name));

const { playFolder, servers } = await import("./servers.ts");

let report = "";
for await (const labs of servers(values))
  try {
    if (values.schema) {
      const { compareFolder, tableOf } = await import("./schema.ts");
      const compared: Compared[] = [];
      for (const { name, folder } of folders) {
        console.error(`${name} …`);
        compared.push(...(await compareFolder(name, folder, labs)));
      }
      report += tableOf(labs.title, compared, Number(values.examples));
      continue;
    }
    const played: Repository[] = [];
    for (const { name, folder } of folders) {
      console.error(`${name} …`);
      played.push(await playFolder(name, folder, labs, most));
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
