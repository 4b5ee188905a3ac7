/**
 * `SET search_path` of an earlier migration, in the session that all of one run share. Most tools leave it as it is, and
 * Liquibase puts its default schema before it, which may not exist. Whoever runs the next migration alone has a fresh session:
 * in which schema it makes a table that it writes without one isn't known.
 */
import type { RunnerTransaction } from "../project/migration.ts";

/** Behind a script. `path`: what it leaves in search_path; `usual`: what a session begins with. */
export function leavesPathMoved(
  path: string | undefined,
  usual: readonly string[],
  resets: RunnerTransaction["resets"],
): boolean {
  const isReset = resets === "all" || resets?.includes("search_path") === true;
  if (isReset || path === undefined) return false;
  const [first = ""] = path.split(",").map((name) => name.trim().replace(/^(["'])(.*)\1$/, "$2"));
  return first !== "" && first !== "$user" && usual[0] !== first;
}
