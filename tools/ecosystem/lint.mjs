/**
 * Lints projects with one build of ddlint and prints what it found: `node lint.mjs <root of the build> <jobs.json>`.
 * A process of its own for each job, so that time and memory are those of the job.
 */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [build, job] = process.argv.slice(2);
const { lintProject, lintText, loadConfig, presetNames, rules } = await import(
  pathToFileURL(join(build, "dist/index.js")).href
);
const { folders = {}, texts = {}, presets: wanted } = JSON.parse(readFileSync(job, "utf8"));

/** Every rule; sets named after a convention switch rules off. */
const presets = wanted ?? presetNames.filter((name) => !name.includes("/"));

const results = [];
const started = performance.now();
for (const [name, folder] of Object.entries(folders)) {
  const { facts, opinions } = await loadConfig({ cwd: folder, rules });
  const result = await lintProject({
    cwd: folder,
    facts,
    opinions: { ...opinions, presets },
    // A user's run sums up; two programs are compared finding by finding.
    everyFinding: wanted === undefined,
  });
  results.push({ name, ...result });
}
for (const [path, text] of Object.entries(texts)) {
  const [, dialect] = /^-- given:.*\bserver (postgres|mysql|mariadb)\b/.exec(text) ?? [];
  results.push(await lintText(text, { path, facts: { dialect }, opinions: { presets }, everyFinding: true }));
}

const findings = results.flatMap(({ name = "", findings }) =>
  findings.map(({ ruleId, severity, file, line, column, endLine, endColumn, message, instead }) => ({
    rule: ruleId,
    severity,
    file: name + file,
    place: [line, column, endLine, endColumn],
    message,
    instead,
  })),
);
const files = results.flatMap(({ name = "", histories }) =>
  histories.flatMap(({ migrations }) =>
    migrations.flatMap(({ up, down }) => [name + up.path, name + (down ?? up).path]),
  ),
);
process.stdout.write(
  JSON.stringify({
    findings,
    errors: results.flatMap(({ errors }) =>
      errors.map(({ file, ruleId, message }) => ({ file, ruleId, message })),
    ),
    notUnderstood: results
      .flatMap(({ unknownStatements }) => Object.values(unknownStatements))
      .reduce((a, b) => a + b, 0),
    migrations: results.reduce((sum, { counts }) => sum + counts.migrations, 0),
    files: [...new Set(files)].sort(),
    histories: results.flatMap(({ histories, leftOut = [] }) =>
      [...histories, ...leftOut].map(({ root, tool, layout, dialect, migrations }) => ({
        root,
        tool: layout === undefined || layout === tool ? tool : `${tool} (${layout})`,
        dialect,
        migrations: migrations.length,
        isRead: histories.some((one) => one.root === root && one.dialect === dialect),
      })),
    ),
    renamed: Object.fromEntries(
      rules.flatMap(({ id, formerly = [] }) => [formerly].flat().map((old) => [old, id])),
    ),
    milliseconds: performance.now() - started,
    megabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
