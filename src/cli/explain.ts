import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError, nearestRule, ruleDescription, rulesByName, whereRulesAre } from "../index.ts";
import type { Colors, Rule } from "../index.ts";
import type { KnownRules } from "./check.ts";
import { showMarkdown } from "./markdown.ts";

/**
 * What `ddlint explain <rule>` prints: its page, as Markdown, or for a terminal. `docs`: the folder that has the pages.
 */
export function explain(
  name: string,
  { rules, withPacks }: KnownRules,
  docs: string | undefined,
  colors: Colors | undefined,
): string {
  const known = rulesByName(rules);
  const rule = known.get(name);
  if (!rule) {
    throw new UserError(`there is no rule "${name}"`, {
      nearest: nearestRule(name, known.keys()),
      hint: whereRulesAre(name, known.keys(), withPacks),
    });
  }
  const markdown = pageOf(rule, docs) ?? ruleDescription(rule);
  return colors === undefined ? markdown : showMarkdown(markdown, colors);
}

/** Undefined: it has none, such as a rule of the user's own. */
function pageOf({ id }: Rule, docs: string | undefined): string | undefined {
  try {
    return docs === undefined ? undefined : readFileSync(join(docs, "rules", `${id}.md`), "utf8");
  } catch {
    return undefined;
  }
}
