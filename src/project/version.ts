/** Versions are text made of digits; they are compared as numbers of any length, never as text. */
import { compareText } from "./files/paths.ts";

/** Compares two runs of digits as numbers. */
export function compareDigits(a: string, b: string): number {
  const left = stripZeros(a);
  const right = stripZeros(b);
  return left.length - right.length || compareText(left, right);
}

/** `0003` → `3`, `000` → `0`. Other characters than digits are dropped: `2023-01-02` → `20230102`. */
export function stripZeros(version: string): string {
  const digits = version.replace(/\D/g, "").replace(/^0+/, "");
  return digits === "" ? "0" : digits;
}

/** Compares component by component: `1.2` before `1.10`, `1` equal to `1.0`. `_` and `-` separate as `.` does. */
export function compareComponents(a: string, b: string): number {
  const left = a.split(/[._-]/);
  const right = b.split(/[._-]/);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareDigits(left[i] ?? "0", right[i] ?? "0");
    if (order !== 0) return order;
  }
  return 0;
}

/** One spelling for all equal versions of `compareComponents`: `01.0` → `1`. */
export function canonicalComponents(version: string): string {
  const parts = version.split(/[._-]/).map(stripZeros);
  while (parts.length > 1 && parts.at(-1) === "0") parts.pop();
  return parts.join(".");
}

/** Natural order: runs of digits as numbers, the rest as text. */
export function compareNatural(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i] ?? "";
    const y = right[i] ?? "";
    const order = /^\d/.test(x) && /^\d/.test(y) ? compareDigits(x, y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareText(a, b);
}

/** True for 8, 12 or 14 digits (separators aside) that begin with a plausible date. */
export function isTimestamp(version: string): boolean {
  const digits = version.replace(/\D/g, "");
  if (digits.length !== 8 && digits.length !== 12 && digits.length !== 14) return false;
  const month = Number(digits.slice(4, 6));
  const day = Number(digits.slice(6, 8));
  return /^(?:19|20|21)/.test(digits) && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
