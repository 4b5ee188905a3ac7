/** Rules that run beside the one under test: they see statements that the fixture would test nothing with. */
import type { Finding } from "../lint/finding.ts";
import type { LintResult } from "../lint/result.ts";
import { defineRule, type Rule } from "../lint/rule.ts";
import { missesTables } from "../lint/run.ts";
import { dialectNames } from "../model/dialect.ts";
import type { Step } from "../replay/step.ts";

const common = {
  category: "correctness",
  severity: "error",
  presets: [],
  dialects: dialectNames,
  directions: ["up", "down"],
  alsoRefused: "a fixture's text is checked, not a migration",
  docs: { summary: "A statement tests nothing.", why: "The rule isn't called.", instead: "Another one." },
} as const;

/** Reports what is no statement of the database, which every rule passes over. */
const notUnderstood = defineRule({
  ...common,
  id: "not-understood",
  messages: { unknown: "ddlint doesn't understand this statement, so that it tests nothing" },
  on: {
    unknown({ operation }, { report }) {
      report({ at: operation.head, message: "unknown" });
    },
  },
});

/** Reports SQL that is put together when it runs: the rule is called only for EXECUTE itself. */
const notKnown = defineRule({
  ...common,
  id: "not-known",
  messages: { dynamic: "ddlint can't know this SQL before it runs, so that it tests nothing" },
  on: {
    executeDynamic({ operation }, { report }) {
      report({ at: operation.head, message: "dynamic" });
    },
  },
});

/** Reports what the server is sure to refuse, for which the rule isn't called. */
const refusedFor = ({ dialects, directions = ["up"], alsoRefused }: Rule): Rule =>
  defineRule({
    ...common,
    id: "refused",
    dialects,
    directions,
    messages: { refused: "{{why}}" },
    on: {
      statement({ statement, steps }, { report }) {
        const why = steps.flatMap((step) => refusalOf(step, alsoRefused) ?? [])[0];
        if (why !== undefined) report({ at: statement.span, message: "refused", data: { why } });
      },
    },
  });

function refusalOf({ failures, effects }: Step, also: Rule["alsoRefused"]): string | undefined {
  const [failure] = failures;
  if (
    failure !== undefined &&
    (also.objects ?? (missesTables(failures) ? also.tables : undefined)) === undefined
  ) {
    const { kind, what, name } = failure;
    if (kind === "differs") return `${what} ${name} exists already, and differs`;
    return `${what} ${name} ${kind.startsWith("duplicate") ? "exists already" : "doesn't exist"}`;
  }
  return also.effects === undefined ? effects.fails : undefined;
}

/** The rules of ddlint test on purpose what is refused, and what is built when it runs. */
export const watchersFor = (rule: Rule, isBuiltIn: boolean): readonly Rule[] =>
  isBuiltIn
    ? [notUnderstood]
    : [notUnderstood, ...(rule.on.executeDynamic === undefined ? [notKnown] : []), refusedFor(rule)];

const watched = ["refused", notUnderstood.id, notKnown.id];

/** `-- want "refused"`: it isn't a finding of the rule. */
export const isOfWatcher = (pattern: string): boolean => watched.some((id) => pattern.startsWith(id));

/**
 * The findings without those of watchers that repeat others: what the grammar rejects isn't understood either, and
 * where the rule does report, as those of a whole migration may, it is tested.
 */
export function withoutRepeats<T extends LintResult>(result: T, { id }: Rule): T {
  const { findings } = result;
  const others: Readonly<Record<string, string>> = { [notUnderstood.id]: "syntax-error", refused: id };
  const isRepeat = ({ ruleId, file, line, endLine }: Finding): boolean =>
    findings.some(
      (one) => one.ruleId === others[ruleId] && one.file === file && one.line >= line && one.line <= endLine,
    );
  return { ...result, findings: findings.filter((one) => !isRepeat(one)) };
}
