import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "policy-open-without-setting",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary:
      "A policy holds for every row where a setting of the session is missing: `current_setting('app.tenant', true) IS NULL OR tenant_id = …`.",
    why: "Each connection that doesn't set it sees the rows of all tenants: a forgotten statement, a pool that resets the session, a report. The policy protects only from those who set it.",
    instead:
      "Leave the branch out. Without the setting, the comparison is NULL and no row is found. Give jobs that need all rows a role of their own.",
    exceptions: [
      "a setting with a certain value that opens the rows, such as `current_setting('app.is_admin', true) = 'on'`",
      "a policy that the same migration drops",
    ],
  },
  messages: { open: "{{policy}} opens every row of {{table}} to sessions without {{setting}}" },
  recipe: recipes.settingRequired,
  on: {
    operation({ operation, security, show, spell }, { report }) {
      if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return;
      const { using, withCheck, name, table, head } = operation;
      const setting = security.opensUnset(using) ?? security.opensUnset(withCheck);
      const left = security.lastingPolicy();
      if (setting === undefined || left === undefined) return;
      report({
        at: (using ?? withCheck)?.span ?? head,
        message: "open",
        data: { policy: spell(name), table: show(table), setting },
        repaired: left.isGone,
      });
    },
  },
});
