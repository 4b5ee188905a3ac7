/** Casts whose result depends on settings or catalogues, so that no index may hold it. */
import type { ColumnType } from "../../model/types.ts";
import { isUserEnum } from "../../schema/user-enum.ts";
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
  // Labels can be renamed.
  return strings.includes(from.name)
    ? isUserEnum(schema, to)
    : strings.includes(to.name) && isUserEnum(schema, from);
}
