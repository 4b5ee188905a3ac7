import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";
import { grantsIn } from "./granted-roles.ts";

/** See `SecurityQuestions.isShut`. */
export const isShut = (step: Step, table: QualifiedName): boolean =>
  step.madeHere(table) && (isTaken(step, table) || isApart(step, table) || isMeant(step));

/** `REVOKE ALL` from those who could ask for its rows: on Supabase both roles of the web, elsewhere whomever it names. */
function isTaken({ before, scope }: Step, table: QualifiedName): boolean {
  const key = before.resolve(table);
  const from = scope.steps.flatMap(({ operation, before: then, skipped }) =>
    operation.kind === "grant" &&
    operation.revoke &&
    !skipped &&
    operation.object === "table" &&
    operation.privileges.includes("ALL") &&
    operation.relations.some((one) => then.resolve(one) === key)
      ? operation.grantees
      : [],
  );
  const { web } = scope.history;
  return web === undefined ? from.length > 0 : web.roles.every((role) => from.includes(role));
}

/** In a schema of its own, on whose tables nobody has a privilege before a GRANT. */
function isApart({ before, scope }: Step, table: QualifiedName): boolean {
  const key = before.resolve(table);
  const schema = key.slice(0, key.indexOf("."));
  return (
    schema !== "public" &&
    !grantsIn(scope).some(
      ({ operation: { object, relations, inSchemas, defaults }, before: then }) =>
        object === "table" &&
        (defaults || inSchemas.includes(schema) || relations.some((one) => then.resolve(one) === key)),
    )
  );
}

/** A comment says that no policy is what is meant. */
function isMeant({ scope: { comments }, script }: Step): boolean {
  const text = comments.up
    .map(({ start, end }) => script.text.slice(start, end))
    .join("\n")
    .replaceAll(/[-/*\s]+/g, " ");
  return onPurpose.test(text);
}

const onPurpose =
  /\b(?:intentional(?:ly)?|deliberate(?:ly)?|on purpose)\b[^.]{0,60}\b(?:no|without)\b[^.]{0,30}\bpolic(?:y|ies)\b|\b(?:no|without)\b[^.]{0,30}\bpolic(?:y|ies)\b[^.]{0,60}\b(?:intentional(?:ly)?|deliberate(?:ly)?|on purpose|by design)\b/i;
