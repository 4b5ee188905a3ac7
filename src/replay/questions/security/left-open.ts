/** Functions that the web API's roles may still call behind a REVOKE from everybody: the platform grants it to each by name. */
import type { Expression } from "../../../model/expression.ts";
import { keyOf } from "../../../model/names.ts";
import type { OperationOf } from "../../../model/operation.ts";
import { fits, inputsOf, sameSignature } from "../../../schema/apply/object.ts";
import { executesOf } from "../../../schema/executes.ts";
import type { Executes, Routine } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { grantsByItself } from "./exposed.ts";
import { asksWho, isOnPlatform, webRoles } from "./platform.ts";

export interface LeftOpen {
  readonly routines: readonly Routine[];
  /** Who may still call all of them. */
  readonly roles: readonly string[];
  /** One of them runs as its owner and doesn't ask who calls it. */
  readonly isUnguarded: boolean;
  readonly isGone: (later: Schema) => boolean;
}

/** The default privileges of the platform are those of this schema. */
const ofApi = "public";

/** See `SecurityQuestions.leftOpen`. */
export function leftOpen({ operation, scope, before }: Step): LeftOpen | undefined {
  if (operation.kind !== "grant" || !operation.revoke || operation.defaults) return undefined;
  if (!operation.grantees.includes("public") || !isOnPlatform(scope)) return undefined;
  const { history } = scope;
  const routines = revokedRoutines(operation, before).filter(
    (one) =>
      one.schema === ofApi &&
      !isOfServer(one) &&
      grantsByItself({ history, migration: history.migrations[one.origin.migration] ?? scope.migration }) &&
      isOpen(scope.after, one) &&
      !isOfPolicies(one, scope.after),
  );
  if (routines.length === 0) return undefined;
  return {
    routines,
    roles: webRoles.filter((role) =>
      routines.every((one) => executesOf(scope.after, one)[role] === undefined),
    ),
    isUnguarded: routines.some(
      ({ definition: { securityDefiner, body } }) => securityDefiner && !asksWho.test(body?.text ?? ""),
    ),
    isGone: (later) => routines.every((one) => !isOpen(later, one)),
  };
}

function revokedRoutines(
  { routines = [], inSchemas }: OperationOf<"grant">,
  before: Schema,
): readonly Routine[] {
  const named = routines.flatMap(({ name, arguments: types }) => {
    const found = before.routines(name);
    if (found.is !== "present") return [];
    return found.value.length === 1 || types === undefined
      ? found.value
      : found.value.filter(({ definition }) => fits(definition, types));
  });
  const all = inSchemas.length === 0 ? [] : [...before.allRoutines()];
  const inOrder = all.toSorted(
    (a, b) => a.origin.migration - b.origin.migration || a.origin.span.start - b.origin.span.start,
  );
  return [...named, ...inOrder.filter(({ schema }) => inSchemas.includes(schema))];
}

/** Only the server calls it, for which nobody needs the privilege. */
const isOfServer = ({ definition: { returns } }: Routine): boolean =>
  returns?.name === "trigger" || returns?.name === "event_trigger";

/** Whoever asks for rows calls it. */
function isOfPolicies({ name }: Routine, schema: Schema): boolean {
  const call = `${name}(`;
  const calls = (condition: Expression | undefined): boolean =>
    condition?.text.replaceAll('"', "").includes(call) === true;
  return [...schema.relations()].some(({ policies }) =>
    policies.some(({ using, withCheck }) => calls(using) || calls(withCheck)),
  );
}

/** It is there, it is revoked from everybody, and no statement says who of the web may call it. */
function isOpen(schema: Schema, routine: Routine): boolean {
  const found = schema.routines(keyOf(routine.schema, routine.name));
  if (found.is !== "present") return false;
  const same = found.value.find(({ definition }) => sameSignature(definition, routine.definition));
  return same !== undefined && isVisitors(executesOf(schema, same));
}

const isVisitors = (said: Executes): boolean =>
  said["public"] === false && said["anon"] === undefined && said["(unknown)"] !== true;

/** `f(uuid, text)` for a statement. */
export const signatureOf = ({ schema, name, definition }: Routine, show: (key: string) => string): string =>
  `${show(keyOf(schema, name))}(${inputsOf(definition)
    .map(({ type }) => type.text)
    .join(", ")})`;
