/** Names of others do nothing on standard output and standard error, whichever command prints them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "jsonc-parser";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../src/cli/check.ts";
import { run } from "../../src/cli/main.ts";
import { hostileFiles, hostileNames } from "../report/hostile.ts";
import { commandsIn, dangerous } from "../support/runner.ts";

const folder = mkdtempSync(join(tmpdir(), "ddlint-hostile-"));
const [broken, command] = hostileNames;
const key = "a\u001b[31m\n::error::x";

const configs = {
  key: { [key]: 1 },
  rule: { rules: { [key]: "off" } },
  level: { rules: { "drop-table": key } },
  option: { rules: { "drop-table": ["error", { [key]: 1 }] } },
  preset: { presets: [key] },
  startAfter: { startAfter: key },
  folders: { migrations: { [broken]: { startAfter: "##[error]x" } } },
  schema: { schema: key },
  stats: { stats: key },
  baseline: { baseline: key },
  tables: { tables: { [key]: "small", x: key } },
};

/** Other patches than GNU's know no quoted names. */
const tools = (
  [
    ["git", "apply", "-"],
    ["patch", "-p1", "--batch"],
  ] as const
).filter(([tool]) => /^(?:git|GNU)/.test(spawnSync(tool, ["--version"], { encoding: "utf8" }).stdout));

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

// Windows has no such names.
describe.skipIf(process.platform === "win32")("names of others", () => {
  beforeAll(() => {
    for (const [path, text] of Object.entries(hostileFiles)) write(path, text);
    for (const [name, config] of Object.entries(configs))
      write(`configs/${name}.json`, JSON.stringify(config));
    write(`configs/broken ${key}.json`, `{ "${key} `);
    write(`configs/${key}.config.mjs`, `throw new Error(${JSON.stringify(`${key}\n##[error]y`)});`);
    write(
      "configs/ddlint.config.mjs",
      `export default { plugins: [{ name: "own", rules: [] }], x: ${JSON.stringify(key)} };`,
    );
    write(`mixed/${broken}/alembic/versions/1_a.py`, "revision = '1'\ndown_revision = None\n");
    write(`mixed/${broken}/alembic.ini`, "[alembic]\nscript_location = alembic\n");
    for (const name of ["a", "b"]) write(`bare/${broken}/${name}.sql`, "SELECT 1;");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const ddlint = (args: readonly string[], cwd = "."): Promise<Outcome> => run(args, join(folder, cwd));

  const expectHarmless = ({ stdout, stderr }: Outcome): void => {
    for (const text of [stdout, stderr]) {
      expect(dangerous(text)).toEqual([]);
      expect(commandsIn(text)).toEqual([]);
    }
  };

  it.each(Object.keys(configs))("a mistake in the configuration: %s", async (name) => {
    const outcome = await ddlint([broken, "--config", `configs/${name}.json`, "--verbose", "--exit-zero"]);
    expectHarmless(outcome);
    expect(outcome.stderr).toMatch(/\\x1b\[31m|\\n::error::x|x5berror/);
  });

  it.each([
    [["--config", `configs/broken ${key}.json`]],
    [["--config", key]],
    [["--config", `configs/${key}.config.mjs`, "--allow-config-code"]],
    [["--config", "configs/ddlint.config.mjs", "--allow-config-code"]],
    [[key]],
    [["./" + key]],
    [[`--${key}`]],
    [["explain", key]],
    [[key, "--fromat"]],
    [["--rule", `${key}=error`]],
    [["--rule", `drop-table=${key}`]],
    [["--only", key]],
    [["--preset", key]],
    [["--format", key]],
    [["--format", `text=${key}/x`]],
    [["--output", `${key}/x`]],
    [["--after", key]],
    [["--since", key]],
    [["--server-version", key]],
    [["--dialect", key]],
    [["--baseline", key]],
    [["completions", key]],
    [["config", key]],
    [["init", key]],
    [["stats-query", key]],
  ])("a mistake in usage: %j", async (args) => {
    const outcome = await ddlint(args);
    expect(outcome.exitCode).toBeGreaterThanOrEqual(2);
    expectHarmless(outcome);
    expect(outcome.stderr).toMatch(/^ddlint: [^\n]+\n$/);
  });

  it.each(hostileNames)("a report and what is said beside it: %j", async (name) => {
    for (const args of [["--verbose"], ["--format", "unix"], ["--parser", "pgsql-ast-parser", "--verbose"]])
      expectHarmless(await ddlint([name, ...args]));
    expectHarmless(await ddlint(["init", name, "--force", "--pre-commit", "--workflow"]));
    rmSync(join(folder, "ddlint.jsonc"));
    expectHarmless(
      await ddlint([
        "baseline",
        name,
        "--baseline",
        `accepted/${name.replaceAll("/", "")}.json`.replace("accepted/", "accepted-"),
      ]),
    );
    expectHarmless(await ddlint(["stats-query", name]));
  });

  it("config print writes JSON that says the same", async () => {
    const outcome = await ddlint(["config", "print", ...hostileNames]);
    expectHarmless(outcome);
    const { histories } = JSON.parse(outcome.stdout) as { histories: { root: string }[] };
    expect(histories.map(({ root }) => root).sort()).toEqual([...hostileNames].sort());
  });

  it.each(["mixed", "bare"])("what there is instead of migrations: %s", async (cwd) => {
    const outcome = await ddlint([], cwd);
    expectHarmless(outcome);
    expect(outcome.stderr).toContain("\\n::error::x");
    expectHarmless(await ddlint(["init"], cwd));
  });

  it("init writes a configuration that is valid whatever folders are called", async () => {
    const roots = [broken, command, "a*", 'b//c */ "d"', "\u2028\u202e\u001b"];
    for (const [i, root] of roots.entries())
      write(`init/${root}/00${i}_${root.replaceAll("/", "")}.sql`, "SELECT 1;");
    const outcome = await ddlint(["init", ...roots], "init");
    expectHarmless(outcome);
    const text = readFileSync(join(folder, "init/ddlint.jsonc"), "utf8");
    expect(dangerous(text)).toEqual([]);
    const problems: never[] = [];
    const config = parse(text, problems, { allowTrailingComma: true }) as { migrations: object };
    expect(problems).toEqual([]);
    expect(Object.keys(config.migrations).sort()).toEqual(
      roots.map((root) => root.replace("//", "/")).sort(),
    );
    expectHarmless(await ddlint(["--verbose"], "init"));
  });

  it("a bug of ours is told with its stack, line by line", async () => {
    vi.resetModules();
    vi.doMock("../../src/cli/check.ts", async (original) => ({
      ...(await original<object>()),
      check: () => Promise.reject(new Error(`${key}\n##[error]y\n\u202e`)),
    }));
    const fresh = await import("../../src/cli/main.ts");
    const outcome = await fresh.run([], folder);
    vi.doUnmock("../../src/cli/check.ts");
    vi.resetModules();
    expect(outcome.exitCode).toBe(3);
    expectHarmless(outcome);
    expect(outcome.stderr).toMatch(
      /^ddlint: bug: Error: a\\x1b\[31m\n\\x3a:error::x\n[^]*\n {4}at [^]*Please report this\.\n$/,
    );
  });

  describe("a patch", () => {
    const text = "::error::x\n ::error::y\n##[error]z\n";
    const fix = ["--diff", "--unsafe-fixes", "--only", "json-column"];
    const patched = async (name: string): Promise<string> => {
      write(`patch/${name}`, `/*\n${text}*/\nCREATE TABLE t (a json);\n/*\n${text}*/\n`);
      return (await ddlint([name, ...fix], "patch")).stdout;
    };

    it.each(["001_a.sql", `${broken}/001_a.sql`, 'é"b\\/001_a.sql'])(
      "starts no command in a log of GitHub's, and git and patch apply it: %j",
      async (name) => {
        for (const inActions of ["true", ""]) {
          vi.stubEnv("GITHUB_ACTIONS", inActions);
          const patch = await patched(name);
          expect(patch).toContain("+CREATE TABLE t (a jsonb)");
          const lines = patch.trimEnd().split("\n");
          const token = /^::stop-commands::([0-9a-f-]{36})$/.exec(lines[0] ?? "")?.[1];
          if (inActions === "true") expect(lines.at(-1)).toBe(`::${String(token)}::`);
          else expect(commandsIn(lines[0] ?? "")).toEqual([]);
          for (const [tool, ...args] of tools) {
            await patched(name);
            const done = spawnSync(tool, args, {
              cwd: join(folder, "patch"),
              input: patch,
              encoding: "utf8",
            });
            expect(done.error ?? done.stderr).toBe("");
            expect(readFileSync(join(folder, "patch", name), "utf8")).toContain("(a jsonb)");
          }
        }
      },
    );
  });
});
