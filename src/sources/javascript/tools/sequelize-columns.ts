/** Sequelize's column types and attributes as its query generator for PostgreSQL spells them. */
import { quoteIdentifier } from "../../../model/names.ts";
import type { Span } from "../../../text/span.ts";
import { plainText, SqlWriter, type Sql } from "../sql.ts";
import { booleanOf, fieldOf, isNothing, isOn, itemsOf, numberOf, textOf, type Value } from "../value.ts";
import { dictionary } from "../../../text/dictionary.ts";

const types: Readonly<Record<string, string>> = dictionary({
  STRING: "varchar(255)",
  CHAR: "char(255)",
  TEXT: "text",
  CITEXT: "citext",
  INTEGER: "integer",
  BIGINT: "bigint",
  SMALLINT: "smallint",
  TINYINT: "smallint",
  MEDIUMINT: "integer",
  FLOAT: "float",
  REAL: "real",
  DOUBLE: "double precision",
  DECIMAL: "decimal",
  NUMERIC: "decimal",
  BOOLEAN: "boolean",
  DATE: "timestamp with time zone",
  DATEONLY: "date",
  TIME: "time",
  NOW: "timestamp with time zone",
  UUID: "uuid",
  UUIDV1: "uuid",
  UUIDV4: "uuid",
  JSON: "json",
  JSONB: "jsonb",
  BLOB: "bytea",
  HSTORE: "hstore",
  INET: "inet",
  CIDR: "cidr",
  MACADDR: "macaddr",
  TSVECTOR: "tsvector",
  GEOMETRY: "geometry",
  GEOGRAPHY: "geography",
});

const ranges: Readonly<Record<string, string>> = dictionary({
  INTEGER: "int4range",
  BIGINT: "int8range",
  DECIMAL: "numrange",
  DATE: "tstzrange",
  DATEONLY: "daterange",
});

/** A type, and the labels if it is an enumeration of its own. */
export interface SequelizeType {
  readonly text: string;
  readonly labels?: readonly Value[] | undefined;
}

/** Undefined: it isn't constant. `enumName`: how Sequelize calls an enumeration of the column. */
export function sequelizeType(value: Value | undefined, enumName: string): SequelizeType | undefined {
  const written = textOf(value);
  if (written !== undefined) return { text: written };
  if (value?.is !== "chain") return undefined;
  const link = value.links.find(
    ({ name }) => Object.hasOwn(types, name) || /^(?:ENUM|ARRAY|RANGE|VIRTUAL)$/.test(name),
  );
  if (link === undefined) return undefined;
  const given = link.values ?? [];
  switch (link.name) {
    case "ENUM": {
      const record = fieldOf(given[0], "values");
      const labels = record === undefined ? given.flatMap(itemsOf) : itemsOf(record);
      return { text: enumName, labels };
    }
    case "ARRAY": {
      const inner = sequelizeType(fieldOf(given[0], "type") ?? given[0], enumName);
      return inner && { ...inner, text: `${inner.text}[]` };
    }
    case "RANGE":
      return { text: ranges[plainName(given[0])] ?? "int4range" };
    case "STRING":
    case "CHAR": {
      const length = numberOf(fieldOf(given[0], "length") ?? given[0]);
      const name = link.name === "CHAR" ? "char" : "varchar";
      return { text: `${name}(${length ?? 255})` };
    }
    case "DECIMAL":
    case "NUMERIC": {
      const [precision, scale] = [
        numberOf(fieldOf(given[0], "precision") ?? given[0]),
        numberOf(fieldOf(given[0], "scale") ?? given[1]),
      ];
      if (precision === undefined) return { text: "decimal" };
      return { text: scale === undefined ? `decimal(${precision})` : `decimal(${precision}, ${scale})` };
    }
    default:
      return { text: types[link.name] ?? "${type}" };
  }
}

const plainName = (value: Value | undefined): string =>
  value?.is === "chain" ? (value.links.at(-1)?.name ?? "") : "";

/** One attribute: `{ type, allowNull, defaultValue, … }` or only a type. */
export class SequelizeColumn {
  readonly name: Sql;
  readonly at: Span;
  readonly value: Value;
  readonly type: SequelizeType | undefined;
  readonly isPrimary: boolean;
  readonly #sql: SqlWriter;

  constructor(sql: SqlWriter, name: Value, value: Value, at: Span, table: string) {
    this.#sql = sql;
    this.at = at;
    this.value = value;
    this.name = sql.name(fieldOf(value, "field") ?? name, at);
    const column = textOf(name) ?? "column";
    const own = value.is === "record" ? fieldOf(value, "type") : value;
    this.type = sequelizeType(own, quoteIdentifier(`enum_${table}_${column}`));
    this.isPrimary = isOn(value, "primaryKey");
  }

  /** CREATE TYPE of an enumeration; empty if there is none to make. */
  get enumeration(): Sql {
    const labels = this.type?.labels;
    if (labels === undefined || labels.length === 0) return [];
    const name = this.type?.text.replace(/\[\]$/, "") ?? "";
    const list = labels.map((label) => this.#sql.literal(label));
    return this.#sql.join(this.at, `CREATE TYPE ${name} AS ENUM (`, this.#sql.list(list, this.at), ")");
  }

  get typeText(): string {
    const text = this.type?.text ?? "${type}";
    if (!isOn(this.value, "autoIncrement")) return text;
    return { bigint: "bigserial", smallint: "smallserial" }[text] ?? "serial";
  }

  /** As CREATE TABLE and ADD COLUMN spell it. */
  get definition(): Sql {
    const sql = this.#sql;
    const field = (name: string, text: (value: Value) => string | Sql): Sql => {
      const value = fieldOf(this.value, name);
      const written = value === undefined ? "" : text(value);
      return typeof written === "string" ? sql.at(this.placeOf(name), written) : written;
    };
    return sql.join(
      this.at,
      this.name,
      ` ${this.typeText}`,
      field("allowNull", (value) => (booleanOf(value) === false ? " NOT NULL" : "")),
      field("defaultValue", (value) => {
        const standard = this.standard(value);
        return standard.length === 0 ? "" : sql.join(this.placeOf("defaultValue"), " DEFAULT ", standard);
      }),
      field("unique", (value) => (booleanOf(value) === true || textOf(value) !== undefined ? " UNIQUE" : "")),
      this.references,
    );
  }

  /** Where a field is written. */
  placeOf(name: string): Span {
    return this.value.is === "record" ? (this.value.places.get(name) ?? this.at) : this.at;
  }

  /** A default that the database knows of; Sequelize makes UUIDs itself. */
  standard(value: Value): Sql {
    const { text = "" } = this.type ?? {};
    if (value.is === "list" && text.endsWith("[]")) {
      const items = value.items.map((item) => this.#sql.literal(item));
      return this.#sql.join(value.at, "ARRAY[", this.#sql.list(items, value.at), `]::${text}`);
    }
    // Sequelize makes a time of a number.
    if (/^timestamp/i.test(text) && value.is === "plain" && !isNothing(value))
      return this.#sql.literal({ is: "unknown", at: value.at });
    const own = /^jsonb?$/i.test(text) ? textOf(value) : undefined;
    if (own !== undefined) return this.#sql.at(value.at, this.#sql.quotedText(JSON.stringify(own)));
    if (value.is !== "chain") return isNothing(value) ? [] : this.#sql.literal(value);
    return expression(this.#sql, value);
  }

  get references(): Sql {
    const references = fieldOf(this.value, "references");
    if (references === undefined || isNothing(references)) return [];
    const at = this.placeOf("references");
    const model = fieldOf(references, "model") ?? fieldOf(references, "table") ?? references;
    const key = fieldOf(references, "key") ?? fieldOf(references, "field") ?? this.#sql.made(at, "id");
    return this.#sql.join(
      at,
      " REFERENCES ",
      this.#sql.table(model, at, undefined, false),
      " (",
      this.#sql.name(key, at),
      ")",
      actions(this.value),
    );
  }
}

export const actions = (value: Value): string =>
  (["onDelete", "onUpdate"] as const)
    .map((name) => {
      const text = textOf(fieldOf(value, name));
      return text === undefined ? "" : ` ON ${name.slice(2).toUpperCase()} ${text.toUpperCase()}`;
    })
    .join("");

/** `Sequelize.literal("…")`, `Sequelize.fn("now")`; a type stands for a value that Sequelize makes. */
export function expression(sql: SqlWriter, value: Value): Sql {
  if (value.is !== "chain") return sql.literal(value);
  const last = value.links.at(-1);
  const [first, ...rest] = last?.values ?? [];
  if (last?.name === "literal" && first?.is === "text") return first.segments;
  if (last?.name === "fn" && textOf(first) !== undefined) {
    const given = rest.map((one) => plainText(expression(sql, one))).join(", ");
    return sql.at(value.at, `${textOf(first) ?? ""}(${given})`);
  }
  if (last?.name === "col" && first !== undefined) return sql.name(first, value.at);
  if (/^(?:NOW)$/.test(last?.name ?? "")) return sql.at(value.at, "now()");
  if (/^UUIDV\d$/.test(last?.name ?? "")) return [];
  return sql.literal({ is: "unknown", at: value.at });
}

/** A record of columns as a condition; a placeholder where it says more. */
export function where(sql: SqlWriter, value: Value, at: Span): Sql {
  if (value.is !== "record" || value.open || value.fields.size === 0) return sql.at(at, "${condition}");
  const parts = [...value.fields].map(([column, one]) => {
    const name = sql.name(sql.made(one.at, column), at);
    if (one.is === "list")
      return sql.join(
        one.at,
        name,
        " IN (",
        sql.list(
          one.items.map((item) => sql.literal(item)),
          at,
        ),
        ")",
      );
    if (one.is === "plain" && one.value === null) return sql.join(one.at, name, " IS NULL");
    return sql.join(one.at, name, " = ", sql.literal(one));
  });
  return sql.list(parts, at, " AND ");
}
