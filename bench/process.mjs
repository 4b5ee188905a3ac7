/** Whole processes, timed. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

export const bin = resolve(import.meta.dirname, "../bin/ddlint.cjs");

const memory = `process.on("exit", () => process.stderr.write("rss " + process.resourceUsage().maxRSS))`;
/** Arguments of Node.js that make `time` return the greatest resident memory. */
export const withMemory = ["--import", `data:text/javascript,${encodeURIComponent(memory)}`];

/** Runs Node.js with the arguments once. Returns milliseconds from start to exit, and megabytes. */
export function time(args) {
  const start = process.hrtime.bigint();
  const result = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 30 });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.status !== 0) throw new Error(`${args.join(" ")}: ${result.stderr}`);
  return { ms, megabytes: Number(/rss (\d+)/.exec(result.stderr)?.[1] ?? 0) / 1024 };
}

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Prints the medians of several runs; returns that of the time. */
export function measure(label, args, times) {
  const results = Array.from({ length: times }, () => time(args));
  const ms = median(results.map((result) => result.ms));
  const megabytes = median(results.map((result) => result.megabytes));
  console.log(
    `${label.padEnd(34)} ${ms.toFixed(0).padStart(7)} ms${megabytes > 0 ? ` ${megabytes.toFixed(0).padStart(6)} MB` : ""}`,
  );
  return ms;
}
