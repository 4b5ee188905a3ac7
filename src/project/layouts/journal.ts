/** Drizzle's journal, which names the files that it runs, whatever they are called. */
import { isRecord, parseJson } from "../files/json.ts";
import type { FolderView } from "./layout.ts";

/** Below the folder of the migrations. */
export const journal = "meta/_journal.json";

/** A step, in the order in which it runs. */
export interface Entry {
  /** The stem of its file. */
  readonly tag: string;
  /** Milliseconds since 1970. */
  readonly when: number | undefined;
}

const known = new WeakMap<FolderView, readonly Entry[] | null>();

/** Undefined if there is no journal. Each folder that is looked at is asked several times. */
export function entriesOf(view: FolderView): readonly Entry[] | undefined {
  const before = known.get(view);
  if (before !== undefined) return before ?? undefined;
  const entries = readEntries(view);
  known.set(view, entries ?? null);
  return entries;
}

function readEntries(view: FolderView): readonly Entry[] | undefined {
  const json = parseJson(view.read(journal) ?? "");
  const entries = isRecord(json) ? json["entries"] : undefined;
  if (!Array.isArray(entries)) return undefined;
  return entries.flatMap((entry: unknown): Entry[] => {
    if (!isRecord(entry) || typeof entry["tag"] !== "string") return [];
    const when = entry["when"];
    return [{ tag: entry["tag"], when: typeof when === "number" ? when : undefined }];
  });
}

/** Stems of files with their places; undefined if there is no journal. */
export function journalOf(view: FolderView): ReadonlyMap<string, number> | undefined {
  const entries = entriesOf(view);
  return entries && new Map(entries.map(({ tag }, place) => [tag, place]));
}
