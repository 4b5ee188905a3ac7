/** Migrations that are there and can't be read: each is reported, and the history continues without its text. */
import { isCode } from "../code-tools.ts";
import { handMade, toolFacts } from "../known-tools.ts";
import { isSql } from "../layouts/names.ts";
import type { FileProblem } from "../file-problem.ts";
import type { FileSystem, AnyHistory, History, Migration, Refusal } from "../migration.ts";
import { baseName, compareText, isWithin } from "../files/paths.ts";

/** A folder of this name is meant to hold migrations. */
export const isMigrationsName = (name: string): boolean =>
  /migrat|^(?:drizzle|evolutions|committed|changelogs?)$/i.test(name);

/** The histories with a problem for each migration that can't be read; asked for once all files were. */
export function withUnreadable(fs: FileSystem, histories: readonly History[]): readonly History[] {
  const refused = fs.refused?.();
  if (refused === undefined || refused.size === 0) return histories;
  return histories.map((history) => {
    const own = [...refused]
      .filter(([path]) => isWithin(history.root, path) && (isSql(path) || isCode(path)))
      .sort(([a], [b]) => compareText(a, b));
    if (own.length === 0) return history;
    const paths = new Set(own.map(([path]) => path));
    return {
      ...history,
      migrations: history.migrations.map((migration) => withoutText(migration, paths)),
      // What else was found out about such a file was found out about no text.
      problems: [
        ...history.problems.filter(({ path }) => !paths.has(path)),
        ...own.map(([path, { because }]) => problem(path, because)),
      ],
    };
  });
}

/** Folders that are called as if they held migrations, and can't be read: histories of which nothing is known. */
export function unreadableFolders(fs: FileSystem): readonly AnyHistory[] {
  return [...(fs.refused?.() ?? [])]
    .filter(([path, { isFolder }]) => isFolder && isMigrationsName(baseName(path)))
    .map(([path, refusal]) => unreadHistory(path, refusal));
}

const unreadHistory = (root: string, { because }: Refusal): AnyHistory => ({
  ...toolFacts(handMade),
  root,
  layout: "unreadable",
  evidence: ["the folder can't be read"],
  rollbacks: "none",
  keepsRollbacks: false,
  rollbackName: ({ name }) => name,
  migrations: [],
  problems: [problem(root, because)],
  trackingTables: [],
  dialect: "postgres",
});

const problem = (path: string, because: string): FileProblem => ({
  rule: "unreadable-migration",
  path,
  span: { start: 0, end: 0 },
  wholeFile: true,
  message: `can't be read: ${because}`,
});

function withoutText(migration: Migration, paths: ReadonlySet<string>): Migration {
  const { up, down } = migration;
  if (!paths.has(up.path) && (down === undefined || !paths.has(down.path))) return migration;
  return { ...migration, unread: true };
}
