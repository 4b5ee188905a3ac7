/** What has changed since a commit, by git. */
import { UserError } from "../config/user-error.ts";
import type { Upstream } from "../project/git/changes.ts";
import type { Compared, Comparison } from "../project/git/git.ts";
import { nodeFileSystem, UnreadableError, type Reach } from "../project/files/file-system.ts";
import type { FileSystem } from "../project/migration.ts";
import { remembered } from "../project/files/remembered.ts";

/**
 * Asks git what has changed; `changes` and `fs` go to `lintProject`.
 *
 * @throws UserError if git is missing or can't answer
 */
export async function compareWithGit(
  cwd: string,
  comparison: Comparison,
  reach: Reach = {},
): Promise<Compared> {
  // Loaded here, so that a run without it doesn't pay for child processes.
  const { compare, GitError } = await import("../project/git/git.ts");
  const asked = <T>(question: () => T, mistake: (error: UserError) => Error): T => {
    try {
      return question();
    } catch (error) {
      throw error instanceof GitError ? mistake(new UserError(error.message, { hint: error.hint })) : error;
    }
  };
  // A text is got when it is read, amid the linting: there only files that can't be read end a run.
  const asking = (files: FileSystem): FileSystem => ({
    ...files,
    read: (path) =>
      asked(
        () => files.read(path),
        (error) => new UnreadableError(error.line()),
      ),
  });
  const { fs, changes } = asked(
    () => compare(cwd, remembered(nodeFileSystem(cwd, reach)), comparison),
    (error) => error,
  );
  const upstream = (folders: readonly string[]): Upstream | undefined => {
    const found = asked(
      () => changes.upstream?.(folders),
      (error) => new UnreadableError(error.line()),
    );
    if (found === undefined) return undefined;
    const { fork, tip, merged } = found;
    return { ...found, fork: asking(fork), tip: asking(tip), merged: asking(merged) };
  };
  return { fs: asking(fs), changes: { ...changes, base: asking(changes.base), upstream } };
}

/** The files of git's last commit, by path; empty if there is no repository that git may be asked about. */
export async function committedFiles(cwd: string): Promise<ReadonlySet<string>> {
  const git = await import("../project/git/git.ts");
  try {
    return git.committedFiles(cwd);
  } catch (error) {
    if (error instanceof git.GitError) return new Set();
    throw error;
  }
}
