import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-to-non-unique",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  failuresOfRollback: true,
  alsoRefused: { effects: "reports the failure itself" },
  declared: true,
  docs: {
    summary: "A foreign key refers to columns that aren't a primary key or UNIQUE key.",
    why: "InnoDB accepts any index on the referenced columns, and refuses the key if there is none (error 1822; errno 150). One row may then have several parents, and deleting the first of them already triggers ON DELETE. MySQL 8.4 and later refuse such a key unless `restrict_fk_on_non_standard_key` is off (error 6125).",
    instead: "Refer to the primary key, or add a UNIQUE key on the referenced columns first.",
    exceptions: [
      "a referenced table whose keys aren't all known",
      "`REFERENCES` after a column, which MySQL before 9.0 ignores",
    ],
  },
  messages: {
    none: "fails: no index of {{referenced}} begins with {{columns}}",
    several: "rows may have several parents: {{columns}} of {{referenced}} is not unique",
    refused: "fails on MySQL 8.4 and later: {{columns}} of {{referenced}} is not unique",
  },
  on: {
    addForeignKey({ operation, mysql, effects, show, spell }, { report }) {
      if (mysql.ignoresInlineReferences() !== "no") return;
      const key = mysql.parentKey();
      if (key !== "none" && (key !== "index" || effects.fails !== undefined)) return;
      const columns = operation.referencedColumns.map(spell).join(", ");
      report({
        at: operation.head,
        severity: key === "none" ? "error" : undefined,
        message: key === "none" ? "none" : mysql.needsUniqueParent() ? "refused" : "several",
        data: { columns, referenced: show(operation.references) },
      });
    },
  },
});
