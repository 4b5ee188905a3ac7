/** The types of the numbers that tables count their rows with. */
import type { Column, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";

/** So many tables are looked at, and so few make a convention. */
const most = 50;
const few = 5;

/** The values come from the server, one after the other. */
export const counts = ({ serial, mysql, identity, default: value }: Column): boolean =>
  serial ||
  mysql?.autoIncrement === true ||
  identity !== undefined ||
  value?.functions.some(({ name }) => name === "nextval") === true;

/** The other tables have numbers as keys, too, and none of them is a `bigint`: foreign keys hold to that convention. */
export function keysAreIntegers(schema: Schema, table: Relation): boolean {
  let found = 0;
  let seen = 0;
  for (const { key, columns, constraints } of schema.relations()) {
    if (++seen > most) break;
    if (key === table.key) continue;
    const own = constraints.find(({ kind }) => kind === "primary key");
    const names = own?.kind === "primary key" ? own.columns : [];
    const column = columns.find((one) => names.includes(one.name) && counts(one));
    if (column?.type === undefined) continue;
    if (column.type.name === "bigint") return false;
    found++;
  }
  return found >= few;
}
