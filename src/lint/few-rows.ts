/** How severe a finding is on tables that can't have many rows, that are new, or outside of production: for all rules. */
import type { Key, QualifiedName } from "../model/names.ts";
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

/** What the rule's findings are about, if that is rows. */
export const assumes = ({ assumes: declared, category }: Rule): Rule["assumes"] =>
  declared ?? (category === "locks" || category === "rewrites" ? "many rows" : undefined);

/**
 * A note where all tables concerned are known to be without such rows, one step less where they most probably are; with
 * the statements that show it. `moot`: nothing waits for it, or not where the migration succeeds. Undefined: nothing is
 * known.
 */
export function lessened(rule: Rule, step: Step, severity: Severity): Lessened | "moot" | undefined {
  const { script, scope } = step;
  const isElsewhere =
    (script.code?.notInProduction === true && ofHow.test(rule.category)) ||
    (scope.migration.trial === true && ofProduction.test(rule.category));
  if (isElsewhere && severity !== "note") return { severity: "note", related: [] };
  const assumed = assumes(rule);
  // Only the tool uses it, a few rows, one run at a time.
  const isOfUse = assumed === "many rows" && step.documents.call() === undefined;
  if (isOfUse && areAll(tablesOf(step, assumed), (key) => scope.isTracking(key))) return "moot";
  if (severity === "note") return undefined;
  if (assumed === undefined)
    return rule.category === "compatibility" || rule.category === "data-loss"
      ? ofNew(rule, step, severity)
      : undefined;
  const rows =
    step.documents.call() === undefined ? tablesOf(step, assumed).map(step.rows) : [step.documents.rows()];
  if (rows.length === 0) return undefined;
  const isSure = ({ are, isJustMade }: Rows): boolean =>
    are === "none" ||
    are === "none or fails" ||
    ((are === "few" || isJustMade === true) && assumed === "many rows");
  const surely = rows.every(isSure);
  // What fails with a row is a finding of its own.
  if (assumed === "many rows" && rows.every(({ are }) => are === "none or fails")) return "moot";
  const isYoung = ({ are }: Rows): boolean => are === "fresh" || (are === "young" && assumed === "many rows");
  if (!surely && !rows.every((one) => isYoung(one) || isSure(one))) return undefined;
  const related = rows.flatMap(({ because, at }) =>
    because === undefined || at === undefined ? [] : [{ at, message: because }],
  );
  return {
    severity: surely ? "note" : weaker(severity, lower[severity]),
    related: related.slice(0, mostPlaces),
  };
}

/** Surely no running application uses it yet where one and the same work made it. */
function ofNew({ category }: Rule, step: Step, severity: Severity): Lessened | undefined {
  const newness = step.newness();
  // What has been filled is looked for through the whole history.
  if (newness === undefined || (category === "data-loss" && isFilled(step))) return undefined;
  const { isJustMade, because, at } = newness;
  return {
    severity: isJustMade === true ? "note" : weaker(severity, lower[severity]),
    related: [{ at, message: because }],
  };
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
