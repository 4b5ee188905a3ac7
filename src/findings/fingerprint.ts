import type { RawFinding } from "../lint/raw-finding.ts";
import type { Sources } from "./sources.ts";

/**
 * A name for each finding that survives moved lines: rule, the file's base name, the statement's text with its
 * white space normalised, and which repetition of these it is. Sixteen hexadecimal digits.
 */
export function fingerprints(
  findings: readonly RawFinding[],
  sources: Sources,
): ReadonlyMap<RawFinding, string> {
  const result = new Map<RawFinding, string>();
  const seen = new Map<string, Seen>();
  // One long statement may have thousands of findings: its text is hashed once for each rule.
  const known = new Map<string, Seen>();
  for (const finding of findings) {
    const { path, statement, ruleId } = finding;
    const place = [ruleId, path, statement?.start, statement?.end].join("\0");
    let entry = known.get(place);
    if (entry === undefined) {
      const text = statement ? sources.text(path).slice(statement.start, statement.end) : "";
      const base = path.slice(path.lastIndexOf("/") + 1);
      const key = [ruleId, base, text.replace(/\s+/g, " ").trim()].join("\0");
      entry = seen.get(key) ?? { lanes: hash(key, [0x811c9dc5, 0x050c5d1f]), times: 0 };
      seen.set(key, entry);
      known.set(place, entry);
    }
    const [a, b] = hash(`\0${entry.times++}`, entry.lanes);
    result.set(finding, hex(a) + hex(b));
  }
  return result;
}

interface Seen {
  readonly lanes: Lanes;
  times: number;
}
type Lanes = readonly [number, number];

/** Two 32-bit FNV-1a lanes with different offsets; no cryptography is needed to tell findings apart. */
function hash(text: string, from: Lanes): Lanes {
  let [a, b] = from;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code ^ (a >>> 15), 0x01000193);
  }
  return [a, b];
}

const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, "0");
