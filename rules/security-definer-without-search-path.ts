import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "security-definer-without-search-path",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A SECURITY DEFINER function doesn't set `search_path`.",
    why: "A caller can put a schema with their own objects first in the path. The function then finds their tables, functions and operators and runs them with its owner's privileges. Where the body names each table with its schema, only operators are left, for which the caller needs a schema to create them in: a note.",
    instead:
      "Write `SET search_path = pg_catalog, pg_temp` with qualified names in the body, or `SET search_path = app, pg_temp`: schemas in which nobody else may create objects, and `pg_temp` last. Not `''`: types are then looked up in `pg_temp` first, where a caller may create one called `text`.",
    exceptions: [
      "a function whose body has the form of the SQL standard (`BEGIN ATOMIC`): its names are resolved when it is created",
      "a function that a later statement or migration drops, replaces or gives a `search_path`",
      "`ALTER FUNCTION … SECURITY DEFINER` on a function that the history doesn't create",
    ],
  },
  messages: { callers: "{{name}} runs as its owner, but looks up names in the search_path of its caller" },
  recipe: recipes.withSearchPath,
  on: {
    operation({ operation, security: { callersSearchPath, namesAreQualified, isSecured } }, { report }) {
      if (operation.kind !== "createFunction" && operation.kind !== "alterFunction") return;
      if (!callersSearchPath()) return;
      const data = { name: operation.function.text };
      const severity = namesAreQualified() ? "note" : undefined;
      report({ at: operation.head, message: "callers", severity, data, repaired: isSecured });
    },
  },
});
