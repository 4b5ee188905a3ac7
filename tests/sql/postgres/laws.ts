import { holePattern } from "../../../src/model/hole-names.ts";
import type { Statement } from "../../../src/sql/front-end.ts";

/** A span that doesn't say what it should. */
export interface Violation {
  readonly law: string;
  /** Kind of the operation and the path to the value in it. */
  readonly path: string;
  readonly detail: string;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function spanOf(value: unknown): { start: number; end: number } | undefined {
  if (!isObject(value)) return undefined;
  const { start, end } = value;
  return typeof start === "number" && typeof end === "number" ? { start, end } : undefined;
}

/** As the server folds it; comparing forgives quotes and escapes. */
function fold(text: string): string {
  const unquoted = text.replace(/^[uU]&/, "");
  if (unquoted.startsWith('"')) return unquoted.slice(1, -1).replaceAll('""', '"');
  return unquoted.toLowerCase();
}

const lastPart = (text: string): string => /(?:"(?:[^"]|"")*"|[^\s."]+)\s*$/.exec(text)?.[0].trim() ?? text;

/** Functions that are written with a syntax of their own. */
const spelledOtherwise: Readonly<Record<string, string>> = {
  rtrim: "trim",
  ltrim: "trim",
  btrim: "trim",
  timezone: "at",
  similar_to_escape: "similar",
  like_escape: "like",
  is_normalized: "is",
  pg_collation_for: "collation",
  xmlexists: "xmlexists",
};

/** Every span of the statement's operations lies in it, and every name's span holds that name. */
export function checkLaws(text: string, statement: Statement): Violation[] {
  const found: Violation[] = [];
  const outer = statement.span;
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      value.forEach((element, i) => {
        visit(element, `${path}[${i}]`);
      });
      return;
    }
    if (!isObject(value)) return;
    const own = spanOf(value);
    if (own !== undefined) {
      const slice = text.slice(own.start, own.end);
      if (own.start > own.end || own.start < outer.start || own.end > outer.end) {
        found.push({ law: "inside", path, detail: `${own.start}-${own.end} ${slice.slice(0, 60)}` });
      }
      if (!path.endsWith(".body.span") && (/^\s|\s$/.test(slice) || slice === "")) {
        found.push({ law: "trimmed", path, detail: JSON.stringify(slice.slice(0, 60)) });
      }
      return;
    }
    const at = spanOf(value.span);
    if (at !== undefined) {
      const slice = text.slice(at.start, at.end);
      // PostgreSQL cuts names at 63 bytes.
      const expected = typeof value.name === "string" ? value.name : value.column;
      const named = typeof expected === "string" && !("kind" in value) && !("modifiers" in value);
      if (named && spelledOtherwise[expected] === slice.toLowerCase()) return;
      // It stands for what isn't known before it runs.
      if (named && expected.search(holePattern) >= 0) return;
      if (named && fold(lastPart(slice)).slice(0, 63) !== expected.slice(0, 63)) {
        found.push({ law: "qualified name", path, detail: `${expected} at ${slice.slice(0, 60)}` });
      } else if (
        Object.keys(value).length === 2 &&
        typeof value.text === "string" &&
        fold(slice).slice(0, 63) !== value.text.slice(0, 63) &&
        !path.endsWith(".body")
      ) {
        found.push({ law: "name", path, detail: `${value.text} at ${slice.slice(0, 60)}` });
      }
    }
    for (const child in value) visit(value[child], `${path}.${child}`);
  };
  for (const operation of statement.operations) visit(operation, operation.kind);
  return found;
}
