import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextToken, tokenize } from "../../../src/sql/postgres/lexer.ts";

/** `kind:value` of each token; `!` marks one that is never closed. */
const shape = (text: string): string[] =>
  tokenize(text).map(
    ({ kind, value, unterminated }) => `${kind}:${value}${unterminated === true ? "!" : ""}`,
  );

describe("tokenize", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["SELECT É_x", ["word:select", "word:É_x"]],
    ["a$1", ["word:a$1"]],
    ['"a""B" U&"d\\0061ta"', ['quoted:a"B', "quoted:data"]],
    ["'it''s' E'a\\'b\\n' U&'\\+000041'", ["string:it's", "string:a'b\n", "string:A"]],
    ["B'01' x'ff' N'n'", ["string:01", "string:ff", "string:n"]],
    ["'back\\' x", ["string:back\\", "word:x"]],
    ["$$a$b$$ $t$ $$ $t$", ["string:a$b", "string: $$ "]],
    ["$1 $12", ["parameter:$1", "parameter:$12"]],
    ["a -- b\n/* c /* d */ e */ f", ["word:a", "comment:-- b", "comment:/* c /* d */ e */", "word:f"]],
    [
      "1 1.5 .5 1e10 1..10 0xFF 1_000",
      "1 1.5 .5 1e10 1 .. 10 0xFF 1_000".split(" ").map((n) => (n === ".." ? "operator:.." : `number:${n}`)),
    ],
    ["a::int := b", ["word:a", "operator:::", "word:int", "operator::=", "word:b"]],
    ["a<=-1", ["word:a", "operator:<=", "operator:-", "number:1"]],
    ["a @- 1", ["word:a", "operator:@-", "number:1"]],
    ["a+--b", ["word:a", "operator:+", "comment:--b"]],
    [
      "a[1], (b);",
      "word:a punctuation:[ number:1 punctuation:] punctuation:, punctuation:( word:b punctuation:) punctuation:;".split(
        " ",
      ),
    ],
    ["a.b", ["word:a", "punctuation:.", "word:b"]],
    ["'abc", ["string:abc!"]],
    ['"abc', ["quoted:abc!"]],
    ["e'abc\\'", ["string:abc\\'!"]],
    ["$x$ abc", ["string: abc!"]],
    ["/* /* */", ["comment:/* /* */!"]],
    ["\ufeffselect", ["word:select"]],
    [
      "\\d { ${x}",
      ["operator:\\", "word:d", "operator:{", "operator:$", "operator:{", "word:x", "operator:}"],
    ],
  ];
  it.each(cases)("%j", (text, expected) => {
    expect(shape(text)).toEqual(expected);
  });

  it("stays within the section given", () => {
    const text = "a 'b c' d";
    expect(tokenize(text, 2, 5)).toEqual([
      { kind: "string", start: 2, end: 5, value: "b ", unterminated: true },
    ]);
    expect(nextToken(text, 9, 9)).toBeUndefined();
  });

  const pieces = fc.oneof(
    fc.constantFrom(
      "'",
      '"',
      "$$",
      "$a$",
      "--",
      "/*",
      "*/",
      "\n",
      "\r\n",
      "\\",
      "e'",
      "u&'",
      ";",
      "(",
      " ",
      "1.",
      "..",
    ),
    fc.string({ unit: "grapheme", maxLength: 4 }),
    fc.string({ unit: "binary", maxLength: 4 }),
  );
  it("gives tokens in order that cover all but blanks, of any text", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join("");
        let at = 0;
        for (const token of tokenize(text)) {
          expect(text.slice(at, token.start)).toMatch(/^[\ufeff\t-\r ]*$/);
          expect(token.end).toBeGreaterThan(token.start);
          at = token.end;
        }
        expect(text.slice(at)).toMatch(/^[\ufeff\t-\r ]*$/);
      }),
      { numRuns: 500 },
    );
  });

  it.each(["'", '"', "$a$", "/*", "--", "(", "$", "e'\\", "{{", "'' ", "1.e", "+"])(
    "takes linear time on many %s",
    (part) => {
      const time = (n: number): number => {
        const text = part.repeat(n);
        const start = performance.now();
        tokenize(text);
        return performance.now() - start;
      };
      time(1000);
      expect(time(100_000)).toBeLessThan(10_000);
    },
  );
});
