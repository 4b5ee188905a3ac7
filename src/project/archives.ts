/** Folders that a project keeps and no longer runs: `_archive/backend/migrations`, `migrations/old`. */
import type { AnyHistory } from "./migration.ts";
import { isWithin, parentOf, segments } from "./paths.ts";

const archive =
  /^_{0,2}(?:archived?|archives|attic|backups?|bak|deprecated|graveyard|obsolete|old|superseded|trash|unused)(?:[_-]?(?:code|files|migrations?|scripts|sql))?$/i;

const isArchived = ({ root }: AnyHistory): boolean => segments(root).some((name) => archive.test(name));

/**
 * Leaves them out where there are others, which say so. One that lies in the folder of a history may hold its
 * beginning.
 */
export function dropArchives(histories: Map<string, AnyHistory>): void {
  const old = [...histories].filter(([, history]) => isArchived(history));
  if (old.length === 0 || old.length === histories.size) return;
  for (const [key] of old) histories.delete(key);
  const [first] = histories.values();
  for (const [key, history] of histories) {
    const own = old.filter(([, { root }]) => isWithin(history.root, parentOf(root) ?? "."));
    const says = history === first ? old : own;
    if (says.length === 0) continue;
    const lines = says.map(([, { root }]) => `${root} is left out: its name says that it is an archive`);
    histories.set(key, {
      ...history,
      loose: [...(history.loose ?? []), ...new Set(lines)],
      ...(own.length === 0 ? {} : { continues: true }),
    });
  }
}
