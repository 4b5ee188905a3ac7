import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { applyFixes, fixProject, memoryFileSystem } from "../../src/index.ts";
import { inCaseOf } from "../../src/lint/keyword-case.ts";
import { readDirective } from "../../src/findings/directives.ts";
import { removeDirective } from "../../src/findings/remove-directive.ts";

const edit = (start: number, end: number, text: string) => ({ span: { start, end }, text });
const fix = (...edits: ReturnType<typeof edit>[]) => ({ title: "", edits });

describe("applyFixes", () => {
  it.each([
    ["in any order", [fix(edit(4, 5, "E")), fix(edit(0, 1, "A"))], "AbcdEf", 2],
    ["insertions", [fix(edit(3, 3, "-")), fix(edit(6, 6, "."))], "abc-def.", 2],
    ["the same edit twice as one", [fix(edit(1, 2, "")), fix(edit(1, 2, ""), edit(4, 5, ""))], "acdf", 2],
    ["not what overlaps", [fix(edit(1, 4, "X")), fix(edit(2, 3, "Y"))], "aXef", 1],
    ["not two insertions at one place", [fix(edit(1, 1, "X")), fix(edit(1, 1, "Y"))], "aXbcdef", 1],
    ["no part of a fix alone", [fix(edit(1, 2, "X")), fix(edit(1, 2, "Y"), edit(5, 6, "Y"))], "aXcdef", 1],
  ])("makes %s", (_, fixes, expected, applied) => {
    const outcome = applyFixes("abcdef", fixes);
    expect(outcome.text).toBe(expected);
    expect(outcome.applied.length).toBe(applied);
  });
});

describe("removing a directive", () => {
  it.each([
    ["a;\n-- ddlint-disable-next-line x\nb;\n", "a;\nb;\n"],
    ["a;\r\n  -- ddlint-disable-next-line x -- why\r\nb;\r\n", "a;\r\nb;\r\n"],
    ["a; -- ddlint-disable-line x\nb;", "a;\nb;"],
    ["SELECT/* ddlint-disable-line x */1;", "SELECT 1;"],
    ["SELECT /* ddlint-disable-line x */ 1;", "SELECT 1;"],
    ["/* ddlint-disable-line x */ SELECT 1;", "SELECT 1;"],
    ["-- ddlint-disable-file x", ""],
    ["-- ddlint-disable-next-line x, y\nb;", "-- ddlint-disable-next-line y\nb;"],
    ["-- ddlint-disable-next-line y, x -- why\nb;", "-- ddlint-disable-next-line y -- why\nb;"],
  ])("%j", (text, expected) => {
    const start = text.search(/--|\/\*/);
    const closing = text.indexOf("*/");
    const line = text.slice(start).search(/\r?\n|$/);
    const directive = readDirective(text, { start, end: closing < 0 ? start + line : closing + 2 });
    if (directive === undefined || !("kind" in directive)) throw new Error("no directive");
    const name = directive.names.find((one) => one.text === "x")?.span ?? directive.span;
    const { span, text: inserted } = removeDirective(text, directive, name);
    expect(text.slice(0, span.start) + inserted + text.slice(span.end)).toBe(expected);
  });
});

const unused = "-- ddlint-disable-next-line drop-column\nCREATE INDEX ON orders (note);\n";
const files = {
  "migrations/001_init.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
  "migrations/002_index.sql": unused,
};
const opinions = { only: ["unused-suppression", "drop-column", "index-without-concurrently"] };

describe("the letter case of keywords", () => {
  const at = (text: string, inserted: string): string => {
    const one = { title: "", edits: [edit(0, 0, inserted)] };
    return inCaseOf(one, { text }, { start: 0, end: text.length }).edits[0]?.text ?? "";
  };
  it.each([
    ["create index i on t (a)", " CONCURRENTLY", " concurrently"],
    ["CREATE index i on t (a)", " CONCURRENTLY", " CONCURRENTLY"],
    ["alter table t add c int", "SET LOCAL lock_timeout = '2S';\n", "set local lock_timeout = '2S';\n"],
    ["alter table t add c int", 'SET "Name"', 'set "Name"'],
  ])("%s: %s", (text, inserted, expected) => {
    expect(at(text, inserted)).toBe(expected);
  });
});

describe("fixProject", () => {
  const fs = memoryFileSystem(files);

  it("makes safe fixes only, until nothing changes", async () => {
    const { result, files: fixed, fixed: count } = await fixProject({ fs, opinions });
    expect(fixed).toEqual([
      { file: "migrations/002_index.sql", before: unused, after: "CREATE INDEX ON orders (note);\n" },
    ]);
    expect(count).toBe(1);
    expect(result.findings.map(({ ruleId }) => ruleId)).toEqual(["index-without-concurrently"]);
  });

  it("makes those that need a look when asked to", async () => {
    const facts = { tool: "raw", runner: "statement-by-statement" } as const;
    const { result, files: fixed } = await fixProject({ fs, opinions, facts, unsafe: true });
    expect(fixed[0]?.after).toBe("CREATE INDEX CONCURRENTLY ON orders (note);\n");
    expect(result.findings).toEqual([]);
  });
});

describe("ddlint --fix", () => {
  const folder = mkdtempSync(join(tmpdir(), "ddlint-fix-"));
  const path = join(folder, "migrations/002_index.sql");
  beforeAll(() => {
    mkdirSync(join(folder, "migrations"));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const ddlint = (line: string) =>
    run(
      line.split(" ").filter((word) => word !== ""),
      folder,
    );

  it("says how many there are, as long as none is made", async () => {
    const advice = async (line: string) =>
      /^fixable: .*\n/m.exec((await ddlint(`migrations ${line}`)).stdout)?.[0];
    expect(await advice("")).toBe("fixable: 1 with --fix, 1 more with --fix --unsafe-fixes\n");
    expect(await advice("--skip index-without-concurrently")).toBe("fixable: 1 with --fix\n");
    expect(await advice("--skip unused-suppression")).toBe("fixable: 1 with --fix --unsafe-fixes\n");
    expect(await advice("--only drop-column")).toBeUndefined();
    expect(await advice("--fix --dry-run")).toBeUndefined();
    const { stdout, stderr } = await ddlint("migrations --format json");
    expect(JSON.parse(stdout)).toMatchObject({ summary: { fixable: 1, fixableUnsafely: 1 } });
    expect(stderr).toBe("");
  });

  it("makes as many as it says", async () => {
    expect((await ddlint("migrations --fix --dry-run")).stderr).toBe(
      "ddlint: would fix 1 finding in 1 file\n",
    );
    expect((await ddlint("migrations --fix --dry-run --unsafe-fixes")).stderr).toBe(
      "ddlint: would fix 2 findings in 1 file\n",
    );
  });

  it("fixes all that a finding of a run stands for, and counts them before and after", async () => {
    const many = join(folder, "many");
    mkdirSync(many);
    writeFileSync(join(many, "01_init.sql"), "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
    const last = 12;
    for (let i = 2; i <= last; i++) {
      const name = `${String(i).padStart(2, "0")}_column.sql`;
      writeFileSync(join(many, name), `ALTER TABLE orders ADD COLUMN c${i} int;\n`);
    }
    const line = "many --tool sql-migrate --only lock-without-timeout";
    const { stdout } = await ddlint(line);
    expect(stdout.match(/lock-without-timeout/g)).toHaveLength(1);
    expect(stdout).toContain("(and 10 more migrations)");
    expect(stdout).toContain("fixable: 11 with --fix --unsafe-fixes");
    const { summary } = JSON.parse((await ddlint(`${line} --format json`)).stdout) as {
      summary: Record<string, number>;
    };
    expect(summary).toMatchObject({ notes: 1, fixable: 0, fixableUnsafely: 11 });
    const fixed = await ddlint(`${line} --fix --unsafe-fixes`);
    expect(fixed.stderr).toContain("fixed 11 findings in 11 files");
    expect(fixed.stdout).toContain("no findings");
    rmSync(many, { recursive: true });
  });

  it("shows a patch, and changes nothing", async () => {
    const { stdout, stderr, exitCode } = await ddlint("--diff");
    expect(stdout).toContain("--- a/migrations/002_index.sql");
    expect(stdout).toContain("--- ddlint-disable-next-line drop-column\n CREATE INDEX");
    expect(stderr).toBe("ddlint: would fix 1 finding in 1 file\n");
    expect(exitCode).toBe(1);
    expect(readFileSync(path, "utf8")).toBe(unused);
  });

  it("reports what would be left, and changes nothing", async () => {
    const { stdout } = await ddlint("--fix --dry-run");
    expect(stdout).not.toContain("unused-suppression");
    expect(stdout).toContain("index-without-concurrently");
    expect(readFileSync(path, "utf8")).toBe(unused);
  });

  it("writes, and reports what is left", async () => {
    const { stdout, stderr, exitCode } = await ddlint("--fix");
    expect(readFileSync(path, "utf8")).toBe("CREATE INDEX ON orders (note);\n");
    expect(stdout).not.toContain("unused-suppression");
    expect(stderr).toBe("ddlint: wrote migrations/002_index.sql\nddlint: fixed 1 finding in 1 file\n");
    expect(exitCode).toBe(1);
    expect((await ddlint("--diff")).exitCode).toBe(0);
  });

  it.each([
    ["--unsafe-fixes", "--unsafe-fixes does nothing without --fix"],
    ["--dry-run", "--dry-run does nothing without --fix"],
    ["--fix --staged", "--fix and --staged exclude each other"],
  ])("%s: %s", async (line, message) => {
    const { stderr, exitCode } = await ddlint(line);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  it("doesn't edit what a tool with checksums may have applied", async () => {
    const flyway = join(folder, "flyway");
    const migration = join(flyway, "sql/V1__a.sql");
    mkdirSync(join(flyway, "sql"), { recursive: true });
    writeFileSync(join(flyway, "flyway.toml"), "");
    writeFileSync(migration, "-- ddlint-disable-file drop-column\nCREATE TABLE a (id bigint PRIMARY KEY);\n");
    const { stderr, exitCode } = await ddlint("flyway --fix");
    expect(stderr).toContain("V1__a.sql may be applied already, and if it is edited then, flyway refuses");
    expect(exitCode).toBe(2);
    expect((await ddlint("flyway/sql/V1__a.sql --fix")).stderr).toContain("fixed 1 finding in 1 file");
    expect(readFileSync(migration, "utf8")).toBe("CREATE TABLE a (id bigint PRIMARY KEY);\n");
  });

  it("leaves a file alone whose bytes are no UTF-8", async () => {
    const latin = join(folder, "latin/001_a.sql");
    mkdirSync(join(folder, "latin"));
    const bytes = Buffer.from("-- ddlint-disable-file drop-column -- caf\u00e9\nSELECT 1;\n", "latin1");
    writeFileSync(latin, bytes);
    expect((await ddlint("latin --fix")).stderr).toContain("nothing to fix");
    expect(readFileSync(latin).equals(bytes)).toBe(true);
  });
});
