/** The shape of a rule's definition, checked where rules of packs are loaded: they may be plain JavaScript. */
import { dialectFamilies, dialectNames } from "../model/dialect.ts";
import { kindHint } from "../model/kind-hint.ts";
import { kinds } from "../model/kinds.ts";
import { nearest } from "../text/nearest.ts";
import type { AnyOption } from "./rule.ts";

export const categories = [
  "locks",
  "rewrites",
  "data-loss",
  "compatibility",
  "transactions",
  "data",
  "history",
  "correctness",
  "schema",
  "security",
] as const;
export const severities = ["error", "warning", "note"] as const;
/** What a rule can be a member of. */
export const basePresets = ["recommended", "conventions", "style", "strict"] as const;

/** Lower-case words joined by `-`: a rule's id, and the prefix that a configuration gives a pack. */
export const words = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** A rule that breaks the contract. The message names the rule, the field, and what was expected. */
export class RuleDefinitionError extends Error {
  override readonly name = "RuleDefinitionError";
}

/** What is wrong with a value: the field, and the rest of the sentence; undefined: nothing. */
type Problem = readonly [field: string, text: string] | undefined;
type Check = (value: unknown, field: string) => Problem;
type Fields = Readonly<Record<string, Check>>;

const shown = (value: unknown): string => {
  if (value === undefined) return "it is missing";
  if (typeof value === "function") return "not a function";
  // JSON has no text for a symbol.
  const text = (JSON.stringify(value) as string | undefined) ?? typeof value;
  return `not ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`;
};

const expected = (what: string, value: unknown): string =>
  `expected ${what}${value === undefined ? ": " : ", "}${shown(value)}`;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const suggestion = (value: unknown, values: readonly string[]): string => {
  const meant = typeof value === "string" ? nearest(value, values) : undefined;
  return meant === undefined ? "" : `; did you mean "${meant}"?`;
};

const firstOf = <T>(values: readonly T[], check: (value: T, index: number) => Problem): Problem => {
  for (const [index, value] of values.entries()) {
    const problem = check(value, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const being =
  (what: string, isRight: (value: unknown) => boolean): Check =>
  (value, field) =>
    isRight(value) ? undefined : [field, expected(what, value)];

const aText = being("a text", (value) => typeof value === "string" && value.trim() !== "");
const aFunction = being("a function", (value) => typeof value === "function");
const anInteger = being("a whole number", Number.isInteger);
const aCount = being("a whole number from 0", (value) => Number.isInteger(value) && Number(value) >= 0);
const anId = being(
  'lower-case words joined by "-", without a prefix',
  (value) => typeof value === "string" && words.test(value),
);
const aPattern: Check = (value, field) => {
  const problem = aText(value, field);
  if (problem !== undefined) return problem;
  try {
    new RegExp(String(value), "u");
  } catch (error) {
    return [field, (error as Error).message];
  }
  return undefined;
};

const optional =
  (check: Check): Check =>
  (value, field) =>
    value === undefined ? undefined : check(value, field);

const oneOf =
  (values: readonly string[]): Check =>
  (value, field) =>
    typeof value === "string" && values.includes(value)
      ? undefined
      : [
          field,
          `${expected(values.map((one) => `"${one}"`).join(" or "), value)}${suggestion(value, values)}`,
        ];

const listOf =
  (what: string, check: Check, least = 0): Check =>
  (value, field) => {
    if (!Array.isArray(value) || value.length < least)
      return [field, expected(`a list of ${what}${least > 0 ? `, at least ${least}` : ""}`, value)];
    return firstOf(value as readonly unknown[], (one, index) => check(one, `${field}[${index}]`));
  };

const recordOf =
  (what: string, check: Check): Check =>
  (value, field) =>
    isObject(value)
      ? firstOf(Object.entries(value), ([name, one]) => check(one, `${field}.${name}`))
      : [field, expected(`an object of ${what}`, value)];

const at = (field: string, name: string): string => (field === "" ? name : `${field}.${name}`);

const objectWith =
  (fields: Fields): Check =>
  (value, field) => {
    if (!isObject(value)) return [field, expected(`an object with ${Object.keys(fields).join(", ")}`, value)];
    const names = Object.keys(fields);
    const unknown = Object.keys(value).find((name) => !names.includes(name));
    if (unknown !== undefined)
      return [at(field, unknown), `there is no such field${suggestion(unknown, names)}`];
    return firstOf(Object.entries(fields), ([name, check]) => check(value[name], at(field, name)));
  };

/** The one that is right for values of this type. */
const textOr =
  (other: Check): Check =>
  (value, field) =>
    (typeof value === "string" ? aText : other)(value, field);
const functionOr =
  (other: Check): Check =>
  (value, field) =>
    (typeof value === "function" ? aFunction : other)(value, field);

/** Advice for SQL goes without a text for databases that have none. */
const byFamily = (check: Check): Fields => ({
  ...Object.fromEntries(dialectFamilies.map((name) => [name, check])),
  mongodb: optional(check),
});

const scopes = ["operation", "statement", "migration", "project"];

const aKind: Check = (value, field) =>
  typeof value === "string" && Object.hasOwn(kinds, value)
    ? undefined
    : [field, `there is no kind of operation ${JSON.stringify(value)}${kindHint(String(value))}`];

/** What each type of option takes beside its default and its description. */
const optionWords = {
  boolean: {},
  number: { minimum: optional(anInteger), maximum: optional(anInteger) },
  string: {
    enum: optional(listOf("texts", aText, 1)),
    minLength: optional(aCount),
    maxLength: optional(aCount),
    pattern: optional(aPattern),
  },
  list: {
    enum: optional(listOf("texts", aText, 1)),
    minItems: optional(aCount),
    maxItems: optional(aCount),
    pattern: optional(aPattern),
  },
} as const satisfies Readonly<Record<string, Fields>>;

const anOption: Check = (value, field) => {
  if (!isObject(value)) return [field, expected("an object with default and description", value)];
  const { default: usual } = value;
  const type = Array.isArray(usual) ? "list" : typeof usual;
  if (!Object.hasOwn(optionWords, type))
    return [`${field}.default`, expected("true or false, a whole number, a text or a list of texts", usual)];
  const isRight: Check =
    type === "number" ? anInteger : type === "list" ? listOf("texts", aText) : being(`a ${type}`, () => true);
  const shape = objectWith({
    description: aText,
    default: isRight,
    ...optionWords[type as keyof typeof optionWords],
  });
  return shape(value, field) ?? defaultProblem(value as unknown as AnyOption, `${field}.default`);
};

/** The default is a value that a configuration may give as well. */
function defaultProblem(option: AnyOption, field: string): Problem {
  const {
    default: usual,
    minimum = -Infinity,
    maximum = Infinity,
    minItems = 0,
    maxItems = Infinity,
  } = option;
  const { enum: values, minLength = 0, maxLength = Infinity, pattern } = option;
  const within = (size: number, least: number, most: number): boolean => size >= least && size <= most;
  const isRight = (one: unknown): boolean =>
    typeof one === "number"
      ? within(one, minimum, maximum)
      : typeof one !== "string" ||
        ((values === undefined || values.includes(one)) &&
          within(one.length, minLength, maxLength) &&
          (pattern === undefined || new RegExp(pattern, "u").test(one)));
  const holds = Array.isArray(usual)
    ? within(usual.length, minItems, maxItems) && usual.every(isRight)
    : isRight(usual);
  return holds ? undefined : [field, `the option itself doesn't allow ${JSON.stringify(usual)}`];
}

const definition = objectWith({
  id: anId,
  formerly: optional(listOf("earlier ids", anId)),
  sameCause: optional(listOf("ids of rules", anId)),
  partOf: optional(listOf("ids of rules", anId)),
  category: oneOf(categories),
  severity: oneOf(severities),
  presets: listOf("presets", oneOf(basePresets)),
  dialects: listOf("databases", oneOf(dialectNames), 1),
  directions: optional(listOf('"up" and "down"', oneOf(["up", "down"]), 1)),
  failuresOfRollback: optional(being("true or false", (value) => typeof value === "boolean")),
  alsoRefused: optional(
    textOr(objectWith({ tables: optional(aText), objects: optional(aText), effects: optional(aText) })),
  ),
  alsoSkipped: optional(aText),
  alsoUnrun: optional(aText),
  fix: optional(oneOf(["none", "safe", "suggestion"])),
  repeatedIn: optional(oneOf(["file", "migration"])),
  declared: optional(being("true or false", (value) => typeof value === "boolean")),
  endsWithTable: optional(being("true or false", (value) => typeof value === "boolean")),
  assumes: optional(oneOf(["many rows", "rows"])),
  docs: objectWith({
    summary: aText,
    why: aText,
    instead: textOr(objectWith(byFamily(aText))),
    exceptions: optional(listOf("texts", aText)),
  }),
  messages: recordOf("texts", aText),
  options: optional(recordOf("options", anOption)),
  once: optional(aFunction),
  recipe: optional(functionOr(objectWith(byFamily(optional(aFunction))))),
  kinds: optional(recordOf("lists of kinds of operations", listOf("kinds of operations", aKind, 1))),
  on: recordOf("functions", aFunction),
  /** What a pack's rule gets when it is loaded. */
  pack: optional(aText),
});

/** @throws RuleDefinitionError if it isn't what `defineRule` takes */
export function checkRule(rule: unknown): void {
  const { id, on, kinds: named } = isObject(rule) ? rule : {};
  const problem = definition(rule, "") ?? handlerProblem(on as object, named ?? {});
  if (problem === undefined) return;
  const [field, text] = problem;
  const where = typeof id === "string" ? `the rule "${id}"` : "a rule";
  throw new RuleDefinitionError(`${where}: ${field === "" ? "" : `${field}: `}${text}`);
}

function handlerProblem(on: object, named: object): Problem {
  const groups = Object.keys(named);
  const names = Object.keys(on);
  if (names.length === 0) return ["on", "expected at least one function, such as createTable(step, context)"];
  const others = [...scopes, ...groups];
  const unknown = names.find((name) => !Object.hasOwn(kinds, name) && !others.includes(name));
  if (unknown === undefined) return undefined;
  return [`on.${unknown}`, `there is no such kind of operation${kindHint(unknown, others)}`];
}
