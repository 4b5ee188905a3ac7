import { indexLines } from "../text/lines.ts";
import type { LineIndex } from "../text/lines.ts";

/** Texts by path as shown to the user, with their lines; indexed when first asked for. */
export interface Sources {
  text(path: string): string;
  lines(path: string): LineIndex;
}

/** A path without a text is taken as empty, so that its findings stand at 1:1. */
export function createSources(texts: ReadonlyMap<string, string>): Sources {
  const indexes = new Map<string, LineIndex>();
  const text = (path: string): string => texts.get(path) ?? "";
  return {
    text,
    lines(path) {
      let index = indexes.get(path);
      if (!index) indexes.set(path, (index = indexLines(text(path))));
      return index;
    },
  };
}
