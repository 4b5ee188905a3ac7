/** Files of SQL that migrations in code read by their names: they run as a part of those, and are no history. */
import type { AnyHistory, FileSystem } from "../migration.ts";
import { packageRootOf } from "../manifests.ts";
import { baseName, isWithin } from "../files/paths.ts";

const sqlFile = /[\w.-]{1,200}\.sql\b/g;
const mostFiles = 2000;
const longest = 65_536;

/** Histories of no tool most of whose files a history in code of the same project names; that is named with them. */
function readAmong(
  fs: FileSystem,
  histories: ReadonlyMap<string, AnyHistory>,
): ReadonlyMap<string, { readonly by: string; readonly count: number }> {
  const found = new Map<string, { readonly by: string; readonly count: number }>();
  const inCode = [...histories].filter(
    ([, { handMade, migrations }]) => !handMade && migrations.some(({ unread }) => unread === true),
  );
  if (inCode.length === 0) return found;
  const named = new Map<string, ReadonlySet<string>>();
  for (const [key, { handMade, migrations, root }] of histories) {
    if (!handMade || migrations.length === 0 || migrations.some(({ unread }) => unread === true)) continue;
    for (const [by, code] of inCode) {
      if (!isOfOneProject(fs, root, code.root)) continue;
      const names = named.get(by) ?? namesIn(fs, code);
      named.set(by, names);
      const count = migrations.filter(({ up }) => names.has(baseName(up.path))).length;
      if (count * 2 < migrations.length) continue;
      found.set(key, { by, count });
      break;
    }
  }
  return found;
}

const isOfOneProject = (fs: FileSystem, one: string, other: string): boolean =>
  isWithin(other, one) || packageRootOf(fs, one) === packageRootOf(fs, other);

function namesIn(fs: FileSystem, { migrations }: AnyHistory): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { up } of migrations.slice(-mostFiles))
    for (const [name] of (fs.read(up.path) ?? "").slice(0, longest).matchAll(sqlFile)) names.add(name);
  return names;
}

/** They are named with the history whose migrations read them. */
export function dropReadByCode(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, { by, count }] of readAmong(fs, histories)) {
    const own = histories.get(key);
    const main = histories.get(by);
    if (own === undefined || main === undefined) continue;
    histories.delete(key);
    const all = own.migrations.length;
    const says = `${own.root}: migrations of ${main.root} read ${String(count)} of its ${String(all)} files of SQL by name, so that they were not checked alone`;
    histories.set(by, { ...main, loose: [...(main.loose ?? []), says] });
  }
}
