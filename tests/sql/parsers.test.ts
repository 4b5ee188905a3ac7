import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readGiven } from "../../src/testing/fixture.ts";
import { first, isUnread, pairs, second } from "./parsers.ts";

const root = join(import.meta.dirname, "../..");
const folders = [
  "fixtures/rules",
  "fixtures/recipes",
  "fixtures/demo",
  "fixtures/effects",
  "fixtures/schema",
  "fixtures/sql",
  "migrations",
];
const files = folders
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".sql"))
      .map((name) => `${folder}/${name}`.replaceAll("\\", "/")),
  )
  .filter((file) => !file.includes("/mysql/"))
  .filter((file) => readGiven(readFileSync(join(root, file), "utf8")).dialect === "postgres")
  .sort();

let results: readonly ({ readonly file: string } & ReturnType<typeof pairs>)[] = [];

/** Statements of which the second front end makes something else, by their text, with the reason. */
const differences: Readonly<Record<string, string>> = {
  'CREATE INDEX logs_at_idx ON "{{.Schema}}".logs (at)':
    "what a template puts in stands for a name of its own",
};

beforeAll(async () => {
  await first.load();
  await second.load();
  results = files.map((file) => ({ file, ...pairs(readFileSync(join(root, file), "utf8")) }));
});

describe("the second front end", () => {
  it("makes the same operations of what both parse, which is most", () => {
    const found = results.flatMap(({ file, both }) =>
      both.filter((pair) => pair.first !== pair.second).map((pair) => ({ file, ...pair })),
    );
    const unexpected = found.filter(({ sql }) => differences[sql] === undefined);
    for (const { file, first: one, second: other } of unexpected.slice(0, 3)) expect(other, file).toBe(one);
    expect(unexpected.map(({ file, sql }) => `${file}: ${sql}`)).toEqual([]);
    const seen = new Set(found.map(({ sql }) => sql));
    expect(Object.keys(differences).filter((sql) => !seen.has(sql))).toEqual([]);
  });

  it("reads these kinds of statements wholly, in part, or not at all", async () => {
    const counts = new Map<string, { both: number; onlyFirst: number }>();
    const count = (kind: string, side: "both" | "onlyFirst"): void => {
      const own = counts.get(kind) ?? { both: 0, onlyFirst: 0 };
      counts.set(kind, { ...own, [side]: own[side] + 1 });
    };
    for (const { both, onlyFirst } of results) {
      for (const { kind } of both) count(kind, "both");
      for (const kind of onlyFirst) count(kind, "onlyFirst");
    }
    const lines = [...counts].map(([kind, { both, onlyFirst }]) => {
      const share = onlyFirst === 0 ? "all" : both === 0 ? "none" : both >= onlyFirst ? "most" : "some";
      return `${kind}: ${share}`;
    });
    const golden = join(import.meta.dirname, "../../fixtures/sql/second-front-end.txt");
    await expect(`${lines.sort().join("\n")}\n`).toMatchFileSnapshot(golden);
  });

  it.each([
    "select (1 union select a from t order by 2) from x",
    "select 1 union all (select a from t limit 3)",
    "select a from t union select b from u limit 3",
    "insert into t (a) with w as (select b from u limit 5) select b from w where b = 1",
    "with w as (select id from t limit 100) update t set a = 1 from w where t.id = w.id",
    "with w as (delete from t where a = 1 returning id) insert into u select id from w",
    "update t as x set (a, b) = (1, c) where x.id = any(array(select id from t limit 5)) and x.c between 1 and 2",
    "delete from t where ctid in (select ctid from t limit 10) and created > now() - interval '1 day'",
    "insert into t values (1, now()), (2, null) on conflict (a) do update set b = excluded.b, c = t.c where t.d",
    "select a.x, b.* from a join b using (id, other) left join lateral (select 1 as one from c where c.id = a.id) d on true",
    "select cast(a as timestamp with time zone), a::double precision, date '2020-01-01', -a, case when a then b end from t",
    "create table a.t (a timestamp (3) with time zone default now() not null, b char, c character varying(3) collate \"C\", d text[][], e bit(3), f float(3), g a.mood default 'x'::a.mood)",
    "create table t (a int constraint x primary key, b int constraint y unique constraint z not null, constraint w check (a > b), foreign key (a, b) references u (c, d) on delete set null on update no action)",
    "alter table only a.t add column if not exists b int default f(), drop column c cascade, alter d type numeric(3, 1), alter e set default 1 + 1",
    "create unique index concurrently if not exists i on a.t using gin (a desc nulls last, lower(b) text_pattern_ops, (c || d)) where a is not null and b = 'x'",
    "set local statement_timeout = '5s'",
    'set search_path to a, "B"',
    "set session characteristics as transaction isolation level serializable",
    "set time zone local",
    "set names 'utf8'",
    "set a.b = on",
    "set role x",
    "reset all",
    "reset time zone",
    "rollback and chain",
    "commit and no chain",
    "rollback to savepoint s",
    "end work",
    "abort",
    "release s",
    "start transaction isolation level serializable",
    "prepare transaction 'x'",
    "commit prepared 'x'",
  ])("agrees on %s", (sql) => {
    for (const pair of pairs(sql).both) expect(pair.second).toBe(pair.first);
  });

  it("reports no syntax error, names what it can't read, and doubts no more than that", () => {
    const sql = "create table t (a int); alter table t enable row level security; vacuum t; wrong";
    const { problems, statements } = second.read(sql);
    expect(problems).toEqual([]);
    expect(statements.map(({ kind }) => kind)).toEqual([
      "CREATE TABLE",
      "ALTER TABLE (not read)",
      "VACUUM (not read)",
      "WRONG (not read)",
    ]);
    const unread = statements.filter(isUnread).flatMap(({ operations }) => operations);
    expect(unread.map((op) => (op.kind === "unknown" ? op.relations.map(({ name }) => name) : op))).toEqual([
      ["t"],
      [],
      [],
    ]);
  });

  it("reads bodies at their places", () => {
    const sql = "do $$ begin if x then execute 'drop table a'; end if; delete from b; end $$";
    expect(pairs(sql).both.map((pair) => pair.second === pair.first)).toEqual([true]);
    const [statement] = second.read(sql).statements;
    expect(statement?.operations.map(({ kind, span }) => [kind, sql.slice(span.start, span.end)])).toEqual([
      ["dropTable", "drop table a"],
      ["deleteRows", "delete from b"],
    ]);
  });
});
