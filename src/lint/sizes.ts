/** How large the tables of a step are in production, and what that means for how long they stay locked. */
import { noStats } from "../replay/replay-facts.ts";
import type { Step } from "../replay/step.ts";
import type { Finding } from "./finding.ts";

const nothing: Sizes = [];

type Sizes = NonNullable<Finding["sizes"]>;

/** Tables that the step reads, writes anew or locks, with their sizes where they are known; largest first. */
export function sizesOf({ effects, stats, show }: Step): Sizes {
  if (stats === noStats) return nothing;
  const relations = new Set([
    ...effects.rewrites,
    ...effects.scans,
    ...effects.builds.map(({ table }) => table),
    ...effects.locks.map(({ relation }) => relation),
  ]);
  return [...relations]
    .flatMap((relation) => {
      const found = stats(relation);
      return found === undefined ? [] : [{ relation: show(relation), ...found }];
    })
    .sort((a, b) => b.bytes - a.bytes);
}

/** Bytes a second: what one backend does on ordinary disks, to tell seconds from hours and no more. */
const readSpeed = 200e6;
const rewriteSpeed = 50e6;

/** `orders: 48 M rows, 31 GB, minutes`; undefined if nothing is known or it takes no time to speak of. */
export function sizeInWords(step: Step): string | undefined {
  if (step.stats === noStats) return undefined;
  const { effects, size, show } = step;
  const work = new Set([...effects.rewrites, ...effects.scans, ...effects.builds.map(({ table }) => table)]);
  const largest = sizesOf(step).find(({ relation }) => [...work].some((key) => show(key) === relation));
  if (largest === undefined || [...work].every((key) => size(key) === "small")) return undefined;
  const rewritten = effects.rewrites.some((key) => show(key) === largest.relation);
  const seconds = largest.bytes / (rewritten ? rewriteSpeed : readSpeed);
  return `${largest.relation}: ${count(largest.rows)} rows, ${amount(largest.bytes)}, ${duration(seconds)}`;
}

const duration = (seconds: number): string =>
  seconds < 60 ? "seconds" : seconds < 3600 ? "minutes" : "hours";

function count(rows: number): string {
  if (rows >= 1e9) return `${short(rows / 1e9)} G`;
  if (rows >= 1e6) return `${short(rows / 1e6)} M`;
  return rows >= 1e4 ? `${short(rows / 1e3)} k` : String(rows);
}

function amount(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1024;
  return `${short(value)} ${units[unit] ?? "B"}`;
}

const short = (value: number): string =>
  value < 10 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
