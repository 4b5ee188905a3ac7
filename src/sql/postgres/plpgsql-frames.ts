/** Blocks, branches and loops of PL/pgSQL that are open where a text is read: under which conditions what stands in them runs. */

/** A part of a block, or a branch: all of it runs, or the rest of it doesn't. */
export interface Way {
  /** Number of the frame, or of the place behind an IF that may leave it. */
  readonly at: number;
  readonly way: number;
  /** It isn't known whether it is taken. */
  isOpen: boolean;
}

/** The condition of an IF or ELSIF: tokens `[from, to)`. */
export interface Test {
  readonly from: number;
  readonly to: number;
  /** It isn't so: under ELSE or a later ELSIF, or behind an IF that leaves the block. */
  readonly isElse: boolean;
}

export interface Frame {
  readonly kind: "block" | "if" | "case" | "loop";
  conditional: boolean;
  readonly repeated: boolean;
  /** Whether it runs depends on something else than the condition of an IF. */
  decides: boolean;
  /** Of IF: what is so in the branch that is read. */
  branch: readonly Test[];
  /** Of what stands behind an IF with a RETURN. */
  behind: readonly Test[];
  /** A RETURN stands in it: the conditions of that branch; undefined: none; `unknown`: in several, or deeper. */
  leaves?: readonly Test[] | "unknown" | undefined;
  /** Number of the first thing found in it. */
  readonly first: number;
  /** That of the frame, and those behind an IF in it that may leave it. */
  ways: readonly [Way, ...Way[]];
}

/** ELSE, WHEN: what begins is done instead of what stands before it. */
export function otherWay(frame: Frame): void {
  const [{ at, way, isOpen }] = frame.ways;
  frame.ways = [{ at, way: way + 1, isOpen }];
}

/** IF, ELSIF, ELSE: the conditions before it aren't so. */
export function nextBranch(frame: Frame | undefined, test?: Test): void {
  if (frame?.kind !== "if") return;
  const before = frame.branch.map((one) => ({ ...one, isElse: true }));
  frame.branch = test === undefined ? before : [...before, test];
  frame.behind = [];
  otherWay(frame);
}

/** What has to be so for a statement in these frames to run. */
export const around = (
  frames: readonly Frame[],
): {
  readonly tests: readonly Test[];
  readonly depends: boolean;
  readonly ways: readonly Way[];
} => ({
  tests: frames.flatMap(({ branch, behind }) => [...branch, ...behind]),
  depends: frames.some(({ kind, decides }) => decides || kind === "case"),
  ways: frames.flatMap(({ ways }) => ways),
});
