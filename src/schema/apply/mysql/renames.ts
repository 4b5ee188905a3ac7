/** Renames in MySQL and MariaDB: views keep the words they were written with, made-up names follow their table. */
import { keyOf, type Key } from "../../../model/names.ts";
import type { RedefineColumn, RenameColumn, RenameTable } from "../../../model/operation.ts";
import type { Draft } from "../../draft.ts";
import type { Constraint } from "../../model.ts";
import { redefineColumn, renameColumnOf } from "../column.ts";
import { moveRelation } from "../move.ts";
import * as checks from "./checks.ts";
import * as keys from "./keys.ts";

export function renameTable(draft: Draft, op: RenameTable): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const schema = op.toSchema ?? draft.state.searchPath[0] ?? table.schema;
  const key = keyOf(schema, op.to.text);
  if (key === table.key) return;
  const indexes = draft.indexesOn(table.key);
  for (const index of indexes) draft.removeIndex(keyOf(index.schema, index.name));
  keepingViews(draft, table.key, () => {
    moveRelation(draft, table.key, schema, op.to.text);
  });
  for (const index of indexes) draft.putIndex({ ...index, schema: key, table: key });
  draft.change(key, (moved) => ({
    ...moved,
    constraints: moved.constraints.map((c) => withTable(c, table.name, op.to.text)),
  }));
}

/** `orders_ibfk_1`, MySQL's `orders_chk_1`. */
function withTable(constraint: Constraint, from: string, to: string): Constraint {
  const { kind, name } = constraint;
  const middle = kind === "foreign key" ? "_ibfk_" : kind === "check" ? "_chk_" : undefined;
  if (middle === undefined) return constraint;
  const start = `${from.toLowerCase()}${middle}`;
  return name.startsWith(start) && /^\d+$/.test(name.slice(start.length))
    ? { ...constraint, name: `${to.toLowerCase()}${middle}${name.slice(start.length)}` }
    : constraint;
}

export function renameColumn(draft: Draft, op: RenameColumn): void {
  const table = draft.resolve(op.table);
  keepingViews(draft, table, () => {
    renameColumnOf(draft, op);
  });
  checks.renameOwnCheck(draft, table, op.column.text, op.to.text);
}

export function redefine(draft: Draft, op: RedefineColumn): void {
  const table = draft.resolve(op.table);
  checks.forgetOwnCheck(draft, table, op.column.text);
  keepingViews(draft, table, () => {
    redefineColumn(draft, op);
  });
  keys.refreshPrefixes(draft, table, op.definition.name.text);
}

function keepingViews(draft: Draft, table: Key, rename: () => void): void {
  const views = draft.relationsUsing(table).filter(({ kind }) => kind === "view");
  rename();
  for (const { key, query } of views) draft.change(key, (view) => ({ ...view, query }));
}
