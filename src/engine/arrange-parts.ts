/** The pieces of a plan in an order with few releases, in migrations of which nothing is reported that another cut would spare. */
import { inStages, type Piece } from "../plan/pieces.ts";
import { tableOf } from "../model/kinds.ts";
import { phaseOf, releaseBefore } from "../replay/phase.ts";
import type { Step } from "../replay/step.ts";
import { released, replayParts, type Following, type ReplayedPart } from "./replay-parts.ts";

type Differences = (parts: readonly ReplayedPart[]) => readonly string[];

/** More findings than this aren't a matter of where the migrations begin. */
const mostCuts = 8;

/** `differences`: what is wrong with a sequence. */
export function arranged(
  following: Following,
  given: readonly ReplayedPart[],
  differences: Differences,
): readonly ReplayedPart[] {
  const pieces = withReleases(following, given);
  let parts = replayParts(following, pieces);
  const staged = inStages(pieces);
  if (staged !== pieces) {
    // Releases are dear: what several statements wait for is one.
    const inFewer = replayParts(following, staged);
    if (differences(inFewer).length <= differences(parts).length) parts = inFewer;
  }
  for (let cut = 0; cut < mostCuts; cut++) {
    const better = apart(following, parts, differences);
    if (better === undefined) break;
    parts = better;
  }
  return parts;
}

/** What takes something from the running version waits for another one, where the recipe doesn't say for which. */
function withReleases(following: Following, given: readonly ReplayedPart[]): readonly Piece[] {
  const all = given.flatMap((part) => part.pieces);
  const waiting = new Set(all.flatMap(({ chain, deploys }) => (deploys.length > 0 ? [chain] : [])));
  // What a statement takes is asked behind it: the next one may drop the default that it gives.
  let at = 0;
  const single = replayParts(
    released(following),
    all.map((piece) => ({ ...piece, alone: true as const })),
  ).flatMap(({ pieces, scope, placed }) =>
    pieces.map((piece) => {
      const own = placed.filter((one) => one.piece === piece).map(({ span }) => span.start);
      const { migration, isTracking } = scope;
      const steps = scope.steps.filter(({ statement }) => own.includes(statement.span.start));
      return {
        piece: { ...piece, alone: all[at++]?.alone },
        steps,
        ...phaseOf({ migration, isTracking, steps }),
      };
    }),
  );
  const releases = new Map<number, string>();
  for (const [at, { piece, reasons, steps }] of single.entries()) {
    if (waiting.has(piece.chain)) continue;
    const reason = reasons.find(({ phase }) => phase === "contract" || phase === "break");
    const release = reason && releaseBefore(reason);
    if (release === undefined) continue;
    waiting.add(piece.chain);
    releases.set(at, release);
    if (!steps.some(({ operation: { kind } }) => kind === "setNotNull" || kind === "addCheck")) continue;
    // Until that release is out, the running version writes rows that the fill before it doesn't see.
    const table = tablesOf(steps);
    for (let before = at - 1; before >= 0; before--) {
      const fill = single[before];
      if (fill?.phase !== "data" || tablesOf(fill.steps) !== table) break;
      if (!releases.has(before)) releases.set(before, release);
    }
  }
  return single.map(({ piece }, at): Piece => {
    const release = releases.get(at);
    return release === undefined ? piece : { ...piece, after: "deploy", deploys: [release] };
  });
}

const tablesOf = (steps: readonly Step[]): string =>
  [...new Set(steps.flatMap(({ operation }) => tableOf(operation)?.text ?? []))].join();

/** The first statement that is reported as long as it shares a migration, in one of its own; undefined: there is none. */
function apart(
  following: Following,
  parts: readonly ReplayedPart[],
  differences: Differences,
): readonly ReplayedPart[] | undefined {
  const count = (some: readonly ReplayedPart[]): number =>
    some.reduce((sum, { findings }) => sum + findings.length, 0);
  for (const { findings, placed, pieces } of parts) {
    if (pieces.length < 2) continue;
    for (const { statement } of findings) {
      const own = placed.find(({ span }) => span.start === statement?.start)?.piece;
      if (own === undefined || own.alone === true) continue;
      const cut = parts.flatMap((part) =>
        part.pieces.map((piece) => (piece === own ? { ...piece, alone: true as const } : piece)),
      );
      const tried = replayParts(following, cut);
      if (count(tried) < count(parts) && differences(tried).length <= differences(parts).length) return tried;
    }
  }
  return undefined;
}
