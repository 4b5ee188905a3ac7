/**
 * Tries random and damaged input: `npm run fuzz -- --minutes 10 --seed 1 [--target sql …]`. Every target gets its turn.
 * What fails is made smaller and written to a file; `npm run fuzz -- --input file.json` tries it again.
 */
import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { check, readInput, targetNames, type TargetName } from "./targets.ts";
import type { Answer, Job } from "./worker.ts";

/** Longer than any input takes that is made here. In seconds of the worker's processor time. */
const longest = 60;
/** For making a failing input smaller. In seconds. */
const shrink = 30;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    cases: { type: "string", default: "Infinity" },
    seed: { type: "string", default: "1" },
    target: { type: "string", multiple: true },
    workers: { type: "string", default: String(Math.min(4, availableParallelism())) },
    input: { type: "string" },
    output: { type: "string", default: "fuzz-found" },
  },
});

async function fuzz(): Promise<number> {
  const wanted = (values.target ?? targetNames) as readonly TargetName[];
  const unknown = wanted.find((name) => !targetNames.includes(name));
  if (unknown !== undefined) {
    console.error(`there is no target ${unknown}: ${targetNames.join(", ")}`);
    return 2;
  }
  const first = Number(values.seed);
  const end = performance.now() + Number(values.minutes) * 60_000;
  const tried = new Map<TargetName, number>();
  let next = 0;
  let failures = 0;
  const work = async (): Promise<void> => {
    let worker: Worker | undefined;
    while (performance.now() < end && next < Number(values.cases)) {
      const number = next++;
      const target = wanted[number % wanted.length] ?? "sql";
      // Seeds of neighbours have nothing in common.
      const seed = Math.imul(first, 0x9e3779b1) + number;
      worker ??= new Worker();
      const answer = await worker.run({ target, seed, shrink });
      tried.set(target, (tried.get(target) ?? 0) + 1);
      if (answer.failure !== undefined) report(++failures, answer);
      if (!worker.isAlive) worker = undefined;
    }
    worker?.end();
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
  const counts = [...tried].map(([name, count]) => `${name} ${count}`).sort();
  console.log(
    `seed ${first}: ${counts.join(", ")}: ${failures === 0 ? "all is well" : `${failures} failures`}`,
  );
  return failures === 0 ? 0 : 1;
}

function report(number: number, { input, failure = "" }: Answer): void {
  mkdirSync(values.output, { recursive: true });
  const path = join(values.output, `${input.target}-${values.seed}-${number}.json`);
  writeFileSync(path, `${JSON.stringify(input, undefined, 2)}\n`);
  console.log(`${path}\n${failure.split("\n").slice(0, 12).join("\n")}\n`);
}

/** A process that tries what it is told. */
class Worker {
  isAlive = true;
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(join(import.meta.dirname, "worker.ts"), {
      execArgv: ["--import", "tsx", "--max-old-space-size=2048"],
    });
  }

  /** Never rejects: a worker that dies or hangs is a failure of the input. */
  run(job: Job): Promise<Answer> {
    return new Promise((resolve) => {
      let answer: Answer = { input: { target: job.target, files: {} } };
      const finish = (last: Answer): void => {
        clearTimeout(timer);
        this.#process.removeAllListeners();
        resolve(last);
      };
      const fail = (failure: string): void => {
        this.isAlive = false;
        this.#process.kill("SIGKILL");
        finish({ ...answer, failure });
      };
      const tooLong = (seconds: number, failure: string): NodeJS.Timeout => {
        const until = this.#processorTime() + seconds;
        const look = (): void => {
          const left = until - this.#processorTime();
          if (left <= 0) fail(failure);
          else timer = setTimeout(look, left * 1000 + 100);
        };
        return setTimeout(look, seconds * 1000);
      };
      let timer = tooLong(longest, `it takes longer than ${longest} seconds`);
      this.#process.on("exit", (code, signal) => {
        fail(`the process ended: ${code ?? signal ?? "unknown"}`);
      });
      this.#process.on(
        "message",
        (message: Answer & { readonly done?: boolean; readonly shrinking?: boolean }) => {
          if (message.shrinking === true) {
            clearTimeout(timer);
            timer = tooLong(shrink + longest, "a smaller input takes too long");
          } else if (message.done === true) finish(message);
          else answer = message;
        },
      );
      this.#process.send(job);
    });
  }

  /** In seconds: on a busy machine less than a clock says, which is asked where there is no `ps`. */
  #processorTime(): number {
    const { pid } = this.#process;
    const ps = spawnSync("ps", ["-o", "time=", "-p", String(pid)], { encoding: "utf8" });
    if (ps.error !== undefined) return performance.now() / 1000;
    const [, days = 0, hours = 0, minutes, seconds] =
      /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)/.exec(ps.stdout.trim()) ?? [];
    if (seconds === undefined) return performance.now() / 1000;
    return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  }

  end(): void {
    this.#process.removeAllListeners();
    this.#process.kill();
  }
}

if (values.input !== undefined) {
  await check(readInput(values.input));
  console.log("all is well");
} else process.exitCode = await fuzz();
