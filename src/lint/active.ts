/** Which rules run on which file, with which severity and options: rules and opinions, resolved once. */
import type { DialectName } from "../model/dialect.ts";
import { compileGlob } from "../text/glob.ts";
import { inPreset, presetSettings } from "./presets.ts";
import { presetNames } from "./opinions.ts";
import type { Level, Opinions, Override, RuleSetting } from "./opinions.ts";
import type { Rule, Severity } from "./rule.ts";

export interface ActiveRule {
  readonly rule: Rule;
  readonly severity: Severity;
  /** The rule's defaults, overlaid by what is configured. */
  readonly options: Readonly<Record<string, unknown>>;
}

type Direction = "up" | "down";

/** Rules of one file by what they wait for. */
export interface RuleTable {
  readonly active: readonly ActiveRule[];
  /** Those that look at operations of this kind (scopes count as `up`); undefined: none does. */
  on(direction: Direction, kind: string): readonly ActiveRule[] | undefined;
}

export interface RuleSet {
  /** Rules for a file, as shown to the user; tables are shared between files with the same rules. */
  forFile(path: string): RuleTable;
  /** Every rule that runs somewhere. */
  readonly active: readonly ActiveRule[];
  /** All rules known, by id and by former id. */
  readonly known: ReadonlyMap<string, Rule>;
  /** Some rules were left out for this run only, so silence says nothing about suppressions. */
  readonly partial: boolean;
  readonly inline: boolean;
}

/** Rules by id and former id. */
export function rulesByName(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
  const map = new Map<string, Rule>();
  for (const rule of rules) for (const old of rule.formerly ?? []) map.set(old, rule);
  for (const rule of rules) map.set(rule.id, rule);
  return map;
}

/** A rule's options where nothing is configured. */
export const defaultOptions = ({ options = {} }: Rule): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]));

/** Unknown rule names in opinions are left out here; configuration has answered them before. */
export function resolveRules(rules: readonly Rule[], opinions: Opinions, dialect: DialectName): RuleSet {
  const known = rulesByName(rules);
  const inDialect = rules.filter((rule) => rule.dialects.includes(dialect));
  const overrides = (opinions.overrides ?? []).map((override) => ({
    rules: byCurrentId(override.rules, known),
    applies: filesOf(override),
  }));
  const base = byCurrentId(opinions.rules ?? {}, known);
  const named = (ids: readonly string[] | undefined): ReadonlySet<string> | undefined =>
    ids && new Set(ids.map((id) => known.get(id)?.id ?? id));
  const only = named(opinions.only);
  const skip = named(opinions.skip);
  const presets = opinions.presets ?? ["recommended"];

  const resolve = (layers: readonly (readonly [string, RuleSetting][])[]): RuleTable => {
    const active: ActiveRule[] = [];
    for (const rule of inDialect) {
      if (skip?.has(rule.id) || (only && !only.has(rule.id))) continue;
      let level: Level = only ? rule.severity : "off";
      let options = defaultOptions(rule);
      const apply = (setting: RuleSetting): void => {
        const [next, more] = typeof setting === "string" ? [setting] : setting;
        // `--only` asks for the rule, so a configured "off" doesn't silence it.
        if (!only || next !== "off") level = next;
        if (more) options = { ...options, ...more };
      };
      for (const preset of presetNames) {
        if (!presets.includes(preset) || !inPreset(rule, preset)) continue;
        apply(rule.severity);
        const own = presetSettings[preset][rule.id];
        if (own !== undefined) apply(own);
      }
      for (const layer of layers) for (const [id, setting] of layer) if (id === rule.id) apply(setting);
      // `apply` assigns it, which control flow doesn't see.
      const chosen: Level = level;
      if (chosen !== "off") active.push({ rule, severity: chosen, options });
    }
    return tableOf(active);
  };

  const tables = new Map<string, RuleTable>();
  const tableFor = (matched: readonly number[]): RuleTable => {
    const key = matched.join();
    let table = tables.get(key);
    if (!table) tables.set(key, (table = resolve([base, ...matched.map((i) => overrides[i]?.rules ?? [])])));
    return table;
  };
  const everywhere = tableFor([]);
  const active = new Map(everywhere.active.map((one) => [one.rule.id, one]));
  overrides.forEach((_, i) => {
    for (const one of tableFor([i]).active) if (!active.has(one.rule.id)) active.set(one.rule.id, one);
  });
  return {
    forFile: (path) =>
      overrides.length === 0
        ? everywhere
        : tableFor(overrides.flatMap((o, i) => (o.applies(path) ? [i] : []))),
    active: [...active.values()],
    known,
    partial: only !== undefined || skip !== undefined,
    inline: opinions.noInlineConfig !== true,
  };
}

/** Tests whether an override is for a file, as shown to the user. */
export function filesOf({ files, base }: Override): (path: string) => boolean {
  const matches = files.map(compileGlob);
  return (path) => {
    const full = normalise(base === undefined ? path : `${base}/${path}`);
    return matches.some((match) => match(full));
  };
}

/** `a/../b/./c` → `b/c`. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".." && parts.length > 0 && parts[parts.length - 1] !== "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const byCurrentId = (
  settings: Readonly<Record<string, RuleSetting>>,
  known: ReadonlyMap<string, Rule>,
): readonly [string, RuleSetting][] =>
  Object.entries(settings).map(([id, setting]) => [known.get(id)?.id ?? id, setting]);

const directionsOf = ({ directions = ["up"], failuresOfRollback }: Rule): readonly Direction[] =>
  failuresOfRollback === true ? ["up", "down"] : directions;

function tableOf(active: readonly ActiveRule[]): RuleTable {
  const tables: Record<Direction, Map<string, ActiveRule[]>> = { up: new Map(), down: new Map() };
  for (const one of active) {
    for (const kind of Object.keys(one.rule.on)) {
      const scope = kind === "migration" || kind === "project";
      for (const direction of scope ? (["up"] as const) : directionsOf(one.rule)) {
        const list = tables[direction].get(kind);
        if (list) list.push(one);
        else tables[direction].set(kind, [one]);
      }
    }
  }
  return { active, on: (direction, kind) => tables[direction].get(kind) };
}
