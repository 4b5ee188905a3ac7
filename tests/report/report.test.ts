import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { ruleUrl } from "../../src/report/help.ts";
import { lineHashes } from "../../src/report/line-hash.ts";
import { ruleObject } from "../../src/report/sarif-rules.ts";
import type { Finding } from "../../src/lint/finding.ts";
import { formats } from "../../src/report/formats.ts";
import { countFindings, plainColors } from "../../src/report/report.ts";
import type { Report } from "../../src/report/report.ts";
import { testRule } from "../support/rules.ts";

const text = [
  "CREATE TABLE t (id int);",
  "ALTER TABLE t",
  "\tDROP COLUMN \u001b[31mred,",
  "  ADD COLUMN x int;",
  `INSERT INTO t VALUES (${"1, ".repeat(60)}1) ON CONFLICT;`,
].join("\n");

const finding = (more: Partial<Finding>): Finding => ({
  ruleId: "drop-column",
  category: "data-loss",
  severity: "error",
  message:
    "the data of t.red is lost, and the running application that uses it fails at once, says this long message",
  instead: "ALTER TABLE t ALTER COLUMN red DROP NOT NULL;\n-- then\nALTER TABLE t DROP COLUMN red;",
  file: "db/ä 100%.sql",
  line: 3,
  column: 2,
  endLine: 3,
  endColumn: 13,
  migration: "x",
  direction: "up",
  operation: "dropColumn",
  locks: [{ relation: "t", mode: "ACCESS EXCLUSIVE" }],
  related: [],
  suggestions: [],
  fingerprint: "0123456789abcdef",
  ...more,
});

const findings = [
  finding({}),
  finding({
    ruleId: "set-not-null",
    severity: "warning",
    line: 2,
    column: 1,
    endLine: 4,
    endColumn: 19,
    instead: "write it in another way, with words that are many enough to need a second line in the report",
    related: [{ file: "a.sql", line: 1, column: 1, endLine: 1, endColumn: 3, message: "created here" }],
    fix: { title: "add it", edits: [{ span: { start: 0, end: 6 }, text: "create" }] },
  }),
  finding({
    severity: "note",
    line: 5,
    column: 200,
    endLine: 5,
    endColumn: 208,
    instead: undefined,
    locks: [],
  }),
];

const report = (some: readonly Finding[]): Report => ({
  version: "1.2.3",
  summary: {
    files: 2,
    migrations: 2,
    pending: 2,
    statements: 3,
    suppressed: 1,
    accepted: 0,
    notUnderstood: 0,
    skipped: 0,
    unread: 0,
    ...countFindings(some),
  },
  coverage: {
    complete: true,
    histories: { read: 1, notRead: [] },
    migrations: { read: 1, notRead: 0, skipped: 0 },
    files: { read: 1, notRead: 0 },
    statements: { read: 1, notUnderstood: 0 },
  },
  findings: some,
  sources: new Map([["db/ä 100%.sql", text]]),
  rules: [testRule("drop-column"), testRule("set-not-null"), testRule("alone")],
});

const show = async (name: keyof typeof formats, some: readonly Finding[] = findings) =>
  (await formats[name]())(report(some), { colors: plainColors });

describe("text", () => {
  it("is readable", async () => {
    expect(await show("text")).toMatchInlineSnapshot(`
      "db/ä 100%.sql
        3:2 error drop-column
          3 |  DROP COLUMN �[31mred,
            |  ^^^^^^^^^^^
          the data of t.red is lost, and the running application that uses it fails at
          once, says this long message
          locks: ACCESS EXCLUSIVE on t (blocks reads and writes)
          instead:
            ALTER TABLE t ALTER COLUMN red DROP NOT NULL;
            -- then
            ALTER TABLE t DROP COLUMN red;

        2:1 warning set-not-null
          2 | ALTER TABLE t
            | ^^^^^^^^^^^^^
          3 |  DROP COLUMN �[31mred,
            |  ^^^^^^^^^^^^^^^^^^^^^
          4 |   ADD COLUMN x int;
            |   ^^^^^^^^^^^^^^^^
          the data of t.red is lost, and the running application that uses it fails at
          once, says this long message
          locks: ACCESS EXCLUSIVE on t (blocks reads and writes)
          see a.sql:1:1: created here
          instead: write it in another way, with words that are many enough to need a
            second line in the report

        5:200 note drop-column
          5 | …1, 1, 1, 1, 1) ON CONFLICT;
            |           ^^^^^^^^
          the data of t.red is lost, and the running application that uses it fails at
          once, says this long message

      1 error, 1 warning, 1 note in 2 migrations (2 files); 1 suppressed
      fixable: 1 with --fix
      "
    `);
  });
  it("keeps within 80 columns but for SQL", async () => {
    const long = (await show("text")).split("\n").filter((line) => line.length > 80);
    expect(long).toEqual([]);
  });
  it("lets no control character through", async () => {
    expect(await show("text")).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
  it("says when there is nothing", async () => {
    expect(await show("text", [])).toBe("no findings in 2 migrations (2 files); 1 suppressed\n");
  });
  it("has no excerpt where the whole file is meant", async () => {
    const plain = { instead: undefined };
    for (const format of ["text", "markdown"] as const) {
      expect(await show(format, [finding(plain)])).toContain("DROP COLUMN");
      expect(await show(format, [finding({ ...plain, wholeFile: true })])).not.toContain("DROP COLUMN");
    }
  });
  it("has no excerpt of an unknown file", async () => {
    expect(await show("text", [finding({ file: "gone.sql" })])).not.toContain(" | ");
  });
});

it("json is the API's findings", async () => {
  const parsed = JSON.parse(await show("json")) as Record<string, unknown>;
  expect(Object.keys(parsed)).toEqual(["version", "summary", "coverage", "findings", "errors"]);
  expect(parsed.findings).toEqual(JSON.parse(JSON.stringify(findings)));
  expect(parsed.summary).toMatchObject({ errors: 1, warnings: 1, notes: 1 });
});

describe("sarif", () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../fixtures/report/sarif-subset.schema.json"), "utf8"),
  ) as Record<string, unknown>;
  const ajv = new Ajv({ allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);

  it.each([
    ["findings", findings],
    ["nothing", []],
  ])("is valid with %s", async (_, some) => {
    validate(JSON.parse(await show("sarif", some)));
    expect(validate.errors).toBeNull();
  });

  it("names places that exist, and rules by index", async () => {
    const log = JSON.parse(await show("sarif")) as {
      runs: [{ tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }];
    };
    const [run] = log.runs;
    expect(run.results[0]).toMatchObject({
      ruleId: "drop-column",
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "db/%C3%A4%20100%25.sql", uriBaseId: "%SRCROOT%" },
            region: {
              ...{ startLine: 3, startColumn: 2, endLine: 3, endColumn: 13 },
              snippet: { text: "DROP COLUMN" },
            },
          },
        },
      ],
      partialFingerprints: {
        "ddlintFingerprint/v1": "0123456789abcdef",
        primaryLocationLineHash: lineHashes(text)[2],
      },
    });
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex as number]?.id).toBe(result.ruleId);
    }
    expect(new Set(run.tool.driver.rules.map(({ id }) => id))).toEqual(
      new Set(run.results.map(({ ruleId }) => ruleId)),
    );
    expect(run.results[1]).toMatchObject({
      fixes: [{ description: { text: "add it" } }],
      relatedLocations: [{ id: 0 }],
    });
  });

  it("describes rules as code scanning shows them", () => {
    const security = ruleObject(testRule("secret", { category: "security", severity: "warning" }));
    expect(security).toMatchObject({
      helpUri: ruleUrl("secret"),
      defaultConfiguration: { level: "warning" },
      properties: { tags: ["database", "migration", "security"], "security-severity": "5.0" },
    });
    expect(ruleObject(testRule("late")).valueOf()).not.toHaveProperty(["properties", "security-severity"]);
  });

  it("says what is suppressed, when it is asked for", async () => {
    const suppressed = [
      { ...finding({}), suppression: { kind: "inSource", justification: "it is empty" } as const },
      { ...finding({}), suppression: { kind: "external" } as const },
    ];
    const log = await sarif({ ...report([]), suppressed });
    expect(log.results.map((result) => result["suppressions"])).toEqual([
      [{ kind: "inSource", status: "accepted", justification: "it is empty" }],
      [{ kind: "external", status: "accepted" }],
    ]);
  });

  it("says what was not looked at", async () => {
    const errors = [{ ruleId: "drop-column", file: "a.sql", message: "x is undefined" }];
    const leftOut = [{ root: "mysql", dialect: "mysql" }] as unknown as Report["leftOut"];
    const log = await sarif({ ...report([]), errors, leftOut });
    expect(log.invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: "error",
            message: { text: expect.stringContaining("drop-column at a.sql: x is") as string },
          },
          { level: "warning", message: { text: "mysql is left out: ddlint doesn't lint mysql yet." } },
        ],
      },
    ]);
  });

  it("keeps what is most severe of more than GitHub shows", async () => {
    const many = Array.from({ length: 5002 }, (_, i) => finding({ severity: i < 3 ? "note" : "error" }));
    const log = await sarif(report(many));
    expect(log.results).toHaveLength(5000);
    expect(log.results.filter(({ level }) => level === "note")).toHaveLength(1);
    expect(log.invocations).toMatchObject([
      {
        toolExecutionNotifications: [
          { message: { text: expect.stringMatching(/^2 results more/) as string } },
        ],
      },
    ]);
  });
});

async function sarif(one: Report) {
  const log = JSON.parse((await formats.sarif())(one, { colors: plainColors })) as {
    runs: [{ results: Record<string, unknown>[]; invocations: unknown }];
  };
  return log.runs[0];
}

describe("github", () => {
  it("annotates ten of each severity, the most severe first, and tells of the others", async () => {
    const many = ["note", "warning", "error"].flatMap((severity) =>
      Array.from({ length: 11 }, () => finding({ severity: severity as Finding["severity"] })),
    );
    const lines = (await show("github", many)).trimEnd().split("\n");
    const commands = lines.flatMap((line) => /^::(\w+) /.exec(line)?.[1] ?? []);
    expect(commands.filter((one, i) => commands.indexOf(one) === i)).toEqual(["error", "warning", "notice"]);
    expect(commands).toHaveLength(30);
    expect(lines.slice(30, 31)).toEqual([expect.stringMatching(/^db\/ä 100%\.sql:3:2: error: /)]);
    expect(lines.at(-1)).toBe("3 findings above are not annotated: GitHub shows 10 of each severity");
  });
  it("escapes, and gives columns within one line only", async () => {
    const written = await show("github", [
      finding({ file: "a,b:c%.sql", message: "50%\nlost", instead: undefined, locks: [] }),
      finding({ endLine: 4, message: "x" }),
    ]);
    const [first, second] = written.split("\n");
    expect(first).toBe(
      "::error file=a%2Cb%3Ac%25.sql,line=3,endLine=3,col=2,endColumn=13,title=ddlint drop-column::50%25%0Alost",
    );
    expect(second).toMatch(/line=3,endLine=4,title=/);
  });
  it("lets no file name become a command", async () => {
    const many = Array.from({ length: 11 }, () => finding({ file: "::stop-commands::x ##[error]" }));
    const last = (await show("github", many)).split("\n")[10] ?? "";
    expect(last).not.toMatch(/^\s*::|##\[/);
  });
});

describe("rdjson", () => {
  it("lets no name become an image, a link, HTML or a mention", async () => {
    const name = "![i](https://evil.example/i.png) <b>x</b> @team [a](b)";
    const some = finding({
      message: `${name} is dropped`,
      instead: `keep ${name}`,
      related: [{ ...finding({}), message: `${name} is made here` }],
    });
    const written = (await formats.rdjson())(report([some]), { colors: plainColors });
    const { diagnostics } = JSON.parse(written) as {
      diagnostics: { message: string; related_locations: { message: string }[] }[];
    };
    const messages = diagnostics.flatMap((one) => [
      one.message,
      ...one.related_locations.map(({ message }) => message),
    ]);
    expect(messages).toHaveLength(2);
    for (const message of messages) expect(message).not.toMatch(/[<[\]!@](?![^;]{0,6};)|:\/\//);
  });

  it("counts bytes, and makes one suggestion of all edits of a fix", async () => {
    const some = finding({
      file: "b.sql",
      line: 1,
      column: 6,
      endLine: 1,
      endColumn: 9,
      fix: {
        title: "both",
        edits: [
          { span: { start: 8, end: 9 }, text: "Z" },
          { span: { start: 5, end: 6 }, text: "X" },
        ],
      },
    });
    const sources = new Map([["b.sql", "é€😀 abc;"]]);
    const written = (await formats.rdjson())({ ...report([some]), sources }, { colors: plainColors });
    const range = { start: { line: 1, column: 11 }, end: { line: 1, column: 14 } };
    expect(JSON.parse(written)).toMatchObject({
      diagnostics: [
        {
          location: { range },
          suggestions: [{ range: { ...range, end: { line: 1, column: 15 } }, text: "XbcZ" }],
        },
      ],
    });
  });
});
