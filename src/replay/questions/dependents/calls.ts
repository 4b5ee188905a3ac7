/** Whether calls of a routine that the running application makes still fit it. */
import type { CreateFunction } from "../../../model/operation.ts";
import { typeText } from "../../../model/types.ts";
import type { Routine } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { fits, inputsOf } from "../../../schema/apply/object.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";

/** What calls find in its place: nothing, one with other parameters, or one that takes the same and gives something else. */
export type RefusedCalls = "gone" | "another overload" | "another routine";

/** See `DependentQuestions.refusedCalls`. */
export function refusedCalls(step: Step): RefusedCalls | undefined {
  const { operation, scope } = step;
  if (operation.kind !== "dropFunction" && operation.kind !== "createFunction") return undefined;
  const old = routinesGone(step);
  if (old.some(({ origin }) => step.isHere(origin))) return undefined;
  const later = named(scope.after, operation.function);
  if (later.length === 0) return undefined;
  const lost = old.find(
    ({ definition }) =>
      !later.some((other) => other.definition === definition || fitsCalls(other.definition, definition)),
  );
  if (lost === undefined) return undefined;
  const made = later.filter(({ origin }) => step.isHere(origin));
  if (made.length === 0) return "gone";
  const types = inputsOf(lost.definition).map(({ type }) => typeText(type));
  return made.some(({ definition }) => fits(definition, types)) ? "another routine" : "another overload";
}

/** See `DependentQuestions.routinesGone`. */
export function routinesGone({ operation, before, after }: Step): readonly Routine[] {
  if (operation.kind !== "dropFunction" && operation.kind !== "createFunction") return [];
  const left = new Set(named(after, operation.function).map(({ definition }) => definition));
  return named(before, operation.function).filter(({ definition }) => !left.has(definition));
}

/** See `DependentQuestions.losesTable`. */
export function losesTable(step: Step): boolean {
  const gone = new Set(
    (["earlier", "later"] as const).flatMap((side) =>
      step.neighbours(side, "dropTable").map(({ operation, before }) => before.resolve(operation.table)),
    ),
  );
  const old = routinesGone(step);
  return (
    old.length > 0 &&
    gone.size > 0 &&
    old.every(({ definition }) =>
      definition.uses.relations.some((name) => gone.has(step.before.resolve(name))),
    )
  );
}

function named(schema: Schema, name: QualifiedName): readonly Routine[] {
  const found = schema.routines(schema.resolve(name));
  return found.is === "present" ? found.value : [];
}

/** Types aren't compared: most of those that take one another's place are cast. */
function fitsCalls(next: CreateFunction, old: CreateFunction): boolean {
  if (next.procedure !== old.procedure) return false;
  const [passed, oldPassed] = [passedTo(next), passedTo(old)];
  const required = (all: CreateFunction["parameters"]): number =>
    all.filter(({ hasDefault, mode }) => !hasDefault && mode !== "variadic").length;
  const isVariadic = passed.some(({ mode }) => mode === "variadic");
  if (required(passed) > required(oldPassed) || (passed.length < oldPassed.length && !isVariadic))
    return false;
  const names = new Set(outputsOf(next));
  return outputsOf(old).every((name) => names.has(name));
}

/** CALL also names the OUT parameters of a procedure. */
const passedTo = (routine: CreateFunction): CreateFunction["parameters"] =>
  routine.procedure ? routine.parameters : inputsOf(routine);

const outputsOf = ({ parameters }: CreateFunction): readonly string[] =>
  parameters.flatMap(({ mode, name }) =>
    (mode === "out" || mode === "table") && name !== undefined ? [name] : [],
  );
