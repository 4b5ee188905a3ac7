/** Values that mean something else afterwards: in another unit, or another form. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";

/** Of an UPDATE that gives a column another unit or form: in batches, readers would meet both. */
export function convertedBeside(step: Step): Advice | undefined {
  const found = step.values.remade();
  if (found === undefined) return undefined;
  const old = step.before.spell(found.column);
  return [
    inWords(
      `Add a column for the new values, with a trigger that converts both ways between it and ${old} on each write, and convert the old rows in batches. Deploy the version that uses it, and drop ${old} later.`,
    ),
  ];
}

/**
 * Of a column that gets another name or type, whose values a later statement computes from themselves: a copy with the
 * same values would be wrong for one of both versions of the application.
 */
export function convertedToo(step: Step, table: QualifiedName, from: string, to: string): Advice | undefined {
  const own = step.after.resolve(table);
  const later = step
    .neighbours("later", "updateRows")
    .filter(
      ({ operation, before }) =>
        operation.columns.some(({ text }) => text === to) && before.resolve(operation.table) === own,
    );
  for (const { values } of later) {
    const found = values.remade();
    if (found?.column !== to) continue;
    const [old, next] = [step.before.spell(from), step.before.spell(to)];
    const [added, twoWays] =
      from === to
        ? ["a column of the new type under another name", "between both"]
        : [`${next} as a new column`, `between ${old} and ${next}`];
    return [
      inWords(
        `A later statement of the migration changes what the values mean (\`${found.change}\`). Add ${added}, with a trigger that converts both ways ${twoWays}, and convert the old rows in batches. Deploy the version that uses it, and drop the column ${old} later.`,
      ),
    ];
  }
  return undefined;
}
