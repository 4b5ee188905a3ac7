/** What is to be linted: paths, or a text on standard input. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { UserError, nearest, overlay, reasonOf, shownPath } from "../index.ts";
import type { FileSystem } from "../index.ts";

/**
 * The paths as they are shown.
 *
 * @throws UserError if one isn't there
 */
export function existing(paths: readonly string[], cwd: string): readonly string[] {
  for (const path of paths) if (!existsSync(resolve(cwd, path))) throw missing(path, cwd);
  return paths.map((path) => shownPath(path, cwd) || ".");
}

function missing(path: string, cwd: string): UserError {
  const folder = dirname(resolve(cwd, path));
  const near = existsSync(folder) ? nearest(basename(path), readdirSync(folder)) : undefined;
  const above = dirname(path) === "." ? "" : `${dirname(path)}/`;
  return new UserError(`there is no file or folder "${path}"`, { nearest: near && `${above}${near}` });
}

/** @throws UserError if it can't be read */
export function readStdin(): string {
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(readFileSync(0));
  } catch (error) {
    throw new UserError(`can't read standard input: ${reasonOf(error)}`);
  }
}

export interface Request {
  /** As they are shown; those that can be read. */
  readonly paths: readonly string[];
  /** Those of them that are folders. */
  readonly folders: readonly string[];
  readonly fs: FileSystem;
  /** Why each of the others can't be. */
  readonly unusable: readonly UserError[];
}

/**
 * Standard input takes the place of one file, whose history is read from the disk all the same; undefined where it
 * has no name: it is no part of any history.
 */
export function requestFor(
  text: string | undefined,
  filename: string | undefined,
  paths: readonly string[],
  cwd: string,
  fs: FileSystem,
): Request | undefined {
  if (text === undefined) return readable(paths, cwd, fs);
  if (filename === undefined) return undefined;
  const shown = shownPath(filename, cwd);
  return { paths: [shown], folders: [], fs: overlay(fs, { [shown]: text }), unusable: [] };
}

function readable(given: readonly string[], cwd: string, fs: FileSystem): Request {
  const paths: string[] = [];
  const folders: string[] = [];
  const unusable: UserError[] = [];
  for (const path of given) {
    const shown = shownPath(path, cwd) || ".";
    const isFile = fs.list(shown).length === 0 && fs.read(shown) !== undefined;
    const because = fs.refused?.().get(shown)?.because;
    if (isFile) paths.push(shown);
    else if (because !== undefined) unusable.push(new UserError(`"${path}" can't be read: ${because}`));
    else if (!existsSync(resolve(cwd, path))) unusable.push(missing(path, cwd));
    else {
      paths.push(shown);
      folders.push(shown);
    }
  }
  return { paths, folders, fs, unusable };
}
