/** Knex's column modifiers as it spells them for PostgreSQL, and values for each database. */
import { withBindings } from "../bindings.ts";
import { plainText, type Sql, type SqlWriter } from "../sql.ts";
import { booleanOf, itemsOf, numberOf, textOf, type Link, type Value } from "../value.ts";

/** What a modifier adds to its column; empty for those that make statements of their own. */
export function modifierSql(sql: SqlWriter, { name, values, at }: Link, column: Sql, type: string): Sql {
  const [value] = values ?? [];
  const isOff = booleanOf(value) === false;
  switch (name) {
    case "notNullable":
    case "notNull":
      return sql.at(at, " NOT NULL");
    case "nullable":
      return sql.at(at, isOff ? " NOT NULL" : " NULL");
    case "defaultTo":
    case "defaultsTo":
    case "default":
      return value === undefined ? [] : [...sql.at(at, " DEFAULT "), ...standardSql(sql, value, type)];
    default:
      return checkSql(sql, { name, values, at, trees: [] }, column);
  }
}

/** `checkPositive()` and the like, the same in every database; empty for other modifiers. */
export function checkSql(sql: SqlWriter, { name, values, at }: Link, column: Sql): Sql {
  const [value] = values ?? [];
  switch (name) {
    case "checkPositive":
      return sql.at(at, ` CHECK (${plainText(column)} > 0)`);
    case "checkNegative":
      return sql.at(at, ` CHECK (${plainText(column)} < 0)`);
    case "checkIn":
      return sql.at(
        at,
        ` CHECK (${plainText(column)} IN (${itemsOf(value)
          .map((one) => plainText(valueSql(sql, one)))
          .join(", ")}))`,
      );
    default:
      return [];
  }
}

/** A default for a column of PostgreSQL: Knex quotes constants, and makes `'1'` or `'0'` for a boolean of whatever is given. */
export function standardSql(sql: SqlWriter, value: Value, type: string): Sql {
  const text = textOf(value);
  if (type === "boolean" && text !== undefined)
    return sql.at(value.at, text === "" || text === "false" ? "'0'" : "'1'");
  if (value.is !== "plain" || typeof value.value !== "number") return valueSql(sql, value);
  if (type === "boolean") return sql.at(value.at, value.value === 0 ? "'0'" : "'1'");
  // Without quotes the number is the same to those that take one.
  return takesNumber.test(type)
    ? valueSql(sql, value)
    : sql.at(value.at, sql.quotedText(String(value.value)));
}

const takesNumber = /^(?:small|big)?(?:int|serial)|^(?:decimal|numeric|real|float|double|varchar|text)/;

/** A default: `knex.fn.now()`, `knex.raw("…")`, a constant. */
export function valueSql(sql: SqlWriter, value: Value): Sql {
  if (value.is !== "chain") return sql.literal(value);
  const last = value.links.at(-1);
  const digits = sql.file.isMysql ? numberOf(last?.values?.[0]) : undefined;
  if (last?.name === "now")
    return sql.at(value.at, `CURRENT_TIMESTAMP${digits === undefined ? "" : `(${digits})`}`);
  if (last?.name === "uuid") return sql.at(value.at, sql.file.isMysql ? "(UUID())" : "(gen_random_uuid())");
  const [text, bindings] = last?.values ?? [];
  return last?.name === "raw" && text?.is === "text"
    ? withBindings(sql.file, text, bindings).segments
    : sql.literal({ is: "unknown", at: value.at });
}
