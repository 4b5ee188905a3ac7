/** Sources of a project in JavaScript and TypeScript, wherever they lie. */
import { sourcesBelow } from "./files/sources-below.ts";
import type { FileSystem } from "./migration.ts";

const source = /\.[cm]?[jt]sx?$/;
const most = 4000;
const longest = 65_536;

/** Whether one of them below a folder says so; undefined: none of those that were looked at does, and there are more. */
export function isInScripts(fs: FileSystem, top: string, words: RegExp): boolean | undefined {
  let files = 0;
  const isWanted = (name: string): boolean => source.test(name);
  for (const path of sourcesBelow(fs, top, { most: most + 1, notIn: /^(?:public|static)$/i, isWanted })) {
    if (words.test((fs.read(path) ?? "").slice(0, longest))) return true;
    files += 1;
    if (files > most) return undefined;
  }
  return false;
}
