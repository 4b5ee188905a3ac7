/** A unique constraint that the migration drops, and for which it builds an index. */
import type { Step } from "../replay/step.ts";
import type { KeyConstraint } from "../schema/model.ts";
import { heading, instead, type Advice, type Part } from "./advice.ts";
import { movedAlong } from "./needed-behind.ts";
import { inSchemaOf, madeName, nextMigration, quote } from "./words.ts";

/** What may need that the old key is gone before there is the new one. */
const changing = [
  "renameTable",
  "renameColumn",
  "changeColumnType",
  "addColumn",
  "dropColumn",
  "updateRows",
  "insertRows",
  "mergeRows",
  "copyRows",
] as const;

/**
 * The old key stays until the new index is there: otherwise rows are written between the two that a unique one refuses,
 * and queries read the whole table.
 * Undefined: no index takes the place of a constraint.
 */
export function indexForKeyDropped(
  step: Step<"createIndex">,
  build: (step: Step<"createIndex">, as?: string) => readonly Part[],
): Advice | undefined {
  const { operation, statement, inBody, before, neighbours } = step;
  if (inBody || statement.operations.length > 1) return undefined;
  const table = before.resolve(operation.table);
  const columns = operation.elements.map(({ column }) => column);
  const isFor = ({ columns: [first, ...more] }: KeyConstraint): boolean =>
    operation.unique
      ? [first, ...more].every((column) => columns.includes(column))
      : first !== undefined && first === columns[0];
  const dropped = [...neighbours("earlier", "dropConstraint"), ...neighbours("later", "dropConstraint")].find(
    (one) => {
      const key = keyOf(one);
      return (
        key !== undefined &&
        isFor(key) &&
        one.before.resolve(one.operation.table) === table &&
        one.statement.operations.length === 1 &&
        !one.inBody &&
        !one.operation.cascade
      );
    },
  );
  const isChanged = changing.some((kind) => neighbours("earlier", kind).length > 0);
  if (dropped === undefined || isChanged) return undefined;
  const { text } = dropped.operation.table;
  // The constraint has an index of this name until it is dropped.
  const name = operation.name?.name ?? "";
  const next = keyOf(dropped)?.index === name ? madeName(name.slice(0, 59), "new") : undefined;
  return instead(
    heading("this takes the place of both statements, the DROP CONSTRAINT and the CREATE INDEX:", {
      replaces: [dropped.statement.span, statement.span],
    }),
    build(step, next),
    nextMigration,
    `ALTER TABLE ${text} DROP CONSTRAINT ${quote(dropped.operation.name.text)};`,
    next === undefined ? [] : `ALTER INDEX ${inSchemaOf(operation.table, next)} RENAME TO ${quote(name)};`,
    movedAlong(step),
  );
}

function keyOf({ before, operation }: Step<"dropConstraint">): KeyConstraint | undefined {
  const found = before.constraint(operation.table, operation.name.text);
  return found.is === "present" && found.value.kind === "unique" ? found.value : undefined;
}
