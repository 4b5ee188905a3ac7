/** Migrations whose file has moved since the commit that is compared with. */
import type { Changes } from "../../../project/git/changes.ts";
import type { History } from "../../../project/migration.ts";

/** Old path → new path, also where git doesn't see it: a file that it doesn't follow yet. */
export function movedFiles(
  now: readonly History[],
  { gone, status, base }: Changes,
): ReadonlyMap<string, string> {
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
