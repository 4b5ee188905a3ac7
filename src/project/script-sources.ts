/** Sources of a project in JavaScript and TypeScript, wherever they lie. */
import { join } from "./files/paths.ts";
import type { FileSystem } from "./migration.ts";

const source = /\.[cm]?[jt]sx?$/;
/** What isn't written here, or isn't the program: `dist/`, `node_modules/`, `.next/`. */
const skipped =
  /^(?:\..*|node_modules|dist|build|out|coverage|vendor|public|assets|static|tests?|__tests__)$/i;
const mostFolders = 2000;
const mostFiles = 4000;
const longest = 65_536;

/** Whether one of them below a folder says so; undefined: none of those that were looked at does, and there are more. */
export function isInScripts(fs: FileSystem, top: string, words: RegExp): boolean | undefined {
  const folders = [top];
  let files = 0;
  for (const folder of folders) {
    for (const name of fs.list(folder)) {
      if (name.endsWith("/")) {
        if (!skipped.test(name.slice(0, -1))) folders.push(join(folder, name.slice(0, -1)));
      } else if (source.test(name)) {
        if (words.test((fs.read(join(folder, name)) ?? "").slice(0, longest))) return true;
        files += 1;
      }
      if (folders.length > mostFolders || files > mostFiles) return undefined;
    }
  }
  return false;
}
