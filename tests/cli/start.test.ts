/** How a project with a past begins: `init`, or `baseline`; then only what is new is reported. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-start-"));
  cpSync(join(import.meta.dirname, "../../fixtures/demo"), folder, { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const ddlint = (line: string) =>
  run(
    line.split(" ").filter((word) => word !== ""),
    folder,
  );
const text = (file: string): string => readFileSync(join(folder, file), "utf8");

/** A new migration with a mistake, and its rollback. */
function addMigration(): void {
  const name = "migrations/20260301090000_drop_title";
  writeFileSync(
    join(folder, `${name}.sql`),
    "SET LOCAL lock_timeout = '2s';\nALTER TABLE products DROP COLUMN title;\n",
  );
  writeFileSync(
    join(folder, `${name}_rollback.sql`),
    "SET LOCAL lock_timeout = '2s';\nALTER TABLE products ADD COLUMN title text;\n",
  );
}

async function rulesFound(line: string): Promise<readonly string[]> {
  const { stdout } = await ddlint(`${line} --format json`);
  const { findings } = JSON.parse(stdout) as { findings: { ruleId: string; file: string }[] };
  expect(findings.every(({ file }) => file.includes("20260301090000"))).toBe(true);
  return findings.map(({ ruleId }) => ruleId);
}

describe("init", () => {
  it("writes what it found, and only new migrations are reported", async () => {
    const { stdout, exitCode } = await ddlint("init --yes --server-version 15");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("migrations: raw, 7 migrations");
    expect(stdout).toContain("wrote ddlint.jsonc");
    expect(text("ddlint.jsonc")).toContain('"startAfter": "20260224160000"');
    expect(text("ddlint.jsonc")).toContain('"serverVersion": "15"');
    expect(await rulesFound("")).toEqual([]);
    addMigration();
    expect(await rulesFound("")).toContain("drop-column");
  });

  it("proposes the conventions that the file names follow", async () => {
    for (const [name, sql] of [
      ["001_orders.sql", "CREATE TABLE orders (id bigint);"],
      ["001_rollback_orders.sql", "DROP TABLE orders;"],
      ["002_notes.sql", "CREATE TABLE notes (id bigint);"],
      ["002_rollback_notes.sql", "DROP TABLE notes;"],
    ] as const) {
      mkdirSync(join(folder, "sql/migrations"), { recursive: true });
      writeFileSync(join(folder, "sql/migrations", name), sql);
    }
    const { stdout } = await ddlint("init --yes sql/migrations");
    expect(stdout).toContain("the file names follow conventions/numbered");
    expect(text("ddlint.jsonc")).toContain(
      '  // "presets": ["recommended", "conventions/numbered"],\n  "presets": ["recommended"],\n',
    );
  });

  it("writes no second configuration unless asked", async () => {
    await ddlint("init --yes");
    expect(await ddlint("init --yes")).toMatchObject({
      exitCode: 2,
      stderr: "ddlint: there is a configuration already: ddlint.jsonc; write a new one with --force\n",
    });
    expect(await ddlint("init --yes --force")).toMatchObject({ exitCode: 0 });
  });

  it("keeps the configuration that exists when only a workflow or a hook is added", async () => {
    await ddlint("init --yes");
    const before = text("ddlint.jsonc");
    const { exitCode, stdout } = await ddlint("init --yes --workflow");
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("kept ddlint.jsonc") as string,
    });
    expect(text(".github/workflows/ddlint.yml")).toContain("ddlint");
    expect(text("ddlint.jsonc")).toBe(before);
  });

  it("gives each folder its own start", async () => {
    const other = join(folder, "billing/migrations");
    cpSync(join(folder, "migrations"), other, { recursive: true });
    const [first = ""] = readdirSync(other).sort();
    appendFileSync(
      join(other, first),
      "CREATE TABLE bills (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n",
    );
    await ddlint("init --yes");
    expect(text("ddlint.jsonc")).toContain('"billing/migrations": {');
    expect(await rulesFound("")).toEqual([]);
  });

  it("asks how migrations without a tool are run, and names what a script says", async () => {
    await ddlint("init --yes");
    expect(text("ddlint.jsonc")).toContain('  // "runner": "psql",\n');
    writeFileSync(join(folder, "Makefile"), "up:\n\tpsql -1 -f migrations/$(FILE)\n");
    rmSync(join(folder, "ddlint.jsonc"));
    await ddlint("init --yes");
    expect(text("ddlint.jsonc")).toContain('found in a script.\n  // "runner": "psql-single-transaction",\n');
  });

  it("writes hook and workflow where there are none", async () => {
    writeFileSync(join(folder, ".pre-commit-config.yaml"), "repos: []\n");
    const { stdout } = await ddlint("init --yes --pre-commit --workflow");
    expect(stdout).toContain(".pre-commit-config.yaml is there already; add to it:");
    expect(text(".pre-commit-config.yaml")).toBe("repos: []\n");
    expect(text(".github/workflows/ddlint.yml")).toContain("--since");
  });

  it("says so where there are no migrations", async () => {
    rmSync(join(folder, "migrations"), { recursive: true });
    const { stdout } = await ddlint("init --yes");
    expect(stdout).toContain("found no migrations here: name their folder, ddlint init <folder>");
    expect(await ddlint("")).toMatchObject({ exitCode: 2 });
    expect(await ddlint("--allow-empty")).toMatchObject({ exitCode: 0 });
  });

  it("prints the release of a tool of Python", async () => {
    const revision =
      'from alembic import op\n\nrevision = "aa"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n';
    mkdirSync(join(folder, "service/alembic/versions"), { recursive: true });
    writeFileSync(join(folder, "service/alembic.ini"), "[alembic]\nscript_location = alembic\n");
    writeFileSync(join(folder, "service/alembic/env.py"), "context.configure()\n");
    writeFileSync(join(folder, "service/alembic/versions/aa_first.py"), revision);
    writeFileSync(join(folder, "service/requirements.txt"), "SQLAlchemy==2.0.*\nalembic==1.13.*\n");
    expect((await ddlint("init --yes")).stdout).toContain(
      "service/alembic/versions: alembic 1.13, 1 migration",
    );
    writeFileSync(join(folder, "service/uv.lock"), '[[package]]\nname = "alembic"\nversion = "1.13.3"\n');
    expect((await ddlint("init --yes --force")).stdout).toContain("alembic 1.13.3, 1 migration");
  });

  it("names the folder with the most SQL files where it knows none", async () => {
    rmSync(join(folder, "migrations"), { recursive: true });
    mkdirSync(join(folder, "upgrade/core"), { recursive: true });
    for (const name of ["1a2b-3c4d.patch", "3c4d-99ff.patch"])
      writeFileSync(join(folder, "upgrade/core", `x${name}.sql`), "SELECT 1;\n");
    expect((await ddlint("")).stderr).toContain("ddlint <folder>, as in ddlint upgrade/core\n");
  });

  it("says which migrations it can't read, and how their SQL is got at", async () => {
    rmSync(join(folder, "migrations"), { recursive: true });
    for (const name of ["app", "blog"]) {
      mkdirSync(join(folder, name, "migrations"), { recursive: true });
      writeFileSync(join(folder, name, "migrations/2024_01_01_000000_orders.php"), "<?php\n");
    }
    const command = "php artisan migrate --pretend";
    const line = `app/migrations and 1 more: 2 migrations in PHP for Laravel, which ddlint doesn't read; lint their SQL: ${command} | ddlint --stdin`;
    expect((await ddlint("")).stderr).toBe(`ddlint: ${line}\n`);
    expect((await ddlint("blog")).stderr).toContain("ddlint: blog/migrations: 1 migration in PHP");
    expect((await ddlint("init --yes")).stdout).toContain(line);
  });
});

describe("baseline", () => {
  it("accepts what is there, and nothing new", async () => {
    const { stdout } = await ddlint("baseline");
    expect(stdout).toMatch(/^ddlint-baseline\.json: \d+ findings accepted; name it in ddlint\.jsonc/);
    writeFileSync(join(folder, "ddlint.json"), '{ "baseline": "ddlint-baseline.json" }');
    expect(await rulesFound("")).toEqual([]);
    expect((await ddlint("")).stdout).toMatch(/^no findings in .*; \d+ in the baseline\n$/);
    addMigration();
    expect(await rulesFound("")).toContain("drop-column");
    expect(await ddlint("baseline")).toMatchObject({ exitCode: 0 });
    expect(await rulesFound("")).toEqual([]);
  });

  it("survives moved lines", async () => {
    await ddlint("baseline");
    const file = "migrations/20260210120000_phone_is_required.sql";
    writeFileSync(join(folder, file), `\n\n-- Every customer has one.\n${text(file)}`);
    expect(await rulesFound("--baseline ddlint-baseline.json")).toEqual([]);
  });

  it("must be one", async () => {
    expect(await ddlint("--baseline nowhere.json")).toMatchObject({
      exitCode: 2,
      stderr: 'ddlint: nowhere.json: can\'t read the baseline; write it with "ddlint baseline"\n',
    });
    writeFileSync(join(folder, "broken.json"), "{}");
    expect(await ddlint("--baseline broken.json")).toMatchObject({ exitCode: 2 });
    writeFileSync(join(folder, "ddlint.json"), '{ "baseline": "later.json" }');
    expect(await ddlint("")).toMatchObject({ exitCode: 2 });
    expect(await ddlint("baseline")).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(folder, "later.json"))).toBe(true);
  });
});
