/** TypeORM: `queryRunner.query`, and its schema methods with literal `new Table(…)`, `new TableColumn(…)`, … */
import { quoteIdentifier } from "../../../model/names.ts";
import type { Span } from "../../../text/span.ts";
import { SqlWriter, type Sql } from "../sql.ts";
import { headOf, send, type Call, type CodeTool, type Output, type ToolReader } from "../tool.ts";
import {
  booleanOf,
  fieldOf,
  isNothing,
  isOn,
  itemsOf,
  numberOf,
  textOf,
  type ChainValue,
  type Link,
  type Value,
} from "../value.ts";

import { createEnumeration } from "./enumerations.ts";
import { TypeOrmMysql } from "./typeorm-mysql.ts";
import { options } from "./typeorm-options.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const typeorm: CodeTool = {
  name: "typeorm",
  promises: () => true,
  reader: (output) => new TypeOrmReader(output),
};

const onlyReads =
  /^(?:hasTable|hasColumn|hasSchema|hasDatabase|getTable|getTables|getView|getViews|getSchemas|getDatabases|getCurrentSchema|getCurrentDatabase|stream|connect|release|find\w*|count\w*|getRepository|createQueryBuilder|select\w*|where|andWhere|orderBy|from|getOne|getMany|getRawOne|getRawMany|loadedTables|clearSqlMemory)$/;

const serials: Readonly<Record<string, string>> = dictionary({
  int: "serial",
  integer: "serial",
  int4: "serial",
  bigint: "bigserial",
  int8: "bigserial",
  smallint: "smallserial",
});

class TypeOrmReader implements ToolReader {
  readonly #output: Output;
  readonly #sql: SqlWriter;
  readonly #mysql: TypeOrmMysql | undefined;
  /** How many transactions are open in each other; TypeORM makes savepoints of the inner ones. */
  #depth: number;

  constructor(output: Output) {
    this.#output = output;
    this.#sql = new SqlWriter(output.file);
    this.#mysql = output.file.isMysql ? new TypeOrmMysql(output, this.#sql) : undefined;
    this.#depth = output.inTransaction ? 1 : 0;
  }

  chain(chain: ChainValue, call: Call): number {
    const { links } = chain;
    const at = links.findIndex(({ values }) => values !== undefined);
    const link = links[at];
    if (link?.values === undefined) return 0;
    if (link.name === "query") {
      send(this.#output, link.values[0], link.at, call);
      return at + 1;
    }
    if (chain.root.is !== "handle") return 0;
    if (/^(?:start|commit|rollback)Transaction$/.test(link.name)) this.#transaction(link, call);
    else if (!onlyReads.test(link.name)) this.#statement(link, call);
    return at + 1;
  }

  #transaction({ name, at }: Link, call: Call): void {
    if (call.flow.conditional) return;
    const put = (text: string): void => {
      this.#output.built(this.#sql.at(at, text), call);
    };
    if (name === "startTransaction") {
      put(this.#depth === 0 ? "BEGIN" : `SAVEPOINT typeorm_${this.#depth}`);
      this.#depth++;
      return;
    }
    if (this.#depth === 0) return;
    this.#depth--;
    const inner = `typeorm_${this.#depth}`;
    if (name === "commitTransaction") put(this.#depth === 0 ? "COMMIT" : `RELEASE SAVEPOINT ${inner}`);
    else put(this.#depth === 0 ? "ROLLBACK" : `ROLLBACK TO SAVEPOINT ${inner}`);
  }

  #table(value: Value | undefined, at: Span): Sql {
    return this.#sql.table(options(value) ?? value, at);
  }

  #statement(link: Link, call: Call): void {
    if (this.#mysql?.statement(link, call) === true) return;
    const { name, values = [] } = link;
    const at = headOf(link);
    const [table, second, third] = values;
    const sql = this.#sql;
    const put = (...parts: readonly (string | Sql)[]): void => {
      this.#output.built(sql.join(at, ...parts), call);
    };
    const alter = sql.join(at, "ALTER TABLE ", this.#table(table, at), " ");
    const all = itemsOf(second);
    switch (name) {
      case "createTable":
        this.#createTable(link, call);
        return;
      case "dropTable":
        put(`DROP TABLE ${booleanOf(second) === true ? "IF EXISTS " : ""}`, this.#table(table, at));
        return;
      case "renameTable":
        put(
          alter,
          "RENAME TO ",
          sql.name(options(second) === undefined ? second : fieldOf(options(second), "name"), at),
        );
        return;
      case "clearTable":
        put("TRUNCATE TABLE ", this.#table(table, at));
        return;
      case "addColumn":
      case "addColumns":
        for (const one of all) this.#addColumn(table, one, alter, call);
        return;
      case "dropColumn":
      case "dropColumns":
        for (const one of all) put(alter, "DROP COLUMN ", sql.name(fieldOf(options(one), "name") ?? one, at));
        return;
      case "changeColumn":
      case "changeColumns":
        // It compares the new column with that of the database: a rename, other attributes, or DROP and ADD.
        put(alter, "${changes}");
        return;
      case "renameColumn":
        put(
          alter,
          "RENAME COLUMN ",
          sql.name(fieldOf(options(second), "name") ?? second, at),
          " TO ",
          sql.name(fieldOf(options(third), "name") ?? third, at),
        );
        return;
      case "createIndex":
      case "createIndices":
        for (const one of all) this.#createIndex(table, one, at, call);
        return;
      case "dropIndex":
      case "dropIndices":
        for (const one of all)
          put(
            `DROP INDEX ${isOn(options(one), "isConcurrent") ? "CONCURRENTLY " : ""}`,
            sql.name(fieldOf(options(one), "name") ?? one, at),
          );
        return;
      case "createForeignKey":
      case "createForeignKeys":
        for (const one of all)
          this.#output.built(sql.join(one.at, alter, "ADD ", this.#foreignKey(one)), call);
        return;
      case "createUniqueConstraint":
      case "createUniqueConstraints":
        for (const one of all) this.#output.built(sql.join(one.at, alter, "ADD ", this.#unique(one)), call);
        return;
      case "createCheckConstraint":
      case "createCheckConstraints":
        for (const one of all) this.#output.built(sql.join(one.at, alter, "ADD ", this.#check(one)), call);
        return;
      case "createPrimaryKey":
        put(alter, "ADD PRIMARY KEY (", sql.names(all, at), ")");
        return;
      case "dropForeignKey":
      case "dropForeignKeys":
      case "dropUniqueConstraint":
      case "dropUniqueConstraints":
      case "dropCheckConstraint":
      case "dropCheckConstraints":
        for (const one of all) {
          const constraint = fieldOf(options(one), "name") ?? one;
          if (constraint.is === "text") put(alter, "DROP CONSTRAINT ", sql.name(constraint, at));
          else this.#output.dynamic(at, call, "ALTER TABLE ");
        }
        return;
      case "createSchema":
        put(`CREATE SCHEMA ${booleanOf(second) === true ? "IF NOT EXISTS " : ""}`, sql.name(table, at));
        return;
      case "dropSchema":
        put(
          `DROP SCHEMA ${booleanOf(second) === true ? "IF EXISTS " : ""}`,
          sql.name(table, at),
          booleanOf(third) === true ? " CASCADE" : "",
        );
        return;
      default:
        this.#output.dynamic(at, call);
    }
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
    for (const column of columns) this.#enumeration(table, column, call);
    const keys = columns
      .filter((column) => isOn(options(column), "isPrimary"))
      .map((key) => ({ name: sql.name(fieldOf(options(key), "name") ?? key, at), at: key.at }));
    const parts = [
      ...columns.map((column) => this.#column(table, column)),
      ...itemsOf(fieldOf(definition, "uniques")).map((one) => this.#unique(one)),
      ...itemsOf(fieldOf(definition, "checks")).map((one) => this.#check(one)),
      ...itemsOf(fieldOf(definition, "foreignKeys")).map((one) => this.#foreignKey(one)),
      ...sql.primaryKey(keys, at),
    ];
    const name = fieldOf(definition, "name");
    const head = { start: at.start, end: name?.at.end ?? at.end };
    const create = booleanOf(ifNotExist) === true ? "CREATE TABLE IF NOT EXISTS " : "CREATE TABLE ";
    this.#output.built(
      sql.join(
        head,
        create,
        this.#table(table, at),
        " (\n  ",
        sql.list(parts, at, ",\n  "),
        sql.at(definition.at, "\n)"),
      ),
      call,
    );
    for (const index of itemsOf(fieldOf(definition, "indices")))
      this.#createIndex(table, index, index.at, call);
  }

  #addColumn(table: Value | undefined, column: Value, alter: Sql, call: Call): void {
    if (options(column) === undefined) {
      this.#output.dynamic(column.at, call, "ALTER TABLE ");
      return;
    }
    this.#enumeration(table, column, call);
    const primary = isOn(options(column), "isPrimary") ? " PRIMARY KEY" : "";
    this.#output.built(this.#sql.join(column.at, alter, "ADD ", this.#column(table, column), primary), call);
  }

  /** The table's name in its case, the column's in lower case. */
  #enumName(table: Value | undefined, column: Value): string {
    const definition = options(column);
    const own = textOf(fieldOf(definition, "enumName"));
    const bare =
      textOf(fieldOf(options(table), "name") ?? table)
        ?.split(".")
        .at(-1) ?? "table";
    const name = textOf(fieldOf(definition, "name"))?.toLowerCase() ?? "column";
    return quoteIdentifier(own ?? `${bare}_${name}_enum`);
  }

  #enumeration(table: Value | undefined, column: Value, call: Call): void {
    const labels = fieldOf(options(column), "enum");
    if (itemsOf(labels).length === 0) return;
    const sql = createEnumeration(this.#sql, this.#enumName(table, column), labels, column.at);
    // TypeORM looks for the type first.
    this.#output.built(sql, call, { guard: "ifMissing" });
  }

  #column(table: Value | undefined, column: Value): Sql {
    const definition = options(column);
    const sql = this.#sql;
    const { at } = column;
    const place = (name: string): Span =>
      definition?.is === "record" ? (definition.places.get(name) ?? at) : at;
    const standard = fieldOf(definition, "default");
    const isUuid = textOf(fieldOf(definition, "generationStrategy")) === "uuid";
    const expression = textOf(fieldOf(definition, "asExpression"));
    return sql.join(
      at,
      sql.name(fieldOf(definition, "name"), at),
      ` ${this.#type(table, column)}`,
      expression === undefined
        ? ""
        : sql.at(place("asExpression"), ` GENERATED ALWAYS AS (${expression}) STORED`),
      isOn(definition, "isNullable") ? "" : sql.at(place("isNullable"), " NOT NULL"),
      standard === undefined || isNothing(standard)
        ? isUuid
          ? " DEFAULT uuid_generate_v4()"
          : ""
        : sql.join(
            place("default"),
            " DEFAULT ",
            standard.is === "text" ? standard.segments : sql.literal(standard),
          ),
      isOn(definition, "isUnique") ? sql.at(place("isUnique"), " UNIQUE") : "",
    );
  }

  #type(table: Value | undefined, column: Value): string {
    const definition = options(column);
    const own = fieldOf(definition, "type");
    const type = textOf(own);
    if (type === undefined) return "${type}";
    if (textOf(fieldOf(definition, "generationStrategy")) === "increment") return serials[type] ?? type;
    if (type === "enum" || type === "simple-enum") return this.#enumName(table, column);
    const length = textOf(fieldOf(definition, "length")) ?? numberOf(fieldOf(definition, "length"));
    const precision = numberOf(fieldOf(definition, "precision"));
    const scale = numberOf(fieldOf(definition, "scale"));
    const size = [length, precision, scale].filter((one) => one !== undefined && one !== "").join(", ");
    const array = isOn(definition, "isArray") ? "[]" : "";
    if (size === "" || type.includes("(")) return type + array;
    const [word = type, ...zone] = type.split(/ (?=with)/);
    return `${word}(${size})${zone.map((one) => ` ${one}`).join("")}${array}`;
  }

  #named(value: Value): Sql {
    const name = fieldOf(options(value), "name");
    return name === undefined || isNothing(name)
      ? []
      : this.#sql.join(value.at, "CONSTRAINT ", this.#sql.name(name, value.at), " ");
  }

  #columns(value: Value, name: string): Sql {
    return this.#sql.names(itemsOf(fieldOf(options(value), name)), value.at);
  }

  #unique(value: Value): Sql {
    return this.#sql.join(value.at, this.#named(value), "UNIQUE (", this.#columns(value, "columnNames"), ")");
  }

  #check(value: Value): Sql {
    const expression = fieldOf(options(value), "expression");
    const text = expression?.is === "text" ? expression.segments : this.#sql.at(value.at, "${expression}");
    return this.#sql.join(value.at, this.#named(value), "CHECK (", text, ")");
  }

  #foreignKey(value: Value): Sql {
    const definition = options(value);
    const action = (name: string, word: string): string => {
      const text = textOf(fieldOf(definition, name));
      return text === undefined ? "" : ` ON ${word} ${text}`;
    };
    return this.#sql.join(
      value.at,
      this.#named(value),
      "FOREIGN KEY (",
      this.#columns(value, "columnNames"),
      ") REFERENCES ",
      this.#sql.table(fieldOf(definition, "referencedTableName"), value.at),
      " (",
      this.#columns(value, "referencedColumnNames"),
      `)${action("onDelete", "DELETE")}${action("onUpdate", "UPDATE")}`,
    );
  }

  #createIndex(table: Value | undefined, index: Value, at: Span, call: Call): void {
    const definition = options(index);
    const columns = itemsOf(fieldOf(definition, "columnNames"));
    if (definition === undefined || columns.length === 0) {
      this.#output.dynamic(at, call, "CREATE INDEX ");
      return;
    }
    const sql = this.#sql;
    const name = fieldOf(definition, "name");
    const where = fieldOf(definition, "where");
    const create = `CREATE ${isOn(definition, "isUnique") ? "UNIQUE " : ""}INDEX ${isOn(definition, "isConcurrent") ? "CONCURRENTLY " : ""}`;
    const parts = sql.join(
      at,
      create,
      name === undefined ? "" : sql.join(at, sql.name(name, at), " "),
      "ON ",
      this.#table(table, at),
      isOn(definition, "isSpatial") ? " USING gist (" : " (",
      sql.names(columns, at),
      ")",
      where?.is === "text" ? sql.join(where.at, " WHERE ", where.segments) : "",
    );
    this.#output.built(parts, call);
  }
}
