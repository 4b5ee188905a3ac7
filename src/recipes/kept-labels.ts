/** A label that advice keeps in its enum, and later ways back that make the enum without it. */
import type { Step } from "../replay/step.ts";
import type { LaterAdvice } from "./taken-again.ts";
import { literal } from "./words.ts";
import { tellingName } from "../text/telling-name.ts";

/** @param comment a line as the advice has it */
export function keptLabel(step: Step, comment: (text: string) => string): LaterAdvice | undefined {
  const { operation, before, scope, direction } = step;
  if (operation.kind !== "renameEnumValue" || direction === "down") return undefined;
  const { index } = scope.migration;
  const { type, label } = operation;
  const key = before.resolve(type);
  return (made, text) => {
    const paths = new Set(
      made
        .filter(
          ({ table, backTo, origin }) =>
            table === key && origin.migration > index && backTo?.includes(label) === false,
        )
        .map(({ origin }) => origin.path),
    );
    if (paths.size === 0) return undefined;
    const names = [...paths].map(tellingName);
    const rollbacks = names.length === 1 ? "the rollback" : "the rollbacks";
    const make = names.length === 1 ? "makes" : "make";
    return `${text}\n${comment(`${rollbacks} of ${names.slice(0, 3).join(", ")} ${make} ${type.text} anew: add ${literal(label)} there, as the old value stays`)}`;
  };
}
