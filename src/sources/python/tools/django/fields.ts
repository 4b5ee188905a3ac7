/** The fields of models, as migrations write them. */
import { dictionary } from "../../../../text/dictionary.ts";
import { flagOf, isNone, numberOf, textOf, type CallValue, type Place, type Value } from "../../value.ts";
import { knownFieldClasses } from "./known-fields.ts";

export interface Field {
  /** The class of Django that it is or that it comes from, `CharField`; undefined: not known. */
  readonly kind: string | undefined;
  /** Its class with its module. */
  readonly path: string;
  /** Its arguments by their names; those that its class always gives, too. */
  readonly options: ReadonlyMap<string, Value>;
  /** The type of its column, where its class says it itself. */
  readonly ownType?: string | undefined;
  readonly at: Place;
}

/** What a class of the project's own is known to be. */
export interface CustomField {
  readonly kind: string | undefined;
  readonly ownType?: string | undefined;
  /** Arguments that it gives unless the migration does. */
  readonly defaults?: ReadonlyMap<string, Value> | undefined;
  /** Arguments that it gives whatever the migration does. */
  readonly forced?: ReadonlyMap<string, Value> | undefined;
}

export type CustomFields = (call: CallValue) => CustomField | undefined;

const relations = new Set(["ForeignKey", "OneToOneField"]);

export const isForeignKey = ({ kind }: Field): boolean => kind !== undefined && relations.has(kind);
export const isManyToMany = ({ kind }: Field): boolean => kind === "ManyToManyField";
export const isRelation = (field: Field): boolean => isForeignKey(field) || isManyToMany(field);

/** Classes of Django that have another one's column. */
const internal: Readonly<Record<string, string>> = dictionary({
  EmailField: "CharField",
  URLField: "CharField",
  CommaSeparatedIntegerField: "CharField",
  ImageField: "FileField",
  NullBooleanField: "BooleanField",
  OrderWrt: "IntegerField",
});

/** What `get_internal_type()` gives; undefined if it isn't known. */
export const internalType = ({ kind }: Field): string | undefined =>
  kind === undefined ? undefined : (internal[kind] ?? kind);

const autoTypes = new Set(["AutoField", "BigAutoField", "SmallAutoField"]);

/** The database counts its values. */
export const isAutomatic = (field: Field): boolean => autoTypes.has(internalType(field) ?? "");

const lengths: Readonly<Record<string, number>> = dictionary({
  EmailField: 254,
  URLField: 200,
  SlugField: 50,
  FileField: 100,
  ImageField: 100,
  FilePathField: 100,
});

const withoutEmpty = new Set(
  "AutoField BigAutoField SmallAutoField BooleanField NullBooleanField DateField DateTimeField DecimalField DurationField FloatField IntegerField BigIntegerField SmallIntegerField PositiveIntegerField PositiveBigIntegerField PositiveSmallIntegerField OrderWrt GenericIPAddressField IPAddressField TimeField UUIDField JSONField ForeignKey OneToOneField ArrayField IntegerRangeField BigIntegerRangeField DecimalRangeField DateTimeRangeField DateRangeField".split(
    " ",
  ),
);

/** Django takes '' for its value where none is given. */
export const takesEmptyText = ({ kind }: Field): boolean => kind !== undefined && !withoutEmpty.has(kind);

const commonOrder = "verbose_name name primary_key max_length unique blank null db_index rel default".split(
  " ",
);
const orders: Readonly<Record<string, readonly string[]>> = dictionary({
  ForeignKey:
    "to on_delete related_name related_query_name limit_choices_to parent_link to_field db_constraint".split(
      " ",
    ),
  OneToOneField: ["to", "on_delete", "to_field"],
  ManyToManyField: "to related_name related_query_name limit_choices_to symmetrical through".split(" "),
  DecimalField: ["verbose_name", "name", "max_digits", "decimal_places"],
  DateField: ["verbose_name", "name", "auto_now", "auto_now_add"],
  DateTimeField: ["verbose_name", "name", "auto_now", "auto_now_add"],
  TimeField: ["verbose_name", "name", "auto_now", "auto_now_add"],
  FileField: ["verbose_name", "name", "upload_to", "storage"],
  ImageField: ["verbose_name", "name", "width_field", "height_field"],
  FilePathField: ["verbose_name", "name", "path", "match", "recursive"],
  GenericIPAddressField: ["verbose_name", "name", "protocol", "unpack_ipv4"],
  UUIDField: ["verbose_name"],
  JSONField: ["verbose_name", "name", "encoder", "decoder"],
  ArrayField: ["base_field", "size"],
});

const djangoField = /^django\.(?:db\.models|contrib\.(?:postgres|gis\.db))(?:\.\w+)*\.(\w+)$/;
const isFieldName = (name: string): boolean =>
  name.endsWith("Field") || name === "ForeignKey" || name === "OrderWrt" || name === "CompositePrimaryKey";

/** The class of Django's fields that a dotted name is; undefined: none. */
export function djangoClass(dotted: string): string | undefined {
  const name = djangoField.exec(dotted)?.[1];
  return name !== undefined && isFieldName(name) ? name : undefined;
}

export const knownField = (dotted: string): CustomField | undefined => knownFieldClasses[dotted];

/**
 * What a package's field is whose class isn't read: its name says so, or its arguments. Relations have `to`, and a foreign
 * key has `on_delete` as well, which Django writes since 1.9.
 */
function relationClass({ callee, keywords }: CallValue): string | undefined {
  const [kind] = /(?:ForeignKey|OneToOneField|ManyToManyField)$/.exec(callee) ?? [];
  if (kind !== undefined) return kind;
  return keywords.has("on_delete") ? "ForeignKey" : keywords.has("to") ? "ManyToManyField" : undefined;
}

/** A field; undefined if the value is no call of a class. */
export function readField(value: Value | undefined, custom: CustomFields): Field | undefined {
  if (value?.is !== "call") return undefined;
  const own = djangoClass(value.callee);
  const found: CustomField | undefined =
    own === undefined ? (custom(value) ?? knownField(value.callee)) : { kind: own };
  const known = found?.kind === undefined ? { ...found, kind: relationClass(value) } : found;
  const { kind } = known;
  const options = new Map<string, Value>(known.defaults);
  const order = (kind === undefined ? undefined : orders[kind]) ?? commonOrder;
  value.values.forEach((one, i) => {
    const name = order[i];
    if (name !== undefined) options.set(name, one);
  });
  for (const [name, one] of value.keywords) options.set(name, one);
  if (kind === "CompositePrimaryKey")
    options.set("fields", { is: "list", kind: "tuple", items: value.values, open: value.open, at: value.at });
  for (const [name, one] of known.forced ?? []) options.set(name, one);
  return { kind, path: value.callee, options, ownType: known.ownType, at: value.at };
}

const flag = (field: Field, name: string, otherwise = false): boolean =>
  flagOf(field.options.get(name)) ?? otherwise;

export const isPrimaryKey = (field: Field): boolean => flag(field, "primary_key");
export const isUnique = (field: Field): boolean =>
  isPrimaryKey(field) || flag(field, "unique", field.kind === "OneToOneField");
export const isIndexed = (field: Field): boolean =>
  flag(field, "db_index", field.kind === "SlugField" || isForeignKey(field));
export const isNullable = (field: Field): boolean => flag(field, "null", field.kind === "NullBooleanField");
export const isBlank = (field: Field): boolean => flag(field, "blank");
export const hasConstraint = (field: Field): boolean => flag(field, "db_constraint", true);
export const isGenerated = ({ kind }: Field): boolean => kind === "GeneratedField";

export const commentOf = (field: Field): string | undefined => textOf(field.options.get("db_comment"));
export const collationOf = (field: Field): string | undefined => textOf(field.options.get("db_collation"));

/** Undefined: not limited. */
export function maxLength(field: Field): number | undefined {
  const given = field.options.get("max_length");
  if (given !== undefined) return numberOf(given);
  return field.kind === undefined ? undefined : lengths[field.kind];
}

export const hasDefault = ({ options }: Field): boolean => {
  const value = options.get("default");
  return value !== undefined && !(value.is === "name" && value.dotted.endsWith(".NOT_PROVIDED"));
};

export const dbDefault = ({ options }: Field): Value | undefined => {
  const value = options.get("db_default");
  return value?.is === "name" && value.dotted.endsWith(".NOT_PROVIDED") ? undefined : value;
};

/** `preserve_default=False`: the default is only for the rows that exist. */
export function withoutDefault(field: Field): Field {
  const options = new Map(field.options);
  options.delete("default");
  return { ...field, options };
}

export const withOption = (field: Field, name: string, value: Value): Field => ({
  ...field,
  options: new Map(field.options).set(name, value),
});

export const isNothingGiven = (value: Value | undefined): boolean => value === undefined || isNone(value);
