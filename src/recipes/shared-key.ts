/** By which keys online tools find the rows of a table and of its copy. */
import { tableOf } from "../model/kinds.ts";
import type { Step } from "../replay/step.ts";
import type { Relation } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { inWords, type Advice } from "./advice.ts";
import { stepsOf } from "./steps-of-statement.ts";

const primaryOf = ({ constraints }: Relation): readonly (readonly string[])[] =>
  constraints.flatMap((one) => (one.kind === "primary key" ? [one.columns] : []));

/** Columns of unique keys that are all NOT NULL, the primary key first. */
function keysOf(schema: Schema, relation: Relation): readonly (readonly string[])[] {
  const { key, columns, constraints } = relation;
  const isRequired = (name: string | undefined): name is string =>
    columns.some((column) => column.name === name && column.notNull === "yes");
  const unique = [
    ...constraints.flatMap((one) => (one.kind === "unique" ? [one.columns] : [])),
    ...schema
      .indexesOn(key)
      .filter((index) => index.unique)
      .map(({ elements }) => elements.map(({ column }) => column)),
  ];
  return [
    ...primaryOf(relation),
    ...unique.filter((names): names is readonly string[] => names.every(isRequired)),
  ];
}

/** What a tool finds rows by while this statement runs. */
export interface RowKeys {
  /** A key that is there before and after, as gh-ost needs it. */
  readonly shared: boolean;
  /** The new primary key tells apart what an old key does, so that pt-online-schema-change keeps every row. */
  readonly covered: boolean;
}

/** Undefined: not all keys of the table are known, and the statement leaves the primary key that it may have. */
export function rowKeys(step: Step): RowKeys | undefined {
  const { before, operation, statement } = step;
  const table = tableOf(operation);
  const steps = stepsOf(step);
  const [first = step, last = step] = [steps[0], steps.at(-1)];
  const old = table === undefined ? undefined : first.before.relation(table);
  const dropsKey = statement.operations.some(
    (op) => op.kind === "dropConstraint" && op.object === "primary key",
  );
  // It has no other primary key then.
  const addsKey = statement.operations.some(({ kind }) => kind === "addPrimaryKey");
  if (table === undefined || old?.is !== "present" || !old.value.complete)
    return dropsKey || addsKey ? { shared: false, covered: false } : undefined;
  const found = last.after.relation(before.resolve(table));
  const had = keysOf(first.before, old.value);
  const left = found.is === "present" ? keysOf(last.after, found.value) : [];
  // Where the migration catches its failure, the key may still be there: not where it runs.
  const isGone = dropsKey && !statement.operations.some(({ kind }) => kind === "addPrimaryKey");
  // A UNIQUE over the same columns stays.
  const primary = isGone && found.is === "present" ? primaryOf(found.value).length : 0;
  const made = left.slice(primary);
  const isIn = (some: readonly string[], all: readonly string[] | undefined): boolean =>
    some.every((name) => all?.includes(name));
  const isSame = (one: readonly string[], other: readonly string[]): boolean =>
    one.length === other.length && isIn(one, other);
  return {
    shared: had.some((key) => made.some((other) => isSame(key, other))),
    covered:
      had.some((key) => isIn(key, made[0])) &&
      isIn(
        made[0] ?? [],
        old.value.columns.map(({ name }) => name),
      ),
  };
}

/** An earlier statement of the script drops the primary key, and nothing that is known tells the rows apart here. */
export function hasDroppedKey(step: Step): boolean {
  const [first = step] = stepsOf(step);
  const table = tableOf(step.operation);
  const found = table === undefined ? undefined : first.before.relation(table);
  if (table === undefined || found?.is !== "present" || keysOf(first.before, found.value).length > 0)
    return false;
  return first
    .neighbours("earlier", "dropConstraint")
    .some(
      ({ operation, before }) =>
        operation.object === "primary key" && before.resolve(operation.table) === first.before.resolve(table),
    );
}

/** A later statement of the script adds the next primary key: the two may be one. */
export function isReplacedLater(step: Step): boolean {
  const { operation, statement, before } = step;
  const table = tableOf(operation);
  const drops = statement.operations.some(
    (op) => op.kind === "dropConstraint" && op.object === "primary key",
  );
  if (table === undefined || !drops) return false;
  if (statement.operations.some(({ kind }) => kind === "addPrimaryKey")) return false;
  return step
    .neighbours("later", "addPrimaryKey")
    .some((other) => other.before.resolve(other.operation.table) === before.resolve(table));
}

/** Both are done in place then, which a DROP PRIMARY KEY alone isn't. */
export const withNextKey: Advice = [
  inWords(
    "Write this `DROP PRIMARY KEY` and the later change that adds the new primary key as one `ALTER TABLE`: the server then rewrites the table once, in place.",
  ),
];

/** The key is dropped by a statement before this one. */
export const afterDroppedKey: Advice = [
  inWords(
    "No online tool finds the rows of a table without a key. Write the `DROP PRIMARY KEY` above and this change as one `ALTER TABLE`: the server then copies the table once, not twice.",
  ),
];

/** Where no tool finds the rows of the copy. */
export const withoutRowKey: Advice = [
  inWords(
    "Online tools find rows by a primary or unique key over NOT NULL columns that the table has before and after. Add such a UNIQUE key first, in a statement of its own; then gh-ost (on MySQL) or pt-online-schema-change can change the rest.",
  ),
];
