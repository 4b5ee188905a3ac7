/** Which commit each line of a file came with. */
import { relative, resolve } from "node:path";
import { answerOf, type Commit } from "./commit-list.ts";
import { GitError, type Git } from "./run-git.ts";

/** Of the file as the last commit has it. Plain data: it is kept from run to run. */
export interface LineCommit {
  readonly text: string;
  readonly commit: Commit;
}

/**
 * By path as shown. A file is missing where git can't say it, or had no time left.
 *
 * @param paths path from the top of the work tree → path as shown
 * @param until in milliseconds since 1970
 * @internal
 */
export function commitsOfLines(
  git: Git,
  paths: readonly (readonly [path: string, shown: string])[],
  isImport: (id: string) => boolean,
  until: number,
): ReadonlyMap<string, readonly LineCommit[]> {
  const found = new Map<string, readonly LineCommit[]>();
  for (const [path, shown] of paths) {
    if (Date.now() > until) break;
    try {
      found.set(shown, linesOf(git, path, isImport));
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
    }
  }
  return found;
}

/** What only moves to the side isn't changed; no program of an attribute is asked for another text. */
const args = ["blame", "--porcelain", "--encoding=UTF-8", "-w", "--no-textconv", "HEAD", "--"];

/** A line with the commit, at its first one what is known of it, and behind a tab the text. */
function linesOf(git: Git, path: string, isImport: (id: string) => boolean): readonly LineCommit[] {
  // It takes a path from the working directory, whatever its letters mean elsewhere.
  const own = relative(git.here, resolve(git.root, path));
  const said = answerOf(git, [...args, own]).toString("utf8");
  const commits = new Map<string, Commit>();
  const lines: LineCommit[] = [];
  let id = "";
  let [at, isRoot] = [0, false];
  for (const line of said.split("\n")) {
    if (line.startsWith("\t")) {
      const commit = commits.get(id) ?? { id, at, isImport: isRoot || isImport(id), isRoot };
      commits.set(id, commit);
      lines.push({ text: line.slice(1).trim(), commit });
      id = "";
    } else if (id === "") {
      id = line.slice(0, Math.max(0, line.indexOf(" ")));
      isRoot = false;
    } else if (line.startsWith("author-time ")) at = Number(line.slice("author-time ".length)) * 1000;
    else if (line === "boundary") isRoot = true;
  }
  return lines;
}
