/** Which migrations are new or changed where one file holds several. */
import type { Changes, FileStatus } from "./changes.ts";
import type { AnyHistory, Migration } from "../migration.ts";

/**
 * The changes, with an answer for each migration of a file that has changed and holds several: a changelog that
 * somebody appends to. One that a changelog includes anew is new, also if its file isn't.
 *
 * @param then the histories as they were; read only where it depends on them
 */
export function withParts(
  changes: Changes,
  now: readonly AnyHistory[],
  then: () => readonly AnyHistory[],
  read: (path: string) => string | undefined,
): Changes {
  const { status, moved, base } = changes;
  const parts = now
    .filter(({ migrations }) => holdsParts(migrations))
    .flatMap(({ root, migrations }) => migrations.map((migration) => ({ root, migration })));
  const isOpen = parts.some(({ migration: { changeset, up } }) =>
    changeset === undefined ? status(up.path) === "modified" : changes.touchesOld,
  );
  if (!isOpen) return changes;
  const old = new Map<string, string>();
  const roots = new Set<string>();
  const files = new Set<string>();
  for (const { root, migrations } of then()) {
    roots.add(root);
    for (const one of migrations) {
      files.add(one.up.path);
      old.set(
        keyOf(one.up.path, one.name),
        textOf(one, (path) => base.read(path)),
      );
    }
  }
  const known = new Map<string, FileStatus>();
  for (const { root, migration } of parts) {
    const { name, up, changeset } = migration;
    const own = status(up.path);
    const from = moved.get(up.path) ?? up.path;
    const isKnown = files.has(from) || (changeset !== undefined && roots.has(root));
    if (own === "added" || !isKnown || (own === "unchanged" && changeset === undefined)) continue;
    const before = old.get(keyOf(from, name));
    const is = before === undefined ? "added" : before === textOf(migration, read) ? "unchanged" : "modified";
    known.set(keyOf(up.path, name), is);
  }
  return { ...changes, ofPart: (path, name) => known.get(keyOf(path, name)) };
}

const keyOf = (path: string, name: string): string => `${path}\0${name}`;

/** Changesets, or several migrations in one file. */
function holdsParts(migrations: readonly Migration[]): boolean {
  const paths = new Set(migrations.map(({ up }) => up.path));
  return paths.size < migrations.length || migrations.some(({ changeset }) => changeset !== undefined);
}

/** As the file writes it, there and back. */
function textOf({ up, down, changeset }: Migration, read: (path: string) => string | undefined): string {
  if (changeset !== undefined) {
    const { start, end } = changeset.node.at;
    return (read(up.path) ?? "").slice(start, end);
  }
  return [up, down].map((script) => script?.text.slice(script.part.start, script.part.end) ?? "").join("\0");
}
