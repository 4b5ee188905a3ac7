import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "policy-own-escalation",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  endsWithTable: true,
  docs: {
    summary:
      "On Supabase, a policy lets users write their own row, and so the column that says what they may do.",
    why: 'Row security decides on rows, not on columns. With `USING (auth.uid() = id)` on a table with `role`, every user can send `PATCH /profiles?id=eq.…` with `{"role": "admin"}` to the web API. It is an error where another policy reads that column, and a warning otherwise; of what is paid for, such as `is_premium` and `credits`, a note. `REVOKE UPDATE (role)` alone takes nothing: the privilege on the whole table holds for each of its columns.',
    instead:
      "Revoke UPDATE on the table, and grant it on the columns that users may write. Have a function with `SECURITY DEFINER` that checks who calls it, or the server with `service_role`, change the others. If administrators change them by the web API, write a trigger BEFORE UPDATE that refuses everybody else.",
    exceptions: [
      "projects without Supabase, where only a GRANT lets roles of the web write",
      "a column that WITH CHECK, a restrictive policy or a trigger on the same command mentions, or a trigger whose function isn't known",
      "a table on which UPDATE is revoked from `authenticated`",
      "a condition that reads a table or calls a function other than `auth.uid()` and `auth.role()`",
      "`role` in a table where no label, check, default or policy tells that it is about rights, as the role of a chat's message",
      "FOR INSERT, where a trigger on `auth.users` may make the row first",
      "a policy that a later migration drops or replaces",
    ],
  },
  messages: {
    rights: "users can {{command}} {{columns}} of their own row in {{table}}, and so give themselves rights",
    trusted:
      "users can {{command}} {{columns}} of their own row in {{table}}, by which other policies tell their rights",
    paid: "users can {{command}} {{columns}} of their own row in {{table}}",
  },
  kinds: { policy: ["createPolicy", "alterPolicy"] },
  on: {
    policy(step, { report }) {
      const found = step.security.ownEscalation();
      if (found === undefined) return;
      const { table, columns, command, isOfRights, isTrusted } = found;
      report({
        at: step.operation.head,
        message: isTrusted ? "trusted" : isOfRights ? "rights" : "paid",
        severity: isTrusted ? undefined : isOfRights ? "warning" : "note",
        data: {
          command: command === "insert" ? "set" : "change",
          columns: columns.join(", "),
          table: step.show(table.key),
        },
        instead: recipes.withoutColumns(step, found),
        repaired: found.isGone,
      });
    },
  },
});
