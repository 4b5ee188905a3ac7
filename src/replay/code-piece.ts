/** From a statement to the call of a migration in code that sends it. */
import type { CodePiece, Script } from "../project/migration.ts";
import type { Statement } from "../sql/front-end.ts";
import type { Step } from "./step.ts";

const sorted = new WeakMap<readonly CodePiece[], readonly CodePiece[]>();

/** The piece of code that a statement is from. */
export function pieceOf({ code }: Script, { span }: Statement): CodePiece | undefined {
  if (code === undefined) return undefined;
  const pieces = sorted.get(code.pieces) ?? code.pieces.toSorted((a, b) => a.part.start - b.part.start);
  sorted.set(code.pieces, pieces);
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.part.start ?? 0) <= span.start) low = middle + 1;
    else high = middle;
  }
  const piece = pieces[low - 1];
  return piece !== undefined && span.end <= piece.part.end ? piece : undefined;
}

/** Code may not send it: it stands under a condition, or in a `try`. */
export const isAskedInCode = ({
  operation,
  script,
  inBody,
}: Pick<Step, "operation" | "script" | "inBody">): boolean =>
  operation.conditional === true && script.code !== undefined && !inBody;

/** It adds something where its table is there, which it is the second time, too. */
export const asksForItsTable = ({
  operation,
  script,
  statement,
}: Pick<Step, "operation" | "script" | "statement">): boolean =>
  /^(?:add|create)[A-Z]/.test(operation.kind) &&
  !("ifNotExists" in operation && operation.ifNotExists === true) &&
  pieceOf(script, statement)?.guard === "ifPresent";

/** One call sends both: nobody can write anything between them. */
export function isOneCall(
  one: Pick<Step, "script" | "statement">,
  other: Pick<Step, "script" | "statement">,
): boolean {
  const own = pieceOf(one.script, one.statement)?.statement;
  const others = pieceOf(other.script, other.statement)?.statement;
  return (
    own !== undefined && own.start === others?.start && own.end === others.end && one.script === other.script
  );
}
