import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "instant-limit",
  category: "rewrites",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql"],
  docs: {
    summary: "A table has used nearly all of its instant row versions: 64, or 255 since MySQL 9.1.",
    why: "Each ALTER that adds or drops columns instantly uses one. When none is left, the next one silently rebuilds the table, or fails with error 4092 if it asks for `ALGORITHM=INSTANT`. `TOTAL_ROW_VERSIONS` in `INFORMATION_SCHEMA.INNODB_TABLES` shows the number.",
    instead:
      "Rebuild the table in a quiet period, with `ALTER TABLE t FORCE` or an online tool: that resets the number. Add several columns in one `ALTER TABLE`, which uses only one version.",
    exceptions: [
      "a table that this migration creates",
      "servers before MySQL 8.0.29",
      "row versions that were used outside of the history",
    ],
  },
  messages: {
    near: "uses row version {{used}} of {{most}} of {{table}}: after the last, ALTER rebuilds the table",
    over: "{{table}} has used its {{most}} row versions: this rebuilds it, or fails with ALGORITHM=INSTANT",
  },
  options: {
    left: { default: 8, minimum: 0, description: "Report when fewer versions than this are left." },
  },
  on: {
    operation({ operation, mysql: { usedVersions }, show }, { report, options: { left } }) {
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
