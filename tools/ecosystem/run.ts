/**
 * Compares the findings of the work tree with those of a commit, on real histories:
 *
 *     npm run ecosystem -- --base <ref> [--repositories <folder>] [--markdown <file>] [--examples <n>]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildCommit, buildWorkTree } from "./builds.ts";
import { compare } from "./compare.ts";
import { inTurn, lint } from "./jobs.ts";
import { fixtures, repositories, type Project } from "./projects.ts";
import { markdownOf, type Compared } from "./report.ts";

const root = resolve(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    base: { type: "string" },
    repositories: { type: "string" },
    markdown: { type: "string" },
    examples: { type: "string", default: "3" },
    cache: { type: "string", default: join(tmpdir(), "ddlint-ecosystem") },
  },
});
if (values.base === undefined) {
  console.error(
    "which commit? npm run ecosystem -- --base <ref> [--repositories <folder>] [--markdown <file>]",
  );
  process.exit(2);
}

const cache = resolve(values.cache);
mkdirSync(cache, { recursive: true });
const jobs = mkdtempSync(join(cache, "jobs-"));
const builds = { before: buildCommit(root, values.base, cache), after: buildWorkTree(root) };
const list = join(import.meta.dirname, "repositories.tsv");
const { projects, skipped } = repositories(list, values.repositories && resolve(values.repositories), cache);
const compared = await inTurn([fixtures(root), ...projects], availableParallelism(), compareOn);
rmSync(jobs, { recursive: true });

const report = markdownOf({ base: values.base, compared, skipped, examples: Number(values.examples) });
if (values.markdown !== undefined) writeFileSync(values.markdown, report);
console.log(report);

/** One after the other for the same project, so that their times are of the same minute. */
async function compareOn(project: Project): Promise<Compared> {
  const before = await lint(builds.before, project, jobs);
  const after = await lint(builds.after, project, jobs);
  const differences =
    typeof before === "string" || typeof after === "string"
      ? []
      : compare(before.findings, after.findings, after.renamed);
  return { name: project.name, expected: project.expected, before, after, differences };
}
