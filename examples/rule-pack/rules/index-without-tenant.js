import { defineRule } from "ddlint/rule";

export default defineRule({
  id: "index-without-tenant",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary: "An index of a multi-tenant table doesn't begin with the tenant's column.",
    why: "Every query asks for one tenant. Without its column in front, the server reads the entries of all tenants.",
    instead: "Name the tenant's column first: `(tenant_id, created_at)`.",
  },
  messages: { other: "the index begins with {{first}}: queries of one tenant read the entries of all" },
  options: {
    column: { default: "tenant_id", description: "The column that names the tenant." },
  },
  on: {
    createIndex({ operation, after }, { report, options }) {
      const [first] = operation.elements;
      if (first === undefined || first.column === options.column) return;
      // GIN, BRIN and full-text indexes are no ordered lists.
      if (operation.method !== "btree") return;
      if (after.column(operation.table, options.column).is !== "present") return;
      report({ at: operation.head, message: "other", data: { first: first.column ?? "an expression" } });
    },
  },
});
