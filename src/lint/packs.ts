/** Rule packs: the rules of a package under the prefix that a configuration gives it. */
import { defineRule, type Rule, type RulePack } from "./rule.ts";

/** What may stand before the `/` of a rule's id. */
export const packPrefix = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The rules of a pack as they are configured, suppressed and reported: `acme/some-rule`. */
export const rulesOfPack = (prefix: string, { name, rules }: RulePack): readonly Rule[] =>
  rules.map((rule) => ({
    // A pack may hold plain objects: what they leave out gets its default.
    ...defineRule(rule),
    id: `${prefix}/${rule.id}`,
    formerly: rule.formerly?.map((id) => `${prefix}/${id}`),
    pack: name,
  }));

/** `acme` of `acme/some-rule`; undefined: it is the id of a built-in rule. */
export const prefixOf = (id: string): string | undefined =>
  id.includes("/") ? id.slice(0, id.indexOf("/")) : undefined;
