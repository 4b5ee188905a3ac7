/**
 * What Knex sends for the callback of `createTable` and `alterTable`: columns first, then its other statements in turn.
 * How each database is told is in knex-postgres-table.ts and knex-mysql-table.ts.
 */
import type { Span } from "../../../text/span.ts";
import { plainText, SqlWriter, type Sql } from "../sql.ts";
import type { Call, Output } from "../tool.ts";
import {
  booleanOf,
  fieldOf,
  isNothing,
  itemsOf,
  textOf,
  type ChainValue,
  type Link,
  type Value,
} from "../value.ts";
import type { Flow } from "../flow.ts";
import { valueSql } from "./knex-columns.ts";
import { standardName, type Spelling } from "./knex-types.ts";

const givesBuilder = /^(?:drop[A-Z]\w*|renameColumn|index|primary|unique)$/;
const ignored =
  /^(?:engine|charset|collate|inherits|queryContext|unsigned|after|first|comment|deferrable|zerofill|console)$/;

/** A statement of its own, and whether it runs. */
export interface Queued {
  readonly sql: Sql;
  readonly flow: Flow;
  /** It is none that is known before it runs. */
  readonly unknown?: { readonly at: Span; readonly prefix: string };
}

/** The column that `.alter()` changes. */
export interface ChangedColumn {
  readonly type: Link;
  readonly name: Sql;
  /** As the database spells the type. */
  readonly text: string;
  readonly at: Span;
  readonly modifiers: readonly Link[];
  readonly alter: Link;
}

export abstract class KnexTable {
  protected readonly output: Output;
  protected readonly sql: SqlWriter;
  protected readonly table: Sql;
  /** Without a schema, for the names that Knex makes; a placeholder where it isn't known. */
  readonly #bare: string;
  protected readonly schema: Sql;
  protected readonly isNew: boolean;
  /** Types that have to be there first. */
  protected readonly before: Sql[] = [];
  protected readonly after: Queued[] = [];
  /** Of the call of the callback that is read. */
  protected flow: Flow;
  readonly #at: Span;
  readonly #call: Call;
  readonly #columns: { readonly at: Span; readonly sql: Sql; readonly flow: Flow }[] = [];
  readonly #constraints: Sql[] = [];

  /** Column types by the method's name. */
  protected abstract readonly types: Readonly<Record<string, Spelling>>;
  /** A column as CREATE TABLE and ADD COLUMN have it. */
  protected abstract definition(type: Link, name: Sql, text: string, modifiers: readonly Link[]): Sql;
  protected abstract changed(column: ChangedColumn): void;
  /** What `.alter()` sends. */
  protected abstract changes(): readonly Queued[];
  protected abstract columnComment(name: Sql, link: Link): void;
  protected abstract tableComment(link: Link): void;
  protected abstract primary(columns: readonly Value[], given: Value | undefined, at: Span): void;
  protected abstract unique(columns: readonly Value[], given: Value | undefined, at: Span): void;
  protected abstract index(
    columns: readonly Value[],
    name: Value | undefined,
    type: Value | undefined,
    at: Span,
  ): void;
  protected abstract dropKey(kind: "foreign" | "unique", name: Sql, at: Span): void;
  protected abstract dropIndex(name: Sql, at: Span): void;
  protected abstract dropPrimary(given: Value | undefined, at: Span): void;
  protected abstract setNullable(column: Value, isNullable: boolean, at: Span): void;
  /** Of `timestamps`, by its option `useTimestamps`. */
  protected abstract timestampType(isTimestamp: boolean): string;
  /** What a column of `increments()` loses where another primary key is written. */
  protected abstract readonly ownKey: RegExp;

  constructor(output: Output, call: Call, link: Link, schema: Value | undefined, isNew: boolean) {
    this.output = output;
    this.sql = new SqlWriter(output.file);
    const name = link.values?.[0];
    this.table = this.sql.table(name, link.at, schema);
    this.#bare = textOf(name)?.replace(/[.-]/g, "_") ?? plainText(this.sql.name(name, link.at));
    const dotted = textOf(name)?.split(".") ?? [];
    const own = schema ?? (dotted.length > 1 && name !== undefined ? name : undefined);
    this.schema =
      own === undefined
        ? []
        : this.sql.at(
            own.at,
            `${plainText(schema ? this.sql.name(own, own.at) : this.sql.at(own.at, dotted[0] ?? ""))}.`,
          );
    this.#at = { start: link.at.start, end: name?.at.end ?? link.at.end };
    this.#call = call;
    this.flow = call.flow;
    this.isNew = isNew;
  }

  /** A chain of the callback; 0 if it is none of the builder's. */
  chain(chain: ChainValue, { flow }: Call): number {
    const [first, ...rest] = chain.links;
    if (first?.values === undefined) return 0;
    this.flow = flow;
    if (Object.hasOwn(this.types, first.name) || /^enum?$/.test(first.name)) {
      this.#column(first, rest);
      return chain.links.length;
    }
    // These give the builder back: `table.dropForeign("a").foreign("a")`.
    const next = givesBuilder.test(first.name) ? rest.findIndex(({ values }) => values !== undefined) : -1;
    if (!this.#method(first, rest)) return 0;
    if (next >= 0) this.chain({ ...chain, links: rest.slice(next) }, { ...this.#call, flow });
    return chain.links.length;
  }

  /** What isn't known is handed the builder: it may have added columns. */
  handed(at: Span, { flow }: Call): void {
    this.flow = flow;
    this.unknown(at, `ALTER TABLE ${plainText(this.table)} ADD `);
  }

  /** `create`: what stands before the name of a new table. */
  finish(create: string): void {
    const call = this.#call;
    const at = this.#at;
    for (const statement of this.before) this.output.built(statement, call);
    const constraints = [...this.keys(), ...this.#constraints];
    const hasKey = constraints.some((sql) => plainText(sql).includes("PRIMARY KEY"));
    // A column that may not be made can't stand among those that are.
    const isSure = ({ flow }: { readonly flow: Flow }): boolean => flow.conditional === call.flow.conditional;
    const sure = this.#columns.filter(isSure);
    const columns = sure.map(({ sql }) => (hasKey ? sql.map((segment) => this.#withoutKey(segment)) : sql));
    const parts = [...columns, ...constraints];
    if (this.isNew) {
      const body = this.sql.list(parts, at, ",\n  ");
      const end = { start: this.#call.statement.end, end: this.#call.statement.end };
      this.output.built(
        [
          ...this.sql.at(at, `${create} `),
          ...this.table,
          ...this.sql.at(at, " (\n  "),
          ...body,
          ...this.sql.at(parts.length > 0 ? (body.at(-1)?.at ?? end) : at, "\n)"),
          ...this.tableOptions(),
        ],
        call,
      );
    } else if (sure.length > 0) {
      const added = sure.map((column) => [...this.sql.at(column.at, "ADD COLUMN "), ...column.sql]);
      this.output.built([...this.alter(at), ...this.sql.list(added, at)], call);
    }
    for (const { at: place, sql, flow } of this.#columns.filter((column) => !isSure(column)))
      this.output.built(this.sql.join(place, this.alter(place), "ADD COLUMN ", sql), { ...call, flow });
    for (const { sql, flow, unknown } of [...this.changes(), ...this.after])
      if (unknown === undefined) this.output.built(sql, { ...call, flow });
      else this.output.dynamic(unknown.at, { ...call, flow }, unknown.prefix);
  }

  /** The primary key of a new table, where it isn't among the constraints. */
  protected keys(): readonly Sql[] {
    return [];
  }

  /** What stands behind the columns of a new table. */
  protected tableOptions(): Sql {
    return [];
  }

  /** Among the columns of a new table, or a statement of its own. */
  protected constrain(sql: Sql, at: Span): void {
    if (this.isInTable()) this.#constraints.push(sql);
    else this.queue(at, "ADD ", sql);
  }

  /** It is made with the new table. */
  protected isInTable(): boolean {
    return this.isNew && this.flow.conditional === this.#call.flow.conditional;
  }

  protected alter(at: Span): Sql {
    return [
      ...this.sql.at(at, "ALTER TABLE "),
      ...this.table.map((part) => ({ ...part })),
      ...this.sql.at(at, " "),
    ];
  }

  /** Something that isn't known before it runs; `prefix` is how it begins. */
  protected unknown(at: Span, prefix: string): void {
    this.after.push({ flow: this.flow, sql: this.sql.at(at, ""), unknown: { at, prefix } });
  }

  protected queue(at: Span, text: string, ...parts: readonly Sql[]): void {
    this.after.push({
      flow: this.flow,
      sql: [...this.alter(at), ...this.sql.at(at, text), ...parts.flat()],
    });
  }

  #column(type: Link, modifiers: readonly Link[]): void {
    const given = type.values ?? [];
    const standard = standardName(type.name);
    // An object in its place is the options.
    const hasName = standard === undefined || (given[0]?.is !== "record" && !isNothing(given[0]));
    const named = hasName ? given[0] : undefined;
    const at = { start: type.at.start, end: modifiers.at(-1)?.at.end ?? type.at.end };
    const name =
      named === undefined ? this.sql.at(type.at, standard ?? "${name}") : this.sql.name(named, type.at);
    const spelling = this.types[type.name === "enum" ? "enu" : type.name] ?? "${type}";
    const typeText =
      typeof spelling === "string"
        ? spelling
        : spelling(
            named === undefined ? [type.values?.[0] ?? { is: "unknown", at }, ...given] : given,
            plainText(name),
          );
    const alter = modifiers.find((link) => link.name === "alter");
    if (alter !== undefined && !this.isNew)
      this.changed({ type, name, text: typeText, at, modifiers, alter });
    else {
      const sql = this.definition(type, name, typeText, modifiers);
      this.#columns.push({ at: type.at, flow: this.flow, sql });
    }
    // What counts itself is a key already.
    const isCounter = standard !== undefined;
    const own = modifiers.filter((link) => !(isCounter && /^(?:primary|unique|index)$/.test(link.name)));
    this.#constraintsOf(named, name, at, own);
  }

  /** What Knex makes of a column's modifiers in statements of their own. */
  #constraintsOf(value: Value | undefined, name: Sql, at: Span, modifiers: readonly Link[]): void {
    const columns = value === undefined ? [] : [value];
    for (const [i, link] of modifiers.entries()) {
      if (link.name === "primary") this.primary(columns, link.values?.[0], link.at);
      else if (link.name === "unique") this.unique(columns, link.values?.[0], link.at);
      else if (link.name === "index") this.index(columns, link.values?.[0], link.values?.[1], link.at);
      else if (link.name === "references") this.foreign(columns, undefined, modifiers.slice(i), at);
      else if (link.name === "comment") this.columnComment(name, link);
    }
  }

  /** `users_email_unique`; a placeholder if a column's name isn't known. */
  protected nameOf(given: Value | undefined, columns: readonly Value[], suffix: string, at: Span): Sql {
    const name =
      given?.is === "record" ? (fieldOf(given, "indexName") ?? fieldOf(given, "constraintName")) : given;
    if (name !== undefined && !isNothing(name)) return this.sql.name(name, at);
    const texts = columns.map(textOf);
    if (texts.includes(undefined)) return this.sql.at(at, "${name}");
    return this.made([...texts, suffix].join("_"), at, true);
  }

  /** `users_pkey`: the table's name with more behind it. */
  protected made(rest: string, at: Span, inLowerCase = false): Sql {
    const text = `${this.#bare}_${rest}`;
    if (this.#bare.includes("${")) return this.sql.at(at, /^\w+$/.test(rest) ? text : "${name}");
    return this.sql.name(this.sql.made(at, inLowerCase ? text.toLowerCase() : text), at);
  }

  protected columnsOrRaw(columns: readonly Value[], at: Span): Sql {
    return this.sql.list(
      columns.map((column) =>
        column.is === "chain" ? valueSql(this.sql, column) : this.sql.name(column, at),
      ),
      at,
    );
  }

  protected foreign(
    columns: readonly Value[],
    given: Value | undefined,
    links: readonly Link[],
    at: Span,
  ): void {
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
        segments: this.sql.at(target.at, text),
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
    this.queue(
      at,
      "ADD CONSTRAINT ",
      this.nameOf(key, columns, "foreign", at),
      this.sql.at(at, " FOREIGN KEY ("),
      this.sql.names(columns, at),
      this.sql.at(at, ") REFERENCES "),
      this.sql.table(table, at),
      this.sql.at(at, " ("),
      this.sql.names(referenced, at),
      this.sql.at(
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
    switch (name) {
      case "timestamps":
      case "dropTimestamps":
        this.#timestamps(link);
        return true;
      case "dropColumn":
      case "dropColumns": {
        const all = values.flatMap(itemsOf);
        const dropped = all.map((one) => [
          ...this.sql.at(all.length === 1 ? at : one.at, "DROP COLUMN "),
          ...this.sql.name(one, at),
        ]);
        this.queue(at, "", this.sql.list(dropped, at));
        return true;
      }
      case "renameColumn":
        this.queue(
          at,
          "RENAME COLUMN ",
          this.sql.name(first, at),
          this.sql.at(at, " TO "),
          this.sql.name(second, at),
        );
        return true;
      case "setNullable":
      case "dropNullable":
        for (const one of columns) this.setNullable(one, name === "setNullable", at);
        return true;
      case "primary":
        this.primary(columns, second, at);
        return true;
      case "unique":
        this.unique(columns, second, at);
        return true;
      case "index":
        this.index(columns, second, third, at);
        return true;
      case "foreign":
        this.foreign(columns, second, rest, whole);
        return true;
      case "dropForeign":
      case "dropUnique": {
        const kind = name === "dropForeign" ? "foreign" : "unique";
        this.dropKey(kind, this.nameOf(second, columns, kind, at), at);
        return true;
      }
      case "dropPrimary":
        this.dropPrimary(first, at);
        return true;
      case "dropIndex":
        this.dropIndex(this.nameOf(second, columns, "index", at), at);
        return true;
      case "dropChecks":
        for (const one of values.flatMap(itemsOf)) this.queue(at, "DROP CONSTRAINT ", this.sql.name(one, at));
        return true;
      case "check":
        this.#check(link);
        return true;
      case "comment":
        this.tableComment(link);
        return true;
      default:
        return this.tableOption(link) || ignored.test(name);
    }
  }

  /** `engine`, `charset`, `collate`; false if it is none. */
  protected tableOption(link: Link): boolean {
    return link.values === undefined;
  }

  #check({ values = [], at }: Link): void {
    const [predicate, bindings, name] = values;
    const isKnown =
      predicate?.is === "text" &&
      (isNothing(bindings) ||
        itemsOf(bindings).length === 0 ||
        (bindings?.is === "record" && bindings.fields.size === 0));
    const sql: Sql = [
      ...this.sql.at(at, "CHECK ("),
      ...(isKnown ? predicate.segments : this.sql.at(at, "${predicate}")),
      ...this.sql.at(at, ")"),
    ];
    const named =
      name === undefined || isNothing(name)
        ? sql
        : [...this.sql.at(at, "CONSTRAINT "), ...this.sql.name(name, at), ...this.sql.at(at, " "), ...sql];
    this.constrain(named, at);
  }

  /** `timestamps(useTimestamps, defaultToNow, useCamelCase)`, or with these as fields; `dropTimestamps(useCamelCase)`. */
  #timestamps({ name, values = [], at }: Link): void {
    const isDrop = name === "dropTimestamps";
    const option = (field: string, index: number): boolean =>
      booleanOf(values[0]?.is === "record" ? fieldOf(values[0], field) : values[index]) === true;
    const names = (
      option("useCamelCase", isDrop ? 0 : 2) ? ["createdAt", "updatedAt"] : ["created_at", "updated_at"]
    ).map((one) => this.sql.quoted(one));
    if (isDrop) {
      this.queue(at, names.map((one) => `DROP COLUMN ${one}`).join(", "));
      return;
    }
    const type = this.timestampType(option("useTimestamps", 0));
    const rest = option("defaultToNow", 1) ? " NOT NULL DEFAULT CURRENT_TIMESTAMP" : "";
    for (const one of names)
      this.#columns.push({ at, flow: this.flow, sql: this.sql.at(at, `${one} ${type}${rest}`) });
  }

  #withoutKey(segment: Sql[number]): Sql[number] {
    return segment.exact ? segment : { ...segment, text: segment.text.replace(this.ownKey, "$1") };
  }
}
