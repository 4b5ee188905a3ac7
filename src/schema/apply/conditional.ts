/** Operations under IF, CASE or EXCEPTION: what they drop or rename becomes unknown, what they make is uncertain. */
import { keyOf } from "../../model/names.ts";
import type { DropIndex, Operation, RenameIndex } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import { changedKeys, get as find, has as hasKey, values } from "../persistent.ts";
import { tablesOfTrigger } from "./named.ts";
import {
  columnTag,
  constraintTag,
  indexTag,
  policyTag,
  relationTag,
  resolveRoutine,
  resolveType,
  routineTag,
  schemaTag,
  triggerTag,
  typeTag,
} from "../state.ts";

/** True: the operation drops or renames, and its objects are unknown now. */
export function doubtConditional(draft: Draft, op: Operation): boolean {
  const renamed = (key: string, to: string): string => keyOf(key.slice(0, key.indexOf(".")), to);
  switch (op.kind) {
    case "dropTable":
      draft.doubt(relationTag(draft.resolve(op.table)));
      return true;
    case "dropView":
      draft.doubt(relationTag(draft.resolve(op.view)));
      return true;
    case "dropSequence":
      draft.doubt(relationTag(draft.resolve(op.sequence)));
      return true;
    case "dropIndex":
      draft.doubt(indexTag(indexKey(draft, op)));
      return true;
    case "dropColumn":
      draft.mark(draft.resolve(op.table), columnTag(op.column.text), "doubted");
      return true;
    case "dropConstraint": {
      const table = draft.resolve(op.table);
      draft.mark(table, constraintTag(op.name.text), "doubted");
      for (const index of draft.indexesOn(table))
        if (index.constraint === op.name.text) draft.doubt(indexTag(keyOf(index.schema, index.name)));
      // Of a table that may have this name by now.
      if (draft.relation(table) === undefined)
        draft.doubt(indexTag(keyOf(table.slice(0, table.indexOf(".")), op.name.text)));
      return true;
    }
    case "dropTrigger":
      draft.mark(draft.resolve(op.table), triggerTag(op.name.text), "doubted");
      return true;
    case "dropObject":
      if (op.object !== "trigger" || op.name === undefined) return false;
      for (const table of tablesOfTrigger(draft, op, op.name))
        draft.mark(table, triggerTag(op.name.name), "doubted");
      return true;
    case "dropPolicy":
      draft.mark(draft.resolve(op.table), policyTag(op.name.text), "doubted");
      return true;
    case "dropType":
      draft.doubt(typeTag(resolveType(draft.state, op.type)));
      return true;
    case "dropFunction":
      draft.doubt(routineTag(resolveRoutine(draft.state, op.function)));
      return true;
    case "dropSchema":
      draft.doubt(schemaTag(op.schema.text));
      for (const relation of [...values(draft.state.relations)])
        if (relation.schema === op.schema.text) draft.doubt(relationTag(relation.key));
      return true;
    case "renameTable":
    case "setTableSchema": {
      const from = draft.resolve(op.table);
      const to = op.kind === "renameTable" ? renamed(from, op.to.text) : keyOf(op.to.text, op.table.name);
      draft.doubt(relationTag(from));
      draft.doubt(relationTag(to));
      return true;
    }
    case "renameView": {
      const from = draft.resolve(op.view);
      draft.doubt(relationTag(from));
      draft.doubt(relationTag(renamed(from, op.to.text)));
      return true;
    }
    case "renameIndex": {
      const from = indexKey(draft, op);
      draft.doubt(indexTag(from));
      draft.doubt(indexTag(keyOf(from.slice(0, from.lastIndexOf(".")), op.to.text)));
      return true;
    }
    case "renameColumn":
    case "renameConstraint": {
      const tag = op.kind === "renameColumn" ? columnTag : constraintTag;
      const table = draft.resolve(op.table);
      const from = op.kind === "renameColumn" ? op.column.text : op.name.text;
      draft.mark(table, tag(from), "doubted");
      draft.mark(table, tag(op.to.text), "doubted");
      return true;
    }
    case "renameObject":
    case "setObjectSchema": {
      if (op.name === undefined) return true;
      draft.doubt(relationTag(draft.resolve(op.name)));
      draft.doubt(typeTag(resolveType(draft.state, op.name)));
      draft.doubt(routineTag(resolveRoutine(draft.state, op.name)));
      return true;
    }
    default:
      return false;
  }
}

/** What would go along: the keys and indexes of a column, what CASCADE takes. `after`: as if the operation had run. */
export function doubtLosses(draft: Draft, before: Draft["state"], after: Draft["state"]): void {
  for (const tag of changedKeys(before.gone, after.gone)) if (hasKey(after.gone, tag)) draft.doubt(tag);
  for (const key of changedKeys(before.relations, after.relations)) {
    const [old, now] = [find(before.relations, key), find(after.relations, key)];
    if (old === undefined || now === undefined) continue;
    for (const [members, tag] of memberTags) {
      const kept = new Set(now[members].map(({ name }) => name));
      for (const { name } of old[members]) if (!kept.has(name)) draft.mark(key, tag(name), "doubted");
    }
  }
}

const memberTags = [
  ["columns", columnTag],
  ["constraints", constraintTag],
  ["triggers", triggerTag],
  ["policies", policyTag],
] as const;

/** MySQL's indexes belong to their tables, and are dropped from them. */
const indexKey = (draft: Draft, { index, onTable }: DropIndex | RenameIndex): string =>
  onTable === undefined ? draft.resolve(index) : keyOf(draft.resolve(onTable), index.name);

/** Marks what a conditional operation made, by comparing the relation before and after it. */
export function markMade(draft: Draft, before: Draft["state"], op: Operation): void {
  const made =
    op.kind === "createTable"
      ? op.table
      : op.kind === "createView"
        ? op.view
        : op.kind === "createSequence"
          ? op.sequence
          : undefined;
  if (made !== undefined) {
    const key = draft.resolve(made);
    draft.perhaps(relationTag(key));
    draft.change(key, (old) => ({ ...old, complete: false }));
    return;
  }
  if (op.kind === "createIndex") {
    for (const index of draft.indexesOn(draft.resolve(op.table))) {
      const key = keyOf(index.schema, index.name);
      if (!hasKey(before.indexes, key)) draft.perhaps(indexTag(key));
    }
    return;
  }
  if (op.kind === "createType") draft.perhaps(typeTag(resolveType(draft.state, op.type)));
  else if (op.kind === "createDomain") draft.perhaps(typeTag(resolveType(draft.state, op.domain)));
  else if (op.kind === "createFunction") draft.perhaps(routineTag(resolveRoutine(draft.state, op.function)));
  else if (op.kind === "createSchema") draft.perhaps(schemaTag(op.schema.text));
  else if ("table" in op && op.table !== undefined) markMembers(draft, before, draft.resolve(op.table));
}

function markMembers(draft: Draft, before: Draft["state"], key: string): void {
  const old = find(before.relations, key);
  const now = draft.relation(key);
  if (now === undefined) return;
  const marks = find(before.members, key);
  for (const [members, tag] of memberTags) {
    if (old?.[members] === now[members]) continue;
    // What may have been dropped before is another one, if it was.
    const isSame = (name: string): boolean => marks === undefined || find(marks, tag(name)) !== "doubted";
    const same = new Set(old?.[members].flatMap(({ name }) => (isSame(name) ? [name] : [])));
    for (const { name } of now[members]) if (!same.has(name)) draft.mark(key, tag(name), "maybe");
  }
}
