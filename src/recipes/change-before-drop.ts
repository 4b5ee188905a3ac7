/** Changes of rows that the rest of their migration needs: batches in a migration of their own can't replace these alone. */
import { isOfAllRows } from "../model/all-rows.ts";
import type { Name, QualifiedName } from "../model/names.ts";
import type { Operation, OperationOf, OperationKind } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";

export type Change = OperationOf<"updateRows" | "deleteRows" | "insertRows" | "mergeRows">;

export function isChange(operation: Operation): operation is Change {
  switch (operation.kind) {
    case "updateRows":
    case "deleteRows":
    case "insertRows":
    case "mergeRows":
      return true;
    default:
      return false;
  }
}

/** Words, where the migration later drops or renames what the change reads; undefined: it doesn't. */
export function changeBeforeDrop(step: Step): Advice | undefined {
  const { operation } = step;
  return isChange(operation) ? wordsFor(step, operation) : undefined;
}

function wordsFor(step: Step, change: Change): Advice | undefined {
  const deletion = deletedLater(step, change);
  if (deletion !== undefined)
    return [
      inWords(
        `Leave it out: the ${deletion} behind it deletes the rows that it changes, and nothing reads them in between.`,
      ),
    ];
  const temporary = temporaryIn(step, change);
  if (temporary !== undefined)
    return [
      inWords(
        `Make ${temporary} an ordinary table, change the rows in batches in a later migration, and drop it behind them: a temporary table ends with its session.`,
      ),
    ];
  const all = droppedLater(step, change);
  const dropped = all.length === 0 ? undefined : listed(all);
  const isSeveral = all.length > 1;
  const taken = dropped === undefined ? undefined : takenName(step, change);
  if (taken !== undefined)
    return [
      inWords(
        `Add the new column under another name: the running application writes old values to ${taken}, and no trigger can fill both under one name. Deploy the version that writes both, change the old rows in batches, and exchange the names in a later migration, which also does what this one does to ${taken} later.`,
      ),
    ];
  if (isMoved(step, change)) {
    const last = dropped === undefined ? "" : ` Drop ${dropped} in a later migration.`;
    return [inWords(`${movedInBatches}${last}`)];
  }
  if (dropped !== undefined) {
    const first =
      change.kind === "deleteRows"
        ? "First deploy the version that writes no such rows, and delete those in batches"
        : "First copy each write by a trigger, and change the old rows in batches";
    return [
      inWords(
        `${first}; drop ${dropped} in a later migration. With batches in a migration of their own alone, what is written before this one drops ${isSeveral ? "them" : "it"} is lost.`,
      ),
    ];
  }
  const needing = needsEmpty(step, change);
  if (needing !== undefined)
    return [
      inWords(
        `Delete the rows in batches in a migration before this one, and keep this DELETE for those that are written in between: with a row, this migration fails as it adds ${needing} NOT NULL without a default.`,
      ),
    ];
  const renamed = renamedLater(step, change);
  return renamed === undefined
    ? undefined
    : [
        inWords(
          `Change the rows in batches in a later migration, under the new name: this one renames ${renamed}.`,
        ),
      ];
}

const movedInBatches =
  "Move the rows in batches, each in one transaction: lock the rows of the batch (`FOR UPDATE`), copy them, and delete the same ones by key. What is written between a copy of all rows and the DELETE is lost.";

/** Rows are copied, and behind that the same ones deleted. */
function isMoved(step: Step, change: Change): boolean {
  if (isTooLong(step)) return false;
  const isPair = (copy: Operation, gone: Operation): boolean =>
    copy.kind === "insertRows" &&
    copy.source === "query" &&
    gone.kind === "deleteRows" &&
    readsTable(step, copy, gone.table) &&
    conditionOf(copy) === conditionOf(gone);
  return change.kind === "insertRows"
    ? step.neighbours("later", "deleteRows").some(({ operation }) => isPair(change, operation))
    : step.neighbours("earlier", "insertRows").some(({ operation }) => isPair(operation, change));
}

const conditionOf = ({
  where,
}: Pick<OperationOf<"insertRows" | "deleteRows">, "where">): string | undefined =>
  where?.text.replaceAll(/\s+/g, " ").toLowerCase();

/** A temporary table that it reads: a migration of its own runs in another session. */
function temporaryIn({ before, show }: Step, { query }: Change): string | undefined {
  for (const one of query.relations) {
    const found = before.relation(one);
    if (found.is === "present" && found.value.temporary) return show(one);
  }
  return undefined;
}

/** A column that it sets, and that the migration has added under the name of one that it renamed before. */
function takenName(step: Step, change: Change): string | undefined {
  if (change.kind !== "updateRows") return undefined;
  const isOn = (table: QualifiedName): boolean => isSame(step, table, change.table);
  const isFreed = (name: string): boolean =>
    step
      .neighbours("earlier", "renameColumn")
      .some(({ operation: { table, column } }) => column.text === name && isOn(table));
  const found = step
    .neighbours("earlier", "addColumn")
    .map(({ operation }) => operation)
    .find(
      ({ table, column: { name } }) =>
        isOn(table) && isFreed(name.text) && change.columns.some(({ text }) => text === name.text),
    );
  return found && step.show(found.table, found.column.name.text);
}

/** TRUNCATE, or DELETE of all rows or of the same ones. */
function deletedLater(step: Step, change: Change): string | undefined {
  const { before, later } = step;
  if (change.kind !== "updateRows" || change.repeated === true) return undefined;
  const key = before.resolve(change.table);
  const text = change.where?.text.replaceAll(/\s+/g, " ");
  for (const { operation, before: then, skipped, refused } of later()) {
    if (skipped || refused || operation.conditional === true) continue;
    const isOwn =
      mayEndRows.has(operation.kind) &&
      "table" in operation &&
      isNamed(operation.table) &&
      then.resolve(operation.table) === key;
    if (isOwn && operation.kind === "truncateTable") return "TRUNCATE";
    if (isOwn && operation.kind === "deleteRows") {
      const isSame = text !== undefined && operation.where?.text.replaceAll(/\s+/g, " ") === text;
      // What the UPDATE sets may decide which rows still meet the condition.
      const isSet = change.columns.some(({ text: set }) =>
        operation.where?.columns.some(({ column }) => column === set),
      );
      if (isOfAllRows(operation) || (isSame && !isSet && operation.among === undefined)) return "DELETE";
    }
    if ("query" in operation && operation.query?.relations.some((one) => then.resolve(one) === key) === true)
      return undefined;
    if (isOwn && operation.kind === "renameTable") return undefined;
  }
  return undefined;
}

const mayEndRows: ReadonlySet<OperationKind> = new Set(["truncateTable", "deleteRows", "renameTable"]);

const isNamed = (table: unknown): table is QualifiedName =>
  typeof table === "object" && table !== null && "name" in table;

/** Columns that it reads, or a table; one whose name another table takes counts as well: users write to that one. */
function droppedLater(step: Step, change: Change): readonly string[] {
  const { neighbours, show } = step;
  const columns = neighbours("later", "dropColumn").flatMap(({ operation: { table, column: one } }) =>
    readsColumn(step, change, table, one) ? [show(table, one.text)] : [],
  );
  if (columns.length > 0) return [...new Set(columns)];
  const table = neighbours("later", "dropTable").find(({ operation }) =>
    readsTable(step, change, operation.table),
  );
  return table === undefined ? [] : [show(table.operation.table)];
}

/** `a, b and c`. */
const listed = (names: readonly string[]): string =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((text) => text !== "").join(" and ");

/** A column that the migration adds behind a DELETE, and that no row may have. */
function needsEmpty(step: Step, change: Change): string | undefined {
  if (change.kind !== "deleteRows") return undefined;
  const found = step.neighbours("later", "addColumn").find(({ operation, values, after }) => {
    const { table, column } = operation;
    if (!isSame(step, table, change.table) || !column.notNull || !values.leavesNull()) return false;
    const made = after.column(table, column.name.text);
    // MySQL writes the implicit default.
    return made.is === "present" && (made.value.mysql === undefined || values.refusingKey() !== undefined);
  });
  return found && step.show(found.operation.table, found.operation.column.name.text);
}

function renamedLater(step: Step, change: Change): string | undefined {
  const { neighbours, show } = step;
  const isOwn = (table: QualifiedName): boolean =>
    readsTable(step, change, table) || isSame(step, table, change.table);
  for (const { operation } of neighbours("later", "renameTable", "renameColumn")) {
    const { table, to } = operation;
    if (operation.kind === "renameTable") {
      if (isOwn(table)) return `${show(table)} to ${to.text}`;
      continue;
    }
    const isSet =
      "columns" in change &&
      isSame(step, table, change.table) &&
      change.columns.some(({ text }) => text === operation.column.text);
    if (isSet || readsColumn(step, change, table, operation.column))
      return `${show(table, operation.column.text)} to ${to.text}`;
  }
  return undefined;
}

export const isSame = ({ before }: Step, one: QualifiedName, other: QualifiedName): boolean =>
  before.resolve(one) === before.resolve(other);

export const readsTable = (step: Step, { query }: Change, table: QualifiedName): boolean =>
  query.relations.some((one) => isSame(step, one, table));

export function readsColumn(
  step: Step,
  change: Change,
  table: QualifiedName,
  { text }: Pick<Name, "text">,
): boolean {
  const where = "where" in change ? (change.where?.columns ?? []) : [];
  return [...change.query.columns, ...where].some(({ column, table: of, candidates }) => {
    if (column !== text) return false;
    const places = of === undefined ? (candidates ?? [change.table, ...change.query.relations]) : [of];
    return places.some((one) => isSame(step, one, table));
  });
}

/** Each step would be compared with all others: a file of data may have tens of thousands. */
export const isTooLong = ({ scope }: Step): boolean => scope.steps.length > mostCompared;
const mostCompared = 1000;

/** The later one of two changes of one column goes by what the earlier one has left there. */
export function goesBy(
  step: Step,
  earlier: OperationOf<"updateRows">,
  later: OperationOf<"updateRows">,
): boolean {
  const whole = isApart(earlier, later) ? withoutCondition(later) : later;
  return shared(earlier, later).some((column) => readsColumn(step, whole, earlier.table, column));
}

function withoutCondition(change: OperationOf<"updateRows">): OperationOf<"updateRows"> {
  const columns = change.query.columns.filter(({ role }) => role !== "filter");
  return { ...change, where: undefined, query: { ...change.query, columns } };
}

/** An earlier change has filled rows that this one means, too. */
export function overrides(step: Step, later: OperationOf<"updateRows">): boolean {
  if (isTooLong(step)) return false;
  return step
    .neighbours("earlier", "updateRows")
    .some(
      ({ operation: one }) =>
        isSame(step, one.table, later.table) && shared(one, later).length > 0 && !isApart(one, later),
    );
}

const shared = (one: OperationOf<"updateRows">, other: OperationOf<"updateRows">): readonly Name[] =>
  one.columns.filter(({ text }) => other.columns.some((column) => column.text === text));

/** Each chooses its rows by a value of the same column: they are others, as far as is known. */
const isApart = ({ where: one }: OperationOf<"updateRows">, { where: other }: OperationOf<"updateRows">) =>
  one?.equalities.some((column) => other?.equalities.includes(column)) === true;
