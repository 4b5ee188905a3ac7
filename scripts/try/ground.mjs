/** Where the newcomer works: a temporary folder, with nothing of the machine's own but how it reaches the registry. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const folder = mkdtempSync(join(tmpdir(), "ddlint-try-"));
const started = Date.now();
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

// No other git identity, hooks or signatures, no pipeline, no other server.
const foreign = /^(?:(?:GIT|GITHUB|CI|npm|MYSQL)_|PG[A-Z]|(?:DDLINT_SERVER|DATABASE_URL)$)/;
const kept = /^npm_config_(?:registry|userconfig|cache|cafile|proxy|https_proxy|noproxy)$/;
const ownEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !foreign.test(name) || kept.test(name)),
  ),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "Ann",
  GIT_AUTHOR_EMAIL: "ann@example.com",
  GIT_COMMITTER_NAME: "Ann",
  GIT_COMMITTER_EMAIL: "ann@example.com",
  PRE_COMMIT_HOME: join(folder, "pre-commit"),
  FORCE_COLOR: undefined,
};

/** Options of `npm install`. */
export const quiet = ["--silent", "--no-audit", "--no-fund"];

export const say = (text) =>
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${text}`);
export const skipped = [];
export const skip = (text) => {
  skipped.push(text);
  console.log(`\n!!!!!!!!  SKIPPED: ${text}\n`);
};
const fail = (text) => {
  console.error(`\nnot as it should be: ${text}`);
  process.exit(1);
};
export const hold = (condition, text) => condition || fail(text);

/** What is done in a folder: commands are lists of words, or words between blanks. */
export function project(path, env = {}) {
  const run = (line, input) => {
    const [name, ...args] = Array.isArray(line) ? line : line.split(" ");
    const options = { cwd: path, env: { ...ownEnv, ...env }, encoding: "utf8", input };
    const { status, stdout, stderr, error } = spawnSync(name, args, options);
    return { line: [name, ...args].join(" "), status: error ? 127 : status, stdout, output: stdout + stderr };
  };
  return {
    run,
    /** Runs what must end so, and returns what it said on standard output. */
    expect(status, line, input) {
      const ran = run(line, input);
      hold(ran.status === status, `${ran.line} ended with ${ran.status}, not ${status}:\n${ran.output}`);
      return ran.stdout;
    },
    write(name, text) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    },
    read: (name) => readFileSync(join(path, name), "utf8"),
  };
}

/** The first block of a page in this language: what a reader copies. */
export const copied = (page, language) => block(readFileSync(join(root, "docs", page), "utf8"), language);

/** The first block of Markdown in this language. */
export function block(text, language) {
  const start = text.indexOf("\n", text.indexOf(`\`\`\`${language}\n`)) + 1;
  return text.slice(start, text.indexOf("```", start));
}
