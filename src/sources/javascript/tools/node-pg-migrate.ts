/** node-pg-migrate: `pgm.sql`, and the builder's methods as its documentation gives their SQL. */
import type { Span } from "../../../text/span.ts";
import { withNames } from "../bindings.ts";
import { plainText, SqlWriter, type Sql } from "../sql.ts";
import { headOf, send, type Call, type CodeTool, type Output, type ToolReader } from "../tool.ts";
import {
  fieldOf,
  isNothing,
  isOn,
  itemsOf,
  textOf,
  type ChainValue,
  type Link,
  type Value,
} from "../value.ts";
import { isFalse, PgmColumns } from "./node-pg-migrate-columns.ts";
import { PgmRoutines } from "./node-pg-migrate-routines.ts";
import { createEnumeration } from "./enumerations.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const nodePgMigrate: CodeTool = {
  name: "node-pg-migrate",
  // `pgm` collects what it is told; `pgm.db` sends it.
  promises: ({ links }) => links.some(({ name }) => name === "db"),
  reverses: true,
  reader: (output) => new PgmReader(output),
};

/** DROP of one name: options are the last argument. */
const drops: Readonly<Record<string, string>> = dictionary({
  dropTable: "TABLE",
  dropView: "VIEW",
  dropMaterializedView: "MATERIALIZED VIEW",
  dropType: "TYPE",
  dropDomain: "DOMAIN",
  dropSequence: "SEQUENCE",
  dropSchema: "SCHEMA",
  dropExtension: "EXTENSION",
});

const renames: Readonly<Record<string, string>> = dictionary({
  renameTable: "TABLE",
  renameView: "VIEW",
  renameMaterializedView: "MATERIALIZED VIEW",
  renameType: "TYPE",
  renameDomain: "DOMAIN",
  renameSequence: "SEQUENCE",
  renameSchema: "SCHEMA",
});

class PgmReader implements ToolReader {
  readonly #output: Output;
  readonly #sql: SqlWriter;
  readonly #columns: PgmColumns;
  readonly #routines: PgmRoutines;

  constructor(output: Output) {
    this.#output = output;
    this.#sql = new SqlWriter(output.file);
    this.#columns = new PgmColumns(this.#sql);
    this.#routines = new PgmRoutines(output, this.#sql, this.#columns);
  }

  chain(chain: ChainValue, call: Call): number {
    const { links } = chain;
    const at = links.findIndex(({ values }) => values !== undefined);
    const link = links[at];
    if (link?.values === undefined || (chain.root.is !== "handle" && chain.rootName !== "pgm")) return 0;
    if (links.slice(0, at).some(({ name }) => name === "db")) {
      if (/^(?:query|select)$/.test(link.name))
        send(this.#output, fieldOf(link.values[0], "text") ?? link.values[0], link.at, call);
      return at + 1;
    }
    if (/^(?:func|toString|lower|args)$/.test(link.name)) return at + 1;
    this.#statement(link, call);
    return at + 1;
  }

  #statement(link: Link, call: Call): void {
    const { name, values = [] } = link;
    const at = headOf(link);
    const [first, second, third] = values;
    const sql = this.#sql;
    const put = (...parts: readonly (string | Sql)[]): void => {
      this.#output.built(sql.join(at, ...parts), call);
    };
    const table = this.#columns.table(first, at);
    const alter = sql.join(at, "ALTER TABLE ", table, " ");
    if (!/^(?:create|add(?!TypeValue)|rename)/.test(name)) this.#output.cantReverse();
    if (Object.hasOwn(drops, name)) {
      const flags = [isOn(second, "ifExists") ? "IF EXISTS " : "", isOn(second, "cascade") ? " CASCADE" : ""];
      for (const one of name === "dropExtension" ? itemsOf(first) : [first])
        put(`DROP ${drops[name] ?? ""} ${flags[0] ?? ""}`, this.#columns.table(one, at), flags[1] ?? "");
      return;
    }
    if (Object.hasOwn(renames, name)) {
      put(
        `ALTER ${renames[name] ?? ""} `,
        table,
        " RENAME TO ",
        sql.name(fieldOf(second, "name") ?? second, at),
      );
      return;
    }
    switch (name) {
      case "sql":
        this.#text(link, call);
        return;
      case "noTransaction":
        this.#output.optOut();
        return;
      case "createTable":
        this.#createTable(link, call);
        return;
      case "addColumn":
      case "addColumns":
        this.#addColumns(link, alter, call);
        return;
      case "dropColumn":
      case "dropColumns":
        this.#dropColumns(link, alter, call);
        return;
      case "alterColumn":
        this.#alterColumn(link, alter, call);
        return;
      case "renameColumn":
        put(alter, "RENAME COLUMN ", sql.name(second, at), " TO ", sql.name(third, at));
        return;
      case "addConstraint":
      case "createConstraint": {
        if (second === undefined || isNothing(second) || third?.is === "text") this.#output.cantReverse();
        const all = this.#columns.constraints(bareName(first), third, second, third?.at ?? at);
        if (all === undefined || all.length === 0) this.#output.dynamic(at, call, "ALTER TABLE ");
        else
          put(
            alter,
            sql.list(
              all.map((one) => sql.join(at, "ADD ", one)),
              at,
            ),
          );
        return;
      }
      case "dropConstraint":
        put(
          alter,
          `DROP CONSTRAINT ${isOn(third, "ifExists") ? "IF EXISTS " : ""}`,
          sql.name(second, at),
          isOn(third, "cascade") ? " CASCADE" : "",
        );
        return;
      case "renameConstraint":
        put(alter, "RENAME CONSTRAINT ", sql.name(second, at), " TO ", sql.name(third, at));
        return;
      case "alterTable": {
        const security = textOf(fieldOf(second, "levelSecurity"));
        if (security === undefined) this.#output.dynamic(at, call, "ALTER TABLE ");
        else put(alter, `${security} ROW LEVEL SECURITY`);
        return;
      }
      case "createIndex":
      case "addIndex":
        this.#createIndex(link, call);
        return;
      case "dropIndex":
        put(
          `DROP INDEX ${isOn(third, "concurrently") ? "CONCURRENTLY " : ""}${isOn(third, "ifExists") ? "IF EXISTS " : ""}`,
          this.#indexName(first, itemsOf(second), third, at),
          isOn(third, "cascade") ? " CASCADE" : "",
        );
        return;
      case "createType":
      case "addType":
        if (second?.is === "list") this.#output.built(createEnumeration(sql, table, second, at), call);
        else if (second?.is === "record" && !second.open)
          put("CREATE TYPE ", table, " AS (", sql.list(this.#columns.columns(second), at), ")");
        else this.#output.dynamic(at, call, "CREATE TYPE ");
        return;
      case "addTypeValue": {
        const beside = (["before", "after"] as const).flatMap((word) => {
          const value = fieldOf(third, word);
          return value === undefined ? [] : sql.join(at, ` ${word.toUpperCase()} `, sql.literal(value));
        });
        if (second === undefined) return;
        put(
          "ALTER TYPE ",
          table,
          ` ADD VALUE ${isOn(third, "ifNotExists") ? "IF NOT EXISTS " : ""}`,
          sql.literal(second),
          beside,
        );
        return;
      }
      case "renameTypeValue":
        if (second !== undefined && third !== undefined)
          put("ALTER TYPE ", table, " RENAME VALUE ", sql.literal(second), " TO ", sql.literal(third));
        return;
      case "createExtension":
      case "addExtension":
        for (const one of itemsOf(first)) {
          const schema = fieldOf(second, "schema");
          put(
            `CREATE EXTENSION ${isOn(second, "ifNotExists") ? "IF NOT EXISTS " : ""}`,
            sql.name(one, at),
            schema === undefined ? "" : sql.join(at, " SCHEMA ", sql.name(schema, at)),
          );
        }
        return;
      case "createSchema":
        put(`CREATE SCHEMA ${isOn(second, "ifNotExists") ? "IF NOT EXISTS " : ""}`, sql.name(first, at));
        return;
      case "createSequence":
        put(`CREATE SEQUENCE ${isOn(second, "ifNotExists") ? "IF NOT EXISTS " : ""}`, table);
        return;
      case "createView":
      case "createMaterializedView":
        this.#routines.createView(link, call);
        return;
      case "refreshMaterializedView":
        put(`REFRESH MATERIALIZED VIEW ${isOn(second, "concurrently") ? "CONCURRENTLY " : ""}`, table);
        return;
      case "dropFunction": {
        const given = itemsOf(second).map((one) => this.#columns.type(one, at));
        const list = sql.join(at, "(", sql.list(given, at), ")");
        const cascade = isOn(third, "cascade") ? " CASCADE" : "";
        put(`DROP FUNCTION ${isOn(third, "ifExists") ? "IF EXISTS " : ""}`, table, list, cascade);
        return;
      }
      case "createFunction":
        this.#routines.createFunction(link, call);
        return;
      case "createTrigger":
        this.#routines.createTrigger(link, call);
        return;
      case "dropTrigger":
        put(
          `DROP TRIGGER ${isOn(third, "ifExists") ? "IF EXISTS " : ""}`,
          sql.name(second, at),
          " ON ",
          table,
          isOn(third, "cascade") ? " CASCADE" : "",
        );
        return;
      case "renameTrigger":
        put("ALTER TRIGGER ", sql.name(second, at), " ON ", table, " RENAME TO ", sql.name(third, at));
        return;
      default:
        this.#output.dynamic(at, call);
    }
  }

  /** `pgm.sql(text, { name: value })` replaces `{name}`. */
  #text({ values = [], at }: Link, call: Call): void {
    const [text, given] = values;
    if (text?.is === "text" && given !== undefined)
      this.#output.raw(withNames(this.#output.file, text, given), call);
    else send(this.#output, text, at, call);
  }

  #createTable({ values = [], at }: Link, call: Call): void {
    const [table, columns, options] = values;
    if (columns?.is !== "record" || columns.open) {
      this.#output.dynamic(at, call, "CREATE TABLE ");
      return;
    }
    const sql = this.#sql;
    const own = fieldOf(options, "constraints");
    const constraints =
      own === undefined ? [] : (this.#columns.constraints(bareName(table), own, undefined, own.at) ?? []);
    const like = fieldOf(options, "like");
    const parts = [
      ...this.#columns.columns(columns),
      ...constraints,
      ...(like === undefined
        ? []
        : [sql.join(like.at, "LIKE ", this.#columns.table(fieldOf(like, "table") ?? like, at))]),
    ];
    const head = { start: at.start, end: table?.at.end ?? at.end };
    const create = `CREATE ${isOn(options, "temporary") ? "TEMPORARY " : ""}TABLE ${isOn(options, "ifNotExists") ? "IF NOT EXISTS " : ""}`;
    const inherits = fieldOf(options, "inherits");
    this.#output.built(
      sql.join(
        head,
        create,
        this.#columns.table(table, at),
        " (\n  ",
        sql.list(parts, at, ",\n  "),
        sql.at(columns.at, "\n)"),
        inherits === undefined
          ? ""
          : sql.join(inherits.at, " INHERITS (", this.#columns.table(inherits, at), ")"),
      ),
      call,
    );
    this.#comments(table, columns, call);
    const comment = fieldOf(options, "comment");
    if (comment !== undefined && !isNothing(comment))
      this.#output.built(
        sql.join(
          comment.at,
          "COMMENT ON TABLE ",
          this.#columns.table(table, at),
          " IS ",
          sql.literal(comment),
        ),
        call,
      );
  }

  #comments(table: Value | undefined, columns: Value, call: Call): void {
    if (columns.is !== "record") return;
    for (const [name, value] of columns.fields) {
      const comment = fieldOf(value, "comment");
      if (comment === undefined) continue;
      const { at } = comment;
      const column = this.#sql.name(this.#sql.made(at, name), at);
      this.#output.built(
        this.#sql.join(
          at,
          "COMMENT ON COLUMN ",
          this.#columns.table(table, at),
          ".",
          column,
          " IS ",
          this.#sql.literal(comment),
        ),
        call,
      );
    }
  }

  #addColumns({ values = [], at }: Link, alter: Sql, call: Call): void {
    const [table, columns, options] = values;
    if (columns?.is !== "record" || columns.open) {
      this.#output.dynamic(at, call, "ALTER TABLE ");
      return;
    }
    const word = isOn(options, "ifNotExists") ? "ADD COLUMN IF NOT EXISTS " : "ADD COLUMN ";
    const added = this.#columns
      .columns(columns)
      .map((column) => this.#sql.join(column[0]?.at ?? at, word, column));
    this.#output.built(this.#sql.join(at, alter, this.#sql.list(added, at)), call);
    this.#comments(table, columns, call);
  }

  #dropColumns({ values = [], at }: Link, alter: Sql, call: Call): void {
    const [, columns, options] = values;
    const sql = this.#sql;
    const names =
      columns?.is === "record"
        ? [...columns.fields].map(([name, value]) => sql.made(value.at, name))
        : itemsOf(columns);
    const word = `DROP COLUMN ${isOn(options, "ifExists") ? "IF EXISTS " : ""}`;
    const cascade = isOn(options, "cascade") ? " CASCADE" : "";
    const dropped = names.map((name) =>
      sql.join(names.length === 1 ? at : name.at, word, sql.name(name, at), cascade),
    );
    this.#output.built(sql.join(at, alter, sql.list(dropped, at)), call);
  }

  #alterColumn({ values = [], at }: Link, alter: Sql, call: Call): void {
    const [, column, options] = values;
    const sql = this.#sql;
    if (options?.is !== "record" || options.open) {
      this.#output.dynamic(at, call, "ALTER TABLE ");
      return;
    }
    const actions: Sql[] = [];
    const add = (field: string, ...parts: readonly (string | Sql)[]): void => {
      const place = options.places.get(field) ?? at;
      actions.push(sql.join(place, "ALTER COLUMN ", sql.name(column, at), " ", ...parts));
    };
    const standard = fieldOf(options, "default");
    if (standard?.is === "plain" && standard.value === null) add("default", "DROP DEFAULT");
    else if (standard !== undefined && !isNothing(standard))
      add("default", "SET DEFAULT ", this.#columns.value(standard));
    const using = fieldOf(options, "using");
    if (fieldOf(options, "type") !== undefined) {
      const type = this.#columns.type(options, at);
      add(
        "type",
        "SET DATA TYPE ",
        type,
        using === undefined ? "" : sql.join(using.at, " USING ", this.#columns.text(using, at)),
      );
    }
    const notNull = fieldOf(options, "notNull");
    if (isOn(options, "notNull")) add("notNull", "SET NOT NULL");
    else if (isFalse(notNull) || isOn(options, "allowNull"))
      add(notNull === undefined ? "allowNull" : "notNull", "DROP NOT NULL");
    if (
      fieldOf(options, "sequenceGenerated") !== undefined ||
      fieldOf(options, "expressionGenerated") !== undefined
    )
      this.#output.dynamic(at, call, "ALTER TABLE ");
    if (actions.length > 0) this.#output.built(sql.join(at, alter, sql.list(actions, at)), call);
  }

  #indexName(table: Value | undefined, columns: readonly Value[], options: Value | undefined, at: Span): Sql {
    const own = fieldOf(options, "name");
    const schema = fieldOf(table, "schema");
    const prefix = schema === undefined ? "" : this.#sql.join(at, this.#sql.name(schema, at), ".");
    if (own !== undefined && !isNothing(own)) return this.#sql.join(at, prefix, this.#sql.name(own, at));
    const names = columns.map((column) => textOf(fieldOf(column, "name") ?? column) ?? "column").join("_");
    const made = `${bareName(table)}_${names}${isOn(options, "unique") ? "_unique" : ""}_index`;
    return this.#sql.join(at, prefix, this.#sql.name(this.#sql.made(at, made), at));
  }

  #createIndex({ values = [], at }: Link, call: Call): void {
    const [table, second, options] = values;
    const sql = this.#sql;
    const columns = itemsOf(second);
    const column = (value: Value): Sql => {
      const name = fieldOf(value, "name") ?? value;
      const text = textOf(name);
      const written =
        text !== undefined && /[ ().]/.test(text) && name.is === "text" ? name.segments : sql.name(name, at);
      const more = [fieldOf(value, "opclass"), fieldOf(value, "sort")].map((one) =>
        textOf(fieldOf(one, "name") ?? one),
      );
      return sql.join(value.at, written, ...more.map((one) => (one === undefined ? "" : ` ${one}`)));
    };
    const method = textOf(fieldOf(options, "method"));
    const where = fieldOf(options, "where");
    const include = itemsOf(fieldOf(options, "include"));
    this.#output.built(
      sql.join(
        at,
        `CREATE ${isOn(options, "unique") ? "UNIQUE " : ""}INDEX `,
        isOn(options, "concurrently") ? "CONCURRENTLY " : "",
        isOn(options, "ifNotExists") ? "IF NOT EXISTS " : "",
        sql.name(
          sql.made(at, plainName(this.#indexName(fieldOf(table, "name") ?? table, columns, options, at))),
          at,
        ),
        " ON ",
        this.#columns.table(table, at),
        method === undefined ? " (" : ` USING ${method} (`,
        sql.list(columns.map(column), at),
        ")",
        include.length === 0 ? "" : sql.join(at, " INCLUDE (", sql.names(include, at), ")"),
        where === undefined ? "" : sql.join(where.at, " WHERE ", this.#columns.text(where, at)),
      ),
      call,
    );
  }
}

const bareName = (table: Value | undefined): string => textOf(fieldOf(table, "name") ?? table) ?? "table";

/** Without the quotes that were put around it. */
const plainName = (sql: Sql): string =>
  plainText(sql)
    .replace(/^"(.*)"$/, "$1")
    .replaceAll('""', '"');
