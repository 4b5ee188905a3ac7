import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

export interface FoundConfig {
  /** Absolute. */
  readonly path: string;
  /** As shown to the user. */
  readonly shown: string;
  readonly kind: "data" | "code";
  readonly text: string;
  /** `ddlint` for package.json. */
  readonly key?: string | undefined;
}

export const dataNames = ["ddlint.jsonc", "ddlint.json"];
export const codeNames = ["ddlint.config.js", "ddlint.config.mjs", "ddlint.config.ts"];

/** The configuration nearest above a folder; code only where no data lies beside it. Unreadable files count as absent. */
export function findConfig(cwd: string): FoundConfig | undefined {
  for (let folder = resolve(cwd); ;) {
    const found = findIn(folder, cwd);
    if (found) return found;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** The nearest folder with a configuration, from `folder` up to `cwd`; else `cwd`. All are absolute. */
export function configFolder(folder: string, cwd: string): string {
  const top = resolve(cwd);
  const isBelow = (path: string): boolean => path.startsWith(top.endsWith(sep) ? top : top + sep);
  for (let at = resolve(folder); isBelow(at); at = dirname(at)) if (findIn(at, top)) return at;
  return top;
}

/** A path as findings show it: relative to `cwd`, with `/`. */
export const shownPath = (path: string, cwd: string): string =>
  relative(resolve(cwd), resolve(cwd, path)).replaceAll(sep, "/");

function findIn(folder: string, cwd: string): FoundConfig | undefined {
  for (const name of dataNames) {
    const found = configAt(join(folder, name), cwd);
    if (found) return found;
  }
  const manifest = configAt(join(folder, "package.json"), cwd);
  if (manifest && /"ddlint"\s*:\s*\{/.test(manifest.text) && hasKey(manifest.text)) return manifest;
  for (const name of codeNames) {
    const found = configAt(join(folder, name), cwd);
    if (found) return found;
  }
  return undefined;
}

/** One file by its path; undefined if it can't be read. */
export function configAt(path: string, cwd: string): FoundConfig | undefined {
  const absolute = resolve(cwd, path);
  const text = readText(absolute);
  if (text === undefined) return undefined;
  const base = absolute.slice(absolute.lastIndexOf(sep) + 1);
  return {
    path: absolute,
    shown: relative(resolve(cwd), absolute).replaceAll(sep, "/"),
    kind: /\.(?:[cm]?js|[cm]?ts)$/.test(base) ? "code" : "data",
    text,
    key: base === "package.json" ? "ddlint" : undefined,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Absent, a folder or not ours to read: all the same to a search.
    return undefined;
  }
}

/** A package of this name is a dependency, not a configuration. */
function hasKey(text: string): boolean {
  try {
    const data: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof data === "object" && data !== null && "ddlint" in data;
  } catch {
    return false;
  }
}
