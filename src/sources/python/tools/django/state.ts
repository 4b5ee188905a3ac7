/** The models of a project as its migrations leave them; nothing in it changes, every change is a new state. */
import { isRelation, withOption, type CustomFields, type Field } from "./fields.ts";
import { readField } from "./fields.ts";
import { readConstraint, readIndex, together, type Constraint, type Index, type Trigger } from "./meta.ts";
import { flagOf, isNone, itemsOf, textOf, type Place, type Value } from "../../value.ts";

export interface Model {
  readonly app: string;
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Fields that a RemoveField took away: indexes and constraints stay in the state with them. */
  readonly removed?: readonly string[] | undefined;
  readonly options: ModelOptions;
  /** Models that it inherits from: "app.model". */
  readonly bases: readonly string[];
  /** It was made for a ManyToManyField of this model, with the place of that field. */
  readonly through?: { readonly of: string; readonly at: Place } | undefined;
}

export interface ModelOptions {
  readonly table?: string | undefined;
  readonly comment?: string | undefined;
  readonly managed: boolean;
  readonly proxy: boolean;
  /** The setting by which another model takes its place: then it has no table. */
  readonly swappable?: string | undefined;
  readonly orderWithRespectTo?: string | undefined;
  readonly uniqueTogether: readonly (readonly string[])[];
  readonly indexTogether: readonly (readonly string[])[];
  readonly indexes: readonly Index[];
  readonly constraints: readonly Constraint[];
  /** Those of django-pgtrigger. */
  readonly triggers?: readonly Trigger[] | undefined;
  /** Something of its indexes or constraints isn't known. */
  readonly unread: readonly Place[];
}

/** Keys are `app.model` in lower case. */
export type ProjectState = ReadonlyMap<string, Model>;

export const keyOf = (app: string, name: string): string => `${app}.${name.toLowerCase()}`;
export const modelOf = (state: ProjectState, app: string, name: string): Model | undefined =>
  state.get(keyOf(app, name));

export const withModel = (state: ProjectState, model: Model): ProjectState =>
  new Map(state).set(keyOf(model.app, model.name), model);

export function withoutModel(state: ProjectState, app: string, name: string): ProjectState {
  const next = new Map(state);
  next.delete(keyOf(app, name));
  return next;
}

export const withFields = (model: Model, fields: ReadonlyMap<string, Field>): Model => ({ ...model, fields });
export const withOptions = (model: Model, options: Partial<ModelOptions>): Model => ({
  ...model,
  options: { ...model.options, ...options },
});

/** `"shop.Order"`, `"Order"`, `"self"`, `settings.AUTH_USER_MODEL`, `swapper.…`: the model's key. */
export function relationKey(
  value: Value | undefined,
  model: Pick<Model, "app" | "name">,
  userModel: string,
): string | undefined {
  const text = textOf(value) ?? swappable(value, userModel);
  if (text === undefined) return undefined;
  if (text === "self") return keyOf(model.app, model.name);
  const dot = text.lastIndexOf(".");
  return dot < 0 ? keyOf(model.app, text) : `${text.slice(0, dot)}.${text.slice(dot + 1).toLowerCase()}`;
}

function swappable(value: Value | undefined, userModel: string): string | undefined {
  return value?.is === "name" && value.dotted.endsWith("settings.AUTH_USER_MODEL") ? userModel : undefined;
}

export const emptyOptions: ModelOptions = {
  managed: true,
  proxy: false,
  uniqueTogether: [],
  indexTogether: [],
  indexes: [],
  constraints: [],
  unread: [],
};

/** The options of a dict of Meta; `before`: those that stay. */
export function readOptions(value: Value | undefined, before: ModelOptions = emptyOptions): ModelOptions {
  if (value?.is !== "record") return before;
  const { fields } = value;
  const list = <One>(name: string, read: (one: Value) => One | undefined): [One[], Place[]] => {
    const items = (itemsOf(fields.get(name)) ?? []).map((one) => [read(one), one.at] as const);
    return [
      items.flatMap(([one]) => one ?? []),
      items.flatMap(([one, at]) => (one === undefined ? [at] : [])),
    ];
  };
  const [indexes, unreadIndexes] = list("indexes", readIndex);
  const [constraints, unreadConstraints] = list("constraints", readConstraint);
  const has = (name: string): boolean => fields.has(name);
  return {
    table: has("db_table") ? textOf(fields.get("db_table")) : before.table,
    comment: has("db_table_comment") ? textOf(fields.get("db_table_comment")) : before.comment,
    managed: flagOf(fields.get("managed")) ?? before.managed,
    proxy: flagOf(fields.get("proxy")) ?? before.proxy,
    swappable: has("swappable") ? (textOf(fields.get("swappable")) ?? "swapper") : before.swappable,
    orderWithRespectTo: has("order_with_respect_to")
      ? textOf(fields.get("order_with_respect_to"))
      : before.orderWithRespectTo,
    uniqueTogether: has("unique_together") ? together(fields.get("unique_together")) : before.uniqueTogether,
    indexTogether: has("index_together") ? together(fields.get("index_together")) : before.indexTogether,
    indexes: has("indexes") ? indexes : before.indexes,
    constraints: has("constraints") ? constraints : before.constraints,
    unread: [...before.unread, ...unreadIndexes, ...unreadConstraints],
  };
}

/** The (name, field) pairs of CreateModel. `unread`: those that aren't known. */
export function readFields(
  value: Value | undefined,
  custom: CustomFields,
): { readonly fields: ReadonlyMap<string, Field>; readonly unread: readonly Place[] } {
  const fields = new Map<string, Field>();
  const unread: Place[] = value?.is === "list" && !value.open ? [] : value === undefined ? [] : [value.at];
  for (const one of value?.is === "list" ? value.items : []) {
    const [name, given] = itemsOf(one) ?? [];
    const text = textOf(name);
    const field = readField(given, custom);
    if (text === undefined || field === undefined) unread.push(one.at);
    else fields.set(text, { ...field, at: one.at });
  }
  return { fields, unread };
}

/** The keys of the models that a model inherits from: `bases=("shop.product",)`. */
export const readBases = (value: Value | undefined, app: string): readonly string[] =>
  (itemsOf(value) ?? []).flatMap((base) => {
    const text = textOf(base);
    if (text === undefined) return [];
    return text.includes(".")
      ? text.toLowerCase().replace(/^[^.]*/, text.split(".", 1)[0] ?? "")
      : keyOf(app, text);
  });

/** A state in which a model and everything that refers to it has another name. */
export function renameModel(
  state: ProjectState,
  app: string,
  oldName: string,
  newName: string,
  userModel: string,
): ProjectState {
  const model = modelOf(state, app, oldName);
  if (model === undefined) return state;
  const oldKey = keyOf(app, oldName);
  const next = new Map<string, Model>();
  for (const [key, one] of state) {
    const own = key === oldKey ? { ...one, name: newName } : one;
    next.set(
      key === oldKey ? keyOf(app, newName) : key,
      pointTo(own, one, oldKey, `${app}.${newName}`, userModel),
    );
  }
  return next;
}

function pointTo(model: Model, before: Model, oldKey: string, name: string, userModel: string): Model {
  const fields = new Map<string, Field>();
  let changed = false;
  for (const [key, field] of model.fields) {
    let own = field;
    for (const option of ["to", "through"]) {
      const value = field.options.get(option);
      if (!isRelation(field) || value === undefined || isNone(value) || textOf(value) === "self") continue;
      if (value.is !== "text" || relationKey(value, before, userModel) !== oldKey) continue;
      const segments = [{ text: name, path: value.at.path, at: value.at, exact: false }];
      own = withOption(own, option, { is: "text", segments, holes: false, at: value.at });
    }
    changed ||= own !== field;
    fields.set(key, own);
  }
  const bases = model.bases.map((base) => (base === oldKey ? name.toLowerCase() : base));
  return changed || model.bases.includes(oldKey) ? { ...model, fields, bases } : model;
}

/** A state in which a field has another name, in its model's options and in what refers to it, too. */
export function renameField(
  state: ProjectState,
  app: string,
  modelName: string,
  oldName: string,
  newName: string,
  userModel: string,
): ProjectState {
  const model = modelOf(state, app, modelName);
  const field = model?.fields.get(oldName);
  if (model === undefined || field === undefined) return state;
  const fields = new Map([...model.fields].filter(([name]) => name !== oldName)).set(newName, field);
  const renamed = (sets: readonly (readonly string[])[]): readonly (readonly string[])[] =>
    sets.map((set) => set.map((name) => (name === oldName ? newName : name)));
  const { options } = model;
  let next = withModel(state, {
    ...model,
    fields,
    options: {
      ...options,
      uniqueTogether: renamed(options.uniqueTogether),
      indexTogether: renamed(options.indexTogether),
    },
  });
  const key = keyOf(app, modelName);
  for (const one of state.values()) {
    for (const [name, other] of one.fields) {
      const target = other.options.get("to_field");
      if (textOf(target) !== oldName || target === undefined) continue;
      if (relationKey(other.options.get("to"), one, userModel) !== key) continue;
      const now = next.get(keyOf(one.app, one.name)) ?? one;
      const segments = [{ text: newName, path: target.at.path, at: target.at, exact: false }];
      const own = withOption(other, "to_field", { is: "text", segments, holes: false, at: target.at });
      next = withModel(next, withFields(now, new Map(now.fields).set(name, own)));
    }
  }
  return next;
}

/** Django makes no table of a proxy, and none of a model that it doesn't manage. */
export const canMigrate = ({ options }: Model): boolean => options.managed && !options.proxy;
