/** Names that begin with a number or a timestamp, and the ways in which a rollback's name says what it is. */
import type { Database } from "../../model/dialect.ts";
import { isRollbackWord, isSql, stemOf } from "./names.ts";
import { parentOf, segments } from "../files/paths.ts";

export interface NumberedName {
  readonly file: string;
  readonly version: string;
  readonly description: string;
  /** How a rollback is marked, `{}` being the migration's name and `{v}`/`{d}` its parts; undefined for an up. */
  readonly rollback?: string | undefined;
  /** Where the name says which database the file is for. */
  readonly dialect?: Database | undefined;
  /** The marker is also an ordinary word (`005_scale_down.sql`): believed only if its migration is there. */
  readonly weak: boolean;
}

const number = String.raw`\d{4}\.\d{2}\.\d{2}T\d{2}\.\d{2}\.\d{2}|\d{8}[-_]\d{4,6}|\d{4}[-_]\d{2}[-_]\d{2}(?:[-_T]\d{4,6})?|\d+`;
const plain = new RegExp(`^(${number})(?:[ _.-]+(\\S.*))?$`);
const prefixed = new RegExp(`^(rollback|revert|undo|down)([_.-])(${number})(?:[ _.-]+(\\S.*))?$`, "i");
const infix = /^(rollback|revert|undo|down)([_.-])(.+)$/i;
const suffix = /^(.*[^_.-])?([_.-])(rollback|revert|undo|down)$/i;

/** Reads `file` (a path below the root); undefined if its name has no number where one is expected. */
export function readNumberedName(file: string): NumberedName | undefined {
  if (!isSql(file)) return undefined;
  const stem = stemOf(file);
  if (stem.length > 255) return undefined;
  const before = prefixed.exec(stem);
  if (before !== null) {
    const [, word = "", separator = "", version = "", description = ""] = before;
    return { file, version, description, rollback: `${word}${separator}{}.sql`, weak: false };
  }
  const match = plain.exec(stem);
  if (match === null) return undefined;
  const [, version = "", rest = ""] = match;
  const folder = rollbackFolder(file);
  if (folder !== undefined) {
    const clean = suffix.exec(rest)?.[1] ?? rest;
    return { file, version, description: clean, rollback: `${folder}/{}.sql`, weak: false };
  }
  const inside = infix.exec(rest);
  if (inside !== null) {
    const [, word = "", separator = "", description = ""] = inside;
    return { file, version, description, rollback: `{v}${separator}${word}${separator}{d}.sql`, weak: true };
  }
  const after = suffix.exec(stem.slice(version.length));
  if (after !== null) {
    const [, head = "", separator = "", word = ""] = after;
    const weak = separator !== "." && word.toLowerCase() !== "rollback";
    const description = head.replace(/^[ _.-]+/, "");
    return { file, version, description, rollback: `{}${separator}${word}.sql`, weak };
  }
  return { file, version, description: rest, weak: false };
}

/** The folder's name if it is one of rollbacks: `rollback`, `../rollbacks`. */
function rollbackFolder(file: string): string | undefined {
  const folder = parentOf(file);
  if (folder === undefined || folder === ".") return undefined;
  return isRollbackWord(segments(folder).at(-1) ?? "") ? folder : undefined;
}
