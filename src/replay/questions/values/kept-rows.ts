/**
 * Rows that a migration deletes, and that are still there afterwards: written again, or copied into another table before;
 * or that would have gone soon anyway.
 */
import type { Key } from "../../../model/names.ts";
import type { Place, Step } from "../../step.ts";
import { leftEmpty } from "../rows/needs-no-row.ts";
import { isShortLived } from "../rows/short-lived.ts";

/** What to say of DELETE or TRUNCATE. */
export interface Reload {
  readonly severity?: "warning" | "note";
  readonly instead?: string;
  readonly related?: readonly { readonly at: Place; readonly message: string }[];
}

/** See `ValueQuestions.reloads`. */
export function reloads(step: Step): Reload {
  const { operation, before, neighbours } = step;
  if (operation.kind === "truncateTable")
    return isShortLived(step) ? { severity: "note", instead: expired } : {};
  if (operation.kind !== "deleteRows") return {};
  const table = before.resolve(operation.table);
  const written = neighbours("later", "insertRows").filter(
    (one) => one.before.resolve(one.operation.table) === table,
  );
  const isWhole =
    written.every(({ operation: { rows } }) => rows !== undefined) &&
    written.reduce((sum, { operation: { rows = 0 } }) => sum + rows, 0) > 1;
  if (isWhole) return { severity: "warning", instead: rowByRow };
  const copy = neighbours("earlier", "insertRows").find(
    (one) => copiesAll(one, table) && staysAfter(step, one),
  );
  if (copy === undefined) {
    if (!isShortLived(step)) return {};
    return { severity: "warning", instead: leftEmpty(step.scope).has(table) ? needed : expired };
  }
  return {
    severity: "warning",
    related: [
      { at: { path: copy.script.path, span: copy.operation.head }, message: "its rows are copied here" },
    ],
  };
}

const lives = "Such rows don't live long";
const isNoLoss = "if none is needed any more, or whoever has one can get another";
const expired = `${lives}: ${isNoLoss}, say so in a suppression comment. Otherwise delete only those that have expired.`;
const needed = `${lives}, and with one this migration fails: ${isNoLoss}, say so in a suppression comment.`;

const rowByRow =
  "Write the rows that are new or differ, and delete by their keys those that are no longer wanted: rows of other tables may refer to the others.";

/** `INSERT INTO legacy_orders SELECT * FROM orders`. */
function copiesAll({ operation, before, skipped, refused }: Step<"insertRows">, table: Key): boolean {
  const { query, where, conditional, onConflict } = operation;
  const [source, ...others] = query.relations;
  if (source === undefined || others.length > 0 || before.resolve(source) !== table) return false;
  if (skipped || refused || conditional === true || query.limited || query.grouped === true) return false;
  return query.stars.length === 1 && onConflict === undefined && (where === undefined || where.trivial);
}

/** The copy is a table of its own, and nothing of the migration takes its rows away. */
function staysAfter({ scope, before }: Step, { operation: { table } }: Step<"insertRows">): boolean {
  const [now, end] = [before.relation(table), scope.after.relation(before.resolve(table))];
  return (
    now.is === "present" &&
    !now.value.temporary &&
    end.is === "present" &&
    end.value.emptied === now.value.emptied
  );
}
