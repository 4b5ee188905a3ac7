/** Names that migrations make or give, for what looks ahead. */
import { keyOf, type Key } from "../model/names.ts";
import { splitKey } from "../schema/dependents.ts";
import type { Origin } from "../schema/model.ts";
import type { Step } from "./step.ts";

/** A table, or a column of one, that a migration makes or gives its name. */
export interface MadeName {
  readonly table: Key;
  readonly column?: string | undefined;
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
    default:
      return [];
  }
}
