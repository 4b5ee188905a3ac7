import type { Database } from "../model/dialect.ts";
import { levels, presetNames } from "../lint/opinions.ts";
import type { Level } from "../lint/opinions.ts";
import type { PresetName, Rule } from "../lint/rule.ts";
import { rulesByName } from "../lint/active.ts";
import { nearestRule, whereRulesAre } from "../lint/packs.ts";
import type { Parser, Runner } from "../project/facts.ts";
import { tools as knownTools } from "../project/tools/index.ts";
import { nearest } from "../text/nearest.ts";
import { UserError } from "./user-error.ts";

export { nearest };

export const dialects = ["postgres", "mysql", "mariadb"] as const satisfies readonly Database[];
export const runners = [
  "psql",
  "psql-single-transaction",
  "single-query",
  "pipeline",
  "statement-by-statement",
  "transaction",
] as const satisfies readonly Runner[];
export const parsers = ["libpg-query", "pgsql-ast-parser"] as const satisfies readonly Parser[];
/** Tools by name; one whose migrations are code is read by the shape of its file names, as far as it has SQL. */
export const tools: readonly string[] = [
  ...knownTools.filter(({ handMade }) => handMade === true),
  ...knownTools.filter(({ handMade }) => handMade !== true),
].map(({ name }) => name);

/** `a, b or c`. */
export function listed(values: readonly string[]): string {
  const last = values[values.length - 1] ?? "";
  return values.length < 2 ? last : `${values.slice(0, -1).join(", ")} or ${last}`;
}

/** The value if it is one of `values`; else a UserError that names the option and the nearest valid value. */
export function oneOf<T extends string>(value: string, values: readonly T[], option: string): T {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  const near = nearest(value, values);
  throw new UserError(`${option}: unknown value "${value}"`, {
    nearest: near,
    expected: values.length <= 8 || near === undefined ? listed(values) : undefined,
  });
}

/** Rule ids from `a,b`; unknown ones are a UserError. `withPacks`: the configuration's packs are among the rules. */
export function ruleIds(text: string, rules: readonly Rule[], option: string, withPacks = false): string[] {
  const known = rulesByName(rules);
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0)
    throw new UserError(`${option}: "${text}" isn't the name of a rule`, {
      hint: "is a shell variable empty?",
    });
  return names.map((name) => ruleNamed(name, known, option, withPacks).id);
}

function ruleNamed(name: string, known: ReadonlyMap<string, Rule>, option: string, withPacks: boolean): Rule {
  const rule = known.get(name);
  if (rule) return rule;
  throw new UserError(`${option}: there is no rule "${name}"`, {
    nearest: nearestRule(name, known.keys()),
    hint: whereRulesAre(name, known.keys(), withPacks),
  });
}

/** `drop-column=off` → its id and level. */
export function ruleLevel(
  text: string,
  rules: readonly Rule[],
  option: string,
  withPacks = false,
): readonly [string, Level] {
  const [name, level, ...rest] = text.split("=");
  if (!name || level === undefined || rest.length > 0) {
    throw new UserError(`${option}: "${text}" doesn't have the form <rule>=<severity>`, {
      expected: `for example ${option} drop-column=warning`,
    });
  }
  return [ruleNamed(name, rulesByName(rules), option, withPacks).id, oneOf(level, levels, option)];
}

export const presetNamed = (name: string, option: string): PresetName => oneOf(name, presetNames, option);
