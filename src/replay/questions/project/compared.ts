/** What became of migrations since the commit that is compared with. */
import { statusOf, type Changes } from "../../../project/git/changes.ts";
import type { History, Migration, Script } from "../../../project/migration.ts";
import type { Read, Reading } from "../../replay.ts";
import { startOf } from "../../replayed-migration.ts";
import { movedFiles } from "./moved.ts";
import { newerTheirs, takenVersions, type Sides } from "./sides.ts";
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
    if (migration.kind === "repeatable" || accepted(migration, old)) return undefined;
    const { checked = (sql: string) => sql, edited: consequence } = history;
    const now = textOf(migration.up);
    if (checked(now, migration.changeset) === checked(textOf(up), old.changeset)) return undefined;
    const isComment = now !== textOf(up) && bare(up, read, history) === bare(migration.up, read, history);
    return { at, name, how: isComment ? "comments" : "text", since, consequence };
  };
  return then
    .flatMap(({ migrations }) => migrations)
    .filter(({ kind }) => kind !== "repeatable")
    .flatMap((old) => edited(old) ?? []);
}

/** It names the checksum of its old text, as far as that can be known. */
function accepted({ accepts }: Migration, old: Migration): boolean {
  if (accepts === undefined) return false;
  return accepts.any || accepts.sums.join("\0") !== (old.accepts?.sums ?? []).join("\0");
}

/** New migrations that come before one that was there, or that the other branch has got meanwhile. */
export function lateComers(
  now: readonly History[],
  changes: Changes,
  sides: readonly Sides[],
): readonly LateComer[] {
  const here = lateHere(now, changes);
  const known = new Set(here.map(({ at, name }) => `${at.path} ${name}`));
  const after = sides.flatMap((side): readonly LateComer[] => {
    const { late } = side.now;
    // Where the tool runs them all the same, only what doesn't commute depends on the order.
    if (late?.runs !== false) return [];
    // One that needs another version anyway then comes last.
    const taken = new Set(takenVersions(side, changes.since).map(({ name }) => name));
    return side.ours.flatMap((migration) => {
      const { name, up } = migration;
      const isKnown = known.has(`${up.path} ${name}`) || taken.has(name);
      const newest = isKnown ? undefined : newerTheirs(side, migration);
      return newest === undefined ? [] : [lateComer(migration, newest, late, changes.since)];
    });
  });
  return [...here, ...after];
}

const lateComer = (
  { name, up }: Migration,
  newest: Migration,
  late: History["late"],
  since: string,
): LateComer => ({
  at: startOf(up),
  name,
  newest: newest.name,
  since,
  consequence: late?.what,
  runs: late?.runs ?? true,
  instead: late?.instead,
});

function lateHere(now: readonly History[], changes: Changes): readonly LateComer[] {
  const moved = new Set(movedFiles(now, changes).values());
  return now.flatMap(({ migrations, late, inGraph }): readonly LateComer[] => {
    if (inGraph === true) return [];
    const versioned = migrations.filter(({ kind }) => kind === "versioned");
    const isNew = (one: Migration): boolean => statusOf(changes, one) === "added" && !moved.has(one.up.path);
    const newest = versioned.findLast((migration) => !isNew(migration));
    if (newest === undefined) return [];
    return versioned
      .filter((migration) => isNew(migration) && migration.index < newest.index)
      .map((migration) => lateComer(migration, newest, late, changes.since));
  });
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
