/** The statements of Kysely's schema builder. */
import type { Span } from "../../../text/span.ts";
import { returned, type Reader } from "../evaluate.ts";
import { movedBuilder } from "../imports.ts";
import { hole } from "../literal.ts";
import type { Sql } from "../sql.ts";
import { headOf, type Call, type Output } from "../tool.ts";
import {
  itemsOf,
  textOf,
  type ChainValue,
  type FunctionValue,
  type ImportedBody,
  type Link,
  type Value,
} from "../value.ts";
import { handleAt } from "../walk.ts";
import { createEnumeration } from "./enumerations.ts";
import type { KyselyWriter } from "./kysely-columns.ts";

type Whole = Pick<ChainValue, "root" | "rootName" | "links">;

/** How deep functions that hand a builder on may call each other. */
const deepest = 6;

/**
 * The chain of a variable is a part of the one that begins with it, and so is the one that a function gives back:
 * `addTimestamps(db.schema.createTable("t"))`.
 */
export function whole(chain: ChainValue, file: Reader, depth = 0): Whole {
  const links = [...chain.links];
  let { root, rootName } = chain;
  while (root.is === "chain") {
    links.unshift(...root.links);
    ({ root, rootName } = root);
  }
  const [call] = links;
  const made = call && depth < deepest ? madeBy(root, call, file, depth) : undefined;
  if (made?.is !== "chain") return { root, rootName, links };
  const inner = whole(made, file, depth + 1);
  return inner.root.is === "handle"
    ? { ...inner, links: [...inner.links, ...links.slice(1)] }
    : { root, rootName, links };
}

function madeBy(root: Value, { name, values, at }: Link, file: Reader, depth: number): Value | undefined {
  if (name !== "" || values === undefined) return undefined;
  if (root.is === "function") return returned(file, root, values, depth);
  if (root.is !== "imported") return undefined;
  const { body } = root;
  const made = returned(body.file, body.called, values, depth);
  return made && movedBuilder(body.file, made, { path: file.path, at });
}

/** A statement of the schema builder, as Kysely's compiler writes it. */
export class SchemaStatement {
  readonly #output: Output;
  readonly #writer: KyselyWriter;
  readonly #call: Call;
  readonly #verb: Link;
  readonly #links: readonly Link[];

  constructor(output: Output, writer: KyselyWriter, call: Call, verb: Link, links: readonly Link[]) {
    this.#output = output;
    this.#writer = writer;
    this.#call = call;
    this.#verb = verb;
    this.#links = links;
  }

  /** Undefined: it isn't known whole. */
  sql(): Sql | undefined {
    const { name, at, values } = this.#verb;
    const [first] = values ?? [];
    const { sql } = this.#writer;
    switch (name) {
      case "createTable":
        return this.#createTable(first);
      case "alterTable":
        return this.#alterTable(first);
      case "createIndex":
        return this.#createIndex(first);
      case "dropIndex":
        return this.#dropIndex(first);
      case "createType": {
        const labels = this.#of("asEnum")?.values?.[0];
        return createEnumeration(sql, this.#writer.table(first, at), labels, at);
      }
      case "createSchema":
        return sql.join(at, `create schema ${this.#guard("ifNotExists")}`, sql.name(first, at));
      case "createView": {
        const query = this.#of("as")?.values?.[0];
        const words = `create ${this.#has("orReplace") ? "or replace " : ""}${this.#has("materialized") ? "materialized " : ""}${this.#has("temporary") ? "temporary " : ""}view ${this.#guard("ifNotExists")}`;
        const body = query?.is === "text" ? query.segments : sql.at(at, "select ${columns}");
        return sql.join(at, words, this.#writer.undotted(first, at), " as ", body);
      }
      case "refreshMaterializedView": {
        const words = `refresh materialized view ${this.#has("concurrently") ? "concurrently " : ""}`;
        const data = this.#has("withNoData") ? " with no data" : "";
        return sql.join(at, words, this.#writer.undotted(first, at), data);
      }
      default:
        return this.#drop(name, first);
    }
  }

  #of(name: string): Link | undefined {
    return this.#links.find((one) => one.name === name);
  }

  #has(name: string): boolean {
    return this.#of(name) !== undefined;
  }

  #guard(name: "ifExists" | "ifNotExists"): string {
    if (!this.#has(name)) return "";
    return name === "ifExists" ? "if exists " : "if not exists ";
  }

  #drop(name: string, what: Value | undefined): Sql | undefined {
    const { at } = this.#verb;
    const kind = /^drop(Table|View|Type|Schema)$/.exec(name)?.[1]?.toLowerCase();
    if (kind === undefined) return undefined;
    const { sql } = this.#writer;
    const words = `drop ${this.#has("materialized") ? "materialized " : ""}${kind} ${this.#guard("ifExists")}`;
    const object =
      kind === "schema"
        ? sql.name(what, at)
        : kind === "view"
          ? this.#writer.undotted(what, at)
          : this.#writer.table(what, at);
    return sql.join(at, words, object, this.#has("cascade") ? " cascade" : "");
  }

  #createTable(table: Value | undefined): Sql | undefined {
    const { at } = this.#verb;
    const { sql } = this.#writer;
    const links = this.#withCalled(this.#links);
    if (links === undefined) return undefined;
    const parts: Sql[] = [];
    const ends: (string | Sql)[] = [];
    for (const link of links) {
      const part = link.name === "addColumn" ? this.#column(link) : this.#constraint(link);
      if (part !== undefined) parts.push(part);
      else if (link.name === "modifyEnd") ends.push(" ", this.#writer.raw(link.values?.[0], link.at));
      else if (!/^(?:ifNotExists|temporary|onCommit)$/.test(link.name)) return undefined;
    }
    const words = `create ${this.#has("temporary") ? "temporary " : ""}table ${this.#guard("ifNotExists")}`;
    return sql.join(at, words, this.#writer.table(table, at), " (", sql.list(parts, at), ")", ...ends);
  }

  /** With what the functions given to `$call` add. Undefined: one of them isn't known. */
  #withCalled(links: readonly Link[]): readonly Link[] | undefined {
    const found: Link[] = [];
    for (const link of links) {
      const [called] = link.values ?? [];
      if (link.name !== "$call") {
        found.push(link);
        continue;
      }
      const added =
        called?.is === "function"
          ? this.#callsOf(called)
          : called?.is === "imported"
            ? this.#callsElsewhere(called.body, link.at)
            : undefined;
      if (added === undefined) return undefined;
      found.push(...added);
    }
    return found;
  }

  /** What a callback calls on the builder that it is given. Undefined: that depends on something. */
  #callsOf(callback: FunctionValue, output = this.#output, head?: Span): readonly Link[] | undefined {
    const found: Link[] = [];
    const known = { whole: true };
    output.run(
      callback,
      [handleAt(callback.at, "builder")],
      (chain, flow) => {
        const { file } = output;
        const moved =
          head === undefined ? chain : movedBuilder(file, chain, { path: this.#output.file.path, at: head });
        if (moved.is !== "chain") return 0;
        const { root, links } = whole(moved, file);
        if (root.is !== "handle" || root.role !== "builder") return 0;
        if (flow.conditional && !this.#call.flow.conditional) known.whole = false;
        found.push(...links);
        return chain.links.length;
      },
      this.#call.flow,
    );
    return known.whole ? found : undefined;
  }

  /** What a function of another file adds stands at its call. */
  #callsElsewhere(body: ImportedBody, head: Span): readonly Link[] | undefined {
    const inner = this.#output.inside(body, head, this.#call);
    return inner && this.#callsOf(body.called, inner, head);
  }

  #column({ values = [], at }: Link): Sql | undefined {
    const [name, type, callback] = values;
    const calls = this.#calls(callback);
    return calls && this.#writer.column(name, type, calls, at);
  }

  #calls(callback: Value | undefined): readonly Link[] | undefined {
    if (callback === undefined) return [];
    const calls =
      callback.is === "imported"
        ? this.#callsElsewhere(callback.body, callback.at)
        : callback.is === "function"
          ? this.#callsOf(callback)
          : undefined;
    return calls && this.#withCalled(calls);
  }

  /** Undefined: the call adds no constraint, or it isn't known. */
  #constraint({ name, values = [], at }: Link, own: readonly Link[] = []): Sql | undefined {
    const [given, columns, table, others] = values;
    const writer = this.#writer;
    const { sql } = writer;
    const key = (
      words: string,
      callback: Value | undefined,
      ...body: readonly (string | Sql)[]
    ): Sql | undefined => {
      const calls = this.#calls(callback);
      if (calls === undefined) return undefined;
      const all = [...calls, ...own];
      const has = (one: string): boolean => all.some((called) => called.name === one);
      const actions = (["onDelete", "onUpdate"] as const).map((one) => {
        const action = all.find((called) => called.name === one);
        return action === undefined ? "" : writer.action(one, action.values?.[0], action.at);
      });
      const later = `${has("deferrable") ? " deferrable" : has("notDeferrable") ? " not deferrable" : ""}${has("initiallyDeferred") ? " initially deferred" : has("initiallyImmediate") ? " initially immediate" : ""}`;
      const nulls = has("nullsNotDistinct") ? " nulls not distinct" : "";
      return sql.join(
        at,
        "constraint ",
        sql.name(given, at),
        ` ${words}${nulls} (`,
        ...body,
        ...actions,
        later,
      );
    };
    switch (name) {
      case "addPrimaryKeyConstraint":
        return key("primary key", table, writer.names(columns, at), ")");
      case "addUniqueConstraint":
        return key("unique", table, writer.names(columns, at), ")");
      case "addCheckConstraint":
        return key("check", table, writer.raw(columns, at), ")");
      case "addForeignKeyConstraint": {
        const references = sql.join(
          at,
          ") references ",
          writer.table(table, at),
          " (",
          writer.names(others, at),
          ")",
        );
        return key("foreign key", values[4], writer.names(columns, at), references);
      }
      case "addIndex": {
        const added = own.flatMap((one) => (/^columns?$/.test(one.name) ? itemsOf(one.values?.[0]) : []));
        const unique = own.some((one) => one.name === "unique") ? "unique " : "";
        if (added.length === 0) return undefined;
        return sql.join(at, `${unique}index `, sql.name(given, at), " (", sql.names(added, at), ")");
      }
      default:
        return undefined;
    }
  }

  #alterTable(table: Value | undefined): Sql | undefined {
    const { at } = this.#verb;
    const { sql } = this.#writer;
    const parts: Sql[] = [];
    const links = this.#withCalled(this.#links);
    if (links === undefined) return undefined;
    for (const [i, link] of links.entries()) {
      if (modifies.test(link.name)) continue;
      const next = links.findIndex((one, j) => j > i && !modifies.test(one.name));
      const own = links.slice(i + 1, next < 0 ? undefined : next);
      const part = this.#clause(link, own);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    if (parts.length === 0) return undefined;
    return sql.join(at, "alter table ", this.#writer.table(table, at), " ", sql.list(parts, at));
  }

  /** `own`: what follows the call and says more of the same. */
  #clause(link: Link, own: readonly Link[]): Sql | undefined {
    const { name, values = [], at } = link;
    const [first, second] = values;
    const { sql } = this.#writer;
    const has = (one: string): boolean => own.some((called) => called.name === one);
    const cascade = has("cascade") ? " cascade" : has("restrict") ? " restrict" : "";
    const guard = has("ifExists") ? "if exists " : "";
    switch (name) {
      case "addColumn":
      case "modifyColumn": {
        const column = this.#column(link);
        const isGuarded = this.#calls(values[2])?.some((one) => one.name === "ifNotExists") === true;
        const words =
          name === "addColumn" ? `add column ${isGuarded ? "if not exists " : ""}` : "modify column ";
        return column && sql.join(at, words, column);
      }
      case "dropColumn":
        return sql.join(at, "drop column ", sql.name(first, at));
      case "renameColumn":
        return sql.join(at, "rename column ", sql.name(first, at), " to ", sql.name(second, at));
      case "renameTo":
        return sql.join(at, "rename to ", sql.name(first, at));
      case "setSchema":
        return sql.join(at, "set schema ", sql.name(first, at));
      case "renameConstraint":
        return sql.join(at, "rename constraint ", sql.name(first, at), " to ", sql.name(second, at));
      case "dropConstraint":
        return sql.join(at, `drop constraint ${guard}`, sql.name(first, at), cascade);
      case "dropIndex":
        return sql.join(at, "drop index ", sql.name(first, at));
      case "alterColumn":
        return this.#alterColumn(link);
      default: {
        const added = this.#constraint(link, own);
        return added && sql.join(at, "add ", added);
      }
    }
  }

  #alterColumn({ values = [], at }: Link): Sql | undefined {
    const [name, callback] = values;
    const [change, ...more] = this.#calls(callback) ?? [];
    if (change === undefined || more.length > 0) return undefined;
    const { sql } = this.#writer;
    const [value] = change.values ?? [];
    const words: Readonly<Record<string, string | Sql | undefined>> = {
      setDataType: sql.join(change.at, "type ", this.#writer.raw(value, change.at)),
      setDefault: sql.join(change.at, "set default ", this.#writer.value(value, change.at)),
      dropDefault: "drop default",
      setNotNull: "set not null",
      dropNotNull: "drop not null",
    };
    const word = Object.hasOwn(words, change.name) ? words[change.name] : undefined;
    return word === undefined ? undefined : sql.join(at, "alter column ", sql.name(name, at), " ", word);
  }

  #createIndex(name: Value | undefined): Sql | undefined {
    const { at } = this.#verb;
    const { sql } = this.#writer;
    const table = this.#of("on")?.values?.[0];
    const using = this.#of("using");
    const elements: Sql[] = [];
    const conditions: Sql[] = [];
    for (const { name: called, values = [], at: own } of this.#links) {
      const [first] = values;
      if (called === "column" || called === "columns")
        elements.push(...itemsOf(first).map((one) => this.#indexed(one, own)));
      else if (called === "expression") elements.push(this.#writer.raw(first, own));
      else if (called === "where") conditions.push(this.#condition(values, own));
      else if (!/^(?:on|using|unique|ifNotExists|nullsNotDistinct)$/.test(called)) return undefined;
    }
    if (elements.length === 0 && using === undefined) return undefined;
    const isMysql = this.#output.file.isMysql;
    const method =
      using === undefined ? "" : sql.join(using.at, " using ", this.#writer.raw(using.values?.[0], using.at));
    const words = `create ${this.#has("unique") ? "unique " : ""}index ${this.#guard("ifNotExists")}`;
    const on = sql.join(at, " on ", this.#writer.table(table, at));
    return sql.join(
      at,
      words,
      sql.name(name, at),
      isMysql ? method : "",
      on,
      isMysql ? "" : method,
      // The method may state its own: `using("gin (body gin_trgm_ops)")`.
      elements.length === 0 ? "" : sql.join(at, " (", sql.list(elements, at), ")"),
      this.#has("nullsNotDistinct") ? " nulls not distinct" : "",
      conditions.length === 0 ? "" : sql.join(at, " where ", sql.list(conditions, at, " and ")),
    );
  }

  /** `"placed_at desc"` */
  #indexed(value: Value, at: Span): Sql {
    const [, column, order] = /^(\S+)\s+(asc|desc)$/i.exec(textOf(value) ?? "") ?? [];
    const { sql } = this.#writer;
    if (value.is === "text" && value.isSql === true) return value.segments;
    if (column === undefined || order === undefined) return sql.name(value, at);
    return sql.join(value.at, sql.name(sql.made(value.at, column), at), ` ${order}`);
  }

  #condition([first, operator, value]: readonly Value[], at: Span): Sql {
    const { sql } = this.#writer;
    if (operator === undefined) return this.#writer.raw(first, at);
    const word = textOf(operator);
    if (first === undefined || word === undefined) return [hole(sql.file, at)];
    return sql.join(at, sql.name(first, at), ` ${word} `, this.#writer.value(value, at));
  }

  /** An index is in the schema of its table. */
  #indexOf(table: string | undefined, name: Value | undefined): Sql {
    const { at } = this.#verb;
    const dot = table?.lastIndexOf(".") ?? -1;
    const text = textOf(name);
    return dot < 0 || text === undefined || text.includes(".")
      ? this.#writer.undotted(name, at)
      : this.#writer.table(
          this.#writer.sql.made(name?.at ?? at, `${table?.slice(0, dot) ?? ""}.${text}`),
          at,
        );
  }

  #dropIndex(name: Value | undefined): Sql {
    const { at } = this.#verb;
    const { sql } = this.#writer;
    const on = this.#of("on");
    const table = on?.values?.[0];
    const { isMysql } = this.#output.file;
    // Kysely writes ON for any server, and the statement means the index all the same.
    if (on !== undefined && !isMysql) this.#output.refuse({ ...indexOn, at: headOf(on) }, this.#call);
    return sql.join(
      at,
      `drop index ${this.#guard("ifExists")}`,
      isMysql ? sql.name(name, at) : this.#indexOf(textOf(table), name),
      isMysql && table !== undefined ? sql.join(at, " on ", this.#writer.table(table, at)) : "",
      this.#has("cascade") ? " cascade" : "",
    );
  }
}

/** Tried with 0.28, whose compilers for all servers write it. */
const indexOn = {
  why: "PostgreSQL has no DROP INDEX … ON",
  instead:
    'Leave out `.on(…)`. An index of another schema than the usual one: `db.schema.withSchema("shop").dropIndex("orders_placed")`.',
};

/** What says more of the call before it, and begins no clause of its own. */
const modifies =
  /^(?:ifExists|ifNotExists|cascade|restrict|onDelete|onUpdate|deferrable|notDeferrable|initiallyDeferred|initiallyImmediate|nullsNotDistinct|unique|columns?|expression|using)$/;
