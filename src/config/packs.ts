/** Loads the rule packs that a configuration names. Their code runs: only where it may. */
import { existsSync } from "node:fs";
import { dirname, resolve as resolvePath, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { resolve } from "import-meta-resolve";
import { checkPrefix, rulesOfPack } from "../lint/packs.ts";
import type { Rule, RulePack } from "../lint/rule.ts";
import type { FoundConfig } from "./find.ts";
import { UserError } from "./user-error.ts";

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
    const where = typeof named === "string" ? `${prefix}, ${named}` : prefix;
    try {
      checkPrefix(prefix);
      const pack: unknown = typeof named === "string" ? await imported(named, config) : named;
      rules.push(...rulesOfPack(prefix, pack as RulePack));
    } catch (error) {
      throw packError(error, where, typeof named === "string" ? named : undefined, config);
    }
  }
  return rules;
}

/** What a package or a file exports; its name counts from the configuration's folder. */
async function imported(name: string, { path }: FoundConfig): Promise<unknown> {
  const module = (await import(resolve(name, pathToFileURL(path).href))) as { readonly default?: unknown };
  return module.default;
}

function packError(error: unknown, where: string, name: string | undefined, config: FoundConfig): UserError {
  const { path, shown } = config;
  const { message, code } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  const [first = ""] = message.split("\n");
  // Who imports it is a file of ddlint's own, and the name that was written is there already.
  const line = first.replace(/ imported from .*$/, "").replaceAll(`${dirname(path)}${sep}`, "");
  // By its name: a pack may have a ddlint of its own.
  if (error instanceof Error && error.name === "RuleDefinitionError")
    return new UserError(`the rule pack ${where}: ${line}`, { file: shown });
  return new UserError(`the rule pack ${where} can't be loaded: ${line}`, {
    file: shown,
    hint: name === undefined ? undefined : loadHint(name, code, first, path),
  });
}

/** What to do about a pack that isn't found, or whose language this Node doesn't run. */
function loadHint(name: string, code: string | undefined, message: string, path: string): string | undefined {
  if (code === "ERR_UNKNOWN_FILE_EXTENSION" || code === "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING")
    return "this Node doesn't run TypeScript there: compile the pack, and name its .js file";
  // The pack itself was found where what it imports is missing.
  const [packageName = name] = /^(?:@[^/]+\/)?[^/]+/.exec(name) ?? [];
  const isOwn = message.includes(`'${packageName}'`) || message.includes(resolvePath(dirname(path), name));
  if ((code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") || !isOwn) return undefined;
  if (!/^\.{0,2}\//.test(name) && existsSync(resolvePath(dirname(path), name)))
    return `a path begins with "./": write "./${name}"`;
  return /^\.{0,2}\//.test(name)
    ? `paths count from ${dirname(path)}`
    : `is ${name} installed in ${dirname(path)}? A path begins with "./"`;
}
