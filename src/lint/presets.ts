/** Presets as data. Membership is each rule's own; here a preset gives a member another severity or options. */
import type { Rule } from "./rule.ts";
import type { PresetName } from "./rule.ts";
import type { RuleSetting } from "./opinions.ts";

export const presetSettings: Readonly<Record<PresetName, Readonly<Record<string, RuleSetting>>>> = {
  recommended: {},
  conventions: {},
  style: {},
  strict: {
    "lock-without-timeout": ["warning", { each: true }],
    "trigger-on-busy-table": ["warning", { each: true }],
    "foreign-key-locks-referenced-table": ["warning", { created: true }],
    "analyze-after-backfill": ["note", { backfills: true }],
  },
};

/** `strict` has every rule. */
export const inPreset = (rule: Rule, preset: PresetName): boolean =>
  preset === "strict" || rule.presets.includes(preset);
