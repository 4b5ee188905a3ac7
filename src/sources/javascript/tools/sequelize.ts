/** Sequelize: the query interface, and SQL through `queryInterface.sequelize.query`. */
import type { Span } from "../../../text/span.ts";
import { plainText, SqlWriter, type Sql } from "../sql.ts";
import { headOf, send, type About, type Call, type CodeTool, type Output, type ToolReader } from "../tool.ts";
import {
  booleanOf,
  fieldOf,
  isNothing,
  isOn,
  itemsOf,
  textOf,
  type ChainValue,
  type Link,
  type Value,
} from "../value.ts";
import type { Flow } from "../flow.ts";
import { changeRows } from "./rows.ts";
import { actions, expression, SequelizeColumn, where } from "./sequelize-columns.ts";
import { SequelizeMysql } from "./sequelize-mysql.ts";
import { bareName, indexName } from "./sequelize-names.ts";
import { runInTransaction } from "./transactions.ts";

export const sequelize: CodeTool = {
  name: "sequelize",
  promises: () => true,
  reader: (output) => new SequelizeReader(output),
};

const onlyReads =
  /^(?:showAllTables|describeTable|tableExists|showIndex|showConstraint|getForeignKeysForTables|getForeignKeyReferencesForTable|select|rawSelect|quoteIdentifier|quoteTable|showAllSchemas|getDialect|escape|authenticate|close|define|sync|queryGenerator|dialect|options|models|model|import|isDefined|getQueryInterface)$/;

/** Sequelize looks for an enum type before it makes one. */
const ifMissing: About = { guard: "ifMissing" };

/**
 * With what has `query`, in the migration's own words: `queryInterface.sequelize`; `sequelize`, where a runner of the
 * project's own hands that over.
 */
function withSequelize({ links }: ChainValue, flow: Flow): Flow {
  const { handle } = flow;
  if (handle === undefined) return flow;
  const first = links[handle.endsWith(".context") ? 1 : 0]?.name ?? "";
  return { ...flow, handle: ofSequelize.test(first) ? handle : `${handle}.sequelize` };
}

const ofSequelize = /^(?:query|queryInterface|getQueryInterface)$/;

class SequelizeReader implements ToolReader {
  readonly #output: Output;
  readonly #sql: SqlWriter;
  readonly #mysql: SequelizeMysql | undefined;
  /** The migration has begun a transaction, which it hands to its calls. */
  #isOpen = false;

  constructor(output: Output) {
    this.#output = output;
    this.#sql = new SqlWriter(output.file);
    this.#mysql = output.file.isMysql ? new SequelizeMysql(output, this.#sql) : undefined;
  }

  chain(chain: ChainValue, sent: Call): number {
    const { links } = chain;
    const call = { ...sent, flow: withSequelize(chain, sent.flow) };
    // `sequelize.getQueryInterface().createTable(…)`
    const at = links.findIndex(
      ({ name, values }, i) =>
        values !== undefined && !(name === "getQueryInterface" && i < links.length - 1),
    );
    const link = links[at];
    if (link?.values === undefined) return 0;
    const before = links.slice(0, at).map(({ name }) => name);
    const isOfSequelize = before.at(-1) === "sequelize" || chain.rootName === "sequelize";
    if (link.name === "query" && (isOfSequelize || chain.root.is === "handle")) {
      this.#query(link, this.#inTransaction(link, call));
      return at + 1;
    }
    if (link.name === "transaction" && (isOfSequelize || chain.root.is === "handle"))
      return this.#transaction(link, call) ? at + 1 : 0;
    if (isTransaction(chain.rootName)) return this.#endTransaction(link, call) ? at + 1 : 0;
    if (chain.root.is !== "handle" && !/queryInterface/i.test([chain.rootName, ...before].join(".")))
      return 0;
    if (before.includes("QueryTypes") || onlyReads.test(link.name)) return at + 1;
    this.#statement(link, this.#inTransaction(link, call));
    return at + 1;
  }

  /** A call that isn't handed the transaction runs outside of it; what takes its place has to be handed the same. */
  #inTransaction({ values = [] }: Link, call: Call): Call {
    const handed = values.map((value) => fieldOf(value, "transaction")).findLast((one) => one !== undefined);
    if (handed === undefined || isNothing(handed))
      return this.#isOpen && isHandedNothing(values)
        ? { ...call, flow: { ...call.flow, isBeside: true } }
        : call;
    const name = this.#output.file.text.slice(handed.at.start, handed.at.end);
    if (!/^[\w$.]{1,60}$/.test(name)) return call;
    const options = name === "transaction" ? "{ transaction }" : `{ transaction: ${name} }`;
    return { ...call, flow: { ...call.flow, options } };
  }

  /** `query(sql, { replacements })`, `query({ query, values })`. */
  #query({ values = [], at }: Link, call: Call): void {
    const [first, options] = values;
    const text = fieldOf(first, "query") ?? first;
    if (text?.is === "text" && fieldOf(options, "replacements") !== undefined) {
      this.#output.raw({ ...text, holes: true }, call);
    } else send(this.#output, text, at, call);
  }

  #transaction(link: Link, call: Call): boolean {
    const { values = [], at } = link;
    const callback = values.find(({ is }) => is === "function");
    if (callback?.is !== "function") {
      if (call.flow.conditional) return true;
      this.#output.built(this.#sql.at(at, "BEGIN"), call);
      this.#isOpen = true;
      return true;
    }
    const body = this.#output.file.text.slice(callback.at.start, callback.at.end);
    const isUsed = /[{,]\s*transaction\b|,\s*(?:t|tx|trx|options)\s*[,)]/.test(body);
    const wasOpen = this.#isOpen;
    this.#isOpen = isUsed;
    runInTransaction(this.#output, this.#sql, this, { link, callback, isOwn: isUsed }, call);
    this.#isOpen = wasOpen;
    return true;
  }

  #endTransaction({ name, at }: Link, call: Call): boolean {
    if (name === "commit" && !call.flow.conditional) {
      this.#output.built(this.#sql.at(at, "COMMIT"), call);
      this.#isOpen = false;
    }
    return name === "commit" || name === "rollback";
  }

  #table(value: Value | undefined, at: Span): Sql {
    return this.#sql.table(value, at, undefined, false);
  }

  #statement(link: Link, call: Call): void {
    if (this.#mysql?.statement(link, call) === true) return;
    const { name, values = [] } = link;
    const at = headOf(link);
    const [table, second, third, fourth] = values;
    const sql = this.#sql;
    const alter = sql.join(at, "ALTER TABLE ", this.#table(table, at), " ");
    const put = (...parts: readonly (string | Sql)[]): void => {
      this.#output.built(sql.join(at, ...parts), call);
    };
    switch (name) {
      case "createTable":
        this.#createTable(link, call);
        return;
      case "dropTable":
        put("DROP TABLE IF EXISTS ", this.#table(table, at), isOn(second, "cascade") ? " CASCADE" : "");
        return;
      case "renameTable":
        put(
          "ALTER TABLE ",
          this.#table(table, at),
          " RENAME TO ",
          sql.name(fieldOf(second, "tableName") ?? second, at),
        );
        return;
      case "addColumn": {
        const column = this.#column(second, third, at, table);
        if (column.enumeration.length > 0) this.#output.built(column.enumeration, call, ifMissing);
        put(alter, `ADD COLUMN ${isOn(fourth, "ifNotExists") ? "IF NOT EXISTS " : ""}`, column.definition);
        if (fieldOf(third, "comment") !== undefined) this.#comment(table, column, call);
        return;
      }
      case "removeColumn":
        put(alter, `DROP COLUMN ${isOn(third, "ifExists") ? "IF EXISTS " : ""}`, sql.name(second, at));
        return;
      case "renameColumn":
        put(alter, "RENAME COLUMN ", sql.name(second, at), " TO ", sql.name(third, at));
        return;
      case "changeColumn":
        this.#changeColumn(this.#column(second, third, at, table), alter, call);
        return;
      case "addIndex":
        this.#addIndex(link, call);
        return;
      case "removeIndex": {
        const concurrently = isOn(third, "concurrently") ? "CONCURRENTLY " : "";
        const index = second?.is === "list" ? sql.made(at, indexName(table, second.items)) : second;
        put(`DROP INDEX ${concurrently}IF EXISTS `, schemaOf(sql, table, at), sql.name(index, at));
        return;
      }
      case "addConstraint":
        this.#addConstraint(link, alter, call);
        return;
      case "removeConstraint":
        put(alter, "DROP CONSTRAINT ", sql.name(second, at));
        return;
      case "bulkInsert":
        changeRows(this.#output, call, { verb: "insert", table, values: second, at });
        return;
      case "bulkUpdate":
      case "bulkDelete": {
        const condition = name === "bulkUpdate" ? third : second;
        const isAll =
          condition === undefined ||
          condition.is === "plain" ||
          (condition.is === "record" && !condition.open && condition.fields.size === 0);
        changeRows(this.#output, call, {
          verb: name === "bulkUpdate" ? "update" : "delete",
          table,
          values: second,
          where: isAll ? undefined : condition.at,
          whereValue: condition,
          at,
        });
        return;
      }
      case "createSchema":
        put("CREATE SCHEMA ", sql.name(table, at));
        return;
      case "dropSchema":
        put("DROP SCHEMA IF EXISTS ", sql.name(table, at), " CASCADE");
        return;
      default:
        this.#output.dynamic(at, call);
    }
  }

  #column(
    name: Value | undefined,
    value: Value | undefined,
    at: Span,
    table: Value | undefined,
  ): SequelizeColumn {
    const definition = value ?? { is: "unknown" as const, at };
    return new SequelizeColumn(
      this.#sql,
      name ?? this.#sql.made(at, "${name}"),
      definition,
      at,
      bareName(table),
    );
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
      return new SequelizeColumn(sql, sql.made(sql.keyOf(place), name), value, place, bareName(table));
    });
    for (const { enumeration } of columns)
      if (enumeration.length > 0) this.#output.built(enumeration, call, ifMissing);
    const keys = columns.filter(({ isPrimary }) => isPrimary);
    const unique = fieldOf(options, "uniqueKeys");
    const parts = [
      ...columns.map(({ definition }) => definition),
      ...(unique?.is === "record" ? [...unique.fields.values()] : []).map((key) =>
        sql.join(key.at, "UNIQUE (", sql.names(itemsOf(fieldOf(key, "fields")), key.at), ")"),
      ),
      ...sql.primaryKey(keys, at),
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
      ),
      call,
    );
    for (const column of columns)
      if (fieldOf(column.value, "comment") !== undefined) this.#comment(table, column, call);
  }

  #comment(table: Value | undefined, column: SequelizeColumn, call: Call): void {
    const at = column.placeOf("comment");
    const text = fieldOf(column.value, "comment");
    if (text === undefined) return;
    this.#output.built(
      this.#sql.join(
        at,
        "COMMENT ON COLUMN ",
        this.#table(table, at),
        ".",
        column.name,
        " IS ",
        this.#sql.literal(text),
      ),
      call,
    );
  }

  #changeColumn(column: SequelizeColumn, alter: Sql, call: Call): void {
    const sql = this.#sql;
    const { at, value } = column;
    const put = (place: Span, ...parts: readonly (string | Sql)[]): void => {
      this.#output.built(sql.join(place, alter, ...parts), call);
    };
    if (column.type === undefined) {
      this.#output.dynamic(at, call, "ALTER TABLE ");
      return;
    }
    if (fieldOf(value, "references") !== undefined) {
      put(column.placeOf("references"), "ADD FOREIGN KEY (", column.name, ")", column.references);
      return;
    }
    const change = ["ALTER COLUMN ", column.name, " "] as const;
    const notNull = booleanOf(fieldOf(value, "allowNull")) === false;
    put(column.placeOf("allowNull"), ...change, notNull ? "SET NOT NULL" : "DROP NOT NULL");
    const standard = fieldOf(value, "defaultValue");
    const text = standard === undefined ? [] : column.standard(standard);
    put(
      column.placeOf("defaultValue"),
      ...change,
      ...(text.length === 0 ? ["DROP DEFAULT"] : ["SET DEFAULT ", text]),
    );
    if (column.enumeration.length > 0) this.#output.built(column.enumeration, call, ifMissing);
    if (isOn(value, "unique")) put(column.placeOf("unique"), "ADD UNIQUE (", column.name, ")");
    const using =
      column.type.labels === undefined ? "" : ` USING (${plainText(column.name)}::${column.typeText})`;
    put(column.placeOf("type"), ...change, `TYPE ${column.typeText}${using}`);
  }

  /** `addIndex(table, fields, options)`, `addIndex(table, { fields, … })`. */
  #addIndex({ values = [], at }: Link, call: Call): void {
    const [table, second, third] = values;
    const sql = this.#sql;
    const options = second?.is === "record" ? second : third;
    const fields = itemsOf(second?.is === "record" ? fieldOf(second, "fields") : second);
    const isUnique = isOn(options, "unique") || textOf(fieldOf(options, "type"))?.toUpperCase() === "UNIQUE";
    const name = fieldOf(options, "name") ?? fieldOf(options, "indexName");
    const method = textOf(fieldOf(options, "using") ?? fieldOf(options, "method"));
    const condition = fieldOf(options, "where");
    const operator = textOf(fieldOf(options, "operator"));
    const columns = fields.map((field) => {
      const order = textOf(fieldOf(field, "order"));
      const own = textOf(fieldOf(field, "operator")) ?? operator;
      const column =
        field.is === "chain"
          ? expression(sql, field)
          : sql.name(fieldOf(field, "name") ?? fieldOf(field, "attribute") ?? field, at);
      const isExpression = field.is === "chain" && !plainText(column).trimEnd().endsWith(")");
      return sql.join(
        field.at,
        isExpression ? sql.join(field.at, "(", column, ")") : column,
        own === undefined ? "" : ` ${own}`,
        order === undefined ? "" : ` ${order}`,
      );
    });
    if (columns.length === 0) {
      this.#output.dynamic(at, call, "CREATE INDEX ");
      return;
    }
    this.#output.built(
      sql.join(
        at,
        `CREATE ${isUnique ? "UNIQUE " : ""}INDEX ${isOn(options, "concurrently") ? "CONCURRENTLY " : ""}`,
        sql.name(name ?? sql.made(at, indexName(table, fields)), at),
        " ON ",
        this.#table(table, at),
        method === undefined ? " (" : ` USING ${method} (`,
        sql.list(columns, at),
        ")",
        condition === undefined ? "" : sql.join(condition.at, " WHERE ", where(sql, condition, condition.at)),
      ),
      call,
    );
  }

  /** `addConstraint(table, { fields, type, … })`; before version 6 the fields stood alone. */
  #addConstraint({ values = [], at }: Link, alter: Sql, call: Call): void {
    const [table, second, third] = values;
    const sql = this.#sql;
    const options = third ?? second;
    const fields = itemsOf(second?.is === "record" ? fieldOf(second, "fields") : second);
    const type = textOf(fieldOf(options, "type"))?.toLowerCase() ?? "";
    const references = fieldOf(options, "references");
    const suffix = { unique: "uk", "foreign key": "fk", "primary key": "pk", check: "ck" }[type];
    const target = textOf(fieldOf(references, "table"));
    const made = [
      bareName(table),
      ...fields.map((field) => textOf(field) ?? "column"),
      ...(type === "foreign key" && target !== undefined ? [target] : []),
      suffix ?? "",
    ].join("_");
    const columns = sql.names(fields, at);
    const head = [alter, "ADD CONSTRAINT ", sql.name(fieldOf(options, "name") ?? sql.made(at, made), at)];
    const put = (...parts: readonly (string | Sql)[]): void => {
      this.#output.built(sql.join(at, ...head, ...parts), call);
    };
    const condition = fieldOf(options, "where");
    if (type === "unique") put(" UNIQUE (", columns, ")");
    else if (type === "primary key") put(" PRIMARY KEY (", columns, ")");
    else if (type === "check" && condition !== undefined)
      put(" CHECK (", where(sql, condition, condition.at), ")");
    else if (type === "foreign key" && references !== undefined && options !== undefined) {
      const key = itemsOf(fieldOf(references, "fields") ?? fieldOf(references, "field"));
      put(
        " FOREIGN KEY (",
        columns,
        ") REFERENCES ",
        this.#table(fieldOf(references, "table"), at),
        " (",
        sql.names(key, at),
        `)${actions(options)}`,
      );
    } else this.#output.dynamic(at, call, "ALTER TABLE ");
  }
}

/** None of the arguments may be options with a transaction, of which the last ones are; types come from the package. */
const isHandedNothing = (values: readonly Value[]): boolean =>
  values.every(
    (value, i) =>
      value.is === "text" ||
      value.is === "plain" ||
      value.is === "list" ||
      (value.is === "record" && !value.open) ||
      (value.is === "chain" && /^(?:Sequelize|DataTypes)$/i.test(value.rootName)) ||
      (i < values.length - 1 && i < 2),
  );

const isTransaction = (name: string): boolean => /^(?:t|tx|trx|transaction)$/i.test(name);

const schemaOf = (sql: SqlWriter, table: Value | undefined, at: Span): Sql => {
  const schema = fieldOf(table, "schema");
  return schema === undefined ? [] : sql.join(at, sql.name(schema, at), ".");
};
