/** Sums and counts that triggers of the same transaction keep from then on: batches behind it would miss changes. */
import type { Step } from "../replay/step.ts";
import { sameTransaction } from "../replay/questions/same-transaction.ts";
import { inWords, type Advice } from "./advice.ts";

/**
 * Words, where the change reads a table to which this transaction gives a trigger that writes the same columns. CREATE
 * TRIGGER keeps writers of that table out until the end, so what is read is complete.
 */
export function keptByTrigger(step: Step): Advice | undefined {
  const { operation, before, show, spell } = step;
  if (operation.kind !== "updateRows") return undefined;
  const own = before.resolve(operation.table);
  const read = new Set(operation.query.relations.map((one) => before.resolve(one)));
  const set = new Set(operation.columns.map(({ text }) => text));
  const isOfThis = (trigger: Step<"createTrigger">): boolean => {
    const { table, function: called } = trigger.operation;
    const on = trigger.before.resolve(table);
    if (on === own || !read.has(on) || trigger.madeHere(table) || !sameTransaction(trigger, step))
      return false;
    const found = called === undefined ? undefined : trigger.before.routines(called);
    return (
      found?.is === "present" &&
      found.value
        .flatMap(({ definition }) => definition.operations)
        .some(
          (one) =>
            one.kind === "updateRows" &&
            trigger.before.resolve(one.table) === own &&
            one.columns.some(({ text }) => set.has(text)),
        )
    );
  };
  const [trigger] = step.neighbours("earlier", "createTrigger").filter(isOfThis);
  if (trigger === undefined) return undefined;
  const [source, name] = [show(trigger.operation.table), spell(trigger.operation.name.text)];
  return [
    inWords(
      `Leave it in this transaction, behind CREATE TRIGGER ${name}: that keeps writers of ${source} out until it commits, so no change of ${source} is missed. Batches in a later migration would overwrite what ${name} writes meanwhile. Set lock_timeout, and run it when few rows are written.`,
    ),
  ];
}
