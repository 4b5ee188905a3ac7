/** What comes back without its old rows or values, while what refers to it has kept its own. */
import type { PerFamily } from "../model/dialect.ts";
import type { Schema } from "../schema/schema.ts";
import { alterTable, dotted, dropTable, isSame, onlyDropsColumn, withoutEnd } from "./statement-forms.ts";

const notValid: PerFamily<string | undefined> = {
  mongodb: undefined,
  mysql: undefined,
  postgres: " NOT VALID",
};

/** A foreign key of a way back to what `gone` drops: the rows that are there would refuse it. Others as they are. */
export function unchecked(
  sql: string,
  gone: readonly string[],
  { before }: { readonly before: Schema },
): string {
  const option = notValid[before.family];
  const isChecked = option !== undefined && !/\bNOT VALID\b/i.test(sql);
  return isChecked && refersTo(gone.map(withoutEnd), sql) ? `${withoutEnd(sql)}${option};` : sql;
}

function refersTo(gone: readonly string[], sql: string): boolean {
  const [, table, listed = ""] = addsReference.exec(sql) ?? [];
  if (table === undefined) return false;
  // A table that comes back as well has no rows.
  const [, own] = alterTable.exec(sql) ?? [];
  if (gone.some((one) => isSame(dropTable.exec(one)?.[1], own))) return false;
  const columns = listed.split(",").map((one) => one.trim());
  return gone.some((one) => {
    const [head = "", of] = alterTable.exec(one) ?? [];
    const [, column] = onlyDropsColumn.exec(one.slice(head.length)) ?? [];
    if (of === undefined || column === undefined) return isSame(dropTable.exec(one)?.[1], table);
    return isSame(of, table) && columns.some((other) => isSame(other, column));
  });
}

const addsReference = new RegExp(
  String.raw`^ALTER TABLE \S+ ADD CONSTRAINT [^]*\bREFERENCES ${dotted}(?: ?\(([^()]*)\))?`,
  "i",
);
