/** Rows that the history itself has written, each with a name of its own, and statements that choose them by it. */
import { get } from "../../../schema/persistent.ts";
import { growth } from "../rows/few-rows.ts";
import type { Step } from "../../step.ts";
import { fillsAfter, type Fills } from "./fills.ts";
import { namesRowOf } from "./given-names.ts";
import { askedFor } from "./row-patches.ts";

/**
 * `UPDATE files SET link = '…' WHERE filename = 'first.pdf'`, where one row has been inserted with that name: it is meant,
 * whatever has been written since.
 */
export function isRowOfHistory(step: Step, fills: Fills): boolean {
  const { operation, before, earlier } = step;
  const asked = askedFor(operation);
  const found = asked === undefined ? undefined : before.relation(asked.table);
  if (asked === undefined || found?.is !== "present") return false;
  if (!namesRowOf(found.value.name, asked.column) || growth(before, found.value) > 1) return false;
  const { names } = fillsAfter(fills, earlier());
  return get(names, `${found.value.key}.${asked.column} ${asked.text}`) === 1;
}
