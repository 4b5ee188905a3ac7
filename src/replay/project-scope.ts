import type { History } from "../project/migration.ts";
import { startOf } from "./replay.ts";
import type { ProjectScope } from "./step.ts";

export function projectScope(histories: readonly History[]): ProjectScope {
  return {
    histories,
    fileProblems: (those, rule) =>
      those.flatMap(({ problems }) => problems.filter((problem) => problem.rule === rule)),
    startOf,
  };
}
