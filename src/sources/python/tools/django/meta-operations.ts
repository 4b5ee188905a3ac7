/** Operations on indexes and constraints. */
import { argument, type CallValue, type Place } from "../../value.ts";
import { names, readConstraint, readIndex, type Constraint, type Index } from "./meta.ts";
import { nothing, sameState, text, change, type Run, type Given, type Reader } from "./operation.ts";
import { modelOf, withOptions, type Model } from "./state.ts";

const withIndexes =
  (how: (indexes: readonly Index[]) => readonly Index[]) =>
  (model: Model): Model =>
    withOptions(model, { indexes: how(model.options.indexes) });
const withConstraints =
  (how: (constraints: readonly Constraint[]) => readonly Constraint[]) =>
  (model: Model): Model =>
    withOptions(model, { constraints: how(model.options.constraints) });

export function addIndex(concurrently: boolean): Reader {
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

export function removeIndex(concurrently: boolean): Reader {
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

export function renameIndex(call: CallValue): Given | undefined {
  const name = text(call, "model_name", 0);
  const newName = text(call, "new_name", 1);
  const oldName = text(call, "old_name", 2);
  const oldFields = names(argument(call, "old_fields", 3));
  if (name === undefined || newName === undefined || (oldName === undefined && oldFields.length === 0))
    return undefined;
  const rename = (run: Run, from: string, to: string): void => {
    const model = modelOf(run.to.state, run.app, name);
    if (model !== undefined && from !== to) run.editor.renameIndex(run.to, model, from, to);
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

export function addConstraint(notValid: boolean): Reader {
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

export function removeConstraint(call: CallValue): Given | undefined {
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

export function alterConstraint(call: CallValue): Given | undefined {
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

export function validateConstraint(call: CallValue): Given | undefined {
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
