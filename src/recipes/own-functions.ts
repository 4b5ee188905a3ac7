/** Functions that a migration makes: no query before it can call them. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";

/** As messages name them. */
export const ownFunctions = (
  { before, scope, isHere, show }: Step,
  functions: readonly QualifiedName[],
): readonly string[] =>
  functions
    .filter((name) => {
      const now = before.routines(name);
      const isMade = now.is === "present" && now.value.some(({ origin }) => isHere(origin));
      return isMade && scope.before.routines(name).is !== "present";
    })
    .map((name) => show(name));

/** In place of a query that would call them. */
export const onceTheyExist = (functions: readonly string[], table: string, what: string): string =>
  `Create function ${functions.join(", ")} in an earlier migration. Then, before this one, ${what} ${table}.`;
