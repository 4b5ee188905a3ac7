/** What is done by hand before the rest of an advice, such as a query for values that don't fit. */
import type { Advice, RecipeStep } from "./advice.ts";

/** What the rest begins with. */
const onward = "then:";

/** Without what is done by hand before it, which is no part of the statement. */
export function behindHand(advice: Advice): Advice {
  const at = advice.findIndex(({ intent }) => intent !== "external");
  return at < 1
    ? advice
    : advice
        .slice(at)
        .map((one, i) => (i === 0 ? { ...one, when: one.when.filter((line) => line !== onward) } : one));
}

/** What is done by hand before each, once for the same words. */
export function handsOf(all: readonly Advice[]): Advice {
  const found = new Map<string, RecipeStep>();
  for (const step of all.flatMap((one) => one.slice(0, one.length - behindHand(one).length))) {
    const key = step.when.join("\n");
    const same = found.get(key)?.statements ?? [];
    found.set(key, { ...step, statements: [...new Set([...same, ...step.statements])] });
  }
  return [...found.values()];
}

/** The rest, with what is done by hand before it. */
export const behindHands = (hands: Advice, rest: Advice): Advice =>
  hands.length === 0
    ? rest
    : [...hands, ...rest.map((one, i) => (i === 0 ? { ...one, when: [onward, ...one.when] } : one))];
