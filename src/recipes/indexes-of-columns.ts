/** The indexes of a column, on another column that takes its place. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { createIndex } from "../schema/index-definition.ts";
import type { Index } from "../schema/model.ts";
import { indexInvolves } from "../schema/dependents.ts";
import { renameInExpression } from "../schema/rewrite.ts";
import { heading, inWords, type Part } from "./advice.ts";
import { onPartitions } from "./indexes.ts";
import { concurrentBlock, inSchemaOf, madeName, quote } from "./words.ts";

export interface MovedIndexes {
  /** Builds them under other names. */
  readonly built: readonly Part[];
  /** Gives them the names of the old ones, which are dropped with their column or get others. */
  readonly renamed: readonly string[];
  /** Lets the old ones go on under other names. */
  readonly kept: readonly string[];
  /** Takes `renamed` back, then `kept`. */
  readonly back: readonly string[];
}

/** The indexes of a table that use a column. */
const indexesOf = ({ before }: Step, table: QualifiedName, column: string): readonly Index[] =>
  before.indexesOn(table).filter((index) => indexInvolves(index, column));

const notKnown = inWords("then build its indexes on the new column, CONCURRENTLY", "backfill");

/** `from`: the column that has indexes; `to`: the one that gets the same. */
export function movedIndexes(step: Step, table: QualifiedName, from: string, to: string): MovedIndexes {
  // Those of constraints are built with these; one that the migration drops stays on the old column until then.
  const own = indexesOf(step, table, from).filter(
    (index) => index.constraint === undefined && !isDroppedBehind(step, index),
  );
  const plans = own.map((index) => onColumn(step, table, index, from, to));
  if (plans.some((plan) => plan === undefined)) return { built: [notKnown], renamed: [], kept: [], back: [] };
  const known = plans.flatMap((plan) => plan ?? []);
  return {
    built: known.flatMap(({ create, next }) => [
      heading("then build its index on the new column:"),
      ...concurrentBlock(step, create, `DROP INDEX CONCURRENTLY IF EXISTS ${next};`),
    ]),
    renamed: known.map(({ next, name }) => `ALTER INDEX ${next} RENAME TO ${name};`),
    kept: known.map(({ now, last }) => `ALTER INDEX ${now} RENAME TO ${last};`),
    back: [...known.map(({ unnamed }) => unnamed), ...known.map(({ unkept }) => unkept)],
  };
}

/**
 * The same indexes on a copy of a column, for as long as it is used: those of keys, too, which ON CONFLICT looks for.
 * `again`: builds them where the copy is made again under the old name.
 */
export function copiedIndexes(
  step: Step,
  table: QualifiedName,
  from: string,
  to: string,
): { readonly built: readonly Part[]; readonly again: readonly string[] } {
  const again: string[] = [];
  const found = step.before.relation(table);
  const relation = found.is === "present" ? found.value : undefined;
  const copies = indexesOf(step, table, from).map((index): readonly Part[] => {
    const { name, constraint, method } = index;
    const key = relation?.constraints.find((one) => one.name === constraint);
    // While a transaction is open, values may be there twice.
    const isLate = key?.deferrable === true || key?.kind === "exclusion";
    const made = { ...onOther(index, from, to), unique: index.unique && !isLate };
    const next = madeName(name.slice(0, 59), "old");
    const isTaken = step.before.index({ ...table, name: plainOf(next) }).is === "present";
    if (isTaken || (constraint !== undefined && key === undefined)) return [notKnown];
    const create = createdOn(table, { ...made, name: plainOf(next) }, relation?.partitionBy === undefined);
    if (create === undefined) return [notKnown];
    again.push(
      ...[createdOn(table, { ...index, unique: made.unique, name: plainOf(next) }, false) ?? []].flat(),
    );
    const when = heading(`then build its ${method === "btree" ? "" : `${method} `}index on the copy:`);
    if (relation?.partitionBy === undefined)
      return [
        when,
        ...concurrentBlock(step, create, `DROP INDEX CONCURRENTLY IF EXISTS ${inSchemaOf(table, next)};`),
      ];
    const [head = "", rest = ""] = create.replace(/;$/, "").split(` ${next} ON ${table.text}`);
    return [when, ...onPartitions(step, table, head, next, rest)];
  });
  return { built: copies.flat(), again };
}

const plainOf = (quoted: string): string => quoted.replace(/^"|"$/g, "").replaceAll('""', '"');

const columnsIn = (expression: Index["where"]): readonly string[] =>
  (expression?.columns ?? []).map(({ column }) => column);

/** `CREATE INDEX CONCURRENTLY` of the same on another column. `name`: quoted where it has to be. */
export const movedIndex = (
  table: QualifiedName,
  index: Index,
  from: string,
  to: string,
  name: string,
): string | undefined => createdOn(table, { ...onOther(index, from, to), name: plainOf(name) }, true);

/** Undefined: not all of the index is known. */
function onColumn(step: Step, table: QualifiedName, index: Index, from: string, to: string) {
  const { elements, include, where, name, parent } = index;
  const relation = step.before.relation(table);
  const isPartitioned = relation.is !== "present" || relation.value.partitionBy !== undefined;
  if (parent !== undefined || isPartitioned) return undefined;
  // Another of its columns changes with this one.
  const columns = [...elements.flatMap(({ column, expression }) => [column, ...columnsIn(expression)])]
    .concat(include, columnsIn(where))
    .filter((one) => one !== from);
  const { operations } = step.statement;
  if (operations.some((one) => one.kind === "changeColumnType" && columns.includes(one.column.text)))
    return undefined;
  const next = `${name.slice(0, 59)}_new`;
  const given = namedByCall(step, index) ?? name;
  const create = createdOn(table, { ...onOther(index, from, to), name: next }, true);
  const inSchema = (plain: string): string =>
    table.schema === undefined ? quote(plain) : `${quote(table.schema)}.${quote(plain)}`;
  const last = `${name.slice(0, 59)}_old`;
  return create === undefined
    ? undefined
    : {
        create,
        next: inSchema(next),
        now: inSchema(name),
        name: quote(given),
        last: quote(last),
        unnamed: `ALTER INDEX ${inSchema(given)} RENAME TO ${quote(next)};`,
        unkept: `ALTER INDEX ${inSchema(last)} RENAME TO ${quote(name)};`,
      };
}

/** The index as that of another column. */
function onOther(index: Index, from: string, to: string): Index {
  const moved = (one: string): string => (one === from ? to : one);
  return {
    ...index,
    elements: index.elements.map((one) => ({
      ...one,
      column: one.column === undefined ? undefined : moved(one.column),
      expression: renameInExpression(one.expression, from, to),
    })),
    include: index.include.map(moved),
    where: renameInExpression(index.where, from, to),
  };
}

/** Undefined: not all of the index is known. */
function createdOn(table: QualifiedName, index: Index, concurrently: boolean): string | undefined {
  const create = createIndex(index, concurrently, {
    show: () => table.text,
    spell: quote,
    list: (names) => `(${names.map(quote).join(", ")})`,
  });
  return create === undefined ? undefined : `${create};`;
}

/** The migration drops the index further down. */
const isDroppedBehind = ({ neighbours }: Step, { schema, name }: Index): boolean =>
  neighbours("later", "dropIndex").some(({ operation: { index, conditional }, before }) => {
    const found = conditional === true ? undefined : before.index(index);
    return found?.is === "present" && found.value.name === name && found.value.schema === schema;
  });

/** Names that the call which renames the column gives to its indexes, and what takes them back. */
export function indexNamesOfCall(
  step: Step,
  table: QualifiedName,
  column: string,
): { readonly given: readonly string[]; readonly back: readonly string[] } {
  const named = indexesOf(step, table, column).flatMap((index) => {
    const now = namedByCall(step, index);
    return now === undefined ? [] : [{ old: quote(index.name), now: quote(now) }];
  });
  return {
    given: named.map(({ old, now }) => `ALTER INDEX ${inSchemaOf(table, old)} RENAME TO ${now};`),
    back: named.map(({ old, now }) => `ALTER INDEX ${inSchemaOf(table, now)} RENAME TO ${old};`),
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
