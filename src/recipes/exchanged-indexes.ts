/** An index that the migration drops, and one that takes its place: built while the old one is still there. */
import type { CreateIndex, OperationOf } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import type { Index } from "../schema/model.ts";
import { heading, instead, inWords, type Advice, type Part } from "./advice.ts";
import { freeName } from "./free-names.ts";
import { movedAlong } from "./needed-behind.ts";
import { isFreed, isInTheWay, isLeftOut, renamedIndex } from "./renamed-indexes.ts";
import { indexBackLater } from "./ways-back.ts";
import { concurrentBlock, inSchemaOf, madeName, nextMigration, plainName, quote } from "./words.ts";

type Made = Step<"createIndex">;
type Dropped = Step<"dropIndex">;

/** Builds the index CONCURRENTLY. `as`: under another name, as something has its own. */
type Build = (step: Made, as?: string) => readonly Part[];

/**
 * The new index before the old one goes, which serves the queries until then; or the same index under its new name.
 * Undefined: the migration doesn't exchange it.
 */
export function replacedIndex(step: Step, build: Build): Advice | undefined {
  return renamedIndex(step) ?? ofSameName(step, build) ?? ofSameColumns(step, build) ?? behindKey(step);
}

/** The index that the migration drops, and whose queries that of a key serves from then on. */
export function indexesBehindKey(step: Step): readonly Dropped[] {
  const { operation } = step;
  if (operation.kind !== "addUnique" && operation.kind !== "addPrimaryKey") return [];
  return onBothSides(step, "dropIndex").filter(
    (one) => one.statement.operations.length === 1 && isServedBy(step, operation, one),
  );
}

type AddedKey = OperationOf<"addUnique" | "addPrimaryKey">;

function isServedBy(step: Step, { table, columns, usingIndex }: AddedKey, dropped: Dropped): boolean {
  const found = dropped.before.index(dropped.operation.index);
  if (found.is !== "present" || found.value.constraint !== undefined || dropped.operation.cascade)
    return false;
  const { elements, method, unique } = found.value;
  return (
    [step, dropped].every(isApart) &&
    usingIndex === undefined &&
    method === "btree" &&
    !unique &&
    elements[0]?.column !== undefined &&
    elements[0].column === columns[0]?.text &&
    found.value.table === step.before.resolve(table) &&
    !losesColumn(dropped, found.value)
  );
}

/** Drops it once the key is there. */
function behindKey(step: Step): Advice | undefined {
  if (step.operation.kind !== "dropIndex") return undefined;
  const key = (["earlier", "later"] as const)
    .flatMap((side): readonly Step[] => step.neighbours(side, "addUnique", "addPrimaryKey"))
    .find((one) => indexesBehindKey(one).includes(step as Dropped));
  return (
    key && [
      inWords(
        `Drop it behind the migration that adds the key, whose index takes its place: the advice for the key has both.`,
      ),
    ]
  );
}

/** Drops of indexes, in migrations of their own. */
export const dropsBehind = (step: Step, dropped: readonly Dropped[]): readonly Part[] =>
  dropped.map((one) => [dropOf(one, step), indexBackLater(one)]);

function ofSameName(step: Step, build: Build): Advice | undefined {
  const { operation } = step;
  if (operation.kind === "createIndex") {
    const made = step as Made;
    const dropped = step.neighbours("earlier", "dropIndex").find((other) => isReplaced(other, made));
    // Others that the statement drops would stay.
    return dropped?.statement.operations.length === 1 ? exchangeIndex(dropped, made, build) : undefined;
  }
  if (operation.kind !== "dropIndex") return undefined;
  const dropped = step as Dropped;
  const later = step.neighbours("later", "createIndex");
  const isMade = (name: string): boolean =>
    later.some(({ operation: made }) => plainName(made.name?.text ?? "") === name);
  const isWhole = step.statement.operations.every(
    (other) => other.kind === "dropIndex" && isMade(other.index.name),
  );
  const made = later.find((other) => isReplaced(dropped, other));
  return isWhole && made && !isLeftOut(made) ? exchangeIndex(dropped, made, build) : undefined;
}

/** Of the same name, and on a table that is still the same. */
function isReplaced(dropped: Dropped, made: Made): boolean {
  const { name, table } = made.operation;
  // In a body, only an INVALID one may be dropped.
  if (name === undefined || dropped.inBody || made.inBody || made.createdHere(table) === "yes") return false;
  if (mayHaveName(made, made.operation)) return false;
  const found = dropped.before.index(dropped.operation.index);
  // The old one would go with its column, and the new one is on another column.
  const isOnDropped = made
    .neighbours("earlier", "dropColumn")
    .some(
      (other) =>
        made.before.resolve(other.operation.table) === made.before.resolve(table) &&
        made.operation.elements.some(({ column }) => column === other.operation.column.text),
    );
  if (isOnDropped || isFreed(dropped, made) || isInTheWay(dropped, made)) return false;
  return (
    plainName(name.text) === dropped.operation.index.name &&
    found.is !== "absent" &&
    !(found.is === "present" && found.value.table !== made.before.resolve(table))
  );
}

function exchangeIndex(dropped: Dropped, made: Made, build: Build): Advice {
  const { name, table } = made.operation;
  const old = plainName(name?.text ?? "");
  const next = freeName(made, table, [madeName(old.slice(0, 59), "new")]);
  return instead(
    heading("this takes the place of both statements, the DROP INDEX and the CREATE INDEX:", {
      replaces: [dropped.statement.span, made.statement.span],
    }),
    build(made, next),
    dropOf(dropped, made),
    nextMigration,
    `ALTER INDEX ${inSchemaOf(table, next)} RENAME TO ${quote(old)};`,
    movedAlong(made),
  );
}

const dropOf = (dropped: Dropped, made: Step): readonly Part[] =>
  concurrentBlock(made, `DROP INDEX CONCURRENTLY IF EXISTS ${dropped.operation.index.text};`);

/** An index that may be there gets the name before it; then IF NOT EXISTS builds none. */
export const mayHaveName = ({ neighbours }: Step, { name, ifNotExists }: CreateIndex): boolean =>
  ifNotExists &&
  neighbours("earlier", "renameIndex").some(
    ({ operation: { to } }) => plainName(to.text) === plainName(name?.text ?? ""),
  );

/** Under another name, in either order. */
function ofSameColumns(step: Step, build: Build): Advice | undefined {
  const made =
    step.operation.kind === "createIndex"
      ? (step as Made)
      : step.operation.kind === "dropIndex"
        ? successorOf(step as Dropped)
        : undefined;
  if (made === undefined || (step !== made && isLeftOut(made))) return undefined;
  const all = onBothSides(made, "dropIndex").filter((one) => successorOf(one) === made);
  // Each stays where it is.
  if (
    made.transaction.kind === "none" &&
    made.script.code !== undefined &&
    all.every((one) => isBefore(made, one))
  )
    return undefined;
  const statements = [...new Set(all.map(({ statement }) => statement))];
  // Others that a statement drops would stay.
  const isWhole = statements.every(
    ({ operations }) =>
      operations.length === all.filter(({ operation }) => operations.includes(operation)).length,
  );
  if (all.length === 0 || !isWhole) return undefined;
  // A tool writes each call in its own words, and has those of one finding.
  if (step !== made && step.script.code !== undefined)
    return made.operation.concurrently ? undefined : [inWords(dropBehind(made))];
  const what =
    statements.length === 1
      ? "both statements, the DROP INDEX and the CREATE INDEX"
      : "the CREATE INDEX and each DROP INDEX of what it follows";
  return instead(
    heading(`this takes the place of ${what}; the old one serves until the new one is there:`, {
      replaces: [...statements, made.statement].map(({ span }) => span),
    }),
    build(made),
    movedAlong(made),
    indexBackLater(made),
    dropsBehind(made, all),
  );
}

const dropBehind = (made: Made): string => {
  const name = made.indexes.indexMade(made.after)?.name;
  return `Drop it behind the migration that builds ${name === undefined ? "the index that takes its place" : quote(name)}, which takes its place: the advice for that one has both.`;
};

const onBothSides = <K extends "createIndex" | "dropIndex">(step: Step, kind: K): readonly Step<K>[] => [
  ...step.neighbours("earlier", kind),
  ...step.neighbours("later", kind),
];

/** A program has written a migration with more: it takes all pairs of them to tell. */
const mostCandidates = 200;

type Successors = Map<Step["operation"], { readonly made: Made | undefined }>;
const successors = new WeakMap<Step["scope"], Successors>();

/** What of the same migration takes the place of an index: what begins with most of its columns. Asked once for each. */
function successorOf(dropped: Dropped): Made | undefined {
  const known = successors.get(dropped.scope) ?? (new Map() as Successors);
  successors.set(dropped.scope, known);
  let found = known.get(dropped.operation);
  if (found === undefined) known.set(dropped.operation, (found = { made: findSuccessor(dropped) }));
  return found.made;
}

function findSuccessor(dropped: Dropped): Made | undefined {
  const found = dropped.before.index(dropped.operation.index);
  if (found.is !== "present" || !isApart(dropped) || dropped.operation.cascade) return undefined;
  const old = found.value;
  if (old.constraint !== undefined || old.method === "hash" || losesColumn(dropped, old)) return undefined;
  let best: { readonly made: Made; readonly shared: number } | undefined;
  const candidates = onBothSides(dropped, "createIndex");
  if (candidates.length > mostCandidates) return undefined;
  for (const made of candidates) {
    const shared = sharedColumns(made, old);
    if (shared > (best?.shared ?? 0) && isSuccessor(made, old, dropped)) best = { made, shared };
  }
  return best?.made;
}

/** It runs, whatever the migration finds. */
const isApart = ({ inBody, skipped, refused, operation }: Step): boolean =>
  !inBody && !skipped && !refused && operation.conditional !== true;

function isSuccessor(made: Made, old: Index, dropped: Dropped): boolean {
  const { operation, before, statement } = made;
  if (!isApart(made) || statement.operations.length > 1 || before.resolve(operation.table) !== old.table)
    return false;
  if (made.createdHere(operation.table) === "yes" || mayHaveName(made, operation)) return false;
  // What comes first has the name.
  if (plainName(operation.name?.text ?? "") === old.name) return false;
  return isBefore(made, dropped) || !(isFreed(dropped, made) || isInTheWay(dropped, made));
}

const isBefore = (one: Step, other: Step): boolean => one.statement.span.start < other.statement.span.start;

/** How many columns both begin with. */
function sharedColumns({ operation: { elements, method } }: Made, old: Index): number {
  if (method !== old.method) return 0;
  const at = old.elements.findIndex(
    ({ column }, i) => column === undefined || column !== elements[i]?.column,
  );
  return at < 0 ? old.elements.length : at;
}

/** It goes with a column. */
const losesColumn = (dropped: Dropped, { table, elements }: Index): boolean =>
  (["earlier", "later"] as const)
    .flatMap((side) => dropped.neighbours(side, "dropColumn"))
    .some(
      ({ operation, before }) =>
        before.resolve(operation.table) === table &&
        elements.some(({ column }) => column === operation.column.text),
    );
