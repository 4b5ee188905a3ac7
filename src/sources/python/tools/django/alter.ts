/** What Django sends for a change of a column. */
import type { Apps, BoundField } from "./apps.ts";
import {
  commentOf,
  dbDefault,
  hasConstraint,
  hasDefault,
  internalType,
  isAutomatic,
  isForeignKey,
  isIndexed,
  isManyToMany,
  isNullable,
  isPrimaryKey,
  isUnique,
} from "./fields.ts";
import { effectiveDefault } from "./literals.ts";
import { indexName, splitIdentifier } from "./names.ts";
import { canMigrate, type Model } from "./state.ts";
import { isSince } from "./vendor.ts";
import { unknownType } from "./columns.ts";
import { Sender } from "./sender.ts";
import { isDifferent, relatedFields } from "./different.ts";

export class ColumnChanges extends Sender {
  /** @param after the same field in the state that the operation makes */
  alterField(before: Apps, apps: Apps, old: BoundField, next: BoundField): void {
    if (!canMigrate(old.model)) return;
    if (isManyToMany(old.field) || isManyToMany(next.field)) {
      if (isManyToMany(old.field) && isManyToMany(next.field)) this.alterManyToMany(before, apps, old, next);
      return;
    }
    if (old.field.kind === "CompositePrimaryKey" || next.field.kind === "CompositePrimaryKey") return;
    this.alterColumn(before, apps, old, next);
  }

  protected alterColumn(before: Apps, apps: Apps, old: BoundField, next: BoundField): void {
    const table = apps.table({ ...old.model });
    const isChanged = isDifferent(before, apps, old, next);
    const types = { old: before.type(old), next: apps.type(next) };
    const dropped =
      isForeignKey(old.field) && hasConstraint(old.field) && isChanged
        ? this.dropForeignKeys(before, old)
        : [];
    const meta = new Set(old.model.options.constraints.map(({ name }) => name));
    const wasUnique = isUnique(old.field);
    const isNowUnique = isUnique(next.field);
    const becomesKey = !isPrimaryKey(old.field) && isPrimaryKey(next.field);
    if (wasUnique && (!isNowUnique || becomesKey)) {
      const wanted = { columns: [old.column], unique: true, primary: false, exclude: meta };
      for (const name of this.live.names(table, wanted)) this.dropUnique(table, name);
    }
    const collations = { old: before.collation(old), next: apps.collation(next) };
    const typeDiffers = types.old !== types.next;
    const drops =
      ((isPrimaryKey(old.field) && isPrimaryKey(next.field)) || (wasUnique && isNowUnique)) &&
      (typeDiffers || collations.old !== collations.next);
    const related = drops || becomesKey ? relatedFields(before, apps, old, next) : [];
    if (drops) for (const [one] of related) this.dropForeignKeys(before, one);
    if (isIndexed(old.field) && !wasUnique && (!isIndexed(next.field) || isNowUnique)) {
      const indexes = new Set(old.model.options.indexes.flatMap(({ name }) => name ?? []));
      const wanted = { columns: [old.column], index: true, plain: true, exclude: indexes };
      for (const name of this.live.names(table, wanted)) this.dropIndex(table, name);
    }
    const checks = { old: this.columns.checkOf(before, old), next: this.columns.checkOf(apps, next) };
    if (checks.old !== checks.next && checks.old !== undefined)
      for (const name of this.live.names(table, { columns: [old.column], check: true, exclude: meta }))
        this.dropCheck(table, name);
    if (old.column !== next.column) this.renameColumn(apps, table, old, next);
    this.alterDefinition(before, apps, table, old, next, typeDiffers || collations.old !== collations.next);
    if (isPrimaryKey(old.field) && !isPrimaryKey(next.field)) this.dropPrimaryKey(table);
    if (!isPrimaryKey(next.field) && isNowUnique && (!wasUnique || isPrimaryKey(old.field)))
      this.run(this.statements.createUnique(apps, next.model, [next.name]));
    if ((!isIndexed(old.field) || wasUnique) && isIndexed(next.field) && !isNowUnique)
      this.run(this.statements.createIndex(apps, next.model, [next], ""));
    if (becomesKey) this.createPrimaryKey(table, next.column);
    for (const [one, other] of related) this.alterRelated(before, apps, one, other);
    if (
      isForeignKey(next.field) &&
      (dropped.length > 0 || !isForeignKey(old.field) || !hasConstraint(old.field)) &&
      hasConstraint(next.field)
    )
      this.run(this.statements.createForeignKey(apps, next));
    if (drops)
      for (const [, other] of related)
        if (hasConstraint(other.field)) this.run(this.statements.createForeignKey(apps, other, "_fk"));
    if (checks.old !== checks.next && checks.next !== undefined)
      this.createCheck(
        table,
        indexName(table, [next.column], "_check", this.vendor.longest),
        apps.check(next) ?? "",
        [next.column],
      );
    this.finishDefault(before, apps, table, old, next);
    this.alterLike(before, apps, table, old, next, types);
  }

  protected renameColumn(apps: Apps, table: string, old: BoundField, next: BoundField): void {
    this.alter(table, `RENAME COLUMN ${this.q(old.column)} TO ${this.q(next.column)}`);
    this.live.renameColumn(table, old.column, next.column);
    for (const one of this.deferred) one.renameColumn(table, old.column, next.column);
  }

  /** Type, default, NULL. */
  protected alterDefinition(
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
    const commentDiffers = comments.old !== comments.next && isSince(this.vendor, 4, 2);
    if (typeDiffers || this.columns.suffix(old) !== this.columns.suffix(next) || commentDiffers)
      actions.push(...this.typeChange(before, apps, table, old, next, after));
    if (commentDiffers && this.isPostgres)
      after.push(() => {
        this.columnComment(table, next.column, comments.next ?? "");
      });
    const database = {
      old: this.columns.databaseDefaultOf(before, old),
      next: this.columns.databaseDefaultOf(apps, next),
    };
    const column = this.q(next.column);
    if (database.next !== undefined) {
      if (database.next !== database.old) actions.push(`ALTER COLUMN ${column} SET DEFAULT ${database.next}`);
    } else if (database.old !== undefined) actions.push(`ALTER COLUMN ${column} DROP DEFAULT`);
    const value = effectiveDefault(apps, next);
    if (this.columns.needsDefault(before, apps, old, next) && value !== undefined)
      actions.push(`ALTER COLUMN ${column} SET DEFAULT ${this.columns.wrapped(apps, next, value)}`);
    const nulls: string[] = [];
    if (isNullable(old.field) !== isNullable(next.field)) nulls.push(this.columns.nullChange(apps, next));
    const fills =
      (hasDefault(next.field) || database.next !== undefined) &&
      isNullable(old.field) &&
      !isNullable(next.field);
    if (actions.length > 0 || nulls.length > 0) {
      if (!fills) actions.push(...nulls);
      if (this.isPostgres && actions.length > 0)
        this.withoutTriggers(next.model, typeDiffers ? old.column : undefined, () => {
          this.alter(table, actions.join(", "));
        });
      else for (const one of actions) this.alter(table, one);
      if (fills) {
        const set = this.isPostgres ? "; SET CONSTRAINTS ALL IMMEDIATE" : "";
        const filled = database.next ?? value;
        // With default=None, Django sends an UPDATE that sets NULL where NULL is: it changes nothing.
        if (filled !== undefined)
          this.execute(`UPDATE ${this.q(table)} SET ${column} = ${filled} WHERE ${column} IS NULL${set}`);
        for (const one of nulls) this.alter(table, one);
      }
    }
    for (const one of after) one();
  }

  /** The server refuses another type of a column that a trigger's condition names: django-pgtrigger takes these aside. */
  protected withoutTriggers(model: Model, column: string | undefined, send: () => void): void {
    const own = (model.options.triggers ?? []).filter(
      ({ create }) => column !== undefined && create.includes(this.q(column)),
    );
    for (const { id, table } of own) this.execute(`DROP TRIGGER ${id} ON ${table}`);
    send();
    for (const { create } of own) this.execute(create);
  }

  protected typeChange(
    before: Apps,
    apps: Apps,
    table: string,
    old: BoundField,
    next: BoundField,
    after: (() => void)[],
  ): string[] {
    const type = apps.type(next) ?? unknownType;
    const collation = apps.collation(next);
    const collate = collation === undefined ? "" : ` COLLATE ${this.q(collation)}`;
    const column = this.q(next.column);
    if (!this.isPostgres) {
      const comment = commentOf(next.field);
      const said = comment === undefined ? "" : ` COMMENT ${this.vendor.text(comment)}`;
      const withDefault = isSince(this.vendor, 5, 0) && dbDefault(old.field) !== undefined;
      return [`MODIFY ${column} ${type}${this.columns.kept(before, old, withDefault)}${collate}${said}`];
    }
    const oldType = before.type(old) ?? "";
    if (this.columns.losesPatterns(old, oldType, type)) this.dropLike(table, old);
    const isAuto = {
      old: isAutomatic(old.field),
      next: isAutomatic(next.field),
    };
    const using = this.columns.using(before, apps, old, next) ? ` USING ${column}::${type}` : "";
    const sequence = this.q(`${splitIdentifier(table).name}_${next.column}_seq`);
    if (!isSince(this.vendor, 4, 1) && (isAuto.next || isAuto.old))
      return this.serialChange(table, next.column, { type, using, sequence, isAuto }, after);
    if (isAuto.next && !isAuto.old) {
      after.push(() => {
        this.alter(table, `ALTER COLUMN ${column} ADD GENERATED BY DEFAULT AS IDENTITY`);
      });
      return [`ALTER COLUMN ${column} TYPE ${type}${using}`];
    }
    if (isAuto.old && !isAuto.next) this.alter(table, `ALTER COLUMN ${column} DROP IDENTITY IF EXISTS`);
    else if (isAuto.old && internalType(old.field) !== internalType(next.field))
      after.push(() => {
        this.execute(`ALTER SEQUENCE IF EXISTS ${sequence} AS ${type}`);
      });
    return [`ALTER COLUMN ${column} TYPE ${type}${collate}${using}`];
  }

  /** Before 4.1, which has no identity: a column of a plain type, and a new sequence. */
  protected serialChange(
    table: string,
    name: string,
    {
      type,
      using,
      sequence,
      isAuto,
    }: { type: string; using: string; sequence: string; isAuto: { old: boolean; next: boolean } },
    after: (() => void)[],
  ): string[] {
    const column = this.q(name);
    after.push(() => {
      // Django leaves that to CASCADE.
      if (isAuto.old) this.alter(table, `ALTER COLUMN ${column} DROP DEFAULT`);
      this.execute(`DROP SEQUENCE IF EXISTS ${sequence} CASCADE`);
      if (!isAuto.next) return;
      this.execute(`CREATE SEQUENCE ${sequence}`);
      this.alter(table, `ALTER COLUMN ${column} SET DEFAULT nextval('${sequence}')`);
      this.execute(`SELECT setval('${sequence}', MAX(${column})) FROM ${this.q(table)}`);
      this.execute(`ALTER SEQUENCE ${sequence} OWNED BY ${this.q(table)}.${column}`);
    });
    const plain = isAuto.next ? type.replace("smallserial", "smallint").replace("bigserial", "bigint") : type;
    const stored = plain === "serial" ? "integer" : plain;
    return [`ALTER COLUMN ${column} TYPE ${stored}${using === "" ? "" : ` USING ${column}::${stored}`}`];
  }

  protected alterRelated(before: Apps, apps: Apps, old: BoundField, next: BoundField): void {
    const table = apps.table(next.model);
    const after: (() => void)[] = [];
    for (const change of this.typeChange(before, apps, table, old, next, after)) this.alter(table, change);
    for (const one of after) one();
  }

  protected finishDefault(before: Apps, apps: Apps, table: string, old: BoundField, next: BoundField): void {
    if (this.columns.needsDefault(before, apps, old, next)) this.alter(table, this.columns.dropDefault(next));
  }

  /** PostgreSQL's indexes for LIKE. */
  protected alterLike(
    before: Apps,
    apps: Apps,
    table: string,
    old: BoundField,
    next: BoundField,
    types: { readonly old: string | undefined; readonly next: string | undefined },
  ): void {
    if (!this.isPostgres) return;
    const was = isIndexed(old.field) || isUnique(old.field);
    const loses =
      isSince(this.vendor, 5, 2) && this.columns.losesPatterns(old, types.old ?? "", types.next ?? "");
    if ((!was && isIndexed(next.field)) || (!isUnique(old.field) && isUnique(next.field)) || loses)
      this.run(this.statements.createLike(apps, next));
    if (isUnique(old.field) && !(isIndexed(next.field) || isUnique(next.field))) this.dropLike(table, old);
  }

  /** Django drops it `IF EXISTS` without asking: where the table has none, nothing happens. */
  protected dropLike(table: string, old: BoundField): void {
    const name = this.columns.likeName(table, old);
    const hasOne = this.live.of(table).some((one) => one.name === name);
    if (hasOne || !this.live.knows(table)) this.dropIndex(table, name);
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
        this.alterColumn(
          before,
          apps,
          { ...one, model },
          { ...other, model: { ...other.model, options: to.options } },
        );
    }
  }
}
