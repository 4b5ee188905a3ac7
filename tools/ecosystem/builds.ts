/** The two programs that are compared: a commit, and the work tree. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

const build = (folder: string): void => {
  run(process.execPath, ["scripts/build.mjs", "--no-types"], folder);
};

/** Builds the work tree in its place; returns its folder. */
export function buildWorkTree(root: string): string {
  build(root);
  return root;
}

/** A commit, built in a folder of the cache that is named after it; returns the folder. */
export function buildCommit(root: string, ref: string, cache: string): string {
  const commit = run("git", ["rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`], root);
  const folder = join(cache, "builds", commit);
  if (existsSync(join(folder, "dist/index.js"))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync("git", ["archive", "--format=tar", commit], {
    cwd: root,
    maxBuffer: Infinity,
  });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  const lock = "package-lock.json";
  const isSame = readFileSync(join(root, lock), "utf8") === readFileSync(join(folder, lock), "utf8");
  // Its own packages only where they are others: installing takes longer than everything else.
  if (isSame) symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  else run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
  build(folder);
  return folder;
}
