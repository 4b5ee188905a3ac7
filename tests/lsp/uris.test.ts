import { describe, expect, it } from "vitest";
import { editBetween, rangeOf } from "../../src/lsp/places.ts";
import { readSettings } from "../../src/lsp/settings.ts";
import { pathOf, uriOf, within } from "../../src/lsp/uris.ts";

describe("an address", () => {
  it.each([
    ["file:///c%3A/My%20Shop/a.sql", "C:\\My Shop\\a.sql"],
    ["file:///C:/shop/%C3%A4%23.sql", "C:\\shop\\ä#.sql"],
    ["file://server/share/a.sql", "\\\\server\\share\\a.sql"],
    ["file:///shop/a.sql", undefined],
  ])("on Windows: %s", (uri, path) => {
    expect(pathOf(uri, true)).toBe(path);
  });

  it.each([
    ["file:///shop/100%25%20%3F/%23a.sql", "/shop/100% ?/#a.sql"],
    ["file:///c%3A/a.sql", "/c:/a.sql"],
    ["file://server/share/a.sql", undefined],
    ["file:///a%2Fb.sql", undefined],
    ["untitled:Untitled-1", undefined],
    ["git:/shop/a.sql?%7B%7D", undefined],
    ["", undefined],
  ])("elsewhere: %s", (uri, path) => {
    expect(pathOf(uri, false)).toBe(path);
  });

  it("leads back to its path", () => {
    for (const path of ["/shop/100% ?/#a.sql", "/shop/ä 🙂.sql"])
      expect(pathOf(uriOf(path), false)).toBe(path);
  });
});

it("knows what lies within a folder", () => {
  expect(within("/shop", "/shop/a/b.sql")).toBe("a/b.sql");
  expect(within("/shop", "/shop")).toBe("");
  expect(within("/shop", "/shop..old/b.sql")).toBeUndefined();
  expect(within("/shop", "/shop/..hidden/b.sql")).toBe("..hidden/b.sql");
});

it("doesn't count a byte order mark, as no editor does", () => {
  const lines = { line: 1, column: 2, endLine: 1, endColumn: 9 };
  expect(rangeOf(lines, "\uFEFFSELECT 1").start.character).toBe(0);
  expect(rangeOf(lines, "SELECT 1").start.character).toBe(1);
});

it("finds the smallest edit between two texts", () => {
  expect(editBetween("abcabc", "abcXabc")).toEqual({ span: { start: 3, end: 3 }, text: "X" });
  expect(editBetween("aaa", "aa")).toEqual({ span: { start: 2, end: 3 }, text: "" });
  expect(editBetween("same", "same")).toEqual({ span: { start: 4, end: 4 }, text: "" });
});

it("takes only what is a setting", () => {
  const none = readSettings(undefined);
  expect(readSettings({ ddlint: { locks: "off" } })).toEqual({ ...none, locks: "off" });
  for (const odd of [null, 3, "x", [], { locks: 1, allowConfigCode: "yes" }])
    expect(readSettings(odd)).toEqual(none);
});
