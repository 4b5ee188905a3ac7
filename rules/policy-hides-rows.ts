import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "policy-hides-rows",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "A restrictive policy is added to a table in use, the condition of a policy is replaced, or a policy by which rows are read is dropped.",
    why: "Row security hides rows silently: queries of the running application find fewer of them, and updates and deletes change none, without an error. A restrictive policy narrows all others at once.",
    instead:
      "Compare what the application's role sees before and after (`SET ROLE`, then `SELECT count(*)`), and deploy the version that expects it together with the policy.",
    exceptions: [
      "a table that this migration creates",
      "a table without row security at the end of the migration",
      "permissive policies that are added: they show more rows",
      "`ALTER POLICY` of the roles or of `WITH CHECK` alone",
      "a policy that the same migration creates",
      "`DROP POLICY` where another one is left by which rows are read, unless the old one shows all and those that are left look at columns",
    ],
  },
  messages: {
    restrictive: "the restrictive policy {{policy}} hides rows of {{table}} that the application sees now",
    dropped: "no policy shows rows of {{table}} any more: without {{policy}}, queries find none",
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
    dropPolicy({ operation: { head, table }, security: { hiddenByDrop }, show, spell }, { report }) {
      const found = hiddenByDrop();
      if (found === undefined) return;
      const { policy, which } = found;
      report({
        at: head,
        message: which === "all" ? "dropped" : "replaced",
        severity: which === "all" ? undefined : "note",
        data: { policy: spell(policy.name), table: show(table) },
        related: [{ at: policy.origin, message: "the old condition" }],
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
