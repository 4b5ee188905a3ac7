/**
 * Asks git what has changed. Only commands that read; a file monitor, filter or diff program that the repository's
 * configuration names is not run.
 */
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { changedView, changesOf, type ChangedFiles, type Changes } from "./changes.ts";
import type { FileSystem } from "./migration.ts";

/** What is compared with what. */
export type Comparison =
  /** The work tree with where its branch left `ref`. */
  | { readonly kind: "since"; readonly ref: string }
  /** The same with the default branch. */
  | { readonly kind: "changed" }
  /** The index, as it would be committed, with the last commit. */
  | { readonly kind: "staged" };

export interface Compared {
  readonly changes: Changes;
  /** What is linted: the work tree, or for `staged` the index. */
  readonly fs: FileSystem;
}

/** Git is missing, or can't answer: what it said, and what to do. */
export class GitError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** @throws GitError */
export function compare(cwd: string, fs: FileSystem, comparison: Comparison): Compared {
  const git = openRepository(cwd);
  if (comparison.kind === "staged") return staged(git, fs);
  const ref = comparison.kind === "since" ? comparison.ref : defaultBranch(git);
  const base = mergeBase(git, ref);
  const changed = git.lines(["diff", ...diffOptions, base, "--"]);
  const untracked = git.lines(["ls-files", "--others", "--exclude-standard", "-z"]);
  const files = readChanges(git, changed, untracked);
  return { fs, changes: changesOf(withTexts(git, ref, base, files), fs) };
}

const diffOptions = ["--name-status", "-z", "--no-ext-diff", "--no-textconv", "--find-renames=60%"];

function staged(git: Git, fs: FileSystem): Compared {
  const files = readChanges(git, git.lines(["diff", "--cached", ...diffOptions, "--"]), []);
  const unstaged = readChanges(git, git.lines(["diff", ...diffOptions, "--no-renames", "--"]), []);
  const untracked = git.lines(["ls-files", "--others", "--exclude-standard", "-z"]).map(git.shown);
  const text = git.texts(":", [...unstaged.modified, ...unstaged.deleted]);
  const index = changedView(fs, {
    hidden: new Set(untracked),
    restored: unstaged.deleted,
    changed: unstaged.modified,
    text,
  });
  return { fs: index, changes: changesOf(withTexts(git, "the last commit", "HEAD", files), index) };
}

type FileSets = Pick<ChangedFiles, "added" | "modified" | "deleted" | "renamed">;

/** The answer of `diff --name-status -z`: a status and one path, or, for a rename, two. */
function readChanges(git: Git, fields: readonly string[], untracked: readonly string[]): FileSets {
  const added = new Set(untracked.map(git.shown));
  const modified = new Set<string>();
  const deleted = new Set<string>();
  const renamed = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const status = fields[i] ?? "";
    const path = git.shown(fields[i + 1] ?? "");
    if (status.startsWith("R")) {
      i++;
      const to = git.shown(fields[i + 1] ?? "");
      renamed.set(path, to);
      if (status !== "R100") modified.add(to);
    } else if (status === "D") deleted.add(path);
    else if (status === "A") added.add(path);
    else modified.add(path);
  }
  return { added, modified, deleted, renamed };
}

function withTexts(git: Git, since: string, base: string, files: FileSets): ChangedFiles {
  const { modified, deleted, renamed } = files;
  const texts = git.texts(`${base}:`, [...modified, ...deleted, ...renamed.keys()]);
  return { ...files, since, before: texts };
}

function mergeBase(git: Git, ref: string): string {
  const commit = git.line(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  // HEAD~1, main^: a name that only this clone gives it.
  const fetch = /[~^@{]/.test(ref)
    ? "git fetch --unshallow"
    : `git fetch origin ${ref.replace(/^origin\//, "")}`;
  const fetching = `in a shallow clone fetch it first: ${fetch}, or actions/checkout with fetch-depth: 0`;
  if (commit === undefined) throw new GitError(`git knows no commit "${ref}"`, fetching);
  const base = git.line(["merge-base", commit, "HEAD"]);
  if (base !== undefined) return base;
  const isShallow = git.line(["rev-parse", "--is-shallow-repository"]) === "true";
  throw new GitError(
    `git finds no common commit of "${ref}" and HEAD`,
    isShallow
      ? "the clone is shallow: git fetch --unshallow, or actions/checkout with fetch-depth: 0"
      : "name the branch that this one was made from",
  );
}

function defaultBranch(git: Git): string {
  const head = git.line(["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]);
  const known = ["origin/main", "origin/master", "main", "master"].find(
    (name) => git.line(["rev-parse", "--verify", "--quiet", `${name}^{commit}`]) !== undefined,
  );
  const found = head ?? known;
  if (found !== undefined) return found;
  throw new GitError("git doesn't say which branch is the default one", "name it: --since <branch>");
}

interface Git {
  /** The first line of the answer; undefined: it failed. */
  line(args: readonly string[]): string | undefined;
  /** The fields of an answer with NUL between them. */
  lines(args: readonly string[]): readonly string[];
  /** A path from git, as shown to the user. */
  readonly shown: (path: string) => string;
  /** Texts of files as shown, in a commit (`HEAD:`) or the index (`:`); fetched at once when first asked for. */
  texts(prefix: string, paths: readonly string[]): (path: string) => string | undefined;
}

function openRepository(cwd: string): Git {
  const here = realpathSync(cwd);
  const top = run(here, ["rev-parse", "--show-toplevel"]);
  if (top.status !== 0) {
    const said = firstLine(top.stderr).replace(/^fatal: /, "");
    throw new GitError(`git: ${said}`, "run it in a repository, or leave out --since and its kin");
  }
  const root = firstLine(top.stdout);
  const shown = (path: string): string => relative(here, resolve(root, path)).replaceAll(sep, "/");
  const inGit = (path: string): string => relative(root, resolve(here, path)).replaceAll(sep, "/");
  return {
    shown,
    line(args) {
      const { status, stdout } = run(root, args);
      return status === 0 ? firstLine(stdout) : undefined;
    },
    lines(args) {
      const { status, stdout, stderr } = run(root, args);
      if (status === 0) return stdout.toString("utf8").split("\0").slice(0, -1);
      throw new GitError(
        `git ${args[0] ?? ""} failed: ${stderr.toString("utf8").trim()}`,
        "check the repository",
      );
    },
    texts(prefix, paths) {
      let texts: ReadonlyMap<string, string> | undefined;
      return (path) => {
        texts ??= readObjects(
          root,
          new Map(paths.map((shownPath) => [shownPath, prefix + inGit(shownPath)])),
        );
        return texts.get(path);
      };
    },
  };
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const largest = 1 << 30;

const firstLine = (bytes: Buffer): string => bytes.toString("utf8").split("\n")[0] ?? "";

function run(folder: string, args: readonly string[], input?: string) {
  const result = spawnSync("git", ["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", ...args], {
    cwd: folder,
    input,
    maxBuffer: largest,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
  });
  if (result.error !== undefined) {
    throw new GitError(
      `git can't be run: ${result.error.message}`,
      "install git, or leave out --since and its kin",
    );
  }
  return result;
}

/** The answer of `cat-file --batch`: a line with the size, the bytes, a line break, for each object in turn. */
function readObjects(root: string, names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const asked = [...names].filter(([, name]) => !name.includes("\n"));
  const texts = new Map<string, string>();
  if (asked.length === 0) return texts;
  const { stdout } = run(root, ["cat-file", "--batch"], asked.map(([, name]) => `${name}\n`).join(""));
  let at = 0;
  for (const [path] of asked) {
    const end = stdout.indexOf(10, at);
    if (end < 0) break;
    const [, type, size] = /^\S+ (\w+) (\d+)$/.exec(stdout.toString("utf8", at, end)) ?? [];
    at = end + 1;
    if (size === undefined) continue;
    if (type === "blob") texts.set(path, utf8.decode(stdout.subarray(at, at + Number(size))));
    at += Number(size) + 1;
  }
  return texts;
}
