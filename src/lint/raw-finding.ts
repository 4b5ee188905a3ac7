/** A finding, from what a rule reports and the step or the file that it is about: built here and nowhere else. */
import type { LockMode } from "../effects/effects.ts";
import { isSource } from "../project/code-tools.ts";
import { isWithin } from "../project/files/paths.ts";
import type { CodeText, History } from "../project/migration.ts";
import { droppedSoon } from "../replay/questions/rows/dropped-soon.ts";
import type { MigrationScope, Step } from "../replay/step.ts";
import type { Schema } from "../schema/schema.ts";
import { placeOf as placeIn } from "../text/source-map.ts";
import type { Span } from "../text/span.ts";
import { adviceFor, commentLine, commentsFor } from "./advice.ts";
import type { ActiveRule } from "./active.ts";
import { assumes, lessened } from "./few-rows.ts";
import type { Finding, OnlineNote } from "./finding.ts";
import { inCaseOf } from "./keyword-case.ts";
import { weaker } from "./opinions.ts";
import { checkBounds, checkedRecipe, checkReport } from "./report-shape.ts";
import type { Advice, Category, Fix, Implying, Place, Related, Report, Rule, Severity } from "./rule.ts";
import * as recipes from "../recipes/index.ts";
import { sizeInWords, sizesOf } from "./sizes.ts";

/** A finding before its offsets are turned into lines. */
export interface RawFinding {
  readonly ruleId: string;
  /** The place in code that sends the statement. */
  readonly sentAt?: string | undefined;
  readonly category: Category;
  readonly severity: Severity;
  readonly message: string;
  readonly instead?: string | undefined;
  /** What `instead` is made from, where it is more than a sentence. */
  readonly advice?: Advice | undefined;
  /** What stands in place of that advice where it doesn't fit. */
  readonly inWords?: string | undefined;
  readonly path: string;
  readonly span: Span;
  readonly wholeFile?: true | undefined;
  /** The statement that it is about, in the same file. */
  readonly statement?: Span | undefined;
  /** The operation of that statement, if it is about one. */
  readonly at?: Span | undefined;
  readonly migration?: string | undefined;
  readonly direction?: "up" | "down" | undefined;
  readonly operation?: string | undefined;
  /** The table of that operation, as messages name it. */
  readonly table?: string | undefined;
  readonly locks: readonly { readonly relation: string; readonly mode: LockMode }[];
  readonly online?: OnlineNote | undefined;
  readonly sizes?: Finding["sizes"];
  readonly related: readonly { readonly path: string; readonly span: Span; readonly message: string }[];
  readonly confidential?: true | undefined;
  /** Declared by the rule: does the fix mean the same to the database? */
  readonly fixLevel: "none" | "safe" | "suggestion";
  readonly fix?: Fix | undefined;
  /** See the report of a rule. */
  readonly repaired?: ((end: Schema) => boolean) | undefined;
  /** See the report of a rule. */
  readonly noted?: ((end: Schema) => boolean) | undefined;
  /** See the report of a rule. */
  readonly weight?: number | undefined;
  /** See the report of a rule. */
  readonly impliedBy?: Implying | undefined;
  /** What later migrations make of its advice. */
  readonly laterAdvice?: recipes.LaterAdvice | undefined;
  /** What they make of a sentence of it. */
  readonly laterWords?: recipes.LaterWords | undefined;
  /** It isn't so any more at the end of the history. */
  readonly isRepaired?: true | undefined;
  /** Of a rule that speaks once a run: what its message is made from; see `messageOf`. */
  readonly once?: MessageParts | undefined;
}

type Data = Readonly<Record<string, string | number>>;

/** It outlives the step, so it keeps only texts. */
interface MessageParts {
  readonly template: string;
  readonly data: Data | undefined;
  readonly size: string | undefined;
  /** Puts names back as they are written. */
  readonly back?: ((text: string) => string) | undefined;
}

/** A report of any rule, whatever its messages. */
export type AnyReport = Report<Record<string, string>>;

/** What a report is about when the rule doesn't say. */
export interface Subject {
  readonly path: string;
  readonly scope?: MigrationScope | undefined;
  readonly step?: Step | undefined;
  /** Finds the statement that holds a span of a script. */
  readonly statements?: StatementPlaces | undefined;
  /** All of them, where the report is about no migration of one. */
  readonly histories?: readonly History[] | undefined;
  /** In a scope of all histories: how many characters the text of a script has. */
  readonly lengthOf?: ((path: string) => number | undefined) | undefined;
}

/** The history of a file that nothing runs. */
const unrunAround = (path: string, { histories = [] }: Subject): History | undefined =>
  histories.find(({ root, unrun }) => unrun !== undefined && isWithin(root, path));

/**
 * Undefined: see `lessened`.
 *
 * @throws Error if the report isn't one, or points to what isn't there
 */
export function rawFinding(one: ActiveRule, report: AnyReport, subject: Subject): RawFinding | undefined {
  const { rule } = one;
  const { scope } = subject;
  checkReport(report, rule);
  const step = report.step ?? subject.step;
  const template = rule.messages[report.message] ?? "";
  // What a called function does stands in another text: nothing there can be pointed at, quoted or mended.
  const called = step?.operation.called === true;
  // Nor can a statement be written whose names aren't known, or don't stand there.
  const isUnnamed = step?.operation.unnamed === true || step?.operation.composed === true;
  const at = placeOf(called && !("path" in report.at) ? step.operation.head : report.at, subject.path);
  const inStatement = step !== undefined && at.path === step.script.path;
  const size = step && assumes(rule) === "many rows" ? sizeInWords(step) : undefined;
  const history = (step?.scope ?? scope)?.history ?? unrunAround(at.path, subject);
  // H2 and its like accept much that the server refuses, and the server is only assumed.
  const isOnStandIn = history?.runsOnStandIn === true;
  // Up and down in one file: the place alone doesn't say which of them fails.
  const isRollback = step?.direction === "down" && step.script.path === step.scope.migration.up.path;
  const fails = isRollback ? "the rollback fails" : "fails";
  const message: MessageParts = {
    template: template.replace(
      /^fails\b/,
      isOnStandIn ? `${fails} on ${step?.before.dialect.title ?? "the server"}` : fails,
    ),
    data: report.data,
    size,
  };
  const fix =
    called ||
    isUnnamed ||
    isOnStandIn ||
    step?.script.written !== undefined ||
    (step !== undefined && !isUnderstood(step))
      ? undefined
      : fixIn(report.fix, step);
  const stated = report.severity ? weaker(report.severity, one.severity) : one.severity;
  // Nobody wrote it, and in many projects nobody runs it.
  const isAutomatic = step?.direction === "down" && step.script.code?.automatic === true;
  const own = isAutomatic && /^fails\b/.test(template) ? history?.ownRollback : undefined;
  const ownRollback = own && step && recipes.ownRollbackFails(step, own);
  const isOfNobody = isForeign(rule, (step?.script ?? scope?.migration.up)?.code);
  const isUnrun = history?.unrun?.isSure === true && rule.alsoUnrun === undefined;
  const most = isOfNobody || isUnrun || isOnStandIn ? "note" : "warning";
  const isWeaker = isAutomatic || most === "note";
  const severity = isWeaker ? weaker(stated, most) : stated;
  const less = step && lessened(rule, step, severity);
  if (less === "moot") return undefined;
  const related = [
    ...(report.related ?? []),
    ...calledIn(step),
    ...hiding(rule, step),
    ...(less?.related ?? []),
  ].map((each: Related) => ({
    ...placeOf(each.at, subject.path),
    message: each.message,
  }));
  checkBounds(at, fix, related, subject.lengthOf ?? ((path) => lengthIn(path, step, scope)));
  const recipe = (of: Step): string | Advice | undefined => {
    const made = checkedRecipe(rule.recipe(of, one.options));
    if (made === undefined || !isWritable(made, of)) return undefined;
    return typeof made === "string" || isInWords(made) || !recipes.isSentAgain(of)
      ? made
      : `${sentence(recipes.wordsFor(of, adviceFor(rule.docs, of.before.family)))} ${severalCalls}`;
  };
  const given =
    ownRollback ??
    (isUnnamed || namesUnknown(report.instead ?? "") ? undefined : report.instead) ??
    (step && !called && !isUnnamed ? recipe(step) : undefined);
  const told = adviceOf(
    at.path,
    rule.docs,
    given,
    step,
    report.instead === undefined ? recipe : undefined,
    rule.declared === true ? recipes.alsoDeclared(history?.declared, step) : undefined,
  );
  return {
    ruleId: rule.id,
    category: rule.category,
    severity: less?.severity ?? severity,
    message: messageOf(message, 0),
    ...told,
    // Words in place of the advice put off the same.
    laterAdvice: step && laterAdviceOf(step, given, rule, at),
    laterWords: step && typeof given === "object" ? recipes.neededAtEnd(step, given) : undefined,
    path: at.path,
    span: at.span,
    wholeFile: at.wholeFile,
    statement: inStatement ? step.statement.span : scope && subject.statements?.around(at, scope),
    at: inStatement ? step.operation.span : undefined,
    migration: scope?.migration.name,
    direction: step ? step.direction : undefined,
    operation: step?.operation.kind,
    table: step?.table && step.show(step.table),
    locks: (step?.effects.locks ?? []).map((lock) => ({
      relation: step ? step.show(lock.relation) : lock.relation,
      mode: lock.mode,
    })),
    online: step && onlineNote(step),
    sizes: step && sizesOf(step),
    related,
    confidential: report.confidential,
    repaired: report.repaired ?? (step && isOfLocks(rule) ? droppedSoon(step) : undefined),
    noted: report.noted,
    weight: report.weight,
    impliedBy: report.impliedBy,
    fixLevel: rule.fix,
    fix,
    sentAt: step && callOf(step),
    once: rule.once?.(one.options) === true ? message : undefined,
  };
}

/** What a later migration drops needs no other way to take them. */
const isOfLocks = ({ category }: Rule): boolean => category === "locks" || category === "rewrites";

/** Of changed rows: why there may be none. */
function hiding(rule: Rule, step: Step | undefined): readonly Related[] {
  const policy = assumes(rule) === undefined ? undefined : step?.security.hiddenFromOwner();
  return policy === undefined ? [] : [{ at: policy.origin, message: hidden }];
}

const hidden =
  "row level security is forced, and this policy asks for a setting: without it, and without BYPASSRLS, no row changes";

/** Where code sends the statement: a call in a loop sends others from there as well. */
function callOf({ script: { code }, statement }: Step): string | undefined {
  const place = code && placeIn(code.map, statement.span);
  return place && `${place.path} ${place.span.start}`;
}

/** Of what the project only keeps a copy of, it is for others to say how it is written; what fails, fails. */
const isForeign = ({ category }: ActiveRule["rule"], code: CodeText | undefined): boolean =>
  code?.unit?.isForeign === true && category !== "correctness";

const severalCalls =
  "A function sends this statement in several calls: the steps are needed for each of them, with its own values.";

/** A name that only the run knows, such as one of a loop's record, is none to write. */
const namesUnknown = (advice: string | Advice): boolean =>
  (typeof advice === "string" ? [advice] : advice.flatMap(({ statements }) => statements)).some(
    recipes.hasHoleName,
  );

/** What code knows only when it runs, such as a value or a type, can't be written as SQL. */
function isWritable(advice: string | Advice, step: Step): boolean {
  if (namesUnknown(advice)) return false;
  const { script, statement, scope } = step;
  const holes = recipes.hasHoles(script, statement);
  if (typeof advice === "string" || !(isSource(script.path) || holes)) return true;
  if (recipes.isRestLost(step) || advice.some(({ statements }) => statements.some(recipes.isOpaque)))
    return false;
  const parameters = recipes.parametersOf(step);
  if (advice.some(({ statements }) => statements.some((sql) => parameters.some((one) => sql.includes(one)))))
    return false;
  // A name may stand for it.
  const isUnknown = (text: string): boolean =>
    recipes.hasHole(text, script) || (holes && (text.match(/\w{2,}/g)?.some(scope.isPlaceholder) ?? false));
  return !advice.some(({ statements }) => statements.some(isUnknown));
}

function laterAdviceOf(
  step: Step,
  given: string | Advice | undefined,
  { docs, assumes: assumed, alsoRefused }: ActiveRule["rule"],
  { path, span }: Place,
) {
  const isAboutFailure = alsoRefused.objects !== undefined && path === step.script.path;
  const other =
    (isAboutFailure ? recipes.madeLater(step, span) : undefined) ??
    (assumed === "rows" ? recipes.keyedLater(step) : undefined);
  if (other !== undefined) return other;
  if (typeof given === "object") {
    const comment = (text: string): string => commentLine(path, text);
    return (
      recipes.takenAgain(step, given) ??
      recipes.neededLater(step, given, comment) ??
      recipes.keptLabel(step, comment)
    );
  }
  return given === undefined ? recipes.wordsWhereTaken(step, adviceFor(docs, step.before.family)) : undefined;
}

/** With what the schema at the end of the history makes of its advice. */
export function inLaterWords(finding: RawFinding, end: Schema): RawFinding {
  const change = finding.laterWords?.(end);
  if (change === undefined) return finding;
  const { instead, advice } = finding;
  return {
    ...finding,
    instead: instead && change(instead),
    advice: advice && recipes.mapAdvice(advice, change),
  };
}

/** What to write instead, in the language of the file. */
function adviceOf(
  path: string,
  docs: ActiveRule["rule"]["docs"],
  given: string | Advice | undefined,
  step: Step | undefined,
  recipe: ((step: Step) => string | Advice | undefined) | undefined,
  declared: string | undefined,
): Pick<RawFinding, "instead" | "advice" | "inWords"> {
  const isSql = typeof given === "object";
  const inWords = recipes.wordsFor(step, adviceFor(docs, step?.before.family));
  const renamed = isSql && step !== undefined ? recipes.renamedBehind(step, given) : undefined;
  const isCode = isSql && renamed === undefined && !(step !== undefined && recipes.isOutOfPlace(step, given));
  if (!isCode) {
    const usual = typeof given === "string" ? given : inWords;
    const more = [
      renamed && laterNamed(renamed),
      declared,
      step?.transaction.kind === "block" ? recipes.apartInWords(step, usual) : undefined,
    ].filter((one) => one !== undefined);
    return { instead: commentsFor(path, [more.length === 0 ? usual : sentence(usual), ...more].join(" ")) };
  }
  const again = (of: Step): Advice | undefined => {
    const made = recipe?.(of);
    return typeof made === "string" ? undefined : made;
  };
  const advice = step
    ? recipes.outsideOfMarks(
        step,
        recipes.withOwnValues(
          step,
          recipes.inDeployments(step, recipes.withCall(step, recipes.withRest(step, given, recipe && again))),
        ),
      )
    : given;
  // Other statements of the call have come along.
  const why = step && recipes.whyInWords(step, advice);
  if (step !== undefined && (why !== undefined || (!isWritable(advice, step) && isWritable(given, step)))) {
    // A sentence of the recipe's own needs no code.
    const words = isInWords(given) ? recipes.textOfAdvice(given) : inWords;
    return { instead: commentsFor(path, why === undefined ? words : `${sentence(words)} ${why}`) };
  }
  const instead = recipes.textOfAdvice(advice, step && (recipes.writingOf(step) ?? recipes.sectionsOf(step)));
  return isInWords(advice) ? { instead } : { instead, advice, inWords: commentsFor(path, inWords) };
}

const isInWords = (advice: Advice): boolean => advice.every(({ language }) => language === "words");

const laterNamed = (renamed: string): string =>
  `What belongs in a later migration names it as it is called then: this one renames ${renamed}.`;

/** As the first of two. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

/** One statement may have thousands of operations, with a finding each. */
const understood = new WeakMap<Step["statement"], boolean>();

/** An edit of a statement that is read in part may stand where it means something else, or nothing. */
function isUnderstood({ statement }: Step): boolean {
  let known = understood.get(statement);
  if (known === undefined) {
    known = statement.mistaken !== true && statement.operations.every(({ kind }) => kind !== "unknown");
    understood.set(statement, known);
  }
  return known;
}

function onlineNote({ effects: { online }, show }: Step): OnlineNote | undefined {
  if (online === undefined) return undefined;
  const { table, algorithm, lock, rebuild, rowsCopied } = online;
  return { relation: show(table), algorithm, lock, rebuild, rowsCopied };
}

const fixIn = (fix: Fix | undefined, step: Step | undefined): Fix | undefined =>
  fix && step ? inCaseOf(fix, step.script, step.statement.span) : fix;

/** The message, telling how many migrations more are concerned. */
export function messageOf(
  { template, data, size, back = (text) => text }: MessageParts,
  count: number,
): string {
  const inSize = size === undefined ? "" : ` (${size})`;
  const more = ` (and ${count} more ${count === 1 ? "migration" : "migrations"})`;
  return back(fillPlaceholders(template, count === 0 ? data : { ...data, more }) + inSize);
}

/** A helper may be called many times: which call it is. */
const calledIn = (step: Step | undefined): readonly Related[] =>
  step !== undefined && "calledAt" in step.operation && step.operation.calledAt !== undefined
    ? [{ at: step.operation.calledAt, message: "called here" }]
    : [];

const placeOf = (at: Span | Place, path: string): Place => ("path" in at ? at : { path, span: at });

/** The length of a script of the step or the migration; undefined: the text is another one. */
function lengthIn(
  path: string,
  step: Step | undefined,
  scope: MigrationScope | undefined,
): number | undefined {
  const scripts = [step?.script, scope?.migration.up, scope?.migration.down];
  return scripts.find((script) => script?.path === path)?.text.length;
}

/** The statements of scripts by their places: a long script has many statements, and many findings. */
export class StatementPlaces {
  /** In the order of the text. */
  readonly #spans = new WeakMap<readonly Step[], readonly Span[]>();

  /** A rule of the `migration` scope may point into a statement: then its fingerprint is that statement's. */
  around(at: Place, scope: MigrationScope): Span | undefined {
    const { up, down } = scope.migration;
    return (
      (at.path === up.path ? this.#in(scope.steps, at.span) : undefined) ??
      (at.path === down?.path ? this.#in(scope.downSteps, at.span) : undefined)
    );
  }

  #in(steps: readonly Step[], { start, end }: Span): Span | undefined {
    const spans = this.#spans.get(steps) ?? [...new Set(steps.map(({ statement }) => statement.span))];
    this.#spans.set(steps, spans);
    let low = 0;
    for (let high = spans.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.start ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const span = spans[low - 1];
    return span !== undefined && end <= span.end ? span : undefined;
  }
}

/** Replaces `{{name}}`; a name without a value is a bug of the rule. */
function fillPlaceholders(template: string, data: Data | undefined): string {
  return template.replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => {
    const value = data?.[name];
    if (value === undefined) throw new Error(`no value for {{${name}}} in "${template}"`);
    return String(value);
  });
}
