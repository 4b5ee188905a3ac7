/** The GitHub Action: its steps run in a pull request's checkout. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { action, buildProgram, installProgram, root, runAction } from "./action.ts";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");

const program = mkdtempSync(join(tmpdir(), "ddlint-program-"));
beforeAll(async () => {
  await buildProgram(program);
});
afterAll(() => {
  rmSync(program, { recursive: true });
});

let folder = "";
let workspace = "";

const git = (...args: readonly string[]): void => {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: workspace, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
};
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), text);
};
const commit = (): void => {
  git("add", "--all");
  git("commit", "--quiet", "--message", "x");
};
const run = (inputs: Readonly<Record<string, string>> = {}, env: NodeJS.ProcessEnv = {}) =>
  runAction(workspace, join(folder, "runner's temp"), inputs, env);

/** A base branch with a finding of its own, and a branch that adds one. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-action-"));
  workspace = join(folder, "shop");
  mkdirSync(join(folder, "runner's temp"));
  mkdirSync(workspace);
  git("init", "--quiet", "--initial-branch", "main");
  write("migrations/001_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n");
  write("migrations/002_old.sql", "ALTER TABLE users DROP COLUMN email;\n");
  commit();
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  write("migrations/003_new.sql", "CREATE INDEX users_id_idx ON users (id DESC);\n");
  commit();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("action.yml", () => {
  it("takes the version that it was released with", () => {
    expect(action.inputs.version?.default).toBe(version);
  });

  it("hands values to its steps as variables only", () => {
    for (const { run: script, shell } of action.runs.steps.filter((step) => step.run !== undefined)) {
      expect(script).not.toContain("${{");
      expect(shell).toBe("bash");
    }
    const used = action.runs.steps.flatMap((step) => Object.values(step.env ?? {}));
    const inputs = used.flatMap((text) => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text)?.[1] ?? []);
    expect(inputs.sort()).toEqual(Object.keys(action.inputs).sort());
  });
});

describe("a pull request", () => {
  const pullRequest = { GITHUB_BASE_REF: "main" };

  it("is annotated and summed up, and fails", () => {
    const { exitCode, log, summary, sarif, npx } = run({}, pullRequest);
    expect(log).toContain("::error file=migrations/003_new.sql,line=1,");
    expect(log).not.toContain("002_old.sql");
    expect(summary).toContain("### ddlint: ");
    expect(summary).toContain("index-without-concurrently");
    expect(sarif).toBeUndefined();
    expect(log).not.toContain("upload-sarif");
    expect(npx?.slice(0, 3)).toEqual(["--yes", `ddlint@${version}`, "check"]);
    expect(exitCode).toBe(1);
  });

  it("fails at what fail-on says", () => {
    expect(run({ "fail-on": "never" }, pullRequest).exitCode).toBe(0);
    git("rm", "--quiet", "migrations/003_new.sql");
    write("migrations/003_new.sql", "CREATE TABLE notes (id bigint);\n");
    commit();
    expect(run({}, pullRequest).exitCode).toBe(0);
    expect(run({ "fail-on": "warning" }, pullRequest).exitCode).toBe(1);
  });

  it("uploads what was found before it fails", () => {
    const { exitCode, log, sarif } = run({ sarif: "true" }, pullRequest);
    expect(log).toContain("uses github/codeql-action/upload-sarif@");
    expect(JSON.parse(sarif ?? "")).toMatchObject({ version: "2.1.0", runs: [{ results: [{}] }] });
    expect(exitCode).toBe(1);
  });

  it("may be linted whole, or since another commit", () => {
    expect(run({ since: "" }, pullRequest).log).toContain("002_old.sql");
    expect(run({ since: "HEAD" }, pullRequest)).toMatchObject({
      exitCode: 0,
      log: expect.anything() as string,
    });
  });

  it("says what it needs where the history is shallow", () => {
    const clone = join(folder, "shallow");
    git("clone", "--quiet", "--depth", "1", `file://${workspace}`, clone);
    git("-C", clone, "update-ref", "-d", "refs/remotes/origin/main");
    git("-C", clone, "update-ref", "-d", "refs/remotes/origin/HEAD");
    workspace = clone;
    const { exitCode, log } = run({}, pullRequest);
    const message =
      'git knows no commit "origin/main"; in a shallow clone fetch it first: git fetch origin main';
    expect(log).toContain(`::error title=ddlint::${message}, or actions/checkout with fetch-depth: 0`);
    expect(exitCode).toBe(2);
  });
});

it("lints everything on a push", () => {
  const { log, exitCode } = run();
  expect(log).toContain("002_old.sql");
  expect(log).toContain("003_new.sql");
  expect(exitCode).toBe(1);
});

it("lints in a folder, with a configuration and arguments, and names files from the checkout's root", () => {
  write("billing/ddlint other.jsonc", '{ "rules": { "index-without-concurrently": "warning" } }');
  write("billing/migrations/001_a.sql", "CREATE TABLE a (id bigint PRIMARY KEY);\n");
  write("billing/migrations/002_b.sql", "CREATE INDEX a_id_idx ON a (id DESC);\n");
  const inputs = { "working-directory": "billing", config: "ddlint other.jsonc" };
  const { log, exitCode } = run({ ...inputs, args: "--skip\nlock-without-timeout" });
  expect(log).toContain("::warning file=billing/migrations/002_b.sql");
  expect(log).not.toContain("lock-without-timeout");
  expect(exitCode).toBe(0);
  expect(run({ "working-directory": "nowhere" })).toMatchObject({
    exitCode: 2,
    log: expect.stringContaining(
      '::error title=ddlint::working-directory: there is no folder "nowhere"',
    ) as string,
  });
});

it("prefers the ddlint that the project has installed, also above the folder", () => {
  mkdirSync(join(workspace, "node_modules/.bin"), { recursive: true });
  installProgram(join(workspace, "node_modules/.bin/ddlint"), "echo the project\\'s own");
  mkdirSync(join(workspace, "packages/db"), { recursive: true });
  const { log, npx } = run({ "working-directory": "packages/db" });
  expect(log).toContain("the project's own");
  expect(npx).toBeUndefined();
});

it("says so where Node is missing", () => {
  const bin = join(folder, "bare");
  mkdirSync(bin);
  for (const name of ["bash", "mktemp", "dirname", "tail", "cat"])
    spawnSync("ln", ["-s", spawnSync("which", [name], { encoding: "utf8" }).stdout.trim(), join(bin, name)]);
  const { log, exitCode } = run({}, { PATH: bin });
  expect(log).toContain(
    "::error title=ddlint::Node isn't installed here: put actions/setup-node before ddlint",
  );
  expect(exitCode).toBe(2);
});

describe("hostile values", () => {
  const hostile = [
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "a b $HOME",
    "--output=pwned",
    "init",
  ];

  it("folders may be called so", () => {
    for (const name of hostile) {
      write(`${name}/migrations/001_a.sql`, "CREATE TABLE a (id bigint PRIMARY KEY);\n");
      write(`${name}/migrations/002_b.sql`, "CREATE INDEX a_id_idx ON a (id DESC);\n");
    }
    const { log, npx, exitCode } = run({ paths: `\n${hostile.join("\n")}\n\nmigrations` });
    expect(npx?.slice(-1 - hostile.length - 1)).toEqual(["--", ...hostile, "migrations"]);
    expect(log.match(/title=ddlint index-without-concurrently/g)).toHaveLength(hostile.length + 1);
    expect(exitCode).toBe(1);
    expectUnharmed();
  });

  /** A ddlint that only says what it was called with. */
  const stub = (): void => {
    mkdirSync(join(workspace, "node_modules/.bin"), { recursive: true });
    const path = join(workspace, "node_modules/.bin/ddlint");
    writeFileSync(path, "#!/bin/sh\nprintf '<%s>' \"$@\"\n", { mode: 0o755 });
  };

  it.each(Object.keys(action.inputs))("%s is no text of the shell", (input) => {
    stub();
    const value = hostile.join(" ");
    const { exitCode, log } = run({ [input]: value });
    expect(exitCode).toBe(input === "working-directory" ? 2 : 0);
    if (!["version", "summary", "sarif"].includes(input)) expect(log).toContain(value);
    expectUnharmed();
  });

  it.each(hostile)("a base branch or folder called %s isn't run", (name) => {
    stub();
    mkdirSync(join(workspace, name));
    const { log } = run({ "working-directory": name }, { GITHUB_BASE_REF: name });
    expect(log).toContain(`<--since=origin/${name}>`);
    expectUnharmed();
  });

  it("files can't speak to the runner", () => {
    write("ddlint.jsonc", `{ "rules": { "\\n::set-output name=x::y": "error" } }`);
    const { log } = run();
    const [, token = ""] = /^::stop-commands::(\S+)$/m.exec(log) ?? [];
    const said = log.slice(log.indexOf(token), log.lastIndexOf(`::${token}::`));
    expect(said).toContain("set-output");
    expect(log.match(/^::(?!stop-commands|ddlint-\d+::|error )/gm)).toBeNull();
  });

  function expectUnharmed(): void {
    const made = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(made.filter((path) => /(?:^|\/)pwned$/.test(path))).toEqual([]);
    // What "init" would have written.
    expect(existsSync(join(workspace, "ddlint.jsonc"))).toBe(false);
  }
});

it("writes its summary after what other commands of the step wrote there", () => {
  const summary = join(folder, "before.md");
  writeFileSync(summary, "# Build\n");
  run({}, { GITHUB_STEP_SUMMARY: summary });
  expect(readFileSync(summary, "utf8")).toMatch(/^# Build\n### ddlint: /);
  run({ summary: "false" }, { GITHUB_STEP_SUMMARY: summary });
  expect(readFileSync(summary, "utf8").match(/### ddlint/g)).toHaveLength(1);
});
