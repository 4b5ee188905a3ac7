import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { diff } from "../../src/schema/diff.ts";
import { emptySchema } from "../../src/schema/schema.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { replay } from "./fixtures.ts";

beforeAll(() => postgres.load());

const base = `
  create type mood as enum ('sad', 'ok');
  create table users (id bigint primary key, mail varchar(20) not null, kind mood, n int default 1, constraint c check (n > 0));
  create table orders (id int primary key, user_id bigint references users on delete cascade);
  create index by_mail on users (lower(mail)) where n > 1;
  create view v as select mail from users;
  create function f(a int) returns int language sql as 'select 1';
`;

/** An up and its down; what remains. */
const cases: readonly (readonly [up: string, down: string, remains: readonly string[]])[] = [
  ["create table t (a int)", "drop table t", []],
  ["create table t (a int)", "", ["extra table t"]],
  ["drop table orders", "", ["missing table orders"]],
  ["drop table orders", "create table orders (user_id bigint references users on delete cascade, id int primary key)", []],
  ["drop table orders", "create table orders (id int primary key, user_id bigint references users)", ["changed constraint orders_user_id_fkey of orders: on delete: no action instead of cascade"]],
  ["alter table users add column x int", "alter table users drop column x", []],
  ["alter table users add column x int", "", ["extra column users.x"]],
  ["alter table users drop column n", "alter table users add column n int default 1", ["missing constraint c of users", "missing index by_mail"]],
  ["alter table users alter mail type text", "alter table users alter mail type varchar(30)", ["changed column users.mail: type: varchar(30) instead of varchar(20)"]],
  ["alter table users alter mail drop not null", "", ["changed column users.mail: no NOT NULL"]],
  ["alter table users alter n set default 2", "alter table users alter n set default 3", ["changed column users.n: default: 3 instead of 1"]],
  ["alter table users alter n set default 2", "alter table users alter column n set default  1", []],
  ["alter table users rename to people", "alter table people rename to users", []],
  ["alter table users rename column mail to email", "alter table users rename column email to mail", []],
  ["alter table users rename column mail to email", "", ["changed view v: reads other tables or columns", "extra column users.email", "missing column users.mail", "changed index by_mail: elements: (lower(email)) instead of (lower(mail))"]],
  ["drop index by_mail", "create index by_mail on users (LOWER( mail )) where n>1", []],
  ["drop index by_mail", "create index by_mail on users (lower(\"mail\")) where n > 1", []],
  ["drop index by_mail", "create unique index by_mail on users (mail desc)", ["changed index by_mail: elements: mail desc instead of (lower(mail))", "changed index by_mail: no predicate", "changed index by_mail: unique"]],
  ["alter table users drop constraint c", "alter table users add constraint c check (n > 1)", ["changed constraint c of users: expression: n > 1 instead of n > 0"]],
  ["alter table users drop constraint c", "alter table users add constraint c check (n > 0) not valid", []],
  ["drop view v", "create view v as select id from users", ["changed view v: reads other tables or columns", "extra column v.id", "missing column v.mail"]],
  ["drop view v", "create or replace view v as select mail from users", []],
  ["alter type mood add value 'happy'", "", ["changed type mood: labels: 'sad', 'ok', 'happy' instead of 'sad', 'ok'"]],
  ["drop function f(integer)", "create function f(a int) returns int language sql as 'select  1'", []],
  ["create or replace function f(a int) returns int language sql as 'select 2'", "", ["changed function f(integer): other definition"]],
  ["create schema s", "", ["extra schema s"]],
  ["create schema s", "drop schema s", []],
  ["alter table other add column a int", "", []],
  ["alter table other add column a int", "alter table other drop column a", []],
  ["alter table other drop column a", "", []],
  ["insert into users (id, mail) values (1, 'x')", "", []],
  ["comment on table users is 'x'", "", []],
  ["create policy p on users using (true)", "drop policy p on users", []],
  ["alter table users enable row level security", "", ["changed table users: row level security is on"]],
];

describe("what remains after up and down", () => {
  it.each(cases)("%s / %s", (up, down, remains) => {
    const before = replay(base, emptySchema(dialect));
    const after = replay(down, replay(up, before));
    const found = diff(before, after).map(
      (d) => `${d.change} ${d.text}${d.detail === undefined ? "" : `: ${d.detail}`}`,
    );
    expect(found.sort()).toEqual([...remains].sort());
  });

  it.each([
    ["n is not null", "(n notnull)"],
    ["n isnull or n > 1", "n is null or n > 1"],
  ])("%s is %s", (written, printed) => {
    const before = replay(`${base} alter table users add constraint d check (${written});`, emptySchema(dialect));
    const again = `alter table users drop constraint d; alter table users add constraint d check (${printed});`;
    expect(diff(before, replay(again, before))).toEqual([]);
  });

  it("a dropped column of a table made elsewhere is missing", () => {
    const before = replay("alter table other alter column a set not null", emptySchema(dialect));
    const after = replay("alter table other drop column a", before);
    expect(diff(before, after).map((d) => d.text)).toEqual(["column other.a"]);
  });
});
