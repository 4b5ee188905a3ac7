/** Django's operations: what each does to the state, and what it sends, forwards and backwards. */
import {
  argument,
  booleanOf,
  isNone,
  isNothing,
  itemsOf,
  textOf,
  type CallValue,
  type Place,
  type TextValue,
  type Value,
} from "../../value.ts";
import { Apps, type ProjectFacts } from "./apps.ts";
import { canMigrate, type SchemaEditor } from "./editor.ts";
import { isManyToMany, readField, withoutDefault, type Field } from "./fields.ts";
import { names, readConstraint, readIndex, together, type Constraint, type Index } from "./meta.ts";
import {
  keyOf,
  modelOf,
  readBases,
  readFields,
  readOptions,
  renameField,
  renameModel,
  withFields,
  withModel,
  withOptions,
  withoutModel,
  type Model,
  type ProjectState,
} from "./state.ts";

/** What an operation is given when it runs. */
export interface Run {
  readonly app: string;
  readonly editor: SchemaEditor;
  /** The state before, and the state that this direction leads to. */
  readonly from: Apps;
  readonly to: Apps;
  /** SQL as the migration writes it. */
  raw(text: TextValue): void;
  /** Something that isn't known before it runs. */
  unknown(at: Place): void;
  /** Code that works with rows. */
  code(value: Value | undefined, apps: Apps, isAtomic: boolean): void;
}

export interface Operation {
  /** The name of its class. */
  readonly name: string;
  /** The call as far as it names what it is about. */
  readonly at: Place;
  /** Of the whole call. */
  readonly whole: Place;
  readonly isReversible: boolean;
  /** False: it can't run in a transaction. */
  readonly needsNoTransaction?: boolean | undefined;
  state(state: ProjectState, app: string): ProjectState;
  forwards(run: Run): void;
  backwards(run: Run): void;
}

type Given = Pick<Operation, "state" | "forwards" | "backwards"> & Partial<Operation>;

const nothing = (): void => undefined;
const sameState = (state: ProjectState): ProjectState => state;

type Reader = (call: CallValue, facts: ProjectFacts) => Given | undefined;

const text = (call: CallValue, name: string, position: number): string | undefined =>
  textOf(argument(call, name, position));

/** Changes the options or the fields of a model in a state. */
const change =
  (name: string, how: (model: Model) => Model) =>
  (state: ProjectState, app: string): ProjectState => {
    const model = modelOf(state, app, name);
    return model === undefined ? state : withModel(state, how(model));
  };

function createModel(call: CallValue, { custom }: ProjectFacts): Given | undefined {
  const name = text(call, "name", 0);
  if (name === undefined) return undefined;
  const { fields, unread } = readFields(argument(call, "fields", 1), custom);
  const options = readOptions(argument(call, "options", 2));
  const all = [...unread, ...options.unread];
  const make = (run: Run, apps: Apps): void => {
    const model = modelOf(apps.state, run.app, name);
    if (model === undefined) return;
    run.editor.createModel(apps, model);
    if (options.indexTogether.length > 0 && canMigrate(model))
      run.editor.alterIndexTogether(apps, model, [], options.indexTogether);
    for (const at of all) run.unknown(at);
  };
  return {
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

function deleteModel(call: CallValue): Given | undefined {
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
      if (model !== undefined) run.editor.createModel(run.to, model);
    },
  };
}

function renameModelOperation(call: CallValue, { userModel }: ProjectFacts): Given | undefined {
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

function alterModelTable(call: CallValue): Given | undefined {
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

function alterTableComment(call: CallValue): Given | undefined {
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

function alterTogether(option: "uniqueTogether" | "indexTogether", argumentName: string): Reader {
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

function alterOrder(call: CallValue): Given | undefined {
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
function alterOptions(call: CallValue): Given | undefined {
  const name = text(call, "name", 0);
  const options = argument(call, "options", 1);
  if (name === undefined) return undefined;
  const managed = options?.is === "record" ? booleanOf(options.fields.get("managed")) : undefined;
  return {
    state: change(name, (model) => {
      const read = readOptions(options, model.options);
      return withOptions(model, { ...read, managed: managed ?? true });
    }),
    forwards: nothing,
    backwards: nothing,
  };
}

interface NamedField {
  readonly model: string;
  readonly name: string;
  readonly field: Field;
  readonly keepsDefault: boolean;
}

function fieldOf(call: CallValue, { custom }: ProjectFacts): NamedField | undefined {
  const model = text(call, "model_name", 0);
  const name = text(call, "name", 1);
  const field = readField(argument(call, "field", 2), custom);
  if (model === undefined || name === undefined || field === undefined) return undefined;
  const keepsDefault = booleanOf(argument(call, "preserve_default", 3)) ?? true;
  return { model, name, field: { ...field, at: headOf(call, ["model_name", "name"], 2) }, keepsDefault };
}

const stateField = ({ field, keepsDefault }: NamedField): Field =>
  keepsDefault ? field : withoutDefault(field);

function addField(call: CallValue, facts: ProjectFacts): Given | undefined {
  const given = fieldOf(call, facts);
  if (given === undefined) return undefined;
  const { model, name, field } = given;
  return {
    state: change(model, (one) => withFields(one, new Map(one.fields).set(name, stateField(given)))),
    forwards: (run) => {
      const [old, next] = [modelOf(run.from.state, run.app, model), modelOf(run.to.state, run.app, model)];
      if (old !== undefined && next !== undefined)
        run.editor.addField(run.to, old, run.to.bind(next, name, field));
    },
    backwards: (run) => {
      const old = modelOf(run.from.state, run.app, model);
      const bound = old && run.from.field(old, name);
      if (bound !== undefined) run.editor.removeField(run.from, bound);
    },
  };
}

function removeField(call: CallValue): Given | undefined {
  const model = text(call, "model_name", 0);
  const name = text(call, "name", 1);
  if (model === undefined || name === undefined) return undefined;
  return {
    state: change(model, (one) => {
      const fields = new Map(one.fields);
      fields.delete(name);
      return withFields(one, fields);
    }),
    forwards: (run) => {
      const old = modelOf(run.from.state, run.app, model);
      const bound = old && run.from.field(old, name);
      if (bound !== undefined) run.editor.removeField(run.from, bound);
    },
    backwards: (run) => {
      const [old, next] = [modelOf(run.from.state, run.app, model), modelOf(run.to.state, run.app, model)];
      const bound = next && run.to.field(next, name);
      if (old !== undefined && bound !== undefined) run.editor.addField(run.to, old, bound);
    },
  };
}

function alterField(call: CallValue, facts: ProjectFacts): Given | undefined {
  const given = fieldOf(call, facts);
  if (given === undefined) return undefined;
  const { model, name, field } = given;
  const alter = (run: Run, own?: Field): void => {
    const [old, next] = [modelOf(run.from.state, run.app, model), modelOf(run.to.state, run.app, model)];
    const from = old && run.from.field(old, name);
    const to = next && run.to.field(next, name);
    if (from === undefined || to === undefined) return;
    run.editor.alterField(run.from, run.to, from, own === undefined ? to : { ...to, field: own });
  };
  return {
    state: change(model, (one) => withFields(one, new Map(one.fields).set(name, stateField(given)))),
    forwards: (run) => {
      alter(run, field);
    },
    backwards: (run) => {
      alter(run);
    },
  };
}

function renameFieldOperation(call: CallValue, { userModel }: ProjectFacts): Given | undefined {
  const model = text(call, "model_name", 0);
  const oldName = text(call, "old_name", 1);
  const newName = text(call, "new_name", 2);
  if (model === undefined || oldName === undefined || newName === undefined) return undefined;
  const rename = (run: Run, from: string, to: string): void => {
    const [old, next] = [modelOf(run.from.state, run.app, model), modelOf(run.to.state, run.app, model)];
    const [was, is] = [old && run.from.field(old, from), next && run.to.field(next, to)];
    if (was !== undefined && is !== undefined) run.editor.alterField(run.from, run.to, was, is);
  };
  return {
    state: (state, app) => renameField(state, app, model, oldName, newName, userModel),
    forwards: (run) => {
      rename(run, oldName, newName);
    },
    backwards: (run) => {
      rename(run, newName, oldName);
    },
  };
}

const withIndexes =
  (how: (indexes: readonly Index[]) => readonly Index[]) =>
  (model: Model): Model =>
    withOptions(model, { indexes: how(model.options.indexes) });
const withConstraints =
  (how: (constraints: readonly Constraint[]) => readonly Constraint[]) =>
  (model: Model): Model =>
    withOptions(model, { constraints: how(model.options.constraints) });

function addIndex(concurrently: boolean): Reader {
  return (call) => {
    const name = text(call, "model_name", 0);
    const index = readIndex(argument(call, "index", 1));
    if (name === undefined || index === undefined) return undefined;
    return {
      needsNoTransaction: concurrently,
      state: change(
        name,
        withIndexes((all) => [...all, index]),
      ),
      forwards: (run) => {
        const model = modelOf(run.to.state, run.app, name);
        if (model !== undefined) run.editor.addIndex(run.to, model, index, concurrently);
      },
      backwards: (run) => {
        const model = modelOf(run.from.state, run.app, name);
        if (model !== undefined) run.editor.removeIndex(run.from, model, index, concurrently);
      },
    };
  };
}

const named = <One extends { readonly name?: string | undefined }>(
  all: readonly One[] | undefined,
  name: string,
): One | undefined => all?.find((one) => one.name === name);

/** An index or a constraint that the state doesn't have: only its name is known. */
const onlyNamed = (name: string, at: Place): Index => ({
  name,
  using: undefined,
  fields: [],
  expressions: [],
  condition: undefined,
  include: [],
  opclasses: [],
  with: [],
  at,
});

function removeIndex(concurrently: boolean): Reader {
  return (call) => {
    const name = text(call, "model_name", 0);
    const index = text(call, "name", 1);
    if (name === undefined || index === undefined) return undefined;
    return {
      needsNoTransaction: concurrently,
      state: change(
        name,
        withIndexes((all) => all.filter((one) => one.name !== index)),
      ),
      forwards: (run) => {
        const model = modelOf(run.from.state, run.app, name);
        if (model === undefined) return;
        const own = named(model.options.indexes, index) ?? onlyNamed(index, call.at);
        run.editor.removeIndex(run.from, model, own, concurrently);
      },
      backwards: (run) => {
        const model = modelOf(run.to.state, run.app, name);
        const own = named(model?.options.indexes, index);
        if (model !== undefined && own !== undefined) run.editor.addIndex(run.to, model, own, concurrently);
        else run.unknown(call.at);
      },
    };
  };
}

function renameIndex(call: CallValue): Given | undefined {
  const name = text(call, "model_name", 0);
  const newName = text(call, "new_name", 1);
  const oldName = text(call, "old_name", 2);
  const oldFields = names(argument(call, "old_fields", 3));
  if (name === undefined || newName === undefined || (oldName === undefined && oldFields.length === 0))
    return undefined;
  const rename = (run: Run, from: string, to: string): void => {
    const model = modelOf(run.to.state, run.app, name);
    if (model !== undefined) run.editor.renameIndex(run.to, model, from, to);
  };
  const renamed = (model: Model): Model =>
    oldName === undefined
      ? withOptions(model, {
          indexes: [
            ...model.options.indexes,
            {
              ...onlyNamed(newName, call.at),
              fields: oldFields.map((one) => ({ name: one, descending: false })),
            },
          ],
          indexTogether: model.options.indexTogether.filter((set) => set.join(" ") !== oldFields.join(" ")),
        })
      : withIndexes((all) => all.map((one) => (one.name === oldName ? { ...one, name: newName } : one)))(
          model,
        );
  return {
    state: change(name, renamed),
    forwards: (run) => {
      const model = modelOf(run.from.state, run.app, name);
      if (model === undefined) return;
      const from = oldName ?? run.editor.composedIndexName(run.from, model, oldFields);
      rename(run, from, newName);
    },
    backwards: (run) => {
      if (oldName !== undefined) rename(run, newName, oldName);
    },
  };
}

function addConstraint(notValid: boolean): Reader {
  return (call) => {
    const name = text(call, "model_name", 0);
    const constraint = readConstraint(argument(call, "constraint", 1));
    if (name === undefined || constraint === undefined) return undefined;
    return {
      state: change(
        name,
        withConstraints((all) => [...all, constraint]),
      ),
      forwards: (run) => {
        const model = modelOf(run.to.state, run.app, name);
        if (model !== undefined) run.editor.addConstraint(run.to, model, constraint, notValid);
      },
      backwards: (run) => {
        const model = modelOf(run.to.state, run.app, name);
        if (model !== undefined) run.editor.removeConstraint(run.to, model, constraint);
      },
    };
  };
}

function removeConstraint(call: CallValue): Given | undefined {
  const name = text(call, "model_name", 0);
  const constraint = text(call, "name", 1);
  if (name === undefined || constraint === undefined) return undefined;
  return {
    state: change(
      name,
      withConstraints((all) => all.filter((one) => one.name !== constraint)),
    ),
    forwards: (run) => {
      const model = modelOf(run.from.state, run.app, name);
      if (model === undefined) return;
      const own = named(model.options.constraints, constraint);
      if (own === undefined) run.unknown(call.at);
      else run.editor.removeConstraint(run.from, model, own);
    },
    backwards: (run) => {
      const model = modelOf(run.to.state, run.app, name);
      const own = named(model?.options.constraints, constraint);
      if (model === undefined || own === undefined) run.unknown(call.at);
      else run.editor.addConstraint(run.to, model, own);
    },
  };
}

function alterConstraint(call: CallValue): Given | undefined {
  const name = text(call, "model_name", 0);
  const old = text(call, "name", 1);
  const constraint = readConstraint(argument(call, "constraint", 2));
  if (name === undefined || constraint === undefined) return undefined;
  return {
    state: change(
      name,
      withConstraints((all) => all.map((one) => (one.name === old ? constraint : one))),
    ),
    forwards: nothing,
    backwards: nothing,
  };
}

function validateConstraint(call: CallValue): Given | undefined {
  const name = text(call, "model_name", 0);
  const constraint = text(call, "name", 1);
  if (name === undefined || constraint === undefined) return undefined;
  return {
    state: sameState,
    forwards: (run) => {
      const model = modelOf(run.from.state, run.app, name);
      if (model !== undefined) run.editor.validateConstraint(run.from, model, constraint);
    },
    backwards: nothing,
  };
}

/** Operations of a list; what isn't known stays one that says so. */
export function readOperations(value: Value | undefined, facts: ProjectFacts): readonly Operation[] {
  if (value === undefined || isNone(value)) return [];
  if (value.is !== "list") return [unknownOperation(value)];
  const read = value.items.flatMap((one) => readOperation(one, facts));
  return value.open ? [...read, unknownOperation(value)] : read;
}

const unknownOperation = (value: Value): Operation => ({
  name: value.is === "call" ? value.method : "",
  at: value.at,
  whole: value.at,
  isReversible: true,
  state: sameState,
  forwards: (run) => {
    run.unknown(value.at);
  },
  backwards: (run) => {
    run.unknown(value.at);
  },
});

function separate(call: CallValue, facts: ProjectFacts): Given {
  const database = readOperations(argument(call, "database_operations", 0), facts);
  const state = readOperations(argument(call, "state_operations", 1), facts);
  const all = (run: Run, from: Apps): Apps[] => {
    const found = [from];
    for (const one of database) {
      const last = found.at(-1) ?? from;
      found.push(new Apps(one.state(last.state, run.app), last.facts));
    }
    return found;
  };
  return {
    isReversible: database.every(({ isReversible }) => isReversible),
    needsNoTransaction: database.some(({ needsNoTransaction }) => needsNoTransaction === true),
    state: (before, app) => state.reduce((now, one) => one.state(now, app), before),
    forwards: (run) => {
      const states = all(run, run.from);
      database.forEach((one, i) => {
        one.forwards({ ...run, from: states[i] ?? run.from, to: states[i + 1] ?? run.to });
      });
    },
    backwards: (run) => {
      const states = all(run, run.to);
      for (const [i, one] of [...database.entries()].reverse())
        one.backwards({ ...run, from: states[i + 1] ?? run.from, to: states[i] ?? run.to });
    },
  };
}

function runSql(call: CallValue, facts: ProjectFacts): Given {
  const sql = argument(call, "sql", 0);
  const reverse = argument(call, "reverse_sql", 1);
  const state = readOperations(argument(call, "state_operations", 2), facts);
  return {
    isReversible: !isNothing(reverse),
    state: (before, app) => state.reduce((now, one) => one.state(now, app), before),
    forwards: (run) => {
      sendSql(run, sql, call.at);
    },
    backwards: (run) => {
      sendSql(run, reverse, call.at);
    },
  };
}

function sendSql(run: Run, value: Value | undefined, at: Place): void {
  if (value === undefined || isNone(value) || isNoop(value)) return;
  if (value.is === "text") {
    run.raw(value);
    return;
  }
  if (value.is !== "list") {
    run.unknown(at);
    return;
  }
  for (const one of value.items) {
    const parts = one.is === "list" ? one.items : [one];
    const [sql, params] = parts;
    if (sql?.is !== "text") run.unknown(one.at);
    else run.raw(isNothing(params) ? sql : withParameters(run, sql, itemsOf(params) ?? []));
  }
  if (value.open) run.unknown(at);
}

/** `%s` stands for a parameter, `%%` for a percent sign. */
function withParameters(run: Run, sql: TextValue, params: readonly Value[]): TextValue {
  let next = 0;
  const segments = sql.segments.flatMap((segment) => {
    const parts = segment.text.split(/(%s|%%)/);
    let at = segment.at.start;
    return parts.flatMap((part) => {
      const place = segment.exact ? { start: at, end: at + part.length } : segment.at;
      at += part.length;
      if (part === "") return [];
      if (part === "%%") return [{ ...segment, text: "%", at: place, exact: false }];
      if (part !== "%s") return [{ ...segment, text: part, at: place }];
      const given = params[next++];
      return [
        { ...segment, text: given === undefined ? "%s" : run.from.literal(given), at: place, exact: false },
      ];
    });
  });
  return { ...sql, segments };
}

const isNoop = (value: Value): boolean =>
  (value.is === "name" && value.dotted.endsWith(".noop")) || textOf(value) === "";

function runPython(call: CallValue): Given {
  const code = argument(call, "code", 0);
  const reverse = argument(call, "reverse_code", 1);
  const isAtomic = booleanOf(argument(call, "atomic", 2)) === true;
  return {
    isReversible: !isNothing(reverse),
    state: sameState,
    forwards: (run) => {
      run.code(code, run.from, isAtomic);
    },
    backwards: (run) => {
      run.code(reverse, run.from, isAtomic);
    },
  };
}

const extensions: Readonly<Record<string, string>> = {
  BloomExtension: "bloom",
  BtreeGinExtension: "btree_gin",
  BtreeGistExtension: "btree_gist",
  CITextExtension: "citext",
  CryptoExtension: "pgcrypto",
  HStoreExtension: "hstore",
  TrigramExtension: "pg_trgm",
  UnaccentExtension: "unaccent",
};

const extension = (call: CallValue): Given | undefined => {
  const name = extensions[call.method] ?? text(call, "name", 0);
  if (name === undefined) return undefined;
  const quoted = `"${name}"`;
  return {
    state: sameState,
    forwards: (run) => {
      if (run.from.isPostgres) run.editor.execute(`CREATE EXTENSION IF NOT EXISTS ${quoted}`);
    },
    backwards: (run) => {
      if (run.from.isPostgres) run.editor.execute(`DROP EXTENSION IF EXISTS ${quoted}`);
    },
  };
};

function collation(creates: boolean): Reader {
  return (call) => {
    const name = text(call, "name", 0);
    const locale = text(call, "locale", 1);
    if (name === undefined || locale === undefined) return undefined;
    const provider = textOf(call.keywords.get("provider"));
    const options = [`locale="${locale}"`];
    if (provider !== undefined && provider !== "libc") options.push(`provider="${provider}"`);
    if (booleanOf(call.keywords.get("deterministic")) === false) options.push("deterministic=false");
    const make = (run: Run, isMade: boolean): void => {
      if (!run.from.isPostgres) return;
      run.editor.execute(
        isMade ? `CREATE COLLATION "${name}" (${options.join(", ")})` : `DROP COLLATION "${name}"`,
      );
    };
    return {
      state: sameState,
      forwards: (run) => {
        make(run, creates);
      },
      backwards: (run) => {
        make(run, !creates);
      },
    };
  };
}

const stateOnly = (): Given => ({ state: sameState, forwards: nothing, backwards: nothing });

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["CreateModel", createModel],
  ["DeleteModel", deleteModel],
  ["RenameModel", renameModelOperation],
  ["AlterModelTable", alterModelTable],
  ["AlterModelTableComment", alterTableComment],
  ["AlterModelOptions", alterOptions],
  ["AlterModelManagers", stateOnly],
  ["AlterOrderWithRespectTo", alterOrder],
  ["AlterUniqueTogether", alterTogether("uniqueTogether", "unique_together")],
  ["AlterIndexTogether", alterTogether("indexTogether", "index_together")],
  ["AddField", addField],
  ["RemoveField", removeField],
  ["AlterField", alterField],
  ["RenameField", renameFieldOperation],
  ["AddIndex", addIndex(false)],
  ["AddIndexConcurrently", addIndex(true)],
  ["RemoveIndex", removeIndex(false)],
  ["RemoveIndexConcurrently", removeIndex(true)],
  ["RenameIndex", renameIndex],
  ["AddConstraint", addConstraint(false)],
  ["AddConstraintNotValid", addConstraint(true)],
  ["RemoveConstraint", removeConstraint],
  ["AlterConstraint", alterConstraint],
  ["ValidateConstraint", validateConstraint],
  ["SeparateDatabaseAndState", separate],
  ["RunSQL", runSql],
  ["RunPython", runPython],
  ["CreateExtension", extension],
  ...Object.keys(extensions).map((name) => [name, extension] as const),
  ["CreateCollation", collation(true)],
  ["RemoveCollation", collation(false)],
]);

const isDjangos = (callee: string): boolean =>
  /^django\.(?:db\.migrations|contrib\.(?:postgres|gis))(?:\.\w+)*$/.test(callee);

export function readOperation(value: Value, facts: ProjectFacts): readonly Operation[] {
  if (value.is !== "call") return [unknownOperation(value)];
  const reader = isDjangos(value.callee) && !value.open ? readers.get(value.method) : undefined;
  const given = reader?.(value, facts);
  if (given === undefined) return [unknownOperation(value)];
  return [
    {
      name: value.method,
      at: headOf(value, ["name", "model_name", "old_name"], 2),
      whole: value.at,
      isReversible: true,
      ...given,
    },
  ];
}

/** A call as far as its first arguments name what it is about: `migrations.AddField(model_name="a", name="b"`. */
export function headOf(call: CallValue, keywords: readonly string[], most: number): Place {
  const ends = [
    ...call.values.slice(0, most).flatMap((value) => (value.is === "text" ? [value.at.end] : [])),
    ...keywords.flatMap((name) => call.places.get(name)?.end ?? []),
  ];
  const end = Math.max(call.at.start, ...ends.filter((one) => one <= call.at.end));
  return { ...call.at, end: end === call.at.start ? call.at.end : end };
}
