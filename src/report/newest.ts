/** What a report for people shows in full: a migration that ran can't be changed, so that old ones are summed up. */
import type { Finding } from "../lint/finding.ts";
import type { Report } from "./report.ts";
import { addTo } from "../text/group.ts";

/** Findings of one history that are shown in full, as whole migrations; at least those of its newest one. */
const most = 50;

export interface Newest {
  readonly shown: readonly Finding[];
  readonly older: readonly Older[];
}

/** What is summed up of one history. */
export interface Older {
  readonly root: string;
  /** Of the newest migration among them. */
  readonly last: string;
  /** With findings. */
  readonly migrations: number;
  readonly findings: readonly Finding[];
}

/** Everything, if that is asked for, or if it is known which migrations are new. */
export function newestFindings({ findings, histories = [], summary, all }: Report): Newest {
  if (all === true || summary.pending < summary.migrations) return { shown: findings, older: [] };
  const hidden = new Set<Finding>();
  const older = histories.flatMap((history) => {
    const old = olderIn(history, findings);
    for (const finding of old?.findings ?? []) hidden.add(finding);
    return old ?? [];
  });
  return { shown: findings.filter((finding) => !hidden.has(finding)), older };
}

type History = NonNullable<Report["histories"]>[number];

function olderIn({ root, migrations }: History, findings: readonly Finding[]): Older | undefined {
  const places = new Map<string, number>();
  for (const [at, { up, down }] of migrations.entries())
    for (const script of down ? [up, down] : [up]) if (!places.has(script.path)) places.set(script.path, at);
  const own = new Map<number, Finding[]>();
  for (const finding of findings) {
    const at = places.get(finding.file);
    if (at !== undefined) addTo(own, at, finding);
  }
  const newestFirst = [...own].sort(([a], [b]) => b - a);
  let count = 0;
  const split = newestFirst.findIndex(([, { length }], i) => (count += length) > most && i > 0);
  const old = split < 0 ? [] : newestFirst.slice(split);
  const [last] = old;
  if (last === undefined) return undefined;
  return {
    root,
    last: migrations[last[0]]?.name ?? "",
    migrations: old.length,
    findings: old.flatMap(([, some]) => some),
  };
}
