/** Knex: `knex.schema…`, `knex.raw`, and its query builder as far as data is changed. */
import type { Span } from "../../../text/span.ts";
import { withBindings } from "../bindings.ts";
import { SqlWriter, type Sql } from "../sql.ts";
import type { Call, CodeTool, Output, ToolReader } from "../tool.ts";
import type { Flow } from "../flow.ts";
import { handed } from "../handed.ts";
import { booleanOf, calleeOf, textOf, type ChainValue, type Link, type Value } from "../value.ts";
import { handleAt } from "../walk.ts";
import { changeRows, type Comparison } from "./rows.ts";
import { runInTransaction } from "./transactions.ts";
import { KnexMysqlTable } from "./knex-mysql-table.ts";
import { KnexPostgresTable } from "./knex-postgres-table.ts";
import type { KnexTable } from "./knex-table.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const knex: CodeTool = {
  name: "knex",
  // Not those of the builders of tables.
  promises: ({ links: [first, second] }) =>
    /^(?:schema|raw|transaction|batchInsert|)$/.test(first?.name ?? "-") || second?.name === "schema",
  reader: (output) => new KnexReader(output),
};

/** Statements of one name, with what stands before and after it. */
const simple: Readonly<Record<string, readonly [before: string, after?: string]>> = dictionary({
  dropTable: ["DROP TABLE "],
  dropTableIfExists: ["DROP TABLE IF EXISTS "],
  createSchema: ["CREATE SCHEMA "],
  createSchemaIfNotExists: ["CREATE SCHEMA IF NOT EXISTS "],
  dropSchema: ["DROP SCHEMA "],
  dropSchemaIfExists: ["DROP SCHEMA IF EXISTS "],
  createExtension: ["CREATE EXTENSION "],
  createExtensionIfNotExists: ["CREATE EXTENSION IF NOT EXISTS "],
  dropExtension: ["DROP EXTENSION "],
  dropExtensionIfExists: ["DROP EXTENSION IF EXISTS "],
  dropView: ["DROP VIEW "],
  dropViewIfExists: ["DROP VIEW IF EXISTS "],
  dropMaterializedView: ["DROP MATERIALIZED VIEW "],
  dropMaterializedViewIfExists: ["DROP MATERIALIZED VIEW IF EXISTS "],
});

const views: Readonly<Record<string, string>> = dictionary({
  createView: "CREATE VIEW ",
  createViewOrReplace: "CREATE OR REPLACE VIEW ",
  createMaterializedView: "CREATE MATERIALIZED VIEW ",
});

const onlyReads = /^(?:hasTable|hasColumn|queryContext|debug|timeout|on|transacting|toString|toSQL|clone)$/;
const notQueries =
  /^(?:destroy|fn|client|userParams|ref|isTransaction|commit|rollback|queryBuilder|on|initialize)$/;

/** A builder is sent when something asks for its result: `await`, `return`, or one of these. */
const sends = /^(?:then|catch|finally|asCallback|nodeify|stream|pipe|map|each|tap|spread|return|reduce)$/;
const verbs = /^(?:insert|update|del|delete|truncate|increment|decrement|upsert)$/;

/** The call of a builder that would change something. A transaction starts by itself. */
function changeIn({ links, root }: ChainValue): Link | undefined {
  const [first] = links;
  if (first?.name === "transaction" || first?.name === "batchInsert") return undefined;
  const schema = links.findIndex(({ name, values }) => name === "schema" && values === undefined);
  const called = links.filter(({ values }) => values !== undefined);
  if (schema >= 0 && schema <= 2)
    return called.find(({ name }) => !onlyReads.test(name) && name !== "withSchema");
  if (first?.name === "raw") return first;
  return root.is === "handle" ? called.find(({ name }) => verbs.test(name)) : undefined;
}

class KnexReader implements ToolReader {
  readonly #output: Output;
  readonly #sql: SqlWriter;

  get #isMysql(): boolean {
    return this.#output.file.isMysql;
  }

  constructor(output: Output) {
    this.#output = output;
    this.#sql = new SqlWriter(output.file);
  }

  chain(chain: ChainValue, call: Call): number {
    const { links } = chain;
    if (call.alone === true && !links.some(({ name }) => sends.test(name))) {
      const change = changeIn(chain);
      if (change !== undefined) {
        this.#output.unsent({ start: chain.at.start, end: change.at.start + change.name.length });
        return links.length;
      }
    }
    const schema = links.findIndex(({ name, values }) => name === "schema" && values === undefined);
    if (schema >= 0 && schema <= 2) return this.#schema(links, schema + 1, call);
    const [first] = links;
    if (first === undefined) return 0;
    if (first.name === "raw" && first.values !== undefined) {
      this.#raw(first, call);
      return 1;
    }
    if (first.name === "transaction") return this.#transaction(first, call);
    if (chain.root.is !== "handle") return 0;
    if (first.name === "batchInsert") {
      changeRows(this.#output, call, {
        verb: "insert",
        table: first.values?.[0],
        values: first.values?.[1],
        at: first.at,
      });
      return 1;
    }
    if (notQueries.test(first.name)) return links.length;
    return this.#query(chain, call);
  }

  #raw({ values = [], at }: Link, call: Call): void {
    const [text, bindings] = values;
    // A value for a row that stands in a variable: `knex.raw("(UUID())")`.
    if (/^\s*\(*\s*\w+\s*\(\s*\)\s*\)*\s*$/.test(textOf(text) ?? "")) return;
    if (text?.is === "text") this.#output.raw(withBindings(this.#output.file, text, bindings), call);
    else this.#output.dynamic(at, call);
  }

  /** Where Knex runs the migration in a transaction, another one is a savepoint. */
  #transaction(link: Link, call: Call): number {
    const callback = link.values?.[0];
    if (callback?.is !== "function") return 0;
    const isOwn = !this.#output.inTransaction;
    runInTransaction(this.#output, this.#sql, this, { link, callback, isOwn }, call);
    return 1;
  }

  #schema(links: readonly Link[], from: number, call: Call): number {
    let schema: Value | undefined;
    for (let i = from; i < links.length; i++) {
      const link = links[i];
      if (link?.values === undefined || /^(?:then|catch|finally|asCallback)$/.test(link.name)) return i;
      if (link.name === "withSchema") schema = link.values[0];
      else this.#statement(link, schema, call);
    }
    return links.length;
  }

  #statement(link: Link, schema: Value | undefined, call: Call): void {
    const { name, values = [], at } = link;
    const [first, second] = values;
    const put = (...parts: readonly Sql[]): void => {
      this.#output.built(parts.flat(), call);
    };
    const table = (value: Value | undefined): Sql => this.#sql.table(value, at, schema);
    if (Object.hasOwn(simple, name)) {
      const isSchema = /Schema|Extension/.test(name);
      const cascade = booleanOf(second) === true && name.startsWith("drop") ? " CASCADE" : "";
      put(
        this.#sql.at(at, simple[name]?.[0] ?? ""),
        isSchema ? this.#sql.name(first, at) : table(first),
        this.#sql.at(at, cascade),
      );
      return;
    }
    switch (name) {
      case "raw":
        this.#raw(link, call);
        return;
      case "createTable":
      case "createTableIfNotExists":
        this.#table(
          link,
          schema,
          call,
          name === "createTable" ? "CREATE TABLE" : "CREATE TABLE IF NOT EXISTS",
        );
        return;
      case "alterTable":
      case "table":
        this.#table(link, schema, call, undefined);
        return;
      case "createTableLike":
        put(
          this.#sql.at(at, "CREATE TABLE "),
          table(first),
          this.#sql.at(at, this.#isMysql ? " LIKE " : " (LIKE "),
          table(second),
          this.#sql.at(at, this.#isMysql ? "" : " INCLUDING ALL)"),
        );
        return;
      case "renameTable":
      case "renameView": {
        const alter = name === "renameTable" ? "ALTER TABLE " : "ALTER VIEW ";
        put(
          this.#sql.at(at, this.#isMysql ? "RENAME TABLE " : alter),
          table(first),
          this.#sql.at(at, this.#isMysql ? " TO " : " RENAME TO "),
          this.#sql.name(second, at),
        );
        return;
      }
      case "refreshMaterializedView":
        put(
          this.#sql.at(at, `REFRESH MATERIALIZED VIEW ${booleanOf(second) === true ? "CONCURRENTLY " : ""}`),
          table(first),
        );
        return;
      default:
        if (Object.hasOwn(views, name)) {
          put(this.#sql.at(at, views[name] ?? ""), table(first), this.#sql.at(at, " AS SELECT ${columns}"));
        } else if (!onlyReads.test(name)) this.#output.dynamic(at, call);
    }
  }

  #table(link: Link, schema: Value | undefined, call: Call, create: string | undefined): void {
    const callback = link.values?.find(({ is }) => is === "function");
    const Table = this.#isMysql ? KnexMysqlTable : KnexPostgresTable;
    const table = new Table(this.#output, call, link, schema, create !== undefined);
    if (callback?.is !== "function") {
      this.#output.dynamic(link.at, call);
      return;
    }
    this.#output.run(
      callback,
      [handleAt(callback.at, "builder")],
      (chain, flow, statement) => {
        const there = { flow: inBuilder(flow, call.flow), statement };
        // Queries may stand among the columns: `t.integer("a").defaultTo(knex.raw("1"))` is none.
        return table.chain(chain, there) || this.#helper(this.#output, table, chain, there);
      },
      call.flow,
    );
    table.finish(create ?? "");
  }

  /** `stamps(knex, table)`: what a function of another file adds to the table stands at its call. */
  #helper(output: Output, table: KnexTable, chain: ChainValue, call: Call, head = chain.at): number {
    const [link] = chain.links;
    const values = link?.values ?? [];
    const isHanded = (value: Value): boolean => value.is === "handle" && value.role === "builder";
    const callee = calleeOf(chain);
    if (link === undefined || callee?.is === "function" || !values.some(isHanded)) return 0;
    const inner = callee?.is === "imported" ? output.inside(callee.body, head, call) : undefined;
    if (callee?.is !== "imported" || inner === undefined) {
      table.handed(head, call);
      return chain.links.length;
    }
    inner.run(
      callee.body.called,
      values,
      (own, flow) => {
        const moved = handed(own, head);
        const there = { flow: inBuilder(flow, call.flow), statement: call.statement };
        if (moved.is !== "chain") return 0;
        return table.chain(moved, there) || this.#helper(inner, table, own, there, head);
      },
      call.flow,
    );
    return 1;
  }

  /** `knex("t").where(…).update(…)`; what only reads is left out. */
  #query({ links, at }: ChainValue, call: Call): number {
    const stop = links.findIndex(({ name }) => /^(?:then|catch|finally|map|each|tap|asCallback)$/.test(name));
    const own = stop < 0 ? links : links.slice(0, stop);
    const of = (...names: readonly string[]): Link | undefined =>
      own.find((link) => names.includes(link.name));
    const table = of("", "table", "from", "into")?.values?.[0];
    const verb = of("insert", "update", "del", "delete", "truncate", "increment", "decrement", "upsert");
    const place: Span = { start: at.start, end: own.at(-1)?.at.end ?? at.end };
    if (table === undefined || textOf(table) === undefined) {
      const isQuery =
        table !== undefined || /^(?:select|with|distinct|column|first|count)/.test(own[0]?.name ?? "");
      if (verb !== undefined || !isQuery) this.#output.dynamic(place, call);
      return own.length;
    }
    if (verb === undefined) return own.length;
    const where = own.filter(({ name }) => /where/i.test(name));
    const kind =
      verb.name === "del" || verb.name === "delete"
        ? "delete"
        : verb.name === "upsert"
          ? "insert"
          : verb.name === "truncate"
            ? "truncate"
            : verb.name === "insert"
              ? "insert"
              : "update";
    changeRows(this.#output, call, {
      verb: kind,
      table,
      values: verb.values?.[0],
      second: verb.values?.[1],
      where: where[0]?.at,
      whereValue: where.length === 1 ? where[0]?.values?.[0] : undefined,
      comparisons: comparisonsOf(where),
      at: place,
    });
    return own.length;
  }
}

/** What is true where the builder is called is true of what its callback collects. */
const inBuilder = (flow: Flow, { sync, handle }: Flow): Flow => ({ ...flow, sync, handle, inBuilder: true });

/** `where("a", 1)`, `where("a", "<", 1)`, `whereNotNull("a")`, … in a row; undefined: one of them isn't known. */
function comparisonsOf(links: readonly Link[]): readonly Comparison[] | undefined {
  const all = links.map(comparisonOf);
  return all.every((one) => one !== undefined) ? all : undefined;
}

function comparisonOf({ name, values }: Link): Comparison | undefined {
  const [column, second, third] = values ?? [];
  const kind = name.replace(/^and(?=[A-Z])/, "").toLowerCase();
  if (column === undefined || textOf(column) === undefined) return undefined;
  if (kind === "wherenull") return { column, operator: "IS NULL" };
  if (kind === "wherenotnull") return { column, operator: "IS NOT NULL" };
  if (second === undefined) return undefined;
  if (kind === "wherein" || kind === "wherenotin")
    return second.is === "list"
      ? { column, operator: kind === "wherein" ? "IN" : "NOT IN", value: second }
      : undefined;
  if (kind !== "where") return undefined;
  if (third === undefined)
    return isNull(second) ? { column, operator: "IS NULL" } : { column, operator: "=", value: second };
  const operator = textOf(second) ?? "";
  return /^(?:=|<>|!=|<=?|>=?|i?like|not i?like)$/i.test(operator) && !isNull(third)
    ? { column, operator: operator.toUpperCase(), value: third }
    : undefined;
}

const isNull = (value: Value): boolean => value.is === "plain" && value.value === null;
