/** Types that a call makes for its columns, and that something else has made before. */
import type { Step } from "../replay/step.ts";

/** Without names: what one migration does to several types is one finding. */
export function madeOnce({ operation, failures, isHere }: Step): string | undefined {
  const { call } = operation;
  if (operation.kind !== "createType" || call?.withoutType === undefined) return undefined;
  const other = `give the column the type \`${call.withoutType}\`, which makes none`;
  return failures.some(({ existing }) => existing !== undefined && isHere(existing))
    ? `\`${call.name}\` makes the type itself: leave out what makes it before, such as \`.create()\`, which \`checkfirst=True\` doesn't change. Or ${other}.`
    : `\`${call.name}\` makes the type itself, and doesn't ask whether it is there: ${other}.`;
}
