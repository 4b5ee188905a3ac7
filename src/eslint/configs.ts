import type { ESLint, Linter } from "eslint";
import { defaultOptions, dialectNames, presetNames, resolveRules } from "../index.ts";
import type { PresetName, Rule, Severity } from "../index.ts";
import { nameInPlugin } from "./rules.ts";

const levels = { error: "error", warning: "warn", note: "warn" } as const satisfies Record<Severity, string>;

const sqlFiles = ["**/*.sql"];
const codeFiles = ["**/migrations/**/*.{js,ts,cjs,mjs,cts,mts}"];

/** Each preset for files of SQL under its own name, and as `code-…` for migrations in JavaScript and TypeScript. */
export type ConfigName = PresetName | `code-${PresetName}`;

/** The presets of the plugin called `name`, which has these rules; `plugins`: it, and the one that reads SQL. */
export function configsOf(
  name: string,
  rules: readonly Rule[],
  plugins: Readonly<Record<string, ESLint.Plugin>>,
): Record<ConfigName, Linter.Config> {
  const configs = presetNames.flatMap((preset): [ConfigName, Linter.Config][] => {
    const own = { plugins: { ...plugins }, rules: rulesOf(name, rules, preset) };
    return [
      [preset, { name: `${name}/${preset}`, files: sqlFiles, language: "ddlint/sql", ...own }],
      [`code-${preset}`, { name: `${name}/code-${preset}`, files: codeFiles, ...own }],
    ];
  });
  return Object.fromEntries(configs) as Record<ConfigName, Linter.Config>;
}

/** The rules of a preset, with options where they differ from the rules' own. */
const rulesOf = (name: string, rules: readonly Rule[], preset: PresetName): Linter.RulesRecord =>
  Object.fromEntries(
    dialectNames
      .flatMap((dialect) => resolveRules(rules, { presets: [preset] }, dialect).active)
      .map(({ rule, severity, options }): [string, Linter.RuleEntry] => {
        const isOwn = JSON.stringify(options) === JSON.stringify(defaultOptions(rule));
        return [`${name}/${nameInPlugin(rule)}`, isOwn ? levels[severity] : [levels[severity], options]];
      }),
  );
