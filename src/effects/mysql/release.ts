/** Releases of MySQL and MariaDB: `8.0.36`, `10.11`. */
import type { ServerContext } from "../effects.ts";

export interface MysqlServer extends ServerContext {
  readonly isMariaDb: boolean;
  readonly release: readonly number[];
}

/** `8.0.36-0ubuntu1` → [8, 0, 36]; a part that isn't written is the latest. */
export function releaseOf(version: string): readonly number[] {
  const parts = /^\D{0,10}(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?/.exec(version.trim());
  if (parts === null) return [];
  return parts.slice(1).flatMap((part: string | undefined) => (part === undefined ? [] : [Number(part)]));
}

/** Is the server of release `since` or later? */
export function isSince({ release }: Pick<MysqlServer, "release">, since: string): boolean {
  for (const [i, part] of releaseOf(since).entries()) {
    const own = release[i] ?? Infinity;
    if (own !== part) return own > part;
  }
  return true;
}

/**
 * A fix that several lines of releases got: `releases` are the first of each line, oldest line first; newer lines than the
 * last have it. False where only the line is known, as in `10.11`; true where nothing is, which stands for the newest.
 */
export function hasPatch({ release }: Pick<MysqlServer, "release">, releases: readonly string[]): boolean {
  const [major, minor, patch] = release;
  if (major === undefined) return true;
  const line = releases.map(releaseOf).find((one) => one[0] === major && one[1] === minor);
  if (line !== undefined) return patch !== undefined && patch >= (line[2] ?? 0);
  const last = releases.at(-1) ?? "";
  return minor === undefined ? major > (releaseOf(last)[0] ?? 0) : isSince({ release }, last);
}
