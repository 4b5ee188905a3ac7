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
    ['-- given: options { "name": 3 }', 'line 1: options: "name": expected a text'],
    ['-- options: { "name": "a" }', "line 1: settings belong to the first line: -- given: options …"],
    ["SELECT 1;\n-- given: server mysql", "line 2: expected -- given: … in the first line"],
    ["SELECT 1;\n-- next migratoin\nSELECT 1;", "line 2: expected -- next migration, on a line of its own"],
    ["SELECT 1;\n--rollback\nSELECT 1;", "line 2: expected -- rollback"],
    ['SELECT 1;\nSELECT 1; -- want "(("', 'line 2: "((" isn\'t a regular expression: '],
    ["SELECT 1; -- want odd", 'line 1: expected -- want "regex"'],
    ['SELECT 1; -- wants "odd"', 'line 1: expected -- want "regex"'],
    ["CREATE TABEL odd (a int);", 'line 1: unwanted syntax-error: syntax error at or near "TABEL"'],
    ["-- given: server mysql\nBACKUP STAGE START;", "line 2: unwanted not-understood: "],
    ["-- given server mysql 8\nSELECT 1;", "line 1: expected -- given: … in the first line"],
    ["-- gievn server mysql 8\nSELECT 1;", "line 1: expected -- given: … in the first line"],
    ["SELECT 1;\n-- given tool flyway\nSELECT 1;", "line 2: expected -- given: … in the first line"],
    [
      "CREATE TABLE a (a text);\nDO $$ BEGIN EXECUTE (SELECT a FROM a); END $$;",
      "line 2: unwanted not-known: ddlint can't know this SQL before it runs",
    ],
  ])("has a typo: %s", (text, message) => {
    expect(textProblems(rule, text)[0]).toContain(message);
  });
});

it("a comment that begins with even or given is none of the directives", () => {
  for (const comment of ["-- even tables", "-- given names are text", "-- give table a"])
    expect(textProblems(rule, `SELECT 1;\n${comment}\nSELECT 1;`)).toEqual([]);
});

describe("what the server refuses", () => {
  const made = 'CREATE TABLE odd (a int); -- want "odd is odd"\n';

  it.each([
    ["CREATE TABLE odd (a int);", "line 2: refused: table odd exists already; the rule isn't called for it"],
    ["ALTER TABLE odd DROP COLUMN b;", "line 2: refused: column odd.b doesn't exist"],
    ["ALTER TABLE odd ALTER a SET DEFAULT 1, DROP COLUMN b;", "line 2: refused: column odd.b doesn't exist"],
  ])("tests nothing: %s", (statement, problem) => {
    expect(textProblems(rule, `${made}${statement}`)[0]).toContain(problem);
    expect(textProblems(rule, `${made}${statement} -- want "refused"`)).toEqual([]);
    const asked = { ...rule, alsoRefused: { objects: "a reason", effects: "a reason" } };
    expect(textProblems(asked, `${made}${statement}`).join("\n")).not.toContain("refused");
  });

  it("also for what stands in the way", () => {
    const text =
      "-- given: server mysql 8.0.36\nCREATE TABLE a (code int);\nALTER TABLE a MODIFY code bigint, ALGORITHM=INPLACE;";
    expect(textProblems(rule, text)[0]).toMatch(/^line 3: refused: .*ALGORITHM=INPLACE/);
  });

  it("is no finding of a bad fixture", () => {
    const twice = `CREATE TABLE a ();\nCREATE TABLE a (); -- want "refused"\n`;
    expect(textProblems(rule, twice, "bad.sql")[0]).toContain("a bad fixture needs");
  });

  it("is tested where the rule reports it", () => {
    const whole = defineRule({
      ...rule,
      on: {
        migration({ steps }, { report }) {
          for (const { operation, refused } of steps)
            if (refused) report({ at: operation.head, message: "odd", data: { table: "it" } });
        },
      },
    });
    const text = 'CREATE TABLE a ();\nCREATE TABLE a (); -- want "it is odd"\n';
    expect(textProblems(whole, text)).toEqual([]);
  });
});

describe("a rule in plain JavaScript", () => {
  const reporting = (report: object, more: object = {}): Parameters<typeof textProblems>[0] =>
    ({
      ...rule,
      ...more,
      on: {
        createTable(
          step: { readonly operation: object },
          context: { readonly report: (one: unknown) => void },
        ) {
          context.report({ at: { start: 0, end: 6 }, message: "odd", data: { table: "a" }, ...report });
        },
      },
    }) as never;
  const edits = (...all: readonly unknown[]): object => ({ fix: { title: "change it", edits: all } });

  it("is right", () => {
    const fine = {
      instead: "text",
      severity: "note",
      related: [{ at: { start: 0, end: 1 }, message: "here" }],
    };
    const text = 'CREATE TABLE a (); -- want "a is odd"';
    expect(textProblems(reporting(fine), text)).toEqual([]);
    const place = { at: { path: "migrations/fixture.sql", span: { start: 0, end: 6 } } };
    expect(textProblems(reporting(place), text)).toEqual([]);
  });

  it.each([
    [
      { at: undefined },
      "report: at: expected a place, such as operation.head: { start, end } or { path, span }: it is missing",
    ],
    [{ at: { kind: "createTable", head: { start: 0, end: 6 } } }, "not { kind, head }"],
    [{ at: { start: 6, end: 0 } }, "not { start: 6, end: 0 }"],
    [{ at: { start: -1, end: 0 } }, "not { start: -1, end: 0 }"],
    [
      { at: { start: 0, end: 99 } },
      "report: at: 0–99 isn't in migrations/fixture.sql, which has 18 characters",
    ],
    [{ at: 3 }, "not 3"],
    [
      { message: "even" },
      'report: message: expected the name of one of the rule\'s messages (odd), not "even"',
    ],
    [{ mesage: "odd" }, 'report: there is no field "mesage"; did you mean "message"?'],
    [{ data: {} }, 'no value for {{table}} in "{{table}} is odd"'],
    [{ severity: "warn" }, 'report: severity: expected "error" or "warning" or "note", not "warn"'],
    [{ instead: 3 }, "report: instead: expected a text, not 3"],
    [
      { related: { at: { start: 0, end: 1 } } },
      "report: related: expected a list of { at, message }, not { at }",
    ],
    [
      { related: [{ at: { start: 0, end: 1 } }] },
      "report: related[0].message: expected a text: it is missing",
    ],
    [{ step: "step" }, 'report: step: expected a step, not "step"'],
    [{ fix: [] }, "report: fix.title: expected a text: it is missing"],
    [
      edits({ start: 0, end: 1, text: "" }),
      "report: fix.edits[0]: expected { span: { start, end }, text }, not { start: 0, end: 1, text }",
    ],
    [edits({ span: { start: 0, end: 1 } }), "report: fix.edits[0].text: expected a text: it is missing"],
    [
      edits({ span: { start: 0, end: 99 }, text: "" }),
      "report: fix.edits[0]: 0–99 isn't in migrations/fixture.sql",
    ],
    [
      edits({ span: { start: 0, end: 3 }, text: "" }, { span: { start: 2, end: 4 }, text: "" }),
      "report: fix.edits: two edits change the same text",
    ],
  ])("reports what is no report: %j", (report, problem) => {
    expect(textProblems(reporting(report), "CREATE TABLE a ();")[0]).toContain(problem);
  });

  it("has fixes without saying what they are", () => {
    const report = edits({ span: { start: 0, end: 1 }, text: "" });
    expect(textProblems(reporting(report, { fix: "none" }), "CREATE TABLE a ();")[0]).toContain(
      'the report has a fix, but the rule doesn\'t say what its fixes are: fix: "safe" or "suggestion"',
    );
  });

  it("has a recipe that is no text", () => {
    const wrong = reporting({}, { recipe: () => Promise.resolve("SELECT 1") });
    expect(textProblems(wrong, "CREATE TABLE a ();")[0]).toContain("recipe: expected a text, or undefined");
  });

  it.each([
    ["reports later", () => Promise.resolve()],
    ["throws", () => Promise.reject(new Error("too late"))],
    [
      "is like a promise",
      () => ({
        then: (done: () => void) => {
          done();
        },
      }),
    ],
  ])("is async, and %s", async (_, later) => {
    const rejections: unknown[] = [];
    const listener = (error: unknown): void => void rejections.push(error);
    process.on("unhandledRejection", listener);
    onTestFinished(() => void process.off("unhandledRejection", listener));
    const async = { ...rule, on: { createTable: later } } as never;
    const [problem] = textProblems(async, "CREATE TABLE a ();");
    expect(problem).toContain("its function returned a promise: functions of `on` are synchronous");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(rejections).toEqual([]);
  });

  it("reports after it has returned, when nobody listens", () => {
    let report: ((one: unknown) => void) | undefined;
    const keeps = {
      ...rule,
      on: {
        createTable: (_: unknown, context: { readonly report: typeof report }) =>
          void (report = context.report),
      },
    } as never;
    expect(textProblems(keeps, "CREATE TABLE a ();")).toEqual([]);
    expect(() => report?.({ at: 3 })).not.toThrow();
  });
});

it("a text with its fixes is checked again", async () => {
  const ruleMaking = (text: string): typeof rule =>
    defineRule({
      ...rule,
      on: {
        createTable({ operation: { table, head } }, { report }) {
          if (table.name !== "odd") return;
          const fix = { title: "change it", edits: [{ span: table.span, text }] };
          report({ at: head, message: "odd", data: { table: table.name }, fix });
        },
      },
    });
  const problemOf = async (text: string): Promise<string | undefined> => {
    const folder = folderWith({
      "bad.sql": 'CREATE TABLE odd (a int); -- want "is odd"\n',
      "bad.fixed.sql": `CREATE TABLE ${text} (a int); -- want "is odd"\n`,
    });
    const [fixed] = fixtureCases(ruleMaking(text), folder);
    expect(fixed?.name).toBe("bad.fixed.sql");
    return (await fixed?.problems())?.[0];
  };
  expect(await problemOf("even")).toBeUndefined();
  expect(await problemOf("odd")).toBe("the fixes change nothing");
  expect(await problemOf("odd/**/")).toBe("line 1: the fix leaves the finding as it is");
  expect(await problemOf("((")).toContain("line 1: the fixes make a text that is no SQL: syntax error");
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
                      .replace(/^.*ddlint-testing-[^/\n]*(?:\/odd-table\n.*ddlint-testing-[^/\n]*)?/, "")
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
      "has a fixture with its fixes applied":
        "/odd-table has no bad.fixed.sql or bad-<case>.fixed.sql: the text of the fixture with its fixes applied",
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
      "has a fixture with its fixes applied",
    ]);
  });
});
