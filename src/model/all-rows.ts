import type { DeleteRows } from "./operations/data.ts";

/** DELETE of all rows of its table. */
export const isOfAllRows = ({ where, among, limited }: DeleteRows): boolean =>
  among === undefined && limited !== true && (where === undefined || where.trivial);
