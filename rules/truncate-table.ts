import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "truncate-table",
  category: "data-loss",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  assumes: "rows",
  docs: {
    summary: "`TRUNCATE` of an existing table.",
    why: "All rows are deleted without running row triggers, and ACCESS EXCLUSIVE makes reads and writes wait. `CASCADE` also empties the tables that refer to it. On MySQL and MariaDB, TRUNCATE commits implicitly: no ROLLBACK brings the rows back.",
    instead:
      "Delete only the rows in question, in batches. If all rows may go, give the reason in a suppression comment.",
    exceptions: ["a table that this migration, or another pending one, creates", "`TRUNCATE` in a rollback"],
  },
  messages: {
    lost: "empties {{table}}, and ACCESS EXCLUSIVE makes its readers and writers wait",
    gone: "empties {{table}}, and no ROLLBACK brings the rows back",
    cascade: "empties {{table}} and, by CASCADE, {{others}}",
  },
  on: {
    truncateTable({ operation, before, effects, createdPending, show }, { report }) {
      const { table, cascade, head } = operation;
      const key = before.resolve(table);
      const others = effects.locks.map(({ relation }) => relation).filter((relation) => relation !== key);
      const isNew = createdPending(table) === "yes";
      if (!cascade || (isNew && others.length === 0)) {
        if (!isNew)
          report({
            at: head,
            message: before.family === "mysql" ? "gone" : "lost",
            data: { table: show(table) },
          });
        return;
      }
      const known = others
        .map((relation) => show(relation))
        .sort()
        .join(", ");
      const data = { table: show(table), others: known || "every table that refers to it" };
      report({ at: head, message: "cascade", data });
    },
  },
});
