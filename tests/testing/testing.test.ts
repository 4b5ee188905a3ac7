/** `ddlint/testing`: fixtures that are wrong fail, in whatever framework. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { defineRule } from "../../src/lint/rule.ts";
import { fixtureCases, testRules, textProblems } from "../../src/testing/index.ts";

const rule = defineRule({
  id: "odd-table",
  category: "schema",
  severity: "warning",
  presets: [],
  dialects: ["postgres", "mysql"],
  fix: "suggestion",
  docs: { summary: "A table is odd.", why: "It is.", instead: "Another name." },
  messages: { odd: "{{table}} is odd" },
  options: { name: { default: "odd", description: "The odd name." } },
  on: {
    createTable({ operation: { table, head } }, { report, options }) {
      if (table.name === "trap") throw new Error("trapped");
      if (table.name !== options.name) return;
      const fix = { title: "make it even", edits: [{ span: table.span, text: "even" }] };
      report({ at: head, message: "odd", data: { table: table.name }, fix });
    },
  },
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "ddlint-testing-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe("one text", () => {
  it.each([
    ['CREATE TABLE odd (a int); -- want "odd is odd"'],
    ["CREATE TABLE even (a int);"],
    ['-- given: server mysql; options { "name": "even" }\nCREATE TABLE even (a int); -- want "even is odd"'],
    ['CREATE TABLE a (a int);\n-- next migration\nCREATE TABLE odd (a int); -- want "is odd"'],
  ])("is right: %s", (text) => {
    expect(textProblems(rule, text)).toEqual([]);
  });

  it.each([
    ["CREATE TABLE odd (a int);", "line 1: unwanted odd-table: odd is odd"],
    ['CREATE TABLE even (a int); -- want "odd"', 'line 1: no finding matches "odd"'],
    ['CREATE TABLE odd (a int); -- want "odd-table"', 'line 1: "odd-table" matches every message'],
    ["CREATE TABLE trap (a int);", "Error: trapped"],
  ])("is wrong: %s", (text, problem) => {
    const [first = ""] = textProblems(rule, text);
    expect(first).toContain(problem);
    expect(textProblems(rule, text).at(-1)).toContain("CREATE TABLE");
  });

  it.each([
    ["-- given: server postgress 14", 'line 1: "server postgress 14": expected postgres or mysql or mariadb'],
    [
      "-- given: server postgres fourteen",
      'line 1: "server postgres fourteen": expected a version such as 17',
    ],
    ["-- given: transaction blok", 'line 1: "transaction blok": expected none or block'],
    ["-- given: rules every", 'line 1: "rules every": expected folder or recommended or all'],
    ["-- given: sever postgres", 'line 1: unknown given: sever postgres; did you mean "server"?'],
    ['-- given: option: { "name": "a" }', 'did you mean "options"?'],
    ["-- given: tool flywey", 'line 1: "tool flywey": there is no such tool; did you mean "flyway"?'],
    ["-- given: options { name }", 'line 1: "options { name }": '],
    ['-- given: options "name"', 'line 1: "options "name"": expected an object'],
    ['-- given: options { "nme": "a" }', 'line 1: options: unknown key "nme"; did you mean "name"?'],
    ['-- given: options { "name": 3 }', 'line 1: options: "name": expected string, received number'],
    ['-- options: { "name": "a" }', "line 1: settings belong to the first line: -- given: options …"],
    ["SELECT 1;\n-- given: server mysql", "line 2: expected -- given: … in the first line"],
    ["SELECT 1;\n-- next migratoin\nSELECT 1;", "line 2: expected -- next migration, on a line of its own"],
    ["SELECT 1;\n--rollback\nSELECT 1;", "line 2: expected -- rollback"],
    ['SELECT 1;\nSELECT 1; -- want "(("', 'line 2: "((" isn\'t a regular expression: '],
    ["SELECT 1; -- want odd", 'line 1: expected -- want "regex"'],
    ['SELECT 1; -- wants "odd"', 'line 1: expected -- want "regex"'],
    ["CREATE TABEL odd (a int);", 'line 1: unwanted syntax-error: syntax error at or near "TABEL"'],
    ["-- given: server mysql\nBACKUP STAGE START;", "line 2: unwanted not-understood: "],
  ])("has a typo: %s", (text, message) => {
    expect(textProblems(rule, text)[0]).toContain(message);
  });
});

it("a folder's cases are its texts, the texts that fixes make, and projects", async () => {
  const bad = 'CREATE TABLE odd (a int); -- want "is odd"\n';
  const folder = folderWith({
    "bad.sql": bad,
    "bad.fixed.sql": bad.replace("odd", "even"),
    "bad-other.sql": bad,
    "bad-other.fixed.sql": bad,
    "bad-silent.sql": bad.replace("odd", "even").replace(/--.*/, ""),
    "bad-silent/migrations/001_a.sql": "SELECT 1;\n",
    "good-typo/migrations/001_a.sql": "-- given: sever mysql\nSELECT 1;\n",
    "bad-project/migrations/001_a.sql": bad,
    "good.sql": bad,
    "good-project/migrations/001_a.sql": bad.replace("odd", "even"),
    "notes.txt": "no fixture",
  });
  const cases = fixtureCases(rule, folder);
  const wrong = await Promise.all(
    cases.map(async ({ name, problems }) => [name, (await problems())[0]] as const),
  );
  expect(Object.fromEntries(wrong)).toEqual({
    "bad.sql": undefined,
    "bad.fixed.sql": undefined,
    "bad-other.sql": undefined,
    "bad-other.fixed.sql": "the fixes make another text:",
    "bad-silent.sql": 'a bad fixture needs -- want "regex" at the end of the line where odd-table reports it',
    "bad-silent": 'a bad fixture needs -- want "regex" at the end of the line where odd-table reports it',
    "good-typo": 'migrations/001_a.sql: line 1: unknown given: sever mysql; did you mean "server"?',
    "bad-project": undefined,
    "good.sql": undefined,
    "good-project": 'migrations/001_a.sql: line 1: no finding matches "is odd"',
  });
});

describe("testRules", () => {
  /** Names of tests with what they throw. */
  async function outcomes(
    files: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const tests: [string, () => void | Promise<void>][] = [];
    testRules([rule], {
      fixtures: pathToFileURL(folderWith(files)),
      describe: (_, body) => {
        body();
      },
      it: (name, body) => tests.push([name, body]),
    });
    const ran = tests.map(
      async ([name, body]) =>
        [
          name,
          await Promise.resolve()
            .then(body)
            .then(
              () => "passed",
              (error: unknown) =>
                error instanceof Error
                  ? error.message
                      .trim()
                      .split("\n")
                      .slice(0, 2)
                      .join("\n")
                      .replace(/^.*ddlint-testing-[^/\n]*/, "")
                  : error,
            ),
        ] as const,
    );
    return Object.fromEntries(await Promise.all(ran));
  }

  it("has a test for each fixture", async () => {
    expect(
      await outcomes({
        "odd-table/bad.sql": 'CREATE TABLE odd (a int); -- want "is odd"',
        "odd-table/good-case.sql": "CREATE TABLE odd (a int);",
      }),
    ).toEqual({
      "each folder has a rule": "passed",
      "has a bad and a good fixture": "passed",
      "bad.sql": "passed",
      "good-case.sql": "/odd-table/good-case.sql\nline 1: unwanted odd-table: odd is odd",
    });
  });

  it("fails for a rule that has none", async () => {
    const { "has a bad and a good fixture": wrong } = await outcomes({});
    expect(wrong).toMatch(/odd-table has no bad\.sql or bad-<case>\.sql$/);
  });

  it("fails for a folder that no rule has", async () => {
    const { "each folder has a rule": wrong } = await outcomes({
      "odd-tabel/bad.sql": 'CREATE TABLE odd (a int); -- want "odd is odd"',
    });
    expect(wrong).toBe('\nodd-tabel: there is no such rule; did you mean "odd-table"?');
  });

  it("refuses a rule that breaks the contract", () => {
    const wrong = { ...rule, directions: "up" } as never;
    const it = (): void => undefined;
    expect(() => {
      testRules([wrong], { fixtures: "fixtures", describe: it, it });
    }).toThrow('the rule "odd-table": directions: expected a list');
    expect(() => textProblems(wrong, "SELECT 1;")).toThrow("directions: expected a list");
  });

  it("takes the global describe and it, and says what to do without them", () => {
    expect(() => {
      testRules([rule], { fixtures: "fixtures" });
    }).toThrow("testRules needs describe and it: import them from node:test or vitest, and pass them");
    const named: string[] = [];
    vi.stubGlobal("describe", (name: string, body: () => void) => {
      named.push(name);
      body();
    });
    vi.stubGlobal("it", (name: string) => named.push(name));
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    testRules([rule], { fixtures: "no-such-folder" });
    expect(named).toEqual([
      "the fixtures",
      "each folder has a rule",
      "odd-table",
      "has a bad and a good fixture",
    ]);
  });
});
