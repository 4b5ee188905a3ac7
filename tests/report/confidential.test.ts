import { expect, it } from "vitest";
import { formats, lintText, plainColors, rules, version } from "../../src/index.ts";
import type { Report } from "../../src/index.ts";
import { countFindings } from "../../src/report/report.ts";
import { hideSecrets } from "../../src/report/secrets.ts";
import type { Finding } from "../../src/lint/finding.ts";
import { indexLines } from "../../src/text/lines.ts";
import { cpuTime } from "../support/cpu-time.ts";

const emptyReport: Report = {
  version,
  findings: [],
  summary: {
    ...countFindings([]),
    files: 1,
    migrations: 1,
    pending: 1,
    statements: 1,
    suppressed: 0,
    accepted: 0,
    notUnderstood: 0,
    skipped: 0,
    unread: 0,
  },
  coverage: {
    complete: true,
    histories: { read: 1, notRead: [] },
    migrations: { read: 1, notRead: 0, skipped: 0 },
    files: { read: 1, notRead: 0 },
    statements: { read: 1, notUnderstood: 0 },
  },
  rules,
  sources: new Map(),
};

const findingAt = (file: string): Finding => ({
  ruleId: "drop-column",
  category: "data-loss",
  severity: "error",
  message: "x",
  file,
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 2,
  locks: [],
  related: [],
  suggestions: [],
  fingerprint: "0123456789abcdef",
});

const secret = "tr0ub4dor";

it("no report shows a password, nor do other findings of its line", async () => {
  const text = `CREATE ROLE shop_app SUPERUSER PASSWORD '${secret}';\n`;
  const { findings, release } = await lintText(text, { path: "a.sql", opinions: { presets: ["strict"] } });
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(
    expect.arrayContaining(["secret-in-migration", "superuser-or-bypass"]),
  );
  const report = { ...emptyReport, findings, release, sources: new Map([["a.sql", text]]) };
  for (const [name, load] of Object.entries(formats)) {
    const written = (await load())(report, { width: 100, colors: plainColors });
    // The one format without findings quotes statements.
    expect(written).toContain(name === "release" ? "CREATE ROLE shop_app" : "secret-in-migration");
    expect(written).not.toContain(secret);
  }
});

const placed = (text: string, secrets: readonly string[], more: Partial<Finding> = {}): Report => {
  const lines = indexLines(text);
  const places = secrets.map((one) => {
    const { line, column } = lines.position(text.indexOf(one));
    return { file: "a.sql", line, column, endLine: line, endColumn: column + one.length };
  });
  const finding = { ...findingAt("a.sql"), ...more };
  return { ...emptyReport, findings: [finding], sources: new Map([["a.sql", text]]), secrets: places };
};

it("hides what a suppressed finding points at in the texts of others", () => {
  const text = "CREATE ROLE a PASSWORD 'abcdef'; -- 'x'\n";
  const { findings, sources } = hideSecrets(
    placed(text, ["'abcdef'", "'x'"], {
      message: "'abcdef' on abcdef",
      instead: "PASSWORD 'abcdef'",
      fix: {
        title: "around it",
        edits: [
          { span: { start: 0, end: 1 }, text: "" },
          { span: { start: 40, end: 40 }, text: "" },
        ],
      },
      suggestions: [
        { title: "with it", edits: [{ span: { start: 0, end: 1 }, text: "'abcdef'" }] },
        { title: "besides", edits: [{ span: { start: 0, end: 1 }, text: "c" }] },
      ],
    }),
  );
  expect(sources.get("a.sql")).toBe("CREATE ROLE a PASSWORD ********; -- ***\n");
  expect(findings[0]).toMatchObject({ message: "*** on abcdef", instead: "PASSWORD ***", fix: undefined });
  expect(findings[0]?.suggestions.map(({ title }) => title)).toEqual(["besides"]);
});

it("takes no longer for thousands of keys", () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `'key-${i}-of-many'`);
  const report = placed(keys.join("\n"), []);
  const secrets = keys.map((key, i) => ({
    file: "a.sql",
    line: i + 1,
    column: 1,
    endLine: i + 1,
    endColumn: key.length + 1,
  }));
  const findings = secrets.map((place) => ({
    ...findingAt("a.sql"),
    ...place,
    message: "the key key-7-of-many",
  }));
  const start = cpuTime();
  const hidden = hideSecrets({ ...report, findings, secrets });
  expect(cpuTime() - start).toBeLessThan(5000);
  expect([...hidden.sources.values()].join("")).not.toContain("key");
  expect(hidden.findings.at(-1)?.message).toBe("the key ***");
});

it("says that advice to paste lacks a value", () => {
  const told = (instead: string): string | undefined =>
    hideSecrets(placed("CREATE ROLE a PASSWORD 'abc123';\n", ["'abc123'"], { instead })).findings[0]?.instead;
  expect(told("CREATE ROLE a LOGIN PASSWORD 'abc123';")).toBe(
    "-- *** stands for a value that isn't shown: keep that of the file\nCREATE ROLE a LOGIN PASSWORD '***';",
  );
  expect(told("Change abc123.")).toBe("Change ***.");
  expect(told("CREATE ROLE b;")).toBe("CREATE ROLE b;");
});

it("a word that is a password in XML stays where it isn't quoted", () => {
  const text = '<column name="password" value="first"/>\n';
  const secretAt = { file: "a.xml", line: 1, column: 32, endLine: 1, endColumn: 37 };
  const [message, instead] = ["create its first account", "INSERT INTO users (password) VALUES ('first');"];
  const finding: Finding = { ...findingAt("b.xml"), message, instead };
  const report = {
    ...emptyReport,
    findings: [finding],
    secrets: [secretAt],
    sources: new Map([["a.xml", text]]),
  };
  const hidden = hideSecrets(report);
  expect(hidden.sources.get("a.xml")).toBe('<column name="password" value="*****"/>\n');
  expect(hidden.findings[0]?.message).toBe(message);
  expect(hidden.findings[0]?.instead).toContain("VALUES (***);");
});
