import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-to-non-unique",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A foreign key refers to columns that no primary or unique key covers.",
    why: "InnoDB is content with any index on the referenced columns. Then one row may have several parents, and ON DELETE acts when the first of them goes. MySQL 8.4 refuses such a key unless `restrict_fk_on_non_standard_key` is off (error 6125).",
    instead: "Refer to the primary key, or make the referenced columns UNIQUE first.",
  },
  messages: {
    several: "rows may have several parents: {{columns}} of {{referenced}} is not unique",
    refused: "fails since MySQL 8.4: {{columns}} of {{referenced}} is not unique",
  },
  on: {
    addForeignKey(step, { report }) {
      const { operation, mysql, show } = step;
      if (mysql.ignoresInlineReferences()) return;
      if (step.mysql.refersToUnique() !== "no") return;
      report({
        at: operation.head,
        message: step.mysql.needsUniqueParent() ? "refused" : "several",
        data: {
          columns: operation.referencedColumns.map(({ text }) => text).join(", "),
          referenced: show(operation.references),
        },
      });
    },
  },
});
