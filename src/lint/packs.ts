/** Rule packs: the rules of a package under the prefix that a configuration gives it. */
import { defineRule, type Rule, type RulePack } from "./rule.ts";
import { checkRule, RuleDefinitionError, words } from "./rule-shape.ts";
import { nearest } from "../text/nearest.ts";

/** What may stand before the `/` of a rule's id. */
export const packPrefix = words;

/**
 * The rules of a pack as they are configured, suppressed and reported: `acme/some-rule`.
 *
 * @throws RuleDefinitionError if it isn't a pack, or one of its rules breaks the contract
 */
export function rulesOfPack(prefix: string, pack: RulePack): readonly Rule[] {
  checkPrefix(prefix);
  // A pack is code of somebody else, and may be plain JavaScript.
  const { name, rules } = Object(pack) as { readonly name?: unknown; readonly rules?: unknown };
  if (typeof name !== "string" || name === "")
    throw new RuleDefinitionError(
      "the default export isn't a rule pack: expected defineRulePack({ name, rules }), with the package's name as text",
    );
  if (!Array.isArray(rules)) throw new RuleDefinitionError(`rules: expected a list of rules`);
  const seen = new Set<string>();
  return (rules as readonly Rule[]).map((each) => {
    const rule = checkedRule(each);
    if (seen.has(rule.id)) throw new RuleDefinitionError(`two rules have the id "${rule.id}"`);
    seen.add(rule.id);
    return {
      ...rule,
      id: `${prefix}/${rule.id}`,
      formerly: rule.formerly?.map((id) => `${prefix}/${id}`),
      pack: name,
    };
  });
}

/**
 * The rule of a pack, which may be a plain object.
 *
 * @throws RuleDefinitionError that names the field which breaks the contract
 */
export function checkedRule(rule: Rule): Rule {
  checkRule(rule);
  // What plain objects leave out gets its default.
  return defineRule(rule);
}

/** @throws RuleDefinitionError if rules can't have it */
export function checkPrefix(prefix: string): void {
  // In ESLint the built-in rules have it.
  if (prefix === "ddlint")
    throw new RuleDefinitionError('the prefix "ddlint" is reserved: choose another one');
  if (!packPrefix.test(prefix))
    throw new RuleDefinitionError(`"${prefix}" isn't a prefix: expected lower-case words joined by "-"`);
}

/** `acme` of `acme/some-rule`; undefined: it is the id of a built-in rule. */
export const prefixOf = (id: string): string | undefined =>
  id.includes("/") ? id.slice(0, id.indexOf("/")) : undefined;

/** Where to look for an id that no rule has; `withPacks`: the packs of the configuration are among the known rules. */
export function whereRulesAre(id: string, known: Iterable<string>, withPacks: boolean): string {
  const prefix = prefixOf(id);
  if (prefix === undefined || [...known].some((one) => prefixOf(one) === prefix))
    return `"ddlint rules${withPacks ? " --allow-config-code" : ""}" lists all`;
  return withPacks
    ? `"plugins" of the configuration has no pack "${prefix}"`
    : "rule packs of the configuration are loaded with --allow-config-code";
}

/** The id that was probably meant: that of a pack's rule without its prefix, else the nearest one. */
export function nearestRule(id: string, known: Iterable<string>): string | undefined {
  const ids = [...known];
  return ids.find((one) => one.endsWith(`/${id}`)) ?? nearest(id, ids);
}
