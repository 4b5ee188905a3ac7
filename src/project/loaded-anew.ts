/**
 * A program of the project that names files of SQL one after the other and sends them, of which the first drops all tables
 * that it makes: each run of it begins with empty tables.
 */
import type { FileSystem, Migration } from "./migration.ts";
import { baseName } from "./files/paths.ts";
import { sendsFiles } from "./own-runner.ts";
import { tablesDropped, tablesMade } from "./sql-words.ts";

export interface LoadedAnew {
  /** The program. */
  readonly path: string;
  /** Those that it names, from the first on. */
  readonly files: ReadonlySet<string>;
}

/** It writes down what it has run, and then doesn't run that again. */
const keepsCount = /\bapplied\b|\bexecuted_|\b\w{0,40}(?:_|schema)migrations?\b|\bchecksum/i;

export function loadedAnew(
  fs: FileSystem,
  root: string,
  migrations: readonly Migration[],
): LoadedAnew | undefined {
  const [first] = migrations;
  if (first === undefined || !dropsItsTables(first.up.text)) return undefined;
  for (const { path, text } of sendsFiles(fs, root)) {
    let at = -1;
    const named = new Set<string>();
    for (const one of migrations) {
      at = text.indexOf(baseName(one.up.path), at + 1);
      if (at < 0) break;
      named.add(one.up.path);
    }
    if (named.size > 1 && !keepsCount.test(text)) return { path, files: named };
  }
  return undefined;
}

function dropsItsTables(text: string): boolean {
  const made = tablesMade(text);
  const dropped = new Set(tablesDropped(text.slice(0, /\bcreate\s+table\b/i.exec(text)?.index ?? 0)));
  return made.length > 0 && made.every((name) => dropped.has(name));
}
