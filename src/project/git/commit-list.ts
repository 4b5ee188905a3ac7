/**
 * The commits that touch some paths, and what each did with its files: by plumbing that reads commits and trees, and only for
 * `linesTakenOut` texts. Paths are from the top of the work tree.
 */
import { GitError, type Git } from "./run-git.ts";

/** @internal */
export interface Commit {
  readonly id: string;
  /** When its author made it, in milliseconds since 1970. */
  readonly at: number;
  /** What it added may be older: the repository begins with it, or it moved parts of files to others. */
  readonly isImport: boolean;
  /** The repository begins with it. */
  readonly isRoot: boolean;
}

/** @internal */
export interface CommitChanges {
  readonly commit: Commit;
  readonly added: readonly string[];
  readonly deleted: readonly string[];
  readonly modified: readonly string[];
  /** With the same text. */
  readonly moved: readonly (readonly [from: string, to: string])[];
}

/**
 * From the oldest; without those that merge others.
 *
 * @throws GitError if git can't answer
 * @internal
 */
export function commitsTouching(git: Git, paths: readonly string[]): readonly Commit[] {
  const args = [
    "rev-list",
    "--stdin",
    "--no-merges",
    "--topo-order",
    "--reverse",
    "--encoding=UTF-8",
    "--format=%at %P",
  ];
  const specs = paths.filter((path) => !path.includes("\n")).map(fromTop);
  if (specs.length === 0) return [];
  const said = answerOf(git, args, ["HEAD", "--", ...specs, ""].join("\n")).toString("latin1");
  return [...said.matchAll(/^commit (\w+)\n(\d+) (.*)$/gm)].map(([, id = "", at, parents]) => ({
    id,
    at: Number(at) * 1000,
    isImport: parents === "",
    isRoot: parents === "",
  }));
}

/** From the top of the work tree, which has no name here: `.` fits nothing. */
const fromTop = (path: string): string => `:(top,literal)${path === "." ? "" : path}`;

/** @internal */
export function answerOf(git: Git, args: readonly string[], input = ""): Buffer {
  const { status, stdout } = git.ask(args, input);
  if (status !== 0) throw new GitError(`git ${args[0] ?? ""} failed`, "check the repository");
  return stdout;
}

/** No attribute's program is asked how a text is to be shown. */
const compared = ["diff-tree", "--stdin", "-r", "-z", "--no-ext-diff", "--no-textconv"];

const listOf = (commits: readonly Commit[]): string => commits.map(({ id }) => `${id}\n`).join("");

/**
 * In the same order; those that change nothing are missing.
 *
 * @throws GitError if git can't answer
 * @internal
 */
export function changesIn(git: Git, commits: readonly Commit[]): readonly CommitChanges[] {
  if (commits.length === 0) return [];
  const args = [...compared, "--root", "--name-status", "--find-renames=100%"];
  const fields = answerOf(git, args, listOf(commits)).toString("utf8").split("\0").slice(0, -1);
  const known = new Map(commits.map((commit) => [commit.id, commit]));
  const all: CommitChanges[] = [];
  let [added, deleted, modified]: [string[], string[], string[]] = [[], [], []];
  let moved: [string, string][] = [];
  for (let i = 0; i < fields.length; i++) {
    const status = fields[i] ?? "";
    const commit = known.get(status);
    if (commit !== undefined) {
      [added, deleted, modified, moved] = [[], [], [], []];
      all.push({ commit, added, deleted, modified, moved });
      continue;
    }
    const path = fields[++i] ?? "";
    if (status.startsWith("R")) moved.push([path, fields[++i] ?? ""]);
    else if (status === "A") added.push(path);
    else if (status === "D") deleted.push(path);
    else modified.push(path);
  }
  return all;
}

/**
 * By commit, how many lines it took out of files that it left there.
 *
 * @throws GitError if git can't answer
 * @internal
 */
export function linesTakenOut(
  git: Git,
  done: readonly CommitChanges[],
  folders: readonly string[],
  isOne: (path: string) => boolean,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (done.length === 0) return found;
  const specs = folders.map(fromTop);
  const args = [...compared, "--numstat", "--no-renames", "--", ...specs];
  const said = answerOf(git, args, listOf(done.map(({ commit }) => commit))).toString("utf8");
  const changes = new Map(done.map((one) => [one.commit.id, new Set(one.modified.filter(isOne))]));
  let id = "";
  for (const field of said.split("\0")) {
    if (changes.has(field)) id = field;
    const [, deleted, path = ""] = /^(?:\d+|-)\t(\d+)\t([^]*)$/.exec(field) ?? [];
    if (deleted === undefined || changes.get(id)?.has(path) !== true) continue;
    found.set(id, (found.get(id) ?? 0) + Number(deleted));
  }
  return found;
}
