/**
 * Compares the findings of the work tree with those of a commit, on real histories:
 *
 *     npm run ecosystem -- --base <ref> [--repositories <folder>] [--markdown <file>] [--examples <n>]
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildCommit, buildWorkTree } from "./builds.ts";
import { compare } from "./compare.ts";
import { fixtures, repositories, type Project } from "./projects.ts";
import { markdownOf, type Compared, type Outcome } from "./report.ts";

/** Most megabytes of a job: a build that takes more than that is broken. */
const heap = 4096;

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
  const before = await lint(builds.before, project);
  const after = await lint(builds.after, project);
  const differences =
    typeof before === "string" || typeof after === "string"
      ? []
      : compare(before.findings, after.findings, after.renamed);
  return { name: project.name, expected: project.expected, before, after, differences };
}

/** What went wrong, as a text, where the program ended otherwise. */
async function lint(build: string, { name, job }: Project): Promise<Outcome | string> {
  const file = join(jobs, `${name.replaceAll("/", "+")}.json`);
  writeFileSync(file, JSON.stringify(job));
  const worker = join(import.meta.dirname, "lint.mjs");
  const args = [`--max-old-space-size=${heap}`, "--liftoff-only", worker, build, file];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  if (code === 0) return JSON.parse(Buffer.concat(out).toString("utf8")) as Outcome;
  return (
    Buffer.concat(err).toString("utf8").trim().split("\n").slice(0, 5).join(" | ") || `exit code ${code ?? 0}`
  );
}

/** All of them, `width` at once; results in the order of the items. */
async function inTurn<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results.set(at, await work(items[at] as T));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
