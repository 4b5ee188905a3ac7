import { releaseOf } from "../effects/index.ts";
import type { Facts } from "../project/facts.ts";
import type { Changes } from "../project/git/changes.ts";
import type { Stats, TableStats } from "../project/stats.ts";

/** The facts about the world that replaying needs (see `Facts` in src/project/facts.ts). */
export interface ReplayFacts {
  /** Major version of the server, 13 to 18. */
  readonly serverVersion: number;
  /** The project says which server it runs on; else `serverVersion` is only assumed. */
  readonly versionStated?: boolean | undefined;
  /** Minor version, as in `14.2`; undefined: not known. */
  readonly serverMinor?: number | undefined;
  /** MySQL and MariaDB: as far as it is said, `8.0.36` → `[8, 0, 36]`. */
  readonly release?: readonly number[] | undefined;
  /** Migrations up to and including this one (name or version) are replayed but not reported. */
  readonly startAfter?: string | undefined;
  /** Only migrations that are new or changed are reported, and the new ones are a release. */
  readonly changes?: Changes | undefined;
  /** Sizes of tables by name; `*` stands for any characters. */
  readonly tables: Readonly<Record<string, "small" | "large">>;
  /** Sizes of production's tables, by key. */
  readonly stats?: Stats | undefined;
  /** `lock_timeout` as set outside of the files: a value like `2s`, or undefined. */
  readonly lockTimeout?: string | undefined;
  /** MySQL and MariaDB: `sql_mode` as set outside of the files. */
  readonly sqlMode?: string | undefined;
  /** The clock, as an ISO 8601 time; undefined: nothing is compared with it. */
  readonly now?: string | undefined;
  /** Called where something lies ahead of the clock: later it doesn't any more. */
  readonly onAhead?: (() => void) | undefined;
}

/** The clock, as far as a date is compared with it. */
export type Clock = Pick<ReplayFacts, "now" | "onAhead">;

const day = 86_400_000;

/** True if the time, in milliseconds since 1970, is still to come; clocks and time zones differ by a day. */
export function isAhead(time: number, { now, onAhead }: Clock): boolean {
  const ahead = now !== undefined && time > Date.parse(now) + day;
  if (ahead) onAhead?.();
  return ahead;
}

/** The release that the project states; undefined: it is only assumed. */
export const statedRelease = ({ versionStated, release }: ReplayFacts): readonly number[] | undefined =>
  versionStated === true ? release : undefined;

/** True if `text` is `pattern`, where `*` in the pattern stands for any characters. Linear in practice, never exponential. */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  if (parts.length === 1) return pattern === text;
  const last = parts[parts.length - 1] ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

/**
 * What older servers lock is taken as the oldest's, what newer ones do as the newest's. The newest is assumed where the
 * project doesn't say: nothing that a current server accepts may look wrong.
 */
export const knownVersions = { oldest: 13, newest: 18 } as const;

/** The same of all. */
export const knownServers = {
  postgres: { oldest: "13", newest: "18" },
  mysql: { oldest: "5.7", newest: "9" },
  mariadb: { oldest: "10.6", newest: "11.8" },
  mongodb: { oldest: "4.4", newest: "8" },
} as const;

/** Releases of MySQL and MariaDB with which something changes that the effects know, oldest first. */
export const knownReleases = {
  mysql: [
    "5.7",
    "8.0.11",
    "8.0.12",
    "8.0.13",
    "8.0.16",
    "8.0.19",
    "8.0.23",
    "8.0.28",
    "8.0.29",
    "9.0",
    "9.1",
  ],
  mariadb: ["10.6", "10.7", "10.11", "11.2", "11.4", "11.5"],
} as const;
const smallRows = 10_000;
const largeRows = 1_000_000;
const smallBytes = 16 * 2 ** 20;
const largeBytes = 2 ** 30;

/** `Step.stats` where no sizes are known at all. */
export const noStats = (): undefined => undefined;

export type Size = "small" | "large" | "unknown";

/** What a table's size means for a scan or a rewrite: small ones take no time to speak of. */
export function sizeOf({ rows, bytes }: TableStats): Size {
  if (rows <= smallRows && bytes <= smallBytes) return "small";
  return rows >= largeRows || bytes >= largeBytes ? "large" : "unknown";
}

/** What a version as it is written, `14.2` or `8.0.36`, says; undefined: nothing is said. */
export function versionFacts(
  text: string | undefined,
): Pick<ReplayFacts, "serverVersion" | "versionStated" | "serverMinor" | "release"> {
  const version = Number.parseInt(text ?? "", 10) || undefined;
  const minor = Number.parseInt(text?.split(".")[1] ?? "", 10);
  return {
    serverVersion: version ?? knownVersions.newest,
    versionStated: version !== undefined,
    serverMinor: Number.isNaN(minor) ? undefined : minor,
    release: text === undefined ? undefined : releaseOf(text),
  };
}

export function replayFacts(facts: Facts, stats?: Stats, changes?: Changes): ReplayFacts {
  const tables = Object.entries(facts.tables ?? {}).map(([name, size]) => {
    if (typeof size !== "number") return [name, size] as const;
    return [name, size <= smallRows ? "small" : "large"] as const;
  });
  return {
    ...versionFacts(facts.serverVersion),
    startAfter: facts.startAfter,
    changes,
    tables: Object.fromEntries(tables),
    stats,
    lockTimeout: facts.lockTimeout,
    sqlMode: facts.sqlMode,
    now: facts.now ?? new Date().toISOString(),
  };
}
