import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { exitCode } from "../../src/cli/check.ts";
import { run } from "../../src/cli/main.ts";
import { ruleUrl } from "../../src/index.ts";
import { startProgress } from "../../src/cli/progress.ts";

const folder = mkdtempSync(join(tmpdir(), "ddlint-cli-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeAll(() => {
  const files = {
    "migrations/001_init.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
    "migrations/002_drop.sql":
      "SET lock_timeout = '2s';\nALTER TABLE orders DROP COLUMN note;\nRESET lock_timeout;\n",
    "suppressed/001_drop.sql":
      "-- ddlint-disable-next-line drop-column -- unused\nALTER TABLE orders DROP COLUMN note;\n",
    "clean/001_init.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
    "typo.json": '{ "rules": { "drop-colum": "off" } }',
    "second.json": '{ "parser": "pgsql-ast-parser" }',
    "folders.json": '{ "migrations": { "migrations": { "startAfter": "002" }, "clean": {} } }',
    "wrong-folder.json": '{ "migrations": { "clean": { "startAfter": "002" }, "migrations": {} } }',
    "no-folder.json": '{ "migrations": ["migration"] }',
    "no-time.json": '{ "lockTimeout": "fast" }',
    "no-version.json": '{ "serverVersion": "abc" }',
    "no-option.json": '{ "rules": { "drop-column": ["error", { "leastMigration": 2 }] } }',
    "in-folder.json": '{ "migrations": { "clean": { "starAfter": "001" } } }',
    "off.json": '{ "rules": { "drop-column": "off" } }',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});

const ddlint = (line: string) =>
  run(
    line.split(" ").filter((word) => word !== ""),
    folder,
  );

describe("exit codes", () => {
  it.each([
    ["clean", 0],
    ["migrations", 1],
    ["check migrations", 1],
    ["migrations/002_drop.sql", 1],
    ["migrations/001_init.sql", 0],
    ["migrations --exit-zero", 0],
    ["migrations --fail-on never", 0],
    ["migrations --skip drop-column", 0],
    ["migrations --rule drop-column=note", 0],
    ["migrations --rule drop-column=note --fail-on note", 1],
    ["migrations --rule drop-column=warning --max-warnings 0 --only drop-column", 1],
    ["migrations --rule drop-column=warning --max-warnings 1 --only drop-column", 0],
    ["migrations --only drop-table", 0],
    ["migrations --after 002", 0],
    ["migrations --config off.json", 0],
    ["--config folders.json", 0],
    ["--config folders.json --after 001", 1],
    ["--config wrong-folder.json", 2],
    ["migrations --config off.json --rule drop-column=error", 1],
    ["--version", 0],
    ["--help", 0],
    ["rules", 0],
    ["explain drop-column", 0],
    ["config print", 0],
  ])("ddlint %s: %i", async (line, expected) => {
    const outcome = await ddlint(line);
    expect(outcome.exitCode, outcome.stderr + outcome.stdout).toBe(expected);
  });

  it.each([
    ["nowhere", 'there is no file or folder "nowhere"'],
    ["migration", 'did you mean "migrations"?'],
    ["--fromat json", "did you mean --format?"],
    ["--format jsn", 'unknown value "jsn"; did you mean "json"?'],
    ["--format srif=x.sarif", 'unknown value "srif"; did you mean "sarif"?'],
    ["--format text --format json", "text and json would be written to one place; write one to a file"],
    ["--format text --format json --output x", "text and json would be written to one place"],
    ["--format json=x --output x", "--output: each format has a file of its own already"],
    ["--format json=x --format text --output x", 'two reports would be written to "x"'],
    ["--format markdown=", '"markdown=" names no file'],
    ["--format json=no/folder/x", "can't write"],
    ["--dialect postgre", 'did you mean "postgres"?'],
    ["--runner psq", 'did you mean "psql"?'],
    ["--tool flywya", 'did you mean "flyway"?'],
    ["--preset recomended", 'did you mean "recommended"?'],
    ["--rule drop-colum=off", 'did you mean "drop-column"?'],
    ["--rule drop-column=of", 'did you mean "off"?'],
    ["--only drop-colum", 'did you mean "drop-column"?'],
    ["--server-version new", "a version"],
    ["--max-warnings many", "a number"],
    ["--fail-on errors", 'did you mean "error"?'],
    ["--config nothing.json", "can't read"],
    ["--config typo.json", 'typo.json:1:14: there is no rule "drop-colum"; did you mean "drop-column"?'],
    ["--after 003", 'no migration "003"'],
    ["--after drop migrations", 'did you mean "002_drop"?'],
    ["--config no-folder.json", 'no folder "migration"; did you mean "migrations"? check "migrations"'],
    ["--config no-time.json", '"lockTimeout": expected a time: "2s"'],
    ["--config no-version.json", '"serverVersion": expected a version: 16'],
    ["--config no-option.json", 'unknown key "leastMigration"; did you mean "leastMigrations"?'],
    ["--config in-folder.json", 'unknown key "starAfter"; did you mean "startAfter"?'],
    ["explain drop-colum", 'did you mean "drop-column"?'],
    ["chekc", 'there is no command, file or folder "chekc"; did you mean "check"?'],
    ["chekc migrations --format jsn", 'did you mean "check"?'],
    ["--quiet explian drop-column", 'did you mean "explain"?'],
    ["explian drop-column --no-pager", 'did you mean "explain"?'],
    ["cofnig print", 'did you mean "config"?'],
    ["config pritn", "did you mean print?"],
    ["check --fromat json", "did you mean --format?"],
    ["init --yse", "did you mean --yes?"],
    ["config print --onyl x", "did you mean --only?"],
    ["baseline --fix", "unknown option '--fix'"],
  ])("ddlint %s: 2, one line", async (line, message) => {
    const outcome = await ddlint(line);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stdout).toBe("");
    expect(outcome.stderr.toLowerCase()).toContain(message.toLowerCase());
    expect(outcome.stderr).toMatch(/^ddlint: [^\n]+\n$/);
  });

  it("are 2 for an option that is longer than the name of any file", async () => {
    const outcome = await ddlint(`--only=${"x".repeat(5000)}`);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain("--only: there is no rule");
  });

  it("are 2 for a group of commands, with its help", async () => {
    const outcome = await ddlint("config");
    expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
    expect(outcome.stderr).toContain("print the configuration and the detected facts");
  });

  it("are not about commands where a path by that name was read", async () => {
    mkdirSync(join(folder, "chek"));
    expect((await ddlint("chek --format jsn")).stderr).toContain('did you mean "json"?');
    rmSync(join(folder, "chek"), { recursive: true });
  });

  it("are 3 for a bug, whatever else", () => {
    const errors = [{ message: "x" }];
    expect(exitCode({ findings: [], errors }, { failOn: "never", maxWarnings: Infinity })).toBe(3);
  });
});

describe("help", () => {
  it("groups the options in the order in which one asks for them", async () => {
    const { stdout } = await ddlint("--help");
    expect(stdout.match(/^\S.*:$/gm)).toEqual([
      "Arguments:",
      "What to lint:",
      "Facts about the project (detected where possible):",
      "Rules:",
      "Fixes:",
      "Output:",
      "Exit code:",
      "Other:",
      "Commands:",
    ]);
  });

  it.each(["check", "baseline", "config print", "init", "explain"])(
    "of %s has no stray group",
    async (name) => {
      const { stdout } = await ddlint(`${name} --help`);
      expect(stdout.includes("\nOptions:\n")).toBe(!stdout.includes("\nOther:\n"));
    },
  );

  it("goes to a file", async () => {
    const outcome = await ddlint("migrations --format json --output report.json");
    expect(outcome.stdout).toBe("");
    expect(JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))).toHaveProperty(
      "summary.migrations",
      2,
    );
  });

  it("goes to several places", async () => {
    const { stdout } = await ddlint("migrations --format sarif=a.sarif --format unix --format json=b=c.json");
    expect(stdout).toMatch(/^migrations\/\d+_\w+\.sql:\d+:\d+: error: /);
    expect(JSON.parse(readFileSync(join(folder, "a.sarif"), "utf8"))).toHaveProperty("version", "2.1.0");
    expect(JSON.parse(readFileSync(join(folder, "b=c.json"), "utf8"))).toHaveProperty("findings");
    await ddlint("migrations --format json=d.json --format text --output e.txt --no-color");
    expect(readFileSync(join(folder, "e.txt"), "utf8")).toContain("2:20 error drop-column");
  });

  it("adds to the summary of a step on GitHub", async () => {
    const summary = join(folder, "summary.md");
    writeFileSync(summary, "of another command\n");
    vi.stubEnv("GITHUB_STEP_SUMMARY", summary);
    const { stdout } = await ddlint("migrations --format markdown=summary.md --quiet");
    vi.unstubAllEnvs();
    expect(stdout).toBe("");
    expect(readFileSync(summary, "utf8")).toMatch(/^of another command\n### ddlint: \d+ error/);
  });

  it.each(["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])("names files from the root of %s", async (name) => {
    for (const variable of ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"]) vi.stubEnv(variable, "");
    const file = `${basename(folder)}/migrations/002_drop.sql`;
    const write = async (format: string) => (await ddlint(`--only drop-column --format ${format}`)).stdout;
    expect(await write("github")).toContain("file=migrations/");
    vi.stubEnv(name, dirname(folder));
    expect(await write("github")).toContain(`file=${file}`);
    expect(await write("gitlab")).toContain(`"path": "${file}"`);
    expect(await write("sarif")).toContain(`"uri": "${file}"`);
    expect(await write("unix")).toMatch(/^migrations\//);
    vi.stubEnv(name, join(folder, "elsewhere"));
    expect(await write("github")).toContain("file=migrations/");
    vi.unstubAllEnvs();
  });

  it("tells of suppressed findings when asked", async () => {
    const line = "suppressed --only drop-column --format json";
    expect(JSON.parse((await ddlint(line)).stdout)).not.toHaveProperty("suppressed");
    const { stdout, exitCode } = await ddlint(`${line} --show-suppressed`);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [],
      suppressed: [{ suppression: { kind: "inSource", justification: "unused" } }],
    });
    expect(exitCode).toBe(0);
  });

  it("has errors only under --quiet", async () => {
    const { stdout } = await ddlint(
      "migrations --quiet --rule drop-column=warning --format json --only drop-column",
    );
    expect(JSON.parse(stdout)).toMatchObject({ findings: [], summary: { warnings: 0 } });
  });

  it("colours on demand", async () => {
    expect((await ddlint("migrations --color")).stdout).toContain("\u001b[");
    expect((await ddlint("migrations --no-color")).stdout).not.toContain("\u001b[");
  });

  describe("links", () => {
    const written = async (line: string, env: Readonly<Record<string, string>>, isTTY = true) => {
      for (const name of [
        "NO_COLOR",
        "FORCE_HYPERLINK",
        "KITTY_WINDOW_ID",
        "TERM_PROGRAM",
        "VTE_VERSION",
        "WT_SESSION",
      ])
        vi.stubEnv(name, undefined);
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      const before = process.stdout.isTTY;
      process.stdout.isTTY = isTTY;
      try {
        return (await ddlint(`migrations --only drop-column ${line}`)).stdout;
      } finally {
        process.stdout.isTTY = before;
        vi.unstubAllEnvs();
      }
    };
    const start = "\u001b]8;;";
    const vscode = { TERM_PROGRAM: "vscode", TERM: "xterm-256color" };

    it("lead from the rule to its page", async () => {
      const end = "\u001b\\";
      const text = await written("", vscode);
      expect(text).toContain(`${start}${ruleUrl("drop-column")}${end}\u001b[1mdrop-column`);
      expect(text.split(start)).toHaveLength(3);
    });

    it.each([
      ["in a terminal that isn't known for them", "", { TERM: "xterm" }, true],
      ["to a pipe", "--color", vscode, false],
      ["without colours", "--no-color", vscode, true],
      ["where the user wants none", "", { ...vscode, FORCE_HYPERLINK: "0" }, true],
      ["in JSON", "--format json", vscode, true],
    ])("are not written %s", async (_, line, env, isTTY) => {
      expect(await written(line, env, isTTY)).not.toContain(start);
    });

    it.each([
      ["VTE_VERSION", "7200"],
      ["WT_SESSION", "x"],
      ["KITTY_WINDOW_ID", "1"],
      ["FORCE_HYPERLINK", "1"],
    ])("are written for %s=%s", async (name, value) => {
      expect(await written("", { TERM: "xterm", [name]: value })).toContain(start);
    });

    it("go to no file", async () => {
      await written("--color --output linked.txt", vscode);
      expect(readFileSync(join(folder, "linked.txt"), "utf8")).not.toContain(start);
    });
  });

  it.each([
    ["9.6", "ddlint: PostgreSQL 9.6 isn't known (13 to 18 are): the locks and the advice are those of 13\n"],
    ["99", "ddlint: PostgreSQL 99 isn't known (13 to 18 are): the locks and the advice are those of 18\n"],
    ["18.1", ""],
  ])("says so if nothing is known of PostgreSQL %s", async (version, said) => {
    expect((await ddlint(`clean --server-version ${version}`)).stderr).toBe(said);
  });

  it("explains how the project was read", async () => {
    const { stderr } = await ddlint("migrations --verbose");
    expect(stderr).toMatch(/configuration: none\nmigrations: raw/);
  });
});

it("shows progress only to a terminal, and only after a second", () => {
  const written: string[] = [];
  let time = 0;
  const stream = {
    isTTY: true,
    write: (text: string) => written.push(text),
  } as unknown as NodeJS.WriteStream;
  const progress = startProgress(stream, () => time);
  progress.show(1, 9);
  time = 1500;
  progress.show(2, 9);
  progress.show(3, 9);
  progress.clear();
  expect(written).toEqual(["\r2 of 9 migrations\u001b[K", "\r\u001b[K"]);
});

describe("the second parser", () => {
  it("finds the same where it can read, and says what it couldn't", async () => {
    const first = await ddlint("migrations --format json");
    const second = await ddlint("migrations --format json --config second.json");
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toBe("");
    const unread = join(folder, "unread");
    mkdirSync(unread, { recursive: true });
    writeFileSync(
      join(unread, "001_a.sql"),
      "VACUUM a;\nALTER TABLE a ENABLE ROW LEVEL SECURITY;\nVACUUM b;\n",
    );
    const { stderr } = await ddlint("unread --config second.json --verbose");
    expect(stderr).toContain("parser: pgsql-ast-parser, it is stated in the configuration\n");
    expect(stderr).toContain("3 statements unread, which were not checked: VACUUM 2, ALTER TABLE 1\n");
  });
});
