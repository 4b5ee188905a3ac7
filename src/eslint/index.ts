/**
 * ddlint for ESLint: `import ddlint from "ddlint/eslint"`.
 *
 *   file ─language─▶ places of statements and comments ─rules─▶ one question to the file's project ─▶ reports
 *
 * ESLint is synchronous, so the parsers are loaded here, before it starts.
 */
import type { ESLint, Linter } from "eslint";
import { loadEngine, loadOptionsSchemas, rules as ddlintRules, rulesOfPack, version } from "../index.ts";
import type { Rule, RulePack } from "../index.ts";
import { configsOf, type ConfigName } from "./configs.ts";
import { sqlLanguage } from "./language.ts";
import { createAsk } from "./project.ts";
import { createEslintRules } from "./rules.ts";

export type { ConfigName } from "./configs.ts";
export type { RulePack } from "../index.ts";

/** A plugin with a configuration for each preset. */
export type DdlintPlugin = Omit<ESLint.Plugin, "configs"> & { configs: Record<ConfigName, Linter.Config> };

const [engine, optionsSchema] = await Promise.all([loadEngine(), loadOptionsSchemas()]);
const ask = createAsk(engine);
const eslintRules = createEslintRules(ask, optionsSchema);

const plugin: DdlintPlugin = pluginOf("ddlint", "ddlint", version, ddlintRules);
plugin.languages = { sql: sqlLanguage(engine, ask) };

export default plugin;
export const configs: Record<ConfigName, Linter.Config> = plugin.configs;

/**
 * A plugin with the rules of a pack. `prefix`: the name that ESLint's configuration gives the plugin, and which stands
 * before the rules in ddlint's own comments and configuration.
 */
export function packPlugin(prefix: string, pack: RulePack): DdlintPlugin {
  const rules = rulesOfPack(prefix, pack);
  ask.know(prefix, rules);
  return pluginOf(prefix, pack.name, undefined, rules);
}

function pluginOf(
  prefix: string,
  name: string,
  itsVersion: string | undefined,
  rules: readonly Rule[],
): DdlintPlugin {
  const made: DdlintPlugin = {
    meta: { name, version: itsVersion, namespace: prefix },
    // Their types are those of typescript-eslint, which name the same things.
    rules: eslintRules(rules) as unknown as ESLint.Plugin["rules"],
    configs: {} as Record<ConfigName, Linter.Config>,
  };
  const reader = prefix === "ddlint" ? made : plugin;
  Object.assign(made.configs, configsOf(prefix, rules, { ddlint: reader, [prefix]: made }));
  return made;
}
