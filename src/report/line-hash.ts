/**
 * The fingerprints of lines that GitHub's code scanning knows results by (`primaryLocationLineHash`), computed as its
 * upload does: a polynomial in 37, modulo 2 to the 64, of the next hundred characters from the start of a line without
 * blanks and tabs, where each line break is one `\n` and the end of the file U+FFFF and zeros; then which of the lines
 * with this hash it is.
 */
const width = 100;
const base = 37;
const word = 2 ** 32;

/** 64 bits as two unsigned halves: far faster than a `bigint`. */
interface Hash {
  high: number;
  low: number;
}

/** `37 ** 100`, which the character that leaves the window was multiplied with. */
const leaving: Hash = { high: 0, low: 1 };
for (let i = 0; i < width; i++) multiply(leaving);

function multiply(hash: Hash): void {
  const low = hash.low * base;
  hash.high = (hash.high * base + Math.floor(low / word)) % word;
  hash.low = low % word;
}

/** Of each line, from the first on: `c129715d7a2bc9a3:1`. */
export function lineHashes(text: string): readonly string[] {
  const { characters, starts } = normalised(text);
  const hashes: string[] = [];
  const times = new Map<string, number>();
  const hash: Hash = { high: 0, low: 0 };
  let line = 0;
  const end = (starts.at(-1) ?? 0) + width;
  for (let i = 0; i < end; i++) {
    multiply(hash);
    const first = i < width ? 0 : (characters[i - width] ?? 0);
    const low = hash.low + (characters[i] ?? 0) - leaving.low * first;
    hash.high = modulo(hash.high - leaving.high * first + Math.floor(low / word));
    hash.low = modulo(low);
    if (starts[line] !== i - width + 1) continue;
    line++;
    const shown = hex(hash);
    const before = times.get(shown) ?? 0;
    times.set(shown, before + 1);
    hashes.push(`${shown}:${before + 1}`);
  }
  return hashes;
}

/** The characters that count, and at which of them each line starts. */
function normalised(text: string): { characters: Uint16Array; starts: readonly number[] } {
  const characters = new Uint16Array(text.length + 1);
  const starts: number[] = [];
  let count = 0;
  let lineStart = true;
  let afterReturn = false;
  for (let i = 0; i <= text.length; i++) {
    const read = i < text.length ? text.charCodeAt(i) : endOfFile;
    const skipped: boolean = read === blank || read === tab || (afterReturn && read === lineFeed);
    afterReturn = !skipped && read === carriageReturn;
    if (skipped) continue;
    if (lineStart) starts.push(count);
    lineStart = read === lineFeed || read === carriageReturn;
    characters[count++] = read === carriageReturn ? lineFeed : read;
  }
  return { characters: characters.subarray(0, count), starts };
}

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const blank = 32;
const endOfFile = 0xffff;

const modulo = (n: number): number => ((n % word) + word) % word;

const hex = ({ high, low }: Hash): string =>
  high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, "0");
