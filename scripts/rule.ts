/**
 * `npm run rule <id>`: the fixtures of one rule, in the time of a glance. It says what tests/rules.test.ts would; that
 * and the laws still have to pass.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Rule } from "../src/lint/rule.ts";
import { fixtureCases } from "../src/testing/cases.ts";
import { nearest } from "../src/text/nearest.ts";
import { ruleIds } from "./registry.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function usage(id: string | undefined): string {
  const meant = id === undefined ? undefined : nearest(id, ruleIds());
  return `usage: npm run rule <id of a rule in rules/>${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

async function main(): Promise<void> {
  const [id] = process.argv.slice(2);
  const file = join(root, `rules/${id ?? ""}.ts`);
  if (id === undefined || !existsSync(file)) throw new Error(usage(id));
  const { default: rule } = (await import(pathToFileURL(file).href)) as { readonly default: Rule };
  for (const { name, problems } of fixtureCases(rule, join(root, "fixtures/rules", id))) {
    const wrong = await problems();
    console.log(wrong.length === 0 ? `ok ${name}` : `\nFAILED ${name}\n${wrong.join("\n")}\n`);
    if (wrong.length > 0) process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
