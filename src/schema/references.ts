/** A foreign key as SQL, which all databases write the same. */
import type { Key } from "../model/names.ts";
import type { ForeignKey } from "./model.ts";

interface Names {
  /** A relation by its key. */
  readonly show: (key: Key) => string;
  /** Columns in parentheses. */
  readonly list: (names: readonly string[]) => string;
}

/** A foreign key without its name: `FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE`. */
export function referencesClause(
  { columns, references, referencedColumns, onDelete, onUpdate, onDeleteColumns }: ForeignKey,
  { list, show }: Names,
): string {
  const referenced = referencedColumns.length === 0 ? "" : ` ${list(referencedColumns)}`;
  const set = onDeleteColumns === undefined ? "" : ` ${list(onDeleteColumns)}`;
  return [
    `FOREIGN KEY ${list(columns)} REFERENCES ${show(references)}${referenced}`,
    ...(onDelete === undefined ? [] : [`ON DELETE ${onDelete.toUpperCase()}${set}`]),
    ...(onUpdate === undefined ? [] : [`ON UPDATE ${onUpdate.toUpperCase()}`]),
  ].join(" ");
}

/** The columns of a foreign key that its ON DELETE and ON UPDATE set to NULL. */
export const columnsSetToNull = ({
  columns,
  onDelete,
  onUpdate,
  onDeleteColumns,
}: Pick<ForeignKey, "columns" | "onDelete" | "onUpdate" | "onDeleteColumns">): readonly string[] => [
  ...(onDelete === "set null" ? (onDeleteColumns ?? columns) : []),
  ...(onUpdate === "set null" ? columns : []),
];
