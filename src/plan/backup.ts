/** Tables that keep what a migration drops or overwrites, so that its way back can put it there again. */
import type { Key } from "../model/names.ts";
import type { Relation } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { definitionsFor, namesIn } from "./definitions.ts";

export interface Backup {
  /** Before the statement that loses the data. */
  readonly keep: readonly string[];
  /** In the way back. */
  readonly restore: readonly string[];
}

/** What is lost. */
export interface Lost {
  readonly table: Relation;
  /** Undefined: whole rows. */
  readonly columns?: readonly string[] | undefined;
  /** The condition of those rows, as it is written; undefined: all. */
  readonly where?: string | undefined;
  /** The rows are gone, and not only values of them. */
  readonly rows: boolean;
}

/** Undefined: the table has no primary key that is known, by which values find their rows again. */
export function backupOf(lost: Lost, schema: Schema, taken: Set<Key>): Backup | undefined {
  const { table, columns, where, rows } = lost;
  const key = table.constraints.find(({ kind }) => kind === "primary key");
  const keyColumns = key?.kind === "primary key" ? key.columns : [];
  if (!table.complete && (columns === undefined || keyColumns.length === 0)) return undefined;
  if (columns !== undefined && (keyColumns.length === 0 || columns.some((one) => keyColumns.includes(one))))
    return undefined;
  const names = namesIn(schema);
  const stored = table.columns.filter(({ generated }) => generated === undefined).map(({ name }) => name);
  const own = columns === undefined ? stored : [...keyColumns, ...columns];
  const backup = names.spell(freeName(`backup_${[table.name, ...(columns ?? [])].join("_")}`, schema, taken));
  const list = own.map(names.spell).join(", ");
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  const shown = names.show(table.key);
  const keep = [`CREATE TABLE ${backup} AS SELECT ${list} FROM ${shown}${condition};`];
  if (keyColumns.length > 0) keep.push(`ALTER TABLE ${backup} ADD PRIMARY KEY ${names.list(keyColumns)};`);
  const isAlways = table.columns.some(({ identity }) => identity === "always");
  const put = `INSERT INTO ${shown} (${list}) ${isAlways ? "OVERRIDING SYSTEM VALUE " : ""}SELECT ${list} FROM ${backup};`;
  const fill = definitionsFor(schema).fillFrom(
    shown,
    backup,
    keyColumns.map(names.spell),
    (columns ?? []).map(names.spell),
  );
  const advance =
    rows && columns === undefined && where === undefined ? definitionsFor(schema).advance(table, names) : [];
  return { keep, restore: [columns === undefined ? put : `${fill};`, ...advance, `DROP TABLE ${backup};`] };
}

function freeName(wanted: string, schema: Schema, taken: Set<Key>): string {
  const cut = wanted.slice(0, 60);
  const isTaken = (name: string): boolean =>
    taken.has(name) || schema.relation({ name, text: name, span: { start: 0, end: 0 } }).is === "present";
  let name = cut;
  for (let n = 2; isTaken(name); n++) name = `${cut}_${n}`;
  taken.add(name);
  return name;
}
