/** Migrations in JavaScript and TypeScript: each is read by itself. */
import { isMysqlFamily } from "../families.ts";
import type { HistoryReader, SourceHistory } from "../source.ts";
import { clientOf } from "./clients.ts";
import { nameMapper } from "./mapped-names.ts";
import { readCode } from "./read.ts";

export { loadCode, readCode } from "./read.ts";

/** After `loadCode`. */
export function openHistory(history: SourceHistory): HistoryReader {
  const isMysql = isMysqlFamily[history.dialect];
  const mapper = nameMapper(history);
  const client = clientOf(history, isMysql);
  return {
    read: (input) => ({
      migration: readCode({
        ...input,
        isMysql,
        mapName: mapper(input.readFile),
        client: client(input.readFile),
      }),
      after: undefined,
    }),
  };
}
