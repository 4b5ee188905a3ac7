/**
 * How git is called: so that it runs no program that a repository's configuration names, connects nowhere, writes
 * nothing, and ends. This is the only place that starts it, with commands that were written for scripts: those for
 * people (`git diff`, `git status`) also write the index, and run a hook when they have.
 */
import { spawnSync } from "node:child_process";
import { lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { findProgram, isSearchPath, searchedFolders } from "../files/find-program.ts";

/** Git is missing, or can't answer: what it said, and what to do. */
export class GitError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** @internal */
export interface Answer {
  /** null: a signal ended it. */
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** @internal */
export interface Git {
  /** The real working directory, in which git runs. */
  readonly here: string;
  /** The top of the work tree. */
  readonly root: string;
  /** A clone that lacks objects, to be fetched when they are needed. */
  readonly isPartial: boolean;
  /** @throws GitError if git can't be run, or doesn't end in time; not if it fails */
  readonly ask: (args: readonly string[], input?: string) => Answer;
}

/** For one call, in milliseconds; the longest of ours reads what the work tree's files are like. */
export const timeLimit = 60_000;

const largest = 1 << 30;

const switches = [
  // A bare repository is used only if GIT_DIR names it: a folder of a pull request can be one, and so its configuration
  // be the author's. From git 2.38; for older ones `requireOwnRepository` asks the same.
  "-c",
  "safe.bareRepository=explicit",
  // A program that git would ask which files have changed: where that is a path, "false" would be one too.
  "-c",
  "core.fsmonitor=",
  // Nothing that we ask has a hook; should a git come that thinks otherwise, it finds none.
  "-c",
  `core.hooksPath=${devNull}`,
  // A git that knows no GIT_NO_LAZY_FETCH (2.30) starts `git fetch` for an object that a partial clone lacks. It reads
  // this first, and gives up at once: before it opens a connection, a bundle, or asks what `remote.*` names.
  "-c",
  "fetch.prune=never-fetch",
  "--no-pager",
];

const environment = {
  // An object that a partial clone lacks isn't fetched: from git 2.44, and in repaired older ones.
  GIT_NO_LAZY_FETCH: "1",
  // No transport, whatever `protocol.*` allows: only one of this name, which there isn't.
  GIT_ALLOW_PROTOCOL: "none",
  // Nobody is asked for a password.
  GIT_TERMINAL_PROMPT: "0",
  // Nothing is locked or written on the way.
  GIT_OPTIONAL_LOCKS: "0",
  // Windows: git looks for its programs in the current folder last, or not at all.
  NoDefaultCurrentDirectoryInExePath: "1",
  // `--config-env` takes its values from variables only.
  DDLINT_EMPTY: "",
};

/** Variables that name a program, that give the path `:/` another meaning, or `git config` alone another file. */
const dropped = new Set([
  "GIT_EXTERNAL_DIFF",
  "GIT_SSH",
  "GIT_SSH_COMMAND",
  "GIT_PROXY_COMMAND",
  "GIT_ASKPASS",
  "SSH_ASKPASS",
  "GIT_EDITOR",
  "GIT_SEQUENCE_EDITOR",
  "GIT_PAGER",
  "GIT_CONFIG",
  "GIT_LITERAL_PATHSPECS",
  "GIT_GLOB_PATHSPECS",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_ICASE_PATHSPECS",
]);

const partialSetting = /^(?:remote\.[^]*\.promisor|extensions\.partialclone)$/;
const withoutIt = "leave out --since, --changed and --staged";

/**
 * @throws GitError if there is no repository here, or none that may be asked
 * @internal
 */
export function openGit(cwd: string, limit = timeLimit): Git {
  const here = realpathSync(cwd);
  const plain = caller(here, limit);
  requireOwnRepository(here, outputLine(plain(["rev-parse", "--absolute-git-dir"])));
  const root = outputLine(plain(["rev-parse", "--show-toplevel"]));
  const settings = readSettings(plain, "utf8");
  const isPartial = [...settings.keys()].some((key) => partialSetting.test(key));
  const ask = caller(here, limit, filtersOff(settings));
  if ([...settings.keys()].some(runsFilter)) requireNoFilter(ask);
  return { here, root, isPartial, ask };
}

function caller(here: string, limit: number, more: readonly string[] = []): Git["ask"] {
  const program = findProgram("git");
  if (program === undefined) {
    throw new GitError("git can't be run: it isn't in any folder of PATH", `install git, or ${withoutIt}`);
  }
  const env = childEnvironment();
  return (args, input) => {
    const command = `git ${args[0] ?? ""}`;
    const { error, status, stdout, stderr } = spawnSync(program, [...switches, ...more, ...args], {
      cwd: here,
      env,
      input: input ?? "",
      maxBuffer: largest,
      timeout: limit,
      killSignal: "SIGKILL",
      windowsHide: true,
    });
    // Git may end before it has read everything: its status says what became of it.
    if (error !== undefined && !hasCode(error, "EPIPE")) throw notRun(command, error, limit);
    return { status, stdout, stderr: stderr.toString("utf8") };
  };
}

const hasCode = (error: Error, code: string): boolean => "code" in error && error.code === code;

function notRun(command: string, error: Error, limit: number): GitError {
  if (hasCode(error, "ETIMEDOUT")) {
    return new GitError(
      `${command} gave no answer within ${limit / 1000} seconds`,
      `try it again, as git may be quicker then, or ${withoutIt}`,
    );
  }
  if (hasCode(error, "ENOBUFS"))
    return new GitError(
      `${command} answered with more than 1 GB`,
      `add fewer files at once, or ${withoutIt}`,
    );
  return new GitError(`git can't be run: ${error.message}`, `install git, or ${withoutIt}`);
}

/** The user's own, as a hook gets it: GIT_DIR, GIT_INDEX_FILE and the like stay. */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env)
    .filter(([name]) => !dropped.has(name.toUpperCase()))
    // Git finds its own programs by it.
    .map(([name, value]) => [name, isSearchPath(name) ? searchedFolders().join(delimiter) : value] as const);
  return { ...Object.fromEntries(kept), ...environment };
}

const firstLine = (said: string): string => said.split("\n")[0]?.replace(/^fatal: /, "") ?? "";

/** A path, which may hold line breaks. */
function outputLine({ status, stdout, stderr }: Answer): string {
  const line = stdout.toString("utf8").replace(/\r?\n$/, "");
  if (status === 0 && line !== "") return line;
  // In whatever language git speaks, it names the setting.
  if (stderr.includes("safe.bareRepository")) throw bareRepository();
  throw new GitError(`git: ${firstLine(stderr)}`, `run it in a repository, or ${withoutIt}`);
}

const bareRepository = (): GitError =>
  new GitError(
    "git found a bare repository in this folder or a parent folder; it may come from a pull request",
    "run ddlint outside of it, or set GIT_DIR if that repository is yours",
  );

/**
 * The repository that git uses must be that of the nearest `.git`, which no commit can contain. Where its work tree is
 * doesn't matter: `core.worktree` of a bare one could name any.
 */
function requireOwnRepository(here: string, gitDir: string): void {
  if (process.env.GIT_DIR !== undefined) return;
  const own = nearestGitDir(here);
  if (own === undefined || own !== realpathSync.native(gitDir)) throw bareRepository();
}

function nearestGitDir(folder: string): string | undefined {
  const parent = dirname(folder);
  return gitDirAt(join(folder, ".git")) ?? (parent === folder ? undefined : nearestGitDir(parent));
}

/** A folder, or the file of a linked work tree or a submodule, which names one. */
function gitDirAt(entry: string): string | undefined {
  try {
    if (statSync(entry).isDirectory()) {
      lstatSync(join(entry, "HEAD"));
      return realpathSync.native(entry);
    }
    const [, named] = /^gitdir: ([^]*?)[\r\n]*$/.exec(readFileSync(entry, "utf8")) ?? [];
    return named && realpathSync.native(resolve(dirname(entry), named));
  } catch {
    return undefined; // git takes no notice of it either
  }
}

/**
 * Everything that is set, by its key, for all of git's configuration. Not by a pattern: of `--get-regexp` none matches a
 * name in another encoding.
 */
function readSettings(ask: Git["ask"], encoding: "utf8" | "latin1"): ReadonlyMap<string, string> {
  const { status, stdout, stderr } = ask(["config", "-z", "--list"]);
  if (status !== 0) throw new GitError(`git config failed: ${firstLine(stderr)}`, cantSwitchOff);
  const entries = stdout.toString(encoding).split("\0").slice(0, -1);
  return new Map(
    entries.map((entry) => {
      // A key, a line break and its value; the last value counts.
      const [key = "", ...value] = entry.split("\n");
      return [key, value.join("\n")];
    }),
  );
}

const cantSwitchOff =
  'name each filter of its configuration with plain letters and no "=", or use a newer git';

const runsFilter = (key: string): boolean => /^filter\.[^]*\.(?:clean|smudge|process|required)$/.test(key);

/**
 * Filters are run on files whose time doesn't say whether they have changed. Git has no switch against all, but takes an
 * empty word for no command (and for `required`, for no).
 */
const filtersOff = (settings: ReadonlyMap<string, string>): readonly string[] =>
  [...settings.keys()]
    .filter(runsFilter)
    // `-c` ends the key at the first "=". The other option is of git 2.31.
    .flatMap((key) => (key.includes("=") ? [`--config-env=${key}=DDLINT_EMPTY`] : ["-c", `${key}=`]));

/** Asks again, with the switches: of a name in another encoding they say nothing. */
function requireNoFilter(ask: Git["ask"]): void {
  // Byte for byte, so that a name isn't taken for one that was switched off.
  const settings = readSettings(ask, "latin1");
  const still = [...settings].find(([key, value]) => runsFilter(key) && value !== "")?.[0];
  if (still === undefined) return;
  throw new GitError(
    `git can't switch off ${JSON.stringify(still)} of its configuration, which could run a program`,
    cantSwitchOff,
  );
}
