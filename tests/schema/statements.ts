/** Makes a DDL statement that the schema at hand has a good chance to accept, from a few numbers. */
import { quoteIdentifier } from "../../src/model/names.ts";
import type { Relation } from "../../src/schema/model.ts";
import type { Schema } from "../../src/schema/schema.ts";

export interface Choice {
  readonly form: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
const names = ["p", "q", "r", "t", "u", "p_a", "t_a", "Big", "x1", "t_a_key", "p_a_idx"] as const;
const columnNames = ["a", "b", "c", "d", "e", "a_b", "Q"] as const;
const types = ["int", "bigint", "text", "varchar(20)", "numeric(10,2)", "timestamptz", "int[]", "serial", "mood"] as const;

export function statementFor(schema: Schema, choice: Choice): string {
  const { form, a, b, c, d } = choice;
  const relations = [...schema.relations()].sort((x, y) => (x.key < y.key ? -1 : 1));
  const tables = relations.filter((r) => r.kind === "table");
  const views = relations.filter((r) => r.kind === "view" || r.kind === "materialized view");
  const sequences = relations.filter((r) => r.kind === "sequence");
  const indexes = [...schema.indexes()].sort((x, y) => (x.name < y.name ? -1 : 1));
  const spell = (r: { readonly schema: string; readonly name: string }): string =>
    `${r.schema === "public" ? "" : `${r.schema}.`}${quoteIdentifier(r.name)}`;
  const table = pick(tables, a);
  const other = pick(tables, b);
  const fresh = quoteIdentifier(pick(names, c) ?? "z");
  const freshColumn = quoteIdentifier(pick(columnNames, d) ?? "z");
  const type = pick(types, b) ?? "int";
  const col = (r: Relation | undefined, n: number): string => quoteIdentifier(pick(r?.columns ?? [], n)?.name ?? "a");
  const cascade = c % 3 === 0 ? "cascade" : "";
  const create = (): string => {
    const unique = pick(["", "unique", "primary key", "not null", "check (a > 0)", "default 3"], b) ?? "";
    const second = pick(["", ", b text unique", ", b text, check (a > length(b))", ", c serial", ", e int generated always as (a + 1) stored", ", unique (a, d)"], c) ?? "";
    const tail = pick(["", "", "", " partition by range (d)", ""], d) ?? "";
    const key = tail !== "" && /unique|primary/.test(unique + second) ? "" : unique;
    return `create table ${fresh} (a int ${key}, d int${tail !== "" && /unique/.test(second) ? "" : second})${tail}`;
  };
  if (table === undefined || other === undefined) return create();
  const t = spell(table);
  const o = spell(other);
  const constraint = quoteIdentifier(pick(table.constraints, b)?.name ?? "nope");
  const index = pick(indexes, a);
  const sequence = pick(sequences, a);
  const view = pick(views, a);
  const forms: readonly (() => string)[] = [
    create,
    create,
    () => `create table if not exists ${fresh} (a int, d int references ${o})`,
    () => `create table ${fresh} (like ${t} including ${pick(["all", "indexes", "defaults", "constraints", "generated"], b) ?? ""})`,
    () => `create table ${fresh} () inherits (${t})`,
    () => `create table ${fresh} partition of ${t} for values from (${d * 10}) to (${d * 10 + 10})`,
    () => `create table ${fresh} partition of ${t} default`,
    () => `create table ${fresh} as select * from ${t}`,
    () => `drop table ${t} ${cascade}`,
    () => `alter table ${t} rename to ${fresh}`,
    () => `alter table ${t} set schema ${pick(["public", "app"], b) ?? ""}`,
    () => `alter table ${t} add column ${freshColumn} ${type}`,
    () => `alter table ${t} add column if not exists ${freshColumn} ${type} unique`,
    () => `alter table ${t} add column ${freshColumn} int references ${o}, add check (${freshColumn} > 1)`,
    () => `alter table ${t} add column ${freshColumn} int generated always as identity`,
    () => `alter table ${t} drop column ${col(table, b)} ${cascade}`,
    () => `alter table ${t} drop column ${col(table, b)} cascade`,
    () => `alter table ${t} rename column ${col(table, b)} to ${freshColumn}`,
    () => `alter table ${t} alter column ${col(table, b)} type ${pick(["bigint", "text"], c) ?? ""}`,
    () => `alter table ${t} alter column ${col(table, b)} ${pick(["set not null", "drop not null"], c) ?? ""}`,
    () => `alter table ${t} alter column ${col(table, b)} ${pick(["drop default", "set default '7'"], c) ?? ""}`,
    () => `alter table ${t} alter column ${col(table, b)} drop expression`,
    () => `alter table ${t} add unique (${col(table, b)})`,
    () => `alter table ${t} add primary key (${col(table, b)})`,
    () => `alter table ${t} add constraint ${fresh} unique (${col(table, b)}, ${col(table, d)})`,
    () => `alter table ${t} add check (${col(table, b)} is not null)`,
    () => `alter table ${t} add constraint ${fresh} check (${col(table, b)} is not null or ${col(table, d)} is null) not valid`,
    () => `alter table ${t} add foreign key (${col(table, c)}) references ${o} (${col(other, d)})`,
    () => `alter table ${t} add foreign key (${col(table, c)}) references ${o} not valid`,
    () => `alter table ${t} drop constraint ${constraint} ${cascade}`,
    () => `alter table ${t} rename constraint ${constraint} to ${fresh}`,
    () => `alter table ${t} validate constraint ${constraint}`,
    () => `create index on ${t} (${col(table, b)})`,
    () => `create unique index on ${t} (${col(table, b)}, ${col(table, c)}) where ${col(table, d)} is not null`,
    () => `create index ${fresh} on ${t} ((${col(table, b)} is null), ${col(table, c)})`,
    () => `create index ${fresh} on only ${t} (${col(table, b)})`,
    () => (index === undefined ? create() : `drop index ${spell(index)} ${cascade}`),
    () => (index === undefined ? create() : `alter index ${spell(index)} rename to ${fresh}`),
    () => {
      const own = indexes.filter((i) => i.table === table.key && i.unique);
      const using = quoteIdentifier(pick(own, b)?.name ?? "nope");
      return `alter table ${t} add ${c % 2 === 0 ? `constraint ${fresh}` : ""} ${d % 2 === 0 ? "unique" : "primary key"} using index ${using}`;
    },
    () => {
      const below = pick(indexes.filter((i) => other.partitionOf?.parent === table.key && i.table === other.key), b);
      const above = pick(indexes.filter((i) => i.table === table.key), c);
      return below === undefined || above === undefined
        ? create()
        : `alter index ${spell(above)} attach partition ${spell(below)}`;
    },
    () => `alter table ${t} attach partition ${o} for values from (${d * 10}) to (${d * 10 + 10})`,
    () => `alter table ${t} detach partition ${spell(pick(tables.filter((x) => x.partitionOf?.parent === table.key), b) ?? other)}`,
    () => `alter table ${t} ${c % 2 === 0 ? "" : "no "}inherit ${o}`,
    () => `create view ${fresh} as select ${col(table, b)} from ${t}`,
    () => `create view ${fresh} as select x.${col(table, b)}, y.${col(other, d)} as z from ${t} x, ${o} y`,
    () => `create materialized view ${fresh} as select count(*) as n from ${t} where ${col(table, b)} is not null`,
    () => (view === undefined ? create() : `create view ${fresh} as select 1 as one from ${spell(view)}`),
    () => (view === undefined ? create() : `drop ${view.kind} ${spell(view)} ${cascade}`),
    () => (view === undefined ? create() : `alter ${view.kind} ${spell(view)} rename to ${fresh}`),
    () => `create sequence ${fresh}`,
    () => `create sequence ${fresh} owned by ${t}.${col(table, b)}`,
    () => (sequence === undefined ? create() : `drop sequence ${spell(sequence)} ${cascade}`),
    () => (sequence === undefined ? create() : `alter sequence ${spell(sequence)} rename to ${fresh}`),
    () => (sequence === undefined ? create() : `alter table ${t} alter column ${col(table, b)} set default nextval('${spell(sequence)}')`),
    () => `create policy ${fresh} on ${t} using (${col(table, b)} is not null)`,
    () => `create trigger ${fresh} before update of ${col(table, b)} on ${t} for each row execute function public.touch()`,
    () => `drop type mood ${cascade}`,
    () => `create type public.mood as enum ('sad')`,
    () => `set search_path to ${pick(["public", "app, public", "public, app"], b) ?? ""}`,
  ];
  return pick(forms, form)?.() ?? create();
}

export const preamble = [
  "create schema app",
  "create type mood as enum ('sad', 'ok')",
  "create function touch() returns trigger language plpgsql as $$ begin return new; end $$",
];
