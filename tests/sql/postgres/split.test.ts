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
      ["select 1", "select 2", "select 3", "select 4"],
    ],
    [
      "COPY data",
      "copy t (a) from stdin;\n1\tit's\n;\n\\.\nselect 1;",
      ["copy t (a) from stdin", "select 1"],
    ],
    ["COPY data that never ends", "copy t from stdin;\n1;\n2;", ["copy t from stdin"]],
    ["COPY from a file", "copy t from '/stdin'; select 1", ["copy t from '/stdin'", "select 1"]],
    ["an unterminated quote", "select 1; select 'a; b", ["select 1", "select 'a; b"]],
  ];
  it.each(cases)("cuts %s", (_name, text, expected) => {
    expect(pieces(text)).toEqual(expected);
  });

  const masked: readonly (readonly [string, string])[] = [
    ["select * from ${schema}.t", "select * from __schema_.t"],
    ['select {{ .A "b" }}.t', "select ____a__b____.t"],
    ['select "{{ .A "b" }}".t', 'select "____a__b____".t'],
    ["select :v, :'s', :\"q\"", "select _v, '_s', \"_q\""],
    ["select %(x)s", "select __x_s"],
    ["select a::int, b[1:n] := 3", "select a::int, b[1:n] := 3"],
    ["select '${x}', \"${x}\", $$ ${x} $$ -- ${x}", "select '${x}', \"${x}\", $$ ${x} $$"],
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
