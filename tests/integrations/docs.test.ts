/** What the pages tell users to copy is what `init` writes, and what action.yml takes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { parse } from "yaml";
import { run } from "../../src/cli/main.ts";
import { action, root } from "./action.ts";

const folder = mkdtempSync(join(tmpdir(), "ddlint-docs-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const page = (name: string): string => readFileSync(join(root, "docs", name), "utf8");
const blocks = (name: string): readonly string[] =>
  [...page(name).matchAll(/^```yaml\n([^]*?)^```$/gm)].map((match) => match[1] ?? "");

it("is what init writes", async () => {
  mkdirSync(join(folder, "migrations"));
  writeFileSync(join(folder, "migrations/001_a.sql"), "SELECT 1;\n");
  await run(["init", "--yes", "--pre-commit", "--workflow"], folder);
  const written = (path: string): string => readFileSync(join(folder, path), "utf8");
  expect(blocks("commits.md")).toContain(written(".pre-commit-config.yaml"));
  expect(blocks("pull-requests.md")).toContain(written(".github/workflows/ddlint.yml"));
});

it.each(["commits.md", "pull-requests.md"])("is YAML, in %s", (name) => {
  expect(blocks(name).length).toBeGreaterThan(2);
  for (const block of blocks(name)) expect(parse(block)).toBeTypeOf("object");
});

it("names the action's inputs", () => {
  const rows = [...page("pull-requests.md").matchAll(/^\| `([\w-]+)` /gm)].map((match) => match[1]);
  expect(rows.sort()).toEqual(Object.keys(action.inputs).sort());
});

it.each(["rules/index-without-tenant.js", "index.js", "test/rules.test.js", "shop/ddlint.jsonc"])(
  "shows the example of a rule pack as it is: %s",
  (path) => {
    const text = readFileSync(join(root, "examples/rule-pack", path), "utf8");
    expect(page("custom-rules.md")).toContain(text);
  },
);

it("names the hooks that there are", () => {
  const hooks = parse(readFileSync(join(root, ".pre-commit-hooks.yaml"), "utf8")) as { id: string }[];
  expect(hooks.map(({ id }) => id)).toEqual(["ddlint", "ddlint-staged"]);
  expect(page("commits.md")).toContain("- id: ddlint-staged");
});

it("gives the hook the migrations of a commit, in each language", () => {
  const hooks = parse(readFileSync(join(root, ".pre-commit-hooks.yaml"), "utf8")) as {
    id: string;
    files?: string;
    exclude?: string;
  }[];
  const { files = "", exclude = "" } = hooks.find(({ id }) => id === "ddlint") ?? {};
  const isGiven = (path: string): boolean => new RegExp(files).test(path) && !new RegExp(exclude).test(path);
  const given = [
    "migrations/001.sql",
    "src/migrations/001.ts",
    "shop/migrations/0001_initial.py",
    "backend/shop/migrations/0001_initial.py",
    "shop/db_migrations/0001_initial.py",
    "alembic/versions/1975ea83b712_add.py",
  ];
  const others = ["shop/models.py", "shop/migrations/__init__.py", "src/app.ts", "migrations.py"];
  expect(given.filter(isGiven)).toEqual(given);
  expect(others.filter(isGiven)).toEqual([]);
});

it("starts the extension for each language of migrations", () => {
  const { activationEvents } = JSON.parse(
    readFileSync(join(root, "editors/vscode/package.json"), "utf8"),
  ) as { activationEvents: readonly string[] };
  const source = readFileSync(join(root, "editors/vscode/src/extension.mjs"), "utf8");
  for (const language of ["sql", "javascript", "typescript", "python"]) {
    expect(activationEvents).toContain(`onLanguage:${language}`);
    expect(source).toContain(`"${language}"`);
  }
});
