/** node-pg-migrate's columns and constraints as its own functions spell them. */
import type { Span } from "../../../text/span.ts";
import { quoteLiteral, SqlWriter, type Sql } from "../sql.ts";
import {
  booleanOf,
  fieldOf,
  isNothing,
  isOn,
  itemsOf,
  textOf,
  type RecordValue,
  type Value,
} from "../value.ts";
import { dictionary } from "../../../text/dictionary.ts";

const adapters: Readonly<Record<string, string>> = dictionary({
  int: "integer",
  string: "text",
  float: "real",
  double: "double precision",
  datetime: "timestamp",
  bool: "boolean",
});

export class PgmColumns {
  readonly #sql: SqlWriter;

  constructor(sql: SqlWriter) {
    this.#sql = sql;
  }

  table(value: Value | undefined, at: Span): Sql {
    return this.#sql.table(value, at, undefined, false);
  }

  /** `pgm.func("now()")` is SQL; everything else a literal. */
  value(value: Value): Sql {
    if (value.is === "chain" && value.links.at(-1)?.name === "func") {
      const [text] = value.links.at(-1)?.values ?? [];
      if (text?.is === "text") return text.segments;
    }
    // An array is written as an array, not as JSON.
    if (value.is === "list") {
      const items = this.#sql.list(
        value.items.map((item) => this.#sql.literal(item)),
        value.at,
      );
      return this.#sql.join(value.at, "ARRAY[", items, "]");
    }
    return this.#sql.literal(value);
  }

  text(value: Value | undefined, at: Span): Sql {
    return value?.is === "text" ? value.segments : this.#sql.at(value?.at ?? at, "${expression}");
  }

  columns({ fields, places }: RecordValue): readonly Sql[] {
    const keys = [...fields].filter(([, value]) => isOn(value, "primaryKey") || textOf(value) === "id");
    const columns = [...fields].map(([name, value]) => {
      const place = places.get(name) ?? value.at;
      const own = this.#sql.keyOf(place);
      const made = this.#sql.name(this.#sql.made(own, name), place);
      return this.#sql.join(place, made, this.#column(value, place, keys.length === 1));
    });
    if (keys.length < 2) return columns;
    const names = keys.map(([name, value]) => this.#sql.made(value.at, name));
    const at = keys[0]?.[1].at ?? { start: 0, end: 0 };
    return [...columns, this.#sql.join(at, "PRIMARY KEY (", this.#sql.names(names, at), ")")];
  }

  /** What follows a column's name. */
  #column(value: Value, at: Span, onlyKey: boolean): Sql {
    const sql = this.#sql;
    const place = (name: string): Span => (value.is === "record" ? (value.places.get(name) ?? at) : at);
    const standard = fieldOf(value, "default");
    const generated = fieldOf(value, "sequenceGenerated") ?? fieldOf(value, "generated");
    const expression = fieldOf(value, "expressionGenerated");
    const check = fieldOf(value, "check");
    const isId = textOf(value) === "id";
    return sql.join(
      at,
      " ",
      this.type(value, at),
      isId && onlyKey ? " PRIMARY KEY" : "",
      standard === undefined || (standard.is === "plain" && standard.value === undefined)
        ? ""
        : sql.join(place("default"), " DEFAULT ", this.value(standard)),
      isOn(value, "unique") ? sql.at(place("unique"), " UNIQUE") : "",
      isOn(value, "primaryKey") && onlyKey ? sql.at(place("primaryKey"), " PRIMARY KEY") : "",
      isOn(value, "notNull") ? sql.at(place("notNull"), " NOT NULL") : "",
      check === undefined ? "" : sql.join(place("check"), " CHECK (", this.text(check, at), ")"),
      this.#references(value, place("references"), true),
      isOn(value, "deferrable")
        ? ` DEFERRABLE INITIALLY ${isOn(value, "deferred") ? "DEFERRED" : "IMMEDIATE"}`
        : "",
      generated === undefined || isNothing(generated)
        ? ""
        : ` GENERATED ${textOf(fieldOf(generated, "precedence")) ?? "ALWAYS"} AS IDENTITY`,
      expression === undefined || isNothing(expression)
        ? ""
        : sql.join(
            place("expressionGenerated"),
            " GENERATED ALWAYS AS (",
            this.text(expression, at),
            ") STORED",
          ),
    );
  }

  /** A type; a name without one of its own is a shorthand of the project, which isn't known. */
  type(value: Value, at: Span): Sql {
    const own = value.is === "record" ? fieldOf(value, "type") : value;
    const text = textOf(own);
    if (own?.is === "record") return this.table(own, at);
    if (text === undefined || own === undefined) return this.#sql.at(at, "${type}");
    return this.#sql.at(own.at, text === "id" ? "serial" : (adapters[text] ?? text));
  }

  #references(value: Value, at: Span, isInline: boolean): Sql {
    const target = fieldOf(value, "references");
    if (target === undefined || isNothing(target)) return [];
    const text = textOf(target);
    // `"users"`, `users(id)` and names with quotes are SQL already.
    const isSql = text !== undefined && (text.startsWith('"') || text.endsWith(")"));
    const name = isInline ? fieldOf(value, "referencesConstraintName") : undefined;
    const action = (field: string, word: string): string => {
      const own = textOf(fieldOf(value, field));
      return own === undefined ? "" : ` ${word} ${own}`;
    };
    return this.#sql.join(
      at,
      name === undefined ? "" : this.#sql.join(at, " CONSTRAINT ", this.#sql.name(name, at)),
      " REFERENCES ",
      isSql && target.is === "text" ? target.segments : this.table(target, at),
      `${action("match", "MATCH")}${action("onDelete", "ON DELETE")}${action("onUpdate", "ON UPDATE")}`,
    );
  }

  /** The constraints of `addConstraint` and of createTable's option; undefined where they aren't constant. */
  constraints(
    table: string,
    options: Value | undefined,
    name: Value | undefined,
    at: Span,
  ): readonly Sql[] | undefined {
    const sql = this.#sql;
    const named = (made: string): Sql =>
      sql.join(
        at,
        "CONSTRAINT ",
        sql.name(name === undefined || isNothing(name) ? sql.made(at, made) : name, at),
        " ",
      );
    if (options?.is === "text") {
      const prefix = name === undefined || isNothing(name) ? [] : named("");
      return [sql.join(options.at, prefix, options.segments)];
    }
    if (options?.is !== "record" || options.open) return undefined;
    const found: Sql[] = [];
    const field = (one: string): Value | undefined => fieldOf(options, one);
    const place = (one: string): Span => options.places.get(one) ?? at;
    for (const [i, check] of itemsOf(field("check")).entries()) {
      const made = field("check")?.is === "list" ? `${table}_chck_${i + 1}` : `${table}_chck`;
      found.push(sql.join(place("check"), named(made), "CHECK (", this.text(check, at), ")"));
    }
    const unique = itemsOf(field("unique"));
    const sets = unique.some(({ is }) => is === "list")
      ? unique.map(itemsOf)
      : unique.length > 0
        ? [unique]
        : [];
    for (const set of sets) {
      const made = `${table}_uniq_${set.map((one) => textOf(one) ?? "").join("_")}`;
      found.push(sql.join(place("unique"), named(made), "UNIQUE (", sql.names(set, at), ")"));
    }
    const primary = itemsOf(field("primaryKey"));
    if (primary.length > 0)
      found.push(
        sql.join(place("primaryKey"), named(`${table}_pkey`), "PRIMARY KEY (", sql.names(primary, at), ")"),
      );
    for (const key of itemsOf(field("foreignKeys"))) {
      const columns = itemsOf(fieldOf(key, "columns"));
      const own = fieldOf(key, "referencesConstraintName");
      const made = `${table}_fk_${columns.map((one) => textOf(one) ?? "").join("_")}`;
      const head = own === undefined ? named(made) : sql.join(key.at, "CONSTRAINT ", sql.name(own, at), " ");
      found.push(
        sql.join(
          key.at,
          head,
          "FOREIGN KEY (",
          sql.names(columns, at),
          ")",
          this.#references(key, key.at, false),
        ),
      );
    }
    const exclude = field("exclude");
    if (exclude !== undefined)
      found.push(sql.join(place("exclude"), named(`${table}_excl`), "EXCLUDE ", this.text(exclude, at)));
    if (!isOn(options, "deferrable")) return found;
    const tail = ` DEFERRABLE INITIALLY ${isOn(options, "deferred") ? "DEFERRED" : "IMMEDIATE"}`;
    return found.map((one) => sql.join(at, one, tail));
  }
}

/** A dollar-quoted text, as the tool writes bodies of functions. */
export function body(sql: SqlWriter, value: Value, at: Span): Sql {
  if (value.is !== "text") return sql.at(at, "'${body}'");
  const text = value.segments.map((segment) => segment.text).join("");
  const tag = text.includes("$pga$") ? "$pgb$" : "$pga$";
  return text.includes(tag) ? sql.at(at, quoteLiteral(text)) : sql.join(value.at, tag, value.segments, tag);
}

export const isFalse = (value: Value | undefined): boolean => booleanOf(value) === false;
