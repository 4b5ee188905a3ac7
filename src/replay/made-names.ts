/** Names that migrations make or give, and keys that they need, for what looks ahead. */
import { keyOf, type Key, type QualifiedName } from "../model/names.ts";
import { splitKey } from "../schema/dependents.ts";
import type { Origin } from "../schema/model.ts";
import type { Step } from "./step.ts";

/** A table or view, or a column of a table, that a migration makes or gives its name; or what it needs of one. */
export interface MadeName {
  readonly table: Key;
  readonly column?: string | undefined;
  /** The table is a view. */
  readonly isView?: true;
  /** It makes nothing: it refers to the key of these columns, or of none, to the primary key; or it names an index. */
  readonly needs?: { readonly key: readonly string[] } | { readonly index: string };
  /** It makes nothing: the column becomes a key of its own, or its rows get values. */
  readonly keyed?: "unique" | "foreign key" | "filled";
  /** It makes nothing: its way back makes an enum of this name anew, with these labels alone. */
  readonly backTo?: readonly string[];
  readonly origin: Origin;
}

/** Enums that a way back makes anew: what has another label by then is refused, and one that is to stay is gone. */
export function enumsOfWayBack(steps: readonly Step[]): readonly MadeName[] {
  const renamed = new Map<string, string>();
  for (const { operation: one } of steps)
    if (one.kind === "renameObject" && one.name !== undefined) renamed.set(one.name.name, one.to.text);
  return steps.flatMap(({ operation, before, scope, script }) => {
    if (operation.kind !== "createType" || operation.form !== "enum") return [];
    const { type, labels, span } = operation;
    const [home, own] = splitKey(before.resolve(type));
    const origin = { migration: scope.migration.index, path: script.path, span };
    // Either the old one has given way to it, or it takes its place.
    const names = [own, renamed.get(own) ?? own];
    return [...new Set(names)].map((name) => ({ table: keyOf(home, name), backTo: labels, origin }));
  });
}

/** Those of one step. */
export function madeNames({ operation, after, skipped, scope, script }: Step): readonly MadeName[] {
  if (skipped) return [];
  const origin = { migration: scope.migration.index, path: script.path, span: operation.span };
  const keyed = (
    of: QualifiedName,
    columns: readonly { readonly text: string }[],
    as: MadeName["keyed"],
  ): readonly MadeName[] =>
    columns.length === 1 ? [{ table: after.resolve(of), column: columns[0]?.text, keyed: as, origin }] : [];
  switch (operation.kind) {
    case "createTable":
      return [{ table: after.resolve(operation.table), origin }];
    case "createView":
      return [{ table: after.resolve(operation.view), isView: true, origin }];
    case "renameTable": {
      const [home] = splitKey(after.resolve(operation.table));
      return [{ table: keyOf(home, operation.to.text), origin }];
    }
    case "addColumn":
      return [{ table: after.resolve(operation.table), column: operation.column.name.text, origin }];
    case "renameColumn":
      return [{ table: after.resolve(operation.table), column: operation.to.text, origin }];
    case "addForeignKey": {
      const key = operation.referencedColumns.map(({ text }) => text);
      return [
        { table: after.resolve(operation.references), needs: { key }, origin },
        ...keyed(operation.table, operation.columns, "foreign key"),
      ];
    }
    case "addUnique":
    case "addPrimaryKey":
      return keyed(operation.table, operation.columns, "unique");
    case "createIndex": {
      const [{ column } = {}, ...others] = operation.elements;
      const isKey = operation.unique && operation.where === undefined && others.length === 0;
      return isKey && column !== undefined ? keyed(operation.table, [{ text: column }], "unique") : [];
    }
    case "updateRows":
      return operation.columns.flatMap((column) => keyed(operation.table, [column], "filled"));
    case "dropIndex":
    case "renameIndex":
      return [{ table: after.resolve(operation.index), needs: { index: operation.index.name }, origin }];
    default:
      return [];
  }
}
