/** The safe steps in place of a migration of MongoDB. */
import { UserError } from "../config/user-error.ts";
import { roundsOf } from "../plan/documents/rounds.ts";
import type { History, Migration } from "../project/migration.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { noted } from "./chosen-migration.ts";
import type { Plan, PlanOptions, PlanStep } from "./plan.ts";

interface Input {
  readonly history: History;
  readonly migration: Migration;
  readonly scope: ReplayedMigration;
  readonly isApplied: boolean;
  readonly options: PlanOptions;
}

const step = (kind: PlanStep["kind"], phase: PlanStep["phase"], part: Partial<PlanStep>): PlanStep => ({
  kind,
  phase,
  why: [],
  statements: [],
  transaction: "none",
  locks: [],
  works: [],
  rules: [],
  ...part,
});

/** @throws UserError if files are asked for */
export function documentPlan({ history, migration, scope, isApplied, options }: Input): Plan {
  if (options.files === true)
    throw new UserError(`${migration.up.path} is code: it isn't written`, {
      hint: "leave out --write, and copy what is printed",
    });
  const source = migration.up.code?.source ?? migration.up.text;
  const { rounds, gaps } = roundsOf(scope.steps, source);
  const note = noted(scope);
  const steps = rounds.flatMap(({ first, code }, i): readonly PlanStep[] => {
    const phase = i === 0 ? "expand" : "contract";
    return [
      ...first.map(({ kind, why }) => step(kind, phase, { why: [why] })),
      ...(code.length === 0 ? [] : [step("migration", phase, { statements: code })]),
    ];
  });
  return {
    isApplied,
    isUnchanged: false,
    migration: migration.name,
    file: migration.up.path,
    dialect: history.dialect,
    tool: history.tool,
    language: "javascript",
    steps,
    solved: [],
    gaps: gaps.map((gap) => ({ ...note(gap), hint: "plan this part by hand" })),
    additions: [],
    differences: [],
    findings: [],
  };
}
