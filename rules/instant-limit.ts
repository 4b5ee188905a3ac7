import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "instant-limit",
  category: "rewrites",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql"],
  fix: "none",
  docs: {
    summary: "A table has nearly as many instant row versions as MySQL keeps: 64, and 255 since 9.1.",
    why: "Each ALTER that adds or drops columns instantly uses one. When all are used, the next one rebuilds the table without a word, or fails with error 4092 where it asks for `ALGORITHM=INSTANT`. `INFORMATION_SCHEMA.INNODB_TABLES` tells the number in `TOTAL_ROW_VERSIONS`.",
    instead:
      "Rebuild the table at a time that suits, `ALTER TABLE t FORCE` or a tool: it begins with none. Several columns in one ALTER TABLE use one version.",
  },
  messages: {
    near: "uses row version {{used}} of {{most}} of {{table}}: then columns are added by a rebuild",
    over: "{{table}} has used its {{most}} row versions: rebuilds it, or fails with ALGORITHM=INSTANT",
  },
  options: {
    left: { default: 8, minimum: 0, description: "Report when fewer row versions than this are left." },
  },
  on: {
    operation({ operation, usedVersions, show }, { report, options: { left } }) {
      const versions = usedVersions();
      if (versions === undefined) return;
      const { used, most } = versions;
      const at = operation.head;
      const table = show(versions.table);
      if (used > most) report({ at, message: "over", data: { table, most } });
      else if (most - used < left)
        report({ at, message: "near", data: { table, used, most }, severity: "note" });
    },
  },
});
