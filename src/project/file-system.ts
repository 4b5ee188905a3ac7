/** The ways to files: a disk, a map, and a map laid over either. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import type { FileSystem } from "./migration.ts";
import { compareText, join } from "./paths.ts";

/** Larger files are dumps, not migrations; reading one would only cost memory. */
const largest = 64 * 1024 * 1024;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** A migration that may not be read: taken as empty, its findings would be wrong. */
export class UnreadableError extends Error {}

/**
 * Files below `cwd`, or absolute paths as given. Symbolic links to folders are not followed and links to files only
 * within `cwd`, so a repository can neither make a walk endless nor show files from outside.
 */
export function nodeFileSystem(cwd: string): FileSystem {
  const home = attempt(() => realpathSync(cwd)) ?? resolve(cwd);
  const inside = (path: string): boolean => {
    const real = attempt(() => realpathSync(path));
    return real !== undefined && (real === home || real.startsWith(home.endsWith(sep) ? home : home + sep));
  };
  return {
    read(path) {
      const full = resolve(cwd, path);
      const readable = (): string => {
        try {
          return utf8.decode(readFileSync(full));
        } catch (error) {
          const isDenied = error instanceof Error && "code" in error && error.code === "EACCES";
          if (isDenied && path.endsWith(".sql"))
            throw new UnreadableError(`can't read "${path}": permission denied`);
          throw error;
        }
      };
      return attempt(() => {
        const stat = statSync(full);
        if (!stat.isFile() || stat.size > largest) return undefined;
        return readable();
      });
    },
    list(folder) {
      const full = resolve(cwd, folder);
      const entries = attempt(() => readdirSync(full, { withFileTypes: true })) ?? [];
      const names: string[] = [];
      for (const entry of entries) {
        if (entry.isDirectory()) names.push(`${entry.name}/`);
        else if (entry.isFile()) names.push(entry.name);
        else if (entry.isSymbolicLink()) {
          const target = resolve(full, entry.name);
          if (attempt(() => statSync(target))?.isFile() === true && inside(target)) names.push(entry.name);
        }
      }
      return names.sort(compareText);
    },
    stamp: (path) =>
      attempt(() => {
        const { mtimeMs, ctimeMs, size } = statSync(resolve(cwd, path));
        return `${mtimeMs} ${ctimeMs} ${size}`;
      }),
  };
}

/** What is missing, unreadable or a loop of links counts as absent. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    return undefined;
  }
}

/** Files given as path → text. */
export function memoryFileSystem(files: Readonly<Record<string, string>>): FileSystem {
  const texts = new Map<string, string>();
  const folders = new Map<string, Set<string>>();
  for (const [name, text] of Object.entries(files)) {
    const path = join(name);
    texts.set(path, text);
    const absolute = path.startsWith("/");
    const parts = path.split("/").filter((part) => part !== "");
    let folder = absolute ? "/" : ".";
    for (const [index, part] of parts.entries()) {
      const isFile = index === parts.length - 1;
      const names = folders.get(folder) ?? new Set<string>();
      folders.set(folder, names.add(isFile ? part : `${part}/`));
      folder = join(folder, part);
    }
  }
  return {
    read: (path) => texts.get(join(path)),
    list: (folder) => [...(folders.get(join(folder)) ?? [])].sort(compareText),
  };
}

/** `files` (editor buffers) shown instead of, or beside, what `base` has. */
export function overlay(base: FileSystem, files: Readonly<Record<string, string>>): FileSystem {
  const top = memoryFileSystem(files);
  return {
    read: (path) => top.read(path) ?? base.read(path),
    list: (folder) => [...new Set([...base.list(folder), ...top.list(folder)])].sort(compareText),
  };
}
