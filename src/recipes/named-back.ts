/** A rollback that drops by its name what advice leaves out: it would fail without that. */
import type { Step } from "../replay/step.ts";

/** Somebody has written a DROP of it into the rollback. `name`: of an index or a constraint, as the server keeps it. */
export const isDroppedBack = ({ scope }: Pick<Step, "scope">, name: string | undefined): boolean =>
  name !== undefined &&
  scope.downSteps.some(
    ({ operation, script }) =>
      (operation.kind === "dropIndex"
        ? operation.index.name === name
        : operation.kind === "dropConstraint" && operation.name.text === name) &&
      script.code?.derived !== true,
  );

/** Words behind "leave it out"; empty: no rollback names any of these. */
export const alsoBack = (step: Pick<Step, "scope">, ...names: readonly (string | undefined)[]): string =>
  names.some((name) => isDroppedBack(step, name)) ? ", here and in the rollback" : "";

/** A sentence for a foreign key that another one makes needless; undefined: the rule's own is enough. */
export function withoutKey(step: Step, name: string): string | undefined {
  const back = alsoBack(step, name);
  return back === "" ? undefined : `Leave it out${back}, or name the column that is meant.`;
}
