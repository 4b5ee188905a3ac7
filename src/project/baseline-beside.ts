/** A file beside hand-made migrations that makes the tables they begin with, where the project names it. */
import { baseName, join, parentOf } from "./files/paths.ts";
import { scriptsNear } from "./found-runner.ts";
import { isSql } from "./layouts/names.ts";
import type { FileSystem, Migration } from "./migration.ts";
import { tablesMade } from "./sql-words.ts";

/** Folders beside that of the migrations in which such a file lies. */
const homes = ["", "sql", "db", "database", "schema"];
const mostFiles = 20;
const longest = 262_144;

/**
 * The file next to the folder, or in a usual place of the folder above, that a script, a README or a migration names, and
 * that makes a table that no migration makes: a new database is made from it.
 */
export function baselineBeside(
  fs: FileSystem,
  root: string,
  migrations: readonly Migration[],
): string | undefined {
  const own = new Set(migrations.flatMap(({ up }) => tablesMade(up.text)));
  const above = parentOf(root);
  const outer = above === undefined ? undefined : parentOf(above);
  const folders = [above, ...(outer === undefined ? [] : homes.map((home) => join(outer, home)))].filter(
    (folder) => folder !== undefined && folder !== root,
  );
  const candidates = [...new Set(folders.flatMap((folder) => filesIn(fs, folder ?? ".")))].filter((path) =>
    tablesMade((fs.read(path) ?? "").slice(0, longest)).some((table) => !own.has(table)),
  );
  if (candidates.length === 0) return undefined;
  const texts = [...namingTexts(fs, root, migrations)];
  return candidates.find((path) => texts.some((text) => names(text, baseName(path))));
}

const filesIn = (fs: FileSystem, folder: string): readonly string[] =>
  fs
    .list(folder)
    .filter((name) => !name.endsWith("/") && isSql(name))
    .slice(0, mostFiles)
    .map((name) => join(folder, name));

function* namingTexts(
  fs: FileSystem,
  root: string,
  [first, second]: readonly Migration[],
): Generator<string> {
  for (const one of [first, second]) if (one !== undefined) yield one.up.text;
  for (let folder: string | undefined = root; folder !== undefined; folder = parentOf(folder))
    for (const name of fs.list(folder))
      if (/^readme(?:\.\w+)?$/i.test(name)) yield fs.read(join(folder, name)) ?? "";
  for (const { text } of scriptsNear(fs, root)) yield text;
}

/** As a word, with or without its path. */
function names(text: string, file: string): boolean {
  for (let at = text.indexOf(file); at >= 0; at = text.indexOf(file, at + 1))
    if (!/[\w.-]/.test(text.charAt(at - 1)) && !/\w/.test(text.charAt(at + file.length))) return true;
  return false;
}
