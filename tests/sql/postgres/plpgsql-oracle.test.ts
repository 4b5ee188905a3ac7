import libpg from "libpg-query";
import { beforeAll, describe, expect, it } from "vitest";
import { tokenize } from "../../../src/sql/postgres/lexer.ts";
import { readPlpgsql } from "../../../src/sql/postgres/plpgsql.ts";

beforeAll(() => libpg.loadModule());

/** What the server's own PL/pgSQL parser calls a statement with SQL in it, in our words. */
const kinds: Readonly<Record<string, string>> = {
  PLpgSQL_stmt_execsql: "statement",
  PLpgSQL_stmt_call: "statement",
  PLpgSQL_stmt_commit: "statement",
  PLpgSQL_stmt_rollback: "statement",
  PLpgSQL_stmt_perform: "perform",
  PLpgSQL_stmt_dynexecute: "dynamic",
  PLpgSQL_stmt_dynfors: "dynamic",
  PLpgSQL_stmt_fors: "query",
  PLpgSQL_stmt_return_query: "query",
  PLpgSQL_stmt_open: "query",
};

function found(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(found);
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => {
    const kind = kinds[key];
    const inner = found(value);
    if (kind === undefined) return inner;
    const isDynamic = kind === "query" && typeof value === "object" && value !== null && "dynquery" in value;
    return [isDynamic ? "dynamic" : kind, ...inner];
  });
}

describe("readPlpgsql finds what the server's parser finds", () => {
  it.each([
    "begin drop table a; insert into b values (1); perform f(); execute 'x'; commit; end",
    "declare x int := (select 1); y text default 'begin'; c cursor (k int) for select 1 from t; begin null; end",
    "begin if exists (select 1) then drop table a; elsif (case when true then false end) then null; else drop table b; end if; end",
    "begin case 1 when 1, 2 then perform 1; else perform 2; end case; case when true then perform 3; end case; end",
    "begin <<l>> loop perform 1; exit l when true; continue; end loop l; while false loop perform 2; end loop; end",
    "declare r record; begin for r in select 1 loop perform 1; end loop; for r in execute 'select 1' using 1 loop null; end loop; for i in reverse 10..1 by 2 loop perform 2; end loop; end",
    "declare x int; begin foreach x slice 0 in array '{1}'::int[] loop perform x; end loop; end",
    "begin begin perform 1; exception when division_by_zero or sqlstate '22012' then perform 2; when others then raise; end; end",
    "declare x int; r record; begin select 1 into strict x; x := 2; x = 3; r.a := 1; get diagnostics x = row_count; end",
    "declare c refcursor; begin open c for select 1; open c for execute 'select 1'; fetch next from c into c; move c; close c; end",
    "begin raise notice 'drop table %; x', 1 using hint = 'a;b'; assert true, 'x'; call p(1); insert into t select 1 returning 1; end",
    "begin create function g() returns int begin atomic select 1; select case when true then 2 end; end; perform 1; end",
    "begin with x as (insert into t values (1) returning *) select 1 from x; execute format('a %s', (select 1)) using 1; end",
  ])("%s", (body) => {
    const oracle = found(libpg.parsePlPgSQLSync(`do $body$ ${body} $body$`));
    const own = readPlpgsql(tokenize(body)).embedded.map(({ kind }) => kind);
    expect(own.filter((kind) => kind !== "expression").sort()).toEqual(oracle.sort());
  });
});
