import type { Linter } from "eslint";
import { afterEach, describe, expect, it, vi } from "vitest";
import { rules as builtIn } from "../../src/index.ts";
import ddlint from "../../src/eslint/index.ts";
import { eslintIn, folderWith, messages, only, shown } from "./project.ts";

const init = "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n";
const timeout = "SET lock_timeout = '2s';\n";
const drop = `${timeout}ALTER TABLE orders DROP COLUMN note;\n`;
const dropped =
  "2:20 ddlint/drop-column: the data of orders.note is lost, and the running application that uses it fails; instead:\n" +
  "    COMMENT ON COLUMN orders.note IS 'deprecated: no longer read';\n" +
  "    -- deploy the version that no longer uses it; then, in a later migration:\n" +
  "    ALTER TABLE orders DROP COLUMN note;\n" +
  "  (npx ddlint explain drop-column)";
const { recommended } = ddlint.configs;

describe("SQL in ESLint", () => {
  it("is linted in the context of its whole history, though ESLint hands over one file", async () => {
    const folder = folderWith({
      "migrations/001_init.sql": init,
      "migrations/002_view.sql": "CREATE VIEW notes AS SELECT note FROM orders;\n",
      "migrations/003_drop.sql": drop,
    });
    expect(await messages(folder, "migrations/003_drop.sql", recommended)).toEqual([
      expect.stringContaining("ddlint/drop-breaks-dependent"),
      dropped.replace("    ALTER TABLE orders DROP", "    DROP VIEW notes;\n$&"),
    ]);
    expect(await messages(folder, ".", recommended)).toHaveLength(2);
  });

  it("has the severity of ESLint's configuration", async () => {
    const folder = folderWith({ "migrations/001_init.sql": init, "migrations/002_drop.sql": drop });
    const [result] = await eslintIn(folder, only({ "ddlint/drop-column": "warn" })).lintFiles(["**/002*"]);
    expect(result?.messages).toMatchObject([{ severity: 1, endLine: 2, endColumn: 36 }]);
  });

  it("passes a rule's options on, and lets ESLint check them", async () => {
    const folder = folderWith({
      "migrations/001_init.sql": init,
      "migrations/002_more.sql": "ALTER TABLE orders ADD COLUMN a int;\n",
      "migrations/003_more.sql": "ALTER TABLE orders ADD COLUMN b int;\n",
    });
    const each: Linter.RulesRecord = { "ddlint/lock-without-timeout": ["error", { each: true }] };
    expect(await messages(folder, "migrations/003_more.sql", only(each))).toHaveLength(1);
    const wrong = only({ "ddlint/lock-without-timeout": ["error", { eahc: true }] });
    await expect(messages(folder, "migrations/003_more.sql", wrong)).rejects.toThrow(/eahc/);
  });

  it("offers suggestions", async () => {
    const folder = folderWith({
      "migrations/001_init.sql": init,
      "migrations/002_index.sql": "CREATE INDEX orders_note ON orders (note);\n",
      "ddlint.jsonc": '{ "runner": "psql" }',
    });
    const rule = only({ "ddlint/index-without-concurrently": "error" });
    const [result] = await eslintIn(folder, rule).lintFiles(["**/002*"]);
    expect(result?.messages[0]?.suggestions).toMatchObject([
      { desc: "add CONCURRENTLY", fix: { text: " CONCURRENTLY", range: [12, 12] } },
    ]);
  });

  it("fixes", async () => {
    const silencer = "-- ddlint-disable-next-line drop-column\n";
    const folder = folderWith({
      "migrations/001_init.sql": init,
      "migrations/002_more.sql": `${silencer}ALTER TABLE orders ADD COLUMN a int;\n`,
      "migrations/003_bom.sql": `\uFEFF${silencer}ALTER TABLE orders ADD COLUMN b int;\n`,
    });
    const both = only({ "ddlint/drop-column": "error", "ddlint/unused-suppression": "error" });
    const results = await eslintIn(folder, both, { fix: true }).lintFiles(["."]);
    expect(results.map(({ output }) => output)).toEqual([
      undefined,
      "ALTER TABLE orders ADD COLUMN a int;\n",
      "\uFEFFALTER TABLE orders ADD COLUMN b int;\n",
    ]);
  });

  it("counts lines and columns of a file with a byte order mark as ESLint does", async () => {
    const folder = folderWith({
      "migrations/001_init.sql": `${init}CREATE TABLE others (id bigint PRIMARY KEY);\n`,
      "migrations/002_drop.sql": "\uFEFFALTER TABLE orders DROP COLUMN note;\r\nDROP TABLE others;\r\n",
    });
    const rules = only({ "ddlint/drop-column": "error", "ddlint/drop-table": "error" });
    const found = await messages(folder, "migrations/002_drop.sql", rules);
    expect(found.map((one) => one.split(":").slice(0, 2).join(":"))).toEqual([
      "1:20 ddlint/drop-column",
      "2:1 ddlint/drop-table",
    ]);
  });

  it("points at a place, but underlines nothing, for what is about the file itself", async () => {
    const folder = folderWith({
      "migrations/001_init.sql": init,
      "migrations/001_rollback_init.sql": "DROP TABLE orders;\n",
      "migrations/002_note.sql": "ALTER TABLE orders ADD COLUMN total numeric;\n",
    });
    const rule = only({ "ddlint/missing-rollback": "error" });
    const results = await eslintIn(folder, rule).lintFiles(["migrations/002_note.sql"]);
    const [found] = results.flatMap((result) => result.messages);
    expect(found).toMatchObject({ ruleId: "ddlint/missing-rollback", line: 1, column: 1 });
    expect(found).not.toHaveProperty("endLine");
  });

  it("isn't stopped by a syntax error", async () => {
    const folder = folderWith({
      "migrations/001_init.sql": init,
      "migrations/002_drop.sql": `${drop}ALTER TABLE orders DORP COLUMN id;\n`,
    });
    expect(await messages(folder, "migrations/002_drop.sql", recommended)).toEqual([
      dropped,
      expect.stringContaining("3:20 ddlint/syntax-error"),
    ]);
  });

  it("is an empty file as well", async () => {
    const folder = folderWith({ "migrations/001_init.sql": init, "migrations/002_empty.sql": "" });
    expect(await messages(folder, "migrations/002_empty.sql", recommended)).toEqual([
      expect.stringContaining("1:1 ddlint/empty-migration"),
    ]);
  });

  it("can be asked for kinds of statements by ESLint's own rule", async () => {
    const folder = folderWith({
      "migrations/001_init.sql": init,
      "migrations/002_go.sql": "SELECT 1;\nVACUUM;\n",
    });
    const selector = "SqlStatement[kind='VacuumStmt']";
    const rule = only({ "no-restricted-syntax": ["error", { selector, message: "no VACUUM" }] });
    expect(await messages(folder, "migrations/002_go.sql", rule)).toEqual([
      "2:1 no-restricted-syntax: no VACUUM",
    ]);
  });
});

describe("SQL of MySQL in ESLint", () => {
  const mysql = "CREATE TABLE orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, note TEXT) ENGINE=InnoDB;\n";

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("has the kinds of statements that it has there", async () => {
    const folder = folderWith({
      "migrations/001_init.sql": mysql,
      "migrations/002_go.sql": "# a comment; SELECT 1;\nOPTIMIZE TABLE orders;\n",
    });
    vi.spyOn(process, "cwd").mockReturnValue(folder);
    const selector = "SqlStatement[kind='OPTIMIZE']";
    const rule = only({ "no-restricted-syntax": ["error", { selector, message: "no OPTIMIZE" }] });
    expect(await messages(folder, "migrations/002_go.sql", rule)).toEqual([
      "2:1 no-restricted-syntax: no OPTIMIZE",
    ]);
  });

  it("is silenced by comments that begin with #", async () => {
    const folder = folderWith({
      "migrations/001_init.sql": mysql,
      "migrations/002_drop.sql":
        "SET lock_wait_timeout = 5;\n# eslint-disable-next-line ddlint/drop-column -- unused\nALTER TABLE orders DROP COLUMN note;\n",
    });
    vi.spyOn(process, "cwd").mockReturnValue(folder);
    expect(await messages(folder, "migrations/002_drop.sql", recommended)).toEqual([]);
  });
});

it("leaves rules for JavaScript that are set for all files in peace", async () => {
  const folder = folderWith({ "migrations/001_init.sql": init, "migrations/002_drop.sql": drop });
  const names = ["no-irregular-whitespace", "no-redeclare", "no-undef", "no-unused-vars", "no-fallthrough"];
  const everywhere: Linter.Config = {
    rules: Object.fromEntries(names.map((name) => [name, "error"])),
    languageOptions: { globals: { window: "readonly" } },
  };
  expect(await messages(folder, ".", [everywhere, recommended])).toEqual([dropped]);
});

describe("comments", () => {
  const lintWith = async (text: string): Promise<readonly string[]> => {
    const folder = folderWith({ "migrations/001_init.sql": init, "migrations/002_drop.sql": text });
    const rules = only({ "ddlint/drop-column": "error", "ddlint/unused-suppression": "error" });
    const linterOptions = { reportUnusedDisableDirectives: "error" as const };
    return messages(folder, "migrations/002_drop.sql", { ...rules, linterOptions });
  };
  const statement = "ALTER TABLE orders DROP COLUMN note;";

  it.each([
    `-- eslint-disable-next-line ddlint/drop-column -- nobody reads it\n${statement}\n`,
    `/* eslint-disable-next-line ddlint/drop-column */\n${statement}\n`,
    `${statement} -- eslint-disable-line\n`,
    `/* eslint-disable ddlint/drop-column -- reason */\n${statement}\n/* eslint-enable */\n`,
    `-- eslint-disable\n${statement}\n`,
    `/* eslint ddlint/drop-column: "off" */\n${statement}\n`,
    `-- ddlint-disable-next-line drop-column -- reason\n${statement}\n`,
  ])("silence ESLint: %s", async (text) => {
    expect(await lintWith(text)).toEqual([]);
  });

  it("that silence nothing are told, and what only looks like one is none", async () => {
    expect(await lintWith("-- eslint-disable-next-line ddlint/drop-column\nSELECT 1;\n")).toEqual([
      "1:1 eslint: Unused eslint-disable directive (no problems were reported from 'ddlint/drop-column').",
    ]);
    expect(await lintWith(`SELECT '-- eslint-disable';\n${statement}\n`)).toHaveLength(1);
  });

  it("of ddlint that silence nothing are told by its rule", async () => {
    expect(await lintWith("-- ddlint-disable-next-line drop-column\nSELECT 1;\n")).toEqual([
      expect.stringContaining("1:29 ddlint/unused-suppression"),
    ]);
  });

  it("say where they are wrong", async () => {
    expect(await lintWith("/* eslint ddlint/drop-column: [ */\nSELECT 1;\n")).toEqual([
      expect.stringContaining("1:1 eslint: Failed to parse JSON"),
    ]);
    expect(await lintWith("/* eslint-disable-line\n*/ SELECT 1;\n")).toEqual([
      "1:1 eslint: eslint-disable-line stands on several lines",
    ]);
  });
});

describe("the plugin", () => {
  it("has a rule of ESLint for each rule, with its page and what it can mend", () => {
    const own = ddlint.rules ?? {};
    expect(Object.keys(own)).toEqual(builtIn.map(({ id }) => id));
    for (const { id, fix, options, docs } of builtIn) {
      const meta = own[id]?.meta;
      expect(meta?.docs?.url).toMatch(new RegExp(`/docs/rules/${id}\\.md$`));
      expect(meta?.docs?.description).toBe(docs.summary);
      expect([id, meta?.fixable]).toEqual([id, fix === "safe" ? "code" : undefined]);
      expect([id, meta?.hasSuggestions]).toEqual([id, fix === "suggestion"]);
      expect([id, meta?.schema]).toEqual([id, options === undefined ? [] : [expect.any(Object)]]);
    }
  });

  it.each(Object.keys(ddlint.configs))("has %s, which ESLint takes", async (name) => {
    const folder = folderWith({ "migrations/001_init.sql": init, "migrations/002_x.js": "let x;\n" });
    const config = ddlint.configs[name as keyof typeof ddlint.configs];
    const file = name.startsWith("code-") ? "002_x.js" : "001_init.sql";
    const calculated = (await eslintIn(folder, config).calculateConfigForFile(`migrations/${file}`)) as {
      rules: object;
    };
    expect(Object.keys(calculated.rules).length).toBeGreaterThan(10);
    expect(
      (await eslintIn(folder, config).lintFiles(["."])).flatMap((one) => one.messages.map(shown)),
    ).toEqual(expect.any(Array));
  });
});
