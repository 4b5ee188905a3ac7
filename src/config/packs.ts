/** Loads the rule packs that a configuration names, and checks what they are. Their code runs: only where it may. */
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { resolve } from "import-meta-resolve";
import { z } from "zod";
import { packPrefix, rulesOfPack } from "../lint/packs.ts";
import { presetNames, severities } from "../lint/opinions.ts";
import { categories, type Rule, type RulePack } from "../lint/rule.ts";
import { dialectNames } from "../model/dialect.ts";
import { kinds } from "../model/kinds.ts";
import { nearest } from "../text/nearest.ts";
import type { FoundConfig } from "./find.ts";
import { UserError } from "./user-error.ts";

const handlers = [...Object.keys(kinds), "operation", "statement", "migration", "project"];
const handler = z.custom((value) => typeof value === "function", "expected a function");

const option = z.looseObject({
  description: z.string(),
  default: z.union([z.boolean(), z.int(), z.string(), z.array(z.string())]),
});

const rule = z.looseObject({
  id: z.string().regex(packPrefix, 'expected lower-case words joined by "-"'),
  category: z.enum(categories),
  severity: z.enum(severities),
  presets: z.array(z.enum(presetNames)),
  dialects: z.array(z.enum(dialectNames)).min(1),
  fix: z.enum(["none", "safe", "suggestion"]).optional(),
  docs: z.looseObject({ summary: z.string(), why: z.string() }),
  messages: z.record(z.string(), z.string()),
  options: z.record(z.string(), option).optional(),
  on: z.record(z.string(), handler),
});

const pack = z.looseObject({ name: z.string().min(1), rules: z.array(rule) });

/**
 * The rules of `plugins`, under their prefixes.
 *
 * @throws UserError if a pack can't be loaded, or is none
 */
export async function loadPacks(plugins: unknown, config: FoundConfig): Promise<readonly Rule[]> {
  if (typeof plugins !== "object" || plugins === null || Array.isArray(plugins))
    throw new UserError(`"plugins" isn't an object`, {
      file: config.shown,
      expected: '{ "acme": "ddlint-rules-acme" }',
    });
  const rules: Rule[] = [];
  for (const [prefix, named] of Object.entries(plugins)) {
    if (!packPrefix.test(prefix))
      throw new UserError(`"${prefix}" isn't a prefix for rules`, {
        file: config.shown,
        expected: 'lower-case words joined by "-"',
      });
    const value: unknown = typeof named === "string" ? await imported(named, prefix, config) : named;
    const where = typeof named === "string" ? `${prefix}, ${named}` : prefix;
    rules.push(...rulesOfPack(prefix, checkedPack(value, where, config)));
  }
  return rules;
}

/** What a package or a file exports; its name counts from the configuration's folder. */
async function imported(name: string, prefix: string, { path, shown }: FoundConfig): Promise<unknown> {
  try {
    const module = (await import(resolve(name, pathToFileURL(path).href))) as { readonly default?: unknown };
    return module.default;
  } catch (error) {
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new UserError(`the rule pack "${prefix}" can't be loaded: ${line}`, {
      file: shown,
      hint: `is ${name} installed in ${dirname(shown)}?`,
    });
  }
}

function checkedPack(value: unknown, where: string, { shown }: FoundConfig): RulePack {
  const fail = (message: string, near?: string): UserError =>
    new UserError(`the rule pack ${where}: ${message}`, { file: shown, nearest: near });
  const { error } = pack.safeParse(value);
  const [issue] = error?.issues ?? [];
  if (issue !== undefined) {
    const [first, index, ...rest] = issue.path.map(String);
    const ids = (value as { readonly rules?: readonly { readonly id?: unknown }[] } | undefined)?.rules;
    const id = first === "rules" && index !== undefined ? ids?.[Number(index)]?.id : undefined;
    const place = typeof id === "string" ? [id, ...rest] : issue.path.map(String);
    throw fail(`${place.join(".") || "its default export"}: ${issue.message}`);
  }
  const { rules } = value as RulePack;
  const seen = new Set<string>();
  for (const { id, on } of rules) {
    if (seen.has(id)) throw fail(`two rules are called "${id}"`);
    seen.add(id);
    const unknown = Object.keys(on).find((name) => !handlers.includes(name));
    if (unknown !== undefined)
      throw fail(`${id}.on.${unknown}: there is no such kind of operation`, nearest(unknown, handlers));
  }
  return value as RulePack;
}
