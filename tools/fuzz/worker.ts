/** Tries one input after another; a process of its own, since what hangs can only be ended from outside. */
import { randomFrom } from "./random.ts";
import { shrunk } from "./shrink.ts";
import { check, targets, type Input, type TargetName } from "./targets.ts";

export interface Job {
  readonly target: TargetName;
  readonly seed: number;
  /** Seconds for making a failing input smaller. */
  readonly shrink: number;
}

export interface Answer {
  readonly input: Input;
  /** Undefined: all is well. */
  readonly failure?: string | undefined;
}

process.on("message", (job: Job) => {
  void run(job);
});

async function run({ target, seed, shrink }: Job): Promise<void> {
  const input: Input = { target, ...targets[target].make(randomFrom(seed)) };
  // What is tried is known outside before it can hang.
  process.send?.({ input } satisfies Answer & { done?: false });
  let answer: Answer = { input };
  try {
    await check(input);
  } catch (error) {
    process.send?.({ shrinking: true });
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    answer = { input: await shrunk(input, shrink), failure };
  }
  process.send?.({ ...answer, done: true });
}
