/**
 * The figures of docs/performance.md, as ratios: what is compared runs in turn, so that a busy machine slows both.
 *
 *   npm run bench [-- runs]
 *
 * DDLINT_SQUAWK names the native linter (npm's squawk-cli has it in @squawk-cli/…/bin/squawk; default: `squawk` of the PATH),
 * DDLINT_NODES further versions of Node.js, separated by commas.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kinds, migration, writeHistory } from "./histories.mjs";
import { bin, median, withMemory } from "./process.mjs";

const squawk = process.env.DDLINT_SQUAWK ?? "squawk";
const nodes = [process.execPath, ...(process.env.DDLINT_NODES ?? "").split(",").filter(Boolean)];
const folder = mkdtempSync(join(tmpdir(), "ddlint-bench-"));
const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache"), LOCALAPPDATA: join(folder, "cache") };
const out = ["--exit-zero", "--format", "json", "--output", join(folder, "out.json")];

/** Milliseconds of a whole process, and megabytes if Node.js was told to say them. */
function once({ program = process.execPath, args, cwd, before }) {
  before?.();
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(program, args, {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  // The native linter says with 1 that it found something.
  if (error !== undefined || status > 1)
    throw error ?? new Error(`${program} ${args.slice(0, 4).join(" ")}: ${stderr}`);
  return { ms, megabytes: Number(/rss (\d+)/.exec(stderr)?.[1] ?? 0) / 1024 };
}

/** Runs both in turn. */
function compare(label, a, b, of, runs, limit) {
  once(a);
  once(b);
  const pairs = Array.from({ length: runs }, () => [once(a), once(b)]);
  const ratio = median(pairs.map(([one, other]) => one.ms / other.ms));
  const [first, second] = [0, 1].map((side) => median(pairs.map((pair) => pair[side].ms)));
  const megabytes = median(pairs.map(([one]) => one.megabytes));
  const cells = [
    label,
    `${ratio.toFixed(2)} × ${of}`,
    limit === undefined ? "" : `≤ ${limit}`,
    `${first.toFixed(0)} / ${second.toFixed(0)} ms`,
    megabytes > 0 ? `${megabytes.toFixed(0)} MB` : "",
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

const lint = (cwd, ...more) => ({ cwd, args: [...withMemory, bin, ...out, ...more] });
const cold = (cwd) => lint(cwd, "--no-cache");

const nodesTitle = (node) =>
  `Node ${spawnSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }).stdout.trim()}`;

/** A history with its last migration written anew before each run. */
function withNewFile(cwd) {
  let count = 0;
  const file = join(cwd, "migrations", "20300101000000_new.sql");
  return {
    ...lint(cwd),
    before: () => writeFileSync(file, `ALTER TABLE t1 ADD COLUMN new${++count} integer NOT NULL;\n`),
  };
}

function project(name, files, config) {
  const cwd = join(folder, name);
  writeHistory(cwd, files, migration);
  if (config !== undefined) writeFileSync(join(cwd, "ddlint.json"), JSON.stringify(config));
  return cwd;
}

export function table(runs) {
  const few = Math.min(runs, 3);
  const one = project("one", 1);
  try {
    console.log("| | ratio | aim | medians | memory |\n|---|--:|--:|--:|--:|");
    for (const program of nodes) {
      const floor = { program, args: ["-e", "0"], cwd: one };
      const title = nodesTitle(program);
      const run = (...args) => ({ program, args: [bin, ...args], cwd: one });
      compare(
        `${title}: scripts loaded and compiled (--version)`,
        run("--version"),
        floor,
        "node -e 0",
        runs,
      );
      compare(`${title}: and one file found, its run kept`, run(...out), floor, "node -e 0", runs);
      const limit = title.startsWith("Node 20") ? 2.1 : 1.8;
      compare(
        `${title}: and parsed, replayed, linted`,
        run(...out, "--no-cache"),
        floor,
        "node -e 0",
        runs,
        limit,
      );
    }
    const thousand = project("1k", 1000);
    const applied = project("1k-applied", 1000, { startAfter: "20200101000999" });
    const hasSquawk = spawnSync(squawk, ["--version"]).status === 0;
    const native = (cwd) => ({
      program: squawk,
      args: readdirSync(join(cwd, "migrations")).map((name) => join("migrations", name)),
      cwd,
    });
    if (!hasSquawk) console.log("no squawk: see DDLINT_SQUAWK");
    const sizes = hasSquawk ? [[thousand, applied, "1,000", runs, [3, 1, 0.8]]] : [];
    if (hasSquawk) {
      const config = { startAfter: "20200101009999" };
      sizes.push([
        project("10k", 10_000),
        project("10k-applied", 10_000, config),
        "10,000",
        few,
        [3, 0.6, 0.6],
      ]);
    }
    for (const [all, past, size, times, [first, next, same]] of sizes) {
      const peer = native(all);
      compare(`${size} × 5 statements, cold`, cold(all), peer, "squawk", Math.min(times, 5), first);
      compare(`${size}, nothing new`, lint(all), peer, "squawk", times, same);
      compare(`${size} applied, one new file`, withNewFile(past), peer, "squawk", times, next);
      compare(`${size} not applied, one new file`, withNewFile(all), peer, "squawk", few, next);
    }
    if (hasSquawk)
      compare("10,000 × 5, cold", cold(join(folder, "10k")), cold(thousand), "1,000 × 5", few, 10.5);
    const [small, large] = [5000, 50_000].map((count) => {
      const cwd = join(folder, `file-${count}`);
      writeHistory(cwd, 1, () => Array.from({ length: count / 5 }, (_, i) => migration(i)).join(""));
      return cwd;
    });
    compare("a file of 50,000 statements", cold(large), cold(small), "one of 5,000", few, 12);
    const changed = { ...withNewFile(thousand), args: [bin, ...out, "migrations/20300101000000_new.sql"] };
    compare(
      "one changed file of 1,000, as pre-commit runs it",
      changed,
      { args: ["-e", "0"] },
      "node -e 0",
      runs,
      3,
    );
    for (const [kind, { files, write }] of Object.entries(kinds)) {
      const [single, many] = [1, files].map((count) => {
        const cwd = join(folder, `${kind}-${count}`);
        write(cwd, count);
        return cwd;
      });
      compare(`${kind}: one file`, cold(single), cold(one), "one of PostgreSQL", runs);
      compare(
        `${kind}: ${files.toLocaleString("en")} files, nothing new`,
        lint(many),
        cold(many),
        "cold",
        few,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
