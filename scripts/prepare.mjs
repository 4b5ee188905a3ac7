/**
 * Builds dist/ when npm prepares a checkout. `npm install -g git+…`, which pre-commit runs, hands its `global` down to
 * the install that should fetch what a build needs, so nothing is there then: it is fetched here.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

if (!canBuild()) {
  const { npm_execpath: program = "" } = process.env;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_config_(?:global|location|omit|only)$/i.test(name)),
  );
  const args = ["ci", "--include=dev", "--ignore-scripts", "--no-global", "--no-audit", "--no-fund"];
  if (basename(program) === "npm-cli.js") run(process.execPath, [program, ...args], env);
  else run("npm", args, env);
}
run(process.execPath, [join(root, "scripts/build.mjs")], process.env);

function canBuild() {
  try {
    createRequire(import.meta.url).resolve("rolldown");
    return true;
  } catch {
    return false;
  }
}

/** Ends with its exit code unless that is 0. */
function run(command, args, env) {
  const isScript = process.platform === "win32" && command === "npm";
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: "inherit", shell: isScript });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
