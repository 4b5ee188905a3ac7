/** What goes with the rows that a DELETE takes away. */
import type { Key } from "../../../model/names.ts";
import { nameInPath, splitKey } from "../../../schema/dependents.ts";
import type { Constraint, ForeignKey, Origin } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

/** Tables whose rows go along. */
export interface Along {
  /** The first one, and how many more: `tasks and 1 more`. */
  readonly tables: string;
  /** The foreign keys by which they go. */
  readonly related: readonly { readonly at: Origin; readonly message: string }[];
}

/** See `DependentQuestions.deletedAlong`. */
export function deletedAlong(schema: Schema, table: Key): Along | undefined {
  const seen = new Set<Key>([table]);
  const related: { readonly at: Origin; readonly message: string }[] = [];
  for (const parent of seen)
    for (const { table: child, constraint: key } of schema.foreignKeysTo(parent)) {
      if (key.onDelete !== "cascade" || !key.enforced || seen.has(child)) continue;
      seen.add(child);
      related.push({ at: key.origin, message: `deletes rows of ${shown(schema, child)} along` });
    }
  const [, first] = seen;
  if (first === undefined) return undefined;
  const rest = seen.size > 2 ? ` and ${seen.size - 2} more` : "";
  return { tables: shown(schema, first) + rest, related };
}

const shown = (schema: Schema, key: Key): string => nameInPath(schema, ...splitKey(key));

/** What ON DELETE does: a foreign key that has no action refuses the DELETE. */
type Action = "refuses" | "cascade" | "set null" | "set default";

/** Another action than that of the foreign key whose place this one takes. */
export interface NewAction {
  readonly to: Action;
  /** The foreign key whose place it takes. */
  readonly was: Origin;
}

/** See `DependentQuestions.newAction`. */
export function newAction({ operation, before, scope, createdPending }: Step): NewAction | undefined {
  if (operation.kind !== "addForeignKey" || createdPending(operation.table) === "yes") return undefined;
  const found = scope.before.relation(operation.table);
  if (found.is !== "present") return undefined;
  const columns = operation.columns.map(({ text }) => text).join();
  const isAlike = (other: Constraint): other is ForeignKey =>
    other.kind === "foreign key" &&
    other.columns.join() === columns &&
    other.references === before.resolve(operation.references);
  const [old, ...more] = found.value.constraints.filter(isAlike);
  const end = scope.after.relation(operation.table);
  if (old === undefined || more.length > 0 || end.is !== "present") return undefined;
  const [from, to] = [actionOf(old.onDelete), actionOf(operation.onDelete)];
  const isOnly = end.value.constraints.filter(isAlike).every((one) => actionOf(one.onDelete) === to);
  return from === to || !isOnly ? undefined : { to, was: old.origin };
}

const actionOf = (onDelete: string | undefined): Action =>
  onDelete === "cascade" || onDelete === "set null" || onDelete === "set default" ? onDelete : "refuses";
