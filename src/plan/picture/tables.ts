/** What a picture of a schema shows: tables with columns and keys, and what became of them since an earlier schema. */
import { typeText } from "../../model/types.ts";
import type { Column, Relation } from "../../schema/model.ts";
import type { Schema } from "../../schema/schema.ts";

export type Change = "added" | "dropped" | "changed";

export interface PictureColumn {
  readonly name: string;
  /** `varchar(20)`; `unknown` */
  readonly type: string;
  /** `PK`, `FK`, `UK` */
  readonly keys: readonly string[];
  readonly notNull: boolean;
  readonly change?: Change | undefined;
  /** Of a changed one, what it was: `integer`, `NULL`, another name. */
  readonly was?: string | undefined;
}

export interface PictureTable {
  readonly key: string;
  /** Without the schema that names are looked for in. */
  readonly name: string;
  readonly columns: readonly PictureColumn[];
  readonly change?: Change | undefined;
}

/** A foreign key. */
export interface PictureLink {
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  /** A row may refer to none. */
  readonly isOptional: boolean;
  /** One row at most refers to each. */
  readonly isUnique: boolean;
  readonly change?: Change | undefined;
}

export interface Picture {
  readonly tables: readonly PictureTable[];
  readonly links: readonly PictureLink[];
}

/** In the order of their names. @param before what the changes are marked against */
export function pictureOf(schema: Schema, before?: Schema): Picture {
  const now = tablesOf(schema);
  const then = before === undefined ? undefined : tablesOf(before);
  const tables = [
    ...[...now.values()].map((table) => tableOf(table, then)),
    ...[...(then?.values() ?? [])].filter(({ key }) => !now.has(key)).map((table) => droppedTable(table)),
  ].sort((a, b) => (a.key < b.key ? -1 : 1));
  const known = new Set(tables.map(({ key }) => key));
  const [is, was] = [linksOf(now), linksOf(then ?? new Map<string, Relation>())];
  const all = [
    ...[...is].map(([id, link]) => (then === undefined || was.has(id) ? link : { ...link, change: added })),
    ...[...was].flatMap(([id, link]) => (is.has(id) ? [] : [{ ...link, change: dropped }])),
  ];
  return { tables, links: all.filter(({ from, to }) => known.has(from) && known.has(to)) };
}

const added = "added" as const;
const dropped = "dropped" as const;

type Tables = ReadonlyMap<string, Relation>;

const tablesOf = (schema: Schema): Tables =>
  new Map(
    [...schema.relations()]
      .filter(
        ({ kind, temporary, partitionOf }) => kind === "table" && !temporary && partitionOf === undefined,
      )
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map((table) => [table.key, table]),
  );

const nameOf = ({ key }: Relation): string => key.replace(/^public\./, "");

function tableOf(table: Relation, then: Tables | undefined): PictureTable {
  const { key } = table;
  const name = nameOf(table);
  const old = then?.get(key);
  const columns = table.columns.map((column) => columnOf(column, table));
  if (then === undefined) return { key, name, columns };
  if (old === undefined) return { key, name, columns, change: added };
  /** Under its name, or the one that it had. */
  const oldOf = (column: Column): Column | undefined =>
    [column.name, ...column.renamedFrom.map((one) => one.name)]
      .map((one) => old.columns.find((other) => other.name === one))
      .find((one) => one !== undefined);
  const found = new Set(table.columns.map(oldOf));
  const marked = [
    ...table.columns.map((column, at): PictureColumn => {
      const is = columns[at] ?? columnOf(column, table);
      const before = oldOf(column);
      if (before === undefined) return { ...is, change: added };
      const was = wasOf(columnOf(before, old), is);
      return was === "" ? is : { ...is, change: "changed", was };
    }),
    ...old.columns
      .filter((column) => !found.has(column))
      .map((column): PictureColumn => ({ ...columnOf(column, old), change: dropped })),
  ];
  const isSame = marked.every(({ change }) => change === undefined);
  return { key, name, columns: marked, ...(isSame ? {} : { change: "changed" as const }) };
}

const droppedTable = (table: Relation): PictureTable => ({
  key: table.key,
  name: nameOf(table),
  columns: table.columns.map((column) => columnOf(column, table)),
  change: dropped,
});

const wasOf = (before: PictureColumn, after: PictureColumn): string =>
  [
    ...(before.name === after.name ? [] : [before.name]),
    ...(before.type === after.type ? [] : [before.type]),
    ...(before.notNull === after.notNull ? [] : [before.notNull ? "NOT NULL" : "NULL"]),
  ].join(" ");

function columnOf(column: Column, { constraints }: Relation): PictureColumn {
  const isIn = (kind: string): boolean =>
    constraints.some((one) => one.kind === kind && "columns" in one && one.columns.includes(column.name));
  return {
    name: column.written ?? column.name,
    type: column.type === undefined ? "unknown" : typeText(column.type),
    keys: [
      ...(isIn("primary key") ? ["PK"] : []),
      ...(isIn("foreign key") ? ["FK"] : []),
      ...(isIn("unique") ? ["UK"] : []),
    ],
    notNull: column.notNull === "yes",
  };
}

/** By the table, the columns and what they refer to. */
const linksOf = (tables: Tables): ReadonlyMap<string, PictureLink> =>
  new Map(
    [...tables.values()].flatMap((table) =>
      table.constraints.flatMap((one): (readonly [string, PictureLink])[] => {
        if (one.kind !== "foreign key") return [];
        const { columns, references: to } = one;
        const isOptional = columns.some(
          (name) => table.columns.find((column) => column.name === name)?.notNull !== "yes",
        );
        const isUnique = table.constraints.some(
          (key) =>
            "index" in key && key.columns.length > 0 && key.columns.every((name) => columns.includes(name)),
        );
        return [
          [`${table.key}(${columns.join()}) ${to}`, { from: table.key, to, columns, isOptional, isUnique }],
        ];
      }),
    ),
  );
