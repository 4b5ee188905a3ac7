/** The scripts in real shells: what is offered for a line. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { valuesOf } from "../../src/cli/completions/values.ts";
import { describe as shapeOf, withCommands } from "../../src/cli/describe.ts";
import { run } from "../../src/cli/main.ts";
import { createProgram } from "../../src/cli/program.ts";

const folder = mkdtempSync(join(tmpdir(), "ddlint-completions-"));
const script = (shell: string): string => join(folder, `.ddlint.${shell}`);

beforeAll(async () => {
  mkdirSync(join(folder, "migrations"));
  for (const name of ["stats.json", "start page.json"]) writeFileSync(join(folder, name), "");
  for (const shell of ["bash", "zsh", "fish"])
    writeFileSync(script(shell), (await run(["completions", shell], folder)).stdout);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What is typed after `ddlint`, and what is offered for its end: files with what leads to them, the rest bare. */
const cases: Readonly<Record<string, readonly string[]>> = {
  exp: ["explain"],
  st: ["start page.json", "stats-query", "stats.json", "status"],
  "--dr": ["--dry-run"],
  "--format j": ["json", "jsonl", "junit"],
  "schema --format s": ["sql", "svg"],
  "--format=ma": ["markdown"],
  "--format sarif=stat": ["stats.json"],
  "--format=sarif=stat": ["stats.json"],
  "--rule drop-tab": ["drop-table"],
  "--rule drop-table=": ["error", "note", "off", "warning"],
  "--rule=drop-table=w": ["warning"],
  "--only drop-t": ["drop-table"],
  "--only drop-column,rename-ta": ["rename-table"],
  "--skip=drop-column,rename-ta": ["rename-table"],
  "--preset conventions/f": ["conventions/flyway"],
  "--since st": [],
  "--stats stat": ["stats.json"],
  "migrations --fail-on ": ["error", "never", "note", "warning"],
  "migrations exp": [],
  "check mig": ["migrations"],
  "check --dialect p": ["postgres"],
  "--quiet --format json che": ["check"],
  "explain set-not-n": ["set-not-null"],
  "explain --": ["--allow-config-code", "--config", "--help", "--no-pager"],
  "config ": ["print"],
  "config print --on": ["--only"],
  "config print --fi": [],
  "baseline --fi": [],
  "completions ": ["bash", "fish", "zsh"],
  "rules st": [],
};
const lines = Object.keys(cases);

/** Shells offer the whole word, or what comes after its last "=" or ",". */
function bare(offered: readonly string[]): string[] {
  const ends = offered.map((word) =>
    word
      .replaceAll("\\", "")
      .replace(/[=/ ]$/, "")
      .replace(/^.*[=,]/, ""),
  );
  return [...new Set(ends)].filter((word) => word !== "").sort();
}

/** By line; `--` ends what is offered for each. */
function offers(text: string): Readonly<Record<string, readonly string[]>> {
  const parts = text.split(/^--\n/m);
  return Object.fromEntries(lines.map((line, i) => [line, bare((parts[i] ?? "").split("\n"))]));
}

function offeredByBash(): string {
  // As readline does it: "=" is a word of its own.
  const ask = (line: string): string => {
    const words = ["ddlint", ...(line.match(/=|[^\s=]+|\s$/g) ?? [])].map((word) => `'${word.trim()}'`);
    return `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; COMPREPLY=(); _ddlint; printf '%s\\n' "\${COMPREPLY[@]}" --`;
  };
  const text = [`source ${script("bash")}`, ...lines.map(ask)].join("\n");
  return execFileSync("bash", ["--norc", "-c", text], {
    cwd: folder,
    encoding: "utf8",
    // Only a completion that is under way has options to set.
    stdio: ["ignore", "pipe", "ignore"],
  });
}

function offeredByZsh(): string {
  const out = join(folder, ".offered");
  const args = ["-f", join(import.meta.dirname, "../support/complete.zsh"), script("zsh"), out, ...lines];
  spawnSync("zsh", args, { cwd: folder, timeout: 50_000 });
  return readFileSync(out, "utf8");
}

function offeredByFish(): string {
  const ask = (line: string): string =>
    `complete -C ${JSON.stringify(`ddlint ${line}`)} | cut -f1; echo -- --`;
  const text = [`source ${script("fish")}`, ...lines.map(ask)].join("\n");
  return execFileSync("fish", ["-N", "-c", text], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, HOME: folder },
  });
}

for (const [shell, offered] of Object.entries({
  bash: offeredByBash,
  zsh: offeredByZsh,
  fish: offeredByFish,
})) {
  const isThere = spawnSync(shell, ["-c", "exit"]).status === 0;
  if (!isThere) console.warn(`SKIPPED: its completions are not tested, ${shell} is not installed`);
  it.runIf(isThere)(`completes in ${shell}`, () => {
    expect(offers(offered())).toEqual(cases);
  });
}

it("completes in bash where the shell sees whole words", () => {
  const text = `COMP_WORDBREAKS=' '; source ${script("bash")}
COMP_WORDS=(ddlint --format=sarif=stat); COMP_CWORD=1; _ddlint; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const offered = spawnSync("bash", ["--norc", "-c", text], { cwd: folder, encoding: "utf8" }).stdout;
  expect(offered).toBe("--format=sarif=stats.json\n");
});

describe("values", () => {
  const all = withCommands(shapeOf(createProgram(".", {}, () => undefined)));

  it("are known for each option and argument", () => {
    const names = all.flatMap(({ options, arguments: args }) => [
      ...options.flatMap(({ value }) => value ?? []),
      ...args.map(({ name }) => name),
    ]);
    for (const name of names) expect(valuesOf(name)).toBeDefined();
  });
});

it("knows its shells", async () => {
  expect(await run(["completions", "bsh"], folder)).toMatchObject({
    exitCode: 2,
    stderr: 'ddlint: completions: unknown value "bsh"; did you mean "bash"? Expected bash, zsh or fish\n',
  });
  expect((await run(["completions", "--help"], folder)).stdout).toContain("ddlint completions zsh > ");
});
