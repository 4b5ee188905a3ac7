/** Which locks a session holds, and which tables were written anew. */
import { lockModes, type LockMode } from "../../effects/effects.ts";
import type { Row } from "../connection.ts";
import type { Observed } from "../run.ts";

/** Kinds of `pg_class`: tables, partitioned ones, views, sequences, foreign tables: what the effects speak of. */
export const named = "'r','p','v','m','S','f'";

/** `AccessShareLock` of pg_locks is ACCESS SHARE of the manual. */
export const modeOf = (text: string): LockMode =>
  text
    .replace(/Lock$/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase() as LockMode;

/** Relations of users with their files, and the modes in which this session holds them. */
export const probe = `
  SELECT coalesce(c.oid, l.relation)::pg_catalog.text AS oid, n.nspname || '.' || c.relname AS name, c.relkind::pg_catalog.text AS kind,
    pg_catalog.pg_relation_filenode(c.oid)::pg_catalog.text AS file, l.modes
  FROM (SELECT * FROM pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN (${named})) c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  FULL JOIN (SELECT relation, pg_catalog.string_agg(mode, ',') AS modes FROM pg_catalog.pg_locks
    WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND relation >= 16384 GROUP BY relation) l
    ON l.relation = c.oid`;

export type Probed = ReadonlyMap<string, Row>;

export const probedOf = (rows: readonly Row[]): Probed => new Map(rows.map((row) => [row["oid"] ?? "", row]));

/** The same without locks: its transaction is over. */
export const unlocked = (probed: Probed): Probed =>
  new Map([...probed].map(([oid, row]) => [oid, { ...row, modes: null }]));

/** What a statement did to the relations that were there at the start of its migration. */
export function observedOf(start: Probed, last: Probed, now: Probed): Observed {
  const heldBefore = new Map<string, LockMode>();
  const held = new Map<string, LockMode>();
  const rewritten: string[] = [];
  const relations = new Map<string, string>();
  for (const [oid, { kind }] of start) {
    const before = last.get(oid);
    // Under the name that the statement has found it; dropped relations have none.
    const name = before?.["name"];
    if (before === undefined || name === null || name === undefined || kind === null || kind === undefined)
      continue;
    const after = now.get(oid);
    relations.set(name, kind);
    const was = strongestOf(before["modes"]);
    const is = strongestOf(after?.["modes"]);
    if (was !== undefined) heldBefore.set(name, was);
    if (is !== undefined) held.set(name, is);
    const file = after?.["file"] ?? undefined;
    if (file !== undefined && file !== before["file"] && (kind === "r" || kind === "m")) rewritten.push(name);
  }
  return { heldBefore, held, rewritten, relations };
}

function strongestOf(modes: string | null | undefined): LockMode | undefined {
  const ranks = (modes ?? "").split(",").map((mode) => lockModes.indexOf(modeOf(mode)));
  return lockModes[Math.max(-1, ...ranks)];
}
