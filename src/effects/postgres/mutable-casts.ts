/** Casts whose result depends on settings or catalogues, so that no index may hold it. */
import type { ColumnType } from "../../model/types.ts";
import type { Schema } from "../../schema/schema.ts";
import { dictionary } from "../../text/dictionary.ts";

const strings = ["text", "varchar", "char"];
/** What PostgreSQL 13, 15 and 18 refuse in an index: the time zone, DateStyle, IntervalStyle and lc_monetary count. */
const ofText = "date timestamp timestamptz time timetz interval money regclass xml".split(" ");
const targets: Readonly<Record<string, readonly string[]>> = dictionary({
  date: [...strings, "timestamptz"],
  timestamp: [...strings, "timestamptz"],
  timestamptz: [...strings, "date", "timestamp", "time", "timetz"],
  time: ["timetz"],
  interval: strings,
  money: [...strings, "numeric"],
  text: ofText,
  varchar: ofText,
  char: ofText,
});

/** True if it surely isn't immutable. */
export function isMutableCast(from: ColumnType, to: ColumnType, schema: Schema): boolean {
  if (from.dimensions > 0 || to.dimensions > 0) return false;
  if (targets[from.name]?.includes(to.name) === true) return true;
  return strings.includes(from.name) ? isEnum(to, schema) : strings.includes(to.name) && isEnum(from, schema);
}

/** Its labels can be renamed. */
function isEnum(type: ColumnType, schema: Schema): boolean {
  const found = schema.type({ schema: type.schema, name: type.name, text: type.text, span: type.span });
  return found.is === "present" && found.value.form === "enum";
}
