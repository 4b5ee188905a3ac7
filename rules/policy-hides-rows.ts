import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "policy-hides-rows",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A restrictive policy is added to a table in use, or the condition of a policy is replaced.",
    why: "Row security hides rows silently: queries of the running application find fewer of them, and updates and deletes change none, without an error. A restrictive policy narrows all others at once.",
    instead:
      "Compare what the application's role sees before and after (`SET ROLE`, then `SELECT count(*)`), and deploy the version that expects it together with the policy.",
    exceptions: [
      "a table that this migration creates",
      "a table without row security at the end of the migration",
      "permissive policies that are added: they show more rows",
      "`ALTER POLICY` of the roles or of `WITH CHECK` alone",
      "a policy that the same migration creates",
    ],
  },
  messages: {
    restrictive: "the restrictive policy {{policy}} hides rows of {{table}} that the application sees now",
    replaced: "rows of {{table}} that only the old condition of {{policy}} shows are hidden from now on",
  },
  on: {
    createPolicy({ operation, before, scope, madeHere, show, spell }, { report }) {
      const { table, name, head, permissive, using, command } = operation;
      const last = scope.after.relation(table);
      if (permissive || using === undefined || command === "insert" || madeHere(table)) return;
      if (before.relation(table).is !== "present") return;
      if (last.is === "present" && last.value.complete && !last.value.rowSecurity.enabled) return;
      report({
        at: head,
        message: "restrictive",
        data: { policy: spell(name), table: show(table) },
      });
    },
    alterPolicy({ operation, before, scope, isHere, madeHere, show, spell }, { report }) {
      const { table, name, head, using } = operation;
      const old = before.relation(table);
      const last = scope.after.relation(table);
      if (using === undefined || old.is !== "present" || madeHere(table)) return;
      const policy = old.value.policies.find((one) => one.name === name.text);
      if (policy?.using === undefined || policy.using.text === using.text || isHere(policy.origin)) return;
      if (last.is === "present" && !last.value.rowSecurity.enabled) return;
      report({
        at: head,
        message: "replaced",
        severity: "note",
        data: { policy: spell(name), table: show(table) },
        related: [
          { at: { path: policy.origin.path, span: policy.origin.span }, message: "the old condition" },
        ],
      });
    },
  },
});
