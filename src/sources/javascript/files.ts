/** Paths and files that code names with constants: `fs.readFileSync(path.join(__dirname, "x.sql"))`. */
import type { Segment } from "../../text/source-map.ts";
import type { Reader } from "./evaluate.ts";
import { textOf, type ChainValue, type Value } from "./value.ts";

/** `path.join(…)`, `path.resolve(…)`, `new URL("x.sql", import.meta.url)`; undefined if it is none, or not constant. */
export function joinPaths(file: Reader, chain: ChainValue, folder: string): string | undefined {
  const link = chain.links.at(-1);
  if (chain.rootName === "process" && link?.name === "cwd") return ".";
  if (chain.links.length > 2 || link?.values === undefined) return undefined;
  if (link.name === "fileURLToPath" || (link.name === "" && chain.rootName === "fileURLToPath"))
    return pathOf(link.values[0], folder);
  const isJoin = /^(?:join|resolve)$/.test(link.name) || /^(?:join|resolve)$/.test(chain.rootName);
  if (!isJoin || (link.name !== "" && !/path/i.test(chain.rootName))) {
    const isFolder = (link.name || chain.rootName) === "dirname";
    return isFolder && file.text.slice(chain.at.start, chain.at.end).includes("import.meta")
      ? folder
      : undefined;
  }
  const parts = link.values.map((value) => pathOf(value, folder));
  return parts.every((part) => part !== undefined) ? parts.join("/") : undefined;
}

function pathOf(value: Value | undefined, folder: string): string | undefined {
  if (value?.is !== "new" || value.name !== "URL") return textOf(value);
  const relative = textOf(value.values[0]);
  return relative === undefined ? undefined : `${folder}/${relative}`;
}

/** The text of a file that `readFile` or `readFileSync` reads. */
export function fileText(file: Reader, chain: ChainValue): readonly Segment[] | undefined {
  const at = chain.links.findIndex(
    (link) => link.values !== undefined && /^(?:readFile|readFileSync)$/.test(link.name || chain.rootName),
  );
  const link = chain.links[at];
  if (link === undefined || chain.links.slice(at + 1).some(({ name }) => !/^(?:toString|trim)$/.test(name)))
    return undefined;
  const path = pathOf(link.values?.[0], folderOf(file.path));
  if (path === undefined || !/\.sql$/i.test(path)) return undefined;
  for (const place of [path, ...fromWorkingFolders(file.path, path)]) {
    const text = file.readFile(place);
    if (text === undefined) continue;
    const start = text.startsWith("\uFEFF") ? 1 : 0;
    return [{ text: text.slice(start), path: clean(place), at: { start, end: text.length }, exact: true }];
  }
  return undefined;
}

/** A path may begin where the migrations are run: in one of the folders around them, the nearest first. */
function fromWorkingFolders(path: string, given: string): readonly string[] {
  if (given.startsWith("/")) return [];
  const folders: string[] = [];
  for (let folder = folderOf(path); folder !== "." && folder !== ""; folder = folderOf(folder))
    folders.push(`${folder}/${given}`);
  return folders;
}

export function folderOf(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "." : path.slice(0, cut);
}

/** `a/b/../c` is `a/c`. */
export function clean(path: string): string {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && out.length > 0 && out.at(-1) !== "..") out.pop();
    else out.push(part);
  }
  const joined = out.join("/");
  return path.startsWith("/") ? `/${joined}` : joined === "" ? "." : joined;
}
