/** Advice replayed where it would stand: in its migration, with what stands before and behind it there. */
import { isInstead, isExecuted, missingIn, withAdvice, type Piece } from "../../src/plan/pieces.ts";
import type { Flow } from "../../src/engine/flow.ts";
import type { World } from "../../src/engine/open.ts";
import { replayParts, type Following } from "../../src/engine/replay-parts.ts";
import { differencesOf, piecesOf } from "../../src/engine/write-plan.ts";
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import type { RulesFor } from "../../src/lint/rules-for.ts";
import { Linter } from "../../src/lint/run.ts";
import { isCodeOnly } from "../../src/model/dialect.ts";
import type { History } from "../../src/project/migration.ts";
import type { ReplayState } from "../../src/replay/state.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";

/** What the server would refuse where the advice is followed, or what the migration then leads to beside what it should. */
export type Misfit = readonly string[];

/**
 * Undefined: it has nothing that stands in place of its statement; empty: it fits. What it leaves for later may stand in
 * migrations before the rest of this one, or behind it: it has to fit in one of both.
 */
function misfitOf(
  following: Omit<Following, "isBlock">,
  scope: ReplayedMigration,
  { advice, statement, ruleId, direction }: RawFinding,
): Misfit | undefined {
  if (advice === undefined || statement === undefined || direction !== "up") return undefined;
  if (!isExecuted(advice) || !isInstead(advice) || missingIn(advice) !== undefined) return undefined;
  // A condition of the code around it keeps it from running here, and wouldn't keep the advice.
  if (scope.steps.some((step) => step.skipped && step.statement.span.start === statement.start))
    return undefined;
  // Command lines aren't replayed, and separate migrations don't know the settings of this one.
  if (advice.some(({ language }) => language === "shell") || setsNames(scope)) return undefined;
  // What doesn't run can't lead anywhere.
  if (scope.steps.some((step) => step.refused && !step.skipped)) return undefined;
  const { pieces, isBlock } = piecesOf(scope);
  const starts = [statement, ...advice.flatMap(({ replaces = [] }) => replaces)].map(({ start }) => start);
  const isReplaced = ({ chain }: Piece): boolean => starts.includes(Number(chain));
  const own = pieces.find(({ chain }) => Number(chain) === statement.start);
  // Of a block, the advice is for a part.
  if (own === undefined || /^DO\b/i.test(own.statements.join())) return undefined;
  // Where the first of them stands: the call that sends them.
  const at = pieces.findIndex(isReplaced);
  const placed = pieces
    .filter((piece) => !isReplaced(piece))
    .toSpliced(at, 0, ...withAdvice(own, 0, advice, ruleId));
  const faults = (order: readonly Piece[]): Misfit =>
    differencesOf(replayParts({ ...following, isBlock }, order), scope);
  // What the migration itself leads to, sent like this.
  const usual = new Set(faults(pieces));
  // Words say what is left to do.
  const isOpen = advice.some(
    ({ language, statements: [line = ""] }, at) =>
      language === "words" && (at === advice.length - 1 || line.startsWith("then build its indexes ")),
  );
  const isFault = (one: string): boolean =>
    !usual.has(one) && !isExpected(one) && (!isOpen || one.startsWith(refusal));
  const inline = faults(placed).filter(isFault);
  if (inline.length === 0) return inline;
  const atEnd = faults(laterAtEnd(placed)).filter(isFault);
  return atEnd.length < inline.length ? atEnd : inline;
}

/** On purpose: an index of a foreign key, a column that a later release drops, a trigger in place of GENERATED. */
const isExpected = (difference: string): boolean =>
  / \((?:extra|no generated)\)$|^materialized view .* \(another query\)$/.test(difference) &&
  !difference.startsWith(refusal);

const refusal = "the server would refuse ";

const setsNames = ({ migration: { up } }: ReplayedMigration): boolean => /\bsearch_path\b/i.test(up.text);

/** The steps of the advice that stand in migrations of their own, behind the rest of this one. */
function laterAtEnd(pieces: readonly Piece[]): readonly Piece[] {
  const isOf = ({ rules }: Piece): boolean => rules.length > 0;
  const first = pieces.findIndex(
    (piece) =>
      isOf(piece) &&
      (piece.transaction !== "any" ||
        piece.after === "deploy" ||
        piece.when.some((line) => line.startsWith("after the changes "))),
  );
  if (first < 0) return pieces;
  const isLater = (piece: Piece, at: number): boolean => at >= first && isOf(piece);
  return [
    ...pieces.filter((piece, at) => !isLater(piece, at)),
    ...pieces.filter((piece, at) => isLater(piece, at)),
  ];
}

/** A finding whose advice stands in place of its statement; `misfit` is empty where it fits. */
export interface Tried {
  readonly scope: ReplayedMigration;
  readonly finding: RawFinding;
  readonly misfit: Misfit;
}

/** Tries the advice of all findings in a history. */
export function* triedIn(
  history: History,
  world: World,
  flow: Flow,
  rulesFor: RulesFor,
  isWanted: (finding: RawFinding) => boolean = () => true,
): Generator<Tried> {
  if (isCodeOnly[history.dialect]) return;
  const linter = new Linter(rulesFor(history.dialect));
  const asWritten = { text: (text: string) => text, finding: (finding: RawFinding) => finding };
  let state: ReplayState | undefined;
  const onState = (_: number, now: ReplayState): void => {
    state = now;
  };
  for (const scope of flow.replay(history, world, { after: 0, state: undefined, onState })) {
    if (state === undefined) continue;
    const { migration } = scope;
    const following = { history, migration, state, flow, facts: world.facts, rulesFor, asWritten };
    for (const finding of linter.migration(scope).findings.filter(isWanted)) {
      const misfit = misfitOf(following, scope, finding);
      if (misfit !== undefined) yield { scope, finding, misfit };
    }
  }
}
