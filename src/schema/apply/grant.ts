/** What REVOKE takes of the privileges that say which columns a role may write, and who may call a routine. */
import { keyOf } from "../../model/names.ts";
import type { OperationOf } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import type { Executes, Routine } from "../model.ts";
import { get, keys, set, values } from "../persistent.ts";
import { resolveRoutine } from "../state.ts";
import { executesKey, fits, ofNewRoutinesIn } from "./object.ts";

const writes = ["INSERT", "UPDATE"];

export function grant(draft: Draft, op: OperationOf<"grant">): void {
  if (isOfRoutines(op)) grantExecute(draft, op);
  else grantRows(draft, op);
}

function grantRows(draft: Draft, { privileges, grantees, columns, inSchemas, ...op }: OperationOf<"grant">): void {
  // What is revoked of a column is still granted by the whole table (run on PostgreSQL 15).
  if (op.object !== "table" || op.defaults || columns !== undefined) return;
  const of = writes.filter((one) => privileges.includes(one) || privileges.includes("ALL"));
  const these = of.flatMap((privilege) => grantees.map((role) => `${privilege} ${role}`));
  if (these.length === 0) return;
  const named = op.relations.map((name) => draft.resolve(name));
  const below =
    inSchemas.length === 0
      ? []
      : [...values(draft.state.relations)].flatMap(({ schema, key }) => (inSchemas.includes(schema) ? key : []));
  for (const key of [...named, ...below])
    draft.change(key, (old) => {
      if (!op.revoke && old.revoked === undefined) return old;
      const kept = (old.revoked ?? []).filter((one) => !these.includes(one));
      return { ...old, revoked: op.revoke ? [...kept, ...these] : kept };
    });
}

const isOfRoutines = ({ object, privileges }: OperationOf<"grant">): boolean =>
  /^(?:function|procedure|routine)$/.test(object) && privileges.some((one) => one === "EXECUTE" || one === "ALL");

function grantExecute(draft: Draft, op: OperationOf<"grant">): void {
  const said: Executes = Object.fromEntries(op.grantees.map((role) => [role, !op.revoke]));
  if (op.defaults) {
    // What they grant anew is no decision about one routine.
    if (op.revoke) for (const schema of op.inSchemas) put(draft, ofNewRoutinesIn(schema), said);
    return;
  }
  for (const { name, arguments: types } of op.routines ?? []) {
    const key = resolveRoutine(draft.state, name);
    const found = draft.routines(key);
    const meant = types === undefined ? found : found.filter(({ definition }) => fits(definition, types));
    // The spelling of a type may differ from what we compare with: the only one is the one.
    for (const { definition } of meant.length > 0 || found.length > 1 ? meant : found)
      put(draft, executesKey(key, definition), said);
  }
  for (const one of routinesIn(draft, op.inSchemas)) {
    const key = executesKey(keyOf(one.schema, one.name), one.definition);
    // A GRANT on all of them before one is revoked from everybody says nothing about that one.
    if (op.revoke || get(draft.state.executes, key)?.["public"] === false) put(draft, key, said);
  }
}

function routinesIn(draft: Draft, schemas: readonly string[]): readonly Routine[] {
  if (schemas.length === 0) return [];
  return [...values(draft.state.routines)].flat().filter(({ schema }) => schemas.includes(schema));
}

function put(draft: Draft, key: string, said: Executes): void {
  const { executes } = draft.state;
  draft.state = { ...draft.state, executes: set(executes, key, { ...get(executes, key), ...said }) };
}

/** A text that isn't known grants or revokes something: of any routine that a statement has revoked. */
export function grantUnknown(draft: Draft): void {
  for (const key of [...keys(draft.state.executes)]) put(draft, key, { "(unknown)": true });
}
