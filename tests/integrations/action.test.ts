/** The GitHub Action: its steps run in a pull request's checkout. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { action, echoing, publishProgram, root, runAction, runInstalled } from "./action.ts";
import type { Registry } from "./registry.ts";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");

const program = mkdtempSync(join(tmpdir(), "ddlint-program-"));
let registry: Registry;
beforeAll(async () => {
  registry = await publishProgram(program, version);
});
afterAll(async () => {
  await registry.stop();
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
const commit = (date = "2024-06-01T12:00Z"): void => {
  git("add", "--all");
  git("commit", "--quiet", "--message", "x", "--date", date);
};
/** Without an install by npm, which is the same in each run. */
const run = (inputs: Readonly<Record<string, string>> = {}, env: NodeJS.ProcessEnv = {}) =>
  runInstalled(workspace, join(folder, "runner's temp"), inputs, env);
/** With the user's npm, as GitHub runs it. */
const runWithNpm = (inputs: Readonly<Record<string, string>> = {}, env: NodeJS.ProcessEnv = {}) =>
  runAction(workspace, join(folder, "runner's temp"), inputs, env);

/** A base branch with a finding of its own, and a branch that adds one. */
const shop = join(program, "shop");
beforeAll(() => {
  workspace = shop;
  mkdirSync(workspace);
  git("init", "--quiet", "--initial-branch", "main");
  write("migrations/001_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n");
  write("migrations/002_old.sql", "ALTER TABLE users DROP COLUMN email;\n");
  commit("2024-01-01T12:00Z");
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  write("migrations/003_new.sql", "CREATE INDEX users_id_idx ON users (id DESC);\n");
  commit();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-action-"));
  workspace = join(folder, "shop");
  mkdirSync(join(folder, "runner's temp"));
  cpSync(shop, workspace, { recursive: true, preserveTimestamps: true });
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
    const { exitCode, log, summary, sarif, called } = runWithNpm({}, pullRequest);
    expect(log).toContain("::error file=migrations/003_new.sql,line=1,");
    expect(log).not.toContain("002_old.sql");
    expect(summary).toContain("### ddlint: ");
    expect(summary).toContain("index-without-concurrently");
    expect(sarif).toBeUndefined();
    expect(log).not.toContain("upload-sarif");
    expect(called?.[0]).toBe("check");
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
    const message = `git can't find the commit "origin/main"; in a shallow clone fetch it first: git fetch origin main`;
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

describe("which ddlint", () => {
  it("is the action's own", async () => {
    await registry.asked();
    const { called } = runWithNpm();
    expect(called?.[0]).toBe("check");
    expect(await registry.asked()).toEqual(["/ddlint", `/ddlint/-/ddlint-${version}.tgz`]);
    // Its scripts aren't run.
    expect(existsSync(join(program, "pwned"))).toBe(false);
  });

  it("may be another version, or a tag", () => {
    expect(runWithNpm({ version: echoing }).log).toContain("<check>");
    expect(runWithNpm({ version: "latest" }).log).toContain("::error file=");
  });

  it.each([
    "",
    "file:./evil",
    "file:evil",
    "./evil",
    "../evil",
    "/evil",
    "~/evil",
    "evil/evil",
    "evil.tgz",
    "1.0.0-evil.tgz",
    "1.tar.gz",
    "git+https://example.com/evil.git",
    "https://example.com/evil.tgz",
    "npm:evil@1.0.0",
    "github:evil",
    "workspace:*",
    "1.0.0 --registry=http://localhost",
    "1.0.0\n::error::x",
    "-g",
    "*",
  ])("is none of %j", (text) => {
    const { exitCode, log, called } = runWithNpm({ version: text });
    expect(log).toMatch(
      /^::error title=ddlint::version: "[^\n]*" is neither a version, as 0\.1\.0, nor a tag/,
    );
    expect(log.split("\n")).toHaveLength(2);
    expect(exitCode).toBe(2);
    expect(called).toBeUndefined();
  });

  it("is said to be missing where npm has none such", () => {
    const { exitCode, log, called } = runWithNpm({ version: "3.2.1" });
    expect(log.match(/^::error .*$/gm)).toEqual([
      "::error title=ddlint::version: npm can't install ddlint@3.2.1, see the log",
    ]);
    expect(log).toMatch(/^::stop-commands::([0-9a-f]{48})\n[^]*ETARGET[^]*\n::\1::\n/);
    expect(exitCode).toBe(2);
    expect(called).toBeUndefined();
  });

  it("comes from the registry that the user's own settings name, as actions/setup-node writes them", async () => {
    const settings = join(folder, "setup-node.npmrc");
    writeFileSync(settings, `registry=${registry.url}\n`);
    for (const env of [
      { NPM_CONFIG_USERCONFIG: settings },
      { npm_config_userconfig: settings },
      { HOME: join(folder, "home") },
    ]) {
      mkdirSync(join(folder, "home"), { recursive: true });
      writeFileSync(join(folder, "home/.npmrc"), `registry=${registry.url}\n`);
      await registry.asked();
      expect(runWithNpm({}, { NPM_CONFIG_REGISTRY: undefined, ...env }).called?.[0]).toBe("check");
      expect(await registry.asked()).toContain("/ddlint");
    }
  });
});

describe("a hostile checkout", () => {
  /** Leaves a mark wherever it is run. */
  const evil = (): string => `touch '${join(folder, "pwned")}'`;
  const script = (path: string): void => {
    write(path, `#!/bin/sh\n${evil()}\n`);
    chmodSync(join(workspace, path), 0o755);
  };
  const settings = (): string =>
    [
      "registry=http://127.0.0.1:9/",
      `script-shell=${join(workspace, "evil.sh")}`,
      `node-options=--require ${join(workspace, "evil.cjs")}`,
      `prefix=${join(workspace, "prefix")}`,
      `git=${join(workspace, "evil.sh")}`,
      `shell=${join(workspace, "evil.sh")}`,
      `cache=${join(workspace, "cache")}`,
      "ignore-scripts=false",
      "global=true",
      "dry-run=true",
      "workspaces=true",
      "",
    ].join("\n");
  /** All that a pull request can bring along, in its root and in a folder. */
  const arm = (): void => {
    for (const at of ["", "packages/db/"]) {
      for (const name of ["ddlint", "npm", "npx", "node", "git"]) script(`${at}node_modules/.bin/${name}`);
      write(
        `${at}node_modules/ddlint/bin/ddlint.cjs`,
        `require("child_process").execSync(${JSON.stringify(evil())})`,
      );
      write(`${at}node_modules/ddlint/package.json`, '{ "name": "ddlint", "version": "0.1.0" }');
      write(`${at}.npmrc`, settings());
      write(`${at}no-npmrc`, settings());
      const overrides = { ddlint: "file:./evil" };
      const scripts = { preinstall: evil(), install: evil(), postinstall: evil(), prepare: evil() };
      const workspaces = at === "" ? ["evil", "packages/*"] : undefined;
      write(
        `${at}package.json`,
        JSON.stringify({ name: "shop", overrides, dependencies: overrides, scripts, workspaces }),
      );
      write(`${at}evil/package.json`, JSON.stringify({ name: "ddlint", version, scripts, bin: "x.cjs" }));
      write(`${at}evil/x.cjs`, `require("child_process").execSync(${JSON.stringify(evil())})`);
    }
    script("evil.sh");
    write("evil.cjs", `require("child_process").execSync(${JSON.stringify(evil())})`);
    mkdirSync(join(workspace, "packages/db/migrations"), { recursive: true });
    write("packages/db/migrations/001_a.sql", "CREATE INDEX users_id_idx ON users (id DESC);\n");
  };

  const path = process.env.PATH ?? "";
  it.each([
    ["as it is", () => ({})],
    ["with its programs on the path", () => ({ PATH: `${join(workspace, "node_modules/.bin")}:${path}` })],
    ["with its programs on the path, by a relative name", () => ({ PATH: `node_modules/.bin:.:${path}` })],
    [
      "with its programs on the path, by a link",
      () => {
        symlinkSync(workspace, join(folder, "link"));
        return { PATH: `${join(folder, "link/node_modules/.bin")}::${path}` };
      },
    ],
    ["with its settings as the user's", () => ({ NPM_CONFIG_USERCONFIG: join(workspace, ".npmrc") })],
    ["with its settings as the user's, by a relative name", () => ({ npm_config_userconfig: ".npmrc" })],
    ["as the home of its user", () => ({ HOME: workspace })],
    ["with a search path for folders", () => ({ CDPATH: workspace })],
  ])("has no say in what is run, %s", async (how, env) => {
    arm();
    for (const where of how === "as it is" ? [".", "packages/db"] : ["packages/db"]) {
      await registry.asked();
      const { called, log } = runWithNpm({ "working-directory": where, since: "" }, env());
      rmSync(join(folder, "link"), { force: true });
      expect(log).toContain("title=ddlint index-without-concurrently");
      expect(called?.[0]).toBe("check");
      expect(await registry.asked()).toContain("/ddlint");
      expect(existsSync(join(folder, "pwned"))).toBe(false);
    }
    expect(existsSync(join(workspace, "cache"))).toBe(false);
    expect(existsSync(join(workspace, "prefix"))).toBe(false);
  });

  it("lies below folders that are as hostile", () => {
    writeFileSync(join(folder, ".npmrc"), settings());
    writeFileSync(join(folder, "runner's temp/.npmrc"), settings());
    writeFileSync(join(folder, "runner's temp/package.json"), '{ "workspaces": ["ddlint.*/*"] }');
    mkdirSync(join(folder, "runner's temp/node_modules/ddlint"), { recursive: true });
    writeFileSync(join(folder, "runner's temp/node_modules/ddlint/package.json"), "{}");
    mkdirSync(join(folder, "home"));
    expect(runWithNpm({}, { HOME: join(folder, "home") }).called?.[0]).toBe("check");
  });

  it("has no say by variables that npm takes for settings", () => {
    const { called } = runWithNpm(
      {},
      {
        npm_config_global: "true",
        npm_config_prefix: join(folder, "elsewhere"),
        NPM_CONFIG_DRY_RUN: "true",
        npm_config_ignore_scripts: "false",
        npm_config_workspace: "evil",
        npm_config_omit: "prod",
      },
    );
    expect(called?.[0]).toBe("check");
    expect(existsSync(join(folder, "elsewhere"))).toBe(false);
  });
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
    const { log, called, exitCode } = run({ paths: `\n${hostile.join("\n")}\n\nmigrations` });
    expect(called?.slice(-1 - hostile.length - 1)).toEqual(["--", ...hostile, "migrations"]);
    expect(log.match(/title=ddlint index-without-concurrently/g)).toHaveLength(hostile.length + 1);
    expect(exitCode).toBe(1);
    expectUnharmed();
  });

  it.each(Object.keys(action.inputs))("%s is no text of the shell", (input) => {
    const value = hostile.join(" ");
    const { exitCode, log } = run({ version: echoing, [input]: value });
    expect(exitCode).toBe(["working-directory", "version"].includes(input) ? 2 : 0);
    if (!["version", "summary", "sarif"].includes(input)) expect(log).toContain(value);
    expectUnharmed();
  });

  it.each(hostile)("a base branch or folder called %s isn't run", (name) => {
    mkdirSync(join(workspace, name));
    const { log } = run({ version: echoing, "working-directory": name }, { GITHUB_BASE_REF: name });
    expect(log).toContain(`<--since=origin/${name}>`);
    expectUnharmed();
  });

  it("files can't speak to the runner", () => {
    write("ddlint.jsonc", `{ "rules": { "\\n::set-output name=x::y": "error" } }`);
    const { log } = run();
    const [, token = ""] = /^::stop-commands::(\S+)$/m.exec(log) ?? [];
    const said = log.slice(log.indexOf(token), log.lastIndexOf(`::${token}::`));
    expect(said).toContain("set-output");
    expect(log.match(/^::(?!stop-commands|[0-9a-f]{48}::|error )/gm)).toBeNull();
  });

  it.each(["text", "unix", "agent"])("what %s says of files can't speak to the runner either", (format) => {
    const folders = ["::error::x", "##[error]x", "x\n::set-output name=x::y"];
    for (const name of folders) {
      write(`${name}/migrations/001_a.sql`, "CREATE TABLE a (id bigint PRIMARY KEY);\n");
      write(`${name}/migrations/002_b.sql`, "CREATE INDEX a_id_idx ON a (id DESC);\n");
    }
    const { log } = run({ format });
    const [, token = ""] = /^::stop-commands::([0-9a-f]{48})$/m.exec(log) ?? [];
    const lines = log.split("\n");
    expect(lines[0]).toBe(`::stop-commands::${token}`);
    expect(lines.filter((line) => line.includes(token))).toHaveLength(2);
    expect(lines.slice(lines.indexOf(`::${token}::`) + 1)).toEqual([""]);
    expect(log).toContain("index-without-concurrently");
  });

  it("a folder can't speak to the runner, there or not", () => {
    for (const name of ["::error::x", "x\n::error::x", "-", "-P", "%0A::error::x"]) {
      const missing = run({ "working-directory": name });
      expect(missing.log).toMatch(/^::error title=ddlint::working-directory: there is no folder "[^\n]*"\n$/);
      mkdirSync(join(workspace, name));
      expect(run({ version: echoing, "working-directory": name }).log).toMatch(/^<check>/);
    }
  });

  it("has another token each time", () => {
    const tokens = [1, 2].map(() => /^::stop-commands::(.*)$/m.exec(run({ version: echoing }).log)?.[1]);
    expect(new Set(tokens).size).toBe(2);
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
