/** A view that keeps the old name of a table, and what the migration does to the table's columns further down. */
import type { OperationOf } from "../model/operation.ts";
import { tableOf } from "../model/kinds.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type RecipeStep } from "./advice.ts";
import { joinKept, sentAlong } from "./declared.ts";
import { onOneLine, textOf } from "./words.ts";

/** The key of the table under its new name. */
const renamed = ({ after, operation }: Step) =>
  operation.kind === "renameTable"
    ? after.resolve({ ...operation.table, name: operation.to.text })
    : undefined;

type Renames = ReadonlyMap<string, string>;

const newName = (operation: OperationOf<"renameColumn" | "redefineColumn">): string =>
  operation.kind === "renameColumn" ? operation.to.text : operation.definition.name.text;

/** What becomes of the columns' names further down. */
export function renamesBehind(step: Step): Renames {
  const renames = new Map<string, string>();
  for (const { operation, before } of step.neighbours("later", "renameColumn", "redefineColumn")) {
    if (before.resolve(operation.table) !== renamed(step)) continue;
    const to = newName(operation);
    if (to !== operation.column.text) renames.set(operation.column.text, to);
  }
  return renames;
}

/** Columns that the migration has renamed by then, with the names that the application uses. */
export function renamesBefore(step: Step): Renames {
  const renames = new Map<string, string>();
  const { operation: own, before: now } = step;
  if (own.kind !== "renameTable") return renames;
  for (const { operation, before } of step.neighbours("earlier", "renameColumn", "redefineColumn")) {
    if (before.resolve(operation.table) !== now.resolve(own.table)) continue;
    const from = operation.column.text;
    const to = newName(operation);
    if (to === from) continue;
    renames.set(to, renames.get(from) ?? from);
    renames.delete(from);
  }
  return renames;
}

/** Undefined: there is nothing to say of columns that were renamed before their table, or all can be named. */
export const columnsInWords = (step: Step): string | undefined =>
  renamesBefore(step).size > 0 && columnsForView(step, { isHere: true }) === undefined
    ? "Rename the table and make a view with the old name in one transaction: the columns that were renamed have their old names in the view, too. Drop the view once no version uses it."
    : joinedInWords(step);

/** The call also renames columns of tables that join the table with others: a view of it doesn't bring them back. */
function joinedInWords(step: Step): string | undefined {
  const own = tableOf(step.operation);
  const along = sentAlong(step).find(({ operation, before }) => {
    const other = operation.kind === "renameColumn" ? operation.table : undefined;
    return other !== undefined && own !== undefined && before.resolve(other) !== before.resolve(own);
  });
  const words = along && joinKept(along);
  return (
    words &&
    `A view with the old name isn't enough: the running version also uses ${words.column}. ${words.how}`
  );
}

/**
 * The columns of a view that is made behind the renames of columns, under the names that the application uses.
 * Undefined: there are no renames, or the columns aren't all known.
 *
 * @param keepsAdded false: the view must not show the columns that the migration adds, either
 * @param isHere the view is made where the table is renamed: what follows has not happened yet
 */
export function columnsForView(step: Step, { keepsAdded = true, isHere = false } = {}): string | undefined {
  const { before, operation, neighbours, spell } = step;
  if (operation.kind !== "renameTable") return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const renames: Renames = isHere ? new Map() : renamesBehind(step);
  const earlier = renamesBefore(step);
  const isAdded = neighbours("later", "addColumn").some(
    ({ operation: other, before: then }) => then.resolve(other.table) === renamed(step),
  );
  if (renames.size === 0 && earlier.size === 0 && (keepsAdded || !isAdded)) return undefined;
  return found.value.columns
    .map(({ name }) => {
      const [now, known] = [renames.get(name) ?? name, earlier.get(name) ?? name];
      return now === known ? spell(known) : `${spell(now)} AS ${spell(known)}`;
    })
    .join(", ");
}

export const viewLater =
  "Split the migration: first the rename with a view that has the old name, in one transaction; what drops or changes columns of the table, when no running version uses the view any more and it has been dropped.";

/** The running version, which uses the view, may use all columns: none of them goes before the view. */
export interface BehindView {
  /** What doesn't stand in this migration any more. */
  readonly leftOut: readonly RecipeStep[];
  /** What follows the DROP VIEW. */
  readonly dropped: readonly string[];
}

/**
 * Undefined: the migration drops or retypes columns of the table in a way that its statements can't follow the view as they are.
 *
 * @param keepsTypes the server refuses another type of a column that a view shows
 */
export function dropsBehindView(step: Step, { keepsTypes = false } = {}): BehindView | undefined {
  const table = renamed(step);
  if (table === undefined) return { leftOut: [], dropped: [] };
  const others = step
    .neighbours("later", "dropColumn", "changeColumnType", "addColumn")
    .filter(({ operation, before }) => before.resolve(operation.table) === table);
  const drops = others.filter((one) => one.operation.kind === "dropColumn");
  const added = others.flatMap(({ operation }) =>
    operation.kind === "addColumn" ? [operation.column.name.text] : [],
  );
  const isRetyped = keepsTypes && others.some(({ operation }) => operation.kind === "changeColumnType");
  const isPlain = drops.every(
    ({ operation, statement, inBody }) =>
      !inBody &&
      statement.operations.every(({ kind }) => kind === "dropColumn") &&
      operation.kind === "dropColumn" &&
      // It has the name from a statement that stays.
      step.after.column(operation.table, operation.column.text).is !== "absent" &&
      !added.includes(operation.column.text),
  );
  if (isRetyped || !isPlain || (drops.length > 0 && step.script.code !== undefined)) return undefined;
  const statements = [...new Set(drops.map(({ statement }) => statement))];
  return {
    leftOut: statements.map(({ span }) => ({
      ...inWords(
        `take ${onOneLine(textOf(step, span))} out of this migration: the running version may use the column`,
      ),
      replaces: [span],
    })),
    dropped: statements.map(({ span }) => `${textOf(step, span)};`),
  };
}
