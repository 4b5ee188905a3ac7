/** How messages of a step write names: as its own statement does, else as the schema knows them. */
import type { Key, Name, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Step } from "../../step.ts";

/** See `Step.show`. */
export function spellColumn(step: Step, table: QualifiedName | Key, column: string): string {
  const { before, after, statement } = step;
  const here = writtenIn(statement.operations).get(column);
  if (here !== undefined) return before.spell(here);
  return (before.column(table, column).is === "present" ? before : after).spellColumn(table, column);
}

/** See `Step.spell`. */
export function spellName({ before, statement }: Step, name: string | Name): string {
  return before.spell(typeof name === "string" ? (writtenIn(statement.operations).get(name) ?? name) : name);
}

const known = new WeakMap<readonly Operation[], ReadonlyMap<string, string>>();

/** Names of columns, constraints and the like that a statement says, folded, with how it first writes them. */
function writtenIn(operations: readonly Operation[]): ReadonlyMap<string, string> {
  let found = known.get(operations);
  if (found === undefined) {
    const names = new Map<string, string>();
    gather(operations, names);
    known.set(operations, (found = names));
  }
  return found;
}

/** Operations are plain data, in which a name has its folded form, and `written` where that is another. */
function gather(value: unknown, names: Map<string, string>): void {
  if (Array.isArray(value)) {
    for (const one of value) gather(one, names);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const { text, name, column, written, span } = value as Record<string, unknown>;
  const folded = typeof column === "string" ? column : text;
  const isName = typeof folded === "string" && (span !== undefined || typeof column === "string");
  if (typeof name === "string") {
    if (typeof written === "string" && !names.has(name)) names.set(name, written);
  } else if (isName && !names.has(folded)) names.set(folded, typeof written === "string" ? written : folded);
  for (const one of Object.values(value)) if (typeof one === "object") gather(one, names);
}
