import type { Relation } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";

/** See `DependentQuestions.sequences`. */
export function sequences({ operation: op, before, scope: { after } }: Step): readonly Relation[] {
  if (op.kind === "createSequence" || op.kind === "alterSequence") {
    const found = after.relation(before.resolve(op.sequence));
    return found.is === "present" && found.value.kind === "sequence" ? [found.value] : [];
  }
  if (op.kind !== "changeColumnType") return [];
  const table = before.resolve(op.table);
  return [...after.relations()].filter(
    ({ ownedBy }) => ownedBy?.table === table && ownedBy.column === op.column.text,
  );
}
