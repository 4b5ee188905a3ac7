/** Knex's table builder as it spells it for PostgreSQL. */
import type { Span } from "../../../text/span.ts";
import { plainText, type Sql } from "../sql.ts";
import { booleanOf, fieldOf, isNothing, isOn, textOf, type Link, type Value } from "../value.ts";
import { createEnumeration } from "./enumerations.ts";
import { modifierSql, standardSql, valueSql } from "./knex-columns.ts";
import { KnexTable, type ChangedColumn, type Queued } from "./knex-table.ts";
import { knexTypes } from "./knex-types.ts";

export class KnexPostgresTable extends KnexTable {
  protected override readonly types = knexTypes;
  protected override readonly ownKey = /^( \w*serial) primary key$/;
  readonly #changes: Queued[] = [];

  protected override definition(type: Link, name: Sql, text: string, modifiers: readonly Link[]): Sql {
    this.#nativeEnum(type);
    const parts = modifiers.map((link) => modifierSql(this.sql, link, name, text));
    return [...name, ...this.sql.at(type.at, ` ${text}`), ...parts.flat()];
  }

  /** An enumeration of its own type, which Knex makes first. */
  #nativeEnum({ values = [], at }: Link): void {
    const [, labels, options] = values;
    if (!isOn(options, "useNative") || isOn(options, "existingType")) return;
    const name = this.sql.name(fieldOf(options, "enumName"), at);
    this.before.push(createEnumeration(this.sql, name, labels, at));
  }

  protected override changed({ name, text, at, modifiers, alter }: ChangedColumn): void {
    const options = alter.values?.[0];
    const column = plainText(name);
    const add = (words: string, place: Span, more: Sql = []): void => {
      this.#changes.push({
        flow: this.flow,
        sql: [
          ...this.alter(place),
          ...this.sql.at(place, "ALTER COLUMN "),
          ...name,
          ...this.sql.at(place, ` ${words}`),
          ...more,
        ],
      });
    };
    const of = (...names: readonly string[]): Link | undefined =>
      modifiers.find((link) => names.includes(link.name));
    const nullable = booleanOf(fieldOf(options, "alterNullable")) !== false;
    add("DROP DEFAULT", at);
    if (nullable) add("DROP NOT NULL", at);
    if (booleanOf(fieldOf(options, "alterType")) !== false)
      add(`TYPE ${text} USING (${column}::${text})`, at);
    const standard = of("defaultTo", "defaultsTo", "default");
    if (standard?.values?.[0] !== undefined)
      add("SET DEFAULT ", standard.at, standardSql(this.sql, standard.values[0], text));
    const notNull = of("notNullable", "notNull");
    if (nullable && notNull !== undefined) add("SET NOT NULL", notNull.at);
  }

  #comment(what: string, name: Sql, { at, values }: Link): void {
    const value = values?.[0];
    if (value === undefined) return;
    this.after.push({
      flow: this.flow,
      sql: [
        ...this.sql.at(at, `COMMENT ON ${what}`),
        ...name,
        ...this.sql.at(at, " IS "),
        ...this.sql.literal(value),
      ],
    });
  }

  protected override changes(): readonly Queued[] {
    return this.#changes;
  }

  protected override columnComment(name: Sql, link: Link): void {
    this.#comment("COLUMN ", [...this.table, ...this.sql.at(link.at, "."), ...name], link);
  }

  protected override tableComment(link: Link): void {
    this.#comment("TABLE ", this.table, link);
  }

  protected override primary(columns: readonly Value[], given: Value | undefined, at: Span): void {
    const own = given?.is === "record" ? fieldOf(given, "constraintName") : given;
    const name = own === undefined || isNothing(own) ? this.made("pkey", at) : this.sql.name(own, at);
    const sql: Sql = [
      ...this.sql.at(at, "CONSTRAINT "),
      ...name,
      ...this.sql.at(at, " PRIMARY KEY ("),
      ...this.sql.names(columns, at),
      ...this.sql.at(at, ")"),
    ];
    this.constrain(sql, at);
  }

  protected override unique(columns: readonly Value[], given: Value | undefined, at: Span): void {
    const name = this.nameOf(given, columns, "unique", at);
    if (booleanOf(fieldOf(given, "useConstraint")) === false) {
      this.#createIndex("CREATE UNIQUE INDEX ", name, columns, undefined, given, at);
      return;
    }
    this.queue(
      at,
      "ADD CONSTRAINT ",
      name,
      this.sql.at(at, " UNIQUE ("),
      this.sql.names(columns, at),
      this.sql.at(at, `)${this.#deferrable(given)}`),
    );
  }

  #deferrable(options: Value | undefined): string {
    const word = textOf(fieldOf(options, "deferrable"));
    return word === undefined || word === "not deferrable"
      ? ""
      : ` DEFERRABLE INITIALLY ${word.toUpperCase()}`;
  }

  protected override index(
    columns: readonly Value[],
    name: Value | undefined,
    type: Value | undefined,
    at: Span,
  ): void {
    const unique = textOf(fieldOf(type, "indexType"))?.toLowerCase() === "unique" ? "UNIQUE " : "";
    this.#createIndex(
      `CREATE ${unique}INDEX `,
      this.nameOf(name, columns, "index", at),
      columns,
      type,
      type,
      at,
    );
  }

  #createIndex(
    create: string,
    name: Sql,
    columns: readonly Value[],
    type: Value | undefined,
    options: Value | undefined,
    at: Span,
  ): void {
    const method = textOf(type) ?? textOf(fieldOf(type, "storageEngineIndexType"));
    const predicate = fieldOf(options, "predicate");
    this.after.push({
      flow: this.flow,
      sql: [
        ...this.sql.at(at, create),
        ...name,
        ...this.sql.at(at, " ON "),
        ...this.table,
        ...this.sql.at(at, `${method === undefined ? "" : ` USING ${method}`} (`),
        ...this.columnsOrRaw(columns, at),
        ...this.sql.at(at, ")"),
        ...(predicate === undefined ? [] : [...this.sql.at(at, " WHERE "), ...valueSql(this.sql, predicate)]),
      ],
    });
  }

  protected override dropKey(kind: "foreign" | "unique", name: Sql, at: Span): void {
    this.queue(at, "DROP CONSTRAINT ", name);
  }

  protected override dropIndex(name: Sql, at: Span): void {
    this.after.push({
      flow: this.flow,
      sql: [...this.sql.at(at, "DROP INDEX "), ...this.schema, ...name],
    });
  }

  protected override dropPrimary(given: Value | undefined, at: Span): void {
    const name = isNothing(given) ? this.made("pkey", at) : this.sql.name(given, at);
    this.queue(at, "DROP CONSTRAINT ", name);
  }

  protected override setNullable(column: Value, isNullable: boolean, at: Span): void {
    const text = isNullable ? " DROP NOT NULL" : " SET NOT NULL";
    this.queue(at, "ALTER COLUMN ", this.sql.name(column, at), this.sql.at(at, text));
  }

  protected override timestampType(): string {
    return "timestamptz";
  }
}
