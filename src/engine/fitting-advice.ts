/**
 * Advice is code only where it fits: it is replayed in place of its statement, with what else the migration does with the
 * same tables. Where the server would refuse some of that, or something would be missing afterwards, words say what to do.
 */
import { byPlace, mergeCauses } from "../findings/merge.ts";
import type { RawFinding } from "../lint/raw-finding.ts";
import type { RulesFor } from "../lint/rules-for.ts";
import { isCodeOnly } from "../model/dialect.ts";
import { isExecuted, isInstead, missingIn, withAdvice, type Piece } from "../plan/pieces.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { advicePlaces } from "./advice-place.ts";
import type { ReplayFlow } from "./flow.ts";
import type { PartDifference } from "./part-differences.ts";

/** The findings of a migration, with words in place of advice that doesn't fit into it. */
export function withFittingAdvice(
  flow: ReplayFlow,
  rulesFor: RulesFor,
  scope: ReplayedMigration,
  findings: readonly RawFinding[],
): readonly RawFinding[] {
  const rules = rulesFor(scope.history.dialect);
  // Those that others stand for aren't shown with their advice.
  const shown = mergeCauses(findings.toSorted(byPlace), rules);
  const misfitsOf = misfitsIn(flow, rulesFor, scope);
  return findings.map((finding) => {
    const { inWords } = finding;
    if (inWords === undefined || !shown.has(finding) || !(misfitsOf(finding) ?? []).some(isFault))
      return finding;
    return { ...finding, advice: undefined, instead: `${inWords} ${others}` };
  });
}

const others = "The rest of the migration depends on it, and has to change with it.";

const isFault = ({ kind }: PartDifference): boolean => kind === "refused" || kind === "missing";

/**
 * What differs where the advice of a finding stands in place of its statement; undefined: it has none that does, or that
 * can't be tried. What advice leaves for later may stand in migrations before the rest of this one, or behind it: it has to
 * fit in one of both. `thorough`: try it even where nothing else of the migration could depend on it.
 */
export function misfitsIn(
  flow: ReplayFlow,
  rulesFor: RulesFor,
  scope: ReplayedMigration,
  { thorough = false } = {},
): (finding: RawFinding) => readonly PartDifference[] | undefined {
  if (!isReplayable(scope)) return () => undefined;
  let places: ReturnType<typeof advicePlaces> | undefined;
  return ({ advice, statement, ruleId, direction }) => {
    if (advice === undefined || statement === undefined || direction !== "up") return undefined;
    if (!isExecuted(advice) || !isInstead(advice) || missingIn(advice) !== undefined) return undefined;
    // Command lines aren't replayed.
    if (advice.some(({ language }) => language === "shell")) return undefined;
    const all = [statement, ...advice.flatMap(({ replaces = [] }) => replaces)];
    places ??= advicePlaces(flow, rulesFor, scope);
    const place = places(statement.start, [...new Set(all.map(({ start }) => start))]);
    if (place === undefined) return undefined;
    const { own, behind, isAlone, differences } = place;
    if (isAlone && !thorough) return [];
    // Words say what is left to do.
    const isOpen = advice.some(
      ({ language, statements: [line = ""] }, at) =>
        language === "words" &&
        (at === advice.length - 1 ||
          /^(?:then build its indexes|what the migration does later with) /.test(line)),
    );
    const faults = (order: readonly Piece[]): readonly PartDifference[] => {
      const all = differences(order);
      return all.filter(
        (one) => !isExpected(one) && !isUnderNewName(one, all) && (!isOpen || one.kind === "refused"),
      );
    };
    let fewest: readonly PartDifference[] | undefined;
    for (const order of orders(withAdvice(own, 0, advice, ruleId), behind)) {
      const found = faults(order);
      if (fewest === undefined || found.length < fewest.length) fewest = found;
      if (fewest.length === 0) break;
    }
    return fewest;
  };
}

/** More statements are generated, and every finding looks at all that stand behind its own. */
const longest = 200;

/** What doesn't run can't lead anywhere, and separate migrations don't know the settings of this one. */
const isReplayable = ({ history, migration, parsed, steps, errors }: ReplayedMigration): boolean =>
  !isCodeOnly[history.dialect] &&
  errors.length === 0 &&
  (parsed.up?.statements.length ?? 0) <= longest &&
  !/\bsearch_path\b/i.test(migration.up.text) &&
  !steps.some((step) => step.refused && !step.skipped);

/** On purpose: an index of a foreign key, a column that a later release drops, a trigger in place of GENERATED. */
const isExpected = ({ kind, text }: PartDifference): boolean =>
  kind === "extra" || / \(no generated\)$|^materialized view .* \(another query\)$/.test(text);

/** On purpose, too: a column that takes the place of one of its name, beside it until that is dropped. */
const isUnderNewName = ({ kind, object, text }: PartDifference, all: readonly PartDifference[]): boolean =>
  kind === "missing" &&
  object === "column" &&
  all.some((other) => other.text === text.replace(/ \(missing\)$/, "_new (extra)"));

/** The steps of the advice before what stands behind, or the last of them, in migrations of their own, after it. */
function* orders(steps: readonly Piece[], behind: readonly Piece[]): Generator<readonly Piece[]> {
  yield [...steps, ...behind];
  if (behind.length === 0) return;
  for (const [at, step] of steps.entries()) {
    const isLater =
      step.transaction !== "any" ||
      step.after === "deploy" ||
      step.when.some((line) => line.startsWith("after the changes "));
    if (isLater) yield [...steps.slice(0, at), ...behind, ...steps.slice(at)];
  }
}
