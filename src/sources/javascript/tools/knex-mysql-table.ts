/** Knex's table builder as it spells it for MySQL and MariaDB (its lib/dialects/mysql/schema). */
import type { Span } from "../../../text/span.ts";
import { plainText, type Sql } from "../sql.ts";
import { booleanOf, fieldOf, isNothing, textOf, type Link, type Value } from "../value.ts";
import { checkSql, valueSql } from "./knex-columns.ts";
import { knexMysqlTypes } from "./knex-mysql-types.ts";
import { KnexTable, type ChangedColumn, type Queued } from "./knex-table.ts";
import { dictionary } from "../../../text/dictionary.ts";
import { addTo } from "../../../text/group.ts";

/** In the order in which Knex writes them; of several of one kind the last counts. */
const modifierKinds: readonly RegExp[] = [
  /^unsigned$/,
  /^(?:nullable|notNullable|notNull)$/,
  /^(?:default|defaultTo|defaultsTo)$/,
  /^comment$/,
  /^collate$/,
  /^first$/,
  /^after$/,
  /^check(?:Positive|Negative|In)$/,
];

const options: Readonly<Record<string, string>> = dictionary({
  charset: " default character set ",
  collate: " collate ",
  engine: " engine = ",
  comment: " comment = ",
});

interface Changed extends Queued {
  readonly at: Span;
}

export class KnexMysqlTable extends KnexTable {
  protected override readonly types = knexMysqlTypes;
  protected override readonly ownKey = /^( (?:big)?int unsigned not null) auto_increment primary key/;
  readonly #changes: Changed[] = [];
  readonly #options = new Map<string, Sql>();
  /** Columns of `increments()`, which Knex puts in front of every primary key. */
  readonly #counters: { readonly name: Value; readonly type: string }[] = [];
  #key: { readonly columns: readonly Value[]; readonly name: Sql; readonly at: Span } | undefined;

  protected override definition(type: Link, name: Sql, text: string, modifiers: readonly Link[]): Sql {
    const isCounter = /increments$/i.test(type.name);
    if (/^(?:increments|bigincrements)$/.test(type.name)) {
      const [given] = type.values ?? [];
      const own = given?.is === "text" ? given : this.sql.made(type.at, "id");
      this.#counters.push({ name: own, type: text.replace(/ auto_increment primary key$/, "") });
    }
    const kinds = isCounter ? [/^comment$/] : modifierKinds;
    const parts = kinds.map((kind) => {
      const link = modifiers.findLast((one) => kind.test(one.name));
      return link === undefined ? [] : this.#modifier(link, name, text);
    });
    return [...name, ...this.sql.at(type.at, ` ${text}`), ...parts.flat()];
  }

  #modifier(link: Link, column: Sql, type: string): Sql {
    const { name, values = [], at } = link;
    const [value] = values;
    switch (name) {
      case "unsigned":
        return this.sql.at(at, " unsigned");
      case "first":
        return this.sql.at(at, " first");
      case "after":
        return [...this.sql.at(at, " after "), ...this.sql.name(value, at)];
      case "collate":
        return value === undefined ? [] : this.sql.join(at, " collate ", this.sql.literal(value));
      case "comment":
        return value === undefined ? [] : [...this.sql.at(at, " comment "), ...this.sql.literal(value)];
      case "notNullable":
      case "notNull":
        return this.sql.at(at, " not null");
      case "nullable":
        return this.sql.at(at, booleanOf(value) === false ? " not null" : " null");
      case "default":
      case "defaultTo":
      case "defaultsTo": {
        if (value === undefined || isNothing(value)) return [];
        const isJson = type === "json" && (value.is === "list" || value.is === "record");
        // Knex leaves the default of a TEXT out.
        if (!isJson && /text/.test(type)) return [];
        const text = this.#standard(value, type);
        return this.sql.join(at, isJson ? " default (" : " default ", text, isJson ? ")" : "");
      }
      default:
        return checkSql(this.sql, link, column);
    }
  }

  /** Knex quotes every constant. */
  #standard(value: Value, type: string): Sql {
    if (value.is !== "plain") return valueSql(this.sql, value);
    const text =
      type === "boolean" ? String(value.value === true || value.value === 1 ? 1 : 0) : String(value.value);
    return this.sql.at(value.at, this.sql.quotedText(text));
  }

  protected override changed({ type, name, text, at, modifiers }: ChangedColumn): void {
    const definition = this.definition(type, name, text, modifiers);
    this.#changes.push({ flow: this.flow, at, sql: this.sql.join(at, "modify ", definition) });
  }

  /** One ALTER for all that are sure. */
  protected override changes(): readonly Queued[] {
    const groups = new Map<boolean, Changed[]>();
    for (const one of this.#changes) addTo(groups, one.flow.conditional, one);
    return [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const list = group.map(({ sql }) => sql);
      return [{ flow: first.flow, sql: [...this.alter(first.at), ...this.sql.list(list, first.at)] }];
    });
  }

  /** It stands among the column's modifiers. */
  protected override columnComment(): void {
    return;
  }

  protected override tableComment({ values = [], at }: Link): void {
    const [value] = values;
    if (value === undefined) return;
    const text = this.sql.literal(value);
    if (this.isNew) this.#options.set("comment", text);
    else this.queue(at, "comment = ", text);
  }

  protected override tableOption({ name, values = [], at }: Link): boolean {
    if (!Object.hasOwn(options, name)) return false;
    const text = textOf(values[0]);
    if (this.isNew) this.#options.set(name, this.sql.at(at, text ?? "${value}"));
    return true;
  }

  protected override tableOptions(): Sql {
    return Object.entries(options).flatMap(([name, words]) => {
      const value = this.#options.get(name);
      const at = value?.[0]?.at;
      return value === undefined || at === undefined ? [] : this.sql.join(at, words, value);
    });
  }

  protected override primary(columns: readonly Value[], given: Value | undefined, at: Span): void {
    const own = given?.is === "record" ? fieldOf(given, "constraintName") : given;
    const name = own === undefined || isNothing(own) ? undefined : this.sql.name(own, at);
    if (this.isInTable()) {
      this.#key ??= { columns, name: name ?? [], at };
      return;
    }
    const made = name ?? this.made("pkey", at);
    this.queue(at, "add primary key ", made, this.#listed(this.#withCounters(columns), at));
    this.#countAgain(at);
  }

  protected override keys(): readonly Sql[] {
    if (this.#key === undefined) return [];
    const { columns, name, at } = this.#key;
    this.#countAgain(at);
    const constraint = name.length === 0 ? [] : this.sql.join(at, "CONSTRAINT ", name, " ");
    return [this.sql.join(at, constraint, "PRIMARY KEY ", this.#listed(this.#withCounters(columns), at))];
  }

  #withCounters(columns: readonly Value[]): readonly Value[] {
    const names = new Set(columns.map(textOf));
    return [...this.#counters.map(({ name }) => name).filter((one) => !names.has(textOf(one))), ...columns];
  }

  /** A counter is made without, and counts once there is the key. */
  #countAgain(at: Span): void {
    for (const { name, type } of this.#counters)
      this.queue(at, "modify column ", this.sql.name(name, at), this.sql.at(at, ` ${type} auto_increment`));
  }

  #listed(columns: readonly Value[], at: Span): Sql {
    return this.sql.join(at, "(", this.columnsOrRaw(columns, at), ")");
  }

  protected override unique(columns: readonly Value[], given: Value | undefined, at: Span): void {
    const name = this.nameOf(given, columns, "unique", at);
    this.queue(at, "add unique ", name, this.#listed(columns, at), this.#method(given, at));
  }

  /** `index(columns, name, "FULLTEXT")`, `index(columns, name, { indexType, storageEngineIndexType })`. */
  protected override index(
    columns: readonly Value[],
    name: Value | undefined,
    type: Value | undefined,
    at: Span,
  ): void {
    const kind = textOf(type) ?? textOf(fieldOf(type, "indexType"));
    const made = this.nameOf(name, columns, "index", at);
    const words = kind === undefined ? "add index " : `add ${kind} index `;
    this.queue(at, words, made, this.#listed(columns, at), this.#method(type, at));
  }

  #method(given: Value | undefined, at: Span): Sql {
    const method = textOf(fieldOf(given, "storageEngineIndexType"));
    return this.sql.at(at, method === undefined ? "" : ` using ${method}`);
  }

  protected override dropKey(kind: "foreign" | "unique", name: Sql, at: Span): void {
    this.queue(at, kind === "foreign" ? "drop foreign key " : "drop index ", name);
  }

  protected override dropIndex(name: Sql, at: Span): void {
    this.queue(at, "drop index ", name);
  }

  protected override dropPrimary(_: Value | undefined, at: Span): void {
    this.queue(at, "drop primary key");
  }

  /** Knex asks the server for the type, and says nothing of what else the column has. */
  protected override setNullable(column: Value, isNullable: boolean, at: Span): void {
    const name = plainText(this.sql.name(column, at));
    this.unknown(
      at,
      `ALTER TABLE ${plainText(this.table)} MODIFY ${name} ${isNullable ? "NULL" : "NOT NULL"}`,
    );
  }

  protected override timestampType(isTimestamp: boolean): string {
    return isTimestamp ? "timestamp" : "datetime";
  }
}
