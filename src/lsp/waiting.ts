/** Waiting without blocking: what the editor has sent meanwhile is read first. */
import { setTimeout } from "node:timers/promises";

/** Lets messages in that are there already, such as a cancellation or a newer text. */
export const yieldToMessages = (): Promise<void> => setTimeout(1);

/** A bell that rings once nothing has struck it for some time. */
export interface Quiet {
  strike(): void;
  /** Resolves at once if all is quiet. */
  wait(): Promise<void>;
}

export function createQuiet(milliseconds: number): Quiet {
  let last = -Infinity;
  return {
    strike() {
      last = performance.now();
    },
    async wait() {
      for (;;) {
        const left = last + milliseconds - performance.now();
        if (left <= 0) return;
        await setTimeout(left);
      }
    },
  };
}
