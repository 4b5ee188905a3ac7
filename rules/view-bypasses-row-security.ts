import { defineRule, relationRepaired } from "../src/lint/rule.ts";

export default defineRule({
  id: "view-bypasses-row-security",
  category: "security",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  docs: {
    summary: "A view reads a table with row security as its owner.",
    why: "The policies are applied to the owner of the view, who usually bypasses them: everybody who may read the view sees every row of the table.",
    instead:
      "Write `CREATE VIEW … WITH (security_invoker = true)` (15 and later); before 15, put the conditions of the policies into the view.",
    exceptions: [
      "a view that gets `security_invoker` later in the same migration",
      "a table whose row security the history doesn't enable",
    ],
  },
  messages: {
    bypasses: "{{view}} reads {{table}} as its owner: policies don't apply to its readers",
    copies: "{{view}} copies rows of {{table}} that policies hide from some of its readers",
  },
  on: {
    createView({ operation, security: { rowSecurityRead, invokerViews }, scope, show }, { report }) {
      const [table] = rowSecurityRead();
      const made = scope.after.relation(operation.view);
      if (table === undefined || (made.is === "present" && made.value.securityInvoker === true)) return;
      report({
        at: operation.head,
        message: operation.materialized ? "copies" : "bypasses",
        data: { view: show(operation.view), table: show(table.key) },
        repaired: relationRepaired(scope.after, operation.view, (its) => its.securityInvoker !== true),
        instead: operation.materialized
          ? "Grant it only to roles that may see all rows, or put the policies' conditions into a view over it."
          : invokerViews
            ? undefined
            : "Put the policies' conditions into the view: before 15 it can't run as its reader.",
      });
    },
  },
});
