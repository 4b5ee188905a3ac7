import { defineRule, relationRepaired, type QualifiedName } from "../src/lint/rule.ts";

/** Tables that everybody may read anyway. */
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
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary: "A view reads tables with the privileges of its owner.",
    why: "Everybody who may read the view sees what its owner may see. Row security that a table gets later doesn't apply to readers of the view either.",
    instead:
      "Write `CREATE VIEW … WITH (security_invoker = true)` (15 and later), unless the purpose of the view is to grant this access.",
    exceptions: [
      "views of system catalogs only",
      "materialized and temporary views",
      "a view of a table with row security (`view-bypasses-row-security` reports it)",
      "PostgreSQL before 15, which has no `security_invoker`",
    ],
  },
  messages: { owner: "readers of {{view}} read {{tables}} with the privileges of its owner" },
  on: {
    createView({ operation, security: { rowSecurityRead, invokerViews }, scope, show }, { report }) {
      const relations = operation.query.relations.filter((name) => !isCatalog(name));
      if (operation.materialized || operation.temporary || relations.length === 0) return;
      // view-bypasses-row-security covers tables with row security; before 15 there is no other way.
      if (!invokerViews || rowSecurityRead().length > 0) return;
      const made = scope.after.relation(operation.view);
      if (made.is !== "present" || made.value.securityInvoker === true) return;
      const tables = [...new Set(relations.map((name) => show(name)))].join(", ");
      const repaired = relationRepaired(scope.after, operation.view, (its) => its.securityInvoker === false);
      const data = { view: show(operation.view), tables };
      report({ at: operation.head, message: "owner", data, repaired });
    },
  },
});
