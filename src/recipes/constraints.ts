import { givesValue } from "../model/expression.ts";
import { changed, tableOf } from "../model/kinds.ts";
import type { QualifiedName } from "../model/names.ts";
import type { Place, Step } from "../replay/step.ts";
import type { ForeignKey } from "../schema/model.ts";
import { constantBeforeNotNull, needlessFills } from "./constant-fills.ts";
import { heading, instead, inWords, type Advice, type Part, type RecipeStep } from "./advice.ts";
import { alone, columnsOfStatement } from "./added-columns.ts";
import { constraintUsingIndex, indexOfKey, isBuiltLater } from "./indexes.ts";
import { isNamedLater } from "./free-names.ts";
import { usualIndex } from "./index-names.ts";
import { whereConstraintIsnt } from "./constraint-guards.ts";
import { callOf } from "./sent.ts";
import { leftOutAsSame, otherActions } from "./same-key.ts";
import { findBreaking } from "./breaking-rows.ts";
import { lockOrGiveUp } from "./lock-tables.ts";
import {
  constraintName,
  madeName,
  nextMigration,
  notNullBlock,
  partitionsOf,
  quote,
  replacedBy,
  statedNull,
  textOf,
  together,
} from "./words.ts";

/** ADD … NOT VALID, then VALIDATE in another transaction: for foreign keys and checks. */
export function notValidThenValidate(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addForeignKey" && operation.kind !== "addCheck") return undefined;
  const { table, within } = operation;
  if (step.locks.refusesNotValid()) return byPartitions(step);
  // A tool makes the keys of a renamed table again.
  if (operation.kind === "addForeignKey" && isDroppedLater(step, operation.table))
    return [inWords(`drop ${step.show(table)} before this: no key is made for a table that goes`)];
  const exchange = exchangedKey(step);
  if (exchange !== undefined) return exchange;
  const same = leftOutAsSame(step);
  if (same !== undefined) return same;
  const name = nameOf(step);
  const own = within === "addColumn" ? addColumnAlone(step) : undefined;
  if (within === "addColumn" && own === undefined) return undefined;
  const used = columnsOfStatement(step);
  const first = own === undefined || used.includes(own) ? used : [...used, own];
  const replaced = replacedBy(step, name);
  const undo = replaced === "" ? [`ALTER TABLE ${table.text} DROP CONSTRAINT ${name};`] : undefined;
  const index = indexFirst(step, undo);
  const added = addedNotValid(table, name, bodyOf(step), replaced);
  // In place of its command, it keeps the condition that is around that.
  const isAsked = index.length > 0 && step.inBody && operation.conditional === true;
  return instead(
    findBreaking(step),
    first,
    index,
    isAsked ? [whereConstraintIsnt(table, name, added[0]), ...added.slice(1)] : added,
    otherActions(step),
  );
}

const isDroppedLater = ({ after, neighbours }: Step, table: QualifiedName): boolean =>
  neighbours("later", "dropTable").some(
    ({ operation, before }) => before.resolve(operation.table) === after.resolve(table),
  );

/** ADD … NOT VALID, then VALIDATE in another transaction. `replaced`: clauses before it. */
const addedNotValid = (
  { text }: QualifiedName,
  name: string,
  body: string,
  replaced = "",
): readonly [string, ...Part[]] => [
  `ALTER TABLE ${text} ${replaced}ADD CONSTRAINT ${name} ${body} NOT VALID;`,
  nextMigration,
  `ALTER TABLE ${text} VALIDATE CONSTRAINT ${name};`,
];

/**
 * The new foreign key beside the old one, which is dropped once the new one is validated: there is no time without either.
 * Undefined: the migration doesn't exchange it.
 */
export function exchangedKey(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind === "addForeignKey") {
    const added = step as Step<"addForeignKey">;
    const dropped = step.neighbours("earlier", "dropConstraint").filter((other) => isExchange(other, added));
    const own = namesake(step, "addForeignKey", operation.name?.text, dropped);
    return own && exchange(own, added);
  }
  const own = addedFor(step);
  return own && exchange(step as Step<"dropConstraint">, own);
}

/** The new foreign key in place of the one that the step drops. */
function addedFor(step: Step): Step<"addForeignKey"> | undefined {
  const { operation } = step;
  if (operation.kind !== "dropConstraint") return undefined;
  const dropped = step as Step<"dropConstraint">;
  const added = step.neighbours("later", "addForeignKey").filter((other) => isExchange(dropped, other));
  return namesake(step, "dropConstraint", operation.name.text, added);
}

/** Of the drop: the new key, whose advice takes the place of both, and in a loop of those of all rounds. */
export function keyAfter(
  step: Step,
): { readonly rule: "foreign-key-without-not-valid"; readonly at: Place } | undefined {
  const added = addedFor(step);
  return (
    added && {
      rule: "foreign-key-without-not-valid",
      at: { path: added.script.path, span: added.statement.span },
    }
  );
}

/** The one of this name; else the first that has no such partner itself, among the steps of this kind. */
function namesake<K extends "addForeignKey" | "dropConstraint">(
  { scope }: Step,
  kind: "addForeignKey" | "dropConstraint",
  name: string | undefined,
  others: readonly Step<K>[],
): Step<K> | undefined {
  const taken = new Set(
    scope.steps.flatMap(({ operation: one }) =>
      one.kind === kind && "name" in one && one.name !== undefined ? [one.name.text] : [],
    ),
  );
  return (
    others.find(({ operation }) => operation.name?.text === name) ??
    others.find(({ operation }) => !taken.has(operation.name?.text ?? ""))
  );
}

/** Between the same columns of the same tables, as far as the old one is known. */
function isExchange(dropped: Step<"dropConstraint">, added: Step<"addForeignKey">): boolean {
  const { before, operation } = dropped;
  const { table, columns, references, name } = added.operation;
  if (before.resolve(operation.table) !== added.before.resolve(table)) return false;
  if (writesBetween(dropped, added)) return false;
  const found = before.constraint(operation.table, operation.name.text);
  if (found.is !== "present") return found.is === "unknown" && name?.text === operation.name.text;
  return (
    found.value.kind === "foreign key" &&
    found.value.references === added.before.resolve(references) &&
    found.value.columns.join() === columns.map(({ text }) => text).join() &&
    !changesBetween(dropped, added) &&
    !losesKeyBetween(dropped, added)
  );
}

/** The migration drops a key and adds the same again, under its name or another, though what is in between needs no such. */
export function isAddedAgain(dropped: Step<"dropConstraint">, added: Step<"addForeignKey">): boolean {
  const { operation, before } = dropped;
  const old = before.constraint(operation.table, operation.name.text);
  const name = added.operation.name?.text ?? "";
  const now = added.after.constraint(added.operation.table, name);
  if (old.is !== "present" || now.is !== "present") return false;
  const [a, b] = [old.value, now.value];
  if (a.kind !== "foreign key" || b.kind !== "foreign key" || !a.validated) return false;
  if (before.resolve(operation.table) !== added.before.resolve(added.operation.table)) return false;
  if (changesBetween(dropped, added, ["changeColumnType", "dropColumn"])) return false;
  if (writesBetween(dropped, added)) return false;
  if (losesKeyBetween(dropped, added)) return false;
  const renamed = new Map(
    dropped
      .neighbours("later", "renameColumn")
      .filter((one) => one.before.resolve(one.operation.table) === before.resolve(operation.table))
      .map((one) => [one.operation.column.text, one.operation.to.text]),
  );
  return (
    a.references === b.references &&
    a.columns.map((one) => renamed.get(one) ?? one).join() === b.columns.join() &&
    factsOf(a) === factsOf(b)
  );
}

const factsOf = ({ referencedColumns, onDelete, onUpdate, onDeleteColumns, deferred }: ForeignKey): string =>
  JSON.stringify([
    referencedColumns,
    onDelete ?? "no action",
    onUpdate ?? "no action",
    onDeleteColumns,
    deferred,
  ]);

/** The old key was dropped because it is in the way: its columns become others, or a table is emptied. */
const changesBetween = (
  dropped: Step<"dropConstraint">,
  added: Step<"addForeignKey">,
  kinds: readonly (typeof changing)[number][] = changing,
): boolean => {
  const { table, references } = added.operation;
  const own = added.before.resolve(table);
  const target = added.before.resolve(references);
  return dropped.neighbours("later", ...kinds).some(({ operation, before }) => {
    if (operation.span.start >= added.operation.span.start) return false;
    const key = before.resolve(operation.table);
    if (key !== own && key !== target) return false;
    if (operation.kind === "truncateTable") return true;
    const names = [operation.column.text, ...(operation.kind === "renameColumn" ? [operation.to.text] : [])];
    const ofKey = columnsOfKey(dropped, added);
    return (
      (key === own && names.some((name) => ofKey.own.includes(name))) ||
      (key === target && names.some((name) => ofKey.target?.includes(name) ?? true))
    );
  });
};

/** The columns of both keys on either side; `target` undefined: not known. */
function columnsOfKey(
  { before, operation: { table, name } }: Step<"dropConstraint">,
  { operation, after }: Step<"addForeignKey">,
): { readonly own: readonly string[]; readonly target: readonly string[] | undefined } {
  const old = before.constraint(table, name.text);
  const now = after.constraint(operation.table, operation.name?.text ?? "");
  const keys = [old, now].flatMap((one) =>
    one.is === "present" && one.value.kind === "foreign key" ? [one.value] : [],
  );
  const target = keys.flatMap(({ referencedColumns }) => referencedColumns);
  return {
    own: [...operation.columns.map(({ text }) => text), ...keys.flatMap(({ columns }) => columns)],
    target: target.length === 0 ? undefined : target,
  };
}

/** The old key was dropped because rows of either table change in between, or may: it would refuse them. */
const writesBetween = (dropped: Step<"dropConstraint">, added: Step<"addForeignKey">): boolean => {
  const { table, references } = added.operation;
  const own = [table, references].map((one) => added.before.resolve(one));
  return dropped.scope.steps.some(({ operation, statement, before }) => {
    const { start } = statement.span;
    if (start <= dropped.statement.span.start || start >= added.statement.span.start) return false;
    const changes = changed(operation);
    if (changes === "unknown") return true;
    const written = tableOf(operation);
    return changes === "rows" && (written === undefined || own.includes(before.resolve(written)));
  });
};

/** The key or unique constraint that it refers to is dropped, which the server refuses as long as the foreign key is there. */
const losesKeyBetween = (dropped: Step<"dropConstraint">, added: Step<"addForeignKey">): boolean =>
  dropped.neighbours("later", "dropConstraint").some(({ operation: { table, name, span }, before }) => {
    const found = before.constraint(table, name.text);
    return (
      span.start < added.operation.span.start &&
      before.resolve(table) === added.before.resolve(added.operation.references) &&
      (found.is !== "present" || found.value.kind === "primary key" || found.value.kind === "unique")
    );
  });

const changing = ["changeColumnType", "dropColumn", "renameColumn", "truncateTable"] as const;

function exchange(dropped: Step<"dropConstraint">, added: Step<"addForeignKey">): Advice | undefined {
  if (added.locks.refusesNotValid() || added.operation.within === "addColumn") return undefined;
  const { table, references } = added.operation;
  const old = quote(dropped.operation.name.text);
  const wanted = nameOf(added);
  const isSame = wanted === old;
  const name = isSame ? madeName(dropped.operation.name.text.slice(0, 59), "new") : wanted;
  const call = callOf(dropped);
  const isOneCall = call !== undefined && call === callOf(added);
  const isApart = dropped.statement !== added.statement && !isOneCall;
  // Who leaves the DROP where it is has dropped it already.
  const guard = isApart || dropped.operation.constraintIfExists ? "IF EXISTS " : "";
  const replaces = [dropped.statement.span, added.statement.span];
  if (isApart && isAddedAgain(dropped, added))
    return [
      keptKey(
        isSame ? undefined : `ALTER TABLE ${table.text} RENAME CONSTRAINT ${old} TO ${wanted};`,
        replaces,
      ),
    ];
  return instead(
    isApart
      ? heading("this takes the place of both statements, the DROP CONSTRAINT and the ADD CONSTRAINT:", {
          replaces,
        })
      : [],
    addedNotValid(table, name, bodyOf(added)),
    together(added, "then, in a separate transaction that locks the referenced table first:", [
      ...lockOrGiveUp([references.text]),
      `ALTER TABLE ${table.text} DROP CONSTRAINT ${guard}${old};`,
      ...(isSame ? [`ALTER TABLE ${table.text} RENAME CONSTRAINT ${name} TO ${wanted};`] : []),
    ]),
  );
}

/** Nothing, or only the new name, in place of a DROP and an ADD that make the same key. */
const keptKey = (rename: string | undefined, replaces: RecipeStep["replaces"]): RecipeStep => ({
  language: "sql",
  statements: rename === undefined ? [] : [rename],
  when: [
    rename === undefined
      ? "leave out the DROP CONSTRAINT and the ADD CONSTRAINT: they make the same foreign key again"
      : "this takes the place of the DROP CONSTRAINT and the ADD CONSTRAINT, which make the same foreign key again:",
  ],
  transaction: "any",
  intent: "same-schema",
  replaces,
});

/** The index that the checks of a foreign key need, if the table certainly lacks it. */
function indexFirst(step: Step, undo: readonly string[] | undefined): readonly Part[] {
  const { operation } = step;
  if (operation.kind !== "addForeignKey") return [];
  const columns = operation.columns.map(({ text }) => text);
  const { after } = step.scope;
  // An index that the history makes later would fail under a name that is taken.
  if (step.indexes.foundBy(step.after, operation.table, columns) !== "no") return [];
  if (step.indexes.foundBy(after, operation.table, columns) !== "no") return [];
  if (isNamedLater(step, usualIndex(step, operation.table, columns))) return [];
  if (isBuiltLater(step, operation.table, columns)) return [];
  return [...(indexOfKey(step) ?? []), heading("then, in the next migration:", { transaction: "own", undo })];
}

/** The partitions one by one, then the parent, which takes their validated keys over. */
function byPartitions(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addForeignKey") return undefined;
  const name = nameOf(step);
  const body = bodyOf(step);
  return instead(
    heading("on each partition:"),
    ...partitionsOf(step, operation.table).map(({ text }, at) => [
      // The DROP of the parent's key takes along those that it has taken over.
      {
        ...(at === 0 ? { heading: [] } : nextMigration),
        undo: [`ALTER TABLE ${text} DROP CONSTRAINT IF EXISTS ${name};`],
      },
      `ALTER TABLE ${text} ADD CONSTRAINT ${name} ${body} NOT VALID;`,
      nextMigration,
      `ALTER TABLE ${text} VALIDATE CONSTRAINT ${name};`,
    ]),
    heading("finally on the parent, which takes them over without a scan:"),
    `ALTER TABLE ${operation.table.text} ADD CONSTRAINT ${name} ${body};`,
  );
}

/** UNIQUE, PRIMARY KEY, CHECK or REFERENCES of an ADD COLUMN: the column alone, then the constraint as if it were added alone. */
export function columnThenConstraint(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "addUnique" && operation.kind !== "addPrimaryKey") return notValidThenValidate(step);
  const way = constraintUsingIndex(step);
  const column = addColumnAlone(step);
  return way === undefined || column === undefined ? undefined : instead(column, way);
}

/** A constraint of a column that stands there already, as if it were added alone. */
export function constraintLater(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind === "addUnique" || operation.kind === "addPrimaryKey") return constraintUsingIndex(step);
  if (operation.kind !== "addForeignKey" && operation.kind !== "addCheck") return undefined;
  if (step.locks.refusesNotValid()) return byPartitions(step);
  return instead(nextMigration, addedNotValid(operation.table, nameOf(step), bodyOf(step)));
}

/** The constraint's name; if none is written, the one that the server generates. */
function nameOf(step: Step): string {
  const { operation } = step;
  if (operation.kind !== "addForeignKey" && operation.kind !== "addCheck") return "<name>";
  const known = constraintName(step);
  if (known !== undefined) return known;
  const isCheck = operation.kind === "addCheck";
  const columns = isCheck
    ? [...new Set(operation.expression.columns.map(({ column }) => column))]
    : operation.columns.map(({ text }) => text);
  // The name of a CHECK contains a column only if there is a single one.
  const middle = isCheck && columns.length !== 1 ? [] : columns;
  return madeName(operation.table.name, ...middle, isCheck ? "check" : "fkey");
}

function bodyOf(step: Step): string {
  const { operation } = step;
  if (operation.kind === "addCheck") {
    return `CHECK (${operation.expression.text})${operation.noInherit ? " NO INHERIT" : ""}`;
  }
  if (operation.kind !== "addForeignKey") return "<definition>";
  const deferrable = operation.deferrable
    ? ` DEFERRABLE${operation.initiallyDeferred ? " INITIALLY DEFERRED" : ""}`
    : "";
  const columns = operation.columns.map(({ text }) => quote(text)).join(", ");
  return `FOREIGN KEY (${columns}) ${references(step)}${deferrable}`;
}

function references(step: Step): string {
  const { operation } = step;
  if (operation.kind !== "addForeignKey") return "";
  const columns = operation.referencedColumns.map(({ text }) => quote(text)).join(", ");
  const target = columns === "" ? operation.references.text : `${operation.references.text} (${columns})`;
  const onDelete = operation.onDelete === undefined ? "" : ` ON DELETE ${operation.onDelete.toUpperCase()}`;
  const onUpdate = operation.onUpdate === undefined ? "" : ` ON UPDATE ${operation.onUpdate.toUpperCase()}`;
  return `REFERENCES ${target}${onDelete}${onUpdate}`;
}

/**
 * The ADD COLUMN that carries the inline constraint, without it. Undefined: the column itself is advised otherwise, as its
 * default rewrites the table.
 */
function addColumnAlone({ operation, statement }: Step): string | undefined {
  const inline = "inlineColumn" in operation ? operation.inlineColumn?.text : undefined;
  const added = statement.operations.find(
    (other) => other.kind === "addColumn" && other.column.name.text === inline,
  );
  if (added?.kind !== "addColumn") return undefined;
  const { serial, identity, default: value } = added.column;
  const rewrites = serial || identity !== undefined || (value?.volatility ?? "immutable") === "volatile";
  return rewrites ? undefined : alone(added);
}

/** The NOT NULL block: a validated CHECK proves it, so that SET NOT NULL scans nothing. */
export function notNullByCheck(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "setNotNull" && operation.kind !== "addNotNull") return undefined;
  const { table, column } = operation;
  const isOwn = (other: Step<"addColumn" | "dropDefault" | "dropNotNull">): boolean =>
    step.before.resolve(other.operation.table) === step.before.resolve(table) &&
    (other.operation.kind === "addColumn" ? other.operation.column.name : other.operation.column).text ===
      column.text;
  if (step.neighbours("later", "dropNotNull").some(isOwn))
    return instead(inWords("leave it out with the DROP NOT NULL below: the column ends up nullable"));
  const filled = constantBeforeNotNull(step);
  if (filled !== undefined) return filled;
  const added = step.neighbours("earlier", "addColumn").find(isOwn);
  // Behind a volatile default, which rewrites the table, the column belongs into a migration of its own.
  const isRewritten = added?.operation.column.notNull === false && added.effects.rewrites.length > 0;
  if (added === undefined || !givesValue(added.operation.column.default) || added.inBody || isRewritten)
    return instead(
      ...notNullBlock(
        table.text,
        table.name,
        column.text,
        undefined,
        isLeftOut(step) ? afterDeploy : undefined,
      ),
    );
  // One call of a query builder sends them all: who replaces it replaces its DROP DEFAULT.
  const drops = step
    .neighbours("earlier", "dropDefault")
    .filter((one) => isOwn(one) && step.isOneCallWith(one));
  const dropped = drops
    .slice(0, 1)
    .map(() => `ALTER TABLE ${table.text} ALTER COLUMN ${quote(column.text)} DROP DEFAULT;`);
  if (added.operation.column.notNull) {
    const isNone = `${drops.length === 0 ? "leave it out with the DROP NOT NULL before it" : "in its place"}, as the column has been NOT NULL since its ADD COLUMN`;
    return instead(heading(drops.length === 0 ? isNone : `${isNone}:`), ...dropped);
  }
  const clause = textOf(added, added.operation.span).replace(statedNull, "");
  return instead(
    heading("in place of the ADD COLUMN and of this:", {
      replaces: [added.statement.span, ...needlessFills(step, "earlier", column), step.statement.span],
    }),
    added.statement.operations.length === 1
      ? `ALTER TABLE ${added.operation.table.text} ${clause} NOT NULL;`
      : `${textOf(added, { start: added.statement.span.start, end: added.operation.span.start })}${clause} NOT NULL${textOf(added, { start: added.operation.span.end, end: added.statement.span.end })};`,
    ...dropped,
  );
}

/** The running version doesn't know the column: its rows come without a value until the new one runs everywhere. */
function isLeftOut({ operation, before, createdPending }: Step): boolean {
  if (operation.kind !== "setNotNull") return false;
  const { table, column } = operation;
  const found = before.column(table, column.text);
  return (
    createdPending(table) !== "yes" &&
    createdPending(table, column.text) === "yes" &&
    found.is === "present" &&
    found.value.hasDefault === "no"
  );
}

const afterDeploy =
  "in a migration that runs after the new version, when the rows that came without a value have one:";

/** VALIDATE in another transaction than ADD. */
export function validateLater(step: Step): Advice | undefined {
  return step.operation.kind === "validateConstraint"
    ? instead(heading("in a separate transaction:", { transaction: "own" }), `${alterTable(step)};`)
    : undefined;
}

function alterTable(step: Step): string {
  const table = tableOf(step.operation);
  const text = textOf(step, step.operation.span);
  return table === undefined ? text : `ALTER TABLE ${table.text} ${text}`;
}
