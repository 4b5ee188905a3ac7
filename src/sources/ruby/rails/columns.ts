/** Columns as SQL. */
import { booleanOf, isNil, isTrue, numberOf, plain, textOf, type Place, type Value } from "../value.ts";
import { isOn, type Editor } from "./editor.ts";
import type { LiveColumn } from "./live.ts";
import { joinSql, nameOf, sqlAt, type Name, type Sql } from "./sql.ts";
import { defaultSql, typeSql, type Options } from "./types.ts";

/** A column as a call defines it. */
export interface Column {
  readonly name: Name;
  /** As migrations call it; undefined: not known. */
  readonly kind: string | undefined;
  readonly options: Options;
  readonly at: Place;
}

export interface WrittenColumn {
  readonly sql: Sql;
  readonly live: LiveColumn;
}

/** What the version of the migration makes of a column. */
export function adapted(editor: Editor, column: Column): Column {
  const options = new Map(column.options);
  let { kind } = column;
  const { vendor } = editor;
  const at = column.at;
  if (!editor.since(7, 0) && kind === "datetime") {
    if (!options.has("precision")) options.set("precision", plain(null, at));
    if (!vendor.isMysql) kind = "timestamp";
  } else if (kind === "datetime" && !options.has("precision") && vendor.since(7, 0))
    options.set("precision", plain(6, at));
  // As activerecord-pg_enum and activerecord-postgres_enum call it.
  const enumType = options.get("enum_type") ?? options.get("as") ?? options.get("enum_name");
  if (kind === "enum" && !vendor.isMysql && enumType !== undefined) {
    options.set("enum_type", enumType);
    options.delete("as");
  }
  if (kind === "virtual") kind = textOf(options.get("type"));
  if (kind === "primary_key" && vendor.isMysql) {
    kind = "integer";
    if (!options.has("limit")) options.set("limit", plain(8, at));
    options.set("primary_key", plain(true, at));
    if (booleanOf(options.get("auto_increment")) !== false) options.set("auto_increment", plain(true, at));
  } else if (
    isTrue(options.get("primary_key")) &&
    (kind === "integer" || kind === "bigint") &&
    !options.has("default")
  ) {
    if (vendor.isMysql) {
      if (booleanOf(options.get("auto_increment")) !== false) options.set("auto_increment", plain(true, at));
    } else {
      kind = kind === "bigint" || numberOf(options.get("limit")) === 8 ? "bigserial" : "serial";
      options.delete("limit");
    }
  }
  const unsigned =
    vendor.isMysql && kind?.startsWith("unsigned_") === true ? kind.slice("unsigned_".length) : undefined;
  if (unsigned !== undefined) {
    kind = unsigned;
    options.set("unsigned", plain(true, at));
  }
  if (isTrue(options.get("primary_key"))) options.set("null", plain(false, at));
  return { ...column, kind, options };
}

/** `"name" type DEFAULT … NOT NULL …` */
export function columnSql(editor: Editor, given: Column): WrittenColumn {
  const { vendor } = editor;
  const { name, kind, options, at } = adapted(editor, given);
  const type = kind === undefined ? undefined : typeSql(vendor, kind, options);
  // Migrations of Rails 7.1 refuse the option.
  if (isOn(options, "unique") && name.text !== undefined && !editor.since(7, 1))
    editor.unheeded.push(name.text);
  const head = joinSql(at, vendor.column(name), " ", type ?? "${type}");
  const isBare = kind === "primary_key" && !vendor.isMysql;
  const rest = isBare ? [] : optionsSql(editor, { name, kind, options, at }, type);
  const fallback = options.get("default");
  const isNumbered = isTrue(options.get("auto_increment")) || /serial/.test(kind ?? "") || isBare;
  const value = fallback === undefined || isNil(fallback) ? undefined : defaultOf(editor, fallback, type);
  return {
    sql: joinSql(at, head, ...rest),
    live: {
      name: name.text ?? "",
      type,
      kind,
      isNull: !(booleanOf(options.get("null")) === false || isBare),
      default: value,
      comment: textOf(options.get("comment")),
      collation: textOf(options.get("collation")),
      isNumbered,
      isOpen:
        (fallback !== undefined && !isNil(fallback) && value === undefined) ||
        options.has("as") ||
        options.has("charset"),
    },
  };
}

/** The SQL of a default: that of a lambda as it is. */
export function defaultOf(
  { vendor, lambda }: Editor,
  value: Value,
  type: string | undefined,
): string | undefined {
  if (value.is === "block") return textOf(lambda(value));
  if (value.is === "object" && "sql" in value.data) return String(value.data.sql);
  return defaultSql(vendor, value, type);
}

export const hasDefault = (options: Options): boolean => {
  const value = options.get("default");
  if (value === undefined) return false;
  return !(booleanOf(options.get("null")) === false && isNil(value));
};

function optionsSql(
  editor: Editor,
  { options, at }: Column,
  type: string | undefined,
): readonly (string | Sql)[] {
  const { vendor } = editor;
  const found: (string | Sql)[] = [];
  const text = (name: string): string | undefined => textOf(options.get(name));
  const add = (name: string, sql: string): void => {
    const place = options.get(name)?.at ?? at;
    found.push(sqlAt(place, ` ${sql}`));
  };
  const fallback = options.get("default");
  if (vendor.isMysql) {
    const isStamp = /^timestamp\b/.test(type ?? "") && !isTrue(options.get("primary_key"));
    if (isStamp && booleanOf(options.get("null")) !== false && !hasDefault(options)) found.push(" NULL");
    const charset = text("charset");
    if (charset !== undefined) add("charset", `CHARACTER SET ${charset}`);
  }
  const collation = text("collation");
  if (collation !== undefined) add("collation", `COLLATE ${vendor.isMysql ? collation : `"${collation}"`}`);
  const as = text("as");
  if (as !== undefined) {
    const isStored = isOn(options, "stored");
    const stored = !isStored ? "" : vendor.isMariadb ? " PERSISTENT" : " STORED";
    add("as", vendor.isMysql ? `AS (${as})${stored}` : `GENERATED ALWAYS AS (${as})${stored}`);
  }
  if (fallback !== undefined && hasDefault(options)) {
    const sql = defaultOf(editor, fallback, type);
    add("default", `DEFAULT ${sql ?? "${default}"}`);
  }
  if (booleanOf(options.get("null")) === false) add("null", "NOT NULL");
  if (isTrue(options.get("auto_increment"))) add("auto_increment", "AUTO_INCREMENT");
  if (isTrue(options.get("primary_key"))) add("primary_key", "PRIMARY KEY");
  const comment = text("comment");
  if (vendor.isMysql && comment !== undefined && comment !== "")
    add("comment", `COMMENT ${vendor.text(comment)}`);
  return found;
}

/** ` FIRST`, ` AFTER "name"` */
export function positionSql({ vendor }: Editor, options: Options, at: Place): Sql {
  if (!vendor.isMysql) return [];
  if (isOn(options, "first")) return sqlAt(at, " FIRST");
  const after = options.get("after");
  return after === undefined || isNil(after) ? [] : joinSql(at, " AFTER ", vendor.column(nameOf(after, at)));
}
