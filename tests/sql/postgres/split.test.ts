import { beforeAll, describe, expect, it } from "vitest";
import { loadParser, parseSql } from "../../../src/sql/postgres/libpg.ts";
import { maskText, splitStatements } from "../../../src/sql/postgres/split.ts";

const pieces = (text: string): string[] =>
  splitStatements(text, 0, text.length).pieces.map(({ start, end }) => text.slice(start, end));

describe("splitStatements", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "semicolons in quotes",
      `select ';', ";", $$;$$ /* ; */; -- ;\nselect 2`,
      [`select ';', ";", $$;$$`, "select 2"],
    ],
    ["an unclosed parenthesis ends with its statement", "select (1; select 2;", ["select (1", "select 2"]],
    ["empty statements", ";;select 1;;", ["select 1"]],
    [
      "a body of standard SQL",
      "create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3",
      [
        "create function f() returns int begin atomic select case when true then 1 end; select 2; end",
        "select 3",
      ],
    ],
    [
      "a rule of several actions",
      "create or replace rule r as on insert to t do (delete from a; delete from b); select 1",
      ["create or replace rule r as on insert to t do (delete from a; delete from b)", "select 1"],
    ],
    ["psql lines", "\\set x it's\nselect 1;\n\\echo 'a\nselect 2;", ["select 1", "select 2"]],
    [
      "a query sent by psql",
      "select 1 \\gexec\nselect 2\\g\nselect 3 \\; select 4;",
      ["select 1", "\\gexec", "select 2", "select 3", "select 4"],
    ],
    [
      "COPY data",
      "copy t (a) from stdin;\n1\tit's\n;\n\\.\nselect 1;",
      ["copy t (a) from stdin", "select 1"],
    ],
    ["COPY data that never ends", "copy t from stdin;\n1;\n2;", ["copy t from stdin"]],
    ["COPY from a file", "copy t from '/stdin'; select 1", ["copy t from '/stdin'", "select 1"]],
    [
      "a query copied out that reads a table called stdin",
      "copy (with stdin as (select 1) select * from stdin) to '/x'; drop table t",
      ["copy (with stdin as (select 1) select * from stdin) to '/x'", "drop table t"],
    ],
    [
      "the rest of the line in front of COPY data",
      "copy t from stdin; copy s from stdin; drop table t;\n1'\n\\.\n2;\n\\.\nselect 2;",
      ["copy t from stdin", "copy s from stdin", "drop table t", "select 2"],
    ],
    [
      "COPY data of psql's own command",
      '\\copy public."t" (a, b) from stdin csv\nit\'s\n\\.\nselect 1;',
      ["select 1"],
    ],
    [
      "psql's own COPY of a query",
      "\\copy (delete from t returning *) to 'x' csv\nselect 1;",
      ["delete from t returning *", "select 1"],
    ],
    [
      "statements behind psql's own COPY, which the server runs",
      "\\copy (select 1) to x.csv csv; drop table a\n\\copy t from 'a;b' csv; drop table b;\nselect 1;",
      ["select 1", "drop table a", "drop table b", "select 1"],
    ],
    [
      "what follows a command of psql on its line",
      "\\echo 'a \\\\ b' \\\\ drop table a; select 1 \\g \\\\ drop table b; \\set x 1 \\unset x \\\\ drop table c;",
      ["drop table a", "select 1", "drop table b", "drop table c"],
    ],
    [
      "commands of psql that run what stands elsewhere",
      "\\i a.sql\nselect 1 \\gexec\n\\! ls \\\\ x\n\\copy t from program 'ls'\nselect 2 \\g |sh\n\\o |sh\n\\ir b.sql",
      [
        "\\i a.sql",
        "select 1",
        "\\gexec",
        "\\! ls \\\\ x",
        "\\copy t from program 'ls'",
        "select 2",
        "\\g |sh",
        "\\o |sh",
        "\\ir b.sql",
      ],
    ],
    ["a statement that psql throws away", "select 'a', \\r x\nselect 1;", ["select 'a',", "select 1"]],
    ["a colon of psql", "select a[1\\:2]; select 1", ["select a[1\\:2]", "select 1"]],
    [
      "operators that look like a template",
      "select 'a' <% 'b'; drop table t; select 'a' %> 'b'; select 'a' <% 'b' and 'c' %> 'd'",
      ["select 'a' <% 'b'", "drop table t", "select 'a' %> 'b'", "select 'a' <% 'b' and 'c' %> 'd'"],
    ],
    [
      "semicolons in what looks like a placeholder",
      'select ${x; drop table a;}; select "{{"; drop table b; select "}}"',
      ["select ${x", "drop table a", "}", 'select "{{"', "drop table b", 'select "}}"'],
    ],
    [
      "semicolons in quotes and comments of a template",
      `select {{ var("a;b") }}, {{/* ; */}} 1; select 2`,
      [`select {{ var("a;b") }}, {{/* ; */}} 1`, "select 2"],
    ],
    [
      "strings that go on below, with the escapes of their first piece",
      "select E'a' -- ;\n'b\\'; --'; select 'a'\n'b\\'; select B'0'\n'1', 'a' 'b'",
      ["select E'a' -- ;\n'b\\'; --'", "select 'a'\n'b\\'", "select B'0'\n'1', 'a' 'b'"],
    ],
    [
      "a body that is never closed, at its first semicolon",
      "create procedure p() begin atomic select 1; drop table t; create function q() begin atomic select 2",
      [
        "create procedure p() begin atomic select 1",
        "drop table t",
        "create function q() begin atomic select 2",
      ],
    ],
    [
      "a rule that is never closed, at its first semicolon",
      "create rule r as on insert to t do (select 1; drop table t; select 2",
      ["create rule r as on insert to t do (select 1", "drop table t", "select 2"],
    ],
    ["an unterminated quote", "select 1; select 'a; b", ["select 1", "select 'a; b"]],
  ];
  it.each(cases)("cuts %s", (_name, text, expected) => {
    expect(pieces(text)).toEqual(expected);
  });

  const commands: readonly (readonly [string, string, readonly (string | undefined)[]])[] = [
    ["an included file", "\\i a.sql\nselect 1;", ["\\i", undefined]],
    ["a variable of several statements", "\\set x '; drop table t'\nselect 1 :x;", [":x"]],
    ["a variable with such a one in it", "\\set x 'a;'\n\\set y :x\nselect a[1:y];", [":y"]],
    ["a variable that opens a quote", "\\set x ''''\nselect :x;", [":x"]],
    ["a variable that a program says, which is taken for a name", "\\set x `date`\nselect :x;", [undefined]],
    ["a variable that is set anew", "\\set x ';'\n\\set x 1\nselect :x;", [undefined]],
    ["variables of one value", "\\set x public '.t'\n\\set y '''a;b'''\nselect :y from :x;", [undefined]],
    ["a variable in quotes", "\\set x 'a;'\nselect :'x', :\"x\";", [undefined]],
  ];
  it.each(commands)("knows what psql runs by %s", (_name, text, expected) => {
    expect(splitStatements(text, 0, text.length).pieces.map(({ command }) => command)).toEqual(expected);
  });

  const masked: readonly (readonly [string, string])[] = [
    ["select * from ${schema}.t", "select * from __schema_.t"],
    ['select {{ .A "b" }}.t', "select ____a__b____.t"],
    ['select "{{ .A "b" }}".t', 'select "____a__b____".t'],
    ["select :v, :'s', :\"q\"", "select _v, '_s', \"_q\""],
    ["select %(x)s", "select __x_s"],
    ["select a::int, b[1:n] := 3", "select a::int, b[1:n] := 3"],
    ["select '${x}', \"${x}\", $$ ${x} $$ -- ${x}", "select '${x}', \"${x}\", $$ ${x} $$"],
    ["select * from <%= t %>\n <% if x %>", "select * from ____t___"],
    ["select 1 {% if x %} + 1", "select 1            + 1"],
  ];
  it.each(masked)("replaces placeholders of %s", (text, expected) => {
    const [piece] = splitStatements(text, 0, text.length).pieces;
    if (piece === undefined) throw new Error("no statement");
    expect(maskText(text, piece.start, piece.end, piece.masks, "identifier")).toBe(expected);
  });

  describe("agrees with the parser", () => {
    beforeAll(loadParser);
    it.each([
      "select 1; /* ; */ select ';' ;; select $a$ ; $a$",
      "create table t (a int default 1, check (a > 0)); create index on t (a) where a > 1;",
      "do $$ begin perform 1; end $$; create function f() returns void language sql as 'select 1; select 2';",
      "create function f(a int) returns int return a + 1; select case when true then 1 end; begin; end;",
      "create procedure p() begin atomic insert into t values (1); update t set a = case a when 1 then 2 end; end; call p();",
      "create rule r as on update to t do also (insert into l values (1); delete from x); drop rule r on t;",
      "select e'\\';' ; select U&'\\0061;' ; select 'a\\' ; select 1",
      "select /* /* ; */ ; */ 1; -- ;\r\nselect 2;\r\n",
      "grant select on t to public; comment on table t is ';'; ;",
    ])("%s", (text) => {
      const outcome = parseSql(text);
      expect(outcome.is === "parsed" && outcome.statements.length).toBe(pieces(text).length);
    });
  });
});
