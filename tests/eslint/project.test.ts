import { setTimeout as wait } from "node:timers/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { lintProject } from "../../src/index.ts";
import ddlint from "../../src/eslint/index.ts";
import { eslintIn, folderWith, messages, only, shown, writeIn } from "./project.ts";

const init = "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n";
const drop = "SET lock_timeout = '2s';\nALTER TABLE orders DROP COLUMN note;\n";
const rule = only({ "ddlint/drop-column": "error", "ddlint/index-without-concurrently": "error" });
const history = { "migrations/001_init.sql": init, "migrations/002_drop.sql": drop };

describe("facts of ddlint.jsonc", () => {
  it("hold", async () => {
    const folder = folderWith({ ...history, "ddlint.jsonc": '{ "startAfter": "002_drop" }' });
    expect(await messages(folder, ".", rule)).toEqual([]);
  });

  it("hold where ESLint runs in a folder below", async () => {
    const folder = folderWith({ ...history, "ddlint.jsonc": '{ "startAfter": "002_drop" }' });
    expect(await messages(join(folder, "migrations"), ".", rule)).toEqual([]);
  });

  it("hold for their own part of a repository", async () => {
    const folder = folderWith({
      "a/db/migrations/001_init.sql": init,
      "a/db/migrations/002_drop.sql": drop,
      "a/ddlint.jsonc": '{ "startAfter": "002" }',
      "b/db/migrations/001_init.sql": init,
      "b/db/migrations/002_drop.sql": drop,
      "b/ddlint.jsonc": '{ "startAfter": "001" }',
    });
    const results = await eslintIn(folder, rule).lintFiles(["."]);
    expect(results.map((result) => result.messages.length)).toEqual([0, 0, 0, 1]);
  });

  it("that can't be read are an error with their place", async () => {
    const folder = folderWith({
      "a/migrations/001_init.sql": init,
      "a/ddlint.jsonc": '{\n  "serverVersoin": 15\n}',
    });
    expect(await messages(folder, ".", [rule, only({ "ddlint/syntax-error": "error" })])).toEqual([
      '1:1 ddlint/syntax-error: a/ddlint.jsonc:2:3: unknown key "serverVersoin"; did you mean "serverVersion"?',
    ]);
  });

  it("that name what isn't there are an error, too", async () => {
    const folder = folderWith({ ...history, "ddlint.jsonc": '{ "startAfter": "003" }' });
    expect(await messages(folder, "migrations/002_drop.sql", rule)).toEqual([
      expect.stringContaining('there is no migration "003"'),
    ]);
  });

  it("in code are not run, which is said once", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const folder = folderWith({ ...history, "ddlint.config.js": "throw new Error()" });
    expect(await messages(folder, ".", rule)).toHaveLength(1);
    expect(warned.mock.calls).toEqual([[expect.stringContaining("was not run"), "ddlint"]]);
    warned.mockRestore();
  });
});

describe("opinions of ddlint.jsonc", () => {
  const opinions = async (config: object, files: Readonly<Record<string, string>> = {}) =>
    messages(folderWith({ ...history, ...files, "ddlint.jsonc": JSON.stringify(config) }), ".", rule);

  it("don't say which rules run", async () => {
    expect(await opinions({ rules: { "drop-column": "off" } })).toHaveLength(1);
  });

  it("give options that ESLint's configuration leaves out", async () => {
    const folder = folderWith({
      ...history,
      "migrations/003_more.sql": "ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b int;\n",
      "ddlint.jsonc": '{ "rules": { "large-migration": ["off", { "most": 1 }] } }',
    });
    const lint = (options: object[]): Promise<readonly string[]> =>
      messages(folder, "migrations/003_more.sql", only({ "ddlint/large-migration": ["error", ...options] }));
    expect(await lint([])).toEqual([expect.stringContaining("makes 2 changes, more than 1")]);
    expect(await lint([{ most: 2 }])).toEqual([]);
  });

  it("override for some files", async () => {
    const overrides = [{ files: ["migrations/002*"], rules: { "drop-column": "off" } }];
    expect(await opinions({ overrides })).toEqual([]);
  });

  it("accept what the baseline lists", async () => {
    const cwd = folderWith(history);
    const { findings } = await lintProject({ cwd });
    const prints = findings.map(({ fingerprint, ruleId, file }) => ({ fingerprint, ruleId, file }));
    const baseline = JSON.stringify({ version: 1, findings: prints });
    expect(await opinions({ baseline: "base.json" }, { "base.json": baseline })).toEqual([]);
    expect(await opinions({ baseline: "none.json" })).toContainEqual(
      expect.stringContaining("none.json: can't read the baseline"),
    );
  });
});

describe("files outside of histories", () => {
  it("are linted by their own paths", async () => {
    const folder = folderWith({ ...history, "queries/report.sql": "CREATE INDEX a ON orders (note);\n" });
    const found = await messages(folder, "queries/report.sql", rule);
    expect(found).toEqual([expect.stringContaining("1:1 ddlint/index-without-concurrently")]);
  });

  it("don't ask for what is applied in histories", async () => {
    const folder = folderWith({
      ...history,
      "queries/report.sql": "CREATE INDEX a ON orders (note);\n",
      "ddlint.jsonc": '{ "startAfter": "002" }',
    });
    expect(await messages(folder, "queries", rule)).toHaveLength(1);
  });

  it("may be known by an editor only", async () => {
    const folder = folderWith(history);
    const eslint = eslintIn(folder, rule);
    const lint = async (filePath: string, text: string): Promise<readonly string[]> =>
      (await eslint.lintText(text, { filePath })).flatMap((result) => result.messages.map(shown));
    const index = "CREATE INDEX a ON orders (id);\n";
    expect(await lint("migrations/003_index.sql", index)).toHaveLength(1);
    expect(
      await lint("migrations/003_own.sql", `${init.replace("orders", "own")}CREATE INDEX a ON own (id);`),
    ).toEqual([]);
    expect(await lint("other/new.sql", index)).toHaveLength(1);
  });
});

describe("a process that lives on", () => {
  it("sees other files and the configuration change", async () => {
    const view = only({ "ddlint/drop-breaks-dependent": "error", "ddlint/drop-column": "error" });
    const folder = folderWith(history);
    const lint = (): Promise<readonly string[]> => messages(folder, "migrations/002_drop.sql", view);
    expect(await lint()).toHaveLength(1);
    writeIn(folder, "migrations/001_view.sql", "CREATE VIEW notes AS SELECT note FROM orders;\n");
    await wait(400);
    expect(await lint()).toHaveLength(2);
    writeIn(folder, "ddlint.jsonc", '{ "startAfter": "002_drop" }');
    await wait(400);
    expect(await lint()).toEqual([]);
  });

  it("forgets the text of a buffer that was never saved", async () => {
    const folder = folderWith(history);
    const eslint = eslintIn(folder, ddlint.configs.recommended);
    const filePath = "migrations/001_init.sql";
    await eslint.lintText(`${init}CREATE VIEW notes AS SELECT note FROM orders;\n`, { filePath });
    await wait(400);
    const [result] = await eslint.lintFiles(["migrations/002_drop.sql"]);
    expect(result?.messages.map(({ ruleId }) => ruleId)).toEqual(["ddlint/drop-column"]);
  });
});
