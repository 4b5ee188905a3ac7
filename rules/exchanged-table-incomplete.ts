import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "exchanged-table-incomplete",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A copy takes the name of a table, but lacks its columns, triggers, policies or keys; or takes it some time after the table is dropped.",
    why: "The running application fails where it uses a column that the copy lacks. Triggers, policies, foreign keys and grants belong to the old table: `CREATE TABLE … LIKE`, `CREATE TABLE … AS` and a rename give the new one none of them. From then on, what the triggers did isn't done, rows that a policy hid are visible, and references aren't checked.",
    instead:
      "Rename both tables in one transaction or statement, and drop the old one in a later migration. Create on the copy whatever the old table has, before it takes the name, in the same transaction. On PostgreSQL, repeat the grants and the owner, too.",
    exceptions: [
      "a table that this migration creates",
      "triggers that write to the copy",
      "a table with other columns: half of the old ones or fewer",
      "triggers, policies and keys that the migration drops by name before",
      "columns that are marked as deprecated (see `drop-column`)",
      "grants, plain indexes and checks, which aren't compared",
    ],
  },
  messages: {
    apart: "statements of the application fail until this gives another table the name {{table}}",
    lacks: "the new {{table}} lacks what the old one has: {{lost}}",
  },
  on: {
    renameTable({ operation, after, dependents: { exchange }, show }, { report }) {
      const found = exchange();
      if (found === undefined) return;
      const { head: at, to } = operation;
      const renamed = after.relation({ ...operation.table, name: to.text });
      const table = renamed.is === "present" ? show(renamed.value.key) : to.text;
      const related = [{ at: found.by.operation.head, message: "the old table goes here" }];
      const instead = recipes.swapNames[after.family];
      if (found.isApart) report({ at, message: "apart", data: { table }, instead, related });
      if (found.lost.length === 0) return;
      const rest = found.lost.length > 3 ? ` and ${found.lost.length - 3} more` : "";
      const lost = found.lost.slice(0, 3).join(", ") + rest;
      report({ at, message: "lacks", data: { table, lost }, related });
    },
  },
});
