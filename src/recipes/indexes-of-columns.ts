/** The indexes of a column, on another column that takes its place. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { createIndex } from "../schema/index-definition.ts";
import type { Index } from "../schema/model.ts";
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

/** Undefined: a constraint or an expression has the column, or not all of the index is known. */
function onColumn(step: Step, table: QualifiedName, index: Index, from: string, to: string) {
  const { elements, include, where, constraint, name, parent } = index;
  const isText = [...elements.flatMap(({ expression }) => columnsIn(expression)), ...columnsIn(where)];
  const relation = step.before.relation(table);
  const isPartitioned = relation.is !== "present" || relation.value.partitionBy !== undefined;
  if (constraint !== undefined || parent !== undefined || isPartitioned || isText.includes(from))
    return undefined;
  const moved = (one: string): string => (one === from ? to : one);
  const next = `${name.slice(0, 59)}_new`;
  const made: Index = {
    ...index,
    name: next,
    elements: elements.map((one) => (one.column === undefined ? one : { ...one, column: moved(one.column) })),
    include: include.map(moved),
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
        name: quote(name),
        last: madeName(name.slice(0, 59), "old"),
      };
}
