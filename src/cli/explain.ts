import { UserError, helpText, nearest, presetNames, rulesByName } from "../index.ts";
import type { Rule } from "../index.ts";

/** What `ddlint explain <rule>` prints. */
export function explain(name: string, rules: readonly Rule[]): string {
  const known = rulesByName(rules);
  const rule = known.get(name);
  if (!rule) {
    throw new UserError(`there is no rule "${name}"`, {
      nearest: nearest(name, known.keys()),
      hint: '"ddlint rules" lists all',
    });
  }
  const presets = presetNames.filter(
    (preset) => preset === "strict" || rule.presets.some((one) => one === preset),
  );
  const facts = [
    `Severity: ${rule.severity}. Category: ${rule.category}. Presets: ${presets.join(", ")}.`,
    `Databases: ${rule.dialects.join(", ")}. Fix: ${rule.fix}.`,
    rule.options && `Options and their defaults: ${JSON.stringify(rule.options.defaults)}`,
    rule.formerly?.length ? `Formerly: ${rule.formerly.join(", ")}.` : undefined,
  ].filter((line) => line !== undefined);
  return `${helpText(rule)}\n\n${facts.join("\n")}\n`;
}

/** What `ddlint rules` prints: one line a rule. */
export function listRules(rules: readonly Rule[]): string {
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  const width = Math.max(0, ...sorted.map((rule) => rule.id.length));
  const line = (rule: Rule): string =>
    `${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.presets.join(", ") || "strict"}`;
  return sorted.map((rule) => `${line(rule)}\n`).join("");
}
