/** `node sample.mjs 150 1 src/effects`: 150 random lines of a folder for `--mutate`, the same ones for the same seed. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [count, seed, ...folders] = process.argv.slice(2);
const lines = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .flatMap((name) =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .flatMap((text, i) =>
          /^\s*(?:\/|\*|import |[\])};,]*$)/.test(text) ? [] : [`${join(folder, name)}:${i + 1}`],
        ),
    ),
);

let state = Number(seed);
/** mulberry32 */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const drawn = Array.from(
  { length: Math.min(count, lines.length) },
  () => lines.splice(Math.floor(random() * lines.length), 1)[0],
);
console.log(drawn.map((place) => `${place}-${place.split(":")[1]}`).join(","));
