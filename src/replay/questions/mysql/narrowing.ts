/** MySQL and MariaDB: changes of type that refuse or shorten values which the old type holds. */
import type { ColumnType } from "../../../model/types.ts";
import { dictionary } from "../../../text/dictionary.ts";

const integers = ["tinyint", "smallint", "mediumint", "int", "bigint"];
const bits: Readonly<Record<string, number>> = dictionary({
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  bigint: 64,
});
const floats = ["float", "double"];
/** Characters, or bytes, that types without a length hold. */
const sizes: Readonly<Record<string, number>> = dictionary({
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
  longtext: 4_294_967_295,
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
  longblob: 4_294_967_295,
});
const strings = new Set(["char", "varchar", "tinytext", "text", "mediumtext", "longtext"]);
const binaries = new Set(["binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"]);

/** What a text has to be written like, measured. */
const read = new Set([
  ...[...integers, ...floats, "decimal", "enum", "set", "json"],
  ...["date", "datetime", "timestamp", "time", "year", "uuid", "inet4", "inet6"],
]);

type How = "fails" | "loses" | undefined;

/** `fails`: strict mode, the default, refuses values that don't fit; `loses`: they are cut or rounded in any mode. */
export function compareMysqlTypes(from: ColumnType, to: ColumnType): How {
  const [a, b] = [from.name, to.name];
  if (integers.includes(a) && integers.includes(b)) return holds(from, to) ? undefined : "fails";
  if ((strings.has(a) && strings.has(b)) || (binaries.has(a) && binaries.has(b)))
    return length(to) < length(from) ? "fails" : undefined;
  if (a === "decimal" && b === "decimal") return compareDecimals(from, to);
  if (a === "enum" && strings.has(b)) return longestMember(from) > length(to) ? "fails" : undefined;
  if (a === "double" && b === "float") return "loses";
  if ((floats.includes(a) || a === "decimal") && integers.includes(b))
    return a === "decimal" && (from.modifiers[1] ?? 0) === 0 ? undefined : "loses";
  if (strings.has(a) && read.has(b)) return "fails";
  return compareTimes(from, to);
}

/** Both hold text, bytes, whole numbers or decimals. */
export const isOfOneKind = ({ name: a }: ColumnType, { name: b }: ColumnType): boolean =>
  [strings, binaries, new Set(integers), new Set(["decimal"])].some((kind) => kind.has(a) && kind.has(b));

/** All values of one whole-number type are values of the other. */
function holds(from: ColumnType, to: ColumnType): boolean {
  const [old, now] = [bits[from.name] ?? 0, bits[to.name] ?? 0];
  if (from.unsigned === to.unsigned) return now >= old;
  return from.unsigned === true && now > old;
}

function length({ name, modifiers }: ColumnType): number {
  return modifiers[0] ?? sizes[name] ?? (name === "char" || name === "binary" ? 1 : Infinity);
}

/** In characters; each value is a member. */
const longestMember = ({ values = [] }: ColumnType): number =>
  Math.max(0, ...values.map((member) => Array.from(member).length));

function compareDecimals(from: ColumnType, to: ColumnType): How {
  const [[oldDigits = 10, oldScale = 0], [digits = 10, scale = 0]] = [from.modifiers, to.modifiers];
  if (scale < oldScale) return "loses";
  if (to.unsigned === true && from.unsigned !== true) return "fails";
  return digits - scale < oldDigits - oldScale ? "fails" : undefined;
}

/** What a narrower type of time leaves out of the values. */
const lostParts: Readonly<Record<string, readonly string[]>> = dictionary({
  datetime: ["date", "time", "year"],
  timestamp: ["date", "time", "year"],
  date: ["year", "time"],
});

function compareTimes(from: ColumnType, to: ColumnType): How {
  if (lostParts[from.name]?.includes(to.name) === true) return "loses";
  const timed = ["datetime", "timestamp", "time"];
  if (!timed.includes(from.name) || !timed.includes(to.name)) return undefined;
  if (from.name === "datetime" && to.name === "timestamp") return "fails";
  return (to.modifiers[0] ?? 0) < (from.modifiers[0] ?? 0) ? "loses" : undefined;
}
