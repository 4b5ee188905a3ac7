import { describe, expect, it } from "vitest";
import { tokenize } from "../../../src/sql/mysql/lexer.ts";
import type { MysqlOptions } from "../../../src/sql/mysql/options.ts";

const mysql: MysqlOptions = { dialect: "mysql" };
/** `kind:value` of each token. */
const read = (text: string, options: MysqlOptions = mysql): string[] =>
  tokenize(text, options).map(({ kind, value }) => `${kind}:${value}`);

describe("tokenize", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["names", "Aa `b``C` t1.1st", ["word:aa", "quoted:b`C", "word:t1", "punctuation:.", "word:1st"]],
    ["names with digits first", "1a 12 1e5 1e", ["word:1a", "number:12", "number:1e5", "word:1e"]],
    [
      "strings",
      String.raw`'a''b' "c\"d" 'e\'f\n' N'g' _utf8mb4'h'`,
      ["string:a'b", 'string:c"d', "string:e'f\n", "string:g", "word:_utf8mb4", "string:h"],
    ],
    ["backslashes in patterns", String.raw`'a\%b\_'`, [String.raw`string:a\%b\_`]],
    [
      "numbers",
      "1.5 .5 0xFF 0b01 x'4F' b'1' 5.",
      ["number:1.5", "number:.5", "number:0xFF", "number:0b01", "number:x'4F'", "number:b'1'", "number:5."],
    ],
    [
      "variables",
      "@a @`B c` @@global.x := @'d' ?",
      ["variable:@a", "variable:@B c", "variable:@@global.x", "operator::=", "variable:@d", "parameter:?"],
    ],
    [
      "operators",
      "a<=>b->>'$.c'||-1",
      [
        "word:a",
        "operator:<=>",
        "word:b",
        "operator:->>",
        "string:$.c",
        "operator:||",
        "operator:-",
        "number:1",
      ],
    ],
    [
      "comments",
      "a # b\n-- c\n--d /* e */",
      ["word:a", "comment:# b", "comment:-- c", "operator:-", "operator:-", "word:d", "comment:/* e */"],
    ],
    ["an empty comment at the end", "a --", ["word:a", "comment:--"]],
    [
      "versioned comments",
      "/*!40101 a */ /*! b*/ c */",
      [
        "comment:/*!40101",
        "word:a",
        "comment:*/",
        "comment:/*!",
        "word:b",
        "comment:*/",
        "word:c",
        "operator:*",
        "operator:/",
      ],
    ],
    [
      "comments in versioned comments",
      "/*!40101 a /* b */ c */ d",
      ["comment:/*!40101", "word:a", "comment:/* b */", "word:c", "comment:*/", "word:d"],
    ],
    ["what is MariaDB's alone", "/*M!100100 a */ b", ["comment:/*M!100100 a */", "word:b"]],
    ["hints", "select /*+ NO_INDEX(t) */ 1", ["word:select", "comment:/*+ NO_INDEX(t) */", "number:1"]],
    [
      "placeholders",
      "${p}t {{ .A }}_b %(x)s :y a%b",
      ["word:__p_t", "word:____a____b", "word:__x_s", "word:_y", "word:a", "operator:%", "word:b"],
    ],
    [
      "placeholders in names",
      "`${p}t` @ENGINE@ %TABLE_PREFIX%x",
      ["quoted:${p}t", "word:_engine_", "word:_table_prefix_x"],
    ],
    ["labels", "l1:begin", ["word:l1", "operator::", "word:begin"]],
    ["an unterminated string", "'a", ["string:a"]],
  ];
  it.each(cases)("reads %s", (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it("reads double quotes as names with ANSI_QUOTES", () => {
    expect(read(`"a""b" 'c'`, { dialect: "mysql", ansiQuotes: true })).toEqual(['quoted:a"b', "string:c"]);
  });

  it("takes backslashes as they are with NO_BACKSLASH_ESCAPES", () => {
    expect(read(String.raw`'a\' 'b'`, { dialect: "mysql", noBackslashEscapes: true })).toEqual([
      String.raw`string:a\ `.trim(),
      "string:b",
    ]);
  });

  it("leaves out what asks for another version", () => {
    expect(read("/*!80013 a */", { dialect: "mysql", version: 50742 })).toEqual(["comment:/*!80013 a */"]);
    expect(read("/*!80013 a */", { dialect: "mariadb" })).toEqual(["comment:/*!80013 a */"]);
    expect(read("/*M!101100 a */", { dialect: "mariadb" })).toEqual([
      "comment:/*M!101100",
      "word:a",
      "comment:*/",
    ]);
  });

  it("says what is never closed", () => {
    const open = (text: string): boolean => tokenize(text, mysql).at(-1)?.unterminated === true;
    expect(["'a", '"a', "`a", "/* a", "x'a", "'a\\'"].map(open)).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
  });
});
