/** Finds a program as a shell does, but never in a folder that depends on where one stands. */
import { accessSync, constants, statSync } from "node:fs";
import { posix, win32 } from "node:path";

/** What of the process is asked. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
}

/**
 * The absolute path of a program; undefined: no folder of `PATH` has it. One with a slash is a path already, and stays.
 * The current folder is searched nowhere, on Windows neither: a pull request could bring `git.exe`.
 */
export function findProgram(name: string, surroundings: Surroundings = {}): string | undefined {
  const { platform = process.platform } = surroundings;
  const isWindows = platform === "win32";
  const path = isWindows ? win32 : posix;
  if (name !== path.basename(name)) return name;
  // Scripts (`.cmd`) can't be started without a shell.
  const files = isWindows && !/\.(?:exe|com)$/i.test(name) ? [`${name}.exe`, `${name}.com`] : [name];
  return searchedFolders(surroundings)
    .flatMap((folder) => files.map((file) => path.join(folder, file)))
    .find(isProgram);
}

/** The folders of `PATH`, without its empty and relative entries and those that npm adds for a project's packages. */
export function searchedFolders({ env = process.env, platform = process.platform }: Surroundings = {}) {
  const path = platform === "win32" ? win32 : posix;
  const given = Object.entries(env).find(([name]) => isSearchPath(name, platform))?.[1] ?? "";
  return given
    .split(path.delimiter)
    .map((folder) => (platform === "win32" ? folder.replaceAll('"', "") : folder))
    .filter((folder) => path.isAbsolute(folder) && !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder));
}

/** Windows writes it `Path`. */
export const isSearchPath = (name: string, platform: string = process.platform): boolean =>
  platform === "win32" ? name.toUpperCase() === "PATH" : name === "PATH";

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not for us
  }
}
