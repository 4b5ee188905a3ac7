/** Migrations in JavaScript and TypeScript: each is read by itself. */
import { isMysqlFamily } from "../families.ts";
import type { HistoryReader, SourceHistory } from "../source.ts";
import { readCode } from "./read.ts";

export { loadCode, readCode } from "./read.ts";

/** After `loadCode`. */
export const openHistory = ({ dialect }: SourceHistory): HistoryReader => ({
  read: (input) => ({ migration: readCode({ ...input, isMysql: isMysqlFamily[dialect] }), after: undefined }),
});
