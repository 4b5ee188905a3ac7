/** `ddlint rules`: the rules as a list for people, or as JSON for programs. */
import {
  defaultOptions,
  inPreset,
  jsonText,
  oneOf,
  presetNames,
  presetNamed,
  ruleUrl,
  rules as builtIn,
  dialects,
} from "../index.ts";
import type { Rule } from "../index.ts";

export interface ListOptions {
  readonly json?: boolean;
  readonly category?: string;
  readonly preset?: string;
  readonly dialect?: string;
  readonly fixable?: boolean;
}

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

export const categories = sorted(builtIn.map((rule) => rule.category));

/**
 * What `ddlint rules` prints: one line a rule, or JSON. `width`: of the terminal, at which lines are cut.
 *
 * @throws UserError if an option names something that doesn't exist
 */
export function listRules(rules: readonly Rule[], options: ListOptions, width?: number): string {
  const listed = rules.filter(filterFrom(options, rules)).sort((a, b) => (a.id < b.id ? -1 : 1));
  if (options.json === true) return `${jsonText(listed.map(ruleData), 2)}\n`;
  const wide = Math.max(0, ...listed.map((rule) => rule.id.length));
  return listed
    .map((rule) => {
      const presets = rule.presets.join(", ") || "strict";
      const line = `${rule.id.padEnd(wide)}  ${rule.severity.padEnd(7)}  ${presets.padEnd(11)}  ${plain(rule.docs.summary)}`;
      return width !== undefined && line.length > width
        ? `${line.slice(0, Math.max(0, width - 1))}…\n`
        : `${line}\n`;
    })
    .join("");
}

function filterFrom(
  { category, preset, dialect, fixable }: ListOptions,
  rules: readonly Rule[],
): (rule: Rule) => boolean {
  const ofCategory =
    category === undefined
      ? undefined
      : oneOf(category, sorted(rules.map((rule) => rule.category)), "--category");
  const ofPreset = preset === undefined ? undefined : presetNamed(preset, "--preset");
  const ofDialect = dialect === undefined ? undefined : oneOf(dialect, dialects, "--dialect");
  return (rule) =>
    (ofCategory === undefined || rule.category === ofCategory) &&
    (ofPreset === undefined || inPreset(rule, ofPreset)) &&
    (ofDialect === undefined || rule.dialects.includes(ofDialect)) &&
    (fixable !== true || rule.fix !== "none");
}

/** What programs are given of a rule. */
const ruleData = (rule: Rule) => ({
  id: rule.id,
  summary: rule.docs.summary,
  category: rule.category,
  severity: rule.severity,
  presets: presetNames.filter((name) => inPreset(rule, name)),
  dialects: rule.dialects,
  fix: rule.fix,
  options: rule.options && defaultOptions(rule),
  formerly: rule.formerly,
  url: ruleUrl(rule.id),
});

const plain = (markdown: string): string => markdown.replaceAll("`", "");
