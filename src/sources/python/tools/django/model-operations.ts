/** Operations on models: CreateModel, RenameModel, AlterUniqueTogether and their like. */
import { argument, flagOf, isNone, itemsOf, textOf, type CallValue, type Value } from "../../value.ts";
import { Apps, type ProjectFacts } from "./apps.ts";
import { isManyToMany } from "./fields.ts";
import { together } from "./meta.ts";
import { nothing, text, change, type Run, type Given, type Reader } from "./operation.ts";
import {
  canMigrate,
  keyOf,
  modelOf,
  readBases,
  readFields,
  readOptions,
  renameModel,
  withModel,
  withOptions,
  withoutModel,
  type Model,
} from "./state.ts";

export function createModel(call: CallValue, { custom, isInherited }: ProjectFacts): Given | undefined {
  const name = text(call, "name", 0);
  if (name === undefined) return undefined;
  const { fields, unread } = readFields(argument(call, "fields", 1), custom);
  const options = readOptions(argument(call, "options", 2));
  const all = [...unread, ...options.unread];
  const make = (run: Run, apps: Apps): void => {
    const model = modelOf(apps.state, run.app, name);
    if (model === undefined) return;
    run.editor.createModel(apps, model);
    run.editor.composeIndexes(apps, model, options.indexTogether);
    for (const at of all) run.unknown(at);
  };
  const bases = [...fields].flatMap(([field]) => (isInherited(name, field) ? [field, `${field}_id`] : []));
  return {
    call: bases.length === 0 ? undefined : { name: call.method, inherited: new Set(bases) },
    state: (state, app) =>
      withModel(state, { app, name, fields, options, bases: readBases(argument(call, "bases", 3), app) }),
    forwards: (run) => {
      make(run, run.to);
    },
    backwards: (run) => {
      const model = modelOf(run.from.state, run.app, name);
      if (model !== undefined) run.editor.deleteModel(run.from, model);
    },
  };
}

export function deleteModel(call: CallValue): Given | undefined {
  const name = text(call, "name", 0);
  if (name === undefined) return undefined;
  return {
    state: (state, app) => withoutModel(state, app, name),
    forwards: (run) => {
      const model = modelOf(run.from.state, run.app, name);
      if (model !== undefined) run.editor.deleteModel(run.from, model);
    },
    backwards: (run) => {
      const model = modelOf(run.to.state, run.app, name);
      if (model === undefined) return;
      const lost = canMigrate(model) ? withoutField(model) : [];
      const [one] = lost;
      if (one === undefined) run.editor.createModel(run.to, model);
      else
        run.refuse({
          why: `Django can't make ${one.what} again: its field ${one.field} was removed first`,
          instead: `Before that field is removed: ${lost.map(({ first }) => `\`${first}\``).join(", ")}.`,
        });
    },
  };
}

interface WithoutField {
  readonly what: string;
  readonly field: string;
  /** What takes it out of the state in time. */
  readonly first: string;
}

/** Indexes and keys of a field that was removed before: the state keeps them, and Django raises when it makes them again. */
function withoutField({ name, fields, removed = [], options }: Model): readonly WithoutField[] {
  const gone = removed.filter((one) => !fields.has(one));
  const model = `"${name.toLowerCase()}"`;
  const of = (names: readonly string[], rest: Omit<WithoutField, "field">): readonly WithoutField[] => {
    const field = names.find((one) => gone.includes(one));
    return field === undefined ? [] : [{ field, ...rest }];
  };
  return [
    ...options.indexes.flatMap((one) =>
      of([...one.fields.map((field) => field.name), ...one.include], {
        what: `the index ${one.name ?? ""}`.trimEnd(),
        first: `migrations.RemoveIndex(model_name=${model}, name="${one.name ?? ""}")`,
      }),
    ),
    ...options.constraints.flatMap((one) =>
      one.is !== "unique"
        ? []
        : of([...one.fields, ...one.include], {
            what: `the constraint ${one.name}`,
            first: `migrations.RemoveConstraint(model_name=${model}, name="${one.name}")`,
          }),
    ),
    ...options.uniqueTogether.flatMap((set) =>
      of(set, {
        what: "a key of unique_together",
        first: `migrations.AlterUniqueTogether(name=${model}, unique_together=set())`,
      }),
    ),
  ];
}

export function renameModelOperation(call: CallValue, { userModel }: ProjectFacts): Given | undefined {
  const oldName = text(call, "old_name", 0);
  const newName = text(call, "new_name", 1);
  if (oldName === undefined || newName === undefined) return undefined;
  const rename = (run: Run, from: string, to: string): void => {
    const old = modelOf(run.from.state, run.app, from);
    const next = modelOf(run.to.state, run.app, to);
    if (old === undefined || next === undefined || !canMigrate(next)) return;
    const { editor } = run;
    editor.renameTable(run.from.table(old), run.to.table(next));
    const key = keyOf(run.app, from);
    for (const link of run.from.relatedObjects(old)) {
      const isOwn = keyOf(link.model.app, link.model.name) === key;
      const model = isOwn ? next : modelOf(run.to.state, link.model.app, link.model.name);
      const bound = model && run.to.field(model, link.name);
      if (bound === undefined) continue;
      const moved = isOwn && !isManyToMany(link.field) ? { ...link, model: movedTo(run, old, next) } : link;
      editor.alterField(run.from, run.to, moved, bound);
    }
    const nexts = run.to.manyToMany(next);
    for (const bound of run.from.manyToMany(old)) {
      const other = nexts.find((one) => one.name === bound.name);
      const to = other && run.to.related(other);
      if (other === undefined || to === next) continue;
      editor.alterManyToMany(run.from, run.to, bound, other);
    }
  };
  return {
    state: (state, app) => renameModel(state, app, oldName, newName, userModel),
    forwards: (run) => {
      rename(run, oldName, newName);
    },
    backwards: (run) => {
      rename(run, newName, oldName);
    },
  };
}

/** The old model, in the table of the new one. */
const movedTo = (run: Run, old: Model, next: Model): Model => withOptions(old, { table: run.to.table(next) });

export function alterModelTable(call: CallValue): Given | undefined {
  const name = text(call, "name", 0);
  const table = argument(call, "table", 1);
  if (name === undefined || (table !== undefined && !isNone(table) && textOf(table) === undefined))
    return undefined;
  const rename = (run: Run): void => {
    const old = modelOf(run.from.state, run.app, name);
    const next = modelOf(run.to.state, run.app, name);
    if (old === undefined || next === undefined || !canMigrate(next)) return;
    run.editor.renameTable(run.from.table(old), run.to.table(next));
    const nexts = run.to.manyToMany(next);
    run.from.manyToMany(old).forEach((bound, i) => {
      const other = nexts[i];
      const from = run.from.isAutoCreated(bound) ? run.from.through(bound) : undefined;
      const to = other && run.to.through(other);
      if (from !== undefined && to !== undefined)
        run.editor.renameTable(run.from.table(from), run.to.table(to));
    });
  };
  return {
    state: change(name, (model) => withOptions(model, { table: textOf(table) })),
    forwards: rename,
    backwards: rename,
  };
}

export function alterTableComment(call: CallValue): Given | undefined {
  const name = text(call, "name", 0);
  const comment = text(call, "table_comment", 1);
  if (name === undefined) return undefined;
  const alter = (run: Run): void => {
    const model = modelOf(run.to.state, run.app, name);
    if (model !== undefined && canMigrate(model))
      run.editor.alterTableComment(run.to.table(model), model.options.comment ?? "");
  };
  return {
    state: change(name, (model) => withOptions(model, { comment })),
    forwards: alter,
    backwards: alter,
  };
}

export function alterTogether(option: "uniqueTogether" | "indexTogether", argumentName: string): Reader {
  return (call) => {
    const name = text(call, "name", 0);
    const value = argument(call, argumentName, 1);
    if (name === undefined || (value !== undefined && !isNone(value) && itemsOf(value) === undefined)) {
      // `set()`
      if (value?.is !== "call" || value.method !== "set" || name === undefined) return undefined;
    }
    const sets = together(value);
    const alter = (run: Run): void => {
      const [old, next] = [modelOf(run.from.state, run.app, name), modelOf(run.to.state, run.app, name)];
      if (old === undefined || next === undefined) return;
      const [from, to] = [old.options[option], next.options[option]];
      if (option === "uniqueTogether") run.editor.alterUniqueTogether(run.to, next, from, to);
      else run.editor.alterIndexTogether(run.to, next, from, to);
    };
    return {
      state: change(name, (model) => withOptions(model, { [option]: sets })),
      forwards: alter,
      backwards: alter,
    };
  };
}

export function alterOrder(call: CallValue): Given | undefined {
  const name = text(call, "name", 0);
  const field = text(call, "order_with_respect_to", 1);
  if (name === undefined) return undefined;
  const alter = (run: Run): void => {
    const [old, next] = [modelOf(run.from.state, run.app, name), modelOf(run.to.state, run.app, name)];
    if (old === undefined || next === undefined) return;
    const [was, is] = [old.options.orderWithRespectTo, next.options.orderWithRespectTo];
    if (was !== undefined && is === undefined) {
      const bound = run.from.field(old, "_order");
      if (bound !== undefined) run.editor.removeField(run.from, bound);
    } else if (is !== undefined && was === undefined) {
      const bound = run.to.field(next, "_order");
      if (bound === undefined) return;
      const zero: Value = { is: "plain", value: 0, printed: "0", at: call.at };
      const options = new Map(bound.field.options).set("default", zero);
      run.editor.addField(run.to, old, { ...bound, field: { ...bound.field, options } });
    }
  };
  return {
    state: change(name, (model) => withOptions(model, { orderWithRespectTo: field })),
    forwards: alter,
    backwards: alter,
  };
}

/** Options that AlterModelOptions takes away where it doesn't name them. */
export function alterOptions(call: CallValue): Given | undefined {
  const name = text(call, "name", 0);
  const options = argument(call, "options", 1);
  if (name === undefined) return undefined;
  const managed = options?.is === "record" ? flagOf(options.fields.get("managed")) : undefined;
  return {
    state: change(name, (model) => {
      const read = readOptions(options, model.options);
      return withOptions(model, { ...read, managed: managed ?? true });
    }),
    forwards: nothing,
    backwards: nothing,
  };
}
