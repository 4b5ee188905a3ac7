/**
 * What a row of the tables may ask and say: the schema before the operation, the server, and the effects found so
 * far. Hazards assume an existing, large table: what the schema doesn't know is taken as there and filled.
 */
import type { Expression, QueryFacts } from "../../model/expression.ts";
import { tableOf } from "../../model/kinds.ts";
import type { Key, QualifiedName } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import type { Column, ForeignKey, Index, Relation, UserType } from "../../schema/model.ts";
import type { Schema } from "../../schema/schema.ts";
import type { LockMode, ServerContext } from "../effects.ts";
import { Collector } from "./collector.ts";
import { withoutSqlComments } from "../../text/sql-comments.ts";

export class StatementContext {
  readonly schema: Schema;
  readonly server: ServerContext;
  /** All operations of the statement: `DROP TABLE a, b` drops `b` before anybody asks who needs it. */
  readonly statement: readonly Operation[];
  readonly found = new Collector();

  constructor(schema: Schema, server: ServerContext, statement: readonly Operation[]) {
    this.schema = schema;
    this.server = server;
    this.statement = statement;
  }

  key(name: QualifiedName | Key): Key {
    return typeof name === "string" ? name : this.schema.resolve(name);
  }

  relation(name: QualifiedName | Key): Relation | undefined {
    const found = this.schema.relation(name);
    return found.is === "present" ? found.value : undefined;
  }

  column(table: QualifiedName | Key, name: string): Column | undefined {
    const found = this.schema.column(table, name);
    return found.is === "present" ? found.value : undefined;
  }

  index(name: QualifiedName | Key): Index | undefined {
    const found = this.schema.index(name);
    return found.is === "present" ? found.value : undefined;
  }

  userType(type: ColumnType): UserType | undefined {
    const name = { schema: type.schema, name: type.name, text: type.text, span: type.span };
    const found = this.schema.type(name);
    return found.is === "present" ? found.value : undefined;
  }

  /** The table, and below it all partitions and inheriting tables, parents first. */
  tree(name: QualifiedName | Key): readonly Key[] {
    return this.#reached(this.key(name), (key) => this.relation(key)?.children ?? []);
  }

  /** Keys that can be reached from one, itself first, then each with all that lies behind it. */
  #reached(from: Key, next: (key: Key) => readonly Key[]): readonly Key[] {
    const found = new Set<Key>();
    const waiting = [from];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (found.has(key)) continue;
      found.add(key);
      for (const one of next(key).toReversed()) waiting.push(one);
    }
    return [...found];
  }

  isPartitioned(name: QualifiedName | Key): boolean {
    return this.relation(name)?.partitionBy !== undefined;
  }

  /** Views give way to what they read, down to the tables; the views stay in the list. ONLY stops at the table. */
  expand(name: QualifiedName | Key): readonly Key[] {
    if (typeof name !== "string" && name.only === true) return [this.key(name)];
    const alone: Key[] = [];
    const below = this.#reached(this.key(name), (key) => {
      const relation = this.relation(key);
      if (relation?.kind !== "view") return relation?.children ?? [];
      const reads = relation.query?.relations ?? [];
      alone.push(...reads.filter(({ only }) => only === true).map((read) => this.key(read)));
      return reads.filter(({ only }) => only !== true).map((read) => this.key(read));
    });
    return [...new Set([...below, ...alone])];
  }

  lock(name: QualifiedName | Key, mode: LockMode): void {
    this.found.lock(this.key(name), mode);
  }

  lockTree(name: QualifiedName | Key, mode: LockMode, only = false): void {
    for (const key of only ? [this.key(name)] : this.tree(name)) this.found.lock(key, mode);
  }

  /** A referenced table, with its partitions: their triggers come and go with the foreign key. */
  lockReferenced(name: QualifiedName | Key, mode: LockMode): void {
    this.lockTree(name, mode, !this.isPartitioned(name));
  }

  /** Reads the rows; a partitioned table, a view or a foreign table has none of its own. */
  scan(name: QualifiedName | Key): void {
    if (this.holdsRows(name)) this.found.scan(this.key(name));
  }

  scanTree(name: QualifiedName | Key, only = false): void {
    for (const key of only ? [this.key(name)] : this.tree(name)) this.scan(key);
  }

  /** Writes the heap anew, and with it every index. */
  rewrite(name: QualifiedName | Key): void {
    if (!this.holdsRows(name)) return;
    const key = this.key(name);
    this.found.rewrite(key);
    this.found.scan(key);
    this.rebuildAll(key);
  }

  rebuildAll(table: Key): void {
    for (const index of this.schema.indexesOn(table)) this.found.rebuild(indexKey(index));
  }

  holdsRows(name: QualifiedName | Key): boolean {
    const relation = this.relation(name);
    if (relation === undefined) return true;
    return (
      (relation.kind === "table" && relation.partitionBy === undefined) ||
      relation.kind === "materialized view"
    );
  }

  /** `s` or `app.s`, folded. */
  private named(text: string): Key {
    const [first = "", second] = text.split(".");
    if (second !== undefined) return text;
    return this.key({ name: first, text, span: { start: 0, end: 0 } });
  }

  /** What a query locks and reads: ACCESS SHARE down to the tables below its views. */
  read(query: QueryFacts | undefined, scans = true): void {
    for (const text of query?.sequences ?? []) this.lock(this.named(text), "ROW EXCLUSIVE");
    for (const name of query?.relations ?? [])
      for (const key of this.expand(name)) {
        this.found.lock(key, "ACCESS SHARE");
        if (scans) this.scan(key);
      }
  }

  /** A stored query or expression is only analysed: what it names is locked, views are not expanded. */
  name(query: QueryFacts | undefined): void {
    for (const name of query?.relations ?? []) this.lock(name, "ACCESS SHARE");
  }

  nameIn(expression: Expression | undefined, own?: Key): void {
    if (expression?.subquery !== true) return;
    for (const column of expression.columns)
      for (const table of column.table === undefined ? (column.candidates ?? []) : [column.table]) {
        const key = this.key(table);
        if (key !== own) this.found.lock(key, "ACCESS SHARE");
      }
  }

  foreignKeysOf(name: QualifiedName | Key): readonly ForeignKey[] {
    return (this.relation(name)?.constraints ?? []).filter((c) => c.kind === "foreign key");
  }

  /** The sequences behind a table's columns: serial, identity, or owned and used by the default. */
  sequencesOf(name: QualifiedName | Key, only?: string): readonly Key[] {
    const relation = this.relation(name);
    if (relation === undefined) return [];
    return relation.columns.flatMap((column) => {
      if (only !== undefined && column.name !== only) return [];
      const made = `${relation.schema}.${relation.name}_${column.name}_seq`;
      const called = sequenceCalls(column.default)
        .map((sequence) => this.key(sequence))
        .filter((key) => this.relation(key)?.ownedBy?.table === relation.key);
      if (called.length > 0) return called;
      const isThere = this.relation(made)?.ownedBy?.table === relation.key;
      if (isThere) return [made];
      if (!column.serial && column.identity === undefined) return [];
      // It keeps its name when the table or the column gets another one.
      for (const { key, ownedBy } of this.schema.relations())
        if (ownedBy?.table === relation.key && ownedBy.column === column.name) return [key];
      return [made];
    });
  }

  /** True if another operation of the statement does the same to this relation. */
  alsoIn(kind: Operation["kind"], relation: Key): boolean {
    return this.statement.some((other) => {
      const target = other.kind === kind ? targetOf(other) : undefined;
      return target !== undefined && this.key(target) === relation;
    });
  }

  /** A word that only a newer server's grammar knows. */
  needs(version: number, word: string): void {
    if (this.server.version < version) this.found.fail(`syntax error at or near "${word}"`, version);
  }
}

/** The relation that an operation names as its own. */
export function targetOf(operation: Operation): QualifiedName | undefined {
  const table = tableOf(operation);
  if (table !== undefined) return table;
  if ("view" in operation) return operation.view;
  if ("sequence" in operation) return operation.sequence;
  return undefined;
}

export const indexKey = (index: Index): Key => `${index.schema}.${index.name}`;

/** The sequences that `nextval('…')` names in an expression. */
export function sequenceCalls(expression: Expression | undefined): readonly QualifiedName[] {
  if (!(expression?.functions.some((f) => f.name === "nextval") ?? false)) return [];
  return [
    ...withoutSqlComments(expression?.text ?? "").matchAll(
      /\bnextval\s*\(\s*(?:\(\s*)*'([a-z_][a-z0-9_$]{0,62})(?:\.([a-z_][a-z0-9_$]{0,62}))?'/gi,
    ),
  ].map(([, first, second]) => ({
    schema: second === undefined ? undefined : first,
    name: second ?? first ?? "",
    text: second ?? first ?? "",
    span: expression?.span ?? { start: 0, end: 0 },
  }));
}

/** The bare name of a key, as the server's messages have it. */
export const bare = (key: Key): string => key.slice(key.indexOf(".") + 1);
