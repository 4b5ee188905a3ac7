/** Migrations in Ruby: those of Rails. */
import type { HistoryReader, SourceHistory } from "../source.ts";
import { Sources } from "./project.ts";
import { RailsReader } from "./rails/index.ts";

export { loadPrism as loadRuby } from "./prism/parse.ts";

/** After `loadRuby`. */
export const openHistory = (history: SourceHistory): HistoryReader => new RailsReader(history, new Sources());
