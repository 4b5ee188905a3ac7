/** What a statement meets: its operations, and the schema before it. What isn't known is taken as the usual. */
import { engineOf } from "../../model/engines.ts";
import type { Key } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import type { Column, Index, Relation } from "../../schema/model.ts";
import type { Schema } from "../../schema/schema.ts";
import { hasPatch, isSince, type MysqlServer } from "./release.ts";

/** MODIFY, CHANGE, RENAME and DROP take a column each. */
export const changedColumn = (op: Operation): string | undefined =>
  op.kind === "redefineColumn" || op.kind === "renameColumn" || op.kind === "dropColumn"
    ? op.column.text
    : undefined;

export class StatementContext {
  readonly schema: Schema;
  readonly server: MysqlServer;
  readonly statement: readonly Operation[];
  readonly key: Key;
  readonly relation: Relation | undefined;
  readonly indexes: readonly Index[];
  /** Names of indexes that the statement drops. */
  readonly dropped: ReadonlySet<string>;
  readonly droppedColumns: ReadonlySet<string>;
  /** Columns that MODIFY and CHANGE define anew. */
  readonly redefined: ReadonlySet<string>;
  /** Columns by names that the statement takes from them. */
  readonly renamed: ReadonlySet<string>;
  /** Columns that two clauses change. */
  readonly namedTwice = new Set<string>();
  /** Set where an answer is a guess. */
  guessed = false;

  constructor(schema: Schema, server: MysqlServer, statement: readonly Operation[], key: Key) {
    this.schema = schema;
    this.server = server;
    this.statement = statement;
    this.key = key;
    const found = schema.relation(key);
    this.relation = found.is === "present" ? found.value : undefined;
    this.indexes = schema.indexesOn(key);
    this.dropped = new Set(
      statement.flatMap((op) => {
        if (op.kind === "dropIndex") return op.index.name;
        return op.kind === "dropConstraint" && op.object !== "foreign key" ? op.name.text : [];
      }),
    );
    this.droppedColumns = new Set(
      statement.flatMap((op) => (op.kind === "dropColumn" ? op.column.text : [])),
    );
    this.redefined = new Set(statement.flatMap((op) => (op.kind === "redefineColumn" ? op.column.text : [])));
    this.renamed = new Set(
      statement.flatMap((op) =>
        op.kind === "renameColumn" ||
        (op.kind === "redefineColumn" && op.definition.name.text !== op.column.text)
          ? op.column.text
          : [],
      ),
    );
    const named = new Set<string>();
    for (const op of statement) {
      const name = changedColumn(op);
      if (name !== undefined && named.has(name)) this.namedTwice.add(name);
      if (name !== undefined) named.add(name);
    }
  }

  get isMariaDb(): boolean {
    return this.server.isMariaDb;
  }

  /** MySQL of that release or later. */
  mysqlSince(release: string): boolean {
    return !this.isMariaDb && isSince(this.server, release);
  }

  /** REFERENCES behind a column makes a key: on MySQL from 9.0 on. Where the release isn't known, as little as before. */
  get readsInlineReferences(): boolean {
    return this.isMariaDb || (this.server.release.length > 0 && this.mysqlSince("9.0"));
  }

  /** The same, where the release may be one that does. */
  get mayReadInlineReferences(): boolean {
    return this.readsInlineReferences || this.server.release.length === 0;
  }

  /** A fix is surely in the server: see `hasPatch`. */
  hasPatch(releases: readonly string[]): boolean {
    return hasPatch(this.server, releases);
  }

  mariaDbSince(release: string): boolean {
    return this.isMariaDb && isSince(this.server, release);
  }

  isOff(setting: string): boolean {
    return ["0", "off", "false"].includes(this.server.setting(setting)?.toLowerCase() ?? "");
  }

  /** Strict is the default. */
  get isStrict(): boolean {
    const mode = this.server.setting("sql_mode")?.toUpperCase();
    return mode === undefined || mode === "DEFAULT" || /STRICT_(?:TRANS|ALL)_TABLES|TRADITIONAL/.test(mode);
  }

  option(name: string): string | undefined {
    return this.relation?.tableOptions?.[name];
  }

  get engine(): string {
    return engineOf(this.relation ?? {});
  }

  get rowFormat(): string {
    const written = this.option("row_format");
    if (written !== undefined && written !== "default") return written;
    return (this.option("key_block_size") ?? "0") === "0" ? "dynamic" : "compressed";
  }

  column(name: string): Column | undefined {
    return this.relation?.columns.find((c) => c.name === name);
  }

  index(name: string): Index | undefined {
    return this.indexes.find((index) => index.name === name);
  }

  indexesWith(column: string): readonly Index[] {
    return this.indexes.filter((index) => index.elements.some((e) => e.column === column));
  }

  has(method: string): boolean {
    return this.indexes.some((index) => index.method === method);
  }

  get virtualColumns(): readonly Column[] {
    return (this.relation?.columns ?? []).filter((c) => c.generated?.stored === false);
  }

  get hasStoredColumn(): boolean {
    return (this.relation?.columns ?? []).some((c) => c.generated?.stored === true);
  }

  get hasIndexedVirtualColumn(): boolean {
    return this.virtualColumns.some(({ name }) => this.indexesWith(name).length > 0);
  }

  /** FULLTEXT indexes that the statement leaves. */
  get keepsFulltext(): boolean {
    return this.indexes.some(
      ({ method, name, elements }) =>
        method === "fulltext" &&
        !this.dropped.has(name) &&
        !elements.every(({ column }) => column !== undefined && this.droppedColumns.has(column)),
    );
  }

  get isPartitioned(): boolean {
    return this.relation?.partitionBy !== undefined;
  }

  get primaryKey(): Index | undefined {
    return this.index("primary");
  }

  /** The unique index that the rows are ordered by where there is no primary key. */
  get clustered(): Index | undefined {
    return this.primaryKey ?? this.indexes.find((index) => index.unique && this.isNotNull(index));
  }

  isNotNull(index: Pick<Index, "elements">): boolean {
    return index.elements.every(
      ({ column, length }) =>
        column !== undefined && length === undefined && this.column(column)?.notNull === "yes",
    );
  }
}
