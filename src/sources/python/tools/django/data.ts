/** Functions of RunPython: what they do with rows, as far as it is a query on a model of the state. */
import type { Files, Sources } from "../../modules.ts";
import { madeText } from "../../text.ts";
import { isNone, textOf, type CallValue, type Place, type TextValue, type Value } from "../../value.ts";
import { Run, type Flow } from "../../walk.ts";
import type { Apps } from "./apps.ts";
import { isForeignKey } from "./fields.ts";
import { Expressions } from "./expressions.ts";
import { Instances, liveModel, modelOf, type Live } from "./instances.ts";
import type { Model } from "./state.ts";

/** One step of such a function. */
export interface DataStep {
  /** Undefined: it isn't known. A text of the project's own stands where it is written, maybe in another file. */
  readonly sql?: string | TextValue | undefined;
  /** The command of what isn't known. */
  readonly kind: string;
  readonly at: Place;
  readonly flow: Flow;
}

/** Methods of querysets, managers and models that change rows. */
const writing: Readonly<Record<string, string>> = {
  update: "UPDATE",
  delete: "DELETE",
  save: "UPDATE",
  create: "INSERT",
  bulk_create: "INSERT",
  bulk_update: "UPDATE",
  get_or_create: "INSERT",
  update_or_create: "INSERT",
  add: "INSERT",
  set: "INSERT",
  remove: "DELETE",
  clear: "DELETE",
};

export interface CodeRead {
  readonly steps: readonly DataStep[];
  /** Calls of the application's own models, by the names of these. */
  readonly live: ReadonlyMap<string, Live>;
  /** It calls functions that aren't the project's own, nor of Django's models. */
  readonly doesMore: boolean;
}

const nothing: CodeRead = { steps: [], live: new Map(), doesMore: false };

/** What the function does, in its order. Code that does nothing that is known to change rows is one step. */
export function readCode(value: Value | undefined, apps: Apps, files: Files, sources: Sources): CodeRead {
  if (value === undefined || (value.is === "name" && value.dotted.endsWith("RunPython.noop"))) return nothing;
  if (value.is !== "function") return { ...nothing, steps: [opaque(value.at)] };
  const found: DataStep[] = [];
  const live = new Map<string, Live>();
  const lost: Place[] = [];
  let doesMore = false;
  const instances = new Instances(apps);
  const run = new Run(
    {
      call: (call, site) => {
        const step = stepOf(call, apps, site.flow, instances);
        if (step !== undefined) found.push(step);
        else doesMore ||= isOther(call);
        const model = liveModel(call);
        if (model !== undefined && !live.has(model.name)) live.set(model.name, model);
        return undefined;
      },
      value: (value) =>
        value.is === "name" && /^django\.(?:schema_editor|db)\.connection\.vendor$/.test(value.dotted)
          ? madeText(apps.facts.vendor.isPostgres ? "postgresql" : "mysql", value.at)
          : undefined,
      assigned: (object, name) => {
        instances.assigned(object, name);
      },
      lost: (at) => {
        lost.push(at);
      },
    },
    files,
    sources,
  );
  const name = (dotted: string): Value => ({ is: "name", dotted, at: value.at });
  run.callFunction(value, {
    is: "call",
    callee: "",
    target: value,
    method: value.name,
    values: [name("django.apps"), name("django.schema_editor")],
    keywords: new Map(),
    places: new Map(),
    open: false,
    at: value.at,
  });
  const steps = found.length > 0 ? merged(found) : lost.length > 0 ? [opaque(value.at)] : [];
  return { steps, live, doesMore };
}

/** `call_command("loaddata", …)`: it may change rows as well. */
const isOther = ({ callee, object, target }: CallValue): boolean =>
  object === undefined &&
  target === undefined &&
  /\w\.\w/.test(callee) &&
  !/^(?:builtins|logging|django\.(?:apps|schema_editor|conf|utils|db\.(?:connections?|models|transaction)))\./.test(
    callee,
  );

const opaque = (at: Place): DataStep => ({
  kind: "UPDATE",
  at,
  flow: { conditional: true, repeated: true },
});

/** What isn't known, of one kind, is one step. */
function merged(steps: readonly DataStep[]): readonly DataStep[] {
  const seen = new Set<string>();
  return steps.filter(({ sql, kind }) => {
    if (sql !== undefined) return true;
    const isNew = !seen.has(kind);
    seen.add(kind);
    return isNew;
  });
}

function stepOf(call: CallValue, apps: Apps, flow: Flow, instances: Instances): DataStep | undefined {
  const { method } = call;
  if (
    /^django\.schema_editor\.(?:execute|connection\.cursor\.execute)$/.test(call.callee) ||
    isCursor(call)
  ) {
    const [sql, ...more] = call.values;
    const isKnown = more.length === 0 && sql?.is === "text" && textOf(sql) !== undefined;
    return { sql: isKnown ? sql : undefined, kind: "EXECUTE", at: call.at, flow };
  }
  const kind = writing[method];
  if (kind === undefined || call.object === undefined) return undefined;
  const query = method === "update" || method === "delete" ? queryOf(call.object, apps) : undefined;
  const sql = (query && written(call, query, apps)) ?? instances.sql(call);
  return { sql, kind, at: call.at, flow };
}

/** `with connection.cursor() as cursor: cursor.execute(…)` */
const isCursor = ({ object, method }: CallValue): boolean =>
  method === "execute" && object?.is === "call" && object.method === "cursor";

interface Query {
  readonly model: Model;
  readonly conditions: readonly string[];
}

/** `Model.objects.filter(…)`; undefined: not known. */
function queryOf(value: Value, apps: Apps): Query | undefined {
  if (value.is === "attribute") {
    const model = modelOf(value.object, apps);
    return model && { model, conditions: [] };
  }
  if (value.is !== "call" || value.object === undefined) return undefined;
  const inner = queryOf(value.object, apps);
  if (inner === undefined || value.open) return undefined;
  switch (value.method) {
    case "all":
    case "using":
    case "order_by":
    case "db_manager":
      return inner;
    case "filter":
    case "exclude": {
      const condition =
        new Expressions(apps, inner.model).filter(value, value.method === "exclude") ??
        ofInstance(value, inner.model, apps);
      return condition === undefined ? undefined : { ...inner, conditions: [...inner.conditions, condition] };
    }
    default:
      return undefined;
  }
}

/** `filter(id=order.id)` of an instance that a loop gives: its key isn't known. */
function ofInstance({ method, values, keywords }: CallValue, model: Model, apps: Apps): string | undefined {
  const [[name, value] = [], ...more] = keywords;
  const key = apps.primaryKey(model);
  if (method !== "filter" || values.length > 0 || more.length > 0 || key === undefined) return undefined;
  if (name !== "pk" && name !== key.name) return undefined;
  const isOfLoop =
    value?.is === "attribute" && value.object.is === "unknown" && value.object.itemOf !== undefined;
  return isOfLoop ? `${apps.facts.vendor.quote(key.column)} = \${id}` : undefined;
}

/** What a function of Python gives: one value for all rows. */
const isOfPython = (value: Value): boolean => value.is === "call" && !value.callee.startsWith("django.db.");

function written(call: CallValue, { model, conditions }: Query, apps: Apps): string | undefined {
  const { vendor } = apps.facts;
  const table = vendor.quote(apps.table(model));
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  if (call.method === "delete") return `DELETE FROM ${table}${where}`;
  const compiled = new Expressions(apps, model);
  const sets: string[] = [];
  for (const [name, value] of call.keywords) {
    const bound = apps.field(model, name) ?? apps.field(model, name.replace(/_id$/, ""));
    if (bound === undefined) return undefined;
    const text = isNone(value)
      ? "NULL"
      : compiled.expression(value, isForeignKey(bound.field) ? undefined : bound);
    // Of one row after the other: a value that its instance has.
    const isOfRow = conditions.some((condition) => condition.endsWith(" = ${id}"));
    if (text === undefined && !isOfRow && !isOfPython(value)) return undefined;
    sets.push(`${vendor.quote(bound.column)} = ${text ?? "${value}"}`);
  }
  return sets.length === 0 ? undefined : `UPDATE ${table} SET ${sets.join(", ")}${where}`;
}
