/** Django's schema editor: what it sends for a change of a model, in the order in which it sends it. */
import { compositeKey, type Apps, type BoundField } from "./apps.ts";
import {
  commentOf,
  dbDefault,
  hasConstraint,
  hasDefault,
  internalType,
  isForeignKey,
  isManyToMany,
  isPrimaryKey,
  isUnique,
} from "./fields.ts";
import { effectiveDefault } from "./literals.ts";
import type { Constraint, Index } from "./meta.ts";
import { indexName, postgresName, splitIdentifier } from "./names.ts";
import { canMigrate, type Model } from "./state.ts";
import { Statement } from "./statement.ts";
import { constraint } from "./live.ts";
import { isSince } from "./vendor.ts";
import { hasParameters, unknownPart } from "./columns.ts";
import type { Chunk } from "./sender.ts";
import { ColumnChanges } from "./alter.ts";

export class SchemaEditor extends ColumnChanges {
  createModel(apps: Apps, model: Model): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    this.live.create(table);
    for (const set of model.options.uniqueTogether)
      this.defer(this.statements.createUnique(apps, model, set));
    const parts: Chunk[][] = [];
    for (const bound of apps.fields(model)) {
      const definition = this.columns.columnDefinition(apps, bound);
      const check = this.columns.checkClause(apps, bound);
      const suffix = this.columns.suffix(bound);
      const text = [`${this.q(bound.column)} ${definition}`, check, suffix]
        .filter((one) => one !== "")
        .join(" ");
      parts.push([model.through === undefined ? { text, at: bound.field.at } : text]);
      this.noteColumn(apps, bound);
      if (isForeignKey(bound.field) && hasConstraint(bound.field))
        this.defer(this.statements.createForeignKey(apps, bound));
    }
    const isDeferred =
      isSince(this.vendor, 5, 0) && apps.fields(model).some(({ field }) => hasParameters(field));
    for (const constraint of model.options.constraints) {
      if (isDeferred) {
        this.defer(this.statements.constraintStatement(apps, model, constraint));
        continue;
      }
      const inline = this.inlineConstraint(apps, model, constraint);
      if (inline !== undefined) parts.push([{ text: inline, at: constraint.at }]);
    }
    const composite = compositeKey(model);
    if (composite !== undefined) {
      const columns = composite.map((name) => this.q(apps.field(model, name)?.column ?? name));
      parts.push([`PRIMARY KEY (${columns.join(", ")})`]);
    }
    const open: Chunk = `CREATE TABLE ${this.q(table)} (`;
    this.send({
      chunks: [open, ...parts.flatMap((part, i): Chunk[] => (i === 0 ? part : [", ", ...part])), ")"],
      at: model.through?.at,
      byTool: model.through && true,
    });
    this.comments(apps, model, table);
    this.deferAll(this.statements.modelIndexes(apps, model));
    for (const bound of apps.manyToMany(model)) {
      const through = apps.isAutoCreated(bound) ? apps.through(bound) : undefined;
      if (through !== undefined) this.createModel(apps, through);
    }
  }

  protected comments(apps: Apps, model: Model, table: string): void {
    if (!isSince(this.vendor, 4, 2)) return;
    if (model.options.comment !== undefined && model.options.comment !== "")
      this.alterTableComment(table, model.options.comment);
    if (!this.isPostgres) return;
    for (const bound of apps.fields(model)) {
      const comment = commentOf(bound.field);
      if (comment !== undefined) this.columnComment(table, bound.column, comment);
    }
  }

  alterTableComment(table: string, comment: string): void {
    const text = this.vendor.text(comment);
    this.execute(
      this.isPostgres
        ? `COMMENT ON TABLE ${this.q(table)} IS ${text}`
        : `ALTER TABLE ${this.q(table)} COMMENT = ${text}`,
    );
  }

  deleteModel(apps: Apps, model: Model): void {
    if (!canMigrate(model)) return;
    for (const bound of apps.manyToMany(model)) {
      const through = apps.isAutoCreated(bound) ? apps.through(bound) : undefined;
      if (through !== undefined) this.deleteModel(apps, through);
    }
    const table = apps.table(model);
    this.execute(`DROP TABLE ${this.q(table)} CASCADE`);
    this.live.drop(table);
    this.deferred = this.deferred.filter((one) => !one.refersToTable(table));
  }

  /** What the attributes of a new column make in the database. */
  protected noteColumn(apps: Apps, bound: BoundField): void {
    const table = apps.table(bound.model);
    const { column, field } = bound;
    const own = (label: string, mysql: string): string =>
      this.isPostgres
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
        isIndex: !this.isPostgres,
      });
    else if (isUnique(field))
      this.live.add(table, {
        ...base,
        name: own("key", column),
        is: "unique",
        isUnique: true,
        isIndex: !this.isPostgres,
      });
    const isJson = this.vendor.isMariadb && internalType(field) === "JSONField";
    if (apps.check(bound) !== undefined || isJson)
      this.live.add(table, {
        ...base,
        name: own("check", this.mysqlCheckName(table)),
        is: "check",
        isUnique: false,
        isIndex: false,
        isPlain: false,
        isUnnamed: this.vendor.isMariadb,
      });
  }

  /** MySQL counts the checks of a table. */
  protected mysqlCheckName(table: string): string {
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
      this.columns.columnDefinition(apps, bound, true),
      this.columns.suffix(bound),
      this.columns.checkClause(apps, bound),
    ];
    this.noteColumn(apps, bound);
    if (isForeignKey(field) && hasConstraint(field)) {
      const statement = this.statements.createForeignKey(apps, bound);
      if (statement === undefined) parts.push("");
      else {
        parts.push(this.inlineForeignKey(apps, bound, statement));
        statement.effect(this.live);
      }
    }
    const definition = parts.filter((one) => one !== "").join(" ");
    this.alter(table, `ADD COLUMN ${this.q(column)} ${definition}`);
    if (
      dbDefault(field) === undefined &&
      !this.columns.skipsDefaultOnAlter(apps, bound) &&
      effectiveDefault(apps, bound) !== undefined
    )
      this.alter(table, this.columns.dropDefault(bound));
    const comment = commentOf(field);
    if (this.isPostgres && comment !== undefined) this.columnComment(table, column, comment);
    this.deferAll(this.statements.fieldIndexes(apps, bound));
    if (this.columns.skipsDefault(apps, bound) && hasDefault(field)) {
      const value = effectiveDefault(apps, bound) ?? "NULL";
      this.execute(`UPDATE ${this.q(table)} SET ${this.q(column)} = ${value}`);
    }
  }

  protected inlineForeignKey(apps: Apps, bound: BoundField, statement: Statement): string {
    const target = apps.target(bound);
    const toTable = this.q(target === undefined ? "" : apps.table(target.model));
    const toColumn = this.q(target?.column ?? "");
    const name = this.q(statement.name());
    if (!this.isPostgres)
      return `, ADD CONSTRAINT ${name} FOREIGN KEY (${this.q(bound.column)}) REFERENCES ${toTable}(${toColumn})`;
    const { namespace } = splitIdentifier(apps.table(bound.model));
    const prefix = namespace === "" ? "" : `${this.q(namespace)}.`;
    return `CONSTRAINT ${name} REFERENCES ${toTable}(${toColumn}) DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS ${prefix}${name} IMMEDIATE`;
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
    if (isForeignKey(field)) this.dropForeignKeys(apps, bound);
    this.alter(table, `DROP COLUMN ${this.q(column)}${this.isPostgres ? " CASCADE" : ""}`);
    this.live.dropColumn(table, column);
    this.deferred = this.deferred.filter((one) => !one.refersToColumn(table, column));
  }

  addIndex(apps: Apps, model: Model, index: Index, concurrently = false): void {
    if (canMigrate(model))
      this.run(withoutPlace(this.statements.metaIndex(apps, model, index, concurrently)));
  }

  removeIndex(apps: Apps, model: Model, index: Index, concurrently = false): void {
    if (!canMigrate(model)) return;
    if (index.expressions.length > 0 && this.vendor.isMariadb) return;
    this.keepForeignKeyIndex(apps, model, index.fields[0]?.name);
    this.dropIndex(apps.table(model), index.name ?? unknownPart, concurrently);
  }

  renameIndex(apps: Apps, model: Model, from: string, to: string): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    this.execute(
      this.isPostgres
        ? `ALTER INDEX ${this.q(from)} RENAME TO ${this.q(to)}`
        : `ALTER TABLE ${this.q(table)} RENAME INDEX ${this.q(from)} TO ${this.q(to)}`,
    );
    this.live.renameConstraint(table, from, to);
  }

  /** MySQL needs an index on a foreign key: Django makes one before it drops the only one. */
  protected keepForeignKeyIndex(apps: Apps, model: Model, name: string | undefined): void {
    if (this.isPostgres || name === undefined) return;
    const bound = apps.field(model, name);
    if (bound?.field.kind !== "ForeignKey") return;
    const table = apps.table(model);
    const found = this.live.of(table).filter((one) => one.isIndex && one.columns[0] === bound.column);
    if (found.length === 1) this.run(this.statements.createIndex(apps, model, [bound], ""));
  }

  /** The clause of CREATE TABLE; what needs an index of its own is deferred. */
  protected inlineConstraint(apps: Apps, model: Model, one: Constraint): string | undefined {
    const table = apps.table(model);
    if (one.is === "check") {
      this.live.add(
        table,
        constraint(one.name, this.statements.checkColumns(apps, model, one), "check", false, false),
      );
      return `CONSTRAINT ${this.q(one.name)} CHECK (${this.statements.condition(apps, model, one) ?? unknownPart})`;
    }
    if (one.is === "exclusion")
      return this.isPostgres ? this.statements.exclusion(apps, model, one) : undefined;
    if (!this.statements.isUniqueSupported(one)) return undefined;
    const statement = this.statements.uniqueStatement(apps, model, one);
    if (this.statements.needsIndex(one) || one.nullsDistinct !== undefined) {
      this.defer(statement);
      return undefined;
    }
    statement.effect(this.live);
    const columns = one.fields.map((name) => apps.field(model, name)?.column ?? name);
    return `CONSTRAINT ${this.q(one.name)} UNIQUE (${this.statements.list(columns)})${one.deferrable}`;
  }

  addConstraint(apps: Apps, model: Model, one: Constraint, notValid = false): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    if (one.is === "check") {
      const check = this.statements.condition(apps, model, one) ?? unknownPart;
      this.alter(table, `ADD CONSTRAINT ${this.q(one.name)} CHECK (${check})${notValid ? " NOT VALID" : ""}`);
      this.live.add(
        table,
        constraint(one.name, this.statements.checkColumns(apps, model, one), "check", false, false),
      );
    } else if (one.is === "exclusion")
      this.alter(table, `ADD ${this.statements.exclusion(apps, model, one)}`);
    else if (this.statements.isUniqueSupported(one))
      this.run(withoutPlace(this.statements.uniqueStatement(apps, model, one)));
  }

  removeConstraint(apps: Apps, model: Model, one: Constraint): void {
    if (!canMigrate(model)) return;
    const table = apps.table(model);
    if (one.is !== "unique") {
      if (one.is === "check" && !this.vendor.dropsChecks) return;
      this.dropCheck(table, one.name);
      return;
    }
    if (!this.statements.isUniqueSupported(one)) return;
    this.keepForeignKeyIndex(apps, model, one.fields[0]);
    if (this.statements.needsIndex(one)) this.dropIndex(table, one.name);
    else this.dropUnique(table, one.name);
  }

  validateConstraint(apps: Apps, model: Model, name: string): void {
    if (canMigrate(model)) this.alter(apps.table(model), `VALIDATE CONSTRAINT ${this.q(name)}`);
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
      this.keepForeignKeyIndex(apps, model, set[0]);
      this.dropUnique(table, this.composedName(apps, model, set, { unique: true, primary: false }, "_uniq"));
    }
    for (const set of missing(to, from)) this.run(this.statements.createUnique(apps, model, set));
  }

  /** Of a new model: before Django 5.1, they are made with its other indexes. */
  composeIndexes(apps: Apps, model: Model, sets: readonly (readonly string[])[]): void {
    if (isSince(this.vendor, 5, 1)) this.alterIndexTogether(apps, model, [], sets);
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
      this.keepForeignKeyIndex(apps, model, set[0]);
      this.dropIndex(table, this.composedName(apps, model, set, { index: true, unique: false }, "_idx"));
    }
    for (const set of missing(to, from)) this.run(this.statements.composedIndex(apps, model, set));
  }

  /** The name of what the database has on these columns; the one that Django makes, if it isn't known. */
  composedIndexName(apps: Apps, model: Model, set: readonly string[]): string {
    return this.composedName(apps, model, set, { index: true, unique: false }, "_idx");
  }

  protected composedName(
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
    const made = indexName(table, columns, suffix, this.vendor.longest);
    return found.includes(made) ? made : (found[0] ?? made);
  }
}

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
