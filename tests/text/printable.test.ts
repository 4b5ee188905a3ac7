import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { harmlessLine, noCommand, noCommands, noCommandsInSql } from "../../src/text/commands.ts";
import { jsonText } from "../../src/text/json-text.ts";
import { masked, printable, printableLine } from "../../src/text/printable.ts";
import { commandIn, commandsIn, dangerous } from "../support/runner.ts";

/** Texts in which what we look for is frequent. */
const piece = fc.constantFrom(
  ...Array.from("\n\r\t\u0000\u001b\u007f\u0085\u009b\u061c\u200e\u202e\u2028\u2066\ufeff\ud83d\ude00"),
  ...Array.from('\u{e0041}\u{1F600}é a\\"x]'),
  "::",
  ":",
  "##",
  "[",
  "##[error]",
  "##vso[task]",
  "::error::",
  "\r\n",
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(piece).map((pieces) => pieces.join("")),
);
const always = (law: (given: string) => void): void => {
  fc.assert(fc.property(text, law), { numRuns: 500 });
};

describe("text of others", () => {
  it.each([
    ["\u001b[31m\u009b1m\u007f", "\\x1b[31m\\x9b1m\\x7f"],
    ["\u202etxt.exe \u2066\u200f\u061c", "\\u202etxt.exe \\u2066\\u200f\\u061c"],
    ["a\u{e0041}b \ud83d.", "a\\u{e0041}b \\ud83d."],
    ["a\tb\r\nc\rd", "a\tb\nc\\rd"],
    ["é 😀 \\x1b", "é 😀 \\x1b"],
  ])("%j is shown as %j", (given, shown) => {
    expect(printable(given)).toBe(shown);
  });

  it("is one line as a name", () => {
    expect(printableLine("db\n::error::x\t\r\n")).toBe("db\\n::error::x\\t\\r\\n");
  });

  it("has no dangerous character, and is not much longer", () => {
    always((given) => {
      for (const shown of [printable(given), printableLine(given), masked(given)]) {
        expect(dangerous(shown)).toEqual([]);
        expect(shown.length).toBeLessThanOrEqual(6 * given.length);
      }
      expect(printableLine(given)).not.toMatch(/[\t\n]/);
      expect(masked(given)).toHaveLength(given.length);
    });
  });

  it("is shown the same when it is shown again", () => {
    always((given) => {
      expect(printable(printable(given))).toBe(printable(given));
      expect(harmlessLine(harmlessLine(given))).toBe(harmlessLine(given));
    });
  });

  it("is JSON that says the same, in characters that do nothing", () => {
    fc.assert(
      fc.property(
        fc.dictionary(text, fc.oneof(text, fc.array(text))),
        fc.constantFrom(undefined, 2),
        (value, indent) => {
          const written = jsonText(value, indent);
          expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
          expect(dangerous(written)).toEqual([]);
          expect(commandsIn(written)).toEqual([]);
        },
      ),
    );
  });
});

describe("a line of a log", () => {
  it.each([
    ["::error::x", "\\x3a:error::x"],
    ["  ::stop-commands::x", "  \\x3a:stop-commands::x"],
    ["::add-mask file=a,b::x", "\\x3a:add-mask file=a,b::x"],
    ["x ##[error]y ##[group]", "x ##\\x5berror]y ##\\x5bgroup]"],
    ["##vso[task.setvariable]x", "##vso\\x5btask.setvariable]x"],
    ["a::b::c", "a::b::c"],
    ["::int", "::int"],
    ["## [1]", "## [1]"],
  ])("%j is %j", (given, shown) => {
    expect(noCommand(given)).toBe(shown);
  });

  it("is never a command", () => {
    always((given) => {
      expect(commandIn(harmlessLine(given))).toBeUndefined();
      expect(commandsIn(noCommands(printable(given)))).toEqual([]);
      expect(commandsIn(noCommandsInSql(printable(given)))).toEqual([]);
    });
  });
});

describe("SQL to be copied", () => {
  it("keeps a cast on a line of its own", () => {
    expect(noCommandsInSql("SELECT x\n  ::int;")).toBe("SELECT x\n  ::int;");
    expect(noCommandsInSql("SELECT x\n  ::text::regclass;")).toBe("SELECT x\n  /**/::text::regclass;");
  });

  it("keeps a comment a comment", () => {
    expect(noCommandsInSql("##[section] x")).toBe("## [section] x");
  });
});
