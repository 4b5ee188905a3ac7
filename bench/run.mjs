/**
 * Times whole processes, each in a fresh folder: `npm run bench [-- runs]`. Prints medians; nothing here is a test.
 *
 *   one file        from process start to exit, beside `node -e 0`
 *   1,000 files     × 5 statements: time and greatest resident memory
 *   10,000 files    the same, ten times as long
 *   ESLint          all of the 1,000 files, and one of them again after it was saved
 *   rules           the share of each rule's own code in linting the 1,000 files with every rule on
 *
 * With `--shapes`, texts and projects that grow in one way instead: see `shapes.mjs`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ESLint } from "eslint";
import ddlint from "../dist/eslint.js";
import { lintProject, presetNames, rules } from "../dist/index.js";
import { bin, measure, median, withMemory } from "./process.mjs";

if (process.argv[2] === "--shapes") {
  await import("./shapes.mjs");
  process.exit();
}

/** A named set of conventions switches rules off. */
const allRules = presetNames.filter((name) => !name.includes("/"));
const runs = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(tmpdir(), "ddlint-bench-"));

/** One migration of a believable history; each hundredth table lives on. */
function migration(i) {
  const table = `t${i % 300}`;
  if (i < 300) {
    return `CREATE TABLE ${table} (id bigint PRIMARY KEY, name text NOT NULL, parent_id bigint${i === 0 ? "" : " REFERENCES t0 (id)"});
CREATE INDEX ${table}_parent_idx ON ${table} (parent_id);
COMMENT ON TABLE ${table} IS 'table ${i}';
ALTER TABLE ${table} ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
INSERT INTO ${table} (id, name) VALUES (0, 'none');
`;
  }
  return `ALTER TABLE ${table} ADD COLUMN c${i} integer;
UPDATE ${table} SET c${i} = 0 WHERE c${i} IS NULL;
ALTER TABLE ${table} ADD CONSTRAINT ${table}_c${i}_check CHECK (c${i} >= 0) NOT VALID;
CREATE INDEX CONCURRENTLY ${table}_c${i}_idx ON ${table} (c${i}, name);
ALTER TABLE ${table} ALTER COLUMN name SET DEFAULT 'n${i}';
`;
}

function history(name, files) {
  const root = join(folder, name, "migrations");
  mkdirSync(root, { recursive: true });
  for (let i = 0; i < files; i++) {
    writeFileSync(join(root, `${String(20200101000000 + i)}_step_${i}.sql`), migration(i));
  }
  return root;
}

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
  const lint = (root) => [bin, root, "--exit-zero", "--format", "json", "--output", join(folder, "out.json")];
  const one = history("one", 1);
  const floor = measure("node -e 0", ["-e", "0"], runs);
  const single = measure("one file", lint(one), runs);
  console.log(`${"  above node -e 0".padEnd(34)} ${(single - floor).toFixed(0).padStart(7)} ms`);
  const thousandFiles = history("1k", 1000);
  const thousand = measure(
    "1,000 files × 5 statements",
    [...withMemory, ...lint(thousandFiles)],
    Math.min(runs, 5),
  );
  await inEslint(thousandFiles);
  const everyPreset = allRules.flatMap((name) => ["--preset", name]);
  measure("  with every rule on", [...withMemory, ...lint(thousandFiles), ...everyPreset], Math.min(runs, 5));
  const more = measure(
    "10,000 files × 5 statements",
    [...withMemory, ...lint(history("10k", 10000))],
    Math.min(runs, 3),
  );
  console.log(`${"  ratio".padEnd(34)} ${(more / thousand).toFixed(1).padStart(7)}`);
  await shares(thousandFiles, "1,000 files again, warm, all rules");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
