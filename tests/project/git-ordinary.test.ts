/** What people do with git, which none of the precautions may get in the way of; DDLINT_GITS as for the traps. */
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { findProgram, searchedFolders } from "../../src/project/files/find-program.ts";
import { openGit } from "../../src/project/git/run-git.ts";
import {
  begin,
  comparisons,
  copyOf,
  create,
  drop,
  findingsOf,
  gitPrograms,
  lint,
  ownEnvironment,
  pathWith,
  removeSites,
  Site,
  type GitProgram,
} from "../support/git-site.ts";

const programs = gitPrograms();
const onlyOwnVariables = (): void => {
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
};
const made = new Map<GitProgram, Site>();
function siteOf(program: GitProgram): Site {
  const first = made.get(program) ?? new Site(program);
  if (!made.has(program)) begin(first);
  made.set(program, first);
  return copyOf(first);
}

beforeEach(onlyOwnVariables);
afterAll(() => {
  removeSites();
  vi.unstubAllEnvs();
});

/** What is found, in the folder and in one of it. */
async function expectFindings(folder: string): Promise<void> {
  for (const cwd of [folder, join(folder, "migrations")]) {
    for (const comparison of comparisons) {
      const found = await lint(comparison, cwd);
      expect(found).toMatchObject({ stderr: "", files: findingsOf[comparison] });
    }
  }
}

const edited = async (folder: string, line = "--since main"): Promise<readonly string[]> =>
  (await lint(line, folder, "edited-after-apply")).files;

describe.each(programs)("git $version", (program) => {
  beforeEach(() => {
    for (const [name, value] of Object.entries(ownEnvironment)) vi.stubEnv(name, value);
    vi.stubEnv("PATH", pathWith(program));
  });

  it("compares in a linked work tree", async () => {
    const site = siteOf(program);
    site.git("commit", "--quiet", "--message", "More");
    site.git("worktree", "add", "--quiet", "../linked", "HEAD~1");
    const linked = { shop: join(site.folder, "linked") };
    writeFileSync(join(linked.shop, "migrations/005_drop_note.sql"), drop("codes"));
    site.try(linked.shop, ["add", "--all"]);
    await expectFindings(linked.shop);
  });

  it("compares in a submodule", async () => {
    const site = siteOf(program);
    const outer = join(site.folder, "outer");
    site.try(site.folder, ["init", "--quiet", "outer"]);
    const allowed = ["-c", "protocol.file.allow=always"];
    site.try(outer, [...allowed, "submodule", "--quiet", "add", "--branch", "feature", site.shop, "sub"]);
    const sub = join(outer, "sub");
    site.try(sub, ["branch", "main", "origin/main"]);
    site.try(sub, ["remote", "set-head", "origin", "main"]);
    writeFileSync(join(sub, "migrations/005_drop_note.sql"), drop("codes"));
    site.try(sub, ["add", "--all"]);
    expect(readFileSync(join(sub, ".git"), "utf8")).toContain("modules/sub");
    await expectFindings(sub);
  });

  it.each([
    ["git commit", ["commit", "--message", "x"], ["005_drop_note.sql"]],
    ["git commit --all", ["commit", "--all", "--message", "x"], ["002_codes.sql", "005_drop_note.sql"]],
    ["git commit of a file", ["commit", "--message", "x", "migrations/002_codes.sql"], ["002_codes.sql"]],
  ])("answers in a hook: %s", (_, args, wanted) => {
    const site = siteOf(program);
    site.write("migrations/002_codes.sql", create("codes") + drop("orders"));
    const entry = join(import.meta.dirname, "../../bin/ddlint.cjs");
    for (const folder of [".", "migrations"]) {
      const hook = `#!/bin/sh\ncd ${folder}\n'${process.execPath}' '${entry}' --staged --only drop-column --format unix`;
      site.write(".git/hooks/pre-commit", hook, 0o755);
      const linked = join(site.folder, `linked-${folder}`);
      site.git("worktree", "add", "--quiet", "--detach", linked, "HEAD");
      for (const path of ["migrations/002_codes.sql", "migrations/005_drop_note.sql"])
        writeFileSync(join(linked, path), site.read(path));
      site.try(linked, ["add", "migrations/005_drop_note.sql"]);
      // In a linked work tree git sets GIT_DIR, and so takes the folder for its top.
      for (const cwd of folder === "." ? [site.shop, linked] : [site.shop]) {
        const { status, stdout, stderr } = site.try(cwd, args);
        const files = [...`${stdout}${stderr}`.matchAll(/(\w+\.sql):\d/g)].map(([, file]) => file);
        expect({ status, files }, `${folder} ${stderr}`).toEqual({ status: 1, files: wanted });
      }
    }
  });

  it("compares in a repository of SHA-256, also before its first commit", async () => {
    const site = new Site(program);
    begin(site, "--object-format=sha256");
    await expectFindings(copyOf(site).shop);
    site.git("checkout", "--quiet", "--orphan", "empty");
    site.write("migrations/006_drop.sql", "DROP TABLE nowhere;\n");
    site.git("add", "--all");
    expect((await lint("--staged", site.shop, "unknown-table")).files).toEqual(["006_drop.sql"]);
  });

  it("compares in a sparse work tree", async () => {
    const site = siteOf(program);
    site.git("sparse-checkout", "set", "migrations");
    await expectFindings(site.shop);
    expect(await edited(site.shop)).toEqual([]);
  });

  it("takes a file with the same text for unchanged, whatever its time, mode and line ends", async () => {
    const site = siteOf(program);
    utimesSync(join(site.shop, "migrations/001_orders.sql"), 1, 1);
    const text = site.read("migrations/002_codes.sql").toString("utf8");
    site.write("migrations/002_codes.sql", text.replaceAll("\n", "\r\n"));
    chmodSync(join(site.shop, "migrations/002_codes.sql"), 0o755);
    expect(await edited(site.shop)).toEqual([]);
    site.write("migrations/001_orders.sql", "SELECT 1;\n");
    expect(await edited(site.shop)).toEqual(["001_orders.sql"]);
    site.git("add", "--all");
    expect(await edited(site.shop, "--staged")).toEqual(["001_orders.sql"]);
  });

  it("knows the texts of git-lfs by their sums, without running it", async () => {
    const site = siteOf(program);
    const text = site.read("migrations/001_orders.sql");
    const sum = createHash("sha256").update(text).digest("hex");
    const note = `version https://git-lfs.github.com/spec/v1\noid sha256:${sum}\nsize ${text.length}\n`;
    site.write("migrations/001_orders.sql", note);
    site.git("commit", "--quiet", "--all", "--message", "Note");
    site.write("migrations/001_orders.sql", text);
    site.configure(`[filter "lfs"]\nclean = ${site.trap}\nprocess = ${site.failing}\nrequired = true`);
    site.write(".gitattributes", "*.sql filter=lfs\n");
    expect(await edited(site.shop, "--since HEAD")).toEqual([]);
    expect(site.isSprung).toBe(false);
  });

  it("compares in a partial clone, as far as it has what it needs", async () => {
    const site = siteOf(program);
    site.git("config", "uploadpack.allowFilter", "true");
    const options = ["--quiet", "--filter=blob:none", "--branch", "feature"];
    const clone = join(site.folder, "clone");
    expect(site.try(site.folder, ["clone", ...options, `file://${site.shop}`, clone]).stderr).toBe("");
    expect((await lint("--since origin/main", clone)).files).toEqual(["004_drop_note.sql"]);
    renameSync(join(site.shop, ".git"), join(site.shop, "away"));
    expect((await lint("--since origin/main", clone)).files).toEqual(["004_drop_note.sql"]);
  });

  it("leaves out of the index what is only intended", async () => {
    const site = siteOf(program);
    site.write("migrations/006_drop_note.sql", drop("orders").replace("note", "id"));
    site.git("add", "--intent-to-add", "migrations/006_drop_note.sql");
    expect((await lint("--staged", site.shop)).files).toEqual(findingsOf["--staged"]);
    expect((await lint("--since main", site.shop)).files).toContain("006_drop_note.sql");
  });
});

describe("the time limit", () => {
  it("ends a git that doesn't, and what it has started", () => {
    const site = new Site({ version: "", folder: undefined });
    writeFileSync(join(site.folder, "git"), "#!/bin/sh\nsleep 30 & sleep 30\n");
    chmodSync(join(site.folder, "git"), 0o755);
    vi.stubEnv("PATH", `${site.folder}:${process.env.PATH ?? ""}`);
    const started = performance.now();
    expect(() => openGit(site.folder, 200)).toThrow("git rev-parse gave no answer within 0.2 seconds");
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("findProgram", () => {
  it("searches no folder that depends on where one stands", () => {
    const site = new Site({ version: "", folder: undefined });
    symlinkSync(site.trap, join(site.folder, "less"));
    const home = process.cwd();
    try {
      process.chdir(site.folder);
      expect(findProgram("less", { env: { PATH: ":.:node_modules/.bin" } })).toBeUndefined();
    } finally {
      process.chdir(home);
    }
    expect(findProgram("less", { env: { PATH: `:${site.folder}` } })).toBe(join(site.folder, "less"));
    expect(findProgram("./less", { env: {} })).toBe("./less");
    expect(findProgram("/bin/none", { env: {} })).toBe("/bin/none");
    expect(spawnSync(site.trap, { input: "" }).status).toBe(0);
  });

  it("reads the PATH of each system", () => {
    const env = { Path: '"C:\\Program Files\\Git\\cmd";.;;bin;C:;C:\\shop\\node_modules\\.bin;D:\\git' };
    expect(searchedFolders({ env, platform: "win32" })).toEqual(["C:\\Program Files\\Git\\cmd", "D:\\git"]);
    const PATH = "/usr/bin::.:bin:/shop/node_modules/.bin:/bin";
    expect(searchedFolders({ env: { PATH }, platform: "linux" })).toEqual(["/usr/bin", "/bin"]);
  });
});
