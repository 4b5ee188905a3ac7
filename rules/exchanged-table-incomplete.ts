import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "exchanged-table-incomplete",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A copy takes the name of a table, but lacks its columns, triggers, policies or keys.",
    why: "The running application fails where it uses a column that the copy lacks. Triggers, policies, foreign keys and grants belong to the old table: `CREATE TABLE … LIKE`, `CREATE TABLE … AS` and a rename give the new one none of them. From then on, what the triggers did isn't done, rows that a policy hid are visible, and references aren't checked.",
    instead:
      "Create on the copy whatever the old table has, before it takes the name, in the same transaction. On PostgreSQL, repeat the grants and the owner, too.",
    exceptions: [
      "a table that this migration creates",
      "triggers that write to the copy",
      "a table with other columns: half of the old ones or fewer",
      "triggers, policies and keys that the migration drops by name before",
      "columns that are marked as deprecated (see `drop-column`)",
      "grants, plain indexes and checks, which aren't compared",
    ],
  },
  messages: { lacks: "the new {{table}} lacks what the old one has: {{lost}}" },
  on: {
    renameTable({ operation, after, dependents: { exchange }, show }, { report }) {
      const found = exchange();
      if (found === undefined || found.lost.length === 0) return;
      const few = found.lost.slice(0, 3).join(", ");
      const rest = found.lost.length > 3 ? ` and ${found.lost.length - 3} more` : "";
      const table = after.relation({ ...operation.table, name: operation.to.text });
      report({
        at: operation.head,
        message: "lacks",
        data: { table: table.is === "present" ? show(table.value.key) : operation.to.text, lost: few + rest },
        related: [{ at: found.by.operation.head, message: "the old table goes here" }],
      });
    },
  },
});
