/** What calls of Django are to the models, where advice takes their place. */
import type { CodeAdvice, UnitCall } from "../../model/tool.ts";
import { indented, linesOf } from "./python-code.ts";

const unit = "    ";

/** Calls that the advice takes the place of as well, and that no step of it does: in the order of the text. */
export const othersIn = ({ call, replaced, steps }: CodeAdvice): readonly UnitCall[] =>
  replaced
    .filter((one) => one !== call && one.state !== undefined && steps.every(({ of }) => of !== one))
    .toSorted((one, other) => one.at.start - other.at.start);

/** The state of a call and that of the others, in their order: what is left out of it, Django would do once more. */
export function joinedStates(call: UnitCall, state: string, others: readonly UnitCall[]): string {
  if (others.length === 0) return state;
  const before = others.filter(({ at }) => at.start < call.at.start);
  const behind = others.filter((one) => !before.includes(one));
  const all = [...before.map((one) => one.state ?? "[]"), state, ...behind.map((one) => one.state ?? "[]")];
  return `[\n${indented(all.flatMap(itemsOf), unit).join("\n")}\n]`;
}

/** An operation that changes the models alone; none where there is nothing to change. */
export const statesAlone = ([first, ...others]: readonly UnitCall[]): readonly string[] =>
  first === undefined
    ? []
    : [
        "migrations.SeparateDatabaseAndState(",
        ...indented(stateLines(joinedStates(first, first.state ?? "[]", others)), unit),
        "),",
      ];

/** The lines of what stands in a list, with a comma behind each. */
function itemsOf(list: string): readonly string[] {
  const [, inner] = /^\[([^]*?),?\s*\]$/.exec(list) ?? [];
  return closed(linesOf(inner === undefined ? `*${list}` : inner.replace(/^\s*\n/, "")));
}

/** The list of what the call is to the models, as an argument. */
export function stateLines(state: string): readonly string[] {
  const lines = linesOf(state);
  const [first = "", ...rest] = lines;
  const [, inner] = /^\[([^]*)\]$/.exec(lines.join("\n")) ?? [];
  if (inner?.startsWith("\n#") === true)
    return ["state_operations=[", ...indented(rest.slice(0, -1), unit), "],"];
  if (rest.length === 0 || inner === undefined || !/^\w/.test(inner))
    return [`state_operations=${first}${rest.length === 0 ? "," : ""}`, ...closed(rest)];
  return ["state_operations=[", ...indented(closed(inner.split("\n")), unit), "],"];
}

/** Lines with a comma behind the last one. */
export const closed = (lines: readonly string[]): readonly string[] =>
  lines.map((line, at) => (at === lines.length - 1 ? `${line},` : line));
