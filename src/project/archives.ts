/** Folders that a project keeps and no longer runs: `_archive/backend/migrations`, `migrations/old`. */
import type { AnyHistory } from "./migration.ts";
import { isWithin, parentOf, segments } from "./paths.ts";

const behind = "(?:[_-]?(?:code|files|migrations?|scripts|sql))";
const past = "archived|attic|bak|deprecated|obsolete|old|superseded|unused";
const old = new RegExp(`^_{0,2}(?:${past}|graveyard)${behind}?$`, "i");
/** What a service may be called as well. */
const word = "(?:archives?|backups?|trash)";
const kept = new RegExp(`^(?:_{1,2}${word}${behind}?|${word}${behind})$`, "i");
/** `migrations_backup`, `migrations-old` */
const marked = new RegExp(`^(?:\\w{1,40}_)?migrations?[-_.](?:${past}|${word}|disabled)\\d{0,8}$`, "i");
const keptBelow = new RegExp(`^${word}$`, "i");

function isArchived({ root }: AnyHistory): boolean {
  const names = segments(root);
  return (
    names.some((name) => old.test(name) || kept.test(name) || marked.test(name)) ||
    keptBelow.test(names.at(-1) ?? "")
  );
}

/**
 * Leaves them out where there are others, which say so. One that lies in the folder of a history may hold its
 * beginning.
 */
export function dropArchives(histories: Map<string, AnyHistory>): void {
  const archives = [...histories].filter(([, history]) => isArchived(history));
  if (archives.length === 0 || archives.length === histories.size) return;
  for (const [key] of archives) histories.delete(key);
  const [first] = histories.values();
  for (const [key, history] of histories) {
    const own = archives.filter(([, { root }]) => isWithin(history.root, parentOf(root) ?? "."));
    const says = history === first ? archives : own;
    if (says.length === 0) continue;
    const lines = says.map(([, { root }]) => `${root} is left out: its name says that it is an archive`);
    histories.set(key, {
      ...history,
      loose: [...(history.loose ?? []), ...new Set(lines)],
      ...(own.length === 0 ? {} : { continues: true }),
    });
  }
}
