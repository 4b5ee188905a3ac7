/** The set of conventions that the files of a history follow already: what `init` proposes. */
import type { History, Migration } from "../project/migration.ts";
import { nameFaults } from "../replay/questions/migration/file-names.ts";
import { resolveRules } from "./active.ts";
import type { ConventionPreset, NameStyle, Rule } from "./rule.ts";

/** What a history is like whose files may follow the conventions, beside their names. */
const mayFollow: Readonly<Record<ConventionPreset, (history: History) => boolean>> = {
  // Both ask for a rollback of every migration.
  "conventions/timestamped": ({ handMade, keepsRollbacks }) => handMade && keepsRollbacks,
  "conventions/numbered": ({ handMade, keepsRollbacks }) => handMade && keepsRollbacks,
  "conventions/flyway": ({ migrations }) => migrations.every(({ name }) => flywayName.test(name)),
};
const flywayName = /^(?:[VUB]\d[\d._]*|R)__/;

const fewest = 2;
/** Most of the migrations whose names may differ. */
const exceptions = 0.2;

/** Undefined: none, or there are too few files to tell. */
export function conventionOf(history: History, rules: readonly Rule[]): ConventionPreset | undefined {
  const { migrations, dialect } = history;
  if (migrations.length < fewest) return undefined;
  const presets = Object.keys(mayFollow) as ConventionPreset[];
  return presets.find((preset) => {
    const opinions = { presets: [preset], only: ["file-name-style"] };
    const [names] = resolveRules(rules, opinions, dialect).active;
    if (names === undefined || !mayFollow[preset](history)) return false;
    // The rule's options are a style of names.
    const style = names.options as unknown as NameStyle;
    const isOther = (migration: Migration): boolean => nameFaults(migration, history, style, {}).length > 0;
    return migrations.filter(isOther).length <= migrations.length * exceptions;
  });
}
