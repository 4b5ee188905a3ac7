import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "security-definer-without-search-path",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A SECURITY DEFINER function doesn't set its own `search_path`.",
    why: "Who calls it may put a schema of his own in front of the path; then the function finds his tables, functions and operators there and runs them with its owner's privileges.",
    instead:
      "`SET search_path = ''` with qualified names in the body, or `SET search_path = app, pg_temp`: trusted schemas, `pg_temp` last.",
  },
  messages: { callers: "{{name}} runs as its owner, but finds names by the search_path of its caller" },
  on: {
    operation({ operation, security: { callersSearchPath } }, { report }) {
      if (operation.kind !== "createFunction" && operation.kind !== "alterFunction") return;
      if (!callersSearchPath()) return;
      report({ at: operation.head, message: "callers", data: { name: operation.function.text } });
    },
  },
});
