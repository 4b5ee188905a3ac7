/**
 * A CREATE TABLE that the server refuses, as its name is taken: the table that has it stays. What follows may be written for
 * the other definition, which may be there once the migration is corrected.
 */
import type { CreateTable, Operation } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import type { Failure } from "../failure.ts";
import { schemaOf } from "../schema.ts";
import { createdKey } from "../skip.ts";
import { columnTag, constraintTag } from "../state.ts";

export const isTaken = ({ table }: CreateTable, failures: readonly Failure[]): boolean =>
  failures.some(({ kind, span }) => kind === "duplicate-table" && span === table.span);

/** True: it is such a statement, and nothing else is to be done. */
export function keepsTaken(draft: Draft, op: Operation, failures: readonly Failure[]): boolean {
  if (op.kind !== "createTable" || !isTaken(op, failures)) return false;
  doubtOtherColumns(draft, op);
  return true;
}

function doubtOtherColumns(draft: Draft, op: CreateTable): void {
  const key = createdKey(schemaOf(draft.state), op.table, op.temporary);
  const there = draft.relation(key);
  if (there === undefined) return;
  for (const { name } of op.columns)
    if (!there.columns.some((column) => column.name === name.text))
      draft.mark(key, columnTag(name.text), "doubted");
}

/** A constraint that it declares. */
export function doubtDeclared(draft: Draft, op: Operation): void {
  if (!("within" in op) || op.name === undefined) return;
  const key = draft.resolve(op.table);
  if (draft.relation(key)?.constraints.some(({ name }) => name === op.name?.text) === true) return;
  draft.mark(key, constraintTag(op.name.text), "doubted");
}
