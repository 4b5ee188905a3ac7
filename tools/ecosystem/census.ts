/**
 * What ddlint says of the repositories without any configuration, preset `recommended`:
 *
 *     npx tsx tools/ecosystem/census.ts --repositories <folder> [--only owner/name] [--markdown <file>]
 *
 * Findings for each 100 migrations, rules that speak most, statements with more than one finding, and for each
 * repository the histories that were read.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildWorkTree } from "./builds.ts";
import { inTurn, lint } from "./jobs.ts";
import { repositories, type Project } from "./projects.ts";
import type { Outcome } from "./report.ts";

const { values } = parseArgs({
  options: {
    repositories: { type: "string" },
    only: { type: "string" },
    markdown: { type: "string" },
    cache: { type: "string", default: join(tmpdir(), "ddlint-ecosystem") },
  },
});
if (values.repositories === undefined) {
  console.error("which repositories? npx tsx tools/ecosystem/census.ts --repositories <folder>");
  process.exit(2);
}

const cache = resolve(values.cache);
mkdirSync(cache, { recursive: true });
const jobs = mkdtempSync(join(cache, "jobs-"));
const build = buildWorkTree(resolve(import.meta.dirname, "../.."));
const list = join(import.meta.dirname, "repositories.tsv");
const { projects, skipped } = repositories(list, resolve(values.repositories), cache);
const chosen = projects.filter(({ name }) => values.only === undefined || name === values.only);
const read = await inTurn(chosen, availableParallelism(), async (project) => {
  const job = { ...project.job, presets: ["recommended"] };
  return { project, outcome: await lint(build, { ...project, job }, jobs) };
});
rmSync(jobs, { recursive: true });

const report = [
  "# Zero configuration, preset `recommended`",
  `${chosen.length} repositories; ${skipped.length} of the list aren't there and were skipped.`,
  totals(read.flatMap(({ outcome }) => (typeof outcome === "string" ? [] : [outcome]))),
  "## Each repository",
  read.map(({ project, outcome }) => repository(project, outcome)).join("\n"),
  "",
].join("\n\n");
if (values.markdown !== undefined) writeFileSync(values.markdown, report);
console.log(report);

function totals(outcomes: readonly Outcome[]): string {
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  const migrations = outcomes.reduce((sum, outcome) => sum + outcome.migrations, 0);
  const rate = (severity: string): string => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return `${count} ${severity}s (${((100 * count) / migrations).toFixed(1)} for each 100 migrations)`;
  };
  const rules = counted(findings.map(({ rule, severity }) => `${severity} ${rule}`));
  return [
    `${migrations} migrations: ${["error", "warning", "note"].map(rate).join(", ")}.`,
    "## Rules",
    table(rules.slice(0, 60)),
    "## Two findings on one place's first line",
    table(counted(outcomes.flatMap(pairs)).slice(0, 40)),
  ].join("\n\n");
}

/** Pairs of rules that report the same line. */
function pairs({ findings }: Outcome): string[] {
  const lines = new Map<string, Set<string>>();
  for (const { file, place, rule } of findings) {
    const line = `${file}:${place[0]}`;
    lines.set(line, (lines.get(line) ?? new Set()).add(rule));
  }
  return [...lines.values()].flatMap((found) => {
    const rules = [...found].sort();
    return rules.flatMap((one, index) => rules.slice(index + 1).map((other) => `${one} + ${other}`));
  });
}

function counted(names: readonly string[]): (readonly [name: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

function table(rows: readonly (readonly [string, number])[]): string {
  return ["| | |", "|---|--:|", ...rows.map(([name, count]) => `| ${name} | ${count} |`)].join("\n");
}

function repository({ name, expected = [] }: Project, outcome: Outcome | string): string {
  if (typeof outcome === "string") return `- **${name}**: ended without an answer: ${outcome}`;
  const files = new Set(outcome.files);
  const wanted = new Set(expected);
  const missing = expected.filter((file) => !files.has(file));
  const further = outcome.files.filter((file) => !wanted.has(file));
  const errors = outcome.findings.filter(({ severity }) => severity === "error").length;
  return [
    `- **${name}**: ${outcome.migrations} migrations, ${errors} errors, ${outcome.findings.length} findings, ${outcome.notUnderstood} statements not understood; of ${expected.length} files of the list ${missing.length} in no history${some(missing)}; ${further.length} files beside the list${some(further)}`,
    ...outcome.histories.map(
      ({ root, tool, dialect, migrations, isRead }) =>
        `  - ${isRead ? "" : "(not linted) "}${root}: ${tool}, ${dialect}, ${migrations}`,
    ),
  ].join("\n");
}

function some(files: readonly string[]): string {
  return files.length === 0 ? "" : ` (${files.slice(0, 3).join(", ")}${files.length > 3 ? ", …" : ""})`;
}
