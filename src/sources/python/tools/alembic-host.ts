/** What the calls of a migration of Alembic send, as they run. */
import type { CodeInput, SourceHistory } from "../../source.ts";
import { Output } from "../output.ts";
import {
  argument,
  textOf,
  type AttributeValue,
  type CallValue,
  type NameValue,
  type Place,
  type Value,
} from "../value.ts";
import type { Host, Site } from "../walk.ts";
import { plain, written } from "../text.ts";
import {
  changing,
  checksFirst,
  executing,
  forSqlite,
  harmless,
  isApart,
  isAutocommit,
  isBatch,
  prefixes,
  prefixOf,
  tablePrefixes,
  withoutTransaction,
} from "./alembic-calls.ts";
import type { Operation } from "./alembic-facts.ts";
import { operationSql } from "./alembic-operations.ts";
import { isConnection, sentText, statementSql } from "./alembic-data.ts";
import { followTypes } from "./alembic-types.ts";
import { createTable } from "./sqlalchemy/tables.ts";
import { refusedCounter, refusedType, whyRefused } from "./sqlalchemy/refused-types.ts";
import { createEnumSql, enumOf, type EnumType } from "./sqlalchemy/types.ts";
import { dottedOf, nameOf, sqlalchemyNames, Writer } from "./sqlalchemy/writer.ts";

export class AlembicHost implements Host {
  readonly output: Output;
  writer: Writer | undefined;
  /** See `Direction.raises`. */
  raisedFirst: string | undefined;
  readonly calls: CallValue[] = [];
  readonly #history: SourceHistory;
  readonly #path: string;
  readonly #types: Set<string>;
  /** Types that `create` made in this migration. */
  readonly #created = new Set<string>();
  readonly #wraps: boolean;
  /** Blocks that are open and whose statements fail by themselves: in a savepoint, or each in a transaction of its own. */
  #apart = 0;
  /** What the batches that are open send when they end, the innermost last. */
  readonly #batches: { readonly context: Value; readonly sends: (() => void)[] }[] = [];

  constructor(output: Output, history: SourceHistory, { path, wraps }: CodeInput, types: Set<string>) {
    this.#path = path;
    this.#wraps = wraps;
    this.output = output;
    this.#history = history;
    this.#types = types;
  }

  value(value: NameValue | AttributeValue): Value | undefined {
    const name = value.is === "name" ? value.dotted.slice(value.dotted.lastIndexOf(".") + 1) : value.name;
    const holder = value.is === "name" ? value.dotted.slice(0, -name.length - 1) : "";
    const isDialect =
      value.is === "attribute"
        ? /^(?:dialect|engine|impl)$/.test(value.object.is === "attribute" ? value.object.name : "") ||
          (value.object.is === "call" && value.object.callee === "alembic.op.get_bind" && name === "name")
        : /(?:^|\.)(?:dialect|engine)$/.test(holder) && holder.startsWith("alembic");
    if (name === "name" && isDialect)
      return this.#text(sqlalchemyNames[this.#history.dialect].at(-1) ?? "", value.at);
    if (name === "as_sql" && value.is === "attribute") return plain(false, value.at);
    return undefined;
  }

  #text(text: string, at: Place): Value {
    return { is: "text", segments: [{ text, path: at.path, at, exact: false }], holes: false, at };
  }

  /** `old_enum.name = "status_old"` */
  assigned(object: Value, name: string, value: Value): void {
    const isEnum = object.is === "call" && /(?:^|\.)(?:ENUM|Enum)$/.test(object.callee);
    // The values of a direction are its own: nothing else sees them.
    if (isEnum && name === "name") (object.keywords as Map<string, Value>).set(name, value);
  }

  call(call: CallValue, site: Site): Value | undefined {
    const { callee, object, method } = call;
    this.output.sender = callee.startsWith("alembic.") ? `op.${method}` : method;
    // `items = op.create_table(…)`, of which rows are then inserted: advice changes its columns alone.
    const isWhole = site.alone || method === "create_table";
    if (callee.startsWith("alembic.op.") && isWhole && !site.flow.conditional && !site.flow.repeated)
      this.calls.push(call);
    if (callee.startsWith("alembic.op.")) return this.#operation({ call, method, batch: undefined }, site);
    if (/^alembic\.context\.is_offline_mode$/.test(callee)) return plain(false, call.at);
    if (callee === "" && object !== undefined) {
      if (object.is === "call" && object.callee === "alembic.op.batch_alter_table")
        return this.#operation({ call, method, batch: object }, site);
      return this.#method(call, object, site);
    }
    // A function of the project that isn't found, or of a library that works on `op`.
    const isGiven = [...call.values, ...call.keywords.values()].some(
      (value) => isOp(value) || isConnection(value),
    );
    if (call.target !== undefined || (callee !== "" && harmless.test(callee))) return undefined;
    // In a helper's own file, what isn't given `op` can't use it.
    if (isGiven || (site.alone && call.at.path === this.#path))
      this.output.dynamic(call.at, site, prefixOf(call));
    return undefined;
  }

  #operation(operation: Operation, site: Site): Value | undefined {
    const { call, method } = operation;
    const writer = this.writer;
    if (writer === undefined || /^(?:f|get_bind|get_context|batch_alter_table|inline_literal)$/.test(method))
      return undefined;
    if (method === "execute") {
      this.#execute(argument(call, "sqltext", 0), undefined, call, site);
      return undefined;
    }
    const open = this.#batches.findLast(({ context }) => context === operation.batch);
    if (open === undefined) this.#send(writer, operation, site);
    else
      open.sends.push(() => {
        this.#send(writer, operation, site);
      });
    return undefined;
  }

  #send(writer: Writer, operation: Operation, site: Site): void {
    const { call, method } = operation;
    const callee = call.callee.startsWith("alembic.");
    this.output.sender = callee ? `op.${method}` : method;
    writer.conventional.clear();
    const type = refusedType(call);
    const refused = type === undefined ? refusedCounter(call) : { ...whyRefused(type), at: type.at };
    if (refused !== undefined) {
      const table = nameOf(argument(operation.batch ?? call, "table_name", 0)) ?? "";
      const prefix = method === "create_table" ? `CREATE TABLE ${table} ` : `ALTER TABLE ${table} `;
      const { at, ...why } = refused;
      this.output.refuse(why, at, site, prefix);
      return;
    }
    const sent = operationSql(writer, operation, (type) => this.#isKnown(type));
    // What is dropped has its name already.
    const made = method.startsWith("drop_") ? new Map<string, undefined>() : new Map(writer.conventional);
    const conventional = made.size === 0 ? undefined : made;
    if (sent === undefined) this.output.dynamic(call.at, site, prefixes[method]);
    for (const one of sent ?? []) {
      if ("sql" in one)
        this.output.built(one.sql, site, {
          call: one.sql[0]?.text.startsWith("CREATE TYPE ")
            ? { name: `op.${method}`, withoutType: "postgresql.ENUM(…, create_type=False)" }
            : conventional === undefined
              ? one.call
              : { name: `op.${method}`, ...one.call, conventional },
          // Alembic sends the calls of a batch at the end of its block.
          inBuilder: operation.batch && true,
        });
      else if ("refused" in one) this.output.refuse(one.refused, one.at, site, one.unknown);
      else if ("rows" in one) this.output.data(one.at, site, one.rows);
      else this.output.dynamic(one.at, site, one.unknown);
    }
  }

  /** An enum type that a table brings with it is made once; asking makes it known. */
  #isKnown(type: EnumType): boolean {
    const key = keyOf(type);
    if (key === undefined) return false;
    if (this.#types.has(key)) return true;
    this.#types.add(key);
    return false;
  }

  #execute(given: Value | undefined, parameters: Value | undefined, call: CallValue, site: Site): void {
    const writer = this.writer;
    if (writer === undefined) return;
    if (given?.is === "list") {
      for (const one of given.items) this.#execute(one, parameters, call, site);
      return;
    }
    const text = sentText(writer, given, parameters);
    if (text !== undefined) {
      // The condition asks for that database in some way.
      if (site.flow.conditional && !writer.isMysql && forSqlite.test(written(text))) return;
      if (!site.flow.conditional) followTypes(written(text), this.#types, [this.#types, this.#created]);
      this.output.raw(text, site);
      return;
    }
    const statement = given && statementSql(writer, given);
    if (statement === undefined) this.output.dynamic(given?.at ?? call.at, site);
    else if (statement.sql === undefined) this.output.data(call.at, site, statement.command);
    else this.output.built(statement.sql, site);
  }

  /** A call on something that isn't `op`: a connection, a type, a table. */
  #method(call: CallValue, object: Value, site: Site): Value | undefined {
    const { method } = call;
    const writer = this.writer;
    if (writer === undefined) return undefined;
    if (method === "create" || method === "drop") {
      const type = enumOf(writer, object);
      if (type !== undefined) {
        this.#enum(type, call, site);
        return undefined;
      }
      if (object.is === "call" && object.method === "Table") {
        this.#table(object, call, site);
        return undefined;
      }
    }
    if (/^(?:create_all|drop_all)$/.test(method)) {
      this.output.dynamic(call.at, site, prefixes[method]);
      return undefined;
    }
    if (executing.test(method)) {
      const [first = call.keywords.get("statement"), second] = call.values;
      // Of a result: `execute(…).scalars()`.
      if (first === undefined) return undefined;
      const isSql = first.is === "text" || sentText(writer, first, undefined) !== undefined;
      const built = statementSql(writer, first);
      if (isConnection(object) || isSql || built !== undefined) {
        if (built?.command === "SELECT") return undefined;
        this.#execute(first, second ?? call.keywords.get("params"), call, site);
      }
      return undefined;
    }
    if (
      changing.test(method) &&
      (isConnection(object) || object.is === "unknown") &&
      (site.alone || method === "update")
    )
      this.output.data(call.at, site);
    const ofTable = object.is === "unknown" ? tablePrefixes[method] : undefined;
    if (ofTable !== undefined) {
      const { path, start, end } = object.at;
      const owner = (writer.run.files.readFile(path) ?? "").slice(start, end);
      if (owner.includes(".tables[")) this.output.dynamic(call.at, site, ofTable);
    }
    // What was made with `op` uses it.
    if (object.is === "call" && [...object.values, ...object.keywords.values()].some(isOp))
      this.output.dynamic(call.at, site, prefixes[method]);
    return undefined;
  }

  #enum(type: EnumType, call: CallValue, site: Site): void {
    const writer = this.writer;
    if (writer === undefined || writer.isMysql || !type.isNative) return;
    const key = keyOf(type);
    const isChecked = checksFirst(call, true);
    if (call.method === "drop") {
      for (const known of [this.#types, this.#created]) if (key !== undefined) known.delete(key);
      this.output.built(
        writer.join(call.at, "DROP TYPE ", writer.table(type.name, type.schema, call.at)),
        site,
        isChecked ? { guard: "ifPresent" } : {},
      );
      return;
    }
    if (isChecked && key !== undefined && (this.#types.has(key) || this.#created.has(key))) return;
    if (key !== undefined) this.#created.add(key);
    const sql = createEnumSql(writer, type, call.at);
    if (sql === undefined) this.output.dynamic(call.at, site, `CREATE TYPE ${nameOf(type.name) ?? ""}`);
    else this.output.built(sql, site, isChecked ? { guard: "ifMissing" } : {});
  }

  /** `sa.Table("t", metadata, …).create(bind)` */
  #table(table: CallValue, call: CallValue, site: Site): void {
    const writer = this.writer;
    if (writer === undefined) return;
    const [name, , ...items] = table.values;
    const schema = table.keywords.get("schema");
    const isChecked = checksFirst(call, false);
    if (call.method === "drop") {
      const words = isChecked ? "DROP TABLE IF EXISTS " : "DROP TABLE ";
      this.output.built(writer.join(call.at, words, writer.table(name, schema, call.at)), site);
      return;
    }
    const facts = { name, schema, call: table, items, ifNotExists: isChecked };
    for (const sql of createTable(writer, facts, (type) => this.#isKnown(type))) this.output.built(sql, site);
  }

  endsAllAt(code: string): boolean {
    return (
      this.#wraps && this.#apart === 0 && this.writer?.isMysql === false && !withoutTransaction.test(code)
    );
  }

  enter(context: Value, site: Site): void {
    if (isApart(context)) this.#apart++;
    if (isAutocommit(context)) this.#mark("COMMIT", context, site);
    if (isBatch(context)) this.#batches.push({ context, sends: [] });
  }

  leave(context: Value, site: Site): void {
    if (isApart(context)) this.#apart--;
    if (isAutocommit(context)) this.#mark("BEGIN", context, site);
    // A batch keeps its own operations until it ends: what is executed inside is sent before them.
    if (isBatch(context)) for (const send of this.#batches.pop()?.sends ?? []) send();
  }

  /** What Alembic itself sends around an autocommit block. */
  #mark(word: string, context: Value, site: Site): void {
    if (this.writer?.isMysql === false)
      this.output.built(
        this.writer.at(context.at, word),
        // Not that of the last call in the block.
        { ...site, statement: context.at },
        { byTool: true },
      );
  }

  lost(at: Place, _why: string, site: Site): void {
    this.output.sender = "code";
    const isOwn = at.path === this.#path;
    const text = isOwn ? "" : (this.writer?.run.files.readFile(at.path) ?? "");
    // A helper that doesn't know `op` can't use it.
    if (isOwn || /\balembic\b/.test(text)) this.output.dynamic(at, site);
  }

  raised(error: Value | undefined, site: Site): void {
    if (site.flow.conditional || this.output.count > 0 || this.raisedFirst !== undefined) return;
    this.raisedFirst = error?.is === "call" ? (textOf(error.values[0]) ?? "") : "";
  }
}

const isOp = (value: Value): boolean => dottedOf(value) === "alembic.op";

function keyOf(type: EnumType): string | undefined {
  const name = nameOf(type.name);
  return name === undefined ? undefined : `${nameOf(type.schema) ?? ""}.${name}`;
}
