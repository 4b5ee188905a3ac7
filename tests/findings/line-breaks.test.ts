/** What is inserted ends its lines as the file does, whoever inserts or shows it. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  applyFixes,
  createReport,
  fixProject,
  formats,
  lintProject,
  loadEngine,
  memoryFileSystem,
  plainColors,
  rules,
  type Engine,
} from "../../src/index.ts";
import { lineBreakAt } from "../../src/text/lines.ts";

const file = "migrations/002_title.sql";
const files = (text: string) => ({
  "migrations/001_init.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
  [file]: text,
});
const opinions = { only: ["lock-without-timeout"] };
const facts = { tool: "raw", runner: "psql-single-transaction", serverVersion: "16" } as const;
const mixed = "-- a\n-- b\r\nALTER TABLE orders ADD COLUMN title text;\r\n-- c\n-- d\n-- e\n";
const texts = [
  ["CRLF", "-- a\r\nALTER TABLE orders ADD COLUMN title text;\r\n", "\r\n"],
  ["LF", "-- a\nALTER TABLE orders ADD COLUMN title text;\n", "\n"],
  ["CRLF, with a BOM", "\uFEFFALTER TABLE orders ADD COLUMN title text;\r\n", "\r\n"],
  ["CRLF, without one at the end", "-- a\r\nALTER TABLE orders ADD COLUMN title text;", "\r\n"],
  ["both, at a line with CRLF", mixed, "\r\n"],
  ["both, at a line with LF", mixed.replaceAll("\r\n", "\n").replace("-- a\n", "-- a\r\n"), "\n"],
  ["one line", "ALTER TABLE orders ADD COLUMN title text;", "\n"],
] as const;

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine();
});

const timeout = (end: string): string => `SET LOCAL lock_timeout = '2s';${end}`;

describe.each(texts)("%s", (_, text, end) => {
  const fs = memoryFileSystem(files(text));
  const expected = text.replace("ALTER TABLE", `${timeout(end)}ALTER TABLE`);

  it("in the fix and in each report of it", async () => {
    const result = await lintProject({ fs, facts, opinions });
    const [{ fix, suggestions } = { fix: undefined, suggestions: [] }] = result.findings;
    const change = fix ?? suggestions[0];
    expect(change?.edits.map((edit) => edit.text)).toEqual([timeout(end)]);
    expect(applyFixes(text, change === undefined ? [] : [change]).text).toBe(expected);
    const report = createReport(result, { rules, time: "2026-01-31T12:00:00" });
    for (const format of ["sarif", "rdjson", "json"] as const) {
      const shown = (await formats[format]())(report, { colors: plainColors, width: 80, folder: undefined });
      expect(shown).toContain(JSON.stringify(timeout(end)).slice(1, -1));
      if (end === "\n") expect(shown).not.toContain(JSON.stringify(timeout("\r\n")).slice(1, -1));
    }
  });

  it("in the file that --fix writes", async () => {
    const { files: fixed } = await fixProject({ fs, facts, opinions, unsafe: true });
    expect(fixed).toEqual([{ file, before: text, after: expected }]);
  });

  it("in the comment that an editor offers", () => {
    const session = engine.createSession({ fs, facts, opinions });
    const [finding] = session.lint(file).findings;
    const edit = finding && session.suppression(finding, "statement");
    expect(edit?.text).toBe(`-- ddlint-disable-next-line lock-without-timeout -- <reason>${end}`);
  });
});

it("in a template of JavaScript", async () => {
  const code = [
    "exports.up = (knex) => knex.raw(`",
    "  ALTER TABLE orders ADD COLUMN title text`);",
    "exports.down = () => {};",
    "",
  ].join("\r\n");
  const fs = memoryFileSystem({
    "migrations/20260101000000_a.js":
      'exports.up = (knex) => knex.raw("CREATE TABLE orders (id bigint PRIMARY KEY)");\nexports.down = () => {};\n',
    "migrations/20260102000000_b.js": code,
    "knexfile.js": "module.exports = { client: 'pg' };\n",
  });
  const { files: fixed } = await fixProject({ fs, opinions, facts: { serverVersion: "16" }, unsafe: true });
  expect(fixed.map(({ after }) => after)).toEqual([
    code.replace("ALTER TABLE", "SET LOCAL lock_timeout = '2s';\r\nALTER TABLE"),
  ]);
});

it("is found at each place of a text", () => {
  expect([0, 1, 2, 3, 6, 7].map((at) => lineBreakAt("a\nbc\r\nd", at))).toEqual([
    "\n",
    "\n",
    "\r\n",
    "\r\n",
    "\r\n",
    "\r\n",
  ]);
  expect(lineBreakAt("", 0)).toBe("\n");
});
