import type { Step } from "../replay/step.ts";

/**
 * The columns of a view that keeps the old name of a table, under the names that the application uses: the migration
 * renames or drops some of them after the table. Undefined: it does neither, or they aren't all known. `follows`: the
 * view is made before that, and keeps its columns' names when those of the table change.
 */
export function columnsForView(
  { before, after, operation, neighbours, spell }: Step,
  { follows = false } = {},
): string | undefined {
  if (operation.kind !== "renameTable") return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const renamed = after.resolve({ ...operation.table, name: operation.to.text });
  const renames = new Map<string, string>();
  for (const { operation: other, before: then } of neighbours("later", "renameColumn", "redefineColumn")) {
    if (then.resolve(other.table) !== renamed) continue;
    const to = other.kind === "renameColumn" ? other.to.text : other.definition.name.text;
    if (to !== other.column.text) renames.set(other.column.text, to);
  }
  const dropped = new Set(
    neighbours("later", "dropColumn").flatMap(({ operation: other, before: then }) =>
      then.resolve(other.table) === renamed ? [other.column.text] : [],
    ),
  );
  if ((renames.size === 0 || follows) && dropped.size === 0) return undefined;
  return found.value.columns
    .filter(({ name }) => !dropped.has(renames.get(name) ?? name))
    .map(({ name }) => {
      const now = follows ? undefined : renames.get(name);
      return now === undefined ? spell(name) : `${spell(now)} AS ${spell(name)}`;
    })
    .join(", ");
}

/** Columns of the table under its new name that later statements drop or change: a view that shows them all refuses that. */
export const refusesLater = ({ after, operation, neighbours }: Step): boolean =>
  operation.kind === "renameTable" &&
  neighbours("later", "dropColumn", "changeColumnType").some(
    ({ operation: other, before: then }) =>
      then.resolve(other.table) === after.resolve({ ...operation.table, name: operation.to.text }),
  );
