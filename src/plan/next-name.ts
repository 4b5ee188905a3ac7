/** The name of the next migration of a history, made like that of its newest one. */
import type { Migration } from "../project/migration.ts";
import { inCamelCase } from "../project/advice/code-file.ts";
import { compareDigits } from "../project/version.ts";

export interface NextName {
  /** The path of the migration's file, below the root: `003_add_status.up.sql`. */
  readonly file: string;
  /** As the history knows it. */
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/**
 * Undefined: the newest one has no version that could be counted on.
 *
 * @param file of the newest migration, below the root
 * @param words what the new one does, in words
 */
export function nextName(
  newest: Pick<Migration, "version" | "description" | "name">,
  file: string,
  words: string,
  now: Date,
): NextName | undefined {
  const { version: last } = newest;
  const dated = afterDate(file, words, now);
  if (dated !== undefined) return dated;
  const version = last === undefined ? undefined : nextVersion(last, now);
  const place = newest.description === "" ? 0 : file.lastIndexOf(newest.description);
  const description = described(newest.description, words, file.charAt(place - 1));
  if (last === undefined || version === undefined || description === "") return undefined;
  const renamed = (text: string): string | undefined => {
    const at = text.lastIndexOf(last);
    if (at < 0) return undefined;
    const [head, rest] = [text.slice(0, at), text.slice(at + last.length)];
    if (newest.description === "") return `${head}${version}${rest}`;
    const place = rest.indexOf(newest.description);
    if (place < 0) return undefined;
    const [between, end] = [rest.slice(0, place), rest.slice(place + newest.description.length)];
    return `${head}${version}${between}${description}${end}`;
  };
  const path = renamed(file);
  return path === undefined
    ? undefined
    : { file: path, name: renamed(newest.name) ?? description, version, description };
}

/** `2026-05-27T12-00-00_add_status.ts`, whose time is more than its first number. */
function afterDate(file: string, words: string, now: Date): NextName | undefined {
  const [, folder = "", last, between = "", description = "", end = ""] =
    /^(.*\/)?(\d{4}-\d\d-\d\d[T_]\d\d[-:.]?\d\d[-:.]?\d\d(?:[-.]\d{3})?Z?)([-_.])([^/]*?)((?:\.\w+)+)$/.exec(
      file,
    ) ?? [];
  if (last === undefined) return undefined;
  const fresh = inForm(last, now.toISOString().replaceAll(/\D/g, ""));
  const digits = last.replaceAll(/\D/g, "");
  const time = fresh > last ? fresh : inForm(last, plusOne(digits));
  const title = described(description, words, between);
  if (title === "") return undefined;
  const name = `${time}${between}${title}`;
  return { file: `${folder}${name}${end}`, name, version: time, description: title };
}

/**
 * `Add status to orders!` as `add_status_to_orders`, or with the separator that names have here.
 *
 * @param before what stands before such a text: of `002-users` the dash
 */
export function described(like: string, words: string, before = ""): string {
  // `AddStatus`, as classes are called.
  const isClass = /^[A-Z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)?$/.test(like);
  if (isClass) return inCamelCase(described("", words).replaceAll("_", " "));
  const separator = `${before}${like}`.includes("-") && !like.includes("_") ? "-" : "_";
  return words
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .join(separator)
    .slice(0, 100);
}

const two = (value: number): string => String(value).padStart(2, "0");

/** A version that comes after another one, in its form: a time is that of now, a number is the next one. */
export function nextVersion(last: string, now: Date): string | undefined {
  const [year, month, day] = [now.getUTCFullYear(), two(now.getUTCMonth() + 1), two(now.getUTCDate())];
  const [hour, minute, second] = [two(now.getUTCHours()), two(now.getUTCMinutes()), two(now.getUTCSeconds())];
  const digits = last.replaceAll(/\D/g, "");
  const isDate = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(digits);
  // diesel puts a number behind the time: 2026-05-27-120000-0000.
  if (isDate && (digits.length === 12 || digits.length >= 14) && digits.length <= 18) {
    // What the newest one has behind its seconds: JHipster counts from 1, diesel from 0.
    const counted = /^0*$/.test(digits.slice(14)) ? "0" : "1";
    const fresh =
      `${year}${month}${day}${hour}${minute}${second}${counted.padStart(digits.length - 14, "0")}`.slice(
        0,
        digits.length,
      );
    const later = compareDigits(fresh, digits) > 0 ? fresh : plusOne(digits);
    return inForm(last, later);
  }
  if (isDate && digits.length === 8) {
    const fresh = `${year}${month}${day}`;
    return compareDigits(fresh, digits) > 0 ? inForm(last, fresh) : undefined;
  }
  // Seconds or milliseconds since 1970.
  if (/^1[5-9]\d{8}$|^1[5-9]\d{11}$/.test(last)) {
    const fresh = String(last.length === 10 ? Math.floor(now.getTime() / 1000) : now.getTime());
    return compareDigits(fresh, last) > 0 ? fresh : plusOne(last);
  }
  const number = /^(.*?)(\d+)$/.exec(last);
  return number === null ? undefined : `${number[1] ?? ""}${plusOne(number[2] ?? "")}`;
}

/** Of the same width, as long as that is enough. */
const plusOne = (digits: string): string => String(BigInt(digits) + 1n).padStart(digits.length, "0");

/** The digits with the separators of another version. */
function inForm(like: string, digits: string): string {
  let at = 0;
  return like.replaceAll(/\d/g, () => digits.charAt(at++));
}
