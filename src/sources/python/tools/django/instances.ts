/** What RunPython's functions do with single instances of models, and with models that aren't those of the state. */
import { itemsOf, textOf, type CallValue, type Place, type Value } from "../../value.ts";
import type { Apps, BoundField } from "./apps.ts";
import { internalType, isAutomatic, isForeignKey, isPrimaryKey } from "./fields.ts";
import { keyOf, type Model } from "./state.ts";

/** `apps.get_model("shop", "Order")` */
export function modelOf(value: Value, apps: Apps): Model | undefined {
  if (value.is !== "call" || value.method !== "get_model") return undefined;
  const [app, name] = [
    value.values[0] ?? value.keywords.get("app_label"),
    value.values[1] ?? value.keywords.get("model_name"),
  ];
  const first = textOf(app);
  if (first === undefined) return undefined;
  const [label = "", model = ""] = name === undefined ? first.split(".") : [first, textOf(name) ?? ""];
  return apps.state.get(keyOf(label, model));
}

/** The statements that instances lead to, as far as their model is known; what isn't is a placeholder. */
export class Instances {
  readonly #apps: Apps;
  /** Fields that were assigned, by the instance's place. */
  readonly #assigned = new Map<string, Set<string>>();

  constructor(apps: Apps) {
    this.#apps = apps;
  }

  assigned(object: Value, name: string): void {
    const key = keyAt(object);
    this.#assigned.set(key, (this.#assigned.get(key) ?? new Set()).add(name));
  }

  /** Undefined: not known. */
  sql(call: CallValue): string | undefined {
    const { object, method } = call;
    const made = method === "save" ? madeOf(object) : undefined;
    const model = made === undefined ? object && this.#modelBehind(object) : modelOf(made, this.#apps);
    if (object === undefined || model === undefined) return undefined;
    const key = this.#apps.primaryKey(model)?.column;
    const isInstance = object.is === "unknown";
    if (key === undefined) return undefined;
    const byKey = ` WHERE ${this.#quote(key)} = \${id}`;
    switch (method) {
      case "save":
        if (made !== undefined) return this.#insert(model);
        return isInstance ? this.#update(model, this.#saved(call, model, object), byKey) : undefined;
      case "delete":
        return isInstance ? `DELETE FROM ${this.#quote(this.#apps.table(model))}${byKey}` : undefined;
      case "bulk_update":
        return this.#update(
          model,
          this.#named(model, texts(call.keywords.get("fields") ?? call.values[1])),
          byKey,
        );
      case "create":
      case "bulk_create":
      case "get_or_create":
      case "update_or_create":
        return this.#insert(model);
      default:
        return undefined;
    }
  }

  #quote(name: string): string {
    return this.#apps.facts.vendor.quote(name);
  }

  /** What a statement can write: the database computes the others. */
  #fields(model: Model): readonly BoundField[] {
    return this.#apps
      .fields(model)
      .filter(({ field }) => !isAutomatic(field) && internalType(field) !== "GeneratedField");
  }

  /** What an instance writes: the fields that the call names or the code has assigned, else those that refer to nothing. */
  #saved(call: CallValue, model: Model, object: Value): readonly BoundField[] {
    const given = texts(call.keywords.get("update_fields"));
    const names = given.length > 0 ? given : [...(this.#assigned.get(keyAt(object)) ?? [])];
    const named = this.#named(model, names);
    if (named.length > 0) return named;
    return this.#fields(model).filter(({ field }) => !isForeignKey(field) && !isPrimaryKey(field));
  }

  #named(model: Model, names: readonly string[]): readonly BoundField[] {
    const found = names.map(
      (name) => this.#apps.field(model, name) ?? this.#apps.field(model, name.replace(/_id$/, "")),
    );
    return found.every((one) => one !== undefined) ? found : [];
  }

  /** One row; its values are parameters. */
  #insert(model: Model): string {
    const { isPostgres } = this.#apps;
    const table = this.#quote(this.#apps.table(model));
    const columns = this.#fields(model).map(({ column }) => this.#quote(column));
    if (columns.length === 0) return `INSERT INTO ${table} ${isPostgres ? "DEFAULT VALUES" : "() VALUES ()"}`;
    const values = columns.map(() => (isPostgres ? "$1" : "?"));
    return `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${values.join(", ")})`;
  }

  #update(model: Model, fields: readonly BoundField[], where: string): string | undefined {
    if (fields.length === 0) return undefined;
    const sets = fields.map(({ column }) => `${this.#quote(column)} = \${value}`);
    return `UPDATE ${this.#quote(this.#apps.table(model))} SET ${sets.join(", ")}${where}`;
  }

  /** Of a manager, of what its methods give, and of what a loop over that gives. */
  #modelBehind(value: Value): Model | undefined {
    if (value.is === "unknown") return value.itemOf && this.#modelBehind(value.itemOf);
    if (value.is === "attribute") return modelOf(value.object, this.#apps);
    if (value.is !== "call" || value.object === undefined || giving.test(value.method)) return undefined;
    return this.#modelBehind(value.object);
  }
}

/** `Order(note="x")` of a model of the state: the model. */
const madeOf = (value: Value | undefined): Value | undefined =>
  value?.is === "call" && value.method === "" ? value.object : undefined;

/** Methods of querysets that give no instances. */
const giving =
  /^(?:values|values_list|aggregate|count|exists|dates|datetimes|in_bulk|explain|raw|get_model|)$/;

const keyAt = ({ at }: Value): string => `${at.path}:${String(at.start)}`;

const texts = (value: Value | undefined): readonly string[] =>
  (itemsOf(value) ?? []).flatMap((one) => textOf(one) ?? []);

/** A class of a module of models, and a name behind it: `shop.models.Order.objects.all`. */
const inModels = /(?:^|(\w+)\.)models\.(?:[a-z_]\w*\.)*([A-Z]\w*)(?:\.|$)/;

/** A model of the application, or the class of its manager. */
export interface Live {
  readonly name: string;
  /** The label of its app, as far as its module says it. */
  readonly app?: string | undefined;
  readonly isManager: boolean;
  readonly at: Place;
}

/** The application's model that a call works with; the state's come from `apps.get_model`. */
export function liveModel({ callee, target, object, at }: CallValue): Live | undefined {
  if (/^django\.(?:db|contrib\.postgres)\./.test(callee)) return undefined;
  if (target === undefined || target.is === "class") {
    const [found, app, name] = inModels.exec(callee) ?? [];
    if (found !== undefined && name !== undefined)
      return isException(name) ? undefined : { name, app, isManager: false, at };
  }
  // `objects = Manager()` of a class of the project.
  const root = object?.is === "call" && object.object === undefined ? object : undefined;
  return root !== undefined &&
    /\w*Manager$/.test(root.method) &&
    /(?:^|\/)models(?:\.py$|\/)/.test(root.at.path)
    ? { name: root.method, isManager: true, at }
    : undefined;
}

const isException = (name: string): boolean => /(?:Error|Exception|DoesNotExist|Choices)$/.test(name);
