/**
 * What was there before the history, worked out from a dump of what all of it leads to: a table of the dump that no
 * migration makes is older than all of them, with the columns, constraints and indexes that none of them adds. What a
 * migration changes isn't known before it, and neither is what it drops.
 */
import type { History, Script } from "../project/migration.ts";
import type { Expression } from "../model/expression.ts";
import type { Key, QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import { applyStatement } from "../schema/apply.ts";
import type { SchemaDialect } from "../schema/dialect.ts";
import { withoutEnds } from "../schema/incomplete.ts";
import { emptySchema, type Schema } from "../schema/schema.ts";
import { isSameData } from "../text/same-data.ts";
import type { Span } from "../text/span.ts";
import type { Read } from "./replay.ts";

export interface Earlier {
  readonly schema: Schema;
  /** What made it. */
  readonly parts: readonly Part[];
}

interface Part {
  readonly operations: readonly Operation[];
  readonly span: Span;
}

/**
 * Undefined: the history makes all that the dump has, or the dump isn't understood.
 *
 * @param last what it was before an edit: the same object where nothing of it is another one now
 */
export function schemaBefore(
  history: History,
  dump: Script,
  read: Read,
  dialect: SchemaDialect,
  last?: Earlier,
): Earlier | undefined {
  const empty = emptySchema(dialect);
  const changed = new Changed(empty);
  for (const { up, unread } of history.migrations) {
    if (unread === true) changed.notUnderstood(up);
    else
      for (const { operations } of read(up, history).statements)
        for (const op of operations) changed.add(op, up);
  }
  const older = new Older(changed);
  const { statements } = read(dump, history);
  const partsOf = (isFirst: boolean): readonly Part[] =>
    statements
      .map(({ operations, span }) => ({
        operations: operations.flatMap((op) => (makesType(op) === isFirst ? (older.part(op) ?? []) : [])),
        span,
      }))
      .filter(({ operations }) => operations.length > 0);
  const parts = [...partsOf(true), ...partsOf(false)];
  if (older.isEmpty) return undefined;
  if (last !== undefined && isSameData(parts, last.parts)) return last;
  let schema = empty;
  for (const { operations, span } of parts) {
    const applied = applyStatement(schema, operations, { migration: -1, path: dump.path, span }).at(-1);
    schema = (applied?.left ?? schema).withSearchPath(empty.searchPath);
  }
  return { schema: withoutEnds(schema), parts };
}

/** Constraints and indexes may stand before the table that they name. */
const makesType = ({ kind }: Operation): boolean => kind === "createTable" || kind === "createType";

/** Words of a text that isn't understood. */
const word = /[A-Za-z_]\w{0,99}/g;
const makes = /create|rename/i;
const ofRows = /^\s*(?:insert|update|delete|select|with|merge|analyze|refresh)\b/i;

/** What the migrations of a history make and change. */
class Changed {
  readonly #schema: Schema;
  readonly relations = new Set<Key>();
  readonly types = new Set<Key>();
  readonly #columns = new Map<Key, Set<string>>();
  readonly #members = new Map<Key, Set<string>>();
  /** Columns that constraints without names are on, with commas. */
  readonly #unnamed = new Map<Key, Set<string>>();
  readonly #files = new Set<string>();
  /** Words of the texts that aren't understood. */
  readonly #texts: ReadonlySet<string>[] = [];
  /** Those of texts that may make a table. */
  readonly #made = new Set<string>();
  readonly #renamed = new Set<string>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  keyOf(name: QualifiedName): Key {
    return this.#schema.resolve(name);
  }

  notUnderstood({ path, text, code }: Script): void {
    if (this.#files.has(path)) return;
    this.#files.add(path);
    const source = code?.source ?? text;
    const words = new Set((source.match(word) ?? []).map((one) => one.toLowerCase()));
    this.#texts.push(words);
    if (makes.test(source)) for (const one of words) this.#made.add(one);
  }

  mayHaveMade(name: QualifiedName): boolean {
    return this.relations.has(this.keyOf(name)) || this.#made.has(name.name.toLowerCase());
  }

  /** A column that isn't known before the history. */
  column(table: QualifiedName, name: string): boolean {
    return this.#columns.get(this.keyOf(table))?.has(name) === true || this.#isNamed(table, name);
  }

  /** A constraint or an index. */
  member(table: QualifiedName, name: string | undefined, columns: readonly string[]): boolean {
    const key = this.keyOf(table);
    return (
      (name !== undefined &&
        (this.#renamed.has(name) ||
          this.#isNamed(table, name) ||
          this.#members.get(key)?.has(name) === true)) ||
      this.#unnamed.get(key)?.has(columns.join()) === true
    );
  }

  add(op: Operation, script: Script): void {
    switch (op.kind) {
      case "createTable":
        this.relations.add(this.keyOf(op.table));
        return;
      case "renameTable": {
        this.relations.add(this.keyOf({ ...op.table, name: op.to.text }));
        return;
      }
      case "setTableSchema":
        this.relations.add(this.keyOf({ ...op.table, schema: op.to.text }));
        return;
      case "createType":
      case "addEnumValue":
      case "renameEnumValue":
      case "dropType":
        this.types.add(this.keyOf(op.type));
        return;
      case "addColumn":
        this.#column(op.table, op.column.name.text);
        return;
      case "renameColumn":
        this.#column(op.table, op.to.text);
        return;
      case "redefineColumn":
        this.#column(op.table, op.definition.name.text);
        return;
      case "changeColumnType":
      case "setDefault":
      case "dropDefault":
      case "setNotNull":
      case "dropNotNull":
      case "setExpression":
      case "dropExpression":
      case "addIdentity":
      case "alterIdentity":
      case "dropIdentity":
        this.#column(op.table, op.column.text);
        return;
      case "addForeignKey":
      case "addUnique":
      case "addPrimaryKey":
        this.#member(
          op.table,
          op.name?.text,
          op.columns.map(({ text }) => text),
        );
        return;
      case "addCheck":
      case "addExclusion":
        this.#member(op.table, op.name?.text, undefined);
        return;
      case "renameConstraint":
      case "dropConstraint":
        this.#member(op.table, "to" in op ? op.to.text : op.name.text, undefined);
        return;
      case "createIndex":
        this.#member(
          op.table,
          op.name?.name,
          op.elements.flatMap(({ column }) => column ?? []),
        );
        return;
      case "unknown":
        this.notUnderstood(script);
        return;
      case "executeDynamic":
        if (!ofRows.test(op.prefix ?? "")) this.notUnderstood(script);
        return;
      case "renameIndex":
        this.#renamed.add(op.to.text);
        return;
      default:
    }
  }

  /** A text that isn't understood has the names of both. */
  #isNamed(table: QualifiedName, name: string): boolean {
    const [one, other] = [table.name.toLowerCase(), name.toLowerCase()];
    return this.#texts.some((words) => words.has(one) && words.has(other));
  }

  #column(table: QualifiedName, column: string): void {
    const key = this.keyOf(table);
    const columns = this.#columns.get(key) ?? new Set<string>();
    this.#columns.set(key, columns.add(column));
  }

  #member(table: QualifiedName, name: string | undefined, columns: readonly string[] | undefined): void {
    const key = this.keyOf(table);
    const own = name === undefined ? columns?.join() : name;
    if (own === undefined) return;
    const all = name === undefined ? this.#unnamed : this.#members;
    const known = all.get(key) ?? new Set<string>();
    all.set(key, known.add(own));
  }
}

/** What of a dump is older than the history. */
class Older {
  readonly #changed: Changed;
  /** With their columns that are as old as they are. */
  readonly #tables = new Map<Key, ReadonlySet<string>>();

  constructor(changed: Changed) {
    this.#changed = changed;
  }

  get isEmpty(): boolean {
    return this.#tables.size === 0;
  }

  /** The operation as far as it is older; undefined: nothing of it is. */
  part(op: Operation): Operation | undefined {
    const changed = this.#changed;
    switch (op.kind) {
      case "createType":
        return changed.types.has(changed.keyOf(op.type)) ? undefined : op;
      case "createTable": {
        if (op.temporary || op.query !== undefined || op.partitionOf !== undefined) return undefined;
        if (changed.mayHaveMade(op.table)) return undefined;
        const columns = op.columns.filter(({ name }) => !changed.column(op.table, name.text));
        this.#tables.set(changed.keyOf(op.table), new Set(columns.map(({ name }) => name.text)));
        return { ...op, columns };
      }
      case "setDefault":
      case "setNotNull":
        return this.#has(op.table, [op.column.text]) ? op : undefined;
      case "addPrimaryKey":
      case "addUnique":
      case "addForeignKey": {
        const columns = op.columns.map(({ text }) => text);
        if (!this.#has(op.table, columns) || changed.member(op.table, op.name?.text, columns))
          return undefined;
        if (op.kind === "addForeignKey" && !this.#tables.has(changed.keyOf(op.references))) return undefined;
        return op;
      }
      case "addCheck":
        return this.#reads(op.table, [op.expression]) && !changed.member(op.table, op.name?.text, [])
          ? op
          : undefined;
      case "createIndex": {
        const columns = op.elements.flatMap(({ column }) => column ?? []);
        const expressions = [...op.elements.map(({ expression }) => expression), op.where];
        return this.#has(op.table, [...columns, ...op.include]) &&
          this.#reads(op.table, expressions) &&
          !changed.member(op.table, op.name?.name, columns)
          ? op
          : undefined;
      }
      default:
        return undefined;
    }
  }

  #has(table: QualifiedName, columns: readonly string[]): boolean {
    const known = this.#tables.get(this.#changed.keyOf(table));
    return known !== undefined && columns.every((one) => known.has(one));
  }

  #reads(table: QualifiedName, expressions: readonly (Expression | undefined)[]): boolean {
    return this.#has(
      table,
      expressions.flatMap((one) => one?.columns.map(({ column }) => column) ?? []),
    );
  }
}
