import type { History, Script } from "../project/migration.ts";
import { compareText } from "../project/files/paths.ts";
import { harmlessLine } from "../text/commands.ts";
import { groupBy } from "../text/group.ts";
import { segmentsIn } from "../text/source-map.ts";
import type { Span } from "../text/span.ts";
import type { RunRules } from "../lint/rules-for.ts";
import type { AdviceStep, Finding, RelatedPlace, SuppressedFinding } from "../lint/finding.ts";
import { fingerprints } from "./fingerprint.ts";
import type { Advice, Fix } from "../lint/rule.ts";
import { messageOf, type RawFinding } from "../lint/raw-finding.ts";
import { byPlace, mergeCauses, withRepeats } from "./merge.ts";
import { withLineBreaks } from "./line-breaks.ts";
import type { Sources } from "./sources.ts";
import { suppress } from "./suppress.ts";
import type { ScannedFile } from "./suppress.ts";

export interface FinishInput {
  readonly raw: readonly RawFinding[];
  readonly histories: readonly History[];
  /** The pending files with their comments and statements. */
  readonly files: readonly ScannedFile[];
  readonly rules: RunRules;
  readonly sources: Sources;
  /** Fingerprints of findings that are accepted as they are. */
  readonly baseline?: ReadonlySet<string> | undefined;
  /** Also show findings of rules that else speak once a run. */
  readonly everyFinding?: boolean | undefined;
  /** False: each finding for itself. */
  readonly merge: boolean;
  /** Ids of rules that threw: their silence says nothing. */
  readonly failed?: ReadonlySet<string> | undefined;
}

export interface Finished {
  /** By file in the order of the history, then position, then rule. */
  readonly findings: readonly Finding[];
  /** What those of rules that report once a run stand for, in the same order. */
  readonly further: readonly Finding[];
  /** In the same order. */
  readonly suppressed: readonly SuppressedFinding[];
}

/** Raw findings → what the user gets: duplicates dropped, suppressions applied, lines and columns. */
export function finishFindings(input: FinishInput): Finished {
  const { sources, rules } = input;
  const order = fileOrder(input.histories);
  const sorted = dropDuplicates([...input.raw].sort(compare(order)));
  const { kept, silenced, unused } = suppress(sorted, input.files, rules, sources, input.failed);
  // Fingerprints count repetitions before suppression, so that silencing one doesn't rename its neighbours.
  const prints = new Map([...fingerprints(sorted, sources), ...fingerprints(unused, sources)]);
  const isNew = (finding: RawFinding): boolean => input.baseline?.has(prints.get(finding) ?? "") !== true;
  const fresh = kept.filter((finding) => finding.isRepaired !== true && isNew(finding));
  const messages =
    input.everyFinding === true
      ? new Map(fresh.map((one) => [one, one.message]))
      : onceOnly(fresh, input.histories);
  const others = unused.filter(isNew);
  const accepted = [...kept, ...unused].filter((finding) => !isNew(finding));
  const finding = (raw: RawFinding): Finding =>
    toFinding(raw, sources, messages.get(raw) ?? raw.message, prints.get(raw) ?? "");
  const shown = [...messages.keys(), ...others].sort(compare(order));
  return {
    findings: input.merge ? merged(shown, rules, finding) : shown.map(finding),
    further: fresh.filter((raw) => !messages.has(raw)).map(finding),
    suppressed: [...silenced.keys(), ...accepted].sort(compare(order)).map((raw) => ({
      ...finding(raw),
      suppression: silenced.has(raw)
        ? { kind: "inSource", justification: silenced.get(raw) }
        : { kind: "external" },
    })),
  };
}

function merged(
  sorted: readonly RawFinding[],
  rules: RunRules,
  finding: (raw: RawFinding) => Finding,
): readonly Finding[] {
  const causes = mergeCauses(sorted, rules);
  const one = (raw: RawFinding): Finding => {
    const also = causes.get(raw) ?? [];
    return also.length === 0 ? finding(raw) : { ...finding(raw), also: also.map(finding) };
  };
  return [...withRepeats([...causes.keys()], rules)].map(([raw, repeats]) =>
    repeats.length === 0 ? one(raw) : { ...one(raw), repeats: repeats.map(one) },
  );
}

/** What quotes names is one harmless line from here on, whoever shows it; paths, names and SQL stay what they are. */
function toFinding(raw: RawFinding, sources: Sources, message: string, fingerprint: string): Finding {
  const fix = raw.fix && printableFix(withLineBreaks(raw.fix, sources.text(raw.path)));
  return {
    ruleId: raw.ruleId,
    category: raw.category,
    severity: raw.severity,
    message: harmlessLine(message),
    instead: raw.instead,
    ...(raw.advice === undefined ? {} : { advice: raw.advice.map(adviceStep) }),
    file: raw.path,
    ...region(raw.path, raw.span, sources),
    migration: raw.migration,
    direction: raw.direction,
    operation: raw.operation,
    locks: raw.locks,
    online: raw.online,
    sizes: raw.sizes,
    related: raw.related.map(({ path, span, message }): RelatedPlace => ({
      file: path,
      ...region(path, span, sources),
      message: harmlessLine(message),
    })),
    ...(raw.wholeFile === true ? { wholeFile: true } : {}),
    ...(raw.confidential === true ? { confidential: true } : {}),
    fix: raw.fixLevel === "safe" ? fix : undefined,
    suggestions: raw.fixLevel === "suggestion" && fix ? [fix] : [],
    fingerprint,
  };
}

const adviceStep = ({ language, statements, when, ...facts }: Advice[number]): AdviceStep => ({
  language,
  text: statements.join("\n"),
  ...(when.length === 0 ? {} : { when: when.join("\n") }),
  ...(facts.header === undefined ? {} : { header: facts.header }),
  transaction: facts.transaction,
  ...(facts.after === undefined ? {} : { after: facts.after }),
  intent: facts.intent,
});

const printableFix = (fix: Fix): Fix => ({ ...fix, title: harmlessLine(fix.title) });

function region(
  path: string,
  span: Span,
  sources: Sources,
): Pick<Finding, "line" | "column" | "endLine" | "endColumn"> {
  const lines = sources.lines(path);
  const start = lines.position(span.start);
  const end = lines.position(span.end);
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

function fileOrder(histories: readonly History[]): ReadonlyMap<string, number> {
  const order = new Map<string, number>();
  const add = (path: string | undefined): void => {
    if (path !== undefined && !order.has(path)) order.set(path, order.size);
  };
  for (const { migrations } of histories)
    for (const { up, down } of migrations) for (const path of [...filesOf(up), ...filesOf(down)]) add(path);
  return order;
}

/** The file of a script, and those that its calls load. */
function filesOf(script: Script | undefined): readonly string[] {
  if (script === undefined) return [];
  const { path, code, part } = script;
  const loaded = code === undefined ? [] : segmentsIn(code.map, part).map((one) => one.path);
  return [...new Set([path, ...loaded])];
}

const compare =
  (order: ReadonlyMap<string, number>) =>
  (a: RawFinding, b: RawFinding): number =>
    (order.get(a.path) ?? order.size) - (order.get(b.path) ?? order.size) ||
    compareText(a.path, b.path) ||
    byPlace(a, b);

/** What is shown, with its message: of a rule that speaks once a history, its newest finding stands for the others. */
function onceOnly(
  sorted: readonly RawFinding[],
  histories: readonly History[],
): ReadonlyMap<RawFinding, string> {
  const roots = new Map<string, string>();
  for (const { root, migrations } of histories)
    for (const { up, down } of migrations)
      for (const path of [...filesOf(up), ...filesOf(down)]) roots.set(path, root);
  const keyOf = ({ ruleId, path }: RawFinding): string => `${ruleId} ${roots.get(path) ?? ""}`;
  const ofOnce = sorted.filter(({ once }) => once);
  const alike = groupBy(ofOnce, keyOf);
  const shown = new Map<RawFinding, string>();
  for (const finding of sorted) {
    const { once, message } = finding;
    if (!once) {
      shown.set(finding, message);
      continue;
    }
    const all = alike.get(keyOf(finding)) ?? [];
    if (finding === all.at(-1)) shown.set(finding, messageOf(once, countMigrations(all) - 1));
  }
  return shown;
}

/** Names repeat: of changesets in several files, and of histories. */
const countMigrations = (findings: readonly RawFinding[]): number =>
  new Set(findings.map(({ path, migration = "" }) => `${path} ${migration}`)).size;

/** The same rule saying the same of the same place is one finding. */
function dropDuplicates(sorted: readonly RawFinding[]): RawFinding[] {
  return sorted.filter((finding, i) => {
    const previous = sorted[i - 1];
    return !(
      previous &&
      previous.ruleId === finding.ruleId &&
      previous.path === finding.path &&
      previous.span.start === finding.span.start &&
      previous.span.end === finding.span.end &&
      previous.message === finding.message
    );
  });
}
