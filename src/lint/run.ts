/**
 * Runs rules over replayed migrations: a linter gives raw findings with offsets; `finish.ts` sorts them, applies
 * suppressions and turns offsets into lines and columns.
 */
import { UnreadableError } from "../project/files/file-system.ts";
import type { MigrationScope, ProjectScope, StatementScope, Step } from "../replay/step.ts";
import { isOfTool } from "../replay/questions/rows/rows.ts";
import { mayBeElsewhere } from "../schema/failure.ts";
import type { ActiveRule, RuleSet, RuleTable } from "./active.ts";
import { weaker } from "./opinions.ts";
import { rawFinding, StatementPlaces, type AnyReport, type RawFinding, type Subject } from "./raw-finding.ts";
import type { InternalError } from "./result.ts";
import type { AlsoRefused, Context, Rule } from "./rule.ts";

export interface RuleRun {
  readonly findings: RawFinding[];
  readonly errors: InternalError[];
}

type AnyContext = Context<Record<string, string>>;
/** What it returns has no meaning, but plain JavaScript may return something. */
type Handler = (subject: unknown, context: AnyContext) => unknown;

/** A rule's function for one kind of operation or scope, with the context that it is given. */
interface Waiting {
  readonly one: ActiveRule;
  readonly handler: Handler;
  readonly context: AnyContext;
}

/** The rules of one run. A rule that throws becomes an error, the others go on. */
export class Linter {
  readonly #rules: RuleSet;
  readonly #statements = new StatementPlaces();
  /** By direction and kind: made once for each table of rules. */
  readonly #waiting = new Map<RuleTable, Map<string, readonly Waiting[]>>();
  #run: RuleRun = { findings: [], errors: [] };
  /** What the function that is running reports about: rules run one after the other. */
  #subject: Subject = { path: "." };
  /** The rule whose function runs. */
  #running: ActiveRule | undefined;

  constructor(rules: RuleSet) {
    this.#rules = rules;
  }

  /** Findings of one migration; none unless it is pending. */
  migration(scope: MigrationScope): RuleRun {
    const run = this.#begin();
    if (!scope.pending || scope.isRefusedCopy) return run;
    const { up, down } = scope.migration;
    const table = this.#rules.forFile(up.path);
    this.#steps(scope.steps, table);
    this.#subject = { path: up.path, scope, statements: this.#statements };
    for (const waiting of this.#waitingFor(table, "up", ["migration"])) this.#call(waiting, scope);
    if (down) this.#steps(scope.downSteps, this.#rules.forFile(down.path));
    return run;
  }

  /** Findings of the rules that look at all histories at once. */
  project(scope: ProjectScope): RuleRun {
    const run = this.#begin();
    this.#subject = {
      path: scope.histories[0]?.root ?? ".",
      histories: scope.histories,
      lengthOf: lengthsOf(scope),
    };
    for (const one of this.#rules.active) {
      const waiting = this.#waits(one, "project");
      if (waiting) this.#call(waiting, scope);
    }
    // A report in a file where the configuration says otherwise about the rule follows the configuration.
    return {
      errors: run.errors,
      findings: run.findings.flatMap((finding) => {
        const { active } = this.#rules.forFile(finding.path);
        const here = active.find((one) => one.rule.id === finding.ruleId);
        return here ? [{ ...finding, severity: weaker(here.severity, finding.severity) }] : [];
      }),
    };
  }

  #begin(): RuleRun {
    return (this.#run = { findings: [], errors: [] });
  }

  #steps(steps: readonly Step[], table: RuleTable): void {
    for (const scope of statementsOf(steps)) {
      // What is wrong with it is reported, and whoever corrects it may change more.
      if (isMadeAgain(scope) || scope.statement.rejected === true) continue;
      const refused = refusals(scope.steps);
      // What has failed on the way up is never taken back, and its rollback fails for the same cause.
      if (refused.length > 0 && scope.first.direction === "down" && scope.first.scope.steps.some(fails))
        continue;
      for (const step of scope.steps) {
        const kinds = [step.operation.kind, "operation"];
        this.#pass(step, step, table, kinds, { skipped: step.skipped, refused });
      }
      // It is skipped where nothing of it is left.
      const skipped = scope.steps.every((step) => step.skipped);
      this.#pass(scope, scope.first, table, ["statement"], { skipped, refused });
      // All that follows in a copy of another migration is refused or done for the same reason.
      const { direction, scope: migration, script } = scope.first;
      if (refused.includes("objects") && direction === "up" && !skipped && migration.copyOf !== undefined)
        return;
      // A rollback that the tool makes is written by hand once it fails, and as a whole.
      const failsForSure = refused.includes("objects") || refused.includes("effects");
      if (failsForSure && direction === "down" && !skipped && script.code?.automatic === true) return;
    }
  }

  /** Passes a step or a statement to the rules that wait for it and want it. */
  #pass(
    argument: Step | StatementScope,
    step: Step,
    table: RuleTable,
    kinds: readonly string[],
    outcome: Outcome,
  ): void {
    const waiting = this.#waitingFor(table, step.direction, kinds);
    if (waiting.length === 0) return;
    this.#subject = { path: step.script.path, scope: step.scope, step, statements: this.#statements };
    for (const each of waiting) if (wants(each.one, outcome)) this.#call(each, argument);
  }

  /** Rules for these kinds and scopes, in this order. */
  #waitingFor(table: RuleTable, direction: "up" | "down", kinds: readonly string[]): readonly Waiting[] {
    let known = this.#waiting.get(table);
    if (known === undefined) this.#waiting.set(table, (known = new Map<string, readonly Waiting[]>()));
    const key = `${direction} ${kinds[0] ?? ""}`;
    let found = known.get(key);
    if (found === undefined) {
      found = kinds.flatMap((kind) =>
        (table.on(direction, kind) ?? []).flatMap((one) => this.#waits(one, kind) ?? []),
      );
      known.set(key, found);
    }
    return found;
  }

  #waits(one: ActiveRule, kind: string): Waiting | undefined {
    // `on` pairs each kind with its own step type, which a look-up by a string can't express.
    const handler = (one.rule.on as Readonly<Record<string, Handler | undefined>>)[kind];
    if (!handler) return undefined;
    const report = (said: AnyReport): void => {
      // Too late: what the step answered then is no longer true, and `#call` has reported the promise.
      if (this.#running !== one) return;
      if (one.rule.category === "schema" && isOfOthers(said.step ?? this.#subject.step)) return;
      if (isOnlyOfUp(one, said, this.#subject.step)) return;
      if (
        one.rule.endsWithTable === true &&
        (said.step ?? this.#subject.step)?.dependents.tableGoes() === true
      )
        return;
      const finding = rawFinding(one, said, this.#subject);
      if (finding !== undefined) this.#run.findings.push(finding);
    };
    return { one, handler, context: { options: one.options, report } };
  }

  #call({ one, handler, context }: Waiting, argument: unknown): void {
    this.#running = one;
    try {
      const returned = handler(argument, context);
      if (returned !== undefined) refusePromise(returned);
    } catch (error) {
      this.#run.errors.push(internalError(error, one.rule, this.#subject.path));
    } finally {
      this.#running = undefined;
    }
  }
}

/** @throws Error if it is a promise: nobody waits for what it reports */
function refusePromise(returned: unknown): void {
  const { then } = Object(returned) as { readonly then?: unknown };
  if (typeof then !== "function") return;
  // Without a handler its rejection would end the process.
  Promise.resolve(returned).catch(() => undefined);
  throw new Error(
    "its function returned a promise: functions of `on` are synchronous, so they can't be async",
  );
}

/** The rule reports of a rollback only what fails. */
const isOnlyOfUp = ({ rule }: ActiveRule, { message, step }: AnyReport, own: Step | undefined): boolean =>
  rule.failuresOfRollback === true &&
  (step ?? own)?.direction === "down" &&
  !/^fails\b/.test(rule.messages[message] ?? "");

/** It is about a table that an extension, or the tool itself, keeps: nobody here chose its shape. */
function isOfOthers(step: Step | undefined): boolean {
  if (step?.table === undefined) return false;
  const key = step.before.resolve(step.table);
  return step.before.dialect.names.isOfExtension(key) || isOfTool(step.scope, key);
}

/** The length of each script, looked up when something is reported. */
function lengthsOf({ histories }: ProjectScope): (path: string) => number | undefined {
  let known: ReadonlyMap<string, number> | undefined;
  return (path) => {
    known ??= new Map(
      histories.flatMap(({ migrations }) =>
        migrations.flatMap(({ up, down }) =>
          [up, ...(down ? [down] : [])].map((script) => [script.path, script.text.length] as const),
        ),
      ),
    );
    return known.get(path);
  };
}

/** What the server surely does with a statement instead of running it. */
interface Outcome {
  readonly skipped: boolean;
  readonly refused: readonly (keyof AlsoRefused)[];
}

/** Most rules look only at what the server accepts and runs. */
const wants = ({ rule }: ActiveRule, { skipped, refused }: Outcome): boolean =>
  (!skipped || rule.alsoSkipped !== undefined) &&
  refused.every(
    (cause) =>
      (rule.alsoRefused[cause] ?? (cause === "tables" ? rule.alsoRefused.objects : undefined)) !== undefined,
  );

/** What is reported at the first CREATE TABLE that the server refuses is about this one, too. */
function isMadeAgain({ statement, first: { direction, scope } }: StatementScope): boolean {
  const again = direction === "up" ? scope.madeAgain : undefined;
  return again !== undefined && statement !== again.statement && again.statements.has(statement);
}

const fails = ({ refused, skipped }: Step): boolean => refused && !skipped;

/** Only tables are missing that may be there all the same. */
export const missesTables = (failures: Step["failures"]): boolean => failures.every(mayBeElsewhere);

/** Why the server refuses the statement of these steps; it is refused as a whole. */
function refusals(steps: readonly Step[]): Outcome["refused"] {
  const failures = steps.flatMap((step) => step.failures);
  return [
    ...(failures.length > 0 ? [missesTables(failures) ? ("tables" as const) : ("objects" as const)] : []),
    ...(steps.some(({ effects }) => effects.fails !== undefined) ? (["effects"] as const) : []),
  ];
}

function* statementsOf(steps: readonly Step[]): Generator<StatementScope> {
  for (let start = 0; start < steps.length;) {
    const first = steps[start];
    if (first === undefined) return;
    let end = start + 1;
    while (steps[end]?.statement === first.statement) end++;
    yield { statement: first.statement, first, steps: steps.slice(start, end) };
    start = end;
  }
}

/** @throws UnreadableError as it came: that is no bug, and without the text findings would be wrong */
export function internalError(
  error: unknown,
  rule: Pick<Rule, "id" | "pack"> | undefined,
  file?: string,
): InternalError {
  if (error instanceof UnreadableError) throw error;
  return {
    pack: rule?.pack,
    ruleId: rule?.id,
    file,
    message: error instanceof Error ? error.message : String(error),
    stack: error instanceof Error ? error.stack : undefined,
  };
}
