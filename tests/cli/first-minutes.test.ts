/** What users of other linters type first. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { commandNames } from "../../src/cli/command-names.ts";
import { listRules } from "../../src/cli/list-rules.ts";
import { run } from "../../src/cli/main.ts";
import { createProgram } from "../../src/cli/program.ts";
import { rules, version } from "../../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "ddlint-first-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});
mkdirSync(join(folder, "migrations"));
writeFileSync(
  join(folder, "migrations/001_a.sql"),
  "CREATE TABLE t (id bigint PRIMARY KEY, a text);\nCREATE TABLE u (id bigint PRIMARY KEY);\n",
);
writeFileSync(join(folder, "migrations/002_b.sql"), "ALTER TABLE t DROP COLUMN a;\nDROP TABLE u;\n");

const ddlint = (line: string) => run(line.split(" "), folder);

describe("help", () => {
  it.each([
    ["help", "--help"],
    ["help rules", "rules --help"],
    ["help config print", "config print --help"],
  ])("%s is %s", async (line, same) => {
    const outcome = await ddlint(line);
    expect(outcome).toEqual(await ddlint(same));
    expect(outcome).toMatchObject({ exitCode: 0, stderr: "" });
    expect(outcome.stdout).toContain("Usage: ddlint");
  });

  it("is completed with all commands", () => {
    const { commands } = createProgram("", {}, () => undefined);
    expect(commandNames).toEqual(commands.map((command) => command.name()));
  });

  it("corrects a command", async () => {
    expect(await ddlint("help explian")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: 'ddlint: there is no command "explian"; did you mean "explain"? "ddlint help" lists all\n',
    });
  });
});

it.each(["-v", "-V", "--version"])("%s is the version", async (option) => {
  expect(await ddlint(option)).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

it("-q is --quiet", async () => {
  const loud = await ddlint("migrations --format unix");
  const quiet = await ddlint("migrations --format unix -q");
  expect(loud.stdout).toContain(": note: ");
  expect(quiet.stdout).not.toContain(": note: ");
  expect(quiet.stdout).toContain(": error: ");
});

describe("--brief", () => {
  it("is a line for each finding, and the summary", async () => {
    const { stdout, exitCode } = await ddlint("migrations --brief -q");
    expect(stdout).toBe(
      [
        "migrations/002_b.sql:1:15 error drop-column the data of t.a is lost, and the running application that uses it fails",
        "migrations/002_b.sql:2:1 error drop-table the rows of u are lost, and the running application that uses it fails",
        "2 errors in 2 migrations (2 files)",
        "",
      ].join("\n"),
    );
    expect(exitCode).toBe(1);
    expect((await ddlint("migrations --format brief -q")).stdout).toBe(stdout);
  });

  it("leaves room for reports that go to files, and for no other on standard output", async () => {
    expect((await ddlint("migrations --brief -q --format json=x.json")).stdout).toContain("2 errors");
    expect((await ddlint("migrations --brief --format json")).stderr).toBe(
      "ddlint: --format: brief and json would be written to one place; write one to a file: --format json=<file>\n",
    );
  });
});

describe("COLUMNS", () => {
  it("is the width where it is set", async () => {
    const message = async () => (await ddlint("migrations --only drop-column")).stdout;
    vi.stubEnv("COLUMNS", "50");
    expect(await message()).toContain("\n    the data of t.a is lost, and the running\n    application");
    vi.stubEnv("COLUMNS", "200");
    expect(await message()).toContain("the running application that uses it fails\n");
  });
  it.each(["", "0", "-5", "wide", "1e3"])("is nothing as %j", async (columns) => {
    const usual = (await ddlint("migrations")).stdout;
    vi.stubEnv("COLUMNS", columns);
    expect((await ddlint("migrations")).stdout).toBe(usual);
  });
});

describe("rules", () => {
  interface Listed {
    readonly id: string;
    readonly summary: string;
    readonly category: string;
    readonly presets: readonly string[];
    readonly dialects: readonly string[];
    readonly fix: string;
    readonly options?: Readonly<Record<string, unknown>>;
  }
  const listed = async (filters: string): Promise<readonly Listed[]> =>
    JSON.parse((await ddlint(`rules --json${filters}`)).stdout) as readonly Listed[];

  it("are all listed, with summaries", async () => {
    const all = await listed("");
    expect(all.map(({ id }) => id)).toEqual(rules.map(({ id }) => id).sort());
    for (const { id, summary } of all) expect(summary, id).toMatch(/^\S.*\.$/);
    expect(all.find(({ id }) => id === "drop-column")?.options).toEqual({ leastMigrations: 1 });
    const { stdout } = await ddlint("rules");
    expect(stdout.trimEnd().split("\n")).toHaveLength(all.length);
    expect(stdout).toMatch(/^drop-column +error +recommended +DROP COLUMN without/m);
  });

  it.each<[string, (rule: Listed) => boolean]>([
    ["--category locks", ({ category }) => category === "locks"],
    ["--preset style", ({ presets }) => presets.includes("style")],
    ["--preset conventions/flyway", ({ presets }) => presets.includes("conventions/flyway")],
    ["--dialect mariadb", ({ dialects }) => dialects.includes("mariadb")],
    ["--fixable", ({ fix }) => fix !== "none"],
    ["--fixable --category schema", ({ fix, category }) => fix !== "none" && category === "schema"],
  ])("are filtered by %s", async (filter, keeps) => {
    const kept = (await listed("")).filter(keeps);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(rules.length);
    expect(await listed(` ${filter}`)).toEqual(kept);
  });

  it.each(["--category lock", "--preset recomended", "--dialect oracle"])("correct %s", async (filter) => {
    const { exitCode, stderr } = await ddlint(`rules ${filter}`);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^ddlint: --\w+: unknown/);
  });

  it("fit the terminal", () => {
    for (const line of listRules(rules, {}, 60).trimEnd().split("\n"))
      expect(line.length).toBeLessThanOrEqual(60);
  });
});

describe("an override that matches no migration", () => {
  const warning = 'ddlint: overrides.json: the override for "old/**", "older/*.sql" matches no migration\n';
  const config = {
    migrations: ["migrations"],
    overrides: [
      { files: ["old/**", "older/*.sql"], rules: { "drop-table": "off" } },
      { files: ["none/**", "002*"], rules: { "drop-column": "off" } },
    ],
  };
  writeFileSync(join(folder, "overrides.json"), JSON.stringify(config));

  it("is named where all is read", async () => {
    const { stdout, stderr } = await ddlint("--config overrides.json -q --brief");
    expect(stderr).toBe(warning);
    expect(stdout).not.toContain("drop-column");
    expect(stdout).toContain("drop-table");
  });

  it("isn't where only a part is", async () => {
    expect((await ddlint("--config overrides.json migrations/002_b.sql")).stderr).toBe("");
  });
});
