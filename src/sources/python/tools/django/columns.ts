/** What a column is: its type, its attributes and its defaults, as Django writes them. */
import { flagOf, type Value } from "../../value.ts";
import type { Apps, BoundField } from "./apps.ts";
import { Expressions } from "./expressions.ts";
import {
  commentOf,
  dbDefault,
  internalType,
  isForeignKey,
  isGenerated,
  isIndexed,
  isNullable,
  isPrimaryKey,
  isUnique,
  type Field,
} from "./fields.ts";
import { effectiveDefault, isValueCall } from "./literals.ts";
import { indexName } from "./names.ts";
import { isSince, type Vendor } from "./vendor.ts";

/** What stands for an expression that isn't known. */
export const unknownPart = "${expression}";
export const unknownType = "${type}";

export class Columns {
  readonly #vendor: Vendor;

  constructor(vendor: Vendor) {
    this.#vendor = vendor;
  }

  #q(name: string): string {
    return this.#vendor.quote(name);
  }

  get #isPostgres(): boolean {
    return this.#vendor.isPostgres;
  }

  // Columns

  /** The type and the attributes of a column. */
  columnDefinition(apps: Apps, bound: BoundField, withDefault = false): string {
    const { field } = bound;
    const parts = [apps.type(bound) ?? unknownType];
    const collation = apps.collation(bound);
    if (collation !== undefined) parts.push(`COLLATE ${this.#q(collation)}`);
    const comment = commentOf(field);
    if (!this.#isPostgres && comment !== undefined) parts.push(` COMMENT ${this.#vendor.text(comment)}`);
    const isNull = isNullable(field);
    const given = dbDefault(field);
    if (given !== undefined) parts.push(`DEFAULT ${this.databaseDefault(apps, bound)}`);
    else if (
      withDefault &&
      !this.skipsDefault(apps, bound) &&
      !(isNull && this.skipsDefaultOnAlter(apps, bound))
    ) {
      const value = effectiveDefault(apps, bound);
      if (value !== undefined) parts.push(`DEFAULT ${this.wrapped(apps, bound, value)}`);
    }
    if (isGenerated(field)) parts.push(this.generated(apps, bound));
    else parts.push(isNull ? "NULL" : "NOT NULL");
    if (isPrimaryKey(field)) parts.push("PRIMARY KEY");
    else if (isUnique(field)) parts.push("UNIQUE");
    return parts.join(" ");
  }

  generated(apps: Apps, bound: BoundField): string {
    const { options } = bound.field;
    const value = options.get("expression");
    const text = value && new Expressions(apps, bound.model).expression(value);
    const isStored = flagOf(options.get("db_persist")) !== false;
    return `GENERATED ALWAYS AS (${text ?? unknownPart}) ${isStored ? "STORED" : "VIRTUAL"}`;
  }

  databaseDefault(apps: Apps, bound: BoundField): string {
    const value = dbDefault(bound.field);
    if (value === undefined) return "";
    const text = new Expressions(apps, bound.model).expression(value, bound) ?? unknownPart;
    const isExpression = value.is === "call" && value.callee.startsWith("django.") && !isValueCall(value);
    return isExpression ? `(${text})` : this.wrapped(apps, bound, text);
  }

  /** MySQL takes expressions only as defaults of text, blobs and JSON. */
  wrapped(apps: Apps, bound: BoundField, value: string): string {
    const isMysql = !this.#isPostgres && !this.#vendor.isMariadb;
    return isMysql && this.isLimited(apps, bound) ? `(${value})` : value;
  }

  isLimited(apps: Apps, bound: BoundField): boolean {
    return /^(?:(?:tiny|medium|long)?(?:blob|text)|json)$/i.test(apps.type(bound) ?? "");
  }

  isEmptyText(apps: Apps, bound: BoundField): boolean {
    if (!isSince(this.#vendor, 5, 1)) return false;
    return (
      ["''", "X''"].includes(effectiveDefault(apps, bound) ?? "") &&
      /(?:blob|text)$/i.test(apps.type(bound) ?? "")
    );
  }

  skipsDefault(apps: Apps, bound: BoundField): boolean {
    return !this.#isPostgres && this.isEmptyText(apps, bound);
  }

  skipsDefaultOnAlter(apps: Apps, bound: BoundField): boolean {
    if (this.#isPostgres) return false;
    return this.isEmptyText(apps, bound) || (this.isLimited(apps, bound) && !this.#vendor.isMariadb);
  }

  checkClause(apps: Apps, bound: BoundField): string {
    const check = apps.check(bound);
    return check === undefined ? "" : `CHECK (${check})`;
  }

  suffix({ field }: BoundField): string {
    return this.#vendor.suffixes[internalType(field) ?? ""] ?? "";
  }

  databaseDefaultOf(apps: Apps, bound: BoundField): string | undefined {
    return dbDefault(bound.field) === undefined ? undefined : this.databaseDefault(apps, bound);
  }

  nullChange(apps: Apps, next: BoundField): string {
    const column = this.#q(next.column);
    const isNull = isNullable(next.field);
    if (this.#isPostgres) return `ALTER COLUMN ${column} ${isNull ? "DROP" : "SET"} NOT NULL`;
    const type = apps.type(next) ?? unknownType;
    return `MODIFY ${column} ${type}${this.kept(apps, next, dbDefault(next.field) !== undefined)}`;
  }

  /** MODIFY states the whole column: NULL, and its default. */
  kept(apps: Apps, bound: BoundField, withDefault: boolean): string {
    const own = withDefault ? ` DEFAULT ${this.databaseDefault(apps, bound)}` : "";
    return `${own} ${isNullable(bound.field) ? "NULL" : "NOT NULL"}`;
  }

  dropDefault(bound: BoundField): string {
    const isNull = !this.#isPostgres && isNullable(bound.field);
    return `ALTER COLUMN ${this.#q(bound.column)} ${isNull ? "SET DEFAULT NULL" : "DROP DEFAULT"}`;
  }

  needsDefault(before: Apps, apps: Apps, old: BoundField, next: BoundField): boolean {
    if (!isNullable(old.field) || isNullable(next.field) || dbDefault(next.field) !== undefined) return false;
    const value = effectiveDefault(apps, next);
    return (
      !this.skipsDefaultOnAlter(apps, next) && value !== undefined && value !== effectiveDefault(before, old)
    );
  }

  using(before: Apps, apps: Apps, old: BoundField, next: BoundField): boolean {
    if (isGenerated(next.field)) return false;
    const kinds = [internalType(old.field), internalType(next.field)];
    if (kinds[0] === "ArrayField" && kinds[1] === "ArrayField")
      return baseType(before.type(old)) !== baseType(apps.type(next));
    const [from, to] = [this.dataType(before, old), this.dataType(apps, next)];
    return from !== undefined && to !== undefined && from !== to;
  }

  /** The type without its length: only another one is cast. */
  dataType(apps: Apps, bound: BoundField): string | undefined {
    const { field } = bound;
    if (isForeignKey(field)) return apps.type(bound);
    const internal = internalType(field) ?? "";
    // Since its length may be left out, Django takes it for another type than those of slugs and files.
    if (internal === "CharField" && this.#isPostgres && isSince(this.#vendor, 4, 2))
      return field.ownType ?? internal;
    return field.ownType ?? this.#vendor.types[internal] ?? apps.type(bound);
  }

  losesPatterns({ field }: BoundField, oldType: string, type: string): boolean {
    if (!this.#isPostgres || !(isIndexed(field) || isUnique(field))) return false;
    return ["varchar", "text", "citext"].some((one) => oldType.startsWith(one) && !type.startsWith(one));
  }

  likeName(table: string, { column }: BoundField): string {
    return indexName(table, [column], "_like", this.#vendor.longest);
  }

  checkOf(apps: Apps, bound: BoundField): string | undefined {
    const check = apps.check(bound);
    // What is compared doesn't name the column, unless the database drops checks with it.
    if (check === undefined || !isSince(this.#vendor, 5, 0)) return check;
    return this.#isPostgres || this.#vendor.isMariadb ? ">= 0" : check;
  }
}

/** The column's definition has values that Django sends apart from the statement. */
export function hasParameters({ options, kind }: Field): boolean {
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

export const baseType = (type: string | undefined): string | undefined =>
  type?.replace(/(?:\(.*?\))?(?:\[\d*\])+$/, "");
