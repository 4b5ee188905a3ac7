/** Whether the application waits or fails while migrations run, and why. */
import { blocksOnline } from "../effects/describe.ts";
import { blocks, type Blocks } from "../effects/effects.ts";
import type { MigrationPhase } from "../replay/phase.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { Step } from "../replay/step.ts";

interface Held {
  readonly relation: string;
  readonly blocks: Exclude<Blocks, "nothing">;
}

/** Sentences; empty: locks are held for a moment only, and all versions of the application keep working. */
export function downtimeOf(scope: ReplayedMigration, { run }: MigrationPhase): readonly string[] {
  const found = new Map<string, string>();
  for (const step of scope.applied()) {
    const work = workOf(step);
    if (work === undefined) continue;
    for (const { relation, blocks: blocked } of heldDuring(step)) {
      const key = `${relation} ${work}`;
      const why = `${blocked} of ${relation} wait while ${work}`;
      if (!found.has(key) || blocked === "reads and writes") found.set(key, why);
    }
  }
  return [
    ...found.values(),
    ...(run === "neither" ? ["no version of the application works both before and after it"] : []),
  ];
}

/** What takes time; undefined: nothing does, or the table is small. */
function workOf({ effects, size, show, operation, table, before }: Step): string | undefined {
  const { online, rewrites, builds, scans } = effects;
  const isLarge = (key: string): boolean => size(key) !== "small";
  const copied = online !== undefined && (online.rebuild || online.rowsCopied) ? [online.table] : [];
  const rewritten = [...rewrites, ...copied].find(isLarge);
  if (rewritten !== undefined) return `${show(rewritten)} is written anew`;
  const built = builds.find((one) => isLarge(one.table));
  if (built !== undefined) return `an index on ${show(built.table)} is built`;
  const scanned = scans.find(isLarge);
  if (scanned !== undefined) return `all of ${show(scanned)} is read`;
  const isOfRows = operation.kind === "updateRows" || operation.kind === "deleteRows";
  if (isOfRows && table !== undefined && isLarge(before.resolve(table)))
    return `rows of ${show(table)} are changed`;
  return undefined;
}

/** Locks of the step and of those before it in its transaction. */
function heldDuring({ effects: { locks, online }, transaction, show }: Step): readonly Held[] {
  const all = [
    ...locks.map(({ relation, mode }) => ({ relation: show(relation), blocks: blocks(mode) })),
    ...(transaction.kind === "none"
      ? []
      : transaction.held.map(({ relation, mode }) => ({ relation: show(relation), blocks: blocks(mode) }))),
    ...(online === undefined ? [] : [{ relation: show(online.table), blocks: blocksOnline(online) }]),
  ];
  return all.flatMap((one) => (one.blocks === "nothing" ? [] : [{ ...one, blocks: one.blocks }]));
}
