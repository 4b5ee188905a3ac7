/**
 * Times whole processes, each in a fresh folder. Nothing here is a test.
 *
 *   npm run bench [-- runs]              the figures of docs/performance.md: see `table.mjs`
 *   npm run bench -- --shapes            texts and projects that grow in one way: see `shapes.mjs`
 *   npm run bench -- --editor [files]    a large project in an editor: see `editor.mjs`
 *   npm run bench -- --rules [runs]      1,000 files in ESLint, and the share of each rule's own code with every rule on
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ESLint } from "eslint";
import ddlint from "../dist/eslint.js";
import { lintProject, presetNames, rules } from "../dist/index.js";
import { migration, writeHistory } from "./histories.mjs";
import { bin, measure, median, withMemory } from "./process.mjs";

if (process.argv[2] !== "--rules") {
  if (process.argv[2] === "--shapes") await import("./shapes.mjs");
  else if (process.argv[2] === "--editor")
    await (await import("./editor.mjs")).editor(Number(process.argv[3] ?? 10_000));
  else (await import("./table.mjs")).table(Number(process.argv[2] ?? 15));
  process.exit();
}

/** A named set of conventions switches rules off. */
const allRules = presetNames.filter((name) => !name.includes("/"));
const runs = Number(process.argv[3] ?? 7);
const folder = mkdtempSync(join(tmpdir(), "ddlint-bench-"));

const history = (name, files) => writeHistory(join(folder, name), files, migration);

/** Each rule with a clock around its functions. */
function timed(spent) {
  return rules.map((rule) => {
    const on = Object.fromEntries(
      Object.entries(rule.on).map(([kind, handler]) => [
        kind,
        (subject, context) => {
          const start = process.hrtime.bigint();
          handler(subject, context);
          spent.set(rule.id, (spent.get(rule.id) ?? 0n) + process.hrtime.bigint() - start);
        },
      ]),
    );
    return { ...rule, on };
  });
}

async function shares(root, label) {
  const spent = new Map();
  const options = { cwd: root, paths: ["."], opinions: { presets: allRules } };
  await lintProject({ ...options, rules: timed(new Map()) });
  const start = process.hrtime.bigint();
  await lintProject({ ...options, rules: timed(spent) });
  const whole = Number(process.hrtime.bigint() - start);
  const percent = (time) => ((100 * Number(time)) / whole).toFixed(1).padStart(5);
  const all = [...spent].toSorted((a, b) => Number(b[1] - a[1]));
  const sum = all.reduce((total, [, time]) => total + time, 0n);
  console.log(
    `${label.padEnd(34)} ${(whole / 1e6).toFixed(0).padStart(7)} ms, of which rules ${percent(sum)} %`,
  );
  for (const [id, time] of all) console.log(`  ${id.padEnd(40)} ${percent(time)} %`);
}

/** In one process, as an editor's ESLint lives; each save comes after a while. */
async function inEslint(root) {
  const options = { cwd: root, overrideConfigFile: true, overrideConfig: [ddlint.configs.recommended] };
  const eslint = new ESLint(options);
  const lint = async (files) => {
    const start = performance.now();
    await eslint.lintFiles(files);
    return performance.now() - start;
  };
  console.log(`${"  in ESLint".padEnd(34)} ${(await lint(["."])).toFixed(0).padStart(7)} ms`);
  const last = join(root, `${20200101000000 + 999}_step_999.sql`);
  const times = [];
  for (let i = 0; i < runs; i++) {
    writeFileSync(last, `${migration(999)}ALTER TABLE t1 ADD COLUMN more${i} integer;\n`);
    await wait(400);
    times.push(await lint([last]));
  }
  console.log(`${"  one file saved, in ESLint".padEnd(34)} ${median(times).toFixed(0).padStart(7)} ms`);
  writeFileSync(last, migration(999));
}

try {
  const lint = (root) => [
    bin,
    root,
    "--no-cache",
    "--exit-zero",
    "--format",
    "json",
    "--output",
    join(folder, "out.json"),
  ];
  const thousandFiles = history("1k", 1000);
  measure("1,000 files × 5 statements", [...withMemory, ...lint(thousandFiles)], Math.min(runs, 5));
  await inEslint(thousandFiles);
  const everyPreset = allRules.flatMap((name) => ["--preset", name]);
  measure("  with every rule on", [...withMemory, ...lint(thousandFiles), ...everyPreset], Math.min(runs, 5));
  await shares(thousandFiles, "1,000 files again, warm, all rules");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
