/** Types of a foreign key's columns that differ from those that they refer to. */
import type { Key } from "../../../model/names.ts";
import type { ColumnType } from "../../../model/types.ts";
import { isForSqlite } from "../../../schema/for-sqlite.ts";
import { columnLater } from "../../../schema/later.ts";
import type { Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";
import { counts } from "../values/key-types.ts";

export interface KeyMismatch {
  readonly column: string;
  readonly type: ColumnType;
  readonly references: Key;
  readonly referenced: string;
  readonly otherType: ColumnType;
  /** The server is certain to refuse it. */
  readonly isRefused: boolean;
  /** The server counts the referenced column up, from a pending migration on: another rule says that its numbers run out. */
  readonly countsUp: boolean;
  readonly at: Span;
  /** The types agree in a later schema, or a column is gone. */
  readonly isRepaired: (later: Schema) => boolean;
}

const characters: ReadonlySet<string> = new Set(["char", "varchar"]);
const bytes: ReadonlySet<string> = new Set(["binary", "varbinary"]);

const integers: ReadonlySet<string> = new Set(["smallint", "integer", "bigint"]);

/** MySQL: integers must have the same size and sign; strings may differ in length. */
function mysqlFamily({ name, unsigned }: ColumnType): string {
  if (characters.has(name)) return "characters";
  return bytes.has(name) ? "bytes" : `${name}${unsigned === true ? " unsigned" : ""}`;
}

/** The type below a domain; types that hold each other's values, so that only their limits differ, count as one. */
function family(type: ColumnType, schema: Schema): string {
  if (!schema.dialect.castsKeys) return mysqlFamily(type);
  const { name, dimensions } = schema.belowDomains(type).type;
  return (name === "varchar" || name === "text" ? "text" : name) + "[]".repeat(dimensions);
}

/** Code knows it only when it runs. */
const isUnknown = ({ text }: ColumnType): boolean => text.includes("${");

/** See `DependentQuestions.keyMismatches`. */
export function keyMismatches(step: Step): readonly KeyMismatch[] {
  const { operation: key, after, dependents } = step;
  if (key.kind !== "addForeignKey") return [];
  const table = after.relation(key.table);
  if (table.is !== "present") return [];
  const constraint = table.value.constraints.findLast(
    (candidate) =>
      candidate.kind === "foreign key" &&
      candidate.columns.join() === key.columns.map(({ text }) => text).join(),
  );
  if (constraint?.kind !== "foreign key") return [];
  const { references, referencedColumns } = constraint;
  if (after.mayDiffer(key.table) || after.mayDiffer(references)) return [];
  // What stands in CREATE TABLE IF NOT EXISTS says little of a table that may have been there before.
  const target = after.relation(references);
  if (
    table.value.maybeOlder !== undefined ||
    (target.is === "present" && target.value.maybeOlder !== undefined)
  )
    return [];
  const refused = new Set(dependents.incomparableKeys().map(({ column }) => column));
  return constraint.columns.flatMap((column, i): KeyMismatch[] => {
    const referenced = referencedColumns[i];
    const own = after.column(key.table, column);
    if (referenced === undefined || own.is !== "present") return [];
    const other = after.column(references, referenced);
    const [type, otherType] = [own.value.type, other.is === "present" ? other.value.type : undefined];
    if (type === undefined || otherType === undefined || isUnknown(type) || isUnknown(otherType)) return [];
    if (family(type, after) === family(otherType, after)) return [];
    // INTEGER PRIMARY KEY becomes BIGSERIAL PRIMARY KEY.
    const isKey = (of: Relation, name: string): boolean =>
      of.constraints.some((one) => one.kind === "primary key" && one.columns.join() === name);
    const keys = isKey(table.value, column) || (target.is === "present" && isKey(target.value, referenced));
    if (keys && integers.has(type.name) && integers.has(otherType.name) && isForSqlite(after)) return [];
    const isRefused = !after.dialect.castsKeys || refused.has(column);
    const countsUp =
      other.is === "present" &&
      counts(other.value) &&
      other.value.origin.migration >= step.scope.firstPending &&
      target.is === "present" &&
      isKey(target.value, referenced);
    const at = key.columns[i]?.span ?? key.head;
    const later = [columnLater(after, key.table, column), columnLater(after, references, referenced)];
    const isRepaired = (schema: Schema): boolean => {
      const types = later.map((find) => find?.(schema)?.type);
      return types[0] === undefined || types[1] === undefined
        ? later.every((find) => find !== undefined)
        : family(types[0], schema) === family(types[1], schema);
    };
    return [{ column, type, references, referenced, otherType, isRefused, countsUp, at, isRepaired }];
  });
}
