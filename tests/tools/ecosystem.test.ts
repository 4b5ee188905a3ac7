import { describe, expect, it } from "vitest";
import { compare, type Found } from "../../tools/ecosystem/compare.ts";
import { markdownOf, type Outcome } from "../../tools/ecosystem/report.ts";

const found = (rule: string, line: number, more: Partial<Found> = {}): Found => ({
  rule,
  severity: "error",
  file: "a.sql",
  place: [line, 1, line, 9],
  message: "m",
  ...more,
});

/** `kind rule` of each difference. */
const kinds = (
  before: readonly Found[],
  after: readonly Found[],
  renamed?: Record<string, string>,
): string[] => compare(before, after, renamed).map(({ kind, rule }) => `${kind} ${rule}`);

describe("two builds' findings", () => {
  it("are the same in any order, each counted", () => {
    const all = [found("x", 1), found("y", 1), found("x", 1)];
    expect(kinds(all, all.toReversed())).toEqual([]);
    expect(kinds(all, all.slice(1))).toEqual(["removed x"]);
    expect(kinds(all, [...all, found("y", 1)])).toEqual(["added y"]);
  });

  it.each<[string, Partial<Found>]>([
    ["reworded", { message: "other" }],
    ["reworded", { instead: "other" }],
    ["severity", { severity: "note" }],
    ["severity", { severity: "note", message: "other" }],
    ["moved", { place: [1, 3, 1, 9] }],
  ])("%s: %j", (kind, more) => {
    expect(kinds([found("x", 1)], [found("x", 1, more)])).toEqual([`${kind} x`]);
  });

  it("on another line or in another file are others", () => {
    expect(kinds([found("x", 1)], [found("x", 2)])).toEqual(["removed x", "added x"]);
    expect(kinds([found("x", 1)], [found("x", 1, { file: "b.sql" })])).toEqual(["removed x", "added x"]);
  });

  it("pair what is the same before what is alike", () => {
    const before = [found("x", 1, { message: "a" }), found("x", 1, { message: "b" })];
    const after = [found("x", 1, { message: "c" }), found("x", 1, { message: "a" })];
    expect(compare(before, after)).toMatchObject([
      { kind: "reworded", before: { message: "b" }, after: { message: "c" } },
    ]);
  });

  it("are known by the newest name of their rule", () => {
    expect(kinds([found("old", 1)], [found("new", 1)], { old: "new" })).toEqual([]);
    expect(kinds([found("old", 1)], [found("new", 1)])).toEqual(["added new", "removed old"]);
  });
});

describe("the report", () => {
  const outcome = (more: Partial<Outcome> = {}): Outcome => ({
    findings: [],
    errors: [],
    notUnderstood: 0,
    migrations: 3,
    files: ["a.sql"],
    histories: [],
    renamed: {},
    milliseconds: 10,
    megabytes: 80,
    ...more,
  });

  it("says what differs by rule, with examples, and what ended without an answer", () => {
    const differences = compare(
      [found("gone", 1), found("x", 2)],
      [found("x", 2, { message: "new\nwords" })],
    );
    const text = markdownOf({
      base: "main",
      skipped: ["a/b"],
      examples: 1,
      compared: [
        {
          name: "shop",
          expected: ["a.sql", "b.sql"],
          before: outcome(),
          after: outcome({ migrations: 2 }),
          differences,
        },
        { name: "broken", before: outcome(), after: "out of memory", differences: [] },
        {
          name: "bug",
          before: outcome(),
          after: outcome({ errors: [{ message: "oops" }] }),
          differences: [],
        },
      ],
    });
    expect(text).toContain("# Compared with main: 2 differences\n\n3 projects; 1 repositories");
    expect(text).toContain("| gone |  | 1 |  |  |  |");
    expect(text).toContain("- reworded: shop error `a.sql:2:1:2:9`: m →  ⇒ new words → ");
    expect(text).toContain("| shop | 3 → 2 |");
    expect(text).toContain("- **broken**, after: ended without an answer: out of memory");
    expect(text).toContain("- **bug**, after: bug at  : oops");
    expect(text).toContain("| shop | 2 | 1 → 1 |");
  });
});
