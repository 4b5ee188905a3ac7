/** Deprecated columns without which no INSERT works: nobody can stop writing them. */
import { keyOf, type Key } from "../../../model/names.ts";
import type { Column, Origin } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { DeprecationMark } from "../dependents/deprecation.ts";
import type { MigrationScope } from "../../step.ts";

export interface DeprecatedRequired {
  readonly table: Key;
  readonly column: string;
  readonly origin: Origin;
}

/** See `MigrationScope.deprecatedRequired`. */
export function deprecatedRequired(
  { steps, before, after, migration }: MigrationScope,
  marks: readonly DeprecationMark[],
): readonly DeprecatedRequired[] {
  const isOld = (table: Key): boolean => before.relation(table).is === "present";
  const marked = marks.flatMap(({ object, origin }) => {
    const [column = "", table = "", schema = after.searchPath[0] ?? "public"] = object
      .split(".")
      .reverse()
      .map((part) => after.dialect.names.plain(part));
    return [{ table: keyOf(schema, table), column, origin }];
  });
  const comments = steps.flatMap(({ operation, script, before: then }) => {
    if (operation.kind !== "comment" || operation.member === undefined) return [];
    const [table] = operation.relations;
    if (table === undefined) return [];
    const origin = { migration: migration.index, path: script.path, span: operation.head };
    const isMark = /^\W*deprecated\b/i.test(operation.text ?? "");
    return [{ table: then.resolve(table), column: operation.member.text, origin, isMark }];
  });
  // A later comment takes the place of an earlier one.
  const last = new Map(comments.map((one) => [`${one.table}.${one.column}`, one]));
  const commented = [...last.values()].filter(({ isMark }) => isMark);
  const seen = new Set<string>();
  return [...commented, ...marked].filter(({ table, column }) => {
    const found = columnOf(after, table, column);
    const isNew = !seen.has(`${table}.${column}`) && isOld(table);
    seen.add(`${table}.${column}`);
    return isNew && found !== undefined && isRequired(found);
  });
}

function columnOf(schema: Schema, table: Key, column: string): Column | undefined {
  const found = schema.relation(table);
  return found.is === "present" ? found.value.columns.find(({ name }) => name === column) : undefined;
}

const isRequired = ({ notNull, hasDefault, identity, generated, mysql }: Column): boolean =>
  notNull === "yes" &&
  hasDefault === "no" &&
  identity === undefined &&
  generated === undefined &&
  mysql?.autoIncrement !== true;
