/** One cause, one finding: what has the same cause becomes one finding that lists the others. */
import type { RuleSet } from "../lint/active.ts";
import type { Finding } from "../lint/finding.ts";
import type { Category } from "../lint/rule.ts";
import type { RawFinding } from "../lint/raw-finding.ts";

const ranks = { error: 0, warning: 1, note: 2 } as const;

/**
 * Those that are shown, in their order, each with the findings that it stands for. Findings of one operation belong
 * together where the rule of one names that of the other in `sameCause`; the most severe one stands for all.
 */
export function mergeCauses(
  sorted: readonly RawFinding[],
  { known }: Pick<RuleSet, "known">,
): ReadonlyMap<RawFinding, readonly RawFinding[]> {
  const also = new Map<RawFinding, RawFinding[]>(sorted.map((finding) => [finding, []]));
  const causesOf = ({ ruleId }: RawFinding): readonly string[] => known.get(ruleId)?.sameCause ?? [];
  for (const group of byOperation(sorted)) {
    for (const cause of components(group, causesOf)) {
      // Of equally severe ones that which the others name.
      const [first, ...others] = cause.toSorted(
        (a, b) => ranks[a.severity] - ranks[b.severity] || Number(names(a, cause)) - Number(names(b, cause)),
      );
      if (first === undefined) continue;
      also.set(first, others);
      for (const other of others) also.delete(other);
    }
  }
  return also;

  function names(finding: RawFinding, others: readonly RawFinding[]): boolean {
    const causes = causesOf(finding);
    return others.some(({ ruleId }) => causes.includes(ruleId));
  }
}

/**
 * Those that are shown, in their order, each with its repeats: what one rule reports of several statements of a script has
 * one cause, the way in which the migration is written. Not of mistakes: each must be corrected by itself.
 */
export function withRepeats(sorted: readonly RawFinding[]): ReadonlyMap<RawFinding, readonly RawFinding[]> {
  const repeats = new Map<RawFinding, RawFinding[]>();
  const first = new Map<string, RawFinding[]>();
  for (const finding of sorted) {
    const { ruleId, severity, path, migration = "", direction, category } = finding;
    const key = [ruleId, severity, direction, path, migration].join("\n");
    const known = ownCause.has(category) ? undefined : first.get(key);
    if (known !== undefined) {
      known.push(finding);
      continue;
    }
    const own: RawFinding[] = [];
    repeats.set(finding, own);
    first.set(key, own);
  }
  return repeats;
}

const ownCause: ReadonlySet<Category> = new Set(["correctness", "history"]);

/** A finding with its repeats, each at its own place. */
export const inEachPlace = (findings: readonly Finding[]): readonly Finding[] =>
  findings.flatMap(({ repeats = [], ...finding }) => [finding, ...repeats]);

/** Each finding for itself: those that stand for others, and the others. */
export const unmerged = (findings: readonly Finding[]): readonly Finding[] =>
  inEachPlace(findings).flatMap((finding) => [finding, ...(finding.also ?? [])]);

/** Findings that share an operation, if they are at least two; those of files as a whole share none. */
function byOperation(sorted: readonly RawFinding[]): readonly (readonly RawFinding[])[] {
  const statements = new Map<string, RawFinding[]>();
  for (const finding of sorted) {
    const { path, statement, wholeFile } = finding;
    if (statement === undefined || wholeFile === true) continue;
    add(statements, `${statement.start} ${path}`, finding);
  }
  return [...statements.values()].flatMap((group) => {
    if (group.length < 2) return [];
    const operations = new Map<number, RawFinding[]>();
    for (const finding of group) add(operations, operationStart(finding, group), finding);
    return [...operations.values()].filter(({ length }) => length > 1);
  });
}

/** A finding of a migration as a whole points into an operation that others are about. */
function operationStart({ at, span }: RawFinding, group: readonly RawFinding[]): number {
  if (at !== undefined) return at.start;
  const around = group.find((other) => other.at && other.at.start <= span.start && span.end <= other.at.end);
  return around?.at?.start ?? span.start;
}

function components(
  group: readonly RawFinding[],
  causesOf: (finding: RawFinding) => readonly string[],
): readonly (readonly RawFinding[])[] {
  const rest = new Set(group);
  const found: RawFinding[][] = [];
  for (const start of group) {
    if (!rest.delete(start)) continue;
    const cause = [start];
    for (const one of cause) {
      for (const other of rest) {
        if (!causesOf(one).includes(other.ruleId) && !causesOf(other).includes(one.ruleId)) continue;
        rest.delete(other);
        cause.push(other);
      }
    }
    if (cause.length > 1) found.push(cause);
  }
  return found;
}

function add<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
