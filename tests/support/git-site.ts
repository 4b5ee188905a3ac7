/** Repositories to compare in, made by a real git: each has something new for every comparison. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { run } from "../../src/cli/main.ts";

const everything = mkdtempSync(join(tmpdir(), "ddlint-sites-"));
export const removeSites = (): void => {
  rmSync(everything, { recursive: true, force: true });
};

/** Another test file may have removed them all before. */
function newFolder(prefix: string): string {
  mkdirSync(everything, { recursive: true });
  return mkdtempSync(join(everything, prefix));
}

export interface GitProgram {
  /** `2.39.5` */
  readonly version: string;
  /** A folder for PATH in which this git stands. */
  readonly folder: string | undefined;
}

/** Those that DDLINT_GITS names, an old and a new one; else the git of PATH, which is between them. */
export function gitPrograms(): readonly GitProgram[] {
  const named = (process.env.DDLINT_GITS ?? "").split(":").filter((path) => path !== "");
  return (named.length > 0 ? named : [undefined]).flatMap((path): readonly GitProgram[] => {
    const { status, stdout } = spawnSync(path ?? "git", ["--version"], { encoding: "utf8" });
    if (status !== 0) {
      console.warn(`${path ?? "git"} can't be run: its tests are skipped`);
      return [];
    }
    const version = /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? stdout;
    if (path === undefined) return [{ version, folder: undefined }];
    const folder = newFolder("git-");
    symlinkSync(path, join(folder, "git"));
    return [{ version, folder }];
  });
}

export const pathWith = ({ folder }: GitProgram, path = process.env.PATH ?? ""): string =>
  folder === undefined ? path : `${folder}${delimiter}${path}`;

const identity = { name: "a", email: "a@example.com" };

/** Nothing of the user's. */
export const ownEnvironment: Readonly<Record<string, string>> = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  HOME: everything,
  XDG_CONFIG_HOME: everything,
  GIT_AUTHOR_NAME: identity.name,
  GIT_AUTHOR_EMAIL: identity.email,
  GIT_COMMITTER_NAME: identity.name,
  GIT_COMMITTER_EMAIL: identity.email,
  // A test's `git fetch` that finds a way out still asks nobody.
  GIT_TERMINAL_PROMPT: "0",
};

export class Site {
  readonly folder = newFolder("site-");
  /** Is there once a trap's program has run. */
  readonly marker = join(this.folder, "marker");
  /** Writes the marker, and gives what it gets. */
  readonly trap = join(this.folder, "trap");
  /** Writes the marker, and fails. */
  readonly failing = join(this.folder, "failing");
  readonly shop = join(this.folder, "shop");
  readonly program: GitProgram;

  constructor(program: GitProgram) {
    this.program = program;
    for (const [file, end] of [
      [this.trap, "exec cat"],
      [this.failing, "exit 1"],
    ] as const) {
      writeFileSync(file, `#!/bin/sh\necho "$0 $*" >>'${this.marker}'\n${end}\n`);
      chmodSync(file, 0o755);
    }
  }

  /** Its status and what it says. */
  try(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return spawnSync("git", args, {
      cwd,
      env: { ...process.env, ...ownEnvironment, ...env, PATH: pathWith(this.program) },
      encoding: "utf8",
      input: "protocol=https\nhost=example.invalid\n\n",
      timeout: 20_000,
    });
  }

  git(...args: readonly string[]): string {
    const { status, stdout, stderr } = this.try(this.shop, args);
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  }

  write(path: string, text: string | Buffer, mode = 0o644): void {
    mkdirSync(dirname(join(this.shop, path)), { recursive: true });
    writeFileSync(join(this.shop, path), text);
    chmodSync(join(this.shop, path), mode);
  }

  read = (path: string): Buffer => readFileSync(join(this.shop, path));

  /** Added to a repository's configuration as it stands. */
  configure(text: string | Buffer, repository = ".git"): void {
    const file = `${repository}/config`;
    this.write(
      file,
      Buffer.concat([this.read(file), Buffer.from("\n"), Buffer.from(text), Buffer.from("\n")]),
    );
  }

  /** A loose object is taken out. */
  lose(name: string): string {
    const id = this.git("rev-parse", name);
    rmSync(join(this.shop, ".git/objects", id.slice(0, 2), id.slice(2)));
    return id;
  }

  disarm(): void {
    rmSync(this.marker, { force: true });
  }

  get isSprung(): boolean {
    return existsSync(this.marker);
  }
}

export const create = (table: string): string =>
  `CREATE TABLE ${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);\n`;
export const drop = (table: string): string =>
  `SET lock_timeout = '2s';\nALTER TABLE ${table} DROP COLUMN note;\n`;

const notes = Array.from({ length: 30 }, (_, line) => `${line}: what is worth knowing\n`).join("");

/** `feature` is checked out: with `004` new since `main`, a note moved and edited, `005` in the index only. */
export function begin(site: Site, ...options: readonly string[]): void {
  mkdirSync(site.shop);
  site.git("init", "--quiet", "--initial-branch", "main", ...options);
  site.write(".gitattributes", "# none\n");
  site.write("migrations/001_orders.sql", create("orders"));
  site.write("migrations/002_codes.sql", create("codes"));
  site.write("notes/old.txt", notes);
  site.git("add", "--all");
  site.git("commit", "--quiet", "--message", "Begin");
  site.git("tag", "old-text", "HEAD:notes/old.txt");
  site.git("switch", "--quiet", "--create", "feature");
  site.write("migrations/004_drop_note.sql", drop("orders"));
  site.git("mv", "notes/old.txt", "notes/new.txt");
  site.write("notes/new.txt", `${notes}and more\n`);
  site.git("add", "--all");
  site.git("commit", "--quiet", "--message", "Drop");
  site.write("migrations/005_drop_note.sql", drop("codes"));
  site.git("add", "--all");
}

/** A copy of what `begin` makes, in which git finds every file's times changed. */
export function copyOf(made: Site): Site {
  const site = new Site(made.program);
  cpSync(made.shop, site.shop, { recursive: true, preserveTimestamps: true });
  agesAgo(join(site.shop, "migrations"));
  agesAgo(join(site.shop, "notes"));
  return site;
}

const agesAgo = (folder: string): void => {
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1e9, 1e9);
};

export const comparisons = ["--since main", "--changed", "--staged"] as const;

/** What each must find. */
export const findingsOf: Readonly<Record<(typeof comparisons)[number], readonly string[]>> = {
  "--since main": ["004_drop_note.sql", "005_drop_note.sql"],
  "--changed": ["004_drop_note.sql", "005_drop_note.sql"],
  "--staged": ["005_drop_note.sql"],
};

export interface Found {
  readonly exitCode: number;
  readonly stderr: string;
  /** Names of files whose column is dropped. */
  readonly files: readonly string[];
}

export async function lint(line: string, cwd: string, only = "drop-column"): Promise<Found> {
  const { exitCode, stdout, stderr } = await run(
    [...line.split(" "), "--only", only, "--format", "json"],
    cwd,
  );
  const { findings } = JSON.parse(stdout === "" ? '{"findings":[]}' : stdout) as {
    findings: { file: string }[];
  };
  return { exitCode, stderr, files: findings.map(({ file }) => file.slice(file.lastIndexOf("/") + 1)) };
}
