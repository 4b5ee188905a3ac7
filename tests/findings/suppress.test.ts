import { describe, expect, it } from "vitest";
import { lintText } from "../../src/index.ts";
import { rulesByDialect, rulesOf } from "../../src/lint/rules-for.ts";
import { finishFindings } from "../../src/findings/finish.ts";
import type { Opinions } from "../../src/lint/opinions.ts";
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import { createSources } from "../../src/findings/sources.ts";
import unusedSuppression from "../../rules/unused-suppression.ts";
import type { Span } from "../../src/text/span.ts";
import { testRule } from "../support/rules.ts";

const rules = [
  testRule("drop-column", { formerly: ["remove-column"] }),
  testRule("drop-table"),
  testRule("set-not-null", { presets: [] }),
  unusedSuppression,
];

/** Statements are lines that start with a word in capitals; `DROP COLUMN` and `DROP TABLE` are findings. */
function lint(text: string, opinions: Opinions = {}, more: readonly RawFinding[] = []): string[] {
  const spans = (pattern: RegExp): Span[] =>
    [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  const statements = spans(/^[A-Z][^;]*;/gm);
  const raw = [
    ...spans(/DROP COLUMN/g).map((span) => finding("drop-column", span)),
    ...spans(/DROP TABLE/g).map((span) => finding("drop-table", span)),
    ...more,
  ];
  const { findings, suppressed } = finishFindings({
    raw,
    histories: [],
    files: [{ path: "a.sql", comments: spans(/--[^\n]*|\/\*[^]*?\*\//g), statements }],
    rules: rulesOf(rulesByDialect(rules, opinions), []),
    sources: createSources(new Map([["a.sql", text]])),
    merge: false,
  });
  expect(raw.length).toBe(
    suppressed.length + findings.filter((one) => one.ruleId !== "unused-suppression").length,
  );
  return findings.map((one) => `${one.line}:${one.column} ${one.ruleId}: ${one.message}`);
}

const finding = (ruleId: string, span: Span): RawFinding => ({
  ruleId,
  category: "locks",
  severity: "error",
  message: "x",
  path: "a.sql",
  span,
  locks: [],
  related: [],
  fixLevel: "none",
});

const drop = "ALTER TABLE t DROP COLUMN a;";

it("keeps what is suppressed, and why", async () => {
  const text = [
    "-- ddlint-disable-next-line drop-table -- nothing reads it",
    "DROP TABLE a;",
    "/* ddlint-disable-next-line drop-table */",
    "DROP TABLE b;",
    "DROP TABLE c;",
  ].join("\n");
  const opinions: Opinions = { only: ["drop-table"] };
  const { findings } = await lintText(text, { opinions });
  const baseline = new Set(findings.map(({ fingerprint }) => fingerprint));
  const { suppressed, counts } = await lintText(text, { opinions: { ...opinions, baseline } });
  expect(suppressed.map(({ line, suppression }) => [line, suppression])).toEqual([
    [2, { kind: "inSource", justification: "nothing reads it" }],
    [4, { kind: "inSource", justification: undefined }],
    [5, { kind: "external" }],
  ]);
  expect(counts).toMatchObject({ suppressed: 2, accepted: 1 });
});

describe("a suppression", () => {
  it.each([
    ["next line", `-- ddlint-disable-next-line drop-column -- it is empty\n${drop}`],
    ["next line, without names", `-- ddlint-disable-next-line\n${drop}`],
    ["next line, block comment", `/* ddlint-disable-next-line drop-column -- why */\n${drop}`],
    ["next line, former id", `-- ddlint-disable-next-line remove-column\n${drop}`],
    [
      "next line, several lines of statement",
      `-- ddlint-disable-next-line drop-column\nALTER TABLE t\n  DROP COLUMN a;`,
    ],
    ["next line, other comments between", `-- ddlint-disable-next-line drop-column\n-- why\n${drop}`],
    [
      "next line, inside of a statement",
      `ALTER TABLE t\n-- ddlint-disable-next-line drop-column\n  DROP COLUMN a;`,
    ],
    ["this line", `${drop} -- ddlint-disable-line drop-column`],
    ["this line, block comment", `${drop} /* ddlint-disable-line */`],
    ["block", `-- ddlint-disable drop-column\n${drop}\n${drop}\n-- ddlint-enable drop-column`],
    ["block to the end", `-- ddlint-disable\n${drop}`],
    ["file", `${drop}\n-- ddlint-disable-file drop-column -- all of it`],
    ["CRLF", `-- ddlint-disable-next-line drop-column\r\n${drop}\r\n`],
    ["squawk", `-- squawk-ignore ban-drop-column, renaming-table\n${drop}`],
    ["squawk's file", `-- squawk-ignore-file\n${drop}`],
    ["squawk without use", `-- squawk-ignore renaming-column\nSELECT 1;`],
    ["squawk's unknown rule", `-- squawk-ignore no-such-rule\nSELECT 1;`],
    ["a rule that is off", `-- ddlint-disable-next-line set-not-null\nSELECT 1;`],
    ["another directive of ours", `-- ddlint-deprecated: t.c since 3\nSELECT 1;`],
    ["prose", `-- see the docs about ddlint-disable-file\nSELECT 1;`],
  ])("leaves nothing: %s", (_, text) => {
    expect(lint(text)).toEqual([]);
  });

  it.each([
    ["the line after", `-- ddlint-disable-next-line drop-column\n${drop}\n${drop}`, ["3:15 drop-column: x"]],
    [
      "other rules",
      `-- ddlint-disable-next-line drop-column\nALTER TABLE t DROP COLUMN a; DROP TABLE u;`,
      ["2:30 drop-table: x"],
    ],
    ["after enable", `-- ddlint-disable\n${drop}\n-- ddlint-enable\n${drop}`, ["4:15 drop-column: x"]],
    [
      "enabled by name",
      `-- ddlint-disable drop-table, drop-column\n${drop}DROP TABLE u;\n-- ddlint-enable drop-table\n${drop}DROP TABLE u;`,
      ["4:29 drop-table: x"],
    ],
    ["squawk's other rules", `-- squawk-ignore renaming-table\n${drop}`, ["2:15 drop-column: x"]],
  ])("keeps %s", (_, text, expected) => {
    expect(lint(text)).toEqual(expected);
  });

  it("covers findings about the file itself only by disable-file", () => {
    const about = finding("drop-table", { start: 0, end: 0 });
    expect(lint("-- ddlint-disable-file drop-table\nSELECT 1;", {}, [about])).toEqual([]);
  });
});

describe("an unused suppression", () => {
  it.each([
    [
      "-- ddlint-disable-next-line drop-column\nSELECT 1;",
      "1:29 unused-suppression: suppresses nothing: no finding of drop-column here",
    ],
    [
      "-- ddlint-disable-file\nSELECT 1;",
      "1:1 unused-suppression: suppresses nothing: no finding of any rule here",
    ],
    [
      "-- ddlint-disable-line drop-colum\nSELECT 1;",
      "1:24 unused-suppression: there is no rule drop-colum; did you mean drop-column?",
    ],
    [
      "-- ddlint-disable-nextline drop-column\nSELECT 1;",
      "1:4 unused-suppression: ddlint-disable-nextline isn't a directive; did you mean ddlint-disable-next-line?",
    ],
  ])("is a finding: %s", (text, expected) => {
    expect(lint(text)).toEqual([expected]);
  });

  it("is none when the rule didn't run", () => {
    expect(lint("-- ddlint-disable-file drop-column\nSELECT 1;", { skip: ["drop-column"] })).toEqual([]);
    expect(lint("-- ddlint-disable-file\nSELECT 1;", { only: ["drop-table", "unused-suppression"] })).toEqual(
      [],
    );
  });

  it("can itself be suppressed, by name", () => {
    expect(
      lint("-- ddlint-disable-file unused-suppression\n-- ddlint-disable-line drop-column\nSELECT 1;"),
    ).toEqual([]);
  });
});

it("does nothing under noInlineConfig", () => {
  expect(lint(`-- ddlint-disable-file\n${drop}`, { noInlineConfig: true })).toEqual(["2:15 drop-column: x"]);
});
