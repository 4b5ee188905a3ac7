import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "truncate-table",
  category: "data-loss",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "`TRUNCATE` of an existing table.",
    why: "All rows are gone at once, without triggers for each row, and ACCESS EXCLUSIVE makes reads and writes wait. `CASCADE` empties the tables that refer to it as well.",
    instead: "Delete what is meant, in batches; or say in a suppression why all rows may go.",
  },
  messages: {
    lost: "empties {{table}} under ACCESS EXCLUSIVE",
    cascade: "empties {{table}} and, by CASCADE, {{others}}",
  },
  on: {
    truncateTable({ operation: truncate, before, createdHere, failures, show }, { report }) {
      if (failures.length > 0 || createdHere(truncate.table) === "yes") return;
      const table = show(truncate.table);
      if (!truncate.cascade) {
        report({ at: truncate.head, message: "lost", data: { table } });
        return;
      }
      const keys = [
        ...new Set(before.foreignKeysTo(before.resolve(truncate.table)).map((key) => show(key.table))),
      ];
      const others = keys.length === 0 ? "every table that refers to it" : keys.join(", ");
      report({ at: truncate.head, message: "cascade", data: { table, others } });
    },
  },
});
