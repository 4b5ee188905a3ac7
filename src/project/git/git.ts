/** Asks git what has changed; `run-git.ts` says how it is called. */
import { join, relative, resolve, sep } from "node:path";
import { blobReader, isNone, isSameAsBlob, nameOf, type ObjectId } from "./blobs.ts";
import {
  changedView,
  changesOf,
  noSideChanges,
  upstreamOf,
  type ChangedFiles,
  type Changes,
  type SideChanges,
  type Target,
  type Upstream,
} from "./changes.ts";
import { realTarget } from "../files/disk.ts";
import type { FileSystem } from "../migration.ts";
import { isWithin } from "../files/paths.ts";
import { GitError, openGit, type Git } from "./run-git.ts";

export { GitError };

/** What is compared with what. */
export type Comparison =
  /** The work tree with where its branch left `ref`. */
  | { readonly kind: "since"; readonly ref: string }
  /** The same with the default branch. */
  | { readonly kind: "changed" }
  /** What is staged, as it would be committed, with where its branch left the default branch. */
  | { readonly kind: "staged" };

export interface Compared {
  readonly changes: Changes;
  /** What is linted: the work tree, or for `staged` the index. */
  readonly fs: FileSystem;
}

/** @throws GitError, also when a text is read that a partial clone lacks */
export function compare(cwd: string, fs: FileSystem, comparison: Comparison): Compared {
  const git = openGit(cwd);
  if (comparison.kind === "staged") return staged(git, fs);
  const ref = comparison.kind === "since" ? comparison.ref : defaultBranch(git);
  const base = mergeBase(git, ref);
  if (comparison.kind === "changed") checkOtherBranch(git, ref, base);
  const found = readChanges(git, ["diff-index", base, "--"], `"git diff --stat ${base}"`);
  const files = filesOf(git, found, untrackedFiles(git));
  const target = targetsIn(git);
  const changes = changesOf({ ...files, since: ref, before: files.text(ref), target }, fs);
  const upstream = (folders: readonly string[]): Upstream | undefined =>
    upstreamIn(git, { base, tip: commitNamed(git, ref) ?? base, folders, changes, fs });
  return { fs, changes: { ...changes, upstream } };
}

interface OtherBranch {
  /** The newest commit that both branches have. */
  readonly base: ObjectId;
  readonly tip: ObjectId;
  readonly folders: readonly string[];
  readonly changes: Changes;
  readonly fs: FileSystem;
}

/** Undefined: the other branch has got nothing, or git can't say what, as a partial clone lacks it. */
function upstreamIn(git: Git, { base, tip, folders, changes, fs }: OtherBranch): Upstream | undefined {
  const fork = forkOf(git, tip) ?? base;
  if (fork === tip) return undefined;
  try {
    const later = sideChanges(git, base, tip, folders);
    const merged = sideChanges(git, fork, base, folders);
    if (later === noSideChanges && merged === noSideChanges) return undefined;
    return upstreamOf(changes, fs, later, merged);
  } catch (error) {
    if (error instanceof GitError && git.isPartial) return undefined;
    throw error;
  }
}

/** Where HEAD's own commits left the other branch, be it merged into them since. Undefined: HEAD has none. */
function forkOf(git: Git, tip: ObjectId): ObjectId | undefined {
  const { status, stdout, stderr } = git.ask(["rev-list", "--boundary", `${tip}..HEAD`, "--"]);
  if (status !== 0) throw failed("rev-list", stderr);
  const lines = stdout.toString("latin1").split("\n");
  const left = lines.flatMap((line) => (line.startsWith("-") ? [line.slice(1)] : []));
  return left.length < 2 ? left[0] : lineOf(git, ["merge-base", "--octopus", ...left]);
}

/** @throws GitError if a partial clone lacks a text */
function sideChanges(git: Git, from: ObjectId, to: ObjectId, folders: readonly string[]): SideChanges {
  if (from === to) return noSideChanges;
  const { changes, fetching } = readChanges(
    git,
    ["diff-tree", "-r", from, to, "--"],
    `"git diff --stat ${from} ${to}"`,
  );
  const isHere = (path: string): boolean => folders.some((folder) => isWithin(folder, shown(git, path)));
  const here = changes.filter(({ path, to: other = path }) => isHere(path) || isHere(other));
  if (here.length === 0) return noSideChanges;
  const after = new Map(
    here.flatMap(({ path, to: other = path, after: id }) =>
      isNone(id) ? [] : [[shown(git, other), id] as const],
    ),
  );
  const { text, ...files } = filesOf(git, { changes: here, fetching }, []);
  const side = {
    ...files,
    before: text("both branches"),
    after: textsOf(git, after, fetching)("the other branch"),
  };
  // Whether anything is missing is known before something depends on it.
  if (git.isPartial) {
    for (const path of after.keys()) side.after(path);
    for (const path of [...files.deleted, ...files.modified, ...files.renamed.keys()]) side.before(path);
  }
  return side;
}

/** The files of the last commit, by path as shown; none before the first. */
export function committedFiles(cwd: string): ReadonlySet<string> {
  const git = openGit(cwd);
  const { status, stdout, stderr } = git.ask([
    "ls-tree",
    "-r",
    "-z",
    "--name-only",
    "--full-tree",
    lastCommit(git),
  ]);
  if (status !== 0) throw failed("ls-tree", stderr);
  return new Set(fieldsOf(stdout).map((path) => shown(git, path)));
}

const inIndex = (git: Git, commit: ObjectId): Found =>
  readChanges(git, ["diff-index", "--cached", commit, "--"], '"git diff --stat --cached"');

/**
 * What no server can have run yet is new: a migration of a branch that isn't merged may still be rewritten. Without a
 * default branch, what is committed counts as applied.
 */
function baseOfBranch(git: Git): { readonly base: ObjectId; readonly since: string } {
  const head = lastCommit(git);
  try {
    const since = defaultBranch(git);
    const base = mergeBase(git, since);
    if (base !== head) return { base, since };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  return { base: head, since: "the last commit" };
}

function staged(git: Git, fs: FileSystem): Compared {
  const { base, since } = baseOfBranch(git);
  const head = lastCommit(git);
  const isStaged = new Set(inIndex(git, head).changes.flatMap(({ path, to }) => [path, to ?? path]));
  const { changes, fetching } = inIndex(git, base);
  const found = {
    changes: changes.filter(({ path, to }) => isStaged.has(path) || (to !== undefined && isStaged.has(to))),
    fetching,
  };
  const files = filesOf(git, found, []);
  const unstaged = filesOf(git, readChanges(git, ["diff-files", "--"], '"git diff --stat"'), []);
  const target = targetsIn(git);
  const index = changedView(fs, {
    // Those of `git add --intent-to-add` are known to git, and not committed either.
    hidden: new Set([...untrackedFiles(git).map((path) => shown(git, path)), ...unstaged.added]),
    restored: unstaged.deleted,
    changed: unstaged.modified,
    text: unstaged.text("the index"),
    target,
  });
  return { fs: index, changes: changesOf({ ...files, since, before: files.text(since), target }, index) };
}

/** A link has changed when its target has; each is looked up once. */
function targetsIn(git: Git): Target {
  const known = new Map<string, string>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const real = realTarget(resolve(git.here, path));
    const found = real === undefined ? path : shown(git, real);
    known.set(path, found);
    return found;
  };
}

/** One of the answers of `--raw`. */
interface Change {
  readonly status: string;
  /** From the top of the work tree. */
  readonly path: string;
  /** Of a rename. */
  readonly to: string | undefined;
  readonly before: ObjectId;
  readonly after: ObjectId;
  /** What is recorded is a commit of another repository. */
  readonly isSubmodule: boolean;
}

interface Found {
  readonly changes: readonly Change[];
  /** A command that fetches the texts, should a partial clone lack them. */
  readonly fetching: string;
}

/** Without the times of files that git would note anew; of submodules only which commit is recorded. */
const rawOptions = ["--raw", "-z", "--no-abbrev", "--ignore-submodules=dirty", "--ita-invisible-in-index"];
/** Patches alone would need such a program. */
const noPrograms = ["--no-ext-diff", "--no-textconv"];

function readChanges(git: Git, [command = "", ...args]: readonly string[], fetching: string): Found {
  const ask = (renames: string) => git.ask([command, ...rawOptions, ...noPrograms, renames, ...args]);
  const similar = ask("--find-renames=60%");
  // A partial clone lacks texts to compare: then a file has moved only if nothing else became of it.
  const answer = similar.status === 0 ? similar : ask("--find-renames=100%");
  if (answer.status === 0) return { changes: parseRaw(fieldsOf(answer.stdout)), fetching };
  if (git.isPartial) throw notFetched("what it needs to compare", fetching);
  throw failed(command, answer.stderr);
}

/** Modes of the answer. */
const submodule = "160000";
const nothing = "000000";

/** The answer of `--raw -z`: modes, objects and a status in one field, then one path, or, for a rename, two. */
function parseRaw(fields: readonly string[]): readonly Change[] {
  const changes: Change[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [oldMode = "", mode = "", before = "", after = "", status = ""] = fields[i]?.split(" ") ?? [];
    const isSubmodule = mode === submodule || (mode === nothing && oldMode === `:${submodule}`);
    const to = status.startsWith("R") ? fields[i + 2] : undefined;
    changes.push({ status, path: fields[i + 1] ?? "", to, before, after, isSubmodule });
    if (to !== undefined) i++;
  }
  return changes;
}

interface Files extends Pick<ChangedFiles, "added" | "modified" | "deleted" | "renamed"> {
  readonly submodules: ReadonlySet<string>;
  /** Texts as they were `since`. */
  readonly text: (since: string) => (path: string) => string | undefined;
}

function filesOf(git: Git, { changes, fetching }: Found, untracked: readonly string[]): Files {
  const added = new Set(untracked.map((path) => shown(git, path)));
  const modified = new Set<string>();
  const deleted = new Set<string>();
  const renamed = new Map<string, string>();
  const submodules = new Set<string>();
  const before = new Map<string, ObjectId>();
  for (const change of changes) {
    if (change.isSubmodule) {
      if (change.status !== "D") submodules.add(shown(git, change.to ?? change.path));
      continue;
    }
    if (isUntouched(git, change)) continue;
    const path = shown(git, change.path);
    if (!isNone(change.before)) before.set(path, change.before);
    if (change.to !== undefined) {
      const to = shown(git, change.to);
      renamed.set(path, to);
      if (change.status !== "R100") modified.add(to);
    } else if (change.status === "D") deleted.add(path);
    else if (change.status === "A") added.add(path);
    else modified.add(path);
  }
  return { added, modified, deleted, renamed, submodules, text: textsOf(git, before, fetching) };
}

/** Another mode, or a file that was written anew with the same text. */
function isUntouched(git: Git, { status, path, before, after }: Change): boolean {
  if (status !== "M") return false;
  return before === after || (isNone(after) && isSameAsBlob(join(git.root, path), before));
}

function textsOf(git: Git, objects: ReadonlyMap<string, ObjectId>, fetching: string): Files["text"] {
  const read = blobReader(git, [...objects.values()]);
  return (since) => (path) => {
    const id = objects.get(path);
    if (id === undefined) return undefined;
    const text = read(id);
    if (text === undefined && git.isPartial) throw notFetched(`"${path}" as it was in ${since}`, fetching);
    return text;
  };
}

const notFetched = (what: string, fetching: string): GitError =>
  new GitError(
    `git hasn't fetched ${what}, since this clone is partial`,
    `${fetching} fetches it, or clone without --filter`,
  );

const failed = (command: string, said: string): GitError =>
  new GitError(`git ${command} failed: ${said.trim()}`, "check the repository");

/** The first line of an answer; undefined: it failed. */
function lineOf(git: Git, args: readonly string[]): string | undefined {
  const { status, stdout } = git.ask(args);
  return status === 0 ? (stdout.toString("utf8").split("\n")[0] ?? "") : undefined;
}

/** The fields of an answer with NUL between them. */
const fieldsOf = (answer: Buffer): readonly string[] => answer.toString("utf8").split("\0").slice(0, -1);

/** Of the whole work tree, whichever folder of it this is. */
function untrackedFiles(git: Git): readonly string[] {
  const args = ["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ":/"];
  const { status, stdout, stderr } = git.ask(args);
  if (status !== 0) throw failed("ls-files", stderr);
  return fieldsOf(stdout);
}

/** A path from the top of the work tree, as shown to the user. */
const shown = ({ here, root }: Git, path: string): string =>
  relative(here, resolve(root, path)).replaceAll(sep, "/");

/** Or the empty tree, before the first. */
function lastCommit(git: Git): ObjectId {
  const head = lineOf(git, ["rev-parse", "--verify", "--quiet", "HEAD"]);
  if (head !== undefined) return head;
  const isLong = lineOf(git, ["rev-parse", "--show-object-format"]) === "sha256";
  return nameOf("tree", Buffer.alloc(0), isLong ? 64 : 40);
}

const commitOf = (git: Git, name: string): string | undefined =>
  lineOf(git, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);

/**
 * The commit that a person means by a name: of `origin/main` the remote's branch, although git takes a tag of that name.
 *
 * @throws GitError if a tag and a branch have the name
 */
function commitNamed(git: Git, ref: string): string | undefined {
  const remote = ref.includes("/") ? commitOf(git, `refs/remotes/${ref}`) : undefined;
  if (remote !== undefined) return remote;
  const tag = commitOf(git, `refs/tags/${ref}`);
  const branch = tag === undefined ? undefined : commitOf(git, `refs/heads/${ref}`);
  if (tag !== undefined && branch !== undefined && tag !== branch) {
    throw new GitError(
      `"${ref}" is a tag and a branch, which are different commits`,
      `name one of them: refs/heads/${ref} or refs/tags/${ref}`,
    );
  }
  return commitOf(git, ref);
}

function mergeBase(git: Git, ref: string): string {
  const commit = commitNamed(git, ref);
  // HEAD~1, main^: a name that only this clone gives it.
  const fetch = /[~^@{]/.test(ref)
    ? "git fetch --unshallow"
    : `git fetch origin ${ref.replace(/^origin\//, "")}`;
  const fetching = `in a shallow clone fetch it first: ${fetch}, or actions/checkout with fetch-depth: 0`;
  if (commit === undefined)
    throw new GitError(`git can't find the commit "${ref}"`, `${fetching}${localInstead(git, ref)}`);
  const base = lineOf(git, ["merge-base", commit, "HEAD"]);
  if (base !== undefined) return base;
  throw new GitError(
    `git finds no common commit of "${ref}" and HEAD`,
    isShallow(git)
      ? "the clone is shallow: git fetch --unshallow, or actions/checkout with fetch-depth: 0"
      : "name the branch that this one was made from",
  );
}

const isShallow = (git: Git): boolean => lineOf(git, ["rev-parse", "--is-shallow-repository"]) === "true";

/**
 * A shallow clone may know no branch but its own, which then passes for the default branch.
 *
 * @throws GitError if nothing could ever be new
 */
function checkOtherBranch(git: Git, ref: string, base: string): void {
  if (base !== commitOf(git, "HEAD") || !isShallow(git)) return;
  const remotes = "refs/remotes/";
  const { stdout } = git.ask(["for-each-ref", "--format=%(refname)", remotes]);
  const others = stdout
    .toString("utf8")
    .split("\n")
    .filter((name) => name !== "" && !name.endsWith("/HEAD") && name !== remotes + ref);
  if (others.length > 0) return;
  const heads = "refs/heads/";
  const own = lineOf(git, ["symbolic-ref", "--quiet", "HEAD"]);
  if (own?.startsWith(heads) === true && own.slice(heads.length) !== ref.replace(/^origin\//, "")) return;
  throw new GitError(
    `"${ref}" is the only branch of this shallow clone, so HEAD would be compared with itself`,
    "clone without --depth, or actions/checkout with fetch-depth: 0, or name the base: --since <branch>",
  );
}

/** A repository without the remote still has the branch: `main` for `origin/main`, or what else it is called. */
function localInstead(git: Git, ref: string): string {
  const branch = /^[^/]+\/(.+)$/.exec(ref)?.[1];
  if (branch === undefined) return "";
  const found = [branch, "main", "master"].find((name) => commitOf(git, `refs/heads/${name}`) !== undefined);
  return found === undefined ? "" : `; or compare with a local branch: --since ${found}`;
}

function defaultBranch(git: Git): string {
  const remotes = "refs/remotes/";
  const head = lineOf(git, ["symbolic-ref", "--quiet", `${remotes}origin/HEAD`]);
  // In full, since git shortens it to another name where a tag has that one.
  if (head?.startsWith(remotes) === true) return head.slice(remotes.length);
  const known = ["origin/main", "origin/master", "main", "master"].find(
    (name) => commitNamed(git, name) !== undefined,
  );
  const found = head ?? known;
  if (found !== undefined) return found;
  throw new GitError("git doesn't know the default branch", "name it: --since <branch>");
}
