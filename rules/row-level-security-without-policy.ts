import { defineRule, laterRelation, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "row-level-security-without-policy",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A table has row security, but no policy at the end of the migration.",
    why: "Without a policy every row is hidden and every INSERT refused, except for the owner and roles with BYPASSRLS: the running application finds an empty table.",
    instead: "Create the policies in the same migration; create new ones before you drop the old ones.",
    exceptions: [
      "a table that has policies, or that the same migration drops",
      "`ENABLE ROW LEVEL SECURITY` on a table that has it already",
      "`FORCE ROW LEVEL SECURITY` alone",
      "a new table that is shut on purpose: the migration revokes ALL on it, creates it in another schema than `public` and grants nothing on it, or says in a comment that it intentionally has no policy",
      "a table whose policies aren't all known",
      "a warning where the history grants nothing, makes no role and has no policy: the application may connect as the owner, to whom row security doesn't apply without `FORCE`",
      "only noted on Supabase where no table has a policy: `service_role` reads all of them",
    ],
  },
  messages: {
    hidden: "hides every row of {{table}} from {{roles}}: it has no policy",
    lost: "drops the last policy of {{table}}: {{roles}} find it empty",
  },
  on: {
    operation({ operation, before, scope, later, madeHere, security, show }, { report }) {
      const isDrop = operation.kind === "dropPolicy";
      if (!isDrop && (operation.kind !== "setRowSecurity" || operation.mode !== "enable")) return;
      const old = before.relation(operation.table);
      const last = scope.after.relation(operation.table);
      if (last.is !== "present" || !last.value.complete || last.value.policies.length > 0) return;
      if (!last.value.rowSecurity.enabled || old.is !== "present") return;
      // Only the DROP of the last policy counts, and no ENABLE that changes nothing.
      if (isDrop ? old.value.policies.length !== 1 : old.value.rowSecurity.enabled) return;
      if (later().some(({ operation: { kind } }) => kind === "dropTable")) return;
      if (security.isShut(operation.table)) return;
      const isNew = madeHere(operation.table);
      const isRepaired = (end: typeof before): boolean => {
        const { policies = [], rowSecurity } = laterRelation(end, last.value) ?? {};
        return rowSecurity?.enabled !== true || policies.length > 0;
      };
      report({
        at: operation.head,
        message: isDrop ? "lost" : "hidden",
        data: {
          table: show(operation.table),
          roles: scope.history.web?.roles.join(" and ") ?? "all but its owner",
        },
        // Nobody has seen a row of a new table yet, and hiding it from everybody may be intended.
        severity:
          isNew || recipes.isClosed(scope)
            ? "note"
            : !isDrop && security.namesOneRole()
              ? "warning"
              : undefined,
        repaired: isNew ? isRepaired : undefined,
      });
    },
  },
});
