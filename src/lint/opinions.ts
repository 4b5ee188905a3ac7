/** What the user thinks of findings, as configuration and command line give it; facts about the world live in project. */
import type { PresetName, Severity } from "./rule.ts";
import { basePresets } from "./rule-shape.ts";

export type Level = Severity | "off";

/** `"error"`, or `["error", { …options }]`. */
export type RuleSetting = Level | readonly [Level, Readonly<Record<string, unknown>>];

export interface Override {
  /** Globs on paths as shown to the user: `db/legacy/**`. */
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** Put before a shown path, so that globs count from the configuration's folder; undefined: they count from here. */
  readonly base?: string | undefined;
}

export interface Opinions {
  /** Default: `recommended`. */
  readonly presets?: readonly PresetName[] | undefined;
  /** By rule id (or a former one). */
  readonly rules?: Readonly<Record<string, RuleSetting>> | undefined;
  /** Later ones win. */
  readonly overrides?: readonly Override[] | undefined;
  /** Comments in the SQL don't suppress anything. */
  readonly noInlineConfig?: boolean | undefined;
  /** Fingerprints of findings that are accepted as they are: see `baseline.ts`. */
  readonly baseline?: ReadonlySet<string> | undefined;
  /** Only these rules, with their usual severity; they run even if no preset has them. */
  readonly only?: readonly string[] | undefined;
  /** Never these rules. */
  readonly skip?: readonly string[] | undefined;
}

/** In the order in which they are applied: the later ones win. */
export const presetNames: readonly PresetName[] = [
  ...basePresets,
  "conventions/timestamped",
  "conventions/numbered",
  "conventions/flyway",
];
export const levels: readonly Level[] = ["off", "note", "warning", "error"];

const rank: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

export const weaker = (a: Severity, b: Severity): Severity => (rank[a] <= rank[b] ? a : b);

/** True if `severity` is `limit` or stronger. */
export const atLeast = (severity: Severity, limit: Severity): boolean => rank[severity] >= rank[limit];
