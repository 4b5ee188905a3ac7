import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { builtProgram } from "../support/program.ts";

const root = join(import.meta.dirname, "../..");
const program = await builtProgram("cli");
const folder = mkdtempSync(join(tmpdir(), "ddlint-process-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
mkdirSync(join(folder, "migrations"));
writeFileSync(join(folder, "migrations/001_a.sql"), "CREATE TABLE t (id bigint PRIMARY KEY, a text);\n");
writeFileSync(join(folder, "migrations/002_b.sql"), "SELECT 1;\n");

// A pipe gets no colours, also on a CI server, unless the environment asks for them.
const env = { ...process.env, CI: "true", FORCE_COLOR: undefined, NO_COLOR: undefined };

function ddlint(args: readonly string[], input = "", node: readonly string[] = []) {
  const code = `import(${JSON.stringify(program)}).then((cli) => cli.main())`;
  return spawnSync(process.execPath, [...node, "-e", code, "--", "ddlint", ...args], {
    cwd: folder,
    env,
    input,
    encoding: "utf8",
  });
}

it("reads standard input in the place of a file, after the file's history", () => {
  const drop = "ALTER TABLE t DROP COLUMN a;\nALTER TABLE t DROP COLUMN b;\n";
  const { stdout, status } = ddlint(["--stdin", "--stdin-filename", "migrations/002_b.sql"], drop);
  expect(stdout).toContain("migrations/002_b.sql\n");
  expect(stdout).toContain("error drop-column");
  expect(stdout).toContain("error unknown-column");
  expect(status).toBe(1);
});

it("reads standard input alone", () => {
  const { stdout, status } = ddlint(["--stdin", "--format", "json"], "DROP TABLE t;");
  expect(JSON.parse(stdout)).toMatchObject({ findings: [{ file: "stdin.sql" }, {}] });
  expect(status).toBe(1);
});

it("refuses an empty standard input, as a pipe leaves it whose first program failed", () => {
  expect(ddlint(["--stdin"], "")).toMatchObject({
    status: 2,
    stderr: "ddlint: standard input is empty; --allow-empty if that is right\n",
  });
  expect(ddlint(["--stdin", "--allow-empty"], "").status).toBe(0);
});

it("reads standard input alone where the project has a last migration, a snapshot and a tool", () => {
  const config = { startAfter: "002", schema: "schema.sql", migrations: ["migrations"] };
  writeFileSync(join(folder, "applied.json"), JSON.stringify(config));
  writeFileSync(join(folder, "schema.sql"), "CREATE TABLE t (id bigint);\n");
  const sql = "-- +goose Up\nALTER TABLE t DROP COLUMN other;\n";
  const { stdout, stderr, status } = ddlint(["--stdin", "--config", "applied.json", "--format", "json"], sql);
  expect(stderr).toBe("");
  const { findings } = JSON.parse(stdout) as { findings: readonly { ruleId: string }[] };
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(["unknown-column"]);
  expect(status).toBe(1);
});

it("says what to do when it isn't built", () => {
  cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
  for (const args of [[], ["lsp", "--stdio"]]) {
    const options = { cwd: folder, env, encoding: "utf8" } as const;
    const { stderr, status } = spawnSync(process.execPath, ["bin/ddlint.cjs", ...args], options);
    expect(stderr).toBe('ddlint: not built yet; run "npm run build" in its folder\n');
    expect(status).toBe(2);
  }
});

it("uses the second parser where there is no WebAssembly", () => {
  // What `node --jitless` does, at its usual speed.
  const without = join(folder, "without.cjs");
  writeFileSync(without, "delete globalThis.WebAssembly;");
  const sql = "ALTER TABLE t DROP COLUMN a;";
  const { stdout, stderr, status } = ddlint(["--stdin", "--format", "json"], sql, ["--require", without]);
  expect(stderr).toBe(
    "ddlint: the second parser, pgsql-ast-parser, was used: WebAssembly is not available here\n",
  );
  expect(stdout).toContain('"ruleId": "drop-column"');
  expect(status).toBe(1);
});
