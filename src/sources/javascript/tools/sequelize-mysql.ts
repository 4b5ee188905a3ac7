/** What Sequelize's query interface sends to MySQL and MariaDB where it isn't what it sends to PostgreSQL. */
import type { Span } from "../../../text/span.ts";
import { plainText, type Sql, type SqlWriter } from "../sql.ts";
import { headOf, type Call, type Output } from "../tool.ts";
import {
  booleanOf,
  fieldOf,
  isNothing,
  isOn,
  itemsOf,
  numberOf,
  textOf,
  type Link,
  type Value,
} from "../value.ts";
import { actions, expression } from "./sequelize-columns.ts";
import { sequelizeMysqlType } from "./sequelize-mysql-types.ts";
import { bareName, indexName } from "./sequelize-names.ts";

/** Such columns get no default. */
const withoutDefault = /^(?:BLOB|TEXT|GEOMETRY|JSON)$/;

interface Column {
  readonly name: Sql;
  readonly at: Span;
  readonly value: Value;
  /** Type and all that follows it. */
  readonly definition: Sql;
  /** `REFERENCES …`; empty if there is none. */
  readonly references: Sql;
}

export class SequelizeMysql {
  readonly #output: Output;
  readonly #sql: SqlWriter;

  constructor(output: Output, sql: SqlWriter) {
    this.#output = output;
    this.#sql = sql;
  }

  /** False if the call sends what it sends everywhere. */
  statement(link: Link, call: Call): boolean {
    const { name, values = [] } = link;
    const at = headOf(link);
    const [table, second, third] = values;
    const sql = this.#sql;
    const alter = sql.join(at, "ALTER TABLE ", this.#table(table, at), " ");
    const put = (...parts: readonly (string | Sql)[]): void => {
      this.#output.built(sql.join(at, ...parts), call);
    };
    switch (name) {
      case "createTable":
        this.#createTable(link, call);
        return true;
      case "dropTable":
        put("DROP TABLE IF EXISTS ", this.#table(table, at));
        return true;
      case "addColumn": {
        const column = this.#column(second, third, at);
        const key = `${bareName(table)}_${textOf(second) ?? "column"}_foreign_idx`;
        const constraint =
          column.references.length === 0
            ? []
            : sql.join(at, ", ADD CONSTRAINT ", sql.name(sql.made(at, key), at), ...this.#foreignKey(column));
        put(alter, "ADD ", column.name, " ", column.definition, constraint);
        return true;
      }
      case "changeColumn": {
        const column = this.#column(second, third, at);
        if (column.references.length > 0) put(alter, "ADD", ...this.#foreignKey(column));
        else put(alter, "CHANGE ", column.name, " ", column.name, " ", column.definition);
        return true;
      }
      case "removeColumn":
        // It asks the server for the foreign keys of the column, and drops them first.
        this.#output.built(sql.join(at, alter, "DROP ", sql.name(second, at)), call, {
          call: { name: `queryInterface.${name}`, dropsKeys: true },
        });
        return true;
      case "addIndex":
        this.#addIndex(link, alter, call);
        return true;
      case "removeIndex": {
        const index = second?.is === "list" ? sql.made(at, indexName(table, second.items)) : second;
        put("DROP INDEX ", sql.name(index, at), " ON ", this.#table(table, at));
        return true;
      }
      case "createSchema":
      case "dropSchema":
        return true;
      default:
        return false;
    }
  }

  #table(value: Value | undefined, at: Span): Sql {
    return this.#sql.table(value, at, undefined, false);
  }

  #foreignKey({ name, references }: Column): readonly (string | Sql)[] {
    return [" FOREIGN KEY (", name, ")", references];
  }

  #column(name: Value | undefined, given: Value | undefined, at: Span): Column {
    const sql = this.#sql;
    const value: Value = given ?? { is: "unknown", at };
    const place = (field: string): Span => (value.is === "record" ? (value.places.get(field) ?? at) : at);
    const own = value.is === "record" ? fieldOf(value, "type") : value;
    const type = sequelizeMysqlType(sql, own, fieldOf(value, "values"));
    const standard = fieldOf(value, "defaultValue");
    const text =
      standard === undefined || isNothing(standard) || withoutDefault.test(type ?? "")
        ? []
        : standard.is === "chain"
          ? expression(sql, standard)
          : sql.literal(standard);
    const comment = fieldOf(value, "comment");
    const after = fieldOf(value, "after");
    const definition = sql.join(
      at,
      sql.at(place("type"), type ?? "${type}"),
      booleanOf(fieldOf(value, "allowNull")) === false ? sql.at(place("allowNull"), " NOT NULL") : "",
      isOn(value, "autoIncrement") ? sql.at(place("autoIncrement"), " auto_increment") : "",
      text.length === 0 ? "" : sql.join(place("defaultValue"), " DEFAULT ", text),
      isOn(value, "unique") ? sql.at(place("unique"), " UNIQUE") : "",
      comment === undefined ? "" : sql.join(place("comment"), " COMMENT ", sql.literal(comment)),
      isOn(value, "first") ? sql.at(place("first"), " FIRST") : "",
      after === undefined ? "" : sql.join(place("after"), " AFTER ", sql.name(after, at)),
    );
    return {
      name: sql.name(fieldOf(value, "field") ?? name, at),
      at,
      value,
      definition,
      references: this.#references(value, place("references")),
    };
  }

  #references(value: Value, at: Span): Sql {
    const references = fieldOf(value, "references");
    if (references === undefined || isNothing(references)) return [];
    const model = fieldOf(references, "model") ?? fieldOf(references, "table") ?? references;
    const key = fieldOf(references, "key") ?? fieldOf(references, "field") ?? this.#sql.made(at, "id");
    const target = [this.#table(model, at), " (", this.#sql.name(key, at), ")"] as const;
    return this.#sql.join(at, " REFERENCES ", ...target, actions(value));
  }

  #createTable({ values = [], at }: Link, call: Call): void {
    const [table, attributes, options] = values;
    const sql = this.#sql;
    if (attributes?.is !== "record" || attributes.open) {
      this.#output.dynamic(at, call, "CREATE TABLE ");
      return;
    }
    const columns = [...attributes.fields].map(([name, value]) => {
      const place = attributes.places.get(name) ?? value.at;
      return this.#column(sql.made(sql.keyOf(place), name), value, place);
    });
    const keys = columns.filter(({ value }) => isOn(value, "primaryKey"));
    const unique = fieldOf(options, "uniqueKeys");
    const parts = [
      ...columns.map((column) => sql.join(column.at, column.name, " ", column.definition)),
      ...(unique?.is === "record" ? [...unique.fields] : []).map(([name, key]) => {
        const fields = sql.names(itemsOf(fieldOf(key, "fields")), key.at);
        return sql.join(key.at, "UNIQUE ", sql.quoted(name), " (", fields, ")");
      }),
      ...sql.primaryKey(keys, at),
      ...columns
        .filter(({ references }) => references.length > 0)
        .map((column) => sql.join(column.at, "FOREIGN KEY (", column.name, ")", column.references)),
    ];
    const head = { start: at.start, end: table?.at.end ?? at.end };
    this.#output.built(
      sql.join(
        head,
        "CREATE TABLE IF NOT EXISTS ",
        this.#table(table, at),
        " (\n  ",
        sql.list(parts, at, ",\n  "),
        sql.at(attributes.at, "\n)"),
        this.#tableOptions(options, at),
      ),
      call,
    );
  }

  #tableOptions(options: Value | undefined, at: Span): Sql {
    const text = (name: string): string | undefined => textOf(fieldOf(options, name));
    const comment = fieldOf(options, "comment");
    const [charset, collate, rows] = [text("charset"), text("collate"), text("rowFormat")];
    const start = numberOf(fieldOf(options, "initialAutoIncrement"));
    return this.#sql.join(
      options?.at ?? at,
      ` ENGINE=${text("engine") ?? "InnoDB"}`,
      comment === undefined ? "" : this.#sql.join(comment.at, " COMMENT ", this.#sql.literal(comment)),
      charset === undefined ? "" : ` DEFAULT CHARSET=${charset}`,
      collate === undefined ? "" : ` COLLATE ${collate}`,
      start === undefined ? "" : ` AUTO_INCREMENT=${start}`,
      rows === undefined ? "" : ` ROW_FORMAT=${rows}`,
    );
  }

  /** `addIndex(table, fields, options)`, `addIndex(table, { fields, … })`. */
  #addIndex({ values = [], at }: Link, alter: Sql, call: Call): void {
    const [table, second, third] = values;
    const sql = this.#sql;
    const options = second?.is === "record" ? second : third;
    const fields = itemsOf(second?.is === "record" ? fieldOf(second, "fields") : second);
    if (fields.length === 0) {
      this.#output.dynamic(at, call, "ALTER TABLE ");
      return;
    }
    const kind =
      textOf(fieldOf(options, "type"))?.toUpperCase() ?? (isOn(options, "unique") ? "UNIQUE" : undefined);
    const name = fieldOf(options, "name") ?? fieldOf(options, "indexName");
    const method = textOf(fieldOf(options, "using") ?? fieldOf(options, "method"));
    const columns = fields.map((field) => {
      const length = numberOf(fieldOf(field, "length"));
      const order = textOf(fieldOf(field, "order"));
      const own = field.is === "chain" ? expression(sql, field) : undefined;
      const isExpression = own !== undefined && !plainText(own).trimEnd().endsWith(")");
      return sql.join(
        field.at,
        isExpression ? "(" : "",
        own ?? sql.name(fieldOf(field, "name") ?? fieldOf(field, "attribute") ?? field, at),
        isExpression ? ")" : "",
        length === undefined ? "" : `(${length})`,
        order === undefined ? "" : ` ${order}`,
      );
    });
    const words = [
      "ADD ",
      kind === undefined ? "" : `${kind} `,
      "INDEX ",
      sql.name(name ?? sql.made(at, indexName(table, fields)), at),
      method === undefined ? "" : ` USING ${method}`,
    ];
    const parser = textOf(fieldOf(options, "parser"));
    this.#output.built(
      sql.join(
        headOf({ name: "", values, at, trees: [] }),
        alter,
        ...words,
        " (",
        sql.list(columns, at),
        ")",
        parser === undefined ? "" : ` WITH PARSER ${parser}`,
      ),
      call,
    );
  }
}
