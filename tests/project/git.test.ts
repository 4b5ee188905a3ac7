/** What git says has changed, from a real git. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { run } from "../../src/cli/main.ts";
import { ownEnvironment, removeSites } from "../support/git-site.ts";

const folder = mkdtempSync(join(tmpdir(), "ddlint-git-"));
const shop = join(folder, "shop");
// The repository's own, whatever git this runs under: no hooks, no signatures, no identity from outside.
for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
const env = { ...process.env, ...ownEnvironment };

function git(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: shop, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(shop, path)), { recursive: true });
  writeFileSync(join(shop, path), text);
}

const commit = (message: string): void => {
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
};

/** `file rule` of each finding. */
async function findings(line: string, cwd = shop): Promise<readonly string[]> {
  const outcome = await run([...line.split(" "), "--format", "json"], cwd);
  if (outcome.stdout === "") throw new Error(outcome.stderr);
  const { findings: all } = JSON.parse(outcome.stdout) as { findings: { file: string; ruleId: string }[] };
  return all.map(({ file, ruleId }) => `${file} ${ruleId}`);
}

const create = (table: string): string =>
  `CREATE TABLE ${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);\n`;
const drop = (table: string): string => `SET lock_timeout = '2s';\nALTER TABLE ${table} DROP COLUMN note;\n`;

const hasGit = spawnSync("git", ["--version"]).status === 0;
if (!hasGit) console.warn("git is not installed: its tests are skipped");

beforeAll(() => {
  if (!hasGit) return;
  mkdirSync(shop);
  git("init", "--quiet", "--initial-branch", "main");
  write("migrations/001_orders.sql", create("orders"));
  write("migrations/002_codes.sql", create("codes"));
  write("migrations/003_drop_note.sql", drop("codes"));
  commit("Begin");
  git("switch", "--quiet", "--create", "feature");
  write("migrations/004_drop_note.sql", drop("orders"));
  commit("Drop");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  removeSites();
});

afterEach(() => {
  if (!hasGit) return;
  git("reset", "--quiet", "--hard", "feature");
  git("clean", "--quiet", "--force", "-d");
});

describe.skipIf(!hasGit)("--since", () => {
  it("reports on what is new", async () => {
    expect(await findings("migrations --since main")).toEqual(["migrations/004_drop_note.sql drop-column"]);
    expect(await findings("--changed")).toEqual(["migrations/004_drop_note.sql drop-column"]);
    expect(await findings("--since HEAD")).toEqual([]);
  });

  it("works below the repository's root", async () => {
    expect(await findings("--since main", join(shop, "migrations"))).toEqual([
      "004_drop_note.sql drop-column",
    ]);
  });

  it("counts files that git doesn't follow yet", async () => {
    write("migrations/005_drop.sql", "SET lock_timeout = '2s';\nDROP TABLE codes;\n");
    expect(await findings("--since HEAD")).toEqual(["migrations/005_drop.sql drop-table"]);
  });

  it("takes tables of the same branch as new", async () => {
    write("migrations/005_audit.sql", create("audit"));
    write("migrations/006_drop.sql", drop("audit"));
    expect(await findings("--since HEAD")).toEqual([]);
  });

  it("takes a table that the branch itself creates for empty, unless it is filled", async () => {
    const index = (table: string): string => `CREATE INDEX ${table}_note_idx ON ${table} (note);\n`;
    write("migrations/005_carts.sql", create("carts") + create("copies") + create("log"));
    write("migrations/006_index.sql", index("carts"));
    write("migrations/007_copy.sql", "INSERT INTO copies (note) SELECT note FROM codes;\n");
    write("migrations/008_index.sql", index("copies"));
    write(
      "migrations/009_log.sql",
      "CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (note) VALUES (NEW.note); RETURN NEW; END $$;\n",
    );
    write("migrations/010_index.sql", index("log"));
    write("migrations/011_key.sql", "ALTER TABLE carts ADD COLUMN code_id bigint REFERENCES codes;\n");
    const rules = "--only index-without-concurrently,lock-without-timeout";
    expect(await findings(`--since HEAD ${rules}`)).toEqual([
      "migrations/008_index.sql index-without-concurrently",
      "migrations/010_index.sql index-without-concurrently",
      "migrations/011_key.sql lock-without-timeout",
    ]);
    commit("Add carts");
    write("migrations/012_index.sql", "CREATE INDEX carts_code_id_idx ON carts (code_id);\n");
    expect(await findings(`--since HEAD ${rules}`)).toEqual([
      "migrations/012_index.sql index-without-concurrently",
    ]);
    git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("takes the rows of a table that the branch itself creates for nobody's", async () => {
    write("migrations/005_carts.sql", create("carts") + create("copies") + create("log"));
    write("migrations/006_key.sql", "ALTER TABLE carts ALTER COLUMN note SET NOT NULL;\n");
    write("migrations/007_copy.sql", "INSERT INTO copies (note) SELECT note FROM codes;\n");
    write("migrations/008_fill.sql", "UPDATE copies SET note = 'none';\n");
    write("migrations/009_code.sql", "ALTER TABLE copies ADD COLUMN code text;\n");
    write("migrations/009_key.sql", "ALTER TABLE copies ALTER COLUMN code SET NOT NULL;\n");
    write(
      "migrations/010_log.sql",
      "CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (note) VALUES (NEW.note); RETURN NEW; END $$;\n",
    );
    write("migrations/011_fill.sql", "UPDATE log SET note = 'none';\n");
    write("migrations/012_codes.sql", "DELETE FROM copies;\nUPDATE codes SET note = 'none';\n");
    const rules = "--only not-null-without-backfill,update-without-where,delete-without-where";
    expect(await findings(`--since HEAD ${rules}`)).toEqual([
      "migrations/009_key.sql not-null-without-backfill",
      "migrations/011_fill.sql update-without-where",
      "migrations/012_codes.sql update-without-where",
    ]);
  });

  it("sees edits, renames and deletions of merged migrations", async () => {
    write("migrations/001_orders.sql", create("orders").replace("note text", "note varchar"));
    renameSync(join(shop, "migrations/002_codes.sql"), join(shop, "migrations/005_codes.sql"));
    rmSync(join(shop, "migrations/003_drop_note.sql"));
    const found = await findings("--since main --only edited-after-apply");
    expect(found).toEqual([
      "migrations/001_orders.sql edited-after-apply",
      "migrations/005_codes.sql edited-after-apply",
      "migrations/003_drop_note.sql edited-after-apply",
    ]);
    git("add", "--all");
    expect(await findings("--since main --only edited-after-apply")).toEqual(found);
  });

  it("sees a version before merged ones", async () => {
    write("migrations/002_5_late.sql", create("late"));
    write("migrations/0025_late.sql", create("later"));
    expect(await findings("--since main --only version-out-of-order")).toEqual([
      "migrations/002_5_late.sql version-out-of-order",
    ]);
  });
});

describe.skipIf(!hasGit)("a file that makes a history look like that of another database", () => {
  it.each([
    [".env", "DATABASE_URL=sqlite://x\n"],
    ["migrations/005_notes.sql", "PRAGMA foreign_keys = ON;\n"],
  ])("%s: 2", async (path, text) => {
    write(path, text);
    write("migrations/006_drop.sql", drop("orders"));
    for (const line of ["--since main", "--staged"]) {
      git("add", "--all");
      const { exitCode, stderr } = await run(line.split(" "), shop);
      expect(stderr).toContain("migrations was linted before this change, and is left out now (");
      expect(exitCode).toBe(2);
    }
  });
});

describe.skipIf(!hasGit)("startAfter beside git", () => {
  it("doesn't hide what is new and comes late", async () => {
    write("migrations/002_5_late.sql", drop("orders"));
    // Its version is 002, which another file has.
    const late = ["duplicate-version", "version-out-of-order", "drop-column"];
    expect(new Set(await findings("--since feature --after 003"))).toEqual(
      new Set(late.map((rule) => `migrations/002_5_late.sql ${rule}`)),
    );
  });

  it("is believed where it names what is new itself", async () => {
    write("migrations/005_drop.sql", drop("orders"));
    expect(await findings("--since feature --after 005")).toEqual([]);
  });

  it("leaves repeatable migrations to git, and says so", async () => {
    write("sql/V1__orders.sql", create("orders"));
    write("sql/R__first.sql", drop("orders"));
    const { stderr } = await run(["sql", "--after", "1"], shop);
    expect(stderr).toBe(
      "ddlint: R__first is taken as applied (startAfter): --changed reports it once it is edited\n",
    );
    write("sql/R__second.sql", drop("orders"));
    expect((await run(["sql", "--after", "1"], shop)).stderr).toContain("2 repeatable migrations are taken");
    const changed = await run(["sql", "--after", "1", "--since", "feature"], shop);
    expect(changed.stderr).toMatch(/^ddlint: 1 new migration was not checked: startAfter names .*\n$/);
    expect(changed.stdout).toContain("drop-column");
  });
});

describe.skipIf(!hasGit)("--staged", () => {
  it("reads the index, not the work tree", async () => {
    write("migrations/005_drop.sql", "SET lock_timeout = '2s';\nDROP TABLE codes;\n");
    expect(await findings("--staged")).toEqual([]);
    git("add", "migrations/005_drop.sql");
    write("migrations/005_drop.sql", "SELECT 1;\n");
    expect(await findings("--staged")).toEqual(["migrations/005_drop.sql drop-table"]);
    rmSync(join(shop, "migrations/005_drop.sql"));
    expect(await findings("--staged")).toEqual(["migrations/005_drop.sql drop-table"]);
  });

  it("works before the first commit", async () => {
    const fresh = join(folder, "fresh");
    mkdirSync(fresh);
    spawnSync("git", ["init", "--quiet"], { cwd: fresh, env });
    writeFileSync(join(fresh, "001_orders.sql"), `${create("orders")}DROP TABLE codes;\n`);
    spawnSync("git", ["add", "."], { cwd: fresh, env });
    expect(await findings(". --staged --only unknown-table,drop-table", fresh)).not.toEqual([]);
  });
});

describe.skipIf(!hasGit)("a file that moved", () => {
  const wide = "SET lock_timeout = '2s';\nDROP TABLE codes;\n";
  const lint = async (line: string): Promise<readonly string[]> =>
    (await findings(line)).filter((found) => found.endsWith("drop-table"));

  it.each(["docs", "seeds", "migrations/drafts"])("is new where it comes from %s", async (from) => {
    write(`${from}/005_drop.sql`, wide);
    commit("Draft");
    git("mv", `${from}/005_drop.sql`, "migrations/005_drop.sql");
    for (const paths of ["", "migrations "]) {
      expect(await lint(`${paths}--since HEAD`)).toEqual(["migrations/005_drop.sql drop-table"]);
      expect(await lint(`${paths}--staged`)).toEqual(["migrations/005_drop.sql drop-table"]);
    }
    git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("is new where it joins a history from another one", async () => {
    for (const name of ["005_drop", "006_drop"]) write(`docs/${name}.sql`, wide);
    commit("Draft");
    for (const name of ["005_drop", "006_drop"]) git("mv", `docs/${name}.sql`, `migrations/${name}.sql`);
    expect(await lint("--since HEAD")).toContain("migrations/005_drop.sql drop-table");
    git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("comes late where it comes before merged ones", async () => {
    write("docs/002_5_drop.sql", wide);
    commit("Draft");
    git("mv", "docs/002_5_drop.sql", "migrations/002_5_drop.sql");
    expect(await findings("--since HEAD --only version-out-of-order")).toEqual([
      "migrations/002_5_drop.sql version-out-of-order",
    ]);
    git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("is as it was where its folder moved as a whole", async () => {
    mkdirSync(join(shop, "db"));
    git("mv", "migrations", "db/migrations");
    expect(await findings("--since HEAD")).toEqual([]);
    expect(await findings("db/migrations --since HEAD")).toEqual([]);
    expect(await findings(". --since HEAD", join(shop, "db"))).toEqual([]);
    expect(await findings("--since main --only drop-column")).toEqual([
      "db/migrations/004_drop_note.sql drop-column",
    ]);
  });
});

describe.skipIf(!hasGit)("a link", () => {
  it("has changed when its target has", async () => {
    write("shared/v.sql", create("views"));
    mkdirSync(join(shop, "migrations"), { recursive: true });
    symlinkSync("../shared/v.sql", join(shop, "migrations/005_views.sql"));
    commit("Share");
    expect(await findings("migrations --since HEAD")).toEqual([]);
    write("shared/v.sql", "SET lock_timeout = '2s';\nDROP TABLE codes;\n");
    const found = ["migrations/005_views.sql edited-after-apply", "migrations/005_views.sql drop-table"];
    expect(await findings("migrations --since HEAD")).toEqual(found);
    expect(await findings("migrations --staged")).toEqual([]);
    git("add", "--all");
    // The branch isn't merged: no server has run the migration that was edited.
    expect(await findings("migrations --staged")).toEqual(["migrations/005_views.sql drop-table"]);
    rmSync(join(shop, "shared/v.sql"));
    expect(await findings("migrations --since HEAD --only unreadable-migration")).toEqual([
      "migrations/005_views.sql unreadable-migration",
    ]);
    git("checkout", "--quiet", "--", "shared");
    symlinkSync("migrations", join(shop, "linked"));
    expect(await findings("linked --since HEAD --only drop-table")).toEqual([
      "linked/005_views.sql drop-table",
    ]);
    git("reset", "--quiet", "--hard", "HEAD~1");
  });
});

describe.skipIf(!hasGit || process.platform !== "linux")("a new file whose name is no UTF-8", () => {
  it("is reported", async () => {
    writeFileSync(Buffer.from(join(shop, "migrations/005_\xFF.sql"), "latin1"), drop("orders"));
    const found = ["migrations/005_\uFFFD.sql unreadable-migration"];
    expect(await findings("--since feature")).toEqual(found);
    git("add", "--all");
    expect(await findings("--staged")).toEqual(found);
  });
});

describe.skipIf(!hasGit)("names of tags and branches", () => {
  const drop = ["migrations/004_drop_note.sql drop-column"];

  it("mean the remote's branch, whatever tag is called so", async () => {
    git("update-ref", "refs/remotes/origin/main", "main");
    git("tag", "origin/main", "feature");
    expect(await findings("--since origin/main")).toEqual(drop);
    expect(await findings("--changed")).toEqual(drop);
    git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
    expect(await findings("--changed")).toEqual(drop);
    git("symbolic-ref", "--delete", "refs/remotes/origin/HEAD");
    git("update-ref", "-d", "refs/remotes/origin/main");
    git("tag", "--delete", "origin/main");
  });

  it("are refused where both a tag and a branch have one", async () => {
    git("tag", "main", "feature");
    expect(await run(["--since", "main"], shop)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        'ddlint: "main" is a tag and a branch, which are different commits; name one of them: refs/heads/main or refs/tags/main\n',
    });
    expect(await findings("--since refs/heads/main")).toEqual(drop);
    git("tag", "--delete", "main");
  });
});

describe.skipIf(!hasGit)("what is new and in no history", () => {
  const said = async (line: string): Promise<readonly string[]> => {
    const { exitCode, stderr } = await run(line.split(" "), shop);
    expect(exitCode).toBe(line.includes("--require-understood") && stderr !== "" ? 2 : 0);
    return stderr.split("\n").slice(0, -1);
  };
  const isNew = (path: string): string => `ddlint: ${path} is new and in no history: it was not checked`;

  it.each([
    ["a folder that nobody writes into", "migrations/vendor/005_x.sql"],
    ["a deep folder", "migrations/a/b/c/d/e/f/g/h/i/j/k/l/m/n/005_x.sql"],
    ["another ending", "migrations/5_x.up.pgsql"],
    ["an ending in capitals", "lib/migrate/vendor/005_X.SQL"],
    ["code", "migrations/vendor/migrations/005_x.ts"],
    ["a dump with a number", "migrations/vendor/005_schema.sql"],
  ])("is said: %s", async (_, path) => {
    write(path, "DROP TABLE codes;\n");
    expect(await said("--since HEAD")).toEqual([isNew(path)]);
    expect(await said("--since HEAD --require-understood")).toEqual([isNew(path)]);
    git("add", "--all");
    expect(await said("--staged")).toEqual([isNew(path)]);
  });

  it.each([
    "src/queries/orders.sql",
    "docs/example.sql",
    "vendor/shop/migrations/001_x.sql",
    "tests/migrations/001_x.sql",
    "migrations/seeds/001_orders.sql",
    "migrations/tests/orders.sql",
    "lib/migrations.md",
    "lib/migrate/index.ts",
    "lib/migrations/helper.js",
  ])("is no migration by its place: %s", async (path) => {
    write(path, "SELECT 1;\n");
    expect(await said("--since HEAD")).toEqual([]);
  });

  it("is said of a folder that git follows though it ignores it", async () => {
    write(".gitignore", "db/\n");
    write("db/migrations/001_x.sql", create("tills"));
    git("add", "--all");
    git("add", "--force", "db");
    expect(await said("--since HEAD")).toEqual([isNew("db/migrations/001_x.sql")]);
    expect(await said("migrations --since HEAD")).toEqual([]);
  });

  it("is said of what has changed and moved, five at most", async () => {
    write("docs/008_x.sql", drop("codes"));
    for (const number of [1, 2, 3, 4, 5, 6, 7])
      write(`migrations/vendor/00${number}.sql`, `SELECT ${number};\n`);
    commit("Vendor");
    write("migrations/vendor/001.sql", "DROP TABLE codes;\n");
    git("mv", "docs/008_x.sql", "migrations/vendor/008_x.sql");
    expect(await said("--since HEAD")).toEqual([
      "ddlint: migrations/vendor/001.sql has changed and is in no history: it was not checked",
      isNew("migrations/vendor/008_x.sql"),
    ]);
    git("reset", "--quiet", "--hard", "HEAD");
    expect((await said("--since HEAD~1")).slice(4)).toEqual([
      isNew("migrations/vendor/005.sql"),
      "ddlint: 2 more that are new or changed are in no history",
    ]);
    git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("is said of a link to a folder", async () => {
    write("shared/005_x.sql", "DROP TABLE codes;\n");
    symlinkSync("../shared", join(shop, "migrations/more"));
    expect(await said("--since HEAD")).toEqual([
      "ddlint: migrations/more is a link to a folder: what lies there was not checked",
    ]);
  });

  it("isn't said of another database's file beside the one that was checked", async () => {
    write("db/migration/V1__x.sql", create("tills"));
    write("db/migration/h2/V1__x.sql", create("tills"));
    write("db/migration/h2/V2__x.sql", create("shops"));
    expect(await said("db --since HEAD --dialect postgres")).toEqual([isNew("db/migration/h2/V2__x.sql")]);
  });
});

describe.skipIf(!hasGit)("a submodule", () => {
  it("has changed when another commit is recorded: its migrations count as changed", async () => {
    const outer = join(folder, "outer");
    mkdirSync(outer);
    const inOuter = (...args: readonly string[]): void => {
      const { status, stderr } = spawnSync("git", ["-c", "protocol.file.allow=always", ...args], {
        cwd: outer,
        env,
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(stderr);
    };
    inOuter("init", "--quiet", "--initial-branch", "main");
    inOuter("submodule", "--quiet", "add", "--branch", "main", shop, "db");
    inOuter("commit", "--quiet", "--message", "Begin");
    expect(await run(["--since", "HEAD"], outer)).toMatchObject({ exitCode: 0, stderr: "" });
    inOuter("-C", "db", "switch", "--quiet", "--detach", "origin/feature");
    const check = async (line: string): Promise<void> => {
      const { exitCode, stdout, stderr } = await run([...line.split(" "), "--format", "unix"], outer);
      expect(exitCode).toBe(1);
      expect(stdout).toContain("db/migrations/004_drop_note.sql");
      expect(stderr).toContain("ddlint: the submodule db has changed: what is new in it isn't known\n");
    };
    await check("--since HEAD");
    inOuter("add", "db");
    await check("--staged");
  });
});

describe.skipIf(!hasGit)("what git can't answer", () => {
  const message = async (line: string, cwd = shop): Promise<string> => {
    const { exitCode, stderr } = await run(line.split(" "), cwd);
    expect(exitCode).toBe(2);
    return stderr;
  };

  it("is said with what to do", async () => {
    expect(await message("--since nowhere")).toMatch(
      /^ddlint: git can't find the commit "nowhere"; .*git fetch origin nowhere/,
    );
    expect(await message("--since origin/main")).toContain(
      "; or compare with a local branch: --since main\n",
    );
    expect(await message("--since origin/nowhere")).toContain(
      "; or compare with a local branch: --since main\n",
    );
    expect(await message("--since=--help")).toContain(`git can't find the commit "--help"`);
    expect(await message("--since main --staged")).toBe("ddlint: --since and --staged exclude each other\n");
    expect(await message("--changed", folder)).toMatch(/^ddlint: git: not a git repository/);
  });

  it("names a shallow clone as the reason", async () => {
    const clone = join(folder, "clone");
    const url = `file://${shop}`;
    const options = ["--quiet", "--depth", "1", "--branch", "feature", url, clone];
    spawnSync("git", ["clone", ...options], { env });
    spawnSync("git", ["fetch", "--quiet", "--depth", "1", "origin", "main:main"], { cwd: clone, env });
    const said = await message("--since main", clone);
    expect(said).toContain(
      'no common commit of "main" and HEAD; the clone is shallow: git fetch --unshallow',
    );
  });

  it.each(["main", "feature"])(
    "doesn't compare the only branch of a shallow clone, %s, with itself",
    async (branch) => {
      const clone = join(folder, `only-${branch}`);
      const inClone = (...args: readonly string[]): unknown => spawnSync("git", args, { cwd: clone, env });
      const options = ["--quiet", "--depth", "1", "--single-branch", "--branch", branch];
      spawnSync("git", ["clone", ...options, `file://${shop}`, clone], { env });
      inClone("remote", "set-head", "origin", branch);
      const said = await message("--changed", clone);
      expect(said).toBe(
        `ddlint: "origin/${branch}" is the only branch of this shallow clone, so HEAD would be compared with itself; clone without --depth, or actions/checkout with fetch-depth: 0, or name the base: --since <branch>\n`,
      );
      inClone("checkout", "--quiet", "--detach");
      expect(await message("--changed", clone)).toBe(said);
      // A branch that was made here is compared with the one that it was made from.
      inClone("checkout", "--quiet", "-b", "work");
      expect((await run(["--changed"], clone)).exitCode).toBe(0);
    },
  );
});

describe.skipIf(!hasGit)("a migration of a branch that isn't merged", () => {
  it("may be rewritten before the next commit", async () => {
    write("migrations/005_codes.sql", drop("codes"));
    commit("Drop codes");
    write("migrations/005_codes.sql", "SET lock_timeout = '2s';\nDROP TABLE codes;\n");
    git("add", "--all");
    const ids = (await findings("--staged")).map((line) => line.split(" ")[1]);
    expect(ids).toContain("drop-table");
    expect(ids).not.toContain("edited-after-apply");
  });
});
