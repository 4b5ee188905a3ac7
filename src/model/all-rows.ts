import type { DeleteRows, UpdateRows } from "./operations/data.ts";

/** DELETE or UPDATE of all rows of its table. */
export const isOfAllRows = ({ where, among, limited }: DeleteRows | UpdateRows): boolean =>
  among === undefined && limited !== true && (where === undefined || where.trivial);
