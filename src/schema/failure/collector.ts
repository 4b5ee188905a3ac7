import type { ColumnReference, Expression, QueryFacts } from "../../model/expression.ts";
import { keyOf, type Key, type Name, type QualifiedName } from "../../model/names.ts";
import type { ColumnType } from "../../model/types.ts";
import type { Span } from "../../text/span.ts";
import type { Column, Index, Lookup, Origin } from "../model.ts";
import { isForSqlite } from "../for-sqlite.ts";
import type { Schema } from "../schema.ts";
import { columnTag, constraintTag, indexTag, relationTag, routineTag, sequencesOf, typeTag } from "../state.ts";

/** One reason why a statement fails; `differs`: it does not fail, but what is there isn't what it says. */
export interface Failure {
  readonly kind:
    | "unknown-table"
    | "unknown-column"
    | "unknown-constraint"
    | "unknown-index"
    | "unknown-object"
    | "duplicate-table"
    | "duplicate-column"
    | "duplicate-index"
    | "duplicate-constraint"
    | "duplicate-object"
    | "differs";
  /** What kind of thing, for messages: `table`, `column`, `view`, `sequence`, `enum label`, … */
  readonly what: string;
  /** As messages say it: `orders`, `orders.total`. */
  readonly name: string;
  /** Of tables, columns, indexes and constraints: their own name, folded, to compare. */
  readonly bare?: string | undefined;
  /** Of columns: the table that lacks it. */
  readonly table?: Key | undefined;
  readonly span: Span;
  /** Of `unknown-…`: who dropped or renamed it; undefined if nothing ever created it. */
  readonly dropped?: Origin | undefined;
  /** Of `duplicate-…` and `differs`: who created it, if the history did. */
  readonly existing?: Origin | undefined;
  /** Of a second primary key: the first one is that of the table of which this is a partition. */
  readonly ofParent?: boolean | undefined;
  /** Of `differs`: how, `column phone: text instead of varchar(20)`. */
  readonly detail?: string | undefined;
  /** Of `duplicate-column`: what is there is declared in the same way. */
  readonly alike?: boolean | undefined;
  /** Of a rename of what isn't there: what has the new name, and who made it. */
  readonly already?: { readonly name: string; readonly origin: Origin | undefined } | undefined;
  /** Of `unknown-table`: the table whose name differs in case alone, which is most probably meant. */
  readonly twin?: { readonly schema: string; readonly name: string } | undefined;
  /** Of `unknown-object`: no migration makes it, but something else may, as it may make a table. */
  readonly elsewhere?: true | undefined;
  /** What is unknown from then on, for `apply`. */
  readonly object?: { readonly tag: string; readonly member?: string | undefined } | undefined;
}

const nameIn = ({ column, written, span }: ColumnReference): Name => ({ text: column, written, span });

/** For messages: the default schema is left out. */
export const shown = ({ text }: { readonly text: string }): string => text.replace(/^public\./, "");

/** The table whose name differs in case alone. */
export function twinOf(schema: Schema, { name }: QualifiedName): Failure["twin"] {
  const own = name.toLowerCase();
  return [...schema.relations()].find((relation) => relation.name.toLowerCase() === own);
}

export class Collector {
  readonly schema: Schema;
  readonly list: Failure[] = [];
  readonly #known = new Set<string>();

  constructor(schema: Schema) {
    this.schema = schema;
  }

  add(failure: Failure): void {
    const key = `${failure.kind} ${failure.span.start} ${failure.name}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.list.push(failure);
  }

  /** A relation that must be there; `then` runs with it where it is present. True unless it is surely absent. */
  relation(name: QualifiedName, what = "table", forget = true): boolean {
    const found = this.schema.relation(name);
    if (found.is !== "absent") return true;
    const key = this.schema.resolve(name);
    // DROP and the like say what they want; an index has its name in the same space.
    if (this.schema.index(key).is === "present") return true;
    const twin = found.dropped === undefined ? twinOf(this.schema, name) : undefined;
    this.add({
      kind: "unknown-table",
      what,
      name: shown(name),
      bare: name.name,
      span: name.span,
      dropped: found.dropped,
      twin,
      object: forget && twin === undefined ? { tag: relationTag(key) } : undefined,
    });
    return false;
  }

  column(table: QualifiedName, column: Name, forget = true): boolean {
    const found = this.schema.column(table, column.text);
    if (found.is !== "absent" || this.schema.relation(table).is !== "present") return true;
    this.add({
      kind: "unknown-column",
      what: "column",
      name: `${shown(table)}.${this.schema.spell(column)}`,
      bare: column.text,
      table: this.schema.resolve(table),
      span: column.span,
      dropped: found.dropped,
      object: forget ? { tag: this.schema.resolve(table), member: columnTag(column.text) } : undefined,
    });
    return false;
  }

  constraint(table: QualifiedName, name: Name, forget = true): void {
    const found = this.schema.constraint(table, name.text);
    if (found.is !== "absent" || this.schema.relation(table).is !== "present") return;
    this.add({
      kind: "unknown-constraint",
      what: "constraint",
      name: this.schema.spell(name),
      bare: name.text,
      span: name.span,
      dropped: found.dropped,
      object: forget ? { tag: this.schema.resolve(table), member: constraintTag(name.text) } : undefined,
    });
  }

  index(name: QualifiedName, forget = true): void {
    const found = this.schema.index(name);
    if (found.is !== "absent") return;
    const key = this.schema.resolve(name);
    if (this.schema.relation(key).is === "present") return;
    this.add({
      kind: "unknown-index",
      what: "index",
      name: shown(name),
      bare: name.name,
      span: name.span,
      dropped: found.dropped,
      object: forget ? { tag: indexTag(key) } : undefined,
    });
  }

  type(name: QualifiedName, what = "type", forget = true): void {
    const found = this.schema.type(name);
    const isUnmade = forget && this.isUnmade(name);
    if ((found.is !== "absent" && !isUnmade) || this.schema.relation(name).is === "present") return;
    this.unknownObject(what, name, found, isUnmade, forget ? typeTag : undefined);
  }

  /**
   * The type of a column, if it was dropped or renamed, or is another database's: what nothing has made may be an
   * extension's, unless it `isOwn`.
   *
   * @param isNew of a table that the statement creates
   */
  columnType(
    type: ColumnType | undefined,
    span: Span,
    { isOwn = false, isNew = false }: { readonly isOwn?: boolean; readonly isNew?: boolean } = {},
  ): void {
    if (type === undefined) return;
    const { name, schema } = type;
    const text = schema === undefined ? name : `${schema}.${name}`;
    const written = { name, schema, text, span };
    const found = this.schema.type(written);
    // No extension brings what is the project's own, or another database's.
    const isMissing =
      found.is === "unknown" && ((isOwn && this.schema.closed) || this.isOfAnother(written, isNew));
    const isUnmade = !isMissing && this.isUnmade(written);
    if (!isMissing && !isUnmade && (found.is !== "absent" || (found.dropped === undefined && !isOwn))) return;
    // Each table is a type, too.
    if (this.schema.relation(written).is === "present") return;
    // Once for a statement with several columns of it.
    if (this.list.some((other) => other.what === "type" && other.bare === name)) return;
    this.unknownObject("type", written, found, isUnmade, isUnmade ? typeTag : undefined);
  }

  /** @param tagOf of what is unknown from then on; undefined: nothing is */
  private unknownObject(
    what: string,
    name: QualifiedName,
    found: Lookup<unknown>,
    isUnmade: boolean,
    tagOf: ((key: string) => string) | undefined,
  ): void {
    this.add({
      kind: "unknown-object",
      what,
      name: shown(name),
      bare: name.name,
      span: name.span,
      dropped: found.is === "absent" ? found.dropped : undefined,
      ...(isUnmade ? { elsewhere: true } : {}),
      object: tagOf && { tag: tagOf(keyOf(name.schema ?? this.schema.searchPath[0] ?? "public", name.name)) },
    });
  }

  private isUnmade(name: QualifiedName): boolean {
    return this.schema.dialect.ownTypes === true && this.schema.isUnmade("type", name) && !isForSqlite(this.schema);
  }

  private isOfAnother({ schema, name }: QualifiedName, isNew: boolean): boolean {
    return (
      schema === undefined &&
      this.schema.dialect.names.ownType(name) !== undefined &&
      !isForSqlite(this.schema) &&
      // A domain of this name would be older than the history.
      (this.schema.closed || (isNew && [...this.schema.relations()].every(({ complete }) => complete)))
    );
  }

  routine(name: QualifiedName, what = "function", forget = true): void {
    const found = this.schema.routines(name);
    const isUnmade = what === "trigger function" && this.schema.isUnmade("routine", name);
    if (found.is !== "absent" && !isUnmade) return;
    this.unknownObject(what, name, found, isUnmade, forget ? routineTag : undefined);
  }

  /** See `Constraint.orElse`. */
  private hasEitherName({ table, constraint }: Index): boolean {
    const found = constraint === undefined ? undefined : this.schema.constraint(table, constraint);
    return found?.is === "present" && found.value.orElse !== undefined;
  }

  /** The name of a new table, view, sequence or index must be free. */
  free(key: string, text: string, span: Span, what: "table" | "view" | "sequence" | "index"): void {
    if (!this.schema.certain(key)) return;
    const relation = this.schema.relation(key);
    const index = this.schema.index(key);
    const taken: Lookup<{ readonly origin?: Origin | undefined }> = relation.is === "present" ? relation : index;
    // What only a use makes known may be what this very statement makes, before a use that failed or wasn't checked.
    if (taken.is !== "present" || taken.value.origin === undefined) return;
    if (index.is === "present" && this.hasEitherName(index.value)) return;
    this.add({
      kind: what === "index" ? "duplicate-index" : "duplicate-table",
      what: relation.is === "present" ? relation.value.kind : "index",
      name: shown({ text }),
      span,
      existing: taken.value.origin,
    });
  }

  /** A new member of a relation must have a free name. */
  freeMember(
    kind: "duplicate-column" | "duplicate-constraint",
    table: QualifiedName,
    name: Name,
    isAlike?: (there: Column) => boolean,
  ): void {
    const column = kind === "duplicate-column";
    const found: Lookup<{ readonly origin: Origin; readonly orElse?: string | undefined }> = column
      ? this.schema.column(table, name.text)
      : this.schema.constraint(table, name.text);
    if (found.is !== "present" || found.value.orElse !== undefined) return;
    const tag = column ? columnTag(name.text) : constraintTag(name.text);
    if (!this.schema.certain(this.schema.resolve(table), tag)) return;
    const there = column ? this.schema.column(table, name.text) : undefined;
    const alike = there?.is === "present" && isAlike?.(there.value) === true;
    this.add({
      ...(alike ? { alike } : {}),
      kind,
      what: column ? "column" : "constraint",
      name: column ? `${shown(table)}.${this.schema.spell(name)}` : this.schema.spell(name),
      bare: name.text,
      span: name.span,
      existing: found.value.origin,
    });
  }

  /** Columns of an expression about one table; `also` are names that are there although the schema lacks them. */
  expression(table: QualifiedName, expression: Expression | undefined, also: readonly string[] = []): void {
    if (expression === undefined) return;
    for (const reference of expression.columns) {
      if (also.includes(reference.column)) continue;
      // In a sub-select it may be another table's.
      if (reference.table === undefined && (expression.subquery || (reference.candidates ?? []).length > 1)) continue;
      const owner = reference.table;
      if (owner !== undefined && owner.name !== table.name) continue;
      if (reference.column === table.name) continue;
      this.column(table, nameIn(reference));
    }
  }

  /** The same, of one whose sub-selects read other tables: the server looks for all of them at once. */
  condition(table: QualifiedName, condition: Expression | undefined): void {
    const { relations, columns = [], functions = [] } = condition ?? {};
    if (relations === undefined) this.expression(table, condition);
    else this.query({ relations, columns, functions, stars: [], limited: false }, table);
  }

  /** The sequences of a default: PostgreSQL looks for them at once, as their names are constants. */
  defaultValue(value: Expression | undefined): void {
    if (value !== undefined) for (const sequence of sequencesOf(value)) this.relation(sequence, "sequence");
  }

  query(query: QueryFacts | undefined, target?: QualifiedName): void {
    if (query === undefined) return;
    for (const relation of query.relations) this.relation(relation);
    for (const reference of query.columns) this.reference(reference, query, target);
  }

  private reference(reference: ColumnReference, query: QueryFacts, target: QualifiedName | undefined): void {
    // A whole row, or a function called as if it were a column: `t.full_name` is `full_name(t)`.
    const names = target === undefined ? query.relations : [...query.relations, target];
    if (names.some((name) => name.name === reference.column)) return;
    if (this.calls(reference.column)) return;
    const at = nameIn(reference);
    if (reference.table !== undefined) {
      this.column(reference.table, at);
      return;
    }
    const candidates = reference.candidates ?? [];
    const first = candidates[0];
    if (first === undefined) return;
    if (!candidates.every((name) => this.lacks(name, reference.column))) return;
    if (candidates.length === 1) this.column(first, at);
    else {
      const dropped = candidates
        .map((name) => this.schema.column(name, reference.column))
        .find((found) => found.is === "absent" && found.dropped !== undefined);
      this.add({
        kind: "unknown-column",
        what: "column",
        name: this.schema.spell(at),
        bare: reference.column,
        span: reference.span,
        dropped: dropped?.is === "absent" ? dropped.dropped : undefined,
      });
    }
  }

  private calls(name: string): boolean {
    return this.schema.searchPath.some((schema) => this.schema.routines(keyOf(schema, name)).is === "present");
  }

  private lacks(table: QualifiedName, column: string): boolean {
    return this.schema.relation(table).is === "present" && this.schema.column(table, column).is === "absent";
  }
}
