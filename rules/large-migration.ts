import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "large-migration",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary:
      "A migration after the first makes many changes, or several that have nothing to do with each other.",
    why: "What runs together locks, fails and is undone together; small migrations can be reviewed, timed and taken back one by one.",
    instead:
      "One migration for each change. Tables belong together that foreign keys, queries or a common name link, or that all get the same change.",
  },
  messages: {
    many: "makes {{count}} changes, more than {{most}}",
    unrelated: "{{table}} has nothing to do with {{other}}: two changes in one migration",
  },
  options: {
    most: {
      default: 20,
      minimum: 0,
      description: "Most changes that one migration may make. 0: any number.",
    },
    unrelated: { default: true, description: "Also report a migration that changes unrelated tables." },
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
