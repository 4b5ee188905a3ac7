/** Files of Python in the project: which one an import means, and what stands in it. */
import type { Span } from "../../text/span.ts";
import { parsePython } from "./lezer/parse.ts";
import type { Scope } from "./scope.ts";
import type { Tree } from "./tree.ts";

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly program: Tree;
  readonly comments: readonly Span[];
}

/** A file as one run sees it: its names have the values that the run gave them. */
export interface Module extends Source {
  /** `shop.models`; empty where nothing says it: a migration is loaded by its path. */
  readonly dotted: string;
  readonly scope: Scope;
}

/** Parsed files by path; one for all migrations of a history. */
export class Sources {
  readonly #known = new Map<string, Source>();

  parse(path: string, text: string): Source {
    const known = this.#known.get(path);
    if (known?.text === text) return known;
    const source = { path, text, ...parsePython(text) };
    this.#known.set(path, source);
    return source;
  }
}

/** Packages of others: a folder of the project may have the name of one, such as `alembic/`. */
const external =
  /^(?:alembic|sqlalchemy|sqlmodel|django|flask\w*|rest_framework|pydantic\w*|psycopg\w*|pgvector|geoalchemy2|sqlalchemy_utils|typing\w*|collections|datetime|decimal|enum|functools|inspect|itertools|json|logging|math|operator|os|pathlib|re|string|sys|textwrap|time|uuid|__future__|abc|contextlib|dataclasses|importlib|warnings|hashlib|random|copy)(?:\.|$)/;

export interface Files {
  /** Text of a file of the project. */
  readonly readFile: (path: string) => string | undefined;
}

/** The file of a module, as Python would find it from a folder above `from`; undefined: it isn't the project's own. */
export function moduleFile(files: Files, from: string, dotted: string): string | undefined {
  if (dotted === "" || external.test(dotted)) return undefined;
  const path = dotted.replaceAll(".", "/");
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    for (const root of folder === "." ? ["", "src/"] : [`${folder}/`, `${folder}/src/`]) {
      const found = fileOf(files, `${root}${path}`);
      if (found !== undefined) return found;
    }
    if (folder === "." || folder === "") return undefined;
  }
}

/** `from ..fields import x`: two dots are the folder above that of the file. */
export function relativeFile(files: Files, from: string, dots: number, dotted: string): string | undefined {
  let folder = folderOf(from);
  for (let i = 1; i < dots; i++) folder = folder === "." ? ".." : folderOf(folder);
  const path = dotted.replaceAll(".", "/");
  const prefix = folder === "." ? "" : `${folder}/`;
  return path === "" ? readable(files, `${prefix}__init__.py`) : fileOf(files, `${prefix}${path}`);
}

const fileOf = (files: Files, path: string): string | undefined =>
  readable(files, `${path}.py`) ?? readable(files, `${path}/__init__.py`);

const readable = (files: Files, path: string): string | undefined =>
  files.readFile(path) === undefined ? undefined : path;

/** `.` for a file of the working directory. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : path.slice(0, at);
}

/** The folders above a file, innermost first, as prefixes. */
export function foldersAbove(path: string): readonly string[] {
  const found: string[] = [];
  for (let folder = folderOf(path); folder !== "."; folder = folderOf(folder)) found.push(`${folder}/`);
  return found;
}

export function cleaned(path: string): string {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && out.length > 0 && out.at(-1) !== "..") out.pop();
    else out.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + out.join("/");
}
