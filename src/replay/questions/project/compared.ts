/** What became of migrations since the commit that is compared with. */
import type { Changes } from "../../../project/changes.ts";
import type { History, Migration, Script } from "../../../project/migration.ts";
import type { Read, Reading } from "../../replay.ts";
import { startOf } from "../../replayed-migration.ts";
import type { EditedMigration, LateComer } from "../../step.ts";
import { addTo } from "../../../text/group.ts";

/** @param then the histories as they were */
export function editedMigrations(
  now: readonly History[],
  then: readonly History[],
  changes: Changes,
  read: Read,
): readonly EditedMigration[] {
  // Several migrations may stand in one file.
  const present = new Map<string, { readonly migration: Migration; readonly history: History }[]>();
  for (const history of now) {
    for (const migration of history.migrations) {
      const { path } = migration.up;
      addTo(present, path, { migration, history });
    }
  }
  const { since, gone } = changes;
  const moved = movedFiles(now, changes);
  const edited = (old: Migration): EditedMigration | undefined => {
    const { name, up } = old;
    const path = gone.has(up.path) ? moved.get(up.path) : up.path;
    const here = (path === undefined ? undefined : present.get(path)) ?? [];
    const found =
      here.find(({ migration }) => migration.name === name) ?? (here.length === 1 ? here[0] : undefined);
    if (found === undefined) {
      // A file that is there and no migration any more was no migration of ours.
      if (!gone.has(up.path) && here.length === 0) return undefined;
      return {
        at: { path: up.path, span: { start: 0, end: 0 }, wholeFile: true },
        name,
        how: "deleted",
        since,
      };
    }
    const { migration, history } = found;
    const at = startOf(migration.up);
    if (migration.name !== name) return { at, name, how: "renamed", to: migration.name, since };
    if (textOf(migration.up) === textOf(up)) return undefined;
    const how = bare(up, read, history) === bare(migration.up, read, history) ? "comments" : "text";
    return { at, name, how, since, consequence: history.edited };
  };
  return then
    .flatMap(({ migrations }) => migrations)
    .filter(({ kind }) => kind !== "repeatable")
    .flatMap((old) => edited(old) ?? []);
}

/** New migrations that come before one that was there. */
export function lateComers(now: readonly History[], changes: Changes): readonly LateComer[] {
  const moved = new Set(movedFiles(now, changes).values());
  return now.flatMap(({ migrations, late }): readonly LateComer[] => {
    const versioned = migrations.filter(({ kind }) => kind === "versioned");
    const isNew = ({ up }: Migration): boolean => changes.status(up.path) === "added" && !moved.has(up.path);
    const newest = versioned.findLast((migration) => !isNew(migration));
    if (newest === undefined) return [];
    return versioned
      .filter((migration) => isNew(migration) && migration.index < newest.index)
      .map(({ name, up }) => ({
        at: startOf(up),
        name,
        newest: newest.name,
        since: changes.since,
        consequence: late?.what,
        runs: late?.runs ?? true,
        instead: late?.instead,
      }));
  });
}

/** Old path → new path, also where git doesn't see it: a file that it doesn't follow yet. */
function movedFiles(now: readonly History[], { gone, status, base }: Changes): ReadonlyMap<string, string> {
  const moved = new Map<string, string>();
  const added = new Map(
    now
      .flatMap(({ migrations }) => migrations)
      .filter(({ up }) => up.text !== "" && status(up.path) === "added")
      .map(({ up }) => [up.written ?? up.text, up.path]),
  );
  for (const [from, to] of gone) {
    // What arrives from elsewhere was no migration before.
    const isArrival = to !== undefined && status(to) === "added";
    const path = isArrival ? undefined : (to ?? added.get(base.read(from) ?? ""));
    if (path !== undefined) moved.set(from, path);
  }
  return moved;
}

const textOf = ({ text, part }: Script): string => text.slice(part.start, part.end);

/** The text without comments, and with single blanks. */
function bare(script: Script, read: Read, reading: Reading): string {
  const { text, part } = script;
  let at = part.start;
  let out = "";
  for (const { start, end } of read(script, reading).comments) {
    out += `${text.slice(at, start)} `;
    at = end;
  }
  return (out + text.slice(at, part.end)).replaceAll(/\s+/g, " ").trim();
}
