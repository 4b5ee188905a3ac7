/** Names that Sequelize makes. */
import { fieldOf, textOf, type Value } from "../value.ts";

/** camelCase to snake_case, as Sequelize names indexes. */
const underscored = (name: string): string =>
  name.replace(/([A-Z])/g, (letter, _, at: number) => (at > 0 ? "_" : "") + letter.toLowerCase());

export const bareName = (table: Value | undefined): string =>
  textOf(fieldOf(table, "tableName") ?? table) ?? "table";

export function indexName(table: Value | undefined, fields: readonly Value[]): string {
  const names = fields.map(
    (field) => textOf(fieldOf(field, "name") ?? fieldOf(field, "attribute") ?? field) ?? "",
  );
  return underscored([bareName(table), ...names].join("_"));
}
