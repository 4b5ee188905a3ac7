/** What TypeORM's schema methods send to MySQL and MariaDB where it isn't what they send to PostgreSQL. */
import type { Span } from "../../../text/span.ts";
import type { Sql, SqlWriter } from "../sql.ts";
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
import { options } from "./typeorm-options.ts";
import { dictionary } from "../../../text/dictionary.ts";

/** Of types that MySQL wants with one. */
const lengths: Readonly<Record<string, number>> = dictionary({ varchar: 255, nvarchar: 255, varbinary: 255 });

export class TypeOrmMysql {
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
    const [table, second] = values;
    const sql = this.#sql;
    const alter = sql.join(at, "ALTER TABLE ", this.#table(table, at), " ");
    const all = itemsOf(second);
    const put = (...parts: readonly (string | Sql)[]): void => {
      this.#output.built(sql.join(at, ...parts), call);
    };
    switch (name) {
      case "createTable":
        this.#createTable(link, call);
        return true;
      case "renameTable":
        put(
          "RENAME TABLE ",
          this.#table(table, at),
          " TO ",
          sql.name(options(second) === undefined ? second : fieldOf(options(second), "name"), at),
        );
        return true;
      case "addColumn":
      case "addColumns":
        for (const one of all) this.#addColumn(one, alter, call);
        return true;
      case "createIndex":
      case "createIndices":
        for (const one of all) this.#createIndex(table, one, at, call);
        return true;
      case "dropIndex":
      case "dropIndices":
        for (const one of all)
          put(
            "DROP INDEX ",
            sql.name(fieldOf(options(one), "name") ?? one, at),
            " ON ",
            this.#table(table, at),
          );
        return true;
      case "dropForeignKey":
      case "dropForeignKeys":
        for (const one of all) {
          const key = fieldOf(options(one), "name") ?? one;
          if (key.is === "text") put(alter, "DROP FOREIGN KEY ", sql.name(key, at));
          else this.#output.dynamic(at, call, "ALTER TABLE ");
        }
        return true;
      case "dropPrimaryKey":
        put(alter, "DROP PRIMARY KEY");
        return true;
      default:
        return false;
    }
  }

  #table(value: Value | undefined, at: Span): Sql {
    return this.#sql.table(options(value) ?? value, at);
  }

  #createTable({ values = [], at }: Link, call: Call): void {
    const [table, ifNotExist] = values;
    const sql = this.#sql;
    const definition = options(table);
    const columns = itemsOf(fieldOf(definition, "columns"));
    if (definition === undefined || columns.some((column) => options(column) === undefined)) {
      this.#output.dynamic(at, call, "CREATE TABLE ");
      return;
    }
    const nameOf = (column: Value): Value => fieldOf(options(column), "name") ?? column;
    const keys = columns
      .filter((column) => isOn(options(column), "isPrimary"))
      .map((column) => ({ name: sql.name(nameOf(column), at), at: nameOf(column).at }));
    const parts = [
      ...columns.map((column) => this.#column(column)),
      ...columns
        .filter((column) => isOn(options(column), "isUnique"))
        .map((column) => sql.join(column.at, "UNIQUE INDEX (", sql.name(nameOf(column), at), ")")),
      ...itemsOf(fieldOf(definition, "indices")).map((one) => this.#index(one, "INDEX ")),
      ...itemsOf(fieldOf(definition, "uniques")).map((one) => this.#index(one, "UNIQUE INDEX ")),
      ...itemsOf(fieldOf(definition, "foreignKeys")).map((one) => this.#foreignKey(one)),
      ...sql.primaryKey(keys, at),
    ];
    const name = fieldOf(definition, "name");
    const head = { start: at.start, end: name?.at.end ?? at.end };
    const create = booleanOf(ifNotExist) === true ? "CREATE TABLE IF NOT EXISTS " : "CREATE TABLE ";
    const comment = fieldOf(definition, "comment");
    this.#output.built(
      sql.join(
        head,
        create,
        this.#table(table, at),
        " (\n  ",
        sql.list(parts, at, ",\n  "),
        sql.at(definition.at, "\n)"),
        ` ENGINE=${textOf(fieldOf(definition, "engine")) ?? "InnoDB"}`,
        comment === undefined ? "" : sql.join(comment.at, " COMMENT=", sql.literal(comment)),
      ),
      call,
    );
  }

  #addColumn(column: Value, alter: Sql, call: Call): void {
    const definition = options(column);
    if (definition === undefined) {
      this.#output.dynamic(column.at, call, "ALTER TABLE ");
      return;
    }
    const sql = this.#sql;
    const primary = isOn(definition, "isPrimary") ? " PRIMARY KEY" : "";
    this.#output.built(sql.join(column.at, alter, "ADD ", this.#column(column), primary), call);
    if (!isOn(definition, "isUnique")) return;
    const name = sql.name(fieldOf(definition, "name"), column.at);
    this.#output.built(sql.join(column.at, alter, "ADD UNIQUE INDEX (", name, ")"), call);
  }

  #column(column: Value): Sql {
    const definition = options(column);
    const sql = this.#sql;
    const { at } = column;
    const written = (field: string, words: string, more?: Sql): Sql => {
      const place = definition?.is === "record" ? (definition.places.get(field) ?? at) : at;
      return sql.join(place, words, more ?? "");
    };
    const text = (field: string): string | undefined => textOf(fieldOf(definition, field));
    const standard = fieldOf(definition, "default");
    const comment = fieldOf(definition, "comment");
    const onUpdate = text("onUpdate");
    const expression = text("asExpression");
    const labels = itemsOf(fieldOf(definition, "enum")).map((label) => sql.literal(label));
    const isCounter = text("generationStrategy") === "increment" && isOn(definition, "isGenerated");
    const isNullable = isOn(definition, "isNullable");
    return sql.join(
      at,
      sql.name(fieldOf(definition, "name"), at),
      written("type", ` ${this.#type(definition)}`),
      labels.length === 0 ? "" : sql.join(at, " (", sql.list(labels, at), ")"),
      isOn(definition, "unsigned") ? written("unsigned", " UNSIGNED") : "",
      text("charset") === undefined ? "" : written("charset", ` CHARACTER SET ${text("charset") ?? ""}`),
      text("collation") === undefined ? "" : written("collation", ` COLLATE ${text("collation") ?? ""}`),
      expression === undefined
        ? ""
        : written("asExpression", ` AS (${expression}) ${text("generatedType") ?? "VIRTUAL"}`),
      written("isNullable", isNullable ? " NULL" : " NOT NULL"),
      isCounter ? written("isGenerated", " AUTO_INCREMENT") : "",
      comment === undefined ? "" : written("comment", " COMMENT ", sql.literal(comment)),
      standard === undefined || isNothing(standard)
        ? ""
        : written("default", " DEFAULT ", standard.is === "text" ? standard.segments : sql.literal(standard)),
      onUpdate === undefined ? "" : written("onUpdate", ` ON UPDATE ${onUpdate}`),
    );
  }

  #type(definition: Value | undefined): string {
    const type = textOf(fieldOf(definition, "type"));
    if (type === undefined) return "${type}";
    const plain = {
      "simple-enum": "enum",
      "simple-array": "text",
      "simple-json": "text",
      uuid: "varchar(36)",
    }[type];
    if (plain !== undefined) return plain;
    const field = (name: string): string | number | undefined =>
      textOf(fieldOf(definition, name)) ?? numberOf(fieldOf(definition, name));
    const isUuid = textOf(fieldOf(definition, "generationStrategy")) === "uuid";
    const given = field("length");
    const length = given === undefined || given === "" ? (isUuid ? 36 : lengths[type]) : given;
    const size = length === undefined ? [field("precision"), field("scale")] : [length];
    const sizes = size.filter((one) => one !== undefined).join(",");
    return sizes === "" || type.includes("(") ? type : `${type}(${sizes})`;
  }

  #columns(value: Value, name: string): Sql {
    return this.#sql.names(itemsOf(fieldOf(options(value), name)), value.at);
  }

  /** Of a new table. */
  #index(index: Value, kind: string): Sql {
    const definition = options(index);
    const name = fieldOf(definition, "name");
    return this.#sql.join(
      index.at,
      definition === undefined ? kind : `${kindOf(definition)}${kind}`,
      name === undefined ? "" : this.#sql.join(index.at, this.#sql.name(name, index.at), " "),
      "(",
      this.#columns(index, "columnNames"),
      ")",
    );
  }

  #foreignKey(value: Value): Sql {
    const definition = options(value);
    const sql = this.#sql;
    const name = fieldOf(definition, "name");
    const action = (field: string, word: string): string => {
      const text = textOf(fieldOf(definition, field));
      return text === undefined ? "" : ` ON ${word} ${text}`;
    };
    return sql.join(
      value.at,
      name === undefined || isNothing(name)
        ? ""
        : sql.join(value.at, "CONSTRAINT ", sql.name(name, value.at), " "),
      "FOREIGN KEY (",
      this.#columns(value, "columnNames"),
      ") REFERENCES ",
      sql.table(fieldOf(definition, "referencedTableName"), value.at),
      " (",
      this.#columns(value, "referencedColumnNames"),
      `)${action("onDelete", "DELETE")}${action("onUpdate", "UPDATE")}`,
    );
  }

  #createIndex(table: Value | undefined, index: Value, at: Span, call: Call): void {
    const definition = options(index);
    const name = fieldOf(definition, "name");
    if (definition === undefined || itemsOf(fieldOf(definition, "columnNames")).length === 0) {
      this.#output.dynamic(at, call, "CREATE INDEX ");
      return;
    }
    const sql = this.#sql;
    this.#output.built(
      sql.join(
        at,
        `CREATE ${kindOf(definition)}INDEX `,
        name === undefined ? "${name}" : sql.name(name, at),
        " ON ",
        this.#table(table, at),
        " (",
        this.#columns(index, "columnNames"),
        ")",
      ),
      call,
    );
  }
}

const kindOf = (definition: Value): string =>
  [
    isOn(definition, "isUnique") ? "UNIQUE " : "",
    isOn(definition, "isSpatial") ? "SPATIAL " : "",
    isOn(definition, "isFulltext") ? "FULLTEXT " : "",
  ].join("");
