/**
 * The registry of rules, rules/index.ts: every rule, by file name. Run by itself it writes the file, which whatever
 * loads the rules needs; so it imports nothing of theirs.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Ids of the files in rules/, in order. */
export const ruleIds = (): readonly string[] =>
  readdirSync(join(root, "rules"))
    .filter((name) => name.endsWith(".ts") && name !== "index.ts")
    .sort()
    .map((name) => name.slice(0, -".ts".length));

const variable = (id: string): string => id.replace(/-([a-z0-9])/g, (_, c: string) => c.toUpperCase());

export const registry = (ids: readonly string[]): string =>
  [
    "/** Written by `npm run generate`: every rule, by file name. */",
    'import type { Rule } from "../src/lint/rule.ts";',
    ...ids.map((id) => `import ${variable(id)} from "./${id}.ts";`),
    "",
    "export const rules: readonly Rule[] = [",
    ...ids.map((id) => `  ${variable(id)},`),
    "];",
    "",
  ].join("\n");

export function writeRegistry(): void {
  writeFileSync(join(root, "rules/index.ts"), registry(ruleIds()));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) writeRegistry();
