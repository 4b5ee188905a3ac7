import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-backs-constraint",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  fix: "none",
  docs: {
    summary: "DROP INDEX of an index that a constraint, or the index of a partitioned table, needs.",
    why: "The server refuses it (2BP01), so the migration fails: the index of a primary key, UNIQUE or EXCLUDE constraint goes only with its constraint, that of a partition only with the index of the whole table.",
    instead: "`ALTER TABLE … DROP CONSTRAINT`; for a partition's index, drop that of the partitioned table.",
  },
  messages: {
    constraint: "fails: constraint {{constraint}} of {{table}} needs index {{index}}",
    parent: "fails: index {{parent}} of the partitioned table needs {{index}}",
  },
  recipe: recipes.dropOwner,
  on: {
    dropIndex({ operation: drop, before, failures, show }, { report }) {
      const found = before.index(drop.index);
      if (found.is !== "present" || failures.length > 0) return;
      const { constraint, parent, table } = found.value;
      const index = show(drop.index);
      if (constraint !== undefined)
        report({ at: drop.head, message: "constraint", data: { constraint, table: show(table), index } });
      else if (parent !== undefined)
        report({ at: drop.head, message: "parent", data: { parent: show(parent), index } });
    },
  },
});
