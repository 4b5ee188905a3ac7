/** Operations on fields: AddField, AlterField, RemoveField, RenameField. */
import type { ToolCall } from "../../../../model/call.ts";
import { pythonString } from "../../../../text/python.ts";
import { argument, flagOf, isNone, textOf, type CallValue, type Value } from "../../value.ts";
import type { BoundField, ProjectFacts } from "./apps.ts";
import {
  isBlank,
  isManyToMany,
  isUnique,
  readField,
  takesEmptyText,
  withoutDefault,
  type Field,
} from "./fields.ts";
import { givesTime } from "./literals.ts";
import { text, change, headOf, type Run, type Given } from "./operation.ts";
import { canMigrate, modelOf, renameField, withFields } from "./state.ts";
import { isSince } from "./vendor.ts";

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
  const keepsDefault = flagOf(argument(call, "preserve_default", 3)) ?? true;
  return { model, name, field: { ...field, at: headOf(call, ["model_name", "name"], 2) }, keepsDefault };
}

const stateField = ({ field, keepsDefault }: NamedField): Field =>
  keepsDefault ? field : withoutDefault(field);

/** Django drops the default of the database as soon as the column has it, also where the field's class gives it. */
function defaultOf(call: CallValue, given: NamedField, facts: ProjectFacts): ToolCall | undefined {
  const { field, model, name, keepsDefault } = given;
  const value = field.options.get("default");
  const nullable = nullableBy(field, facts);
  if (isNone(value)) return { name: call.method, noDefault: "default=None", nullable };
  const isEmptyText = isBlank(field) && takesEmptyText(field);
  if (value === undefined && !isEmptyText && !givesTime(field)) return undefined;
  const hasDbDefault = facts.vendor.isStated === true && isSince(facts.vendor, 5, 0);
  return {
    name: call.method,
    // A second row with the same value fails.
    databaseDefault: hasDbDefault && !isUnique(field) ? asDbDefault(field, value, facts.vendor) : undefined,
    nullable,
    nullFor: printed(value),
    ...(keepsDefault ? {} : { isOnce: true }),
    elsewhere: facts.elsewhere(model, name),
  };
}

/**
 * The argument; undefined: a function gives the default, and the database has none like it, or Django sends an expression,
 * for which MySQL copies the table.
 */
function asDbDefault(
  field: Field,
  value: Value | undefined,
  { isPostgres, isMariadb }: ProjectFacts["vendor"],
): string | undefined {
  const copies = !isPostgres && !isMariadb;
  const isTime =
    value?.is === "name" && /^(?:django\.utils\.timezone|datetime\.datetime)\.now$/.test(value.dotted);
  if (isTime || (value === undefined && givesTime(field)))
    return copies ? undefined : "db_default=Now() (from django.db.models.functions)";
  if (value === undefined) return 'db_default=""';
  if (value.is === "name")
    return isPostgres && value.dotted === "uuid.uuid4"
      ? "db_default=RandomUUID() (from django.contrib.postgres.functions)"
      : undefined;
  if (value.is === "function" || value.is === "class") return undefined;
  const known = value.is === "plain" && value.value === false ? "False" : printed(value);
  return known === undefined ? "db_default" : `db_default=${known}`;
}

/** Before 2.1 Django's checks refuse null=True of a BooleanField (fields.E110): another class has NULL. */
const nullableBy = ({ kind }: Field, { vendor }: ProjectFacts): string =>
  kind === "BooleanField" && !isSince(vendor, 2, 1) ? "NullBooleanField" : "null=True";

/** A default that None doesn't stand for: it is false, but has no `+` and no `strip()`. */
function printed(value: Value | undefined): string | undefined {
  if (value?.is === "plain") {
    if (value.value === true) return "True";
    return typeof value.value === "number" ? value.printed : undefined;
  }
  const text = value?.is === "text" && value.bytes === true ? undefined : textOf(value);
  return text === undefined || text.length > 20 ? undefined : pythonString(text);
}

const inherited = (
  { method }: CallValue,
  { model, name }: NamedField,
  { isInherited }: ProjectFacts,
  own: ToolCall | undefined,
): ToolCall | undefined =>
  isInherited(model, name) ? { name: method, ...own, inherited: new Set([name, `${name}_id`]) } : own;

export function addField(call: CallValue, facts: ProjectFacts): Given | undefined {
  const given = fieldOf(call, facts);
  if (given === undefined) return undefined;
  const { model, name, field } = given;
  return {
    call: inherited(call, given, facts, defaultOf(call, given, facts)),
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

export function removeField(call: CallValue): Given | undefined {
  const model = text(call, "model_name", 0);
  const name = text(call, "name", 1);
  if (model === undefined || name === undefined) return undefined;
  return {
    state: change(model, (one) => {
      const fields = new Map(one.fields);
      const removed = fields.delete(name) ? [...(one.removed ?? []), name] : one.removed;
      return { ...withFields(one, fields), removed };
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

/** One of them has no column. Other classes than Django's own may have one. */
function hasNoWayTo({ from, to }: Run, old: BoundField, next: BoundField): boolean {
  const isDjangos = [old, next].every(({ field }) => field.path.startsWith("django.db.models."));
  if (!isDjangos || !canMigrate(old.model)) return false;
  const [was, is] = [isManyToMany(old.field), isManyToMany(next.field)];
  return was !== is || (was && is && from.isAutoCreated(old) !== to.isAutoCreated(next));
}

export function alterField(call: CallValue, facts: ProjectFacts): Given | undefined {
  const given = fieldOf(call, facts);
  if (given === undefined) return undefined;
  const { model, name, field } = given;
  const alter = (run: Run, own?: Field, refuses = false): void => {
    const [old, next] = [modelOf(run.from.state, run.app, model), modelOf(run.to.state, run.app, model)];
    const from = old && run.from.field(old, name);
    const to = next && run.to.field(next, name);
    if (from === undefined || to === undefined) return;
    if (refuses && hasNoWayTo(run, from, to))
      run.refuse({
        why: "Django can't alter a field to or from a ManyToManyField, nor add or remove its through",
        instead:
          "Remove the field and add another one, whose rows are filled first. If the tables stay as they are, put the operation into state_operations of SeparateDatabaseAndState.",
      });
    else run.editor.alterField(run.from, run.to, from, own === undefined ? to : { ...to, field: own });
  };
  return {
    state: change(model, (one) => withFields(one, new Map(one.fields).set(name, stateField(given)))),
    forwards: (run) => {
      alter(run, field, true);
    },
    backwards: (run) => {
      alter(run);
    },
  };
}

export function renameFieldOperation(call: CallValue, { userModel }: ProjectFacts): Given | undefined {
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
