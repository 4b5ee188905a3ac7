import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "rollback-does-not-reverse",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["down"],
  docs: {
    summary: "Running the migration and then its rollback doesn't lead back to the schema before.",
    why: "After a rollback the schema is one that no version of the application knows, and running the migration again fails or does something else.",
    instead:
      "Undo each change of the migration, last one first; or say why it can't be undone: `-- ddlint-irreversible: reason`.",
  },
  messages: { differs: "doesn't lead back: {{differences}}" },
  on: {
    migration({ migration, rollbackDifference, startOf, readable }, { report }) {
      if (migration.down === undefined || migration.irreversible !== undefined || !readable()) return;
      const found = rollbackDifference() ?? [];
      if (found.length === 0) return;
      const words = found.slice(0, 3).map(({ change, text, detail }) => {
        if (change === "changed") return `${text} (${detail ?? "differs"})`;
        return change === "missing" ? `${text} is missing` : `${text} is left over`;
      });
      const rest = found.length > 3 ? `; and ${found.length - 3} more` : "";
      report({
        at: startOf(migration.down),
        message: "differs",
        data: { differences: words.join("; ") + rest },
      });
    },
  },
});
