/**
 * Runs rules over replayed migrations: `lintMigration` and `lintProject` give raw findings with offsets;
 * `finish.ts` sorts them, applies suppressions and turns offsets into lines and columns.
 */
import type { LockMode } from "../effects/effects.ts";
import { UnreadableError } from "../project/file-system.ts";
import type { MigrationScope, ProjectScope, Step } from "../replay/step.ts";
import type { Span } from "../text/span.ts";
import { adviceFor } from "./advice.ts";
import type { ActiveRule, RuleSet, RuleTable } from "./active.ts";
import type { Finding, OnlineNote } from "./finding.ts";
import { inCaseOf } from "./keyword-case.ts";
import { weaker } from "./opinions.ts";
import type { InternalError } from "./result.ts";
import { sizeInWords, sizesOf } from "./sizes.ts";
import type { Category, Context, Fix, Place, Related, Report, Severity } from "./rule.ts";

/** A finding before its offsets are turned into lines. */
export interface RawFinding {
  readonly ruleId: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly message: string;
  readonly instead?: string | undefined;
  readonly path: string;
  readonly span: Span;
  /** The statement that it is about, in the same file. */
  readonly statement?: Span | undefined;
  readonly migration?: string | undefined;
  readonly direction?: "up" | "down" | undefined;
  readonly operation?: string | undefined;
  readonly locks: readonly { readonly relation: string; readonly mode: LockMode }[];
  readonly online?: OnlineNote | undefined;
  readonly sizes?: Finding["sizes"];
  readonly related: readonly { readonly path: string; readonly span: Span; readonly message: string }[];
  readonly confidential?: true | undefined;
  /** Declared by the rule: does the fix mean the same to the database? */
  readonly fixLevel: "none" | "safe" | "suggestion";
  readonly fix?: Fix | undefined;
  /** Of a rule that speaks once a run: the message, telling how many migrations more are concerned. */
  readonly once?: ((more: number) => string) | undefined;
}

export interface RuleRun {
  readonly findings: RawFinding[];
  readonly errors: InternalError[];
}

type AnyReport = Report<Record<string, string>>;
type Handler = (subject: unknown, context: Context<Record<string, string>, unknown>) => void;

/** What a report is about when the rule doesn't say. */
interface Subject {
  readonly path: string;
  readonly scope?: MigrationScope | undefined;
  readonly step?: Step | undefined;
}

/** Findings of one migration; none unless it is pending. A rule that throws becomes an error, the others go on. */
export function lintMigration(scope: MigrationScope, rules: RuleSet): RuleRun {
  const run: RuleRun = { findings: [], errors: [] };
  if (!scope.pending) return run;
  const { up, down } = scope.migration;
  const upTable = rules.forFile(up.path);
  lintSteps(scope.steps, upTable, run);
  for (const one of upTable.on("up", "migration") ?? []) {
    invoke(one, "migration", scope, { path: up.path, scope }, run);
  }
  if (down) lintSteps(scope.downSteps, rules.forFile(down.path), run);
  return run;
}

/** Findings of the rules that look at all histories at once. */
export function lintProject(scope: ProjectScope, rules: RuleSet): RuleRun {
  const run: RuleRun = { findings: [], errors: [] };
  const path = scope.histories[0]?.root ?? ".";
  for (const one of rules.active) {
    if (one.rule.on.project) invoke(one, "project", scope, { path }, run);
  }
  // A report in a file where the configuration says otherwise about the rule follows the configuration.
  return {
    errors: run.errors,
    findings: run.findings.flatMap((finding) => {
      const here = rules.forFile(finding.path).active.find((one) => one.rule.id === finding.ruleId);
      return here ? [{ ...finding, severity: weaker(here.severity, finding.severity) }] : [];
    }),
  };
}

function lintSteps(steps: readonly Step[], table: RuleTable, run: RuleRun): void {
  for (const step of steps) {
    // What IF NOT EXISTS skips may still differ from what is there.
    if (step.skipped && step.failures.length === 0) continue;
    const waiting = waitingFor(table, step.direction, step.operation.kind);
    if (waiting.length === 0) continue;
    const subject: Subject = { path: step.script.path, scope: step.scope, step };
    for (const one of waiting) call(one, step, subject, run);
  }
}

/** A rule's function for one kind of operation or scope, with the context that it is given. */
interface Waiting {
  readonly one: ActiveRule;
  readonly handler: Handler;
  readonly context: Context<Record<string, string>, unknown>;
}

/** What the call that is running reports about, and to whom: rules run one after the other. */
let running: { readonly subject: Subject; readonly run: RuleRun } | undefined;

function waiting(one: ActiveRule, kind: string): Waiting | undefined {
  // `on` pairs each kind with its own step type, which a look-up by a string can't express.
  const handler = (one.rule.on as Readonly<Record<string, Handler | undefined>>)[kind];
  if (!handler) return undefined;
  const report = (said: AnyReport): void => {
    running?.run.findings.push(rawFinding(one, said, running.subject));
  };
  return { one, handler, context: { options: one.options, report } };
}

const waitingOf = new WeakMap<RuleTable, Map<string, readonly Waiting[]>>();

/** Rules for an operation of this kind, those for every operation last; made once for each kind. */
function waitingFor(table: RuleTable, direction: "up" | "down", kind: string): readonly Waiting[] {
  let known = waitingOf.get(table);
  if (known === undefined) waitingOf.set(table, (known = new Map<string, readonly Waiting[]>()));
  const key = `${direction} ${kind}`;
  let found = known.get(key);
  if (found === undefined) {
    found = [kind, "operation"].flatMap((each) =>
      (table.on(direction, each) ?? []).flatMap((one) => waiting(one, each) ?? []),
    );
    known.set(key, found);
  }
  return found;
}

function invoke(one: ActiveRule, kind: string, argument: unknown, subject: Subject, run: RuleRun): void {
  const found = waiting(one, kind);
  if (found) call(found, argument, subject, run);
}

function call({ one, handler, context }: Waiting, argument: unknown, subject: Subject, run: RuleRun): void {
  running = { subject, run };
  try {
    handler(argument, context);
  } catch (error) {
    run.errors.push(internalError(error, one.rule.id, subject.path));
  }
}

/** @throws UnreadableError as it came: that is no bug, and without the text findings would be wrong */
export function internalError(error: unknown, ruleId?: string, file?: string): InternalError {
  if (error instanceof UnreadableError) throw error;
  return {
    ruleId,
    file,
    message: error instanceof Error ? error.message : String(error),
    stack: error instanceof Error ? error.stack : undefined,
  };
}

function rawFinding(one: ActiveRule, report: AnyReport, subject: Subject): RawFinding {
  const { rule } = one;
  const { scope } = subject;
  const step = report.step ?? subject.step;
  const template = rule.messages[report.message];
  if (template === undefined) throw new Error(`no message "${report.message}"`);
  // What a called function does stands in another text: nothing there can be pointed at, quoted or mended.
  const called = step?.operation.called === true;
  const at = placeOf(called && !("path" in report.at) ? step.operation.head : report.at, subject.path);
  const inStatement = step !== undefined && at.path === step.script.path;
  const data = report.data as Readonly<Record<string, string | number>> | undefined;
  const size = step && costsTime(rule.category) ? sizeInWords(step) : undefined;
  const message = messageOf(template, data, size);
  const severity = report.severity ? weaker(report.severity, one.severity) : one.severity;
  return {
    ruleId: rule.id,
    category: rule.category,
    severity: step && onSmallTables(rule.category, step) ? "note" : severity,
    message: message(0),
    instead:
      report.instead ??
      (step && !called ? rule.recipe?.(step) : undefined) ??
      adviceFor(rule.docs, step?.before.family),
    path: at.path,
    span: at.span,
    statement: inStatement ? step.statement.span : statementAround(at, scope),
    migration: scope?.migration.name,
    direction: step ? step.direction : undefined,
    operation: step?.operation.kind,
    locks: (step?.effects.locks ?? []).map((lock) => ({
      relation: step ? step.show(lock.relation) : lock.relation,
      mode: lock.mode,
    })),
    online: step && onlineNote(step),
    sizes: step && sizesOf(step),
    related: (report.related ?? []).map((related: Related) => ({
      ...placeOf(related.at, subject.path),
      message: related.message,
    })),
    confidential: report.confidential,
    fixLevel: rule.fix,
    fix: called || step?.script.written !== undefined ? undefined : fixIn(report.fix, step),
    once: rule.once?.(one.options) === true ? message : undefined,
  };
}

function onlineNote({ effects: { online }, show }: Step): OnlineNote | undefined {
  if (online === undefined) return undefined;
  const { table, algorithm, lock, rebuild, rowsCopied } = online;
  return { relation: show(table), algorithm, lock, rebuild, rowsCopied };
}

const fixIn = (fix: Fix | undefined, step: Step | undefined): Fix | undefined =>
  fix && step ? inCaseOf(fix, step.script, step.statement.span) : fix;

/** The message, telling how many migrations more are concerned. It outlives the step, so it keeps only texts. */
function messageOf(
  template: string,
  data: Readonly<Record<string, string | number>> | undefined,
  size: string | undefined,
): (more: number) => string {
  const inSize = size === undefined ? "" : ` (${size})`;
  return (count) => {
    if (count === 0) return fillPlaceholders(template, data) + inSize;
    const more = ` (and ${count} more ${count === 1 ? "migration" : "migrations"})`;
    return fillPlaceholders(template, { ...data, more }) + inSize;
  };
}

const placeOf = (at: Span | Place, path: string): Place => ("path" in at ? at : { path, span: at });

/** A rule of the `migration` scope may point into a statement: then its fingerprint is that statement's. */
function statementAround(at: Place, scope: MigrationScope | undefined): Span | undefined {
  if (!scope) return undefined;
  const { up, down } = scope.migration;
  return (
    (at.path === up.path ? statementIn(scope.steps, at.span) : undefined) ??
    (at.path === down?.path ? statementIn(scope.downSteps, at.span) : undefined)
  );
}

/** The statement that holds the span: a long script has many statements, and many findings. */
function statementIn(steps: readonly Step[], { start, end }: Span): Span | undefined {
  const spans = statementSpans.get(steps) ?? [...new Set(steps.map(({ statement }) => statement.span))];
  statementSpans.set(steps, spans);
  let low = 0;
  for (let high = spans.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const span = spans[low - 1];
  return span !== undefined && end <= span.end ? span : undefined;
}

/** In the order of the text. */
const statementSpans = new WeakMap<readonly Step[], readonly Span[]>();

/** Replaces `{{name}}`; a name without a value is a bug of the rule. */
export function fillPlaceholders(
  template: string,
  data: Readonly<Record<string, string | number>> | undefined,
): string {
  return template.replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => {
    const value = data?.[name];
    if (value === undefined) throw new Error(`no value for {{${name}}} in "${template}"`);
    return String(value);
  });
}

const costsTime = (category: Category): boolean => category === "locks" || category === "rewrites";

/** What only costs time on large tables is a note where all tables concerned are configured as small. */
function onSmallTables(category: Category, step: Step): boolean {
  if (!costsTime(category)) return false;
  const { locks, rewrites, scans, builds, online } = step.effects;
  const relations = new Set([
    ...locks.map((lock) => lock.relation),
    ...rewrites,
    ...scans,
    ...builds.map((build) => build.table),
    ...(online === undefined ? [] : [online.table]),
  ]);
  return relations.size > 0 && [...relations].every((relation) => step.size(relation) === "small");
}
