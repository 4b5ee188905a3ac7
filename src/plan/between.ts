/** The statements that lead from one schema to another, object by object, in an order in which a server takes them. */
import { keyOf, type Key } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { Column, Constraint, Index, Lookup, Origin, Relation } from "../schema/model.ts";
import { changedKeys } from "../schema/persistent.ts";
import { stateOf, type Schema } from "../schema/schema.ts";
import { relationTag, relationUses } from "../schema/state.ts";
import { Collected, type Phase } from "./collected.ts";
import { definitionsFor, namesIn, type Definitions, type Names } from "./definitions.ts";
import { changeParents } from "./parents.ts";
import { changePolicies } from "./policies.ts";
import { disturbedViews, isOtherView, renamedConstraint } from "./kept.ts";
import { makeSequence, makeView, renamedSequence, sequenceOf, usesOfTable } from "./relations.ts";
import { changeTriggers } from "./triggers.ts";
import { typeChange, routineChange, type Wanted } from "./types-and-routines.ts";

/** What the schemas themselves don't say. */
export interface Surroundings {
  /** Indexes are built and dropped CONCURRENTLY. */
  readonly concurrently: boolean;
  /** The text of the statement that made an object, where that is all that has happened to it. */
  readonly madeBy: (
    origin: Origin | undefined,
    makes: (operation: Operation) => boolean,
  ) => string | undefined;
  /** Those texts set the search_path that they were written for: this one. */
  readonly pathOf?: ((origin: Origin) => readonly string[] | undefined) | undefined;
  /** What fills a table, or a column of one, that has just been made again; empty: its rows are kept nowhere. */
  readonly refill: (table: Key, column: string | undefined) => readonly string[];
  /** The column is one that this change made, although the table isn't known as a whole. */
  readonly isAdded: (table: Key, column: string) => boolean;
  /** The column of MySQL's tables that this change has put elsewhere among the others. */
  readonly moved: string | undefined;
  /** IF NOT EXISTS, OR REPLACE: what it makes may have been there, unless the schema knows better. */
  readonly mayBeOlder: boolean;
  /** Goes or comes as a whole with another statement, so that its parts need none. */
  readonly isWhole: (table: Key) => boolean;
}

export interface Between {
  /** With their semicolons. */
  readonly statements: readonly string[];
  /** What isn't known of the wanted schema: `the definition of column orders.note`. */
  readonly gaps: readonly string[];
  /** Columns that are made again without NOT NULL, as old rows have no value there: `orders.note`. */
  readonly nullable: readonly string[];
}

/** From one schema to another. */
export function between(from: Schema, to: Schema, surroundings: Surroundings): Between {
  const found = new Changes(from, to, surroundings);
  found.run();
  return found;
}

const present = <T>(lookup: Lookup<T>): T | undefined => (lookup.is === "present" ? lookup.value : undefined);

/** On MariaDB a check goes and comes with its column. */
const isOfCheck = ({ constraints }: Relation, { name }: Column): boolean =>
  constraints.some((one) => one.kind === "check" && one.ofColumn === name);

class Changes implements Between {
  readonly nullable: string[] = [];
  readonly #found = new Collected();
  readonly #from: Schema;
  readonly #to: Schema;
  readonly #around: Surroundings;
  readonly #definitions: Definitions;
  readonly #names: Names;

  constructor(from: Schema, to: Schema, around: Surroundings) {
    this.#from = from;
    this.#to = to;
    this.#around = around;
    this.#definitions = definitionsFor(to);
    this.#names = namesIn(to);
  }
  get statements(): readonly string[] {
    return this.#found.statements;
  }
  get gaps(): readonly string[] {
    return this.#found.gaps;
  }
  get #own(): Wanted {
    return { names: this.#names, around: this.#around, schema: this.#to };
  }

  run(): void {
    const [left, right] = [stateOf(this.#from), stateOf(this.#to)];
    // A part of a table has its keys and indexes before those of the whole are made, which take them for theirs.
    const depth = (key: Key | undefined, seen = 0): number => {
      const found = key === undefined || seen > 20 ? undefined : present(this.#to.relation(key));
      return found?.partitionOf === undefined ? 0 : 1 + depth(found.partitionOf.parent, seen + 1);
    };
    const inOrder = (a: string, b: string, of: (key: string) => Key | undefined): number =>
      depth(of(b)) - depth(of(a)) || (a < b ? -1 : a > b ? 1 : 0);
    const byDepth = (a: Key, b: Key): number => inOrder(a, b, (key) => key);
    const byDepthOfTable = (a: string, b: string): number =>
      inOrder(a, b, (key) => present(this.#to.index(key))?.table);
    const own = this.#own;
    for (const key of changedKeys(left.types, right.types))
      typeChange(this.#found, present(this.#from.type(key)), present(this.#to.type(key)), own);
    for (const key of changedKeys(left.routines, right.routines)) {
      const [old, now] = [present(this.#from.routines(key)), present(this.#to.routines(key))];
      routineChange(this.#found, key, old ?? [], now ?? [], own);
    }
    for (const key of changedKeys(left.relations, right.relations).toSorted(byDepth)) this.#relation(key);
    for (const { from, to } of disturbedViews(this.#from, this.#to)) this.#viewAgain(from, to);
    for (const key of changedKeys(left.indexes, right.indexes).toSorted(byDepthOfTable))
      this.#index(present(this.#from.index(key)), present(this.#to.index(key)));
    for (const name of changedKeys(left.namespaces, right.namespaces)) {
      if (this.#to.namespace(name) === "no")
        this.#found.drop({
          kind: "schema",
          key: name,
          uses: [],
          sql: `DROP SCHEMA ${this.#names.spell(name)}`,
        });
      else if (this.#from.namespace(name) !== "yes")
        this.#found.make(
          { kind: "schema", key: name, uses: [] },
          `CREATE SCHEMA ${this.#names.spell(name)}`,
          "",
        );
    }
  }

  #relation(key: Key): void {
    const from = present(this.#from.relation(key));
    const to = present(this.#to.relation(key));
    if (from?.temporary === true || to?.temporary === true) return;
    if (from !== undefined && to !== undefined) {
      if (from.kind === to.kind) this.#changed(from, to);
      else {
        // Tables, views and sequences share their names: the one has to go before the other comes.
        this.#gone(from);
        this.#again(to);
      }
    } else if (from !== undefined) {
      const { is } = this.#to.relation(key);
      // Known only since the change speaks of it: what was there is still there.
      if (is === "unknown" && from.origin === undefined) this.#opaque(from);
      else if (is === "unknown" && (from.maybeOlder !== undefined || this.#around.mayBeOlder))
        this.#found.gaps.push(`whether ${this.#names.show(key)} is older than the migration`);
      else this.#gone(from);
    } else if (to !== undefined) this.#again(to);
  }

  /** Of a table made elsewhere only the columns that were added are sure. */
  #opaque(from: Relation): void {
    const head = `ALTER TABLE ${this.#names.show(from.key)}`;
    for (const { name } of from.columns)
      if (this.#around.isAdded(from.key, name))
        this.#found.add("dropColumn", `${head} DROP COLUMN ${this.#names.spell(name)}`);
    for (const constraint of from.constraints) this.#dropConstraint(from, constraint);
  }

  #gone(from: Relation): void {
    const { key, kind, ownedBy } = from;
    // A sequence goes with its column.
    if (kind === "sequence" && ownedBy !== undefined && !this.#isThere(ownedBy)) return;
    const renamed = renamedSequence(from, this.#from, this.#to);
    if (renamed !== undefined) {
      const [old, now] = [this.#names.show(key), this.#names.spell(renamed.name)];
      this.#found.add("rename", `ALTER SEQUENCE ${old} RENAME TO ${now}`);
      return;
    }
    const sql = `DROP ${kind.toUpperCase()} ${this.#names.show(key)}`;
    const uses = relationUses(stateOf(this.#from), from).filter((tag) => tag !== relationTag(key));
    const isView = kind === "view" || kind === "materialized view";
    this.#found.drop({ kind: isView ? "view" : kind === "sequence" ? "sequence" : "table", key, uses, sql });
  }

  #isThere({ table, column }: NonNullable<Relation["ownedBy"]>): boolean {
    const found = this.#to.relation(table);
    return found.is === "present" && found.value.columns.some(({ name }) => name === column);
  }

  #again(to: Relation): void {
    if (to.kind === "sequence") {
      if (renamedSequence(to, this.#to, this.#from) === undefined) makeSequence(this.#found, to, this.#own);
    } else if (to.kind === "view" || to.kind === "materialized view") this.#view(to);
    else this.#table(to);
  }

  #view(to: Relation): void {
    makeView(this.#found, to, this.#own);
    this.#found.add("part", ...this.#definitions.comments(undefined, to, this.#names));
    changeTriggers(this.#found, this.#own, [], to);
  }

  #viewAgain(from: Relation, to: Relation): void {
    this.#gone(from);
    this.#view(to);
    // They go with it.
    for (const index of this.#to.indexesOn(to.key)) {
      const old = this.#from.index(keyOf(index.schema, index.name));
      if (old.is === "present" && old.value === index)
        this.#found.addKnown(
          "part",
          this.#definitions.createIndex(index, false, this.#names),
          `the definition of index ${this.#names.spell(index.name)}`,
        );
    }
  }

  #table(to: Relation): void {
    const names = this.#names;
    const shown = names.show(to.key);
    const made = this.#definitions.table(to, names);
    const columns = to.columns.map((one) => this.#column(one, to));
    if (made === undefined || columns.includes(undefined)) {
      this.#found.gaps.push(`the definition of table ${shown}`);
      return;
    }
    const own = this.#constraintsIn(to).filter(({ kind }) => kind !== "foreign key");
    // Of equal keys in one CREATE TABLE the server makes one.
    const isEqual = (a: Constraint, b: Constraint): boolean =>
      "index" in a && "index" in b && a.columns.join("\0") === b.columns.join("\0");
    // A new table's own are valid, whatever they say.
    const first = own.filter(
      (one, at) => (one.validated || !one.enforced) && !own.slice(0, at).some((other) => isEqual(one, other)),
    );
    const constraints = first.map((one) => this.#constraint(to, one));
    const lines = [...columns, ...constraints.filter((one) => one !== undefined)].map(
      (one) => `  ${one ?? ""}`,
    );
    this.#found.make(
      { kind: "table", key: to.key, uses: usesOfTable(this.#to, to) },
      `${made.head} ${shown} (\n${lines.join(",\n")}\n)${made.options}`,
      "",
    );
    if (to.partitionOf !== undefined)
      this.#found.add(
        "attach",
        `ALTER TABLE ${names.show(to.partitionOf.parent)} ATTACH PARTITION ${shown} ${to.partitionOf.bound.text}`,
      );
    this.#refill(to.key, undefined);
    for (const one of own) if (!first.includes(one)) this.#addConstraint(to, one);
    for (const one of this.#constraintsIn(to)) if (one.kind === "foreign key") this.#addConstraint(to, one);
    for (const one of to.constraints)
      if (one.kind === "not null" && !one.validated && !one.inherited)
        this.#found.add(
          "key",
          `ALTER TABLE ${shown} ADD CONSTRAINT ${names.spell(one.name)} NOT NULL ${names.spell(one.column)} NOT VALID`,
        );
    this.#facts(undefined, to);
    changeTriggers(this.#found, this.#own, [], to);
    changePolicies(this.#found, this.#names, undefined, to);
  }

  /** Those that the table states itself: a partition is made alone, and then attached with all that it has. */
  #constraintsIn({ constraints, partitionOf, parents }: Relation): readonly Constraint[] {
    const above = parents.flatMap((key) => present(this.#to.relation(key))?.constraints ?? []);
    return constraints.filter(
      (one) =>
        (!one.inherited || partitionOf !== undefined || !above.some(({ name }) => name === one.name)) &&
        one.kind !== "not null" &&
        !(one.kind === "check" && one.ofColumn !== undefined),
    );
  }

  #column(column: Column, table: Relation): string | undefined {
    const own = column.inherited && table.partitionOf ? { ...column, identity: undefined } : column;
    return this.#definitions.column(own, table, this.#names, sequenceOf(this.#to, table, column));
  }

  #refill(table: Key, column: string | undefined): boolean {
    const sql = this.#around.refill(table, column);
    this.#found.refill(sql);
    return sql.length > 0;
  }

  #changed(from: Relation, to: Relation): void {
    if (from.kind === "view" || from.kind === "materialized view") {
      if (isOtherView(from, to)) this.#viewAgain(from, to);
      return;
    }
    if (from.kind === "sequence" || this.#around.isWhole(from.key)) {
      if (from.kind !== "sequence") this.#foreignKeys(from, to);
      return;
    }
    if (from.partitionBy !== to.partitionBy)
      this.#found.gaps.push(`how to undo the change of the partitions of ${this.#names.show(to.key)}`);
    const schemas = { names: this.#names, from: this.#from, to: this.#to };
    const [was, is] = changeParents(this.#found, schemas, from, to);
    this.#columns(was, is);
    this.#constraints(was, is);
    this.#facts(from, to);
    changeTriggers(this.#found, this.#own, from.triggers, to);
    changePolicies(this.#found, this.#names, from, to);
  }

  #facts(from: Relation | undefined, to: Relation): void {
    const facts = this.#definitions.tableFacts(from, to, this.#names);
    if (facts === undefined) this.#found.gaps.push(`the options of table ${this.#names.show(to.key)}`);
    else this.#found.add("facts", ...facts);
  }

  #columns(from: Relation, to: Relation): void {
    const head = `ALTER TABLE ${this.#names.show(to.key)}`;
    const isRead = (name: string): boolean =>
      from.columns.some(
        (one) =>
          one.generated?.expression.columns.some(({ column }) => column === name) === true &&
          to.columns.some((other) => other.name === one.name),
      );
    const last: string[] = [];
    for (const column of from.columns) {
      if (column.inherited || to.columns.some(({ name }) => name === column.name)) continue;
      if (!to.complete && !this.#around.isAdded(to.key, column.name)) continue;
      const sql = `${head} DROP COLUMN ${this.#names.spell(column.name)}`;
      // It or its check may read the others, and one that stays is generated from it.
      if (isRead(column.name)) last.push(sql);
      else if (column.generated === undefined && !isOfCheck(from, column)) this.#found.add("dropColumn", sql);
      else this.#found.addFirst("dropColumn", sql);
    }
    for (const column of to.columns) {
      const old = from.columns.find(({ name }) => name === column.name);
      if (old === column && this.#around.moved !== column.name) continue;
      if (old !== undefined) this.#alterColumn(old, column, to);
      else if (!column.inherited) this.#addColumn(to, column);
    }
    this.#found.add("alterColumn", ...last);
  }

  #addColumn(table: Relation, column: Column): void {
    const head = `ALTER TABLE ${this.#names.show(table.key)}`;
    const needsValue =
      column.notNull === "yes" &&
      column.hasDefault === "no" &&
      column.identity === undefined &&
      column.generated === undefined &&
      !column.serial;
    const isLast = table.columns.at(-1) === column;
    const place = isLast ? "" : this.#definitions.place(column, table, this.#names);
    const free = needsValue ? { ...column, notNull: "no" as const } : column;
    // Such a column has to be a key from the start.
    const isNumbered = column.mysql?.autoIncrement === true;
    const written = isNumbered ? undefined : this.#column(free, table);
    const shown = `${this.#names.show(table.key)}.${this.#names.spell(column.name)}`;
    this.#found.addKnown(
      "addColumn",
      written && `${head} ADD COLUMN ${written}${place}`,
      `the definition of column ${shown}`,
    );
    if (written === undefined) return;
    const isFilled = this.#refill(table.key, column.name);
    if (needsValue && isFilled) this.#alterColumn(free, column, table);
    else if (needsValue) this.nullable.push(shown);
  }

  #alterColumn(from: Column, to: Column, table: Relation): void {
    const isMoved = this.#around.moved === to.name;
    const change = (was: Column, is: Column): readonly string[] | undefined =>
      isOfCheck(table, to) ? undefined : this.#definitions.alterColumn(was, is, table, this.#names, isMoved);
    const alter = (phase: Phase, clauses: readonly string[] | undefined, place = ""): void => {
      const shown = this.#names.show(table.key);
      if (clauses === undefined)
        this.#found.gaps.push(`the definition of column ${shown}.${this.#names.spell(to.name)}`);
      else if (clauses.length > 0)
        this.#found.add(phase, `ALTER TABLE ${shown} ${clauses.join(", ")}${place}`);
    };
    // The key of an AUTO_INCREMENT can't be dropped before it.
    const isFreed = from.mysql?.autoIncrement === true && to.mysql?.autoIncrement !== true;
    // What it is generated from may come later.
    const isTwice = isFreed && to.generated !== undefined;
    const freed = isTwice ? { ...from, mysql: { ...from.mysql, autoIncrement: undefined } } : from;
    const place = isMoved ? this.#definitions.place(to, table, this.#names) : "";
    if (isTwice) alter("leave", change(from, freed));
    alter(isFreed && !isTwice ? "leave" : "alterColumn", change(freed, to), place);
  }

  #foreignKeys(from: Relation, to: Relation): void {
    const of = ({ constraints }: Relation): readonly Constraint[] =>
      constraints.filter(({ kind, inherited }) => kind === "foreign key" && !inherited);
    this.#constraintsOf(from, to, of(from), of(to));
  }

  #constraints(from: Relation, to: Relation): void {
    const own = ({ constraints }: Relation): readonly Constraint[] =>
      constraints.filter(({ kind, inherited }) => kind !== "not null" && !inherited);
    this.#constraintsOf(from, to, own(from), own(to));
  }

  #constraintsOf(
    from: Relation,
    to: Relation,
    before: readonly Constraint[],
    now: readonly Constraint[],
  ): void {
    // On MariaDB a check and a key may have one name.
    const isOfKind = (a: Constraint["kind"], b: Constraint["kind"]): boolean =>
      this.#to.dialect.viewsHold || a === b || (a !== "check" && b !== "check");
    const isSame = (a: Constraint, b: Constraint): boolean =>
      a === b || (a.origin === b.origin && a.kind === b.kind && a.enforced === b.enforced);
    const kept = new Set<Constraint>();
    const sides = { from: this.#from, to: this.#to };
    const isNew = (one: Constraint): boolean => !before.some(({ name }) => name === one.name);
    for (const one of before) {
      const other = now.find(({ name, kind }) => name === one.name && isOfKind(kind, one.kind));
      const renamed =
        other === undefined ? renamedConstraint(sides, to.key, one, now.filter(isNew)) : undefined;
      if (renamed !== undefined) {
        const [old, name] = [one, renamed].map((each) => this.#names.spell(each.name));
        this.#found.add(
          "rename",
          `ALTER TABLE ${this.#names.show(to.key)} RENAME CONSTRAINT ${old ?? ""} TO ${name ?? ""}`,
        );
        kept.add(renamed);
        continue;
      }
      if (one.kind === "check" && one.ofColumn !== undefined) continue;
      // A constraint goes with its columns, but for a foreign key of MySQL.
      const isLeft =
        (one.kind !== "foreign key" || this.#to.dialect.viewsHold) &&
        "columns" in one &&
        one.columns.some((column) => !to.columns.some(({ name }) => name === column));
      if (other === undefined ? !(isLeft && one.columns.length === 1 && to.complete) : !isSame(one, other))
        this.#dropConstraint(from, one);
    }
    for (const one of now) {
      const other = before.find(({ name, kind }) => name === one.name && isOfKind(kind, one.kind));
      if (!kept.has(one) && (other === undefined || !isSame(one, other)))
        this.#addConstraint(to, this.#refusesEmptied(from, one) ? { ...one, validated: false } : one);
    }
  }

  /** A check that asks for a value in a column that is added again, and that no row has one in. */
  #refusesEmptied(from: Relation, constraint: Constraint): boolean {
    if (constraint.kind !== "check" || !/\bis\s+not\s+null\b|\bcoalesce\b/i.test(constraint.expression.text))
      return false;
    const isThere = (name: string): boolean => from.columns.some((column) => column.name === name);
    return constraint.expression.columns.some(
      ({ column }) => !isThere(column) && this.#around.refill(from.key, column).length === 0,
    );
  }

  #dropConstraint({ key }: Relation, constraint: Constraint): void {
    if (constraint.inherited || constraint.kind === "not null") return;
    const phase = constraint.kind === "foreign key" ? "dropForeignKey" : "dropKey";
    this.#found.add(
      phase,
      `ALTER TABLE ${this.#names.show(key)} ${this.#definitions.dropConstraint(constraint, this.#names)}`,
    );
  }

  #addConstraint(table: Relation, constraint: Constraint): void {
    const written = this.#constraint(table, constraint);
    if (written === undefined) return;
    const phase = constraint.kind === "foreign key" ? "foreignKey" : "key";
    this.#found.add(phase, `ALTER TABLE ${this.#names.show(table.key)} ADD ${written}`);
  }

  #constraint(table: Relation, constraint: Constraint): string | undefined {
    const index = this.#to.indexesOn(table.key).find(({ constraint: of }) => of === constraint.name);
    const written = this.#definitions.constraint(constraint, index, this.#names);
    if (written === undefined)
      this.#found.gaps.push(
        `the definition of constraint ${this.#names.spell(constraint.name)} of ${this.#names.show(table.key)}`,
      );
    return written;
  }

  #index(from: Index | undefined, to: Index | undefined): void {
    const one = from ?? to;
    if (one === undefined) return;
    // A constraint that took it over has gone with it.
    const isTaken = from?.constraint !== undefined && to !== undefined && to.constraint === undefined;
    if (one.constraint !== undefined && !isTaken) return;
    const [was, is] = [present(this.#from.relation(one.table)), present(this.#to.relation(one.table))];
    // It comes and goes with that of the whole table.
    if (one.parent !== undefined && (was !== undefined || this.#from.index(one.parent).is === "present"))
      return;
    if (was?.temporary === true || this.#around.isWhole(one.table)) return;
    const columns = one.elements.flatMap(({ column }) => column ?? []);
    const { concurrently } = this.#around;
    const isOther = from?.origin !== to?.origin || from?.elements.length !== to?.elements.length;
    const isKnown = this.#to.index(`${one.schema}.${one.name}`).is !== "unknown";
    if (!isKnown && this.#around.mayBeOlder) {
      this.#found.gaps.push(`whether index ${this.#names.spell(one.name)} is older than the migration`);
      return;
    }
    if (from !== undefined && !isTaken && (to === undefined || isOther)) {
      const goesAlong =
        this.#to.relation(one.table).is === "absent" ||
        (is?.complete === true &&
          columns.length === 1 &&
          !is.columns.some(({ name }) => name === columns[0]));
      if (!goesAlong)
        this.#found.add("dropKey", this.#definitions.dropIndex(from, concurrently, this.#names));
    }
    if (to !== undefined && (from === undefined || isOther || isTaken))
      this.#found.addKnown(
        is?.kind === "materialized view" ? "part" : "key",
        this.#definitions.createIndex(to, concurrently, this.#names),
        `the definition of index ${this.#names.spell(to.name)}`,
      );
  }
}
