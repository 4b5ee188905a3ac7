import { defineRule, type QualifiedName } from "../src/lint/rule.ts";

/** What everybody may read anyway. */
const isCatalog = ({ schema, name }: QualifiedName): boolean =>
  schema === "pg_catalog" ||
  schema === "information_schema" ||
  (schema === undefined && name.startsWith("pg_"));

export default defineRule({
  id: "security-definer-view",
  category: "security",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A view reads tables with the privileges of its owner.",
    why: "Who may read the view sees what its owner may see. Row security that a table gets later doesn't hold for it either.",
    instead:
      "`CREATE VIEW … WITH (security_invoker = true)` (15 and later), unless passing on is its purpose.",
  },
  messages: { owner: "whoever may read {{view}} reads {{tables}} as its owner" },
  on: {
    createView({ operation, security: { rowSecurityRead, invokerViews }, scope, show }, { report }) {
      const relations = operation.query.relations.filter((name) => !isCatalog(name));
      if (operation.materialized || operation.temporary || relations.length === 0) return;
      // Tables with row security have a rule of their own; before 15 there is no other way.
      if (!invokerViews || rowSecurityRead().length > 0) return;
      const made = scope.after.relation(operation.view);
      if (made.is !== "present" || made.value.securityInvoker === true) return;
      const tables = [...new Set(relations.map((name) => show(name)))].join(", ");
      report({ at: operation.head, message: "owner", data: { view: show(operation.view), tables } });
    },
  },
});
