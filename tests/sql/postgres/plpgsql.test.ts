import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { readBody } from "../../../src/sql/postgres/body.ts";
import { loadParser } from "../../../src/sql/postgres/libpg.ts";
import type { Body } from "../../../src/sql/postgres/source.ts";
import { readChunk } from "../../../src/sql/postgres/statement.ts";
import type { Span } from "../../../src/text/span.ts";
import { cpuTime } from "../../support/cpu-time.ts";

beforeAll(loadParser);

function read(
  file: string,
  span: Span,
  language = "plpgsql",
  variables: readonly string[] = [],
  placeholders = new Map<string, string>(),
): [Body, Span[]] {
  const comments: Span[] = [];
  const bug = (error: unknown): void => {
    throw error;
  };
  const fragment = { text: file, from: 0, to: file.length };
  return [
    readBody({ file, comments, placeholders, bug, readBody, readChunk }, fragment, {
      span,
      language,
      variables,
      depth: 1,
    }),
    comments,
  ];
}

/** Text of each operation's span, with `?` if it is conditional and `*` if it is repeated; doubles left out. */
function operations(body: string, language = "plpgsql", before = "do $$", after = "$$"): string[] {
  const file = before + body + after;
  const [{ operations: found }] = read(
    file,
    { start: before.length, end: before.length + body.length },
    language,
  );
  const shown = found.map(
    ({ span, conditional, repeated }) =>
      file.slice(span.start, span.end) + (conditional === true ? " ?" : "") + (repeated === true ? " *" : ""),
  );
  return [...new Set(shown)];
}

describe("readBody", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["plain statements", "begin drop table a; delete from b; end", ["drop table a", "delete from b"]],
    [
      "branches",
      "begin if true then drop table a; elsif x then drop table b; else drop table c; end if; drop table d; end",
      ["drop table a ?", "drop table b ?", "drop table c ?", "drop table d"],
    ],
    [
      "conditions with CASE in them",
      "begin if (case when true then 1 end) = 1 then drop table a; end if; drop table b; end",
      ["drop table a ?", "drop table b"],
    ],
    [
      "CASE",
      "begin case x when 1 then drop table a; else drop table b; end case; case when y then drop table c; end case; drop table d; end",
      ["drop table a ?", "drop table b ?", "drop table c ?", "drop table d"],
    ],
    [
      "loops",
      "begin loop drop table a; exit when true; end loop; while true loop drop table b; end loop; for i in 1..10 loop drop table c; end loop; foreach x in array y loop drop table d; end loop; drop table e; end",
      ["drop table a *", "drop table b *", "drop table c *", "drop table d *", "drop table e"],
    ],
    [
      "loops over queries",
      "begin <<outer>> for r in select id from t loop delete from u where id = r.id; end loop outer; drop table e; end",
      ["select id from t", "delete from u where id = r.id *", "drop table e"],
    ],
    [
      "handlers",
      "begin begin drop table a; exception when undefined_table or sqlstate '42P01' then drop table b; when others then null; end; drop table c; end;",
      ["drop table a ?", "drop table b ?", "drop table c"],
    ],
    [
      "declarations",
      "<<b>> declare x int := 1; c cursor for select 1 from z; begin; y text default 'begin'; begin drop table a; end",
      ["drop table a"],
    ],
    ["PERFORM", "begin perform 1 from t; end", ["perform 1 from t"]],
    [
      "INTO",
      "begin select a, b into strict x, r.y from t; insert into t values (1) returning id into x; end",
      ["select a, b into strict x, r.y from t", "insert into t values (1) returning id"],
    ],
    ["RETURN QUERY", "begin return query select 1 from t; return; end", ["select 1 from t"]],
    ["a cursor", "begin open c for select 1 from t; fetch c into x; close c; end", ["select 1 from t"]],
    ["transactions", "begin drop table a; commit; rollback; end", ["drop table a", "commit", "rollback"]],
    ["assignments", "begin x := 1; r.a = 2; y[1] := 3; drop table a; end", ["drop table a"]],
    [
      "variables named like statements",
      "begin open := 1; case := 2; raise notice 'a; b %', 1; drop table a; end",
      ["drop table a"],
    ],
    ["a constant text", "begin execute 'drop table a'; end", ["drop table a"]],
    [
      "two statements in a text",
      "begin execute 'drop table a; drop table b;'; end",
      ["drop table a", "drop table b"],
    ],
    ["a text in dollar quotes", "begin execute $x$drop table a$x$ using 1; end", ["drop table a"]],
    [
      "a text in parts",
      "begin execute 'drop table ' || quote_ident('A') || ' cascade'; end",
      ["drop table ' || quote_ident('A') || ' cascade"],
    ],
    ["an escaped text", "begin execute E'drop\\ttable a'; end", ["drop\\ttable a"]],
    ["a format", "begin execute format('drop table %I.%1$I', 'A'); end", ["drop table %I.%1$I"]],
    ["a format with blanks", "begin execute format('drop table %I', 'a') into x; end", ["drop table %I"]],
    [
      "a text that isn't known",
      "begin execute 'drop table ' || x using 1; end",
      ["drop table ' || x", "execute 'drop table ' || x using 1"],
    ],
    [
      "a text for each value of a loop",
      "begin foreach x in array array['a', 'b'] loop execute format('drop table %I', x); end loop; end",
      ["drop table %I *"],
    ],
    [
      "a loop over a text",
      "begin for r in execute 'select 1 from t' loop drop table a; end loop; end",
      ["select 1 from t", "drop table a *"],
    ],
    ["a text in a variable", "declare s text := 'drop table a'; begin execute s; end", ["drop table a"]],
    [
      "a text made of variables",
      "declare t constant text = 'A'; s text; begin s := format('drop table %I', t); execute s; execute 'drop view ' || t; end",
      ["drop table %I", "drop view ' || t"],
    ],
    [
      "a variable of several values",
      "declare s text := 'drop table a'; t text; u text := 'x'; begin s := s || ';'; execute s; for t in select 1 loop execute t; end loop; select 1 into u; execute u; end",
      ["execute s", "select 1", "execute t *", "execute u"],
    ],
    ["placeholders", "begin drop table ${schema}.a; end", ["drop table ${schema}.a"]],
    ["what is no SQL", "begin frobnicate the thing; drop table a; end", ["drop table a"]],
    ["SQL that can't be read", "begin drop tabel a; drop table b; end", ["drop tabel a", "drop table b"]],
    ["an end that is missing", "begin if x then drop table a", ["drop table a ?"]],
    ["nothing", "", []],
  ];
  it.each(cases)("finds %s", (_name, body, expected) => {
    expect(operations(body)).toEqual(expected);
  });

  it("reads standard bodies in SQL", () => {
    expect(operations("delete from a; insert into b select 1;", "sql")).toEqual([
      "delete from a",
      "insert into b select 1",
    ]);
  });

  it("knows no other language", () => {
    expect(operations("begin drop table a; end", "c")).toEqual([]);
    expect(operations("plv8.execute()", "plv8")).toEqual(["plv8.execute()"]);
  });

  it("maps a body in simple quotes to its place", () => {
    expect(
      operations("begin delete from a where b = ''x''; drop table c; end", "plpgsql", "do '", "'"),
    ).toEqual(["delete from a where b = ''x'", "drop table c"]);
  });

  it("takes a body with its quotes, too", () => {
    const file = "do $a$begin drop table é; end$a$";
    const [body] = read(file, { start: 3, end: file.length });
    expect(body.operations.map(({ span }) => file.slice(span.start, span.end))).toContain("drop table é");
  });

  it("tells the constant first part of a text", () => {
    const prefixes = (body: string): (string | undefined)[] =>
      read(body, { start: 0, end: body.length })[0].operations.map((op) =>
        op.kind === "executeDynamic" ? op.prefix : op.kind,
      );
    expect(
      prefixes("begin execute 'drop table ' || x; execute format('a %I %s', 'b', x); execute x; end"),
    ).toEqual(["dropTable", "drop table ", 'a "b" ', undefined]);
  });

  it("names what isn't known, and marks what is done with it", () => {
    const body =
      "begin execute format('drop table %I.%s', r.s, x); execute 'comment on table t is ' || quote_literal(x); end";
    const placeholders = new Map<string, string>();
    const [{ operations: found }] = read(body, { start: 0, end: body.length }, "plpgsql", [], placeholders);
    const [dropped, , comment] = found;
    expect(dropped).toMatchObject({ kind: "dropTable", unnamed: true, table: { schema: "run_time_r_s__" } });
    expect(comment).toMatchObject({ kind: "comment", unnamed: true });
    expect([...placeholders.values()]).toEqual(["<r.s>", "<x>"]);
  });

  it("finds comments", () => {
    const file = "begin -- a\n drop table b; /* c */ end";
    const [, comments] = read(file, { start: 0, end: file.length });
    expect(comments.map(({ start, end }) => file.slice(start, end))).toEqual(["-- a", "/* c */"]);
  });

  it("never throws and stays in the text", () => {
    const bits = fc.constantFrom(
      ..."begin end if then else case when loop for in select 1 ; := ( ) execute format('%I', 'a') || declare x exception 'a' $$ into , . [ ] <<".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: bits }, fc.string({ unit: "binary", maxLength: 3 })), {
          maxLength: 40,
        }),
        (parts) => {
          const file = parts.join(" ");
          for (const { span } of read(file, { start: 0, end: file.length })[0].operations) {
            expect(span.start).toBeGreaterThanOrEqual(0);
            expect(span.end).toBeGreaterThan(span.start);
            expect(span.end).toBeLessThanOrEqual(file.length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("survives deep nesting", () => {
    expect(operations("begin ".repeat(50_000))).toEqual([]);
    expect(operations(`begin execute ${"(".repeat(5000)}'a'${")".repeat(5000)}; end`)).toHaveLength(1);
    const doubled = Array.from({ length: 500 }, (_, i) => `v${i} text := v${i + 1} || v${i + 1};`).join(" ");
    const before = cpuTime();
    expect(
      operations(`declare ${doubled} v500 text := 'a'; begin execute v0; execute v490; end`),
    ).toHaveLength(2);
    expect(cpuTime() - before).toBeLessThan(10_000);
  });
});
