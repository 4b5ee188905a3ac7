import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "revoke-from-public-only",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "On Supabase, `REVOKE … ON FUNCTION … FROM PUBLIC` doesn't name `anon` and `authenticated`, which may still call the function.",
    why: "A Supabase project has default privileges: each new function in the schema `public` is granted to `anon`, `authenticated` and `service_role` by name. A REVOKE from PUBLIC leaves these grants, so that everybody with the anonymous key calls the function through the web API (run on PostgreSQL 15). A function that runs as its caller, or asks for `auth.uid()`, is a note.",
    instead:
      "Name the roles: `REVOKE EXECUTE ON FUNCTION f(…) FROM PUBLIC, anon, authenticated;`. Then grant it to those who are to call it.",
    exceptions: [
      "projects that don't use Supabase, and functions of other schemas or that the history doesn't create",
      "a function that a statement grants to `anon` by name, revokes from it, drops or creates anew, also in a later migration",
      "functions made after `ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE … FROM anon`",
      "functions of triggers, for which nobody needs the privilege, and those that policies call",
      "a GRANT or REVOKE whose text isn't known before it runs (`EXECUTE`)",
    ],
  },
  messages: { open: "{{roles}} may still call {{function}}: default privileges grant it by name" },
  recipe: recipes.revokedByName,
  on: {
    grant({ operation, security, spell }, { report }) {
      const open = security.leftOpen();
      const [first, ...more] = open?.routines ?? [];
      if (open === undefined || first === undefined) return;
      const others = more.length === 0 ? "" : ` and ${more.length} more`;
      report({
        at: operation.head,
        message: "open",
        severity: open.isUnguarded ? undefined : "note",
        data: { roles: open.roles.join(" and "), function: `${spell(first.name)}${others}` },
        repaired: open.isGone,
      });
    },
  },
});
