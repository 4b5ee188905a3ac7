/** Tables that can't have a primary key, or have one row by design. */
import type { Relation } from "./model.ts";

/** @param isKeyOfParts a primary key must have the columns that partitions are told apart by: no expression can be in one */
export const needsNoKey = (table: Relation, isKeyOfParts: boolean): boolean =>
  isCounter(table) || (isKeyOfParts && (table.partitionBy?.expressions.length ?? 0) > 0);

/** `hibernate_sequence`, in place of a sequence: its row is the next number. */
const isCounter = ({ columns: [first, ...more] }: Relation): boolean =>
  first?.name === "next_val" && more.length === 0;
