/** The constraints of a column, on another column that takes its place. */
import type { QualifiedName } from "../model/names.ts";
import type { ColumnType } from "../model/types.ts";
import type { Step } from "../replay/step.ts";
import { involves } from "../schema/dependents.ts";
import { inParentheses } from "../schema/expressions.ts";
import type { Check, Constraint, ForeignKey, KeyConstraint, Relation } from "../schema/model.ts";
import { referencesClause } from "../schema/references.ts";
import { renameInExpression } from "../schema/rewrite.ts";
import { heading, type Part } from "./advice.ts";
import { movedIndex } from "./indexes-of-columns.ts";
import { lockOrGiveUpHere } from "./lock-tables.ts";
import { concurrentBlock, inSchemaOf, madeName, nextMigration, quote } from "./words.ts";

export interface MovedConstraints {
  /** Adds them under other names, and validates them. */
  readonly built: readonly Part[];
  /** Gives them the names of the old ones, in the transaction in which the columns change theirs. */
  readonly swapped: readonly string[];
  /** What undoes that. */
  readonly back: readonly string[];
  /** What goes before the old column does, in its transaction. */
  readonly dropped: readonly string[];
}

const whole = ["smallint", "integer", "bigint"];
const texts = ["varchar", "text"];

/** A value of the one type is the same one in the other, or none at all: values that differ stay different. */
const areAlike = (old: ColumnType, now: ColumnType): boolean =>
  old.dimensions + now.dimensions === 0 &&
  [whole, texts].some((group) => group.includes(old.name) && group.includes(now.name));

/** What all kinds of constraints need: how things are called. */
interface Place {
  readonly step: Step;
  readonly table: QualifiedName;
  readonly relation: Relation;
  readonly from: string;
  readonly to: string;
}

const nothing = { built: [], swapped: [], back: [], dropped: [] } as const;

/**
 * `types`: of the two columns, if a trigger gives the old one the values of the new one behind the swap. Undefined: one of
 * the constraints can't be moved, or not all of it is known.
 */
export function movedConstraints(
  step: Step,
  table: QualifiedName,
  from: string,
  to: string,
  types: readonly [old: ColumnType, now: ColumnType] | undefined,
): MovedConstraints | undefined {
  const found = step.before.relation(table);
  if (found.is !== "present") return nothing;
  const place: Place = { step, table, relation: found.value, from, to };
  const own = found.value.constraints.filter((one) => one.kind !== "not null" && involves(one, from));
  const keepsValues = types !== undefined && areAlike(...types);
  const moved = own.map((one) => movedOne(place, one, keepsValues));
  const known = moved.flatMap((one) => one ?? []);
  if (known.length < own.length) return undefined;
  return {
    built: known.flatMap((one) => one.built),
    swapped: known.flatMap((one) => one.swapped),
    back: known.flatMap((one) => one.back),
    dropped: known.flatMap((one) => one.dropped),
  };
}

function movedOne(place: Place, one: Constraint, keepsValues: boolean): MovedConstraints | undefined {
  const { step, relation } = place;
  // Another of its columns changes with this one.
  const others = step.statement.operations.filter(
    (other) =>
      other.kind === "changeColumnType" &&
      other.column.text !== place.from &&
      involves(one, other.column.text),
  );
  if (one.inherited || !one.validated || !one.enforced || others.length > 0) return undefined;
  if (one.kind === "check") return movedCheck(place, one);
  if (!keepsValues || relation.partitionBy !== undefined || one.deferrable === true) return undefined;
  if (one.kind === "unique") return movedUnique(place, one);
  return one.kind === "foreign key" ? movedForeignKey(place, one) : undefined;
}

const next = (name: string): string => madeName(name.slice(0, 59), "new");
const last = (name: string): string => madeName(name.slice(0, 59), "old");

const addedNotValid = (table: string, name: string, body: string): readonly Part[] => [
  heading("then its constraint on the new column:", {
    transaction: "own",
    undo: [`ALTER TABLE ${table} DROP CONSTRAINT ${name};`],
  }),
  `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${body} NOT VALID;`,
  nextMigration,
  `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`,
];

/** The old one may refuse what the new type holds: it goes with the swap. */
function movedCheck({ table: { text: table }, from, to }: Place, one: Check): MovedConstraints {
  const body = (expression: Check["expression"]): string =>
    `CHECK ${inParentheses(expression)}${one.noInherit ? " NO INHERIT" : ""}`;
  const name = quote(one.name);
  return {
    built: addedNotValid(table, next(one.name), body(renameInExpression(one.expression, from, to))),
    swapped: [
      `ALTER TABLE ${table} DROP CONSTRAINT ${name};`,
      `ALTER TABLE ${table} RENAME CONSTRAINT ${next(one.name)} TO ${name};`,
    ],
    back: [
      `ALTER TABLE ${table} RENAME CONSTRAINT ${name} TO ${next(one.name)};`,
      `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${body(one.expression)};`,
    ],
    dropped: [],
  };
}

/** The old one and the new one exchange their names. */
const exchanged = (table: string, name: string): Pick<MovedConstraints, "swapped" | "back"> => ({
  swapped: [
    `ALTER TABLE ${table} RENAME CONSTRAINT ${quote(name)} TO ${last(name)};`,
    `ALTER TABLE ${table} RENAME CONSTRAINT ${next(name)} TO ${quote(name)};`,
  ],
  back: [
    `ALTER TABLE ${table} RENAME CONSTRAINT ${quote(name)} TO ${next(name)};`,
    `ALTER TABLE ${table} RENAME CONSTRAINT ${last(name)} TO ${quote(name)};`,
  ],
});

/** Built as an index, which the old column keeps its own of until it goes. */
function movedUnique(
  { step, table, relation, from, to }: Place,
  one: KeyConstraint,
): MovedConstraints | undefined {
  const index = step.before.indexesOn(table).find(({ constraint }) => constraint === one.name);
  const { replicaIdentity, clusteredOn } = relation;
  const isUsed =
    (typeof replicaIdentity === "object" && replicaIdentity.index === one.index) || clusteredOn === one.index;
  const made = next(one.name);
  const create = index && movedIndex(table, index, from, to, made);
  if (create === undefined || isUsed) return undefined;
  return {
    ...exchanged(table.text, one.name),
    built: [
      heading("then build the index of its unique constraint on the new column:"),
      ...concurrentBlock(step, create, `DROP INDEX CONCURRENTLY IF EXISTS ${inSchemaOf(table, made)};`),
      heading("then, in the next migration:", { transaction: "own" }),
      `ALTER TABLE ${table.text} ADD CONSTRAINT ${made} UNIQUE USING INDEX ${made};`,
    ],
    dropped: [],
  };
}

/** The referenced table is locked first, as the application does it. Of several columns, how NULLs match isn't known. */
function movedForeignKey(
  { step, table, relation, to }: Place,
  one: ForeignKey,
): MovedConstraints | undefined {
  if (one.columns.length !== 1) return undefined;
  // Without the trigger that keeps the old column, its key would refuse changes of the referenced table.
  if (step.script.code !== undefined) return undefined;
  const parent = step.show(one.references);
  const body = referencesClause(
    { ...one, columns: [to] },
    { list: (names) => `(${names.map(quote).join(", ")})`, show: (key) => step.show(key) },
  );
  return {
    ...exchanged(table.text, one.name),
    built: addedNotValid(table.text, next(one.name), body),
    dropped: [
      ...lockOrGiveUpHere(step, one.references === relation.key ? [] : [parent]),
      `ALTER TABLE ${table.text} DROP CONSTRAINT ${last(one.name)};`,
    ],
  };
}
