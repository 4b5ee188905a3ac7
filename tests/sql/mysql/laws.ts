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

const lastPart = (text: string): string =>
  /(?:`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^']|'')*'|[^\s.`"']+)\s*$/.exec(text)?.[0].trim() ?? text;
const unquoted = (text: string): string =>
  /^[`'"]/.test(text) ? text.slice(1, -1).replaceAll(text.charAt(0).repeat(2), text.charAt(0)) : text;

/** Every span of the statement's operations lies in it, and every name's span holds that name. */
export function checkLaws(text: string, statement: Statement): Violation[] {
  const found: Violation[] = [];
  let outer = statement.span;
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
      if (own.start > own.end || own.start < outer.start || own.end > outer.end)
        found.push({ law: "inside", path, detail: `${own.start}-${own.end} ${slice.slice(0, 60)}` });
      if (/^\s|\s$/.test(slice) || slice === "")
        found.push({ law: "trimmed", path, detail: JSON.stringify(slice.slice(0, 60)) });
      return;
    }
    const at = spanOf(value.span);
    if (at !== undefined && !("kind" in value) && !("modifiers" in value)) {
      const slice = unquoted(lastPart(text.slice(at.start, at.end))).toLowerCase();
      const expected = value.name ?? value.column;
      const isOption = "name" in value && !("text" in value);
      if (
        typeof expected === "string" &&
        !isOption &&
        // It stands for what isn't known before it runs.
        expected.search(holePattern) < 0 &&
        !path.includes("grantees") &&
        slice !== expected.toLowerCase() &&
        !expected.includes("@")
      )
        found.push({ law: "qualified name", path, detail: `${expected} at ${slice.slice(0, 60)}` });
      else if (
        typeof value.text === "string" &&
        Object.keys(value).every((key) => key === "text" || key === "span" || key === "written") &&
        slice !== value.text.toLowerCase() &&
        !path.endsWith(".body") &&
        !/^primary key$/i.test(text.slice(at.start, at.end))
      )
        found.push({ law: "name", path, detail: `${value.text} at ${slice.slice(0, 60)}` });
    }
    for (const child in value) visit(value[child], `${path}.${child}`);
  };
  for (const operation of statement.operations) {
    // What EXECUTE runs stands where the text does.
    outer = operation.called === true ? { start: 0, end: text.length } : statement.span;
    visit(operation, operation.kind);
  }
  return found;
}
