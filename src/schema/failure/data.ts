import type { Operation } from "../../model/operation.ts";
import type { Collector } from "./collector.ts";

/** Rows: every relation and column that a statement reads or writes. */
export function dataFailures(found: Collector, op: Operation): void {
  switch (op.kind) {
    case "insertRows":
    case "updateRows":
      if (found.relation(op.table)) for (const column of op.columns) found.column(op.table, column);
      found.query(op.query, op.table);
      return;
    case "deleteRows":
    case "mergeRows":
      found.relation(op.table);
      found.query(op.query, op.table);
      return;
    case "copyRows":
      if (op.table !== undefined && found.relation(op.table))
        for (const column of op.columns) found.column(op.table, column);
      found.query(op.query);
      return;
    case "selectRows":
      found.query(op.query);
      return;
    case "vacuum":
    case "analyze":
      for (const table of op.tables) found.relation(table);
      return;
    case "cluster":
      if (op.table !== undefined) found.relation(op.table);
      return;
    case "reindex":
      if (op.target === undefined) return;
      if (op.scope === "index") found.index(op.target);
      else if (op.scope === "table") found.relation(op.target);
      return;
    default:
  }
}
