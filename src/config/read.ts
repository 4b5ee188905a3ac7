/** Configuration text → checked data, with a file, line and column for whatever is wrong. */
import { findNodeAtLocation, getNodePath, getNodeValue, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Node, ParseError } from "jsonc-parser";
import { z } from "zod";
import { nearestRule, prefixOf } from "../lint/packs.ts";
import type { Rule } from "../lint/rule.ts";
import { indexLines } from "../text/lines.ts";
import { nearest } from "../text/nearest.ts";
import { configSchema, ruleOptions } from "./schema.ts";
import { UserError } from "./user-error.ts";
import { listed } from "./values.ts";

/** The part of zod's issues that is used. */
interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly errors?: readonly (readonly Issue[])[];
}

/** Parses JSON with comments and trailing commas; `key` picks a part of it (`ddlint` of package.json). */
export function parseConfigText(text: string, file: string, key?: string): ParsedConfig {
  try {
    return parsed(text, file, key);
  } catch (error) {
    // The parser and the checks call themselves for each level.
    if (!(error instanceof RangeError)) throw error;
    throw new UserError("the JSON is nested too deeply", { file, hint: "check its brackets" });
  }
}

/** A configuration, not checked yet. */
export interface ParsedConfig {
  readonly data: unknown;
  /** @throws UserError for what is wrong in it; `rules`: all that are known */
  readonly check: (rules: readonly Rule[]) => void;
}

function parsed(text: string, file: string, key: string | undefined): ParsedConfig {
  const source = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text;
  const errors: ParseError[] = [];
  const root = parseTree(source, errors, { allowTrailingComma: true });
  const lines = indexLines(source);
  const first = errors[0];
  if (first) {
    throw new UserError(`${parseErrorText(printParseErrorCode(first.error))} here`, {
      file,
      ...lines.position(first.offset),
      hint: "fix the JSON",
    });
  }
  const base = key === undefined ? [] : [key];
  const own = root && findNodeAtLocation(root, base);
  const twice = own && doubledKey(own);
  if (twice !== undefined)
    throw new UserError(`${keyPath(twice)} is given twice`, {
      file,
      ...lines.position(twice.offset),
      hint: "JSON takes the last one: delete one of them",
    });
  const data: unknown = valueOf(own) ?? {};
  const fail: Fail = (message, path, more, atKey) => {
    const node = root && nodeAt(root, [...base, ...path], atKey);
    return new UserError(message, { file, ...(node ? lines.position(node.offset) : {}), ...more });
  };
  return {
    data,
    check: (rules) => {
      check(data, rules, fail);
    },
  };
}

/** A configuration that code made. */
export function madeConfig(data: object, file: string): ParsedConfig {
  const fail: Fail = (message, path, more) => {
    const where = path.length > 0 ? `${path.join(".")}: ` : "";
    return new UserError(`${where}${message}`, { file, ...more });
  };
  return {
    data,
    check: (rules) => {
      // Packs may stand there themselves; they are checked where they are loaded.
      check({ ...data, plugins: undefined }, rules, fail);
    },
  };
}

/** The schema of a rule's options for validators of draft 4; undefined: it has none. */
export function optionsJsonSchema(rule: Rule): Readonly<Record<string, unknown>> | undefined {
  const options = ruleOptions(z, rule);
  return options && z.toJSONSchema(options, { io: "input", target: "draft-4" });
}

/** What is wrong with options that are set for a rule; undefined: nothing. */
export function optionsProblem(rule: Rule, options: Readonly<Record<string, unknown>>): string | undefined {
  if (rule.options === undefined) return `the rule ${rule.id} has no options`;
  const fail: Fail = (message, _, more) => new UserError(message, more);
  try {
    check({ rules: { [rule.id]: [rule.severity, options] } }, [rule], fail);
  } catch (error) {
    if (error instanceof UserError) return error.line();
    throw error;
  }
  return undefined;
}

type Fail = (
  message: string,
  path: readonly (string | number)[],
  more: { expected?: string | undefined; nearest?: string | undefined; hint?: string | undefined },
  atKey: boolean,
) => UserError;

function check(data: unknown, rules: readonly Rule[], fail: Fail): void {
  const result = configSchema(z, rules).safeParse(withoutUnloaded(data, rules));
  if (result.success) return;
  // zod's own issue type is a union over all checks; only these few fields are read.
  const issue = deepest(result.error.issues);
  if (!issue) return;
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  // Of an element of a list, the list's name.
  const name = path.findLast((part) => typeof part === "string");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys?.[0] ?? "";
    const inRules = name === "rules";
    const valid = inRules ? rules.map((rule) => rule.id) : keysAt(path, rules);
    throw fail(
      inRules ? `there is no rule "${key}"` : `unknown key "${key}"`,
      [...path, key],
      {
        nearest: inRules ? nearestRule(key, valid) : nearest(key, valid),
        hint: inRules ? packHint(data, rules) : undefined,
      },
      true,
    );
  }
  if (issue.code === "invalid_value") {
    const values = (issue.values ?? []).map(String);
    const value = at(data, path);
    const rule = rules.find(({ id, formerly = [] }) => [id, ...formerly].some((one) => one === name));
    if (rule !== undefined && rule.options === undefined && Array.isArray(value) && value.length > 1)
      throw fail(`the rule ${rule.id} has no options`, path, {}, false);
    throw fail(
      `unknown value ${JSON.stringify(value)}${name === undefined ? "" : ` for "${name}"`}`,
      path,
      { nearest: typeof value === "string" ? nearest(value, values) : undefined, expected: listed(values) },
      false,
    );
  }
  const text = issue.message.replace(/^Invalid input: /, "").replace(/^./, (c) => c.toLowerCase());
  throw fail(name === undefined ? text : `"${name}": ${text}`, path, {}, false);
}

/** Packs that a configuration names and whose rules aren't there: their code may not run here. */
export function unloadedPacks(data: unknown, rules: readonly Rule[]): readonly string[] {
  const { plugins } = data as { readonly plugins?: unknown };
  if (typeof plugins !== "object" || plugins === null) return [];
  const loaded = new Set(rules.map(({ id }) => prefixOf(id)));
  return Object.keys(plugins).filter((prefix) => !loaded.has(prefix));
}

/** Where the id may be that of a pack's rule, which nobody knows. */
function packHint(data: unknown, rules: readonly Rule[]): string | undefined {
  const [prefix] = unloadedPacks(data, rules);
  return prefix === undefined ? undefined : `the rules of a pack have its prefix: "${prefix}/…"`;
}

/** What is set for their rules can't be checked. */
function withoutUnloaded(data: unknown, rules: readonly Rule[]): unknown {
  const unloaded = unloadedPacks(data, rules);
  if (unloaded.length === 0) return data;
  const known = (settings: unknown): unknown =>
    typeof settings !== "object" || settings === null
      ? settings
      : Object.fromEntries(Object.entries(settings).filter(([id]) => !unloaded.includes(prefixOf(id) ?? "")));
  const { rules: own, overrides } = data as { readonly rules?: unknown; readonly overrides?: unknown };
  return {
    ...(data as object),
    rules: known(own),
    overrides: Array.isArray(overrides)
      ? overrides.map((one: { readonly rules?: unknown }) => ({ ...one, rules: known(one.rules) }))
      : overrides,
  };
}

/** Of a union's branches, the one that got furthest tells most. */
function deepest(issues: readonly Issue[], base: readonly PropertyKey[] = []): Issue | undefined {
  const flat = issues.map((issue): Issue => {
    const path = [...base, ...issue.path];
    if (issue.code !== "invalid_union" || !issue.errors) return { ...issue, path };
    const branches = issue.errors.flatMap((branch) => deepest(branch, path) ?? []);
    const enumerations = branches.filter((branch) => branch.code === "invalid_value");
    const values = [...new Set(enumerations.flatMap((branch) => branch.values ?? []))];
    const deep = branches.filter((branch) => branch.path.length > path.length);
    const named = deep.find((branch) => branch.code === "unrecognized_keys") ?? deep[0];
    return named ?? (enumerations[0] ? { ...enumerations[0], values } : { ...issue, path });
  });
  return flat[0];
}

const topKeys = [
  "dialect",
  "serverVersion",
  "tool",
  "runner",
  "parser",
  "migrations",
  "startAfter",
  "schema",
  "tables",
  "stats",
  "lockTimeout",
  "sqlMode",
  "skipMarker",
  "commitTimes",
  "now",
  "presets",
  "rules",
  "overrides",
  "baseline",
  "noInlineConfig",
  "plugins",
  "$schema",
];

function keysAt(path: readonly (string | number)[], rules: readonly Rule[]): readonly string[] {
  const [top, name] = path;
  if (path.length === 0 || (top === "migrations" && path.length === 2)) return topKeys;
  if (top === "overrides" && path.length === 2) return ["files", "rules"];
  if (top !== "rules" || path.length !== 3) return [];
  return Object.keys(rules.find(({ id }) => id === name)?.options ?? {});
}

function at(data: unknown, path: readonly (string | number)[]): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/** The node, or the nearest one around it; `atKey`: the property's name rather than its value. */
function nodeAt(root: Node, path: readonly (string | number)[], atKey: boolean): Node | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (!node) continue;
    const property = node.parent;
    return atKey && property?.type === "property" ? property.children?.[0] : node;
  }
  return undefined;
}

/** The second key of the same name in one object, as its node; undefined: there is none. */
function doubledKey(node: Node): Node | undefined {
  const children = node.children ?? [];
  const keys = node.type === "object" ? children.flatMap(({ children: [key] = [] }) => key ?? []) : [];
  const names = keys.map(({ value }) => value as unknown);
  const twice = keys.find(({ value }, i) => names.indexOf(value) < i);
  if (twice !== undefined) return twice;
  for (const child of children) {
    const inner = doubledKey(child);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** `rules.drop-table`: the key with those of the objects around it. */
const keyPath = (key: Node): string => JSON.stringify(getNodePath(key).join("."));

const valueOf = (node: Node | undefined): unknown => (node ? (getNodeValue(node) as unknown) : undefined);

function parseErrorText(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
