/** Where the advice for a statement would stand, and what it would lead to there. */
import type { Piece } from "../plan/pieces.ts";
import type { RulesFor } from "../lint/rules-for.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { groupBy } from "../text/group.ts";
import { onceFor } from "../text/once-for.ts";
import type { ReplayFlow } from "./flow.ts";
import { mentionedIn, touches } from "./mentioned.ts";
import { piecesOf } from "./migration-pieces.ts";
import { differencesOf, type PartDifference } from "./part-differences.ts";
import { replayParts, type Following, type ReplayedPart } from "./replay-parts.ts";

export interface AdvicePlace {
  readonly own: Piece;
  /** What stands behind it and may depend on it. */
  readonly behind: readonly Piece[];
  /** Nothing could depend on it. */
  readonly isAlone: boolean;
  /** What pieces in place of all these lead to otherwise. */
  readonly differences: (pieces: readonly Piece[]) => readonly PartDifference[];
}

/** More statements behind it are data, or generated, and take long to replay for each finding. */
const most = 40;

/**
 * The places in a migration. `starts`: of the statements that the advice is for, one place each; undefined: it can't be tried
 * there.
 */
export function advicePlaces(
  flow: ReplayFlow,
  rulesFor: RulesFor,
  scope: ReplayedMigration,
): (start: number, starts: readonly number[]) => AdvicePlace | undefined {
  const { history, migration, start: state, facts } = scope;
  const { pieces, isBlock } = piecesOf(scope);
  const following = { history, migration, state, flow, facts, isBlock, rulesFor, asWritten };
  const steps = groupBy(scope.steps, ({ statement }) => statement.span.start);
  const mentioned = onceFor((start: number) => mentionedIn(steps.get(start) ?? []));
  const known = new Map<string, AdvicePlace | undefined>();
  const place = (start: number, replaced: ReadonlySet<number>): AdvicePlace | undefined => {
    const own = pieces.find(({ chain }) => Number(chain) === start);
    const step = scope.steps.find(({ statement }) => replaced.has(statement.span.start));
    // A condition of the code around it keeps it from running here, and wouldn't keep the advice. Of a block, the advice
    // is for a part.
    if (own === undefined || step === undefined || step.skipped || /^DO\b/i.test(own.statements.join()))
      return undefined;
    const { statement, before } = step;
    const used = [...replaced].map(mentioned);
    const later = pieces.filter(
      ({ chain }) => Number(chain) > statement.span.start && !replaced.has(Number(chain)),
    );
    const behind = later.filter(({ chain }) => used.some((one) => touches(mentioned(Number(chain)), one)));
    const alters = ({ chain }: Piece): boolean => mentioned(Number(chain)).alters;
    const isAlone = statement.operations.length === 1 && !behind.some(alters);
    if (behind.length > most) return undefined;
    const isOwn = ({ chain }: Piece): boolean => replaced.has(Number(chain));
    return {
      own,
      behind,
      isAlone,
      differences: differencesFrom(
        { ...following, state: { ...state, schema: before } },
        pieces.filter((piece) => isOwn(piece) || behind.includes(piece)),
        later.every((piece) => behind.includes(piece) || !alters(piece)) ? scope : undefined,
      ),
    };
  };
  return (start, starts) => {
    const key = [start, ...starts].join();
    if (!known.has(key)) known.set(key, place(start, new Set(starts)));
    return known.get(key);
  };
}

/** `written`: the statements as they are. `end`: what they lead to, where that is known without replaying them. */
function differencesFrom(
  following: Following,
  written: readonly Piece[],
  end: ReplayedMigration | undefined,
): AdvicePlace["differences"] {
  const run = (pieces: readonly Piece[]): readonly ReplayedPart[] => replayParts(following, pieces);
  const meant = onceFor((all: readonly Piece[]) => {
    const parts = run(all);
    const after = parts.at(-1)?.scope.after ?? following.state.schema;
    // Sent one by one, and without what is about other things, the server may refuse some of them already.
    return { after, usual: new Set(differencesOf(parts, { after }).map(({ text }) => text)) };
  });
  const tried = (pieces: readonly Piece[]): readonly PartDifference[] => {
    const parts = run(pieces);
    if (end !== undefined && differencesOf(parts, end).length === 0) return [];
    const { after, usual } = meant(written);
    return differencesOf(parts, { after }).filter(({ text }) => !usual.has(text));
  };
  // The advice of each clause is often that of all.
  const found = new Map<string, readonly PartDifference[]>();
  return (pieces) => {
    const text = pieces.flatMap(({ statements, transaction }) => [transaction, ...statements]).join("\n");
    const differences = found.get(text) ?? tried(pieces);
    found.set(text, differences);
    return differences;
  };
}

const asWritten: Following["asWritten"] = { text: (text) => text, finding: (finding) => finding };
