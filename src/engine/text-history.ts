/** One text as a history of its own: the only migration that is known. */
import { openHistories, openedOf, type Opened } from "./open.ts";
import { codeHistory } from "../project/code-history.ts";
import { isSource } from "../project/code-tools.ts";
import type { Facts } from "../project/facts.ts";
import { memoryFileSystem } from "../project/files/file-system.ts";
import { handMade } from "../project/known-tools.ts";
import type { FileSystem, History } from "../project/migration.ts";
import { baseName, join, parentOf } from "../project/files/paths.ts";

/** What a tool that orders files by their names asks of one: the text counts here, whatever it is called. */
const prefixes = ["", "1_", "V1__"];

export function openText(path: string, text: string, facts: Facts): Opened & { readonly fs: FileSystem } {
  const fs = memoryFileSystem({ [path]: text });
  if (isSource(path)) {
    const only = codeHistory(path, text, facts.tool ?? handMade.name, facts.dialect ?? "postgres");
    return { fs, ...openedOf([only]) };
  }
  for (const prefix of prefixes) {
    const name = join(parentOf(path) ?? ".", prefix + baseName(path));
    const { histories, leftOut } = openHistories(memoryFileSystem({ [name]: text }), [name], facts);
    if (![...histories, ...leftOut].some(({ migrations }) => migrations.length > 0)) continue;
    return { fs, histories: histories.map((history) => under(path, history)), leftOut };
  }
  return { fs, histories: [], leftOut: [] };
}

/** The path as it was given; a single text has no order or names that could be wrong. */
const under = (path: string, history: History): History => ({
  ...history,
  migrations: history.migrations.map((migration) => ({
    ...migration,
    up: { ...migration.up, path },
    down: migration.down && { ...migration.down, path },
  })),
  problems: history.problems
    .filter(({ rule }) => rule === "syntax-error")
    .map((problem) => ({ ...problem, path })),
});
