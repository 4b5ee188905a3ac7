/** What the steps of some migrations are about, as it is called before the first of them runs. */
import { changed, tableOf } from "../../model/kinds.ts";
import type { Key, QualifiedName } from "../../model/names.ts";
import type { MigrationScope, Step } from "../../replay/step.ts";
import type { Column, Relation } from "../../schema/model.ts";
import type { Schema } from "../../schema/schema.ts";
import { namesIn, type Names } from "../definitions.ts";
import type { Unchecked } from "./check.ts";

/** A table that is there before the first migration. */
export interface OldTable {
  readonly key: Key;
  /** As the database's SQL writes it. */
  readonly name: string;
  /** As far as it is known. */
  readonly relation: Relation | undefined;
}

/** Migrations that are applied one after the other. */
export class Batch {
  readonly scopes: readonly MigrationScope[];
  /** The schema before the first of them. */
  readonly base: Schema;
  readonly names: Names;
  readonly unchecked: Unchecked[] = [];
  readonly #first: number;
  /** Tables whose rows a step so far has changed. */
  readonly #written = new Set<Key>();
  #writesAnything = false;

  constructor(scopes: readonly MigrationScope[], base: Schema) {
    this.scopes = scopes;
    this.base = base;
    this.names = namesIn(base);
    this.#first = scopes[0]?.migration.index ?? 0;
  }

  /** Those that the server runs, each with what is known of the rows at that place. */
  *steps(): Iterable<Step> {
    for (const scope of this.scopes)
      for (const step of scope.applied()) {
        const table = tableOf(step.operation);
        if (table !== undefined && scope.isTracking(table)) continue;
        yield step;
        this.#note(step);
      }
  }

  #note(step: Step): void {
    const changes = changed(step.operation);
    const table = tableOf(step.operation);
    if (changes === "unknown") this.#writesAnything = true;
    if (changes !== "rows") return;
    const key = table === undefined ? undefined : this.table(step, table)?.key;
    if (key !== undefined) this.#written.add(key);
  }

  /** Undefined: the migrations make it. */
  table({ before }: Pick<Step, "before">, name: QualifiedName | Key): OldTable | undefined {
    const key = typeof name === "string" ? name : before.resolve(name);
    const found = before.relation(key);
    if (found.is !== "present") return this.base.relation(key).is === "absent" ? undefined : this.#old(key);
    if (this.isNew(found.value.origin?.migration)) return undefined;
    const [old] = found.value.renamedFrom.filter(({ origin }) => this.isNew(origin.migration));
    return this.#old(old === undefined ? key : `${found.value.schema}.${old.name}`);
  }

  #old(key: Key): OldTable {
    const found = this.base.relation(key);
    return {
      key,
      name: this.names.show(key),
      relation: found.is === "present" ? found.value : undefined,
    };
  }

  /** A column as SQL writes it; undefined: the migrations add it. */
  column(step: Pick<Step, "before">, table: QualifiedName | Key, column: string): string | undefined {
    const old = this.columnName(step, table, column);
    return old === undefined ? undefined : this.names.spell(old);
  }

  /** The same without quotes. */
  columnName(
    { before }: Pick<Step, "before">,
    table: QualifiedName | Key,
    column: string,
  ): string | undefined {
    const found = before.column(table, column);
    if (found.is === "present") return this.#oldName(found.value);
    const key = typeof table === "string" ? table : before.resolve(table);
    return this.base.column(key, column).is === "absent" ? undefined : column;
  }

  #oldName({ name, origin, renamedFrom }: Column): string | undefined {
    if (this.isNew(origin.migration)) return undefined;
    const [old] = renamedFrom.filter((one) => this.isNew(one.origin.migration));
    return old?.name ?? name;
  }

  isNew(migration: number | undefined): boolean {
    return migration !== undefined && migration >= this.#first;
  }

  /** Whether its rows are at this step those that it has before the first migration. Notes it where they aren't. */
  keepsRows(table: OldTable, what: string): boolean {
    if (!this.#writesAnything && !this.#written.has(table.key)) return true;
    const why = this.#written.has(table.key)
      ? `an earlier statement changes rows of ${table.name}`
      : "what an earlier statement does isn't known";
    this.unchecked.push({ what, why });
    return false;
  }

  /** The columns that tell rows apart. */
  keyOf({ relation }: OldTable): readonly string[] {
    const key = relation?.constraints.find(({ kind }) => kind === "primary key");
    return key !== undefined && "columns" in key ? key.columns.map((one) => this.names.spell(one)) : [];
  }
}
