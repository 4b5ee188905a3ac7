/** Presets as data. Membership is each rule's own; here a preset gives a rule another severity or options. */
import type { PresetName, Rule } from "./rule.ts";
import type { RuleSetting } from "./opinions.ts";

type Settings = Readonly<Record<string, RuleSetting>>;

const shortIndex = "idx_<short_table>_<short_columns>";

const conventions: Settings = {
  "missing-rollback": ["error", { always: true }],
  "misplaced-migrations": ["warning", { folder: "migrations" }],
};

export const presetSettings: Readonly<Record<PresetName, Settings>> = {
  recommended: {},
  conventions,
  style: {},
  strict: {
    "lock-without-timeout": ["warning", { each: true }],
    "trigger-on-busy-table": ["warning", { each: true }],
    "missing-analyze": ["note", { backfills: true }],
    "integer-primary-key": ["warning", { all: true }],
  },
  // One folder at the top; a whole first schema, then small steps; the names tell, so there is no header.
  "conventions/timestamped": {
    ...conventions,
    "file-name-style": ["warning", { version: "timestamp", digits: 14, rollbacks: ["<name>_rollback"] }],
    "missing-header": "off",
    "missing-reason": "off",
    "untracked-migration": "off",
    "statements-without-transaction": "off",
    "foreign-key-without-on-delete": "off",
  },
  // Scripts that are run by hand against a database that was there before: each says who, when and what.
  "conventions/numbered": {
    ...conventions,
    "file-name-style": [
      "warning",
      {
        version: "number",
        digits: 3,
        rollbacks: ["rollback-<version>_<description>", "<version>_rollback_<description>"],
      },
    ],
    "index-name": [
      "warning",
      { patterns: [shortIndex], unique: [shortIndex, "uq_<short_table>_<short_columns>"] },
    ],
    "misplaced-migrations": ["warning", { folder: "" }],
    "constraint-name": [
      "warning",
      { foreignKey: ["fk_*"], check: ["chk_*"], unique: ["uq_<short_table>_*", "<table>_<columns>_key"] },
    ],
    "missing-header": [
      "warning",
      {
        rollbackFields: ["Rollback Migration|Rollback|Migration|Purpose|Description", "Author|Authors"],
      },
    ],
    // The header's first field says what it is for.
    "missing-reason": "off",
    "first-migration-incomplete": "off",
    "foreign-key-without-index": "warning",
    "version-gap": "warning",
  },
  // Names that Flyway reads; its own table keeps the books, and few have undo files.
  "conventions/flyway": {
    ...conventions,
    "missing-rollback": ["error", { always: false }],
    "misplaced-migrations": ["warning", { folder: "" }],
    "missing-header": "off",
    "missing-reason": "off",
    "untracked-migration": "off",
  },
};

/** `strict` has every rule; a named set of conventions has those of `conventions` and the rules that it sets. */
export function inPreset(rule: Rule, preset: PresetName): boolean {
  if (preset === "strict") return true;
  if (presetSettings[preset][rule.id] !== undefined) return true;
  const base = preset.startsWith("conventions/") ? "conventions" : preset;
  return rule.presets.some((one) => one === base);
}
