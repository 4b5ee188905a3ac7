/** Constraints whose name is one of two (`ToolCall.conventional`), until a statement tells which. */
import type { Key } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import type { Constraint } from "../model.ts";

/** The other name of what `op` makes, for its constraint. */
export function otherName(
  { name, call }: Pick<Extract<Operation, { kind: "addCheck" }>, "name" | "call">,
  chosen: () => string,
): Pick<Constraint, "orElse"> {
  if (name === undefined || call?.conventional?.has(name.text) !== true) return {};
  return { orElse: call.conventional.get(name.text) ?? chosen() };
}

type Rename = (table: Key, from: Constraint, to: string) => void;

/** What an operation says of such names: the one that it uses is the constraint's, the one that it gives isn't. */
export function settleNames(draft: Draft, op: Operation, rename: Rename): void {
  switch (op.kind) {
    case "dropConstraint":
    case "validateConstraint":
    case "alterConstraint":
      use(draft, draft.resolve(op.table), op.name.text, rename);
      return;
    case "renameConstraint": {
      const table = draft.resolve(op.table);
      use(draft, table, op.name.text, rename);
      free(draft, table, op.to.text, rename);
      return;
    }
    case "dropIndex":
    case "renameIndex":
      if (op.onTable !== undefined) use(draft, draft.resolve(op.onTable), op.index.name, rename);
      return;
    case "addPrimaryKey":
    case "addUnique":
    case "addForeignKey":
    case "addCheck":
    case "addExclusion":
      if (op.name !== undefined) free(draft, draft.resolve(op.table), op.name.text, rename);
      return;
    default:
  }
}

function use(draft: Draft, table: Key, name: string, rename: Rename): void {
  const { constraints = [] } = draft.relation(table) ?? {};
  const found = constraints.find((one) => one.name === name) ?? constraints.find(({ orElse }) => orElse === name);
  if (found?.orElse === undefined) return;
  draft.changeConstraint(table, found.name, (one) => ({ ...one, orElse: undefined }));
  if (found.name !== name) rename(table, found, name);
}

function free(draft: Draft, table: Key, name: string, rename: Rename): void {
  const found = draft.relation(table)?.constraints.find((one) => one.name === name);
  if (found?.orElse === undefined || found.orElse === name) return;
  draft.changeConstraint(table, name, (one) => ({ ...one, orElse: undefined }));
  rename(table, found, found.orElse);
}
