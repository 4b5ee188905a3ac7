/** How severe a finding is on tables that can't have many rows, that are new, or outside of production: for all rules. */
import type { Key, QualifiedName } from "../model/names.ts";
import { comesBack } from "../recipes/index.ts";
import { isOfUsers } from "../replay/questions/rows/few-rows.ts";
import { growsSurely } from "../replay/questions/rows/growth.ts";
import type { Rows, Step } from "../replay/step.ts";
import type { Place, Related, Rule, Severity } from "./rule.ts";
import { weaker } from "./opinions.ts";

/** Where a table is shown to have few rows; one finding needs no more of them. */
const mostPlaces = 3;
const lower = { error: "warning", warning: "note", note: "note" } as const;

export interface Lessened {
  readonly severity: Severity;
  readonly related: readonly (Related & { readonly at: Place })[];
}

/** In production another program does it, without the locks. */
const ofHow = /^(?:locks|rewrites|transactions)$/;
/** Nobody waits for a database of tests or of one developer, and it is made again. */
const ofProduction = /^(?:locks|rewrites|transactions|data|data-loss|compatibility)$/;

/** In a database of tests or of one developer, what takes long or has a better definition is of no weight. */
const ofTrials = /^(?:locks|rewrites|transactions|data|data-loss|compatibility|schema)$/;

const ofRows = /^(?:data|data-loss|compatibility)$/;

/** What the rule's findings are about, if that is rows. */
export const assumes = ({ assumes: declared, category }: Rule): Rule["assumes"] =>
  declared ?? (category === "locks" || category === "rewrites" ? "many rows" : undefined);

/**
 * A note where all tables concerned have few rows, surely or most probably; one step less where rows matter that are there
 * and most probably aren't, and a note where one and the same work has made their table; with the statements that show it.
 * `moot`: the tables are of one and the same work, or nothing waits for it, or not where the migration succeeds. Undefined:
 * nothing is known.
 */
export function lessened(rule: Rule, step: Step, severity: Severity): Lessened | "moot" | undefined {
  const { script, scope } = step;
  // Each start makes the tables anew: that is reported.
  const dropped = droppedAtStart(step);
  if (dropped !== undefined && ofProduction.test(rule.category)) return "moot";
  if (dropped?.madeAnew === true && isOfDefinition(rule, step)) return "moot";
  const isElsewhere =
    (script.code?.notInProduction === true && ofHow.test(rule.category)) ||
    (ofTrials.test(rule.category) && scope.isBesideProduction());
  if (isElsewhere && severity !== "note") return { severity: "note", related: [] };
  const assumed = assumes(rule);
  // Until it is rolled back, rows may have come.
  const isLater = step.direction === "down" && ofRows.test(rule.category);
  if (isLater && rowsOf(step, assumed).some(({ are }) => are === "fresh" || are === "young"))
    return undefined;
  if (assumed === "many rows") return ofManyRows(step, severity);
  if (assumed === undefined)
    return rule.category === "compatibility" || rule.category === "data-loss" ? ofNew(rule, step) : undefined;
  const rows = rowsOf(step, assumed);
  // What they lose are rows that nobody else has entered; what a row makes fail, one of the test data may do, too.
  if (severity === "note" || rule.category === "data-loss")
    if (rows.length > 0 && rows.every(({ isOfWork }) => isOfWork === true)) return "moot";
  if (rows.length > 0 && rows.every((one) => isProvenBefore(step, one))) return "moot";
  const isSure = ({ are }: Rows): boolean => are === "none" || are === "none or fails";
  // Whatever else is known of its rows.
  const isFresh = ({ are, isNew }: Rows): boolean => are === "fresh" || isNew === true;
  if (rows.length === 0 || !rows.every((one) => isSure(one) || isFresh(one))) return undefined;
  const isUnused = isUnwritten(step, assumed);
  const isOfWork = isUnused && rows.every((one) => isSure(one) || one.isOfWork === true);
  const isOfCommit =
    isUnused && rows.every((one) => isSure(one) || one.isOfWork === true || one.isOfCommit === true);
  // Most probably, they are deployed together.
  if (isOfWork && rows.every((one) => isFresh(one) && one.isOfHour === true)) return "moot";
  if (severity === "note") return undefined;
  return {
    severity: isOfCommit || rows.every(isSure) ? "note" : weaker(severity, lower[severity]),
    related: shownBy(rows),
  };
}

/** What fails with any row has to be written anew, wherever else the migration fails. */
const failing: ReadonlySet<string> = new Set(["addColumn", "setNotNull", "addForeignKey"]);

/** With a row, a statement before this one has failed, which is a finding of its own. */
const isProvenBefore = ({ scope, script, operation }: Step, { are, at }: Rows): boolean =>
  are === "none or fails" &&
  at !== undefined &&
  !failing.has(operation.kind) &&
  (at.migration < scope.migration.index || (at.path === script.path && at.span.end <= operation.head.start));

/** The history writes no row into any of the tables. */
const isUnwritten = (step: Step, assumed: Rule["assumes"]): boolean =>
  step.documents.call() !== undefined ||
  tablesOf(step, assumed).every((table) => {
    const found = step.before.relation(table);
    return found.is !== "present" || (found.value.seeded ?? 0) === 0;
  });

const droppedAtStart = ({ scope }: Step): { readonly madeAnew?: true | undefined } | undefined =>
  scope.history.problems.find(({ rule }) => rule === "dropped-at-start");

/** About what the migration makes of a table, or an index of it, and not about what the server refuses. */
const isOfDefinition = ({ category }: Rule, { operation, refused }: Step): boolean =>
  !refused && (category === "schema" || (category === "correctness" && operation.kind === "createIndex"));

/** What takes long takes long on many rows only. */
function ofManyRows(step: Step, severity: Severity): Lessened | "moot" | undefined {
  const { scope } = step;
  const isOfTool =
    step.documents.call() === undefined &&
    areAll(tablesOf(step, "many rows"), (key) => scope.isTracking(key));
  // Only the tool uses it, a few rows, one run at a time.
  if (isOfTool) return "moot";
  const rows = rowsOf(step, "many rows");
  if (rows.length === 0) return undefined;
  // What fails with a row is a finding of its own.
  if (step.failsWithRow()) return "moot";
  const isMoot = ({ are, isJustMade, isOfWork }: Rows): boolean =>
    are === "none or fails" || isJustMade === true || isOfWork === true;
  if (rows.every(isMoot)) return "moot";
  // Of a note, nothing would be left but that it may be older elsewhere.
  if (severity === "note" && rows.every((one) => isMoot(one) || one.isOfCommit === true)) return "moot";
  if (severity === "note" || rows.some(({ are }) => are === "many")) return undefined;
  if (rows.some(({ are }) => are === "unknown"))
    return severity === "error" && !mayBeLarge(step) ? { severity: "warning", related: [] } : undefined;
  return { severity: "note", related: shownBy(rows) };
}

/** One of the tables is older than the history, is of users, or surely grows with time; or has its rows from such a one. */
function mayBeLarge(step: Step): boolean {
  const { before } = step;
  const asked = new Set<Key>();
  const may = (table: Table): boolean => {
    const found = before.relation(table);
    // A statement only showed that it is there.
    if (found.is !== "present" || found.value.origin === undefined) return true;
    const { key, derivedFrom = [], copyOf } = found.value;
    if (isOfUsers(found.value) || growsSurely(before, found.value)) return true;
    if (asked.has(key)) return false;
    asked.add(key);
    return derivedFrom.some((from) => may(from.key)) || (copyOf !== undefined && may(copyOf));
  };
  return step.documents.call() !== undefined || tablesOf(step, "many rows").some(may);
}

const rowsOf = (step: Step, assumed: Rule["assumes"]): readonly Rows[] =>
  step.documents.call() === undefined ? tablesOf(step, assumed).map(step.rows) : [step.documents.rows()];

const shownBy = (rows: readonly Rows[]): Lessened["related"] =>
  rows
    .flatMap(({ because, at }) =>
      because === undefined || at === undefined ? [] : [{ at, message: because }],
    )
    .slice(0, mostPlaces);

/** Surely no running application uses it yet where one and the same work made it, most probably where one commit did. */
function ofNew({ category }: Rule, step: Step): Lessened | "moot" | undefined {
  const newness = step.newness();
  // Nobody uses a table of which a row makes the migration fail. What a column that comes back needs is told with the loss.
  if (newness === undefined && step.direction === "up" && step.table !== undefined && !comesBack(step)) {
    const rows = step.rows(step.table);
    if (rows.are === "none or fails") return { severity: "note", related: shownBy([rows]) };
  }
  // What has been filled is looked for through the whole history.
  if (newness === undefined || (category === "data-loss" && isFilled(step))) return undefined;
  const { isOfWork, because, at } = newness;
  if (isOfWork === true) return "moot";
  return { severity: "note", related: [{ at, message: because }] };
}

/** A migration has given the column values, which may stand nowhere else. */
const isFilled = ({ operation, values }: Step): boolean =>
  operation.kind === "dropColumn" && values.holdsOwnValues(operation.table, operation.column.text);

type Table = QualifiedName | Key;

const areAll = (tables: readonly Table[], are: (table: Table) => boolean): boolean =>
  tables.length > 0 && tables.every(are);

/** Tables whose rows decide how long it takes, or whether it succeeds. */
function tablesOf(
  { operation, table, before, effects: { locks, rewrites, scans, builds, online } }: Step,
  assumed: Rule["assumes"],
): readonly Table[] {
  const own = table === undefined ? [] : [before.resolve(table)];
  if (assumed === "rows" || operation.kind === "updateRows" || operation.kind === "deleteRows") return own;
  if (operation.kind === "insertRows" || operation.kind === "mergeRows") {
    const { relations } = operation.query;
    return relations.length === 0 ? own : relations;
  }
  const relations = [
    ...new Set([
      ...locks.map((lock) => lock.relation),
      ...rewrites,
      ...scans,
      ...builds.map((build) => build.table),
      ...(online === undefined ? [] : [online.table]),
    ]),
  ];
  // Its rows are checked: those that they refer to are found by the key, and both are locked as long as that takes.
  return operation.kind === "addForeignKey" && own.some((key) => relations.includes(key)) ? own : relations;
}
