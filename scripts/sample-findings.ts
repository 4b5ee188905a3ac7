/**
 * Draws findings to be judged by hand: `npm run sample -- <seed> <count> report.json…` (reports of `--format json`,
 * made in the folder that they speak of, which is given by `name=folder` before them). The same seed draws the same.
 *
 *     npm run sample -- 1 40 errors shop=/repos/shop shop.json
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Finding } from "../src/index.ts";

interface Drawn extends Finding {
  readonly repository: string;
}

/** A small generator of numbers below 1 (mulberry32), so that a draw can be repeated. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const [seed = "1", count = "40", ...words] = process.argv.slice(2);
/** `errors`: only findings of severity error. */
const errorsOnly = words.includes("errors");
const rest = words.filter((word) => word !== "errors");
const folders = new Map(
  rest.filter((word) => word.includes("=")).map((word) => word.split("=") as [string, string]),
);
const all = rest
  .filter((word) => !word.includes("="))
  .sort()
  .flatMap((file): Drawn[] => {
    const repository = basename(file, ".json");
    const { findings } = JSON.parse(readFileSync(file, "utf8")) as { findings: Finding[] };
    return findings
      .filter(({ severity }) => !errorsOnly || severity === "error")
      .map((finding) => ({ ...finding, repository }));
  });

const next = random(Number(seed));
for (let i = 0; i < Number(count) && all.length > 0; i++) {
  const [drawn] = all.splice(Math.floor(next() * all.length), 1);
  if (drawn === undefined) break;
  const { repository, file, line, endLine, ruleId, message } = drawn;
  console.log(`${String(i + 1)}. ${repository} ${file}:${String(line)} ${ruleId}: ${message}`);
  const folder = folders.get(repository);
  if (folder === undefined) continue;
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  console.log(
    lines
      .slice(Math.max(0, line - 3), endLine + 2)
      .map((text) => `     | ${text}`)
      .join("\n"),
  );
}
