/** What is written, and what is said where it can't be. */
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { withFixes } from "../../src/cli/fix.ts";
import { run } from "../../src/cli/main.ts";
import { fixProject, nodeFileSystem } from "../../src/index.ts";
import { builtProgram } from "../support/program.ts";

const cli = await builtProgram("cli");

const unused = "-- ddlint-disable-next-line drop-column\nCREATE INDEX ON orders (note);\n";
const fixed = "CREATE INDEX ON orders (note);\n";
const names = ["migrations/002_a.sql", "migrations/003_b.sql", "migrations/004_c.sql"];

const only = "--only unused-suppression,drop-column";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-written-"));
  fill(folder);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function fill(at: string): void {
  mkdirSync(join(at, "migrations"));
  writeFileSync(
    join(at, "migrations/001_init.sql"),
    "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
  );
  for (const name of names) writeFileSync(join(at, name), unused);
}
const text = (name: string): string => readFileSync(join(folder, name), "utf8");
const ddlint = (line: string) => run(line.split(" "), folder);

const git = (line: string): void => {
  const { status, stderr } = spawnSync(
    "git",
    ["-c", "user.name=a", "-c", "user.email=a@b", ...line.split(" ")],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(stderr);
};

describe.skipIf(spawnSync("git", ["--version"]).status !== 0)("--fix of committed migrations", () => {
  it("changes nothing, unless the user says which are new", async () => {
    git("init --quiet");
    git("add migrations/001_init.sql migrations/002_a.sql");
    git("commit --quiet --message a");
    const { stderr, exitCode } = await ddlint(`--fix ${only}`);
    expect(stderr).toMatch(
      /^ddlint: migrations\/002_a\.sql is committed and may be applied already: .*--changed/,
    );
    expect(exitCode).toBe(2);
    expect(names.map(text)).toEqual([unused, unused, unused]);
    expect((await ddlint(`--diff ${only}`)).stdout).toContain("002_a.sql");
    expect((await ddlint(`--fix --after 002 ${only}`)).exitCode).toBe(0);
    expect(names.map(text)).toEqual([unused, fixed, fixed]);
    expect((await ddlint(`migrations/002_a.sql --fix ${only}`)).exitCode).toBe(0);
    expect(names.map(text)).toEqual([fixed, fixed, fixed]);
  });

  it("fixes those that no commit has", async () => {
    git("init --quiet");
    expect((await ddlint(`--fix ${only}`)).exitCode).toBe(0);
    expect(names.map(text)).toEqual([fixed, fixed, fixed]);
  });
});

describe("--fix", () => {
  it("names the files that it wrote", async () => {
    const { stderr, exitCode } = await ddlint(`--fix ${only}`);
    expect(stderr).toBe(
      [...names.map((name) => `ddlint: wrote ${name}\n`), "ddlint: fixed 3 findings in 3 files\n"].join(""),
    );
    expect(names.map(text)).toEqual([fixed, fixed, fixed]);
    expect(exitCode).toBe(0);
    expect(readdirSync(join(folder, "migrations"))).toHaveLength(4);
  });

  it("writes the others where one can't be written, and names both", async () => {
    const fixes = await fixProject({
      fs: nodeFileSystem(folder),
      opinions: { only: ["unused-suppression", "drop-column"] },
    });
    // An editor saves the one, and the other is a folder by now.
    writeFileSync(join(folder, "migrations/002_a.sql"), `${unused}-- more\n`);
    rmSync(join(folder, "migrations/004_c.sql"));
    mkdirSync(join(folder, "migrations/004_c.sql"));
    const outcome = { exitCode: 0, stdout: "no findings\n", stderr: "" };
    expect(
      await withFixes(outcome, fixes, "write", {
        cwd: folder,
        stdin: "",
        isNew: () => true,
        committed: () => Promise.resolve(new Set<string>()),
        within: { root: folder },
      }),
    ).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "ddlint: wrote migrations/003_b.sql\n" +
        "ddlint: can't write migrations/002_a.sql: it has changed since it was read; migrations/004_c.sql: it is a folder\n",
    });
    expect(text("migrations/002_a.sql")).toBe(`${unused}-- more\n`);
    expect(text("migrations/003_b.sql")).toBe(fixed);
  });
});

describe("reports", () => {
  it.each([
    ["--output migrations", '--output: can\'t write "migrations": it is a folder'],
    ["--format json=no/x.json", "--format: can't write \"no/x.json\": its folder doesn't exist"],
    ["baseline --baseline no/x.json", "--baseline: can't write \"no/x.json\": its folder doesn't exist"],
  ])("%s", async (line, message) => {
    expect(await ddlint(line)).toEqual({ exitCode: 2, stdout: "", stderr: `ddlint: ${message}\n` });
  });

  const program = '"$NODE" -e "$CODE" -- ddlint';
  const shell = (line: string) => {
    const code = `import(${JSON.stringify(cli)}).then((cli) => cli.main())`;
    const env = { ...process.env, NODE: process.execPath, CODE: code };
    return spawnSync("bash", ["-c", line], { cwd: folder, env, encoding: "utf8" });
  };

  it.skipIf(process.platform !== "linux")("may find the disk full behind standard output", () => {
    const { stderr, status } = shell(`${program} > /dev/full`);
    expect(stderr).toBe("ddlint: can't write to standard output: no space left on the device\n");
    expect(status).toBe(2);
    expect(shell(`${program} --output /dev/full`).stderr).toBe(
      'ddlint: --output: can\'t write "/dev/full": no space left on the device\n',
    );
  });

  it.skipIf(process.platform === "win32").each([
    ["a reader that has enough", "| head -c 1", "{", 1],
    ["a reader that is gone", "| true", "", 1],
    ["a reader that is gone, and nothing to fail for", "--exit-zero | true", "", 0],
    [
      "messages that nobody reads",
      "--verbose 2> >(true) >seen; rc=$?; grep -c '^}' seen; (exit $rc)",
      "1\n",
      1,
    ],
  ])("end quietly for %s", (_, line, stdout, status) => {
    expect(
      shell(`${program} --format json ${line.replace("| ", "2>&1 | ")}; (exit $\{PIPESTATUS[0]})`),
    ).toMatchObject({
      stdout,
      stderr: "",
      status,
    });
  });

  it.skipIf(process.platform === "win32")("need a standard input that can be read", () => {
    expect(shell(`${program} - < .`)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^ddlint: can't read standard input: .+\n$/) as string,
    });
  });

  it.skipIf(process.platform === "win32")("go where no file is, as it is", async () => {
    expect((await ddlint("--output /dev/null --only drop-column")).exitCode).toBe(0);
    const bash = (line: string) => shell(line).stdout;
    const report = /"findings":/;
    expect(bash(`${program} --format json=>(cat) | cat`)).toMatch(report);
    expect(bash(`${program} --format json --output /dev/stdout | cat`)).toMatch(report);
    expect(bash(`${program} --format json --output /dev/fd/3 3>&1 | cat`)).toMatch(report);
    bash(
      `cd ${folder}; echo first > all; ${program} --format json --output /dev/stdout >> all; echo last >> all`,
    );
    expect(text("all")).toMatch(/^first\n\{[^]*\}\nlast\n$/);
  });
});

describe("init", () => {
  it("says in one line what it can't write, and what it wrote before", async () => {
    writeFileSync(join(folder, ".github"), "");
    expect(await ddlint("init --yes --workflow")).toEqual({
      exitCode: 2,
      stdout: "wrote ddlint.jsonc\n",
      stderr: `ddlint: init: can't write ".github/workflows/ddlint.yml": a part of its path isn't a folder\n`,
    });
  });

  it("replaces a configuration whole, and leaves it a link", async () => {
    writeFileSync(join(folder, "shared.jsonc"), "{}");
    symlinkSync("shared.jsonc", join(folder, "ddlint.jsonc"));
    expect((await ddlint("init --yes --force")).exitCode).toBe(0);
    expect(text("shared.jsonc")).toContain('"startAfter"');
    expect(text("ddlint.jsonc")).toBe(text("shared.jsonc"));
  });
});

const canMount = process.platform === "linux" && process.getuid?.() === 0;
if (!canMount)
  console.warn("no disk can be mounted here: a read-only one and a full one aren't tried for real");

describe.skipIf(!canMount)("a disk", () => {
  const mounted = (): void => {
    const at = join(folder, "disk");
    mkdirSync(at);
    const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", at], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    onTestFinished(() => {
      spawnSync("umount", [at]);
    });
    folder = at;
    fill(at);
  };
  /** The folder that is removed after the test. */
  afterEach(() => {
    if (folder.endsWith("/disk")) {
      spawnSync("umount", [folder]);
      folder = join(folder, "..");
    }
  });

  it("that is read-only", async () => {
    mounted();
    expect(spawnSync("mount", ["-o", "remount,ro", folder]).status).toBe(0);
    const reason = "read-only file system";
    const fails = async (line: string, message: string): Promise<void> => {
      expect(await ddlint(line)).toEqual({ exitCode: 2, stdout: "", stderr: `ddlint: ${message}\n` });
    };
    await fails("init --yes", `init: can't write "ddlint.jsonc": ${reason}`);
    await fails("init --yes --force", `init: can't write "ddlint.jsonc": ${reason}`);
    await fails("baseline", `--baseline: can't write "ddlint-baseline.json": ${reason}`);
    await fails("--format json=x.json", `--format: can't write "x.json": ${reason}`);
    await fails(`--fix ${only}`, `can't write ${names.map((name) => `${name}: ${reason}`).join("; ")}`);
    expect(names.map(text)).toEqual([unused, unused, unused]);
  });

  it("that is full", async () => {
    mounted();
    writeFileSync(join(folder, "x.json"), "old");
    try {
      writeFileSync(join(folder, "all"), "x".repeat(256 * 1024));
    } catch {
      // As many as there was room for.
    }
    const reason = "no space left on the device";
    expect((await ddlint("--format json=x.json")).stderr).toBe(
      `ddlint: --format: can't write "x.json": ${reason}\n`,
    );
    expect(text("x.json")).toBe("old");
    const { stderr, exitCode } = await ddlint(`--fix ${only}`);
    expect(stderr).toBe(`ddlint: can't write ${names.map((name) => `${name}: ${reason}`).join("; ")}\n`);
    expect(exitCode).toBe(2);
    expect(names.map(text)).toEqual([unused, unused, unused]);
    expect(readdirSync(join(folder, "migrations"))).toHaveLength(4);
  });
});
