import type { Step } from "../replay/step.ts";
import { nameByServer, usualIndex } from "./index-names.ts";
import { tableOf } from "../model/kinds.ts";
import type { QualifiedName } from "../model/names.ts";
import type { CreateIndex, OperationOf } from "../model/operation.ts";
import {
  afterStatement,
  beside,
  heading,
  instead,
  inWords,
  type Advice,
  type Heading,
  type Part,
  type RecipeStep,
} from "./advice.ts";
import { movedAlong } from "./needed-behind.ts";
import { columnsOfStatement } from "./added-columns.ts";
import { declaredIndex, indexOfModel, keyIndex } from "./declared.ts";
import { dropsBehind, indexesBehindKey, mayHaveName, replacedIndex } from "./exchanged-indexes.ts";
import { keyColumnReplaced } from "./key-column-replaced.ts";
import { whereConstraintIsnt } from "./constraint-guards.ts";
import { freeName, isTaken, primaryOf } from "./free-names.ts";
import { ifNeeded } from "./needless-index.ts";
import { keyFromIndex, renamedKey } from "./ready-index.ts";
import { indexForKeyDropped, strongerKeyDropped } from "./replaced-keys.ts";
import { callOf, senderOf, sentAt } from "./sent.ts";
import { constraintBackLater, indexBackLater } from "./ways-back.ts";
import {
  beforeStatement,
  concurrentBlock,
  constraintName,
  inSchemaOf,
  mayBeEscaped,
  madeName,
  mustBeAlone,
  notNullBlock,
  partitionsOf,
  plainName,
  quote,
  replacedBy,
  textOf,
  withWord,
  type Partition,
} from "./words.ts";

/** CREATE INDEX CONCURRENTLY, unless another index serves the same queries. */
export const concurrentIndex = (step: Step): Advice | undefined =>
  ifNeeded(step, unlessHypertable(step, builtConcurrently(step)));

/** Safe to run again; on a partitioned table partition by partition. */
function builtConcurrently(step: Step): Advice | undefined {
  const { operation, before } = step;
  if (operation.kind !== "createIndex" || mayBeEscaped(step) || mayHaveName(step, operation))
    return undefined;
  const table = before.relation(operation.table);
  if (step.indexes.isHypertable(operation.table) === "yes") return [chunkedIndex(operation)];
  if (table.is === "present" && table.value.partitionBy !== undefined) return partitionedIndex(step);
  const made = step as Step<"createIndex">;
  return (
    replacedIndex(step, blockOf) ??
    indexForKeyDropped(made, blockOf) ??
    inPlaceOfCall(step) ??
    instead(blockOf(made), analyzeAfter(step), movedAlong(step), indexBackLater(step))
  );
}

/**
 * The call alone, with CONCURRENTLY: its migration opens no transaction. Undefined: it is no such call, or a lock_timeout may
 * end it, so that an INVALID index is left.
 */
function inPlaceOfCall(step: Step): Advice | undefined {
  const { operation, script, scope, transaction, inBody, locks } = step;
  if (operation.kind !== "createIndex" && operation.kind !== "dropIndex") return undefined;
  if (script.transaction.codeSteps === undefined || callOf(step) === undefined) return undefined;
  if (inBody || transaction.kind !== "none" || locks.lockTimeout() === "set") return undefined;
  if (operation.concurrently || sentAt(scope.steps, script, senderOf(step)).size !== 1) return undefined;
  return instead(
    heading("in its place, as this migration opens no transaction:", { transaction: "any" }),
    ...beforeNextAttempt(step),
    concurrently(step, operation),
  );
}

/** CONCURRENTLY put in, and a name where it has none. */
function concurrently(step: Step, operation: OperationOf<"createIndex" | "dropIndex">): string {
  const name = operation.kind === "createIndex" ? nameByServer(step) : undefined;
  return withWord(step, operation.afterKeyword, `CONCURRENTLY${name === undefined ? "" : ` ${name}`}`);
}

/** Equal rows make the build of a unique index fail. A DROP beside the call would make a file of its own of the advice. */
function beforeNextAttempt(step: Step): readonly Heading[] {
  const { operation } = step;
  if (operation.kind !== "createIndex" || !operation.unique) return [];
  const cleanUp = dropBuilt(step, operation);
  return cleanUp === undefined
    ? []
    : [heading(`a failed build leaves an INVALID index: before the next attempt, ${cleanUp}`)];
}

/** Nothing here makes the table: it may be one of TimescaleDB's. */
function unlessHypertable({ operation, indexes, show }: Step, built: Advice | undefined): Advice | undefined {
  if (built === undefined || operation.kind !== "createIndex") return built;
  if (indexes.isHypertable(operation.table) !== "unknown") return built;
  const { statements } = chunkedIndex(operation);
  return [
    inWords(`If ${show(operation.table)} is a hypertable: ${statements.join(" ")} If it is none:`),
    ...built,
  ];
}

/** TimescaleDB refuses CONCURRENTLY, and builds a unique index in one piece only. */
const chunkedIndex = ({ unique }: CreateIndex): RecipeStep =>
  inWords(
    unique
      ? "TimescaleDB has no CONCURRENTLY for a hypertable. Build it in a quiet hour, with `lock_timeout` set."
      : "TimescaleDB has no CONCURRENTLY for a hypertable. Add `WITH (timescaledb.transaction_per_chunk)`, outside of a transaction: it locks one chunk at a time.",
  );

/** `as`: under another name, as something has its own. */
function blockOf(step: Step<"createIndex">, as?: string): readonly Part[] {
  const { operation } = step;
  if (as !== undefined)
    return concurrentBlock(
      step,
      buildOf(step, operation, as),
      `DROP INDEX CONCURRENTLY IF EXISTS ${inSchemaOf(operation.table, as)};`,
    );
  const create = operation.concurrently
    ? `${textOf(step, operation.span)};`
    : operation.ifNotExists
      ? buildOf(step, operation)
      : concurrently(step, operation);
  return concurrentBlock(step, create, dropBuilt(step, operation));
}

/**
 * CREATE INDEX CONCURRENTLY without IF NOT EXISTS, which would keep what a failed build leaves. `as`: under another name.
 */
export function buildOf(step: Step, { span, afterKeyword, name }: CreateIndex, as?: string): string {
  const text = textOf(step, span);
  const start = (name?.span.start ?? afterKeyword) - span.start;
  const rest =
    as === undefined || name === undefined ? text.slice(start) : as + text.slice(name.span.end - span.start);
  return `${text.slice(0, afterKeyword - span.start)} CONCURRENTLY ${rest};`;
}

/**
 * Drops what a failed build leaves; an index is in the schema of its table. Undefined: its name isn't known, or the history
 * may have a valid one of that name.
 */
export const dropBuilt = (step: Step, { name, table, ifNotExists }: CreateIndex): string | undefined => {
  const text = name?.text ?? nameByServer(step);
  if (text === undefined) return undefined;
  const found = step.before.index({ ...table, name: plainName(text) });
  return found.is === "present" || (found.is === "unknown" && ifNotExists)
    ? undefined
    : `DROP INDEX CONCURRENTLY IF EXISTS ${inSchemaOf(table, text)};`;
};

/** Statistics of an expression exist only after ANALYZE; if the build has to be alone, it goes into another file. */
export function analyzeAfter(step: Step): readonly Part[] {
  const { operation } = step;
  const needed =
    operation.kind === "createIndex" &&
    !mustBeAlone(step) &&
    operation.elements.some(({ expression }) => expression !== undefined);
  return needed ? [`ANALYZE ${operation.table.text};`] : [];
}

function partitionedIndex(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "createIndex") return undefined;
  const made = step.indexes.indexMade(step.after);
  const name = operation.name?.text ?? (made ? quote(made.name) : madeName(operation.table.name, "idx"));
  const rest = step.script.text.slice(operation.table.span.end, operation.span.end);
  return onPartitions(step, operation.table, `CREATE ${operation.unique ? "UNIQUE " : ""}INDEX`, name, rest);
}

/** An index of a partitioned table: `create` without name, `rest` after the table's name. */
export function onPartitions(
  step: Step,
  table: QualifiedName,
  create: string,
  name: string,
  rest: string,
  as = instead,
): Advice {
  const partitions = partitionsOf(step, table).map((partition) => ({
    ...partition,
    index: indexOfPartition(step, name, table, partition),
  }));
  return as(
    heading("create an empty index on the parent:"),
    `${create} ${name} ON ONLY ${table.text}${rest};`,
    heading("then for each partition:"),
    ...partitions.map(({ text, index }) =>
      concurrentBlock(
        step,
        `${create} CONCURRENTLY ${index} ON ${text}${rest};`,
        `DROP INDEX CONCURRENTLY IF EXISTS ${inSchemaOf(table, index)};`,
      ),
    ),
    heading("and in a later migration:"),
    ...partitions.map(
      ({ index }) => `ALTER INDEX ${inSchemaOf(table, name)} ATTACH PARTITION ${inSchemaOf(table, index)};`,
    ),
  );
}

/** The index on the referencing columns of a foreign key. */
export function indexForKey(step: Step): Advice | string | undefined {
  const { operation } = step;
  const isNew =
    operation.kind === "addForeignKey" &&
    (operation.within === "createTable" || step.createdHere(operation.table) === "yes");
  const left = keyIndex(step, isNew);
  if (left !== undefined) return left;
  const advice = indexOfKey(step);
  // Of a column that the statement adds.
  return advice && columnsOfStatement(step).length > 0 ? afterStatement(advice) : advice;
}

/** The same, to be built before the key. */
export function indexOfKey(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addForeignKey") return undefined;
  const { table } = operation;
  const own = operation.columns.map(({ text }) => text);
  const ofModel = indexOfModel(step, table, own);
  const columns = ofModel?.columns ?? own;
  const usual = ofModel?.name === undefined ? usualIndex(step, table, columns) : quote(ofModel.name);
  const name = freeName(step, table, [usual, madeName(table.name, ...columns, "fkey_idx")]);
  const rest = ` (${columns.map(quote).join(", ")})`;
  const declared = declaredIndex(step, table, name, columns);
  if (operation.within === "createTable" || step.createdHere(table) === "yes") {
    // Where the table is older, what has made it may have made its index, too.
    const made = step.after.relation(table);
    const isSure = made.is !== "present" || made.value.maybeOlder === undefined;
    const guard = isSure || !step.before.dialect.existsOfParts ? "" : " IF NOT EXISTS";
    const create = `CREATE INDEX${guard} ${name} ON ${table.text}${rest};${droppedBack(step, table, name)}`;
    return afterStatement(beside(create, declared));
  }
  const found = step.before.relation(table);
  if (found.is === "present" && found.value.partitionBy !== undefined)
    return onPartitions(step, table, "CREATE INDEX", name, rest, beside);
  const cleanUp = `DROP INDEX CONCURRENTLY IF EXISTS ${inSchemaOf(table, name)};`;
  return beside(
    concurrentBlock(step, `CREATE INDEX CONCURRENTLY ${name} ON ${table.text}${rest};`, cleanUp),
    declared,
  );
}

/** A comment: nothing else drops it in a rollback that somebody has written, as the table stays. */
function droppedBack({ scope, before }: Step, table: QualifiedName, name: string): string {
  const { down, index } = scope.migration;
  const made = before.relation(table);
  const isOlder =
    made.is === "present" && made.value.origin !== undefined && made.value.origin.migration !== index;
  const isWritten =
    down !== undefined && !down.empty && down.code?.automatic !== true && down.code?.derived !== true;
  return isOlder && isWritten ? ` -- in the rollback: DROP INDEX ${inSchemaOf(table, name)}` : "";
}

/** A later migration builds an index that begins with one of the columns, by its text: with another one there would be two. */
export function isBuiltLater(
  { scope: { history, migration } }: Step,
  table: QualifiedName,
  columns: readonly string[],
): boolean {
  const found = builtIn.get(history) ?? indexesIn(history);
  builtIn.set(history, found);
  return found.some(
    (one) => one.migration > migration.index && one.table === table.name && columns.includes(one.column),
  );
}

type History = Step["scope"]["history"];

interface Built {
  readonly migration: number;
  readonly table: string;
  /** The first one. */
  readonly column: string;
}

const builtIn = new WeakMap<History, readonly Built[]>();

/** Of a file that holds several migrations, each has only its own part. */
const indexesIn = ({ migrations }: History): readonly Built[] =>
  migrations.flatMap(({ index, up: { text, part } }) =>
    Array.from(text.slice(part.start, part.end).matchAll(built), ([, of = "", column = ""]) => ({
      migration: index,
      table: plainName(of),
      column: plainName(column),
    })),
  );

const built =
  /\bCREATE\s+(?:UNIQUE\s+)?INDEX\s[^;(]{0,300}?\bON\s+(?:ONLY\s+)?(?:[\w"]{1,70}\.)?("[^"]{1,70}"|\w+)\s*(?:USING\s+btree\s*)?\(\s*("[^"]{1,70}"|\w+)\s*[,)](?![^;]{0,2000}\bWHERE\b)/gi;

/** The clause that drops the old primary key, where the statement drops it with a column. */
export function dropsKey(step: Step): string {
  const table = tableOf(step.operation);
  if (table === undefined || !step.before.dialect.transactionalDdl) return "";
  const old = primaryOf(beforeStatement(step), table);
  const isDropped = step.statement.operations.some(
    (other) => other.kind === "dropColumn" && old?.columns.includes(other.column.text) === true,
  );
  return old !== undefined && isDropped ? `DROP CONSTRAINT ${quote(old.name)}, ` : "";
}

/** What the server calls the index of a partition that it makes for one of the partitioned table. */
function indexOfPartition(
  { before, after }: Step,
  name: string,
  table: QualifiedName,
  { key, text }: Partition,
): string {
  const known = new Set(before.indexesOn(key).map((index) => index.name));
  const made = after.indexesOn(key).filter((index) => index.parent !== undefined && !known.has(index.name));
  if (made[0] !== undefined && made.length === 1) return quote(made[0].name);
  const bare = text.slice(text.lastIndexOf(".") + 1).replaceAll('"', "");
  const plain = plainName(name);
  return plain.includes(table.name) ? madeName(plain.replace(table.name, bare)) : madeName(bare, plain);
}

const keptUntilThen =
  "then, in the next migration (leave out the DROP CONSTRAINT before this statement: until then, the old key is the only one):";

/** An index checks each row as it changes, also that of a constraint which checks them all in the end. */
const soonDeferrable =
  "then, in the next migration (run both in one go: until then, an UPDATE that shifts or swaps values fails; on a small table, keep the original):";

/** A statement before it, in a file of SQL, drops the key of that name. */
const isDroppedApart = (
  { neighbours, before, script, statement }: Step,
  table: QualifiedName,
  name: string,
): boolean =>
  script.code === undefined &&
  before.dialect.transactionalDdl &&
  neighbours("earlier", "dropConstraint").some(
    ({ operation, statement: other, before: then, inBody }) =>
      other !== statement &&
      !inBody &&
      operation.name.text === plainName(name) &&
      then.resolve(operation.table) === before.resolve(table),
  );

export function concurrentDropIndex(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "dropIndex") return undefined;
  const replaced = replacedIndex(step, blockOf);
  if (replaced !== undefined) return replaced;
  // What hangs on it goes first, by name: CONCURRENTLY knows no CASCADE.
  if (operation.cascade) return undefined;
  const drop = `DROP INDEX CONCURRENTLY IF EXISTS ${operation.index.text};`;
  const here = inPlaceOfCall(step);
  if (here !== undefined) return here;
  return instead(concurrentBlock(step, drop), indexBackLater(step));
}

export function concurrentReindex(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "reindex") return undefined;
  return instead(concurrentBlock(step, withWord(step, operation.afterKeyword, "CONCURRENTLY")));
}

/** UNIQUE or PRIMARY KEY from an index that was built concurrently; UNIQUE isn't needed where another key has its columns. */
export const constraintUsingIndex = (step: Step): Advice | undefined =>
  step.operation.kind === "addUnique" ? ifNeeded(step, builtForKey(step)) : builtForKey(step);

function builtForKey(step: Step): Advice | undefined {
  const { operation, before } = step;
  if (operation.kind !== "addUnique" && operation.kind !== "addPrimaryKey") return undefined;
  const ready = renamedKey(step) ?? keyFromIndex(step);
  if (ready !== undefined) return ready;
  const { table } = operation;
  const primary = operation.kind === "addPrimaryKey";
  const columns = operation.columns.map(({ text }) => text);
  const ofKeyColumn = primary ? keyColumnReplaced(step, table, columns) : undefined;
  if (ofKeyColumn !== undefined) return ofKeyColumn;
  // A column that the statement replaces has no values to build the index on.
  const replaces = step.statement.operations.some(
    (other) => other.kind === "dropColumn" && columns.includes(other.column.text),
  );
  if (replaces) return undefined;
  const suffix = primary ? ["pkey"] : [...columns, "key"];
  const name = constraintName(step) ?? madeName(table.name, ...suffix);
  const kind = primary ? "PRIMARY KEY" : "UNIQUE";
  const relation = before.relation(table);
  const partitioned = relation.is === "present" && relation.value.partitionBy !== undefined;
  // It may be there, and its index with it.
  const isAsked =
    step.inBody && operation.conditional === true && operation.name !== undefined && !partitioned;
  // The name may still belong to the key that this one replaces.
  const free =
    isAsked || isTaken(step, table, name)
      ? freeName(step, table, [madeName(plainName(name).slice(0, 59), "new")])
      : name;
  const targets = partitioned
    ? partitionsOf(step, table).map((one) => {
        const index = indexOfPartition(step, name, table, one);
        return { text: one.text, index, constraint: index };
      })
    : [{ text: table.text, index: free, constraint: name }];
  const nullable = primary
    ? columns.filter((column) => {
        const found = before.column(table, column);
        // What the statement adds as NOT NULL is so by then.
        const isAdded = step.statement.operations.some(
          (other) => other.kind === "addColumn" && other.column.name.text === column && other.column.notNull,
        );
        return !isAdded && (found.is !== "present" || found.value.notNull !== "yes");
      })
    : [];
  const list = `(${columns.map(quote).join(", ")})`;
  const rest = [
    ...(operation.include.length > 0
      ? [` INCLUDE (${operation.include.map(({ text }) => quote(text)).join(", ")})`]
      : []),
    ...(operation.kind === "addUnique" && operation.nullsNotDistinct ? [" NULLS NOT DISTINCT"] : []),
  ].join("");
  const dropped = primary ? dropsKey(step) : "";
  const own = (replacedBy(step, name).includes(dropped) ? "" : dropped) + replacedBy(step, name);
  const apart = own === "" && !partitioned && isDroppedApart(step, table, name);
  const exchanged =
    primary || partitioned || own !== "" || apart ? undefined : strongerKeyDropped(step as Step<"addUnique">);
  const replaced = apart
    ? `DROP CONSTRAINT IF EXISTS ${quote(plainName(name))}, `
    : own + (exchanged?.drop ?? "");
  const isDeferred = /\binitially\s+deferred\b/i.test(textOf(step, operation.span));
  const deferrable = operation.deferrable ? ` DEFERRABLE${isDeferred ? " INITIALLY DEFERRED" : ""}` : "";
  const old = partitioned ? [] : indexesBehindKey(step);
  return instead(
    ...(old.length === 0
      ? []
      : [
          heading(
            "this takes the place of the DROP INDEX, too; the old index serves until the key is there:",
            {
              replaces: [...old.map((one) => one.statement.span), step.statement.span],
            },
          ),
        ]),
    ...(exchanged === undefined ? [] : [exchanged.heading]),
    ...(operation.within === "addColumn" ? [] : columnsOfStatement(step)),
    ...(partitioned ? [heading("for each partition:")] : []),
    ...targets.map(({ text, index, constraint }) => [
      concurrentBlock(
        step,
        `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${text} ${list}${rest};`,
        `DROP INDEX CONCURRENTLY IF EXISTS ${inSchemaOf(table, index)};`,
      ),
      ...nullable.flatMap((column) => notNullBlock(text, table.name, column)),
      heading(
        apart ? keptUntilThen : operation.deferrable ? soonDeferrable : "then, in the next migration:",
        {
          transaction: "own",
          ...(replaced === "" ? { undo: [`ALTER TABLE ${text} DROP CONSTRAINT ${constraint};`] } : {}),
          ...(exchanged === undefined ? {} : { undo: [exchanged.back(text, constraint)] }),
        },
      ),
      ...[
        `ALTER TABLE ${text} ${replaced}ADD CONSTRAINT ${constraint} ${kind} USING INDEX ${index}${deferrable};`,
      ].map((added) =>
        isAsked && replaced === ""
          ? whereConstraintIsnt(table, constraint, added, `DROP INDEX ${inSchemaOf(table, index)};`)
          : added,
      ),
    ]),
    ...(partitioned
      ? [
          heading("finally on the parent, which takes them over and builds nothing:"),
          `ALTER TABLE ${table.text} ADD CONSTRAINT ${name} ${kind} ${list}${deferrable};`,
        ]
      : []),
    ...movedAlong(step),
    replaced === "" ? constraintBackLater(step, plainName(name)) : [],
    dropsBehind(step, old),
  );
}
