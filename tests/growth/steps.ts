/** Counts what runs, by V8's block coverage: the same number on every machine, whatever else it does. */
import { Session, type Profiler } from "node:inspector/promises";
import { setFlagsFromString } from "node:v8";

// A function whose code is thrown away and compiled again would begin to count anew.
setFlagsFromString("--no-flush-bytecode");

export interface Counter {
  /** Blocks of ddlint's own source that `run` passed through. */
  readonly steps: (run: () => Promise<unknown>) => Promise<number>;
  /** The functions that ran most often since `steps` began: to find the cause of a failure. */
  readonly busiest: () => readonly string[];
}

export async function startCounter(root: string): Promise<Counter> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const isOurs = ({ url }: Profiler.ScriptCoverage): boolean =>
    url.includes(`${root}/src/`) || url.includes(`${root}/rules/`);
  let last: readonly Profiler.ScriptCoverage[] = [];
  const take = async (): Promise<readonly Profiler.ScriptCoverage[]> =>
    (await session.post("Profiler.takePreciseCoverage")).result.filter(isOurs);
  return {
    async steps(run) {
      await take();
      await run();
      last = await take();
      let sum = 0;
      for (const { functions } of last)
        for (const { ranges } of functions) for (const { count } of ranges) sum += count;
      return sum;
    },
    busiest: () =>
      last
        .flatMap(({ url, functions }) =>
          functions.map(({ functionName, ranges }) => ({
            name: `${url.slice(url.indexOf(root) + root.length + 1)} ${functionName}@${ranges[0]?.startOffset ?? 0}`,
            count: ranges.reduce((sum, range) => sum + range.count, 0),
          })),
        )
        .sort((a, b) => b.count - a.count)
        .slice(0, 5)
        .map(({ name, count }) => `${count} ${name}`),
  };
}
