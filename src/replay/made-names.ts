/** Names that migrations make or give, and keys that they need, for what looks ahead. */
import { keyOf, type Key } from "../model/names.ts";
import { splitKey } from "../schema/dependents.ts";
import type { Origin } from "../schema/model.ts";
import type { Step } from "./step.ts";

/** A table, or a column of one, that a migration makes or gives its name; or what it needs of one. */
export interface MadeName {
  readonly table: Key;
  readonly column?: string | undefined;
  /** It makes nothing: it refers to the key of these columns, or of none, to the primary key; or it names an index. */
  readonly needs?: { readonly key: readonly string[] } | { readonly index: string };
  readonly origin: Origin;
}

/** Those of one step. */
export function madeNames({ operation, after, skipped, scope, script }: Step): readonly MadeName[] {
  if (skipped) return [];
  const origin = { migration: scope.migration.index, path: script.path, span: operation.span };
  switch (operation.kind) {
    case "createTable":
      return [{ table: after.resolve(operation.table), origin }];
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
      return [{ table: after.resolve(operation.references), needs: { key }, origin }];
    }
    case "dropIndex":
    case "renameIndex":
      return [{ table: after.resolve(operation.index), needs: { index: operation.index.name }, origin }];
    default:
      return [];
  }
}
