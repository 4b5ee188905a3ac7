import type { RawFinding } from "./run.ts";
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
  const seen = new Map<string, number>();
  for (const finding of findings) {
    const { path, statement } = finding;
    const text = statement ? sources.text(path).slice(statement.start, statement.end) : "";
    const base = path.slice(path.lastIndexOf("/") + 1);
    const key = [finding.ruleId, base, text.replace(/\s+/g, " ").trim()].join("\0");
    const repetition = seen.get(key) ?? 0;
    seen.set(key, repetition + 1);
    result.set(finding, hash(`${key}\0${repetition}`));
  }
  return result;
}

/** Two 32-bit FNV-1a lanes with different offsets; no cryptography is needed to tell findings apart. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x050c5d1f;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code ^ (a >>> 15), 0x01000193);
  }
  return hex(a) + hex(b);
}

const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, "0");
