import type { Key } from "../model/names.ts";
import { blocks, lockModes, type Blocks, type Effects, type Online } from "./effects.ts";

/** A relation as messages name it: the default schema is left out. */
const shorten = (key: Key): string => (key.startsWith("public.") ? key.slice("public.".length) : key);

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;

/**
 * The effects in words: `takes ACCESS EXCLUSIVE on orders and SHARE ROW EXCLUSIVE on users, scans orders`; `show`: as its
 * database writes the name of a relation.
 */
export function describe(effects: Effects, show: (key: Key) => string = shorten): string {
  const names = (keys: readonly Key[]): string => list(keys.map((key) => show(key)));
  if (effects.fails !== undefined) return `fails: ${effects.fails}`;
  const byStrength = [...lockModes].reverse();
  const locks = byStrength.flatMap((mode) => {
    const held = effects.locks.filter((lock) => lock.mode === mode).map((lock) => lock.relation);
    return held.length === 0 ? [] : [`${mode} on ${names(held)}`];
  });
  const parts: string[] =
    effects.online === undefined ? [] : [inWords(effects.online, show(effects.online.table))];
  if (locks.length > 0) parts.push(`takes ${list(locks)}`);
  if (effects.rewrites.length > 0 && effects.online === undefined)
    parts.push(`rewrites ${names(effects.rewrites)}`);
  // A rewrite reads the table, too: once is enough.
  const scans =
    effects.online === undefined ? effects.scans.filter((key) => !effects.rewrites.includes(key)) : [];
  if (scans.length > 0) parts.push(`scans ${names(scans)}`);
  if (effects.builds.length > 0) parts.push(`builds ${list(effects.builds.map((b) => shorten(b.index)))}`);
  if (effects.rebuilds.length > 0) {
    const count = effects.rebuilds.length;
    parts.push(count > 3 ? `rebuilds ${count} indexes` : `rebuilds ${names(effects.rebuilds)}`);
  }
  if (!effects.inTransaction) parts.push("can't run in a transaction block");
  return parts.length === 0 ? "takes no lock" : parts.join(", ");
}

/** `copies orders with ALGORITHM=COPY, LOCK=SHARED`. */
function inWords({ algorithm, lock, rebuild, rowsCopied }: Online, table: string): string {
  const verb = rowsCopied ? "copies" : rebuild ? "rebuilds" : "changes";
  const clauses = clausesOf({ algorithm, lock });
  return `${verb} ${table}${clauses === "" ? "" : ` with ${clauses}`}`;
}

/** `ALGORITHM=COPY, LOCK=SHARED`; empty if the statement takes no such clauses. */
export const clausesOf = ({ algorithm, lock }: Pick<Online, "algorithm" | "lock">): string =>
  [
    ...(algorithm === undefined ? [] : [`ALGORITHM=${algorithm}`]),
    ...(lock === undefined ? [] : [`LOCK=${lock}`]),
  ].join(", ");

const blockedBy = { NONE: undefined, SHARED: "writes", EXCLUSIVE: "reads and writes" } as const;

/** What waits while MySQL or MariaDB changes the table, beside the moment of the metadata lock. */
export const blocksOnline = ({ lock }: Pick<Online, "lock">): Blocks =>
  blockedBy[lock ?? "NONE"] ?? "nothing";

export interface Wait {
  readonly relation: Key;
  readonly blocks: Exclude<Blocks, "nothing">;
}

/** The relations on which the running application has to wait, reads and writes first. */
export function waits(effects: Effects): readonly Wait[] {
  const found: Wait[] = effects.locks.flatMap(({ relation, mode }) => {
    const blocked = blocks(mode);
    return blocked === "nothing" ? [] : [{ relation, blocks: blocked }];
  });
  const { online } = effects;
  const blocked = online?.lock === undefined ? undefined : blockedBy[online.lock];
  if (online !== undefined && blocked !== undefined) found.push({ relation: online.table, blocks: blocked });
  return found.sort(
    (a, b) => Number(b.blocks === "reads and writes") - Number(a.blocks === "reads and writes"),
  );
}
