/** What is kept from run to run: where, when it is used, and when it isn't. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { sealed, unsealed } from "../../src/cache/store.ts";

let project = "";
let own = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "ddlint-cache-project-"));
  own = mkdtempSync(join(tmpdir(), "ddlint-cache-own-"));
  cpSync(join(import.meta.dirname, "../../fixtures/demo"), project, { recursive: true });
});
afterEach(() => {
  for (const folder of [project, own]) rmSync(folder, { recursive: true });
});

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const lint = (args: readonly string[] = [], cache = own) =>
  run(["--format", "json", ...args], project, undefined, cache);

/** Makes each kept result say that nothing was found. */
function forge(folder: string): void {
  for (const file of filesIn(folder)) {
    const kept = unsealed(readFileSync(file)) as { at: number; result: Record<string, unknown> };
    writeFileSync(file, sealed({ ...kept, result: { ...kept.result, findings: [], further: [] } }));
  }
}

const findingsIn = ({ stdout }: { readonly stdout: string }): number =>
  (JSON.parse(stdout) as { findings: readonly unknown[] }).findings.length;

it("keeps what a run says until a file, a setting or an option is another one", async () => {
  const first = await lint();
  expect(filesIn(own)).toHaveLength(1);
  // So that it shows where it is used.
  forge(own);
  expect(findingsIn(await lint())).toBe(0);
  expect(await lint(["--preset", "strict"])).not.toEqual(await lint());
  expect(await lint(["--no-cache"])).toEqual(first);
  writeFileSync(join(project, "migrations/20990101000000_x.sql"), "DROP TABLE products;\n");
  expect(findingsIn(await lint())).toBeGreaterThan(findingsIn(first));
});

it("doesn't use a cache that the project has", async () => {
  const fresh = await lint(["--no-cache"]);
  const committed = join(project, ".cache/ddlint");
  // As the run would write it, if the folder were used.
  await lint(["--cache-location", join(committed, "histories")]);
  mkdirSync(committed, { recursive: true });
  forge(committed);
  expect(await lint([], committed)).toEqual(fresh);
  expect(await lint()).toEqual(fresh);
  // Only where the command line says so.
  expect(findingsIn(await lint(["--cache-location", join(committed, "histories")]))).toBe(0);
});

it("doesn't use what is damaged, or of another build", async () => {
  const first = await lint();
  const [file = ""] = filesIn(own);
  const whole = readFileSync(file);
  for (const damaged of [
    whole.subarray(0, 40),
    whole.subarray(0, -1),
    Buffer.concat([whole, Buffer.from("x")]),
    Buffer.from(whole).fill(0, 80, 90),
    Buffer.from(String(whole).replace("ddlint ", "ddlint 9"), "latin1"),
    Buffer.alloc(0),
  ]) {
    writeFileSync(file, damaged);
    expect(await lint()).toEqual(first);
  }
});

it("works where nothing can be kept", async () => {
  const first = await lint(["--no-cache"]);
  writeFileSync(join(own, "histories"), "a file");
  expect(await lint()).toEqual(first);
  expect(await run(["--format", "json"], project)).toEqual(first);
});

describe("the past of a history in git", () => {
  const git = (...args: readonly string[]): void => {
    const who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    execFileSync("git", [...who, ...args], { cwd: project, stdio: "ignore" });
  };
  const file = (index: number): string =>
    join(project, `migrations/2027010100${String(index).padStart(4, "0")}_x.sql`);
  const write = (index: number, sql: string): void => {
    writeFileSync(file(index), `${sql}\n`);
  };
  const pasts = (): number => filesIn(own).filter((one) => basename(one).startsWith("past-")).length;

  it("is used for what is new, and no longer where an old file has changed", async () => {
    for (let i = 0; i < 40; i++)
      write(
        i,
        i === 0 ? "CREATE TABLE t (id bigint PRIMARY KEY);" : `ALTER TABLE t ADD COLUMN c${i} integer;`,
      );
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-qm", "all");
    const same = async (): Promise<number> => {
      const fresh = await lint(["--since", "main", "--no-cache"]);
      for (let i = 0; i < 2; i++) expect(await lint(["--since", "main"])).toEqual(fresh);
      return findingsIn(fresh);
    };
    git("checkout", "-qb", "work");
    write(41, "ALTER TABLE t DROP COLUMN c39;");
    const one = await same();
    expect(pasts()).toBe(1);
    expect(one).toBeGreaterThan(0);
    write(42, "ALTER TABLE t DROP COLUMN c38;\nALTER TABLE t DROP COLUMN missing;");
    const two = await same();
    expect(two).toBeGreaterThan(one);
    // Another past: c38 has never been there.
    write(38, "SELECT 1;");
    expect(await same()).not.toBe(two);
    rmSync(file(5));
    await same();
    git("add", ".");
    git("commit", "-qm", "more");
    await same();
    git("checkout", "-q", "main");
    write(43, "CREATE INDEX i ON t (c39);");
    git("add", ".");
    git("commit", "-qm", "on main");
    git("checkout", "-q", "work");
    await same();
  });
});

describe("ddlint cache clean", () => {
  it("removes what is kept", async () => {
    await lint();
    expect(await run(["cache", "clean"], project, undefined, own)).toMatchObject({ exitCode: 0 });
    expect(filesIn(own)).toEqual([]);
  });
});
