/** Character sets and collations: a column takes those of its table when it is made, and keeps them. */
import type { ConvertCharset } from "../../../model/operation.ts";
import type { ColumnType } from "../../../model/types.ts";
import type { Column, Relation } from "../../model.ts";
import { dictionary } from "../../../text/dictionary.ts";

const stringTypes: ReadonlySet<string> = new Set([
  "char",
  "varchar",
  "tinytext",
  "text",
  "mediumtext",
  "longtext",
  "enum",
  "set",
]);

export const isString = (type: ColumnType | undefined): boolean => stringTypes.has(type?.name ?? "");

/** `utf8` is `utf8mb3`, also in the names of collations. */
export const charsetName = (name: string): string => (name === "utf8" ? "utf8mb3" : name);
export const collationName = (name: string): string => name.replace(/^utf8_/, "utf8mb3_");

export const charsetOfCollation = (collation: string): string => collationName(collation).split("_")[0] ?? collation;

/** With the character set and collation that hold for it: written ones, else the table's. */
export function inherited(column: Column, table: Relation): Column {
  if (!isString(column.type)) return column;
  const { charset: written } = column.mysql ?? {};
  const collation = column.collation?.toLowerCase();
  if (written !== undefined || collation !== undefined) {
    const charset = written ?? charsetOfCollation(collation ?? "");
    return { ...column, charset: charsetName(charset), collation: collation && collationName(collation) };
  }
  return { ...column, ...ofTable(table) };
}

/** The default of a table for its new columns. */
export function ofTable(table: Relation): Pick<Column, "charset" | "collation"> {
  const { charset, collate } = table.tableOptions ?? {};
  const known = charset === "" || charset === "default" ? undefined : charset;
  const name = known ?? (collate === undefined ? undefined : charsetOfCollation(collate));
  return {
    charset: name === undefined ? undefined : charsetName(name),
    collation: collate === undefined ? undefined : collationName(collate),
  };
}

/** CONVERT TO CHARACTER SET: every string column, and the table's default. Texts grow with the bytes of a character. */
export function convertColumns(table: Relation, op: ConvertCharset): Relation {
  const { charset, collation } = op;
  const options = {
    ...Object.fromEntries(Object.entries(table.tableOptions ?? {}).filter(([name]) => name !== "collate")),
    ...(charset === undefined ? {} : { charset }),
    ...(collation === undefined ? {} : { collate: collation }),
  };
  const converted: Relation = { ...table, tableOptions: options };
  return {
    ...converted,
    columns: table.columns.map((column) =>
      isString(column.type)
        ? {
            ...column,
            type: column.type && grown(column.type, column.charset, ofTable(converted).charset),
            ...ofTable(converted),
            mysql: withoutCharset(column),
          }
        : column,
    ),
  };
}

/** Bytes of the longest character. */
const longest: Readonly<Record<string, number>> = dictionary({ utf8mb4: 4, utf16: 4, utf32: 4, utf8mb3: 3, ucs2: 2 });
const texts = ["tinytext", "text", "mediumtext", "longtext"] as const;

/** What could be stored before can be stored after: `text` of latin1 becomes `mediumtext` of utf8mb4. */
function grown(type: ColumnType, from: string | undefined, to: string | undefined): ColumnType {
  const at = texts.findIndex((name) => name === type.name);
  if (at < 0 || from === undefined || to === undefined) return type;
  return (longest[to] ?? 1) > (longest[from] ?? 1) ? { ...type, name: texts[at + 1] ?? type.name } : type;
}

const withoutCharset = (column: Column): Column["mysql"] =>
  column.mysql === undefined ? undefined : { ...column.mysql, charset: undefined, charsetSpan: undefined };
