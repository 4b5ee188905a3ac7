/** Histories of several databases in one run: each file has the rules of its own. */
import type { DialectName } from "../model/dialect.ts";
import type { History } from "../project/migration.ts";
import { resolveRules, type ActiveRule, type RuleSet } from "./active.ts";
import { groupBy } from "../text/group.ts";
import { onceFor } from "../text/once-for.ts";
import type { Opinions } from "./opinions.ts";
import type { Rule } from "./rule.ts";

/** The rules that know a dialect; resolved once each. */
export type RulesFor = (dialect: DialectName) => RuleSet;

export const rulesByDialect = (rules: readonly Rule[], opinions: Opinions): RulesFor =>
  onceFor((dialect) => resolveRules(rules, opinions, dialect));

/** Histories by their dialects, in the order in which these come first. */
export const byDialect = (histories: readonly History[]): ReadonlyMap<DialectName, readonly History[]> =>
  groupBy(histories, ({ dialect }) => dialect);

/** The rules of all histories of a run. */
export interface RunRules extends Omit<RuleSet, "forFile"> {
  /** Those that look at a file; one that several databases run has the rules of each. */
  activeIn(path: string): readonly ActiveRule[];
}

export function rulesOf(rulesFor: RulesFor, histories: readonly History[]): RunRules {
  const dialects = [...byDialect(histories).keys()];
  const [first = "postgres"] = dialects;
  const main = rulesFor(first);
  if (dialects.length < 2) return { ...main, activeIn: (path) => main.forFile(path).active };
  const ofFile = new Map<string, Set<DialectName>>();
  const add = (path: string, dialect: DialectName): void => {
    const known = ofFile.get(path);
    if (known === undefined) ofFile.set(path, new Set([dialect]));
    else known.add(dialect);
  };
  for (const { dialect, migrations, problems } of histories) {
    for (const { up, down } of migrations)
      for (const script of down ? [up, down] : [up]) add(script.path, dialect);
    for (const { path } of problems) add(path, dialect);
  }
  const eachOnce = (rules: readonly ActiveRule[]): readonly ActiveRule[] => [
    ...new Map(rules.map((one) => [one.rule.id, one])).values(),
  ];
  return {
    ...main,
    activeIn: (path) =>
      eachOnce(
        [...(ofFile.get(path) ?? [first])].flatMap((dialect) => rulesFor(dialect).forFile(path).active),
      ),
    active: eachOnce(dialects.flatMap((dialect) => rulesFor(dialect).active)),
  };
}
