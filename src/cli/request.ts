/** What is to be linted: paths, or a text on standard input. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { UserError, nearest, nodeFileSystem, overlay, shownPath } from "../index.ts";
import type { FileSystem } from "../index.ts";

export function existing(paths: readonly string[], cwd: string): readonly string[] {
  for (const path of paths) {
    const full = resolve(cwd, path);
    if (existsSync(full)) continue;
    const near = existsSync(dirname(full)) ? nearest(basename(full), readdirSync(dirname(full))) : undefined;
    const folder = dirname(path) === "." ? "" : `${dirname(path)}/`;
    throw new UserError(`there is no file or folder "${path}"`, { nearest: near && `${folder}${near}` });
  }
  return paths.map((path) => shownPath(path, cwd) || ".");
}

export const readStdin = (): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(readFileSync(0));

/**
 * Standard input takes the place of one file, whose history is read from the disk all the same; undefined where it
 * has no name: it is no part of any history.
 */
export function requestFor(
  text: string | undefined,
  filename: string | undefined,
  paths: readonly string[],
  cwd: string,
): { readonly paths: readonly string[]; readonly fs?: FileSystem } | undefined {
  if (text === undefined) return { paths: existing(paths, cwd) };
  if (filename === undefined) return undefined;
  const shown = shownPath(filename, cwd);
  return { paths: [shown], fs: overlay(nodeFileSystem(cwd), { [shown]: text }) };
}
