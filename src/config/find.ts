import { dirname, join, relative, resolve, sep } from "node:path";
import { openDisk, type Disk } from "../project/files/disk.ts";
import { foldersOfProject, rootAround, workTreeTop } from "../project/files/root.ts";

export interface FoundConfig {
  /** Absolute. */
  readonly path: string;
  /** As shown to the user. */
  readonly shown: string;
  readonly kind: "data" | "code";
  readonly text: string;
  /** `ddlint` for package.json. */
  readonly key?: string | undefined;
  /** It is there and can't be read: why. Then its text is empty. */
  readonly refused?: string | undefined;
}

export const dataNames = ["ddlint.jsonc", "ddlint.json"];
export const codeNames = ["ddlint.config.js", "ddlint.config.mjs", "ddlint.config.ts"];

/** The configuration nearest above a folder, within its work tree; code only where no data lies beside it. */
export function findConfig(cwd: string): FoundConfig | undefined {
  const top = workTreeTop(cwd);
  for (const folder of foldersOfProject(cwd)) {
    const found = findIn(folder, cwd, openDisk({ root: top ?? folder }));
    if (found) return found;
  }
  return undefined;
}

/** The nearest folder with a configuration, from `folder` up to `cwd`; else `cwd`. All are absolute. */
export function configFolder(folder: string, cwd: string): string {
  const top = resolve(cwd);
  const disk = openDisk({ root: rootAround(top) });
  const isBelow = (path: string): boolean => path.startsWith(top.endsWith(sep) ? top : top + sep);
  for (let at = resolve(folder); isBelow(at); at = dirname(at)) if (findIn(at, top, disk)) return at;
  return top;
}

/** A path as findings show it: relative to `cwd`, with `/`. */
export const shownPath = (path: string, cwd: string): string =>
  relative(resolve(cwd), resolve(cwd, path)).replaceAll(sep, "/");

function findIn(folder: string, cwd: string, disk: Disk): FoundConfig | undefined {
  for (const name of dataNames) {
    const found = configAt(join(folder, name), cwd, disk);
    if (found) return found;
  }
  const manifest = configAt(join(folder, "package.json"), cwd, disk);
  if (manifest && /"ddlint"\s*:\s*\{/.test(manifest.text) && hasKey(manifest.text)) return manifest;
  for (const name of codeNames) {
    const found = configAt(join(folder, name), cwd, disk);
    if (found) return found;
  }
  return undefined;
}

/** One file by its path; undefined if there is none. */
export function configAt(path: string, cwd: string, disk: Disk): FoundConfig | undefined {
  const absolute = resolve(cwd, path);
  const answer = disk.text(absolute);
  if (answer.is === "absent") return undefined;
  const base = absolute.slice(absolute.lastIndexOf(sep) + 1);
  return {
    path: absolute,
    shown: relative(resolve(cwd), absolute).replaceAll(sep, "/"),
    kind: /\.(?:[cm]?js|[cm]?ts)$/.test(base) ? "code" : "data",
    text: answer.is === "there" ? answer.value : "",
    key: base === "package.json" ? "ddlint" : undefined,
    refused: answer.is === "refused" ? answer.because : undefined,
  };
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
