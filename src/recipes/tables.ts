import type { QualifiedName } from "../model/names.ts";
import { sameType } from "../model/types.ts";
import { outlivesMigration } from "../replay/questions/settings.ts";
import { castsAlone } from "../replay/questions/values/way-back.ts";
import type { MigrationScope, Step } from "../replay/step.ts";
import type { ForeignKey, Origin } from "../schema/model.ts";
import { beside, heading, instead, inWords, unusedTable, type Advice } from "./advice.ts";
import { failureCounts, timeoutForServer } from "./locks.ts";
import { movedAlong } from "./needed-behind.ts";
import { readsItself } from "./own-rows.ts";
import {
  buildsOnItself,
  computedFirst,
  computesFirst,
  keyOf,
  ownNames,
  readInBatches,
  readsWhatItSets,
  inBatchesOf,
  loopOf,
  stillToFill,
  type Change,
} from "./batches.ts";
import { pieceOf } from "../replay/code-piece.ts";
import { keptByTrigger } from "./kept-by-triggers.ts";
import { noBatches } from "./no-batches.ts";
import { isChange } from "./change-before-drop.ts";
import { leftOut, noLongerUsed, sentAlong, stillDeclared } from "./declared.ts";
import { dropsOf } from "./dropping.ts";
import { droppedBehind } from "./dropped-types.ts";
import { grantsOfView, rowSecurityOfView } from "./view-access.ts";
import { columnsForView, columnsInWords, dropsBehindView, viewLater } from "./view-columns.ts";
import { refusingKeys, withoutKeys } from "./refusing-keys.ts";
import { tablesBackLater } from "./ways-back.ts";
import { lineOfSender } from "./sent.ts";
import { isSentOverPool, literal, quote, textOf, together, whole } from "./words.ts";

/** What is dropped fewer than `least` migrations after its deprecation: what to say of that; undefined: it isn't. */
export function tooEarly(
  deprecation: Origin | undefined,
  { migration: { index } }: Pick<MigrationScope, "migration">,
  least: number,
) {
  if (deprecation === undefined || index - deprecation.migration >= least) return undefined;
  const migrations = (count: number): string => `${count} ${count === 1 ? "migration" : "migrations"}`;
  const { path, span } = deprecation;
  return {
    data: { since: migrations(index - deprecation.migration), least },
    instead: `drop it in a later migration, ${migrations(least)} or more after the one that deprecates it`,
    related: [{ at: { path, span }, message: "it is deprecated here" }],
  };
}

/** Of a call: each of its tables has advice for all of them. */
const mostTogether = 20;

/** Marks it as deprecated first, and drops it a release later; with the tables that the same call of code drops. */
export function deprecateTable(step: Step): Advice | undefined {
  if (!isDrop(step)) return undefined;
  const isOfOthers = leftOut(step, step.operation.table);
  if (isOfOthers !== undefined) return instead(isOfOthers);
  const all = droppedTogether(step);
  const parts = all.map((one) => deprecated(one, all));
  const [first, ...more] = parts;
  // Of a single table without a comment, the way back is written from the mark alone.
  const isMarked = more.length > 0 || first?.said !== undefined || (first?.again.length ?? 0) > 0;
  const drops = parts.flatMap((one) => one.drops).flat();
  const again = parts.flatMap((one) => one.again);
  return instead(
    isMarked
      ? {
          heading: [],
          undo: parts.flatMap(({ unmark, again }) => [unmark, ...again]),
          ...(more.length > 0 ? { replaces: all.map(({ statement }) => statement.span) } : {}),
        }
      : [],
    ...parts.flatMap(({ marks }) => marks),
    stillDeclared(step, "table", { comment: noLongerUsed }),
    ...parts.flatMap(({ kept }) => kept),
    {
      ...unusedTable(step, step.operation.table.text, "in later migrations"),
      ...(drops.every((one) => typeof one === "string") ? withoutKeys(step, drops, again) : {}),
    },
    ...drops,
    ...all.map(tablesBackLater),
  );
}

/** The tables that the step's call of code drops. */
export function droppedTogether(step: Step<"dropTable">): readonly Step<"dropTable">[] {
  const along = sentAlong(step).filter(isDrop);
  return along.includes(step) && along.length <= mostTogether ? along : [step];
}

export const isDrop = (step: Step): step is Step<"dropTable"> => step.operation.kind === "dropTable";

/** What is done with one of them, first and later. `all`: those that go together. */
function deprecated(step: Step<"dropTable">, all: readonly Step[]) {
  const { operation } = step;
  const table = operation.table.text;
  const keys = step.before.relation(operation.table);
  const foreignKeys =
    keys.is === "present"
      ? keys.value.constraints.filter((constraint) => constraint.kind === "foreign key")
      : [];
  const users = step.dependents.ofDropped().filter(({ onDrop }) => onDrop === "refuses");
  const comment = `COMMENT ON TABLE ${table} IS '${noLongerUsed}';`;
  const said = keys.is === "present" ? keys.value.comment?.text : undefined;
  // What a body asks before it, the later migration has to ask, too.
  const isAsked = step.inBody && operation.conditional === true;
  const isMissed = (operation.ifExists || isAsked) && keys.is !== "present";
  const behind = droppedBehind(step);
  const refusing = refusingKeys(step, operation.table, all);
  return {
    said,
    unmark: `COMMENT ON TABLE ${table} IS ${said === undefined ? "NULL" : literal(said)};`,
    again: refusing.again,
    marks: [
      // COMMENT knows no IF EXISTS.
      isMissed && !isAsked
        ? whole(
            step,
            `DO $$ BEGIN IF to_regclass(${literal(table)}) IS NOT NULL THEN\n  ${comment}\nEND IF; END $$;`,
          )
        : comment,
      ...refusing.locks,
      ...refusing.drops,
    ],
    kept: [
      ...keptWith(
        step,
        foreignKeys.filter(({ name }) => !refusing.names.has(name)),
        all,
      ),
      behind.leftOut,
    ],
    drops: [
      ...(dropsOf(step, users) ?? [inWords(`first drop ${users.map(({ text }) => text).join(", ")}`)]),
      ...foreignKeys.flatMap(({ name }) => {
        if (refusing.names.has(name)) return [];
        // One that the migration may have dropped before may be gone.
        const guard = step.before.constraint(operation.table, name).is === "present" ? "" : "IF EXISTS ";
        return `ALTER TABLE ${table} DROP CONSTRAINT ${guard}${quote(name)};`;
      }),
      `DROP TABLE ${isMissed ? "IF EXISTS " : ""}${table};`,
      behind.dropped,
    ],
  };
}

/** Tables that the migration drops behind this one, which needs them as long as it is there. */
function keptWith({ neighbours, show }: Step, keys: readonly ForeignKey[], all: readonly Step[]): Advice {
  if (keys.length === 0) return [];
  const along = new Set(all.map(({ statement }) => statement));
  const behind = neighbours("later", "dropTable").flatMap(({ operation, before, statement }) => {
    const key = before.resolve(operation.table);
    return !along.has(statement) && keys.some(({ references }) => references === key) ? [show(key)] : [];
  });
  return behind.length === 0 ? [] : [inWords(`it refers to ${behind.join(", ")}: drop that behind it, too`)];
}

/** The old name stays as a view, made in the same transaction. */
export function renameWithView(step: Step): Advice | undefined {
  const { operation } = step;
  switch (operation.kind) {
    case "renameTable":
      // A view under its name would be made where there is no such table, too.
      if (operation.ifExists && step.before.relation(operation.table).is !== "present") return undefined;
      return viewFor(step, operation.table, "TABLE", operation.table.schema, operation.to.text);
    case "setTableSchema":
      return viewFor(step, operation.table, "TABLE", operation.to.text, operation.table.name);
    case "renameView": {
      const what = operation.materialized ? "MATERIALIZED VIEW" : "VIEW";
      return viewFor(step, operation.view, what, operation.view.schema, operation.to.text);
    }
    default:
      return undefined;
  }
}

function viewFor(
  step: Step,
  old: QualifiedName,
  what: string,
  schema: string | undefined,
  name: string,
): Advice {
  const moved = name === old.name;
  const to = (schema === undefined ? "" : `${quote(schema)}.`) + quote(name);
  const change = moved ? `SET SCHEMA ${quote(schema ?? "<schema>")}` : `RENAME TO ${quote(name)}`;
  const behind = dropsBehindView(step, { keepsTypes: true });
  const { option, words } = rowSecurityOfView(step, old);
  const grants = grantsOfView(step, old);
  if (behind === undefined) return [inWords(viewLater)];
  const inOther = columnsInWords(step);
  if (inOther !== undefined) return [inWords(inOther)];
  const viewOf = (list = "*"): readonly string[] => [
    `CREATE VIEW ${old.text}${option} AS SELECT ${list} FROM ${to};`,
    ...grants.filter((part) => typeof part === "string"),
  ];
  const view = viewOf(columnsForView(step, { isHere: true }));
  const dropped = `DROP VIEW ${old.text};`;
  const changeBack = moved ? `SET SCHEMA ${quote(old.schema ?? "<schema>")}` : `RENAME TO ${quote(old.name)}`;
  const undo =
    moved && old.schema === undefined ? undefined : [dropped, `ALTER ${what} ${to} ${changeBack};`];
  const both = [`ALTER ${what} ${old.text} ${change};`, ...view];
  // What follows in a migration in code uses the new name: it stays there, in its transaction.
  const isInPlace =
    step.script.code?.unit?.isSole === false &&
    step.transaction.kind === "block" &&
    step.transaction.by === "runner";
  return instead(
    isInPlace
      ? [{ heading: [], undo }, ...both]
      : together(step, "in one transaction:", both, { place: "here", undo }),
    ...grants.filter((part) => typeof part !== "string"),
    words,
    ...behind.leftOut,
    heading(
      "deploy the version that uses the new name; then, in a later migration, before anything else gets the old one:",
      {
        after: "deploy",
        deploy: `the version that uses ${to}`,
        // By then, the table's columns have their new names; what brings dropped ones back comes before the view, and the
        // migration's own way back drops those that it added.
        ...(behind.dropped.length === 0 ? { undo: viewOf(columnsForView(step, { keepsAdded: false })) } : {}),
      },
    ),
    dropped,
    ...behind.dropped,
  );
}

/** What it reads of its own table is the row itself, by a key of one column. */
function readsOwnRows(
  { before }: Step,
  asked: string,
  table: QualifiedName,
  among: string | undefined,
): boolean {
  const found = before.relation(table);
  const [key, ...more] = found.is === "present" ? keyOf(found.value) : [];
  return key !== undefined && more.length === 0 && readsItself(asked, ownNames(table, among), key.name);
}

/**
 * The same change in batches that commit one by one. Undefined for a change in a body, whose text may use variables and
 * which may be in batches already, and in a WITH clause.
 */
export function inBatches(step: Step): Advice | undefined {
  const { operation, inBody, statement } = step;
  const otherWay = noBatches(step) ?? keptByTrigger(step);
  if (otherWay !== undefined) return otherWay;
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return undefined;
  if (inBody || operation.span.start !== statement.span.start) return undefined;
  // What a WITH clause writes would be written with each batch.
  if (statement.operations.some((other) => other !== operation && isChange(other))) return undefined;
  const { where, table, among: qualifier, query } = operation;
  if (operation.kind === "deleteRows") {
    const own = ownReference(step, table);
    if (own !== undefined) return [inWords(rowsReferToEachOther(step.before.spell(own)))];
  }
  const head = step.script.text.slice(operation.span.start, where?.span.start ?? operation.span.end);
  const written =
    where === undefined
      ? head.replace(/\sreturning\s[\s\S]*$/i, "")
      : head.replace(/\bwhere\b(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*$/i, "");
  if (computesFirst(written)) return [inWords(computedFirst(written))];
  const sets = operation.kind === "updateRows" ? operation.columns.map(({ text }) => text) : [];
  const asked = where === undefined ? written : `${written} WHERE ${where.text}`;
  if (
    readsWhatItSets(asked, ownNames(table, qualifier), sets) &&
    !readsOwnRows(step, asked, table, qualifier)
  )
    return [inWords(readInBatches)];
  const change: Change = {
    table,
    statement: written.trim(),
    undone: stillToFill(
      step,
      where === undefined || where.trivial ? undefined : `(${textOf(step, where.span)})`,
      (column) => (qualifier === undefined ? quote(column) : `${quote(qualifier)}.${quote(column)}`),
    ),
    shrinks: operation.kind === "deleteRows" || step.values.leavesItsRows(),
    qualifier,
    joins: qualifier !== undefined && query.relations.length > 0,
    sets,
    onceOnly: buildsOnItself(written, sets),
  };
  return loopOf(step, change) === undefined
    ? undefined
    : [...instead(inBatchesOf(step, change)), ...movedAlong(step)];
}

/** The foreign key of the table to itself that keeps a row as long as another one refers to it. */
function ownReference({ before }: Step, table: QualifiedName): ForeignKey | undefined {
  const key = before.resolve(table);
  return before
    .foreignKeysTo(table)
    .find(
      ({ table: from, constraint }) => from === key && !/^(?:cascade|set )/.test(constraint.onDelete ?? ""),
    )?.constraint;
}

const rowsReferToEachOther = (key: string): string =>
  `Delete the rows in batches, those first to which no other row refers by ${key}: the statement is checked at its end, each batch at its own. Ranges of the key fail where a row goes before one that refers to it.`;

/** ALTER COLUMN TYPE to the very type that the column has, wherever the migrations have run. */
function keepsType({ operation, before }: Step): boolean {
  if (operation.kind !== "changeColumnType" || operation.conditional === true) return false;
  const { table, column, type, collation, call } = operation;
  const isMeant = call?.restates !== true && call?.statesType !== true;
  const relation = before.relation(table);
  const found = before.column(table, column.text);
  return (
    isMeant &&
    castsAlone(operation) &&
    collation === undefined &&
    relation.is === "present" &&
    relation.value.maybeOlder === undefined &&
    found.is === "present" &&
    found.value.collation === undefined &&
    found.value.type !== undefined &&
    sameType(found.value.type, type)
  );
}

/** A timeout is a failure like any other: the runner can't just try again. */
export function asksAfterFailure({ scope: { history } }: Step): string {
  const { afterFailure } = history;
  return afterFailure === undefined ? "" : `; after a timeout, run ${afterFailure}, then try again`;
}

/** Where a setting belongs. */
export function beforeStatement(step: Step): string {
  const line = lineOfSender(step);
  return line === undefined ? "before the statement" : `before the statement in line ${line}`;
}

/** A bounded wait, instead of an application that queues behind the statement. */
export function withLockTimeout(step: Step): Advice {
  const { transaction, script, effects } = step;
  if (keepsType(step))
    return [
      inWords("Leave this out: the column has the type already, and this locks the table for nothing."),
    ];
  // Two statements of one message are a transaction, even if one alone isn't.
  const together = script.transaction.sends === "text" && effects.inTransaction;
  // There a call that isn't handed the transaction is sent over another connection.
  const isLeftOut =
    script.transaction.handsTransaction !== undefined &&
    pieceOf(script, step.statement)?.options === undefined;
  const isOpen = transaction.kind === "block" || transaction.kind === "implicit" || together;
  const inTransaction = isOpen && !isLeftOut;
  // A call of its own may set it for another connection.
  if (!inTransaction && isSentOverPool(step))
    return [inWords(script.transaction.poolTimeout ?? "set lock_timeout in the options of the connection")];
  const { timeoutOption, others = [] } = script.code?.unit ?? {};
  // On other databases the statement would fail.
  if (timeoutOption !== undefined && others.length > 0)
    return [
      inWords(
        `Set it for connections to PostgreSQL alone, which the application's get as well: ${timeoutOption}. Then state lockTimeout in the configuration.`,
      ),
    ];
  const { shared, runsElsewhere } = step.scope.migration;
  if (runsElsewhere === true)
    return [
      inWords(
        `Other databases run this file, too, and don't know it: set it for connections to ${step.before.dialect.title} alone, and state lockTimeout in the configuration.`,
      ),
    ];
  const forServer = timeoutForServer(step);
  if (forServer !== undefined) return forServer;
  const apart =
    shared === undefined || script.code !== undefined
      ? []
      : [
          heading(
            `other databases don't know it: give this changeset dbms:${shared.dbms}, and leave it for the others with dbms:${shared.ofOthers}`,
          ),
        ];
  return beside(
    ...failureCounts(step),
    ...apart,
    heading(
      `${beforeStatement(step)}; or, if the connection sets it already, state lockTimeout in the configuration${asksAfterFailure(step)}`,
    ),
    `${inTransaction ? "SET LOCAL" : "SET"} lock_timeout = '2s';`,
    ...(!inTransaction && outlivesMigration(step, "lock_timeout")
      ? [heading("at the end of the file:", { after: "statement" }), "RESET lock_timeout;"]
      : []),
  );
}

/** For the name of a table that another one gets behind it, by family. */
export const swapNames = {
  postgres:
    "Fill the new table under another name; then rename both in one transaction, so that the name is never missing.",
  mysql:
    "Fill the new table under another name; then rename both in one statement: `RENAME TABLE orders TO orders_old, orders_new TO orders`.",
  mongodb: undefined,
};

/** Of RENAME TABLE, where a view with the old name isn't what helps; undefined: it does. */
export function renameOtherwise({
  operation,
  before,
  dependents,
  show,
}: Step<"renameTable">): string | undefined {
  const owner = dependents.formerOwner();
  if (owner === undefined) return dependents.nameGoesOn() ? swapNames[before.family] : undefined;
  return `First deploy the version that uses ${show(owner.key)} by that name, and drop a view ${before.spell(operation.to)} that stands for it: until then, the running application finds the rows of ${show(operation.table)} in place of those. Then rename, with a view that has the old name.`;
}
