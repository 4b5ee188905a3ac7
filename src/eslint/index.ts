/**
 * ddlint for ESLint: `import ddlint from "ddlint/eslint"`.
 *
 *   file ─language─▶ places of statements and comments ─rules─▶ one question to the file's project ─▶ reports
 *
 * ESLint is synchronous, so the parsers are loaded here, before it starts.
 */
import type { ESLint, Linter } from "eslint";
import { loadEngine, loadOptionsSchemas, rules as ddlintRules, version } from "../index.ts";
import { configsOf, type ConfigName } from "./configs.ts";
import { sqlLanguage } from "./language.ts";
import { createAsk } from "./project.ts";
import { eslintRules } from "./rules.ts";

export type { ConfigName } from "./configs.ts";

const [engine, optionsSchema] = await Promise.all([loadEngine(), loadOptionsSchemas()]);
const ask = createAsk(engine);

const plugin: Omit<ESLint.Plugin, "configs"> & { configs: Record<ConfigName, Linter.Config> } = {
  meta: { name: "ddlint", version, namespace: "ddlint" },
  languages: { sql: sqlLanguage(engine, ask) },
  // Their types are those of typescript-eslint, which name the same things.
  rules: eslintRules(ddlintRules, ask, optionsSchema) as unknown as ESLint.Plugin["rules"],
  configs: {} as Record<ConfigName, Linter.Config>,
};
Object.assign(plugin.configs, configsOf(plugin));

export default plugin;
export const configs: Record<ConfigName, Linter.Config> = plugin.configs;
