/** What keeps data that migrations take away, outside of the database: copies of its tables, by the server's own programs. */
import type { DialectName } from "../model/dialect.ts";
import { url } from "../project/commands.ts";
import type { MigrationScope } from "../replay/step.ts";
import type { Schema } from "../schema/schema.ts";
import { shellWord } from "../text/shell-word.ts";
import { Batch } from "./checks/batch.ts";

export interface RestorePoint {
  /** Before the migrations; empty: no table of this schema loses data. */
  readonly save: readonly string[];
  readonly restore: readonly string[];
}

type Lines = (tables: readonly string[], file: string) => RestorePoint;

const mysqlLines =
  (dump: string, client: string): Lines =>
  (tables, file) => ({
    save: [`${dump} --single-transaction <database> ${tables.map(shellWord).join(" ")} > ${file}.sql`],
    restore: [`${client} <another database> < ${file}.sql`],
  });

const lines: Readonly<Record<DialectName, Lines>> = {
  postgres: (tables, file) => ({
    save: [
      `pg_dump --format=custom --file=${file}.dump ${tables.map((name) => `--table=${shellWord(name)}`).join(" ")} ${url}`,
    ],
    restore: [`pg_restore --list ${file}.dump`, `pg_restore --data-only --file=- ${file}.dump`],
  }),
  mysql: mysqlLines("mysqldump", "mysql"),
  mariadb: mysqlLines("mariadb-dump", "mariadb"),
  mongodb: (collections, file) => ({
    save: collections.map(
      (name) => `mongodump --uri=${url} --collection=${shellWord(name)} --archive=${file}-${name}.archive`,
    ),
    restore: collections.map((name) => `mongorestore --uri=${url} --archive=${file}-${name}.archive`),
  }),
};

/** Copies of these tables or collections, by the server's own programs. */
export function copiesOf(
  names: readonly string[],
  scopes: readonly MigrationScope[],
  dialect: DialectName,
): RestorePoint {
  const name = scopes[0]?.migration.name.replaceAll(/[^\w.-]/g, "_") ?? "migration";
  return names.length === 0 ? { save: [], restore: [] } : lines[dialect]([...names].sort(), `before-${name}`);
}

/** `base`: the schema before the first of the migrations. */
export function restorePoint(
  scopes: readonly MigrationScope[],
  base: Schema,
  dialect: DialectName,
): RestorePoint {
  const batch = new Batch(scopes, base);
  const tables = new Set<string>();
  for (const step of batch.steps()) {
    const { operation } = step;
    const isLoss =
      operation.kind === "dropTable" ||
      operation.kind === "dropColumn" ||
      operation.kind === "truncateTable" ||
      operation.kind === "deleteRows" ||
      operation.kind === "updateRows" ||
      step.values.narrows()?.how === "loses";
    const table = isLoss && step.table !== undefined ? batch.table(step, step.table) : undefined;
    if (table !== undefined) tables.add(table.name);
  }
  return copiesOf([...tables], scopes, dialect);
}
