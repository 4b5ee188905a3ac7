/** `currval()` where nothing has called `nextval()` in the session. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";

const reading = new Set(["currval", "lastval"]);
/** From them on, the session has a last value. */
const moving = new Set(["nextval", "setval"]);

/** See `ValueQuestions.earlyCurrval`. */
export function earlyCurrval(step: Step): string | undefined {
  const called = calledBy(step);
  const [read] = called.filter(({ name }) => reading.has(name));
  if (read === undefined || called.some(({ name }) => name === "nextval")) return undefined;
  return step.earlier().some(mayMove) ? undefined : read.name;
}

function calledBy({ operation }: Step): readonly QualifiedName[] {
  if (operation.called === true || operation.conditional === true) return [];
  switch (operation.kind) {
    case "addColumn":
      return operation.column.default?.functions ?? [];
    case "updateRows":
    case "selectRows":
      return operation.query.functions;
    default:
      return [];
  }
}

/** A row that it inserts may take a number; what isn't read may, too. */
function mayMove({ operation, changes }: Step): boolean {
  if (changes === "unknown" || operation.kind === "callFunction") return true;
  if (operation.kind === "insertRows" || operation.kind === "copyRows" || operation.kind === "mergeRows")
    return true;
  if (operation.kind === "addColumn")
    return (
      operation.column.serial ||
      operation.column.identity !== undefined ||
      operation.column.default?.functions.some(({ name }) => moving.has(name)) === true
    );
  return (
    (operation.kind === "updateRows" || operation.kind === "selectRows") &&
    operation.query.functions.some(({ name }) => moving.has(name))
  );
}
