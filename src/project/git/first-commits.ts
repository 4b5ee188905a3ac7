/** When files were first committed, by git. SECURITY.md lists the calls. */
import { extname, relative, resolve, sep } from "node:path";
import { isWithin, parentOf } from "../files/paths.ts";
import { codeOf } from "../files/system-error.ts";
import { changesIn, commitsTouching, linesTakenOut, type Commit, type CommitChanges } from "./commit-list.ts";
import { lineageOf, type Lineage } from "./lineage.ts";
import { commitsOfLines, type LineCommit } from "./line-commits.ts";
import { GitError, openGit, type Git } from "./run-git.ts";

export type { Commit, LineCommit };

/** Plain data: it is kept from run to run. */
export interface FirstCommits {
  /** The commit that added a file, by path as shown, under whatever name it was; missing: unknown. */
  readonly files: ReadonlyMap<string, Commit>;
  /** Of files that hold several migrations and were changed since: the lines of the last commit. */
  readonly lines: ReadonlyMap<string, readonly LineCommit[]>;
  /** Of a commit that added files: which others of those that hold one migration it changed. */
  readonly edits: ReadonlyMap<string, readonly string[]>;
}

/** Paths are as shown to the user. */
export interface AskedFiles {
  readonly files: readonly string[];
  /** Those of them that hold several migrations. */
  readonly several: ReadonlySet<string>;
}

/** Earlier answers, by all that they depend on. */
export interface Answers {
  readonly read: (question: readonly unknown[]) => FirstCommits | undefined;
  readonly write: (question: readonly unknown[], answer: FirstCommits) => void;
}

/** For one call, and for all of them, in milliseconds. */
const limit = 10_000;
const wholeLimit = 20_000;
/** How often files are followed to where they lay before. */
const mostRounds = 4;
/** So many files move only when a repository is arranged anew. */
const mostMoved = 1000;
const mostFolders = 100;
const mostOfSeveral = 20;
/** A commit that takes more lines out of other files may have moved migrations from one to another. */
const mostTakenOut = 10;

const unknown: FirstCommits = { files: new Map(), lines: new Map(), edits: new Map() };

/** Nothing where git can't be asked, gives no answer in time, or has only a part of the commits. */
export function firstCommits(cwd: string, asked: AskedFiles, answers: Answers): FirstCommits {
  try {
    const git = openGit(cwd, limit);
    const head = headOfWhole(git);
    if (head === undefined) return unknown;
    const question = [git.here, git.root, head, asked.files, [...asked.several]];
    const known = answers.read(question);
    if (known !== undefined) return known;
    const answer = answerTo(git, asked);
    answers.write(question, answer);
    return answer;
  } catch (error) {
    // A folder that isn't there has no repository either.
    if (error instanceof GitError || codeOf(error) !== undefined) return unknown;
    throw error;
  }
}

/** The last commit; undefined: there is none, or those before it aren't all there. */
function headOfWhole(git: Git): string | undefined {
  const { status, stdout } = git.ask(["rev-parse", "--is-shallow-repository", "HEAD"]);
  const [isShallow, head] = stdout.toString("latin1").split("\n");
  return status === 0 && isShallow === "false" ? head : undefined;
}

/** What failed or was too slow would be so at the next run: that is an answer, too. */
function answerTo(git: Git, asked: AskedFiles): FirstCommits {
  try {
    return ask(git, asked);
  } catch (error) {
    if (error instanceof GitError) return unknown;
    throw error;
  }
}

function ask(git: Git, { files, several }: AskedFiles): FirstCommits {
  const until = Date.now() + wholeLimit;
  const paths = files.flatMap((shown) => {
    const path = pathIn(git, shown);
    return path === undefined ? [] : [[path, shown] as const];
  });
  const folders = foldersOf(paths.map(([path]) => path));
  if (folders.length === 0) return unknown;
  const endings = new Set(paths.map(([path]) => extname(path).toLowerCase()));
  const isOne = (path: string): boolean =>
    endings.has(extname(path).toLowerCase()) && folders.some((folder) => isWithin(folder, path));
  const { done, lineage } = follow(git, folders, isOne, until);
  const { births, changed } = lineage;
  const imports = importsIn(git, done, lineage, folders, isOne, several.size > 0);
  const isImport = (id: string): boolean => imports.has(id);
  const first = new Map<string, Commit>();
  const blamed: (readonly [string, string])[] = [];
  for (const [path, shown] of paths) {
    const birth = births.get(path);
    if (several.has(shown) && changed.has(path)) blamed.push([path, shown]);
    else if (birth !== undefined) first.set(shown, isImport(birth.id) ? { ...birth, isImport: true } : birth);
  }
  // A partial clone may lack their texts.
  const wanted = git.isPartial ? [] : blamed.slice(0, mostOfSeveral);
  const shown = new Map(paths.filter(([, name]) => !several.has(name)));
  const adding = new Set([...first.values()].map(({ id }) => id));
  const edits = done
    .filter(({ commit }) => adding.has(commit.id))
    .map(({ commit, modified }) => [commit.id, modified.flatMap((path) => shown.get(path) ?? [])] as const)
    .filter(([, own]) => own.length > 0);
  return { files: first, lines: commitsOfLines(git, wanted, isImport, until), edits: new Map(edits) };
}

/** From the top of the work tree; undefined: it lies outside. */
function pathIn({ here, root }: Git, shown: string): string | undefined {
  const path = relative(root, resolve(here, shown)).replaceAll(sep, "/");
  return isWithin(".", path) && resolve(path) !== path ? path : undefined;
}

/** In which these files lie; where there are many, those around them. */
function foldersOf(paths: readonly string[]): readonly string[] {
  let found = outermost(paths.map(folderOf));
  while (found.length > mostFolders) found = outermost(found.map(folderOf));
  return found;
}

const folderOf = (path: string): string => parentOf(path) ?? ".";

/** Without those that lie in others. */
function outermost(folders: readonly string[]): readonly string[] {
  const all = [...new Set(folders)].sort();
  if (all.includes(".")) return ["."];
  const found: string[] = [];
  for (const folder of all) {
    // What lies in one comes right behind it, but for names like `a-b` between `a` and `a/b`: asked twice is no harm.
    const last = found.at(-1);
    if (last === undefined || !isWithin(last, folder)) found.push(folder);
  }
  return found;
}

/** Asks again for files that came from elsewhere. */
function follow(
  git: Git,
  folders: readonly string[],
  isOne: (path: string) => boolean,
  until: number,
): { readonly done: readonly CommitChanges[]; readonly lineage: Lineage } {
  const before = new Set<string>();
  for (let round = 1; ; round++) {
    const known = [...folders, ...before];
    const done = changesIn(git, commitsTouching(git, known));
    const lineage = lineageOf(done, isOne, before);
    const isDone = lineage.outside.size === 0 || lineage.outside.size + before.size > mostMoved;
    if (isDone || round >= mostRounds || Date.now() > until) return { done, lineage };
    for (const path of lineage.outside) before.add(path);
  }
}

/**
 * Commits that a repository begins with, or that may have moved migrations from one file to another.
 *
 * @param grows a file holds several migrations: also what adds no file may bring some
 */
function importsIn(
  git: Git,
  done: readonly CommitChanges[],
  { deleting }: Lineage,
  folders: readonly string[],
  isOne: (path: string) => boolean,
  grows: boolean,
): ReadonlySet<string> {
  const changing = done.filter(({ added, modified }) => modified.some(isOne) && (grows || added.some(isOne)));
  // A partial clone may lack their texts.
  const taken = git.isPartial
    ? new Map(changing.map(({ commit }) => [commit.id, Infinity]))
    : linesTakenOut(git, changing, folders, isOne);
  return new Set([
    ...done.flatMap(({ commit: { id, isImport } }) => (isImport ? [id] : [])),
    ...deleting,
    ...[...taken].flatMap(([id, lines]) => (lines > mostTakenOut ? [id] : [])),
  ]);
}
