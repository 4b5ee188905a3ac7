/** Types with arguments that SQLAlchemy doesn't take: a TypeError where the migration makes them; keys that can't count. */
import type { CallValue, Place, Value } from "../../value.ts";
import { columnOf } from "./columns.ts";
import { dottedOf, lastName, nameOf } from "./writer.ts";

/** Of SQLAlchemy itself: types of MySQL have a width. */
const isGeneral = (callee: string): boolean => /^sqlalchemy\.(?:types\.)?\w+$/.test(callee);

const withoutArguments = /^(?:Integer|BigInteger|SmallInteger|INTEGER|INT|BIGINT|SMALLINT|Date|DATE)$/;

const types =
  /^(?:String|Unicode|Text|UnicodeText|VARCHAR|NVARCHAR|CHAR|NCHAR|TEXT|Boolean|BOOLEAN|DateTime|DATETIME|TIMESTAMP|Time|TIME|Numeric|NUMERIC|DECIMAL|Float|FLOAT|REAL|JSON|LargeBinary|Uuid|UUID)$/;

/** Arguments of `Column`. */
const ofColumn =
  /^(?:default|server_default|nullable|primary_key|unique|index|autoincrement|onupdate|server_onupdate|comment)$/;

/** Columns and their types are calls in a call; a list may be between. */
const deepest = 4;

/** The first such type among the arguments of a call. */
export function refusedType(value: Value, depth = 0): CallValue | undefined {
  if (depth > deepest) return undefined;
  if (value.is === "list") return firstOf(value.items, depth);
  if (value.is !== "call") return undefined;
  return isRefused(value) ? value : firstOf([...value.values, ...value.keywords.values()], depth);
}

function firstOf(values: readonly Value[], depth: number): CallValue | undefined {
  for (const one of values) {
    const found = refusedType(one, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRefused({ callee, values, keywords, open }: CallValue): boolean {
  if (!isGeneral(callee) || open) return false;
  const name = lastName(callee);
  if (withoutArguments.test(name)) return values.length > 0 || keywords.size > 0;
  return types.test(name) && misplaced(keywords).length > 0;
}

const misplaced = (keywords: CallValue["keywords"]): readonly string[] =>
  [...keywords.keys()].filter((name) => ofColumn.test(name));

/** As Python says it, and what to write. */
export function whyRefused({ callee, keywords }: CallValue): {
  readonly why: string;
  readonly instead: string;
} {
  const name = lastName(callee);
  const moved = misplaced(keywords);
  const why = withoutArguments.test(name)
    ? `${name}() takes no arguments`
    : `${name}() takes no argument ${moved.join(", ")}`;
  const instead =
    moved.length === 0
      ? `write ${name}() without arguments`
      : `write ${moved.map((one) => `${one}=`).join(", ")} as an argument of the Column, and not of ${name}()`;
  return { why, instead };
}

/** Numbers with decimal places can't count either, but releases differ in what they say of them. */
const notCounting =
  /^(?:String|Unicode|Text|UnicodeText|VARCHAR|NVARCHAR|CHAR|NCHAR|TEXT|CITEXT|Boolean|BOOLEAN|DateTime|DATETIME|TIMESTAMP|Time|TIME|Date|DATE|Interval|INTERVAL|JSON|JSONB|LargeBinary|BYTEA|Enum|ENUM|Uuid|UUID|INET|CIDR|ARRAY)$/;

/** `autoincrement=True` in a key, on a type that doesn't count: SQLAlchemy asks that of keys alone (1.4, 2.0). */
export function refusedCounter({
  values,
}: CallValue): { readonly at: Place; readonly why: string; readonly instead: string } | undefined {
  const keys = new Set(
    values
      .filter(
        (one): one is CallValue => one.is === "call" && lastName(dottedOf(one)) === "PrimaryKeyConstraint",
      )
      .flatMap((one) => one.values.map(nameOf)),
  );
  for (const value of values) {
    const column = columnOf(value);
    if (column?.autoincrement !== true || !(column.primaryKey || keys.has(nameOf(column.name)))) continue;
    const { type } = column;
    const callee = type === undefined ? "" : dottedOf(type);
    const name = lastName(callee);
    if (!callee.startsWith("sqlalchemy.") || !notCounting.test(name)) continue;
    return {
      at: column.call.places.get("autoincrement") ?? column.at,
      why: `${name} is not compatible with autoincrement=True in a primary key`,
      instead: `leave autoincrement=True out of ${nameOf(column.name) ?? "the column"}: only integers are numbered`,
    };
  }
  return undefined;
}
