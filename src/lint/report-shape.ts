/** What a rule passes to `report`, checked as it comes: rules of packs may be plain JavaScript. */
import type { Advice } from "../recipes/index.ts";
import { nearest } from "../text/nearest.ts";
import type { Edit, Span } from "../text/span.ts";
import type { AnyReport } from "./raw-finding.ts";
import type { Fix, Place, Rule } from "./rule.ts";
import { severities } from "./rule-shape.ts";

const fields = [
  "at",
  "message",
  "data",
  "instead",
  "severity",
  "related",
  "repaired",
  "noted",
  "weight",
  "impliedBy",
  "confidential",
  "fix",
  "step",
];

/** @throws Error that names the field which isn't of the shape that `Report` has */
export function checkReport(report: AnyReport, { fix: level, messages }: Rule): void {
  // Only the compiler has seen its type.
  const given: unknown = report;
  if (!isObject(given)) throw wrong("report", "{ at, message, data }", given);
  for (const name in given)
    if (!fields.includes(name)) {
      const meant = nearest(name, fields);
      throw new Error(
        `report: there is no field "${name}"; ${meant === undefined ? `expected ${fields.join(", ")}` : `did you mean "${meant}"?`}`,
      );
    }
  const { at, message, instead, severity, related, fix, step } = given;
  checkPlace(at, "report: at");
  if (typeof message !== "string" || !Object.hasOwn(messages, message))
    throw wrong("report: message", `the name of one of the rule's messages (${listed(messages)})`, message);
  if (instead !== undefined && typeof instead !== "string" && !isAdvice(instead))
    throw wrong("report: instead", "a text", instead);
  if (severity !== undefined && !severities.some((one) => one === severity))
    throw wrong("report: severity", severities.map((one) => `"${one}"`).join(" or "), severity);
  if (related !== undefined) checkRelated(related);
  if (given.repaired !== undefined && typeof given.repaired !== "function")
    throw wrong("report: repaired", "a function", given.repaired);
  if (given.noted !== undefined && typeof given.noted !== "function")
    throw wrong("report: noted", "a function", given.noted);
  if (given.weight !== undefined && typeof given.weight !== "number")
    throw wrong("report: weight", "a number", given.weight);
  if (given.impliedBy !== undefined) checkImplying(given.impliedBy);
  if (step !== undefined && !(isObject(step) && isObject(step.operation)))
    throw wrong("report: step", "a step", step);
  if (fix === undefined) return;
  if (level === "none")
    throw new Error(
      'the report has a fix, but the rule doesn\'t say what its fixes are: fix: "safe" or "suggestion"',
    );
  checkFix(fix);
}

function checkImplying(impliedBy: unknown): void {
  const isId = (one: unknown): boolean => typeof one === "string";
  if (!isObject(impliedBy) || ![impliedBy.rule].flat().every(isId))
    throw wrong("report: impliedBy", "{ rule, at }", impliedBy);
  if (impliedBy.at !== undefined) checkPlace(impliedBy.at, "report: impliedBy: at");
}

function checkRelated(related: unknown): void {
  if (!Array.isArray(related)) throw wrong("report: related", "a list of { at, message }", related);
  for (const [index, one] of (related as readonly unknown[]).entries()) {
    const field = `report: related[${index}]`;
    if (!isObject(one)) throw wrong(field, "{ at, message }", one);
    checkPlace(one.at, `${field}.at`);
    if (typeof one.message !== "string") throw wrong(`${field}.message`, "a text", one.message);
  }
}

function checkFix(fix: unknown): void {
  if (!isObject(fix)) throw wrong("report: fix", "{ title, edits }", fix);
  const { title, edits } = fix;
  if (typeof title !== "string") throw wrong("report: fix.title", "a text", title);
  if (!Array.isArray(edits)) throw wrong("report: fix.edits", "a list of { span, text }", edits);
  for (const [index, edit] of (edits as readonly unknown[]).entries()) {
    const field = `report: fix.edits[${index}]`;
    if (!isObject(edit) || !isSpan(edit.span)) throw wrong(field, "{ span: { start, end }, text }", edit);
    if (typeof edit.text !== "string") throw wrong(`${field}.text`, "a text", edit.text);
  }
  const sorted = (edits as readonly Edit[]).toSorted(
    (a, b) => a.span.start - b.span.start || a.span.end - b.span.end,
  );
  const twice = sorted.findIndex(({ span }, i) => i > 0 && span.start < (sorted[i - 1]?.span.end ?? 0));
  if (twice > 0) throw new Error("report: fix.edits: two edits change the same text");
}

/**
 * Checks that places are in the text that they are of.
 *
 * @throws Error that names the one that isn't
 */
export function checkBounds(
  at: Place,
  fix: Fix | undefined,
  related: readonly Place[],
  lengthOf: (path: string) => number | undefined,
): void {
  const check = (field: string, { start, end }: Span, path: string): void => {
    const length = lengthOf(path);
    if (length !== undefined && end > length)
      throw new Error(`report: ${field}: ${start}–${end} isn't in ${path}, which has ${length} characters`);
  };
  check("at", at.span, at.path);
  for (const [index, { span }] of (fix?.edits ?? []).entries()) check(`fix.edits[${index}]`, span, at.path);
  for (const [index, { span, path }] of related.entries()) check(`related[${index}].at`, span, path);
}

/** @throws Error if what a recipe returned is neither steps nor a text nor undefined */
export function checkedRecipe(returned: unknown): string | Advice | undefined {
  if (returned === undefined || typeof returned === "string" || isAdvice(returned)) return returned;
  throw wrong("recipe", "a text, or undefined where there is none", returned);
}

/** Made by ddlint's own recipes, which rules of others may pass on. */
const isAdvice = (value: unknown): value is Advice =>
  Array.isArray(value) &&
  (value as readonly unknown[]).every((step) => isObject(step) && Array.isArray(step.statements));

function checkPlace(at: unknown, field: string): void {
  if (isSpan(at) || (isObject(at) && typeof at.path === "string" && isSpan(at.span))) return;
  const what = "a place, such as operation.head: { start, end } or { path, span }";
  throw wrong(field, what, at);
}

/** Offsets of a text, whatever else the object has. */
const isSpan = (value: unknown): value is Span =>
  isObject(value) &&
  Number.isInteger(value.start) &&
  Number.isInteger(value.end) &&
  Number(value.start) >= 0 &&
  Number(value.start) <= Number(value.end);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const listed = (record: object): string => Object.keys(record).join(", ");

const wrong = (field: string, what: string, value: unknown): Error =>
  new Error(`${field}: expected ${what}${value === undefined ? ": " : ", "}${described(value)}`);

/** In a few words: a step or a schema has no end. */
function described(value: unknown): string {
  if (value === undefined) return "it is missing";
  if (Array.isArray(value)) return "not a list";
  if (typeof value === "function") return "not a function";
  if (!isObject(value)) return `not ${(JSON.stringify(value) as string | undefined) ?? typeof value}`;
  const pairs = Object.entries(value).map(([name, one]) =>
    typeof one === "number" ? `${name}: ${one}` : name,
  );
  return `not { ${pairs.slice(0, 6).join(", ")}${pairs.length > 6 ? ", …" : ""} }`;
}
