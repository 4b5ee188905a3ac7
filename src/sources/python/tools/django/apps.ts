/** A state as Django renders it: models with tables, fields with columns and types. */
import type { ToolCall } from "../../../../model/call.ts";
import type { CallValue } from "../../value.ts";
import { flagOf, isNone, numberOf, textOf, type Place, type Value } from "../../value.ts";
import type { DjangosOperation } from "./custom-operations.ts";
import { externalModel } from "./contrib.ts";
import {
  collationOf,
  internalType,
  isForeignKey,
  isManyToMany,
  isPrimaryKey,
  isRelation,
  maxLength,
  readField,
  type CustomFields,
  type Field,
} from "./fields.ts";
import { plain } from "./literals.ts";
import { names } from "./meta.ts";
import { truncateName } from "./names.ts";
import { emptyOptions, keyOf, relationKey, type Model, type ProjectState } from "./state.ts";
import type { Vendor } from "./vendor.ts";

/** What holds for all migrations of a project. */
export interface ProjectFacts {
  readonly vendor: Vendor;
  /** AUTH_USER_MODEL: "shop.user" */
  readonly userModel: string;
  /** Nothing says so: the names of columns that come from the model's aren't known. */
  readonly isUserAssumed: boolean;
  /** DEFAULT_AUTO_FIELD: "BigAutoField" */
  readonly autoField: string;
  readonly custom: CustomFields;
  /** The operation of Django that a call of a class of the project does the same as; undefined: not known. */
  readonly operation: (call: CallValue) => DjangosOperation | undefined;
  /** What a function of the project returns, if that is constant. */
  readonly result: (value: Value) => Value | undefined;
  /** The app's module of models has the model, and doesn't name the field: as in `ToolCall`. */
  readonly elsewhere: (model: string, field: string) => ToolCall["elsewhere"];
  /** The model's class of now is found, doesn't name the field, and has bases that may. */
  readonly isInherited: (model: string, field: string) => boolean;
}

export interface BoundField {
  readonly model: Model;
  readonly name: string;
  readonly field: Field;
  readonly column: string;
}

/** In the name of a column: what the name of the user's model gives. */
const unknownUser = "${user}";

/** A foreign key that refers to a model. */
export interface Relation {
  readonly from: BoundField;
  /** Django orders by it. */
  readonly name: string;
}

export class Apps {
  readonly state: ProjectState;
  readonly facts: ProjectFacts;

  constructor(state: ProjectState, facts: ProjectFacts) {
    this.state = state;
    this.facts = facts;
  }

  get isPostgres(): boolean {
    return this.facts.vendor.isPostgres;
  }

  /** A constant without a column. */
  literal(value: Value): string {
    return plain(this.facts.vendor, value);
  }

  model(key: string): Model {
    return this.state.get(key) ?? externalModel(key);
  }

  table(model: Model): string {
    const { table } = model.options;
    if (model.options.proxy) {
      const [base] = model.bases;
      if (base !== undefined) return this.table(this.model(base));
    }
    return table ?? truncateName(`${model.app}_${model.name.toLowerCase()}`, this.facts.vendor.longest);
  }

  /** Its own fields with columns, in order; `id` if it has no key, `_order` where the rows have one. */
  fields(model: Model): readonly BoundField[] {
    const own = [...model.fields]
      .filter(([, field]) => !isManyToMany(field) && field.kind !== "CompositePrimaryKey")
      .map(([name, field]) => this.bind(model, name, field));
    const parts = this.hasKey(model) ? own : [this.bind(model, "id", this.autoField(model)), ...own];
    return model.options.orderWithRespectTo === undefined
      ? parts
      : [...parts, this.bind(model, "_order", orderField(model))];
  }

  private hasKey(model: Model): boolean {
    if (model.options.proxy || model.bases.some((base) => this.state.has(base))) return true;
    return [...model.fields.values()].some(
      (field) => isPrimaryKey(field) || field.kind === "CompositePrimaryKey",
    );
  }

  private autoField(model: Model): Field {
    const at = model.fields.values().next().value?.at ?? { path: "", start: 0, end: 0 };
    return plainField(this.facts.autoField, { primary_key: true }, at);
  }

  manyToMany(model: Model): readonly BoundField[] {
    return [...model.fields]
      .filter(([, field]) => isManyToMany(field))
      .map(([name, field]) => this.bind(model, name, field));
  }

  field(model: Model, name: string): BoundField | undefined {
    if (name === "pk") return this.primaryKey(model);
    const field = model.fields.get(name);
    if (field !== undefined) return this.bind(model, name, field);
    const own = this.fields(model).find((one) => one.name === name || one.column === name);
    if (own !== undefined) return own;
    for (const base of model.bases) {
      const parent = this.state.get(base);
      const found = parent && parent !== model ? this.field(parent, name) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  bind(model: Model, name: string, field: Field): BoundField {
    const given = field.options.get("db_column");
    const made = isForeignKey(field) ? `${name}_id` : name;
    return { model, name, field, column: textOf(given) ?? made };
  }

  primaryKey(model: Model): BoundField | undefined {
    if (model.options.proxy) {
      const [base] = model.bases;
      if (base !== undefined) return this.primaryKey(this.model(base));
    }
    return this.fields(model).find(({ field }) => isPrimaryKey(field));
  }

  /** The model that a relation refers to. */
  related({ model, field }: BoundField): Model | undefined {
    const key = relationKey(field.options.get("to"), model, this.facts.userModel);
    return key === undefined ? undefined : this.model(key);
  }

  /** The field that a foreign key refers to. */
  target(bound: BoundField): BoundField | undefined {
    const model = this.related(bound);
    if (model === undefined) return undefined;
    const name = textOf(bound.field.options.get("to_field"));
    return name === undefined ? this.primaryKey(model) : this.field(model, name);
  }

  /** A setting or the environment may say which field a foreign key refers to: its type and its name depend on that. */
  isTargetKnown({ field }: BoundField): boolean {
    const name = field.options.get("to_field");
    return name === undefined || isNone(name) || textOf(name) !== undefined;
  }

  /** The type of its column, without what isn't part of a type; undefined: not known. */
  type(bound: BoundField, depth = 0): string | undefined {
    const { field } = bound;
    if (field.ownType !== undefined) return field.ownType;
    if (depth > 20) return undefined;
    if (isForeignKey(field)) {
      const target = this.isTargetKnown(bound) ? this.target(bound) : undefined;
      return target && this.relatedType(target, depth + 1);
    }
    if (field.kind === "ArrayField" || field.kind === "GeneratedField") return this.nestedType(bound, depth);
    return this.plainType(field);
  }

  private nestedType(bound: BoundField, depth: number): string | undefined {
    const { field } = bound;
    const isArray = field.kind === "ArrayField";
    const inner = readField(field.options.get(isArray ? "base_field" : "output_field"), this.facts.custom);
    const type = inner && this.type({ ...bound, field: inner }, depth + 1);
    if (!isArray || type === undefined) return type;
    const size = numberOf(field.options.get("size"));
    return `${type}[${size === undefined ? "" : String(size)}]`;
  }

  private plainType(field: Field): string | undefined {
    const internal = internalType(field);
    const template = internal === undefined ? undefined : this.facts.vendor.types[internal];
    if (template === undefined) return undefined;
    if (internal === "CharField" && this.facts.vendor.isPostgres) {
      const given = field.options.get("max_length");
      if (maxLength(field) === undefined && (given === undefined || isNone(given))) return "varchar";
    }
    const type = template.replace(/%(\w+)/g, (_, name: string) => {
      const value = name === "max_length" ? maxLength(field) : numberOf(field.options.get(name));
      return String(value);
    });
    return type.includes("undefined") ? undefined : type;
  }

  /** The type of a column that refers to this one. */
  private relatedType(target: BoundField, depth: number): string | undefined {
    const { field } = target;
    const internal = internalType(field) ?? "";
    const plain = {
      AutoField: "integer",
      BigAutoField: "bigint",
      SmallAutoField: "smallint",
    }[internal];
    return plain ?? this.type(target, depth);
  }

  /** The collation of its column. */
  collation(bound: BoundField): string | undefined {
    const target = isForeignKey(bound.field) ? this.target(bound) : bound;
    return target && collationOf(target.field);
  }

  /** The condition that its type brings. */
  check(bound: BoundField): string | undefined {
    const { vendor } = this.facts;
    if (!vendor.checksNumbers) return undefined;
    const column = vendor.quote(bound.column);
    const internal = internalType(bound.field);
    return internal?.startsWith("Positive") === true ? `${column} >= 0` : undefined;
  }

  /** The model of a ManyToManyField's table. */
  through(bound: BoundField): Model | undefined {
    const { model, name, field } = bound;
    const given = field.options.get("through");
    if (given !== undefined && !isNone(given)) {
      const key = relationKey(given, model, this.facts.userModel);
      return key === undefined ? undefined : this.model(key);
    }
    const toKey = relationKey(field.options.get("to"), model, this.facts.userModel);
    if (toKey === undefined) return undefined;
    const modelName = model.name.toLowerCase();
    const isAssumed = this.facts.isUserAssumed && field.options.get("to")?.is === "name";
    const toName = isAssumed ? unknownUser : toKey.slice(toKey.lastIndexOf(".") + 1);
    const same = toName === modelName;
    const [from, to] = same ? [`from_${modelName}`, `to_${toName}`] : [modelName, toName];
    const related = this.model(toKey);
    const isConstrained = flagOf(field.options.get("db_constraint")) ?? true;
    const link = (target: string): Field =>
      plainField("ForeignKey", { to: target, db_constraint: isConstrained }, field.at);
    const table =
      textOf(field.options.get("db_table")) ??
      truncateName(`${this.table(model).replace(/^"|"$/g, "")}_${name}`, this.facts.vendor.longest);
    return {
      app: model.app,
      name: `${model.name}_${name}`,
      fields: new Map([
        ["id", plainField(this.facts.autoField, { primary_key: true }, field.at)],
        [from, link(`${model.app}.${model.name}`)],
        [to, link(`${related.app}.${related.name}`)],
      ]),
      options: {
        ...emptyOptions,
        table,
        uniqueTogether: [[from, to]],
        managed: model.options.managed || related.options.managed,
      },
      bases: [],
      through: { of: keyOf(model.app, model.name), at: field.at },
    };
  }

  /** The columns of a ManyToManyField's table: to its own model, and to the other one. */
  throughFields(bound: BoundField): readonly [own: BoundField, other: BoundField] | undefined {
    const through = this.through(bound);
    if (through === undefined) return undefined;
    const [ownName, otherName] = names(bound.field.options.get("through_fields"));
    const links = this.fields(through).filter(({ field }) => isForeignKey(field));
    const own = links.find(
      (link) =>
        (ownName === undefined || link.name === ownName) && this.isSame(this.related(link), bound.model),
    );
    const related = this.related(bound);
    const other = links.find(
      (link) =>
        link !== own &&
        (otherName === undefined || link.name === otherName) &&
        this.isSame(this.related(link), related),
    );
    return own === undefined || other === undefined ? undefined : [own, other];
  }

  private isSame(one: Model | undefined, other: Model | undefined): boolean {
    return (
      one !== undefined && other !== undefined && keyOf(one.app, one.name) === keyOf(other.app, other.name)
    );
  }

  /** True if the table of a ManyToManyField is made with it. */
  isAutoCreated({ field }: BoundField): boolean {
    const through = field.options.get("through");
    return through === undefined || isNone(through);
  }

  /** The foreign keys that refer to a field, those of other tables' tables included, in Django's order. */
  relationsTo(bound: BoundField): readonly Relation[] {
    return this.relations(bound.model).filter(({ from }) => {
      const name = textOf(from.field.options.get("to_field"));
      return name === undefined ? isPrimaryKey(bound.field) : name === bound.name;
    });
  }

  /** The relations of other models to this one that Django alters when it gets another name. */
  relatedObjects(model: Model): readonly BoundField[] {
    const key = keyOf(model.app, model.name);
    const models = [...this.state.values()].sort((a, b) => (a.app < b.app ? -1 : a.app > b.app ? 1 : 0));
    return models.flatMap((one) => {
      const all = [...one.fields].filter(
        ([, field]) =>
          isRelation(field) && relationKey(field.options.get("to"), one, this.facts.userModel) === key,
      );
      const isHidden = (field: Field): boolean =>
        textOf(field.options.get("related_name"))?.endsWith("+") === true;
      const links = all.filter(([, field]) => isForeignKey(field) && !isHidden(field));
      const many = all.filter(([, field]) => isManyToMany(field));
      return [...links, ...many].map(([name, field]) => this.bind(one, name, field));
    });
  }

  /** The foreign keys that refer to a model. */
  relations(model: Model): readonly Relation[] {
    const key = keyOf(model.app, model.name);
    const found: Relation[] = [];
    const look = (one: Model): void => {
      for (const [name, field] of one.fields) {
        if (!isForeignKey(field)) continue;
        if (relationKey(field.options.get("to"), one, this.facts.userModel) !== key) continue;
        found.push({ from: this.bind(one, name, field), name: this.relationName(one, field) });
      }
    };
    for (const one of this.state.values()) {
      look(one);
      for (const bound of this.manyToMany(one)) {
        const to = relationKey(bound.field.options.get("to"), one, this.facts.userModel);
        const isNear = to === key || keyOf(one.app, one.name) === key;
        const through = isNear && this.isAutoCreated(bound) ? this.through(bound) : undefined;
        if (through !== undefined) look(through);
      }
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  private relationName(model: Model, field: Field): string {
    const given =
      textOf(field.options.get("related_query_name")) ?? textOf(field.options.get("related_name"));
    return given ?? (model.through === undefined ? model.name.toLowerCase() : `${model.name}+`);
  }
}

function orderField(model: Model): Field {
  const at = model.fields.values().next().value?.at ?? { path: "", start: 0, end: 0 };
  return plainField("OrderWrt", {}, at);
}

export function plainField(
  kind: string,
  options: Readonly<Record<string, string | boolean>>,
  at: Place,
): Field {
  return {
    kind,
    path: `django.db.models.${kind}`,
    options: new Map(Object.entries(options).map(([name, value]) => [name, constant(value, at)])),
    at,
  };
}

const constant = (value: string | boolean | number, at: Place): Value =>
  typeof value === "string"
    ? { is: "text", segments: [{ text: value, path: at.path, at, exact: false }], holes: false, at }
    : { is: "plain", value, printed: String(value), at };

/** The items of `CompositePrimaryKey("a", "b")`. */
export function compositeKey(model: Model): readonly string[] | undefined {
  for (const field of model.fields.values())
    if (field.kind === "CompositePrimaryKey") {
      const items = field.options.get("fields");
      return items === undefined ? [] : names(items);
    }
  return undefined;
}
