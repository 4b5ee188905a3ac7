/**
 * Runs rules over replayed migrations: a linter gives raw findings with offsets; `finish.ts` sorts them, applies
 * suppressions and turns offsets into lines and columns.
 */
import { UnreadableError } from "../project/file-system.ts";
import type { MigrationScope, ProjectScope, StatementScope, Step } from "../replay/step.ts";
import type { ActiveRule, RuleSet, RuleTable } from "./active.ts";
import { weaker } from "./opinions.ts";
import { rawFinding, StatementPlaces, type AnyReport, type RawFinding, type Subject } from "./raw-finding.ts";
import type { InternalError } from "./result.ts";
import type { Context, Rule } from "./rule.ts";

export interface RuleRun {
  readonly findings: RawFinding[];
  readonly errors: InternalError[];
}

type AnyContext = Context<Record<string, string>>;
type Handler = (subject: unknown, context: AnyContext) => void;

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

  constructor(rules: RuleSet) {
    this.#rules = rules;
  }

  /** Findings of one migration; none unless it is pending. */
  migration(scope: MigrationScope): RuleRun {
    const run = this.#begin();
    if (!scope.pending) return run;
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
    this.#subject = { path: scope.histories[0]?.root ?? "." };
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
    for (const [at, step] of steps.entries()) {
      const { direction, skipped, refused } = step;
      const waiting = this.#waitingFor(table, direction, [step.operation.kind, "operation"]);
      const ofStatement = this.#waitingFor(table, direction, ["statement"]);
      const isLast = ofStatement.length > 0 && steps[at + 1]?.statement !== step.statement;
      if (waiting.length === 0 && !isLast) continue;
      this.#subject = { path: step.script.path, scope: step.scope, step, statements: this.#statements };
      for (const each of waiting) if (wants(each.one, skipped, refused)) this.#call(each, step);
      if (isLast) this.#statement(statementOf(steps, at), ofStatement);
    }
  }

  /** A statement is refused as a whole, and skipped where nothing of it is left. */
  #statement(scope: StatementScope, waiting: readonly Waiting[]): void {
    const { steps, first } = scope;
    this.#subject = { ...this.#subject, step: first };
    const skipped = steps.every((step) => step.skipped);
    const refused = steps.some((step) => step.refused);
    for (const each of waiting) if (wants(each.one, skipped, refused)) this.#call(each, scope);
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
      this.#run.findings.push(rawFinding(one, said, this.#subject));
    };
    return { one, handler, context: { options: one.options, report } };
  }

  #call({ one, handler, context }: Waiting, argument: unknown): void {
    try {
      handler(argument, context);
    } catch (error) {
      this.#run.errors.push(internalError(error, one.rule, this.#subject.path));
    }
  }
}

/** Most rules speak only of what the server accepts and runs. */
const wants = ({ rule }: ActiveRule, skipped: boolean, refused: boolean): boolean =>
  (!skipped || rule.alsoSkipped !== undefined) && (!refused || rule.alsoRefused !== undefined);

/** The steps of the statement that step number `last` ends. */
function statementOf(steps: readonly Step[], last: number): StatementScope {
  let start = last;
  while (start > 0 && steps[start - 1]?.statement === steps[last]?.statement) start--;
  const own = steps.slice(start, last + 1);
  const [first] = own;
  if (first === undefined) throw new Error("a statement without steps");
  return { statement: first.statement, first, steps: own };
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
