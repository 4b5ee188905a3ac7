/** db-migrate's columns as its driver for MySQL spells them (db-migrate-mysql, index.js). */
import type { Span } from "../../../text/span.ts";
import type { Sql, SqlWriter } from "../sql.ts";
import { booleanOf, fieldOf, isOn, numberOf, textOf, type Value } from "../value.ts";
import { dictionary } from "../../../text/dictionary.ts";

const types: Readonly<Record<string, string>> = dictionary({
  string: "VARCHAR",
  int: "INTEGER",
  boolean: "TINYINT(1)",
});

const known =
  /^(?:type|length|precision|scale|primaryKey|autoIncrement|notNull|null|unique|unsigned|defaultValue|onUpdate|characterSet|collation|comment|after|foreignKey)$/;

/** TEXT and BLOB are as large as the length asks for. */
function sized(word: string, length: number): string {
  if (length > 16_777_216) return `LONG${word}`;
  if (length > 65_536) return `MEDIUM${word}`;
  return length > 256 ? word : `TINY${word}`;
}

/** A column; undefined where the SQL isn't known. */
export function mysqlColumn(
  sql: SqlWriter,
  name: Value,
  spec: Value | undefined,
  emitsKey: boolean,
  at: Span,
): Sql | undefined {
  const type = textOf(fieldOf(spec, "type") ?? spec);
  if (type === undefined || !/^\w+$/.test(type)) return undefined;
  if (spec?.is === "record" && (spec.open || [...spec.fields.keys()].some((key) => !known.test(key))))
    return undefined;
  const place = name.at.end > name.at.start ? name.at : at;
  const text = (field: string): string | undefined => textOf(fieldOf(spec, field));
  const fallback = fieldOf(spec, "defaultValue");
  const [onUpdate, after, comment] = [text("onUpdate"), fieldOf(spec, "after"), fieldOf(spec, "comment")];
  const words = [
    isOn(spec, "unsigned") ? "UNSIGNED" : "",
    text("characterSet") === undefined ? "" : `CHARACTER SET ${text("characterSet") ?? ""}`,
    text("collation") === undefined ? "" : `COLLATE ${text("collation") ?? ""}`,
    isOn(spec, "primaryKey") && emitsKey ? "PRIMARY KEY" : "",
    isOn(spec, "autoIncrement") ? "AUTO_INCREMENT" : "",
    isOn(spec, "notNull") ? "NOT NULL" : "",
    isOn(spec, "unique") ? "UNIQUE" : "",
    onUpdate?.startsWith("CURRENT_TIMESTAMP") === true ? `ON UPDATE ${onUpdate}` : "",
    isOn(spec, "null") || booleanOf(fieldOf(spec, "notNull")) === false ? "NULL" : "",
  ].filter((word) => word !== "");
  return sql.join(
    place,
    sql.name(name, place),
    ` ${[typeOf(type, spec), ...words].join(" ")}`,
    fallback === undefined ? "" : sql.join(place, " DEFAULT ", standard(sql, fallback)),
    after === undefined ? "" : sql.join(place, " AFTER ", sql.name(after, place)),
    comment === undefined ? "" : sql.join(place, " COMMENT ", sql.literal(comment)),
  );
}

function typeOf(type: string, spec: Value | undefined): string {
  const given = fieldOf(spec, "length");
  const length = numberOf(given) ?? textOf(given);
  switch (type) {
    case "text":
    case "blob":
      return sized(type.toUpperCase(), Number.parseInt(String(length ?? 1000), 10) || 1000);
    case "decimal": {
      const [precision, scale] = [numberOf(fieldOf(spec, "precision")), numberOf(fieldOf(spec, "scale"))];
      return precision === undefined || scale === undefined ? "DECIMAL" : `DECIMAL(${precision},${scale})`;
    }
    default: {
      const word = types[type] ?? type.toUpperCase();
      const size = given === undefined ? (type === "string" ? "255" : "") : String(length ?? "${length}");
      return size === "" ? word : `${word}(${size})`;
    }
  }
}

function standard(sql: SqlWriter, value: Value): Sql {
  const text = textOf(value);
  return text?.startsWith("CURRENT_TIMESTAMP") === true ? sql.at(value.at, text) : sql.literal(value);
}
