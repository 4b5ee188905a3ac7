import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "large-migration",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A migration makes many changes, or changes tables that have nothing to do with each other.",
    why: "What runs together locks, fails and is undone together. Small migrations can be reviewed, timed and rolled back one by one.",
    instead: "Write one migration for each change.",
    exceptions: [
      "the first migration, and repeatable ones",
      "changes of tables that foreign keys, queries or a common word in their names link",
      "the same change of several tables",
    ],
  },
  messages: {
    many: "makes {{count}} changes, more than {{most}}",
    unrelated: "{{table}} has nothing to do with {{other}}: two changes in one migration",
  },
  options: {
    most: {
      default: 20,
      minimum: 0,
      description: "Changes that one migration may make; 0 allows any number.",
    },
    unrelated: { default: true, description: "Report tables that have nothing to do with each other." },
  },
  on: {
    migration({ migration, first, changes, changeGroups }, { report, options: { most, unrelated } }) {
      if (first || migration.index === 0 || migration.kind !== "versioned") return;
      const all = changes();
      const surplus = all[most];
      if (most > 0 && surplus !== undefined)
        report({
          at: surplus.operation.head,
          message: "many",
          data: { count: all.length, most },
          step: surplus,
        });
      const [group, other] = unrelated ? changeGroups() : [];
      if (group === undefined || other === undefined) return;
      report({
        at: other.first.operation.head,
        message: "unrelated",
        data: { table: other.tables[0] ?? "", other: group.tables[0] ?? "" },
        step: other.first,
        related: [{ at: group.first.operation.head, message: "the other change" }],
      });
    },
  },
});
