/** Triggers of a table or view on the way from one schema to another. */
import type { Relation, Trigger } from "../schema/model.ts";
import type { Collected } from "./collected.ts";
import { definitionsFor } from "./definitions.ts";
import { pathOf, type Wanted } from "./types-and-routines.ts";

export function changeTriggers(
  found: Collected,
  wanted: Wanted,
  before: readonly Trigger[],
  to: Relation,
): void {
  const { show, spell } = wanted.names;
  const { dropTrigger } = definitionsFor(wanted.schema);
  const isKept = (one: Trigger, others: readonly Trigger[]): boolean =>
    one.inherited === true || others.some(({ name, origin }) => name === one.name && origin === one.origin);
  for (const one of before)
    if (!isKept(one, to.triggers))
      found.add("dropPart", dropTrigger(spell(one.written ?? one.name), show(to.key)));
  for (const one of to.triggers)
    if (!isKept(one, before))
      found.addKnown(
        "part",
        triggerText(one, to, wanted),
        `the definition of trigger ${spell(one.name)} of ${show(to.key)}`,
      );
}

/** The statement that makes a trigger, where nothing that it names has changed since. */
function triggerText(one: Trigger, of: Relation, wanted: Wanted): string | undefined {
  const there = wanted.schema.withSearchPath(pathOf(wanted, one.origin));
  return wanted.around.madeBy(
    one.origin,
    (op) =>
      op.kind === "createTrigger" &&
      op.name.text === one.name &&
      there.resolve(op.table) === of.key &&
      op.updateOf.map(({ text }) => text).join() === one.updateOf.join() &&
      op.when?.text === one.when?.text &&
      (one.function === undefined || one.function.endsWith(`.${op.function?.name ?? ""}`)),
  );
}
