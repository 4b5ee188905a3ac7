import type { ESLint, Linter } from "eslint";
import { defaultOptions, presetNames, resolveRules, rules } from "../index.ts";
import type { PresetName, Severity } from "../index.ts";

const levels = { error: "error", warning: "warn", note: "warn" } as const satisfies Record<Severity, string>;

const sqlFiles = ["**/*.sql"];
const codeFiles = ["**/migrations/**/*.{js,ts,cjs,mjs,cts,mts}"];

/** Each preset for files of SQL under its own name, and as `code-…` for migrations in JavaScript and TypeScript. */
export type ConfigName = PresetName | `code-${PresetName}`;

export function configsOf(plugin: ESLint.Plugin): Record<ConfigName, Linter.Config> {
  const plugins = { ddlint: plugin };
  const configs = presetNames.flatMap((preset): [ConfigName, Linter.Config][] => {
    const own = { plugins, rules: rulesOf(preset) };
    return [
      [preset, { name: `ddlint/${preset}`, files: sqlFiles, language: "ddlint/sql", ...own }],
      [`code-${preset}`, { name: `ddlint/code-${preset}`, files: codeFiles, ...own }],
    ];
  });
  return Object.fromEntries(configs) as Record<ConfigName, Linter.Config>;
}

/** The rules of a preset, with options where they differ from the rules' own. */
const rulesOf = (preset: PresetName): Linter.RulesRecord =>
  Object.fromEntries(
    resolveRules(rules, { presets: [preset] }, "postgres").active.map(({ rule, severity, options }) => {
      const isOwn = JSON.stringify(options) === JSON.stringify(defaultOptions(rule));
      return [`ddlint/${rule.id}`, isOwn ? levels[severity] : [levels[severity], options]];
    }),
  );
