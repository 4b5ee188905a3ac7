/** One cause, one finding: what has the same cause becomes one finding that lists the others. */
import type { RuleSet } from "../lint/active.ts";
import type { Finding } from "../lint/finding.ts";
import type { Category, Rule } from "../lint/rule.ts";
import type { RawFinding } from "../lint/raw-finding.ts";
import { severities } from "../lint/rule-shape.ts";
import type { Span } from "../text/span.ts";
import { compareText } from "../project/files/paths.ts";
import { addTo, groupBy } from "../text/group.ts";

/** Of one file. */
export const byPlace = (a: RawFinding, b: RawFinding): number =>
  a.span.start - b.span.start ||
  a.span.end - b.span.end ||
  compareText(a.ruleId, b.ruleId) ||
  compareText(a.message, b.message);

/**
 * Those that are shown, in their order, each with the findings that it stands for. Findings of one operation belong
 * together where the rule of one names that of the other in `sameCause`, those of one call where one is `partOf` the other,
 * those that what another one advises makes needless, and those of one place whose advice is the same code, or of two rules
 * in the same words; the most severe one stands for all.
 */
export function mergeCauses(
  sorted: readonly RawFinding[],
  { known }: Pick<RuleSet, "known">,
): ReadonlyMap<RawFinding, readonly RawFinding[]> {
  const also = new Map<RawFinding, readonly RawFinding[]>(sorted.map((finding) => [finding, []]));
  const causesOf = (ruleId: string): readonly string[] => known.get(ruleId)?.sameCause ?? [];
  for (const group of byOperation(sorted)) {
    for (const cause of components(group, causesOf)) {
      // Of equally severe ones that which the others name.
      const ids = new Set(cause.map(({ ruleId }) => ruleId));
      const namesOthers = ({ ruleId }: RawFinding): number =>
        Number(causesOf(ruleId).some((id) => ids.has(id)));
      standFor(
        also,
        cause.toSorted((a, b) => bySeverity(a, b) || namesOthers(a) - namesOthers(b)),
      );
    }
  }
  // The advice for one statement of a call may replace the call as a whole.
  for (const sent of groupBy([...also.keys()], placeOfCall).values()) {
    // A whole may itself be part of another one.
    const leads = new Map<RawFinding, RawFinding>();
    const leadOf = (one: RawFinding): RawFinding => leads.get(one) ?? one;
    for (const part of sent) {
      const wholes = known.get(part.ruleId)?.partOf ?? [];
      const whole = sent.find((one) => {
        if (one.sentAt === undefined || !also.has(leadOf(one)) || bySeverity(one, part) > 0) return false;
        return [one, ...(also.get(one) ?? [])].some(({ ruleId }) => wholes.includes(ruleId));
      });
      if (whole === undefined) continue;
      leads.set(part, leadOf(whole));
      standFor(also, [leadOf(whole), part]);
    }
  }
  mergeImplied(also);
  mergeSameAdvice(also, known);
  return also;
}

/** By the text of their advice. */
function mergeSameAdvice(
  also: Map<RawFinding, readonly RawFinding[]>,
  known: ReadonlyMap<string, Pick<Rule, "pack">>,
): void {
  const byWeight = (same: readonly RawFinding[]): readonly RawFinding[] =>
    same.toSorted((a, b) => bySeverity(a, b) || Number(isOfLocks(a)) - Number(isOfLocks(b)));
  const isOfSeveralRules = (same: readonly RawFinding[]): boolean =>
    same.some(({ ruleId }) => ruleId !== same[0]?.ruleId) &&
    // Packs know nothing of each other's words.
    same.every(({ ruleId }) => known.get(ruleId)?.pack === undefined);
  // What one call of code sends are several statements: advice that is the same takes the place of all of them.
  const advised = [...also.keys()].filter(({ instead }) => instead !== undefined);
  const sameAdvice = ({ path, span, instead = "" }: RawFinding): string =>
    [path, span.start, span.end, instead].join("\n");
  for (const same of groupBy(advised, sameAdvice).values()) {
    if (isOfSeveralRules(same) || same[0]?.advice !== undefined) standFor(also, byWeight(same));
  }
  // Steps in place of several statements of a script: each of them has its findings, and another one may stand for those.
  const replacing = [...also].flatMap(([shown, others]) =>
    [shown, ...others]
      .filter(({ advice }) => advice?.some(replaces) === true)
      .map((advised) => ({ shown, advised })),
  );
  for (const same of groupBy(
    replacing,
    ({ advised: { path, instead = "" } }) => `${path}\n${instead}`,
  ).values()) {
    const shown = [...new Set(same.map((one) => one.shown))].filter((one) => also.has(one));
    if (isOfSeveralRules(same.map(({ advised }) => advised))) standFor(also, byWeight(shown));
  }
}

const replaces = ({ language, intent }: NonNullable<RawFinding["advice"]>[number]): boolean =>
  language === "sql" && intent === "same-schema";

function mergeImplied(also: Map<RawFinding, readonly RawFinding[]>): void {
  // What stands for an implied one is implied with it.
  const implied = [...also].flatMap(([stands, others]) =>
    [stands, ...others].flatMap((part) =>
      part.impliedBy === undefined ? [] : [{ stands, part, impliedBy: part.impliedBy }],
    ),
  );
  if (implied.length === 0) return;
  // Others may stand for what implies it.
  const shown = new Map<string, RawFinding>();
  for (const [whole, others] of also)
    for (const one of [whole, ...others]) for (const key of implyingKeys(one)) shown.set(key, whole);
  for (const { stands, part, impliedBy } of implied) {
    if (!also.has(stands)) continue;
    const { rule, at } = impliedBy;
    const where = at === undefined ? ofMigration(part) : ofStatement(at.span, at.path);
    const whole = [rule]
      .flat()
      .map((id) => shown.get(`${id} ${where}`))
      .find((one) => one !== undefined && one !== stands && also.has(one) && bySeverity(one, stands) <= 0);
    if (whole !== undefined) standFor(also, [whole, stands]);
  }
}

const ofStatement = ({ start }: Span, path: string): string => `${start} ${path}`;
/** What is reported of no statement is about the migration itself. */
const ofMigration = ({ path, migration, direction = "up" }: RawFinding): string =>
  ["", path, migration, direction].join("\n");

const implyingKeys = (one: RawFinding): readonly string[] => [
  `${one.ruleId} ${ofMigration(one)}`,
  ...(one.statement === undefined ? [] : [`${one.ruleId} ${ofStatement(one.statement, one.path)}`]),
];

/** What fails doesn't lock for long. */
const isOfLocks = ({ category }: RawFinding): boolean => category === "locks";

const placeOfCall = ({ path, span, sentAt = "" }: RawFinding): string =>
  [path, span.start, span.end, sentAt].join("\n");

const bySeverity = (a: RawFinding, b: RawFinding): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity);

/** The first one takes over the others, and what they stand for. */
function standFor(
  also: Map<RawFinding, readonly RawFinding[]>,
  [first, ...others]: readonly RawFinding[],
): void {
  if (first === undefined || others.length === 0) return;
  also.set(first, [
    ...(also.get(first) ?? []),
    ...others.flatMap((other) => [other, ...(also.get(other) ?? [])]),
  ]);
  for (const other of others) also.delete(other);
}

/**
 * Those that are shown, in their order, each with its repeats: what one rule reports of several statements of a script has
 * one cause, the way in which the migration is written. Not of mistakes, each of which must be corrected by itself, unless
 * one statement of the script is the cause of several, the DROP before them, or a call of code in a loop; or all are the
 * same mistake to the word, or statements of other migrations are the cause: what the database doesn't have, or has already;
 * or, of such rules, all are of one statement and have the same advice.
 * The one of the highest weight leads, the first of equal ones.
 */
export function withRepeats(
  sorted: readonly RawFinding[],
  { known: rules }: Pick<RuleSet, "known">,
): ReadonlyMap<RawFinding, readonly RawFinding[]> {
  const groups: RawFinding[][] = [];
  const first = new Map<string, RawFinding[]>();
  for (const finding of sorted) {
    const { ruleId, severity, path, migration = "", direction, category } = finding;
    const repeatedIn = rules.get(ruleId)?.repeatedIn;
    const earlier = earlierIn(finding, repeatedIn);
    // Calls may have the same mistake as statements may; so may the names of one statement.
    const ofStatement = repeatedIn === "migration" ? statementOf(finding) : "";
    const causes = !ownCause.has(category)
      ? [""]
      : earlier !== undefined
        ? [earlier]
        : [finding.sentAt ?? "", finding.message, ofStatement].filter(Boolean);
    const isOfFile = repeatedIn === "file";
    const keys = causes.map((cause) =>
      [ruleId, severity, direction, path, isOfFile ? "" : migration, cause].join("\n"),
    );
    const known = keys.map((key) => first.get(key)).find((group) => group !== undefined);
    const own = known ?? [];
    own.push(finding);
    if (known === undefined) groups.push(own);
    for (const key of keys) if (!first.has(key)) first.set(key, own);
  }
  const apart = groups.flatMap((group) =>
    oneByOne(group, rules.get(group[0]?.ruleId ?? "")?.repeatedIn) ? group.map((one) => [one]) : [group],
  );
  const leads = new Map(
    apart.map((group) => {
      const heaviest = Math.max(...group.map(weightOf));
      // The newest migrations are shown in full.
      const isOfFile = group[0]?.migration !== group.at(-1)?.migration;
      const lead = isOfFile ? group.length - 1 : group.findIndex((one) => weightOf(one) === heaviest);
      return [group[lead], group.toSpliced(lead, 1)] as const;
    }),
  );
  return new Map(
    sorted.flatMap((finding) => {
      const others = leads.get(finding);
      return others === undefined ? [] : [[finding, others] as const];
    }),
  );
}

const statementOf = ({ statement, instead = "" }: RawFinding): string =>
  statement === undefined ? "" : `${String(statement.start)} ${instead}`;

const weightOf = ({ weight = 0 }: RawFinding): number => weight;

type RepeatedIn = Rule["repeatedIn"];

/** The one earlier statement of the script that the finding names, or that it names one of other migrations. */
function earlierIn({ path, span, related }: RawFinding, repeatedIn: RepeatedIn): string | undefined {
  const [cause, ...others] = related;
  if (cause === undefined || others.length > 0) return undefined;
  // Code may define above a call what fails behind it.
  const isAbove = cause.path === path && cause.span.start < span.start;
  if (isAbove) return String(cause.span.start);
  return repeatedIn === "migration" ? cause.message : undefined;
}

/** The same words about several statements have one cause; of what can't be read, many of the same words have. */
const oneByOne = (group: readonly RawFinding[], repeatedIn: RepeatedIn): boolean =>
  repeatedIn !== "migration" &&
  group.length < many &&
  group.every(({ category, operation = "unknown" }) => category === "correctness" && operation === "unknown");

const many = 5;

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
    addTo(statements, `${statement.start} ${path}`, finding);
  }
  return [...statements.values()].flatMap((group) => {
    if (group.length < 2) return [];
    const operations = new Map<number, RawFinding[]>();
    const known = group.flatMap(({ at }) => at ?? []).toSorted((a, b) => a.start - b.start);
    let next = 0;
    for (const finding of group) {
      const { at, span } = finding;
      while ((known[next]?.start ?? Infinity) <= span.start) next++;
      // A finding of a migration as a whole points into an operation that others are about.
      const around = known[next - 1];
      const isInside = around !== undefined && span.end <= around.end;
      addTo(operations, (at ?? (isInside ? around : span)).start, finding);
    }
    return [...operations.values()].filter(({ length }) => length > 1);
  });
}

/** Findings of rules that name each other, directly or through others. */
function components(
  group: readonly RawFinding[],
  causesOf: (ruleId: string) => readonly string[],
): readonly (readonly RawFinding[])[] {
  const byRule = groupBy(group, ({ ruleId }) => ruleId);
  const rest = new Set(byRule.keys());
  const found: RawFinding[][] = [];
  for (const start of byRule.keys()) {
    if (!rest.delete(start)) continue;
    const ids = [start];
    for (const one of ids) {
      for (const other of rest) {
        if (!causesOf(one).includes(other) && !causesOf(other).includes(one)) continue;
        rest.delete(other);
        ids.push(other);
      }
    }
    if (ids.length > 1) found.push(ids.flatMap((id) => byRule.get(id) ?? []));
  }
  return found;
}
