/** What Knex sends for the callback of `createTable` and `alterTable`: columns first, then its other statements in turn. */
import type { Span } from "../../text/span.ts";
import { plainText, SqlWriter, type Sql } from "../sql.ts";
import type { Call, Output } from "../tool.ts";
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
import type { Flow } from "../walk.ts";
import { modifierSql, valueSql } from "./knex-columns.ts";
import { knexTypes, standardName } from "./knex-types.ts";

const ignored =
  /^(?:engine|charset|collate|inherits|queryContext|unsigned|after|first|comment|deferrable|zerofill|console)$/;

/** A statement of its own, and whether it runs. */
interface Queued {
  readonly sql: Sql;
  readonly flow: Flow;
}

export class KnexTable {
  readonly #output: Output;
  readonly #sql: SqlWriter;
  readonly #table: Sql;
  /** Without a schema, for the names that Knex makes. */
  readonly #bare: string;
  readonly #schema: Sql;
  readonly #at: Span;
  readonly #call: Call;
  readonly #columns: { readonly at: Span; readonly sql: Sql; readonly flow: Flow }[] = [];
  /** Types that have to be there first. */
  readonly #before: Sql[] = [];
  readonly #constraints: Sql[] = [];
  readonly #changes: Queued[] = [];
  readonly #after: Queued[] = [];
  readonly #isNew: boolean;
  /** Of the call of the callback that is read. */
  #flow: Flow;

  constructor(output: Output, call: Call, link: Link, schema: Value | undefined, isNew: boolean) {
    this.#output = output;
    this.#sql = new SqlWriter(output.file);
    const name = link.values?.[0];
    this.#table = this.#sql.table(name, link.at, schema);
    this.#bare = (textOf(name) ?? "t").replace(/[.-]/g, "_");
    const dotted = textOf(name)?.split(".") ?? [];
    const own = schema ?? (dotted.length > 1 && name !== undefined ? name : undefined);
    this.#schema =
      own === undefined
        ? []
        : this.#sql.at(
            own.at,
            `${plainText(schema ? this.#sql.name(own, own.at) : this.#sql.at(own.at, dotted[0] ?? ""))}.`,
          );
    this.#at = { start: link.at.start, end: name?.at.end ?? link.at.end };
    this.#call = call;
    this.#flow = call.flow;
    this.#isNew = isNew;
  }

  /** A chain of the callback; 0 if it is none of the builder's. */
  chain(chain: ChainValue, { flow }: Call): number {
    const [first, ...rest] = chain.links;
    if (first?.values === undefined) return 0;
    this.#flow = flow;
    if (Object.hasOwn(knexTypes, first.name) || /^enum?$/.test(first.name)) this.#column(first, rest);
    else if (!this.#method(first, rest)) return 0;
    return chain.links.length;
  }

  /** `create`: what stands before the name of a new table. */
  finish(create: string): void {
    const call = this.#call;
    const at = this.#at;
    for (const statement of this.#before) this.#output.built(statement, call);
    const hasKey = this.#constraints.some((sql) => plainText(sql).includes("PRIMARY KEY"));
    // A column that may not be made can't stand among those that are.
    const isSure = ({ flow }: { readonly flow: Flow }): boolean => flow.conditional === call.flow.conditional;
    const sure = this.#columns.filter(isSure);
    const columns = sure.map(({ sql }) => (hasKey ? sql.map(withoutKey) : sql));
    const parts = [...columns, ...this.#constraints];
    if (this.#isNew) {
      const body = this.#sql.list(parts, at, ",\n  ");
      const end = { start: this.#call.statement.end, end: this.#call.statement.end };
      this.#output.built(
        [
          ...this.#sql.at(at, `${create} `),
          ...this.#table,
          ...this.#sql.at(at, " (\n  "),
          ...body,
          ...this.#sql.at(parts.length > 0 ? (body.at(-1)?.at ?? end) : at, "\n)"),
        ],
        call,
      );
    } else if (sure.length > 0) {
      const added = sure.map((column) => [...this.#sql.at(column.at, "ADD COLUMN "), ...column.sql]);
      this.#output.built([...this.#alter(at), ...this.#sql.list(added, at)], call);
    }
    for (const { at: place, sql, flow } of this.#columns.filter((column) => !isSure(column)))
      this.#output.built(this.#sql.join(place, this.#alter(place), "ADD COLUMN ", sql), { ...call, flow });
    for (const { sql, flow } of [...this.#changes, ...this.#after])
      this.#output.built(sql, { ...call, flow });
  }

  #alter(at: Span): Sql {
    return [
      ...this.#sql.at(at, "ALTER TABLE "),
      ...this.#table.map((part) => ({ ...part })),
      ...this.#sql.at(at, " "),
    ];
  }

  #queue(at: Span, text: string, ...parts: readonly Sql[]): void {
    this.#after.push({
      flow: this.#flow,
      sql: [...this.#alter(at), ...this.#sql.at(at, text), ...parts.flat()],
    });
  }

  #column(type: Link, modifiers: readonly Link[]): void {
    const given = type.values ?? [];
    const standard = standardName(type.name);
    const named =
      given[0]?.is === "text" || (standard === undefined && given[0] !== undefined) ? given[0] : undefined;
    const at = { start: type.at.start, end: modifiers.at(-1)?.at.end ?? type.at.end };
    const name =
      named === undefined ? this.#sql.at(type.at, standard ?? "${name}") : this.#sql.name(named, type.at);
    const spelling = knexTypes[type.name === "enum" ? "enu" : type.name] ?? "${type}";
    const typeText =
      typeof spelling === "string"
        ? spelling
        : spelling(
            named === undefined ? [type.values?.[0] ?? { is: "unknown", at }, ...given] : given,
            plainText(name),
          );
    this.#nativeEnum(type);
    const alter = modifiers.find((link) => link.name === "alter");
    if (alter !== undefined && !this.#isNew) this.#change(name, typeText, at, modifiers, alter);
    else {
      const column: Sql[] = [name, this.#sql.at(type.at, ` ${typeText}`)];
      for (const link of modifiers) column.push(modifierSql(this.#sql, link, name));
      this.#columns.push({ at: type.at, flow: this.#flow, sql: column.flat() });
    }
    this.#constraintsOf(named, name, at, modifiers);
  }

  /** An enumeration of its own type, which Knex makes first. */
  #nativeEnum({ values = [], at }: Link): void {
    const [, labels, options] = values;
    if (!isOn(options, "useNative") || isOn(options, "existingType")) return;
    const list = itemsOf(labels).map((label) => this.#sql.literal(label));
    const name = this.#sql.name(fieldOf(options, "enumName"), at);
    this.#before.push(this.#sql.join(at, "CREATE TYPE ", name, " AS ENUM (", this.#sql.list(list, at), ")"));
  }

  #change(name: Sql, type: string, at: Span, modifiers: readonly Link[], alter: Link): void {
    const options = alter.values?.[0];
    const column = plainText(name);
    const add = (text: string, place: Span, more: Sql = []): void => {
      this.#changes.push({
        flow: this.#flow,
        sql: [
          ...this.#alter(place),
          ...this.#sql.at(place, "ALTER COLUMN "),
          ...name,
          ...this.#sql.at(place, ` ${text}`),
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
      add(`TYPE ${type} USING (${column}::${type})`, at);
    const standard = of("defaultTo", "default");
    if (standard?.values?.[0] !== undefined)
      add("SET DEFAULT ", standard.at, valueSql(this.#sql, standard.values[0]));
    const notNull = of("notNullable", "notNull");
    if (nullable && notNull !== undefined) add("SET NOT NULL", notNull.at);
  }

  /** What Knex makes of a column's modifiers in statements of their own. */
  #constraintsOf(value: Value | undefined, name: Sql, at: Span, modifiers: readonly Link[]): void {
    const columns = value === undefined ? [] : [value];
    for (const [i, link] of modifiers.entries()) {
      if (link.name === "primary") this.#primary(columns, link.values?.[0], link.at);
      else if (link.name === "unique") this.#unique(columns, link.values?.[0], link.at);
      else if (link.name === "index") this.#index(columns, link.values?.[0], link.values?.[1], link.at);
      else if (link.name === "references") this.#foreign(columns, undefined, modifiers.slice(i), at);
      else if (link.name === "comment")
        this.#comment("COLUMN ", [...this.#table, ...this.#sql.at(link.at, "."), ...name], link);
    }
  }

  #comment(what: string, name: Sql, { at, values }: Link): void {
    const value = values?.[0];
    if (value === undefined) return;
    this.#after.push({
      flow: this.#flow,
      sql: [
        ...this.#sql.at(at, `COMMENT ON ${what}`),
        ...name,
        ...this.#sql.at(at, " IS "),
        ...this.#sql.literal(value),
      ],
    });
  }

  /** `users_email_unique`; a placeholder if a column's name isn't known. */
  #nameOf(given: Value | undefined, columns: readonly Value[], suffix: string, at: Span): Sql {
    const name =
      given?.is === "record" ? (fieldOf(given, "indexName") ?? fieldOf(given, "constraintName")) : given;
    if (name !== undefined && !isNothing(name)) return this.#sql.name(name, at);
    const texts = columns.map(textOf);
    if (texts.includes(undefined)) return this.#sql.at(at, "${name}");
    const made = [this.#bare, ...texts, suffix].join("_").toLowerCase();
    return this.#sql.name({ is: "text", segments: this.#sql.at(at, made), holes: false, at }, at);
  }

  #primary(columns: readonly Value[], given: Value | undefined, at: Span): void {
    const text: Value = { is: "text", segments: this.#sql.at(at, `${this.#bare}_pkey`), holes: false, at };
    const own = given?.is === "record" ? fieldOf(given, "constraintName") : given;
    const name = this.#sql.name(own !== undefined && !isNothing(own) ? own : text, at);
    const sql: Sql = [
      ...this.#sql.at(at, "CONSTRAINT "),
      ...name,
      ...this.#sql.at(at, " PRIMARY KEY ("),
      ...this.#sql.names(columns, at),
      ...this.#sql.at(at, ")"),
    ];
    if (this.#isNew && this.#flow.conditional === this.#call.flow.conditional) this.#constraints.push(sql);
    else this.#queue(at, "ADD ", sql);
  }

  #unique(columns: readonly Value[], given: Value | undefined, at: Span): void {
    const name = this.#nameOf(given, columns, "unique", at);
    if (booleanOf(fieldOf(given, "useConstraint")) === false) {
      this.#createIndex("CREATE UNIQUE INDEX ", name, columns, undefined, given, at);
      return;
    }
    this.#queue(
      at,
      "ADD CONSTRAINT ",
      name,
      this.#sql.at(at, " UNIQUE ("),
      this.#sql.names(columns, at),
      this.#sql.at(at, `)${this.#deferrable(given)}`),
    );
  }

  #deferrable(options: Value | undefined): string {
    const word = textOf(fieldOf(options, "deferrable"));
    return word === undefined || word === "not deferrable"
      ? ""
      : ` DEFERRABLE INITIALLY ${word.toUpperCase()}`;
  }

  #index(columns: readonly Value[], name: Value | undefined, type: Value | undefined, at: Span): void {
    const unique = textOf(fieldOf(type, "indexType"))?.toLowerCase() === "unique" ? "UNIQUE " : "";
    this.#createIndex(
      `CREATE ${unique}INDEX `,
      this.#nameOf(name, columns, "index", at),
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
    this.#after.push({
      flow: this.#flow,
      sql: [
        ...this.#sql.at(at, create),
        ...name,
        ...this.#sql.at(at, " ON "),
        ...this.#table,
        ...this.#sql.at(at, `${method === undefined ? "" : ` USING ${method}`} (`),
        ...this.#columnsOrRaw(columns, at),
        ...this.#sql.at(at, ")"),
        ...(predicate === undefined
          ? []
          : [...this.#sql.at(at, " WHERE "), ...valueSql(this.#sql, predicate)]),
      ],
    });
  }

  #columnsOrRaw(columns: readonly Value[], at: Span): Sql {
    return this.#sql.list(
      columns.map((column) =>
        column.is === "chain" ? valueSql(this.#sql, column) : this.#sql.name(column, at),
      ),
      at,
    );
  }

  #foreign(columns: readonly Value[], given: Value | undefined, links: readonly Link[], at: Span): void {
    const of = (...names: readonly string[]): Link | undefined =>
      links.find((link) => names.includes(link.name));
    const target = of("references")?.values?.[0];
    let table = of("inTable", "on")?.values?.[0];
    let referenced = itemsOf(target);
    const dotted = textOf(target);
    if (table === undefined && dotted?.includes(".") === true && target !== undefined) {
      const cut = dotted.lastIndexOf(".");
      const part = (text: string): Value => ({
        is: "text",
        segments: this.#sql.at(target.at, text),
        holes: false,
        at: target.at,
      });
      table = part(dotted.slice(0, cut));
      referenced = [part(dotted.slice(cut + 1))];
    }
    if (table === undefined) return;
    const key = of("withKeyName")?.values?.[0] ?? given;
    const action = (word: string, link: Link | undefined): string => {
      const text = textOf(link?.values?.[0]);
      return text === undefined ? "" : ` ON ${word} ${text.toUpperCase()}`;
    };
    const deferrable = textOf(of("deferrable")?.values?.[0]);
    this.#queue(
      at,
      "ADD CONSTRAINT ",
      this.#nameOf(key, columns, "foreign", at),
      this.#sql.at(at, " FOREIGN KEY ("),
      this.#sql.names(columns, at),
      this.#sql.at(at, ") REFERENCES "),
      this.#sql.table(table, at),
      this.#sql.at(at, " ("),
      this.#sql.names(referenced, at),
      this.#sql.at(
        at,
        `)${action("UPDATE", of("onUpdate"))}${action("DELETE", of("onDelete"))}${deferrable === undefined || deferrable === "not deferrable" ? "" : ` DEFERRABLE INITIALLY ${deferrable.toUpperCase()}`}`,
      ),
    );
  }

  /** Methods of the table itself; false if it is none that we know. */
  #method(link: Link, rest: readonly Link[]): boolean {
    const { name, values = [], at } = link;
    const [first, second, third] = values;
    const columns = itemsOf(first);
    const whole = { start: at.start, end: rest.at(-1)?.at.end ?? at.end };
    const drop = (suffix: string): void => {
      this.#queue(at, "DROP CONSTRAINT ", this.#nameOf(second, columns, suffix, at));
    };
    switch (name) {
      case "timestamps":
      case "dropTimestamps":
        this.#timestamps(link);
        return true;
      case "dropColumn":
      case "dropColumns": {
        const all = values.flatMap(itemsOf);
        const dropped = all.map((one) => [
          ...this.#sql.at(all.length === 1 ? at : one.at, "DROP COLUMN "),
          ...this.#sql.name(one, at),
        ]);
        this.#queue(at, "", this.#sql.list(dropped, at));
        return true;
      }
      case "renameColumn":
        this.#queue(
          at,
          "RENAME COLUMN ",
          this.#sql.name(first, at),
          this.#sql.at(at, " TO "),
          this.#sql.name(second, at),
        );
        return true;
      case "setNullable":
      case "dropNullable":
        for (const one of columns)
          this.#queue(
            at,
            "ALTER COLUMN ",
            this.#sql.name(one, at),
            this.#sql.at(at, name === "setNullable" ? " DROP NOT NULL" : " SET NOT NULL"),
          );
        return true;
      case "primary":
        this.#primary(columns, second, at);
        return true;
      case "unique":
        this.#unique(columns, second?.is === "record" || third === undefined ? second : second, at);
        return true;
      case "index":
        this.#index(columns, second, third, at);
        return true;
      case "foreign":
        this.#foreign(columns, second, rest, whole);
        return true;
      case "dropForeign":
        drop("foreign");
        return true;
      case "dropUnique":
        drop("unique");
        return true;
      case "dropPrimary": {
        const made: Value = {
          is: "text",
          segments: this.#sql.at(at, `${this.#bare}_pkey`),
          holes: false,
          at,
        };
        this.#queue(at, "DROP CONSTRAINT ", this.#sql.name(isNothing(first) ? made : first, at));
        return true;
      }
      case "dropIndex":
        this.#after.push({
          flow: this.#flow,
          sql: [
            ...this.#sql.at(at, "DROP INDEX "),
            ...this.#schema,
            ...this.#nameOf(second, columns, "index", at),
          ],
        });
        return true;
      case "dropChecks":
        for (const one of values.flatMap(itemsOf))
          this.#queue(at, "DROP CONSTRAINT ", this.#sql.name(one, at));
        return true;
      case "check":
        this.#check(link);
        return true;
      case "comment":
        this.#comment("TABLE ", this.#table, link);
        return true;
      default:
        return ignored.test(name);
    }
  }

  #check({ values = [], at }: Link): void {
    const [predicate, bindings, name] = values;
    const isKnown =
      predicate?.is === "text" &&
      (isNothing(bindings) ||
        itemsOf(bindings).length === 0 ||
        (bindings?.is === "record" && bindings.fields.size === 0));
    const sql: Sql = [
      ...this.#sql.at(at, "CHECK ("),
      ...(isKnown ? predicate.segments : this.#sql.at(at, "${predicate}")),
      ...this.#sql.at(at, ")"),
    ];
    const named =
      name === undefined || isNothing(name)
        ? sql
        : [...this.#sql.at(at, "CONSTRAINT "), ...this.#sql.name(name, at), ...this.#sql.at(at, " "), ...sql];
    if (this.#isNew && this.#flow.conditional === this.#call.flow.conditional) this.#constraints.push(named);
    else this.#queue(at, "ADD ", named);
  }

  /** `timestamps(useTimestamps, defaultToNow, useCamelCase)`, or with these as fields; `dropTimestamps(useCamelCase)`. */
  #timestamps({ name, values = [], at }: Link): void {
    const isDrop = name === "dropTimestamps";
    const option = (field: string, index: number): boolean =>
      booleanOf(values[0]?.is === "record" ? fieldOf(values[0], field) : values[index]) === true;
    const names = option("useCamelCase", isDrop ? 0 : 2)
      ? ['"createdAt"', '"updatedAt"']
      : ["created_at", "updated_at"];
    if (isDrop) {
      this.#queue(at, names.map((one) => `DROP COLUMN ${one}`).join(", "));
      return;
    }
    const rest = option("defaultToNow", 1) ? " NOT NULL DEFAULT CURRENT_TIMESTAMP" : "";
    for (const one of names)
      this.#columns.push({ at, flow: this.#flow, sql: this.#sql.at(at, `${one} timestamptz${rest}`) });
  }
}

/** `increments()` is no primary key where another one is written. */
const withoutKey = (segment: Sql[number]): Sql[number] =>
  segment.exact ? segment : { ...segment, text: segment.text.replace(/^( \w*serial) primary key$/, "$1") };
