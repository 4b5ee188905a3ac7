/** The statements that Django keeps for the end of a migration, or sends at once: keys, indexes, constraints. */
import type { Place } from "../../value.ts";
import type { Apps, BoundField } from "./apps.ts";
import { Expressions } from "./expressions.ts";
import { hasConstraint, isIndexed, isUnique } from "./fields.ts";
import { constraint } from "./live.ts";
import type { Constraint, Index } from "./meta.ts";
import { indexName, splitIdentifier } from "./names.ts";
import type { Model } from "./state.ts";
import { Statement } from "./statement.ts";
import { isSince, type Vendor } from "./vendor.ts";
import { Columns, unknownPart } from "./columns.ts";

export class Statements {
  readonly #vendor: Vendor;
  readonly columns: Columns;

  constructor(vendor: Vendor, columns: Columns) {
    this.#vendor = vendor;
    this.columns = columns;
  }

  #q(name: string): string {
    return this.#vendor.quote(name);
  }

  get #isPostgres(): boolean {
    return this.#vendor.isPostgres;
  }

  list(columns: readonly string[] | undefined): string {
    return (columns ?? []).map((one) => this.#q(one)).join(", ");
  }

  createForeignKey(apps: Apps, bound: BoundField, suffix?: string): Statement | undefined {
    const target = apps.target(bound);
    if (target === undefined) return undefined;
    const table = apps.table(bound.model);
    const deferrable = this.#isPostgres ? " DEFERRABLE INITIALLY DEFERRED" : "";
    return new Statement({
      byTool: bound.model.through && true,
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
        `ALTER TABLE ${this.#q(own?.table ?? "")} ADD CONSTRAINT ${this.#q(name)} FOREIGN KEY (${this.list(own?.columns)}) ` +
        `REFERENCES ${this.#q(to?.table ?? "")} (${this.list(to?.columns)})${deferrable}`,
      effect: (live, name, [own, to]) => {
        const columns = own?.columns ?? [];
        const isCovered = live
          .of(own?.table ?? "")
          .some((one) => one.isIndex && one.columns[0] === columns[0]);
        const isImplicit = !this.#isPostgres && !isCovered;
        live.add(own?.table ?? "", {
          ...constraint(name, columns, "foreign", false, isImplicit),
          isImplicit,
          refersTo: live.column(to?.table ?? "", to?.columns[0] ?? ""),
        });
      },
    });
  }

  /** Of unique_together and of a field that becomes unique. */
  createUnique(apps: Apps, model: Model, names: readonly string[]): Statement {
    const columns = names.map((name) => apps.field(model, name)?.column ?? name);
    return new Statement({
      byTool: model.through && true,
      refs: [{ table: apps.table(model), columns }],
      name: ([own]) => indexName(own?.table ?? "", own?.columns ?? [], "_uniq", this.#vendor.longest),
      text: (name, [own]) =>
        `ALTER TABLE ${this.#q(own?.table ?? "")} ADD CONSTRAINT ${this.#q(name)} UNIQUE (${this.list(own?.columns)})`,
      effect: (live, name, [own]) => {
        live.add(own?.table ?? "", constraint(name, own?.columns ?? [], "unique", true, !this.#isPostgres));
      },
    });
  }

  /** An index on whole columns. */
  createIndex(
    apps: Apps,
    model: Model,
    fields: readonly BoundField[],
    suffix: string,
    opclass = "",
    at?: Place,
  ): Statement {
    return new Statement({
      byTool: model.through && true,
      at,
      refs: [{ table: apps.table(model), columns: fields.map(({ column }) => column) }],
      name: ([own]) => indexName(own?.table ?? "", own?.columns ?? [], suffix, this.#vendor.longest),
      text: (name, [own]) =>
        `CREATE INDEX ${this.#q(name)} ON ${this.#q(own?.table ?? "")} (${this.list(own?.columns)}${opclass})`,
      effect: (live, name, [own]) => {
        live.add(own?.table ?? "", constraint(name, own?.columns ?? [], "index", false, true));
      },
    });
  }

  createLike(apps: Apps, bound: BoundField): Statement | undefined {
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
    return this.createIndex(apps, bound.model, [bound], "_like", ` ${opclass}`, bound.field.at);
  }

  fieldIndexes(apps: Apps, bound: BoundField): readonly Statement[] {
    const found: Statement[] = [];
    const isWanted = isIndexed(bound.field) && !isUnique(bound.field);
    const isMade =
      this.#isPostgres ||
      !(
        (bound.field.kind === "ForeignKey" && hasConstraint(bound.field)) ||
        this.columns.isLimited(apps, bound)
      );
    if (isWanted && isMade) found.push(this.createIndex(apps, bound.model, [bound], "", "", bound.field.at));
    const like = this.createLike(apps, bound);
    return like === undefined ? found : [...found, like];
  }

  modelIndexes(apps: Apps, model: Model): readonly Statement[] {
    const fields = apps.fields(model).flatMap((bound) => this.fieldIndexes(apps, bound));
    const together = isSince(this.#vendor, 5, 1)
      ? []
      : model.options.indexTogether.map((set) => this.composedIndex(apps, model, set));
    return [
      ...fields,
      ...together,
      ...model.options.indexes.flatMap((one) => this.metaIndex(apps, model, one) ?? []),
    ];
  }

  composedIndex(apps: Apps, model: Model, set: readonly string[]): Statement {
    const fields = set.flatMap((name) => apps.field(model, name) ?? []);
    return this.createIndex(apps, model, fields, "_idx");
  }

  /** Undefined: the database can't have it, and Django leaves it out. */
  metaIndex(apps: Apps, model: Model, index: Index, concurrently = false): Statement | undefined {
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
        : ` INCLUDE (${this.list(index.include.map((name) => apps.field(model, name)?.column ?? name))})`;
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

  /** Django keeps constraints out of a CREATE TABLE with parameters. */
  constraintStatement(apps: Apps, model: Model, one: Constraint): Statement | undefined {
    if (one.is === "unique")
      return this.isUniqueSupported(one) ? this.uniqueStatement(apps, model, one) : undefined;
    if (one.is === "exclusion" && !this.#isPostgres) return undefined;
    const clause =
      one.is === "check"
        ? `CONSTRAINT ${this.#q(one.name)} CHECK (${this.condition(apps, model, one) ?? unknownPart})`
        : this.exclusion(apps, model, one);
    const columns = one.is === "check" ? this.checkColumns(apps, model, one) : [];
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

  checkColumns(apps: Apps, model: Model, one: Constraint): readonly string[] {
    const text = this.condition(apps, model, one) ?? "";
    return apps
      .fields(model)
      .map(({ column }) => column)
      .filter((column) => text.includes(this.#q(column)));
  }

  condition(apps: Apps, model: Model, { condition }: Pick<Constraint, "condition">): string | undefined {
    return condition === undefined ? undefined : new Expressions(apps, model).condition(condition);
  }

  isUniqueSupported(one: Constraint & { is: "unique" }): boolean {
    if (this.#isPostgres) return true;
    return (
      one.condition === undefined &&
      one.deferrable === "" &&
      one.include.length === 0 &&
      one.nullsDistinct === undefined &&
      (one.expressions.length === 0 || !this.#vendor.isMariadb)
    );
  }

  needsIndex(one: Constraint & { is: "unique" }): boolean {
    return (
      one.condition !== undefined ||
      one.include.length > 0 ||
      one.opclasses.length > 0 ||
      one.expressions.length > 0
    );
  }

  uniqueStatement(apps: Apps, model: Model, one: Constraint & { is: "unique" }): Statement {
    const columns = one.fields.map((name) => apps.field(model, name)?.column ?? name);
    const isIndex = this.needsIndex(one);
    const compiled = new Expressions(apps, model);
    const members = one.expressions.map((value) => compiled.member(value) ?? unknownPart).join(", ");
    const nulls =
      one.nullsDistinct === undefined ? "" : one.nullsDistinct ? " NULLS DISTINCT" : " NULLS NOT DISTINCT";
    const condition =
      one.condition === undefined ? "" : ` WHERE ${compiled.condition(one.condition) ?? unknownPart}`;
    const include =
      one.include.length === 0
        ? ""
        : ` INCLUDE (${this.list(one.include.map((name) => apps.field(model, name)?.column ?? name))})`;
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
          : `ALTER TABLE ${this.#q(own?.table ?? "")} ADD CONSTRAINT ${this.#q(name)} UNIQUE${nulls} (${this.list(own?.columns)})${one.deferrable}`,
      effect: (live, name, [own]) => {
        live.add(
          own?.table ?? "",
          constraint(name, own?.columns ?? [], "unique", true, isIndex || !this.#isPostgres),
        );
      },
    });
  }

  exclusion(apps: Apps, model: Model, one: Constraint & { is: "exclusion" }): string {
    const compiled = new Expressions(apps, model);
    const members = one.expressions.map(
      ([value, operator]) => `${compiled.member(value) ?? unknownPart} WITH ${operator}`,
    );
    const include =
      one.include.length === 0
        ? ""
        : ` INCLUDE (${this.list(one.include.map((name) => apps.field(model, name)?.column ?? name))})`;
    const where =
      one.condition === undefined ? "" : ` WHERE (${compiled.condition(one.condition) ?? unknownPart})`;
    return `CONSTRAINT ${this.#q(one.name)} EXCLUDE USING ${one.method} (${members.join(", ")})${include}${where}${one.deferrable}`;
  }
}

/** ICU collations of a project's own have names in these forms. */
const isUnknownCollation = (name: string | undefined): boolean =>
  name !== undefined &&
  !/^(?:C|POSIX|default|ucs_basic|[a-z]{2}(?:_[A-Z]{2})?(?:\.utf-?8)?|[a-z]{2,3}-(?:[\w-]+-)?x-icu|und-x-icu)$/i.test(
    name,
  );
