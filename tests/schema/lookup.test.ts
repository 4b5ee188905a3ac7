import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { emptySchema } from "../../src/schema/schema.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { failuresOf, replay } from "./fixtures.ts";

beforeAll(() => postgres.load());

const open = emptySchema(dialect);

describe("look-ups are three-valued", () => {
  const cases: readonly (readonly [
    why: string,
    history: string,
    closed: boolean,
    table: string,
    column: string | undefined,
    answer: string,
  ])[] = [
    ["created", "create table t (a int)", false, "public.t", undefined, "present"],
    ["never seen, open", "select 1", false, "public.t", undefined, "unknown"],
    ["never seen, closed", "select 1", true, "public.t", undefined, "absent"],
    ["another product's schema", "select 1", true, "auth.users", undefined, "unknown"],
    ["a schema of the history's own", "create schema app", true, "app.t", undefined, "absent"],
    ["the catalogue", "select 1", true, "public.pg_stat_statements", undefined, "unknown"],
    ["dropped, open", "drop table t", false, "public.t", undefined, "absent"],
    ["dropped if it exists, open", "drop table if exists t", false, "public.t", undefined, "absent"],
    ["renamed away", "create table t (); alter table t rename to u", false, "public.t", undefined, "absent"],
    ["created again", "drop table t; create table t (a int)", false, "public.t", "a", "present"],
    ["perhaps dropped", "create table t (); do $$ begin if current_user = 'x' then drop table t; end if; end $$", true, "public.t", undefined, "unknown"],
    ["perhaps created", "do $$ begin if current_user = 'x' then create table t (a int); end if; end $$", true, "public.t", undefined, "present"],
    ["column of a complete table", "create table t (a int)", false, "public.t", "b", "absent"],
    ["column of a table made elsewhere", "alter table t add column a int", false, "public.t", "b", "unknown"],
    ["dropped column of a table made elsewhere", "alter table t drop column b", false, "public.t", "b", "absent"],
    ["renamed column of a table made elsewhere", "alter table t rename column b to c", false, "public.t", "c", "present"],
    ["renamed column, old name", "alter table t rename column b to c", false, "public.t", "b", "absent"],
    ["system column", "create table t (a int)", true, "public.t", "ctid", "unknown"],
    ["perhaps dropped column", "create table t (a int); do $$ begin if true then alter table t drop column a; end if; end $$", true, "public.t", "a", "unknown"],
    ["view with evident columns", "create table t (a int); create view v as select a as b from t", true, "public.v", "a", "absent"],
    ["view with a star", "create table t (a int); create view v as select * from t", true, "public.v", "x", "unknown"],
    ["perhaps there before", "create table if not exists t (a int)", false, "public.t", "b", "unknown"],
    ["surely not there before", "create table if not exists t (a int)", true, "public.t", "b", "absent"],
    ["dynamic SQL may create", "drop table t; do $$ begin execute 'create table ' || current_user; end $$", true, "public.t", undefined, "unknown"],
    ["dynamic DML creates nothing", "do $$ begin execute 'delete from ' || current_user; end $$", true, "public.t", undefined, "absent"],
    ["postgis brings tables", "create extension postgis", true, "public.t", undefined, "unknown"],
    ["pgcrypto brings none", "create extension pgcrypto", true, "public.t", undefined, "absent"],
    ["temporary", "create temp table t (a int)", true, "pg_temp.t", "a", "present"],
    ["inherited", "create table p (a int); create table t () inherits (p)", true, "public.t", "a", "present"],
    ["like a table made elsewhere", "create table t (like o)", false, "public.t", "a", "unknown"],
    ["after a failure", "select a from t", true, "public.t", undefined, "unknown"],
    ["column after a failure", "create table t (); select a from t", true, "public.t", "a", "unknown"],
  ];
  it.each(cases)("%s: %s", (_, history, closed, table, column, answer) => {
    const schema = replay(history, open.withClosed(closed));
    const found = column === undefined ? schema.relation(table) : schema.column(table, column);
    expect(found.is).toBe(answer);
  });

  it("tracking tables are never absent", () => {
    const schema = open.withClosed(true).withTrackingTables(["public.schema_migrations"]);
    expect(schema.relation("public.schema_migrations").is).toBe("unknown");
    expect(schema.relation("public.other").is).toBe("absent");
  });

  it("an absent object says who dropped it", () => {
    const schema = replay("create table t (a int); drop table t");
    expect(schema.relation("public.t")).toMatchObject({ is: "absent", dropped: { span: { start: 24 } } });
  });

  it("temporary tables end with the session", () => {
    const schema = replay("create table t (a int); create temp table t (b int)");
    const name = { name: "t", text: "t", span: { start: 0, end: 0 } };
    expect(schema.resolve(name)).toBe("pg_temp.t");
    expect(schema.withoutTemporary().resolve(name)).toBe("public.t");
  });

  it("a schema doesn't change", () => {
    const before = replay("create table t (a int)");
    replay("alter table t drop column a; drop table t", before);
    expect(before.column("public.t", "a").is).toBe("present");
  });
});

describe("failures are certain", () => {
  const cases: readonly (readonly [history: string, failures: readonly string[]])[] = [
    ["select 1 from t", ["unknown-table t"]],
    ["select 1 from t; select 1 from t", ["unknown-table t"]],
    ["create table t (a int); create table t (a int)", ["duplicate-table t"]],
    ["create table t (a int); create table if not exists t (a int primary key)", []],
    ["create table t (a int, a text)", ["duplicate-column t.a"]],
    ["create table t (a int); alter table t add column a int", ["duplicate-column t.a"]],
    ["create table t (a int); alter table t add column if not exists a int references nope", []],
    ["create table t (a int); alter table t drop column b", ["unknown-column t.b"]],
    ["create table t (a int); alter table t drop column b; select b from t", ["unknown-column t.b", "unknown-column t.b"]],
    ["create table t (a int); alter table t drop column if exists b", []],
    ["create table t (a int); alter table if exists u drop column b", []],
    ["create table t (a int); create index on t (b)", ["unknown-column t.b"]],
    ["create table t (a int); create index i on t (a); create index i on t (a)", ["duplicate-index i"]],
    ["create table t (a int); create index i on t (a); create table i ()", ["duplicate-table i"]],
    ["drop index i", ["unknown-index i"]],
    ["create table t (a int references u)", ["unknown-table u"]],
    ["create table u (b int primary key); create table t (a int references u (c))", ["unknown-column u.c"]],
    ["create table t (a int); alter table t add constraint c check (b > 0)", ["unknown-column t.b"]],
    ["create table t (a int constraint c check (a > 0)); alter table t add constraint c unique (a)", ["duplicate-constraint c"]],
    ["create table t (a int primary key); alter table t add primary key (a)", ["duplicate-constraint t_pkey"]],
    ["create table t (a int); alter table t drop constraint c", ["unknown-constraint c"]],
    ["create table t (a int); alter table t validate constraint c", ["unknown-constraint c"]],
    ["create table t (a int); update t set b = 1", ["unknown-column t.b"]],
    ["create table t (a int); insert into t (a, b) values (1, 2)", ["unknown-column t.b"]],
    ["create table t (a int); delete from t where t.b = 1", ["unknown-column t.b"]],
    ["create table t (a int); select row_to_json(t) from t", []],
    ["create table t (a int); select row_to_json(x), x.a from t x", []],
    ["create table t (a int); with c as (select a as b from t) select b from c", []],
    ["create table t (a int); create view v as select b from t", ["unknown-column t.b"]],
    ["create view v as select 1 as a; create view v as select 1 as a", ["duplicate-table v"]],
    ["create view v as select 1 as a; create or replace view v as select 1 as a", []],
    ["create type e as enum ('a'); create type e as enum ('b')", ["duplicate-object e"]],
    ["create type e as enum ('a'); alter type e add value 'a'", ["duplicate-object 'a' of e"]],
    ["create type e as enum ('a'); alter type e add value if not exists 'a'", []],
    ["alter type e add value 'a'; alter type e add value 'b'; create table t (a e)", ["unknown-object e"]],
    ["create extension citext; alter type e add value 'a'; create table t (a f)", ["unknown-object e", "unknown-object f"]],
    ["create extension elsewhere; alter type e add value 'a'; create table t (a f)", []],
    ["create table t (a citext, b other.e)", []],
    ["create table t (a e, b e); create table u (a e[])", ["unknown-object e"]],
    ["create table t (); create trigger g before insert on t execute function f()", ["unknown-object f"]],
    ["create table t (); create trigger g before update on t for each row execute function moddatetime(at)", []],
    ["drop type e; alter type e add value 'a'", ["unknown-object e"]],
    ["create function f() returns int language sql as 'select 1'; create function f() returns int language sql as 'select 1'", ["duplicate-object f"]],
    ["create function f() returns int language sql as 'select 1'; create function f(int) returns int language sql as 'select 1'", []],
    ["create table t (); create policy p on t; create policy p on t", ["duplicate-object p on t"]],
    ["create table t (); drop trigger g on t", ["unknown-object g on t"]],
    ["create schema s; create schema s", ["duplicate-object s"]],
    ["drop schema s; drop schema s", ["unknown-object s"]],
    ["create sequence s; create sequence s", ["duplicate-table s"]],
    ["comment on column t.a is 'x'", ["unknown-table t"]],
    ["create table t (a int); alter table t rename column a to b; select a from t", ["unknown-column t.a"]],
    ["create table t (a int); alter table t rename to u; select a from t", ["unknown-table t"]],
    ["do $$ begin if true then create table t (a int); end if; end $$; create table t (a int)", []],
    ["create table t (a int); do $$ begin if true then drop table t; end if; end $$; select b from t", []],
    ["insert into auth.users (x) values (1); select * from pg_class; select * from information_schema.tables", []],
  ];
  it.each(cases)("%s", (history, expected) => {
    expect(failuresOf(history)).toEqual(expected);
  });
});

describe("dependents", () => {
  const base = `
    create type e as enum ('a');
    create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
    create table users (id int primary key, mail text, kind e, low text generated always as (lower(mail)) stored, check (mail <> ''));
    create table orders (id int primary key, user_id int references users, total int);
    create index on users (lower(mail));
    create view v as select mail from users;
    create view w as select mail from v;
    create materialized view m as select id from users;
    create function f() returns int language plpgsql as $$ begin perform 1 from users where mail = 'x'; return 1; end $$;
    create trigger g before update of mail on users for each row execute function touch();
    create policy p on users using (mail = current_user);
    create policy q on orders using (exists (select 1 from users u where u.mail = current_user));
    create sequence s;
    alter table orders alter total set default nextval('s');
    create table part (a int, b int) partition by range (a);
    create table part1 partition of part for values from (1) to (2);
    create table kid () inherits (users);
  `;
  const cases = [
    ["a table", { table: "public.users" }, ["child table kid: refuses", "foreign key orders_user_id_fkey of orders: refuses", "function f: breaks later", "materialized view m: refuses", "policy q of orders: refuses", "view v: refuses", "view w: refuses"]],
    ["a column", { table: "public.users", column: "mail" }, ["check users_mail_check of users: goes along", "function f: breaks later", "generated column users.low: refuses", "index users_lower_idx: goes along", "policy p of users: refuses", "policy q of orders: refuses", "trigger g of users: refuses", "view v: refuses", "view w: refuses"]],
    ["a key column", { table: "public.users", column: "id" }, ["foreign key orders_user_id_fkey of orders: refuses", "index users_pkey: goes along", "materialized view m: refuses"]],
    ["a type", { type: "public.e" }, ["column kid.kind: refuses", "column users.kind: refuses"]],
    ["a routine", { routine: "public.touch" }, ["trigger g of users: refuses"]],
    ["a sequence", { table: "public.s" }, ["column default orders.total: refuses"]],
    ["a partitioned table", { table: "public.part" }, ["partition part1: goes along"]],
    ["a partition key", { table: "public.part", column: "a" }, ["partition key of part: refuses"]],
  ] as const;
  it.each(cases)("of %s", (_, subject, expected) => {
    const found = replay(base).dependents(subject);
    expect(found.map((d) => `${d.text}: ${d.onDrop}`)).toEqual(expected);
  });

  it("follow a rename", () => {
    const schema = replay(`${base} alter table users rename to people; alter table people rename column mail to email;`);
    expect(schema.dependents({ table: "public.people", column: "email" }).map((d) => d.text)).toEqual([
      "check users_mail_check of people",
      "generated column people.low",
      "index users_lower_idx",
      "policy p of people",
      "policy q of orders",
      "trigger g of people",
      "view v",
      "view w",
    ]);
    expect(schema.foreignKeysTo("public.people").map((f) => f.table)).toEqual(["public.orders"]);
  });
});

describe("what a server would refuse ends, too", () => {
  const rings = [
    "create table a (x int) partition by range (x); alter table a attach partition a default; create index on a (x)",
    "create table a (x int) partition by range (x); create table b partition of a default partition by range (x); alter table b attach partition a default; create index on a (x); alter table a add unique (x); drop table a cascade",
    "create table a (x int); create table b () inherits (a); alter table a inherit b; alter table a rename x to y; alter table a drop column y; drop table b cascade",
    "create table a partition of a default; create table b () inherits (b); drop table a; drop table b",
    "create view v as select * from v; create view w as select * from v; create or replace view v as select * from w; drop view v cascade",
    "create sequence s owned by r.a; create sequence r owned by s.a; alter sequence s set schema x; drop sequence r cascade",
    "create table a (x int references a, y a); alter table a set schema b; alter table b.a rename to c; drop table b.c cascade",
    "create domain d as d; drop domain d cascade; create type t as (a t); drop type t cascade",
  ];
  it.each(rings)("%s", (sql) => {
    expect(() => replay(sql).dependents({ table: "public.a" })).not.toThrow();
  });
});
