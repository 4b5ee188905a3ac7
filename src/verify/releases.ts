/** What another release than the one that ran the migrations does with them, by ddlint's own tables. */
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { Step } from "../replay/step.ts";
import { placeOfStatement } from "./differences.ts";
import type { VerifyProblem } from "./result.ts";

/**
 * @param here as replayed for the server that runs it
 * @param there as replayed for the server that the project states, by its title
 */
export function releaseDifferences(
  here: ReplayedMigration,
  there: ReplayedMigration,
  title: string,
): readonly VerifyProblem[] {
  const pairs = [
    ...here.steps.map((step, at) => [step, there.steps[at]] as const),
    ...here.downSteps.map((step, at) => [step, there.downSteps[at]] as const),
  ];
  return pairs.flatMap(([one, other]): readonly VerifyProblem[] => {
    if (other === undefined || one.skipped) return [];
    const message = differenceOf(one, other, title);
    return message === undefined
      ? []
      : [
          {
            kind: "other-release",
            severity: other.refused && !one.refused ? "error" : "note",
            message,
            ...placeOfStatement(one.script, one.statement),
            details: [],
          },
        ];
  });
}

const locksOf = ({ effects }: Step): string =>
  effects.locks.map(({ relation, mode }) => `${mode} on ${relation}`).join(", ") || "no lock";

function differenceOf(one: Step, other: Step, title: string): string | undefined {
  const [unsupported] = other.unsupported();
  if (unsupported !== undefined && one.unsupported().length === 0)
    return `${title} can't do this, which needs ${unsupported.needs}: ${unsupported.reason}`;
  if (other.refused && !one.refused)
    return `${title} refuses this: ${other.effects.fails ?? "it can't do it"}`;
  const [rewrites, rewritesThere] = [one, other].map(({ effects }) => effects.rewrites.join(", "));
  if (rewrites !== rewritesThere)
    return `${title} rewrites ${rewritesThere === "" ? "nothing" : (rewritesThere ?? "")} here`;
  const [locks, locksThere] = [locksOf(one), locksOf(other)];
  return locks === locksThere ? undefined : `${title} takes ${locksThere} here`;
}
