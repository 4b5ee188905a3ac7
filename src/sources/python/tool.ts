/** What a tool's reader is: it gets the files of a history in their order. */
import type { HistoryReader, SourceHistory } from "../source.ts";
import type { Sources } from "./modules.ts";

export interface PythonTool {
  /** As the project's tool is called. */
  readonly name: string;
  /** @param sources parsed files, shared by all migrations of the history */
  open(history: SourceHistory, sources: Sources): HistoryReader;
}
