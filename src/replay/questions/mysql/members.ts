/** ENUM and SET: members are stored by their number. */
import type { Step } from "../../step.ts";

export interface MemberChange {
  readonly how: "removed" | "moved";
  /** The first member that is gone, or that is at another place. */
  readonly member: string;
  readonly type: "enum" | "set";
  /** All that are gone. */
  readonly removed: readonly string[];
}

/** See `MysqlQuestions.memberChange`. */
export function memberChange({ operation, before }: Step): MemberChange | undefined {
  if (operation.kind !== "redefineColumn") return undefined;
  const found = before.column(operation.table, operation.column.text);
  const from = found.is === "present" ? found.value.type : undefined;
  const to = operation.definition.type;
  if (from?.values === undefined || to.values === undefined || from.name !== to.name) return undefined;
  const type = to.name === "set" ? "set" : "enum";
  const fold = (values: readonly string[]): readonly string[] => values.map((value) => value.toLowerCase());
  const [old, all] = [fold(from.values), fold(to.values)];
  const known = new Set(all);
  const removed = from.values.filter((value) => !known.has(value.toLowerCase()));
  const [first] = removed;
  if (first !== undefined) return { how: "removed", member: first, type, removed };
  const moved = old.findIndex((value, i) => all[i] !== value);
  return moved < 0 ? undefined : { how: "moved", member: from.values[moved] ?? "", type, removed };
}
