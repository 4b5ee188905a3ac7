/** Kysely: `db.schema…`, `sql`…``, and its query builder as far as data is changed. */
import type { Span } from "../../../text/span.ts";
import { movedBuilder } from "../imports.ts";
import { SqlWriter } from "../sql.ts";
import { headOf, type Call, type CodeTool, type Output, type ToolReader } from "../tool.ts";
import { textOf, type ChainValue, type ImportedBody, type Link, type Value } from "../value.ts";
import { KyselyWriter } from "./kysely-columns.ts";
import { SchemaStatement, whole } from "./kysely-schema.ts";
import { changeRows, type Comparison } from "./rows.ts";
import { runInTransaction } from "./transactions.ts";

/** Nothing is sent before one of these. */
const sends = /^(?:execute|executeQuery|executeTakeFirst|executeTakeFirstOrThrow|stream)$/;

export const kysely: CodeTool = {
  name: "kysely",
  promises: ({ links }) => links.some(({ name }) => sends.test(name)),
  reader: (output) => new KyselyReader(output),
};

/** How deep functions of other files may call each other. */
const deepest = 3;

const verbs = /^(?:create|drop|alter|refresh)[A-Z]/;
const changes: ReadonlyMap<string, "insert" | "update" | "delete"> = new Map([
  ["insertInto", "insert"],
  ["replaceInto", "insert"],
  ["updateTable", "update"],
  ["deleteFrom", "delete"],
]);

class KyselyReader implements ToolReader {
  readonly #output: Output;
  readonly #sql: SqlWriter;
  /** How many functions of other files are being followed. */
  #depth = 0;

  constructor(output: Output) {
    this.#output = output;
    this.#sql = new SqlWriter(output.file);
  }

  chain(given: ChainValue, call: Call): number {
    const { root, rootName, links } = whole(given, this.#output.file);
    const end = links.findIndex(({ name, values }) => values !== undefined && sends.test(name));
    const used = given.links.length;
    const [first] = links;
    if (first === undefined) return 0;
    const isOwn = root.is === "handle" && root.role === undefined;
    const isTemplate = root.is === "text" || (rootName === "sql" && first.values !== undefined);
    if (end < 0) {
      if (root.is === "imported") return this.#elsewhere(root.body, first, call);
      const change = isOwn ? links.find(({ name }) => verbs.test(name) || changes.has(name)) : undefined;
      if (call.alone === true && (change !== undefined || isTemplate))
        this.#output.unsent({
          start: given.at.start,
          end: (change ?? first).at.start + (change?.name.length ?? 0),
        });
      // What is kept in a variable is read where it is sent.
      return isOwn || isTemplate ? used : 0;
    }
    if (isTemplate) {
      this.#template(root, links, given.at, call);
      return used;
    }
    if (!isOwn) {
      if (root.is === "imported") return this.#elsewhere(root.body, first, call);
      // A builder that isn't known whole, such as one that a function gives.
      if (links[end]?.values?.length !== 0) return 0;
      this.#output.dynamic(given.at, call);
      return used;
    }
    if (first.name === "executeQuery") return this.#compiled(first, call);
    if (/^(?:transaction|connection|startTransaction)$/.test(first.name))
      return this.#transaction(links[end], first.name, call) ? used : 0;
    if (first.name === "schema") this.#schema(links.slice(1, end), call);
    else this.#query(links.slice(0, end), given.at, call);
    return used;
  }

  /** `addAudit(db, "users")`, a function of another file that is handed the database: all that it sends stands at its call. */
  #elsewhere(body: ImportedBody, link: Link, call: Call): number {
    const { values = [], at } = link;
    const isHanded = values.some((value) => value.is === "handle" && value.role === undefined);
    const inner = isHanded && this.#depth < deepest ? this.#output.inside(body, at, call) : undefined;
    if (link.name !== "" || inner === undefined) return 0;
    this.#depth++;
    inner.run(
      body.called,
      values,
      (own, flow) => {
        const moved = movedBuilder(inner.file, own, { path: this.#output.file.path, at });
        return moved.is === "chain" ? this.chain(moved, { flow, statement: call.statement }) : 0;
      },
      call.flow,
    );
    this.#depth--;
    return 1;
  }

  /** `db.executeQuery(sql.raw("…").compile(db))` */
  #compiled({ values = [], at }: Link, call: Call): number {
    const [query] = values;
    const own = query?.is === "chain" ? whole(query, this.#output.file) : undefined;
    const isTemplate =
      own?.links.at(-1)?.name === "compile" && (own.root.is === "text" || own.rootName === "sql");
    if (own !== undefined && isTemplate) this.#template(own.root, own.links, at, call);
    else this.#output.dynamic(at, call);
    return 1;
  }

  /** `sql`…`.execute(db)`, `sql.raw("…").execute(db)` */
  #template(root: Value, [first]: readonly Link[], at: Span, call: Call): void {
    const text = root.is === "text" ? root : first?.values?.[0];
    const isText = root.is === "text" || first?.name === "raw" || first?.name === "";
    if (text?.is === "text" && isText) this.#output.raw(text, call);
    else this.#output.dynamic(at, call);
  }

  #transaction(link: Link | undefined, name: string, call: Call): boolean {
    const callback = link?.values?.[0];
    if (callback?.is === "imported") {
      this.#output.dynamic(link?.at ?? callback.at, call);
      return true;
    }
    if (link === undefined || callback?.is !== "function") return false;
    const isOwn = name === "transaction" && !this.#output.inTransaction;
    runInTransaction(this.#output, this.#sql, this, { link, callback, isOwn }, call);
    return true;
  }

  #schema(links: readonly Link[], call: Call): void {
    const at = links.findIndex(({ name, values }) => values !== undefined && verbs.test(name));
    const verb = links[at];
    if (verb === undefined) return;
    const schema = links.find(({ name }) => name === "withSchema")?.values?.[0];
    const writer = new KyselyWriter(this.#sql, schema);
    const sql = new SchemaStatement(this.#output, writer, call, verb, links.slice(at + 1)).sql();
    if (sql === undefined) this.#output.dynamic(headOf(verb), call);
    else if (sql.length > 0) this.#output.built(sql, call);
  }

  /** What only reads is left out. */
  #query(links: readonly Link[], at: Span, call: Call): void {
    const verb = links.find(({ name }) => changes.has(name));
    const kind = verb && changes.get(verb.name);
    if (verb === undefined || kind === undefined) {
      if (!/^(?:select|with|fn|dynamic|case)/.test(links[0]?.name ?? "")) this.#output.dynamic(at, call);
      return;
    }
    const of = (name: string): Link | undefined => links.find((one) => one.name === name);
    const where = links.filter(({ name }) => /^where/.test(name));
    const place: Span = { start: at.start, end: links.at(-1)?.at.end ?? at.end };
    const set = of("set")?.values;
    if (of("expression") !== undefined || of("using") !== undefined || of("from") !== undefined) {
      this.#output.dynamic(
        place,
        call,
        { insert: "INSERT INTO ", update: "UPDATE ", delete: "DELETE FROM " }[kind],
      );
      return;
    }
    changeRows(this.#output, call, {
      verb: kind,
      table: verb.values?.[0],
      values: kind === "insert" ? of("values")?.values?.[0] : set?.[0],
      second: set?.[1],
      where: where[0]?.at,
      comparisons: comparisonsOf(where),
      at: place,
    });
  }
}

/** `where("a", "=", 1)` in a row; undefined: one of them isn't known. */
function comparisonsOf(links: readonly Link[]): readonly Comparison[] | undefined {
  const found: Comparison[] = [];
  for (const { name, values = [] } of links) {
    const [column, operator, value] = values;
    const word = textOf(operator)?.toUpperCase();
    if (name !== "where" || column === undefined || textOf(column) === undefined || value === undefined)
      return undefined;
    const isNull = value.is === "plain" && value.value === null;
    if (isNull && (word === "IS" || word === "IS NOT")) found.push({ column, operator: `${word} NULL` });
    else if (/^(?:IN|NOT IN)$/.test(word ?? "") && value.is !== "list") return undefined;
    else if (!isNull && /^(?:=|<>|!=|<=?|>=?|I?LIKE|NOT I?LIKE|IN|NOT IN)$/.test(word ?? ""))
      found.push({ column, operator: word ?? "=", value });
    else return undefined;
  }
  return found;
}
