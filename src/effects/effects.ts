import type { Key } from "../model/names.ts";

/** Table-level lock modes (PostgreSQL manual, section 13.3.1), weakest first. */
export const lockModes = [
  "ACCESS SHARE",
  "ROW SHARE",
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
] as const;
export type LockMode = (typeof lockModes)[number];

/** What of the running application waits for a lock. */
export type Blocks = "nothing" | "writes" | "reads and writes";

export interface Lock {
  readonly relation: Key;
  readonly mode: LockMode;
}

/** What one operation does on a server, given the schema before it. Relations are keys (`public.orders`). */
export interface Effects {
  /** Every relation that existed before and is locked, strongest mode; manual, section 13.3.1. */
  readonly locks: readonly Lock[];
  /** Tables whose heap is written anew. */
  readonly rewrites: readonly Key[];
  /** Tables read wholly (a rewrite and an index build count). */
  readonly scans: readonly Key[];
  /** New indexes built on existing tables. */
  readonly builds: readonly { readonly index: string; readonly table: Key }[];
  /** Existing indexes built anew. */
  readonly rebuilds: readonly Key[];
  /** May it run inside a transaction block? */
  readonly inTransaction: boolean;
  /** Why it is certain to fail on this server and schema, in the server's words; then all lists are empty. */
  readonly fails?: string | undefined;
}

export const noEffects: Effects = {
  locks: [],
  rewrites: [],
  scans: [],
  builds: [],
  rebuilds: [],
  inTransaction: true,
};

/** Facts about the world that effects depend on. */
export interface ServerContext {
  /** Major version, 13 to 18. */
  readonly version: number;
  /** Session settings in force, names in lower case; undefined if the history doesn't set it. */
  setting(name: string): string | undefined;
}

export function strongest(a: LockMode, b: LockMode): LockMode {
  return lockModes.indexOf(a) >= lockModes.indexOf(b) ? a : b;
}

/** SHARE and stronger make writes wait, ACCESS EXCLUSIVE reads too (manual, table 13.2). */
export function blocks(mode: LockMode): Blocks {
  if (mode === "ACCESS EXCLUSIVE") return "reads and writes";
  return lockModes.indexOf(mode) >= lockModes.indexOf("SHARE") ? "writes" : "nothing";
}
