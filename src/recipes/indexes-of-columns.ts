/** The indexes of a column, on another column that takes its place. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { createIndex } from "../schema/index-definition.ts";
import type { Index } from "../schema/model.ts";
import { renameInExpression } from "../schema/rewrite.ts";
import { heading, inWords, type Part } from "./advice.ts";
import { concurrentBlock, madeName, quote } from "./words.ts";

export interface MovedIndexes {
  /** Builds them under other names. */
  readonly built: readonly Part[];
  /** Gives them the names of the old ones, which are dropped with their column or get others. */
  readonly renamed: readonly string[];
  /** Lets the old ones go on under other names. */
  readonly kept: readonly string[];
}

/** `from`: the column that has indexes; `to`: the one that gets the same. */
export function movedIndexes(step: Step, table: QualifiedName, from: string, to: string): MovedIndexes {
  const uses = ({ elements, include, where }: Index): boolean =>
    [...elements.flatMap(({ column, expression }) => [column, ...columnsIn(expression)]), ...include]
      .concat(columnsIn(where))
      .includes(from);
  const own = step.before.indexesOn(table).filter(uses);
  const plans = own.map((index) => onColumn(step, table, index, from, to));
  if (plans.some((plan) => plan === undefined))
    return {
      built: [inWords("then build its indexes on the new column, CONCURRENTLY", "backfill")],
      renamed: [],
      kept: [],
    };
  const known = plans.flatMap((plan) => plan ?? []);
  return {
    built: known.flatMap(({ create, next }) => [
      heading("then build its index on the new column:"),
      ...concurrentBlock(step, create, `DROP INDEX CONCURRENTLY IF EXISTS ${next};`),
    ]),
    renamed: known.map(({ next, name }) => `ALTER INDEX ${next} RENAME TO ${name};`),
    kept: known.map(({ now, last }) => `ALTER INDEX ${now} RENAME TO ${last};`),
  };
}

const columnsIn = (expression: Index["where"]): readonly string[] =>
  (expression?.columns ?? []).map(({ column }) => column);

/** Undefined: a constraint has the column, or not all of the index is known. */
function onColumn(step: Step, table: QualifiedName, index: Index, from: string, to: string) {
  const { elements, include, where, constraint, name, parent } = index;
  const relation = step.before.relation(table);
  const isPartitioned = relation.is !== "present" || relation.value.partitionBy !== undefined;
  if (constraint !== undefined || parent !== undefined || isPartitioned) return undefined;
  // Another of its columns changes with this one.
  const columns = [...elements.flatMap(({ column, expression }) => [column, ...columnsIn(expression)])]
    .concat(include, columnsIn(where))
    .filter((one) => one !== from);
  const { operations } = step.statement;
  if (operations.some((one) => one.kind === "changeColumnType" && columns.includes(one.column.text)))
    return undefined;
  const moved = (one: string): string => (one === from ? to : one);
  const next = `${name.slice(0, 59)}_new`;
  const given = namedByCall(step, index) ?? name;
  const made: Index = {
    ...index,
    name: next,
    elements: elements.map((one) => ({
      ...one,
      column: one.column === undefined ? undefined : moved(one.column),
      expression: renameInExpression(one.expression, from, to),
    })),
    include: include.map(moved),
    where: renameInExpression(where, from, to),
  };
  const create = createIndex(made, true, {
    show: () => table.text,
    spell: quote,
    list: (names) => `(${names.map(quote).join(", ")})`,
  });
  const inSchema = (plain: string): string =>
    table.schema === undefined ? quote(plain) : `${quote(table.schema)}.${quote(plain)}`;
  return create === undefined
    ? undefined
    : {
        create: `${create};`,
        next: inSchema(next),
        now: inSchema(name),
        name: quote(given),
        last: madeName(name.slice(0, 59), "old"),
      };
}

/** The call that renames the column renames its index, too. */
const namedByCall = ({ later, isOneCallWith }: Step, { schema, name }: Index): string | undefined =>
  later()
    .filter(isOneCallWith)
    .flatMap(({ operation: one }) =>
      one.kind === "renameIndex" && one.index.name === name && (one.index.schema ?? schema) === schema
        ? [one.to.text]
        : [],
    )[0];
