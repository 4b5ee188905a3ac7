/** Django's schema editor: what it sends for a change of a model, in the order in which it sends it. */
import { booleanOf, type Place, type Value } from "../../value.ts";
import { compositeKey, type Apps, type BoundField } from "./apps.ts";
import { Expressions } from "./expressions.ts";
import {
  commentOf,
  dbDefault,
  hasConstraint,
  hasDefault,
  internalType,
  isForeignKey,
  isGenerated,
  isIndexed,
  isManyToMany,
  isNullable,
  isPrimaryKey,
  isUnique,
  type Field,
} from "./fields.ts";
import { LiveTables, type LiveConstraint } from "./live.ts";
import { effectiveDefault, isValueCall } from "./literals.ts";
import type { Constraint, Index } from "./meta.ts";
import { indexName, postgresName, splitIdentifier } from "./names.ts";
import { relationKey, type Model } from "./state.ts";
import { Statement } from "./statement.ts";
import { isSince, type Vendor } from "./vendor.ts";

/** SQL with the places that made its parts; a text alone was made by the operation. */
export type Chunk = string | { readonly text: string; readonly at: Place };

export interface Sent {
  readonly chunks: readonly Chunk[];
  /** What made it, where that isn't the operation that runs. */
  readonly at?: Place | undefined;
}

/** What stands for an expression that isn't known. */
const unknownPart = "${expression}";
const unknownType = "${type}";

export class SchemaEditor {
  readonly #vendor: Vendor;
  readonly live: LiveTables;
  readonly #send: (sent: Sent) => void;
  #deferred: Statement[] = [];

  constructor(vendor: Vendor, live: LiveTables, send: (sent: Sent) => void) {
    this.#vendor = vendor;
    this.live = live;
    this.#send = send;
  }

  execute(...chunks: readonly Chunk[]): void {
    this.#send({ chunks });
  }

  #run(statement: Statement | undefined): void {
    if (statement === undefined) return;
    this.#send({ chunks: [statement.text()], at: statement.at });
    statement.effect(this.live);
  }

  /** What Django sends at the end of a migration. */
  finish(): void {
    const all = this.#deferred;
    this.#deferred = [];
    for (const one of all) this.#run(one);
  }

  #q(name: string): string {
    return this.#vendor.quote(name);
  }

  get #isPostgres(): boolean {
    return this.#vendor.family === "postgres";
  }

  #alter(table: string, changes: string): void {
    this.execute(`ALTER TABLE ${this.#q(table)} ${changes}`);
  }

  // Tables

  createModel(apps: Apps, model: Model): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    this.live.create(table);
    for (const set of model.options.uniqueTogether) this.#defer(this.#createUnique(apps, model, set));
    const parts: Chunk[][] = [];
    for (const bound of apps.fields(model)) {
      const definition = this.#columnDefinition(apps, bound);
      const check = this.#checkClause(apps, bound);
      const suffix = this.#suffix(bound);
      const text = [`${this.#q(bound.column)} ${definition}`, check, suffix]
        .filter((one) => one !== "")
        .join(" ");
      parts.push([model.through === undefined ? { text, at: bound.field.at } : text]);
      this.#noteColumn(apps, bound);
      if (isForeignKey(bound.field) && hasConstraint(bound.field))
        this.#defer(this.#createForeignKey(apps, bound));
    }
    const isDeferred =
      isSince(this.#vendor, 5, 0) && apps.fields(model).some(({ field }) => hasParameters(field));
    for (const constraint of model.options.constraints) {
      if (isDeferred) {
        this.#defer(this.#constraintStatement(apps, model, constraint));
        continue;
      }
      const inline = this.#inlineConstraint(apps, model, constraint);
      if (inline !== undefined) parts.push([{ text: inline, at: constraint.at }]);
    }
    const composite = compositeKey(model);
    if (composite !== undefined) {
      const columns = composite.map((name) => this.#q(apps.field(model, name)?.column ?? name));
      parts.push([`PRIMARY KEY (${columns.join(", ")})`]);
    }
    const open: Chunk = `CREATE TABLE ${this.#q(table)} (`;
    this.#send({
      chunks: [open, ...parts.flatMap((part, i): Chunk[] => (i === 0 ? part : [", ", ...part])), ")"],
      at: model.through?.at,
    });
    this.#comments(apps, model, table);
    this.#deferAll(this.#modelIndexes(apps, model));
    for (const bound of apps.manyToMany(model)) {
      const through = apps.isAutoCreated(bound) ? apps.through(bound) : undefined;
      if (through !== undefined) this.createModel(apps, through);
    }
  }

  #comments(apps: Apps, model: Model, table: string): void {
    if (!isSince(this.#vendor, 4, 2)) return;
    if (model.options.comment !== undefined && model.options.comment !== "")
      this.alterTableComment(table, model.options.comment);
    if (!this.#isPostgres) return;
    for (const bound of apps.fields(model)) {
      const comment = commentOf(bound.field);
      if (comment !== undefined) this.#columnComment(table, bound.column, comment);
    }
  }

  alterTableComment(table: string, comment: string): void {
    const text = this.#vendor.text(comment);
    this.execute(
      this.#isPostgres
        ? `COMMENT ON TABLE ${this.#q(table)} IS ${text}`
        : `ALTER TABLE ${this.#q(table)} COMMENT = ${text}`,
    );
  }

  #columnComment(table: string, column: string, comment: string): void {
    this.execute(`COMMENT ON COLUMN ${this.#q(table)}.${this.#q(column)} IS ${this.#vendor.text(comment)}`);
  }

  deleteModel(apps: Apps, model: Model): void {
    if (!canMigrate(model)) return;
    for (const bound of apps.manyToMany(model)) {
      const through = apps.isAutoCreated(bound) ? apps.through(bound) : undefined;
      if (through !== undefined) this.deleteModel(apps, through);
    }
    const table = apps.table(model);
    this.execute(`DROP TABLE ${this.#q(table)} CASCADE`);
    this.live.drop(table);
    this.#deferred = this.#deferred.filter((one) => !one.refersToTable(table));
  }

  renameTable(from: string, to: string): void {
    if (from === to) return;
    this.execute(
      this.#isPostgres
        ? `ALTER TABLE ${this.#q(from)} RENAME TO ${this.#q(to)}`
        : `RENAME TABLE ${this.#q(from)} TO ${this.#q(to)}`,
    );
    this.live.rename(from, to);
    for (const one of this.#deferred) one.renameTable(from, to);
  }

  // Columns

  /** The type and the attributes of a column. */
  #columnDefinition(apps: Apps, bound: BoundField, withDefault = false): string {
    const { field } = bound;
    const parts = [apps.type(bound) ?? unknownType];
    const collation = apps.collation(bound);
    if (collation !== undefined) parts.push(`COLLATE ${this.#q(collation)}`);
    const comment = commentOf(field);
    if (!this.#isPostgres && comment !== undefined) parts.push(` COMMENT ${this.#vendor.text(comment)}`);
    const isNull = isNullable(field);
    const given = dbDefault(field);
    if (given !== undefined) parts.push(`DEFAULT ${this.#databaseDefault(apps, bound)}`);
    else if (
      withDefault &&
      !this.#skipsDefault(apps, bound) &&
      !(isNull && this.#skipsDefaultOnAlter(apps, bound))
    ) {
      const value = effectiveDefault(apps, bound);
      if (value !== undefined) parts.push(`DEFAULT ${this.#wrapped(apps, bound, value)}`);
    }
    if (isGenerated(field)) parts.push(this.#generated(apps, bound));
    else parts.push(isNull ? "NULL" : "NOT NULL");
    if (isPrimaryKey(field)) parts.push("PRIMARY KEY");
    else if (isUnique(field)) parts.push("UNIQUE");
    return parts.join(" ");
  }

  #generated(apps: Apps, bound: BoundField): string {
    const { options } = bound.field;
    const value = options.get("expression");
    const text = value && new Expressions(apps, bound.model).expression(value);
    const isStored = booleanOf(options.get("db_persist")) !== false;
    return `GENERATED ALWAYS AS (${text ?? unknownPart}) ${isStored ? "STORED" : "VIRTUAL"}`;
  }

  #databaseDefault(apps: Apps, bound: BoundField): string {
    const value = dbDefault(bound.field);
    if (value === undefined) return "";
    const text = new Expressions(apps, bound.model).expression(value, bound) ?? unknownPart;
    const isExpression = value.is === "call" && value.callee.startsWith("django.") && !isValueCall(value);
    return isExpression ? `(${text})` : this.#wrapped(apps, bound, text);
  }

  /** MySQL takes expressions only as defaults of text, blobs and JSON. */
  #wrapped(apps: Apps, bound: BoundField, value: string): string {
    const isMysql = !this.#isPostgres && !this.#vendor.isMariadb;
    return isMysql && this.#isLimited(apps, bound) ? `(${value})` : value;
  }

  #isLimited(apps: Apps, bound: BoundField): boolean {
    return /^(?:(?:tiny|medium|long)?(?:blob|text)|json)$/i.test(apps.type(bound) ?? "");
  }

  #isEmptyText(apps: Apps, bound: BoundField): boolean {
    if (!isSince(this.#vendor, 5, 1)) return false;
    return (
      ["''", "X''"].includes(effectiveDefault(apps, bound) ?? "") &&
      /(?:blob|text)$/i.test(apps.type(bound) ?? "")
    );
  }

  #skipsDefault(apps: Apps, bound: BoundField): boolean {
    return !this.#isPostgres && this.#isEmptyText(apps, bound);
  }

  #skipsDefaultOnAlter(apps: Apps, bound: BoundField): boolean {
    if (this.#isPostgres) return false;
    return this.#isEmptyText(apps, bound) || (this.#isLimited(apps, bound) && !this.#vendor.isMariadb);
  }

  #checkClause(apps: Apps, bound: BoundField): string {
    const check = apps.check(bound);
    return check === undefined ? "" : `CHECK (${check})`;
  }

  #suffix({ field }: BoundField): string {
    return this.#vendor.suffixes[internalType(field) ?? ""] ?? "";
  }

  /** What the attributes of a new column make in the database. */
  #noteColumn(apps: Apps, bound: BoundField): void {
    const table = apps.table(bound.model);
    const { column, field } = bound;
    const own = (label: string, mysql: string): string =>
      this.#isPostgres
        ? postgresName(splitIdentifier(table).name, label === "pkey" ? "" : column, label, (name) =>
            this.live.isTaken(name),
          )
        : mysql;
    const base = { columns: [column], isPlain: true, isImplicit: false, isUnnamed: false };
    if (isPrimaryKey(field))
      this.live.add(table, {
        ...base,
        name: own("pkey", "PRIMARY"),
        is: "primary",
        isUnique: true,
        isIndex: !this.#isPostgres,
      });
    else if (isUnique(field))
      this.live.add(table, {
        ...base,
        name: own("key", column),
        is: "unique",
        isUnique: true,
        isIndex: !this.#isPostgres,
      });
    const isJson = this.#vendor.isMariadb && internalType(field) === "JSONField";
    if (apps.check(bound) !== undefined || isJson)
      this.live.add(table, {
        ...base,
        name: own("check", this.#mysqlCheckName(table)),
        is: "check",
        isUnique: false,
        isIndex: false,
        isPlain: false,
        isUnnamed: this.#vendor.isMariadb,
      });
  }

  /** MySQL counts the checks of a table. */
  #mysqlCheckName(table: string): string {
    const count = this.live.of(table).filter(({ is }) => is === "check").length + 1;
    return `${table}_chk_${String(count)}`;
  }

  addField(apps: Apps, before: Model, bound: BoundField): void {
    if (!canMigrate(before)) return;
    const { field, column } = bound;
    if (isManyToMany(field)) {
      const through = apps.isAutoCreated(bound) ? apps.through(bound) : undefined;
      if (through !== undefined) this.createModel(apps, through);
      return;
    }
    if (field.kind === "CompositePrimaryKey") return;
    const table = apps.table(before);
    const parts = [
      this.#columnDefinition(apps, bound, true),
      this.#suffix(bound),
      this.#checkClause(apps, bound),
    ];
    this.#noteColumn(apps, bound);
    if (isForeignKey(field) && hasConstraint(field)) {
      const statement = this.#createForeignKey(apps, bound);
      if (statement === undefined) parts.push("");
      else {
        parts.push(this.#inlineForeignKey(apps, bound, statement));
        statement.effect(this.live);
      }
    }
    const definition = parts.filter((one) => one !== "").join(" ");
    this.#alter(table, `ADD COLUMN ${this.#q(column)} ${definition}`);
    if (
      dbDefault(field) === undefined &&
      !this.#skipsDefaultOnAlter(apps, bound) &&
      effectiveDefault(apps, bound) !== undefined
    )
      this.#alter(table, this.#dropDefault(bound));
    const comment = commentOf(field);
    if (this.#isPostgres && comment !== undefined) this.#columnComment(table, column, comment);
    this.#deferAll(this.#fieldIndexes(apps, bound));
    if (this.#skipsDefault(apps, bound) && hasDefault(field)) {
      const value = effectiveDefault(apps, bound) ?? "NULL";
      this.execute(`UPDATE ${this.#q(table)} SET ${this.#q(column)} = ${value}`);
    }
  }

  #inlineForeignKey(apps: Apps, bound: BoundField, statement: Statement): string {
    const target = apps.target(bound);
    const toTable = this.#q(target === undefined ? "" : apps.table(target.model));
    const toColumn = this.#q(target?.column ?? "");
    const name = this.#q(statement.name());
    if (!this.#isPostgres)
      return `, ADD CONSTRAINT ${name} FOREIGN KEY (${this.#q(bound.column)}) REFERENCES ${toTable}(${toColumn})`;
    const { namespace } = splitIdentifier(apps.table(bound.model));
    const prefix = namespace === "" ? "" : `${this.#q(namespace)}.`;
    return `CONSTRAINT ${name} REFERENCES ${toTable}(${toColumn}) DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS ${prefix}${name} IMMEDIATE`;
  }

  #dropDefault(bound: BoundField): string {
    const isNull = !this.#isPostgres && isNullable(bound.field);
    return `ALTER COLUMN ${this.#q(bound.column)} ${isNull ? "SET DEFAULT NULL" : "DROP DEFAULT"}`;
  }

  removeField(apps: Apps, bound: BoundField): void {
    const { model, field, column } = bound;
    if (!canMigrate(model)) return;
    if (isManyToMany(field)) {
      const through = apps.isAutoCreated(bound) ? apps.through(bound) : undefined;
      if (through !== undefined) this.deleteModel(apps, through);
      return;
    }
    if (field.kind === "CompositePrimaryKey") return;
    const table = apps.table(model);
    if (isForeignKey(field)) this.#dropForeignKeys(apps, bound);
    this.#alter(table, `DROP COLUMN ${this.#q(column)}${this.#isPostgres ? " CASCADE" : ""}`);
    this.live.dropColumn(table, column);
    this.#deferred = this.#deferred.filter((one) => !one.refersToColumn(table, column));
  }

  #foreignKeysOf(apps: Apps, bound: BoundField): readonly string[] {
    const table = apps.table(bound.model);
    const live = this.live.names(table, { columns: [bound.column], foreign: true });
    // A table that no migration of the project makes has what Django names itself.
    if (this.live.knows(table)) return live;
    const made = this.#createForeignKey(apps, bound);
    return made === undefined ? [] : [made.name()];
  }

  #dropForeignKeys(apps: Apps, bound: BoundField): readonly string[] {
    const names = this.#foreignKeysOf(apps, bound);
    for (const name of names) this.#deleteForeignKey(apps.table(bound.model), name);
    return names;
  }

  #deleteForeignKey(table: string, name: string): void {
    const drop = this.#isPostgres ? "DROP CONSTRAINT" : "DROP FOREIGN KEY";
    const set = this.#isPostgres ? `SET CONSTRAINTS ${this.#q(name)} IMMEDIATE; ` : "";
    this.execute(`${set}ALTER TABLE ${this.#q(table)} ${drop} ${this.#q(name)}`);
    this.live.removeForeignKey(table, name);
  }

  // Changes of a column

  /** @param after the same field in the state that the operation makes */
  alterField(before: Apps, apps: Apps, old: BoundField, next: BoundField): void {
    if (!canMigrate(old.model)) return;
    if (isManyToMany(old.field) || isManyToMany(next.field)) {
      if (isManyToMany(old.field) && isManyToMany(next.field)) this.alterManyToMany(before, apps, old, next);
      return;
    }
    if (old.field.kind === "CompositePrimaryKey" || next.field.kind === "CompositePrimaryKey") return;
    this.#alterColumn(before, apps, old, next);
  }

  #alterColumn(before: Apps, apps: Apps, old: BoundField, next: BoundField): void {
    const table = apps.table({ ...old.model });
    const isChanged = isDifferent(before, apps, old, next);
    const types = { old: before.type(old), next: apps.type(next) };
    const dropped =
      isForeignKey(old.field) && hasConstraint(old.field) && isChanged
        ? this.#dropForeignKeys(before, old)
        : [];
    const meta = new Set(old.model.options.constraints.map(({ name }) => name));
    const wasUnique = isUnique(old.field);
    const isNowUnique = isUnique(next.field);
    const becomesKey = !isPrimaryKey(old.field) && isPrimaryKey(next.field);
    if (wasUnique && (!isNowUnique || becomesKey)) {
      const wanted = { columns: [old.column], unique: true, primary: false, exclude: meta };
      for (const name of this.live.names(table, wanted)) this.#dropUnique(table, name);
    }
    const collations = { old: before.collation(old), next: apps.collation(next) };
    const typeDiffers = types.old !== types.next;
    const drops =
      ((isPrimaryKey(old.field) && isPrimaryKey(next.field)) || (wasUnique && isNowUnique)) &&
      (typeDiffers || collations.old !== collations.next);
    const related = drops || becomesKey ? relatedFields(before, apps, old, next) : [];
    if (drops) for (const [one] of related) this.#dropForeignKeys(before, one);
    if (isIndexed(old.field) && !wasUnique && (!isIndexed(next.field) || isNowUnique)) {
      const indexes = new Set(old.model.options.indexes.flatMap(({ name }) => name ?? []));
      const wanted = { columns: [old.column], index: true, plain: true, exclude: indexes };
      for (const name of this.live.names(table, wanted)) this.#dropIndex(table, name);
    }
    const checks = { old: this.#checkOf(before, old), next: this.#checkOf(apps, next) };
    if (checks.old !== checks.next && checks.old !== undefined)
      for (const name of this.live.names(table, { columns: [old.column], check: true, exclude: meta }))
        this.#dropCheck(table, name);
    if (old.column !== next.column) this.#renameColumn(apps, table, old, next);
    this.#alterDefinition(before, apps, table, old, next, typeDiffers || collations.old !== collations.next);
    if (isPrimaryKey(old.field) && !isPrimaryKey(next.field)) this.#dropPrimaryKey(table);
    if (!isPrimaryKey(next.field) && isNowUnique && (!wasUnique || isPrimaryKey(old.field)))
      this.#run(this.#createUnique(apps, next.model, [next.name]));
    if ((!isIndexed(old.field) || wasUnique) && isIndexed(next.field) && !isNowUnique)
      this.#run(this.#createIndex(apps, next.model, [next], ""));
    if (becomesKey) this.#createPrimaryKey(table, next.column);
    for (const [one, other] of related) this.#alterRelated(before, apps, one, other);
    if (
      isForeignKey(next.field) &&
      (dropped.length > 0 || !isForeignKey(old.field) || !hasConstraint(old.field)) &&
      hasConstraint(next.field)
    )
      this.#run(this.#createForeignKey(apps, next));
    if (drops)
      for (const [, other] of related)
        if (hasConstraint(other.field)) this.#run(this.#createForeignKey(apps, other, "_fk"));
    if (checks.old !== checks.next && checks.next !== undefined)
      this.#createCheck(
        table,
        indexName(table, [next.column], "_check", this.#vendor.longest),
        apps.check(next) ?? "",
        [next.column],
      );
    this.#finishDefault(before, apps, table, old, next);
    this.#alterLike(before, apps, table, old, next, types);
  }

  #checkOf(apps: Apps, bound: BoundField): string | undefined {
    const check = apps.check(bound);
    // What is compared doesn't name the column, unless the database drops checks with it.
    if (check === undefined || !isSince(this.#vendor, 5, 0)) return check;
    return this.#isPostgres || this.#vendor.isMariadb ? ">= 0" : check;
  }

  #renameColumn(apps: Apps, table: string, old: BoundField, next: BoundField): void {
    this.#alter(table, `RENAME COLUMN ${this.#q(old.column)} TO ${this.#q(next.column)}`);
    this.live.renameColumn(table, old.column, next.column);
    for (const one of this.#deferred) one.renameColumn(table, old.column, next.column);
  }

  #needsDefault(before: Apps, apps: Apps, old: BoundField, next: BoundField): boolean {
    if (!isNullable(old.field) || isNullable(next.field) || dbDefault(next.field) !== undefined) return false;
    const value = effectiveDefault(apps, next);
    return (
      !this.#skipsDefaultOnAlter(apps, next) && value !== undefined && value !== effectiveDefault(before, old)
    );
  }

  /** Type, default, NULL. */
  #alterDefinition(
    before: Apps,
    apps: Apps,
    table: string,
    old: BoundField,
    next: BoundField,
    typeDiffers: boolean,
  ): void {
    const actions: string[] = [];
    const after: (() => void)[] = [];
    const comments = { old: commentOf(old.field), next: commentOf(next.field) };
    const commentDiffers = comments.old !== comments.next && isSince(this.#vendor, 4, 2);
    if (typeDiffers || this.#suffix(old) !== this.#suffix(next) || commentDiffers)
      actions.push(...this.#typeChange(before, apps, table, old, next, after));
    if (commentDiffers && this.#isPostgres)
      after.push(() => {
        this.#columnComment(table, next.column, comments.next ?? "");
      });
    const database = { old: this.#databaseDefaultOf(before, old), next: this.#databaseDefaultOf(apps, next) };
    const column = this.#q(next.column);
    if (database.next !== undefined) {
      if (database.next !== database.old) actions.push(`ALTER COLUMN ${column} SET DEFAULT ${database.next}`);
    } else if (database.old !== undefined) actions.push(`ALTER COLUMN ${column} DROP DEFAULT`);
    const value = effectiveDefault(apps, next);
    if (this.#needsDefault(before, apps, old, next) && value !== undefined)
      actions.push(`ALTER COLUMN ${column} SET DEFAULT ${this.#wrapped(apps, next, value)}`);
    const nulls: string[] = [];
    if (isNullable(old.field) !== isNullable(next.field)) nulls.push(this.#nullChange(apps, next));
    const fills =
      (hasDefault(next.field) || database.next !== undefined) &&
      isNullable(old.field) &&
      !isNullable(next.field);
    if (actions.length > 0 || nulls.length > 0) {
      if (!fills) actions.push(...nulls);
      if (this.#isPostgres && actions.length > 0) this.#alter(table, actions.join(", "));
      else for (const one of actions) this.#alter(table, one);
      if (fills) {
        const set = this.#isPostgres ? "; SET CONSTRAINTS ALL IMMEDIATE" : "";
        const filled = database.next ?? value ?? "NULL";
        this.execute(`UPDATE ${this.#q(table)} SET ${column} = ${filled} WHERE ${column} IS NULL${set}`);
        for (const one of nulls) this.#alter(table, one);
      }
    }
    for (const one of after) one();
  }

  #databaseDefaultOf(apps: Apps, bound: BoundField): string | undefined {
    return dbDefault(bound.field) === undefined ? undefined : this.#databaseDefault(apps, bound);
  }

  #nullChange(apps: Apps, next: BoundField): string {
    const column = this.#q(next.column);
    const isNull = isNullable(next.field);
    if (this.#isPostgres) return `ALTER COLUMN ${column} ${isNull ? "DROP" : "SET"} NOT NULL`;
    const type = apps.type(next) ?? unknownType;
    return `MODIFY ${column} ${type}${this.#kept(apps, next, dbDefault(next.field) !== undefined)}`;
  }

  /** MODIFY states the whole column: NULL, and its default. */
  #kept(apps: Apps, bound: BoundField, withDefault: boolean): string {
    const own = withDefault ? ` DEFAULT ${this.#databaseDefault(apps, bound)}` : "";
    return `${own} ${isNullable(bound.field) ? "NULL" : "NOT NULL"}`;
  }

  #typeChange(
    before: Apps,
    apps: Apps,
    table: string,
    old: BoundField,
    next: BoundField,
    after: (() => void)[],
  ): string[] {
    const type = apps.type(next) ?? unknownType;
    const collation = apps.collation(next);
    const collate = collation === undefined ? "" : ` COLLATE ${this.#q(collation)}`;
    const column = this.#q(next.column);
    if (!this.#isPostgres) {
      const comment = commentOf(next.field);
      const said = comment === undefined ? "" : ` COMMENT ${this.#vendor.text(comment)}`;
      const withDefault = isSince(this.#vendor, 5, 0) && dbDefault(old.field) !== undefined;
      return [`MODIFY ${column} ${type}${this.#kept(before, old, withDefault)}${collate}${said}`];
    }
    const oldType = before.type(old) ?? "";
    if (this.#losesPatterns(old, oldType, type)) this.#dropIndex(table, this.#likeName(table, old));
    const isAuto = {
      old: autoTypes.has(internalType(old.field) ?? ""),
      next: autoTypes.has(internalType(next.field) ?? ""),
    };
    const using = this.#using(before, apps, old, next) ? ` USING ${column}::${type}` : "";
    const sequence = this.#q(`${splitIdentifier(table).name}_${next.column}_seq`);
    if (isAuto.next && !isAuto.old) {
      after.push(() => {
        this.#alter(table, `ALTER COLUMN ${column} ADD GENERATED BY DEFAULT AS IDENTITY`);
      });
      return [`ALTER COLUMN ${column} TYPE ${type}${using}`];
    }
    if (isAuto.old && !isAuto.next) this.#alter(table, `ALTER COLUMN ${column} DROP IDENTITY IF EXISTS`);
    else if (isAuto.old && internalType(old.field) !== internalType(next.field))
      after.push(() => {
        this.execute(`ALTER SEQUENCE IF EXISTS ${sequence} AS ${type}`);
      });
    return [`ALTER COLUMN ${column} TYPE ${type}${collate}${using}`];
  }

  #using(before: Apps, apps: Apps, old: BoundField, next: BoundField): boolean {
    if (isGenerated(next.field)) return false;
    const kinds = [internalType(old.field), internalType(next.field)];
    if (kinds[0] === "ArrayField" && kinds[1] === "ArrayField")
      return baseType(before.type(old)) !== baseType(apps.type(next));
    return this.#dataType(before, old) !== this.#dataType(apps, next);
  }

  /** The type without its length: only another one is cast. */
  #dataType(apps: Apps, bound: BoundField): string | undefined {
    const { field } = bound;
    if (isForeignKey(field)) return apps.type(bound);
    const template = this.#vendor.types[internalType(field) ?? ""];
    return field.ownType ?? template ?? apps.type(bound);
  }

  #losesPatterns({ field }: BoundField, oldType: string, type: string): boolean {
    if (!this.#isPostgres || !(isIndexed(field) || isUnique(field))) return false;
    return ["varchar", "text", "citext"].some((one) => oldType.startsWith(one) && !type.startsWith(one));
  }

  #likeName(table: string, { column }: BoundField): string {
    return indexName(table, [column], "_like", this.#vendor.longest);
  }

  #alterRelated(before: Apps, apps: Apps, old: BoundField, next: BoundField): void {
    const table = apps.table(next.model);
    const after: (() => void)[] = [];
    for (const change of this.#typeChange(before, apps, table, old, next, after)) this.#alter(table, change);
    for (const one of after) one();
  }

  #finishDefault(before: Apps, apps: Apps, table: string, old: BoundField, next: BoundField): void {
    if (this.#needsDefault(before, apps, old, next)) this.#alter(table, this.#dropDefault(next));
  }

  /** PostgreSQL's indexes for LIKE. */
  #alterLike(
    before: Apps,
    apps: Apps,
    table: string,
    old: BoundField,
    next: BoundField,
    types: { readonly old: string | undefined; readonly next: string | undefined },
  ): void {
    if (!this.#isPostgres) return;
    const was = isIndexed(old.field) || isUnique(old.field);
    const loses = isSince(this.#vendor, 5, 2) && this.#losesPatterns(old, types.old ?? "", types.next ?? "");
    if ((!was && isIndexed(next.field)) || (!isUnique(old.field) && isUnique(next.field)) || loses)
      this.#run(this.#createLike(apps, next));
    if (isUnique(old.field) && !(isIndexed(next.field) || isUnique(next.field)))
      this.#dropIndex(table, this.#likeName(table, old));
  }

  alterManyToMany(before: Apps, apps: Apps, old: BoundField, next: BoundField): void {
    if (!before.isAutoCreated(old) || !apps.isAutoCreated(next)) return;
    const [from, to] = [before.through(old), apps.through(next)];
    const olds = before.throughFields(old);
    const nexts = apps.throughFields(next);
    if (from === undefined || to === undefined) return;
    this.renameTable(before.table(from), apps.table(to));
    if (olds === undefined || nexts === undefined) return;
    const model = { ...from, options: { ...from.options, table: apps.table(to) } };
    for (const i of [1, 0] as const) {
      const [one, other] = [olds[i], nexts[i]];
      if (isDifferent(before, apps, one, other))
        this.#alterColumn(
          before,
          apps,
          { ...one, model },
          { ...other, model: { ...other.model, options: to.options } },
        );
    }
  }

  // Keys, constraints and indexes

  #dropPrimaryKey(table: string): void {
    for (const name of this.live.names(table, { primary: true })) {
      this.#alter(table, this.#isPostgres ? `DROP CONSTRAINT ${this.#q(name)}` : "DROP PRIMARY KEY");
      this.live.remove(table, name);
    }
  }

  #createPrimaryKey(table: string, column: string): void {
    const name = indexName(table, [column], "_pk", this.#vendor.longest);
    this.#alter(table, `ADD CONSTRAINT ${this.#q(name)} PRIMARY KEY (${this.#q(column)})`);
    this.live.add(table, constraint(name, [column], "primary", true, !this.#isPostgres));
  }

  #dropUnique(table: string, name: string): void {
    this.#alter(table, `DROP ${this.#isPostgres ? "CONSTRAINT" : "INDEX"} ${this.#q(name)}`);
    this.live.remove(table, name);
  }

  #dropCheck(table: string, name: string): void {
    const drop = this.#isPostgres
      ? "DROP CONSTRAINT"
      : this.#vendor.isMariadb
        ? "DROP CONSTRAINT IF EXISTS"
        : "DROP CHECK";
    this.#alter(table, `${drop} ${this.#q(name)}`);
    this.live.remove(table, name);
  }

  #createCheck(table: string, name: string, check: string, columns: readonly string[]): void {
    this.#alter(table, `ADD CONSTRAINT ${this.#q(name)} CHECK (${check})`);
    this.live.add(table, constraint(name, columns, "check", false, false));
  }

  #dropIndex(table: string, name: string, concurrently = false): void {
    const quoted = this.#q(name);
    this.execute(
      this.#isPostgres
        ? `DROP INDEX ${concurrently ? "CONCURRENTLY " : ""}IF EXISTS ${quoted}`
        : `DROP INDEX ${quoted} ON ${this.#q(table)}`,
    );
    this.live.remove(table, name);
    if (isSince(this.#vendor, 5, 1))
      this.#deferred = this.#deferred.filter((one) => one.refs[0]?.table !== table || one.name() !== name);
  }

  #defer(statement: Statement | undefined): void {
    if (statement !== undefined) this.#deferred.push(statement);
  }

  #deferAll(statements: readonly Statement[]): void {
    this.#deferred.push(...statements);
  }

  #createForeignKey(apps: Apps, bound: BoundField, suffix?: string): Statement | undefined {
    const target = apps.target(bound);
    if (target === undefined) return undefined;
    const table = apps.table(bound.model);
    const deferrable = this.#isPostgres ? " DEFERRABLE INITIALLY DEFERRED" : "";
    return new Statement({
      at: bound.field.at,
      refs: [
        { table, columns: [bound.column] },
        { table: apps.table(target.model), columns: [target.column] },
      ],
      name: ([own, to]) =>
        indexName(
          own?.table ?? "",
          own?.columns ?? [],
          suffix ?? `_fk_${splitIdentifier(to?.table ?? "").name}_${to?.columns[0] ?? ""}`,
          this.#vendor.longest,
        ),
      text: (name, [own, to]) =>
        `ALTER TABLE ${this.#q(own?.table ?? "")} ADD CONSTRAINT ${this.#q(name)} FOREIGN KEY (${this.#list(own?.columns)}) ` +
        `REFERENCES ${this.#q(to?.table ?? "")} (${this.#list(to?.columns)})${deferrable}`,
      effect: (live, name, [own]) => {
        const columns = own?.columns ?? [];
        const isCovered = live
          .of(own?.table ?? "")
          .some((one) => one.isIndex && one.columns[0] === columns[0]);
        const isImplicit = !this.#isPostgres && !isCovered;
        live.add(own?.table ?? "", {
          ...constraint(name, columns, "foreign", false, isImplicit),
          isImplicit,
        });
      },
    });
  }

  #list(columns: readonly string[] | undefined): string {
    return (columns ?? []).map((one) => this.#q(one)).join(", ");
  }

  /** Of unique_together and of a field that becomes unique. */
  #createUnique(apps: Apps, model: Model, names: readonly string[]): Statement {
    const columns = names.map((name) => apps.field(model, name)?.column ?? name);
    return new Statement({
      refs: [{ table: apps.table(model), columns }],
      name: ([own]) => indexName(own?.table ?? "", own?.columns ?? [], "_uniq", this.#vendor.longest),
      text: (name, [own]) =>
        `ALTER TABLE ${this.#q(own?.table ?? "")} ADD CONSTRAINT ${this.#q(name)} UNIQUE (${this.#list(own?.columns)})`,
      effect: (live, name, [own]) => {
        live.add(own?.table ?? "", constraint(name, own?.columns ?? [], "unique", true, !this.#isPostgres));
      },
    });
  }

  /** An index on whole columns. */
  #createIndex(
    apps: Apps,
    model: Model,
    fields: readonly BoundField[],
    suffix: string,
    opclass = "",
    at?: Place,
  ): Statement {
    return new Statement({
      at,
      refs: [{ table: apps.table(model), columns: fields.map(({ column }) => column) }],
      name: ([own]) => indexName(own?.table ?? "", own?.columns ?? [], suffix, this.#vendor.longest),
      text: (name, [own]) =>
        `CREATE INDEX ${this.#q(name)} ON ${this.#q(own?.table ?? "")} (${this.#list(own?.columns)}${opclass})`,
      effect: (live, name, [own]) => {
        live.add(own?.table ?? "", constraint(name, own?.columns ?? [], "index", false, true));
      },
    });
  }

  #createLike(apps: Apps, bound: BoundField): Statement | undefined {
    const type = apps.type(bound);
    if (!this.#isPostgres || type === undefined || type.includes("[")) return undefined;
    if (!isIndexed(bound.field) && !isUnique(bound.field)) return undefined;
    // A collation that a project names may be one that isn't deterministic; Django asks the database.
    if (apps.collation(bound) !== undefined && isUnknownCollation(apps.collation(bound))) return undefined;
    const opclass = type.startsWith("varchar")
      ? "varchar_pattern_ops"
      : type.startsWith("text")
        ? "text_pattern_ops"
        : "";
    if (opclass === "") return undefined;
    return this.#createIndex(apps, bound.model, [bound], "_like", ` ${opclass}`, bound.field.at);
  }

  #fieldIndexes(apps: Apps, bound: BoundField): readonly Statement[] {
    const found: Statement[] = [];
    const isWanted = isIndexed(bound.field) && !isUnique(bound.field);
    const isMade =
      this.#isPostgres ||
      !((bound.field.kind === "ForeignKey" && hasConstraint(bound.field)) || this.#isLimited(apps, bound));
    if (isWanted && isMade) found.push(this.#createIndex(apps, bound.model, [bound], "", "", bound.field.at));
    const like = this.#createLike(apps, bound);
    return like === undefined ? found : [...found, like];
  }

  #modelIndexes(apps: Apps, model: Model): readonly Statement[] {
    const fields = apps.fields(model).flatMap((bound) => this.#fieldIndexes(apps, bound));
    const together = isSince(this.#vendor, 5, 1)
      ? []
      : model.options.indexTogether.map((set) => this.#composedIndex(apps, model, set));
    return [
      ...fields,
      ...together,
      ...model.options.indexes.flatMap((one) => this.#metaIndex(apps, model, one) ?? []),
    ];
  }

  #composedIndex(apps: Apps, model: Model, set: readonly string[]): Statement {
    const fields = set.flatMap((name) => apps.field(model, name) ?? []);
    return this.#createIndex(apps, model, fields, "_idx");
  }

  /** Undefined: the database can't have it, and Django leaves it out. */
  #metaIndex(apps: Apps, model: Model, index: Index, concurrently = false): Statement | undefined {
    if (index.expressions.length > 0 && !this.#isPostgres && this.#vendor.isMariadb) return undefined;
    const compiled = new Expressions(apps, model);
    const fields = index.fields.map(({ name, descending }) => ({
      column: apps.field(model, name)?.column ?? name,
      descending,
    }));
    const columns = fields.map(({ column }) => column);
    const members = index.expressions.map((one) => compiled.member(one) ?? unknownPart);
    const condition =
      index.condition === undefined || !this.#isPostgres
        ? ""
        : ` WHERE ${compiled.condition(index.condition) ?? unknownPart}`;
    const include =
      index.include.length === 0 || !this.#isPostgres
        ? ""
        : ` INCLUDE (${this.#list(index.include.map((name) => apps.field(model, name)?.column ?? name))})`;
    const using = this.#isPostgres && index.using !== undefined ? ` USING ${index.using}` : "";
    const storage = this.#isPostgres && index.with.length > 0 ? ` WITH (${index.with.join(", ")})` : "";
    const create = `CREATE INDEX ${concurrently ? "CONCURRENTLY " : ""}`;
    const list = (own: readonly string[]): string =>
      index.fields.length === 0
        ? members.join(", ")
        : own
            .map((column, i) => {
              const opclass = index.opclasses[i];
              const order = fields[i]?.descending === true ? " DESC" : "";
              return `${this.#q(column)}${opclass === undefined || !this.#isPostgres ? "" : ` ${opclass}`}${order}`;
            })
            .join(", ");
    return new Statement({
      at: index.at,
      refs: [{ table: apps.table(model), columns }],
      name: () => index.name ?? unknownPart,
      text: (name, [own]) =>
        `${create}${this.#q(name)} ON ${this.#q(own?.table ?? "")}${using} (${list(own?.columns ?? [])})${include}${storage}${condition}`,
      effect: (live, name, [own]) => {
        const isPlain = index.using === undefined && storage === "";
        live.add(own?.table ?? "", {
          ...constraint(name, own?.columns ?? [], "index", false, true),
          isPlain,
        });
      },
    });
  }

  addIndex(apps: Apps, model: Model, index: Index, concurrently = false): void {
    if (canMigrate(model)) this.#run(withoutPlace(this.#metaIndex(apps, model, index, concurrently)));
  }

  removeIndex(apps: Apps, model: Model, index: Index, concurrently = false): void {
    if (!canMigrate(model)) return;
    if (index.expressions.length > 0 && this.#vendor.isMariadb) return;
    this.#keepForeignKeyIndex(apps, model, index.fields[0]?.name);
    this.#dropIndex(apps.table(model), index.name ?? unknownPart, concurrently);
  }

  renameIndex(apps: Apps, model: Model, from: string, to: string): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    this.execute(
      this.#isPostgres
        ? `ALTER INDEX ${this.#q(from)} RENAME TO ${this.#q(to)}`
        : `ALTER TABLE ${this.#q(table)} RENAME INDEX ${this.#q(from)} TO ${this.#q(to)}`,
    );
    this.live.renameConstraint(table, from, to);
  }

  /** MySQL needs an index on a foreign key: Django makes one before it drops the only one. */
  #keepForeignKeyIndex(apps: Apps, model: Model, name: string | undefined): void {
    if (this.#isPostgres || name === undefined) return;
    const bound = apps.field(model, name);
    if (bound?.field.kind !== "ForeignKey") return;
    const table = apps.table(model);
    const found = this.live.of(table).filter((one) => one.isIndex && one.columns[0] === bound.column);
    if (found.length === 1) this.#run(this.#createIndex(apps, model, [bound], ""));
  }

  /** The clause of CREATE TABLE; what needs an index of its own is deferred. */
  #inlineConstraint(apps: Apps, model: Model, one: Constraint): string | undefined {
    const table = apps.table(model);
    if (one.is === "check") {
      this.live.add(table, constraint(one.name, this.#checkColumns(apps, model, one), "check", false, false));
      return `CONSTRAINT ${this.#q(one.name)} CHECK (${this.#condition(apps, model, one) ?? unknownPart})`;
    }
    if (one.is === "exclusion") return this.#isPostgres ? this.#exclusion(apps, model, one) : undefined;
    if (!this.#isUniqueSupported(one)) return undefined;
    const statement = this.#uniqueStatement(apps, model, one);
    if (this.#needsIndex(one) || one.nullsDistinct !== undefined) {
      this.#defer(statement);
      return undefined;
    }
    statement.effect(this.live);
    const columns = one.fields.map((name) => apps.field(model, name)?.column ?? name);
    return `CONSTRAINT ${this.#q(one.name)} UNIQUE (${this.#list(columns)})${one.deferrable}`;
  }

  /** Django keeps constraints out of a CREATE TABLE with parameters. */
  #constraintStatement(apps: Apps, model: Model, one: Constraint): Statement | undefined {
    if (one.is === "unique")
      return this.#isUniqueSupported(one) ? this.#uniqueStatement(apps, model, one) : undefined;
    if (one.is === "exclusion" && !this.#isPostgres) return undefined;
    const clause =
      one.is === "check"
        ? `CONSTRAINT ${this.#q(one.name)} CHECK (${this.#condition(apps, model, one) ?? unknownPart})`
        : this.#exclusion(apps, model, one);
    const columns = one.is === "check" ? this.#checkColumns(apps, model, one) : [];
    return new Statement({
      at: one.at,
      refs: [{ table: apps.table(model), columns }],
      name: () => one.name,
      text: (_, [own]) => `ALTER TABLE ${this.#q(own?.table ?? "")} ADD ${clause}`,
      effect: (live, name, [own]) => {
        live.add(own?.table ?? "", constraint(name, own?.columns ?? [], "check", false, false));
      },
    });
  }

  #checkColumns(apps: Apps, model: Model, one: Constraint): readonly string[] {
    const text = this.#condition(apps, model, one) ?? "";
    return apps
      .fields(model)
      .map(({ column }) => column)
      .filter((column) => text.includes(this.#q(column)));
  }

  #condition(apps: Apps, model: Model, { condition }: Pick<Constraint, "condition">): string | undefined {
    return condition === undefined ? undefined : new Expressions(apps, model).condition(condition);
  }

  #isUniqueSupported(one: Constraint & { is: "unique" }): boolean {
    if (this.#isPostgres) return true;
    return (
      one.condition === undefined &&
      one.deferrable === "" &&
      one.include.length === 0 &&
      one.nullsDistinct === undefined &&
      (one.expressions.length === 0 || !this.#vendor.isMariadb)
    );
  }

  #needsIndex(one: Constraint & { is: "unique" }): boolean {
    return (
      one.condition !== undefined ||
      one.include.length > 0 ||
      one.opclasses.length > 0 ||
      one.expressions.length > 0
    );
  }

  #uniqueStatement(apps: Apps, model: Model, one: Constraint & { is: "unique" }): Statement {
    const columns = one.fields.map((name) => apps.field(model, name)?.column ?? name);
    const isIndex = this.#needsIndex(one);
    const compiled = new Expressions(apps, model);
    const members = one.expressions.map((value) => compiled.member(value) ?? unknownPart).join(", ");
    const nulls =
      one.nullsDistinct === undefined ? "" : one.nullsDistinct ? " NULLS DISTINCT" : " NULLS NOT DISTINCT";
    const condition =
      one.condition === undefined ? "" : ` WHERE ${compiled.condition(one.condition) ?? unknownPart}`;
    const include =
      one.include.length === 0
        ? ""
        : ` INCLUDE (${this.#list(one.include.map((name) => apps.field(model, name)?.column ?? name))})`;
    const list = (own: readonly string[]): string =>
      own.length === 0
        ? members
        : own
            .map(
              (column, i) =>
                `${this.#q(column)}${one.opclasses[i] === undefined ? "" : ` ${one.opclasses[i]}`}`,
            )
            .join(", ");
    return new Statement({
      at: one.at,
      refs: [{ table: apps.table(model), columns }],
      name: () => one.name,
      text: (name, [own]) =>
        isIndex
          ? `CREATE UNIQUE INDEX ${this.#q(name)} ON ${this.#q(own?.table ?? "")} (${list(own?.columns ?? [])})${include}${nulls}${condition}`
          : `ALTER TABLE ${this.#q(own?.table ?? "")} ADD CONSTRAINT ${this.#q(name)} UNIQUE${nulls} (${this.#list(own?.columns)})${one.deferrable}`,
      effect: (live, name, [own]) => {
        live.add(
          own?.table ?? "",
          constraint(name, own?.columns ?? [], "unique", true, isIndex || !this.#isPostgres),
        );
      },
    });
  }

  #exclusion(apps: Apps, model: Model, one: Constraint & { is: "exclusion" }): string {
    const compiled = new Expressions(apps, model);
    const members = one.expressions.map(
      ([value, operator]) => `${compiled.member(value) ?? unknownPart} WITH ${operator}`,
    );
    const include =
      one.include.length === 0
        ? ""
        : ` INCLUDE (${this.#list(one.include.map((name) => apps.field(model, name)?.column ?? name))})`;
    const where =
      one.condition === undefined ? "" : ` WHERE (${compiled.condition(one.condition) ?? unknownPart})`;
    return `CONSTRAINT ${this.#q(one.name)} EXCLUDE USING ${one.method} (${members.join(", ")})${include}${where}${one.deferrable}`;
  }

  addConstraint(apps: Apps, model: Model, one: Constraint, notValid = false): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    if (one.is === "check") {
      const check = this.#condition(apps, model, one) ?? unknownPart;
      this.#alter(
        table,
        `ADD CONSTRAINT ${this.#q(one.name)} CHECK (${check})${notValid ? " NOT VALID" : ""}`,
      );
      this.live.add(table, constraint(one.name, this.#checkColumns(apps, model, one), "check", false, false));
    } else if (one.is === "exclusion") this.#alter(table, `ADD ${this.#exclusion(apps, model, one)}`);
    else if (this.#isUniqueSupported(one)) this.#run(withoutPlace(this.#uniqueStatement(apps, model, one)));
  }

  removeConstraint(apps: Apps, model: Model, one: Constraint): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    if (one.is !== "unique") {
      this.#dropCheck(table, one.name);
      return;
    }
    if (!this.#isUniqueSupported(one)) return;
    this.#keepForeignKeyIndex(apps, model, one.fields[0]);
    if (this.#needsIndex(one)) this.#dropIndex(table, one.name);
    else this.#dropUnique(table, one.name);
  }

  validateConstraint(apps: Apps, model: Model, name: string): void {
    if (canMigrate(model)) this.#alter(apps.table(model), `VALIDATE CONSTRAINT ${this.#q(name)}`);
  }

  alterUniqueTogether(
    apps: Apps,
    model: Model,
    from: readonly (readonly string[])[],
    to: readonly (readonly string[])[],
  ): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    for (const set of missing(from, to)) {
      this.#keepForeignKeyIndex(apps, model, set[0]);
      this.#dropUnique(
        table,
        this.#composedName(apps, model, set, { unique: true, primary: false }, "_uniq"),
      );
    }
    for (const set of missing(to, from)) this.#run(this.#createUnique(apps, model, set));
  }

  alterIndexTogether(
    apps: Apps,
    model: Model,
    from: readonly (readonly string[])[],
    to: readonly (readonly string[])[],
  ): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    for (const set of missing(from, to)) {
      this.#keepForeignKeyIndex(apps, model, set[0]);
      this.#dropIndex(table, this.#composedName(apps, model, set, { index: true, unique: false }, "_idx"));
    }
    for (const set of missing(to, from)) this.#run(this.#composedIndex(apps, model, set));
  }

  /** The name of what the database has on these columns; the one that Django makes, if it isn't known. */
  composedIndexName(apps: Apps, model: Model, set: readonly string[]): string {
    return this.#composedName(apps, model, set, { index: true, unique: false }, "_idx");
  }

  #composedName(
    apps: Apps,
    model: Model,
    set: readonly string[],
    wanted: { readonly unique?: boolean; readonly primary?: boolean; readonly index?: boolean },
    suffix: string,
  ): string {
    const table = apps.table(model);
    const columns = set.map((name) => apps.field(model, name)?.column ?? name);
    const { options } = model;
    const exclude = new Set([...options.constraints, ...options.indexes].flatMap(({ name }) => name ?? []));
    const found = this.live.names(table, { columns, ...wanted, exclude });
    const made = indexName(table, columns, suffix, this.#vendor.longest);
    return found.includes(made) ? made : (found[0] ?? made);
  }
}

/** The column's definition has values that Django sends apart from the statement. */
function hasParameters({ options, kind }: Field): boolean {
  const given = options.get("db_default");
  if (given !== undefined && hasValue(given)) return true;
  const expression = kind === "GeneratedField" ? options.get("expression") : undefined;
  return expression !== undefined && hasValue(expression);
}

function hasValue(value: Value): boolean {
  if (value.is !== "call")
    return value.is === "plain" || value.is === "text" || value.is === "list" || value.is === "record";
  // `F("n")` and `Lower("name")` name columns.
  const isColumn = (one: Value): boolean => one.is === "text" && !isValueCall(value);
  return (
    value.values.some((one) => !isColumn(one) && hasValue(one)) || [...value.keywords.values()].some(hasValue)
  );
}

const autoTypes = new Set(["AutoField", "BigAutoField", "SmallAutoField"]);

const baseType = (type: string | undefined): string | undefined =>
  type?.replace(/(?:\(.*?\))?(?:\[\d*\])+$/, "");

/** ICU collations of a project's own have names in these forms. */
const isUnknownCollation = (name: string | undefined): boolean =>
  name !== undefined &&
  !/^(?:C|POSIX|default|ucs_basic|[a-z]{2}(?:_[A-Z]{2})?(?:\.utf-?8)?|[a-z]{2,3}-(?:[\w-]+-)?x-icu|und-x-icu)$/i.test(
    name,
  );

const constraint = (
  name: string,
  columns: readonly string[],
  is: LiveConstraint["is"],
  isUnique: boolean,
  isIndex: boolean,
): LiveConstraint => ({
  name,
  columns,
  is,
  isUnique,
  isIndex,
  isPlain: is !== "check",
  isImplicit: false,
  isUnnamed: false,
});

/** Django makes no table of a proxy, and none of a model that it doesn't manage. */
export const canMigrate = ({ options }: Model): boolean => options.managed && !options.proxy;

/** The statement of an operation stands where the operation does. */
function withoutPlace(statement: Statement | undefined): Statement | undefined {
  return statement?.withoutPlace();
}

const missing = (
  from: readonly (readonly string[])[],
  in_: readonly (readonly string[])[],
): readonly (readonly string[])[] =>
  from.filter(
    (set) => !in_.some((one) => one.length === set.length && one.every((name, i) => name === set[i])),
  );

/** Foreign keys that refer to a field, before and after, with those that refer to these in turn. */
function relatedFields(
  before: Apps,
  apps: Apps,
  old: BoundField,
  next: BoundField,
  depth = 0,
): readonly (readonly [BoundField, BoundField])[] {
  if (depth > 20) return [];
  const olds = before.relationsTo(old);
  const nexts = apps.relationsTo(next);
  return olds.flatMap(({ from }, i) => {
    const other = nexts[i]?.from;
    return other === undefined
      ? []
      : [[from, other] as const, ...relatedFields(before, apps, from, other, depth + 1)];
  });
}

/** What Django doesn't compare. */
const withoutEffect = new Set(
  "blank choices db_column editable error_messages help_text limit_choices_to on_delete related_name related_query_name validators verbose_name db_comment null_ok".split(
    " ",
  ),
);

/** Options that are what they are without being given. */
const defaults: Readonly<Record<string, string>> = {
  null: "False",
  unique: "False",
  primary_key: "False",
  db_constraint: "True",
  parent_link: "False",
  serialize: "True",
  auto_created: "False",
  preserve_default: "True",
};

/** True if Django takes the two fields for different ones, and drops and makes foreign keys again. */
function isDifferent(before: Apps, apps: Apps, old: BoundField, next: BoundField): boolean {
  if (old.column !== next.column || old.field.path !== next.field.path) return true;
  return described(before, old, next, apps) !== described(apps, next, old, before);
}

function described(apps: Apps, bound: BoundField, other: BoundField, otherApps: Apps): string {
  const { field, model } = bound;
  const options = [...field.options].flatMap(([name, value]) => {
    if (withoutEffect.has(name)) return [];
    if (name === "db_index" && booleanOf(value) === (field.kind === "ForeignKey")) return [];
    const text = name === "to" ? relationText(apps, bound, other, otherApps) : printed(value);
    if (defaults[name] === text || text === "") return [];
    return [`${name}=${text}`];
  });
  return [model.through === undefined ? "" : "through", ...options.sort()].join(",");
}

function relationText(apps: Apps, bound: BoundField, other: BoundField, otherApps: Apps): string {
  const key = relationKey(bound.field.options.get("to"), bound.model, apps.facts.userModel) ?? "";
  if (!isSince(apps.facts.vendor, 5, 0)) return key;
  const [own, that] = [apps.related(bound), otherApps.related(other)];
  const isSame = own !== undefined && that !== undefined && apps.table(own) === otherApps.table(that);
  return isSame ? "" : key;
}

function printed(value: Value): string {
  switch (value.is) {
    case "text":
      return JSON.stringify(value.segments.map(({ text }) => text).join(""));
    case "plain":
      return value.value === null
        ? "None"
        : typeof value.value === "boolean"
          ? value.value
            ? "True"
            : "False"
          : value.printed;
    case "list":
      return `[${value.items.map(printed).join(",")}]`;
    case "record":
      return `{${[...value.fields].map(([name, one]) => `${name}:${printed(one)}`).join(",")}}`;
    case "call":
      return `${value.callee}(${[...value.values.map(printed), ...[...value.keywords].map(([name, one]) => `${name}=${printed(one)}`)].join(",")})`;
    case "name":
    case "class":
      return value.dotted;
    case "function":
      return `${value.at.path}:${value.name}`;
    default:
      return `${value.at.path}:${String(value.at.start)}`;
  }
}
