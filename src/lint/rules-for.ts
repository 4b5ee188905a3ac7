/** Histories of several databases in one run: each file has the rules of its own. */
import type { DialectName } from "../model/dialect.ts";
import type { History } from "../project/migration.ts";
import { resolveRules, type RuleSet } from "./active.ts";
import { onceFor } from "../text/once-for.ts";
import type { Opinions } from "./opinions.ts";
import type { Rule } from "./rule.ts";

/** The rules that know a dialect; resolved once each. */
export type RulesFor = (dialect: DialectName) => RuleSet;

export const rulesByDialect = (rules: readonly Rule[], opinions: Opinions): RulesFor =>
  onceFor((dialect) => resolveRules(rules, opinions, dialect));

/** Histories by their dialects, in the order in which these come first. */
export function byDialect(histories: readonly History[]): ReadonlyMap<DialectName, readonly History[]> {
  const groups = new Map<DialectName, History[]>();
  for (const history of histories) {
    const { dialect } = history;
    const group = groups.get(dialect);
    if (group) group.push(history);
    else groups.set(dialect, [history]);
  }
  return groups;
}

/** One set for all of them: a file has the rules of its history's dialect. */
export function rulesOf(rulesFor: RulesFor, histories: readonly History[]): RuleSet {
  const dialects = [...byDialect(histories).keys()];
  const [first = "postgres"] = dialects;
  const main = rulesFor(first);
  if (dialects.length < 2) return main;
  const ofFile = new Map<string, DialectName>();
  for (const history of histories) {
    const { dialect } = history;
    for (const { up, down } of history.migrations)
      for (const script of down ? [up, down] : [up]) ofFile.set(script.path, dialect);
    for (const { path } of history.problems) ofFile.set(path, dialect);
  }
  const active = new Map(
    dialects.flatMap((dialect) => rulesFor(dialect).active.map((one) => [one.rule.id, one] as const)),
  );
  return {
    ...main,
    forFile: (path) => rulesFor(ofFile.get(path) ?? first).forFile(path),
    active: [...active.values()],
  };
}
