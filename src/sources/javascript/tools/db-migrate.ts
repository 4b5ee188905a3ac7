/** db-migrate: `db.runSql`, and those of its builders whose SQL follows from the call alone. */
import { SqlWriter, type Sql } from "../sql.ts";
import { headOf, type Call, type CodeTool, type Output, type ToolReader } from "../tool.ts";
import {
  booleanOf,
  fieldOf,
  isOn,
  itemsOf,
  numberOf,
  textOf,
  type ChainValue,
  type Link,
  type RecordValue,
  type Value,
} from "../value.ts";
import type { Span } from "../../../text/span.ts";
import { mysqlColumn } from "./db-migrate-mysql.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const dbMigrate: CodeTool = {
  name: "db-migrate",
  // With a callback, it calls that.
  promises: ({ links }) => !links.some(({ values = [] }) => values.some(({ is }) => is === "function")),
  reader: (output) => new DbMigrateReader(output),
};

/** Names of its own for types; all others are written as they are, in upper case. */
const types: Readonly<Record<string, string>> = dictionary({
  string: "VARCHAR",
  int: "INTEGER",
  datetime: "TIMESTAMP",
  blob: "BYTEA",
  timetz: "TIME WITH TIME ZONE",
  timestamptz: "TIMESTAMP WITH TIME ZONE",
});

const columnOptions = /^(?:type|length|primaryKey|autoIncrement|notNull|unique|defaultValue)$/;

class DbMigrateReader implements ToolReader {
  readonly #output: Output;
  readonly #sql: SqlWriter;

  get #isMysql(): boolean {
    return this.#output.file.isMysql;
  }

  constructor(output: Output) {
    this.#output = output;
    this.#sql = new SqlWriter(output.file);
  }

  chain({ root, links }: ChainValue, call: Call): number {
    const at = links.findIndex(({ values }) => values !== undefined);
    const link = links[at];
    if (link?.values === undefined || root.is !== "handle" || link.name === "") return 0;
    const bound = links[at - 1];
    // `db.runSql.bind(db, "…")`: `async` calls it in its turn.
    const isBound = link.name === "bind" && bound !== undefined;
    const own: Link = isBound
      ? { ...link, name: bound.name, values: link.values.slice(1), trees: link.trees.slice(1) }
      : link;
    this.#call(own, call);
    for (const value of own.values ?? []) {
      if (value.is !== "function") continue;
      const onChain = (given: ChainValue, flow: Call["flow"], statement: Span): number =>
        this.chain(given, { flow, statement });
      this.#output.run(value, [], onChain, call.flow);
    }
    return at + 1;
  }

  #call(link: Link, call: Call): void {
    const { name, values = [] } = link;
    const at = headOf(link);
    const [table, second, third] = values;
    const sql = this.#sql;
    const put = (...parts: readonly (string | Sql)[]): void => {
      this.#output.built(sql.join(at, ...parts), call);
    };
    const alter = sql.join(at, "ALTER TABLE ", sql.name(table, at), " ");
    switch (name) {
      case "runSql":
      case "all":
        this.#raw(link, call);
        return;
      case "dropTable":
        put(`DROP TABLE ${isOn(second, "ifExists") ? "IF EXISTS " : ""}`, sql.name(table, at));
        return;
      case "renameTable":
        if (this.#isMysql) put("RENAME TABLE ", sql.name(table, at), " TO ", sql.name(second, at));
        else put(alter, "RENAME TO ", sql.name(second, at));
        return;
      case "renameColumn":
        put(alter, "RENAME COLUMN ", sql.name(second, at), " TO ", sql.name(third, at));
        return;
      case "removeColumn":
        if (third?.is === "record") break;
        put(alter, "DROP COLUMN ", sql.name(second, at));
        return;
      case "addColumn": {
        const column = second && this.#column(second, third, true, at);
        if (column === undefined) break;
        put(alter, "ADD COLUMN ", column);
        return;
      }
      case "addIndex":
        if (!this.#isMysql || itemsOf(third).some(({ is }) => is !== "text")) break;
        put(
          alter,
          `ADD ${booleanOf(values[3]) === true ? "UNIQUE " : ""}INDEX `,
          sql.name(second, at),
          " (",
          sql.names(itemsOf(third), at),
          ")",
        );
        return;
      case "removeIndex":
        if (!this.#isMysql || second?.is !== "text") break;
        put("DROP INDEX ", sql.name(second, at), " ON ", sql.name(table, at));
        return;
      case "createTable": {
        const columns = second && this.#columns(second, at);
        if (columns === undefined) break;
        const guard = isOn(second, "ifNotExists") ? "IF NOT EXISTS " : "";
        put(`CREATE TABLE ${guard}`, sql.name(table, at), " (", sql.list(columns, at), ")");
        return;
      }
      default:
    }
    this.#output.dynamic(link.at, call);
  }

  /** With values to fill in, each `?` is one of them. */
  #raw({ values = [], at }: Link, call: Call): void {
    const [text, given] = values;
    if (text?.is !== "text") this.#output.dynamic(at, call);
    else if (
      given !== undefined &&
      given.is !== "function" &&
      text.segments.some((one) => one.text.includes("?"))
    )
      this.#output.dynamic(at, call, text.segments[0]?.text.split("?")[0]);
    else this.#output.raw(text, call);
  }

  /** Undefined where the SQL isn't known. */
  #columns(value: Value, at: Span): readonly Sql[] | undefined {
    const specs = fieldOf(value, "columns") ?? value;
    if (specs.is !== "record" || specs.open) return undefined;
    const keys = [...specs.fields].filter(([, spec]) => isOn(spec, "primaryKey"));
    const columns: Sql[] = [];
    for (const [name, spec] of specs.fields) {
      const column = this.#column(this.#named(specs, name, at), spec, keys.length === 1, at);
      if (column === undefined) return undefined;
      columns.push(column);
    }
    if (keys.length < 2) return columns;
    const names = this.#sql.names(
      keys.map(([name]) => this.#named(specs, name, at)),
      at,
    );
    return [...columns, this.#sql.join(at, "PRIMARY KEY (", names, ")")];
  }

  #named(specs: RecordValue, name: string, at: Span): Value {
    const place = specs.places.get(name);
    return this.#sql.made(place === undefined ? at : this.#sql.keyOf(place), name);
  }

  #column(name: Value, spec: Value | undefined, emitsKey: boolean, at: Span): Sql | undefined {
    if (this.#isMysql) return mysqlColumn(this.#sql, name, spec, emitsKey, at);
    const type = textOf(fieldOf(spec, "type") ?? spec);
    if (type === undefined || !/^\w+$/.test(type)) return undefined;
    if (
      spec?.is === "record" &&
      (spec.open || [...spec.fields.keys()].some((key) => !columnOptions.test(key)))
    )
      return undefined;
    const isKey = isOn(spec, "primaryKey");
    const length = fieldOf(spec, "length");
    const fallback = fieldOf(spec, "defaultValue");
    const size = length === undefined ? "" : `(${numberOf(length) ?? textOf(length) ?? "${length}"})`;
    const serial =
      isKey && isOn(spec, "autoIncrement") ? (type === "bigint" ? "BIGSERIAL" : "SERIAL") : undefined;
    const known = Object.hasOwn(types, type) ? types[type] : undefined;
    const words = [
      serial ?? `${known ?? type.toUpperCase()}${size}`,
      ...(isKey && emitsKey ? ["PRIMARY KEY"] : []),
      ...(isOn(spec, "notNull") ? ["NOT NULL"] : []),
      ...(isOn(spec, "unique") ? ["UNIQUE"] : []),
    ];
    const sql = this.#sql;
    const place = name.at.end > name.at.start ? name.at : at;
    const start = sql.join(place, sql.name(name, place), ` ${words.join(" ")}`);
    return fallback === undefined ? start : sql.join(place, start, " DEFAULT ", sql.literal(fallback));
  }
}
