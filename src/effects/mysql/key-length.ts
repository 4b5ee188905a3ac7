/** How long the parts of an index may be (MySQL manual, "InnoDB Limits"). */
import type { IndexElement } from "../../model/operation.ts";
import type { StatementContext } from "./statement-context.ts";
import { longest, written } from "./types.ts";

/** Bytes of all parts together, and of each in the newer row formats. */
const most = 3072;
/** Bytes of a part in COMPACT and REDUNDANT. */
const mostOfOld = 767;

/** Of string columns alone, whose length is known; undefined: short enough, as far as is known. */
export function keyLength(elements: readonly IndexElement[], context: StatementContext): string | undefined {
  const limit = ["compact", "redundant"].includes(context.rowFormat) ? mostOfOld : most;
  const parts = elements.map((element) => bytesOf(element, context));
  const tooLong = parts.some((bytes) => bytes > limit) || parts.reduce((a, b) => a + b, 0) > most;
  return tooLong && context.isStrict
    ? `Specified key was too long; max key length is ${limit} bytes`
    : undefined;
}

function bytesOf({ column, length }: IndexElement, context: StatementContext): number {
  const found = column === undefined ? undefined : context.column(column);
  const { type } = found ?? {};
  if (found === undefined || type === undefined) return 0;
  const isBinary = /binary$|blob$/.test(type.name);
  if (!isBinary && !/char$|text$/.test(type.name)) return 0;
  const characters = length ?? (/text$|blob$/.test(type.name) ? 0 : (type.modifiers[0] ?? 1));
  return characters * (isBinary ? 1 : (longest[written(found, context.server).charset] ?? 1));
}
