/** Migrations in Python: each tool reads its own. */
import type { HistoryReader, SourceHistory } from "../source.ts";
import { Sources } from "./modules.ts";
import { tools } from "./tools/index.ts";

export { loadLezer as loadPython } from "./lezer/parse.ts";

/** After `loadPython`. */
export function openHistory(history: SourceHistory): HistoryReader {
  const tool = tools.find(({ name }) => name === history.tool);
  return tool?.open(history, new Sources()) ?? { read: () => ({ migration: undefined, after: undefined }) };
}
