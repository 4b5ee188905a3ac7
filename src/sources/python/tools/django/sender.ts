/** Sends statements, and keeps those for the end of a migration; what the tables have follows them. */
import type { Place } from "../../value.ts";
import type { Apps, BoundField } from "./apps.ts";
import { constraint, type LiveTables } from "./live.ts";
import { indexName } from "./names.ts";
import { Statement } from "./statement.ts";
import { isSince, type Vendor } from "./vendor.ts";
import { Columns } from "./columns.ts";
import { Statements } from "./statements.ts";

/** SQL with the places that made its parts; a text alone was made by the operation. */
export type Chunk = string | { readonly text: string; readonly at: Place };

export interface Sent {
  readonly chunks: readonly Chunk[];
  /** What made it, where that isn't the operation that runs. */
  readonly at?: Place | undefined;
  /** It was kept for the end: by which operation. */
  readonly by?: Place | undefined;
  /** Django makes it for a ManyToManyField. */
  readonly byTool?: true | undefined;
}

export class Sender {
  protected readonly vendor: Vendor;

  readonly live: LiveTables;

  protected readonly send: (sent: Sent) => void;

  protected readonly columns: Columns;

  protected readonly statements: Statements;

  protected deferred: Statement[] = [];

  /** The operation that runs. */
  running: Place | undefined;

  constructor(vendor: Vendor, live: LiveTables, send: (sent: Sent) => void) {
    this.vendor = vendor;
    this.live = live;
    this.send = send;
    this.columns = new Columns(vendor);
    this.statements = new Statements(vendor, this.columns);
  }

  execute(...chunks: readonly Chunk[]): void {
    this.send({ chunks });
  }

  /** What a library sends of its own: no migration can leave it out, or undo it. */
  executeOwn(statement: string): void {
    this.send({ chunks: [statement], byTool: true });
  }

  protected run(statement: Statement | undefined): void {
    if (statement === undefined) return;
    const { at, by, byTool } = statement;
    this.send({ chunks: [statement.text()], at, by, byTool });
    statement.effect(this.live);
  }

  /** What Django sends at the end of a migration. */
  finish(): void {
    const all = this.deferred;
    this.deferred = [];
    for (const one of all) this.run(one);
  }

  protected q(name: string): string {
    return this.vendor.quote(name);
  }

  protected get isPostgres(): boolean {
    return this.vendor.isPostgres;
  }

  protected alter(table: string, changes: string): void {
    this.execute(`ALTER TABLE ${this.q(table)} ${changes}`);
  }

  protected columnComment(table: string, column: string, comment: string): void {
    this.execute(`COMMENT ON COLUMN ${this.q(table)}.${this.q(column)} IS ${this.vendor.text(comment)}`);
  }

  protected defer(statement: Statement | undefined): void {
    if (statement !== undefined) this.deferAll([statement]);
  }

  protected deferAll(statements: readonly Statement[]): void {
    for (const one of statements) one.by = this.running;
    this.deferred.push(...statements);
  }

  renameTable(from: string, to: string): void {
    if (from === to) return;
    this.execute(
      this.isPostgres
        ? `ALTER TABLE ${this.q(from)} RENAME TO ${this.q(to)}`
        : `RENAME TABLE ${this.q(from)} TO ${this.q(to)}`,
    );
    this.live.rename(from, to);
    for (const one of this.deferred) one.renameTable(from, to);
  }

  protected foreignKeysOf(apps: Apps, bound: BoundField): readonly string[] {
    const table = apps.table(bound.model);
    const live = this.live.names(table, { columns: [bound.column], foreign: true });
    // A table that no migration of the project makes has what Django names itself.
    if (this.live.knows(table)) return live;
    const made = this.statements.createForeignKey(apps, bound);
    return made === undefined ? [] : [made.name()];
  }

  protected dropForeignKeys(apps: Apps, bound: BoundField): readonly string[] {
    const names = this.foreignKeysOf(apps, bound);
    for (const name of names) this.deleteForeignKey(apps.table(bound.model), name);
    return names;
  }

  protected deleteForeignKey(table: string, name: string): void {
    const drop = this.isPostgres ? "DROP CONSTRAINT" : "DROP FOREIGN KEY";
    const set = this.isPostgres ? `SET CONSTRAINTS ${this.q(name)} IMMEDIATE; ` : "";
    this.execute(`${set}ALTER TABLE ${this.q(table)} ${drop} ${this.q(name)}`);
    this.live.removeForeignKey(table, name);
  }

  protected dropPrimaryKey(table: string): void {
    for (const name of this.live.names(table, { primary: true })) {
      this.alter(table, this.isPostgres ? `DROP CONSTRAINT ${this.q(name)}` : "DROP PRIMARY KEY");
      this.live.remove(table, name);
    }
  }

  protected createPrimaryKey(table: string, column: string): void {
    const name = indexName(table, [column], "_pk", this.vendor.longest);
    this.alter(table, `ADD CONSTRAINT ${this.q(name)} PRIMARY KEY (${this.q(column)})`);
    this.live.add(table, constraint(name, [column], "primary", true, !this.isPostgres));
  }

  protected dropUnique(table: string, name: string): void {
    this.alter(table, `DROP ${this.isPostgres ? "CONSTRAINT" : "INDEX"} ${this.q(name)}`);
    this.live.remove(table, name);
  }

  protected dropCheck(table: string, name: string): void {
    const drop = this.isPostgres
      ? "DROP CONSTRAINT"
      : this.vendor.isMariadb
        ? "DROP CONSTRAINT IF EXISTS"
        : "DROP CHECK";
    this.alter(table, `${drop} ${this.q(name)}`);
    this.live.remove(table, name);
  }

  protected createCheck(table: string, name: string, check: string, columns: readonly string[]): void {
    this.alter(table, `ADD CONSTRAINT ${this.q(name)} CHECK (${check})`);
    this.live.add(table, constraint(name, columns, "check", false, false));
  }

  protected dropIndex(table: string, name: string, concurrently = false): void {
    const quoted = this.q(name);
    const rest = this.deferred.filter((one) => one.refs[0]?.table !== table || one.name() !== name);
    // What waits for the end of the migration isn't there: IF EXISTS skips it.
    if (!this.isPostgres || rest.length === this.deferred.length)
      this.execute(
        this.isPostgres
          ? `DROP INDEX ${concurrently ? "CONCURRENTLY " : ""}IF EXISTS ${quoted}`
          : `DROP INDEX ${quoted} ON ${this.q(table)}`,
      );
    this.live.remove(table, name);
    if (isSince(this.vendor, 5, 1)) this.deferred = rest;
  }
}
